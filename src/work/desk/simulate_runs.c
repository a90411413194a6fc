#include "work/desk/simulate_runs.h"

#include <math.h>

double sim_erlang_wait(unsigned counters, double load)
{
    const double offered = load * counters;
    double blocked = 1; /* Erlang B, counter by counter */
    for (unsigned c = 1; c <= counters; c++)
        blocked = offered * blocked / (c + offered * blocked);
    const double waits = blocked / (1 - load * (1 - blocked));
    return waits / (counters * (1 - load));
}

double sim_of_tries(double chance, unsigned n)
{
    return 1 - pow(1 - chance, n);
}

/* Student's 97.5 % quantile, within half a percent from 4 degrees of freedom on. */
static double student(double free)
{
    return 1.96 + 2.37 / free + 2.82 / (free * free) + 2.6 / (free * free * free);
}

/* While runs come in, a figure holds their sum and the sum of their squares. */
static void add(struct sim_figure *f, double x)
{
    f->mean += x;
    f->half += x * x;
}

static void finish(struct sim_figure *f, unsigned n)
{
    const double squares = f->half;
    f->mean /= n;
    const double variance = n > 1 ? (squares - n * f->mean * f->mean) / (n - 1) : 0;
    f->half = variance > 0 ? student(n - 1) * sqrt(variance / n) : 0;
}

static double share(uint64_t part, uint64_t of)
{
    return of ? (double)part / (double)of : 0;
}

static void add_run(struct sim_summary *s, const struct sim_result *got)
{
    add(&s->wait, got->waits.mean);
    add(&s->p50, got->waits.p50);
    add(&s->p95, got->waits.p95);
    add(&s->p99, got->waits.p99);
    add(&s->overtaking, got->overtaking);
    add(&s->chance, got->chance);
    add(&s->group_chance, got->group_chance);
    add(&s->gone, share(got->left + got->balked, got->left + got->balked + got->waits.n));
    add(&s->checked, share(got->checked, got->accomplices));
    add(&s->shunned, share(got->shunned, got->accomplices));
    for (size_t i = 0; i < SIM_LANES_MAX; i++) {
        add(&s->lanes[i].wait, got->lanes[i].mean);
        add(&s->lanes[i].p95, got->lanes[i].p95);
    }
    s->most = got->waits.most > s->most ? got->waits.most : s->most;
    s->most_overtaken = got->most_overtaken > s->most_overtaken ? got->most_overtaken : s->most_overtaken;
    s->travellers += got->waits.n;
    s->accomplices += got->accomplices;
    s->reached += got->reached;
    s->groups += got->groups;
}

int sim_runs(const struct sim_plan *plan, unsigned seeds, struct sim_summary *s, struct err *err)
{
    struct sim_plan one = *plan;
    *s = (struct sim_summary){0};
    if (seeds < 1 || seeds > SIM_SEEDS_MAX)
        return err_set(err, ERR_INPUT, "%u seeds: from 1 to %d", seeds, SIM_SEEDS_MAX);
    for (unsigned i = 0; i < seeds; i++, one.seed++) {
        struct sim_result got;
        int r = sim_run(&one, &got, err);
        if (r < 0)
            return r;
        add_run(s, &got);
    }
    struct sim_figure *const all[] = {&s->wait, &s->p50, &s->p95, &s->p99, &s->overtaking, &s->chance, &s->group_chance, &s->gone, &s->checked, &s->shunned};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        finish(all[i], seeds);
    for (size_t i = 0; i < SIM_LANES_MAX; i++) {
        finish(&s->lanes[i].wait, seeds);
        finish(&s->lanes[i].p95, seeds);
    }
    return 0;
}
