/* act_internal: what act.c and act_store.c share. */
#ifndef COMITY_ACT_INTERNAL_H
#define COMITY_ACT_INTERNAL_H

#include "trust/act/approval.h"

/* What a leaf leads to. */
struct act_link {
    int64_t leaf, at_ms;
    struct vault_id detail;
    const uint8_t *object; /* may be NULL */
    uint8_t actor[ACT_PSEUDONYM_LEN];
    str verb;              /* as it stands in the leaf */
};
/* Within the act's transaction. */
MUST_USE int act_store_link(struct db *db, const struct act_link *link, struct err *err);
/* Removes one link to the object: 1 and its detail's id, or 0 when there is none left. */
MUST_USE int act_store_unlink_one(struct db *db, const uint8_t object[static ID_LEN], struct vault_id *detail, struct err *err);

/* approval.c, within the act's transaction: keeps what is asked; whether the act is the one that was agreed to in this transaction. */
MUST_USE int approval_park(struct node *node, struct act *act, struct arena *a, struct err *err);
MUST_USE int approval_holds(struct node *node, const struct act *act, struct err *err);

/* approval_store.c */
struct approval_row {
    struct approval head; /* what is not sealed */
    struct vault_id asked, answer;
    bool has_answer;
};
MUST_USE int approval_store_put(struct db *db, const struct approval_row *row, struct err *err);
MUST_USE int approval_store_get(struct db *db, const uint8_t id[static ID_LEN], struct approval_row *row, struct err *err); /* ERR_NOT_FOUND */
/* Ends one that waits: 1, or 0 when it no longer did. */
MUST_USE int approval_store_end(struct db *db, const struct approval_row *row, struct err *err);
/* A member's own and all that wait at now_ms, newest first, at most APPROVALS_MAX. */
MUST_USE int approval_store_list(struct db *db, const uint8_t member[static ID_LEN], int64_t now_ms, struct arena *a, struct approval_row **rows, size_t *n,
                                 struct err *err);

#endif

