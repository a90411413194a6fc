/* link: holder, asker and scorer, one after the other. */
#include "trust/match/link.h"

#include <stdlib.h>
#include <string.h>

#include "trust/match/question.h"

/* Records whose keys are de-duplicated and evaluated together, and points under one proof. RFC 9497 numbers the points of a
 * proof with 16 bits. */
#define BATCH_RECORDS 1024
#define BATCH_KEYS (BATCH_RECORDS * MATCH_KEYS_MAX)
#define PROOF_POINTS 8192

/* --- distinct inputs of a batch ---------------------------------------------------------------------------------- */

struct distinct {
    bytes *inputs;
    uint32_t *slots; /* index + 1 into inputs, by hash; 0: free */
    size_t n;
};
#define SLOTS (2 * 65536u)
_Static_assert(SLOTS >= 2 * BATCH_KEYS && (SLOTS & (SLOTS - 1)) == 0, "half empty, a power of two");

static struct distinct distinct_new(struct arena *a)
{
    return (struct distinct){arena_array(a, bytes, BATCH_KEYS), arena_array(a, uint32_t, SLOTS), 0};
}

static uint32_t distinct_add(struct distinct *d, bytes input)
{
    size_t at = str_hash(bytes_str(input)) * 0x9e3779b97f4a7c15u >> 47;
    for (; d->slots[at]; at = (at + 1) & (SLOTS - 1))
        if (str_eq(bytes_str(d->inputs[d->slots[at] - 1]), bytes_str(input)))
            return d->slots[at] - 1;
    d->inputs[d->n++] = input;
    d->slots[at] = (uint32_t)d->n;
    return (uint32_t)d->n - 1;
}

/* A batch of records: their keys, and which distinct input each key is. */
struct record {
    const struct identity *who;
    uint32_t index; /* in its list */
    struct match_key keys[MATCH_KEYS_MAX];
    uint32_t input[MATCH_KEYS_MAX];
    size_t n;
};
struct batch {
    struct record *records;
    size_t n;
    struct distinct distinct;
    oprf_output *outputs; /* of the distinct inputs */
};

static struct batch batch_make(const struct names *names, struct arena *a, const struct link_list *list, size_t from, enum match_side side)
{
    struct batch b = {.n = list->n - from < BATCH_RECORDS ? list->n - from : BATCH_RECORDS, .distinct = distinct_new(a)};
    b.records = arena_array(a, struct record, b.n);
    for (size_t i = 0; i < b.n; i++) {
        struct record *r = &b.records[i];
        r->index = (uint32_t)(from + i);
        r->who = &list->people[from + i];
        r->n = match_keys(names, a, r->who, side, r->keys);
        for (size_t k = 0; k < r->n; k++)
            r->input[k] = distinct_add(&b.distinct, r->keys[k].input);
    }
    b.outputs = arena_array(a, oprf_output, b.distinct.n + 1);
    return b;
}

static void report(const struct link_options *o, enum link_step step, size_t done, size_t total)
{
    if (o->progress)
        o->progress(o->progress_arg, step, done, total);
}

/* --- the holder --------------------------------------------------------------------------------------------------- */

struct entries { struct map_entry *p; size_t n, cap; };

static void add_entry(struct entries *e, const uint8_t *seed, const oprf_output *output, uint32_t handle, uint16_t bits)
{
    if (e->n == e->cap) {
        e->cap = e->cap ? e->cap * 2 : BATCH_KEYS;
        e->p = mem_realloc(e->p, e->cap * sizeof *e->p);
    }
    map_key(e->p[e->n].key, seed, output->b);
    e->p[e->n].handle = handle;
    e->p[e->n++].bits = bits;
}

/* A handle is the record's place in the list: here both parties are one process. A node draws them at random. */
static int hold(const struct names *names, const struct link_list *list, const struct link_options *o, const struct map_params *params,
                bytes *image, struct link_result *out, struct err *err)
{
    struct arena *a = arena_new();
    struct entries entries = {0};
    struct map_stats stats = {0};
    int r = 0;
    for (size_t from = 0; from < list->n; from += BATCH_RECORDS) {
        arena_reset(a);
        struct batch b = batch_make(names, a, list, from, MATCH_SIDE_HOLDER);
        if ((r = oprf_evaluate_plain(o->key, NULL, b.distinct.inputs, b.distinct.n, b.outputs, err)) < 0)
            goto out;
        for (size_t i = 0; i < b.n; i++)
            for (size_t k = 0; k < b.records[i].n; k++)
                add_entry(&entries, params->seed, &b.outputs[b.records[i].input[k]], b.records[i].index, match_bits(b.records[i].who));
        out->evaluated_held += b.distinct.n;
        report(o, LINK_HOLD, from + b.n, list->n);
    }
    out->keys_held = entries.n;
    if ((r = map_build(entries.p, entries.n, params, image, &stats, err)) < 0)
        goto out;
    out->common = stats.common;
    out->map_size = stats.size;
out:
    free(entries.p);
    arena_free(a);
    return r;
}

/* --- the asker ---------------------------------------------------------------------------------------------------- */

/* Blinds, has evaluated, verifies and unblinds n inputs, in portions of one proof each. */
static int ask_blindly(const struct oprf_key *key, const bytes inputs[], size_t n, oprf_output outputs[], struct arena *a, struct err *err)
{
    oprf_scalar *blinds = arena_array(a, oprf_scalar, PROOF_POINTS);
    oprf_point *blinded = arena_array(a, oprf_point, PROOF_POINTS), *evaluated = arena_array(a, oprf_point, PROOF_POINTS);
    uint8_t proof[OPRF_PROOF_LEN];
    int r = 0;
    for (size_t at = 0; at < n && r == 0; at += PROOF_POINTS) {
        size_t count = n - at < PROOF_POINTS ? n - at : PROOF_POINTS;
        if ((r = oprf_blind(OPRF_MODE_VOPRF, inputs + at, count, NULL, blinds, blinded, err)) < 0)
            break;
        /* from here to the next line is the holder */
        if ((r = oprf_evaluate(key, NULL, blinded, count, evaluated, proof, NULL, err)) < 0)
            break;
        r = oprf_finalize(OPRF_MODE_VOPRF, oprf_key_public(key), NULL, inputs + at, blinds, count, blinded, evaluated, count, proof,
                          outputs + at, err);
    }
    crypto_wipe(blinds, PROOF_POINTS * sizeof *blinds);
    return r;
}

/* The pairs as they are found: parallel arrays that grow. */
struct found {
    struct score_evidence *evidence;
    uint32_t *asked, *record;
    size_t n, cap;
    struct score_usual *usual; /* of each record asked about */
};

static void found_add(struct found *f, uint32_t asked, uint32_t record, const struct score_evidence *e)
{
    if (f->n == f->cap) {
        f->cap = f->cap ? f->cap * 2 : 4096;
        f->evidence = mem_realloc(f->evidence, f->cap * sizeof *f->evidence);
        f->asked = mem_realloc(f->asked, f->cap * sizeof *f->asked);
        f->record = mem_realloc(f->record, f->cap * sizeof *f->record);
    }
    f->evidence[f->n] = *e;
    f->asked[f->n] = asked;
    f->record[f->n++] = record;
}

static void found_free(struct found *f)
{
    free(f->evidence);
    free(f->asked);
    free(f->record);
    free(f->usual);
}

static int look_up(const struct names *names, const struct batch *b, struct map *map, const struct score_list *list, size_t n_holder,
                   struct arena *a, struct found *found, struct err *err)
{
    for (size_t i = 0; i < b->n; i++) {
        const struct record *r = &b->records[i];
        oprf_output outputs[MATCH_QUESTION_LEN];
        struct match_hit *hits;
        size_t n_hits;
        for (size_t k = 0; k < r->n; k++)
            outputs[k] = b->outputs[r->input[k]];
        int code = question_lookup(outputs, r->n, &map, 1, a, &hits, &n_hits, err);
        if (code < 0)
            return code;
        struct match_units units;
        match_units(names, a, r->who, &units);
        struct score_asked asked = {r->who, &units, r->keys, r->n};
        score_usual(list, &asked, &found->usual[r->index]);
        for (size_t h = 0; h < n_hits; h++) {
            struct score_evidence e;
            if (hits[h].handle >= n_holder)
                continue; /* one chance find in 2^48 looks */
            score_evidence(list, &asked, hits[h].keys, hits[h].bits, &e);
            found_add(found, r->index, hits[h].handle, &e);
        }
    }
    return 0;
}

static int ask(const struct names *names, const struct link_list *list, const struct link_options *o, struct map *map, size_t n_holder,
               const struct score_list *usual, struct found *found, struct link_result *out, struct err *err)
{
    struct arena *a = arena_new();
    int r = 0;
    found->usual = mem_calloc(list->n + 1, sizeof *found->usual);
    for (size_t from = 0; from < list->n && r == 0; from += BATCH_RECORDS) {
        arena_reset(a);
        struct batch b = batch_make(names, a, list, from, MATCH_SIDE_ASKER);
        if ((r = ask_blindly(o->key, b.distinct.inputs, b.distinct.n, b.outputs, a, err)) < 0)
            break;
        for (size_t i = 0; i < b.n; i++)
            out->keys_asked += b.records[i].n;
        out->evaluated_asked += b.distinct.n;
        r = look_up(names, &b, map, usual, n_holder, a, found, err);
        report(o, LINK_ASK, from + b.n, list->n);
    }
    arena_free(a);
    return r;
}

static struct score_list *what_is_usual(const struct names *names, const struct link_list *list)
{
    struct score_list *usual = score_list_new();
    struct arena *a = arena_new();
    for (size_t i = 0; i < list->n; i++) {
        struct match_units units;
        arena_reset(a);
        match_units(names, a, &list->people[i], &units);
        score_list_add(usual, &units, &list->people[i]);
    }
    arena_free(a);
    return usual;
}

/* --- scoring ------------------------------------------------------------------------------------------------------ */

static int by_asked_then_score(const void *x, const void *y)
{
    const struct link_pair *a = x, *b = y;
    if (a->asked != b->asked)
        return a->asked < b->asked ? -1 : 1;
    if (a->score.probability < b->score.probability || a->score.probability > b->score.probability)
        return a->score.probability > b->score.probability ? -1 : 1;
    return (a->record > b->record) - (a->record < b->record);
}

static void score(const struct found *found, size_t n_asked, size_t n_holder, struct arena *a, struct link_result *out)
{
    struct score_sample sample = {found->evidence, found->asked, found->record, found->n, found->usual, n_asked, n_holder};
    struct arena *scratch = arena_new();
    score_learn(&out->weights, &sample);
    double *against = score_against(&out->weights, &sample, scratch);
    out->n = found->n;
    out->pairs = arena_array(a, struct link_pair, found->n);
    for (size_t i = 0; i < found->n; i++) {
        out->pairs[i].asked = found->asked[i];
        out->pairs[i].record = found->record[i];
        score_result(&out->weights, &found->evidence[i], (double)n_holder, against[i], &out->pairs[i].score);
    }
    if (out->n)
        qsort(out->pairs, out->n, sizeof *out->pairs, by_asked_then_score);
    arena_free(scratch);
}

int link_run(const struct names *names, const struct link_list *asker, const struct link_list *holder, const struct link_options *o,
             struct arena *a, struct link_result *out, struct err *err)
{
    struct map_params params = {.epoch = 1};
    struct score_list *usual = NULL;
    struct found found = {0};
    struct map *map = NULL;
    bytes image = {0};
    *out = (struct link_result){0};
    score_default(&out->weights);
    str ruleset = str_from(names_ruleset(names));
    memcpy(params.ruleset, ruleset.p, ruleset.len < MAP_RULESET_MAX ? ruleset.len : MAP_RULESET_MAX - 1);
    memcpy(params.seed, o->random, MAP_SEED_LEN);
    memcpy(params.fill, o->random + MAP_SEED_LEN, KEY_LEN);
    int r = hold(names, holder, o, &params, &image, out, err);
    if (r < 0)
        goto out;
    if ((r = map_open_memory(image, &map, err)) < 0)
        goto out;
    usual = what_is_usual(names, asker);
    if ((r = ask(names, asker, o, map, holder->n, usual, &found, out, err)) < 0)
        goto out;
    score(&found, asker->n, holder->n, a, out);
    report(o, LINK_SCORE, found.n, found.n);
out:
    found_free(&found);
    score_list_free(usual);
    map_close(map);
    free((void *)image.p);
    return r;
}
