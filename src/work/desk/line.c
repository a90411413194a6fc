#include "work/desk/line_internal.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "ground/base/arena.h"

enum { FIRST_ROOM = 1024, KEEP = 0xff };

#define IN(state) (1u << (state))

/* One event at work. */
struct step {
    const struct line_event *event;
    struct line_ticket *ticket;
    struct line_counter *counter;
    uint16_t counter_number;
    uint8_t ticket_to, counter_to;
    struct line_outcome outcome;
};

typedef int step_fn(struct line *line, struct step *step, struct err *err);
static step_fn enter, open_counter, ask, call, refuse, come_back, mismatch, check, override, not_in_a_draw, stop, post;

#define COUNTED(member) (offsetof(struct line_totals, member) + 1)

/* What may happen, when, and what it leads to. A row with a function lets it look first, and decide where the table says KEEP. */
static const struct transition {
    const char *word;
    uint16_t ticket_from, counter_from; /* sets of states; 0: the event names none */
    uint8_t ticket_to, counter_to;
    bool two; /* needs two persons */
    size_t counted; /* where in the totals, from 1; 0: nowhere */
    step_fn *look;
} transitions[LINE_KINDS] = {
    [LINE_ENTER] = {"enter", 0, 0, LINE_WAITING, KEEP, false, COUNTED(tickets), enter},
    [LINE_OPEN] = {"open", 0, IN(LINE_CLOSED), KEEP, LINE_IDLE, false, COUNTED(opened), open_counter},
    [LINE_READY] = {"ready", 0, IN(LINE_IDLE), KEEP, LINE_FREE, false, 0, NULL},
    [LINE_ASK] = {"ask", 0, IN(LINE_FREE), KEEP, LINE_ASKING, false, 0, ask},
    [LINE_CALL] = {"call", 0, IN(LINE_ASKING), LINE_CALLED, LINE_BUSY, false, COUNTED(calls), call},
    [LINE_NO_SHOW] = {"no-show", IN(LINE_CALLED), 0, LINE_GONE, KEEP, false, COUNTED(no_shows), NULL},
    [LINE_REFUSE] = {"refuse", IN(LINE_CALLED), 0, KEEP, KEEP, false, COUNTED(refusals), refuse},
    [LINE_RETURN] = {"return", IN(LINE_GONE), 0, KEEP, KEEP, false, COUNTED(returns), come_back},
    [LINE_END] = {"end", IN(LINE_CALLED), 0, LINE_SERVED, KEEP, false, COUNTED(served), NULL},
    [LINE_VOID] = {"void", IN(LINE_WAITING) | IN(LINE_CALLED) | IN(LINE_GONE) | IN(LINE_SECONDARY), 0, LINE_VOIDED, KEEP, false, COUNTED(voids), not_in_a_draw},
    [LINE_MISMATCH] = {"mismatch", IN(LINE_CALLED), 0, LINE_SECONDARY, KEEP, false, COUNTED(mismatches), mismatch},
    [LINE_CHECK] = {"check", IN(LINE_SECONDARY), 0, LINE_CHECKED, KEEP, false, COUNTED(checks), check},
    [LINE_OVERRIDE] = {"override", IN(LINE_WAITING), IN(LINE_FREE), LINE_CALLED, LINE_BUSY, true, COUNTED(overrides), override},
    [LINE_CLOSE] = {"close", 0, IN(LINE_IDLE) | IN(LINE_FREE) | IN(LINE_BUSY), KEEP, KEEP, false, COUNTED(closed), stop},
    [LINE_POST] = {"post", 0, IN(LINE_CLOSED), KEEP, KEEP, true, COUNTED(posted), post},
};

static const char *const state_words[LINE_STATES] = {
    [LINE_NONE] = "none", [LINE_WAITING] = "waiting", [LINE_CALLED] = "called", [LINE_SERVED] = "served",
    [LINE_GONE] = "no-show", [LINE_SECONDARY] = "secondary check", [LINE_CHECKED] = "checked", [LINE_VOIDED] = "void",
};
static const char *const counter_words[LINE_COUNTER_STATES] = {
    [LINE_CLOSED] = "closed", [LINE_IDLE] = "not ready", [LINE_FREE] = "free",
    [LINE_ASKING] = "waiting for its draw", [LINE_BUSY] = "busy", [LINE_CLOSING] = "closing",
};

const char *line_kind_word(enum line_kind kind)
{
    return (unsigned)kind < LINE_KINDS ? transitions[kind].word : "?";
}

const char *line_state_word(enum line_state state)
{
    return (unsigned)state < LINE_STATES ? state_words[state] : "?";
}

/* --- the rule ---------------------------------------------------------------------------------------------------- */

/* A lane that gets no place in the window of its counter would wait for ever. */
static int check_serves(const struct line_rule *rule, unsigned counter, uint64_t serves, struct err *err)
{
    if (rule->n_lanes < LINE_LANES_MAX && serves >> rule->n_lanes)
        return err_set(err, ERR_NOT_FOUND, "counter %u serves a lane that is not there: there are %u", counter, rule->n_lanes);
    if (__builtin_popcountll(serves) > rule->window)
        return err_set(err, ERR_INPUT, "counter %u serves %d lanes with a window of %u: each lane needs a place", counter,
                       __builtin_popcountll(serves), rule->window);
    return 0;
}

static int take_rule(struct line_rule *rule, struct err *err)
{
    rule->window = rule->window ? rule->window : LINE_WINDOW;
    rule->cap = rule->cap ? rule->cap : LINE_CAP;
    rule->tries = rule->tries ? rule->tries : LINE_TRIES;
    if (rule->window > LINE_WINDOW_MAX)
        return err_set(err, ERR_LIMIT, "a window of %u: at most %d", rule->window, LINE_WINDOW_MAX);
    if (rule->n_lanes < 1 || rule->n_lanes > LINE_LANES_MAX || rule->n_counters < 1 || rule->n_counters > LINE_COUNTERS_MAX)
        return err_set(err, ERR_LIMIT, "%u lanes and %u counters: from 1 to %d of each", rule->n_lanes, rule->n_counters, LINE_LANES_MAX);
    if (rule->n_posts > LINE_WINDOW_MAX)
        return err_set(err, ERR_LIMIT, "%u posts of the secondary check: at most %d", rule->n_posts, LINE_WINDOW_MAX);
    for (unsigned i = 0; i < rule->n_lanes; i++)
        if (!rule->lanes[i].weight)
            rule->lanes[i].weight = 1;
    uint64_t served = 0;
    for (unsigned i = 0; i < rule->n_counters; i++) {
        int r = check_serves(rule, i + 1, rule->serves[i], err);
        if (r < 0)
            return r;
        served |= rule->serves[i];
    }
    return served ? 0 : err_set(err, ERR_INPUT, "no counter serves any lane");
}

int line_open(const struct line_rule *rule, struct line **line, struct err *err)
{
    struct line_rule taken = *rule;
    int r = take_rule(&taken, err);
    if (r < 0)
        return r;
    struct line *l = mem_calloc(1, sizeof *l);
    l->rule = taken;
    l->tickets = mem_calloc(FIRST_ROOM, sizeof *l->tickets);
    l->mask = FIRST_ROOM - 1;
    l->at = INT64_MIN;
    for (unsigned i = 0; i < taken.n_counters; i++)
        l->counters[i].serves = taken.serves[i];
    *line = l;
    return 0;
}

void line_close(struct line *line)
{
    if (!line)
        return;
    free(line->tickets);
    free(line);
}

/* --- tickets ----------------------------------------------------------------------------------------------------- */

static bool forgettable(const struct line *line, const struct line_ticket *t)
{
    return !t->id || (line->rule.forget && (t->state == LINE_SERVED || t->state == LINE_CHECKED || t->state == LINE_VOIDED));
}

void make_room(struct line *line, uint32_t id)
{
    while (!forgettable(line, ticket_at(line, id))) {
        const uint32_t mask = 2 * line->mask + 1;
        struct line_ticket *wider = mem_calloc((size_t)mask + 1, sizeof *wider);
        for (uint32_t i = 0; i <= line->mask; i++)
            if (line->tickets[i].id)
                wider[line->tickets[i].id & mask] = line->tickets[i];
        free(line->tickets);
        line->tickets = wider;
        line->mask = mask;
    }
}

const struct line_ticket *line_ticket(const struct line *line, uint32_t ticket)
{
    const struct line_ticket *t = ticket_at(line, ticket);
    return ticket && t->id == ticket ? t : NULL;
}

static int enter(struct line *line, struct step *step, struct err *err)
{
    const struct line_event *e = step->event;
    if (e->lane >= line->rule.n_lanes)
        return err_set(err, ERR_NOT_FOUND, "enter: there is no lane %u", e->lane);
    if (line->rule.lanes[e->lane].needs & ~(e->eligible & ~LINE_NOBODY))
        return err_set(err, ERR_DENIED, "enter: the ticket is not eligible for lane %u", e->lane);
    if (line->last >= INT32_MAX)
        return err_set(err, ERR_LIMIT, "enter: no more tickets today");
    uint32_t id = line->last + 1;
    while (line_ticket(line, id)) /* one that came over has it */
        id++;
    if (e->ticket && e->ticket != id)
        return err_set(err, ERR_CORRUPT, "enter: ticket %u where %u is the next", e->ticket, id);
    line->last = id;
    make_room(line, id);
    step->ticket = ticket_at(line, id);
    *step->ticket = (struct line_ticket){.id = id, .lane = e->lane, .party = e->party ? e->party : 1, .entered = e->at};
    line->totals.travellers += step->ticket->party;
    return 0;
}

/* --- calls ------------------------------------------------------------------------------------------------------- */

static int ask(struct line *line, struct step *step, struct err *err)
{
    if (line->asked.counter)
        return err_set(err, ERR_INPUT, "ask: counter %u waits for its draw: one call at a time", line->asked.counter);
    struct line_window *w = &line->asked;
    line_window(line, step->counter_number, w);
    if (!w->n) {
        w->counter = 0;
        return err_set(err, ERR_INPUT, "ask: nobody waits for counter %u", step->counter_number);
    }
    w->call = ++line->calls;
    for (unsigned i = 0; i < w->n; i++)
        ticket_at(line, w->tickets[i])->asked = true;
    for (unsigned i = 0; i < w->n_free; i++)
        move_counter(line, &line->counters[w->free[i] - 1], LINE_ASKING, step->event->at);
    step->outcome.call = w->call;
    step->outcome.no_choice = w->no_choice;
    step->outcome.due = w->due >= 0;
    return 0;
}

static int call(struct line *line, struct step *step, struct err *err)
{
    struct line_window *w = &line->asked;
    const struct line_event *e = step->event;
    if (e->counter != w->counter)
        return err_set(err, ERR_INPUT, "call %u: counter %u asked, not %u", w->call, w->counter, e->counter);
    if (w->due < 0 && !e->lots)
        return err_set(err, ERR_INPUT, "call %u: the lots are missing", w->call);
    const size_t winner = w->due >= 0 ? (size_t)w->due : line_least(e->lots, w->n);
    const uint32_t id = w->tickets[winner];
    if (e->ticket && e->ticket != id)
        return err_set(err, ERR_CORRUPT, "call %u at counter %u: ticket %u does not follow from the draw, %u does", w->call, w->counter, e->ticket, id);
    for (unsigned i = 0; i < w->n; i++)
        ticket_at(line, w->tickets[i])->asked = false;
    for (unsigned i = 0; i < w->n_free; i++)
        move_counter(line, &line->counters[w->free[i] - 1], LINE_FREE, e->at);
    if (w->due < 0)
        step->counter_number = w->free[(uint32_t)e->lots[winner] % w->n_free];
    step->counter = &line->counters[step->counter_number - 1];
    step->ticket = ticket_at(line, id);
    struct line_outcome *o = &step->outcome;
    o->call = w->call;
    o->due = w->due >= 0;
    o->weak = e->weak && !o->due;
    o->no_choice = w->no_choice;
    o->overtook = queue_overtake(line, step->ticket);
    line->totals.due += o->due;
    line->totals.weak += o->weak;
    line->totals.no_choice += o->no_choice;
    w->counter = 0;
    return 0;
}

/* Nobody leaves a window once its lots can be known: whoever did not like the winner would take it out. */
static int not_in_a_draw(struct line *line, struct step *step, struct err *err)
{
    (void)line;
    if (step->ticket->asked)
        return err_set(err, ERR_INPUT, "%s: ticket %u takes part in a draw: after the call", line_kind_word(step->event->kind), step->ticket->id);
    return 0;
}

static int override(struct line *line, struct step *step, struct err *err)
{
    int r = not_in_a_draw(line, step, err);
    if (r < 0)
        return r;
    for (uint32_t id = step->ticket->before; id; id = ticket_at(line, id)->before)
        step->outcome.overtook++; /* told, but not counted against the cap: that is a promise about draws */
    return 0;
}

/* --- calls that end without service ------------------------------------------------------------------------------- */

static uint8_t again_or_check(struct line *line, struct step *step)
{
    if (step->ticket->tries < line->rule.tries)
        return LINE_WAITING;
    step->ticket->check = ++line->calls;
    return LINE_SECONDARY;
}

static int refuse(struct line *line, struct step *step, struct err *err)
{
    (void)err;
    step->ticket->tries++;
    step->ticket_to = again_or_check(line, step);
    return 0;
}

static int come_back(struct line *line, struct step *step, struct err *err)
{
    (void)err;
    step->ticket_to = again_or_check(line, step);
    return 0;
}

static int mismatch(struct line *line, struct step *step, struct err *err)
{
    (void)err;
    step->ticket->check = ++line->calls;
    return 0;
}

static int check(struct line *line, struct step *step, struct err *err)
{
    const struct line_event *e = step->event;
    if (!line->rule.n_posts || !e->lots)
        return err_set(err, ERR_INPUT, "check: %s", line->rule.n_posts ? "the lots are missing" : "no posts of the secondary check are posted");
    const uint16_t drawn = (uint16_t)(line_least(e->lots, line->rule.n_posts) + 1);
    if (e->counter && e->counter != drawn)
        return err_set(err, ERR_CORRUPT, "check of ticket %u: post %u does not follow from the draw, %u does", step->ticket->id, e->counter, drawn);
    step->counter_number = step->ticket->counter = drawn;
    step->outcome.call = step->ticket->check;
    step->outcome.weak = e->weak;
    line->totals.weak += e->weak;
    return 0;
}

/* --- counters ---------------------------------------------------------------------------------------------------- */

static int stop(struct line *line, struct step *step, struct err *err)
{
    (void)line;
    (void)err;
    step->counter_to = step->counter->state == LINE_BUSY ? LINE_CLOSING : LINE_CLOSED;
    return 0;
}

static int open_counter(struct line *line, struct step *step, struct err *err)
{
    (void)line;
    return step->counter->serves ? 0 : err_set(err, ERR_INPUT, "open: counter %u is out of use: it serves no lane", step->counter_number);
}

static int post(struct line *line, struct step *step, struct err *err)
{
    if (!step->event->serves)
        return err_set(err, ERR_INPUT, "counter %u serves no lane", step->counter_number);
    int r = check_serves(&line->rule, step->counter_number, step->event->serves, err);
    if (r == 0)
        step->counter->serves = step->event->serves;
    return r;
}

static bool is_open(unsigned state)
{
    return state != LINE_CLOSED && state != LINE_CLOSING;
}

void move_counter(struct line *line, struct line_counter *c, uint8_t to, int64_t at)
{
    if (is_open(c->state) != is_open(to))
        for (uint64_t left = c->serves; left; left &= left - 1) {
            struct line_queue *q = &line->lanes[__builtin_ctzll(left)];
            q->choices += is_open(to) ? 1u : -1u;
        }
    c->state = to;
    c->since = at;
}

/* --- one event ---------------------------------------------------------------------------------------------------- */

/* A ticket that waits stands in its lane; one that was called keeps its counter busy until the next state, and the counter is free by itself. */
static void move_ticket(struct line *line, struct step *step)
{
    struct line_ticket *t = step->ticket;
    const uint8_t from = t->state, to = step->ticket_to;
    if (from == LINE_WAITING)
        queue_remove(line, t);
    if (from == LINE_CALLED) {
        struct line_counter *c = &line->counters[t->counter - 1];
        c->ticket = 0;
        step->counter = c;
        step->counter_number = t->counter;
        step->counter_to = c->state == LINE_CLOSING ? LINE_CLOSED : LINE_FREE;
    }
    if (to == LINE_CALLED) {
        t->called = step->event->at;
        t->counter = step->counter_number;
        step->counter->ticket = t->id;
    }
    if (to == LINE_GONE)
        t->tries++;
    line->secondary += (to == LINE_SECONDARY) - (from == LINE_SECONDARY);
    if (to == LINE_SERVED || to == LINE_CHECKED || to == LINE_VOIDED)
        t->ended = step->event->at;
    t->state = to;
    if (to == LINE_WAITING)
        queue_append(line, t);
}

/* The table's conditions: the ticket, the counter, two persons. */
static int admit(struct line *line, const struct transition *row, struct step *step, struct err *err)
{
    const struct line_event *e = step->event;
    if (row->ticket_from) {
        step->ticket = ticket_at(line, e->ticket);
        if (!e->ticket || step->ticket->id != e->ticket)
            return err_set(err, ERR_NOT_FOUND, "%s: there is no ticket %u", row->word, e->ticket);
        if (!(row->ticket_from & IN(step->ticket->state)))
            return err_set(err, ERR_INPUT, "%s: ticket %u is %s", row->word, e->ticket, state_words[step->ticket->state]);
    }
    if (row->counter_from) {
        if (e->counter < 1 || e->counter > line->rule.n_counters)
            return err_set(err, ERR_NOT_FOUND, "%s: there is no counter %u", row->word, e->counter);
        step->counter = &line->counters[e->counter - 1];
        step->counter_number = e->counter;
        if (!(row->counter_from & IN(step->counter->state)))
            return err_set(err, ERR_INPUT, "%s: counter %u is %s", row->word, e->counter, counter_words[step->counter->state]);
    }
    if (row->two && (!e->persons[0] || !e->persons[1] || e->persons[0] == e->persons[1]))
        return err_set(err, ERR_DENIED, "%s: needs two persons", row->word);
    return 0;
}

int line_apply(struct line *line, const struct line_event *event, struct line_outcome *outcome, struct err *err)
{
    if ((unsigned)event->kind >= LINE_KINDS)
        return err_set(err, ERR_INPUT, "there is no event %u of a line", (unsigned)event->kind);
    if (event->at < line->at)
        return err_set(err, ERR_INPUT, "%s: happens before the event before it", transitions[event->kind].word);
    const struct transition *row = &transitions[event->kind];
    struct step step = {.event = event, .ticket_to = row->ticket_to, .counter_to = row->counter_to};
    int r = admit(line, row, &step, err);
    if (r == 0 && row->look)
        r = row->look(line, &step, err);
    if (r < 0)
        return r;
    line->at = event->at;
    if (row->counted)
        ++*(uint32_t *)((char *)&line->totals + row->counted - 1);
    if (step.ticket && step.ticket_to != KEEP)
        move_ticket(line, &step);
    if (step.counter && step.counter_to != KEEP)
        move_counter(line, step.counter, step.counter_to, event->at);
    if (outcome) {
        *outcome = step.outcome;
        outcome->ticket = step.ticket ? step.ticket->id : 0;
        outcome->ticket_state = step.ticket ? step.ticket->state : LINE_NONE;
        outcome->counter = step.counter_number;
        outcome->counter_state = step.counter ? step.counter->state : LINE_CLOSED;
    }
    return 0;
}

/* --- to look at --------------------------------------------------------------------------------------------------- */

const struct line_window *line_asked(const struct line *line)
{
    return line->asked.counter ? &line->asked : NULL;
}

const struct line_ticket *line_each(const struct line *line, uint32_t *i)
{
    while (*i <= line->mask && !line->tickets[*i].id)
        ++*i;
    return *i <= line->mask ? &line->tickets[(*i)++] : NULL;
}

uint32_t line_unchecked(const struct line *line)
{
    const struct line_ticket *t;
    uint32_t first = 0;
    for (uint32_t i = 0; line->secondary && (t = line_each(line, &i));)
        if (t->state == LINE_SECONDARY && (!first || t->check < line_ticket(line, first)->check))
            first = t->id;
    return first;
}

const struct line_counter *line_counter(const struct line *line, unsigned counter)
{
    return counter < 1 || counter > line->rule.n_counters ? NULL : &line->counters[counter - 1];
}

const struct line_rule *line_rule(const struct line *line)
{
    return &line->rule;
}

const struct line_totals *line_totals(const struct line *line)
{
    return &line->totals;
}

uint32_t line_waiting(const struct line *line, unsigned lane)
{
    return lane < line->rule.n_lanes ? line->lanes[lane].n : 0;
}

uint32_t line_first(const struct line *line, unsigned lane)
{
    return lane < line->rule.n_lanes ? line->lanes[lane].first : 0;
}

unsigned line_choices(const struct line *line, unsigned lane)
{
    return lane < line->rule.n_lanes ? line->lanes[lane].choices : 0;
}

static void stir(uint64_t *sum, uint64_t value)
{
    *sum = (*sum ^ value) * 0x100000001b3;
    *sum ^= *sum >> 29;
}

uint64_t line_fingerprint(const struct line *line)
{
    uint64_t sum = 0xcbf29ce484222325;
    stir(&sum, line->last);
    stir(&sum, line->calls);
    stir(&sum, line->places);
    stir(&sum, (uint64_t)line->at);
    const struct line_ticket *t;
    for (uint32_t place = 0; (t = line_each(line, &place));) {
        const uint64_t parts[] = {t->id, t->before, t->after, t->overtaken, t->counter, t->check, t->state, t->lane, t->tries, t->asked, t->party,
                                  t->place, (uint64_t)t->entered, (uint64_t)t->called, (uint64_t)t->ended};
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            stir(&sum, parts[i]);
    }
    for (unsigned i = 0; i < line->rule.n_counters; i++) {
        stir(&sum, line->counters[i].state);
        stir(&sum, line->counters[i].ticket);
        stir(&sum, line->counters[i].serves);
        stir(&sum, (uint64_t)line->counters[i].since);
    }
    for (unsigned i = 0; i < line->rule.n_lanes; i++) {
        stir(&sum, line->lanes[i].first);
        stir(&sum, line->lanes[i].last);
        stir(&sum, line->lanes[i].n);
        stir(&sum, line->lanes[i].choices);
    }
    stir(&sum, line->asked.counter);
    stir(&sum, line->totals.overtakes);
    stir(&sum, line->totals.most_overtaken);
    return sum;
}
