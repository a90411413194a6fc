/* simulate_runs: a plan over several seeds, so that a figure comes with how far it may be off.
 *
 *     struct sim_summary s;
 *     sim_runs(&plan, 20, &s, &err);          // s.chance.mean, and half the width of its 95 % interval in s.chance.half
 *
 * Not here: one run (simulate.h), which plans are worth a row (simulate_table.h).
 */
#ifndef COMITY_DESK_SIMULATE_RUNS_H
#define COMITY_DESK_SIMULATE_RUNS_H

#include "work/desk/simulate.h"

/* A figure over several seeds: mean, and half the width of its 95 % interval (Student; 0 for one seed). */
struct sim_figure { double mean, half; };

struct sim_summary {
    struct sim_figure wait, p50, p95, p99, overtaking, chance, group_chance;
    struct sim_figure gone;    /* share of those who came and went away again, or did not join */
    struct sim_figure checked; /* share of accomplices who ended in the secondary check */
    struct sim_figure shunned; /* people sent away for each of a group */
    struct { struct sim_figure wait, p95; } lanes[SIM_LANES_MAX];
    double most;
    uint16_t most_overtaken;
    uint64_t travellers, accomplices, reached, groups;
};

/* plan->seed, and the seeds behind it. seeds: from 1 to SIM_SEEDS_MAX. */
enum { SIM_SEEDS_MAX = 1000 };
int sim_runs(const struct sim_plan *plan, unsigned seeds, struct sim_summary *summary, struct err *err) MUST_USE;

#endif
