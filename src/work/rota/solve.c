/* Simulated annealing in integers, and behind it branch.h. Annealing: a change that costs T or less more is taken with probability e^(-cost / T), and T
 * falls. The logarithm is a table made of integer squares, T falls by a 64th at a time, the budget is a count of moves: nothing depends on the machine.
 *
 * A move gives some cells of one or two rows other duties; it is made, reckoned, and taken back if refused. Kinds: one cell; a stretch of a row; the
 * same stretch of two rows swapped, or one day of it; two stretches of a row swapped; two officers trade days, so that both work as much as before.
 * Cells that leave no choice are never touched. A roster that costs nothing ends the search. */
#include <string.h>

#include "work/rota/branch.h"
#include "work/rota/plan.h"
#include "work/rota/random.h"

enum { LOG_SIZE = 4096, STRETCH_MAX = 14, CELLS_MAX = 4 * STRETCH_MAX, T_BITS = 16, TOLD_EVERY = 1 << 18,
       COLUMNS_FROM = 10000000, /* fewer moves are annealed, as they always were */
       WORK_OF_MOVE = 40, WORK_OF_RULE = 4 }; /* steps of linear programs for a move, and besides for each rule an officer has */

/* Of 32 moves, how many are of a kind. Where a bound on meetings holds, who stands with whom is changed a day at a time. */
enum kind { CELL, STRETCH, SWAP, SWAP_DAY, EXCHANGE, TRADE, KINDS };
enum { SHARES = 32 };

static const uint8_t shares[2][KINDS] = {
    {[CELL] = 5, [STRETCH] = 2, [SWAP] = 6, [SWAP_DAY] = 0, [EXCHANGE] = 3, [TRADE] = 16},
    {[CELL] = 3, [STRETCH] = 1, [SWAP] = 4, [SWAP_DAY] = 16, [EXCHANGE] = 2, [TRADE] = 6},
};

struct change {
    int officer, day;
    uint8_t old;
};

struct annealing {
    struct plan *plan;
    struct rota_random random;
    uint32_t log[LOG_SIZE]; /* -ln((i + 1/2) / LOG_SIZE), 16 bits behind the point */
    int64_t hard_weight;
    struct change changes[CELLS_MAX];
    int n_changes;
    uint8_t kinds[SHARES];     /* the kind of a move, drawn evenly */
    int *free_cells, n_free;   /* cells with a choice */
    uint8_t *choices;          /* [cell * n_duties]: the duties possible there */
    uint8_t *n_choices;        /* [cell] */
    uint8_t *best;             /* the roster with the least laws broken, and of those the cheapest */
    int64_t best_cost;
    const struct rota_watch *watch;
    int64_t done, moves;       /* so far, for the watch alone, and in all */
    int64_t columns_from;      /* after how many there are columns */
    int64_t move;              /* how many steps of linear programs are as much as one */
    bool stopped;
};

/* -ln(x / 2^32), 16 bits behind the point: the whole part of the binary logarithm by shifting, the rest bit by bit by squaring. */
static uint32_t minus_ln(uint64_t x)
{
    int whole = 0;
    while (x < (uint64_t)1 << 31) {
        x <<= 1;
        whole++;
    }
    uint64_t mantissa = x, fraction = 0; /* mantissa / 2^31 is in [1, 2) */
    for (int i = 0; i < 24; i++) {
        mantissa = (mantissa * mantissa) >> 31;
        fraction <<= 1;
        if (mantissa >= (uint64_t)1 << 32) {
            mantissa >>= 1;
            fraction |= 1;
        }
    }
    const uint64_t minus_log2 = (((uint64_t)whole + 1) << 24) - fraction;
    return (uint32_t)((minus_log2 * 45426) >> 24); /* ln 2 = 45426 / 65536 */
}

PLAN_INLINE int below(uint32_t bits, int n)
{
    return (int)(((uint64_t)bits * (uint64_t)n) >> 32);
}

PLAN_INLINE void change(struct annealing *s, int officer, int day, int duty)
{
    const uint8_t old = s->plan->cell[officer * s->plan->n_days + day];
    if (old == duty)
        return;
    s->changes[s->n_changes++] = (struct change){officer, day, old};
    plan_set(s->plan, officer, day, duty);
}

PLAN_INLINE bool possible(const struct annealing *s, int officer, int day, int duty)
{
    return s->plan->rota->allowed[officer * s->plan->n_days + day] >> duty & 1;
}

/* 1 with probability about one half, then halving; sometimes anything up to the maximum. */
PLAN_INLINE int stretch(uint32_t bits, int max)
{
    int n = bits & 1 ? 1 + __builtin_ctz((bits >> 1) | 1u << 20) : 1 + below(bits, STRETCH_MAX);
    return n < max ? n : max;
}

PLAN_INLINE void move_cell(struct annealing *s, int cell)
{
    const struct plan *p = s->plan;
    const uint64_t bits = rota_next(&s->random);
    const int old = p->cell[cell], n = s->n_choices[cell];
    int pick = s->choices[cell * p->n_duties + below((uint32_t)bits, n)];
    if (pick == old)
        pick = s->choices[cell * p->n_duties + below((uint32_t)(bits >> 32), n)];
    change(s, cell / p->n_days, cell % p->n_days, pick);
}

/* A stretch of days gets one duty. */
PLAN_INLINE void move_stretch(struct annealing *s, int cell)
{
    const struct plan *p = s->plan;
    const uint64_t bits = rota_next(&s->random);
    const int officer = cell / p->n_days, day = cell % p->n_days;
    const int len = stretch((uint32_t)bits, p->n_days - day);
    const int pick = s->choices[cell * p->n_duties + below((uint32_t)(bits >> 32), s->n_choices[cell])];
    for (int d = day; d < day + len; d++)
        if (possible(s, officer, d, pick))
            change(s, officer, d, pick);
}

PLAN_INLINE int another(const struct annealing *s, int officer, uint32_t bits)
{
    const int other = below(bits, s->plan->n_officers - 1);
    return other + (other >= officer);
}

PLAN_INLINE void swap_day(struct annealing *s, int officer, int other, int day)
{
    const struct plan *p = s->plan;
    const int mine = p->cell[officer * p->n_days + day], hers = p->cell[other * p->n_days + day];
    if (mine != hers && possible(s, officer, day, hers) && possible(s, other, day, mine)) {
        change(s, officer, day, hers);
        change(s, other, day, mine);
    }
}

/* Two officers swap a stretch of days, where both may. */
PLAN_INLINE int move_swap(struct annealing *s, int cell, bool one_day)
{
    const struct plan *p = s->plan;
    const uint64_t bits = rota_next(&s->random);
    const int officer = cell / p->n_days, day = cell % p->n_days;
    const int len = one_day ? 1 : stretch((uint32_t)bits, p->n_days - day);
    const int other = another(s, officer, (uint32_t)(bits >> 32));
    for (int d = day; d < day + len; d++)
        swap_day(s, officer, other, d);
    return other;
}

/* A day of a set that is not empty, drawn. */
PLAN_INLINE int drawn_day(uint64_t days, uint32_t bits)
{
    for (int n = below(bits, __builtin_popcountll(days)); n > 0; n--)
        days &= days - 1;
    return __builtin_ctzll(days);
}

/* What an officer gives another on some days she gets back on as many others: hours and cover stay as they are. */
PLAN_INLINE int move_trade(struct annealing *s, int cell)
{
    const struct plan *p = s->plan;
    const uint64_t bits = rota_next(&s->random), more = rota_next(&s->random);
    const int officer = cell / p->n_days, day = cell % p->n_days;
    const int other = another(s, officer, (uint32_t)(bits >> 32));
    const uint64_t mine = p->all & ~p->mask[officer * p->n_duties], hers = p->all & ~p->mask[other * p->n_duties];
    const uint64_t back = mine & ~hers & (uint64_t)1 << day ? hers & ~mine : hers & ~mine & (uint64_t)1 << day ? mine & ~hers : 0;
    swap_day(s, officer, other, day);
    if (s->n_changes == 0 || !back)
        return other;
    const int to = drawn_day(back, (uint32_t)more);
    swap_day(s, officer, other, to);
    const int len = bits & 1 ? 1 + __builtin_ctz((uint32_t)(bits >> 1) | 1u << 5) : 1;
    const int step = more >> 62 & 1 ? 1 : -1, to_step = more >> 63 ? 1 : -1;
    for (int i = 1; i < len; i++) { /* and the days beside them, unless they run into each other */
        const int d = day + i * step, e = to + i * to_step;
        if (d < 0 || e < 0 || d >= p->n_days || e >= p->n_days || d == to || e == day || d == e)
            break;
        swap_day(s, officer, other, d);
        swap_day(s, officer, other, e);
    }
    return other;
}

/* Two stretches of one row change places. */
PLAN_INLINE void move_exchange(struct annealing *s, int cell)
{
    const struct plan *p = s->plan;
    const uint64_t bits = rota_next(&s->random);
    const int officer = cell / p->n_days, day = cell % p->n_days, to = below((uint32_t)(bits >> 32), p->n_days);
    const int first = day < to ? day : to, second = day < to ? to : day;
    int len = stretch((uint32_t)bits, p->n_days - second);
    len = len < second - first ? len : second - first;
    for (int i = 0; i < len; i++) {
        const int a = p->cell[officer * p->n_days + first + i], b = p->cell[officer * p->n_days + second + i];
        if (a != b && possible(s, officer, first + i, b) && possible(s, officer, second + i, a)) {
            change(s, officer, first + i, b);
            change(s, officer, second + i, a);
        }
    }
}

static void keep_best(struct annealing *s)
{
    s->best_cost = s->plan->cost;
    memcpy(s->best, s->plan->cell, (size_t)s->plan->n_officers * (size_t)s->plan->n_days);
}

/* One try at temperature t (T_BITS behind the point). */
PLAN_INLINE void try_move(struct annealing *s, int64_t t)
{
    struct plan *p = s->plan;
    const uint64_t bits = rota_next(&s->random);
    const int cell = s->free_cells[below((uint32_t)bits, s->n_free)];
    const int officer = cell / p->n_days;
    const enum kind kind = s->kinds[bits >> 32 & (SHARES - 1)];
    const int64_t before = p->cost, row = p->row_cost[officer];
    int other = -1;
    s->n_changes = 0;
    if (kind == CELL)
        move_cell(s, cell);
    else if (kind == STRETCH)
        move_stretch(s, cell);
    else if (kind == EXCHANGE || p->n_officers == 1)
        move_exchange(s, cell);
    else if (kind == TRADE)
        other = move_trade(s, cell);
    else
        other = move_swap(s, cell, kind == SWAP_DAY);
    if (s->n_changes == 0)
        return;
    const int64_t other_row = other >= 0 ? p->row_cost[other] : 0;
    const int64_t most = plan_energy(before, s->hard_weight) + ((t * s->log[bits >> 52]) >> (T_BITS + 16));
    /* No row costs less than nothing: what the rest costs may refuse the move already. */
    if (plan_energy(p->cost - row - other_row, s->hard_weight) <= most) {
        plan_settle(p, officer);
        if (other >= 0 && plan_energy(p->cost - other_row, s->hard_weight) <= most)
            plan_settle(p, other);
        if (plan_energy(p->cost, s->hard_weight) <= most) {
            if (p->cost < s->best_cost)
                keep_best(s);
            return;
        }
    }
    while (s->n_changes > 0) {
        const struct change *c = &s->changes[--s->n_changes];
        plan_set(p, c->officer, c->day, c->old);
    }
    p->row_cost[officer] = row;
    if (other >= 0)
        p->row_cost[other] = other_row;
    p->cost = before;
}

PLAN_FAST static void try_moves(struct annealing *s, int64_t t, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        try_move(s, t);
}

static struct rota_score score_of(int64_t cost)
{
    return (struct rota_score){cost >> PLAN_SHIFT, cost & (((int64_t)1 << PLAN_SHIFT) - 1)};
}

/* The same moves, with somebody told in between. */
static void try_watched(struct annealing *s, int64_t t, int64_t n)
{
    while (n > 0 && !s->stopped) {
        const int64_t now = n < TOLD_EVERY ? n : TOLD_EVERY;
        try_moves(s, t, now);
        n -= now;
        s->done += now;
        s->stopped = s->watch && !s->watch->go_on(s->watch->arg, s->done, score_of(s->best_cost));
    }
}

static void prepare(struct arena *a, struct annealing *s)
{
    const struct plan *p = s->plan;
    const int cells = p->n_officers * p->n_days;
    for (int i = 0; i < LOG_SIZE; i++)
        s->log[i] = minus_ln((((uint64_t)i * 2 + 1) << 32) / (2 * LOG_SIZE));
    for (int kind = 0, n = 0; kind < KINDS; kind++)
        for (int i = 0; i < shares[p->meeting != 0][kind]; i++)
            s->kinds[n++] = (uint8_t)kind;
    s->free_cells = arena_array(a, int, (size_t)cells);
    s->choices = arena_alloc(a, (size_t)cells * (size_t)p->n_duties);
    s->n_choices = arena_alloc(a, (size_t)cells);
    s->best = rota_roster(a, p->rota);
    for (int c = 0; c < cells; c++) {
        for (int j = 0; j < p->n_duties; j++)
            if (p->rota->allowed[c] >> j & 1)
                s->choices[c * p->n_duties + s->n_choices[c]++] = (uint8_t)j;
        if (s->n_choices[c] > 1)
            s->free_cells[s->n_free++] = c;
    }
}

/* Everybody off, or what is the only possible thing; or lines, if they cost less. */
static void start(struct annealing *s, uint8_t *roster)
{
    const struct plan *p = s->plan;
    for (int c = 0; c < p->n_officers * p->n_days; c++)
        roster[c] = s->choices[c * p->n_duties];
    plan_load(s->plan, roster);
    keep_best(s);
    if (!p->meeting || !plan_lines(p->rota, roster))
        return;
    plan_load(s->plan, roster);
    if (p->cost < s->best_cost)
        keep_best(s);
}

/* What the search is tuned by, from the rota alone. */
struct tuning {
    int64_t hard_weight;        /* of a law: dearer than what breaking one could save, or the search would rather break it */
    int64_t warm, middle, cold; /* temperatures */
    int64_t round;              /* moves from warm to cold */
};

static struct tuning tune(const struct rota *rota, int n_free)
{
    int64_t dear = 10;
    for (int i = 0; i < rota->n_cover; i++) {
        const struct rota_cover *c = &rota->cover[i];
        if (!c->hard && c->min > 0 && c->under > dear)
            dear = c->under;
    }
    const int64_t warm = (dear << T_BITS) / 4;
    return (struct tuning){3 * dear, warm, warm / 8, ((int64_t)1 << T_BITS) / 5, (int64_t)n_free * 100000};
}

static void cool(struct annealing *s, int64_t moves, int64_t from, int64_t to)
{
    int64_t steps = 0;
    for (int64_t t = from; t > to; t -= t / 64)
        steps++;
    for (int64_t t = from; t > to && s->best_cost > 0 && !s->stopped; t -= t / 64) {
        const int64_t now = moves / steps--;
        try_watched(s, t, now);
        moves -= now;
    }
}

/* Rounds, four to a cycle: one from anywhere, then three from the best so far, warm enough to leave where it lies and not so warm that all of it is
 * lost. Each cycle is longer than the one before. Most of a round is spent where laws and cover settle, the rest on wishes. */
static void anneal(struct annealing *s, int64_t moves)
{
    static const int cooler[] = {1, 3, 6, 3};
    const struct tuning t = tune(s->plan->rota, s->n_free);
    int64_t round = t.round;
    s->hard_weight = t.hard_weight;
    for (int64_t i = 0; moves > 0 && s->best_cost > 0 && !s->stopped; i++) {
        const int64_t now = moves - round < round / 2 ? moves : round, late = now * 3 / 10;
        if (i % 4)
            plan_load(s->plan, s->best);
        cool(s, now - late, t.warm / cooler[i % 4], t.middle);
        cool(s, late, t.middle, t.cold);
        moves -= now;
        if (i % 4 == 3)
            round += round / 4;
    }
}

static bool tell(void *arg, int64_t work)
{
    struct annealing *s = arg;
    const int64_t done = s->columns_from + work / s->move;
    if (s->watch && done > s->done) {
        s->done = done < s->moves ? done : s->moves;
        s->stopped = !s->watch->go_on(s->watch->arg, s->done, score_of(s->best_cost));
    }
    return !s->stopped;
}

/* An eighth of the moves for a start, then linear programs over whole rows (branch.h) until theirs is proved to be the best or half is used up, then
 * annealing again: where wishes are many and small it finds what they do not. */
static void solve_by_columns(struct annealing *s, struct branch *b, int64_t moves)
{
    struct master_kin *kin = b->kin;
    anneal(s, moves / 8);
    if (s->best_cost == 0 || s->stopped)
        return;
    s->columns_from = moves / 8;
    s->move = WORK_OF_MOVE + WORK_OF_RULE * (int64_t)(s->plan->rules_begin[s->plan->n_officers] / s->plan->n_officers);
    kin->go_on = tell;
    kin->arg = s;
    kin->limit = (moves / 2 - s->columns_from) * s->move;
    for (bool more = branch_root(b, s->best); more && !b->proved && !master_over(kin);)
        if (branch_step(b)) {
            s->best_cost = b->plan_cost;
            memcpy(s->best, b->best, (size_t)s->plan->n_officers * (size_t)s->plan->n_days);
        }
    s->done = s->columns_from + kin->work / s->move;
    if (!b->proved && !s->stopped)
        anneal(s, moves - s->done);
}

int rota_solve_watched(const struct rota *rota, const uint8_t seed[static ROTA_SEED_LEN], int64_t moves, const struct rota_watch *watch,
                       uint8_t *roster, struct rota_score *score, struct err *err)
{
    struct arena *a = arena_new();
    struct annealing *s = arena_new_of(a, struct annealing);
    struct branch *b = NULL;
    int rc = plan_new(a, rota, &s->plan, err);
    if (rc < 0)
        goto out;
    s->random = rota_random(seed);
    s->watch = watch;
    prepare(a, s);
    start(s, roster);
    s->moves = moves;
    b = s->n_free > 0 && moves >= COLUMNS_FROM ? branch_new(a, rota, s->plan, 20 * tune(rota, s->n_free).hard_weight, &s->random) : NULL;
    if (b)
        solve_by_columns(s, b, moves);
    else if (s->n_free > 0)
        anneal(s, moves);
    memcpy(roster, s->best, (size_t)rota->n_officers * (size_t)rota->n_days);
    if (score)
        *score = score_of(s->best_cost);
    if (s->stopped)
        rc = err_set(err, ERR_RETRY, "the search was stopped: it begins anew");
out:
    branch_free(b);
    arena_free(a);
    return rc;
}

int rota_solve(const struct rota *rota, const uint8_t seed[static ROTA_SEED_LEN], int64_t moves, uint8_t *roster, struct rota_score *score,
               struct err *err)
{
    return rota_solve_watched(rota, seed, moves, NULL, roster, score, err);
}
