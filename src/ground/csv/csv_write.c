#include "ground/csv/csv.h"

#include <string.h>

static bool is_formula(str cell)
{
    return cell.len && memchr("=+-@\t\r", cell.p[0], 6);
}

static bool needs_quotes(str cell)
{
    if (cell.len == 0)
        return false;
    if (cell.p[0] == ' ' || cell.p[cell.len - 1] == ' ')
        return true;
    for (size_t i = 0; i < cell.len; i++)
        if (memchr(",;\"\r\n\t|", cell.p[i], 7)) /* every delimiter a reader may guess */
            return true;
    return false;
}

static void write_cell(struct buf *out, str cell, bool guard)
{
    bool quotes = needs_quotes(cell);
    if (quotes)
        buf_byte(out, '"');
    if (guard)
        buf_byte(out, '\'');
    while (cell.len) {
        const char *quote = memchr(cell.p, '"', cell.len);
        size_t n = quote ? (size_t)(quote - cell.p) + 1 : cell.len;
        buf_add_bytes(out, cell.p, n);
        if (quote)
            buf_byte(out, '"');
        cell = str_slice(cell, n, cell.len);
    }
    if (quotes)
        buf_byte(out, '"');
}

void csv_write_row(struct buf *out, const str cells[], size_t n, unsigned flags)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_byte(out, ',');
        write_cell(out, cells[i], (flags & CSV_GUARD) && is_formula(cells[i]));
    }
    if (n == 1 && cells[0].len == 0)
        buf_add(out, STR("\"\"")); /* an empty line would not be read back as a row */
    buf_add(out, flags & CSV_CRLF ? STR("\r\n") : STR("\n"));
}
