/* columns: which column of a table is which part of a person's identity; and a row becomes a struct identity.
 *
 * What: the mapping (given with --columns, by the usual headers of many languages, or HTCDS 2.0), and the reading of each cell:
 *       names in NFC, dates by the order of their column, documents and phones one by one, sexes in many codings.
 * Why:  every list names its columns in its own way, and what is misread here is never found.
 *
 *     struct columns *columns;
 *     columns_open(&(struct columns_options){.spec = "name=Full name,born=DOB", .today = today}, row.cells, row.n, &columns, err);
 *     ... columns_look(columns, row.cells, row.n) for all rows or many, then for each row again:
 *     if (columns_identity(columns, a, row.line, row.cells, row.n, &who, err) < 0) report(err->text);
 *     // "line 17, column 'Birthdate' (4): there is no such month: correct it, or write the year alone"
 *
 * Error texts name line, column and remedy, never what stands in a cell. A struct columns is read-only but for columns_look.
 * Not here: reading the file (ground/csv), storing (import.h).
 */
#ifndef COMITY_CASES_COLUMNS_H
#define COMITY_CASES_COLUMNS_H

#include "trust/names/identity.h"
#include "work/cases/dates.h"

struct columns;

enum columns_format {
    COLUMNS_AUTO,  /* spec if there is one, else headers as they are usual, HTCDS included */
    COLUMNS_HTCDS, /* the headers of HTCDS 2.0 only */
    COLUMNS_SPEC,  /* the spec only */
};

struct columns_options {
    enum columns_format format;
    const char *spec; /* "given=First name,family=#3,...": field=header, or #number; NULL if there is none. A field may be repeated */
    struct date today;
    bool excel_1904;
    bool lenient; /* a date or sex that cannot be read costs the cell, not the row; of a date the sure part is kept */
};

enum columns_field {
    COLUMNS_NONE, COLUMNS_ID, COLUMNS_NAME, COLUMNS_GIVEN, COLUMNS_MIDDLE, COLUMNS_FAMILY, COLUMNS_BORN, COLUMNS_DOCUMENT,
    COLUMNS_COUNTRY, COLUMNS_PHONE, COLUMNS_SEX, COLUMNS_PLACE, COLUMNS_FIELDS
};
const char *columns_field_name(enum columns_field field); /* "given": the word in a spec */

/* header: the first row of the table. ERR_USAGE: a spec that cannot be read; ERR_INPUT: it names a column that is
 * not there, or no column of names, documents or phones is recognised. */
MUST_USE int columns_open(const struct columns_options *options, const str header[], size_t n, struct columns **out, struct err *err);
void columns_close(struct columns *c); /* NULL is allowed */

size_t columns_count(const struct columns *c);                                /* of the header */
enum columns_field columns_field_of(const struct columns *c, size_t column);  /* column from 0; COLUMNS_NONE is not used */
str columns_header(const struct columns *c, size_t column);
bool columns_htcds(const struct columns *c); /* recognised as HTCDS */

/* Learns the order of day and month from a row. */
void columns_look(struct columns *c, const str cells[], size_t n);
/* The first date column (from 0) that can be read in both ways throughout: it is read with the day first. False if none. */
bool columns_undecided(const struct columns *c, size_t *column);

/* Fills out; strings borrow from cells or are from arena. ERR_INPUT: the row is refused. */
MUST_USE int columns_identity(const struct columns *c, struct arena *a, int64_t line, const str cells[], size_t n, struct identity *out,
                              struct err *err);

#endif
