#include "work/desk/simulate_internal.h"

enum { DUE_NEAR = 3 };

bool sim_in_league(const struct sim *s, unsigned counter)
{
    return counter <= s->plan.officers;
}

/* They end at once what they have stretched; and hurry, or no longer. */
static void signal_officers(struct sim *s, bool release, double pace)
{
    for (unsigned i = 0; i < s->plan.officers && i < s->n_counters; i++) {
        if (s->held[i] && release)
            s->end[i] = s->now;
        else if (!s->held[i] && !s->shunning[i] && s->end[i] < SIM_NEVER)
            s->end[i] = s->now + (s->end[i] - s->now) * pace;
    }
}

/* --- they come and go ------------------------------------------------------------------------------------------------ */

bool sim_is_spy(struct sim *s)
{
    const struct sim_plan *p = &s->plan;
    if (!p->every)
        return false;
    if (!s->league.begun) {
        if (sim_below(&s->random, p->every) != 0)
            return false;
        s->league.begun = true;
        s->league.to_come = p->group;
        s->league.one_reached = false;
        s->league.shunned = 0;
    } else if (!s->league.to_come || (p->apart && (s->league.n || sim_below(&s->random, p->every) != 0))) {
        return false;
    }
    s->league.to_come--;
    return true;
}

static bool callable(const struct sim *s, const struct sim_spy *spy)
{
    if (s->plan.n_lanes < 2)
        return spy->ahead < s->window;
    struct line_window w;
    for (unsigned c = 1; c <= s->plan.officers; c++) {
        line_window(s->line, c, &w);
        for (unsigned i = 0; i < w.n; i++)
            if (w.tickets[i] == spy->ticket)
                return true;
    }
    return false;
}

void sim_spy_enters(struct sim *s, uint32_t ticket, unsigned lane, unsigned calls_left)
{
    s->league.spies[s->league.n++] = (struct sim_spy){.ticket = ticket, .place = line_ticket(s->line, ticket)->place,
                                                      .ahead = line_waiting(s->line, lane) - 1, .calls_left = calls_left};
    sim_spies_look(s);
}

struct sim_spy *sim_spy_of(struct sim *s, uint32_t ticket)
{
    for (unsigned i = 0; i < s->league.n; i++)
        if (s->league.spies[i].ticket == ticket)
            return &s->league.spies[i];
    return NULL;
}

void sim_spies_move(struct sim *s, const struct line_ticket *gone)
{
    for (unsigned i = 0; i < s->league.n; i++) {
        struct sim_spy *spy = &s->league.spies[i];
        if (gone->place < spy->place && line_ticket(s->line, spy->ticket)->lane == gone->lane)
            spy->ahead--;
    }
}

static void conclude(struct sim *s, bool reached, bool checked)
{
    s->league.one_reached |= reached;
    if (sim_counted(s)) {
        s->result->accomplices++;
        s->result->reached += reached;
        s->result->checked += checked;
    }
    if (s->league.n || s->league.to_come)
        return;
    s->league.begun = false;
    if (sim_counted(s)) {
        s->result->groups++;
        s->result->groups_reached += s->league.one_reached;
    }
}

/* The secondary check: a post is drawn. */
static int go_to_check(struct sim *s, uint32_t ticket, uint16_t *post)
{
    uint64_t lots[LINE_WINDOW_MAX];
    struct line_outcome o;
    s->last_call = line_ticket(s->line, ticket)->check;
    for (unsigned i = 0; i < s->plan.posts; i++)
        lots[i] = sim_lot(s, s->last_call, LINE_POST_ID(i + 1));
    int r = sim_apply(s, &(struct line_event){.kind = LINE_CHECK, .at = sim_at(s), .ticket = ticket, .lots = lots}, &o);
    *post = o.counter;
    return r;
}

int sim_spy_called(struct sim *s, uint32_t ticket, unsigned counter, bool *takes)
{
    struct sim_spy *spy = sim_spy_of(s, ticket);
    const bool reached = sim_in_league(s, counter);
    const unsigned calls_left = spy->calls_left - 1;
    const unsigned lane = line_ticket(s->line, ticket)->lane;
    *spy = s->league.spies[--s->league.n];
    *takes = reached || !calls_left;
    if (*takes) {
        conclude(s, reached, false);
        sim_spies_look(s);
        return 0;
    }
    uint16_t post;
    int r = sim_apply(s, &(struct line_event){.kind = LINE_REFUSE, .at = sim_at(s), .ticket = ticket}, NULL);
    if (r == 0 && line_ticket(s->line, ticket)->state == LINE_SECONDARY) {
        r = go_to_check(s, ticket, &post);
        if (r == 0)
            conclude(s, post <= s->plan.own_posts, true);
    } else if (r == 0) {
        sim_spy_enters(s, ticket, lane, calls_left);
    }
    return r;
}

/* --- what officers do --------------------------------------------------------------------------------------------------- */

static bool some_is_due(const struct sim *s, unsigned within)
{
    const unsigned cap = line_rule(s->line)->cap;
    for (unsigned i = 0; i < s->league.n; i++) {
        const unsigned overtaken = line_ticket(s->line, s->league.spies[i].ticket)->overtaken;
        if (s->league.spies[i].in_reach && overtaken + within >= cap && (!within || overtaken < cap))
            return true;
    }
    return false;
}

/* Who knows the lots ends his case when the next call is hers. */
static void foresee(struct sim *s)
{
    for (unsigned i = 0; i < s->plan.officers && s->league.any_in_reach; i++) {
        struct line_window w;
        size_t best = 0;
        if (!s->held[i])
            continue;
        line_window(s->line, i + 1, &w);
        for (size_t k = 1; k < w.n; k++)
            if (sim_lot(s, s->last_call + 1, w.tickets[k]) < sim_lot(s, s->last_call + 1, w.tickets[best]))
                best = k;
        if (w.n && sim_spy_of(s, w.tickets[w.due >= 0 ? (size_t)w.due : best])) {
            s->end[i] = s->now;
            return;
        }
    }
}

void sim_spies_look(struct sim *s)
{
    const unsigned attack = s->plan.attack;
    bool any = false;
    for (unsigned i = 0; i < s->league.n; i++) {
        struct sim_spy *spy = &s->league.spies[i];
        spy->in_reach = spy->in_reach || callable(s, spy);
        any |= spy->in_reach;
    }
    const bool was = s->league.any_in_reach;
    s->league.any_in_reach = any;
    if (any != was)
        signal_officers(s, !any || !(attack & SIM_FORESEE), attack & SIM_HURRY ? any ? s->plan.rush : 1 / s->plan.rush : 1);
    if (s->plan.line != SIM_DRAW)
        return;
    if (attack & SIM_WAIT && some_is_due(s, 0))
        signal_officers(s, true, 1);
    if (attack & SIM_FORESEE)
        foresee(s);
}

/* A case of his is over: does he say so? */
bool sim_stretches(struct sim *s, unsigned counter)
{
    const unsigned attack = s->plan.attack;
    if (!s->league.begun || !sim_in_league(s, counter) || s->held[counter - 1] || s->shunning[counter - 1] || s->plan.line == SIM_ROWS)
        return false;
    for (unsigned i = 0; attack & SIM_TURNS && i < s->plan.officers; i++)
        if (s->held[i])
            return false;
    if (attack & SIM_LURK && s->league.door > 0 && line_waiting(s->line, s->plan.lane) < s->plan.counters)
        return true;
    if (s->league.any_in_reach)
        return s->plan.line == SIM_DRAW && (attack & SIM_FORESEE || (attack & SIM_WAIT && some_is_due(s, DUE_NEAR)));
    for (unsigned i = 0; attack & SIM_HOLD && i < s->league.n; i++)
        if (s->league.spies[i].ahead < s->window + s->plan.near)
            return true;
    return false;
}

double sim_own_pace(struct sim *s, unsigned counter, double time)
{
    return s->league.any_in_reach && s->plan.attack & SIM_RUSH && sim_in_league(s, counter) ? time * s->plan.rush : time;
}

/* He says that nobody came; she did, and stands at the end of the line, or the second time goes to the secondary check. */
int sim_shun(struct sim *s, uint32_t ticket)
{
    uint16_t post;
    int r = sim_apply(s, &(struct line_event){.kind = LINE_NO_SHOW, .at = sim_at(s), .ticket = ticket}, NULL);
    if (r == 0)
        r = sim_apply(s, &(struct line_event){.kind = LINE_RETURN, .at = sim_at(s), .ticket = ticket}, NULL);
    if (r == 0 && line_ticket(s->line, ticket)->state == LINE_SECONDARY)
        r = go_to_check(s, ticket, &post);
    s->result->shunned += sim_counted(s);
    return r;
}

/* She comes in when nobody waits and no counter is free but those of her officers, or when she has stood there long enough. A case that one of them
 * has only stretched ends as she comes in. */
bool sim_door_opens(struct sim *s)
{
    bool own = false, other = false;
    if (!(s->league.door > 0))
        return false;
    for (unsigned c = 1; c <= s->n_counters; c++) {
        const bool free = line_counter(s->line, c)->state == LINE_FREE;
        own |= sim_in_league(s, c) && (free || s->held[c - 1]);
        other |= !sim_in_league(s, c) && free;
    }
    const bool now = own && !other && line_waiting(s->line, s->plan.lane) == 0;
    if (!now && s->now < s->league.door)
        return false;
    s->league.door = 0;
    signal_officers(s, true, 1);
    return true;
}
