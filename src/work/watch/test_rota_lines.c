/* rota_lines: drawn counters against who sat where, illness by post, hands: counted as they were, nothing found where nothing is arranged, and who steers is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "work/desk/simulate_random.h"
#include "work/watch/rota_lines.h"

#define HOUR_MS (INT64_C(3600) * 1000)
enum { OFFICERS = 12, DAYS = 56 };
enum { STEERS = 3, AVOIDS = 5, PUT = 7 }; /* officers, when something is arranged */

/* Two months of a hall with twelve counters: each officer works every day, at the gate or the cargo yard as a lot says. */
struct made {
    struct arena *a;
    struct sim_random random;
    struct rotas_seen seen;
    struct rota_sat *sat;
    size_t n_sat;
    const str *codes;
    int64_t midnights[DAYS + 1];
    bool holds[DAYS];
    struct draws *draws;
};

static const struct rota_duty duties[] = {{.name = STR("off")}, {STR("day/gate"), STR("day"), STR("gate"), 480, 480, OFFICERS},
                                          {STR("day/yard"), STR("day"), STR("cargo yard"), 480, 480, 0}};

static void add_change(struct made *m, struct rotas_change change)
{
    change.done = true;
    change.number = (int64_t)m->seen.n + 1;
    m->seen.changes[m->seen.n++] = change;
}

/* Half a shift of a day: a lot for each; she sits there, but one of twenty elsewhere, and who steers one of three. */
static void draw_half(struct made *m, int day, int half, bool arranged)
{
    int counter[OFFICERS];
    struct rotas_change c = {.kind = ROTAS_COUNTERS, .officer = -1, .first = day, .last = day, .duty = 1, .half = half, .cells = arena_array(m->a, struct rotas_cell, OFFICERS)};
    for (int o = 0; o < OFFICERS; o++) {
        const int k = (int)sim_below(&m->random, (unsigned)o + 1);
        counter[o] = counter[k];
        counter[k] = o + 1;
    }
    for (int o = 0; o < OFFICERS; o++) {
        if (m->seen.roster[o * DAYS + day] != 1)
            continue;
        const bool elsewhere = sim_uniform(&m->random) < (arranged && o == STEERS ? .33 : .05);
        const int64_t from = m->midnights[day] + (8 + 4 * half) * HOUR_MS;
        c.cells[c.n++] = (struct rotas_cell){o, day, counter[o]};
        m->sat[m->n_sat++] = (struct rota_sat){o, (unsigned)(elsewhere ? counter[o] % OFFICERS + 1 : counter[o]), from + HOUR_MS / 6, from + 4 * HOUR_MS};
    }
    add_change(m, c);
}

static struct made *make(uint64_t seed, bool arranged)
{
    struct arena *a = arena_new();
    struct made *m = arena_calloc(a, 1, sizeof *m);
    str *codes = arena_array(a, str, OFFICERS);
    m->a = a;
    m->random = sim_random_from(seed);
    m->sat = arena_array(a, struct rota_sat, OFFICERS * DAYS * 2);
    m->codes = codes;
    m->draws = draws_new();
    m->seen.book.rota = (struct rota){.n_days = DAYS, .n_officers = OFFICERS, .n_duties = 3, .duties = duties};
    m->seen.drawn = arena_calloc(a, OFFICERS, DAYS);
    m->seen.roster = arena_calloc(a, OFFICERS, DAYS);
    m->seen.mark = arena_calloc(a, OFFICERS, DAYS);
    m->seen.changes = arena_array(a, struct rotas_change, OFFICERS * DAYS + 2 * DAYS);
    for (int d = 0; d <= DAYS; d++)
        m->midnights[d] = d * 24 * HOUR_MS;
    for (int o = 0; o < OFFICERS; o++)
        codes[o] = str_printf(a, "officer-%d", o);
    for (int i = 0; i < OFFICERS * DAYS; i++) {
        const int o = i / DAYS;
        m->holds[i % DAYS] = true;
        m->seen.drawn[i] = m->seen.roster[i] = (uint8_t)(1 + (sim_below(&m->random, 4) == 0));
        const double ill = arranged && o == AVOIDS ? (m->seen.drawn[i] == 2 ? .6 : .02) : .06, hand = arranged && o == PUT ? .25 : .03;
        if (sim_uniform(&m->random) < ill) {
            m->seen.roster[i] = ROTA_OFF;
            m->seen.mark[i] = ROTAS_REPAIRED;
            add_change(m, (struct rotas_change){.kind = ROTAS_ILL, .officer = o, .first = i % DAYS, .last = i % DAYS});
        } else if (sim_uniform(&m->random) < hand) {
            m->seen.roster[i] = (uint8_t)(3 - m->seen.roster[i]);
            m->seen.mark[i] = ROTAS_BY_HAND;
        }
    }
    for (int d = 0; d < DAYS; d++)
        for (int half = 0; half < 2; half++)
            draw_half(m, d, half, arranged);
    const struct rota_lines_about about = {STR("gate"), codes, m->midnights, m->holds, m->sat, m->n_sat};
    struct err err = {0};
    if (rota_lines(&m->seen, &about, m->draws, &err) < 0)
        fail_msg("%s", err.text);
    return m;
}

static void drop(struct made *m)
{
    struct arena *a = m->a;
    draws_free(m->draws);
    arena_free(a);
}

static const enum watch_test tests[] = {WATCH_SEATS, WATCH_SICK, WATCH_HANDS};

static void nothing_arranged(void **state)
{
    (void)state;
    enum { LOGS = 1000 };
    int false_ones[WATCH_TESTS] = {0}, families[WATCH_TESTS] = {0};
    for (uint64_t seed = 0; seed < LOGS; seed++) {
        struct made *m = make(seed, false);
        const struct watch_log log = draws_log(m->draws);
        const struct watch_result *r = watch_examine(m->a, &log, WATCH_LEVEL, 0);
        for (size_t f = 0; f < r->n; f++) {
            families[r->families[f].test]++;
            false_ones[r->families[f].test] += r->families[f].found > 0;
        }
        drop(m);
    }
    for (size_t i = 0; i < 3; i++) {
        print_message("# of %d rotas with nothing arranged, test %d found something in %d\n", families[tests[i]], (int)tests[i], false_ones[tests[i]]);
        assert_int_equal(families[tests[i]], LOGS);
        assert_true(false_ones[tests[i]] <= LOGS / 20);
    }
    assert_int_equal(families[WATCH_MEETINGS] + families[WATCH_OVERRIDES] + families[WATCH_REFUSED], 0); /* no line of a rota is a call */
}

static void who_steers(void **state)
{
    (void)state;
    static const int who[] = {STEERS, AVOIDS, PUT};
    enum { LOGS = 100 };
    int right[3] = {0}, others = 0;
    for (uint64_t seed = 0; seed < LOGS; seed++) {
        struct made *m = make(5000 + seed, true);
        const struct watch_log log = draws_log(m->draws);
        const struct watch_result *r = watch_examine(m->a, &log, WATCH_LEVEL, WATCH_SHOWN);
        for (size_t f = 0; f < r->n; f++)
            for (size_t i = 0; i < r->families[f].found; i++) {
                const str code = draws_code(m->draws, r->families[f].findings[i].of);
                bool is = false;
                for (size_t k = 0; k < 3; k++)
                    if (r->families[f].test == tests[k] && str_eq(code, str_printf(m->a, "officer-%d", who[k]))) {
                        right[k]++;
                        is = true;
                    }
                others += !is;
            }
        drop(m);
    }
    print_message("# of %d rotas: sits elsewhere, is ill at one post, is put by hand: found %d, %d, %d; another %d\n", LOGS, right[0], right[1], right[2], others);
    for (size_t k = 0; k < 3; k++)
        assert_true(right[k] >= LOGS * 9 / 10);
    assert_true(others <= LOGS / 10);
}

static void what_is_counted(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct rotas_seen seen = {.book.rota = {.n_days = 3, .n_officers = 2, .n_duties = 3, .duties = duties}};
    uint8_t drawn[] = {1, 1, 0, 2, 0, 1}, roster[] = {1, 0, 0, 2, 2, 1}, mark[] = {0, ROTAS_REPAIRED, 0, 0, ROTAS_BY_HAND, 0};
    struct rotas_cell cells[] = {{0, 0, 4}, {1, 0, 0}}, late[] = {{1, 2, 7}};
    struct rotas_change changes[] = {{.kind = ROTAS_COUNTERS, .officer = -1, .duty = 1, .cells = cells, .n = 2, .done = true},
                                     {.kind = ROTAS_ILL, .officer = 0, .first = 1, .last = 1, .done = true},
                                     {.kind = ROTAS_COUNTERS, .officer = -1, .first = 2, .last = 2, .duty = 1, .half = 1, .cells = late, .n = 1, .done = true}};
    const int64_t day = 24 * HOUR_MS, midnights[] = {0, day, 2 * day, 3 * day};
    const bool holds[] = {true, true, true};
    const str codes[] = {STR("ann"), STR("bo")};
    /* ann sits at 9 for a while and then where she was drawn; bo at 1 before midday and, where it counts, at 8 */
    const struct rota_sat sat[] = {{0, 9, 8 * HOUR_MS, 9 * HOUR_MS}, {0, 4, 9 * HOUR_MS, 12 * HOUR_MS}, {1, 1, 2 * day + 8 * HOUR_MS, 2 * day + 12 * HOUR_MS},
                                   {1, 8, 2 * day + 12 * HOUR_MS, 0}};
    seen.drawn = drawn;
    seen.roster = roster;
    seen.mark = mark;
    seen.changes = changes;
    seen.n = 3;
    struct draws *d = draws_new();
    struct err err = {0};
    const struct rota_lines_about about = {STR("gate"), codes, midnights, holds, sat, 4};
    assert_int_equal(rota_lines(&seen, &about, d, &err), 0);
    const struct watch_log log = draws_log(d);
    static const struct { const char *of, *drawn; enum watch_what what; bool odd, hand; } expected[] = {
        {"ann", "post-gate", WATCH_SHIFT, false, false}, {"ann", "post-gate", WATCH_SHIFT, true, false}, {"bo", "post-cargo-yard", WATCH_SHIFT, false, false},
        {"bo", "post-cargo-yard", WATCH_SHIFT, false, true}, {"bo", "post-gate", WATCH_SHIFT, false, false},
        {"ann", "post-counter-4", WATCH_SEAT, false, false}, {"bo", "post-counter-7", WATCH_SEAT, true, false}};
    assert_int_equal(log.n, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < log.n; i++) {
        assert_true(str_eq(draws_code(d, log.calls[i].of), str_from(expected[i].of)) && str_eq(draws_code(d, log.calls[i].drawn), str_from(expected[i].drawn)));
        assert_true(log.calls[i].what == expected[i].what && log.calls[i].odd == expected[i].odd && log.calls[i].overridden == expected[i].hand);
    }
    draws_free(d);
    arena_free(a);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest all[] = {cmocka_unit_test(what_is_counted), cmocka_unit_test(nothing_arranged), cmocka_unit_test(who_steers)};
    return cmocka_run_group_tests(all, NULL, NULL);
}
