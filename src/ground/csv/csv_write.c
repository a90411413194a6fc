#include "ground/csv/csv.h"

#include <string.h>

/* What a spreadsheet runs or misreads when a cell begins with it (OWASP, "CSV Injection"); full-width forms in some languages. */
static bool is_formula(str cell)
{
    static const str firsts[] = {STR("="), STR("+"), STR("-"), STR("@"), STR("\t"), STR("\r"), STR("\n"),
                                 STR("\uff1d"), STR("\uff0b"), STR("\uff0d"), STR("\uff20")};
    for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++)
        if (str_starts(cell, firsts[i]))
            return true;
    return false;
}

/* The same behind any number of 's: a cell that looks guarded is guarded once more. */
static bool needs_guard(str cell)
{
    while (cell.len && cell.p[0] == '\'')
        cell = str_slice(cell, 1, cell.len);
    return cell.len > 0 && is_formula(cell);
}

str csv_unguard(str cell)
{
    return cell.len && cell.p[0] == '\'' && needs_guard(cell) ? str_slice(cell, 1, cell.len) : cell;
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
        if (cells[i].len)
            write_cell(out, cells[i], (flags & CSV_GUARD) && needs_guard(cells[i]));
    }
    if (n == 1 && cells[0].len == 0)
        buf_add(out, STR("\"\"")); /* an empty line would not be read back as a row */
    buf_add(out, flags & CSV_CRLF ? STR("\r\n") : STR("\n"));
}
