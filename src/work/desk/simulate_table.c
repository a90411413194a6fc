#include "work/desk/simulate_table.h"

static const struct { enum sim_line line; unsigned attack; } comparisons[SIM_ROWS_MAX] = {
    {SIM_ROWS, 0}, /* she chooses her row */
    {SIM_SERPENTINE, 0},
    {SIM_SERPENTINE, SIM_HOLD},
    {SIM_DRAW, 0},
    {SIM_DRAW, SIM_HOLD},
    {SIM_DRAW, SIM_HOLD | SIM_RUSH},
    {SIM_DRAW, SIM_HOLD | SIM_RUSH | SIM_HURRY},
};

int sim_compare(const struct sim_plan *plan, unsigned seeds, struct sim_row rows[static SIM_ROWS_MAX], struct err *err)
{
    struct sim_plan one = *plan;
    int n = 0;
    for (int i = 0; i < SIM_ROWS_MAX; i++) {
        if (plan->hours && comparisons[i].line == SIM_ROWS)
            continue;
        one.line = rows[n].line = comparisons[i].line;
        one.attack = rows[n].attack = comparisons[i].attack;
        int r = sim_runs(&one, seeds, &rows[n++].found, err);
        if (r < 0)
            return r;
    }
    return n;
}

int sim_more_counters(const struct sim_plan *plan, unsigned seeds, struct sim_step steps[static SIM_STEPS], struct err *err)
{
    struct sim_plan one = *plan;
    int n = 0;
    one.line = SIM_DRAW;
    one.every = 0;
    for (unsigned more = 0; more < SIM_STEPS; more++) {
        if (plan->hours) {
            one.more = plan->more + more;
        } else {
            one.counters = plan->counters + more;
            if (one.counters > LINE_COUNTERS_MAX)
                break;
            one.load = plan->load * plan->counters / one.counters;
        }
        steps[n] = (struct sim_step){.more = more, .load = one.hours ? 0 : one.load};
        int r = sim_runs(&one, seeds, &steps[n++].found, err);
        if (r < 0)
            return r;
    }
    return n;
}

const char *sim_line_word(enum sim_line line)
{
    static const char *const words[SIM_LINES] = {"rows", "serpentine", "draw"};
    return words[line];
}

const char *sim_attack_word(unsigned attack)
{
    static const char *const words[] = {"none", "hold", "rush", "hold+rush", "hurry", "hold+hurry", "rush+hurry", "hold+rush+hurry"};
    return words[attack & 7];
}
