/* store: windows of partners, what was asked in them, registers. */
#ifndef COMITY_INTERVIEWS_STORE_H
#define COMITY_INTERVIEWS_STORE_H

#include "work/interviews/interview.h"

struct window_row { uint8_t partner[ID_LEN], interview[ID_LEN], tie[ID_LEN]; int64_t until_ms, came_ms; str language; };
MUST_USE int window_store_put(struct db *db, const struct window_row *row, struct err *err);
MUST_USE int window_store_get(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t interview[static ID_LEN], struct arena *a,
                              struct window_row *row, struct err *err); /* ERR_NOT_FOUND */
/* Those that are open, and those in which something of ours was asked; the open ones first. */
MUST_USE int window_store_list(struct db *db, int64_t now_ms, struct arena *a, struct window_row **out, size_t *n, struct err *err);

/* Those about one person. */
MUST_USE int window_store_of_tie(struct db *db, const struct tie *tie, struct arena *a, struct window_row **out, size_t *n, struct err *err);
MUST_USE int window_store_drop(struct db *db, const struct window_row *row, struct err *err); /* with what was asked in it; what is sealed is erased before */

struct asked_row {
    uint8_t id[ID_LEN], partner[ID_LEN], interview[ID_LEN];
    struct vault_id content, reason;
    bool has_reason;
    str state;
    int64_t at_ms, answered_ms;
};
enum question_state asked_state(const struct asked_row *row); /* answered counts before what else is known */
MUST_USE int asked_store_put(struct db *db, const struct asked_row *row, struct err *err); /* adds or replaces */
MUST_USE int asked_store_get(struct db *db, const uint8_t id[static ID_LEN], struct arena *a, struct asked_row *row, struct err *err); /* ERR_NOT_FOUND */
MUST_USE int asked_store_of(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t interview[static ID_LEN], struct arena *a,
                            struct asked_row **out, size_t *n, struct err *err);

MUST_USE int register_store_put(struct db *db, const uint8_t tie[static ID_LEN], const struct interview_register *reg, struct err *err);
MUST_USE int register_store_get(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t tie[static ID_LEN], struct arena *a,
                                struct interview_register *reg, struct err *err); /* ERR_NOT_FOUND */
MUST_USE int register_store_drop(struct db *db, const struct tie *tie, struct err *err); /* and what was told */
MUST_USE int told_store_get(struct db *db, const struct tie *tie, uint8_t said[static HASH_LEN], struct err *err); /* zeros: nothing yet */
MUST_USE int told_store_put(struct db *db, const struct tie *tie, const uint8_t said[static HASH_LEN], struct err *err);

#endif
