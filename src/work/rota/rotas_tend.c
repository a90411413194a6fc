/* By the clock: what waits is drawn, what is drawn is made. Nobody presses anything here. */
#include <string.h>

#include "work/rota/rotas_halves.h"
#include "work/rota/rotas_internal.h"

#define DAY_MINUTES 1440
#define DAY_MS (INT64_C(24) * 3600 * 1000)

struct tending {
    struct arena *a;
    const struct rotas_clock *clock;
    struct rotas_draw *draw;
    struct rotas_change change;
    struct rotas_one one, *made; /* made: all that are, of every hall */
    size_t n_made;
    bytes roster;
};

/* --- counters whose hour has come --- */

static bool drawn_already(const struct rotas_seen *s, int duty, int day, int half)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->changes[i].kind == ROTAS_COUNTERS && s->changes[i].duty == duty && s->changes[i].first == day && s->changes[i].half == half)
            return true;
    return false;
}

/* Within its half of the shift; a shift goes on over midnight. */
static bool is_due(const struct rotas_clock *c, const struct rota *rota, const struct rota_duty *duty, int day, int half)
{
    const int64_t now = (c->today - rota->first_day - day) * DAY_MINUTES + c->minute;
    const struct rotas_span span = rotas_half_span(duty, half);
    return now >= span.from && now < span.until;
}

/* A night goes on after its rota's last day, when the next one holds already. */
static bool find_due(const struct tending *t, const struct rotas_seen *s, struct rotas_change *out)
{
    const struct rotas_clock *c = t->clock;
    const struct rota *rota = &s->book.rota;
    for (int day = (int)(c->today - rota->first_day) - 1; day <= c->today - rota->first_day; day++)
        for (int duty = 1; rotas_holds(t->made, t->n_made, &s->one, rota->first_day + day) && duty < rota->n_duties; duty++)
            for (int half = 0; half < 2 && rota->duties[duty].counters > 0; half++)
                if (is_due(c, rota, &rota->duties[duty], day, half) && !drawn_already(s, duty, day, half)) {
                    *out = (struct rotas_change){.kind = ROTAS_COUNTERS, .officer = -1, .first = day, .last = day, .duty = duty, .half = half, .at_ms = c->now_ms};
                    return true;
                }
    return false;
}

static int do_counters(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct tending *t = arg;
    struct rotas_seen s;
    struct rotas_draw draw = {.what = {.day = (uint32_t)t->clock->today, .kind = DRAW_COUNTERS}};
    act->has_object = true;
    memcpy(act->object, t->one.id, ID_LEN);
    act->detail = STR("{\"rota\":\"counters asked for\"}");
    int r = rotas_load(node, t->one.id, t->a, &s, err);
    if (r < 0 || !find_due(t, &s, &t->change))
        return r;
    t->change.what = rotas_what(t->a, &t->change);
    r = rotas_keep_change(node, t->one.id, &t->change, t->a, err);
    memcpy(draw.what.hall, s.one.hall, ID_LEN);
    memcpy(draw.rota, t->one.id, ID_LEN);
    draw.change = t->change.number;
    rotas_known(&t->change, draw.known);
    return r < 0 ? r : rotas_draw_put(node->db, &draw, err);
}

/* What the clock alone reads is nobody's look. */
static int ask_counters(struct node *node, struct tending *t, bool *more, struct err *err)
{
    int r = rotas_store_list(node->db, ROTAS_MADE, t->a, &t->made, &t->n_made, err);
    for (size_t i = 0; r == 0 && i < t->n_made && !*more; i++) {
        const struct rotas_one *one = &t->made[i];
        const int64_t today = t->clock->today;
        const bool holds = rotas_holds(t->made, t->n_made, one, today) || rotas_holds(t->made, t->n_made, one, today - 1);
        struct rotas_seen s;
        struct threshold_keys keys;
        struct err none = {0};
        if (!holds || (r = rotas_load(node, one->id, t->a, &s, err)) < 0 || !find_due(t, &s, &t->change) ||
            rotas_keys(node, one->hall, (uint32_t)today, t->clock->now_ms, t->a, &keys, &none) < 0)
            continue;
        struct act act = {.verb = VERB_ROTA_DRAW, .actor = &act_node, .now_ms = t->clock->now_ms};
        t->one = *one;
        r = act_run(node, &act, do_counters, t, err);
        *more = r == 0;
    }
    return r;
}

/* --- draws --- */

static int do_answered(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct tending *t = arg;
    struct rotas_one one = {0};
    act->has_object = true;
    memcpy(act->object, t->draw->rota, ID_LEN);
    act->detail = str_printf(t->a, "{\"rota\":\"drawn\",\"change\":%lld}", (long long)t->draw->change);
    int r = rotas_draw_answered(node->db, t->draw, err);
    if (r == 0 && t->draw->change)
        return rotas_keep_change(node, t->draw->rota, &t->change, t->a, err);
    if (r == 0)
        r = rotas_store_get(node->db, t->draw->rota, &one, err);
    one.state = ROTAS_DRAWN;
    return r < 0 ? r : rotas_store_put(node->db, &one, err);
}

static int find_change(const struct rotas_draw *d, struct rotas_seen *s, struct rotas_change **out, struct err *err)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->changes[i].number == d->change)
            *out = &s->changes[i];
    return *out ? 0 : err_set(err, ERR_CORRUPT, "a draw is of a change that is not there");
}

/* Fills t->change with what the seed does. A change before it that waits still: 1. */
static int work_out(struct node *node, struct tending *t, const uint8_t seed[ROTA_SEED_LEN], struct err *err)
{
    struct rotas_seen s, before;
    struct rotas_change *c = NULL;
    int r = rotas_load(node, t->draw->rota, t->a, &s, err);
    if (r == 0)
        r = find_change(t->draw, &s, &c, err);
    if (r == 0)
        r = rotas_load_before(node, t->draw->rota, t->draw->change, t->a, &before, err);
    if (r < 0)
        return r;
    t->change = *c;
    if (c->kind == ROTAS_ILL)
        return rotas_stand_in(t->a, &before, &t->change, seed, err);
    rotas_seats(t->a, &before, &t->change, seed);
    return 0;
}

/* Holders answer on the day of a draw and the next. What got no answers by then never will: another is asked for, and that it is another shows. */
bool rotas_lapsed(const struct rotas_draw *d, int64_t now_ms)
{
    return d->answers.n == 0 && d->what.day + 1 < now_ms / DAY_MS;
}

static bool waits_before(const struct rotas_draw *all, size_t n, const struct rotas_draw *d, int64_t now_ms)
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(all[i].rota, d->rota, ID_LEN) == 0 && all[i].change < d->change && !rotas_lapsed(&all[i], now_ms))
            return true;
    return false;
}

static int answer(struct node *node, struct tending *t, const struct hall_holders *holders, struct err *err)
{
    uint8_t seed[ROTA_SEED_LEN];
    struct threshold_keys keys;
    struct rotas_draw *d = t->draw;
    int r = rotas_keys(node, d->what.hall, d->what.day, t->clock->now_ms, t->a, &keys, err);
    if (r == 0)
        r = holders->ask(holders->arg, &d->what, (bytes){d->known, HASH_LEN}, &d->answers, err);
    if (r == 0)
        r = rotas_seed(&keys, d, seed, err);
    if (r == 0 && d->change)
        r = work_out(node, t, seed, err);
    if (r < 0)
        return r;
    struct act act = {.verb = VERB_ROTA_DRAW, .actor = &act_node, .now_ms = t->clock->now_ms};
    d->drawn_ms = t->clock->now_ms;
    r = act_run(node, &act, do_answered, t, err);
    return r == ERR_EXISTS ? 0 : r; /* another thread was quicker */
}

/* --- making --- */

static int do_made(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct tending *t = arg;
    act->has_object = true;
    memcpy(act->object, t->one.id, ID_LEN);
    act->detail = str_printf(t->a, "{\"rota\":\"made\",\"search\":%d}", ROTA_SEARCH);
    int r = vault_put(node->vault, node->db, VAULT_ROTA, t->roster, NULL, &t->one.roster, NULL, err);
    t->one.state = ROTAS_MADE;
    t->one.search = ROTA_SEARCH;
    t->one.rostered_ms = act->now_ms;
    return r < 0 ? r : rotas_store_put(node->db, &t->one, err);
}

static int make(struct node *node, struct tending *t, const bool *stopping, struct err *err)
{
    struct rotas_seen s;
    struct threshold_keys keys;
    uint8_t seed[ROTA_SEED_LEN];
    int r = rotas_load(node, t->one.id, t->a, &s, err);
    if (r == 0 && (s.n_draws == 0 || s.draws[0].change != 0))
        r = err_set(err, ERR_CORRUPT, "a rota is drawn and its draw is not there");
    if (r == 0)
        r = rotas_keys(node, s.one.hall, s.draws[0].what.day, t->clock->now_ms, t->a, &keys, err);
    if (r == 0)
        r = rotas_seed(&keys, &s.draws[0], seed, err);
    if (r < 0)
        return r;
    uint8_t *roster = rota_roster(t->a, &s.book.rota);
    r = rotas_search(&s, seed, stopping, roster, &t->one.score, err);
    t->roster = (bytes){roster, (size_t)(s.book.rota.n_officers * s.book.rota.n_days)};
    struct act act = {.verb = VERB_ROTA_DRAW, .actor = &act_node, .now_ms = t->clock->now_ms};
    return r < 0 ? r : act_run(node, &act, do_made, t, err);
}

int rotas_make(struct node *node, int64_t now_ms, const bool *stopping, bool *more, struct err *err)
{
    const struct rotas_clock clock = {.now_ms = now_ms};
    struct tending t = {.a = arena_new(), .clock = &clock};
    struct rotas_one *drawn;
    size_t n;
    int r = rotas_store_list(node->db, ROTAS_DRAWN, t.a, &drawn, &n, err);
    if (r == 0 && n > 0) {
        t.one = drawn[0];
        r = make(node, &t, stopping, err);
    }
    *more = r == 0 && n > 1;
    if (r == ERR_RETRY && stopping && __atomic_load_n(stopping, __ATOMIC_ACQUIRE))
        r = 0;
    arena_free(t.a);
    return r;
}

int rotas_tend(struct node *node, const struct hall_holders *holders, const struct rotas_clock *clock, bool *more, struct err *err)
{
    struct tending t = {.a = arena_new(), .clock = clock};
    struct rotas_draw *draws;
    size_t n;
    *more = false;
    struct err later = {0};
    int r = rotas_draws(node->db, NULL, t.a, &draws, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        if (rotas_lapsed(&draws[i], clock->now_ms) || waits_before(draws, n, &draws[i], clock->now_ms))
            continue;
        t.draw = &draws[i];
        *more = answer(node, &t, holders, &later) == 0 || *more; /* one that waits holds up no other */
    }
    if (r == 0 && !*more && clock->minute >= 0)
        r = ask_counters(node, &t, more, err);
    if (r == 0 && later.code) {
        *err = later;
        r = later.code;
    }
    arena_free(t.a);
    return r;
}
