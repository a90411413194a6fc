/* map_internal: the layout of an answer map, shared by builder and reader. Integers are big-endian.
 *
 *     header       MAP_HEADER_LEN bytes, see MAP_AT_*; the last 32 are the BLAKE2b-256 of those before
 *     checksums    8 bytes of BLAKE2b for each block of MAP_BLOCK bytes of the table
 *     table        cells of MAP_CELL bytes
 *
 * Blocks are small, because a lookup touches three and each has to be hashed when it is touched for the first time.
 */
#ifndef COMITY_MATCH_MAP_INTERNAL_H
#define COMITY_MATCH_MAP_INTERNAL_H

#include "trust/match/map.h"

#define MAP_MAGIC_LEN 12
extern const uint8_t map_magic[MAP_MAGIC_LEN]; /* "comity map", a line feed, the version: 1 */

enum {
    MAP_AT_EPOCH = 12,
    MAP_AT_DELTA = 16,
    MAP_AT_HOLDER = 20,
    MAP_AT_PARTNER = 52,
    MAP_AT_RULESET = 68,
    MAP_AT_SEED = 108,
    MAP_AT_BUCKET = 140,       /* u8: how many slots it was made for, 2^(bucket / 4) */
    MAP_AT_ATTEMPTS = 141,     /* u8: how often the positions were stirred until the table could be filled */
    MAP_AT_SEGMENT_BITS = 142, /* u8 */
    MAP_AT_SEGMENTS = 143,     /* u32 */
    MAP_AT_ZERO = 147,         /* 13 bytes of 0 */
    MAP_AT_CHECKSUMS = 160, /* BLAKE2b-256 of the list of checksums */
    MAP_AT_DIGEST = 192,
    MAP_HEADER_LEN = 224,
};

#define MAP_CELL 12          /* check 6, handle 4, bits 2 */
#define MAP_CHECK_LEN 6
#define MAP_BLOCK 4092       /* whole cells: a cell never straddles two blocks */
#define MAP_CHECKSUM 8
#define MAP_ATTEMPTS_MAX 200
#define MAP_BUCKET_MIN 24     /* 64 slots */
#define MAP_BUCKET_MAX 116    /* 2^29 */
#define MAP_SEGMENT_BITS_MAX 18

struct map_shape {
    uint32_t segment_bits;   /* a segment is 1 << segment_bits cells */
    uint32_t segments;       /* a key's first cell lies in one of these; two more segments follow */
    size_t cells, blocks, size;
};

/* The coarse size: 2^(bucket / 4), rounded. */
size_t map_capacity(unsigned bucket);
unsigned map_bucket(size_t slots); /* the smallest that holds them */
struct map_shape map_shape_for(unsigned bucket);                              /* the builder's choice */
struct map_shape map_shape(uint32_t segment_bits, uint32_t segments);         /* what follows from it */

/* One slot of a key: where it lies before stirring, and what its value is masked with. */
struct map_slot {
    uint64_t position;
    uint8_t mask[MAP_CELL];
};
void map_slot(struct map_slot *out, const uint8_t key[MAP_KEY_LEN], uint32_t number);

/* A bijection of 64 bits: gives the positions of the next attempt. */
uint64_t map_stir(uint64_t position);
void map_cells(const struct map_shape *shape, uint64_t position, uint32_t cells[3]);

void map_checksum(uint8_t out[MAP_CHECKSUM], const uint8_t *block, size_t len);

#endif
