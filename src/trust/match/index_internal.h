/* index_internal: what index.c, index_held.c, index_maps.c and index_store.c share. */
#ifndef COMITY_MATCH_INDEX_INTERNAL_H
#define COMITY_MATCH_INDEX_INTERNAL_H

#include "trust/match/index.h"
#include "trust/match/keys.h"
#include "trust/match/map.h"

#define DELTAS_MAX 12 /* then the base is written anew, so that a question has few maps to look into */

/* ---- sealed evaluations: one file per run (index_held.c) ---- */

struct held_record {
    struct vault_id id;
    uint32_t ordinal;
    uint16_t bits;
    uint8_t n_keys;
};
typedef struct { uint8_t b[MAP_OUTPUT_USED]; } held_output;

#define HELD_CHUNK 1024 /* records */
struct held_chunk {
    struct held_record *records;
    size_t n;
    held_output *outputs; /* of the first record, then of the next ... */
    size_t n_outputs;
};

struct held_writer;
/* path.tmp is written; it becomes path in held_finish. */
MUST_USE int held_create(const char *path, uint32_t epoch, int64_t run, const struct keyring *keys, struct held_writer **out, struct err *err);
MUST_USE int held_append(struct held_writer *w, const struct held_chunk *chunk, struct err *err);
MUST_USE int held_finish(struct held_writer *w, struct err *err); /* frees w in any case */
void held_abandon(struct held_writer *w);                         /* NULL is allowed */

/* Calls fn with every chunk; outputs only if wanted (else NULL, but n_outputs is told). ERR_CORRUPT when a seal does not hold
 * or the number of records is not the one expected. */
typedef int (*held_each_fn)(const struct held_chunk *chunk, void *arg, struct err *err);
MUST_USE int held_each(const char *path, uint32_t epoch, int64_t run, int64_t records, const struct keyring *keys, bool outputs,
                       held_each_fn fn, void *arg, struct err *err);

/* ---- rows (index_store.c) ---- */

struct held_row {
    int64_t run, records, keys, next_ordinal;
    str ruleset; /* of the keys */
};
struct map_row {
    struct index_partner partner;
    uint32_t epoch;
    int64_t run, delta, held_to, size;
    uint8_t digest[HASH_LEN];
};

MUST_USE int store_held(struct db *db, struct arena *a, uint32_t epoch, struct held_row **rows, size_t *n, struct err *err);
MUST_USE int store_held_add(struct db *db, uint32_t epoch, const struct held_row *row, struct err *err);
MUST_USE int store_held_drop(struct db *db, uint32_t epoch, int64_t before_run, struct err *err);
/* By delta. */
MUST_USE int store_maps(struct db *db, struct arena *a, const struct index_partner *partner, uint32_t epoch, struct map_row **rows, size_t *n,
                        struct err *err);
MUST_USE int store_map_add(struct db *db, const struct map_row *row, struct err *err);
MUST_USE int store_maps_drop(struct db *db, const struct index_partner *partner, uint32_t epoch, struct err *err);
MUST_USE int store_maps_drop_all(struct db *db, uint32_t epoch, struct err *err);
MUST_USE int store_newest_run(struct db *db, uint32_t epoch, int64_t *run, struct err *err); /* 0 if there was none */
MUST_USE int store_newest_epoch(struct db *db, uint32_t *epoch, bool *any, struct err *err);
MUST_USE int store_newest_epoch_of(struct db *db, const struct index_partner *partner, uint32_t *epoch, bool *any, struct err *err);
MUST_USE int store_drop_other_epochs(struct db *db, uint32_t epoch, struct err *err);

/* ---- files ---- */

const char *index_held_path(const struct node *node, struct arena *a, uint32_t epoch, int64_t run);
const char *index_map_path(const struct node *node, struct arena *a, const struct index_partner *partner, uint32_t epoch, int64_t run);

/* Removes what an earlier run left: files of held evaluations and of these partners' maps that no row names. */
MUST_USE int index_sweep(struct node *node, const struct index_partner partners[], size_t n, struct err *err);

/* ---- evaluating (index_evaluate.c) ---- */

/* Collects records, evaluates their keys a chunk at a time, each distinct one once, and writes the chunks. */
struct evaluator;
struct evaluator *evaluator_new(const struct names *names, const struct keyring *keys, uint32_t epoch, struct index_stats *stats);
void evaluator_free(struct evaluator *e);
/* Adds the record; evaluates and appends to w when a chunk is full. */
MUST_USE int evaluator_add(struct evaluator *e, const struct vault_id *id, bytes content, uint32_t ordinal, struct held_writer *w, struct err *err);
MUST_USE int evaluator_flush(struct evaluator *e, struct held_writer *w, struct err *err);

/* ---- maps (index_maps.c) ---- */

/* Writes one partner's map over the given runs' evaluations; fills size and digest of row, whose other fields say what to make. */
MUST_USE int index_write_map(struct node *node, const struct held_row held[], size_t n_held, const char *ruleset, struct map_row *row,
                             struct index_stats *stats, struct err *err);

#endif
