#include "work/desk/simulate_table.h"

#define EVERYTHING (SIM_HOLD | SIM_RUSH | SIM_HURRY)

/* more: officers beyond those of the plan. */
static const struct comparison {
    const char *word;
    enum sim_line line;
    unsigned attack, more, tries, group;
    bool apart;
} comparisons[SIM_TRIES] = {
    [SIM_TRY_ROWS] = {.word = "choose row", .line = SIM_ROWS},
    [SIM_TRY_PLAIN] = {.word = "none", .line = SIM_SERPENTINE},
    [SIM_TRY_PLAIN_HOLD] = {.word = "hold", .line = SIM_SERPENTINE, .attack = SIM_HOLD},
    [SIM_TRY_LUCK] = {.word = "none", .line = SIM_DRAW},
    [SIM_TRY_HOLD] = {.word = "hold", .line = SIM_DRAW, .attack = SIM_HOLD},
    [SIM_TRY_RUSH] = {.word = "hold+rush", .line = SIM_DRAW, .attack = SIM_HOLD | SIM_RUSH},
    [SIM_TRY_HURRY] = {.word = "hold+rush+hurry", .line = SIM_DRAW, .attack = EVERYTHING},
    [SIM_TRY_CAP] = {.word = "hold for the cap", .line = SIM_DRAW, .attack = SIM_HOLD | SIM_WAIT},
    [SIM_TRY_ALL] = {.word = "all of these", .line = SIM_DRAW, .attack = EVERYTHING | SIM_WAIT},
    [SIM_TRY_TWO] = {.word = "one officer more, hold+rush", .line = SIM_DRAW, .attack = SIM_HOLD | SIM_RUSH, .more = 1},
    [SIM_TRY_TURNS] = {.word = "one more, by turns", .line = SIM_DRAW, .attack = SIM_HOLD | SIM_RUSH | SIM_TURNS, .more = 1},
    [SIM_TRY_REFUSE] = {.word = "refuse once, hold", .line = SIM_DRAW, .attack = SIM_HOLD, .tries = 2},
    [SIM_TRY_CHECK] = {.word = "refuse twice, hold", .line = SIM_DRAW, .attack = SIM_HOLD, .tries = 3},
    [SIM_TRY_GROUP] = {.word = "three together, hold", .line = SIM_DRAW, .attack = SIM_HOLD, .group = 3},
    [SIM_TRY_DAYS] = {.word = "three days, hold", .line = SIM_DRAW, .attack = SIM_HOLD, .group = 3, .apart = true},
    [SIM_TRY_SHUN] = {.word = "three sent away, hold", .line = SIM_DRAW, .attack = SIM_HOLD | SIM_SHUN},
    [SIM_TRY_DOOR] = {.word = "wait at the door", .line = SIM_DRAW, .attack = SIM_LURK},
    [SIM_TRY_DOOR_ALL] = {.word = "door, refuse once, all", .line = SIM_DRAW, .attack = SIM_LURK | EVERYTHING | SIM_WAIT, .tries = 2},
    [SIM_TRY_FORESEE] = {.word = "lots foreseen", .line = SIM_DRAW, .attack = SIM_HOLD | SIM_FORESEE},
};

static bool fits(const struct sim_plan *plan, const struct comparison *c)
{
    if (c->line != SIM_DRAW && (plan->lanes || (plan->hours && c->line == SIM_ROWS)))
        return false;
    const unsigned officers = plan->officers ? plan->officers : 1;
    return plan->hours || officers + c->more <= plan->counters;
}

int sim_compare_one(const struct sim_plan *plan, unsigned seeds, enum sim_try what, struct sim_row *row, struct err *err)
{
    const struct comparison *c = &comparisons[what];
    struct sim_plan one = *plan;
    if (!fits(plan, c))
        return 0;
    one.line = c->line;
    one.attack = c->attack;
    one.officers = (plan->officers ? plan->officers : 1) + c->more;
    one.tries = c->tries ? c->tries : plan->tries;
    one.group = c->group ? c->group : 1;
    one.apart = c->apart;
    *row = (struct sim_row){.what = what, .line = c->line, .officers = one.officers};
    int r = sim_runs(&one, seeds, &row->found, err);
    const unsigned calls = one.group * (one.tries > LINE_TRIES ? LINE_TRIES : one.tries ? one.tries : 1);
    row->chance = row->found.group_chance;
    row->luck = plan->counters ? sim_of_tries((double)one.officers / plan->counters, calls) : 0;
    return r < 0 ? r : 1;
}

int sim_compare(const struct sim_plan *plan, unsigned seeds, enum sim_try first, enum sim_try end, struct sim_row rows[static SIM_TRIES], struct err *err)
{
    int n = 0;
    for (int what = (int)first; what < (int)end; what++) {
        const int r = sim_compare_one(plan, seeds, (enum sim_try)what, &rows[n], err);
        if (r < 0)
            return r;
        n += r;
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

const char *sim_try_word(enum sim_try what)
{
    return comparisons[what].word;
}
