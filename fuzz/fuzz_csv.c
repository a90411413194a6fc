/* csv: any bytes in any encoding give rows and an end; what is written is read back the same. */
#include <stdlib.h>

#include "ground/csv/csv.h"

static void check_round_trip(struct arena *a, const struct csv_row *row)
{
    struct buf b = buf_new(a);
    struct csv *again;
    struct csv_row back;
    csv_write_row(&b, &STR("header"), 1, 0);
    csv_write_row(&b, row->cells, row->n, CSV_CRLF);
    if (b.len > CSV_ROW_MAX)
        return;
    if (csv_open_bytes(buf_bytes(&b), NULL, &again, NULL) < 0 || csv_next(again, &back, NULL) != 1)
        abort();
    if (csv_delimiter(again) == ',') {
        if (csv_next(again, &back, NULL) != 1 || back.error || back.n != row->n)
            abort();
        for (size_t i = 0; i < row->n; i++)
            if (!str_eq(back.cells[i], row->cells[i]))
                abort();
    }
    csv_close(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const char *const encodings[] = {NULL, "windows-1258", "windows-874", "gb18030", "big5", "utf-16", "koi8-r"};
    if (len == 0)
        return 0;
    struct arena *a = arena_new();
    struct csv *csv;
    if (csv_open_bytes((bytes){data + 1, len - 1}, encodings[data[0] % 7], &csv, NULL) == 0) {
        struct csv_row row;
        int64_t line = 0;
        while (csv_next(csv, &row, NULL) > 0) {
            if (row.line <= line)
                abort();
            line = row.line;
            if (!row.error)
                check_round_trip(a, &row);
        }
        csv_close(csv);
    }
    arena_free(a);
    return 0;
}
