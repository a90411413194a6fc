/* master, branch: against all rosters there are, on small rotas drawn at random; and the same through the whole search. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "work/rota/branch.h"
#include "work/rota/repair.h"
#include "work/rota/test_random.h"

enum { DAYS = 4, OFFICERS = 2, LAW = 1000 };

/* The least any roster costs, with laws as wishes, among rows that break no law: -1: there is none. */
static int64_t least_of_all(struct arena *a, const struct rota *rota, struct plan *p)
{
    uint8_t *roster = rota_roster(a, rota);
    int64_t least = -1;
    for (int i = 0; i < 1 << (2 * DAYS * OFFICERS); i++) {
        bool may = true;
        for (int c = 0; c < DAYS * OFFICERS; c++) {
            roster[c] = i >> (2 * c) & 3;
            may = may && rota->allowed[c] >> roster[c] & 1 && p->wish[c * DUTIES + roster[c]] >> PLAN_SHIFT == 0;
        }
        if (!may)
            continue;
        plan_load(p, roster);
        for (int o = 0; o < OFFICERS; o++)
            may = may && p->row_cost[o] >> PLAN_SHIFT == 0;
        const int64_t cost = plan_energy(p->cost, LAW);
        if (may && (least < 0 || cost < least))
            least = cost;
    }
    return least;
}

/* No bound above the least; where the search says that nothing is better, nothing is. */
static void bounds_hold_and_proofs_are_true(void **state)
{
    (void)state;
    struct rota_random r = rota_random((const uint8_t[ROTA_SEED_LEN]){11});
    int n_proved = 0, n_below = 0, n = 0;
    for (int i = 0; i < 150; i++) {
        struct arena *a = arena_new();
        struct rota rota = some_rota_of(&r, a, DAYS, OFFICERS, i % 3);
        struct plan *p;
        rota.meetings.duties = 0;
        rota.n_requests = i % 8;
        rota.n_cover = 12;
        assert_int_equal(plan_new(a, &rota, &p, NULL), 0);
        const int64_t least = least_of_all(a, &rota, p);
        struct branch *b = branch_new(a, &rota, p, LAW, &r);
        assert_int_equal(b == NULL, least < 0);
        if (b) {
            b->kin->limit = 3000000;
            branch_root(b, rota_roster(a, &rota));
            assert_true(b->bound <= least);
            for (int k = 0; k < 30 && !b->proved && !master_over(b->kin); k++)
                branch_step(b);
            assert_true(b->cost >= least || b->plan_cost >> PLAN_SHIFT > 0);
            assert_true(!b->proved || b->cost == least);
            const struct rota_score score = rota_judge(a, &rota, b->best, NULL, NULL);
            assert_int_equal(score.hard * LAW + score.soft, b->cost);
            n++;
            n_proved += b->proved;
            n_below += b->cost == least;
        }
        branch_free(b);
        arena_free(a);
    }
    assert_true(n > 90);
    assert_true(n_proved > 20); /* the others break a law, or lie above what the program can say */
    assert_int_equal(n_below, n);
}

/* Three shifts, twelve officers, two weeks, with wishes and too few people. */
static struct rota hall_of(struct arena *a, const struct rota_rule *rules, int n_rules)
{
    struct rota rota = rota_of(a, 14, 12, rules, n_rules);
    struct rota_cover *cover = arena_array(a, struct rota_cover, 3 * 14);
    struct rota_request *requests = arena_array(a, struct rota_request, 60);
    struct rota_random r = rota_random((const uint8_t[ROTA_SEED_LEN]){5});
    for (int d = 0; d < 14; d++)
        for (int j = E; j <= N; j++)
            cover[rota.n_cover++] = (struct rota_cover){d, (uint64_t)1 << j, 3, 3, 100, 1, false};
    for (int i = 0; i < 60; i++)
        requests[i] = (struct rota_request){rota_below(&r, 12), rota_below(&r, 14), (uint64_t)1 << rota_below(&r, DUTIES), rota_below(&r, 2),
                                            1 + rota_below(&r, 3), false};
    rota.cover = cover;
    rota.requests = requests;
    rota.n_requests = 60;
    return rota;
}

/* FNV-1a. The programs are reckoned in doubles: on a machine where this differs, rosters that were published could not be recomputed. */
static uint64_t hash_of(const uint8_t *roster, size_t n)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ roster[i]) * 0x100000001b3;
    return hash;
}

enum { N_LAWS = 6 };
static const struct rota_rule laws[N_LAWS] = {
    {.kind = ROTA_RUN, .duties = WORK, .days = (1 << 14) - 1, .min = 2, .max = 5, .under = 1, .over = 1, .hard = true, .open_ends = true},
    {.kind = ROTA_RUN, .duties = 1, .days = (1 << 14) - 1, .min = 2, .max = ROTA_MANY, .under = 1, .hard = true, .open_ends = true},
    {.kind = ROTA_PATTERN, .days = (1 << 14) - 1, .over = 1, .hard = true, .n_steps = 2, .step = {1 << N, 1 << E | 1 << L}},
    {.kind = ROTA_PATTERN, .days = (1 << 14) - 1, .over = 1, .hard = true, .n_steps = 2, .step = {1 << L, 1 << E}},
    {.kind = ROTA_COUNT, .duties = WORK, .days = (1 << 14) - 1, .max = 9, .over = 1, .hard = true},
    {.kind = ROTA_WEEKENDS, .duties = WORK, .days = (1 << 14) - 1, .max = 1, .over = 1, .hard = true, .weekend_first = 5, .weekend_len = 2},
};

static void a_roster_by_columns_is_better_and_can_be_recomputed(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct rota rota = hall_of(a, laws, N_LAWS);
    uint8_t *one = rota_roster(a, &rota), *two = rota_roster(a, &rota), *little = rota_roster(a, &rota);
    struct rota_score score, annealed;
    const uint8_t seed[ROTA_SEED_LEN] = {1};
    assert_int_equal(rota_solve(&rota, seed, 1250000, little, &annealed, NULL), 0);
    assert_int_equal(rota_solve(&rota, seed, 10000000, one, &score, NULL), 0);
    assert_int_equal(rota_solve(&rota, seed, 10000000, two, NULL, NULL), 0);
    assert_memory_equal(one, two, 14 * 12);
    assert_int_equal(score.hard, 0);
    assert_true(score.soft < annealed.soft);
    assert_int_equal(score.soft, 2414);
    /* Whoever changes one of these raises ROTA_SEARCH (rota.h), and the number here with it: else what was made before is taken for a forgery. */
    assert_int_equal(ROTA_SEARCH, 2);
    assert_int_equal(hash_of(little, 14 * 12), 0xb2e31ce9843fcffa);
    assert_int_equal(hash_of(one, 14 * 12), 0x261eb686d55c82f0);
    arena_free(a);
}

/* The same where meetings are bounded, and of who stands in: by a lot, and where the whole is searched again. Two of each shift have to be there. */
static void what_else_a_search_gives_can_be_recomputed(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct rota rota = hall_of(a, laws, N_LAWS);
    struct rota_cover *cover = arena_array(a, struct rota_cover, (size_t)rota.n_cover);
    struct rota_repair repair;
    const uint8_t seed[ROTA_SEED_LEN] = {1};
    uint8_t *met = rota_roster(a, &rota), *mended = rota_roster(a, &rota);
    for (int i = 0; i < rota.n_cover; i++)
        cover[i] = (struct rota_cover){rota.cover[i].day, rota.cover[i].duties, 2, 2, 10, 1, true};
    rota.cover = cover;
    rota.meetings = (struct rota_meetings){WORK, 3, 1, false};
    assert_int_equal(rota_solve(&rota, seed, 10000000, met, NULL, NULL), 0);
    memcpy(mended, met, 14 * 12);
    int ill = 0;
    while (met[ill * 14 + 2] == ROTA_OFF)
        ill++;
    assert_int_equal(rota_repair(a, &rota, mended, ill, 2, 2, seed, &repair, NULL), 0);
    assert_true(repair.eligible > 1);
    assert_int_equal(repair.left.hard, 0);
    assert_int_equal(ROTA_SEARCH, 2); /* as above */
    assert_int_equal(hash_of(met, 14 * 12), 0x3c8114d34305e079);
    assert_int_equal(hash_of(mended, 14 * 12), 0x3fe369ad7b1748fd);
    rota.n_officers = 9; /* too few */
    rota.n_requests = 0;
    assert_int_equal(rota_repair(a, &rota, met, 2, 0, 7, seed, &repair, NULL), 0);
    assert_true(repair.left.hard > 0);
    assert_int_equal(hash_of(met, 14 * 9), 0xa5dd680c0e903d4a);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_hold_and_proofs_are_true),
        cmocka_unit_test(a_roster_by_columns_is_better_and_can_be_recomputed),
        cmocka_unit_test(what_else_a_search_gives_can_be_recomputed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
