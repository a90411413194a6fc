/* review: what is done in an emergency, and answered for afterwards.
 *
 * What: breaking the glass: a member without a part in a file gets a look at it for a day, for a reason that she gives; and the review that
 *       then is due within 72 hours, by a supervisor or data-protection officer who is not herself. A consent that was overridden by two
 *       persons is reviewed in the same way.
 * Why:  a child may be in danger while nobody of the team is there. Nobody is kept out; everybody is asked.
 *
 *     glass_break(node, &actor, file, purpose, reason, now, &err);                  // ERR_STALE: prove again who you are
 *     review_list(node, &actor, REVIEWS_ALL, now, arena, &all, &n, &err);
 *     review_decide(node, &reviewer, id, true, STR("no one of the team was on duty"), now, &err);
 *
 * Not here: who may (verbs.c), what a look shows (work/cases).
 */
#ifndef COMITY_OVERSIGHT_REVIEW_H
#define COMITY_OVERSIGHT_REVIEW_H

#include "trust/act/approval.h"

extern const struct db_schema oversight_schema;

#define GLASS_MS (INT64_C(24) * 3600 * 1000)
#define REVIEW_MS (INT64_C(72) * 3600 * 1000)
#define REVIEW_WORDS_MAX 2000 /* bytes */
#define REVIEWS_MAX 200       /* in a list */

enum review_kind { REVIEW_GLASS = 1, REVIEW_OVERRIDE };
enum review_state { REVIEW_WAITS = 1, REVIEW_RIGHT, REVIEW_WRONG };

struct review {
    uint8_t id[ID_LEN], file[ID_LEN], member[ID_LEN], reviewer[ID_LEN];
    enum review_kind kind;
    enum review_state state;
    int64_t at_ms, due_ms, reviewed_ms;
    str purpose, reference, words; /* sealed; from arena */
};

/* ERR_DENIED: she has a part in it already, or her role has none; ERR_NOT_FOUND. */
MUST_USE int glass_break(struct node *node, const struct actor *actor, const uint8_t file[static ID_LEN], str purpose, str reference, int64_t now_ms,
                         struct err *err);
/* approval_kind's run of VERB_OVERRIDE: leaves a review. */
int override_run(struct node *node, struct act *act, void *arg, struct err *err);

enum review_scope {
    REVIEWS_ALL, /* for those who watch: VERB_OVERSEE */
    REVIEWS_OWN, /* for whoever answers for the files: VERB_FILES */
};
/* Those that wait, soonest first, then those of the last 30 days. From arena. */
MUST_USE int review_list(struct node *node, const struct actor *actor, enum review_scope scope, int64_t now_ms, struct arena *a, struct review **out,
                         size_t *n, struct err *err);
/* Right or wrong, and why. A glass that was wrongly broken is closed at once. ERR_DENIED on one's own; ERR_EXISTS: reviewed already; ERR_INPUT:
 * no words, or too many. */
MUST_USE int review_decide(struct node *node, const struct actor *reviewer, const uint8_t id[static ID_LEN], bool right, str words, int64_t now_ms,
                           struct err *err);
/* How many wait that are not her own, and of them overdue; and how many are on files that she answers for. No act: numbers only. */
struct review_counts { int64_t waiting, overdue, own_files; };
MUST_USE int review_count(struct db *db, const uint8_t member[static ID_LEN], int64_t now_ms, struct review_counts *out, struct err *err);

#endif
