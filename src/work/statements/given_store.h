/* given_store: rows of what was given and what came. */
#ifndef COMITY_STATEMENTS_GIVEN_STORE_H
#define COMITY_STATEMENTS_GIVEN_STORE_H

#include "work/statements/statement_give.h"

MUST_USE int given_store_add(struct db *db, const uint8_t recording[static ID_LEN], const struct statement_given *given, const struct vault_id *cut,
                             struct err *err);
struct given_row { struct statement_given given; bool has_cut; struct vault_id cut; };
MUST_USE int given_store_of(struct db *db, const uint8_t recording[static ID_LEN], struct arena *a, struct given_row **out, size_t *n, struct err *err);

MUST_USE int received_store_add(struct db *db, const uint8_t letter[static ID_LEN], const uint8_t partner[static ID_LEN], const uint8_t *tie, int64_t now_ms,
                                struct err *err); /* tie NULL: it names none */
MUST_USE int received_store_put(struct db *db, const struct statement_received *r, struct err *err);
/* Those about one person, by a tie. */
MUST_USE int received_store_of_tie(struct db *db, const struct tie *tie, struct arena *a, struct statement_received **out, size_t *n, struct err *err);
MUST_USE int received_store_drop(struct db *db, const uint8_t letter[static ID_LEN], struct err *err);
/* letter NULL: all, newest first; unchecked: only those, oldest first. */
MUST_USE int received_store_list(struct db *db, const uint8_t *letter, bool unchecked, struct arena *a, struct statement_received **out, size_t *n,
                                 struct err *err);

#endif
