/* workbook: what must be known of a workbook before its rows can be read. Private to sheet.
 *
 * What: where the first sheet that is not hidden is, the texts that cells point to, which number formats are dates, where days are counted from.
 */
#ifndef COMITY_SHEET_WORKBOOK_H
#define COMITY_SHEET_WORKBOOK_H

#include "ground/zip/zip_read.h"

#define WORKBOOK_STYLES 65536
#define WORKBOOK_TEXTS ((size_t)8 << 20)

enum workbook_format { FORMAT_NUMBER, FORMAT_DATE, FORMAT_TIME, FORMAT_DATE_TIME };

struct workbook {
    str sheet;            /* the part's name */
    unsigned number;      /* of the sheet, from 1 */
    bool from_1904;
    str *texts;
    size_t n_texts;
    uint8_t *formats;     /* enum workbook_format of each cell style */
    size_t n_formats;
};

/* All from arena. ERR_INPUT, ERR_LIMIT. */
MUST_USE int workbook_read(struct zip_read *zip, struct arena *a, struct workbook *out, struct err *err);

/* What a number format's code shows (ECMA-376 part 1, 18.8.31). */
enum workbook_format workbook_format_of(str code);

/* Texts escape what XML cannot hold as _xHHHH_; back again, from arena. */
str workbook_unescape(struct arena *a, str s);

#endif
