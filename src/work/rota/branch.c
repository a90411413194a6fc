#include "work/rota/branch.h"

#include <string.h>

enum { ROUNDS = 3000, LEVELS_MAX = 400, TURNS = 8, NODES = 60, FEW_FIRST = 6, LAST = 8 };

struct branch *branch_new(struct arena *a, const struct rota *rota, const struct plan *plan, int64_t law, struct rota_random *random)
{
    struct master_kin *kin = master_kin(a, rota, plan, law);
    if (!kin)
        return NULL;
    struct branch *b = arena_new_of(a, struct branch);
    *b = (struct branch){.kin = kin, .random = random, .few = FEW_FIRST};
    b->best = rota_roster(a, rota);
    b->share = arena_array(a, float, (size_t)(rota->n_officers * rota->n_days * rota->n_duties));
    return b;
}

void branch_free(struct branch *b)
{
    if (b)
        master_free(b->root);
}

static int64_t most(const struct branch *b)
{
    return (b->cost - 1) * ROWS_ONE;
}

/* What costs no more than the bound is the best there is; where laws are broken, law may be too little for that to be said. */
static void look_for_proof(struct branch *b)
{
    b->proved = b->plan_cost >> PLAN_SHIFT == 0 && b->cost <= b->bound;
}

static bool offer(struct branch *b, const uint8_t *roster)
{
    struct plan *p = b->kin->scratch;
    plan_load(p, roster);
    if (p->cost >= b->plan_cost)
        return false;
    b->plan_cost = p->cost;
    b->cost = plan_energy(p->cost, b->kin->law);
    memcpy(b->best, roster, (size_t)(p->n_officers * p->n_days));
    look_for_proof(b);
    return true;
}

bool branch_root(struct branch *b, const uint8_t *roster)
{
    const struct plan *p = b->kin->plan;
    bool is_free[ROTA_OFFICERS_MAX];
    memset(is_free, true, sizeof is_free);
    plan_load(b->kin->scratch, roster);
    memcpy(b->best, roster, (size_t)(p->n_officers * p->n_days));
    b->plan_cost = b->kin->scratch->cost;
    b->cost = plan_energy(b->plan_cost, b->kin->law);
    b->root = master_new(b->kin, is_free, roster, NULL);
    master_generate(b->root, INT64_MAX, ROUNDS);
    b->bound = b->root->bound == INT64_MIN ? INT64_MIN : (b->root->bound + ROWS_ONE - 1) / ROWS_ONE;
    look_for_proof(b);
    return !master_over(b->kin);
}

/* --- dives --- */

struct level {
    uint64_t *may;
    int officer;
    const uint8_t *row;
};

static bool is_fixed(const struct master *c, int officer)
{
    const int n_days = c->kin->plan->n_days;
    for (int d = 0; d < n_days; d++) {
        const uint64_t may = c->may[officer * n_days + d];
        if (may & (may - 1))
            return false;
    }
    return true;
}

static void fix(struct master *c, int officer, const uint8_t *row)
{
    for (int d = 0; d < c->kin->plan->n_days; d++)
        c->may[officer * c->kin->plan->n_days + d] = (uint64_t)1 << row[d];
}

/* Fixes what the program takes whole, or else what it nearly takes: that is a decision. False: all is fixed. */
static bool decide(struct branch *b, struct master *c, struct level *level)
{
    const struct column *pick = NULL;
    double best = 0;
    bool any = false;
    for (int i = 0; i < c->lp->m; i++) {
        const struct column *k = &c->list[c->lp->basis[i]];
        if (k->officer < 0 || k->closed || c->lp->at[i] < 1e-4 || is_fixed(c, k->officer))
            continue;
        if (c->lp->at[i] > 0.9) {
            fix(c, k->officer, k->row);
            any = true;
            continue;
        }
        const double score = c->lp->at[i] + (double)rota_below(b->random, 1024) / 5120;
        if (score > best)
            best = score, pick = k;
    }
    level->officer = -1;
    if (!any && pick) {
        level->officer = pick->officer;
        level->row = pick->row;
        fix(c, pick->officer, pick->row);
    }
    return any || pick;
}

/* Back to the last decision: the duty of its row that the program was least sure of is forbidden instead. */
static int turn_back(struct branch *b, struct master *c, struct level *levels, int n)
{
    const struct plan *p = b->kin->plan;
    while (n > 0 && levels[n - 1].officer < 0)
        n--;
    if (n == 0)
        return 0;
    const struct level *level = &levels[--n];
    memcpy(c->may, level->may, (size_t)(p->n_officers * p->n_days) * sizeof *c->may);
    int day = -1, n_same = 0;
    for (int d = 0; d < p->n_days; d++) {
        const uint64_t may = c->may[level->officer * p->n_days + d];
        if ((may & (may - 1)) && rota_below(b->random, ++n_same) == 0)
            day = d;
    }
    if (day < 0)
        return 0;
    c->may[level->officer * p->n_days + day] &= ~((uint64_t)1 << level->row[day]);
    return n + 1; /* the level stays, without a decision */
}

static bool whole(const struct branch *b, const struct master *c, uint8_t *roster)
{
    const struct plan *p = b->kin->plan;
    for (int i = 0; i < c->lp->m; i++) {
        const struct column *k = &c->list[c->lp->basis[i]];
        if (k->officer < 0 || c->lp->at[i] < 0.01)
            continue;
        if (c->lp->at[i] < 0.99)
            return false;
        memcpy(roster + k->officer * p->n_days, k->row, (size_t)p->n_days);
    }
    return true;
}

/* The open cell and duty whose share is nearest to one without being it; -1: none. */
static int halve(struct branch *b, const struct master *c, int *duty)
{
    const struct plan *p = b->kin->plan;
    float best = 0;
    int cell = -1;
    master_share(c, b->share);
    for (int o = 0; o < p->n_officers; o++)
        for (int d = 0; c->line[o] >= 0 && d < p->n_days; d++)
            for (int j = 0; j < p->n_duties; j++) {
                const float x = b->share[(o * p->n_days + d) * p->n_duties + j];
                if (x > best && x < 0.999f)
                    best = x, cell = o * p->n_days + d, *duty = j;
            }
    return cell;
}

struct few {
    struct master *c;
    uint8_t *roster;
    int nodes;
    bool better;
};

static void try_all(struct branch *b, struct few *f, int depth)
{
    struct master *c = f->c;
    master_generate(c, most(b), 60);
    if (f->nodes-- <= 0 || c->bound > most(b) || b->proved || master_over(b->kin))
        return;
    int duty = 0;
    if (whole(b, c, f->roster)) {
        f->better |= offer(b, f->roster);
        return;
    }
    const int cell = halve(b, c, &duty);
    if (cell < 0 || depth > LEVELS_MAX)
        return;
    const uint64_t before = c->may[cell];
    for (int side = 0; side < 2 && f->nodes > 0; side++) {
        c->may[cell] = side ? before & ~((uint64_t)1 << duty) : (uint64_t)1 << duty;
        if (!c->may[cell])
            continue;
        master_close(c);
        try_all(b, f, depth + 1);
    }
    c->may[cell] = before;
    master_close(c);
}

static bool dive(struct branch *b)
{
    const struct plan *p = b->kin->plan;
    struct master *c = master_copy(b->root);
    struct level *levels = arena_array(c->arena, struct level, LEVELS_MAX);
    uint8_t *roster = rota_roster(c->arena, p->rota);
    const size_t size = (size_t)(p->n_officers * p->n_days) * sizeof *c->may;
    bool better = false;
    memcpy(roster, b->best, (size_t)(p->n_officers * p->n_days));
    int n = 0, turns = 0;
    for (;;) {
        master_close(c);
        master_generate(c, most(b), 20);
        if (master_over(b->kin))
            break;
        if (c->bound > most(b)) {
            n = turns++ < TURNS ? turn_back(b, c, levels, n) : 0;
            if (n == 0)
                break;
            levels[n - 1].officer = -1;
            continue;
        }
        if (whole(b, c, roster) && offer(b, roster)) {
            better = true;
            if (b->proved || (double)c->bound > most(b))
                break;
        }
        if (n == LEVELS_MAX)
            break;
        int n_open = 0;
        for (int o = 0; o < p->n_officers; o++)
            n_open += !is_fixed(c, o);
        if (n_open <= LAST) {
            struct few f = {.c = c, .roster = roster, .nodes = NODES};
            try_all(b, &f, 0);
            better = better || f.better;
            break;
        }
        if (!levels[n].may)
            levels[n].may = arena_array(c->arena, uint64_t, size / sizeof *c->may);
        memcpy(levels[n].may, c->may, size);
        if (!decide(b, c, &levels[n++]))
            break;
    }
    master_free(c);
    return better;
}

/* --- few officers --- */

static void choose_few(struct branch *b, bool *is_free)
{
    const int n = b->kin->plan->n_officers;
    memset(is_free, 0, (size_t)n);
    for (int i = 0; i < b->few && i < n; i++) {
        int o = rota_below(b->random, n);
        while (is_free[o])
            o = (o + 1) % n;
        is_free[o] = true;
    }
}

static bool among_few(struct branch *b)
{
    bool is_free[ROTA_OFFICERS_MAX];
    choose_few(b, is_free);
    struct master *c = master_new(b->kin, is_free, b->best, b->root);
    struct few f = {.c = c, .roster = rota_roster(c->arena, b->kin->plan->rota), .nodes = NODES};
    memcpy(f.roster, b->best, (size_t)(b->kin->plan->n_officers * b->kin->plan->n_days));
    try_all(b, &f, 0);
    if (f.nodes <= 0)
        b->few -= b->few > 2;
    else if (f.nodes > NODES - 4)
        b->few += b->few < b->kin->plan->n_officers;
    else if (f.nodes > NODES / 2)
        b->few += b->few < b->kin->plan->n_officers && rota_below(b->random, 3) == 0;
    master_free(c);
    return f.better;
}

bool branch_step(struct branch *b)
{
    return b->steps++ % 12 ? among_few(b) : dive(b);
}
