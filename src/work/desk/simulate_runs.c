#include "work/desk/simulate.h"

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

/* --- several seeds -------------------------------------------------------------------------------------------------- */

/* Student's 97.5 % quantile, within half a percent from 4 degrees of freedom on. */
static double student(double free)
{
    return 1.96 + 2.37 / free + 2.82 / (free * free) + 2.6 / (free * free * free);
}

struct sums { double sum, squares; };

static void add(struct sums *s, double x)
{
    s->sum += x;
    s->squares += x * x;
}

static struct sim_figure figure(const struct sums *s, unsigned n)
{
    struct sim_figure f = {.mean = s->sum / n};
    const double variance = n > 1 ? (s->squares - n * f.mean * f.mean) / (n - 1) : 0;
    if (variance > 0)
        f.half = student(n - 1) * sqrt(variance / n);
    return f;
}

int sim_runs(const struct sim_plan *plan, unsigned seeds, struct sim_summary *summary, struct err *err)
{
    struct sums wait = {0}, p50 = {0}, p95 = {0}, p99 = {0}, overtaking = {0}, chance = {0};
    struct sim_plan one = *plan;
    *summary = (struct sim_summary){0};
    if (seeds < 1 || seeds > SIM_SEEDS_MAX)
        return err_set(err, ERR_INPUT, "%u seeds: from 1 to %d", seeds, SIM_SEEDS_MAX);
    for (unsigned i = 0; i < seeds; i++, one.seed++) {
        struct sim_result got;
        int r = sim_run(&one, &got, err);
        if (r < 0)
            return r;
        add(&wait, got.mean);
        add(&p50, got.p50);
        add(&p95, got.p95);
        add(&p99, got.p99);
        add(&overtaking, got.overtaking);
        add(&chance, got.chance);
        summary->most = got.most > summary->most ? got.most : summary->most;
        summary->most_overtaken = got.most_overtaken > summary->most_overtaken ? got.most_overtaken : summary->most_overtaken;
        summary->travellers += got.travellers;
        summary->accomplices += got.accomplices;
        summary->reached += got.reached;
    }
    summary->wait = figure(&wait, seeds);
    summary->p50 = figure(&p50, seeds);
    summary->p95 = figure(&p95, seeds);
    summary->p99 = figure(&p99, seeds);
    summary->overtaking = figure(&overtaking, seeds);
    summary->chance = figure(&chance, seeds);
    return 0;
}

/* --- hours as they were --------------------------------------------------------------------------------------------- */

double sim_measured_wait(const struct sim_hour *hours, size_t n)
{
    double people = 0, minutes = 0;
    for (size_t i = 0; i < n; i++)
        if (hours[i].wait_minutes > 0) {
            people += hours[i].arrivals;
            minutes += hours[i].arrivals * hours[i].wait_minutes;
        }
    return people > 0 ? minutes / people : 0;
}

int sim_calibrate(const struct sim_plan *plan, double *service_minutes, struct err *err)
{
    const double measured = sim_measured_wait(plan->hours, plan->n_hours);
    struct sim_plan p = *plan;
    double least = 0.05, most = 60;
    if (!(measured > 0))
        return err_set(err, ERR_INPUT, "no hour has a measured wait to calibrate by");
    p.every = 0;
    for (int i = 0; i < 24 && most - least > 0.0005 * most; i++) {
        struct sim_result got;
        p.service_minutes = sqrt(least * most);
        int r = sim_run(&p, &got, err);
        if (r < 0)
            return r;
        if (got.mean * p.service_minutes > measured)
            most = p.service_minutes;
        else
            least = p.service_minutes;
    }
    *service_minutes = sqrt(least * most);
    return 0;
}
