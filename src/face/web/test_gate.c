/* The gate before pages that strangers may open: a burst, then the steady rate; one address does not shut out another, all together are bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "face/web/gate.h"

static int taken(struct gate *g, str address, int tries, int64_t at)
{
    int n = 0;
    for (int i = 0; i < tries; i++)
        n += gate_let(g, address, at);
    return n;
}

static void test_one_address(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct gate *g = gate_new(a);
    const str one = STR("192.0.2.1"), other = STR("192.0.2.2");
    assert_int_equal(taken(g, one, 1000, 1000000), GATE_EACH_BURST);
    assert_int_equal(taken(g, other, 10, 1000000), 10);
    assert_int_equal(taken(g, one, 1000, 1001000), GATE_EACH_SECOND);
    assert_int_equal(taken(g, one, 1000, 1000500), 0); /* a clock that was set back gives nothing */
    assert_int_equal(taken(g, one, 1000, 2000000), GATE_EACH_BURST);
    assert_int_equal(taken(g, one, 1, INT64_MAX / 4), 1);
    arena_free(a);
}

static void test_all_together(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct gate *g = gate_new(a);
    int n = 0;
    for (int i = 0; i < 20; i++)
        n += taken(g, str_printf(a, "198.51.100.%d", i), 100, 5000000);
    assert_int_equal(n, GATE_ALL_BURST);
    n = 0;
    for (int i = 0; i < 20; i++)
        n += taken(g, str_printf(a, "203.0.113.%d", i), 100, 5001000);
    assert_int_equal(n, GATE_ALL_SECOND);
    arena_free(a);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_address), cmocka_unit_test(test_all_together)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
