/* release: two persons let what was obtained to protect her into a charge, a detention or a removal after all; and take that back.
 *
 * What: which records, for which purpose, by her own yes or a court's order, with reasons: asked by one who works on the file, agreed to by a
 *       supervisor or prosecutor (approval.h). It is a record of the file (FIELD_OF_RELEASE), and everybody who looks at the file sees it.
 * Why:  the firewall (firewall.h) has one door, with two keys, and the door keeps a list.
 *
 *     record_add(a, &r, "rel_Purpose", STR("charge"));  ...  record_add(a, &r, "rel_Records", hex);      // as often as needed
 *     release_ask(&w, file, a, &r, approval, &err);       // ERR_PARKED: waits for the second person
 *     release_end(&w, file, a, release, why, &err);       // from now on it is held back again
 *
 * What was taken away meanwhile stays with whoever has it. Not here: what flows without a release (firewall.h).
 */
#ifndef COMITY_CASES_RELEASE_H
#define COMITY_CASES_RELEASE_H

#include "trust/act/approval.h"
#include "work/cases/casefile.h"

#define RELEASE_RECORDS_MAX 200

/* w->reference is needed. values of release: purpose, basis, proof, reasons, at least one record's id (of the file, or of a recording).
 * ERR_INPUT says what is missing; ERR_PARKED: approval names the request; 0: done (never a member's). */
MUST_USE int release_ask(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const struct record *release,
                         uint8_t approval[static ID_LEN], struct err *err);
/* approval_kind's run of VERB_RELEASE. */
MUST_USE int release_run(struct node *node, struct act *act, void *approval, struct err *err);
/* What is asked, for the second person. From arena. */
MUST_USE int release_asked(const struct approval *what, struct arena *a, struct record *out, struct err *err);
/* why: ERR_INPUT without. ERR_DENIED: it was taken back before. */
MUST_USE int release_end(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t release[static ID_LEN], str why,
                         struct err *err);

#endif
