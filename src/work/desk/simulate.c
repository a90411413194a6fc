#include "work/desk/simulate.h"

#include <stdlib.h>
#include <string.h>

#include "ground/base/arena.h"
#include "work/desk/simulate_internal.h"

#define SHUN_TIME 0.1 /* until somebody has not come, in mean service times */

int sim_apply(struct sim *s, const struct line_event *e, struct line_outcome *o)
{
    return line_apply(s->line, e, o, s->err);
}

int64_t sim_at(const struct sim *s)
{
    return (int64_t)(s->now * SIM_TICKS);
}

/* --- calls --------------------------------------------------------------------------------------------------------- */

static void count(struct sim *s, const struct line_ticket *t, const struct line_outcome *o)
{
    s->seen++;
    if (!sim_counted(s))
        return;
    sim_waits_count(s, t);
    bool overtook = o->overtook > 0;
    if (s->plan.line == SIM_ROWS)
        for (unsigned lane = 0; lane < s->n_counters && !overtook; lane++) {
            const uint32_t first = line_first(s->line, lane);
            overtook = first && first < t->id;
        }
    s->overtaking += overtook;
}

static void begin_case(struct sim *s, const struct line_ticket *t, const struct line_outcome *o)
{
    const unsigned at = o->counter - 1u;
    s->held[at] = false;
    if (s->plan.attack & SIM_SHUN && s->league.any_in_reach && sim_in_league(s, o->counter) && s->league.shunned < s->plan.shun && !sim_spy_of(s, t->id)) {
        s->league.shunned++;
        s->shunning[at] = true;
        s->end[at] = s->now + SHUN_TIME;
        return;
    }
    count(s, t, o);
    const double time = sim_own_pace(s, o->counter, sim_case(s, t->id, t->lane));
    if (sim_counted(s))
        s->served_time += time;
    s->end[at] = s->now + time;
}

/* As long as the counter is free and somebody waits: the window, its lots, the call. */
static int serve(struct sim *s, unsigned counter)
{
    uint64_t lots[LINE_WINDOW_MAX];
    const int64_t at = sim_at(s);
    while (line_may_ask(s->line, counter)) {
        struct line_outcome o;
        int r = sim_apply(s, &(struct line_event){.kind = LINE_ASK, .at = at, .counter = (uint16_t)counter}, NULL);
        if (r < 0)
            return r;
        const struct line_window *w = line_asked(s->line);
        s->last_call = w->call;
        for (unsigned i = 0; i < w->n; i++)
            lots[i] = sim_lot(s, w->call, w->tickets[i]);
        r = sim_apply(s, &(struct line_event){.kind = LINE_CALL, .at = at, .counter = (uint16_t)counter, .lots = lots}, &o);
        if (r < 0)
            return r;
        const struct line_ticket *t = line_ticket(s->line, o.ticket);
        bool takes = true;
        if (s->league.n) {
            sim_spies_move(s, t);
            if (sim_spy_of(s, o.ticket) && (r = sim_spy_called(s, o.ticket, o.counter, &takes)) < 0)
                return r;
        }
        if (takes)
            begin_case(s, t, &o);
        if (s->league.n)
            sim_spies_look(s);
    }
    return 0;
}

static int end_case(struct sim *s, unsigned counter)
{
    const unsigned at = counter - 1;
    if (sim_stretches(s, counter)) {
        s->held[at] = true;
        s->end[at] = s->now + s->plan.hold;
        if (s->league.n)
            sim_spies_look(s);
        return 0;
    }
    const uint32_t ticket = line_counter(s->line, counter)->ticket;
    const bool shun = s->shunning[at];
    s->end[at] = SIM_NEVER;
    s->held[at] = s->shunning[at] = false;
    int r = shun ? sim_shun(s, ticket) : sim_apply(s, &(struct line_event){.kind = LINE_END, .at = sim_at(s), .ticket = ticket}, NULL);
    return r < 0 ? r : serve(s, counter);
}

/* --- arrivals ------------------------------------------------------------------------------------------------------ */

static void plan_arrival(struct sim *s)
{
    s->next_arrival = s->rate > 0 ? s->now + sim_exponential(&s->arrivals) / s->rate : SIM_NEVER;
}

static int enter(struct sim *s, unsigned lane, bool spy)
{
    struct line_outcome o;
    int r = sim_apply(s, &(struct line_event){.kind = LINE_ENTER, .at = sim_at(s), .lane = (uint8_t)lane}, &o);
    if (r < 0)
        return r;
    if (spy)
        sim_spy_enters(s, o.ticket, lane, s->plan.tries);
    else if (s->plan.patience > 0)
        sim_patience(s, o.ticket);
    if (s->plan.line == SIM_ROWS)
        return serve(s, lane + 1);
    if (line_waiting(s->line, lane) == 1 || s->plan.hours) /* else every counter is busy */
        for (unsigned c = 1; c <= s->n_counters && r == 0; c++)
            if (line_counter(s->line, c)->state == LINE_FREE && line_counter(s->line, c)->serves >> lane & 1) {
                r = serve(s, c);
                break;
            }
    return r;
}

static int arrive(struct sim *s)
{
    const struct sim_plan *p = &s->plan;
    plan_arrival(s);
    s->came++;
    const bool spy = sim_is_spy(s);
    unsigned lane = spy ? p->lane : p->lanes ? sim_lane_of(s) : 0;
    if (spy && p->attack & SIM_LURK) {
        s->league.door = s->now + p->lurk;
        return 0;
    }
    if (p->line == SIM_ROWS)
        lane = spy ? 0 : sim_shortest_row(s);
    if (p->balk && !spy && line_waiting(s->line, lane) >= p->balk) {
        s->result->balked += sim_counted(s);
        return 0;
    }
    return enter(s, lane, spy);
}

/* --- hours --------------------------------------------------------------------------------------------------------- */

static int set_counters(struct sim *s, unsigned open)
{
    int r = 0;
    for (unsigned c = 1; c <= s->n_counters && r == 0; c++) {
        const uint8_t state = line_counter(s->line, c)->state;
        struct line_event e = {.at = sim_at(s), .counter = (uint16_t)c};
        if (c <= open && state == LINE_CLOSED) {
            e.kind = LINE_OPEN;
            if ((r = sim_apply(s, &e, NULL)) == 0) {
                e.kind = LINE_READY;
                r = sim_apply(s, &e, NULL);
            }
            if (r == 0)
                r = serve(s, c);
        } else if (c > open && (state == LINE_FREE || state == LINE_BUSY)) {
            e.kind = LINE_CLOSE;
            r = sim_apply(s, &e, NULL);
        }
    }
    return r;
}

static int begin_slot(struct sim *s)
{
    const double length = 60 / s->plan.service_minutes / SIM_SLOTS;
    const size_t hour = s->slot / SIM_SLOTS, slot = s->slot % SIM_SLOTS;
    if (hour >= s->plan.n_hours) { /* nobody comes any more; who is there is served */
        s->rate = 0;
        s->next_arrival = s->next_slot = SIM_NEVER;
        return 0;
    }
    if (slot == 0)
        sim_fill_slots(s, &s->plan.hours[hour]);
    s->slot++;
    s->rate = s->slots[slot] / length;
    s->next_slot = (double)s->slot * length;
    plan_arrival(s); /* the time to the next is as good as new at any moment */
    return slot == 0 && (s->plan.hours[hour].counters || hour == 0) ? set_counters(s, sim_counters_in(s, hour)) : 0;
}

/* --- a run --------------------------------------------------------------------------------------------------------- */

static int open_hall(struct sim *s)
{
    const struct sim_plan *p = &s->plan;
    const bool rows = p->line == SIM_ROWS;
    struct line_rule rule = {.window = p->line == SIM_DRAW ? p->window : 1, .cap = p->line == SIM_DRAW ? p->cap : 0, .forget = true,
                             .n_lanes = rows ? (uint8_t)p->counters : p->lanes ? (uint8_t)p->n_lanes : 1, .n_counters = (uint8_t)p->counters,
                             .n_posts = (uint8_t)p->posts};
    for (unsigned i = 0; i < p->counters; i++)
        rule.serves[i] = rows ? UINT64_C(1) << i : p->lanes && p->serves ? p->serves[i] : (UINT64_C(1) << rule.n_lanes) - 1;
    for (unsigned i = 0; p->lanes && i < p->n_lanes; i++)
        rule.lanes[i].weight = p->lanes[i].weight;
    int r = line_open(&rule, &s->line, s->err);
    if (r < 0)
        return r;
    s->n_counters = p->counters;
    s->window = line_rule(s->line)->window;
    for (unsigned i = 0; i < p->counters; i++)
        s->end[i] = SIM_NEVER;
    s->next_slot = SIM_NEVER;
    s->to_come = p->travellers + p->warm_up;
    if (p->hours)
        return begin_slot(s);
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
        const double end = s->end[first], leave = sim_next_to_leave(s), other = end < leave ? end : leave;
        if (s->next_slot <= other && s->next_slot <= s->next_arrival && s->next_slot < SIM_NEVER) {
            s->now = s->next_slot;
            r = begin_slot(s);
        } else if (s->next_arrival <= other) {
            if (s->next_arrival == SIM_NEVER)
                break;
            s->now = s->next_arrival;
            r = arrive(s);
        } else if (end <= leave) {
            s->now = end;
            r = end_case(s, first + 1);
        } else {
            s->now = leave;
            r = sim_leave(s);
        }
        if (r == 0 && sim_door_opens(s))
            r = enter(s, s->plan.lane, true);
    }
    return r;
}

static void conclude(struct sim *s)
{
    struct sim_result *found = s->result;
    const struct line_totals *t = line_totals(s->line);
    sim_waits_close(s);
    found->overtaking = found->waits.n ? (double)s->overtaking / (double)found->waits.n : 0;
    found->most_overtaken = t->most_overtaken;
    found->overtakes = t->overtakes;
    found->due = t->due;
    found->calls = t->calls;
    found->chance = found->accomplices ? (double)found->reached / (double)found->accomplices : 0;
    found->group_chance = found->groups ? (double)found->groups_reached / (double)found->groups : 0;
    if (!s->plan.hours && s->now > s->counted_from)
        found->busy = s->served_time / ((s->now - s->counted_from) * s->n_counters);
}

int sim_run(const struct sim_plan *plan, struct sim_result *result, struct err *err)
{
    memset(result, 0, sizeof *result);
    struct sim s = {.err = err, .result = result, .random = sim_random_from(plan->seed)};
    s.arrivals = sim_random_from(sim_next(&s.random));
    s.cases = sim_next(&s.random);
    s.lots = sim_next(&s.random);
    int r = sim_check_plan(&s, plan);
    if (r < 0)
        return r;
    sim_waits_open(&s);
    r = open_hall(&s);
    if (r == 0)
        r = run(&s);
    if (r == 0)
        conclude(&s);
    line_close(s.line);
    sim_waits_free(&s);
    free(s.waiters);
    return r;
}
