/* limits: how many requests each partner may have at once, in a second, in a minute; nobody's share is taken by another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/serve/limits.h"

#define SECOND 1000000000LL

static const struct limit bounds[N_PEER_COSTS] = {[PEER_LIGHT] = {10, 30}, [PEER_WORK] = {2, 100}, [PEER_BULK] = {1, 1}};
static const uint8_t one[ID_LEN] = {1}, other[ID_LEN] = {2};

/* Tries n requests one after the other at the same moment; returns how many were let in. */
static int try_many(struct limits *l, const uint8_t *who, enum peer_cost cost, int n, int64_t now)
{
    int in = 0;
    for (int i = 0; i < n; i++) {
        struct err err = {0};
        int r = limits_enter(l, who, cost, now, &err);
        assert_true(r == 0 || r == ERR_LIMIT);
        if (r == 0) {
            in++;
            limits_leave(l, who);
        }
    }
    return in;
}

static void test_seconds_and_minutes(void **state)
{
    (void)state;
    static const struct { enum peer_cost cost; int64_t at; int tries, in; } steps[] = {
        {PEER_LIGHT, 100 * SECOND, 50, 10}, {PEER_LIGHT, 100 * SECOND, 5, 0},
        {PEER_WORK, 100 * SECOND, 5, 2},                  /* another class is counted for itself */
        {PEER_LIGHT, 100 * SECOND + SECOND / 2, 50, 5},   /* it fills evenly */
        {PEER_LIGHT, 99 * SECOND, 50, 0},                 /* a clock that goes back gives nothing */
        {PEER_LIGHT, 102 * SECOND, 50, 10},
        {PEER_LIGHT, 103 * SECOND, 50, 6},                /* the minute's 30 are spent, but for what it refilled */
        {PEER_LIGHT, 200 * SECOND, 50, 10},
    };
    struct limits *l = limits_new(bounds, 3);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        int in = try_many(l, one, steps[i].cost, steps[i].tries, steps[i].at);
        if (in != steps[i].in)
            fail_msg("step %zu: %d let in instead of %d", i, in, steps[i].in);
    }
    assert_int_equal(try_many(l, other, PEER_LIGHT, 50, 200 * SECOND), 10);
    limits_free(l);
}

static void test_at_the_same_time(void **state)
{
    (void)state;
    struct err err = {0};
    struct limits *l = limits_new(bounds, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(limits_enter(l, one, PEER_LIGHT, 0, &err), 0);
    assert_int_equal(limits_enter(l, one, PEER_LIGHT, 0, &err), ERR_RETRY);
    assert_string_equal(err.text, "3 requests of yours are being answered already: wait for one of them");
    assert_int_equal(limits_enter(l, one, PEER_WORK, 0, &err), ERR_RETRY); /* of any class */
    assert_int_equal(limits_enter(l, other, PEER_LIGHT, 0, &err), 0);
    limits_leave(l, one);
    assert_int_equal(limits_enter(l, one, PEER_WORK, 0, &err), 0);
    limits_free(l);
}

static void test_the_sentence_says_how_many(void **state)
{
    (void)state;
    struct err err = {0};
    struct limits *l = limits_new(bounds, 1);
    assert_int_equal(try_many(l, one, PEER_WORK, 2, 0), 2);
    assert_int_equal(limits_enter(l, one, PEER_WORK, 0, &err), ERR_LIMIT);
    assert_string_equal(err.text, "more than 2 requests of this kind in one second: come again later");
    assert_int_equal(try_many(l, one, PEER_BULK, 1, 0), 1);
    assert_int_equal(limits_enter(l, one, PEER_BULK, 2 * SECOND, &err), ERR_LIMIT);
    assert_string_equal(err.text, "more than 1 requests of this kind in one minute: come again later");
    limits_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seconds_and_minutes),
        cmocka_unit_test(test_at_the_same_time),
        cmocka_unit_test(test_the_sentence_says_how_many),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
