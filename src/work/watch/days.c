#include "work/watch/days.h"

#include <stdlib.h>
#include <string.h>

#include "ground/csv/csv.h"

#define NEAR_WINDOWS 2

/* A call, and how its case went. */
struct case_of {
    uint32_t ticket, window[LINE_WINDOW_MAX];
    unsigned n;
    uint16_t counter;
    int64_t from, to; /* to below 0: not known */
    bool near, overridden, due, refused;
};

struct watch_day {
    struct arena *a;
    const struct watch_days_about *about;
    struct watch_label *labels; /* by ticket */
    struct draws *to;
    struct line *line;
    struct draw_beta beta;
    struct day_begin begin;
    struct day_coming coming;
    struct case_of *cases;
    size_t n, room;
    size_t at[LINE_COUNTERS_MAX + 1]; /* 1 + the case of a counter; 0: none */
};

static int by_ticket(const void *one, const void *other)
{
    const struct watch_label *x = one, *y = other;
    return x->ticket < y->ticket ? -1 : x->ticket > y->ticket;
}

struct watch_day *watch_day_new(const struct watch_days_about *about, struct draws *to)
{
    struct watch_day *d = mem_calloc(1, sizeof *d);
    d->a = arena_new();
    d->labels = arena_array(d->a, struct watch_label, about->n_labels);
    if (about->n_labels) {
        memcpy(d->labels, about->labels, about->n_labels * sizeof *d->labels);
        qsort(d->labels, about->n_labels, sizeof *d->labels, by_ticket);
    }
    d->about = about;
    d->to = to;
    return d;
}

void watch_day_free(struct watch_day *d)
{
    if (!d)
        return;
    line_close(d->line);
    arena_free(d->a);
    free(d->cases);
    free(d);
}

static const struct watch_label *label_of(const struct watch_day *d, uint32_t ticket)
{
    const struct watch_label what = {.ticket = ticket};
    return d->about->n_labels ? bsearch(&what, d->labels, d->about->n_labels, sizeof what, by_ticket) : NULL;
}

/* A flagged ticket, other than that one, within the first two windows of a lane that the counter serves: as it is when the case begins. Were it
 * looked for as long as the case goes on, long cases would be near more often, whoever serves. */
static bool flagged_near(const struct watch_day *d, unsigned counter, uint32_t but)
{
    const struct line_rule *rule = line_rule(d->line);
    for (unsigned lane = 0; lane < rule->n_lanes; lane++) {
        uint32_t ticket = line_counter(d->line, counter)->serves >> lane & 1 ? line_first(d->line, lane) : 0;
        for (unsigned i = 0; ticket && i < NEAR_WINDOWS * rule->window; i++) {
            const struct watch_label *l = ticket == but ? NULL : label_of(d, ticket);
            if (l && l->flagged)
                return true;
            ticket = line_ticket(d->line, ticket)->after;
        }
    }
    return false;
}

/* --- following the line --- */

static void note_draw(struct watch_day *d, const struct day_draw *draw)
{
    struct draw what = {.day = d->begin.day, .number = draw->number, .kind = draw->kind};
    memcpy(what.hall, d->begin.hall, ID_LEN);
    draw_beta_of(&what, draw->weak ? &draw->answers.answers[0].element : &draw->element, draw->weak ? draw->answers.holders[0] : 0, &d->beta);
}

static void give_lots(const struct watch_day *d, struct line_event *e, uint64_t lots[LINE_WINDOW_MAX])
{
    const struct line_window *w = line_asked(d->line);
    if (e->lots)
        return;
    if (e->kind == LINE_CALL && w && w->due < 0)
        for (unsigned i = 0; i < w->n; i++)
            lots[i] = draw_lot(&d->beta, w->tickets[i]);
    else if (e->kind == LINE_CHECK)
        for (unsigned i = 0; i < line_rule(d->line)->n_posts && i < LINE_WINDOW_MAX; i++)
            lots[i] = draw_lot(&d->beta, LINE_POST_ID(i + 1));
    else
        return;
    e->lots = lots;
}

static void begin_case(struct watch_day *d, const struct line_event *e, const struct line_window *w, const struct line_outcome *o)
{
    if (d->n == d->room) {
        d->room = d->room ? 2 * d->room : 256;
        d->cases = mem_realloc(d->cases, d->room * sizeof *d->cases);
    }
    struct case_of *c = &d->cases[d->n++];
    *c = (struct case_of){.ticket = o->ticket, .counter = o->counter, .from = e->at, .to = -1, .overridden = e->kind == LINE_OVERRIDE, .due = o->due};
    if (e->kind == LINE_CALL) {
        c->n = w->n;
        memcpy(c->window, w->tickets, w->n * sizeof *w->tickets);
    }
    c->near = flagged_near(d, o->counter, o->ticket);
    d->at[o->counter] = d->n;
}

/* Only what was served has a time of service. */
static void end_case(struct watch_day *d, const struct line_event *e)
{
    for (unsigned c = 1; c <= LINE_COUNTERS_MAX; c++) {
        struct case_of *one = d->at[c] ? &d->cases[d->at[c] - 1] : NULL;
        if (!one || one->ticket != e->ticket)
            continue;
        one->to = e->kind == LINE_END ? e->at : -1;
        one->refused = e->kind == LINE_REFUSE;
        d->at[c] = 0;
    }
}

int watch_day_record(void *arg, const struct day_record *record, struct err *err)
{
    struct watch_day *d = arg;
    struct line_event e = record->event;
    struct line_outcome o;
    uint64_t lots[LINE_WINDOW_MAX];
    if (record->kind == 'B') {
        d->begin = record->begin;
        return line_open(&record->begin.rule, &d->line, err);
    }
    if (d->line && (record->kind == 'H' || record->kind == 'T')) {
        bool ready;
        return day_comes_over(d->a, &d->coming, record, d->line, &ready, err);
    }
    if (record->kind == 'D')
        note_draw(d, &record->draw);
    if (record->kind != 'E')
        return 0;
    if (!d->line)
        return err_set(err, ERR_INPUT, "the records of a day do not begin with its rule");
    const struct line_window *asked = line_asked(d->line);
    const struct line_window before = asked ? *asked : (struct line_window){.n = 0};
    give_lots(d, &e, lots);
    int r = line_apply(d->line, &e, &o, err);
    if (r < 0)
        return r;
    if (e.kind == LINE_CALL || e.kind == LINE_OVERRIDE)
        begin_case(d, &e, &before, &o);
    else if (e.kind == LINE_END || e.kind == LINE_NO_SHOW || e.kind == LINE_REFUSE || e.kind == LINE_MISMATCH || e.kind == LINE_VOID)
        end_case(d, &e);
    return 0;
}

/* --- as calls of the watch --- */

str watch_once(struct arena *a, const uint8_t hall[static ID_LEN], uint32_t day)
{
    return str_printf(a, "t%08x.%u.", (unsigned)get_u32be(hall), (unsigned)day);
}

/* Somebody who comes once has a code of hall, day and ticket, so that no two are taken for one. */
static str code_of(const struct watch_day *d, uint32_t ticket)
{
    const struct watch_label *l = label_of(d, ticket);
    return l && l->code.len ? l->code : str_printf(d->a, "%.*s%u", STR_ARG(watch_once(d->a, d->begin.hall, d->begin.day)), (unsigned)ticket);
}

static str officer_at(const struct watch_day *d, const struct case_of *c)
{
    for (size_t i = 0; i < d->about->n_seats; i++) {
        const struct watch_seat *s = &d->about->seats[i];
        if (s->counter == c->counter && c->from >= s->since_ms && (s->until_ms == 0 || c->from <= s->until_ms))
            return s->code;
    }
    return str_printf(d->a, "counter-%u", (unsigned)c->counter);
}

static int add_case(struct watch_day *d, const struct case_of *c, struct err *err)
{
    struct buf could = buf_new(d->a);
    const str drawn = code_of(d, c->ticket);
    for (unsigned i = 0; i < c->n && !c->due; i++)
        buf_addf(&could, "%s%.*s", i ? " " : "", STR_ARG(code_of(d, c->window[i])));
    if (c->due)
        buf_add(&could, drawn);
    const struct draws_call call = {.family = d->about->family, .of = officer_at(d, c), .drawn = drawn, .could = buf_str(&could),
                                    .ms = c->to < 0 ? -1 : c->to - c->from, .near = c->near, .overridden = c->overridden, .odd = c->refused};
    return draws_add(d->to, &call, err);
}

int watch_day_end(struct watch_day *d, struct err *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < d->n; i++)
        r = add_case(d, &d->cases[i], err);
    watch_day_free(d);
    return r;
}

/* --- labels --- */

static int add_label(struct arena *a, const struct csv_row *row, int64_t day, struct watch_label **out, size_t *n, size_t *room, struct err *err)
{
    struct date date;
    int64_t ticket;
    const str flagged = row->n > 3 ? row->cells[3] : STR("");
    if (row->n < 3 || !date_parse_iso(row->cells[0], &date) || !date_known(date) || !str_to_int(row->cells[1], 1, UINT32_MAX, &ticket) ||
        (flagged.len && !str_eq(flagged, STR("0")) && !str_eq(flagged, STR("1"))))
        return err_set(err, ERR_INPUT, "line %lld: write a day as 2026-03-02, the number of a ticket, a code, and 1 if it is flagged", (long long)row->line);
    if (date_to_days(date) != day)
        return 0;
    arena_one_more(a, *out, *n, *room);
    (*out)[(*n)++] = (struct watch_label){(uint32_t)ticket, str_dup(a, row->cells[2]), str_eq(flagged, STR("1"))};
    return 0;
}

int watch_labels_read(struct arena *a, bytes table, int64_t day, struct watch_label **out, size_t *n, struct err *err)
{
    struct csv *csv;
    struct csv_row row;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = csv_open_bytes(table, NULL, &csv, err);
    if (r < 0)
        return r;
    bool first = true;
    while ((r = csv_next(csv, &row, err)) > 0) {
        if (row.error)
            r = err_set(err, ERR_INPUT, "%s", row.error->text);
        else if (!first)
            r = add_label(a, &row, day, out, n, &room, err);
        first = false;
        if (r < 0)
            break;
    }
    csv_close(csv);
    return r;
}
