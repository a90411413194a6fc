/* rota: the judge against rosters counted by hand, and the solver's reckoning against the judge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "work/rota/plan.h"
#include "work/rota/random.h"
#include "work/rota/test_random.h"

static void write_row(uint8_t *row, const char *text)
{
    for (int d = 0; text[d]; d++)
        row[d] = (uint8_t)(strchr("-ELN", text[d]) - "-ELN");
}

/* --- the judge, each kind of rule on a row counted by hand; the solver's reckoning must say the same --- */

static const uint64_t always[DUTIES] = {~(uint64_t)0, 0x5555, 0x5555, 0x5555};

static const struct {
    const char *row; /* begins on a Monday */
    struct rota_rule rule;
    int cost;
} cases[] = {
    {"EELL---EELL---", {.kind = ROTA_COUNT, .duties = WORK, .max = 6, .over = 3}, 6},
    {"EELL---EELL---", {.kind = ROTA_COUNT, .duties = 1 << N, .min = 2, .max = 9, .under = 5}, 10},
    {"EELL---EELL---", {.kind = ROTA_COUNT, .duties = WORK, .visits = always, .max = 1, .over = 1}, 3}, /* days 0, 2, 8 and 10 */
    {"ENLL---EELL---", {.kind = ROTA_SUM, .duties = WORK, .max = 3840, .over = 7, .unit = 480}, 7},
    {"ENLL----------", {.kind = ROTA_SUM, .duties = WORK, .min = 2400, .max = 9999, .under = 7, .unit = 60}, 42},
    {"EEEEEE-EEE-EEE", {.kind = ROTA_RUN, .duties = WORK, .max = 5, .over = 2}, 2},
    {"E-EE-EEE-E-EE-", {.kind = ROTA_RUN, .duties = WORK, .min = 3, .max = 9, .under = 1}, 2 + 1 + 2 + 1},
    {"E-EE-EEE-E---E", {.kind = ROTA_RUN, .duties = WORK, .min = 3, .max = 9, .under = 1, .open_ends = true}, 1 + 2},
    {"-E-----E--E---", {.kind = ROTA_RUN, .duties = 1, .min = 3, .max = 4, .under = 10, .over = 1, .open_ends = true}, 1 + 10},
    {"EE-E--E-L-EE--", {.kind = ROTA_ROW, .duties = 1 << E, .max = 3, .over = 1}, 1},
    {"EE-E--EE-L-E-E", {.kind = ROTA_ROW, .duties = 1 << E, .max = 2, .over = 1}, 3},
    {"NE-NLN-E-NNE--", {.kind = ROTA_PATTERN, .n_steps = 2, .step = {1 << N, 1 << E | 1 << L}, .over = 4}, 12},
    {"-----LE----NEE", {.kind = ROTA_WEEKENDS, .duties = WORK, .max = 1, .over = 9, .weekend_first = 5, .weekend_len = 2}, 9},
    {"-----LE----NEE", {.kind = ROTA_WEEKEND_RUN, .duties = WORK, .min = 3, .max = 9, .under = 1, .weekend_first = 5, .weekend_len = 2}, 1},
    {"-----L-----N-E", {.kind = ROTA_WEEKEND_WHOLE, .duties = WORK, .over = 1, .weekend_first = 5, .weekend_len = 2}, 2},
    {"----EL-----N-E", {.kind = ROTA_WEEKEND_WHOLE, .duties = WORK, .over = 1, .weekend_first = 4, .weekend_len = 3}, 1 + 4},
    {"-----LE-----EE", {.kind = ROTA_WEEKEND_SAME, .duties = WORK, .over = 1, .weekend_first = 5, .weekend_len = 2}, 2},
    {"----EEL----ELN", {.kind = ROTA_WEEKEND_SAME, .duties = WORK, .over = 1, .weekend_first = 4, .weekend_len = 3}, 3 + 6},
};

static void each_kind_of_rule_costs_what_a_person_counts(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int hard = 0; hard < 2; hard++) {
            struct rota_rule rule = cases[i].rule;
            rule.days = (1 << 14) - 1;
            rule.hard = hard;
            const struct rota rota = rota_of(a, 14, 1, &rule, 1);
            uint8_t *roster = rota_roster(a, &rota);
            write_row(roster, cases[i].row);
            const struct rota_score score = rota_judge(a, &rota, roster, NULL, NULL);
            struct plan *plan;
            assert_int_equal(plan_new(a, &rota, &plan, NULL), 0);
            plan_load(plan, roster);
            if ((hard ? score.hard : score.soft) != cases[i].cost || (hard ? score.soft : score.hard) != 0)
                fail_msg("case %zu: %lld, not %d", i, (long long)(hard ? score.hard : score.soft), cases[i].cost);
            assert_int_equal(plan_score(plan).hard, score.hard);
            assert_int_equal(plan_score(plan).soft, score.soft);
        }
    arena_free(a);
}

/* --- reckoning as cells change --- */

static void assert_same(struct arena *a, const struct rota *rota, struct plan *plan, int nth)
{
    const struct rota_breach *breaches;
    size_t n;
    const struct rota_score score = rota_judge(a, rota, plan->cell, &breaches, &n), reckoned = plan_score(plan);
    if (score.hard != reckoned.hard || score.soft != reckoned.soft)
        fail_msg("rota %d: the judge says %lld and %lld, the plan %lld and %lld", nth, (long long)score.hard, (long long)score.soft,
                 (long long)reckoned.hard, (long long)reckoned.soft);
    struct rota_score sum = {0};
    for (size_t i = 0; i < n; i++) {
        *(breaches[i].hard ? &sum.hard : &sum.soft) += breaches[i].cost;
        assert_true(rota_breach_words(a, rota, &breaches[i]).len > 5);
    }
    assert_int_equal(sum.hard, score.hard);
    assert_int_equal(sum.soft, score.soft);
}

static void reckoning_follows_the_judge_whatever_changes(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct rota_random r = rota_random((const uint8_t[32]){7});
    for (int i = 0; i < 400; i++) {
        const struct rota rota = some_rota(&r, a);
        struct plan *plan;
        struct err err = {0};
        if (plan_new(a, &rota, &plan, &err) < 0)
            fail_msg("rota %d: %s", i, err.text);
        uint8_t *roster = rota_roster(a, &rota);
        for (int c = 0; c < rota.n_officers * rota.n_days; c++)
            roster[c] = (uint8_t)rota_below(&r, DUTIES);
        plan_load(plan, roster);
        assert_same(a, &rota, plan, i);
        for (int k = 0; k < 200; k++) {
            const int o = rota_below(&r, rota.n_officers);
            plan_set(plan, o, rota_below(&r, rota.n_days), rota_below(&r, DUTIES));
            plan_settle(plan, o);
        }
        assert_same(a, &rota, plan, i);
        arena_reset(a);
    }
    arena_free(a);
}

/* --- words --- */

static void a_breach_is_a_sentence(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct rota_rule rule = {.kind = ROTA_RUN, .duties = WORK, .days = (1 << 14) - 1, .max = 5, .over = 1, .hard = true,
                                   .words = STR("at most 5 days in a row")};
    struct rota rota = rota_of(a, 14, 2, &rule, 1);
    rota.cover = &(const struct rota_cover){.day = 9, .duties = 1 << N, .min = 1, .max = 2, .under = 1, .hard = true};
    rota.requests = &(const struct rota_request){.officer = 1, .day = 2, .duties = 1 << E, .wanted = false, .weight = 1};
    rota.n_cover = rota.n_requests = 1;
    rota.meetings = (struct rota_meetings){WORK, 1, 1, false};
    rota.officers[1].can = 1 | 1 << E;
    rota.allowed[14 + 3] = 1 | 1 << E;
    uint8_t *roster = rota_roster(a, &rota);
    write_row(roster, "EEEEEE--------");
    write_row(roster + 14, "--EL----------");
    const struct rota_breach *breaches;
    size_t n;
    const struct rota_score score = rota_judge(a, &rota, roster, &breaches, &n);
    static const char *const wanted[] = {
        "O1: at most 5 days in a row: 1 too many, from Mon 5 Jan to Sat 10 Jan",
        "O2: L on Thu 8 Jan is not possible: she is not qualified",
        "Wed 14 Jan, N: 0 there, at least 1",
        "O2: asked for not to have E on Wed 7 Jan",
    };
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(rota_breach_words(a, &rota, &breaches[i]).p, wanted[i]);
    assert_int_equal(score.hard, 3);
    assert_int_equal(score.soft, 1);
    write_row(roster + 14, "-EEE----------");
    rota_judge(a, &rota, roster, &breaches, &n);
    assert_string_equal(rota_breach_words(a, &rota, &breaches[n - 1]).p, "O1 and O2 are together 3 times, at most 1");
    arena_free(a);
}

/* --- making --- */

/* Seven officers, two weeks, one on each of three shifts: rest, at most five in a row, two nights at most in a row, no two together (they cannot be). */
static struct rota little_post(struct arena *a)
{
    static const struct rota_rule rules[] = {
        {.kind = ROTA_RUN, .duties = WORK, .days = (1 << 14) - 1, .max = 5, .over = 1, .hard = true},
        {.kind = ROTA_RUN, .duties = 1 << N, .days = (1 << 14) - 1, .max = 2, .over = 1, .hard = true},
        {.kind = ROTA_PATTERN, .n_steps = 2, .step = {1 << N, 1 << E | 1 << L}, .days = (1 << 14) - 1, .over = 1, .hard = true},
        {.kind = ROTA_COUNT, .duties = WORK, .days = (1 << 14) - 1, .min = 5, .max = 7, .under = 1, .over = 1},
    };
    struct rota rota = rota_of(a, 14, 7, rules, 4);
    struct rota_cover *cover = arena_array(a, struct rota_cover, 42);
    for (int d = 0; d < 14; d++)
        for (int j = 1; j < DUTIES; j++)
            cover[rota.n_cover++] = (struct rota_cover){d, (uint64_t)1 << j, 1, 1, 1, 1, true};
    rota.cover = cover;
    rota.allowed[3 * 14 + 5] = 1; /* on leave */
    return rota;
}

static void the_same_seed_gives_the_same_roster(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct rota rota = little_post(a);
    uint8_t *one = rota_roster(a, &rota), *two = rota_roster(a, &rota), *three = rota_roster(a, &rota);
    struct rota_score score;
    const uint8_t seed[ROTA_SEED_LEN] = {1, 2, 3}, other[ROTA_SEED_LEN] = {1, 2, 4};
    memset(two, N, 14 * 7); /* what stands there before does not matter */
    assert_int_equal(rota_solve(&rota, seed, 300000, one, &score, NULL), 0);
    assert_int_equal(rota_solve(&rota, seed, 300000, two, NULL, NULL), 0);
    assert_int_equal(rota_solve(&rota, other, 300000, three, NULL, NULL), 0);
    assert_memory_equal(one, two, 14 * 7);
    assert_memory_not_equal(one, three, 14 * 7);
    assert_int_equal(score.hard, 0);
    assert_int_equal(score.soft, 0);
    const struct rota_score judged = rota_judge(a, &rota, one, NULL, NULL);
    assert_int_equal(judged.hard, 0);
    assert_int_equal(judged.soft, 0);
    arena_free(a);
}

struct watching { int told, stop_after; int64_t done; struct rota_score best; };

static bool keep_watch(void *arg, int64_t done, struct rota_score best)
{
    struct watching *w = arg;
    assert_true(done > w->done);
    assert_true(w->told == 0 || best.hard < w->best.hard || (best.hard == w->best.hard && best.soft <= w->best.soft));
    w->done = done;
    w->best = best;
    return ++w->told != w->stop_after;
}

static void a_watched_search_finds_the_same_and_a_stopped_one_nothing(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const uint8_t seed[ROTA_SEED_LEN] = {1, 2, 3};
    struct rota rota = little_post(a);
    const struct rota_request never = {3, 5, (uint64_t)1 << N, true, 1, false}; /* she is on leave: nothing ends the search early */
    rota.requests = &never;
    rota.n_requests = 1;
    uint8_t *alone = rota_roster(a, &rota), *watched = rota_roster(a, &rota);
    struct rota_score score;
    struct watching all = {0}, some = {.stop_after = 2};
    struct err err = {0};
    assert_int_equal(rota_solve(&rota, seed, 3000000, alone, &score, NULL), 0);
    assert_int_equal(rota_solve_watched(&rota, seed, 3000000, &(struct rota_watch){keep_watch, &all}, watched, NULL, &err), 0);
    assert_memory_equal(alone, watched, 14 * 7);
    assert_true(all.told > 2);
    assert_int_equal(all.done, 3000000);
    assert_int_equal(all.best.soft, score.soft);
    assert_int_equal(rota_solve_watched(&rota, seed, 3000000, &(struct rota_watch){keep_watch, &some}, watched, NULL, &err), ERR_RETRY);
    assert_int_equal(some.told, 2);
    assert_true(some.done < 3000000);
    arena_free(a);
}

/* FNV-1a of the roster of a fixed rota, seed and count: if this changes, rosters that were published can no longer be recomputed. */
static void a_published_roster_can_be_recomputed(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct rota rota = little_post(a);
    uint8_t *roster = rota_roster(a, &rota);
    assert_int_equal(rota_solve(&rota, (const uint8_t[ROTA_SEED_LEN]){9}, 100000, roster, NULL, NULL), 0);
    uint64_t hash = 0xcbf29ce484222325;
    for (int i = 0; i < 14 * 7; i++)
        hash = (hash ^ roster[i]) * 0x100000001b3;
    assert_int_equal(hash, 0x5eeb8798c955a75d);
    arena_free(a);
}

/* Everybody stands at a post every day, and no two may stand together twice: with as many posts as a prime or a power of two there are lines (lines.c),
 * for a day more than posts where the columns can be divided; with six posts the search has to find it. */
static void nobody_meets_twice(void **state)
{
    (void)state;
    static const struct {
        int posts, size, days;
        int64_t moves;
    } halls[] = {{8, 4, 9, 1}, {4, 4, 5, 1}, {5, 5, 5, 1}, {16, 3, 16, 1}, {6, 3, 4, 3000000}};
    for (size_t i = 0; i < sizeof halls / sizeof halls[0]; i++) {
        struct arena *a = arena_new();
        const int n = halls[i].posts * halls[i].size, days = halls[i].days;
        struct rota rota = rota_of(a, days, n, NULL, 0);
        rota.n_duties = halls[i].posts + 1;
        rota.duties = arena_array(a, struct rota_duty, (size_t)rota.n_duties);
        rota.meetings = (struct rota_meetings){rota_all_duties(&rota) & ~(uint64_t)1, 1, 1, false};
        struct rota_cover *cover = arena_array(a, struct rota_cover, (size_t)(days * halls[i].posts));
        for (int d = 0; d < days; d++)
            for (int j = 1; j < rota.n_duties; j++)
                cover[rota.n_cover++] = (struct rota_cover){d, (uint64_t)1 << j, halls[i].size, halls[i].size, 1, 1, true};
        rota.cover = cover;
        for (int c = 0; c < n * days; c++)
            rota.allowed[c] = rota.meetings.duties;
        uint8_t *roster = rota_roster(a, &rota);
        assert_int_equal(rota_solve(&rota, (const uint8_t[ROTA_SEED_LEN]){3}, halls[i].moves, roster, NULL, NULL), 0);
        const struct rota_score score = rota_judge(a, &rota, roster, NULL, NULL);
        if (score.hard || score.soft)
            fail_msg("%d posts of %d, %d days: %lld, %lld", halls[i].posts, halls[i].size, days, (long long)score.hard, (long long)score.soft);
        arena_free(a);
    }
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct rota rota = little_post(a);
    uint8_t *roster = rota_roster(a, &rota);
    rota.allowed[5] = 0;
    assert_int_equal(rota_solve(&rota, (const uint8_t[ROTA_SEED_LEN]){1}, 100, roster, NULL, &err), ERR_INPUT);
    rota = little_post(a);
    struct rota_rule heavy = {.kind = ROTA_COUNT, .duties = WORK, .days = 1, .over = ROTA_WEIGHT_MAX, .hard = true};
    rota.officers[0].rules[0] = rota.officers[0].rules[1] = &heavy;
    assert_int_equal(rota_solve(&rota, (const uint8_t[ROTA_SEED_LEN]){1}, 100, roster, NULL, &err), ERR_LIMIT);
    rota.n_days = 65;
    assert_int_equal(rota_check(&rota, &err), ERR_LIMIT);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_rule_costs_what_a_person_counts),
        cmocka_unit_test(reckoning_follows_the_judge_whatever_changes),
        cmocka_unit_test(a_breach_is_a_sentence),
        cmocka_unit_test(the_same_seed_gives_the_same_roster),
        cmocka_unit_test(a_watched_search_finds_the_same_and_a_stopped_one_nothing),
        cmocka_unit_test(a_published_roster_can_be_recomputed),
        cmocka_unit_test(nobody_meets_twice),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests_name("rota", tests, NULL, NULL);
}
