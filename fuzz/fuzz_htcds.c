/* A table of HTCDS: columns, cells, rows of one file; and what was taken goes out and comes in again as the same. */
#include <string.h>

#include "ground/csv/csv.h"
#include "work/cases/htcds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct text *text;

/* Takes the rows of one file, at most. False: the table or a row is refused. */
static bool take(struct arena *a, bytes table, struct htcds_file *file)
{
    const struct htcds_options o = {.text = text, .today = {2026, 11, 28}};
    struct htcds *h = NULL;
    struct csv *csv;
    struct csv_row row;
    struct err err = {0};
    bool good = csv_open_bytes(table, NULL, &csv, &err) == 0;
    if (!good)
        return false;
    good = csv_next(csv, &row, &err) > 0 && !row.error && htcds_open(&o, row.cells, row.n, &h, &err) == 0;
    while (good && csv_next(csv, &row, &err) > 0) {
        str *cells = arena_array(a, str, row.n);
        for (size_t i = 0; i < row.n; i++)
            cells[i] = str_dup(a, csv_unguard(row.cells[i]));
        if (row.error || (file->n && !htcds_continues(h, cells, row.n, file)))
            break;
        htcds_look(h, cells, row.n);
        (void)htcds_is_labels(h, cells, row.n);
        good = htcds_take(h, a, row.line, cells, row.n, file, &err) == 0;
    }
    htcds_close(h);
    csv_close(csv);
    return good && file->n > 0;
}

static bytes give(struct arena *a, const struct htcds_file *file)
{
    str columns[HTCDS_COLUMNS_MAX], **rows;
    struct buf out = buf_new(a);
    struct record *records = arena_array(a, struct record, file->n);
    size_t n_columns = htcds_columns(columns);
    for (size_t i = 0; i < file->n; i++)
        records[i] = file->records[i].record;
    size_t n = htcds_rows(a, 1, records, file->n, &rows);
    csv_write_row(&out, columns, n_columns, CSV_GUARD);
    for (size_t i = 0; i < n; i++)
        csv_write_row(&out, rows[i], n_columns, CSV_GUARD);
    return buf_bytes(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    if (!text && text_open(&text, &err) < 0)
        __builtin_trap();
    struct arena *a = arena_new();
    struct htcds_file file = {0}, again = {0};
    if (take(a, (bytes){data, size}, &file)) {
        bytes first = give(a, &file);
        if (take(a, first, &again)) {
            bytes second = give(a, &again);
            if (first.len != second.len || memcmp(first.p, second.p, first.len) != 0)
                __builtin_trap();
        }
    }
    arena_free(a);
    return 0;
}
