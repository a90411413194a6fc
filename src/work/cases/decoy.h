/* decoy: an invented person's record, made by whoever watches: found by search, asked about blindly and looked at like any other, and marked.
 *
 *     record_add(a, &person, "prs_FirstName", STR("Invented")); ...
 *     r = decoy_make(&w, &person, STR("a singer, invented"), a, &err);      // w: who makes it (the data-protection officer), names, the time
 *
 * The record and its mark are one act (VERB_DECOY), whose leaf names nobody: who looks at it later is found by trust/oversight/canary.h. It stands in
 * no case. Not here: taking the mark off (canary_drop), erasing the record (erase.h: two persons, like any other).
 */
#ifndef COMITY_CASES_DECOY_H
#define COMITY_CASES_DECOY_H

#include "trust/oversight/canary.h"
#include "work/cases/casefile.h"

/* person: values of FIELD_OF_PERSON. ERR_USAGE: nothing that she could be found by; ERR_INPUT: no words; ERR_LIMIT, ERR_DENIED. */
MUST_USE int decoy_make(const struct casework *w, const struct record *person, str words, struct arena *a, struct err *err);

#endif
