/* What the rota's tests share: a rota of four duties, and rotas drawn at random. */
#ifndef COMITY_ROTA_TEST_RANDOM_H
#define COMITY_ROTA_TEST_RANDOM_H

#include "work/rota/random.h"
#include "work/rota/rota.h"

enum { E = 1, L = 2, N = 3, DUTIES = 4, WORK = 14 };

static const struct rota_duty duties[DUTIES] = {
    {.name = {"-", 1}}, {.name = {"E", 1}, .start = 360, .minutes = 480}, {.name = {"L", 1}, .start = 840, .minutes = 480},
    {.name = {"N", 1}, .start = 1320, .minutes = 600}};

/* A rota of n officers who all have the given rules, Monday 5 January 2026 and on. */
static struct rota rota_of(struct arena *a, int n_days, int n_officers, const struct rota_rule *rules, int n_rules)
{
    struct rota rota = {.n_days = n_days, .n_officers = n_officers, .n_duties = DUTIES, .first_day = 20458, .duties = duties};
    rota.officers = arena_array(a, struct rota_officer, (size_t)n_officers);
    rota.allowed = arena_array(a, uint64_t, (size_t)(n_officers * n_days));
    for (int o = 0; o < n_officers; o++) {
        rota.officers[o] = (struct rota_officer){.name = str_printf(a, "O%d", o + 1), .can = 15,
                                                 .rules = arena_array(a, const struct rota_rule *, (size_t)n_rules)};
        for (int i = 0; i < n_rules; i++)
            rota.officers[o].rules[rota.officers[o].n_rules++] = &rules[i];
    }
    for (int i = 0; i < n_officers * n_days; i++)
        rota.allowed[i] = 15;
    return rota;
}

static uint64_t some(struct rota_random *r, uint64_t of)
{
    return rota_next(r) & rota_next(r) & of;
}

static struct rota_rule some_rule(struct rota_random *r, struct arena *a, int n_days)
{
    const uint64_t all = n_days == 64 ? ~(uint64_t)0 : ((uint64_t)1 << n_days) - 1;
    struct rota_rule rule = {.kind = rota_below(r, ROTA_KINDS), .duties = rota_next(r) & 15, .days = rota_below(r, 2) ? all : rota_next(r) & all,
                             .min = rota_below(r, 5), .max = rota_below(r, 8), .under = rota_below(r, 9), .over = rota_below(r, 9),
                             .unit = 1 + rota_below(r, 500), .hard = rota_below(r, 2), .open_ends = rota_below(r, 2),
                             .weekend_first = rota_below(r, 7), .weekend_len = 2 + rota_below(r, 3), .n_steps = 1 + rota_below(r, 4)};
    if (rule.kind == ROTA_ROW)
        rule.min = 0;
    rule.max += rule.min;
    for (int i = 0; i < rule.n_steps; i++)
        rule.step[i] = rota_next(r) & 15;
    if (rota_below(r, 3) == 0 && rule.kind != ROTA_SUM && rule.kind != ROTA_PATTERN && rule.kind < ROTA_WEEKENDS) {
        uint64_t *visits = arena_array(a, uint64_t, DUTIES);
        for (int j = 0; j < DUTIES; j++)
            visits[j] = some(r, all);
        rule.visits = visits;
    }
    return rule;
}

static struct rota some_rota_of(struct rota_random *r, struct arena *a, int n_days, int n_officers, int n_rules)
{
    struct rota_rule *rules = arena_array(a, struct rota_rule, 8);
    for (int i = 0; i < n_rules; i++)
        rules[i] = some_rule(r, a, n_days);
    struct rota rota = rota_of(a, n_days, n_officers, rules, n_rules);
    rota.first_day += rota_below(r, 7);
    struct rota_cover *cover = arena_array(a, struct rota_cover, 40);
    struct rota_request *requests = arena_array(a, struct rota_request, 40);
    for (int i = 0; i < 40; i++) {
        const int min = rota_below(r, 3);
        cover[i] = (struct rota_cover){rota_below(r, n_days), rota_next(r) & WORK, min, min + rota_below(r, 2), rota_below(r, 9), rota_below(r, 9), rota_below(r, 2)};
        requests[i] = (struct rota_request){rota_below(r, n_officers), rota_below(r, n_days), rota_next(r) & 15, rota_below(r, 2), rota_below(r, 9),
                                            rota_below(r, 2)};
    }
    rota.cover = cover;
    rota.requests = requests;
    rota.n_cover = rota.n_requests = 40;
    rota.meetings = (struct rota_meetings){rota_next(r) & WORK, rota_below(r, 3), rota_below(r, 3), rota_below(r, 2)};
    return rota;
}

static inline struct rota some_rota(struct rota_random *r, struct arena *a)
{
    const int n_days = rota_below(r, 6) ? 1 + rota_below(r, 40) : 64, n_officers = rota_below(r, 6) ? 1 + rota_below(r, 9) : 60 + rota_below(r, 20);
    return some_rota_of(r, a, n_days, n_officers, rota_below(r, 8));
}

#endif
