/* simulate: it finds what theory says where theory has an answer, and the same twice. Seeds are fixed: nothing here is decided by luck or time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "work/desk/hours.h"
#include "work/desk/simulate_table.h"

static struct sim_result run(struct sim_plan plan)
{
    struct sim_result got;
    struct err err = {0};
    if (sim_run(&plan, &got, &err) < 0)
        fail_msg("%s", err.text);
    return got;
}

static void assert_near(double got, double wanted, double within)
{
    if (fabs(got - wanted) > within * fabs(wanted))
        fail_msg("%g is not within %g of %g", got, within, wanted);
}

static void test_erlang(void **state)
{
    (void)state;
    assert_near(sim_erlang_wait(1, 0.5), 1, 1e-12);
    assert_near(sim_erlang_wait(5, 0.9), 1.5250, 1e-4); /* the value of knowledge, section 2.1 */
    assert_near(sim_erlang_wait(10, 0.9), 0.6687, 1e-3);
}

static void test_waits_are_those_of_theory(void **state)
{
    (void)state;
    for (enum sim_line line = SIM_SERPENTINE; line < SIM_LINES; line++) {
        struct sim_plan plan = {.line = line, .counters = 5, .load = 0.8, .travellers = 400000, .seed = 1};
        struct sim_result got = run(plan);
        assert_int_equal(got.travellers, 400000);
        assert_near(got.mean, sim_erlang_wait(5, 0.8), 0.03);
        assert_near(got.busy, 0.8, 0.01);
        assert_true(got.p50 < got.p95 && got.p95 < got.p99 && got.p99 < got.most);
        assert_true(line == SIM_DRAW ? got.overtaking > 0.1 : got.overtaking == 0);
    }
    struct sim_plan one = {.line = SIM_ROWS, .counters = 1, .load = 0.5, .travellers = 400000, .seed = 2};
    assert_near(run(one).mean, 1, 0.03);
    one.service = SIM_FIXED; /* M/D/1 waits half as long as M/M/1 */
    assert_near(run(one).mean, 0.5, 0.02);
    one.service = SIM_ERLANG; /* Pollaczek and Khinchine: (1 + 1/4) / 2 */
    assert_near(run(one).mean, 0.625, 0.02);
    one.service = SIM_MIXED; /* E[s^2] = 2 (0.9 + 0.1 * 64) / 1.7^2 */
    assert_near(run(one).mean, 0.5 * (2 * 7.3 / 2.89), 0.04);
}

static void test_the_same_seed_is_the_same_day(void **state)
{
    (void)state;
    struct sim_plan plan = {.line = SIM_DRAW, .counters = 4, .load = 0.9, .travellers = 50000, .every = 100, .attack = SIM_HOLD | SIM_RUSH, .seed = 7};
    struct sim_result first = run(plan), second = run(plan);
    assert_memory_equal(&first, &second, sizeof first);
    plan.seed = 8;
    second = run(plan);
    assert_true(memcmp(&first, &second, sizeof first) != 0);
}

static double chance(enum sim_line line, unsigned attack, unsigned officers, unsigned tries)
{
    return run((struct sim_plan){.line = line, .counters = 10, .load = 0.97, .travellers = 400000, .every = 200, .attack = attack, .officers = officers,
                                 .tries = tries, .seed = 3}).chance;
}

/* The finding that shaped the module: a plain line does not hold against an officer who stretches a case, the draw over a window does. */
static void test_what_an_accomplice_reaches(void **state)
{
    (void)state;
    assert_true(chance(SIM_ROWS, 0, 1, 1) == 1);
    assert_near(chance(SIM_SERPENTINE, 0, 1, 1), 0.1, 0.2);
    assert_true(chance(SIM_SERPENTINE, SIM_HOLD, 1, 1) > 0.55);
    assert_near(chance(SIM_DRAW, 0, 1, 1), 0.1, 0.2);
    assert_true(chance(SIM_DRAW, SIM_HOLD, 1, 1) < 0.17);
    assert_true(chance(SIM_DRAW, SIM_HOLD | SIM_RUSH, 1, 1) < 0.28);
    assert_near(chance(SIM_DRAW, 0, 3, 1), 0.3, 0.1);
    assert_near(chance(SIM_DRAW, 0, 1, 2), 1 - 0.9 * 0.9, 0.15); /* each refusal is another try */
}

static void test_nobody_is_overtaken_more_often_than_the_cap(void **state)
{
    (void)state;
    for (enum sim_service service = 0; service < SIM_SERVICES; service++)
        for (unsigned attack = 0; attack < 16; attack += 5)
            for (uint16_t cap = 0; cap < 8; cap = (uint16_t)(cap + 7)) {
                struct sim_plan plan = {.line = SIM_DRAW, .service = service, .counters = 6, .load = 0.95, .cap = cap, .travellers = 20000, .every = 50,
                                        .attack = attack, .tries = 2, .seed = 1 + attack};
                struct sim_result got = run(plan);
                assert_int_equal(got.most_overtaken, cap ? cap : LINE_CAP); /* reached, never passed */
                assert_true(got.due > 0 && got.accomplices > 50);
            }
}

static void test_several_seeds_have_an_interval(void **state)
{
    (void)state;
    struct sim_plan plan = {.line = SIM_DRAW, .counters = 3, .load = 0.7, .travellers = 20000, .every = 50, .seed = 1};
    struct sim_summary s;
    struct err err = {0};
    assert_int_equal(sim_runs(&plan, 20, &s, &err), 0);
    assert_true(fabs(s.wait.mean - sim_erlang_wait(3, 0.7)) < 1.5 * s.wait.half);
    assert_true(s.wait.half > 0 && s.wait.half < 0.1 * s.wait.mean);
    assert_true(fabs(s.chance.mean - 1.0 / 3) < 2 * s.chance.half);
    assert_int_equal(s.travellers, 400000);
    assert_true(sim_runs(&plan, 0, &s, &err) < 0);
}

static void test_the_tables(void **state)
{
    (void)state;
    struct sim_plan plan = {.counters = 6, .load = 0.9, .travellers = 20000, .every = 50, .seed = 1};
    struct sim_row rows[SIM_ROWS_MAX];
    struct sim_step steps[SIM_STEPS];
    struct err err = {0};
    assert_int_equal(sim_compare(&plan, 3, rows, &err), SIM_ROWS_MAX);
    assert_string_equal(sim_line_word(rows[0].line), "rows");
    assert_true(rows[0].found.chance.mean == 1);
    assert_string_equal(sim_attack_word(rows[SIM_ROWS_MAX - 1].attack), "hold+rush+hurry");
    assert_int_equal(sim_more_counters(&plan, 3, steps, &err), SIM_STEPS);
    for (int i = 1; i < SIM_STEPS; i++)
        assert_true(steps[i].found.wait.mean < steps[i - 1].found.wait.mean && steps[i].load < steps[i - 1].load);
    plan.counters = LINE_COUNTERS_MAX - 1;
    assert_int_equal(sim_more_counters(&plan, 1, steps, &err), 2); /* there are no more counters */
    const struct sim_hour hours[] = {{60, 0, 3}, {90, 0, 3}};
    struct sim_plan day = {.hours = hours, .n_hours = 2, .service_minutes = 1.5, .every = 50, .seed = 1};
    assert_int_equal(sim_compare(&day, 2, rows, &err), SIM_ROWS_MAX - 1); /* without rows */
    assert_int_equal(sim_more_counters(&day, 2, steps, &err), SIM_STEPS);
}

static void test_plans_that_cannot_be(void **state)
{
    (void)state;
    static const struct sim_hour hour = {.arrivals = 1};
    static const struct sim_plan bad[] = {
        {.counters = 1, .load = 1, .travellers = 1},
        {.counters = 1, .load = 0, .travellers = 1},
        {.counters = 0, .load = 0.5, .travellers = 1},
        {.counters = LINE_COUNTERS_MAX + 1, .load = 0.5, .travellers = 1},
        {.counters = 1, .load = 0.5, .travellers = 0},
        {.counters = 1, .load = 0.5, .travellers = 1, .officers = 2},
        {.counters = 1, .load = 0.5, .travellers = 1, .tries = 3},
        {.counters = 1, .load = 0.5, .travellers = 1, .line = SIM_LINES},
        {.hours = &hour, .n_hours = 1, .line = SIM_DRAW},
        {.hours = &hour, .n_hours = 1, .service_minutes = 1, .line = SIM_ROWS},
        {.hours = &hour, .n_hours = 0, .service_minutes = 1, .line = SIM_DRAW},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct sim_result got;
        struct err err = {0};
        assert_int_equal(sim_run(&bad[i], &got, &err), ERR_INPUT);
        assert_true(err.text[0]);
    }
}

/* --- hours --------------------------------------------------------------------------------------------------------- */

static void test_hours_serve_all_who_come(void **state)
{
    (void)state;
    struct sim_hour hours[48] = {0};
    for (int i = 0; i < 48; i++)
        hours[i] = (struct sim_hour){.arrivals = i % 24 < 5 ? 0 : 60 + 10 * (i % 7), .counters = (uint16_t)(i % 24 < 5 ? 0 : 3 + i % 3)};
    struct sim_plan plan = {.line = SIM_DRAW, .hours = hours, .n_hours = 48, .service_minutes = 2.5, .seed = 1};
    double came = 0;
    for (int i = 0; i < 48; i++)
        came += hours[i].arrivals;
    struct sim_result tight = run(plan);
    assert_near((double)tight.travellers, came, 0.05);
    plan.more = 1;
    struct sim_result more = run(plan);
    assert_true(more.mean < tight.mean);
    for (int i = 0; i < 48; i++)
        hours[i].wait_minutes = 0;
    struct err err = {0};
    double minutes;
    assert_int_equal(sim_calibrate(&plan, &minutes, &err), ERR_INPUT);
    plan.more = 0;
    for (int i = 0; i < 48; i++)
        hours[i].wait_minutes = tight.mean * 2.5;
    assert_int_equal(sim_calibrate(&plan, &minutes, &err), 0);
    assert_near(minutes, 2.5, 0.01);
}

static int read_text(struct arena *a, const char *text, unsigned days, struct sim_hour **hours, size_t *n, size_t *left_out)
{
    char path[] = "/tmp/comity-hours-XXXXXX";
    struct err err = {0};
    int file = mkstemp(path);
    assert_true(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
    int r = hours_read(path, days, a, hours, n, left_out, &err);
    unlink(path);
    return r;
}

static void test_hours_are_read(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct sim_hour *hours;
    size_t n, left_out;
    static const char text[] = "airport,date,hour,all_avg_wait,all_total,all_booths\n"
                               "X,2019-01-01,0100 - 0200,7,123,5\nX,2019-01-01,2300 - 0000,9,40,2\nX,2019-01-01,0200 - 0300,7,many,5\n"
                               "X,2019-01-03,0000 - 0100,1,10,1\nX,2019-01-03,2500 - 2600,1,10,1\n";
    assert_int_equal(read_text(a, text, 0, &hours, &n, &left_out), 0);
    assert_int_equal(n, 48);
    assert_int_equal(left_out, 2);
    assert_true(hours[1].arrivals == 123 && hours[1].counters == 5 && hours[1].wait_minutes == 7);
    assert_true(hours[23].arrivals == 40 && hours[24].arrivals == 10 && hours[2].arrivals == 0);
    assert_near(sim_measured_wait(hours, n), (123 * 7 + 40 * 9 + 10) / 173.0, 1e-9);
    assert_int_equal(read_text(a, text, 1, &hours, &n, &left_out), 0);
    assert_int_equal(n, 24);
    assert_int_equal(read_text(a, "hour,arrivals,counters\n7,30,2\n8,60,4\n", 0, &hours, &n, &left_out), 0);
    assert_true(n == 24 && hours[8].counters == 4 && hours[7].wait_minutes == 0);
    assert_int_equal(read_text(a, "hour,people\n7,30\n", 0, &hours, &n, &left_out), ERR_INPUT);
    assert_int_equal(read_text(a, "hour,arrivals,counters\nx,30,2\n", 0, &hours, &n, &left_out), ERR_INPUT);
    assert_int_equal(read_text(a, "", 0, &hours, &n, &left_out), ERR_INPUT);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_erlang),
        cmocka_unit_test(test_waits_are_those_of_theory),
        cmocka_unit_test(test_the_same_seed_is_the_same_day),
        cmocka_unit_test(test_what_an_accomplice_reaches),
        cmocka_unit_test(test_nobody_is_overtaken_more_often_than_the_cap),
        cmocka_unit_test(test_several_seeds_have_an_interval),
        cmocka_unit_test(test_the_tables),
        cmocka_unit_test(test_plans_that_cannot_be),
        cmocka_unit_test(test_hours_serve_all_who_come),
        cmocka_unit_test(test_hours_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
