/* Two officers swap: one asks, the other agrees. Only what breaks nothing more, and lets no pair and no post recur more; it stands marked, as by hand. */
#include <string.h>

#include "work/rota/rotas_internal.h"

#define ASKS_MAX 5 /* of an officer, that wait in one rota */

/* An act of swapping. */
struct swapping {
    struct arena *a;
    str name;
    const struct rotas_wish *wish;
    int64_t today;
    const uint8_t *rota;
    int64_t number;
    bool agrees;
};

static int officer_named(const struct rota *rota, str name)
{
    for (int o = 0; o < rota->n_officers; o++)
        if (str_eq_nocase(rota->officers[o].name, name))
            return o;
    return -1;
}

/* --- whether it may be --- */

static bool ill_then(const struct rotas_seen *s, int officer, int day)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct rotas_change *c = &s->changes[i];
        if (c->kind == ROTAS_ILL && c->officer == officer && day >= c->first && day <= c->last)
            return true;
    }
    return false;
}

static bool lot_waits(const struct rotas_seen *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->changes[i].kind == ROTAS_ILL && !s->changes[i].done)
            return true;
    return false;
}

struct worth { int64_t hard, rotation; };

/* What must hold, and what the table says of pairs, posts and carriers, wished or not. */
static struct worth worth_of(struct arena *a, const struct rota *rota, const uint8_t *roster)
{
    const struct rota_breach *all;
    size_t n;
    struct worth w = {.hard = rota_judge(a, rota, roster, &all, &n).hard};
    for (size_t i = 0; i < n; i++) {
        const bool rule = all[i].kind == ROTA_BREACH_RULE;
        const enum rota_term term = rule ? rota->officers[all[i].officer].rules[all[i].index]->term : ROTA_TERM_NONE;
        if (all[i].kind == ROTA_BREACH_MEETINGS || term == ROTA_TERM_WITH || term == ROTA_TERM_WITH_ROW)
            w.rotation += all[i].cost;
    }
    return w;
}

/* c->cells: who has what then, if both change places on these days. */
static void exchange(struct arena *a, const struct rotas_seen *s, struct rotas_change *c, int other, int day, int other_day)
{
    const int n_days = s->book.rota.n_days, days[] = {day, other_day};
    c->cells = arena_array(a, struct rotas_cell, 4);
    c->n = 0;
    for (int i = 0; i < (day == other_day ? 1 : 2); i++) {
        c->cells[c->n++] = (struct rotas_cell){c->officer, days[i], s->roster[other * n_days + days[i]]};
        c->cells[c->n++] = (struct rotas_cell){other, days[i], s->roster[c->officer * n_days + days[i]]};
    }
}

static int may_be(struct arena *a, const struct rotas_seen *s, const struct rotas_change *c, struct err *err)
{
    const struct rota *rota = &s->book.rota;
    const size_t cells = (size_t)(rota->n_officers * rota->n_days);
    uint8_t *after = rota_roster(a, rota);
    memcpy(after, s->roster, cells);
    for (size_t i = 0; i < c->n; i++) {
        after[c->cells[i].officer * rota->n_days + c->cells[i].day] = (uint8_t)c->cells[i].to;
        if (c->cells[i].to != ROTA_OFF && ill_then(s, c->cells[i].officer, c->cells[i].day))
            return err_set(err, ERR_DENIED, N_("one of you is away on that day"));
    }
    if (memcmp(after, s->roster, cells) == 0)
        return err_set(err, ERR_INPUT, N_("both of you have the same on these days: nothing would change"));
    const struct worth before = worth_of(a, rota, s->roster), then = worth_of(a, rota, after);
    if (then.hard > before.hard)
        return err_set(err, ERR_DENIED, N_("this swap would break a rule that must hold: rest, contract, leave or qualification"));
    if (then.rotation > before.rotation)
        return err_set(err, ERR_DENIED, N_("this swap would let the same two meet, or the same post or carrier recur, more often than the rota allows"));
    return lot_waits(s) ? err_set(err, ERR_DENIED, N_("somebody is ill, and the lot for who stands in is still out: try again later")) : 0;
}

/* --- asking --- */

/* The rota that holds on that day, of its hall the one frozen last, and has a shift of hers there. */
static int find_rota(struct node *node, const struct swapping *w, struct rotas_seen *out, struct err *err)
{
    struct rotas_one *all;
    size_t n;
    bool found = false;
    int r = rotas_store_list(node->db, ROTAS_MADE, w->a, &all, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct rotas_seen s;
        bool holds = !found && w->wish->day >= all[i].first_day && w->wish->day < all[i].first_day + all[i].n_days;
        for (size_t k = 0; holds && k < n; k++)
            holds = memcmp(all[k].hall, all[i].hall, ID_LEN) != 0 || all[k].frozen_ms <= all[i].frozen_ms || w->wish->day < all[k].first_day ||
                    w->wish->day >= all[k].first_day + all[k].n_days;
        if (!holds)
            continue;
        r = rotas_load(node, all[i].id, w->a, &s, err);
        const int o = r == 0 ? officer_named(&s.book.rota, w->name) : -1;
        if (o >= 0 && s.roster[o * s.book.rota.n_days + (w->wish->day - s.one.first_day)] != ROTA_OFF) {
            *out = s;
            found = true;
        }
    }
    return r == 0 && !found ? err_set(err, ERR_INPUT, N_("you have no shift on that day")) : r;
}

static int do_ask(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct swapping *w = arg;
    struct rotas_seen s;
    act->detail = STR("{\"rota\":\"a swap asked for\"}");
    int r = find_rota(node, w, &s, err);
    if (r < 0)
        return r;
    const struct rota *rota = &s.book.rota;
    const int day = (int)(w->wish->day - s.one.first_day), other_day = (int)(w->wish->other_day - s.one.first_day);
    const int other = officer_named(rota, w->wish->other);
    struct rotas_change c = {.kind = ROTAS_SWAP, .officer = officer_named(rota, w->name), .first = day < other_day ? day : other_day,
                             .last = day > other_day ? day : other_day, .at_ms = act->now_ms};
    act->has_object = true;
    memcpy(act->object, s.one.id, ID_LEN);
    memcpy(c.by, act->actor->member, ID_LEN);
    if (other < 0 || other == c.officer)
        return err_set(err, ERR_INPUT, N_("write the name of another officer as it stands in the rota"));
    if (other_day < 0 || other_day >= rota->n_days)
        return err_set(err, ERR_INPUT, N_("both days have to be of the same rota"));
    if (s.one.first_day + c.first <= w->today)
        return err_set(err, ERR_INPUT, N_("only shifts from tomorrow on can be swapped"));
    size_t waiting = 0;
    for (size_t i = 0; i < s.n; i++)
        waiting += s.changes[i].kind == ROTAS_SWAP && !s.changes[i].done && s.changes[i].n > 0 && s.changes[i].officer == c.officer;
    if (waiting >= ASKS_MAX || s.n >= ROTAS_CHANGES_MAX)
        return err_set(err, ERR_LIMIT, N_("you have asked for several swaps already: wait for an answer, or take one back"));
    exchange(w->a, &s, &c, other, day, other_day);
    if ((r = may_be(w->a, &s, &c, err)) < 0)
        return r;
    c.what = rotas_what(w->a, &c);
    return rotas_keep_change(node, s.one.id, &c, w->a, err);
}

int rotas_ask_swap(struct node *node, const struct actor *actor, str name, const struct rotas_wish *wish, int64_t today, int64_t now_ms, struct err *err)
{
    struct act act = {.verb = VERB_SWAP, .actor = actor, .now_ms = now_ms};
    struct swapping w = {.a = arena_new(), .name = name, .wish = wish, .today = today};
    int r = act_run(node, &act, do_ask, &w, err);
    arena_free(w.a);
    return r;
}

/* --- answering --- */

static bool same_cells(const struct rotas_change *one, const struct rotas_change *other)
{
    bool same = one->n == other->n;
    for (size_t i = 0; same && i < one->n; i++)
        same = one->cells[i].officer == other->cells[i].officer && one->cells[i].day == other->cells[i].day && one->cells[i].to == other->cells[i].to;
    return same;
}

/* Agreed: it happens now, behind all that happened since it was asked for. */
static int happen(struct node *node, struct swapping *w, const struct rotas_seen *s, const struct rotas_change *asked, struct act *act, struct err *err)
{
    struct rotas_change c = *asked, again = *asked;
    exchange(w->a, s, &again, asked->cells[1].officer, asked->cells[0].day, asked->cells[asked->n - 1].day);
    int r = 0;
    if (!same_cells(asked, &again))
        r = err_set(err, ERR_DENIED, N_("the rota was changed meanwhile: ask anew"));
    if (r == 0 && s->one.first_day + c.first <= w->today)
        r = err_set(err, ERR_INPUT, N_("only shifts from tomorrow on can be swapped"));
    if (r == 0)
        r = may_be(w->a, s, &c, err);
    c.number = 0;
    c.done = true;
    c.at_ms = act->now_ms;
    memcpy(c.agreed, act->actor->member, ID_LEN);
    act->detail = STR("{\"rota\":\"two officers swapped\"}");
    return r < 0 ? r : rotas_keep_change(node, s->one.id, &c, w->a, err);
}

static int do_answer(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct swapping *w = arg;
    struct rotas_seen s;
    struct rotas_change *c = NULL;
    act->has_object = true;
    memcpy(act->object, w->rota, ID_LEN);
    act->detail = STR("{\"rota\":\"a swap refused or taken back\"}");
    int r = rotas_load(node, w->rota, w->a, &s, err);
    for (size_t i = 0; r == 0 && i < s.n; i++)
        if (s.changes[i].number == w->number && s.changes[i].kind == ROTAS_SWAP && !s.changes[i].done && s.changes[i].n > 0)
            c = &s.changes[i];
    const int self = r == 0 ? officer_named(&s.book.rota, w->name) : -1;
    if (r == 0 && (!c || self < 0 || (self != c->cells[1].officer && (w->agrees || self != c->officer))))
        r = err_set(err, ERR_NOT_FOUND, N_("nobody waits for your answer to such a swap"));
    if (r == 0 && w->agrees)
        r = happen(node, w, &s, c, act, err);
    if (r < 0)
        return r;
    c->n = 0; /* nothing waits any more */
    return rotas_keep_change(node, w->rota, c, w->a, err);
}

int rotas_answer_swap(struct node *node, const struct actor *actor, str name, const uint8_t id[static ID_LEN], int64_t number, bool agrees, int64_t today,
                      int64_t now_ms, struct err *err)
{
    struct act act = {.verb = VERB_SWAP, .actor = actor, .now_ms = now_ms};
    struct swapping w = {.a = arena_new(), .name = name, .today = today, .rota = id, .number = number, .agrees = agrees};
    int r = act_run(node, &act, do_answer, &w, err);
    arena_free(w.a);
    return r;
}

/* --- looking --- */

void rotas_take_swaps(struct arena *a, const struct rotas_seen *s, str name, int64_t after_day, struct rotas_own *out)
{
    const struct rota *rota = &s->book.rota;
    const int self = officer_named(rota, name);
    for (size_t i = 0; self >= 0 && i < s->n; i++) {
        const struct rotas_change *c = &s->changes[i];
        if (c->kind != ROTAS_SWAP || c->done || c->n < 2 || s->one.first_day + c->first <= after_day || (self != c->officer && self != c->cells[1].officer))
            continue;
        arena_one_more(a, out->swaps, out->n_swaps, out->room_swaps);
        struct rotas_swap *swap = &out->swaps[out->n_swaps++];
        *swap = (struct rotas_swap){.number = c->number, .asked = self == c->officer, .other = rota->officers[self == c->officer ? c->cells[1].officer : c->officer].name};
        memcpy(swap->rota, s->one.id, ID_LEN);
        for (size_t k = 0; k < c->n && k < 4; k++)
            if (c->cells[k].officer == self)
                swap->days[swap->n++] = (struct rotas_swap_day){rota->first_day + c->cells[k].day, &rota->duties[s->roster[self * rota->n_days + c->cells[k].day]],
                                                                &rota->duties[c->cells[k].to]};
    }
}

/* What a record says of a swap has to be one: what one had the other gets, on the same days. */
bool rotas_is_swap(const struct rotas_seen *s, const struct rotas_change *c)
{
    const int n_days = s->book.rota.n_days;
    bool is = c->n == 2 || c->n == 4;
    for (size_t i = 0; is && i < c->n; i += 2) {
        const struct rotas_cell *one = &c->cells[i], *other = &c->cells[i + 1];
        is = one->officer == c->officer && other->officer == c->cells[1].officer && other->officer != one->officer && one->day == other->day &&
             one->to == s->roster[other->officer * n_days + one->day] && other->to == s->roster[one->officer * n_days + one->day];
    }
    return is;
}
