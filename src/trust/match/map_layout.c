/* Where a key's cells lie: the binary fuse layout of Graf and Lemire, "Binary Fuse Filters: Fast and Smaller Than Xor Filters"
 * (ACM Journal of Experimental Algorithmics, 2022), section 3, with sizes by bucket. */
#include "trust/match/map_internal.h"

#include <math.h>
#include <string.h>

const uint8_t map_magic[MAP_MAGIC_LEN] = {'c', 'o', 'm', 'i', 't', 'y', ' ', 'm', 'a', 'p', '\n', 1};

size_t map_capacity(unsigned bucket)
{
    /* 2^(0/4), 2^(1/4), 2^(2/4), 2^(3/4) in units of 2^-32: integers, so that every machine agrees */
    static const uint64_t quarter[4] = {4294967296u, 5107605667u, 6074001000u, 7223245326u};
    uint64_t q = quarter[bucket % 4];
    unsigned shift = bucket / 4;
    return (size_t)(((unsigned __int128)q << shift) >> 32);
}

unsigned map_bucket(size_t slots)
{
    unsigned bucket = MAP_BUCKET_MIN;
    while (map_capacity(bucket) < slots)
        bucket++;
    return bucket;
}

/* Cells per slot, and how much shorter than the paper's 2^floor(log(n) / log(3.33) + 2.25) a segment is. The paper wants the
 * first attempt to succeed almost always; small maps are cheap to try again and are made tighter: measured, an attempt at a
 * full bucket succeeds with a chance of .09 in the worst one, mostly above .3, and always from 2^19 up. */
static const struct tier {
    size_t below;
    double room;
    int shorter;
} tiers[] = {{900, 1.4, 2}, {1 << 14, 1.27, 2}, {1 << 19, 1.2, 2}, {SIZE_MAX, 1.15, 0}};

struct map_shape map_shape(uint32_t segment_bits, uint32_t segments)
{
    struct map_shape s = {.segment_bits = segment_bits, .segments = segments};
    s.cells = ((size_t)segments + 2) << segment_bits;
    s.blocks = (s.cells * MAP_CELL + MAP_BLOCK - 1) / MAP_BLOCK;
    s.size = MAP_HEADER_LEN + s.blocks * MAP_CHECKSUM + s.cells * MAP_CELL;
    return s;
}

struct map_shape map_shape_for(unsigned bucket)
{
    size_t n = map_capacity(bucket);
    const struct tier *t = tiers;
    while (n >= t->below)
        t++;
    int bits = (int)floor(log((double)n) / log(3.33) + 2.25) - t->shorter;
    if (bits > MAP_SEGMENT_BITS_MAX)
        bits = MAP_SEGMENT_BITS_MAX;
    size_t segments = (size_t)lround((double)n * t->room / (double)((size_t)1 << bits));
    return map_shape((uint32_t)bits, segments < 3 ? 1 : (uint32_t)(segments - 2));
}

void map_key(uint8_t key[static MAP_KEY_LEN], const uint8_t seed[static MAP_SEED_LEN], const uint8_t output[static MAP_OUTPUT_USED])
{
    uint8_t in[MAP_SEED_LEN + MAP_OUTPUT_USED];
    memcpy(in, seed, MAP_SEED_LEN);
    memcpy(in + MAP_SEED_LEN, output, MAP_OUTPUT_USED);
    crypto_blake2b(key, MAP_KEY_LEN, (bytes){0}, (bytes){in, sizeof in});
}

void map_slot(struct map_slot *out, const uint8_t key[MAP_KEY_LEN], uint32_t number)
{
    uint8_t in[MAP_KEY_LEN + 4], h[8 + MAP_CELL];
    memcpy(in, key, MAP_KEY_LEN);
    put_u32be(in + MAP_KEY_LEN, number);
    crypto_blake2b(h, sizeof h, (bytes){0}, (bytes){in, sizeof in});
    out->position = get_u64be(h);
    memcpy(out->mask, h + 8, MAP_CELL);
}

/* The finaliser of MurmurHash3 over a counted value: each step can be undone, so no two positions fall together. */
uint64_t map_stir(uint64_t h)
{
    h += 0x9e3779b97f4a7c15u;
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdu;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53u;
    h ^= h >> 33;
    return h;
}

void map_cells(const struct map_shape *s, uint64_t position, uint32_t cells[3])
{
    uint64_t first_cells = (uint64_t)s->segments << s->segment_bits;
    uint32_t first = (uint32_t)(((unsigned __int128)position * first_cells) >> 64);
    uint32_t segment = (uint32_t)1 << s->segment_bits, mask = segment - 1;
    cells[0] = first;
    cells[1] = (first + segment) ^ ((uint32_t)(position >> 18) & mask);
    cells[2] = (first + 2 * segment) ^ ((uint32_t)position & mask);
}

void map_checksum(uint8_t out[MAP_CHECKSUM], const uint8_t *block, size_t len)
{
    crypto_blake2b(out, MAP_CHECKSUM, (bytes){0}, (bytes){block, len});
}
