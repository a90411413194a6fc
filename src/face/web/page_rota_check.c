/* A rota checked: rules and meetings; its files; an officer's own shifts. */
#include <string.h>

#include "face/web/pages.html.h"
#include "face/web/rota_page.h"
#include "ground/csv/csv.h"

#define BARS 40
#define BAR_STEP 40
#define BAR_TALL 200
#define HEIGHT 260
#define PAIRS 50

static const char *const breach_words[] = {
    [ROTA_BREACH_RULE] = N_("A rule of an officer"), [ROTA_BREACH_COVER] = N_("Too few or too many"), [ROTA_BREACH_REQUEST] = N_("A wish"),
    [ROTA_BREACH_MEETINGS] = N_("Two who meet too often"), [ROTA_BREACH_FORBIDDEN] = N_("What cannot be"),
};

int rota_page_made(struct page *p, struct rotas_seen *s)
{
    int r = rota_page_look(p, s);
    return r == 0 && s->one.state != ROTAS_MADE ? err_set(&p->err, ERR_NOT_FOUND, N_("this rota is not made yet")) : r;
}

/* --- the check --- */

static str duties_of(struct page *p, const struct rota *rota, uint64_t set)
{
    struct buf b = buf_new(p->a);
    for (int duty = 0; duty < rota->n_duties; duty++)
        if (set >> duty & 1)
            buf_addf(&b, "%s%.*s", b.len ? ", " : "", STR_ARG(duty == ROTA_OFF ? page_words(p, N_("Day off")) : rota->duties[duty].name));
    return buf_str(&b);
}

/* "2 – 5", "≥ 2", "≤ 5": the same for everybody. */
static str between(struct page *p, int min, int max)
{
    if (max >= ROTA_MANY)
        return str_printf(p->a, "≥ %d", min);
    return min == max ? str_printf(p->a, "%d", max) : min ? str_printf(p->a, "%d – %d", min, max) : str_printf(p->a, "≤ %d", max);
}

static void say_rule(struct page *p, const struct rota_rule *rule, struct rota_breach_line *l)
{
    const int unit = rule->kind == ROTA_SUM ? rule->unit : 1;
    l->rule = rota_page_term(p, rule->term, rule->of, rule->words);
    if (rule->term == ROTA_TERM_REST)
        l->allowed = between(p, rule->unit, ROTA_MANY);
    else if (rule->term != ROTA_TERM_NONE && rule->term != ROTA_TERM_WHOLE_WEEKENDS)
        l->allowed = between(p, rule->min / unit, rule->max >= ROTA_MANY ? ROTA_MANY : rule->max / unit);
}

static void say_request(struct page *p, const struct rota *rota, const struct rota_request *wish, struct rota_breach_line *l)
{
    const struct html_arg args[] = {{"name", duties_of(p, rota, wish->duties)}};
    l->rule = wish->wanted ? args[0].value : html_words(&p->out, N_("not {name}"), args, 1);
    l->days = rota_page_day(p, rota->first_day + wish->day);
}

static struct rota_breach_line line_of(struct page *p, const struct rota *rota, const struct rota_breach *b)
{
    struct rota_breach_line l = {.kind = breach_words[b->kind], .officer = b->officer >= 0 ? rota->officers[b->officer].name : STR(""),
                                 .days = rota_page_days(p, rota, b->first, b->last), .amount = str_printf(p->a, "%+d", b->amount), .hard = b->hard};
    switch (b->kind) {
    case ROTA_BREACH_RULE:
        say_rule(p, rota->officers[b->officer].rules[b->index], &l);
        break;
    case ROTA_BREACH_COVER:
        l.rule = duties_of(p, rota, rota->cover[b->index].duties);
        l.allowed = between(p, rota->cover[b->index].min, rota->cover[b->index].max);
        l.days = rota_page_day(p, rota->first_day + rota->cover[b->index].day);
        break;
    case ROTA_BREACH_REQUEST:
        l.officer = rota->officers[rota->requests[b->index].officer].name;
        say_request(p, rota, &rota->requests[b->index], &l);
        break;
    case ROTA_BREACH_MEETINGS:
        l.officer = str_printf(p->a, "%.*s, %.*s", STR_ARG(l.officer), STR_ARG(rota->officers[b->other].name));
        l.allowed = between(p, 0, rota->meetings.max);
        break;
    case ROTA_BREACH_FORBIDDEN:
        l.rule = b->index < rota->n_duties ? rota->duties[b->index].name : STR("");
        break;
    }
    return l;
}

static void fill_breaches(struct page *p, const struct rotas_seen *s, struct rota_check_view *v)
{
    const struct rota_breach *all;
    const struct rota *rota = &s->book.rota;
    const struct rota_score score = rota_judge(p->a, rota, s->roster, &all, &v->n);
    v->hard = score.hard;
    v->wishes = score.soft;
    v->breaches = arena_array(p->a, struct rota_breach_line, v->n);
    size_t at = 0;
    for (int hard = 1; hard >= 0; hard--)
        for (size_t i = 0; i < v->n; i++)
            if (all[i].hard == (bool)hard)
                v->breaches[at++] = line_of(p, rota, &all[i]);
}

static int meet(const struct rota *rota, const uint8_t *roster, int one, int other)
{
    int n = 0;
    for (int d = 0; d < rota->n_days; d++) {
        const int duty = roster[one * rota->n_days + d];
        n += duty != ROTA_OFF && duty == roster[other * rota->n_days + d];
    }
    return n;
}

static void fill_meetings(struct page *p, const struct rotas_seen *s, struct rota_check_view *v)
{
    const struct rota *rota = &s->book.rota;
    const int bound = rota->meetings.duties ? rota->meetings.max : -1;
    int pairs[ROTA_DAYS_MAX + 1] = {0}, most = 0, tallest = 1;
    v->pairs = arena_array(p->a, struct rota_pair, PAIRS);
    for (int one = 0; one < rota->n_officers; one++)
        for (int other = one + 1; other < rota->n_officers; other++) {
            const int n = meet(rota, s->roster, one, other);
            pairs[n]++;
            most = n > most ? n : most;
            if (bound >= 0 && n > bound && v->n_pairs < PAIRS)
                v->pairs[v->n_pairs++] = (struct rota_pair){rota->officers[one].name, rota->officers[other].name, str_printf(p->a, "%d", n)};
        }
    most = bound >= 0 && bound + 1 > most ? bound + 1 : most;
    v->n_bars = (size_t)(most < BARS ? most : BARS) + 1;
    v->bars = arena_array(p->a, struct rota_meet_bar, v->n_bars);
    for (size_t i = 0; i < v->n_bars; i++)
        tallest = pairs[i] > tallest ? pairs[i] : tallest;
    for (size_t i = 0; i < v->n_bars; i++) {
        const int height = pairs[i] * BAR_TALL / tallest;
        v->bars[i] = (struct rota_meet_bar){8 + (int)i * BAR_STEP, HEIGHT - 30 - height, height, str_printf(p->a, "%zu", i), str_printf(p->a, "%d", pairs[i]),
                                            bound >= 0 && (int)i > bound};
    }
    v->width = 16 + (int)v->n_bars * BAR_STEP;
    v->height = HEIGHT;
    v->bound = bound >= 0 ? str_printf(p->a, "%d", bound) : STR("");
    v->bound_x = bound >= 0 && bound < BARS ? 8 + (bound + 1) * BAR_STEP - 6 : 0;
}

int show_rota_check(struct page *p)
{
    struct rota_check_view v = {.page = page_layout(p, N_("The rota, checked"))};
    struct rotas_seen s;
    int r = rota_page_made(p, &s);
    if (r < 0)
        return r;
    v.id = page_hex(p, s.one.id);
    fill_breaches(p, &s, &v);
    fill_meetings(p, &s, &v);
    rota_page_fair(p, &s.book.rota, s.roster, &v.fair);
    page_rota_check(&p->out, &v);
    return 0;
}

/* --- files --- */

int show_rota_table(struct page *p)
{
    struct rotas_seen s;
    int r = rota_page_look(p, &s);
    return r < 0 ? r : rota_page_file(p, bytes_str(s.input), "text/csv; charset=utf-8", "rota-table.csv");
}

int show_rota_roster(struct page *p)
{
    struct rotas_seen s;
    struct buf b = buf_new(p->a);
    int r = rota_page_made(p, &s);
    if (r == 0)
        rota_roster_write(&b, &s.book.rota, s.roster, CSV_CRLF | CSV_GUARD);
    return r < 0 ? r : rota_page_file(p, buf_str(&b), "text/csv; charset=utf-8", "rota.csv");
}

int show_rota_calendar(struct page *p)
{
    struct rotas_seen s;
    struct buf b = buf_new(p->a);
    int r = rota_page_made(p, &s);
    if (r == 0)
        rotas_calendar(p->a, &b, &s, rota_page_one(p, &s.book.rota));
    return r < 0 ? r : rota_page_file(p, buf_str(&b), "text/calendar; charset=utf-8", "rota.ics");
}

int show_rota_record(struct page *p)
{
    struct rotas_seen s;
    struct day_keys keys;
    int64_t since_ms;
    int r = rota_page_made(p, &s);
    if (r == 0)
        r = day_book_keys_of(p->node, s.one.hall, s.draws[0].what.day, p->a, &keys, &since_ms, &p->err);
    return r < 0 ? r : rota_page_file(p, rotas_record_write(p->a, &s, &keys.keys), "application/json", "rota-record.json");
}
