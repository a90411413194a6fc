/* plan: a roster together with what it costs, kept up to date as cells change. For the solver and the repair; the judge (score.c) is written apart.
 *
 *     struct plan *p;
 *     if (plan_new(a, rota, &p, err) == 0) {
 *         plan_load(p, roster);
 *         const int64_t before = p->cost;
 *         plan_set(p, o, d, duty);       // cover, requests, meetings
 *         plan_settle(p, o);             // and the rules of the officer whose cells changed
 *     }
 *
 * A cost is one number: what must hold in the upper bits, wishes in the lower ones. plan_new refuses weights whose sum could not be told apart.
 * A row is one word of days for each duty, so that a rule over four weeks is a handful of shifts.
 */
#ifndef COMITY_ROTA_PLAN_H
#define COMITY_ROTA_PLAN_H

#include "work/rota/rota.h"

#define PLAN_SHIFT 36 /* wishes below, laws above */

/* The code that is run a billion times is also compiled for processors that count bits in one step; the results are the same. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__)
#define PLAN_FAST __attribute__((target_clones("arch=haswell", "default")))
#else
#define PLAN_FAST
#endif
#define PLAN_INLINE static inline __attribute__((always_inline))

/* The days with a duty of a set: the words of the listed duties joined; inverted when the set is most duties. */
struct plan_set_of {
    uint8_t invert, n;
    uint8_t list[ROTA_DUTIES_MAX];
};

struct plan_rule {
    enum rota_kind kind;
    int min, max, unit;
    int64_t under, over; /* as costs */
    uint64_t days, ends; /* ends: bits that a run may not be judged short by */
    const struct plan_set_of *sets; /* one, or one for each step */
    int n_steps;
    const uint64_t *visits;
    const uint64_t *weekends;
    int n_weekends, weekend_len;
    bool open_ends;
};

struct plan {
    const struct rota *rota;
    int n_days, n_officers, n_duties, words; /* words of 64 officers */
    uint64_t all;                            /* days */
    uint8_t *cell;                           /* the roster */
    uint64_t *mask;                          /* [officer * n_duties + duty]: days */
    int64_t *row_cost;                       /* of the rules, for each officer */
    int64_t cost;                            /* of all */
    const struct plan_rule **rules;          /* of all officers, one after the other */
    int *rules_begin;                        /* [officer], and the end */
    int64_t *wish;                           /* [(officer * n_days + day) * n_duties + duty] */
    int *cover_begin, *cover_of;             /* [day * n_duties + duty]: the covers that count it */
    int *cover_n;                            /* how many are there now */
    int64_t *cover_cost;                     /* [cover * (n_officers + 1) + n] */
    uint8_t *met;                            /* [officer * n_officers + other] */
    uint64_t *team;                          /* [(day * n_duties + duty) * words]: who is there */
    int64_t meeting;                         /* cost of one too many; 0: no bound */
};

MUST_USE int plan_new(struct arena *a, const struct rota *rota, struct plan **out, struct err *err);
void plan_load(struct plan *p, const uint8_t *roster);
struct rota_score plan_score(const struct plan *p);
/* A start for rotas with a bound on meetings, see lines.c; false if there is none for so many posts and officers. */
bool plan_lines(const struct rota *rota, uint8_t *roster);
int64_t plan_row(const struct plan *p, int officer); /* what the rules of an officer cost now */

PLAN_INLINE int64_t plan_energy(int64_t cost, int64_t hard_weight)
{
    return (cost & (((int64_t)1 << PLAN_SHIFT) - 1)) + hard_weight * (cost >> PLAN_SHIFT);
}

PLAN_INLINE void plan_cover(struct plan *p, int at, int change)
{
    for (int i = p->cover_begin[at]; i < p->cover_begin[at + 1]; i++) {
        const int c = p->cover_of[i];
        const int64_t *table = p->cover_cost + (size_t)c * (size_t)(p->n_officers + 1);
        p->cost -= table[p->cover_n[c]];
        p->cover_n[c] += change;
        p->cost += table[p->cover_n[c]];
    }
}

PLAN_INLINE void plan_part(struct plan *p, int officer, int at)
{
    uint64_t *team = p->team + (size_t)at * (size_t)p->words;
    uint8_t *met = p->met + (size_t)officer * (size_t)p->n_officers;
    team[officer / 64] &= ~((uint64_t)1 << (officer % 64));
    for (int w = 0; w < p->words; w++)
        for (uint64_t rest = team[w]; rest; rest &= rest - 1) {
            const int other = 64 * w + __builtin_ctzll(rest);
            if (met[other]-- > p->rota->meetings.max)
                p->cost -= p->meeting;
            p->met[other * p->n_officers + officer]--;
        }
}

PLAN_INLINE void plan_join(struct plan *p, int officer, int at)
{
    uint64_t *team = p->team + (size_t)at * (size_t)p->words;
    uint8_t *met = p->met + (size_t)officer * (size_t)p->n_officers;
    for (int w = 0; w < p->words; w++)
        for (uint64_t rest = team[w]; rest; rest &= rest - 1) {
            const int other = 64 * w + __builtin_ctzll(rest);
            if (++met[other] > p->rota->meetings.max)
                p->cost += p->meeting;
            p->met[other * p->n_officers + officer]++;
        }
    team[officer / 64] |= (uint64_t)1 << (officer % 64);
}

/* Gives an officer another duty on a day. The rules of her row are not reckoned yet: plan_settle. */
PLAN_INLINE void plan_set(struct plan *p, int officer, int day, int duty)
{
    uint8_t *cell = &p->cell[officer * p->n_days + day];
    const int old = *cell;
    uint64_t *mask = p->mask + (size_t)officer * (size_t)p->n_duties;
    const int64_t *wish = p->wish + (size_t)(officer * p->n_days + day) * (size_t)p->n_duties;
    const int at = day * p->n_duties;
    mask[old] &= ~((uint64_t)1 << day);
    mask[duty] |= (uint64_t)1 << day;
    *cell = (uint8_t)duty;
    p->cost += wish[duty] - wish[old];
    plan_cover(p, at + old, -1);
    plan_cover(p, at + duty, 1);
    if (p->meeting) {
        if (p->rota->meetings.duties >> old & 1)
            plan_part(p, officer, at + old);
        if (p->rota->meetings.duties >> duty & 1)
            plan_join(p, officer, at + duty);
    }
}

PLAN_INLINE uint64_t plan_days_of(const struct plan *p, const struct plan_set_of *set, const uint64_t *mask)
{
    uint64_t x = 0;
    for (int i = 0; i < set->n; i++)
        x |= mask[set->list[i]];
    return set->invert ? p->all & ~x : x;
}

PLAN_INLINE int64_t plan_bounds(const struct plan_rule *r, int n)
{
    return n > r->max ? (n - r->max) * r->over : n < r->min ? (r->min - n) * r->under : 0;
}

PLAN_INLINE int64_t plan_run_cost(const struct plan_rule *r, uint64_t x)
{
    int64_t cost = 0;
    if (r->over) {
        uint64_t windows = x;
        for (int i = 0; i < r->max && windows; i++)
            windows &= windows >> 1;
        cost += r->over * __builtin_popcountll(windows);
    }
    if (r->min > 1) {
        uint64_t starts = x & ~(x << 1);
        uint64_t on = x;
        if (r->open_ends) {
            starts &= ~(uint64_t)1;
            on |= r->ends;
        }
        for (int k = 1; k < r->min && starts; k++) {
            on >>= 1;
            if (r->open_ends)
                on |= (uint64_t)1 << 63;
            cost += r->under * (r->min - k) * __builtin_popcountll(starts & ~on);
            starts &= on;
        }
    }
    return cost;
}

int64_t plan_rare_rule(const struct plan *p, const struct plan_rule *r, const uint64_t *mask); /* the kinds that loop */

PLAN_INLINE int64_t plan_rule_cost(const struct plan *p, const struct plan_rule *r, const uint64_t *mask)
{
    switch (r->kind) {
    case ROTA_COUNT:
        if (!r->visits)
            return plan_bounds(r, __builtin_popcountll(plan_days_of(p, r->sets, mask) & r->days));
        return plan_rare_rule(p, r, mask);
    case ROTA_SUM: {
        int minutes = 0;
        for (int i = 0; i < r->sets->n; i++) {
            const int j = r->sets->list[i];
            minutes += p->rota->duties[j].minutes * __builtin_popcountll(mask[j] & r->days);
        }
        if (minutes > r->max)
            return (minutes - r->max + r->unit - 1) / r->unit * r->over;
        return minutes < r->min ? (r->min - minutes + r->unit - 1) / r->unit * r->under : 0;
    }
    case ROTA_RUN:
        return r->visits ? plan_rare_rule(p, r, mask) : plan_run_cost(r, plan_days_of(p, r->sets, mask) & r->days);
    case ROTA_PATTERN: {
        uint64_t x = r->days;
        for (int i = 0; i < r->n_steps && x; i++)
            x &= plan_days_of(p, &r->sets[i], mask) >> i;
        return r->over * __builtin_popcountll(x);
    }
    case ROTA_WEEKENDS: {
        const uint64_t x = plan_days_of(p, r->sets, mask) & r->days;
        int n = 0;
        for (int i = 0; i < r->n_weekends; i++)
            n += (x & r->weekends[i]) != 0;
        return plan_bounds(r, n);
    }
    default:
        return plan_rare_rule(p, r, mask);
    }
}

PLAN_INLINE int64_t plan_row_inline(const struct plan *p, int officer)
{
    const uint64_t *mask = p->mask + (size_t)officer * (size_t)p->n_duties;
    int64_t cost = 0;
    for (int i = p->rules_begin[officer]; i < p->rules_begin[officer + 1]; i++)
        cost += plan_rule_cost(p, p->rules[i], mask);
    return cost;
}

/* Brings the rules of an officer's row up to date. */
PLAN_INLINE void plan_settle(struct plan *p, int officer)
{
    const int64_t now = plan_row_inline(p, officer);
    p->cost += now - p->row_cost[officer];
    p->row_cost[officer] = now;
}

#endif
