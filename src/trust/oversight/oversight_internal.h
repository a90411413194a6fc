/* oversight_internal: rows of the room's tables. */
#ifndef COMITY_OVERSIGHT_INTERNAL_H
#define COMITY_OVERSIGHT_INTERNAL_H

#include "trust/oversight/canary.h"
#include "trust/oversight/review.h"

struct review_row {
    struct review head; /* what is not sealed */
    struct vault_id said, words;
    bool has_words;
};
MUST_USE int review_store_put(struct db *db, const struct review_row *row, struct err *err);
MUST_USE int review_store_get(struct db *db, const uint8_t id[static ID_LEN], struct review_row *row, struct err *err); /* ERR_NOT_FOUND */
MUST_USE int review_store_decide(struct db *db, const struct review_row *row, struct err *err); /* 1, or 0: it no longer waits */
/* lead: of files that this member answers for; NULL: all. */
MUST_USE int review_store_list(struct db *db, const uint8_t *lead, int64_t now_ms, struct arena *a, struct review_row **rows, size_t *n, struct err *err);

struct canary_row { struct canary head; struct vault_id words; };
MUST_USE int canary_store_put(struct db *db, const struct canary_row *row, struct err *err); /* ERR_EXISTS */
MUST_USE int canary_store_drop(struct db *db, const uint8_t object[static ID_LEN], struct vault_id *words, struct err *err); /* 1, or 0: none */
MUST_USE int canary_store_list(struct db *db, struct arena *a, struct canary_row **rows, size_t *n, struct err *err); /* with alerts */
MUST_USE int canary_store_seen(struct db *db, int64_t leaf, struct err *err);

#endif
