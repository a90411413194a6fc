/* From one day into the next: nobody loses her place because a day ends. */
#include <stdlib.h>

#include "ground/base/arena.h"
#include "work/desk/line_internal.h"

static bool goes_over(const struct line_ticket *t)
{
    return t->state == LINE_WAITING || t->state == LINE_CALLED || t->state == LINE_GONE || t->state == LINE_SECONDARY;
}

static int by_place(const void *one, const void *other)
{
    const struct line_ticket *x = one, *y = other;
    return x->place < y->place ? -1 : x->place > y->place;
}

void line_over(const struct line *line, struct arena *a, struct line_over *out)
{
    const struct line_ticket *t;
    uint32_t n = 0;
    for (uint32_t i = 0; (t = line_each(line, &i));)
        n += goes_over(t);
    struct line_ticket *all = arena_array(a, struct line_ticket, n);
    *out = (struct line_over){.at = line->at, .last = line->last > LINE_NUMBERS ? 0 : line->last, .n_counters = line->rule.n_counters, .tickets = all};
    for (uint32_t i = 0; (t = line_each(line, &i));)
        if (goes_over(t))
            all[out->n++] = (struct line_ticket){.id = t->id, .overtaken = t->overtaken, .counter = t->state == LINE_CALLED ? t->counter : 0, .state = t->state, .lane = t->lane,
                                                 .tries = t->tries, .party = t->party, .place = t->place, .entered = t->entered, .called = t->called};
    if (n)
        qsort(all, n, sizeof *all, by_place);
    for (unsigned i = 0; i < line->rule.n_counters; i++)
        out->counters[i] = line->counters[i].state;
}

static int take_ticket(struct line *line, const struct line_over *over, const struct line_ticket *from, struct err *err)
{
    struct line_counter *c = from->counter >= 1 && from->counter <= over->n_counters ? &line->counters[from->counter - 1] : NULL;
    if (!goes_over(from) || from->id < 1 || from->id > INT32_MAX || line_ticket(line, from->id) || from->party < 1)
        return err_set(err, ERR_INPUT, "ticket %u cannot come over from the day before", from->id);
    if (from->lane >= line->rule.n_lanes)
        return err_set(err, ERR_INPUT, "ticket %u comes over and stands in lane %u, which is no longer there", from->id, from->lane + 1);
    if (from->state == LINE_CALLED ? !c || c->ticket || (c->state != LINE_BUSY && c->state != LINE_CLOSING) : from->counter != 0)
        return err_set(err, ERR_INPUT, "ticket %u comes over and is at a counter that does not have it", from->id);
    make_room(line, from->id);
    struct line_ticket *t = ticket_at(line, from->id);
    *t = *from;
    t->before = t->after = t->check = 0;
    t->asked = false;
    t->ended = 0;
    t->place = ++line->places;
    if (c)
        c->ticket = t->id;
    if (t->state == LINE_SECONDARY) {
        t->check = ++line->calls;
        line->secondary++;
    }
    if (t->state == LINE_WAITING) {
        line->places--;
        queue_append(line, t);
        t->overtaken = from->overtaken;
    }
    return 0;
}

int line_come_over(struct line *line, const struct line_over *over, struct err *err)
{
    if (line->at != INT64_MIN || line->last || line->totals.came_over)
        return err_set(err, ERR_INPUT, "whoever comes over from the day before does so before anything else happens");
    if (over->n_counters > line->rule.n_counters)
        return err_set(err, ERR_INPUT, "the day before had %u counters, and this one has %u", over->n_counters, line->rule.n_counters);
    for (unsigned i = 0; i < over->n_counters; i++) {
        if (over->counters[i] >= LINE_COUNTER_STATES || over->counters[i] == LINE_ASKING)
            return err_set(err, ERR_INPUT, "counter %u cannot come over in that state", i + 1);
        move_counter(line, &line->counters[i], over->counters[i], over->at);
    }
    int r = 0;
    for (uint32_t i = 0; r == 0 && i < over->n; i++)
        r = take_ticket(line, over, &over->tickets[i], err);
    for (unsigned i = 0; r == 0 && i < over->n_counters; i++)
        if ((over->counters[i] == LINE_BUSY || over->counters[i] == LINE_CLOSING) != (line->counters[i].ticket != 0))
            r = err_set(err, ERR_INPUT, "counter %u comes over without its ticket", i + 1);
    line->at = over->at;
    line->last = over->last;
    line->totals.came_over = over->n;
    return r;
}
