/* log: the node's append-only Merkle log.
 *
 * What: RFC 6962 tree over leaves that are written in the transaction of the act; signed checkpoints (C2SP signed-note and
 *       tlog-checkpoint); inclusion and consistency proofs.
 * Why:  nobody looks unseen, and nobody unsees: a removed or changed leaf breaks every later checkpoint.
 *
 *     struct log_entry entry = {.time_ms = now, .verb = STR("search"), ...};
 *     log_append(log, db, &entry, &index, err);            // inside act_run's transaction
 *
 * A leaf holds no personal data and no bare hash of any: commitment = SHA-256(nonce || detail), with nonce and detail in an
 * erasable sealed record. The pure tree arithmetic is in merkle.h, notes in note.h and checkpoint.h.
 * Not here: who may act (trust/access), the corridor that appends (trust/act), witnesses.
 */
#ifndef COMITY_LOG_H
#define COMITY_LOG_H

#include "ground/crypto/keyring.h"
#include "ground/db/db.h"
#include "trust/log/merkle.h"

struct log;

extern const struct db_schema log_schema;

/* origin: the log's name in checkpoints, for example "comity/kh-1f2e3d4c" (note_name_valid). Borrows keys. */
struct log *log_open(const struct keyring *keys, const char *origin);
void log_close(struct log *l);

struct log_entry {
    int64_t time_ms;
    str actor;   /* pseudonym, never a name */
    str verb;
    str object;  /* random object id in hex, or empty */
    str purpose; /* code */
    uint8_t commitment[HASH_LEN];
};

/* The canonical leaf bytes (JSON, one line, fixed key order), from arena. */
bytes log_leaf(struct arena *a, int64_t index, const struct log_entry *entry);

/* Appends within the current transaction; *index is the leaf's. */
MUST_USE int log_append(struct log *l, struct db *db, const struct log_entry *entry, int64_t *index, struct err *err);
MUST_USE int log_size(struct log *l, struct db *db, int64_t *size, struct err *err);
MUST_USE int log_leaf_get(struct log *l, struct db *db, int64_t index, struct arena *a, bytes *leaf, struct err *err);
MUST_USE int log_root(struct log *l, struct db *db, int64_t size, uint8_t root[HASH_LEN], struct err *err);

/* A signed note over (origin, size, root) of the tree as it was at that size, from arena. */
MUST_USE int log_checkpoint(struct log *l, struct db *db, int64_t size, struct arena *a, str *note, struct err *err);
str log_vkey(struct log *l, struct arena *a); /* "name+hash+key", C2SP signed-note */

/* Proof hashes from arena. ERR_INPUT outside the tree. */
MUST_USE int log_inclusion(struct log *l, struct db *db, int64_t index, int64_t size, struct arena *a, struct merkle_proof *proof, struct err *err);
MUST_USE int log_consistency(struct log *l, struct db *db, int64_t from, int64_t to, struct arena *a, struct merkle_proof *proof, struct err *err);

/* Hashes of the tree as C2SP tlog-tiles has them: those of the perfect subtrees of 256^level leaves, width of them from
 * place * 256 on. Levels 0 and 1 are made from the leaves and held against the stored hashes: ERR_CORRUPT says where something
 * was changed or is missing. ERR_NOT_FOUND beyond the log's end. From arena. Level 1 reads 65,536 leaves for a whole tile. */
#define LOG_TILE_WIDTH 256
MUST_USE int log_tile(struct log *l, struct db *db, unsigned level, uint64_t place, unsigned width, struct arena *a, bytes *tile,
                      struct err *err);

/* Recomputes every hash from the leaves; ERR_CORRUPT names the first leaf or node that does not follow. progress may be NULL.
 * Who can rewrite the whole table can make it agree with itself: what catches that is a checkpoint kept elsewhere.
 * Others may append meanwhile: only the end is checked inside a transaction, so do not call it within one. */
MUST_USE int log_verify(struct log *l, struct db *db, void (*progress)(int64_t done, int64_t all, void *arg), void *arg, struct err *err);

#endif
