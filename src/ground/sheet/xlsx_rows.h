/* xlsx_rows: the rows of a workbook's first sheet. Private to sheet. */
#ifndef COMITY_SHEET_XLSX_ROWS_H
#define COMITY_SHEET_XLSX_ROWS_H

#include "ground/csv/csv.h"

struct xlsx_rows;

MUST_USE int xlsx_rows_open(bytes content, struct xlsx_rows **out, struct err *err); /* borrows content */
void xlsx_rows_close(struct xlsx_rows *x);
MUST_USE int xlsx_rows_next(struct xlsx_rows *x, struct csv_row *row, struct err *err);
int64_t xlsx_rows_size(const struct xlsx_rows *x);
int64_t xlsx_rows_offset(const struct xlsx_rows *x);

/* A day or moment as workbooks count it, as text, from arena; empty: no such day. */
str xlsx_rows_moment(struct arena *a, double serial, bool from_1904, bool date, bool time);

#endif
