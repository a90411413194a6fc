/* line: who cannot come over from the day before; numbers that begin again; lanes and counters that are closed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "work/desk/test_line_small.h"

static void test_who_cannot_come_over(void **state)
{
    (void)state;
    static const struct line_ticket waits = {.id = 7, .state = LINE_WAITING, .party = 1}, there = {.id = 9, .state = LINE_CALLED, .counter = 2, .party = 1};
    struct line_over over = {.at = 5, .last = 9, .n_counters = 2, .counters = {LINE_FREE, LINE_BUSY}};
    struct line_ticket tickets[2] = {waits, there};
    const struct { struct line_ticket first, second; uint8_t counter; } bad[] = {
        {waits, {.id = 9, .state = LINE_CALLED, .counter = 1, .party = 1}, LINE_BUSY}, {waits, {.id = 9, .state = LINE_CALLED, .counter = 3, .party = 1}, LINE_BUSY},
        {waits, {.id = 7, .state = LINE_CALLED, .counter = 2, .party = 1}, LINE_BUSY}, {waits, there, LINE_FREE}, {waits, waits, LINE_FREE},
        {waits, {.id = 9, .state = LINE_SERVED, .party = 1}, LINE_FREE}, {{.id = 7, .state = LINE_WAITING, .lane = 1, .party = 1}, there, LINE_BUSY},
        {waits, {.id = 9, .state = LINE_WAITING, .party = 1}, LINE_BUSY}, {waits, there, LINE_ASKING}, {{.id = 0, .state = LINE_WAITING, .party = 1}, there, LINE_BUSY}};
    struct err err = {0};
    over.tickets = tickets;
    over.n = 2;
    for (size_t i = 0; i <= sizeof bad / sizeof *bad; i++) {
        struct line *line = small(3);
        if (i < sizeof bad / sizeof *bad) {
            tickets[0] = bad[i].first;
            tickets[1] = bad[i].second;
            over.counters[1] = bad[i].counter;
            if (line_come_over(line, &over, &err) == 0)
                fail_msg("case %zu came over", i);
        } else {
            tickets[0] = waits;
            tickets[1] = there;
            over.counters[1] = LINE_BUSY;
            assert_int_equal(line_come_over(line, &over, &err), 0);
            REFUSED(line, ERR_INPUT, LINE_ENTER, .at = 4); /* time does not go back over night */
            assert_int_equal(APPLY(line, LINE_ENTER, .at = 6).ticket, 10);
        }
        line_close(line);
    }
    /* numbers begin again when they have become long, and leave out those that somebody has */
    struct line *line = small(3);
    tickets[0].id = 2;
    over.last = 0;
    assert_int_equal(line_come_over(line, &over, &err), 0);
    assert_int_equal(APPLY(line, LINE_ENTER, .at = 6).ticket, 1);
    assert_int_equal(APPLY(line, LINE_ENTER, .at = 6).ticket, 3);
    line_close(line);
    static const struct line_rule less = {.n_lanes = 1, .n_counters = 1, .serves = {1}};
    line = open_or_fail(&less);
    assert_int_equal(line_come_over(line, &over, &err), ERR_INPUT);
    line_close(line);
}

/* A closed lane takes nobody, a counter out of use does not open. */
static void test_closed_lanes_and_counters(void **state)
{
    (void)state;
    static const struct line_rule rule = {.n_lanes = 2, .n_counters = 2, .serves = {3, 0}, .lanes = {{.weight = 1}, {.weight = 1, .needs = LINE_NOBODY}}};
    struct line *line = open_or_fail(&rule);
    REFUSED(line, ERR_DENIED, LINE_ENTER, .lane = 1, .eligible = UINT32_MAX);
    REFUSED(line, ERR_INPUT, LINE_OPEN, .counter = 2);
    APPLY(line, LINE_OPEN, .counter = 1);
    line_close(line);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_who_cannot_come_over), cmocka_unit_test(test_closed_lanes_and_counters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
