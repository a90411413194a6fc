/* xlsx: one sheet as a workbook (ECMA-376, transitional), written as it goes, in constant memory.
 *
 * What: six small files in a ZIP archive: a sheet of text cells with a bold first row that stays in view.
 * Why:  not libxlsxwriter: its version in Debian 12 (1.1.4) has no output to memory and gives nothing before the last row; with constant
 *       memory it keeps the rows in a temporary file in the clear. Here no byte touches a disk, and the first leaves with the first row.
 *
 *     if (xlsx_open(out, STR("Cases"), columns, n, &x, &err) < 0) ...
 *     if (xlsx_row(x, out, cells, n, &err) < 0) ...       // as often as needed
 *     if (xlsx_end(x, out, &err) < 0) ...  xlsx_close(x);
 *
 * Every cell is text, never a formula or a number: 007 stays 007, and =1+2 is four letters. What XML cannot hold (control characters) is
 * written as ECMA-376 has it, _x0007_, and read back by ground/sheet. Not here: several sheets, dates as numbers, pictures.
 */
#ifndef COMITY_REPORT_XLSX_H
#define COMITY_REPORT_XLSX_H

#include "ground/base/base.h"

#define XLSX_ROWS 1048576  /* what spreadsheet programs read, the first row included */
#define XLSX_COLUMNS 16384
#define XLSX_CELL 32767    /* UTF-16 units in a cell */

struct xlsx;

/* name: of the sheet; what no sheet may be called is left out. n: 1 .. XLSX_COLUMNS. All are borrowed for this call only. */
MUST_USE int xlsx_open(struct buf *out, str name, const str columns[], size_t n, struct xlsx **opened, struct err *err);
/* ERR_LIMIT: more than XLSX_ROWS, or a cell longer than XLSX_CELL: nothing is cut off silently. */
MUST_USE int xlsx_row(struct xlsx *x, struct buf *out, const str cells[], size_t n, struct err *err);
MUST_USE int xlsx_end(struct xlsx *x, struct buf *out, struct err *err);
void xlsx_close(struct xlsx *x); /* NULL is allowed */

#endif
