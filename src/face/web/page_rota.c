/* Rotas: which there are, a new one, one that was drawn; what a supervisor does with it. */
#include <string.h>

#include "face/web/file_page.h"
#include "face/web/pages.html.h"
#include "face/web/rota_page.h"
#include "ground/csv/csv.h"
#include "work/rota/away.h"

static const char *const state_words[] = {
    [ROTAS_DRAFT] = N_("Still written"), [ROTAS_FROZEN] = N_("Frozen, not drawn yet"), [ROTAS_DRAWN] = N_("Drawn, is being made"), [ROTAS_MADE] = N_("Drawn"),
};
static const char *const weekday_words[] = {N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")};
static const char *const kind_words[] = {[ROTAS_ILL] = N_("Ill"), [ROTAS_HAND] = N_("By hand"), [ROTAS_COUNTERS] = N_("Counters"), [ROTAS_SWAP] = N_("Swapped")};

/* --- what the pages share --- */

int rota_page_look(struct page *p, struct rotas_seen *out)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    return r < 0 ? r : rotas_look(p->node, &p->actor, id, p->now_ms, p->a, out, &p->err);
}

str rota_page_day(struct page *p, int64_t day)
{
    return page_date(p, date_from_days(day));
}

str rota_page_days(struct page *p, const struct rota *rota, int first, int last)
{
    if (first < 0)
        return STR("");
    const str one = rota_page_day(p, rota->first_day + first);
    return first == last ? one : str_printf(p->a, "%.*s – %.*s", STR_ARG(one), STR_ARG(rota_page_day(p, rota->first_day + last)));
}

int rota_page_hall(struct page *p, const uint8_t id[static ID_LEN], str *name)
{
    struct hall_setup hall;
    struct err none = {0};
    int r = hall_find(p->node->db, id, p->a, &hall, &none);
    *name = r == 0 ? hall.name : STR("");
    if (r < 0 && r != ERR_NOT_FOUND)
        p->err = none;
    return r == ERR_NOT_FOUND ? 0 : r;
}

struct choices rota_page_officers(struct page *p, const struct rota *rota, const char *name, const char *label, str chosen)
{
    struct choices c = {.page = &p->layout, .name = name, .label = label, .n = (size_t)rota->n_officers};
    c.all = arena_array(p->a, struct choice, c.n);
    for (size_t i = 0; i < c.n; i++) {
        const str value = str_printf(p->a, "%zu", i);
        c.all[i] = (struct choice){value, rota->officers[i].name, str_eq(value, chosen)};
    }
    return c;
}

int rota_page_one(struct page *p, const struct rota *rota)
{
    int64_t n = -1;
    return str_to_int(form_get(&p->query, "one"), 0, rota->n_officers - 1, &n) ? (int)n : -1;
}

str rota_page_duty(const struct rota *rota, int duty)
{
    return duty == ROTA_OFF ? STR("") : rota->duties[duty].name;
}

void rota_page_fault(struct page *p, bytes table, const char *field)
{
    struct rota_book book;
    struct err none = {0};
    page_error(p, field);
    if (rota_book_read(p->a, table, &book, &none) == 0 || book.fault.kind == ROTA_FAULT_NONE)
        return;
    const struct html_arg args[] = {{"line", html_str_int(p->a, book.fault.line)}, {"column", html_str_int(p->a, book.fault.column)},
                                    {"min", html_str_int(p->a, book.fault.min)}, {"max", html_str_int(p->a, book.fault.max)}};
    p->layout.error = html_words(&p->out, rota_fault_words[book.fault.kind], args, 4);
}

str rota_page_term(struct page *p, enum rota_term term, str of, str words)
{
    static const char *const term_words[ROTA_TERMS] = {
        [ROTA_TERM_DAYS] = N_("Days"), [ROTA_TERM_HOURS] = N_("Hours"), [ROTA_TERM_WEEKENDS] = N_("Weekends"), [ROTA_TERM_WEEKENDS_ROW] = N_("Weekends in a row"),
        [ROTA_TERM_DAYS_ROW] = N_("Days in a row"), [ROTA_TERM_OFF_ROW] = N_("Days off in a row"), [ROTA_TERM_WHOLE_WEEKENDS] = N_("Weekends whole or not at all"),
        [ROTA_TERM_SHIFT] = "{name}", [ROTA_TERM_SHIFT_ROW] = N_("{name}, in a row"), [ROTA_TERM_REST] = N_("Hours of rest after {name}"),
        [ROTA_TERM_WITH] = N_("Shifts with {name}"), [ROTA_TERM_WITH_ROW] = N_("Shifts with {name}, one after the other"),
    };
    const struct html_arg args[] = {{"name", of}};
    return term_words[term] ? html_words(&p->out, term_words[term], args, 1) : words;
}

str rota_page_weekday(struct page *p, int weekday)
{
    return page_words(p, weekday_words[weekday]);
}

int rota_page_file(struct page *p, str body, const char *type, const char *name)
{
    p->reply->type = type;
    p->reply->body = str_bytes(body);
    p->reply->file_name = str_from(name);
    return 0;
}

/* --- the list, a new one --- */

int show_rotas(struct page *p)
{
    struct rota_list_view v = {.page = page_layout(p, N_("Rotas"))};
    struct rotas_one *all;
    struct hall_setup *halls;
    size_t n = 0;
    int r = rotas_list(p->node->db, p->a, &all, &v.n, &p->err);
    if (r == 0)
        r = hall_list(p->node->db, p->a, &halls, &n, &p->err);
    v.halls = n > 0;
    v.lines = arena_array(p->a, struct rota_line, r < 0 ? 0 : v.n);
    for (size_t i = 0; r == 0 && i < v.n; i++) {
        v.lines[i] = (struct rota_line){page_hex(p, all[i].id), STR(""), rota_page_day(p, all[i].first_day),
                                        rota_page_day(p, all[i].first_day + all[i].n_days - 1), page_time(p, all[i].frozen_ms), state_words[all[i].state]};
        r = rota_page_hall(p, all[i].hall, &v.lines[i].hall);
    }
    if (r == 0)
        page_rotas(&p->out, &v);
    return r;
}

static int hall_choices(struct page *p, struct choices *c)
{
    struct hall_setup *halls;
    int r = hall_list(p->node->db, p->a, &halls, &c->n, &p->err);
    c->page = &p->layout;
    c->name = "hall";
    c->label = N_("The hall whose key holders draw");
    c->all = arena_array(p->a, struct choice, r < 0 ? 0 : c->n);
    for (size_t i = 0; r == 0 && i < c->n; i++) {
        const str id = page_hex(p, halls[i].id);
        c->all[i] = (struct choice){id, halls[i].name, str_eq(id, form_get(&p->form, "hall"))};
    }
    return r;
}

static int draw_new(struct page *p, str table)
{
    struct rota_new_view v = {.page = page_layout(p, N_("Write a rota")), .table = table};
    int r = hall_choices(p, &v.halls);
    if (r == 0)
        page_rota_new(&p->out, &v);
    return r;
}

int show_rota_new(struct page *p)
{
    return draw_new(p, STR(""));
}

/* What was sent: a file, or the text; line ends as one byte. */
static bytes table_sent(struct page *p)
{
    const struct form_file *file = form_file(&p->files, "file");
    const str sent = file && file->content.len ? bytes_str(file->content) : form_get(&p->form, "table");
    struct buf b = buf_new(p->a);
    for (size_t i = 0; i < sent.len; i++)
        if (sent.p[i] != '\r')
            buf_byte(&b, (uint8_t)sent.p[i]);
    return buf_bytes(&b);
}

int do_rota_new(struct page *p)
{
    struct rotas_one one = {0};
    const bytes table = table_sent(p);
    const str hall = form_get(&p->form, "hall");
    struct hall_setup found;
    int r = hex_decode_into(hall, one.hall, ID_LEN) ? 0 : err_set(&p->err, ERR_INPUT, N_("choose the hall whose key holders draw"));
    if (r == 0)
        r = hall_find(p->node->db, one.hall, p->a, &found, &p->err);
    if (r < 0) {
        page_error(p, "hall");
        return draw_new(p, bytes_str(table));
    }
    r = rotas_save(p->node, &p->actor, &one, table, p->now_ms, &p->err);
    if (r == ERR_INPUT || r == ERR_LIMIT) {
        rota_page_fault(p, table, "table");
        return draw_new(p, bytes_str(table));
    }
    return r < 0 ? r : page_go(p, str_printf(p->a, "/desk/rota/%.*s", STR_ARG(page_hex(p, one.id))).p);
}

/* --- one --- */

static void fill_weeks(struct page *p, const struct rotas_seen *s, struct rota_view *v)
{
    const struct rota *rota = &s->book.rota;
    v->weeks = arena_calloc(p->a, (size_t)rota->n_days, sizeof *v->weeks);
    for (int first = 0, last; first < rota->n_days; first = last + 1) {
        struct rota_week *w = &v->weeks[v->n_weeks++];
        last = first + 6 - rota_weekday(rota, first);
        last = last < rota->n_days ? last : rota->n_days - 1;
        w->heading = rota_page_days(p, rota, first, last);
        w->n_days = (size_t)(last - first + 1);
        w->n = (size_t)rota->n_officers;
        w->rows = arena_calloc(p->a, w->n, sizeof *w->rows);
        for (int d = first; d <= last; d++) {
            w->days[d - first].weekday = rota_page_weekday(p, rota_weekday(rota, d));
            w->days[d - first].date = str_printf(p->a, "%d", date_from_days(rota->first_day + d).day);
        }
        for (int o = 0; o < rota->n_officers; o++) {
            w->rows[o].name = rota->officers[o].name;
            for (int d = first; d <= last; d++) {
                const int at = o * rota->n_days + d;
                w->rows[o].cells[d - first] = (struct rota_cell_view){.duty = rota_page_duty(rota, s->roster[at]), .hand = s->mark[at] == ROTAS_BY_HAND,
                                                                      .stands_in = s->mark[at] == ROTAS_REPAIRED};
                v->by_hand += s->mark[at] == ROTAS_BY_HAND;
            }
        }
    }
}

static str became(struct page *p, const struct rotas_seen *s, const struct rotas_change *c)
{
    const struct rota *rota = &s->book.rota;
    struct buf b = buf_new(p->a);
    for (size_t i = 0; i < c->n && i < 8; i++) {
        const str duty = rota_page_duty(rota, c->cells[i].to);
        if (c->kind == ROTAS_ILL && c->cells[i].officer == c->officer)
            continue;
        buf_addf(&b, "%s%.*s: %.*s", b.len ? "; " : "", STR_ARG(rota->officers[c->cells[i].officer].name), STR_ARG(duty.len ? duty : STR("–")));
    }
    return buf_str(&b);
}

static void fill_changes(struct page *p, const struct rotas_seen *s, struct rota_view *v)
{
    static const uint8_t nobody[ID_LEN];
    v->changes = arena_array(p->a, struct rota_change_line, s->n);
    for (size_t i = s->n; i-- > 0;) {
        const struct rotas_change *c = &s->changes[i];
        if (c->kind == ROTAS_COUNTERS || (c->kind == ROTAS_SWAP && !c->done && c->n == 0))
            continue;
        struct rota_change_line *l = &v->changes[v->n_changes++];
        *l = (struct rota_change_line){.kind = kind_words[c->kind], .officer = s->book.rota.officers[c->officer].name,
                                       .days = rota_page_days(p, &s->book.rota, c->first, c->last), .why = c->why, .at = page_time(p, c->at_ms),
                                       .to = became(p, s, c), .state = c->done ? NULL : N_("Waits for the lot")};
        if (c->kind == ROTAS_SWAP && c->n > 1)
            l->officer = str_printf(p->a, "%.*s, %.*s", STR_ARG(l->officer), STR_ARG(s->book.rota.officers[c->cells[1].officer].name));
        if (c->kind == ROTAS_SWAP && !c->done)
            l->state = N_("Waits for the other officer");
        for (size_t k = 0; k < s->n_draws; k++)
            if (s->draws[k].change == c->number && rotas_lapsed(&s->draws[k], p->now_ms))
                l->state = N_("No lot came in time: enter it again");
        v->waits = v->waits || (!c->done && c->kind != ROTAS_SWAP);
        if (memcmp(c->by, nobody, ID_LEN) != 0)
            l->by = file_member_name(p, c->by);
        if (memcmp(c->agreed, nobody, ID_LEN) != 0)
            l->by = str_printf(p->a, "%.*s, %.*s", STR_ARG(l->by), STR_ARG(file_member_name(p, c->agreed)));
    }
}

static void fill_seats(struct page *p, const struct rotas_seen *s, struct rota_view *v)
{
    const struct rota *rota = &s->book.rota;
    const int64_t today = date_to_days(page_today(p));
    v->seats = arena_array(p->a, struct rota_seats_view, s->n);
    for (size_t i = 0; i < s->n; i++) {
        const struct rotas_change *c = &s->changes[i];
        if (c->kind != ROTAS_COUNTERS || !c->done || c->n == 0 || rota->first_day + c->first < today - 1 || rota->first_day + c->first > today)
            continue;
        struct rota_seats_view *seats = &v->seats[v->n_seats++];
        *seats = (struct rota_seats_view){rota_page_duty(rota, c->duty), rota_page_day(p, rota->first_day + c->first), c->half == 1,
                                          arena_array(p->a, struct rota_seat, c->n), c->n};
        for (size_t k = 0; k < c->n; k++)
            seats->seats[k] = (struct rota_seat){rota->officers[c->cells[k].officer].name, c->cells[k].to ? str_printf(p->a, "%d", c->cells[k].to) : STR("")};
    }
}

static struct choices days(struct page *p, const struct rota *rota, const char *name, const char *label)
{
    const str chosen = form_get(&p->form, name);
    struct choices c = {.page = &p->layout, .name = name, .label = label, .n = (size_t)rota->n_days, .all = arena_array(p->a, struct choice, (size_t)rota->n_days)};
    for (size_t i = 0; i < c.n; i++) {
        const str value = str_printf(p->a, "%zu", i);
        c.all[i] = (struct choice){value, rota_page_day(p, rota->first_day + (int64_t)i), str_eq(value, chosen)};
    }
    return c;
}

static struct choices duties(struct page *p, const struct rota *rota)
{
    const str chosen = form_get(&p->form, "duty");
    struct choices c = {.page = &p->layout, .name = "duty", .label = N_("Becomes"), .n = (size_t)rota->n_duties, .all = arena_array(p->a, struct choice, (size_t)rota->n_duties)};
    for (size_t i = 0; i < c.n; i++) {
        const str value = str_printf(p->a, "%zu", i);
        c.all[i] = (struct choice){value, i == ROTA_OFF ? page_words(p, N_("Day off")) : rota->duties[i].name, str_eq(value, chosen)};
    }
    return c;
}

static void fill_progress(struct page *p, const struct rotas_seen *s, struct rota_view *v)
{
    struct rotas_progress now;
    v->searching = s->one.state == ROTAS_DRAWN && rotas_progress(s->one.id, &now);
    if (!v->searching || now.moves <= 0 || now.done <= 0)
        return;
    const int64_t left_ms = (int64_t)((double)(p->now_ms - now.began_ms) * (double)(now.moves - now.done) / (double)now.done);
    v->percent = 100 * now.done / now.moves;
    v->minutes = left_ms / 60000 + 1;
    v->broken_so_far = now.best.hard;
    v->wishes_so_far = now.best.soft;
}

static int draw_made(struct page *p, const struct rotas_seen *s)
{
    struct rota_view v = {.page = page_layout(p, N_("A rota")), .id = page_hex(p, s->one.id), .first = rota_page_day(p, s->one.first_day),
                          .last = rota_page_day(p, s->one.first_day + s->one.n_days - 1), .digest = hex_encode(p->a, (bytes){s->one.digest, HASH_LEN}),
                          .state = state_words[s->one.state], .waits = s->one.state != ROTAS_MADE, .made = s->one.state == ROTAS_MADE, .attempt = s->attempt,
                          .why = page_field(p, "why")};
    const struct rota *rota = &s->book.rota;
    int r = rota_page_hall(p, s->one.hall, &v.hall);
    if (s->n_draws > 0 && s->draws[0].change == 0) {
        v.drawn = page_time(p, s->draws[0].drawn_ms);
        v.shares = (int64_t)s->draws[0].answers.n;
        v.lapsed = s->one.state == ROTAS_FROZEN && rotas_lapsed(&s->draws[0], p->now_ms);
    }
    fill_progress(p, s, &v);
    if (r == 0 && v.made) {
        v.broken = rota_judge(p->a, rota, s->roster, NULL, NULL).hard;
        fill_weeks(p, s, &v);
        fill_seats(p, s, &v);
        fill_changes(p, s, &v);
        v.ill = rota_page_officers(p, rota, "ill", N_("Who"), form_get(&p->form, "ill"));
        v.one = rota_page_officers(p, rota, "one", N_("One officer alone"), STR(""));
        v.officer = rota_page_officers(p, rota, "officer", N_("Officer"), form_get(&p->form, "officer"));
        v.from = days(p, rota, "from", N_("First day"));
        v.to = days(p, rota, "to", N_("Last day"));
        v.day = days(p, rota, "day", N_("Day"));
        v.duty = duties(p, rota);
    }
    if (r == 0)
        page_rota(&p->out, &v);
    return r;
}

int show_rota(struct page *p)
{
    struct rotas_seen s;
    struct err none = {0};
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    if (r == 0 && rotas_waiting(p->node, id, p->a, &s, &none) == 0) /* asked again every second or two, and nobody's name is on it */
        return draw_made(p, &s);
    r = r < 0 ? r : rotas_look(p->node, &p->actor, id, p->now_ms, p->a, &s, &p->err);
    if (r < 0)
        return r;
    return s.one.state == ROTAS_DRAFT ? rota_page_draft(p, &s, bytes_str(s.input)) : draw_made(p, &s);
}

/* --- what is pressed --- */

static int back(struct page *p, const uint8_t id[static ID_LEN])
{
    return page_go(p, str_printf(p->a, "/desk/rota/%.*s", STR_ARG(page_hex(p, id))).p);
}

static int place(struct page *p, const char *name)
{
    int64_t n = -1;
    return str_to_int(form_get(&p->form, name), 0, ROTA_OFFICERS_MAX, &n) ? (int)n : -1;
}

/* What a form was wrong about is said above it again. */
static int again(struct page *p, int r, const char *field)
{
    struct rotas_seen s;
    const struct err said = p->err;
    if (r != ERR_INPUT && r != ERR_EXISTS && r != ERR_LIMIT && r != ERR_DENIED)
        return r;
    if ((r = rota_page_look(p, &s)) < 0)
        return r;
    p->err = said;
    page_error(p, field);
    return s.one.state == ROTAS_DRAFT ? rota_page_draft(p, &s, bytes_str(s.input)) : draw_made(p, &s);
}

int do_rota_freeze(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    if (r < 0)
        return r;
    r = rotas_freeze(p->node, &p->actor, id, p->now_ms, &p->err);
    return r == 0 ? back(p, id) : again(p, r, NULL);
}

int do_rota_drop(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    if (r == 0)
        r = rotas_drop(p->node, &p->actor, id, p->now_ms, &p->err);
    return r == 0 ? page_go(p, "/desk/rota") : again(p, r, NULL);
}

int do_rota_ill(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    if (r == 0)
        r = rotas_ill(p->node, &p->actor, id, place(p, "ill"), place(p, "from"), place(p, "to"), p->now_ms, &p->err);
    return r == 0 ? back(p, id) : again(p, r, "ill");
}

int do_rota_cell(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    const struct rotas_cell cell = {place(p, "officer"), place(p, "day"), place(p, "duty")};
    if (r == 0)
        r = rotas_hand(p->node, &p->actor, id, cell, page_field(p, "why"), p->now_ms, &p->err);
    return r == 0 ? back(p, id) : again(p, r, page_field(p, "why").len ? "officer" : "why");
}

/* When somebody is away, from her own calendar: days and times, nothing else of it. */
int do_rota_away(struct page *p)
{
    struct rotas_seen s;
    struct rota_away away = {.zone = p->node->time_zone};
    struct ical_span *spans;
    int64_t from, until;
    size_t added = 0;
    const struct form_file *file = form_file(&p->files, "calendar");
    int r = rota_page_look(p, &s);
    if (r < 0)
        return r;
    const int officer = place(p, "calendar-of");
    rota_away_window(&s.book.rota, &from, &until);
    if (!file || file->content.len == 0)
        r = err_set(&p->err, ERR_INPUT, N_("choose the file of a calendar"));
    else if (officer < 0 || officer >= s.book.rota.n_officers)
        r = err_set(&p->err, ERR_INPUT, N_("choose whose calendar it is"));
    else
        r = ical_busy(p->a, file->content, from, until, &spans, &away.n, &p->err);
    if (r == 0) {
        away.spans = spans;
        const str text = rota_away(p->a, &s.book, s.input, officer, &away, &added);
        r = added == 0 ? err_set(&p->err, ERR_INPUT, N_("nothing in this calendar falls on these days that does not stand in the table already"))
                       : rotas_save(p->node, &p->actor, &s.one, str_bytes(text), p->now_ms, &p->err);
    }
    if (r == 0)
        return back(p, s.one.id);
    return again(p, r, "calendar");
}

int do_rota_table(struct page *p)
{
    struct rotas_seen s;
    const bytes table = table_sent(p);
    int r = rota_page_look(p, &s);
    if (r == 0)
        r = rotas_save(p->node, &p->actor, &s.one, table, p->now_ms, &p->err);
    if (r == 0)
        return back(p, s.one.id);
    if ((r != ERR_INPUT && r != ERR_LIMIT) || s.one.state != ROTAS_DRAFT)
        return r;
    rota_page_fault(p, table, "table");
    return rota_page_draft(p, &s, bytes_str(table));
}
