/* post_internal: what the sending and the receiving half of the post share. */
#ifndef COMITY_POST_INTERNAL_H
#define COMITY_POST_INTERNAL_H

#include "trust/letter/post.h"

#define POST_EVIDENCE_MAX 1000 /* rows a partner: what it contradicts itself with beyond is not kept */

/* What a row of letter_evidence is about. */
extern const char post_evidence_receipt[];  /* a receipt that does not verify, or is for another letter than ours */
extern const char post_evidence_replaced[]; /* a receipt that the partner has since replaced: it lost what it had said */
extern const char post_evidence_twice[];    /* two letters under one id, or in one place of a stream */

/* Within a transaction. The same body twice is one row. */
MUST_USE int post_evidence_put(struct db *db, const uint8_t partner[static ID_LEN], const char *what, bytes body, int64_t now_ms,
                               struct err *err);

/* This node as agency: what stands in from and to. */
void post_self(const struct node *node, uint8_t id[static ID_LEN]);

/* The sealed secret of one of our letter keys. ERR_NOT_FOUND: never ours, or deleted since. */
MUST_USE int post_key_find(struct node *node, const uint8_t public_key[static 32], uint32_t *period,
                           uint8_t sealed[static KEYRING_LETTER_SEALED_LEN], struct err *err);

/* Within a transaction: takes away the secrets whose last letter is long received. The bytes leave the file with the next db_scrub,
 * which post_tidy does. */
MUST_USE int post_keys_drop(struct node *node, int64_t now_ms, struct err *err);

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
MUST_USE int post_store_keys_drop(struct db *db, int64_t ended_before_ms, struct err *err);
MUST_USE int post_store_keys_dropped(struct db *db, struct err *err); /* 1: some wait for a scrub, 0: none */
MUST_USE int post_store_keys_scrubbed(struct db *db, struct err *err);

#endif
