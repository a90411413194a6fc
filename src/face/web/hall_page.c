#include "face/web/hall_page.h"

#include <stdlib.h>
#include <string.h>

#include "face/web/pages.h"
#include "face/web/pages.html.h"

uint32_t hall_today(const struct page *p)
{
    return halls_today(p->node, p->now_ms);
}

int hall_of(struct page *p, const uint8_t id[static ID_LEN], struct hall **out)
{
    struct err why = {0};
    *out = NULL;
    int r = halls_open(page_halls(p), id, false, p->now_ms, out, &why);
    if (r == ERR_NOT_FOUND)
        return 0;
    p->err = why;
    return r;
}

int hall_here(struct page *p, struct hall **out)
{
    uint8_t id[ID_LEN];
    struct hall_setup setup;
    int r = page_id(p, 0, id);
    if (r == 0)
        r = hall_of(p, id, out);
    if (r < 0 || *out)
        return r < 0 ? r : 1;
    if ((r = hall_find(p->node->db, id, p->a, &setup, &p->err)) < 0)
        return r;
    struct hall_waits_view v = {.page = page_layout(p, N_("The day of this hall has not begun")),
                                .head = {.id = page_hex(p, id), .name = setup.name, .where = "", .supervisor = p->session.roles & ROLE_SUPERVISOR,
                                         .officer = p->session.roles & (ROLE_OFFICER | ROLE_SUPERVISOR)}};
    page_hall_waits(&p->out, &v);
    return 0;
}

bool hall_call_next(struct page *p, struct hall *hall)
{
    struct err why = {0};
    unsigned calls;
    return halls_call(page_halls(p), hall, p->now_ms, &calls, &why) == 0;
}

struct hall_head hall_head_of(struct page *p, const struct hall *hall, const char *where)
{
    return (struct hall_head){.id = page_hex(p, hall_posted(hall)->id), .name = hall_posted(hall)->name, .where = where,
                              .supervisor = p->session.roles & ROLE_SUPERVISOR, .officer = p->session.roles & (ROLE_OFFICER | ROLE_SUPERVISOR)};
}

bool hall_counters_typed(str text, unsigned n, uint64_t *out)
{
    str part;
    *out = 0;
    text = str_trim(text);
    if (!text.len) {
        *out = n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
        return true;
    }
    while (str_split(&text, ',', &part)) {
        str from;
        int64_t first, last;
        if (!str_split(&part, '-', &from) || !str_to_int(str_trim(from), 1, n, &first))
            return false;
        last = first;
        if (part.len && !str_to_int(str_trim(part), first, n, &last))
            return false;
        for (int64_t c = first; c <= last; c++)
            *out |= UINT64_C(1) << (c - 1);
    }
    return true;
}

static int by_lot(const void *a, const void *b)
{
    const struct hall_lot *x = a, *y = b;
    return str_cmp(x->lot, y->lot);
}

struct hall_why hall_why_of(struct page *p, const struct hall *hall, uint32_t ticket)
{
    const struct hall_call *c = hall_call_of(hall, ticket);
    struct hall_why w = {.ticket = ticket};
    if (!c || c->before) /* that is in the records of the day before */
        return w;
    w = (struct hall_why){.is = true, .drawn = c->call && !c->due, .due = c->due, .weak = c->weak, .no_choice = c->no_choice, .call = c->call, .ticket = ticket,
                          .counter = c->counter, .n = c->n, .lots = arena_array(p->a, struct hall_lot, c->n)};
    for (unsigned i = 0; w.drawn && i < c->n; i++)
        w.lots[i] = (struct hall_lot){c->window[i], str_printf(p->a, "%016llx", (unsigned long long)draw_lot(&c->beta, c->window[i])), c->window[i] == ticket};
    if (w.drawn)
        qsort(w.lots, w.n, sizeof *w.lots, by_lot);
    return w;
}

uint32_t hall_number(str text)
{
    int64_t n = 0;
    return str_to_int(str_trim(text), 1, UINT32_MAX, &n) ? (uint32_t)n : 0;
}

int hall_board_address(struct page *p, const uint8_t id[static ID_LEN], str *out)
{
    uint8_t key[ID_LEN];
    bool there;
    int r = hall_board(p->node->db, id, key, &there, &p->err);
    *out = r == 0 && there ? str_printf(p->a, "%.*s/board/%.*s/%.*s", STR_ARG(web_site(p->worker->web).origin), STR_ARG(page_hex(p, id)), STR_ARG(page_hex(p, key))) : STR("");
    return r;
}
