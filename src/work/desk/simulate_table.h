/* simulate_table: the tables that a hall wants to see, for the command, the page and the bench alike.
 *
 * What: what each line costs in waits and lets through; every attack on the draw that we know of; and what one, two, three more counters buy.
 * Why:  one list of comparisons, so that the terminal, the page and the bench say the same.
 *
 *     struct sim_row rows[SIM_TRIES];
 *     n = sim_compare(&plan, seeds, 0, SIM_TRIES, rows, &err);       // or ERR_*
 *
 * Not here: words for people (the doors have them), drawing.
 */
#ifndef COMITY_DESK_SIMULATE_TABLE_H
#define COMITY_DESK_SIMULATE_TABLE_H

#include "work/desk/simulate_runs.h"

enum { SIM_STEPS = 4 };

/* What they do, in the order of the tables. SIM_TRY_LINES: of these on the rows compare the lines, those behind them are attacks on the draw alone. */
enum sim_try {
    SIM_TRY_ROWS, SIM_TRY_PLAIN, SIM_TRY_PLAIN_HOLD, SIM_TRY_LUCK, SIM_TRY_HOLD, SIM_TRY_RUSH, SIM_TRY_LINES,
    SIM_TRY_HURRY = SIM_TRY_LINES, SIM_TRY_CAP, SIM_TRY_ALL, SIM_TRY_TWO, SIM_TRY_TURNS, SIM_TRY_REFUSE, SIM_TRY_CHECK, SIM_TRY_GROUP, SIM_TRY_DAYS,
    SIM_TRY_SHUN, SIM_TRY_DOOR, SIM_TRY_DOOR_ALL, SIM_TRY_FORESEE, SIM_TRIES
};

struct sim_row {
    enum sim_try what;
    enum sim_line line;
    unsigned officers;
    struct sim_figure chance; /* of the group where there is one: that one of them reaches an officer of theirs */
    double luck;              /* what blind luck gives to as many tries */
    struct sim_summary found;
};

/* One of them. plan's line, attack and group are of no matter. 1, or 0 where it does not fit the plan: rows with hours, one line in order with lanes,
 * more officers than counters. */
int sim_compare_one(const struct sim_plan *plan, unsigned seeds, enum sim_try what, struct sim_row *row, struct err *err) MUST_USE;

/* Those from first to before end. Returns how many rows. */
int sim_compare(const struct sim_plan *plan, unsigned seeds, enum sim_try first, enum sim_try end, struct sim_row rows[static SIM_TRIES], struct err *err) MUST_USE;

/* The line with the draw, nobody in league: with the counters of the plan, and with one to three more while as many people come. */
struct sim_step {
    unsigned more;
    double load; /* 0 with hours */
    struct sim_summary found;
};
int sim_more_counters(const struct sim_plan *plan, unsigned seeds, struct sim_step steps[static SIM_STEPS], struct err *err) MUST_USE;

/* "rows", "serpentine", "draw"; "none", "hold", "two officers": for programs. */
const char *sim_line_word(enum sim_line line);
const char *sim_try_word(enum sim_try what);

#endif
