/* report: a table as a file for people: CSV, a workbook or PDF, pulled in pieces.
 *
 * What: one way to make all three. Rows are asked for one at a time as the file is wanted, so memory stays the same for ten rows and a million.
 * Why:  an export of all cases must not fill the node's memory or its disk, and none of it may lie anywhere in the clear.
 *
 *     struct report_table table = {.title = STR("Cases"), .columns = columns, .n = 12};
 *     struct report_rows rows = {next_case, state};
 *     if (report_open(REPORT_XLSX, &table, &rows, &report, err) < 0) ...
 *     while ((n = report_pull(report, to, sizeof to, err)) > 0) ...      // what struct site_reply.produce wants
 *     report_close(report);
 *
 * CSV and XLSX are for data: what is read back is what went in (csv_unguard). PDF is for reading and paper: Khmer copied out of a PDF comes in
 * the wrong order, whoever wrote it. PDF is made by a process of its own (render.h). Not here: what the rows are, that an export is an act (trust/act), whole documents (paper.h).
 */
#ifndef COMITY_REPORT_H
#define COMITY_REPORT_H

#include "ground/base/base.h"

enum report_kind { REPORT_CSV, REPORT_XLSX, REPORT_PDF };

struct report_table {
    str title;            /* of the sheet or document */
    const str *columns;   /* the first row */
    size_t n;
    str language, agency, handling; /* PDF only (paper.h): of title and columns; at the top of each page */
    const uint8_t *weights;         /* PDF only: how wide the columns are beside each other; NULL: all alike */
};

struct report_rows {
    /* 1: cells[0 .. table.n) are a row, borrowed until the next call; 0: there are no more; ERR_*: the file breaks off. */
    int (*next)(void *state, str cells[], struct err *err);
    void *state;
};

struct report;

const char *report_type(enum report_kind kind);      /* "text/csv; charset=utf-8" */
const char *report_extension(enum report_kind kind); /* "csv" */

/* Copies table; borrows rows->state until report_close. ERR_USAGE: more columns than the kind holds (PDF: PAPER_CELLS); ERR_LIMIT. */
MUST_USE int report_open(enum report_kind kind, const struct report_table *table, const struct report_rows *rows, struct report **out, struct err *err);
/* A document as PDF: its description as paper.h writes it, copied. */
MUST_USE int report_document(str description, struct report **out, struct err *err);
/* Up to max bytes; 0: the end; ERR_*: what came so far is no whole file. */
MUST_USE int64_t report_pull(struct report *r, uint8_t *to, size_t max, struct err *err);
void report_close(struct report *r); /* NULL is allowed; at any time */

#endif
