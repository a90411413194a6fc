/* approval: what takes two persons waits here until the second agrees.
 *
 * What: a member's act whose verb has `two` (access.h) is not done but kept, sealed: verb, arguments, purpose, reference, who asks. A second
 *       member, of a role that the rule names and not the first herself, sees what is asked, and agrees or refuses. Then it is done, once.
 * Why:  what is hard to undo, or shows much at once, is nobody's alone to do.
 *
 *     struct act act = {.verb = VERB_EXPORT, .actor = &p->actor, .arguments = arguments, ...};
 *     r = act_run(node, &act, NULL, NULL, &err);                      // ERR_PARKED: act.approval names the request
 *     r = approval_agree(node, kinds, &second, id, now, &err);        // another day: leaves of both, and kinds' function does it
 *     r = approval_fetch(node, &first, id, now, a, &arguments, &err); // where the asker then takes something away, such as an export
 *
 * The agreement and the deed are one transaction with a leaf each, in the names of both; whether the first still may is decided again in it.
 * A request that was refused, taken back, done, or is older than APPROVAL_MS does nothing. Operators need nobody: who has the machine has
 * the keys. Not here: what the verbs do (the doors' table of struct approval_kind).
 */
#ifndef COMITY_ACT_APPROVAL_H
#define COMITY_ACT_APPROVAL_H

#include "trust/act/act.h"

#define APPROVAL_MS (INT64_C(72) * 3600 * 1000)
#define APPROVAL_FETCH_MS (INT64_C(24) * 3600 * 1000)
#define APPROVALS_MAX 200 /* in a list */
#define APPROVALS_OWN_MAX 50 /* of one member that wait at once: what she asks beyond is ERR_LIMIT, so that nobody's flood hides what matters */
#define APPROVAL_REASON_MAX 2000 /* bytes */

enum approval_state { APPROVAL_WAITS = 1, APPROVAL_DONE, APPROVAL_REFUSED, APPROVAL_RETRACTED, APPROVAL_OVER /* nobody agreed in time */ };

struct approval {
    uint8_t id[ID_LEN], first[ID_LEN], second[ID_LEN];
    enum verb verb;
    enum approval_state state;
    int64_t asked_ms, until_ms, ended_ms;
    bool has_file;
    uint8_t file[ID_LEN];
    /* sealed; from arena: */
    str purpose, reference, reason; /* reason: why it was refused */
    bytes arguments;
};

/* What a door can do once there are two. The table ends with a NULL run. */
struct approval_kind {
    enum verb verb;
    const char *words; /* what the second person is asked to agree to: a message */
    act_fn run;        /* arg: const struct approval *; does it from the arguments, within the act */
    /* What follows the commit and may be done again: files, derived data. NULL: nothing. */
    int (*after)(struct node *node, const struct approval *what, struct err *err);
    /* An act of the node itself in the same transaction: a leaf that strangers can be shown without who the two are. NULL: none. */
    act_fn node_run;     /* arg: const struct approval * */
    enum verb node_verb;
};

/* Agrees and does. ERR_NOT_FOUND: there is no such request; ERR_EXISTS: it is decided already, or over; ERR_DENIED: not by her, or the first may
 * no longer; else what the kind's function says: then it waits on. */
MUST_USE int approval_agree(struct node *node, const struct approval_kind *kinds, const struct actor *second, const uint8_t id[static ID_LEN],
                            int64_t now_ms, struct err *err);
/* reason: ERR_INPUT without one. */
MUST_USE int approval_refuse(struct node *node, const struct actor *second, const uint8_t id[static ID_LEN], str reason, int64_t now_ms, struct err *err);
/* The first takes it back. */
MUST_USE int approval_retract(struct node *node, const struct actor *first, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err);
/* The first, once it is done, for APPROVAL_FETCH_MS: what was agreed to. ERR_DENIED says what stands against it. */
MUST_USE int approval_fetch(struct node *node, const struct actor *first, const uint8_t id[static ID_LEN], int64_t now_ms, struct arena *a,
                            struct approval *out, struct err *err);

/* Acts of looking (VERB_APPROVALS). A member's own, and those that wait for somebody like her; newest first, from arena. */
MUST_USE int approval_list(struct node *node, const struct actor *actor, int64_t now_ms, struct arena *a, struct approval **out, size_t *n,
                           struct err *err);
/* One of those; ERR_NOT_FOUND for others'. may_agree: she is one who may, and it waits. */
MUST_USE int approval_look(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], int64_t now_ms, struct arena *a,
                           struct approval *out, bool *may_agree, struct err *err);
/* How many wait for somebody with these roles who is not the first, and how many of her own wait. No act: numbers only. */
MUST_USE int approval_count(struct db *db, const uint8_t member[static ID_LEN], unsigned roles, int64_t now_ms, int64_t *to_decide, int64_t *own,
                            struct err *err);

const char *approval_state_words(enum approval_state state); /* a message */

#endif
