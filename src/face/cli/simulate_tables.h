/* simulate_tables: what comity desk simulate found, as tables for the terminal, as JSON, as CSV.
 *
 *     simulate_text(cli, job, &b);
 *
 * Not here: options and the work (cmd_desk_simulate.c).
 */
#ifndef COMITY_FACE_SIMULATE_TABLES_H
#define COMITY_FACE_SIMULATE_TABLES_H

#include "face/cli/cli.h"
#include "work/desk/simulate_day.h"
#include "work/desk/simulate_table.h"

struct sim_job {
    struct sim_plan plan;
    unsigned seeds, days, lane;
    struct sim_lane lanes[SIM_LANES_MAX];
    uint64_t serves[LINE_COUNTERS_MAX];
    double minutes;  /* of a mean case; 0: waits are in mean cases */
    double measured; /* mean wait of the hours in minutes */
    size_t left_out;
    struct sim_fit fit;
    struct sim_check check;
    struct sim_row rows[SIM_TRIES];
    struct sim_step steps[SIM_STEPS];
    struct sim_clock_hour day[SIM_CLOCK];
    int n_rows, n_steps;
};

void simulate_json(const struct sim_job *job, struct buf *b);
void simulate_csv(struct cli *cli, const struct sim_job *job, struct buf *b);
void simulate_text(struct cli *cli, const struct sim_job *job, struct buf *b);

#endif
