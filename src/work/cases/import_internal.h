/* import_internal: what the imports of persons and of files share: reading the table, the preview. Private to work/cases. */
#ifndef COMITY_CASES_IMPORT_INTERNAL_H
#define COMITY_CASES_IMPORT_INTERNAL_H

#include "ground/sheet/sheet.h"
#include "work/cases/import.h"

/* Standard input as a whole, or what was given; p is NULL for a file. */
MUST_USE int import_read(const struct import_options *options, struct arena *a, bytes *content, struct err *err);
/* Opens the table and passes over its header. */
MUST_USE int import_open(const struct import_options *options, bytes content, struct sheet **sheet, struct csv_row *header, struct err *err);
str *import_copy_list(struct arena *a, const str *list, size_t n);
/* Keeps the first IMPORT_PREVIEW persons, copied. */
void import_keep_preview(struct import_result *r, struct arena *a, const struct identity *who);

#endif
