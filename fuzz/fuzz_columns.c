/* columns: any header, spec and rows give identities that encode, or an error; the first line is the spec. */
#include <stdlib.h>

#include "ground/csv/csv.h"
#include "work/cases/columns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct arena *a = arena_new();
    struct err err;
    struct csv *csv;
    struct csv_row row;
    struct columns *columns = NULL;
    str rest = {(const char *)data, len}, spec = {NULL, 0};
    if (len)
        str_split(&rest, '\n', &spec);
    if (!rest.p || csv_open_bytes(str_bytes(rest), NULL, &csv, &err) < 0)
        goto out;
    if (csv_next(csv, &row, &err) > 0 && !row.error &&
        columns_open(&(struct columns_options){.spec = spec.len ? str_c(a, spec) : NULL, .today = {2026, 11, 23}}, row.cells, row.n, &columns, &err) == 0) {
        while (csv_next(csv, &row, &err) > 0) {
            struct identity who, back;
            if (row.error)
                continue;
            columns_look(columns, row.cells, row.n);
            if (columns_identity(columns, a, row.line, row.cells, row.n, &who, &err) == 0 &&
                identity_decode(a, identity_encode(a, &who), &back, &err) < 0)
                abort();
        }
    }
    columns_close(columns);
    csv_close(csv);
out:
    arena_free(a);
    return 0;
}
