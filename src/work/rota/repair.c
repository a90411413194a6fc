#include "work/rota/repair.h"

#include <string.h>

#include "work/rota/plan.h"
#include "work/rota/random.h"

enum { DEPTH_MAX = 4, NODES_MAX = 400000, KEEP_WEIGHT = 1000, AGAIN_MOVES = 3000000 };

/* The search for one stand-in: changes that follow one another until nothing that must hold is broken more than `floor`. */
struct search {
    struct plan *plan;
    int64_t floor;      /* broken laws that are not ours to mend */
    int64_t nodes;
    int depth;          /* allowed */
    struct rota_change path[DEPTH_MAX];
    int n;
    struct rota_change (*found)[DEPTH_MAX]; /* [officer]: the cheapest way that begins with her */
    int64_t *found_cost;                    /* [officer]: -1: none */
};

static int64_t hard(const struct plan *p)
{
    return p->cost >> PLAN_SHIFT;
}

static void keep(struct search *s)
{
    const int first = s->path[0].officer;
    if (s->found_cost[first] >= 0 && s->found_cost[first] <= s->plan->cost)
        return;
    s->found_cost[first] = s->plan->cost;
    memset(s->found[first], 0xff, sizeof s->found[first]); /* officer -1 ends a way */
    memcpy(s->found[first], s->path, (size_t)s->n * sizeof s->path[0]);
}

static void deepen(struct search *s);

/* Goes one change further, unless the cell was changed on this way already. */
static void step(struct search *s, int officer, int day, int duty)
{
    struct plan *p = s->plan;
    const uint8_t old = p->cell[officer * p->n_days + day];
    if (duty == old || !(p->rota->allowed[officer * p->n_days + day] >> duty & 1) || s->nodes++ > NODES_MAX)
        return;
    for (int i = 0; i < s->n; i++)
        if (s->path[i].officer == officer && s->path[i].day == day)
            return;
    s->path[s->n++] = (struct rota_change){officer, day, old, (uint8_t)duty};
    plan_set(p, officer, day, duty);
    plan_settle(p, officer);
    if (hard(p) <= s->floor)
        keep(s);
    else if (s->n < s->depth)
        deepen(s);
    plan_set(p, officer, day, old);
    plan_settle(p, officer);
    s->n--;
}

static bool cover_broken(const struct plan *p, int index)
{
    const struct rota_cover *c = &p->rota->cover[index];
    return c->hard && (p->cover_n[index] < c->min || p->cover_n[index] > c->max);
}

/* A day on which somebody is missing: anybody may come. Too many: any of them may go. */
static void mend_cover(struct search *s, int index)
{
    const struct plan *p = s->plan;
    const struct rota_cover *c = &p->rota->cover[index];
    const bool missing = p->cover_n[index] < c->min;
    for (int o = 0; o < p->n_officers; o++) {
        const bool there = c->duties >> p->cell[o * p->n_days + c->day] & 1;
        for (int j = 0; there != missing && j < p->n_duties; j++)
            if ((bool)(c->duties >> j & 1) == missing)
                step(s, o, c->day, j);
    }
}

/* What the way so far broke is mended next: the days touched, then the rows touched. */
static void deepen(struct search *s)
{
    struct plan *p = s->plan;
    for (int i = 0; i < s->n; i++) {
        const int day = s->path[i].day;
        const uint8_t duty[2] = {s->path[i].from, s->path[i].to};
        for (int k = 0; k < 2; k++)
            for (int at = day * p->n_duties + duty[k], c = p->cover_begin[at]; c < p->cover_begin[at + 1]; c++)
                if (cover_broken(p, p->cover_of[c])) {
                    mend_cover(s, p->cover_of[c]);
                    return;
                }
    }
    for (int i = 0; i < s->n; i++) {
        const int officer = s->path[i].officer;
        if (p->row_cost[officer] >> PLAN_SHIFT == 0)
            continue;
        for (int d = 0; d < p->n_days; d++)
            for (int j = 0; j < p->n_duties; j++)
                step(s, officer, d, j);
        return;
    }
}

/* One missing officer: the fewest changes, and a lot among those with whom they begin. Returns how many were eligible. */
static int stand_in(struct search *s, int cover, struct rota_random *random)
{
    struct plan *p = s->plan;
    for (s->depth = 1; s->depth <= DEPTH_MAX; s->depth++) {
        int eligible[ROTA_OFFICERS_MAX], n = 0;
        for (int o = 0; o < p->n_officers; o++)
            s->found_cost[o] = -1;
        s->nodes = 0;
        mend_cover(s, cover);
        for (int o = 0; o < p->n_officers; o++)
            if (s->found_cost[o] >= 0)
                eligible[n++] = o;
        if (n == 0)
            continue;
        const struct rota_change *way = s->found[eligible[rota_lot(random, n)]];
        for (int i = 0; i < DEPTH_MAX && way[i].officer >= 0; i++) {
            plan_set(p, way[i].officer, way[i].day, way[i].to);
            plan_settle(p, way[i].officer);
        }
        return n;
    }
    return 0;
}

/* The whole rota again, with a price on each cell that is not as it was. */
static int again(struct arena *a, const struct rota *rota, const uint8_t *before, const uint8_t *seed, uint8_t *roster, struct err *err)
{
    struct rota priced = *rota;
    const int cells = rota->n_officers * rota->n_days;
    struct rota_request *requests = arena_array(a, struct rota_request, (size_t)(rota->n_requests + cells));
    memcpy(requests, rota->requests, (size_t)rota->n_requests * sizeof *requests);
    for (int c = 0; c < cells; c++)
        if (rota->allowed[c] >> before[c] & 1)
            requests[priced.n_requests++] = (struct rota_request){c / rota->n_days, c % rota->n_days, (uint64_t)1 << before[c], true, KEEP_WEIGHT, false};
    priced.requests = requests;
    struct rota_score score;
    return rota_solve(&priced, seed, AGAIN_MOVES, roster, &score, err);
}

static void list_changes(struct arena *a, const struct rota *rota, const uint8_t *before, const uint8_t *after, int ill, struct rota_repair *out)
{
    struct rota_change *changes = arena_array(a, struct rota_change, (size_t)(rota->n_officers * rota->n_days));
    for (int d = 0; d < rota->n_days; d++)
        for (int o = 0; o < rota->n_officers; o++) {
            const int c = o * rota->n_days + d;
            if (o != ill && before[c] != after[c])
                changes[out->n++] = (struct rota_change){o, d, before[c], after[c]};
        }
    out->changes = changes;
}

/* The rota as it is for this repair: she is off, her other days stay, and her contract is not held against her. */
static struct rota without(struct arena *a, const struct rota *rota, const uint8_t *roster, int ill, int first, int last)
{
    struct rota own = *rota;
    const size_t cells = (size_t)(rota->n_officers * rota->n_days);
    own.officers = arena_array(a, struct rota_officer, (size_t)rota->n_officers);
    own.allowed = arena_array(a, uint64_t, cells);
    memcpy(own.officers, rota->officers, (size_t)rota->n_officers * sizeof *own.officers);
    memcpy(own.allowed, rota->allowed, cells * sizeof *own.allowed);
    own.officers[ill].n_rules = 0;
    for (int d = 0; d < rota->n_days; d++)
        own.allowed[ill * rota->n_days + d] = d >= first && d <= last ? 1 : (uint64_t)1 << roster[ill * rota->n_days + d];
    return own;
}

int rota_repair(struct arena *a, const struct rota *rota, uint8_t *roster, int officer, int first, int last,
                const uint8_t seed[static ROTA_SEED_LEN], struct rota_repair *out, struct err *err)
{
    *out = (struct rota_repair){0};
    if (officer < 0 || officer >= rota->n_officers || first < 0 || last >= rota->n_days || last < first)
        return err_set(err, ERR_USAGE, "who is ill, or when, is not of this rota");
    const struct rota own = without(a, rota, roster, officer, first, last);
    struct search s = {.found = arena_calloc(a, (size_t)rota->n_officers, sizeof *s.found), .found_cost = arena_array(a, int64_t, (size_t)rota->n_officers)};
    struct rota_random random = rota_random(seed);
    uint8_t *before = rota_roster(a, rota);
    memcpy(before, roster, (size_t)(rota->n_officers * rota->n_days));
    int rc = plan_new(a, &own, &s.plan, err);
    if (rc < 0)
        return rc;
    plan_load(s.plan, roster);
    s.floor = hard(s.plan); /* what was broken while she was well, her absence aside */
    bool unfilled = false;
    for (int d = first; d <= last; d++) {
        plan_set(s.plan, officer, d, ROTA_OFF);
        plan_settle(s.plan, officer);
    }
    for (int i = 0; i < own.n_cover; i++)
        while (own.cover[i].day >= first && own.cover[i].day <= last && own.cover[i].hard && s.plan->cover_n[i] < own.cover[i].min) {
            const int64_t now = hard(s.plan), unit = own.cover[i].under;
            const int64_t wanted = s.floor;
            s.floor = now - unit; /* this one place; the others come after it */
            const int n = stand_in(&s, i, &random);
            s.floor = wanted;
            if (n == 0) {
                unfilled = true;
                break;
            }
            out->eligible = out->eligible ? out->eligible : n;
        }
    memcpy(roster, s.plan->cell, (size_t)(rota->n_officers * rota->n_days));
    if (unfilled || hard(s.plan) > s.floor)
        rc = again(a, &own, before, seed, roster, err);
    if (rc < 0)
        return rc;
    out->left = rota_judge(a, &own, roster, NULL, NULL);
    list_changes(a, rota, before, roster, officer, out);
    return 0;
}
