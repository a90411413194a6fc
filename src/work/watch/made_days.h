/* made_days: days of a hall with nothing arranged, or with exactly what is planted, as calls: for tests and the bench. Each seed gives one log. */
#ifndef COMITY_WATCH_MADE_DAYS_H
#define COMITY_WATCH_MADE_DAYS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "work/desk/simulate_random.h"
#include "work/watch/days.h"

enum { MADE_COUNTERS = 6, MADE_HANDLERS = 12, MADE_FLAGGED = 3, MADE_WAITING = 18 };

static const struct line_rule made_rule = {.n_lanes = 1, .n_counters = MADE_COUNTERS, .serves = {1, 1, 1, 1, 1, 1}};

/* A day that is made up, as its records; time in ms. officer 1 in league with handler MADE_FLAGGED when lift says so. */
struct made_day {
    struct sim_random random;
    struct line *line;
    struct watch_day *day;
    struct watch_label labels[1024];
    int64_t at, until[MADE_COUNTERS];
    uint32_t tickets;
    double lift, slow;
    unsigned met; /* handler MADE_FLAGGED at counter 1 */
    struct err err;
};

static inline void made_fail(const struct err *err)
{
    fprintf(stderr, "%s\n", err->text);
    abort();
}

static inline void made_happen(struct made_day *m, struct line_event e, struct line_outcome *o)
{
    e.at = m->at;
    if (line_apply(m->line, &e, o, &m->err) < 0 || watch_day_record(m->day, &(struct day_record){.kind = 'E', .event = e}, &m->err) < 0)
        made_fail(&m->err);
}

static inline void made_enter(struct made_day *m)
{
    struct line_outcome o;
    made_happen(m, (struct line_event){.kind = LINE_ENTER}, &o);
    m->tickets++;
}

static inline int made_handler(const struct made_day *m, uint32_t ticket)
{
    return m->labels[ticket - 1].code.len ? m->labels[ticket - 1].code.p[1] - 'a' : -1;
}

static inline bool made_waits(const struct made_day *m)
{
    for (uint32_t t = line_first(m->line, 0); t; t = line_ticket(m->line, t)->after)
        if (made_handler(m, t) == MADE_FLAGGED)
            return true;
    return false;
}

/* The lots are even; who is in league makes the handler's the least, of those that lead to the counter, as often as the lift asks for. */
static inline void made_call(struct made_day *m, unsigned counter)
{
    uint64_t lots[LINE_WINDOW_MAX];
    struct line_outcome o;
    made_happen(m, (struct line_event){.kind = LINE_ASK, .counter = (uint16_t)counter}, &o);
    const struct line_window *w = line_asked(m->line);
    const bool flagged = made_waits(m);
    for (unsigned i = 0; i < w->n; i++) {
        lots[i] = sim_next(&m->random) | 1u << 8;
        if (made_handler(m, w->tickets[i]) != MADE_FLAGGED)
            continue;
        for (unsigned k = 0; counter == 1 && m->lift > 1 && k < w->n_free; k++)
            if (w->free[k] == 1 && sim_uniform(&m->random) < (m->lift - 1) / (w->n - 1.))
                lots[i] = k;
    }
    made_happen(m, (struct line_event){.kind = LINE_CALL, .counter = (uint16_t)counter, .lots = w->due < 0 ? lots : NULL}, &o);
    m->until[o.counter - 1] = m->at + (int64_t)(60000 * sim_exponential(&m->random) * (flagged && o.counter == 1 ? m->slow : 1));
    m->met += o.counter == 1 && made_handler(m, o.ticket) == MADE_FLAGGED;
}

/* Half of the travellers come with a handler. */
static inline void made_label(struct made_day *m, struct arena *a)
{
    for (uint32_t i = 0; i < 1024; i++) {
        const bool sent = sim_next(&m->random) % 2;
        const unsigned handler = sim_below(&m->random, MADE_HANDLERS);
        m->labels[i] = (struct watch_label){i + 1, sent ? str_printf(a, "H%c", 'a' + handler) : STR(""), sent && handler == MADE_FLAGGED};
    }
}

static inline unsigned made_day_of(struct draws *to, uint64_t seed, unsigned number, unsigned calls, double lift, double slow)
{
    static const char *const officers[MADE_COUNTERS] = {"ann", "bo", "cy", "di", "ed", "flo"};
    struct arena *a = arena_new();
    struct made_day *m = arena_new_of(a, struct made_day);
    struct watch_seat seats[MADE_COUNTERS];
    struct day_record begin = {.kind = 'B', .begin = {.hall = {9}, .day = number, .rule = made_rule}};
    m->random = sim_random_from(seed * 1000 + number);
    m->lift = lift;
    m->slow = slow;
    made_label(m, a);
    for (unsigned c = 0; c < MADE_COUNTERS; c++)
        seats[c] = (struct watch_seat){c + 1, 0, 0, str_from(officers[c])};
    const struct watch_days_about about = {seats, MADE_COUNTERS, m->labels, 1024, STR("Practice bridge")};
    m->day = watch_day_new(&about, to);
    if (line_open(&made_rule, &m->line, &m->err) < 0 || watch_day_record(m->day, &begin, &m->err) < 0)
        made_fail(&m->err);
    for (unsigned c = 1; c <= MADE_COUNTERS; c++) {
        made_happen(m, (struct line_event){.kind = LINE_OPEN, .counter = (uint16_t)c}, NULL);
        made_happen(m, (struct line_event){.kind = LINE_READY, .counter = (uint16_t)c}, NULL);
    }
    while (line_totals(m->line)->calls < calls) {
        while (line_waiting(m->line, 0) < MADE_WAITING)
            made_enter(m);
        unsigned next = 0;
        for (unsigned c = 0; c < MADE_COUNTERS; c++)
            if (m->until[c] < m->until[next])
                next = c;
        m->at = m->until[next] > m->at ? m->until[next] : m->at;
        const struct line_counter *counter = line_counter(m->line, next + 1);
        if (counter->ticket)
            made_happen(m, (struct line_event){.kind = LINE_END, .ticket = counter->ticket}, NULL);
        if (line_may_ask(m->line, next + 1))
            made_call(m, next + 1);
    }
    const unsigned met = m->met;
    line_close(m->line);
    if (watch_day_end(m->day, &m->err) < 0)
        made_fail(&m->err);
    arena_free(a);
    return met;
}

#endif
