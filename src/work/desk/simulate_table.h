/* simulate_table: the two tables that a hall wants to see, for the command and the page alike.
 *
 * What: what each line costs in waits and lets through, attack by attack; and what one, two, three more counters buy.
 * Why:  one list of comparisons, so that the terminal, the page and the bench say the same.
 *
 *     struct sim_row rows[SIM_ROWS_MAX];
 *     n = sim_compare(&plan, seeds, rows, &err);       // or ERR_*
 *
 * Not here: words for people (the doors have them), drawing.
 */
#ifndef COMITY_DESK_SIMULATE_TABLE_H
#define COMITY_DESK_SIMULATE_TABLE_H

#include "work/desk/simulate.h"

enum { SIM_ROWS_MAX = 7, SIM_STEPS = 4 };

struct sim_row {
    enum sim_line line;
    unsigned attack;
    struct sim_summary found;
};

/* Every line with every attack that is of interest there: plan's line and attack are of no matter. Returns how many rows. */
int sim_compare(const struct sim_plan *plan, unsigned seeds, struct sim_row rows[static SIM_ROWS_MAX], struct err *err) MUST_USE;

/* The line with the draw, nobody in league: with the counters of the plan, and with one to three more while as many people come. */
struct sim_step {
    unsigned more;
    double load; /* 0 with hours */
    struct sim_summary found;
};
int sim_more_counters(const struct sim_plan *plan, unsigned seeds, struct sim_step steps[static SIM_STEPS], struct err *err) MUST_USE;

/* "rows", "serpentine", "draw"; "none", "hold", "hold+rush", "hold+rush+hurry": for programs. */
const char *sim_line_word(enum sim_line line);
const char *sim_attack_word(unsigned attack);

#endif
