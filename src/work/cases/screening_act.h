/* screening_act: a screening and a decision are kept, each by an act of its own.
 *
 *     screening_keep(&w, file, a, &record, err);        // answers, as they were given
 *     decision_keep(&w, file, a, &record, err);         // by a named person; the status of the person follows it
 *
 * A screening never changes a status, and a decision needs no screening: nothing is decided by the program. Not here: what answers show.
 */
#ifndef COMITY_CASES_SCREENING_ACT_H
#define COMITY_CASES_SCREENING_ACT_H

#include "work/cases/casefile.h"
#include "work/cases/screening.h"

/* values and whom it is about are filled. Fills id. */
MUST_USE int screening_keep(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, struct record *screening, struct err *err);
/* ERR_USAGE: without whom it is about, what was decided, who decided and for which organisation. vic_TraffickingStatus and
 * vic_TraffickingStatusDecisionMakingOrg of the person become what was decided, unless more time is needed. */
MUST_USE int decision_keep(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, struct record *decision, struct err *err);

#endif
