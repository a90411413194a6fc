/* bench_desk: the figures of the hall's line, by the simulator that runs its code: what an accomplice reaches, waits beside theory, speed.
 *
 *     bench_desk [TRAVELLERS [SEEDS]]        a run (default 1000000), runs (default 20); COMITY_DATA: where desk/cbp_awt is
 *     bench_desk hours                       the real hours alone
 *     bench_desk speed TRAVELLERS            M/M/5 at load 0.9, as the peer does it: travellers a second
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "work/desk/hours.h"
#include "work/desk/simulate_day.h"
#include "work/desk/simulate_table.h"

static const struct sim_plan hall = {.counters = 10, .load = 0.97, .seed = 1};

static void must(int r, const struct err *err)
{
    if (r < 0) {
        fprintf(stderr, "bench_desk: %s\n", err->text);
        exit(1);
    }
}

static const char *const reach[SIM_TRIES] = {
    [SIM_TRY_ROWS] = "1", [SIM_TRY_PLAIN_HOLD] = "(.683)", [SIM_TRY_LUCK] = "<= .11", [SIM_TRY_HOLD] = "<= .15", [SIM_TRY_RUSH] = "<= .25",
    [SIM_TRY_HURRY] = "not held", [SIM_TRY_ALL] = "not held", [SIM_TRY_SHUN] = "not held", [SIM_TRY_DOOR] = "not held", [SIM_TRY_DOOR_ALL] = "not held", [SIM_TRY_FORESEE] = "not held",
};

static void chances(uint64_t travellers, unsigned seeds)
{
    struct sim_plan plan = hall;
    plan.every = 400;
    plan.travellers = travellers;
    for (int i = 0; i < SIM_TRIES; i++) {
        struct sim_row row;
        struct err err = {0};
        must(sim_compare_one(&plan, seeds, (enum sim_try)i, &row, &err), &err);
        printf("figure\tchance at c = 10, load .97, %u seeds: %s, %s\t%.4f ±%.4f\tluck %.2f\t%" PRIu64 " accomplices, overtaken at most %u\t%s\n", seeds,
               sim_line_word(row.line), sim_try_word(row.what), row.chance.mean, row.chance.half, row.luck, row.found.accomplices, row.found.most_overtaken,
               reach[i] ? reach[i] : "-");
        fflush(stdout);
    }
    plan.load = 0.8;
    struct sim_row row;
    struct err err = {0};
    must(sim_compare_one(&plan, seeds, SIM_TRY_DOOR, &row, &err), &err);
    printf("figure\tthe same at load .80: draw, wait at the door\t%.4f ±%.4f\tluck .10\t-\tnot held\n", row.chance.mean, row.chance.half);
}

static struct sim_summary quiet(enum sim_line line, uint64_t travellers, unsigned seeds)
{
    struct sim_summary s;
    struct err err = {0};
    struct sim_plan plan = hall;
    plan.line = line;
    plan.travellers = travellers;
    must(sim_runs(&plan, seeds, &s, &err), &err);
    return s;
}

static void waits(uint64_t travellers, unsigned seeds)
{
    const double theory = sim_erlang_wait(hall.counters, hall.load);
    const struct sim_summary plain = quiet(SIM_SERPENTINE, travellers, seeds), draw = quiet(SIM_DRAW, travellers, seeds);
    printf("waits over %" PRIu64 " travellers a line: serpentine %.4f ±%.4f, draw %.4f ±%.4f, Erlang C %.4f\n", draw.travellers, plain.wait.mean,
           plain.wait.half, draw.wait.mean, draw.wait.half, theory);
    printf("figure\tmean wait with the draw, off Erlang C, %u seeds\t%+.2f %% (±%.2f)\tserpentine %+.2f %%\t-\twithin 2 %%\n", seeds,
           100 * (draw.wait.mean / theory - 1), 100 * draw.wait.half / theory, 100 * (plain.wait.mean / theory - 1));
    printf("figure\tp99 of waits with the draw, beside the serpentine's\t%.2f ±%.2f\t%.2f ±%.2f\t%+.1f %%\t<= +15 %%\n", draw.p99.mean, draw.p99.half,
           plain.p99.mean, plain.p99.half, 100 * (draw.p99.mean / plain.p99.mean - 1));
    printf("figure\tmost often overtaken in %.0f million\t%u\t-\t-\tnever above 15\n", (double)draw.travellers / 1e6, draw.most_overtaken);
}

static double rate(const struct sim_plan *plan)
{
    double best = 0;
    for (int i = 0; i < 3; i++) {
        struct sim_result got;
        struct err err = {0};
        const int64_t begun = clock_monotonic_ns();
        must(sim_run(plan, &got, &err), &err);
        const double here = (double)(plan->travellers + plan->warm_up) / ((double)(clock_monotonic_ns() - begun) / 1e9);
        best = here > best ? here : best;
    }
    return best;
}

static int speed(uint64_t travellers)
{
    struct sim_plan plan = {.line = SIM_DRAW, .counters = 10, .load = 0.97, .travellers = travellers, .warm_up = 1000, .seed = 1};
    const double hard = rate(&plan);
    plan.counters = 5;
    plan.load = 0.9;
    printf("%.0f %.0f\n", hard, rate(&plan));
    return 0;
}

enum { FIT_DAYS = 180, ROUNDS = 4 };

/* Every second day, from `first` on. */
static size_t every_second_day(const struct sim_hour *hours, size_t n, size_t first, struct sim_hour *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (i / SIM_CLOCK % 2 == first)
            out[kept++] = hours[i];
    return kept;
}

static bool hours_of(struct arena *a, const char *year, struct sim_hour **hours, size_t *n)
{
    const char *data = getenv("COMITY_DATA");
    size_t left_out;
    struct err err = {0};
    const bool there = hours_read(str_printf(a, "%s/desk/cbp_awt/ORD-%s.csv", data ? data : "../shared/data", year).p, FIT_DAYS, a, hours, n, &left_out, &err) == 0;
    if (!there)
        printf("real hours: left out, %s\n", err.text);
    return there;
}

static void show_fit(const struct sim_plan *plan, const char *what, const char *goal)
{
    struct sim_check check;
    struct err err = {0};
    must(sim_check(plan, &check, &err), &err);
    printf("figure\tO'Hare, %s: mean wait; largest difference of a share; an hour's mean wait is off by\t%.1f minutes; %.1f points; %.1f minutes\tmeasured %.1f\t-\t%s\n",
           what, check.found_wait, 100 * check.off, check.clock_off, check.measured_wait, goal);
    printf("  shares up to 15, 30, 45, 60, 90, 120 minutes, longer: found");
    for (int i = 0; i < SIM_CLASSES; i++)
        printf(" %.2f", 100 * check.found[i]);
    printf(", measured");
    for (int i = 0; i < SIM_CLASSES; i++)
        printf(" %.2f", 100 * check.measured[i]);
    printf("\n");
    fflush(stdout);
}

/* Fitted to every second day of half a year, first as one mean case, then with the pace of each hour of the day; shown for those, for the days between, and for another year. */
static void real_hours(void)
{
    struct arena *a = arena_new();
    struct sim_hour *year, *other;
    struct sim_fit fit, moved;
    struct err err = {0};
    size_t n, n_other;
    if (hours_of(a, "2019", &year, &n) && hours_of(a, "2018", &other, &n_other)) {
        struct sim_hour *half = arena_array(a, struct sim_hour, n);
        struct sim_plan plan = {.line = SIM_DRAW, .hours = half, .seed = 1, .walk = 6};
        for (unsigned rounds = 0; rounds <= ROUNDS; rounds += ROUNDS) {
            plan.n_hours = every_second_day(year, n, 0, half);
            plan.pace = NULL;
            must(sim_calibrate(&plan, rounds, &fit, &err), &err);
            sim_use(&plan, &fit);
            printf("O'Hare, terminal 5, every second day of half of 2019: a case of %.2f minutes%s\n", fit.service_minutes, rounds ? ", by the hour" : "");
            show_fit(&plan, rounds ? "by the hour, days it was fitted to" : "days it was fitted to", "<= 3 points");
            plan.n_hours = every_second_day(year, n, 1, half);
            show_fit(&plan, rounds ? "by the hour, days held out" : "days held out", "<= 3 points");
        }
        plan.hours = other;
        plan.n_hours = n_other;
        show_fit(&plan, "the year before, held out", "-");
        must(sim_calibrate(&plan, 0, &moved, &err), &err);
        plan.service_minutes = moved.service_minutes;
        printf("the year before, with one number of its own: a case of %.2f minutes\n", moved.service_minutes);
        show_fit(&plan, "the year before, its own mean case", "-");
        plan.service_minutes = fit.service_minutes;
        plan.hours = year;
        plan.n_hours = n;
        for (plan.more = 0; plan.more < 4; plan.more++) {
            struct sim_summary s;
            must(sim_runs(&plan, 1, &s, &err), &err);
            printf("  %u more counters in each hour: mean %.1f, p95 %.1f, p99 %.1f minutes\n", plan.more, s.wait.mean * fit.service_minutes,
                   s.p95.mean * fit.service_minutes, s.p99.mean * fit.service_minutes);
        }
    }
    arena_free(a);
}

int main(int argc, char **argv)
{
    int64_t travellers = 1000000, seeds = 20;
    if (argc == 3 && strcmp(argv[1], "speed") == 0 && str_to_int(str_from(argv[2]), 1000, 1000000000, &travellers))
        return speed((uint64_t)travellers);
    if (argc == 2 && strcmp(argv[1], "hours") == 0) {
        real_hours();
        return 0;
    }
    if ((argc > 1 && !str_to_int(str_from(argv[1]), 1000, 1000000000, &travellers)) || (argc > 2 && !str_to_int(str_from(argv[2]), 1, SIM_SEEDS_MAX, &seeds)))
        return 2;
    chances((uint64_t)travellers, (unsigned)seeds);
    waits(12 * (uint64_t)travellers, (unsigned)seeds); /* at this load a mean is slow to settle: fewer would not tell 2 % */
    real_hours();
    return 0;
}
