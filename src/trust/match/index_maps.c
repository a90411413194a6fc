/* From sealed evaluations to a partner's map, and the handles that stand in it. */
#include "trust/match/index_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- handles: a Feistel network on 32 bits, keyed BLAKE2b as round function ---- */

#define ROUNDS 8 /* Luby and Rackoff (1988) need 4 for a strong permutation; the halves are short */

int index_handles_open(struct index_handles *h, const struct keyring *keys, const struct index_partner *partner, uint32_t epoch, struct err *err)
{
    uint8_t number[4];
    put_u32be(number, epoch);
    const bytes parts[] = {str_bytes(STR("answer map handles")), {partner->id, ID_LEN}, {number, sizeof number}};
    return keyring_mac_parts(keys, KEYRING_MAC_INDEX, parts, 3, h->key, sizeof h->key, err);
}

static uint16_t round_function(const struct index_handles *h, uint8_t round, uint16_t half)
{
    uint8_t in[3] = {round, (uint8_t)(half >> 8), (uint8_t)half}, out[2];
    crypto_blake2b(out, sizeof out, (bytes){h->key, sizeof h->key}, (bytes){in, sizeof in});
    return get_u16be(out);
}

uint32_t index_handle(const struct index_handles *h, uint32_t ordinal)
{
    uint16_t left = (uint16_t)(ordinal >> 16), right = (uint16_t)ordinal;
    for (uint8_t round = 0; round < ROUNDS; round++) {
        uint16_t next = left ^ round_function(h, round, right);
        left = right;
        right = next;
    }
    return (uint32_t)left << 16 | right;
}

uint32_t index_ordinal(const struct index_handles *h, uint32_t handle)
{
    uint16_t left = (uint16_t)(handle >> 16), right = (uint16_t)handle;
    for (uint8_t round = ROUNDS; round-- > 0;) {
        uint16_t before = right ^ round_function(h, round, left);
        right = left;
        left = before;
    }
    return (uint32_t)left << 16 | right;
}

/* ---- one map ---- */

struct filling {
    struct map_entry *entries;
    size_t n, cap;
    struct index_handles handles;
    const uint8_t *seed;
};

static int fill_chunk(const struct held_chunk *chunk, void *arg, struct err *err)
{
    struct filling *f = arg;
    size_t at = 0;
    for (size_t i = 0; i < chunk->n; i++) {
        const struct held_record *r = &chunk->records[i];
        uint32_t handle = index_handle(&f->handles, r->ordinal);
        if (chunk->n_outputs - at < r->n_keys || f->cap - f->n < r->n_keys)
            return err_set(err, ERR_CORRUPT, "the held evaluations do not add up: delete the folder maps/held and run the index again");
        for (size_t k = 0; k < r->n_keys; k++, at++, f->n++) {
            struct map_entry *e = &f->entries[f->n];
            map_key(e->key, f->seed, chunk->outputs[at].b);
            e->handle = handle;
            e->bits = r->bits;
        }
    }
    return 0;
}

int index_write_map(struct node *node, const struct held_row held[], size_t n_held, const char *ruleset, struct map_row *row,
                    struct index_stats *stats, struct err *err)
{
    struct arena *a = arena_new();
    struct map_params params = {.epoch = row->epoch, .delta = (uint32_t)row->delta};
    bytes image = {0};
    struct map_stats made;
    struct filling f = {.seed = params.seed};
    for (size_t i = 0; i < n_held; i++)
        f.cap += (size_t)held[i].keys;
    f.entries = mem_calloc(f.cap, sizeof *f.entries);
    keyring_public(node->keys, KEYRING_AGENCY, params.holder);
    memcpy(params.partner, row->partner.id, ID_LEN);
    memcpy(params.ruleset, ruleset, strnlen(ruleset, MAP_RULESET_MAX - 1));
    /* a seed of its own for each file: two maps with one seed could be laid over each other */
    crypto_random(params.seed, sizeof params.seed);
    crypto_random(params.fill, sizeof params.fill);
    int result = index_handles_open(&f.handles, node->keys, &row->partner, row->epoch, err);
    for (size_t i = 0; i < n_held && result == 0; i++)
        result = held_each(index_held_path(node, a, row->epoch, held[i].run), row->epoch, held[i].run, held[i].records, node->keys, true,
                           fill_chunk, &f, err);
    if (result < 0 || (result = map_build(f.entries, f.n, &params, &image, &made, err)) < 0)
        goto out;
    row->size = (int64_t)image.len;
    crypto_sha256(row->digest, image);
    result = file_write(index_map_path(node, a, &row->partner, row->epoch, row->run), image, FILE_MODE_PRIVATE, err);
    stats->maps++;
    stats->map_bytes += (int64_t)made.size;
    stats->map_keys += (int64_t)made.slots;
    stats->common += (int64_t)made.common;
out:
    crypto_wipe(&params, sizeof params);
    crypto_wipe(&f.handles, sizeof f.handles);
    free((void *)image.p);
    free(f.entries);
    arena_free(a);
    return result;
}
