/* override: a call without a draw, by two persons: agreed on here, made by hall_serve when the counter is free.
 *
 * What: a ticket that waits, a counter or whichever is free next, a reason. A member of the hall asks, a supervisor agrees (approval.h); then it stands until the counter is
 *       free, and is made before anything is drawn for it. It is in the day's record with a number for each of the two, counted, and on the board.
 * Why:  somebody faints in the line. But calls by hand are what a draw is against: never one person's, and never unseen.
 *
 *     override_ask(node, &actor, &o, STR("she is unwell"), now, approval, &err);        // ERR_PARKED
 *     {VERB_HALL_OVERRIDE, N_("Call somebody without a draw"), override_agreed, NULL}    // in the doors' table
 *
 * Not here: the call (hall.h), what the watch makes of many (work/watch).
 */
#ifndef COMITY_DESK_OVERRIDE_H
#define COMITY_DESK_OVERRIDE_H

#include "trust/act/approval.h"

#define OVERRIDES_MAX 64 /* that wait in a hall */

extern const struct db_schema desk_override_schema;

struct override {
    uint8_t hall[ID_LEN];
    uint32_t day, ticket;
    uint16_t counter;    /* 0: whichever is free next and serves its lane */
    uint64_t persons[2]; /* who agreed: a number each, another one every day */
};

/* reason: what the second is told, sealed. ERR_PARKED: waits for the second. */
MUST_USE int override_ask(struct node *node, const struct actor *actor, const struct override *o, str reason, int64_t now_ms,
                          uint8_t approval[static ID_LEN], struct err *err);
/* By whoever has the machine, for two members. ERR_DENIED: they are one. */
MUST_USE int override_by(struct node *node, const struct actor *operator, const struct override *o, const uint8_t first[static ID_LEN],
                         const uint8_t second[static ID_LEN], str reason, int64_t now_ms, struct err *err);
/* approval_kind's run. */
MUST_USE int override_agreed(struct node *node, struct act *act, void *approval, struct err *err);
MUST_USE int override_asked(const struct approval *what, struct override *out, struct err *err);

/* Those that wait to be made, oldest first, from arena. */
MUST_USE int override_waiting(struct db *db, const uint8_t hall[static ID_LEN], uint32_t day, struct arena *a, struct override **out, size_t *n,
                              struct err *err);
/* Within a transaction: what waits on a day waits on another. */
MUST_USE int override_over(struct db *db, const uint8_t hall[static ID_LEN], uint32_t from, uint32_t to, struct err *err);
/* Within a transaction: made, or nothing to make any more. */
MUST_USE int override_gone(struct db *db, const struct override *o, struct err *err);

#endif
