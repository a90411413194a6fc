/* csv: tables as files, as they are found in the wild.
 *
 * What: a streaming reader and a writer. The reader takes BOMs, CRLF, LF or CR, quotes, doubled quotes, line breaks inside quotes,
 *       comma, semicolon, tab or bar, spaces after the delimiter, Excel's "sep=;" line, UTF-16 and announced legacy encodings.
 * Why:  agencies' lists come from spreadsheets, forms and old systems; one bad row must not cost the other thousands.
 *
 *     struct csv *csv;
 *     struct csv_row row;
 *     if (csv_open("cases.csv", NULL, &csv, err) < 0) ...
 *     while ((r = csv_next(csv, &row, err)) > 0)
 *         if (row.error) report(row.error->text); else use(row.cells, row.n);
 *     csv_close(csv);
 *
 * A bad row is a value, not an end: a byte that is not UTF-8, a NUL, an unclosed quote, text behind a closing quote, more than
 * CSV_ROW_MAX bytes or CSV_COLUMNS_MAX cells. Reading goes on at the line after the one where the bad row began, or behind a
 * line that is too long. Memory is constant whatever the file holds; time is linear in its size.
 * Not here: what the columns mean (work/cases/columns.h), the same number of cells in each row (row.n says how many there are).
 */
#ifndef COMITY_CSV_H
#define COMITY_CSV_H

#include "ground/base/base.h"

#define CSV_ROW_MAX (1 << 20) /* bytes of a row as UTF-8, quotes and line breaks included */
#define CSV_COLUMNS_MAX 4096

struct csv;

struct csv_row {
    const struct err *error; /* NULL: the row is good. Else code ERR_INPUT or ERR_LIMIT and "line 3, column 2: why: do this" */
    int64_t line;            /* of the row's first byte, from 1 */
    const str *cells;        /* UTF-8; the cell at index i is column i + 1. All borrow until the next csv_next */
    size_t n;                /* 0 if the row is bad */
};

/* Opens a file, "-" is standard input. encoding: NULL for UTF-8, else a name such as "windows-874", "gb18030", "koi8-r"; a byte
 * order mark in the file wins over both. ERR_USAGE for an encoding nobody knows, ERR_NOT_FOUND, ERR_IO. */
MUST_USE int csv_open(const char *path, const char *encoding, struct csv **out, struct err *err);
/* The same over bytes in memory, which are borrowed until csv_close. */
MUST_USE int csv_open_bytes(bytes content, const char *encoding, struct csv **out, struct err *err);
void csv_close(struct csv *csv); /* NULL is allowed */

/* 1: a row, good or bad; 0: the end; ERR_IO: the file cannot be read further. Empty lines are passed over. Cells without quotes
 * are trimmed of ASCII spaces and tabs; a quoted cell is exactly what stands between its quotes. */
MUST_USE int csv_next(struct csv *csv, struct csv_row *row, struct err *err);

char csv_delimiter(const struct csv *csv); /* as found: known after csv_open */
int64_t csv_size(const struct csv *csv);   /* bytes of the file, 0 if unknown (a pipe) */
int64_t csv_offset(const struct csv *csv); /* bytes taken from it so far, for progress */

/* Writing, RFC 4180: cells with a delimiter, quote or line break, or with a space at an end, are quoted. */
enum {
    CSV_CRLF = 1,  /* line ends as RFC 4180 has them, for spreadsheets; else LF, for pipes */
    CSV_GUARD = 2, /* a cell that a spreadsheet would run as a formula gets a ' before it: = + - @ in both widths, tab, CR or LF first, or one
                      of these behind nothing but 's, so that csv_unguard gives every cell back as it was */
};
void csv_write_row(struct buf *out, const str cells[], size_t n, unsigned flags);
str csv_unguard(str cell); /* what CSV_GUARD was given; a part of cell */
#define CSV_BOM STR("\xef\xbb\xbf") /* before the first row: without it Excel takes UTF-8 for an older encoding */

#endif
