/* ctdc: what a victim's record says in the 27 variables of the Counter Trafficking Data Collaborative's codebook (version 2, 2024): no name, no
 * id, ages and durations in bands. Pure.
 *
 *     if (ctdc_row(a, &file, person, cells)) csv_write_row(&out, cells, CTDC_VARIABLES, CSV_CRLF);
 *
 * Flags are 1 or empty, never 0: empty is "nothing is known". The codebook calls its variable 14 by two names; that of its list and its
 * Appendix II is used. What HTCDS cannot say stays empty: that the recruiter was an intimate partner. Not here: publication, which needs more
 * than leaving names out (few persons in a small country are known by their age).
 */
#ifndef COMITY_CASES_CTDC_H
#define COMITY_CASES_CTDC_H

#include "work/cases/record.h"

#define CTDC_VARIABLES 27
extern const str ctdc_variables[CTDC_VARIABLES];

struct ctdc_file {
    const struct record *records; /* of one file, its own first */
    size_t n;
    struct date opened;           /* on which day, where the agency works */
    str country;                  /* of the agency, alpha-2: where the person was identified, if no event says where she was exploited */
};

/* Fills cells, from arena. False: the person is no victim (another part in the case, or found to be none), or of nobody's record. */
bool ctdc_row(struct arena *a, const struct ctdc_file *file, const struct record *person, str cells[static CTDC_VARIABLES]);

#endif
