/* custody: which leaf of the log is that of the act which brought a record into its case: for the admissibility sheet. */
#ifndef COMITY_COURT_CUSTODY_H
#define COMITY_COURT_CUSTODY_H

#include "work/cases/casefile.h"

/* An act of looking at the file, which leaves as a bundle. leaves, one for each record: -1: not known, or no attachment. */
MUST_USE int custody_leaves(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const struct record records[], size_t n,
                            int64_t leaves[], struct err *err);

#endif
