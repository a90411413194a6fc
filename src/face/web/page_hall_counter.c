/* The counter of an officer in a hall. That she is ready is all she has in her hand: whom she gets comes of the draw. */
#include <string.h>

#include "face/web/hall_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "work/rota/rotas_halves.h"

#define LOOK_AGAIN_S 3 /* while she waits for a call; comity.js looks more often by itself */

static const char *const counter_words[LINE_COUNTER_STATES] = {
    [LINE_CLOSED] = N_("closed"), [LINE_IDLE] = N_("open"), [LINE_FREE] = N_("free"), [LINE_ASKING] = N_("free"), [LINE_BUSY] = N_("serves"),
    [LINE_CLOSING] = N_("closes after this ticket")};

struct hall_counter_row *hall_counters(struct page *p, const struct hall *hall, size_t *n)
{
    const struct line *line = hall_line(hall);
    *n = line_rule(line)->n_counters;
    struct hall_counter_row *rows = arena_array(p->a, struct hall_counter_row, *n);
    for (unsigned i = 0; i < *n; i++) {
        const struct line_counter *c = line_counter(line, i + 1);
        rows[i] = (struct hall_counter_row){.number = i + 1, .state = counter_words[c->state], .closed = c->state == LINE_CLOSED, .ticket = c->ticket};
    }
    return rows;
}

/* Whether anybody stands in a lane that this counter serves. */
static int64_t waiting_for(const struct line *line, const struct line_counter *c)
{
    int64_t n = 0;
    for (unsigned i = 0; i < line_rule(line)->n_lanes; i++)
        n += c->serves >> i & 1u ? line_waiting(line, i) : 0;
    return n;
}

static void fill_last(struct page *p, const struct hall *hall, struct hall_counter_view *v)
{
    v->last = hall_number(form_get(&p->query, "last"));
    const struct line_ticket *t = v->last ? line_ticket(hall_line(hall), v->last) : NULL;
    if (!t)
        v->last = 0;
    else
        v->last_to = hall_state_words(t->state);
    if (t && t->state == LINE_CHECKED)
        v->last_post = t->counter;
}

static str clock_of(struct page *p, int64_t minute)
{
    return str_printf(p->a, "%02d:%02d", (int)(minute / 60 % 24), (int)(minute % 60));
}

/* Her own shift, as /desk/shifts looks at it. A rota that cannot be read keeps nobody from her work. */
static void fill_drawn(struct page *p, const struct hall *hall, struct hall_counter_view *v)
{
    const struct rotas_asked asked = {hall_posted(hall)->id, p->session.member, p->member.login, rotas_minute(p->node, p->now_ms), p->now_ms};
    struct rotas_half half;
    struct err why = {0};
    if (rotas_half_now(p->node, &p->actor, &asked, &half, &why) < 0 || half.counter == v->counter)
        return;
    v->drawn = half.counter;
    v->midway = half.midway;
    v->drawn_from = clock_of(p, half.from);
    v->drawn_until = clock_of(p, half.until);
    for (size_t i = 0; i < v->n_counters; i++)
        if (v->counters[i].number == half.counter)
            *(v->counters[i].closed ? &v->drawn_free : &v->drawn_taken) = true;
}

static int draw_counter(struct page *p, struct hall *hall, const char *belongs, bool belongs_not)
{
    struct hall_counter_view v = {.page = page_layout(p, N_("Counter")), .head = hall_head_of(p, hall, "counter"), .belongs = belongs, .belongs_not = belongs_not};
    str script;
    int r = hall_seat(hall, p->session.member, &v.counter, &p->err);
    if (r < 0)
        return r;
    if (!v.counter)
        v.counters = hall_counters(p, hall, &v.n_counters);
    fill_drawn(p, hall, &v);
    fill_last(p, hall, &v);
    const struct line_counter *c = v.counter ? line_counter(hall_line(hall), v.counter) : NULL;
    if (c) {
        const struct line_ticket *t = c->ticket ? line_ticket(hall_line(hall), c->ticket) : NULL;
        v.page = page_layout(p, N_("Counter"));
        v.state = counter_words[c->state];
        v.busy = t != NULL;
        v.closing = c->state == LINE_CLOSING;
        v.waiting = waiting_for(hall_line(hall), c);
        v.waits = !t && v.waiting == 0;
        v.asks = !t && v.waiting > 0;
        v.ticket = c->ticket;
        v.party = t ? t->party : 0;
        v.lane = t ? hall_posted(hall)->lanes[t->lane] : STR("");
        v.why = hall_why_of(p, hall, c->ticket);
        if (!t && !site_cookie(p->request->header.cookie, "script", &script))
            p->reply->refresh = LOOK_AGAIN_S;
    }
    page_hall_counter(&p->out, &v);
    return 0;
}

int show_hall_counter(struct page *p)
{
    struct hall *hall;
    unsigned counter;
    int r = hall_here(p, &hall);
    if (r <= 0)
        return r;
    r = hall_seat(hall, p->session.member, &counter, &p->err);
    if (r == 0 && counter && !line_counter(hall_line(hall), counter)->ticket)
        (void)hall_call_next(p, hall); /* a key holder may be there again */
    return r < 0 ? r : draw_counter(p, hall, NULL, false);
}

static int go_counter(struct page *p, uint32_t last)
{
    return page_go(p, last ? str_printf(p->a, "/desk/hall/%.*s/counter?last=%u", STR_ARG(p->request->params[0]), last).p
                           : str_printf(p->a, "/desk/hall/%.*s/counter", STR_ARG(p->request->params[0])).p);
}

static int refused(struct page *p, struct hall *hall)
{
    page_error(p, NULL);
    return draw_counter(p, hall, NULL, false);
}

int do_hall_sit(struct page *p)
{
    struct hall *hall;
    int r = hall_here(p, &hall);
    if (r <= 0)
        return r;
    const struct hall_hand hand = {&p->actor, p->now_ms};
    r = hall_sit(&hand, hall, hall_number(form_get(&p->form, "counter")), &p->err);
    if (r == ERR_INPUT || r == ERR_EXISTS || r == ERR_RETRY)
        return refused(p, hall);
    if (r < 0)
        return r;
    (void)hall_call_next(p, hall);
    return go_counter(p, 0);
}

/* Pressed twice, or in another window of hers: it is what she wanted, and no error. */
static bool is_so(struct page *p, struct hall *hall, const struct line_event *e)
{
    static const unsigned leads_to[LINE_KINDS] = {[LINE_END] = 1u << LINE_SERVED, [LINE_NO_SHOW] = 1u << LINE_GONE, [LINE_REFUSE] = 1u << LINE_WAITING | 1u << LINE_SECONDARY,
                                                  [LINE_MISMATCH] = 1u << LINE_SECONDARY};
    const struct line_ticket *t = e->ticket ? line_ticket(hall_line(hall), e->ticket) : NULL;
    struct err none = {0};
    unsigned seat;
    return t && leads_to[e->kind] >> t->state & 1u && hall_seat(hall, p->session.member, &seat, &none) == 0 && seat && t->counter == seat;
}

int do_hall_press(struct page *p)
{
    static const struct { const char *name; enum line_kind kind; } buttons[] = {
        {"served", LINE_END}, {"no-show", LINE_NO_SHOW}, {"refused", LINE_REFUSE}, {"check", LINE_MISMATCH}, {"close", LINE_CLOSE}};
    const str what = form_get(&p->form, "do");
    struct line_event e = {.kind = LINE_KINDS, .ticket = hall_number(form_get(&p->form, "ticket"))};
    struct hall *hall;
    int r = hall_here(p, &hall);
    if (r <= 0)
        return r;
    for (size_t i = 0; i < sizeof buttons / sizeof buttons[0]; i++)
        if (str_eq(what, str_from(buttons[i].name)))
            e.kind = buttons[i].kind;
    if (e.kind == LINE_KINDS)
        return err_set(&p->err, ERR_INPUT, N_("there is no such button"));
    if (e.kind == LINE_CLOSE) {
        unsigned counter;
        if ((r = hall_seat(hall, p->session.member, &counter, &p->err)) < 0)
            return r;
        e = (struct line_event){.kind = LINE_CLOSE, .counter = (uint16_t)counter};
    }
    const struct hall_hand hand = {&p->actor, p->now_ms};
    r = hall_press(&hand, hall, &e, NULL, &p->err);
    if (r == ERR_INPUT && is_so(p, hall, &e))
        return go_counter(p, e.ticket);
    if (r == ERR_INPUT || r == ERR_NOT_FOUND || r == ERR_RETRY || r == ERR_DENIED)
        return refused(p, hall);
    if (r < 0)
        return r;
    (void)hall_call_next(p, hall);
    return go_counter(p, e.ticket);
}

/* The code as a scanner types it, whole address and all, or in groups by hand. */
static bool salt_of(struct page *p, uint8_t salt[static DRAW_SALT_LEN])
{
    str code = form_get(&p->form, "code"), part;
    struct buf b = buf_new(p->a);
    for (str rest = code; str_split(&rest, '#', &part);)
        code = part;
    for (size_t i = 0; i < code.len; i++)
        if (code.p[i] != ' ')
            buf_byte(&b, code.p[i]);
    return hex_decode_into(buf_str(&b), salt, DRAW_SALT_LEN);
}

/* Does the document belong to the ticket at her counter? Nothing of it is kept. */
int do_hall_document(struct page *p)
{
    uint8_t salt[DRAW_SALT_LEN];
    struct hall *hall;
    unsigned counter;
    int r = hall_here(p, &hall);
    if (r <= 0)
        return r;
    if ((r = hall_seat(hall, p->session.member, &counter, &p->err)) < 0)
        return r;
    const uint32_t ticket = counter ? line_counter(hall_line(hall), counter)->ticket : 0;
    if (!ticket)
        return err_set(&p->err, ERR_INPUT, N_("nobody is called to your counter"));
    if (!salt_of(p, salt)) {
        err_set(&p->err, ERR_INPUT, N_("This is not the code of a ticket. Scan the square on the paper."));
        page_error(p, "code");
        return draw_counter(p, hall, NULL, false);
    }
    const bool belongs = hall_belongs(hall, ticket, salt, page_field(p, "document"));
    return draw_counter(p, hall, belongs ? N_("The ticket was given for this document.") : N_("The ticket was not given for this document: send it to the secondary check."), !belongs);
}
