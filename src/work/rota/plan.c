#include "work/rota/plan.h"

#include <string.h>

static int64_t as_cost(int weight, bool hard)
{
    return hard ? (int64_t)weight << PLAN_SHIFT : weight;
}

/* The most that everything together could cost, laws and wishes apart, so that the two never run into each other. */
struct worst {
    int64_t hard, soft;
};

static void worst_add(struct worst *w, int weight, int64_t times, bool hard)
{
    int64_t *sum = hard ? &w->hard : &w->soft;
    *sum += (int64_t)weight * times;
}

static void worst_of_rule(struct worst *w, const struct rota_rule *r, int n_days)
{
    const int64_t units = r->kind == ROTA_SUM ? (int64_t)n_days * 2880 / r->unit + 1 : 4 * (int64_t)n_days;
    worst_add(w, r->over, units, r->hard);
    const int64_t lacking = r->kind == ROTA_SUM ? r->min / r->unit + 1 : r->min;
    worst_add(w, r->under, lacking * (r->kind == ROTA_RUN || r->kind == ROTA_WEEKEND_RUN ? n_days : 1), r->hard);
}

static int check_worst(const struct rota *rota, struct err *err)
{
    struct worst w = {0};
    for (int o = 0; o < rota->n_officers; o++)
        for (int i = 0; i < rota->officers[o].n_rules; i++)
            worst_of_rule(&w, rota->officers[o].rules[i], rota->n_days);
    for (int i = 0; i < rota->n_cover; i++) {
        const struct rota_cover *c = &rota->cover[i];
        worst_add(&w, c->under, c->min, c->hard);
        worst_add(&w, c->over, rota->n_officers, c->hard);
    }
    for (int i = 0; i < rota->n_requests; i++)
        worst_add(&w, rota->requests[i].weight, 1, rota->requests[i].hard);
    worst_add(&w, rota->meetings.over, (int64_t)rota->n_officers * rota->n_officers * rota->n_days, rota->meetings.hard);
    if (w.hard >= (int64_t)1 << 26 || w.soft >= (int64_t)1 << (PLAN_SHIFT - 1))
        return err_set(err, ERR_LIMIT, "the weights of the rota are too large to be added up; give all of them smaller numbers");
    return 0;
}

static struct plan_set_of set_of(uint64_t duties, int n_duties, bool plain)
{
    struct plan_set_of s = {0};
    s.invert = !plain && __builtin_popcountll(duties) > n_duties / 2;
    for (int j = 0; j < n_duties; j++)
        if ((duties >> j & 1) != s.invert)
            s.list[s.n++] = (uint8_t)j;
    return s;
}

static const struct plan_rule *compile_rule(struct arena *a, const struct rota *rota, const struct rota_rule *from)
{
    struct plan_rule *r = arena_new_of(a, struct plan_rule);
    const bool pattern = from->kind == ROTA_PATTERN, plain = from->kind == ROTA_SUM || from->visits;
    struct plan_set_of *sets = arena_array(a, struct plan_set_of, pattern ? from->n_steps : 1);
    for (int i = 0; i < (pattern ? from->n_steps : 1); i++)
        sets[i] = set_of(pattern ? from->step[i] : from->duties, rota->n_duties, plain);
    uint64_t *weekends = arena_array(a, uint64_t, ROTA_DAYS_MAX / 7 + 2);
    *r = (struct plan_rule){.kind = from->kind, .min = from->min, .max = from->max, .unit = from->unit, .under = as_cost(from->under, from->hard),
                            .over = as_cost(from->over, from->hard), .days = from->days, .ends = ~rota_all_days(rota), .sets = sets,
                            .n_steps = from->n_steps, .visits = from->visits, .weekends = weekends, .weekend_len = from->weekend_len,
                            .open_ends = from->open_ends};
    if (pattern) /* only where there is room for all of it */
        r->days &= rota->n_days >= from->n_steps ? rota_all_days(rota) >> (from->n_steps - 1) : 0;
    if (from->kind >= ROTA_WEEKENDS)
        for (uint64_t days; (days = rota_weekend(rota, from, r->n_weekends)) != 0;)
            weekends[r->n_weekends++] = days;
    return r;
}

/* Officers of one contract share its rules: each is compiled once. */
static void compile_rules(struct arena *a, struct plan *p)
{
    int n = 0;
    for (int o = 0; o < p->n_officers; o++)
        n += p->rota->officers[o].n_rules;
    const struct rota_rule **from = arena_array(a, const struct rota_rule *, (size_t)n);
    p->rules = arena_array(a, const struct plan_rule *, (size_t)n);
    p->rules_begin = arena_array(a, int, (size_t)p->n_officers + 1);
    n = 0;
    for (int o = 0; o < p->n_officers; o++) {
        const struct rota_officer *officer = &p->rota->officers[o];
        p->rules_begin[o] = n;
        for (int i = 0; i < officer->n_rules; i++, n++) {
            int same = 0;
            while (same < n && from[same] != officer->rules[i])
                same++;
            from[n] = officer->rules[i];
            p->rules[n] = same < n ? p->rules[same] : compile_rule(a, p->rota, officer->rules[i]);
        }
    }
    p->rules_begin[p->n_officers] = n;
}

static void compile_requests(struct arena *a, struct plan *p)
{
    const struct rota *rota = p->rota;
    p->wish = arena_array(a, int64_t, (size_t)p->n_officers * (size_t)p->n_days * (size_t)p->n_duties);
    for (int i = 0; i < rota->n_requests; i++) {
        const struct rota_request *r = &rota->requests[i];
        for (int j = 0; j < p->n_duties; j++)
            if ((bool)(r->duties >> j & 1) != r->wanted)
                p->wish[(size_t)(r->officer * p->n_days + r->day) * (size_t)p->n_duties + (size_t)j] += as_cost(r->weight, r->hard);
    }
}

static void compile_cover(struct arena *a, struct plan *p)
{
    const struct rota *rota = p->rota;
    const size_t places = (size_t)p->n_days * (size_t)p->n_duties;
    p->cover_begin = arena_array(a, int, places + 1);
    p->cover_n = arena_array(a, int, (size_t)rota->n_cover);
    p->cover_cost = arena_array(a, int64_t, (size_t)rota->n_cover * (size_t)(p->n_officers + 1));
    int total = 0;
    for (int i = 0; i < rota->n_cover; i++)
        total += __builtin_popcountll(rota->cover[i].duties);
    p->cover_of = arena_array(a, int, (size_t)total);
    int *n_at = arena_array(a, int, places + 1);
    for (int i = 0; i < rota->n_cover; i++)
        for (int j = 0; j < p->n_duties; j++)
            n_at[rota->cover[i].day * p->n_duties + j] += (int)(rota->cover[i].duties >> j & 1);
    for (size_t at = 0; at < places; at++) {
        p->cover_begin[at + 1] = p->cover_begin[at] + n_at[at];
        n_at[at] = p->cover_begin[at];
    }
    for (int i = 0; i < rota->n_cover; i++) {
        const struct rota_cover *c = &rota->cover[i];
        for (int j = 0; j < p->n_duties; j++)
            if (c->duties >> j & 1)
                p->cover_of[n_at[c->day * p->n_duties + j]++] = i;
        for (int n = 0; n <= p->n_officers; n++)
            p->cover_cost[(size_t)i * (size_t)(p->n_officers + 1) + (size_t)n] =
                n < c->min ? as_cost(c->under, c->hard) * (c->min - n) : n > c->max ? as_cost(c->over, c->hard) * (n - c->max) : 0;
    }
}

int plan_new(struct arena *a, const struct rota *rota, struct plan **out, struct err *err)
{
    int rc = rota_check(rota, err);
    if (rc == 0)
        rc = check_worst(rota, err);
    if (rc < 0)
        return rc;
    struct plan *p = arena_new_of(a, struct plan);
    p->rota = rota;
    p->n_days = rota->n_days;
    p->n_officers = rota->n_officers;
    p->n_duties = rota->n_duties;
    p->words = (rota->n_officers + 63) / 64;
    p->all = rota_all_days(rota);
    p->cell = rota_roster(a, rota);
    p->mask = arena_array(a, uint64_t, (size_t)p->n_officers * (size_t)p->n_duties);
    p->row_cost = arena_array(a, int64_t, (size_t)p->n_officers);
    compile_rules(a, p);
    compile_requests(a, p);
    compile_cover(a, p);
    if (rota->meetings.duties && rota->meetings.over) {
        p->meeting = as_cost(rota->meetings.over, rota->meetings.hard);
        p->met = arena_alloc(a, (size_t)p->n_officers * (size_t)p->n_officers);
        p->team = arena_array(a, uint64_t, (size_t)p->n_days * (size_t)p->n_duties * (size_t)p->words);
    }
    *out = p;
    return 0;
}

void plan_load(struct plan *p, const uint8_t *roster)
{
    const size_t n = (size_t)p->n_officers;
    memset(p->cell, ROTA_OFF, n * (size_t)p->n_days);
    memset(p->mask, 0, n * (size_t)p->n_duties * sizeof *p->mask);
    memset(p->row_cost, 0, n * sizeof *p->row_cost);
    memset(p->cover_n, 0, (size_t)p->rota->n_cover * sizeof *p->cover_n);
    if (p->meeting) {
        memset(p->met, 0, n * n);
        memset(p->team, 0, (size_t)p->n_days * (size_t)p->n_duties * (size_t)p->words * sizeof *p->team);
    }
    p->cost = 0;
    for (int i = 0; i < p->rota->n_cover; i++) /* nobody is anywhere: covers speak of no day off */
        p->cost += p->cover_cost[(size_t)i * (n + 1)];
    for (int o = 0; o < p->n_officers; o++) {
        p->mask[o * p->n_duties + ROTA_OFF] = p->all;
        for (int d = 0; d < p->n_days; d++) {
            p->cost += p->wish[(size_t)(o * p->n_days + d) * (size_t)p->n_duties + ROTA_OFF];
            plan_set(p, o, d, roster[o * p->n_days + d]);
        }
        plan_settle(p, o);
    }
}

struct rota_score plan_score(const struct plan *p)
{
    return (struct rota_score){p->cost >> PLAN_SHIFT, p->cost & (((int64_t)1 << PLAN_SHIFT) - 1)};
}

int64_t plan_row(const struct plan *p, int officer)
{
    return plan_row_inline(p, officer);
}

/* --- the kinds that loop over days or weekends --- */

static uint64_t days_counted(const struct plan *p, const struct plan_rule *r, const uint64_t *mask)
{
    if (!r->visits)
        return plan_days_of(p, r->sets, mask) & r->days;
    uint64_t x = 0;
    for (int i = 0; i < r->sets->n; i++)
        x |= mask[r->sets->list[i]] & r->visits[r->sets->list[i]];
    return x & r->days;
}

static int64_t row_cost(const struct plan_rule *r, uint64_t x, uint64_t worked)
{
    int64_t cost = 0;
    int n = 0;
    for (; worked; worked &= worked - 1) {
        n = x & worked & -worked ? n + 1 : 0;
        if (n > r->max)
            cost += r->over;
    }
    return cost;
}

static int64_t weekend_run_cost(const struct plan_rule *r, uint64_t x)
{
    int64_t cost = 0;
    int n = 0;
    for (int i = 0; i < r->n_weekends; i++) {
        if (x & r->weekends[i]) {
            n++;
            continue;
        }
        cost += n ? plan_bounds(r, n) : 0;
        n = 0;
    }
    return cost + (n ? plan_bounds(r, n) : 0);
}

static int64_t weekend_whole_cost(const struct plan_rule *r, uint64_t x)
{
    int64_t cost = 0;
    for (int i = 0; i < r->n_weekends; i++) {
        const uint64_t all = r->weekends[i], on = x & all;
        if (__builtin_popcountll(all) < r->weekend_len || on == 0 || on == all)
            continue;
        const int worked = __builtin_popcountll(on), span = 64 - __builtin_clzll(on) - __builtin_ctzll(on);
        cost += r->over * (r->weekend_len - worked + (span > worked ? r->weekend_len : 0));
    }
    return cost;
}

static int64_t weekend_same_cost(const struct plan *p, const struct plan_rule *r, uint64_t x, const uint64_t *mask)
{
    int64_t cost = 0;
    for (int i = 0; i < r->n_weekends; i++) {
        const uint64_t all = r->weekends[i];
        if (__builtin_popcountll(all) < r->weekend_len || (x & all) != all)
            continue;
        for (int j = 0; j < p->n_duties; j++)
            if (mask[j] & all)
                cost += r->over * (r->weekend_len - __builtin_popcountll(mask[j] & all));
    }
    return cost;
}

int64_t plan_rare_rule(const struct plan *p, const struct plan_rule *r, const uint64_t *mask)
{
    const uint64_t x = days_counted(p, r, mask);
    switch (r->kind) {
    case ROTA_COUNT:
        return plan_bounds(r, __builtin_popcountll(x));
    case ROTA_RUN:
        return plan_run_cost(r, x);
    case ROTA_ROW:
        return row_cost(r, x, p->all & ~mask[ROTA_OFF]);
    case ROTA_WEEKEND_RUN:
        return weekend_run_cost(r, x);
    case ROTA_WEEKEND_WHOLE:
        return weekend_whole_cost(r, x);
    case ROTA_WEEKEND_SAME:
        return weekend_same_cost(p, r, x, mask);
    default:
        return 0;
    }
}
