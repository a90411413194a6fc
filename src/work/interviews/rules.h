/* rules: how interviews are led, when there may be another, when two questions are one. Pure tables and functions.
 *
 *     p = interview_phase(STR("Clarify"));                                       // its place in the protocol
 *     near = interview_alike(a, STR("Who took your passport?"), STR("who took the passport"));   // 0 to 100
 *
 * The phases follow what NICHD, the Mendez Principles, PEACE and the Barnahus standards have in common: rapport before everything, a free account before
 * questions, open questions before closed ones, a close that leaves nobody alone. Not here: records and acts (interview.h).
 */
#ifndef COMITY_INTERVIEWS_RULES_H
#define COMITY_INTERVIEWS_RULES_H

#include "ground/base/base.h"

struct interview_word { const char *code, *words; };
extern const struct interview_word interview_phases[];  /* Rapport, Account, Clarify, Close: in their order; end with a NULL code */
struct interview_ground { const char *code, *words, *source; };
/* Why there may be one more: ends with a NULL code. */
extern const struct interview_ground interview_grounds[];
const struct interview_ground *interview_ground(str code);
size_t interview_phase(str code); /* its place; the number of phases for one that is none */

/* How alike two questions are, in per cent: by the words they share, without case, marks and signs; of scripts that write no spaces, by three
 * letters that follow each other. From INTERVIEW_NEAR on a person has to look. */
#define INTERVIEW_NEAR 55
int interview_alike(struct arena *a, str one, str other);

/* What she has been put through. Each agency states its own, so that their sum counts nothing twice. */
struct interview_counters { int64_t interviews, minutes, exams; };
struct interview_counters interview_add(struct interview_counters one, struct interview_counters other);

#endif
