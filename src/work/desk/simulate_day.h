/* simulate_day: hours as they were: which service time fits them, how well, and what the next counter buys at each hour of the day.
 *
 *     struct sim_fit fit;
 *     sim_calibrate(&plan, &fit, &err);              // plan.hours with measured waits
 *     sim_use(&plan, &fit);                          // the plan with what was found
 *     sim_check(&plan, &check, &err);                // of these hours, or of others that were held out: measured beside found
 *     sim_by_hour(&plan, day, &err);                 // waits by the clock, and minutes of waiting that a counter more saves
 *
 * Not here: reading tables (hours.h). A service time is never seen in such a table: it is what fits, under this model of how people come.
 */
#ifndef COMITY_DESK_SIMULATE_DAY_H
#define COMITY_DESK_SIMULATE_DAY_H

#include "work/desk/simulate.h"

struct sim_fit { double service_minutes, pace[SIM_CLOCK]; };

struct sim_check {
    double measured_wait, found_wait;                       /* minutes, the way from the aircraft included */
    double measured[SIM_CLASSES], found[SIM_CLASSES];       /* shares by length of wait; measured: all 0 when nobody counted */
    double clock_measured[SIM_CLOCK], clock_found[SIM_CLOCK];
    double people[SIM_CLOCK];                               /* a day */
    double off;                                             /* the largest difference of two shares */
    double clock_off;                                       /* minutes by which an hour's mean wait differs, in the mean over people */
};

struct sim_clock_hour {
    double people, counters;            /* a day; mean of the days on which it was open */
    double mean, p95, p99, measured;    /* minutes in line; measured with the way, 0: nobody did */
    double saved;                       /* minutes of all people's waiting a day that one counter more in this hour takes away, also from later hours */
};

/* Mean wait as measured over hours, each traveller counted; 0: nobody measured. */
double sim_measured_wait(const struct sim_hour *hours, size_t n);

/* The service time at which these hours give the mean wait that was measured in them; rounds > 0: then the pace of each hour of the day, so often
 * corrected. ERR_INPUT: nobody measured, or none does. */
int sim_calibrate(const struct sim_plan *plan, unsigned rounds, struct sim_fit *fit, struct err *err) MUST_USE;
void sim_use(struct sim_plan *plan, const struct sim_fit *fit); /* fit is borrowed */
int sim_check(const struct sim_plan *plan, struct sim_check *check, struct err *err) MUST_USE;

/* One run, and one for each hour of the day in which somebody comes, the same people in all. */
int sim_by_hour(const struct sim_plan *plan, struct sim_clock_hour day[static SIM_CLOCK], struct err *err) MUST_USE;

#endif
