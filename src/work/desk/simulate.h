/* simulate: what a hall's line does to waits, and to travellers and officers in league.
 *
 * What: a day of any length in memory: people come, counters serve, and every step goes through the machine of line.h: the same code that runs a
 *       hall. Rows (join the shortest), one plain line, one line with the draw; accomplices who try to reach an officer of their choice.
 * Why:  the rules were chosen by these figures, and a hall should see its own before it believes them, or pays for another counter.
 *
 *     struct sim_plan plan = {.line = SIM_DRAW, .counters = 10, .load = 0.97, .travellers = 1000000, .every = 400, .attack = SIM_HOLD, .seed = 1};
 *     struct sim_result got;
 *     sim_run(&plan, &got, &err);          // got.waits.mean in mean service times, got.reached of got.accomplices
 *
 * Time is counted in mean service times. The same plan and seed give the same result, to the last digit.
 * Pure: randomness comes from the seed, by a fast generator that is good for figures and for nothing else.
 * Not here: the draw's cryptography (draw.h; its lots are as even as these), officers who go on breaks, what it does to people to wait.
 */
#ifndef COMITY_DESK_SIMULATE_H
#define COMITY_DESK_SIMULATE_H

#include <stddef.h>

#include "work/desk/line.h"

enum sim_line { SIM_ROWS, SIM_SERPENTINE, SIM_DRAW, SIM_LINES };

/* SIM_ERLANG and SIM_LOGNORMAL take plan.spread; SIM_MIXED: one of ten is eight times as long as the others. */
enum sim_service { SIM_EXPONENTIAL, SIM_FIXED, SIM_ERLANG, SIM_MIXED, SIM_LOGNORMAL, SIM_SERVICES };

enum {
    SIM_HOLD = 1,     /* stretches a case while she is near and cannot be called yet, by up to `hold` */
    SIM_RUSH = 2,     /* a case that begins while she can be called takes `rush` of its time */
    SIM_HURRY = 4,    /* so does what is left of the case he has when she comes into reach */
    SIM_WAIT = 8,     /* also stretches a case when she is about to be due by the cap: the hold against the cap itself */
    SIM_LURK = 16,    /* she stands at the door for up to `lurk`, and comes in when the line is empty and no other counter is free */
    SIM_SHUN = 32,    /* while she can be called, he says of up to `shun` people that they did not come, and is free again */
    SIM_FORESEE = 64, /* he knows the lots (a key holder in league and weak calls): keeps his case until the next call is hers */
    SIM_TURNS = 128,  /* of several officers one at a time stretches */
    SIM_ATTACKS = 256
};
enum { SIM_LANES_MAX = 8, SIM_GROUP_MAX = 8, SIM_CLASSES = 7, SIM_CLOCK = 24 };

/* What came in an hour, and how many counters were open in it; 0: as many as in the hour before. */
struct sim_hour {
    double arrivals, wait_minutes; /* wait: as measured, mean of those who came; 0 when nobody measured */
    uint16_t counters;
    uint16_t flights;              /* people come in so many crowds of `crowd` minutes; 0: evenly */
    float waited[SIM_CLASSES];     /* people by their measured wait: up to 15, 30, 45, 60, 90, 120 minutes, longer */
};

struct sim_lane {
    double share;    /* of those who come */
    double length;   /* of a case, beside those of the other lanes; 0 counts as 1 */
    uint16_t weight; /* in the window of a counter that serves several; 0 counts as 1 */
};

struct sim_plan {
    enum sim_line line;
    unsigned counters;     /* 1 to LINE_COUNTERS_MAX */
    double load;           /* work that comes for each counter, below 1; with people who leave also above */
    uint16_t window, cap;  /* of SIM_DRAW; 0: those of line.h */
    uint64_t travellers;   /* counted, after the warm-up */
    uint64_t warm_up;      /* travellers who are not counted; 0: a tenth, at least 1,000 */
    uint64_t seed;
    /* Who comes. */
    enum sim_service service;
    double spread;         /* standard deviation of a case beside its mean; 0: 0.5, lognormal 1 */
    double families;       /* share of tickets for 2 to 5 people: each one more takes half a case more */
    double patience;       /* mean time until somebody who waits leaves; 0: nobody does */
    unsigned balk;         /* whoever finds so many in line does not join it; 0: everybody joins */
    const struct sim_lane *lanes; /* of a line, not of rows; NULL: one */
    size_t n_lanes;
    const uint64_t *serves;       /* lanes of each counter; NULL: all serve all */
    /* In league. Officers sit at counters 1 to `officers`. */
    unsigned every;        /* one traveller in so many begins a group, one group at a time; 0: nobody is in league */
    unsigned group;        /* of one handler, one behind the other; 0 counts as 1 */
    bool apart;            /* each comes when the one before has gone: tries on several days */
    unsigned attack;       /* SIM_HOLD | ... */
    unsigned officers;     /* 0 counts as 1 */
    unsigned tries;        /* 2: she refuses the first call that is not to an officer of hers; 3: the second too. 0 counts as 1 */
    unsigned posts, own_posts; /* tries 3: posts of the secondary check (0 counts as 1), and how many of them are in league */
    unsigned lane;         /* she comes in this one */
    double hold, rush;     /* 0: 3 mean service times; 0.3 */
    double lurk;           /* 0: 10 */
    unsigned shun;         /* 0: 3 */
    unsigned near;         /* places before the window in which he begins to stretch; 0: twice the counters, where it helps him most */
    /* Instead of load and counters: hours as they were, one after the other, from the first to the last or until `travellers`. Not with rows. */
    const struct sim_hour *hours;
    size_t n_hours;
    double service_minutes;
    const double *pace;    /* of SIM_CLOCK: length of a case by the hour of the day; NULL: 1 */
    double crowd;          /* minutes in which the people of a flight arrive; 0: 20 */
    double walk;           /* minutes of a measured wait that are not spent in line: the way from the aircraft. Mean, exponential */
    unsigned more;         /* counters open beyond those of the hours */
    uint32_t more_at;      /* bit h: at that hour of the day only; 0: always */
};

/* Waits of some people, in mean service times. */
struct sim_waits { uint64_t n; double mean, p50, p95, p99, most; };

struct sim_result {
    struct sim_waits waits;
    struct sim_waits lanes[SIM_LANES_MAX];  /* when there are lanes */
    struct sim_waits clock[SIM_CLOCK];      /* with hours: by the hour of the day in which they came */
    double classes[SIM_CLASSES];            /* with hours: share of those whose wait and way take up to 15, 30, ... minutes */
    uint64_t left, balked;                  /* went away; did not join */
    double overtaking;                 /* share of travellers who were called before somebody who came earlier */
    uint16_t most_overtaken;           /* within a line; not known for rows */
    uint64_t overtakes, due, calls;
    uint64_t accomplices, reached, checked; /* checked: ended in the secondary check */
    uint64_t groups, groups_reached;   /* one of the group at least */
    uint64_t shunned;                  /* sent away by SIM_SHUN */
    double chance, group_chance;       /* reached of accomplices; 0 when there were none */
    double busy;                       /* of the time of open counters; 0 with hours */
};

/* ERR_INPUT: a plan that cannot be. */
int sim_run(const struct sim_plan *plan, struct sim_result *result, struct err *err) MUST_USE;

/* Mean wait of M/M/c in mean service times (Erlang C): what sim_run must find with exponential service, whatever the order of calls. */
double sim_erlang_wait(unsigned counters, double load);

/* The chance that one of n tries reaches what one alone reaches with `chance`. */
double sim_of_tries(double chance, unsigned n);

/* "exponential", ...; NULL: no such service. */
const char *sim_service_word(enum sim_service service);

#endif
