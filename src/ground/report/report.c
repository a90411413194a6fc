#include "ground/report/report.h"

#include <stdlib.h>
#include <string.h>

#include "ground/csv/csv.h"
#include "ground/report/xlsx.h"

#define READY ((size_t)64 * 1024) /* so much is made before it is given */

struct report {
    const struct report_format *format;
    struct report_rows rows;
    struct arena *arena;
    str title;
    str *columns, *cells;
    size_t n;
    struct buf out;
    size_t given;  /* of out */
    bool ended;
    struct xlsx *xlsx;
};

struct report_format {
    const char *type, *extension;
    size_t max_columns;
    int (*begin)(struct report *r, struct err *err);
    int (*row)(struct report *r, struct err *err);
    int (*end)(struct report *r, struct err *err);
};

static int csv_begin(struct report *r, struct err *err)
{
    (void)err;
    buf_add(&r->out, CSV_BOM);
    csv_write_row(&r->out, r->columns, r->n, CSV_CRLF | CSV_GUARD);
    return 0;
}

static int csv_row(struct report *r, struct err *err)
{
    (void)err;
    csv_write_row(&r->out, r->cells, r->n, CSV_CRLF | CSV_GUARD);
    return 0;
}

static int csv_end(struct report *r, struct err *err)
{
    (void)r;
    (void)err;
    return 0;
}

static int workbook_begin(struct report *r, struct err *err)
{
    return xlsx_open(&r->out, r->title, r->columns, r->n, &r->xlsx, err);
}

static int workbook_row(struct report *r, struct err *err)
{
    return xlsx_row(r->xlsx, &r->out, r->cells, r->n, err);
}

static int workbook_end(struct report *r, struct err *err)
{
    return xlsx_end(r->xlsx, &r->out, err);
}

static const struct report_format formats[] = {
    [REPORT_CSV] = {"text/csv; charset=utf-8", "csv", CSV_COLUMNS_MAX, csv_begin, csv_row, csv_end},
    [REPORT_XLSX] = {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", XLSX_COLUMNS, workbook_begin, workbook_row, workbook_end},
};

const char *report_type(enum report_kind kind)
{
    return formats[kind].type;
}

const char *report_extension(enum report_kind kind)
{
    return formats[kind].extension;
}

int report_open(enum report_kind kind, const struct report_table *table, const struct report_rows *rows, struct report **out, struct err *err)
{
    const struct report_format *f = &formats[kind];
    if (table->n == 0 || table->n > f->max_columns)
        return err_set(err, ERR_USAGE, "a file of this kind has 1 to %zu columns, not %zu", f->max_columns, table->n);
    struct report *r = mem_calloc(1, sizeof *r);
    r->format = f;
    r->rows = *rows;
    r->arena = arena_new();
    r->title = str_dup(r->arena, table->title);
    r->columns = arena_array(r->arena, str, table->n);
    r->cells = arena_array(r->arena, str, table->n);
    for (size_t i = 0; i < table->n; i++)
        r->columns[i] = str_dup(r->arena, table->columns[i]);
    r->n = table->n;
    r->out = buf_new(r->arena);
    int result = f->begin(r, err);
    if (result < 0)
        report_close(r);
    else
        *out = r;
    return result;
}

/* Makes the next piece, if all of the last was given. */
static int make(struct report *r, struct err *err)
{
    if (r->given < r->out.len)
        return 0;
    r->given = r->out.len = 0;
    while (!r->ended && r->out.len < READY) {
        int more = r->rows.next(r->rows.state, r->cells, err);
        if (more > 0)
            more = r->format->row(r, err);
        else if (more == 0) {
            more = r->format->end(r, err);
            r->ended = true;
        }
        if (more < 0)
            return more;
    }
    return 0;
}

int64_t report_pull(struct report *r, uint8_t *to, size_t max, struct err *err)
{
    int result = make(r, err);
    if (result < 0)
        return result;
    size_t n = r->out.len - r->given < max ? r->out.len - r->given : max;
    memcpy(to, r->out.p + r->given, n);
    r->given += n;
    return (int64_t)n;
}

void report_close(struct report *r)
{
    if (!r)
        return;
    xlsx_close(r->xlsx);
    arena_free(r->arena);
    free(r);
}
