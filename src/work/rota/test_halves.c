/* At which counter an officer is expected: before, from the start, midway, after, in a night, where a hand or an illness changed it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "work/rota/rotas_halves.h"

#define DAY INT64_C(1440)
#define AT(day, hour, minute) ((FIRST + (day)) * DAY + (hour) * 60 + (minute))
enum { FIRST = 20785, DAYS = 3, ANN = 0, BO, CY, EARLY = 1, NIGHT };

static const struct rota_duty duties[] = {{.name = STR("off")}, {STR("early/hall"), STR("early"), STR("hall"), 360, 480, 9},
                                          {STR("night/hall"), STR("night"), STR("hall"), 1320, 481, 9}};
static struct rota_officer officers[] = {{.name = STR("Ann")}, {.name = STR("bo")}, {.name = STR("cy")}};

/* Ann is early on the first day, Bo in the nights of the first two, Cy relief. */
static struct made {
    struct rotas_seen seen;
    uint8_t roster[3 * DAYS], mark[3 * DAYS];
    struct rotas_change changes[4];
    struct rotas_cell cells[4][2];
} made(void)
{
    return (struct made){
        .seen = {.one = {.state = ROTAS_MADE, .first_day = FIRST, .n_days = DAYS},
                 .book.rota = {.n_days = DAYS, .n_officers = 3, .n_duties = 3, .first_day = FIRST, .duties = duties, .officers = officers}, .n = 4},
        .roster = {EARLY, 0, 0, NIGHT, NIGHT, 0, EARLY, 0, 0},
        .cells = {{{ANN, 0, 4}, {CY, 0, 0}}, {{ANN, 0, 7}, {CY, 0, 0}}, {{BO, 0, 2}}, {{BO, 0, 9}}},
        .changes = {{.kind = ROTAS_COUNTERS, .officer = -1, .duty = EARLY, .n = 2, .done = true}, {.kind = ROTAS_COUNTERS, .officer = -1, .duty = EARLY, .half = 1, .n = 2, .done = true},
                    {.kind = ROTAS_COUNTERS, .officer = -1, .duty = NIGHT, .n = 1, .done = true}, {.kind = ROTAS_COUNTERS, .officer = -1, .duty = NIGHT, .half = 1, .n = 1, .done = true}}};
}

static struct rotas_half at(struct made *m, const char *name, int64_t minute)
{
    struct rotas_halves halves = {0};
    m->seen.changes = m->changes;
    m->seen.roster = m->roster;
    m->seen.mark = m->mark;
    for (int i = 0; i < 4; i++)
        m->changes[i].cells = m->cells[i];
    for (int day = 0; day < DAYS; day++)
        rotas_halves_add(&m->seen, str_from(name), day, &halves);
    return rotas_half_at(&halves, minute);
}

static void a_day(void **state)
{
    (void)state;
    struct made m = made();
    assert_int_equal(at(&m, "ann", AT(0, 5, 59)).counter, 0);
    struct rotas_half h = at(&m, "ann", AT(0, 6, 0));
    assert_int_equal(h.counter, 4);
    assert_int_equal(h.until, AT(0, 10, 0));
    assert_false(h.midway);
    assert_int_equal(at(&m, "ann", AT(0, 9, 59)).counter, 4);
    h = at(&m, "ann", AT(0, 10, 0));
    assert_int_equal(h.counter, 7);
    assert_true(h.midway && h.from == AT(0, 10, 0) && h.until == AT(0, 14, 0));
    assert_int_equal(at(&m, "ann", AT(0, 14, 0)).counter, 0);
    assert_int_equal(at(&m, "ann", AT(1, 7, 0)).counter, 0); /* another day */
    assert_int_equal(at(&m, "cy", AT(0, 7, 0)).counter, 0);  /* relief */
    assert_int_equal(at(&m, "dee", AT(0, 7, 0)).counter, 0);
    m.changes[1].done = false; /* asked for and not drawn yet */
    assert_int_equal(at(&m, "ann", AT(0, 10, 0)).counter, 0);
}

static void a_night(void **state)
{
    (void)state;
    struct made m = made();
    assert_int_equal(at(&m, "bo", AT(0, 21, 59)).counter, 0);
    struct rotas_half h = at(&m, "bo", AT(0, 23, 59));
    assert_true(h.counter == 2 && h.until == AT(1, 2, 0));
    assert_int_equal(at(&m, "bo", AT(1, 1, 59)).counter, 2);
    h = at(&m, "bo", AT(1, 2, 0)); /* of a shift with one minute more the second half is the longer one */
    assert_true(h.counter == 9 && h.from == AT(1, 2, 0) && h.until == AT(1, 6, 1));
    assert_int_equal(at(&m, "bo", AT(1, 6, 0)).counter, 9);
    assert_int_equal(at(&m, "bo", AT(1, 6, 1)).counter, 0);
    assert_int_equal(at(&m, "bo", AT(1, 23, 0)).counter, 0); /* the next night is not drawn yet */
}

static void what_was_changed(void **state)
{
    (void)state;
    struct made m = made();
    m.mark[0] = ROTAS_BY_HAND; /* to the same shift again: her counter does not come of the lot alone any more, and the watch does not compare it */
    assert_int_equal(at(&m, "ann", AT(0, 7, 0)).counter, 0);
    m = made();
    m.mark[0] = ROTAS_REPAIRED;
    assert_int_equal(at(&m, "ann", AT(0, 7, 0)).counter, 4); /* who stood in before the counters were drawn */
    m.roster[0] = ROTA_OFF; /* she fell ill after they were */
    assert_int_equal(at(&m, "ann", AT(0, 7, 0)).counter, 0);
    assert_true(rotas_half_counts(&m.seen, &m.changes[0], &m.cells[0][0])); /* what she sat till then still counts */
    struct rotas_halves none = {0};
    assert_int_equal(rotas_half_at(&none, AT(0, 7, 0)).counter, 0);
}

static void which_rota_holds(void **state)
{
    (void)state;
    const struct rotas_one all[] = {{.state = ROTAS_MADE, .first_day = 10, .n_days = 5, .frozen_ms = 1}, {.state = ROTAS_MADE, .first_day = 15, .n_days = 5, .frozen_ms = 2},
                                    {.state = ROTAS_MADE, .first_day = 12, .n_days = 1, .frozen_ms = 3}, {.state = ROTAS_DRAWN, .first_day = 10, .n_days = 9, .frozen_ms = 4},
                                    {.hall = {1}, .state = ROTAS_MADE, .first_day = 10, .n_days = 9, .frozen_ms = 5}};
    static const struct { int64_t day; int holds; } expected[] = {{9, -1}, {10, 0}, {11, 0}, {12, 2}, {13, 0}, {14, 0}, {15, 1}, {19, 1}, {20, -1}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        for (int k = 0; k < 4; k++)
            assert_int_equal(rotas_holds(all, 5, &all[k], expected[i].day), k == expected[i].holds);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_day), cmocka_unit_test(a_night), cmocka_unit_test(what_was_changed), cmocka_unit_test(which_rota_holds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
