/* What the files of this room share. All its SQL is behind these functions (witness_store.c). */
#ifndef COMITY_WITNESS_INTERNAL_H
#define COMITY_WITNESS_INTERNAL_H

#include "trust/witness/witness.h"

#define TEXT_MAX_STORED 300 /* of troubles: what partners said is cut */

struct seen {
    int64_t size;
    struct merkle_hash root;
    str checkpoint;
    int64_t since_ms, looked_ms;
    str trouble;
};
struct told {
    int64_t size, cosigned_ms, since_ms, failures, tried_ms;
    str trouble, line;
};
struct own {
    int64_t size;
    str checkpoint;
    int64_t recovered_ms;
};

/* Each get: without a row size 0 (own: -1) and all else empty. Strings from arena. */
MUST_USE int witness_store_seen(struct db *db, const uint8_t partner[static ID_LEN], struct arena *a, struct seen *out, struct err *err);
MUST_USE int witness_store_put_seen(struct db *db, const uint8_t partner[static ID_LEN], const struct seen *seen, struct err *err);
MUST_USE int witness_store_told(struct db *db, const uint8_t partner[static ID_LEN], struct arena *a, struct told *out, struct err *err);
MUST_USE int witness_store_put_told(struct db *db, const uint8_t partner[static ID_LEN], const struct told *told, struct err *err);
MUST_USE int witness_store_own(struct db *db, struct arena *a, struct own *out, struct err *err);
MUST_USE int witness_store_put_own(struct db *db, const struct own *own, struct err *err);
/* Keeps it unless evidence of the same kind from the same witness against the same log is open: *added tells. */
MUST_USE int witness_store_add_evidence(struct db *db, const struct witness_evidence *e, bool *added, struct err *err);
MUST_USE int witness_store_is_known(struct db *db, const struct witness_evidence *e, bool *known, struct err *err);
MUST_USE int witness_store_open_count(struct db *db, const uint8_t log[static ID_LEN], int64_t *n, struct err *err);
MUST_USE int witness_store_close(struct db *db, const uint8_t log[static ID_LEN], int64_t now_ms, int64_t *n, struct err *err);

/* When the newest open evidence of any log was found; 0: there is none. */
MUST_USE int witness_store_newest(struct db *db, int64_t *found_ms, struct err *err);

/* Keeps evidence: an act, with a leaf, unless it is known. Fills e->id and found_ms. Outside a transaction. */
MUST_USE int witness_keep(struct node *node, const struct actor *actor, struct witness_evidence *e, int64_t now_ms, bool *added, struct err *err);

/* The decision of a witness (c2sp.org/tlog-witness): fills status, type and body. A negative result: our own trouble. */
MUST_USE int witness_add(struct node *node, const struct partner *p, str body, int64_t now_ms, struct arena *a, struct http_reply *reply,
                         struct err *err);
void witness_own_id(const struct node *node, uint8_t id[static ID_LEN]);
/* Our name and key as a cosigner. */
MUST_USE int witness_self(const struct node *node, struct arena *a, struct note_verifier *out, struct err *err);
/* Our cosignature of a checkpoint's text, as a line. */
MUST_USE int witness_cosign(const struct node *node, struct arena *a, str text, int64_t now_ms, str *line, struct err *err);
/* A partner's signed head. ERR_CRYPTO when it is not that log's. */
MUST_USE int witness_open_head(struct arena *a, const struct partner *p, str raw, struct note *note, struct checkpoint *cp, struct err *err);
/* A head with its log's signature only, whatever other lines came with it. The log must have signed. */
str witness_bare(struct arena *a, const struct note *note, const struct note_verifier *log);
bool witness_takes_part(const struct partner *p); /* active, with address and witness key */
str witness_origin(const struct partner *p); /* its log's name, from its log key */
str witness_origin_hash(struct arena *a, str origin); /* as it stands in /v1/witness/HASH/checkpoint */
/* A partner's words, cut and without anything that moves a terminal. */
str witness_tame(struct arena *a, str said);

#endif
