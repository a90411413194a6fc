/* import_files: a table of HTCDS comes into the node as files: each row, or rows of one cmt_File, opens a file with its persons, events,
 * referrals, plans, consents.
 *
 *     struct import_files_options o = {.table = {.content = bytes, ...}, .text = text, .owner = member};
 *     import_files_preview(&o, arena, &result, err);                    // nothing is stored; added: files that would be
 *     import_files_run(node, names, &o, arena, &result, err);           // added, known: files; bad: rows
 *
 * At most IMPORT_FILES_PER_ACT files to an act, so that others can work; what a second import brings again is known by a keyed fingerprint of
 * all that a row says and not stored twice. The persons are findable at once. Files keep the table's order. Columns nobody knows are in
 * result->columns, not used. A row that cannot be read is reported and left out, and with it the whole file it belongs to.
 * Not here: what columns and cells mean (htcds.h), printing.
 */
#ifndef COMITY_CASES_IMPORT_FILES_H
#define COMITY_CASES_IMPORT_FILES_H

#include "work/cases/htcds.h"
#include "work/cases/import.h"

#define IMPORT_FILES_PER_ACT 250

struct import_files_options {
    struct import_options table; /* columns.today and .excel_1904 count; rows_per_act does not: an act is IMPORT_FILES_PER_ACT files */
    const struct text *text;
    uint8_t owner[ID_LEN];       /* the member who answers for the files */
};

MUST_USE int import_files_run(struct node *node, const struct names *names, const struct import_files_options *options, struct arena *a,
                              struct import_result *result, struct err *err);
MUST_USE int import_files_preview(const struct import_files_options *options, struct arena *a, struct import_result *result, struct err *err);

/* import_store.c: whether a file with this fingerprint was brought in and is still there; and that one was. */
MUST_USE int import_known(struct db *db, const uint8_t fingerprint[static VAULT_FINGERPRINT_LEN], bool *known, struct err *err);
MUST_USE int import_note(struct db *db, const uint8_t fingerprint[static VAULT_FINGERPRINT_LEN], const uint8_t file[static ID_LEN], struct err *err);

#endif
