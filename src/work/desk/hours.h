/* hours: what came in each hour of real days, from a table, for the simulator.
 *
 * What: CSV with a column of arrivals (arrivals, all_total), one of open counters (counters, all_booths), perhaps one of the mean wait in minutes
 *       (wait, all_avg_wait), of flights (flights, all_flights), of the day (date) and the hour (hour: "7", "0700 - 0800"), perhaps how many waited
 *       how long (all_n_0..15 and so on). The second names are those of the published waits at airports of the United States.
 * Why:  a line's figures convince a hall when they come out as its own did.
 *
 *     hours_read("ORD-2019.csv", 30, a, &hours, &n, &err);    // 30 days; hours without a row are empty
 *
 * Not here: what a service takes: it cannot be seen in such a table, sim_calibrate finds what fits.
 */
#ifndef COMITY_DESK_HOURS_H
#define COMITY_DESK_HOURS_H

#include "ground/base/base.h"
#include "work/desk/simulate.h"

enum { HOURS_DAYS_MAX = 3660, HOURS_PEOPLE_MAX = 5000 /* of a line */ };

/* Hours of the first `days` days of the table (0: all), 24 a day, from arena. Bad rows are left out: *left_out says how many. ERR_INPUT: no such
 * columns, or no hour. */
int hours_read(const char *path, unsigned days, struct arena *a, struct sim_hour **hours, size_t *n, size_t *left_out, struct err *err) MUST_USE;

/* The hours of one day as somebody writes them: a line each, "7 200 5 2": the hour, people, counters, perhaps flights, with blanks, commas or semicolons
 * between. False: a line is none. Empty lines are passed over, hours without a line are left as they are. */
bool hours_read_lines(str text, struct sim_hour day[static SIM_CLOCK]) MUST_USE;

#endif
