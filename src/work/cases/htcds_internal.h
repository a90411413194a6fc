/* htcds_internal: which kinds of records are in the table, shared by both directions. Private to work/cases. */
#ifndef COMITY_CASES_HTCDS_INTERNAL_H
#define COMITY_CASES_HTCDS_INTERNAL_H

#include "work/cases/htcds.h"

struct htcds_unit {
    enum field_unit unit;
    const char *person; /* the column that says which person of the file a record tells of; NULL: of none */
    bool about_row;     /* where there is no such column: the person of the same row */
};
extern const struct htcds_unit htcds_units[]; /* in the order of their columns */
extern const size_t htcds_n_units;

bool htcds_about_row(enum field_unit unit);
/* Whether the field leaves the house: not the ids of grants, tasks, attachments. */
bool htcds_goes_out(const struct field *field);

#endif
