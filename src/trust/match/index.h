/* index: the holder's side. The records in the vault become answer maps, one set per partner.
 *
 * What: each record's keys are evaluated once an epoch under the node's matching key; the results stay on disk, sealed. A
 *       partner's map is made from them by hashing: one more partner, or a second run, costs no curve arithmetic. Records that
 *       came since the last run become a supplement (delta map); erased ones make all maps be written anew without them.
 * Why:  the arithmetic is what takes minutes, so it is done once and not inside a transaction; what becomes visible does so
 *       in one act (VERB_INDEX). A run that is killed leaves the maps as they were.
 *
 *     struct index_options o = {.epoch = index_epoch(now_ms), .actor = &operator, .now_ms = now_ms};
 *     index_build(node, names, partner_ids, n, &o, &stats, err);
 *     index_maps(node, a, partner_id, &maps, &n_maps, err);    // what to offer to this partner: base, then deltas
 *
 *     DIR/maps/held/EPOCH-N.held         sealed evaluations
 *     DIR/maps/PARTNER/EPOCH-N.map       PARTNER is the id in hex, N counts the runs
 * Handles are a keyed permutation of the record's number, so they look random, differ per partner and epoch, and can be
 * resolved by the holder alone. Not here: questions (question.h), sending maps (trust/peer).
 */
#ifndef COMITY_MATCH_INDEX_H
#define COMITY_MATCH_INDEX_H

#include "trust/act/act.h"
#include "trust/names/names.h"

extern const struct db_schema index_schema;

/* The epoch of a time: months since January 2020, UTC. A new epoch has a new key, so all is evaluated again. */
uint32_t index_epoch(int64_t now_ms);

struct index_partner { uint8_t id[ID_LEN]; };

struct index_options {
    uint32_t epoch;
    const struct actor *actor;
    int64_t now_ms;
    void (*progress)(int64_t done, int64_t all, void *arg); /* records; may be NULL */
    void *progress_arg;
};

struct index_stats {
    int64_t records;   /* in the maps now */
    int64_t fresh;     /* evaluated in this run */
    int64_t erased;    /* dropped since the last run */
    int64_t keys;      /* of the fresh records */
    int64_t evaluated; /* distinct ones: each cost one evaluation */
    int64_t common;    /* keys dropped from the maps because more than MAP_SLOTS_MAX records share them */
    int64_t maps;      /* written */
    int64_t map_bytes;
    int64_t map_keys;  /* (key, record) pairs in them */
    /* seconds of the run: unsealing and decoding; names to keys; curve arithmetic; keeping the results; maps */
    double read_s, keys_s, curve_s, keep_s, maps_s;
};

/* Brings the evaluations and every partner's maps up to date. Work is shared among oprf_threads. Old epochs' files go when
 * this epoch's first maps are there. */
MUST_USE int index_build(struct node *node, const struct names *names, const struct index_partner partners[], size_t n_partners,
                         const struct index_options *options, struct index_stats *stats, struct err *err);

struct index_map {
    const char *path;
    uint32_t epoch, delta; /* delta 0 is the base */
    int64_t size;
    uint8_t digest[HASH_LEN]; /* SHA-256 of the file */
};
/* The newest epoch's maps for a partner, base first; none is no error. From arena. */
MUST_USE int index_maps(const struct node *node, struct arena *a, const struct index_partner *partner, struct index_map **out, size_t *n,
                        struct err *err);
/* The epoch in which questions are answered: the newest that has maps. ERR_NOT_FOUND says to run the index. */
MUST_USE int index_current(const struct node *node, uint32_t *epoch, struct err *err);

/* Whose record a partner's handle is. ERR_NOT_FOUND for a handle that is none, or whose record was erased. */
MUST_USE int index_resolve(const struct node *node, const struct index_partner *partner, uint32_t epoch, uint32_t handle,
                           struct vault_id *id, struct err *err);

/* The permutation behind the handles, for tests: index_handle(index_ordinal(h)) == h for one partner and epoch. */
struct index_handles { uint8_t key[KEY_LEN]; };
MUST_USE int index_handles_open(struct index_handles *h, const struct keyring *keys, const struct index_partner *partner, uint32_t epoch,
                                struct err *err);
uint32_t index_handle(const struct index_handles *h, uint32_t ordinal);
uint32_t index_ordinal(const struct index_handles *h, uint32_t handle);

#endif
