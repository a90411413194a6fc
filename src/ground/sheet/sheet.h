/* sheet: a table as people have it, CSV or a workbook (XLSX), as rows.
 *
 * What: looks at the first bytes, and gives rows like ground/csv either way. Of a workbook the first sheet that is not hidden: texts, numbers,
 *       yes and no, results of formulas, dates by their number format (2024-03-01, whatever the cell shows).
 * Why:  who imports a list should not have to know that Excel's file is a ZIP archive of XML.
 *
 *     struct sheet *sheet;
 *     struct csv_row row;
 *     if (sheet_open("cases.xlsx", NULL, &sheet, err) < 0) ...
 *     while ((r = sheet_next(sheet, &row, err)) > 0)
 *         if (row.error) report(row.error->text); else use(row.cells, row.n);       // "sheet 1, cell C17: ..."
 *     sheet_close(sheet);
 *
 * A ' that guards a CSV cell from being run as a formula is taken away (csv_unguard), so that what was exported comes back as it was.
 * Workbooks are hostile until read: no entities, no document types, bounds on everything, and only the parts that are needed are unpacked.
 * Not here: XLS from before 2007, ODS, workbooks under a password, other sheets, what the columns mean.
 */
#ifndef COMITY_SHEET_H
#define COMITY_SHEET_H

#include "ground/csv/csv.h"

#define SHEET_WORKBOOK_MAX ((size_t)256 << 20) /* bytes of the file, which is kept in memory; CSV can be of any size */
#define SHEET_TEXTS_MAX ((size_t)128 << 20)    /* bytes of all different texts in it */

struct sheet;

/* As csv_open; the encoding is of no meaning for a workbook. ERR_INPUT: a workbook that cannot be read; ERR_LIMIT: one too large. */
MUST_USE int sheet_open(const char *path, const char *encoding, struct sheet **out, struct err *err);
MUST_USE int sheet_open_bytes(bytes content, const char *encoding, struct sheet **out, struct err *err);
void sheet_close(struct sheet *sheet); /* NULL is allowed */

/* As csv_next. In a workbook row.line is the row's number; rows without any text are passed over. ERR_INPUT, ERR_LIMIT: the workbook is
 * damaged from here on. */
MUST_USE int sheet_next(struct sheet *sheet, struct csv_row *row, struct err *err);

int64_t sheet_size(const struct sheet *sheet);   /* for progress: how much there is, 0 if unknown */
int64_t sheet_offset(const struct sheet *sheet); /* how much of it has been read */

#endif
