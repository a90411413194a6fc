#include "ground/report/report.h"

#include <stdlib.h>
#include <string.h>

#include "ground/csv/csv.h"
#include "ground/report/paper.h"
#include "ground/report/render.h"
#include "ground/report/xlsx.h"

#define READY ((size_t)64 * 1024) /* so much is made before it is given */

struct report {
    const struct report_format *format;
    struct report_rows rows;
    struct arena *arena;
    struct report_table table; /* a copy */
    str *cells;
    struct buf out;
    size_t given;  /* of out */
    bool ended;
    struct xlsx *xlsx;
    struct render *render; /* out goes through it; NULL: out is what is pulled */
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
    csv_write_row(&r->out, r->table.columns, r->table.n, CSV_CRLF | CSV_GUARD);
    return 0;
}

static int csv_row(struct report *r, struct err *err)
{
    (void)err;
    csv_write_row(&r->out, r->cells, r->table.n, CSV_CRLF | CSV_GUARD);
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
    return xlsx_open(&r->out, r->table.title, r->table.columns, r->table.n, &r->xlsx, err);
}

static int workbook_row(struct report *r, struct err *err)
{
    return xlsx_row(r->xlsx, &r->out, r->cells, r->table.n, err);
}

static int workbook_end(struct report *r, struct err *err)
{
    return xlsx_end(r->xlsx, &r->out, err);
}

static int pdf_begin(struct report *r, struct err *err)
{
    const struct report_table *t = &r->table;
    struct paper_text columns[PAPER_CELLS];
    for (size_t i = 0; i < t->n; i++)
        columns[i] = (struct paper_text){t->language, t->columns[i]};
    paper_begin(&r->out, &(struct paper_head){.language = t->language, .title = t->title, .agency = t->agency, .handling = t->handling});
    paper_heading(&r->out, 1, (struct paper_text){t->language, t->title});
    paper_columns(&r->out, columns, t->weights, t->n);
    return render_open(&r->render, err);
}

static int pdf_row(struct report *r, struct err *err)
{
    struct paper_text cells[PAPER_CELLS];
    size_t all = 0;
    for (size_t i = 0; i < r->table.n; i++) {
        cells[i] = (struct paper_text){.text = r->cells[i]};
        all += r->cells[i].len;
    }
    if (all > PAPER_ITEM / 2)
        return err_set(err, ERR_LIMIT, "a row is too long for paper: take CSV");
    paper_row(&r->out, cells, r->table.n);
    return 0;
}

static int pdf_end(struct report *r, struct err *err)
{
    (void)err;
    paper_table_end(&r->out);
    paper_end(&r->out);
    return 0;
}

static const struct report_format formats[] = {
    [REPORT_CSV] = {"text/csv; charset=utf-8", "csv", CSV_COLUMNS_MAX, csv_begin, csv_row, csv_end},
    [REPORT_XLSX] = {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", XLSX_COLUMNS, workbook_begin, workbook_row, workbook_end},
    [REPORT_PDF] = {"application/pdf", "pdf", PAPER_CELLS, pdf_begin, pdf_row, pdf_end},
};

const char *report_type(enum report_kind kind)
{
    return formats[kind].type;
}

const char *report_extension(enum report_kind kind)
{
    return formats[kind].extension;
}

static struct report *new_report(const struct report_format *format)
{
    struct report *r = mem_calloc(1, sizeof *r);
    r->format = format;
    r->arena = arena_new();
    r->out = buf_new(r->arena);
    return r;
}

static void copy_table(struct report *r, const struct report_table *t)
{
    str *columns = arena_array(r->arena, str, t->n);
    for (size_t i = 0; i < t->n; i++)
        columns[i] = str_dup(r->arena, t->columns[i]);
    r->table = (struct report_table){str_dup(r->arena, t->title), columns, t->n, str_dup(r->arena, t->language), str_dup(r->arena, t->agency),
                                     str_dup(r->arena, t->handling), NULL};
    if (t->weights)
        r->table.weights = bytes_dup(r->arena, (bytes){t->weights, t->n}).p;
    r->cells = arena_array(r->arena, str, t->n);
}

int report_open(enum report_kind kind, const struct report_table *table, const struct report_rows *rows, struct report **out, struct err *err)
{
    const struct report_format *f = &formats[kind];
    if (table->n == 0 || table->n > f->max_columns)
        return err_set(err, ERR_USAGE, "a file of this kind has 1 to %zu columns, not %zu", f->max_columns, table->n);
    struct report *r = new_report(f);
    r->rows = *rows;
    copy_table(r, table);
    int result = f->begin(r, err);
    if (result < 0)
        report_close(r);
    else
        *out = r;
    return result;
}

int report_document(str description, struct report **out, struct err *err)
{
    struct report *r = new_report(&formats[REPORT_PDF]);
    buf_add(&r->out, description);
    r->ended = true;
    int result = render_open(&r->render, err);
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

/* What is made goes to the other process, and what is given comes from there. */
static int64_t pull_rendered(struct report *r, uint8_t *to, size_t max, struct err *err)
{
    for (;;) {
        size_t got;
        int result = make(r, err);
        if (result < 0)
            return result;
        bytes description = {(const uint8_t *)r->out.p + r->given, r->out.len - r->given};
        result = render_step(r->render, &description, r->ended, to, max, &got, err);
        r->given = r->out.len - description.len;
        if (result != 0 || got > 0)
            return result < 0 ? result : (int64_t)got;
    }
}

int64_t report_pull(struct report *r, uint8_t *to, size_t max, struct err *err)
{
    if (r->render)
        return pull_rendered(r, to, max, err);
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
    render_close(r->render);
    xlsx_close(r->xlsx);
    arena_free(r->arena);
    free(r);
}
