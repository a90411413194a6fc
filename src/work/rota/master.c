#include "work/rota/master.h"

#include <string.h>

enum { LINES_MAX = 1500, ARCS_MAX = 16 << 20, MORE = 3 };

#define NOT_OPEN ((int64_t)1 << 48)

static int64_t in_wishes(const struct master_kin *kin, int64_t cost)
{
    return plan_energy(cost, kin->law);
}

struct master_kin *master_kin(struct arena *a, const struct rota *rota, const struct plan *plan, int64_t law)
{
    struct master_kin *kin = arena_new_of(a, struct master_kin);
    struct err err;
    int n_nodes = 0;
    uint32_t n_arcs = 0;
    int64_t most = 1;
    if (plan->meeting || rota->n_officers + 2 * rota->n_cover > LINES_MAX || plan_new(a, rota, &kin->scratch, &err) < 0)
        return NULL;
    kin->plan = plan;
    kin->law = law;
    kin->limit = INT64_MAX;
    kin->rows = arena_array(a, struct rows *, (size_t)rota->n_officers);
    for (int o = 0; o < rota->n_officers; o++) {
        kin->rows[o] = rows_new(a, plan, o);
        if (!kin->rows[o] || (n_arcs += kin->rows[o]->begin[kin->rows[o]->n_nodes]) > ARCS_MAX)
            return NULL;
        n_nodes = kin->rows[o]->n_nodes > n_nodes ? kin->rows[o]->n_nodes : n_nodes;
    }
    kin->rest = arena_array(a, int64_t, (size_t)n_nodes);
    kin->base = arena_array(a, int64_t, (size_t)(rota->n_days * rota->n_duties));
    kin->own = arena_array(a, int64_t, (size_t)(rota->n_days * rota->n_duties));
    for (int i = 0; i < rota->n_cover; i++) {
        const struct rota_cover *c = &rota->cover[i];
        const int64_t dear = (int64_t)(c->under > c->over ? c->under : c->over) * (c->hard ? law : 1);
        most = dear > most ? dear : most;
    }
    kin->closed = 4 * most * rota->n_days;
    return kin;
}

bool master_over(struct master_kin *kin)
{
    kin->stopped = kin->stopped || (kin->go_on && !kin->go_on(kin->arg, kin->work));
    return kin->stopped || kin->work >= kin->limit;
}

/* What a row of hers costs: her rules and what she asks for. It must be one of rows.h, else -1. */
static int64_t row_cost(const struct master_kin *kin, int officer, const uint8_t *row)
{
    const struct plan *p = kin->plan;
    const struct rows *r = kin->rows[officer];
    int64_t cost = 0;
    uint32_t node = (uint32_t)r->n_nodes - 1;
    for (int d = 0; d < r->n_days; d++) {
        const uint8_t class = r->class_of[d * r->n_duties + row[d]];
        uint32_t i = r->begin[node];
        while (i < r->begin[node + 1] && r->letters[d][r->arcs[i] & 255].class != class)
            i++;
        if (class == ROWS_NONE || i == r->begin[node + 1])
            return -1;
        cost += r->letters[d][r->arcs[i] & 255].cost / ROWS_ONE;
        cost += in_wishes(kin, p->wish[(size_t)(officer * p->n_days + d) * (size_t)p->n_duties + row[d]]);
        node = r->arcs[i] >> 8;
    }
    return cost;
}

/* --- the list --- */

static uint64_t hash_of(const struct master *c, int officer, const uint8_t *row)
{
    uint64_t x = ((uint64_t)officer + 1) * 0x9e3779b97f4a7c15;
    for (int d = 0; d < c->kin->plan->n_days; d++)
        x = (x ^ row[d]) * 0x100000001b3, x ^= x >> 29;
    return x * 0xbf58476d1ce4e5b9 >> 32;
}

static int *slot_of(const struct master *c, int officer, const uint8_t *row)
{
    int at = (int)(hash_of(c, officer, row) & (uint64_t)(c->hash_size - 1));
    while (c->hash[at] && (c->list[c->hash[at]].officer != officer || memcmp(c->list[c->hash[at]].row, row, (size_t)c->kin->plan->n_days) != 0))
        at = (at + 1) & (c->hash_size - 1);
    return &c->hash[at];
}

static bool is_closed(const struct master *c, int officer, const uint8_t *row)
{
    const int n_days = c->kin->plan->n_days;
    for (int d = 0; d < n_days; d++)
        if (!(c->may[officer * n_days + d] >> row[d] & 1))
            return true;
    return false;
}

static void append(struct master *c, struct column what, int sign, const int *index, int n)
{
    arena_one_more(c->arena, c->list, c->n, c->room);
    c->list[c->n++] = what;
    simplex_column(c->lp, (double)(what.cost + (what.closed ? c->kin->closed : 0)), sign, index, n);
}

/* The column of a row, new or known; *fresh says which. Column 0 is no row, so that 0 is free in the table. */
static int add_row(struct master *c, int officer, const uint8_t *row, bool *fresh)
{
    const struct plan *p = c->kin->plan;
    int index[1 + 8 * ROTA_DAYS_MAX], n = 0;
    if (2 * c->n + 2 > (size_t)c->hash_size) {
        c->hash_size = c->hash_size ? 2 * c->hash_size : 4096;
        c->hash = arena_array(c->arena, int, (size_t)c->hash_size);
        for (size_t i = 0; i < c->n; i++)
            if (c->list[i].officer >= 0)
                *slot_of(c, c->list[i].officer, c->list[i].row) = (int)i;
    }
    int *slot = slot_of(c, officer, row);
    *fresh = *slot == 0;
    if (*slot)
        return *slot;
    *slot = (int)c->n;
    index[n++] = c->line[officer];
    for (int d = 0; d < p->n_days; d++)
        for (int at = d * p->n_duties + row[d], i = p->cover_begin[at]; i < p->cover_begin[at + 1]; i++) {
            const int cover = p->cover_of[i];
            if (c->low[cover] >= 0 && n < 8 * ROTA_DAYS_MAX)
                index[n++] = c->low[cover];
            if (c->high[cover] >= 0 && c->high[cover] != c->low[cover] && n < 8 * ROTA_DAYS_MAX)
                index[n++] = c->high[cover];
        }
    struct column column = {.officer = officer, .cost = row_cost(c->kin, officer, row), .closed = is_closed(c, officer, row)};
    column.row = arena_alloc(c->arena, (size_t)p->n_days);
    memcpy(column.row, row, (size_t)p->n_days);
    append(c, column, 1, index, n);
    return (int)c->n - 1;
}

/* --- the program at first --- */

static const int64_t *costs_of(const struct master *c, int cover)
{
    return c->kin->plan->cover_cost + (size_t)cover * (size_t)(c->kin->plan->n_officers + 1);
}

/* Which covers have rows: what those who stand do is taken off. */
static int lay_lines(struct master *c, const bool *is_free, const uint8_t *roster)
{
    const struct plan *p = c->kin->plan;
    int m = 0;
    for (int o = 0; o < p->n_officers; o++) {
        c->line[o] = is_free[o] ? m++ : -1;
        for (int d = 0; !is_free[o] && d < p->n_days; d++)
            for (int at = d * p->n_duties + roster[o * p->n_days + d], i = p->cover_begin[at]; i < p->cover_begin[at + 1]; i++)
                c->others[p->cover_of[i]]++;
    }
    c->n_free = m;
    for (int i = 0; i < p->rota->n_cover; i++) {
        const struct rota_cover *cover = &p->rota->cover[i];
        const int min = cover->min - c->others[i], max = cover->max - c->others[i];
        c->low[i] = cover->under && min > 0 ? m++ : -1;
        c->high[i] = !cover->over || max >= c->n_free ? -1 : min == max && c->low[i] >= 0 ? c->low[i] : m++;
    }
    return m;
}

static int64_t weight(const struct master *c, const struct rota_cover *cover, int of)
{
    return (int64_t)of * (cover->hard ? c->kin->law : 1);
}

/* The right sides, and columns for too few, too many and what is free; of those one of each row is in the basis, as the first rows ask. */
static void lay_covers(struct master *c)
{
    const struct plan *p = c->kin->plan;
    struct simplex *s = c->lp;
    for (int i = 0; i < s->m; i++)
        s->right[i] = 1;
    for (int i = 0; i < p->rota->n_cover; i++) {
        if (c->low[i] >= 0)
            s->right[c->low[i]] = p->rota->cover[i].min - c->others[i];
        if (c->high[i] >= 0)
            s->right[c->high[i]] = p->rota->cover[i].max - c->others[i];
    }
    uint64_t x = 88172645463325252u;
    for (int i = 0; i < s->m; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        s->moved[i] = s->right[i] + (double)(x >> 44) * (1.0 / (1 << 30)) * (1.0 / (1 << 11));
    }
    double *left = arena_array(c->arena, double, (size_t)s->m);
    memcpy(left, s->moved, (size_t)s->m * sizeof *left);
    for (int i = 0; i < s->m; i++) /* what is left of each row when everybody has her first row */
        if (i < c->n_free)
            for (int k = s->begin[s->basis[i]]; k < s->begin[s->basis[i] + 1]; k++)
                left[s->index[k]] -= s->moved[i];
    for (int i = 0; i < p->rota->n_cover; i++) {
        const struct rota_cover *cover = &p->rota->cover[i];
        const int low = c->low[i], high = c->high[i];
        const struct column few = {.officer = -1, .cost = weight(c, cover, cover->under)}, many = {.officer = -1, .cost = weight(c, cover, cover->over)};
        const struct column nothing = {.officer = -1};
        if (low >= 0) {
            append(c, few, 1, &low, 1);
            append(c, low == high ? many : nothing, -1, &low, 1);
            s->basis[low] = (int)c->n - (left[low] >= 0 ? 2 : 1);
        }
        if (high >= 0 && high != low) {
            append(c, nothing, 1, &high, 1);
            append(c, many, -1, &high, 1);
            s->basis[high] = (int)c->n - (left[high] >= 0 ? 2 : 1);
        }
    }
}

/* Prices of cells at prices of covers, and what the covers pay. */
static int64_t price_cells(struct master *c, const int64_t *price)
{
    const struct plan *p = c->kin->plan;
    int64_t sum = c->stands * ROWS_ONE;
    memset(c->kin->base, 0, (size_t)(p->n_days * p->n_duties) * sizeof *c->kin->base);
    for (int i = 0; i < p->rota->n_cover; i++) {
        const struct rota_cover *cover = &p->rota->cover[i];
        int n = (price[i] >= 0 ? cover->min : cover->max) - c->others[i];
        n = n < 0 ? 0 : n > c->n_free ? c->n_free : n;
        sum += in_wishes(c->kin, costs_of(c, i)[c->others[i] + n]) * ROWS_ONE + price[i] * n;
        for (int j = 0; j < p->n_duties; j++)
            if (cover->duties >> j & 1)
                c->kin->base[cover->day * p->n_duties + j] -= price[i];
    }
    return sum;
}

static int64_t best_row(struct master *c, int officer, uint8_t *row)
{
    struct master_kin *kin = c->kin;
    const struct plan *p = kin->plan;
    const int64_t *wish = p->wish + (size_t)officer * (size_t)(p->n_days * p->n_duties);
    for (int d = 0, at = 0; d < p->n_days; d++)
        for (int j = 0; j < p->n_duties; j++, at++)
            kin->own[at] = c->may[officer * p->n_days + d] >> j & 1 ? kin->base[at] + in_wishes(kin, wish[at]) * ROWS_ONE : NOT_OPEN;
    const int64_t z = rows_price(kin->rows[officer], kin->own, kin->rest);
    if (row)
        rows_best(kin->rows[officer], kin->own, kin->rest, NULL, row);
    kin->work += kin->rows[officer]->begin[kin->rows[officer]->n_nodes];
    return z;
}

static void know_prices(struct master *c, const int64_t *price)
{
    const struct plan *p = c->kin->plan;
    for (int i = 0; i < p->rota->n_cover; i++) {
        const struct rota_cover *cover = &p->rota->cover[i];
        const int64_t most = weight(c, cover, cover->under) * ROWS_ONE, least = -weight(c, cover, cover->over) * ROWS_ONE;
        c->best[i] = price[i] > most ? most : price[i] < least ? least : price[i];
    }
}

/* Rows of another program that are not far from good. */
static void take_over(struct master *c, const struct master *from)
{
    const struct plan *p = c->kin->plan;
    bool fresh;
    int64_t *z = arena_array(c->arena, int64_t, (size_t)p->n_officers);
    price_cells(c, from->best);
    for (int o = 0; o < p->n_officers; o++)
        z[o] = c->line[o] >= 0 ? best_row(c, o, NULL) : 0;
    for (size_t i = 0; i < from->n; i++) {
        const struct column *k = &from->list[i];
        if (k->officer < 0 || c->line[k->officer] < 0)
            continue;
        int64_t cost = k->cost * ROWS_ONE - z[k->officer];
        for (int d = 0; d < p->n_days; d++)
            cost += c->kin->base[d * p->n_duties + k->row[d]];
        if (cost < 12 * ROWS_ONE)
            add_row(c, k->officer, k->row, &fresh);
    }
    know_prices(c, from->best);
}

struct master *master_new(struct master_kin *kin, const bool *is_free, const uint8_t *roster, const struct master *from)
{
    const struct plan *p = kin->plan;
    struct arena *a = arena_new();
    struct master *c = arena_new_of(a, struct master);
    const size_t covers = (size_t)p->rota->n_cover, cells = (size_t)(p->n_officers * p->n_days);
    *c = (struct master){.arena = a, .kin = kin, .bound = INT64_MIN};
    c->line = arena_array(a, int, (size_t)p->n_officers);
    c->low = arena_array(a, int, covers);
    c->high = arena_array(a, int, covers);
    c->others = arena_array(a, int, covers);
    c->price = arena_array(a, int64_t, covers);
    c->best = arena_array(a, int64_t, covers);
    c->may = arena_array(a, uint64_t, cells);
    memcpy(c->may, p->rota->allowed, cells * sizeof *c->may);
    c->lp = simplex_new(a, lay_lines(c, is_free, roster));
    append(c, (struct column){.officer = -1, .cost = kin->closed}, 1, NULL, 0);
    price_cells(c, c->price);
    plan_load(kin->scratch, roster);
    for (int o = 0; o < p->n_officers; o++) {
        uint8_t row[ROTA_DAYS_MAX];
        bool fresh;
        memcpy(row, roster + o * p->n_days, (size_t)p->n_days);
        if (c->line[o] < 0) {
            int64_t cost = kin->scratch->row_cost[o];
            for (int d = 0; d < p->n_days; d++)
                cost += p->wish[(size_t)(o * p->n_days + d) * (size_t)p->n_duties + row[d]];
            c->stands += in_wishes(kin, cost);
            continue;
        }
        if (row_cost(kin, o, row) < 0)
            best_row(c, o, row);
        c->lp->basis[c->line[o]] = add_row(c, o, row, &fresh);
    }
    lay_covers(c);
    if (from)
        take_over(c, from);
    simplex_begin(c->lp);
    return c;
}

#define COPY(a, from, type, n) memcpy(arena_array((a), type, (n)), (from), (size_t)(n) * sizeof(type))

struct master *master_copy(const struct master *from)
{
    const struct plan *p = from->kin->plan;
    struct arena *a = arena_new();
    struct master *c = COPY(a, from, struct master, 1);
    const size_t covers = (size_t)p->rota->n_cover;
    c->arena = a;
    c->line = COPY(a, from->line, int, (size_t)p->n_officers);
    c->low = COPY(a, from->low, int, covers);
    c->high = COPY(a, from->high, int, covers);
    c->others = COPY(a, from->others, int, covers);
    c->price = COPY(a, from->price, int64_t, covers);
    c->best = COPY(a, from->best, int64_t, covers);
    c->may = COPY(a, from->may, uint64_t, (size_t)(p->n_officers * p->n_days));
    c->list = COPY(a, from->list, struct column, from->room); /* the rows are shared */
    c->hash = COPY(a, from->hash, int, (size_t)from->hash_size);
    c->lp = simplex_copy(a, from->lp);
    return c;
}

void master_free(struct master *c)
{
    if (c)
        arena_free(c->arena);
}

void master_close(struct master *c)
{
    for (size_t i = 0; i < c->n; i++) {
        struct column *k = &c->list[i];
        if (k->officer < 0)
            continue;
        k->closed = is_closed(c, k->officer, k->row);
        c->lp->cost[i] = (double)(k->cost + (k->closed ? c->kin->closed : 0));
        c->lp->shut[i] = k->closed;
    }
}

/* --- generation --- */

static void round_prices(struct master *c, bool smooth)
{
    const struct plan *p = c->kin->plan;
    for (int i = 0; i < p->rota->n_cover; i++) {
        const struct rota_cover *cover = &p->rota->cover[i];
        double x = c->low[i] >= 0 ? c->lp->dual[c->low[i]] : 0;
        if (c->high[i] >= 0 && c->high[i] != c->low[i])
            x += c->lp->dual[c->high[i]];
        const int64_t most = weight(c, cover, cover->under) * ROWS_ONE, least = -weight(c, cover, cover->over) * ROWS_ONE;
        x = x * ROWS_ONE + (x < 0 ? -0.5 : 0.5);
        const int64_t price = x > (double)most ? most : x < (double)least ? least : (int64_t)x;
        c->price[i] = smooth ? (price + 2 * c->best[i]) / 3 : price; /* within the same bounds */
    }
}

/* The bound at c->price, and the best rows there; how many are new. INT64_MAX: somebody has no row left. */
static int64_t ask(struct master *c, int *n_new)
{
    struct master_kin *kin = c->kin;
    const struct plan *p = kin->plan;
    int64_t bound = price_cells(c, c->price);
    *n_new = 0;
    for (int o = 0; o < p->n_officers; o++) {
        uint8_t row[(MORE + 1) * ROTA_DAYS_MAX];
        bool fresh;
        if (c->line[o] < 0)
            continue;
        const int64_t z = best_row(c, o, row);
        if (z >= NOT_OPEN / 2)
            return INT64_MAX;
        bound += z;
        add_row(c, o, row, &fresh);
        *n_new += fresh;
        if (!fresh)
            continue;
        const int n = rows_within(kin->rows[o], kin->own, kin->rest, z + ROWS_ONE, MORE, row);
        kin->work += 3000;
        for (int i = 0; i < n && i < MORE; i++)
            add_row(c, o, row + i * p->n_days, &fresh);
    }
    return bound;
}

bool master_generate(struct master *c, int64_t most, int rounds)
{
    struct simplex *s = c->lp;
    bool smooth = true;
    c->bound = INT64_MIN;
    for (int i = 0; i < rounds && !master_over(c->kin); i++) {
        const int64_t before = s->work, left = c->kin->limit - c->kin->work;
        s->limit = left > INT64_MAX / 4 ? INT64_MAX : before + 2 * left;
        simplex_run(s);
        c->kin->work += (s->work - before) / 2;
        c->value = s->value + (double)c->stands;
        if (c->bound != INT64_MIN && (double)c->bound > (c->value - 0.05) * ROWS_ONE)
            return true;
        round_prices(c, smooth);
        int n_new;
        const int64_t bound = ask(c, &n_new);
        if (bound > c->bound) {
            c->bound = bound;
            if (bound > most)
                return false;
            memcpy(c->best, c->price, (size_t)c->kin->plan->rota->n_cover * sizeof *c->best);
        }
        if (n_new == 0 && !smooth)
            return true;
        smooth = n_new > 0;
    }
    return false;
}

void master_share(const struct master *c, float *share)
{
    const struct plan *p = c->kin->plan;
    memset(share, 0, (size_t)(p->n_officers * p->n_days * p->n_duties) * sizeof *share);
    for (int i = 0; i < c->lp->m; i++) {
        const struct column *k = &c->list[c->lp->basis[i]];
        for (int d = 0; k->officer >= 0 && d < p->n_days; d++)
            share[(k->officer * p->n_days + d) * p->n_duties + k->row[d]] += (float)c->lp->at[i];
    }
}
