#include "work/rota/away.h"

#include <stdlib.h>

#include "ground/text/when.h"
#include "work/rota/table.h"

#define DAY_MINUTES 1440
#define DAY_S (INT64_C(24) * 3600)

/* In minutes of the agency's clock since the first day of the rota began. */
struct busy { int64_t from, to; bool days; };

struct adding {
    struct arena *a;
    const struct rota *rota;
    struct busy *busy;
    size_t n;
    struct rota_row *rows; /* that stand there already */
    size_t n_rows;
    str table;
    size_t added;
};

void rota_away_window(const struct rota *rota, int64_t *from, int64_t *until)
{
    *from = (rota->first_day - 1) * DAY_S;
    *until = (rota->first_day + rota->n_days + 2) * DAY_S;
}

/* A begun minute is a whole one. */
static int64_t minute_of(const struct rota *rota, int64_t second, bool local, str zone, bool up)
{
    const int64_t more = up ? 59 : 0;
    if (local)
        return (second + more) / 60 - rota->first_day * DAY_MINUTES;
    const int64_t ms = (second + more) * 1000;
    return (date_to_days(when_day_in(zone, ms)) - rota->first_day) * DAY_MINUTES + when_minute_in(zone, ms);
}

static int by_begin(const void *one, const void *other)
{
    const struct busy *a = one, *b = other;
    return (a->from > b->from) - (a->from < b->from);
}

static void put(struct adding *w, const str cells[], size_t n)
{
    for (size_t i = 0; i < w->n_rows; i++) {
        bool same = w->rows[i].n >= n;
        for (size_t k = 0; same && k < n; k++)
            same = str_eq(str_trim(w->rows[i].cells[k]), cells[k]);
        if (same)
            return;
    }
    w->table = rota_table_with(w->a, str_bytes(w->table), cells, n);
    w->added++;
}

static str day_text(struct adding *w, int day)
{
    char text[DATE_TEXT_MAX];
    date_format(text, date_from_days(w->rota->first_day + day));
    return str_dup(w->a, str_from(text));
}

static bool all_day(const struct adding *w, int day)
{
    int64_t until = (int64_t)day * DAY_MINUTES;
    for (size_t i = 0; i < w->n; i++)
        if (w->busy[i].from <= until && w->busy[i].to > until)
            until = w->busy[i].to;
    return until >= (int64_t)(day + 1) * DAY_MINUTES;
}

static bool is_busy(const struct adding *w, int64_t from, int64_t to)
{
    for (size_t i = 0; i < w->n; i++)
        if (!w->busy[i].days && w->busy[i].from < to && w->busy[i].to > from)
            return true;
    return false;
}

static void put_shifts(struct adding *w, int officer, int day)
{
    const struct rota *rota = w->rota;
    for (int duty = 1; duty < rota->n_duties; duty++) {
        const struct rota_duty *d = &rota->duties[duty];
        bool could = false, first = true;
        for (int other = 1; other < rota->n_duties; other++)
            if (str_eq(rota->duties[other].shift, d->shift)) {
                could = could || rota->allowed[officer * rota->n_days + day] >> other & 1;
                first = first && other >= duty;
            }
        const int64_t from = (int64_t)day * DAY_MINUTES + d->start;
        if (could && first && is_busy(w, from, from + d->minutes))
            put(w, (const str[]){STR("wish"), rota->officers[officer].name, day_text(w, day), str_printf(w->a, "not %.*s", STR_ARG(d->shift)), STR("")}, 5);
    }
}

str rota_away(struct arena *a, const struct rota_book *book, bytes table, int officer, const struct rota_away *away, size_t *added)
{
    const struct rota *rota = &book->rota;
    struct err none;
    struct adding w = {.a = a, .rota = rota, .busy = arena_array(a, struct busy, away->n), .table = bytes_str(table)};
    if (rota_table_rows(a, table, &w.rows, &w.n_rows, &none) < 0)
        w.n_rows = 0;
    for (size_t i = 0; i < away->n; i++) {
        const struct ical_span *s = &away->spans[i];
        w.busy[w.n++] = (struct busy){minute_of(rota, s->start, s->local, away->zone, false), minute_of(rota, s->end, s->local, away->zone, true), s->days};
    }
    if (w.n)
        qsort(w.busy, w.n, sizeof *w.busy, by_begin);
    for (int day = 0, last; day < rota->n_days; day = last + 1) {
        last = day;
        if (!all_day(&w, day)) {
            put_shifts(&w, officer, day);
            continue;
        }
        while (last + 1 < rota->n_days && all_day(&w, last + 1))
            last++;
        put(&w, (const str[]){STR("leave"), rota->officers[officer].name, day_text(&w, day), day_text(&w, last)}, 4);
    }
    *added = w.added;
    return w.table;
}
