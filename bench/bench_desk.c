/* bench_desk: the figures of the hall's line, by the simulator that runs its code: what an accomplice reaches, waits beside theory, speed.
 *
 *     bench_desk [TRAVELLERS [SEEDS]]        a run (default 1000000), runs (default 20); COMITY_DATA: where desk/cbp_awt is
 *     bench_desk speed TRAVELLERS            M/M/5 at load 0.9, as the peer does it: travellers a second
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "work/desk/hours.h"

static const struct sim_plan hall = {.counters = 10, .load = 0.97, .seed = 1};

static void must(int r, const struct err *err)
{
    if (r < 0) {
        fprintf(stderr, "bench_desk: %s\n", err->text);
        exit(1);
    }
}

static struct sim_summary runs(enum sim_line line, unsigned every, unsigned attack, uint64_t travellers, unsigned seeds)
{
    struct sim_summary s;
    struct err err = {0};
    struct sim_plan plan = hall;
    plan.line = line;
    plan.every = every;
    plan.attack = attack;
    plan.travellers = travellers;
    must(sim_runs(&plan, seeds, &s, &err), &err);
    return s;
}

static void chances(uint64_t travellers, unsigned seeds)
{
    static const struct { enum sim_line line; unsigned attack; const char *what, *reach; } all[] = {
        {SIM_ROWS, 0, "rows: chooses hers", "1"},
        {SIM_SERPENTINE, 0, "serpentine, passive", "-"},
        {SIM_SERPENTINE, SIM_HOLD, "serpentine, holding", "(.683)"},
        {SIM_DRAW, 0, "draw, passive", "<= .11"},
        {SIM_DRAW, SIM_HOLD, "draw, holding", "<= .15"},
        {SIM_DRAW, SIM_HOLD | SIM_RUSH, "draw, holding and rushing", "<= .25"},
        {SIM_DRAW, SIM_HOLD | SIM_RUSH | SIM_HURRY, "draw, rushing the case at hand too", "not held"},
        {SIM_DRAW, SIM_HOLD | SIM_WAIT, "draw, holding for the cap too", "-"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct sim_summary s = runs(all[i].line, 400, all[i].attack, travellers, seeds);
        printf("%-36s %.4f ±%.4f (%" PRIu64 " accomplices), mean wait %.3f, most overtaken %u\n", all[i].what, s.chance.mean, s.chance.half, s.accomplices,
               s.wait.mean, s.most_overtaken);
        printf("figure\tchance at c = 10, load .97, %u seeds: %s\t%.4f ±%.4f\tfloor .10\t-\t%s\n", seeds, all[i].what, s.chance.mean, s.chance.half,
               all[i].reach);
        fflush(stdout);
    }
    struct sim_plan plan = hall;
    plan.line = SIM_DRAW;
    plan.every = 400;
    plan.travellers = travellers;
    static const struct { unsigned officers, tries; } more[] = {{2, 1}, {3, 1}, {1, 2}};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        struct sim_summary s;
        struct err err = {0};
        plan.officers = more[i].officers;
        plan.tries = more[i].tries;
        must(sim_runs(&plan, seeds, &s, &err), &err);
        printf("%u officers, %u tries: %.4f ±%.4f\n", plan.officers, plan.tries, s.chance.mean, s.chance.half);
    }
}

static void waits(uint64_t travellers, unsigned seeds)
{
    const double theory = sim_erlang_wait(hall.counters, hall.load);
    const struct sim_summary plain = runs(SIM_SERPENTINE, 0, 0, travellers, seeds), draw = runs(SIM_DRAW, 0, 0, travellers, seeds);
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

static void real_hours(void)
{
    const char *data = getenv("COMITY_DATA");
    struct arena *a = arena_new();
    struct sim_hour *hours;
    struct err err = {0};
    size_t n, left_out;
    double minutes;
    const char *path = str_printf(a, "%s/desk/cbp_awt/ORD-2019.csv", data ? data : "../shared/data").p;
    if (hours_read(path, 90, a, &hours, &n, &left_out, &err) < 0) {
        printf("real hours: left out, %s\n", err.text);
        arena_free(a);
        return;
    }
    struct sim_plan plan = {.line = SIM_DRAW, .hours = hours, .n_hours = n, .seed = 1};
    must(sim_calibrate(&plan, &minutes, &err), &err);
    plan.service_minutes = minutes;
    printf("O'Hare, terminal 5, 90 days of 2019: measured mean wait %.1f minutes; a case of %.2f minutes gives it\n", sim_measured_wait(hours, n), minutes);
    for (plan.more = 0; plan.more < 4; plan.more++) {
        struct sim_summary s;
        must(sim_runs(&plan, 3, &s, &err), &err);
        printf("  %u more counters in each hour: mean %.1f ±%.1f, p95 %.1f, p99 %.1f minutes\n", plan.more, s.wait.mean * minutes, s.wait.half * minutes,
               s.p95.mean * minutes, s.p99.mean * minutes);
    }
    arena_free(a);
}

int main(int argc, char **argv)
{
    int64_t travellers = 1000000, seeds = 20;
    if (argc == 3 && strcmp(argv[1], "speed") == 0 && str_to_int(str_from(argv[2]), 1000, 1000000000, &travellers))
        return speed((uint64_t)travellers);
    if ((argc > 1 && !str_to_int(str_from(argv[1]), 1000, 1000000000, &travellers)) || (argc > 2 && !str_to_int(str_from(argv[2]), 1, SIM_SEEDS_MAX, &seeds)))
        return 2;
    chances((uint64_t)travellers, (unsigned)seeds);
    waits(12 * (uint64_t)travellers, (unsigned)seeds); /* at this load a mean is slow to settle: fewer would not tell 2 % */
    real_hours();
    return 0;
}
