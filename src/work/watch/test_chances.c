/* The tails against whole numbers and against long double, the two ways against each other, and the table of what can be seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "work/watch/chances.h"

static uint64_t seed;
static uint64_t next(void) /* splitmix64 */
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}
static double unit(void) { return (double)(next() >> 11) * 0x1p-53; }

static int setup(void **state)
{
    seed = 6;
    *state = arena_new();
    return 0;
}
static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static void assert_near(double got, long double want, double relative)
{
    if (!(fabsl((long double)got - want) <= (long double)relative * fabsl(want)))
        fail_msg("%.17g is not %.17Lg", got, want);
}

/* Probabilities in sixteenths: what comes of 28 of them is a whole number of 16^-28, counted in 128 bits. */
static void against_whole_numbers(void **state)
{
    for (int round = 0; round < 40; round++) {
        enum { N = 28 };
        unsigned __int128 ways[N + 1] = {1};
        double p[N];
        for (int i = 0; i < N; i++) {
            unsigned sixteenths = 1 + (unsigned)(next() % 15);
            p[i] = sixteenths / 16.;
            for (int j = i + 1; j > 0; j--)
                ways[j] = ways[j] * (16 - sixteenths) + ways[j - 1] * sixteenths;
            ways[0] *= 16 - sixteenths;
        }
        struct chances c = chances_new(*state, p, N);
        unsigned __int128 tail = 0;
        for (int k = N; k > 0; k--) {
            tail += ways[k];
            const long double want = ldexpl((long double)tail, -4 * N);
            assert_near(chances_tail_terms(&c, k), want, 1e-14);
            assert_near(chances_tail_fourier(&c, k), want, 1e-9);
        }
        assert_true(chances_tail(&c, 0) == 1 && chances_tail(&c, N + 1) == 0);
    }
}

static long double *reference(const double *p, size_t n) /* P(k or more), k = 0..n */
{
    long double *at = calloc(n + 2, sizeof *at);
    at[0] = 1;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j > 0; j--)
            at[j] = at[j] * (1 - (long double)p[i]) + at[j - 1] * (long double)p[i];
        at[0] *= 1 - (long double)p[i];
    }
    for (size_t k = n; k > 0; k--)
        at[k - 1] += at[k];
    return at;
}

static void against_long_double(void **state)
{
    static const struct { size_t n; double most; int distinct; } sets[] = {
        {1, .5, 1}, {2, .9, 2}, {100, .1, 1}, {300, 1, 300}, {1000, .2, 10}, {2000, .1, 7}, {2000, .002, 2000}, {1500, .999, 5}};
    for (size_t s = 0; s < sizeof sets / sizeof sets[0]; s++) {
        const size_t n = sets[s].n;
        double *p = arena_array(*state, double, n);
        for (size_t i = 0; i < n; i++)
            p[i] = i >= (size_t)sets[s].distinct ? p[next() % (unsigned)sets[s].distinct] : sets[s].most * (1 - unit());
        struct chances c = chances_new(*state, p, n);
        long double *want = reference(p, n);
        for (size_t k = 0; k <= n; k += 1 + k / 20)
            if (want[k] > 1e-290L) {
                assert_near(chances_tail_terms(&c, (int64_t)k), want[k], 1e-11);
                assert_near(chances_tail_fourier(&c, (int64_t)k), want[k], 1e-8);
                assert_near(chances_tail(&c, (int64_t)k), want[k], 1e-8);
            }
        free(want);
    }
}

static void what_is_certain_or_impossible(void **state)
{
    const double p[] = {1, 0, .5, 2, -1, NAN, .25};
    struct chances c = chances_new(*state, p, 7);
    assert_int_equal(c.certain, 2);
    assert_int_equal(c.n, 2);
    assert_near(c.expected, 2.75, 1e-15);
    assert_near(chances_tail(&c, 2), 1, 0);
    assert_near(chances_tail(&c, 3), .625, 1e-15);
    assert_near(chances_tail(&c, 4), .125, 1e-15);
    assert_near(chances_tail(&c, 5), 0, 0);
    assert_near(exp(chances_log_least(&c)), .125, 1e-15);
    assert_int_equal(chances_bound(&c, .2), 4);
    assert_int_equal(chances_bound(&c, .01), 5); /* even all are not that unlikely */
    assert_true(isinf(chances_least_lift(&c, 5, .9)));
    struct chances none = chances_new(*state, p, 0);
    assert_near(chances_tail(&none, 0), 1, 0);
    assert_near(chances_tail(&none, 1), 0, 0);
    assert_int_equal(chances_bound(&none, .05), 1);
}

static void the_bound_is_the_least(void **state)
{
    for (int round = 0; round < 30; round++) {
        const size_t n = 5 + next() % 2000;
        double *p = arena_array(*state, double, n);
        for (size_t i = 0; i < n; i++)
            p[i] = 1. / (double)(1 + next() % 10);
        struct chances c = chances_new(*state, p, n);
        for (double level = .05; level > 1e-12; level /= 100) {
            int64_t k = chances_bound(&c, level);
            assert_true(chances_tail(&c, k) <= level);
            assert_true(chances_tail(&c, k - 1) > level);
        }
    }
}

/* What is known of the desk: 10,000 tests, the strictest step, found 9 times of 10. Lifts by whole numbers (big rationals); the table there rounds them:
 * 6.6, 4.2, 2.5, 1.6, and 5.3 for the last, which is 5.24. */
static void the_table_of_power(void **state)
{
    static const struct { double p; size_t n; int64_t bound; double lift; } table[] = {
        {.1, 20, 11, 6.619}, {.1, 50, 17, 4.190}, {.1, 200, 42, 2.463}, {.1, 1000, 145, 1.5925}, {.02, 200, 16, 5.239}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        double *p = arena_array(*state, double, table[i].n);
        for (size_t j = 0; j < table[i].n; j++)
            p[j] = table[i].p;
        struct chances c = chances_new(*state, p, table[i].n);
        assert_int_equal(chances_bound(&c, .05 / 10000), table[i].bound);
        assert_near(chances_least_lift(&c, table[i].bound, .9), table[i].lift, 2e-4);
    }
}

static void fisher_against_whole_numbers(void **state)
{
    (void)state;
    uint64_t choose[41][41] = {{0}};
    for (int n = 0; n <= 40; n++)
        for (int k = 0; k <= n; k++)
            choose[n][k] = k == 0 || k == n ? 1 : choose[n - 1][k - 1] + choose[n - 1][k];
    for (int all = 1; all <= 40; all += 3)
        for (int marked = 0; marked <= all; marked += 2)
            for (int drawn = 0; drawn <= all; drawn++) {
                long double tail = 0;
                for (int k = drawn; k >= 0; k--) {
                    if (k <= marked && drawn - k <= all - marked)
                        tail += (long double)choose[marked][k] * (long double)choose[all - marked][drawn - k];
                    assert_near(chances_fisher(all, marked, drawn, k), tail / (long double)choose[all][drawn], 1e-12);
                }
            }
    assert_near(chances_fisher(1000000, 500000, 500000, 250000), .5 + .5 * .0015957691, 1e-6); /* half of the middle term */
    assert_near(chances_fisher(100000, 50000, 50000, 1), 1, 1e-12);
    assert_near(chances_fisher(1000000, 10, 20, 5), 4.6881634614380e-22L, 1e-9); /* by big whole numbers */
    assert_true(chances_fisher(1000000, 1000, 1000, 900) >= 0); /* beyond what a double holds: zero, and a number */
}

/* All ways to choose m of n, counted. */
static void ranks_against_all_ways(void **state)
{
    for (int round = 0; round < 60; round++) {
        const int n = 4 + (int)(next() % 11), m = 1 + (int)(next() % (unsigned)(n - 1));
        int64_t values[16], grades[16];
        bool mine[16] = {false};
        for (int i = 0; i < n; i++)
            values[i] = (int64_t)(next() % (round % 2 ? 6 : 100000)); /* with many ties and with none */
        for (int left = m; left > 0;) {
            int i = (int)(next() % (unsigned)n);
            left -= !mine[i];
            mine[i] = true;
        }
        struct ranks r = chances_ranks(*state, values, mine, (size_t)n);
        /* grades as the header says, by hand: cut at the middle of equal ones */
        int64_t cuts[16];
        for (int i = 0; i < n; i++) {
            int below = 0, equal = 0;
            for (int j = 0; j < n; j++) {
                below += values[j] < values[i];
                equal += values[j] == values[i];
            }
            cuts[i] = below + (equal - 1) / 2;
        }
        for (int i = 0; i < n; i++) {
            grades[i] = 0;
            for (int64_t c = 0; c < cuts[i]; c++) {
                bool used = false;
                for (int j = 0; j < n; j++)
                    used |= cuts[j] == c;
                grades[i] += used;
            }
        }
        int64_t observed = 0, more = 0, less = 0, whole = 0;
        for (int i = 0; i < n; i++)
            observed += mine[i] ? grades[i] : 0;
        for (unsigned set = 0; set < 1u << n; set++) {
            if (__builtin_popcount(set) != m)
                continue;
            int64_t sum = 0;
            for (int i = 0; i < n; i++)
                sum += set >> i & 1 ? grades[i] : 0;
            whole++;
            more += sum >= observed;
            less += sum <= observed;
        }
        assert_near(r.more, (long double)more / (long double)whole, 1e-10);
        assert_near(r.less, (long double)less / (long double)whole, 1e-10);
    }
}

static void ranks_of_large_groups(void **state)
{
    static const struct { size_t n, m; } sizes[] = {{100, 50}, {1000, 20}, {10000, 50}, {10000, 4000}, {200000, 100000}};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        int64_t *values = arena_array(*state, int64_t, sizes[s].n);
        bool *mine = arena_array(*state, bool, sizes[s].n);
        for (int shifted = 0; shifted < 2; shifted++) {
            for (size_t i = 0; i < sizes[s].n; i++) {
                mine[i] = i % (sizes[s].n / sizes[s].m) == 0 && i / (sizes[s].n / sizes[s].m) < sizes[s].m;
                values[i] = (int64_t)(-60000 * log1p(-unit())) * (shifted && mine[i] ? 3 : 1);
            }
            struct ranks r = chances_ranks(*state, values, mine, sizes[s].n);
            if (shifted) {
                assert_true(r.more < 1e-3 && r.less > .999 && r.superior > .65);
            } else {
                assert_true(r.more > 1e-3 && r.less > 1e-3);
                assert_true(r.more + r.less >= 1); /* what was observed is in both */
            }
        }
    }
    const int64_t same[] = {5, 5, 5, 5};
    const bool two[] = {true, false, true, false}, none[4] = {false};
    struct ranks r = chances_ranks(*state, same, two, 4);
    assert_true(r.more == 1 && r.less == 1 && r.superior == .5);
    r = chances_ranks(*state, same, none, 4);
    assert_true(r.more == 1 && r.less == 1);
}

/* A p-value of discrete data is at most as small as it says, under the null: of a tenth at most a tenth are below .1. */
static void ranks_are_never_too_small(void **state)
{
    int below[2] = {0};
    for (int round = 0; round < 2000; round++) {
        int64_t values[90];
        bool mine[90];
        for (int i = 0; i < 90; i++) {
            values[i] = (int64_t)(next() % 40);
            mine[i] = i < 15;
        }
        struct ranks r = chances_ranks(*state, values, mine, 90);
        below[0] += r.more <= .1;
        below[1] += r.less <= .1;
    }
    assert_true(below[0] < 240 && below[1] < 240); /* three standard deviations above 200; the seed is fixed */
    assert_true(below[0] > 140 && below[1] > 140); /* and not idle */
}

static void what_times_can_show(void **state)
{
    (void)state;
    assert_near(chances_least_superior(20, 200, .05, .9), .5 + (1.959964 + 1.281552) / sqrt(12 * .1 * .9 * 200), 1e-5);
    assert_true(chances_least_superior(2, 10, .05 / 100, .9) > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(against_whole_numbers, setup, teardown),
        cmocka_unit_test_setup_teardown(against_long_double, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_certain_or_impossible, setup, teardown),
        cmocka_unit_test_setup_teardown(the_bound_is_the_least, setup, teardown),
        cmocka_unit_test_setup_teardown(the_table_of_power, setup, teardown),
        cmocka_unit_test_setup_teardown(fisher_against_whole_numbers, setup, teardown),
        cmocka_unit_test_setup_teardown(ranks_against_all_ways, setup, teardown),
        cmocka_unit_test_setup_teardown(ranks_of_large_groups, setup, teardown),
        cmocka_unit_test_setup_teardown(ranks_are_never_too_small, setup, teardown),
        cmocka_unit_test_setup_teardown(what_times_can_show, setup, teardown),
    };
    return cmocka_run_group_tests_name("work/watch chances", tests, NULL, NULL);
}
