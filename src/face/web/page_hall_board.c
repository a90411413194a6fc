/* The board of a hall, and a traveller's place in line: for everybody who has the address, with numbers and nobody's name. */
#include <string.h>

#include "face/web/gate.h"
#include "face/web/hall_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"

#define CALLS_SHOWN 6
#define LOOK_AGAIN_S 5
#define TURN_MS 8000 /* each group of languages */
#define FRESH_MS 20000

/* 1: the hall is there; 0: it has no day yet; else the address is nobody's. */
static int board_hall(struct page *p, struct hall **hall, struct hall_setup *posted)
{
    uint8_t id[ID_LEN], key[ID_LEN];
    if (!gate_let(web_gate(p->worker->web), p->request->address, p->now_ms))
        return err_set(&p->err, ERR_LIMIT, N_("Many ask for this page at the moment. Try again in a minute."));
    int r = page_id(p, 0, id);
    if (r == 0)
        r = page_id(p, 1, key);
    if (r == 0 && !hall_board_is(p->node->db, id, key))
        r = err_set(&p->err, ERR_NOT_FOUND, N_("there is no such page"));
    if (r == 0)
        r = hall_find(p->node->db, id, p->a, posted, &p->err);
    if (r == 0)
        r = hall_of(p, id, hall);
    return r < 0 ? r : *hall != NULL;
}

/* Three languages at a time, all in turn, the same on each board. */
static void fill_tongues(struct page *p, struct hall_board_view *v)
{
    const size_t n = p->languages.n, room = sizeof v->tongues / sizeof v->tongues[0], groups = (n + room - 1) / room;
    const size_t turn = groups ? (size_t)(p->now_ms / TURN_MS) % groups : 0;
    for (size_t i = turn * room; i < n && v->n_tongues < room; i++) {
        const char *code = p->languages.menu[i].code;
        v->tongues[v->n_tongues++] = (struct hall_tongue){code, web_words(p->worker->web, code)};
    }
}

static void fill_calls(struct page *p, const struct hall *hall, struct hall_board_view *v)
{
    const struct hall_call *calls;
    const size_t n = hall_calls(hall, &calls);
    v->calls = arena_array(p->a, struct hall_call_row, CALLS_SHOWN);
    for (size_t i = n; i > 0 && v->n_calls < CALLS_SHOWN; i--) {
        const struct hall_call *c = &calls[i - 1];
        const struct line_ticket *t = line_ticket(hall_line(hall), c->ticket);
        if (!t || t->state != LINE_CALLED || hall_call_of(hall, c->ticket) != c) /* who is at a counter */
            continue;
        v->calls[v->n_calls++] = (struct hall_call_row){c->ticket, c->counter, c->weak, c->call == 0 && !c->before, p->now_ms - c->at < FRESH_MS};
    }
}

/* Those of whom the next is called, at any of the counters that are open. */
static void fill_window(struct page *p, const struct hall *hall, struct hall_board_view *v)
{
    const struct line *line = hall_line(hall);
    const struct line_rule *rule = line_rule(line);
    const struct line_window *asked = line_asked(line);
    struct line_window w;
    v->window = arena_array(p->a, uint32_t, (size_t)LINE_COUNTERS_MAX * LINE_WINDOW_MAX);
    for (unsigned c = 1; c <= rule->n_counters; c++) {
        const unsigned state = line_counter(line, c)->state;
        if (state == LINE_CLOSED || state == LINE_CLOSING)
            continue;
        line_window(line, c, &w);
        if (asked && asked->counter == c)
            w = *asked;
        for (unsigned i = 0; i < w.n; i++) {
            size_t k = 0;
            while (k < v->n_window && v->window[k] != w.tickets[i])
                k++;
            if (k == v->n_window)
                v->window[v->n_window++] = w.tickets[i];
        }
    }
    for (size_t i = 1; i < v->n_window; i++) /* a few dozen: in the order of numbers, so that one's own is found */
        for (size_t k = i; k > 0 && v->window[k - 1] > v->window[k]; k--) {
            const uint32_t other = v->window[k];
            v->window[k] = v->window[k - 1];
            v->window[k - 1] = other;
        }
}

static void look_again(struct page *p)
{
    str script;
    if (!site_cookie(p->request->header.cookie, "script", &script))
        p->reply->refresh = LOOK_AGAIN_S;
}

int show_hall_board(struct page *p)
{
    struct hall *hall;
    struct hall_setup posted;
    int r = board_hall(p, &hall, &posted);
    if (r < 0)
        return r;
    struct hall_board_view v = {.hall = posted.name, .agency = p->layout.agency, .language = p->layout.language, .begun = hall != NULL, .clock = page_time(p, p->now_ms)};
    fill_tongues(p, &v);
    look_again(p);
    if (hall) {
        const struct line *line = hall_line(hall);
        fill_calls(p, hall, &v);
        fill_window(p, hall, &v);
        v.closed = hall_closed(hall);
        v.overrides = line_totals(line)->overrides;
        v.weak = line_totals(line)->weak;
        for (unsigned i = 0; i < line_rule(line)->n_lanes; i++) {
            v.waiting += line_waiting(line, i);
            v.alone = v.alone || (line_waiting(line, i) && line_choices(line, i) < 2);
        }
    }
    page_hall_board(&p->out, &v);
    return 0;
}

int show_hall_place(struct page *p)
{
    struct hall *hall;
    struct hall_setup posted;
    int r = board_hall(p, &hall, &posted);
    if (r < 0)
        return r;
    const uint32_t number = hall_number(p->request->params[2]);
    const struct line_ticket *t = hall && number ? line_ticket(hall_line(hall), number) : NULL;
    if (!t)
        return err_set(&p->err, ERR_NOT_FOUND, N_("there is no such ticket today"));
    struct hall_place_view v = {.hall = posted.name, .agency = p->layout.agency, .language = p->layout.language, .ticket = number, .state = hall_state_words(t->state),
                                .waits = t->state == LINE_WAITING, .called = t->state == LINE_CALLED, .counter = t->counter, .overtaken = t->overtaken,
                                .cap = line_rule(hall_line(hall))->cap, .why = hall_why_of(p, hall, number)};
    v.board = str_printf(p->a, "/board/%.*s/%.*s", STR_ARG(p->request->params[0]), STR_ARG(p->request->params[1]));
    for (uint32_t i = v.waits ? t->before : 0; i; i = line_ticket(hall_line(hall), i)->before)
        v.ahead++;
    if (v.waits) /* what is told of a call stands still, to be read */
        look_again(p);
    page_hall_place(&p->out, &v);
    return 0;
}
