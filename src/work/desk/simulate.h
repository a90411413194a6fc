/* simulate: what a hall's line does to waits, and to a traveller and an officer in league.
 *
 * What: a day of any length in memory: people come, counters serve, and every step goes through the machine of line.h: the same code that runs a
 *       hall. Rows (join the shortest), one plain line, one line with the draw; an accomplice who tries to reach an officer of her choice.
 * Why:  the rules were chosen by these figures, and a hall should see its own before it believes them, or pays for another counter.
 *
 *     struct sim_plan plan = {.line = SIM_DRAW, .counters = 10, .load = 0.97, .travellers = 1000000, .every = 400, .attack = SIM_HOLD, .seed = 1};
 *     struct sim_result got;
 *     sim_run(&plan, &got, &err);          // got.mean in mean service times, got.reached of got.accomplices
 *
 * Time is counted in mean service times. The same plan and seed give the same result, to the last digit.
 * Pure: randomness comes from the seed, by a fast generator that is good for figures and for nothing else.
 * Not here: the draw's cryptography (draw.h; its lots are as even as these), people who give up, several accomplices at once: n of them, or n
 * tries, give 1 - (1 - chance)^n.
 */
#ifndef COMITY_DESK_SIMULATE_H
#define COMITY_DESK_SIMULATE_H

#include <stddef.h>

#include "work/desk/line.h"

enum sim_line { SIM_ROWS, SIM_SERPENTINE, SIM_DRAW, SIM_LINES };

enum sim_service { SIM_EXPONENTIAL, SIM_FIXED, SIM_ERLANG /* of 4 */, SIM_MIXED /* one of ten is eight times as long as the others */, SIM_SERVICES };

enum {
    SIM_HOLD = 1, /* stretches a case while she is near and cannot be called yet, by up to `hold` */
    SIM_RUSH = 2, /* a case that begins while she can be called takes `rush` of its time */
    SIM_HURRY = 4, /* so does what is left of the case he has when she comes into reach */
    SIM_WAIT = 8, /* also stretches a case when she is about to be due by the cap: the hold against the cap itself */
};

/* What came in an hour, and how many counters were open in it; 0: as many as in the hour before. */
struct sim_hour {
    double arrivals, wait_minutes; /* wait: as measured, mean of those who came; 0 when nobody measured */
    uint16_t counters;
};

struct sim_plan {
    enum sim_line line;
    enum sim_service service;
    unsigned counters;     /* 1 to LINE_COUNTERS_MAX */
    double load;           /* work that comes for each counter, below 1 */
    uint16_t window, cap;  /* of SIM_DRAW; 0: those of line.h */
    uint64_t travellers;   /* counted, after the warm-up */
    uint64_t warm_up;      /* travellers who are not counted; 0: a tenth, at least 1,000 */
    uint64_t seed;
    unsigned every;        /* one traveller in so many is an accomplice, one at a time; 0: nobody is */
    unsigned attack;       /* SIM_HOLD | ... */
    unsigned officers;     /* in league; 0 counts as 1 */
    unsigned tries;        /* calls she takes: 2 refuses the first that is not to an officer of hers; 0 counts as 1 */
    double hold, rush;     /* 0: 3 mean service times; 0.3 */
    unsigned near;         /* places before the window in which he begins to stretch; 0: twice the counters, where it helps him most */
    /* Instead of load and counters: hours as they were, one after the other, from the first to the last or until `travellers`. Not with rows. */
    const struct sim_hour *hours;
    size_t n_hours;
    double service_minutes;
    unsigned more;         /* counters open beyond those of the hours */
};

struct sim_result {
    uint64_t travellers;
    double mean, p50, p95, p99, most;  /* waits, in mean service times */
    double overtaking;                 /* share of travellers who were called before somebody who came earlier */
    uint16_t most_overtaken;           /* within a line; not known for rows */
    uint64_t overtakes, due, calls;
    uint64_t accomplices, reached;
    double chance;                     /* reached of accomplices; 0 when there were none */
    double busy;                       /* of the time of open counters; 0 with hours */
};

/* ERR_INPUT: a plan that cannot be. */
int sim_run(const struct sim_plan *plan, struct sim_result *result, struct err *err) MUST_USE;

/* A figure over several seeds: mean, and half the width of its 95 % interval (Student; 0 for one seed). */
struct sim_figure { double mean, half; };
struct sim_summary {
    struct sim_figure wait, p50, p95, p99, overtaking, chance;
    double most;
    uint16_t most_overtaken;
    uint64_t travellers, accomplices, reached;
};

/* plan->seed, and the seeds behind it. seeds: from 1 to SIM_SEEDS_MAX. */
enum { SIM_SEEDS_MAX = 1000 };
int sim_runs(const struct sim_plan *plan, unsigned seeds, struct sim_summary *summary, struct err *err) MUST_USE;

/* Mean wait of M/M/c in mean service times (Erlang C): what sim_run must find with exponential service, whatever the order of calls. */
double sim_erlang_wait(unsigned counters, double load);

/* The service time in minutes at which these hours give the mean wait that was measured in them. ERR_INPUT: nobody measured, or none does. */
int sim_calibrate(const struct sim_plan *plan, double *service_minutes, struct err *err) MUST_USE;

/* Mean wait as measured over hours, each traveller counted; 0: nobody measured. */
double sim_measured_wait(const struct sim_hour *hours, size_t n);

#endif
