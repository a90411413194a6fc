#include "work/desk/simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ground/base/arena.h"
#include "work/desk/simulate_random.h"

enum { BINS = 1 << 15, BINS_A_SERVICE = 64, TICKS = 1000000, DUE_NEAR = 3, TRAVELLERS_MAX = 2000000000 };

#define NEVER HUGE_VAL

/* Officers in league sit at counters 1 to plan.officers. */
struct sim {
    struct sim_plan plan;
    struct line *line;
    struct sim_random arrivals, services, random; /* apart, so that other rules meet the same people */
    struct err *err;
    unsigned n_counters, window;
    double now, next_arrival, rate;
    double next_hour;             /* NEVER without hours */
    size_t hour;
    double end[LINE_COUNTERS_MAX]; /* of the case at each counter */
    bool held[LINE_COUNTERS_MAX];  /* it is over, and he does not say so */
    uint64_t came, to_come, seen;
    double served_time, counted_from;
    /* the accomplice */
    uint32_t spy;        /* her ticket, 0: nobody is there */
    uint64_t spy_place;
    uint32_t ahead;      /* how many stand before her */
    bool in_reach;       /* can be called */
    unsigned calls_left;
    /* what was found */
    uint64_t overtaking;
    double sum, most;
    uint32_t *bins;
    struct sim_result *result;
};

static int apply(struct sim *s, const struct line_event *e, struct line_outcome *o)
{
    return line_apply(s->line, e, o, s->err);
}

static int64_t ticks(const struct sim *s)
{
    return (int64_t)(s->now * TICKS);
}

static double service_time(struct sim *s)
{
    switch (s->plan.service) {
    case SIM_FIXED:
        return 1;
    case SIM_ERLANG:
        return (sim_exponential(&s->services) + sim_exponential(&s->services) + sim_exponential(&s->services) + sim_exponential(&s->services)) / 4;
    case SIM_MIXED: /* 0.9 m + 0.1 * 8 m = 1 */
        return sim_exponential(&s->services) * (sim_uniform(&s->services) < 0.1 ? 8 : 1) / 1.7;
    default:
        return sim_exponential(&s->services);
    }
}

/* --- officer and accomplice --------------------------------------------------------------------------------------- */

static bool in_league(const struct sim *s, unsigned counter)
{
    return counter <= s->plan.officers;
}

/* He ends at once what he has stretched; and hurries, or no longer. */
static void signal_officers(struct sim *s, bool release, double pace)
{
    for (unsigned i = 0; i < s->plan.officers && i < s->n_counters; i++) {
        if (s->held[i] && release)
            s->end[i] = s->now;
        else if (!s->held[i] && s->end[i] < NEVER)
            s->end[i] = s->now + (s->end[i] - s->now) * pace;
    }
}

static uint16_t spy_overtaken(const struct sim *s)
{
    return line_ticket(s->line, s->spy)->overtaken;
}

static void watch_spy(struct sim *s)
{
    if (!s->in_reach && s->ahead < s->window) {
        s->in_reach = true;
        signal_officers(s, true, s->plan.attack & SIM_HURRY ? s->plan.rush : 1);
    } else if (s->in_reach && s->plan.attack & SIM_WAIT && s->plan.line == SIM_DRAW && spy_overtaken(s) >= line_rule(s->line)->cap) {
        signal_officers(s, true, 1);
    }
}

static void spy_is_gone(struct sim *s)
{
    if (s->in_reach || s->plan.attack & SIM_HOLD)
        signal_officers(s, true, s->in_reach && s->plan.attack & SIM_HURRY ? 1 / s->plan.rush : 1);
    s->in_reach = false;
    s->spy = 0;
}

static void spy_stands_in_line(struct sim *s, uint32_t ticket, unsigned lane)
{
    s->spy = ticket;
    s->spy_place = line_ticket(s->line, ticket)->place;
    s->ahead = line_waiting(s->line, lane) - 1;
    s->in_reach = false;
    watch_spy(s);
}

/* A case of his is over: does he say so? */
static bool stretches(struct sim *s, unsigned counter)
{
    if (!s->spy || !in_league(s, counter) || s->held[counter - 1] || s->plan.line == SIM_ROWS)
        return false;
    if (s->plan.attack & SIM_HOLD && !s->in_reach && s->ahead < s->window + s->plan.near)
        return true;
    if (s->plan.attack & SIM_WAIT && s->in_reach && s->plan.line == SIM_DRAW) {
        const uint16_t cap = line_rule(s->line)->cap, overtaken = spy_overtaken(s);
        return overtaken < cap && overtaken + DUE_NEAR >= cap;
    }
    return false;
}

/* --- calls --------------------------------------------------------------------------------------------------------- */

static void count(struct sim *s, const struct line_ticket *t, const struct line_outcome *o)
{
    if (++s->seen <= s->plan.warm_up)
        return;
    const double wait = (double)(t->called - t->entered) / TICKS;
    s->sum += wait;
    if (wait > s->most)
        s->most = wait;
    const uint64_t bin = (uint64_t)(wait * BINS_A_SERVICE);
    s->bins[bin < BINS ? bin : BINS - 1]++;
    bool overtook = o->overtook > 0;
    if (s->plan.line == SIM_ROWS)
        for (unsigned lane = 0; lane < s->n_counters && !overtook; lane++) {
            const uint32_t first = line_first(s->line, lane);
            overtook = first && first < t->id;
        }
    s->overtaking += overtook;
}

static void begin_case(struct sim *s, unsigned counter)
{
    double time = service_time(s);
    if (s->spy && s->in_reach && s->plan.attack & SIM_RUSH && in_league(s, counter))
        time *= s->plan.rush;
    if (s->seen > s->plan.warm_up)
        s->served_time += time;
    s->end[counter - 1] = s->now + time;
    s->held[counter - 1] = false;
}

/* She is called. True: she takes it. */
static bool spy_is_called(struct sim *s, unsigned counter)
{
    const bool reached = in_league(s, counter);
    if (!reached && --s->calls_left)
        return false;
    if (s->seen > s->plan.warm_up) {
        s->result->accomplices++;
        s->result->reached += reached;
    }
    return true;
}

/* As long as the counter is free and somebody waits: the window, its lots, the call. */
static int serve(struct sim *s, unsigned counter)
{
    uint64_t lots[LINE_WINDOW_MAX];
    const int64_t at = ticks(s);
    while (line_may_ask(s->line, counter)) {
        struct line_outcome o;
        int r = apply(s, &(struct line_event){.kind = LINE_ASK, .at = at, .counter = (uint16_t)counter}, NULL);
        if (r < 0)
            return r;
        const struct line_window *w = line_asked(s->line);
        for (unsigned i = 0; i < w->n; i++)
            lots[i] = sim_next(&s->random);
        r = apply(s, &(struct line_event){.kind = LINE_CALL, .at = at, .counter = (uint16_t)counter, .lots = lots}, &o);
        if (r < 0)
            return r;
        const struct line_ticket *t = line_ticket(s->line, o.ticket);
        if (t->id == s->spy) {
            const bool takes = spy_is_called(s, o.counter);
            spy_is_gone(s);
            if (!takes) {
                r = apply(s, &(struct line_event){.kind = LINE_REFUSE, .at = at, .ticket = o.ticket}, NULL);
                if (r < 0)
                    return r;
                spy_stands_in_line(s, o.ticket, t->lane);
                continue;
            }
        } else if (s->spy && t->place < s->spy_place) {
            s->ahead--;
        }
        count(s, t, &o);
        begin_case(s, o.counter);
        if (s->spy)
            watch_spy(s);
    }
    return 0;
}

static int end_case(struct sim *s, unsigned counter)
{
    if (stretches(s, counter)) {
        s->held[counter - 1] = true;
        s->end[counter - 1] = s->now + s->plan.hold;
        return 0;
    }
    s->end[counter - 1] = NEVER;
    s->held[counter - 1] = false;
    const uint32_t ticket = line_counter(s->line, counter)->ticket;
    int r = apply(s, &(struct line_event){.kind = LINE_END, .at = ticks(s), .ticket = ticket}, NULL);
    return r < 0 ? r : serve(s, counter);
}

/* --- arrivals ------------------------------------------------------------------------------------------------------ */

/* The row with the fewest people, those at its counter included; of equal ones any. */
static unsigned shortest_row(struct sim *s)
{
    unsigned best = 0, equal = 0;
    uint32_t least = UINT32_MAX;
    for (unsigned i = 0; i < s->n_counters; i++) {
        const struct line_counter *c = line_counter(s->line, i + 1);
        if (c->state == LINE_CLOSED || c->state == LINE_CLOSING)
            continue;
        const uint32_t n = line_waiting(s->line, i) + (c->ticket != 0);
        if (n < least) {
            least = n;
            best = i;
            equal = 1;
        } else if (n == least && sim_below(&s->random, ++equal) == 0) {
            best = i;
        }
    }
    return best;
}

static void plan_arrival(struct sim *s)
{
    s->next_arrival = s->rate > 0 ? s->now + sim_exponential(&s->arrivals) / s->rate : NEVER;
}

static int arrive(struct sim *s)
{
    plan_arrival(s);
    s->came++;
    const bool spy = s->plan.every && !s->spy && sim_below(&s->random, s->plan.every) == 0;
    unsigned lane = 0;
    if (s->plan.line == SIM_ROWS)
        lane = spy ? 0 : shortest_row(s);
    struct line_outcome o;
    int r = apply(s, &(struct line_event){.kind = LINE_ENTER, .at = ticks(s), .lane = (uint8_t)lane}, &o);
    if (r < 0)
        return r;
    if (spy) {
        s->calls_left = s->plan.tries;
        spy_stands_in_line(s, o.ticket, lane);
    }
    if (s->plan.line == SIM_ROWS)
        return serve(s, lane + 1);
    if (line_waiting(s->line, 0) == 1 || s->plan.hours) /* else every counter is busy */
        for (unsigned c = 1; c <= s->n_counters && r == 0; c++)
            if (line_counter(s->line, c)->state == LINE_FREE) {
                r = serve(s, c);
                break;
            }
    return r;
}

/* --- hours --------------------------------------------------------------------------------------------------------- */

static int set_counters(struct sim *s, unsigned open)
{
    int r = 0;
    for (unsigned c = 1; c <= s->n_counters && r == 0; c++) {
        const uint8_t state = line_counter(s->line, c)->state;
        struct line_event e = {.at = ticks(s), .counter = (uint16_t)c};
        if (c <= open && state == LINE_CLOSED) {
            e.kind = LINE_OPEN;
            if ((r = apply(s, &e, NULL)) == 0) {
                e.kind = LINE_READY;
                r = apply(s, &e, NULL);
            }
            if (r == 0)
                r = serve(s, c);
        } else if (c > open && (state == LINE_FREE || state == LINE_BUSY)) {
            e.kind = LINE_CLOSE;
            r = apply(s, &e, NULL);
        }
    }
    return r;
}

static unsigned counters_in(const struct sim *s, size_t hour)
{
    const unsigned n = s->plan.hours[hour].counters + s->plan.more;
    return n < 1 ? 1 : n > LINE_COUNTERS_MAX ? LINE_COUNTERS_MAX : n;
}

static int begin_hour(struct sim *s)
{
    const double length = 60 / s->plan.service_minutes;
    if (s->hour >= s->plan.n_hours) { /* nobody comes any more; who is there is served */
        s->rate = 0;
        s->next_arrival = s->next_hour = NEVER;
        return 0;
    }
    const size_t hour = s->hour++;
    s->rate = s->plan.hours[hour].arrivals / length;
    s->next_hour = s->now + length;
    plan_arrival(s); /* the time to the next is as good as new at any moment */
    return s->plan.hours[hour].counters || hour == 0 ? set_counters(s, counters_in(s, hour)) : 0;
}

/* --- a run --------------------------------------------------------------------------------------------------------- */

static int check_plan(struct sim *s, const struct sim_plan *plan)
{
    struct sim_plan *p = &s->plan;
    *p = *plan;
    if (p->hours) {
        p->warm_up = 0;
        p->counters = 1;
        for (size_t i = 0; i < p->n_hours; i++)
            p->counters = counters_in(s, i) > p->counters ? counters_in(s, i) : p->counters;
        if (!p->n_hours || !(p->service_minutes > 0) || p->line == SIM_ROWS)
            return err_set(s->err, ERR_INPUT, "hours need a service time above 0, and one line: rows that close are not simulated");
        if (!p->travellers)
            p->travellers = TRAVELLERS_MAX;
    } else if (!(p->load > 0 && p->load < 1)) {
        return err_set(s->err, ERR_INPUT, "a load of %g: above 0 and below 1, or the line grows for ever", p->load);
    }
    if (p->counters < 1 || p->counters > LINE_COUNTERS_MAX)
        return err_set(s->err, ERR_INPUT, "%u counters: from 1 to %d", p->counters, LINE_COUNTERS_MAX);
    if ((unsigned)p->line >= SIM_LINES || (unsigned)p->service >= SIM_SERVICES)
        return err_set(s->err, ERR_INPUT, "no such line or service");
    p->warm_up = p->hours ? 0 : p->warm_up ? p->warm_up : p->travellers / 10 > 1000 ? p->travellers / 10 : 1000;
    if (p->travellers < 1 || p->travellers + p->warm_up > TRAVELLERS_MAX)
        return err_set(s->err, ERR_INPUT, "%llu travellers: from 1 to two thousand million", (unsigned long long)p->travellers);
    p->officers = p->officers ? p->officers : 1;
    p->tries = p->tries ? p->tries : 1;
    if (p->officers > p->counters || p->tries > LINE_TRIES)
        return err_set(s->err, ERR_INPUT, "%u officers in league at %u counters, %u tries: the second try is the last", p->officers, p->counters, p->tries);
    p->hold = p->hold > 0 ? p->hold : 3;
    p->rush = p->rush > 0 ? p->rush : 0.3;
    p->near = p->near ? p->near : 2 * p->counters;
    return 0;
}

static int open_hall(struct sim *s)
{
    const struct sim_plan *p = &s->plan;
    struct line_rule rule = {.window = p->line == SIM_DRAW ? p->window : 1, .cap = p->line == SIM_DRAW ? p->cap : 0, .forget = true,
                             .n_lanes = p->line == SIM_ROWS ? (uint8_t)p->counters : 1, .n_counters = (uint8_t)p->counters};
    for (unsigned i = 0; i < p->counters; i++)
        rule.serves[i] = p->line == SIM_ROWS ? UINT64_C(1) << i : 1;
    int r = line_open(&rule, &s->line, s->err);
    if (r < 0)
        return r;
    s->n_counters = p->counters;
    s->window = line_rule(s->line)->window;
    for (unsigned i = 0; i < p->counters; i++)
        s->end[i] = NEVER;
    s->next_hour = NEVER;
    s->to_come = p->travellers + p->warm_up;
    if (p->hours)
        return begin_hour(s);
    s->rate = p->load * p->counters;
    plan_arrival(s);
    return set_counters(s, p->counters);
}

static int run(struct sim *s)
{
    int r = 0;
    while (r == 0 && s->seen < s->to_come) {
        unsigned first = 0;
        for (unsigned i = 1; i < s->n_counters; i++)
            if (s->end[i] < s->end[first])
                first = i;
        if (s->seen <= s->plan.warm_up)
            s->counted_from = s->now;
        if (s->next_hour <= s->end[first] && s->next_hour <= s->next_arrival && s->next_hour < NEVER) {
            s->now = s->next_hour;
            r = begin_hour(s);
        } else if (s->next_arrival <= s->end[first]) {
            if (s->next_arrival == NEVER)
                break;
            s->now = s->next_arrival;
            r = arrive(s);
        } else {
            s->now = s->end[first];
            r = end_case(s, first + 1);
        }
    }
    return r;
}

/* Where a share of the waits ends; within a bin as if they were even. */
static double percentile(const struct sim *s, uint64_t n, double share)
{
    const double wanted = share * (double)n;
    double before = 0;
    for (unsigned i = 0; i < BINS; i++) {
        if (s->bins[i] && before + s->bins[i] >= wanted)
            return (i + (wanted - before) / s->bins[i]) / BINS_A_SERVICE;
        before += s->bins[i];
    }
    return s->most;
}

static void conclude(struct sim *s)
{
    struct sim_result *found = s->result;
    const struct line_totals *t = line_totals(s->line);
    const uint64_t n = s->seen > s->plan.warm_up ? s->seen - s->plan.warm_up : 0;
    const double of = n ? (double)n : 1;
    found->travellers = n;
    found->mean = s->sum / of;
    found->p50 = percentile(s, n, 0.50);
    found->p95 = percentile(s, n, 0.95);
    found->p99 = percentile(s, n, 0.99);
    found->most = s->most;
    found->overtaking = (double)s->overtaking / of;
    found->most_overtaken = t->most_overtaken;
    found->overtakes = t->overtakes;
    found->due = t->due;
    found->calls = t->calls;
    found->chance = found->accomplices ? (double)found->reached / (double)found->accomplices : 0;
    if (!s->plan.hours && s->now > s->counted_from)
        found->busy = s->served_time / ((s->now - s->counted_from) * s->n_counters);
}

int sim_run(const struct sim_plan *plan, struct sim_result *result, struct err *err)
{
    memset(result, 0, sizeof *result);
    struct sim s = {.err = err, .result = result, .random = sim_random_from(plan->seed)};
    s.arrivals = sim_random_from(sim_next(&s.random));
    s.services = sim_random_from(sim_next(&s.random));
    int r = check_plan(&s, plan);
    if (r < 0)
        return r;
    s.bins = mem_calloc(BINS, sizeof *s.bins);
    r = open_hall(&s);
    if (r == 0)
        r = run(&s);
    if (r == 0)
        conclude(&s);
    line_close(s.line);
    free(s.bins);
    return r;
}
