/* htcds: files as rows of a flat table with the columns of HTCDS 2.0, and back.
 *
 * What: recognises the columns (names, the form's misspellings, labels, what lists of persons call them; a number behind a name is a further record or value), turns rows into
 *       the records of a file, and records into rows. What Comity has beyond the standard is in columns of its own, cmt_.
 * Why:  the standard is a flat table and has no files of several persons; a table that went out must come in again as the same.
 *
 *     htcds_open(&options, row.cells, row.n, &h, err);
 *     ... htcds_look(h, row.cells, row.n) for all rows or many, then for each row again:
 *     if (htcds_take(h, a, row.line, row.cells, row.n, &file, err) < 0) report(err->text);
 *
 *     n = htcds_columns(columns);                           // the other way: always the same columns
 *     n = htcds_rows(a, number, records, n_records, &rows); // of one file: each has a cell for each of them
 *
 * A file is one row, or several that follow each other with the same cmt_File: the k-th holds the k-th record of each kind. In
 * cmt_EventPerson and the like stands which person of the file, from 1, a record tells of. Values of a field that repeats stand in one cell
 * with ; between two (\; and \\ are ; and \ in a value); so do codes. Error texts name line and column, never what stands there. Pure.
 * Tasks, attachments and the ids of grants stay at home. Not here: reading tables (ground/sheet), storing (import_files.h).
 */
#ifndef COMITY_CASES_HTCDS_H
#define COMITY_CASES_HTCDS_H

#include "work/cases/dates.h"
#include "work/cases/record.h"

#define HTCDS_COLUMNS_MAX 250
#define HTCDS_RECORDS_MAX 150 /* of a file */

struct htcds;

struct htcds_options {
    const struct text *text;
    struct date today;
    bool excel_1904;
};

/* One record of a file, and the number of the person it tells of; 0: none. */
struct htcds_record { struct record record; size_t person; };
struct htcds_file {
    str key;                      /* cmt_File, or empty: then each row is a file */
    struct htcds_record *records; /* the file's own first; from arena */
    size_t n, room, n_persons;
    int64_t line;                 /* of its first row */
};

/* ERR_INPUT: no column is one of HTCDS. header is copied. */
MUST_USE int htcds_open(const struct htcds_options *options, const str header[], size_t n, struct htcds **out, struct err *err);
void htcds_close(struct htcds *h); /* NULL is allowed */

size_t htcds_count(const struct htcds *h);
str htcds_header(const struct htcds *h, size_t column);
const struct field *htcds_field(const struct htcds *h, size_t column); /* NULL: the column is not used, or is one of ours that is no field */
bool htcds_uses(const struct htcds *h, size_t column);

/* Learns the order of day and month from a row. */
void htcds_look(struct htcds *h, const str cells[], size_t n);
/* The first date column that can be read in both ways throughout: it is read with the day first. False if none. */
bool htcds_undecided(const struct htcds *h, size_t *column);

/* The labels below the names, as the standard's spreadsheets have them. */
bool htcds_is_labels(const struct htcds *h, const str cells[], size_t n);
str htcds_file_key(const struct htcds *h, const str cells[], size_t n); /* what its cmt_File says, or empty */
/* The row belongs to the file that the rows before it are of. */
bool htcds_continues(const struct htcds *h, const str cells[], size_t n, const struct htcds_file *file);
/* Adds the records of a row; *file is zeroed before its first. ERR_INPUT: the row is refused. */
MUST_USE int htcds_take(const struct htcds *h, struct arena *a, int64_t line, const str cells[], size_t n, struct htcds_file *file, struct err *err);

/* The columns of a table that goes out; static storage. Returns how many. */
size_t htcds_columns(str out[static HTCDS_COLUMNS_MAX]);
/* The rows of a file, cell by cell, from arena; number: of the file in the table. Records of other files or unknown kinds are not looked at. */
size_t htcds_rows(struct arena *a, int64_t number, const struct record records[], size_t n, str **rows[]);

/* One cell as it is stored; order: of day and month. From arena. ERR_INPUT: "leave it empty if it is not known". Private to work/cases. */
struct htcds_country { str key, code; }; /* key: of its English name */
struct htcds_reading { struct field_rules rules; struct dates_rules dates; const struct htcds_country *countries; size_t n_countries; };
MUST_USE int htcds_value(const struct field *field, const struct htcds_reading *reading, struct arena *a, str cell, str *normal, struct err *err);
/* The field of a column by its name without number: letters and digits, small. NULL if there is none. */
const struct field *htcds_word_field(str key);
str htcds_key(struct arena *a, str text);

#endif
