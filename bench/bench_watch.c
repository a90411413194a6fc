/* bench_watch: the watch over made logs: 1,000 with nothing arranged, 1,000 with one pair that meets 2.5 times as often as drawn, one of a million calls; and
 * over 1,000 logs of days of a hall, replayed through its own line.
 *
 *     bench_watch days 5000      only those of days, of the 1,000 seeds from there on
 *     bench_watch lines          only the first 1,000 logs
 *     bench_watch planted        only those with one pair
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "work/watch/made_days.h"
#include "work/watch/made_logs.h"
#include "work/watch/watch.h"

#define LOGS 1000

static void figure(const char *what, const char *ours, const char *beside, const char *reach)
{
    printf("figure\t%s\t%s\t%s\t\t%s\n", what, ours, beside, reach);
}

/* Of calls; those of rotas are held to the same in work/watch rotas. */
enum { TESTS = WATCH_REFUSERS + 1 };
static const char *const tests[TESTS] = {"meetings", "times", "overrides by counter", "overrides by who was called", "refusals by counter", "refusals by who was called"};

static void null_logs(void)
{
    double wrong[WATCH_TESTS] = {0}, tested[WATCH_TESTS] = {0};
    char ours[64];
    for (uint64_t seed = 1; seed <= LOGS; seed++) {
        struct arena *a = arena_new();
        struct watch_log log = made_line(a, 5000 + seed, 10000, 10, 200);
        const struct watch_result *r = watch_examine(a, &log, WATCH_LEVEL, 0);
        for (size_t f = 0; f < r->n; f++) {
            wrong[r->families[f].test] += r->families[f].found > 0;
            tested[r->families[f].test] += (double)r->families[f].tested;
        }
        arena_free(a);
    }
    for (size_t t = 0; t < TESTS; t++) {
        printf("%s: %.0f of %d null logs of 10,000 calls had a finding, %.0f tested in each\n", tests[t], wrong[t], LOGS, tested[t] / LOGS);
        snprintf(ours, sizeof ours, "%.1f %%", 100 * wrong[t] / LOGS);
        char what[96];
        snprintf(what, sizeof what, "watch, 1,000 null logs, %s: mean false discovery proportion", tests[t]);
        figure(what, ours, "level 5 %", "<= 5 %");
    }
}

/* Three days of 400 calls each: whether a family has a finding, of so many logs, with the interval in which the true share lies (two standard errors). */
static void null_days(uint64_t from)
{
    int wrong[WATCH_TESTS] = {0};
    for (uint64_t log = from; log < from + LOGS; log++) {
        struct arena *a = arena_new();
        struct draws *d = draws_new();
        for (unsigned day = 0; day < 3; day++)
            made_day_of(d, log, day, 400, 1, 1);
        const struct watch_log calls = draws_log(d);
        const struct watch_result *r = watch_examine(a, &calls, WATCH_LEVEL, 0);
        for (size_t f = 0; f < r->n; f++)
            wrong[r->families[f].test] += r->families[f].found > 0;
        draws_free(d);
        arena_free(a);
    }
    for (size_t t = WATCH_MEETINGS; t <= WATCH_TIMES; t++) {
        const double share = (double)wrong[t] / LOGS;
        char ours[64], what[112];
        snprintf(ours, sizeof ours, "%.1f %% (+-%.1f)", 100 * share, 200 * sqrt(share * (1 - share) / LOGS));
        snprintf(what, sizeof what, "watch, 1,000 logs of days of a hall from seed %llu, %s: with a false finding", (unsigned long long)from, tests[t]);
        figure(what, ours, "level 5 %", "<= 5 %");
    }
}

static void planted(void)
{
    int found = 0;
    double proportion = 0;
    char ours[64], beside[64];
    double p[200], lifted[200];
    struct arena *all = arena_new();
    for (size_t i = 0; i < 200; i++) {
        p[i] = .1;
        lifted[i] = .25;
    }
    const struct chances drawn = chances_new(all, p, 200), met = chances_new(all, lifted, 200);
    snprintf(beside, sizeof beside, "exact, strictest step: %.1f %%", 100 * chances_tail(&met, chances_bound(&drawn, WATCH_LEVEL / MADE_PAIRS)));
    for (uint64_t seed = 1; seed <= LOGS; seed++) {
        struct arena *a = arena_new();
        struct watch_log log = made_planted(a, 90000 + seed, 200, 2.5);
        const struct watch_family *f = &watch_examine(a, &log, WATCH_LEVEL, 0)->families[0];
        size_t right = 0;
        for (size_t i = 0; i < f->found; i++)
            right += f->findings[i].of == 0;
        found += right > 0;
        proportion += f->found ? 1 - (double)right / (double)f->found : 0;
        arena_free(a);
    }
    snprintf(ours, sizeof ours, "%.1f %%", 100. * found / LOGS);
    figure("watch, lift 2.5 at n = 200, p .1, among 10,000 tested: found", ours, beside, ">= 90 %");
    arena_free(all);
    snprintf(ours, sizeof ours, "%.1f %%", 100 * proportion / LOGS);
    figure("  and what else stands out: mean false discovery proportion", ours, "level 5 %", "<= 5 %");
}

static void million(void)
{
    enum { CALLS = 1000000 };
    struct arena *a = arena_new();
    struct watch_log log = made_line(a, 7, CALLS, 40, 5000);
    int64_t took[3];
    for (int i = 0; i < 3; i++) {
        int64_t begun = clock_monotonic_ns();
        const struct watch_result *r = watch_examine(a, &log, WATCH_LEVEL, WATCH_SHOWN);
        took[i] = clock_monotonic_ns() - begun;
        if (i == 0)
            for (size_t f = 0; f < r->n; f++)
                printf("%s: %zu pairs, %zu tested, %zu stand out\n", tests[r->families[f].test], r->families[f].pairs, r->families[f].tested, r->families[f].found);
    }
    int64_t low = took[0] < took[1] ? took[0] : took[1], high = took[0] < took[1] ? took[1] : took[0];
    int64_t median = took[2] < low ? low : took[2] > high ? high : took[2];
    char ours[64];
    snprintf(ours, sizeof ours, "%.2f s", (double)median / 1e9);
    figure("watch, 1,000,000 calls of 10, 40 counters: all tests", ours, "", "");
    arena_free(a);
}

int main(int n, char **args)
{
    if (n == 3 && strcmp(args[1], "days") == 0) {
        null_days(strtoull(args[2], NULL, 10));
        return 0;
    }
    if (n == 2 && strcmp(args[1], "planted") == 0) {
        planted();
        return 0;
    }
    null_logs();
    if (n == 2 && strcmp(args[1], "lines") == 0)
        return 0;
    null_days(1);
    planted();
    million();
    return 0;
}
