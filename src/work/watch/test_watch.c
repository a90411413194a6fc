/* Families, step-up, what is left out; null logs and planted ones with fixed seeds; files of draws. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "work/watch/draws.h"
#include "work/watch/made_logs.h"
#include "work/watch/watch.h"

static int setup(void **state)
{
    *state = arena_new();
    return 0;
}
static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static const struct watch_family *family_of(const struct watch_result *r, enum watch_test test)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->families[i].test == test)
            return &r->families[i];
    fail_msg("no family of test %d", (int)test);
    return NULL;
}

static void step_up(void **state)
{
    (void)state;
    const double p[] = {.001, .012, .02, .2, .9};
    assert_int_equal(watch_step_up(p, 5, .05), 3); /* .02 <= .05 * 3 / 5 lets the second in, which is above its own step */
    const double q[] = {.011, .5};
    assert_int_equal(watch_step_up(q, 2, .05), 1);
    const double none[] = {.03, .06};
    assert_int_equal(watch_step_up(none, 2, .05), 0);
    assert_int_equal(watch_step_up(none, 0, .05), 0);
}

static void who_cannot_stand_out_is_left_out(void **state)
{
    (void)state;
    double least[] = {.5, .001, .04, .02, .1}; /* k 1: three are <= .05; k 2: two are <= .025 */
    assert_int_equal(watch_testable(least, 5, .05), 2);
    double all[] = {1e-9, 1e-8, 1e-7};
    assert_int_equal(watch_testable(all, 3, .05), 3);
    double nobody[] = {.2, .3};
    assert_int_equal(watch_testable(nobody, 2, .05), 0);
    assert_int_equal(watch_testable(nobody, 0, .05), 0);
}

/* A call of 10 who could be, by an officer; drawn: who of them. */
static void add(struct draws *d, const char *of, const char *drawn)
{
    struct err err = {0};
    const struct draws_call call = {.of = str_from(of), .drawn = str_from(drawn), .could = STR("K1 K2 K3 K4 K5 K6 K7 K8 K9 K10"), .ms = -1};
    if (draws_add(d, &call, &err) < 0)
        fail_msg("%s", err.text);
}

static void a_pair_by_hand(void **state)
{
    struct draws *d = draws_new();
    for (int i = 0; i < 20; i++)
        add(d, "A", i < 12 ? "K3" : "K4");
    for (int i = 0; i < 30; i++)
        add(d, "B", (const char *const[]){"K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8", "K9", "K10"}[i % 10]);
    struct watch_log log = draws_log(d);
    const struct watch_result *r = watch_examine(*state, &log, WATCH_LEVEL, WATCH_SHOWN);
    const struct watch_family *f = family_of(r, WATCH_MEETINGS);
    assert_int_equal(r->n, 1); /* no times, no overrides: nothing to test there */
    assert_int_equal(f->pairs, 20);
    assert_int_equal(f->tested, 20);
    assert_int_equal(f->found, 2); /* K4 in 8 of 20: .0004 <= .05 * 2 / 20 */
    assert_int_equal(f->n, 20);
    assert_string_equal(draws_code(d, f->findings[0].of).p, "A");
    assert_string_equal(draws_code(d, f->findings[0].who).p, "K3");
    assert_int_equal(f->findings[0].met, 12);
    assert_true(fabs(f->findings[0].expected - 2) < 1e-12 && fabs(f->findings[0].lift - 6) < 1e-12);
    assert_true(fabs(f->findings[0].p / 5.814917984782e-8 - 1) < 1e-10);
    assert_true(f->findings[0].stands_out && f->findings[1].stands_out && !f->findings[2].stands_out);
    assert_int_equal(f->findings[0].bound, 7); /* P(7 or more of 20) = .0024 <= .05 / 20 < P(6 or more) */
    draws_free(d);
}

static void times_by_hand(void **state)
{
    struct draws *d = draws_new();
    struct err err = {0};
    for (int i = 0; i < 40; i++) { /* A takes longer near somebody, B does not, C is never near */
        const struct draws_call calls[] = {
            {.of = STR("A"), .drawn = STR("K"), .could = STR("K"), .ms = i < 8 ? 90000 + i : 60000 + i, .near = i < 8},
            {.of = STR("B"), .drawn = STR("K"), .could = STR("K"), .ms = 60000 + i * 7 % 40, .near = i < 8},
            {.of = STR("C"), .drawn = STR("K"), .could = STR("K"), .ms = 60000 + i}};
        for (size_t c = 0; c < 3; c++)
            assert_int_equal(draws_add(d, &calls[c], &err), 0);
    }
    struct watch_log log = draws_log(d);
    const struct watch_result *r = watch_examine(*state, &log, WATCH_LEVEL, WATCH_SHOWN);
    const struct watch_family *f = family_of(r, WATCH_TIMES);
    assert_int_equal(f->pairs, 2);
    assert_int_equal(f->found, 1);
    assert_string_equal(draws_code(d, f->findings[0].of).p, "A");
    assert_true(f->findings[0].lift == 1 && f->findings[0].n == 8);
    assert_true(fabs(f->findings[0].p / (2 / 76904685.) - 1) < 1e-9); /* 40 choose 8 */
    assert_int_equal(family_of(r, WATCH_MEETINGS)->tested, 0); /* one who could be is certain to be */
    draws_free(d);
}

static void overrides_by_hand(void **state)
{
    struct draws *d = draws_new();
    struct err err = {0};
    for (int i = 0; i < 300; i++) {
        const bool passed = i % 3 == 0 && i < 30;
        const struct draws_call call = {.of = (const str[]){STR("A"), STR("B"), STR("C")}[i % 3], .drawn = passed ? STR("K99") : STR("K1"),
                                        .could = STR("K1 K2"), .ms = -1, .overridden = passed};
        assert_int_equal(draws_add(d, &call, &err), 0);
    }
    struct watch_log log = draws_log(d);
    const struct watch_result *r = watch_examine(*state, &log, WATCH_LEVEL, WATCH_SHOWN);
    const struct watch_finding *of = &family_of(r, WATCH_OVERRIDES)->findings[0], *who = &family_of(r, WATCH_PASSED)->findings[0];
    assert_string_equal(draws_code(d, of->of).p, "A");
    assert_true(of->stands_out && of->met == 10 && of->n == 100 && fabs(of->expected - 10 / 3.) < 1e-12);
    assert_true(fabs(of->p / 1.2375e-5 - 1) < .01);
    assert_int_equal(family_of(r, WATCH_OVERRIDES)->found, 1);
    assert_string_equal(draws_code(d, who->who).p, "K99");
    assert_true(who->stands_out && who->met == 10 && who->n == 10);
    for (size_t i = 0; i < family_of(r, WATCH_MEETINGS)->n; i++) /* what no lot decided is no meeting */
        assert_int_not_equal(family_of(r, WATCH_MEETINGS)->findings[i].who, who->who);
    draws_free(d);
}

/* Nothing is arranged: what stands out is false. Of 1,000 logs of a line with its window. */
static void null_logs(void **state)
{
    (void)state;
    double false_ones[WATCH_TESTS] = {0}, tested[WATCH_TESTS] = {0};
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        struct arena *a = arena_new();
        struct watch_log log = made_line(a, seed, 2000, 10, 60);
        const struct watch_result *r = watch_examine(a, &log, WATCH_LEVEL, 0);
        for (size_t f = 0; f < r->n; f++) {
            false_ones[r->families[f].test] += r->families[f].found > 0;
            tested[r->families[f].test] += (double)r->families[f].tested;
        }
        arena_free(a);
    }
    for (size_t t = 0; t < WATCH_TESTS; t++) {
        print_message("# test %zu: mean false discovery proportion %.4f, %.1f tested\n", t, false_ones[t] / 1000, tested[t] / 1000);
        assert_true(false_ones[t] / 1000 <= WATCH_LEVEL);
    }
    assert_true(tested[WATCH_MEETINGS] > 100000 && tested[WATCH_TIMES] > 9000 && tested[WATCH_OVERRIDES] > 9000); /* and they were not idle */
}

/* A pair that meets 2.5 times as often as drawn, among 10,000 that are tested: found 9 times of 10, and what else stands out stays within the level. */
static void planted_pairs(void **state)
{
    (void)state;
    int found = 0, idle = 0;
    double proportion = 0;
    enum { LOGS = 500 };
    for (uint64_t seed = 1; seed <= LOGS; seed++) {
        struct arena *a = arena_new();
        struct watch_log log = made_planted(a, seed, 200, 2.5);
        const struct watch_family *f = &watch_examine(a, &log, WATCH_LEVEL, 0)->families[0];
        assert_int_equal(f->tested, MADE_PAIRS);
        size_t wrong = 0;
        for (size_t i = 0; i < f->found; i++) {
            found += f->findings[i].of == 0;
            wrong += f->findings[i].of != 0;
        }
        proportion += f->found ? (double)wrong / (double)f->found : 0;
        log = made_planted(a, seed, 200, 1);
        idle += watch_examine(a, &log, WATCH_LEVEL, 0)->families[0].found > 0;
        arena_free(a);
    }
    print_message("# planted lift 2.5 at n 200: found %d of %d, false %.4f; lift 1: %d\n", found, LOGS, proportion / LOGS, idle);
    assert_true(found >= LOGS * 9 / 10);
    assert_true(proportion / LOGS <= WATCH_LEVEL && idle <= LOGS / 20);
}

/* Radix and comparison, term by term and transform: the order of calls does not matter. */
static void the_order_of_calls_does_not_matter(void **state)
{
    struct arena *a = *state;
    struct watch_log log = made_line(a, 7, 30000, 3, 20), turned = log;
    struct watch_call *calls = arena_array(a, struct watch_call, log.n);
    for (size_t i = 0; i < log.n; i++)
        calls[log.n - 1 - i] = log.calls[i];
    turned.calls = calls;
    const struct watch_result *r = watch_examine(a, &log, WATCH_LEVEL, 50), *s = watch_examine(a, &turned, WATCH_LEVEL, 50);
    assert_int_equal(r->n, s->n);
    for (size_t f = 0; f < r->n; f++) {
        assert_int_equal(r->families[f].n, s->families[f].n);
        for (size_t i = 0; i < r->families[f].n; i++)
            assert_memory_equal(&r->families[f].findings[i].p, &s->families[f].findings[i].p, sizeof(double));
    }
}

static void files_of_draws(void **state)
{
    (void)state;
    struct draws *d = draws_new();
    struct err err = {0};
    const struct err *first;
    assert_int_equal(draws_read_bytes(d, str_bytes(STR("call,of,could,drawn,seconds,near,override,family\n"
                                                       "1,A,K1 K2*3 K1,K2,61.5,1,,north\n"
                                                       "2,A,K1 K2,K3,,,,north\n"
                                                       "3,A,K1 K2,K3,,0,1,north\n"
                                                       "4,B,K1 K2*0,K1,,,,south\n"
                                                       "5,B,K1,K1,later,,,south\n"
                                                       "6,,K1,K1,,,,south\n"
                                                       "7,B,,K1,,,1,south\n")), &err), 0);
    const struct watch_log log = draws_log(d);
    assert_int_equal(log.n, 3);
    assert_int_equal(log.calls[0].n, 2);
    assert_int_equal(log.calls[0].ms, 61500);
    assert_true(log.calls[0].near && !log.calls[0].overridden && log.calls[1].overridden && log.calls[2].ms == -1);
    assert_true(log.could[0].weight == 2 && log.could[1].weight == 3); /* two tickets of K1: once, with the chance of both */
    assert_string_equal(draws_family(d, log.calls[2].family).p, "south");
    assert_int_equal(draws_bad(d, &first), 4);
    assert_non_null(strstr(first->text, "line 3"));
    assert_null(strstr(first->text, "K3"));
    assert_int_equal(draws_read_bytes(d, str_bytes(STR("of,could\nA,K\n")), &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "drawn"));
    assert_int_equal(draws_read_bytes(d, str_bytes(STR("")), &err), ERR_INPUT);
    assert_int_equal(draws_log(d).n, 3);
    draws_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(step_up),
        cmocka_unit_test(who_cannot_stand_out_is_left_out),
        cmocka_unit_test_setup_teardown(a_pair_by_hand, setup, teardown),
        cmocka_unit_test_setup_teardown(times_by_hand, setup, teardown),
        cmocka_unit_test_setup_teardown(overrides_by_hand, setup, teardown),
        cmocka_unit_test_setup_teardown(null_logs, setup, teardown),
        cmocka_unit_test_setup_teardown(planted_pairs, setup, teardown),
        cmocka_unit_test_setup_teardown(the_order_of_calls_does_not_matter, setup, teardown),
        cmocka_unit_test(files_of_draws),
    };
    return cmocka_run_group_tests_name("work/watch", tests, NULL, NULL);
}
