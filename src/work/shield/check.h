/* check: is she presumed a victim? Asked of all partners when an offence is laid, and looked at again for as long as it is open.
 *
 * What: one blind question to each partner in an epoch (purpose non-punishment); its outputs are kept sealed, so that every later map of the
 *       partner is searched without asking anew; a new epoch, or a person who is described otherwise, asks anew. Own records count as well.
 * Why:  a presumption may arise on the day after. Files that are open then stop then.
 *
 *     const struct shield_asker who = {.node = node, .names = names, .identity = &identity, .actor = &actor};
 *     shield_check(&who, allegation, now, &outcome, &err);             // an act before, the questions, an act behind
 *     shield_watch(&who, now, &n_checked, &err);                       // by the clock: those for which there is something new
 *
 * A partner that cannot be reached has not answered yet: what it is asked about stands still, and it is asked again. The partner's log says that
 * a question came, and ours whom we asked; neither says of whom. Not here: what follows from answers (rules.h).
 */
#ifndef COMITY_SHIELD_CHECK_H
#define COMITY_SHIELD_CHECK_H

#include "trust/peer/ask_all.h"
#include "work/shield/allegation.h"

#define SHIELD_RETRY_MS (INT64_C(60) * 1000) /* a silent partner is asked again */

struct shield_asker {
    struct node *node;
    const struct names *names;
    const struct http_identity *identity;
    const struct actor *actor;
    bool (*stopping)(void *arg); /* looked at between two partners; NULL: never */
    void *stopping_arg;
};

struct shield_outcome { enum allegation_state before, state; size_t unanswered; };
/* All of one offence: whoever has not answered, and whose maps are new. */
MUST_USE int shield_check(const struct shield_asker *s, const uint8_t allegation[static ID_LEN], int64_t now_ms, struct shield_outcome *out, struct err *err);

/* Of all that are open: brings the partners' maps up to date and checks those for which something is new. */
MUST_USE int shield_watch(const struct shield_asker *s, int64_t now_ms, size_t *n_checked, struct err *err);
/* Raises the level of those that are overdue (VERB_ESCALATE); drops what is left of files that were erased. */
MUST_USE int shield_tend(struct node *node, int64_t now_ms, size_t *n_raised, struct err *err);

/* A line of the table of work/cases/erase.h: the offences that were laid to her, and what was kept of the questions. */
struct erase_whom;
MUST_USE int shield_erase(struct node *node, struct act *act, const struct erase_whom *whom, struct arena *a, struct err *err);

#endif
