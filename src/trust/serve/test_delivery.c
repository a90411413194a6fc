/* delivery: a line that fails, crawls, refuses, comes back; clocks that jump. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trust/serve/delivery.h"

#define T0 1795467960000LL

static void test_backoff_grows_to_five_minutes(void **state)
{
    (void)state;
    int64_t last_middle = 0;
    for (unsigned failures = 1; failures < 200; failures++) {
        int64_t low = delivery_backoff_ms(failures, 0), middle = delivery_backoff_ms(failures, 500), high = delivery_backoff_ms(failures, 1000);
        assert_true(low >= DELIVERY_WAIT_MIN_MS && high <= DELIVERY_WAIT_MAX_MS);
        assert_true(low <= middle && middle <= high);
        assert_true(middle >= last_middle);
        last_middle = middle;
    }
    assert_int_equal(delivery_backoff_ms(1, 500), 1000);
    assert_int_equal(delivery_backoff_ms(4, 500), 8000);
    assert_int_equal(delivery_backoff_ms(4, 0), 6000);
    assert_int_equal(delivery_backoff_ms(4, 1000), 10000);
    assert_int_equal(delivery_backoff_ms(UINT32_MAX, 500), DELIVERY_WAIT_MAX_MS);
}

/* What is done next, step by step, with the answers a partner may give. */
static void test_a_day_with_one_partner(void **state)
{
    (void)state;
    static const struct {
        int64_t after_ms;   /* since the last line */
        bool due, large;
        enum delivery_step wanted;
        enum delivery_result result;
        int64_t took_ms;
    } day[] = {
        {0, true, false, DELIVERY_GREET, DELIVERY_FAILED, 0},        /* not reached */
        {999, true, false, DELIVERY_WAIT, 0, 0},
        {1, true, false, DELIVERY_GREET, DELIVERY_FAILED, 0},
        {1999, true, false, DELIVERY_WAIT, 0, 0},
        {1, true, false, DELIVERY_GREET, DELIVERY_WELL, 10},
        {0, true, false, DELIVERY_PULL, DELIVERY_DIRECT, 10},
        {0, true, false, DELIVERY_BATCH, DELIVERY_WELL, 10},
        {0, true, true, DELIVERY_PART, DELIVERY_WELL, 10},
        {0, true, true, DELIVERY_PART, DELIVERY_BUSY, 10},           /* told to wait: no new greeting for that */
        {1000, true, true, DELIVERY_PART, DELIVERY_WELL, 10},
        {0, true, false, DELIVERY_BATCH, DELIVERY_STUCK, 10},
        {999, true, false, DELIVERY_WAIT, 0, 0},
        {1, true, false, DELIVERY_GREET, DELIVERY_WELL, 10},
        {0, true, false, DELIVERY_BATCH, DELIVERY_WELL, 10},
        {0, false, false, DELIVERY_WAIT, 0, 0},
        {DELIVERY_PULL_DIRECT_MS, false, false, DELIVERY_PULL, DELIVERY_EMPTY, 10},
        {0, false, false, DELIVERY_WAIT, 0, 0},
        {DELIVERY_PULL_MS, false, false, DELIVERY_PULL, DELIVERY_WELL, 10},
        {0, false, false, DELIVERY_PULL, DELIVERY_EMPTY, 10},        /* there may be more */
        {DELIVERY_GREET_MS, false, false, DELIVERY_GREET, DELIVERY_WELL, 10},
        {-86400000, true, false, DELIVERY_GREET, DELIVERY_WELL, 10}, /* the clock was a day ahead and is set back */
        {0, true, false, DELIVERY_PULL, DELIVERY_EMPTY, 10},
        {0, true, false, DELIVERY_BATCH, DELIVERY_WELL, 10},
    };
    struct delivery d = {0};
    int64_t now = T0;
    for (size_t i = 0; i < sizeof day / sizeof day[0]; i++) {
        now += day[i].after_ms;
        enum delivery_step step = delivery_next(&d, day[i].due, day[i].large, now);
        if (step != day[i].wanted)
            fail_msg("line %zu: step %d instead of %d", i, step, day[i].wanted);
        if (step != DELIVERY_WAIT)
            delivery_happened(&d, step, day[i].result, now, day[i].took_ms, 500);
    }
}

static void test_requests_follow_the_line(void **state)
{
    (void)state;
    struct delivery d = {0};
    size_t start = delivery_body(&d);
    delivery_happened(&d, DELIVERY_BATCH, DELIVERY_WELL, T0, 10, 0);
    assert_int_equal(delivery_body(&d), 2 * start);
    delivery_happened(&d, DELIVERY_BATCH, DELIVERY_WELL, T0, 3000, 0);
    assert_int_equal(delivery_body(&d), 2 * start);
    delivery_happened(&d, DELIVERY_GREET, DELIVERY_WELL, T0, 1, 0); /* says nothing of how much goes through */
    assert_int_equal(delivery_body(&d), 2 * start);
    for (int i = 0; i < 20; i++)
        delivery_happened(&d, DELIVERY_PART, DELIVERY_WELL, T0, 10, 0);
    assert_int_equal(delivery_body(&d), DELIVERY_BODY_MAX);
    delivery_happened(&d, DELIVERY_PART, DELIVERY_WELL, T0, 6000, 0);
    assert_int_equal(delivery_body(&d), DELIVERY_BODY_MAX / 2);
    for (int i = 0; i < 20; i++)
        delivery_happened(&d, DELIVERY_PART, DELIVERY_FAILED, T0, 10, 0);
    assert_int_equal(delivery_body(&d), DELIVERY_BODY_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_backoff_grows_to_five_minutes),
        cmocka_unit_test(test_a_day_with_one_partner),
        cmocka_unit_test(test_requests_follow_the_line),
    };
    return cmocka_run_group_tests_name("delivery", tests, NULL, NULL);
}
