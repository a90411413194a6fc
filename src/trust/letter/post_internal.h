/* post_internal: what the sending and the receiving half of the post share. */
#ifndef COMITY_POST_INTERNAL_H
#define COMITY_POST_INTERNAL_H

#include "ground/crypto/age.h"
#include "trust/letter/post.h"

#define POST_EVIDENCE_KEEP_DAYS 366
#define POST_EVIDENCE_MAX 1000 /* rows a partner: what it contradicts itself with beyond is not kept */

/* What a row of letter_evidence is about. */
extern const char post_evidence_receipt[];  /* a receipt that does not verify, or is for another letter than ours */
extern const char post_evidence_replaced[]; /* a receipt that the partner has since replaced: it lost what it had said */
extern const char post_evidence_twice[];    /* two letters under one id, or in one place of a stream */

/* Within a transaction. The same body twice is one row. */
MUST_USE int post_evidence_put(struct db *db, const uint8_t partner[static ID_LEN], const char *what, bytes body, int64_t now_ms,
                               struct err *err);

MUST_USE int post_store_evidence_forget(struct db *db, int64_t seen_before_ms, struct err *err);
/* Held letters of streams that are not followed, and came before this time. */
MUST_USE int post_store_held_forget(struct db *db, int64_t arrived_before_ms, struct err *err);

/* This node as agency: what stands in from and to. */
void post_self(const struct node *node, uint8_t id[static ID_LEN]);

/* The sealed secret of one of our letter keys. ERR_NOT_FOUND: never ours, or deleted since. */
MUST_USE int post_key_find(struct node *node, const uint8_t public_key[static 32], uint32_t *period,
                           uint8_t sealed[static KEYRING_LETTER_SEALED_LEN], struct err *err);

/* Within a transaction: takes away the secrets whose last letter is long received. The bytes leave the file with the next db_scrub,
 * which post_tidy does. */
MUST_USE int post_keys_drop(struct node *node, int64_t now_ms, struct err *err);

/* By the clock: what is in DIR/letters/in and belongs to no letter; see post_files_drop. (post_in_files.c) */
MUST_USE int post_in_tidy(struct node *node, int64_t now_ms, struct err *err);

/* DIR/letters/out/ID.age, and the same with a suffix while it is written; from arena. */
const char *post_out_path(const struct node *node, struct arena *a, const uint8_t id[static ID_LEN]);

/* --- streams, of both directions: post_store.c --- */

struct post_stream {
    uint8_t id[ID_LEN];
    uint64_t sequence;           /* of the last letter in it */
    uint8_t previous[HASH_LEN];  /* hash of its header */
    bool live;
    int64_t begun_ms;            /* ascending for one partner and direction, whatever the clock does */
};

/* 1 with *out filled, or 0. */
MUST_USE int post_store_stream_live(struct db *db, const uint8_t partner[static ID_LEN], bool outgoing, struct post_stream *out, struct err *err);
MUST_USE int post_store_stream_find(struct db *db, const uint8_t partner[static ID_LEN], bool outgoing, const uint8_t id[static ID_LEN],
                                    struct post_stream *out, struct err *err);
/* The next of our streams to a partner that began after this time: 1, or 0. */
MUST_USE int post_store_stream_next(struct db *db, const uint8_t partner[static ID_LEN], int64_t after_ms, struct post_stream *out,
                                    struct err *err);
/* A new row; a live one ends what was live before. Raises s->begun_ms above that of every other. */
MUST_USE int post_store_stream_begin(struct db *db, const uint8_t partner[static ID_LEN], bool outgoing, struct post_stream *s, struct err *err);
/* Its place: sequence and previous. */
MUST_USE int post_store_stream_move(struct db *db, const uint8_t partner[static ID_LEN], bool outgoing, const struct post_stream *s,
                                    struct err *err);

/* --- post_key_store.c --- */

struct post_key {
    uint8_t public_key[32];
    uint32_t period; /* month of UTC: year * 12 + month - 1 */
    int64_t until_ms;
};

MUST_USE int post_store_key_put(struct db *db, const struct post_key *key, const uint8_t sealed[static KEYRING_LETTER_SEALED_LEN],
                                int64_t made_ms, struct err *err);
/* The newest of a period that is not deleted: 1, or 0. */
MUST_USE int post_store_key_of(struct db *db, uint32_t period, struct post_key *key, struct err *err);
MUST_USE int post_store_key_find(struct db *db, const uint8_t public_key[static 32], uint32_t *period,
                                 uint8_t sealed[static KEYRING_LETTER_SEALED_LEN], struct err *err);
/* Public keys whose secrets are not deleted, the newest first: at most max. */
MUST_USE int post_store_keys_live(struct db *db, uint8_t keys[][32], size_t max, size_t *n, struct err *err);
MUST_USE int post_store_keys_drop(struct db *db, int64_t ended_before_ms, struct err *err);
MUST_USE int post_store_keys_dropped(struct db *db, struct err *err); /* 1: some wait for a scrub, 0: none */
MUST_USE int post_store_keys_scrubbed(struct db *db, struct err *err);

#endif
