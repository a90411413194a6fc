#include "work/cases/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ground/text/when.h"
#include "work/cases/ctdc.h"
#include "work/cases/htcds.h"
#include "work/cases/records_ahead.h"

#define FILES_AT_ONCE 200

const struct export_kind export_kinds[] = {
    {"htcds-csv", N_("HTCDS 2.0, as CSV"), REPORT_CSV, "htcds", false},
    {"htcds-xlsx", N_("HTCDS 2.0, as a workbook"), REPORT_XLSX, "htcds", false},
    {"ctdc", N_("Contribution to CTDC: no names, no numbers"), REPORT_CSV, "ctdc", true},
    {0},
};

const struct export_kind *export_kind(str name)
{
    for (const struct export_kind *k = export_kinds; k->name; k++)
        if (str_eq(name, str_from(k->name)))
            return k;
    return NULL;
}

struct export {
    struct node *node;
    struct arena *own;
    struct when *when; /* the agency's days: of CTDC */
    struct export_order order;
    struct report *report;
    struct records_ahead *ahead;
    struct records_batch batch; /* file after file; rows are put into its arena */
    size_t at;                  /* the first record of the next file */
    int64_t number;             /* of the file in the table */
    str **rows;                 /* of one file */
    size_t n_rows, row, n_columns;
};

static struct records_cursor cursor_of(const struct export_order *order)
{
    struct records_cursor c = {.whose = order->whose, .now_ms = order->now_ms};
    memcpy(c.member, order->member, ID_LEN);
    return c;
}

static const char *const whose_words[] = {[RECORDS_ALL] = "all", [RECORDS_HERS] = "own", [RECORDS_OF_HER_UNIT] = "unit"};

int export_act(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct export_order *order = arg;
    struct arena *a = arena_new();
    struct records_cursor c = cursor_of(order);
    int r = records_count(node, &c, a, &order->files, err);
    arena_free(a);
    if (r < 0)
        return r;
    snprintf(order->detail, sizeof order->detail, "{\"export\":\"%s\",\"files\":%lld,\"which\":\"%s\"}", order->kind->name, (long long)order->files,
             whose_words[order->whose]);
    act->detail = str_from(order->detail);
    return 0;
}

/* --- what two agree to --- */

bytes export_arguments(struct arena *a, const struct export_order *order)
{
    return str_bytes(str_printf(a, "%s %s", order->kind->name, whose_words[order->whose]));
}

int export_order_of(const struct approval *what, int64_t now_ms, struct export_order *order, struct err *err)
{
    str rest = bytes_str(what->arguments), kind;
    (void)str_split(&rest, ' ', &kind);
    *order = (struct export_order){.kind = export_kind(kind), .now_ms = now_ms};
    memcpy(order->member, what->first, ID_LEN);
    if (str_eq(rest, str_from(whose_words[RECORDS_OF_HER_UNIT])))
        order->whose = RECORDS_OF_HER_UNIT;
    else if (str_eq(rest, str_from(whose_words[RECORDS_HERS])))
        order->whose = RECORDS_HERS;
    else
        order->kind = NULL; /* all is the operator's */
    return what->verb == VERB_EXPORT && order->kind ? 0 : err_set(err, ERR_CORRUPT, "a request for an export asks for none that there is");
}

int export_agreed(struct node *node, struct act *act, void *approval, struct err *err)
{
    struct export_order *order = arena_new_of(node->arena, struct export_order); /* the act's detail is in it until the leaf is written */
    int r = export_order_of(approval, act->now_ms, order, err);
    return r < 0 ? r : export_act(node, act, order, err);
}

/* --- rows --- */

static void rows_of_ctdc(struct export *x, const struct record *records, size_t n)
{
    struct ctdc_file file = {records, n, when_day_of(x->when, records[0].made_ms), x->node->agency.country};
    x->rows = arena_alloc(x->batch.arena, n * sizeof *x->rows);
    for (size_t i = 0; i < n; i++) {
        str *cells = arena_array(x->batch.arena, str, CTDC_VARIABLES);
        if (ctdc_row(x->batch.arena, &file, &records[i], cells))
            x->rows[x->n_rows++] = cells;
    }
}

/* The rows of the next file; false: there is none in memory. */
static bool next_file(struct export *x)
{
    if (x->at >= x->batch.n)
        return false;
    const struct record *first = &x->batch.records[x->at];
    size_t n = 1;
    while (x->at + n < x->batch.n && memcmp(x->batch.records[x->at + n].file, first->file, ID_LEN) == 0)
        n++;
    x->at += n;
    x->row = x->n_rows = 0;
    if (x->order.kind->ctdc)
        rows_of_ctdc(x, first, n);
    else if ((x->n_rows = htcds_rows(x->batch.arena, x->number + 1, first, n, &x->rows)) > 0)
        x->number++;
    return true;
}

static int next_row(void *state, str cells[], struct err *err)
{
    struct export *x = state;
    while (x->row == x->n_rows) {
        if (next_file(x))
            continue;
        x->at = x->batch.n = x->row = x->n_rows = 0;
        int r = records_ahead_next(x->ahead, &x->batch, err);
        if (r <= 0)
            return r;
    }
    memcpy(cells, x->rows[x->row++], x->n_columns * sizeof *cells);
    return 1;
}

/* --- open, pull, close --- */

static void close_own(struct export *x)
{
    report_close(x->report);
    when_close(x->when);
    arena_free(x->own);
    free(x);
}

int export_open(struct node *node, const struct export_order *order, struct export **out, struct err *err)
{
    str columns[HTCDS_COLUMNS_MAX];
    struct export *x = mem_calloc(1, sizeof *x);
    struct records_cursor from = cursor_of(order);
    *x = (struct export){.order = *order, .node = node, .own = arena_new()};
    x->n_columns = order->kind->ctdc ? CTDC_VARIABLES : htcds_columns(columns);
    const struct report_table table = {.title = str_from(order->kind->file_name), .columns = order->kind->ctdc ? ctdc_variables : columns, .n = x->n_columns};
    const struct report_rows rows = {next_row, x};
    int r = order->kind->ctdc ? when_open(x->own, "en", node->time_zone, &x->when, err) : 0;
    if (r == 0)
        r = report_open(order->kind->report, &table, &rows, &x->report, err);
    if (r == 0)
        r = records_ahead_open(node, &from, FILES_AT_ONCE, &x->ahead, err);
    if (r == 0) {
        *out = x;
        return 0;
    }
    close_own(x);
    return r;
}

int64_t export_pull(struct export *x, uint8_t *to, size_t max, struct err *err)
{
    return report_pull(x->report, to, max, err);
}

void export_close(struct export *x)
{
    if (!x)
        return;
    records_ahead_close(x->ahead);
    struct node *node = x->node;
    close_own(x);
    node_close(node);
}
