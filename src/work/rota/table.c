#include "work/rota/table.h"

#include "ground/csv/csv.h"

int rota_table_rows(struct arena *a, bytes text, struct rota_row **out, size_t *n, struct err *err)
{
    struct csv *csv;
    struct csv_row row;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = csv_open_bytes(text, NULL, &csv, err);
    if (r < 0)
        return r;
    while ((r = csv_next(csv, &row, err)) > 0) {
        if (row.error)
            continue;
        arena_one_more(a, *out, *n, room);
        struct rota_row *to = &(*out)[(*n)++];
        *to = (struct rota_row){row.line, arena_array(a, str, row.n), row.n};
        for (size_t i = 0; i < row.n; i++)
            to->cells[i] = str_dup(a, row.cells[i]);
    }
    csv_close(csv);
    return r;
}

str rota_table_without(struct arena *a, const struct rota_row *rows, size_t n, int64_t line)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < n; i++)
        if (rows[i].line != line)
            csv_write_row(&b, rows[i].cells, rows[i].n, 0);
    return buf_str(&b);
}

str rota_table_with(struct arena *a, bytes text, const str cells[], size_t n)
{
    struct buf b = buf_new(a);
    buf_add_bytes(&b, text.p, text.len);
    if (text.len && text.p[text.len - 1] != '\n')
        buf_byte(&b, '\n');
    csv_write_row(&b, cells, n, 0);
    return buf_str(&b);
}
