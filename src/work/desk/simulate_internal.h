/* simulate_internal: the state of a run. simulate.c turns the clock, simulate_crowd.c says who comes and how long a case takes, simulate_league.c
 * what accomplices do, simulate_waits.c counts. */
#ifndef COMITY_DESK_SIMULATE_INTERNAL_H
#define COMITY_DESK_SIMULATE_INTERNAL_H

#include <math.h>

#include "work/desk/simulate.h"
#include "work/desk/simulate_random.h"

#define SIM_TICKS 1000000
#define SIM_NEVER HUGE_VAL
enum { SIM_SLOTS = 12 /* of an hour */ };

struct sim_waiter { double at; uint32_t ticket; }; /* leaves then, if not called */

struct sim_spy {
    uint32_t ticket;
    uint64_t place;
    uint32_t ahead; /* how many stand before her in her lane */
    unsigned calls_left;
    bool in_reach;  /* can be called */
};

struct sim_counting { double sum, most; uint64_t n; uint32_t *bins; };

struct sim {
    struct sim_plan plan;
    struct line *line;
    struct sim_random arrivals, random; /* apart, so that other rules meet the same people */
    uint64_t cases, lots;               /* what a case of a ticket takes, and the lots of a call, follow from these and their numbers */
    struct err *err;
    unsigned n_counters, window;
    double now, next_arrival, rate;
    double scale;                      /* so that a mean case is 1 with any lanes and families */
    double next_slot;                  /* SIM_NEVER without hours */
    double slots[SIM_SLOTS];           /* people in each slot of the hour */
    size_t slot;                       /* from the first hour on */
    double end[LINE_COUNTERS_MAX];     /* of the case at each counter */
    bool held[LINE_COUNTERS_MAX];      /* it is over, and he does not say so */
    bool shunning[LINE_COUNTERS_MAX];  /* he will say that nobody came */
    uint64_t came, to_come, seen;
    double served_time, counted_from;
    struct sim_waiter *waiters;        /* a heap, the first to leave at its top */
    size_t n_waiters, room;
    struct { struct sim_spy spies[SIM_GROUP_MAX]; unsigned n, to_come, shunned; bool begun, any_in_reach, one_reached; double door; } league;
    uint32_t last_call;
    uint64_t overtaking;
    struct sim_counting all, *lanes, *clock;
    double classes[SIM_CLASSES];
    struct sim_result *result;
};

static inline uint64_t sim_mix(uint64_t z)
{
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static inline uint64_t sim_lot(const struct sim *s, uint32_t call, uint64_t ticket)
{
    return sim_mix(s->lots + call * UINT64_C(0x9e3779b97f4a7c15) + ticket * UINT64_C(0xd1342543de82ef95));
}

static inline bool sim_counted(const struct sim *s)
{
    return s->seen > s->plan.warm_up;
}

int sim_apply(struct sim *s, const struct line_event *event, struct line_outcome *outcome);
int64_t sim_at(const struct sim *s);

/* --- simulate_crowd.c ---------------------------------------------------------------------------------------------- */

int sim_check_plan(struct sim *s, const struct sim_plan *plan);
double sim_case(const struct sim *s, uint32_t ticket, unsigned lane); /* how long it takes, alone from seed and ticket */
unsigned sim_lane_of(struct sim *s);
unsigned sim_shortest_row(struct sim *s);
void sim_patience(struct sim *s, uint32_t ticket);
double sim_next_to_leave(const struct sim *s);
int sim_leave(struct sim *s);
unsigned sim_counters_in(const struct sim *s, size_t hour);
void sim_fill_slots(struct sim *s, const struct sim_hour *hour);

/* --- simulate_league.c --------------------------------------------------------------------------------------------- */

bool sim_in_league(const struct sim *s, unsigned counter);
/* Does this arrival belong to them; and if so does she go in, or stand at the door? */
bool sim_is_spy(struct sim *s);
void sim_spy_enters(struct sim *s, uint32_t ticket, unsigned lane, unsigned calls_left);
struct sim_spy *sim_spy_of(struct sim *s, uint32_t ticket);
/* She is called, and takes it or not: 0, or an error. *takes says which. */
int sim_spy_called(struct sim *s, uint32_t ticket, unsigned counter, bool *takes);
/* Somebody left the line before them. */
void sim_spies_move(struct sim *s, const struct line_ticket *gone);
void sim_spies_look(struct sim *s);
bool sim_stretches(struct sim *s, unsigned counter);
double sim_own_pace(struct sim *s, unsigned counter, double time);
int sim_shun(struct sim *s, uint32_t ticket);
bool sim_door_opens(struct sim *s);

/* --- simulate_waits.c ---------------------------------------------------------------------------------------------- */

void sim_waits_open(struct sim *s);
void sim_waits_count(struct sim *s, const struct line_ticket *ticket);
void sim_waits_close(struct sim *s);
void sim_waits_free(struct sim *s);

#endif
