/* referral_store: rows of referrals, of what was said of them since, and of the records that came with them. */
#ifndef COMITY_REFERRAL_STORE_H
#define COMITY_REFERRAL_STORE_H

#include "work/requests/referral.h"

struct referral_row {
    struct referral head; /* what is not sealed */
    bool settled;         /* it has ended, and nothing is left to be taken back */
    bool has_said, has_words;
    struct vault_id said, words;
};
MUST_USE int referral_store_put(struct db *db, const struct referral_row *row, struct err *err); /* adds or replaces */
MUST_USE int referral_store_get(struct db *db, const uint8_t id[static ID_LEN], struct arena *a, struct referral_row *row, struct err *err); /* ERR_NOT_FOUND */
/* Open ones first, newest first; or only those that are not settled, the oldest first. */
MUST_USE int referral_store_list(struct db *db, bool unsettled, size_t max, struct arena *a, struct referral_row **out, size_t *n, struct err *err);
/* Those about one person, with the partner of the tie. */
MUST_USE int referral_store_of_tie(struct db *db, const struct tie *tie, struct arena *a, struct referral_row **out, size_t *n, struct err *err);
MUST_USE int referral_store_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err); /* with its steps, and what it says of records that came */
MUST_USE int referral_store_count(struct db *db, int64_t *waiting, struct err *err);

struct step_row { bool ours, last; int64_t at_ms; struct vault_id said; };
MUST_USE int step_store_add(struct db *db, const uint8_t referral[static ID_LEN], const struct step_row *row, struct err *err);
MUST_USE int step_store_of(struct db *db, const uint8_t referral[static ID_LEN], struct arena *a, struct step_row **out, size_t *n, struct err *err);

/* Records of the case that was opened, which hold what was sent. */
MUST_USE int came_store_add(struct db *db, const uint8_t referral[static ID_LEN], const struct record_place *place, struct err *err);
MUST_USE int came_store_of(struct db *db, const uint8_t referral[static ID_LEN], struct arena *a, struct record_place **out, size_t *n, struct err *err);

#endif
