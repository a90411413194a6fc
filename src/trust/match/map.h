/* map: the answer map, a static table from keys to record handles that only whoever asked blindly can read.
 *
 * What: built by the holder for one partner and one epoch out of (OPRF output, handle, field bits); opened by the partner,
 *       memory-mapped; looked up with the outputs that a blind question gave it.
 * Why:  the asker resolves its hits at home, so the holder never learns whether there was one; and whoever holds the file
 *       without having asked sees random bytes whose number tells no more than a coarse size.
 *
 *     map_key(&entries[i].key, params.seed, &output);  entries[i].handle = handle;  entries[i].bits = bits;
 *     map_build(arena, entries, n, &params, &image, &stats, err);          // holder
 *     map_open("maps/p/7-0.map", &map, err);                               // partner
 *     map_lookup(map, &output, values, &n_values, err);
 *
 * Layout: 3-wise binary fuse (Graf and Lemire, "Binary Fuse Filters", 2022) with cells of 12 bytes; the exclusive or of a
 * key's three cells is its value under a mask from the OPRF output. Format, to the byte: docs/matching-protocol.md.
 * A key that several records share fills slots 0, 1, ...; more than MAP_SLOTS_MAX handles and it carries nothing.
 * Pure but for map_open. Not here: which keys (keys.h), evaluating them (index.h), what a hit is worth (score.h).
 */
#ifndef COMITY_MATCH_MAP_H
#define COMITY_MATCH_MAP_H

#include "ground/crypto/oprf.h"

#define MAP_SLOTS_MAX 16
#define MAP_KEY_LEN 16
#define MAP_SEED_LEN 32
#define MAP_RULESET_MAX 40
#define MAP_OUTPUT_USED 32 /* bytes of an OPRF output that the map depends on: a holder that keeps outputs keeps these */

struct map_params {
    uint8_t holder[SIGN_PUBLIC_LEN]; /* the holder's agency key */
    uint8_t partner[ID_LEN];
    char ruleset[MAP_RULESET_MAX];   /* names_ruleset: keys made by other rules cannot meet; NUL-terminated */
    uint32_t epoch;
    uint32_t delta;                  /* 0: the base map; else the number of the supplement */
    uint8_t seed[MAP_SEED_LEN];      /* of this partner and epoch; public, in the header */
    uint8_t fill[KEY_LEN];           /* secret, used once: what the unused cells are filled from; not in the file */
};

struct map_entry {
    uint8_t key[MAP_KEY_LEN]; /* from map_key */
    uint32_t handle;
    uint16_t bits;
};

struct map_stats {
    size_t keys;     /* distinct */
    size_t slots;    /* (key, handle) pairs stored */
    size_t common;   /* keys dropped because more than MAP_SLOTS_MAX handles share them */
    size_t capacity; /* of the size bucket */
    size_t size;     /* bytes of the image */
    unsigned attempts;
};

struct map_value {
    uint32_t handle;
    uint16_t bits;
};

/* The partner's key for an OPRF output: BLAKE2b-128(seed || first 32 bytes of output). */
void map_key(uint8_t key[static MAP_KEY_LEN], const uint8_t seed[static MAP_SEED_LEN], const uint8_t output[static MAP_OUTPUT_USED]);

/* The file's content, from mem_alloc: free(image->p). entries is used as working memory and not valid afterwards.
 * Equal (key, handle) pairs become one, their bits or-ed. n may be 0; ERR_LIMIT above MAP_ENTRIES_MAX. */
#define MAP_ENTRIES_MAX 500000000u
MUST_USE int map_build(struct map_entry entries[], size_t n, const struct map_params *params, bytes *image, struct map_stats *stats,
                       struct err *err);

struct map;
struct map_info {
    uint8_t holder[SIGN_PUBLIC_LEN];
    uint8_t partner[ID_LEN];
    char ruleset[MAP_RULESET_MAX];
    uint32_t epoch, delta;
    size_t capacity;
};

/* Maps the file. Header and the list of block checksums are checked now, each block when it is first touched (all of
 * them now for files up to 1 MiB). ERR_NOT_FOUND, ERR_IO; ERR_CORRUPT for anything that map_build did not write. */
MUST_USE int map_open(const char *path, struct map **out, struct err *err);
/* Borrows image until map_close. */
MUST_USE int map_open_memory(bytes image, struct map **out, struct err *err);
void map_close(struct map *m); /* NULL is allowed */
const struct map_info *map_info(const struct map *m);

/* Fills values with the records under the key, 0..MAP_SLOTS_MAX of them. A key that is not there gives one with a chance of
 * 2^-48. ERR_CORRUPT when a block that the key touches is damaged. May be called from several threads. */
MUST_USE int map_lookup(const struct map *m, const oprf_output *output, struct map_value values[static MAP_SLOTS_MAX], size_t *n,
                        struct err *err);

#endif
