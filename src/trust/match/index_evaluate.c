/* Records to evaluated keys, a chunk at a time. */
#include "trust/match/index_internal.h"

#include <stdlib.h>
#include <string.h>

/* Keys met so far in this run, by a hash of their input: common ones (a birth date with a common name) are evaluated once.
 * Emptied when full, which costs a few evaluations and bounds the memory at about 600 MB. */
#define DISTINCT_MAX (1u << 23)
#define TAG_LEN 16

struct distinct {
    struct tag_slot {
        uint8_t tag[TAG_LEN];
        uint32_t index_plus_1; /* into outputs; 0: free */
    } *slots;
    size_t n_slots, n;
    held_output *outputs;
    size_t outputs_cap;
};

struct evaluator {
    const struct names *names;
    const struct keyring *keys;
    uint32_t epoch;
    struct index_stats *stats;
    struct arena *scratch, *inputs_arena;
    struct distinct distinct;
    struct held_record records[HELD_CHUNK];
    size_t n_records;
    uint32_t which[HELD_CHUNK * MATCH_KEYS_MAX]; /* per key of the chunk: its place in distinct.outputs */
    size_t n_which;
    bytes inputs[HELD_CHUNK * MATCH_KEYS_MAX];   /* to be evaluated; their outputs end up at first_new.. */
    size_t n_inputs, first_new;
};

struct evaluator *evaluator_new(const struct names *names, const struct keyring *keys, uint32_t epoch, struct index_stats *stats)
{
    struct evaluator *e = mem_calloc(1, sizeof *e);
    e->names = names;
    e->keys = keys;
    e->epoch = epoch;
    e->stats = stats;
    e->scratch = arena_new();
    e->inputs_arena = arena_new();
    e->distinct.n_slots = 1 << 12;
    e->distinct.slots = mem_calloc(e->distinct.n_slots, sizeof *e->distinct.slots);
    return e;
}

void evaluator_free(struct evaluator *e)
{
    if (!e)
        return;
    arena_free(e->scratch);
    arena_free(e->inputs_arena);
    free(e->distinct.slots);
    free(e->distinct.outputs);
    free(e);
}

static struct tag_slot *find_slot(const struct distinct *d, const uint8_t tag[TAG_LEN])
{
    size_t mask = d->n_slots - 1, at = (size_t)get_u64be(tag) & mask;
    while (d->slots[at].index_plus_1 && memcmp(d->slots[at].tag, tag, TAG_LEN) != 0)
        at = (at + 1) & mask;
    return &d->slots[at];
}

static void grow(struct distinct *d)
{
    struct distinct old = *d;
    d->n_slots = old.n_slots * 2;
    d->slots = mem_calloc(d->n_slots, sizeof *d->slots);
    for (size_t i = 0; i < old.n_slots; i++)
        if (old.slots[i].index_plus_1)
            *find_slot(d, old.slots[i].tag) = old.slots[i];
    free(old.slots);
}

static void add_key(struct evaluator *e, bytes input)
{
    struct distinct *d = &e->distinct;
    uint8_t tag[TAG_LEN];
    crypto_blake2b(tag, sizeof tag, (bytes){0}, input);
    struct tag_slot *slot = find_slot(d, tag);
    if (!slot->index_plus_1) {
        memcpy(slot->tag, tag, TAG_LEN);
        slot->index_plus_1 = (uint32_t)++d->n;
        e->inputs[e->n_inputs++] = bytes_dup(e->inputs_arena, input);
        e->which[e->n_which++] = (uint32_t)d->n - 1;
        if (d->n * 3 > d->n_slots * 2)
            grow(d);
        return;
    }
    e->which[e->n_which++] = slot->index_plus_1 - 1;
}

static double seconds_since(int64_t *mark)
{
    int64_t now = clock_monotonic_ns();
    double s = (double)(now - *mark) / 1e9;
    *mark = now;
    return s;
}

static int evaluate_new(struct evaluator *e, struct err *err)
{
    struct distinct *d = &e->distinct;
    if (d->n > d->outputs_cap) {
        d->outputs_cap = d->n * 2;
        d->outputs = mem_realloc(d->outputs, d->outputs_cap * sizeof *d->outputs);
    }
    oprf_output *outputs = mem_calloc(e->n_inputs, sizeof *outputs);
    int result = keyring_match_evaluate_plain(e->keys, e->epoch, e->inputs, e->n_inputs, outputs, err);
    for (size_t i = 0; i < e->n_inputs; i++)
        memcpy(d->outputs[e->first_new + i].b, outputs[i].b, sizeof d->outputs[0].b);
    free(outputs);
    return result;
}

int evaluator_flush(struct evaluator *e, struct held_writer *w, struct err *err)
{
    if (e->n_records == 0)
        return 0;
    struct distinct *d = &e->distinct;
    int64_t mark = clock_monotonic_ns();
    int result = evaluate_new(e, err);
    e->stats->curve_s += seconds_since(&mark);
    e->stats->keys += (int64_t)e->n_which;
    e->stats->evaluated += (int64_t)e->n_inputs;
    e->stats->fresh += (int64_t)e->n_records;
    if (result < 0)
        return result;
    struct held_chunk chunk = {.records = e->records, .n = e->n_records, .n_outputs = e->n_which,
                               .outputs = mem_alloc(e->n_which * sizeof *chunk.outputs)};
    for (size_t i = 0; i < e->n_which; i++)
        chunk.outputs[i] = d->outputs[e->which[i]];
    result = held_append(w, &chunk, err);
    free(chunk.outputs);
    e->n_records = e->n_which = e->n_inputs = 0;
    arena_reset(e->inputs_arena);
    if (d->n > DISTINCT_MAX) {
        memset(d->slots, 0, d->n_slots * sizeof *d->slots);
        d->n = 0;
    }
    e->first_new = d->n;
    e->stats->keep_s += seconds_since(&mark);
    return result;
}

int evaluator_add(struct evaluator *e, const struct vault_id *id, bytes content, uint32_t ordinal, struct held_writer *w, struct err *err)
{
    int64_t mark = clock_monotonic_ns();
    struct identity who;
    struct match_key keys[MATCH_KEYS_MAX];
    arena_reset(e->scratch);
    int result = identity_decode(e->scratch, content, &who, err);
    if (result < 0)
        return result;
    size_t n = match_keys(e->names, e->scratch, &who, MATCH_SIDE_HOLDER, keys);
    for (size_t i = 0; i < n; i++)
        add_key(e, keys[i].input);
    e->records[e->n_records++] = (struct held_record){.id = *id, .ordinal = ordinal, .bits = match_bits(&who), .n_keys = (uint8_t)n};
    e->stats->keys_s += seconds_since(&mark);
    return e->n_records == HELD_CHUNK ? evaluator_flush(e, w, err) : 0;
}
