/* rows: against all rows there are, on small rotas drawn at random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "work/rota/random.h"
#include "work/rota/rows.h"
#include "work/rota/test_random.h"

enum { DAYS_MAX = 6, ROWS_MAX = 4096 };

struct every {
    int n;
    uint8_t row[ROWS_MAX][DAYS_MAX];
    int64_t cost[ROWS_MAX]; /* ROWS_NEVER: breaks a law */
};

/* Each row there is, and what the plan says of it. */
static void try_all(struct plan *p, struct every *out)
{
    out->n = 1;
    for (int d = 0; d < p->n_days; d++)
        out->n *= DUTIES;
    for (int i = 0; i < out->n; i++) {
        bool may = true;
        for (int d = 0, rest = i; d < p->n_days; d++, rest /= DUTIES) {
            out->row[i][d] = (uint8_t)(rest % DUTIES);
            plan_set(p, 0, d, rest % DUTIES);
            may = may && p->rota->allowed[d] >> (rest % DUTIES) & 1 && p->wish[d * DUTIES + rest % DUTIES] >> PLAN_SHIFT == 0;
        }
        const int64_t cost = plan_row(p, 0);
        out->cost[i] = may && cost >> PLAN_SHIFT == 0 ? cost * ROWS_ONE : ROWS_NEVER;
    }
}

static int64_t priced(const struct plan *p, const int64_t *price, const uint8_t *row, int64_t cost)
{
    for (int d = 0; d < p->n_days && cost != ROWS_NEVER; d++)
        cost += price[d * DUTIES + row[d]];
    return cost;
}

static void check_price(struct arena *a, const struct plan *p, const struct every *every, const struct rows *r, const int64_t *price, int nth,
                        struct rota_random *random)
{
    int64_t *rest = arena_array(a, int64_t, (size_t)r->n_nodes);
    int64_t best = ROWS_NEVER;
    for (int i = 0; i < every->n; i++) {
        const int64_t cost = priced(p, price, every->row[i], every->cost[i]);
        best = cost < best ? cost : best;
    }
    if (rows_price(r, price, rest) != best)
        fail_msg("rota %d: the best row costs %lld, not %lld", nth, (long long)best, (long long)rest[r->n_nodes - 1]);
    for (int k = 0; k < 2; k++) { /* the row that is given costs that */
        uint8_t row[DAYS_MAX];
        int i = 0;
        rows_best(r, price, rest, k ? random : NULL, row);
        for (int d = p->n_days - 1; d >= 0; d--)
            i = i * DUTIES + row[d];
        assert_int_equal(priced(p, price, row, every->cost[i]), best);
    }
    const int64_t most = best + 3 * ROWS_ONE;
    int n = 0;
    for (int i = 0; i < every->n; i++)
        n += priced(p, price, every->row[i], every->cost[i]) <= most;
    uint8_t *found = arena_alloc(a, (size_t)(ROWS_MAX * DAYS_MAX));
    assert_int_equal(rows_within(r, price, rest, most, ROWS_MAX, found), n);
    if (n > 1)
        assert_int_equal(rows_within(r, price, rest, most, n - 1, found), n);
}

/* Of the rules and requests of a drawn rota few may be laws, or hardly ever a row is left. */
static struct rota mild_rota(struct rota_random *random, struct arena *a)
{
    const int n_days = 1 + rota_below(random, DAYS_MAX);
    struct rota rota = some_rota_of(random, a, n_days, 1 + rota_below(random, 2), rota_below(random, 6));
    for (int d = 0; d < n_days; d++)
        rota.allowed[d] = rota_below(random, 4) ? 15 : 1 + rota_below(random, 15);
    for (int i = 0; i < rota.officers[0].n_rules; i++) {
        struct rota_rule *rule = arena_new_of(a, struct rota_rule);
        *rule = *rota.officers[0].rules[i];
        rule->hard = rule->hard && rota_below(random, 3) == 0;
        rota.officers[0].rules[i] = rule;
    }
    rota.n_requests = rota_below(random, 4);
    return rota;
}

static void the_best_row_is_the_best_of_all_rows(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct every *every = mem_alloc(sizeof *every);
    struct rota_random random = rota_random((const uint8_t[32]){5});
    int n_made = 0;
    for (int i = 0; i < 1500; i++) {
        const struct rota rota = mild_rota(&random, a);
        struct plan *p;
        assert_int_equal(plan_new(a, &rota, &p, NULL), 0);
        plan_load(p, rota_roster(a, &rota));
        try_all(p, every);
        const struct rows *r = rows_new(a, p, 0);
        int legal = 0;
        for (int k = 0; k < every->n; k++)
            legal += every->cost[k] != ROWS_NEVER;
        assert_int_equal(r != NULL, legal > 0);
        n_made += r != NULL;
        for (int k = 0; r && k < 3; k++) {
            int64_t price[DAYS_MAX * DUTIES];
            for (int at = 0; at < rota.n_days * DUTIES; at++)
                price[at] = rota_below(&random, 10 * ROWS_ONE) - 5 * ROWS_ONE;
            check_price(a, p, every, r, price, i, &random);
        }
        arena_reset(a);
    }
    assert_in_range(n_made, 300, 1499);
    free(every);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_row_is_the_best_of_all_rows),
    };
    return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
