#include "work/desk/line_internal.h"

void queue_append(struct line *line, struct line_ticket *ticket)
{
    struct line_queue *q = &line->lanes[ticket->lane];
    ticket->before = q->last;
    ticket->after = 0;
    ticket->overtaken = 0;
    ticket->place = ++line->places;
    if (q->last)
        ticket_at(line, q->last)->after = ticket->id;
    else
        q->first = ticket->id;
    q->last = ticket->id;
    q->n++;
}

void queue_remove(struct line *line, struct line_ticket *ticket)
{
    struct line_queue *q = &line->lanes[ticket->lane];
    if (ticket->before)
        ticket_at(line, ticket->before)->after = ticket->after;
    else
        q->first = ticket->after;
    if (ticket->after)
        ticket_at(line, ticket->after)->before = ticket->before;
    else
        q->last = ticket->before;
    ticket->before = ticket->after = 0;
    q->n--;
}

uint16_t queue_overtake(struct line *line, const struct line_ticket *ticket)
{
    uint16_t n = 0;
    for (uint32_t id = ticket->before; id; n++) {
        struct line_ticket *passed = ticket_at(line, id);
        if (++passed->overtaken > line->totals.most_overtaken)
            line->totals.most_overtaken = passed->overtaken;
        id = passed->before;
    }
    line->totals.overtakes += n;
    return n;
}

size_t line_least(const uint64_t *lots, size_t n)
{
    size_t least = 0;
    for (size_t i = 1; i < n; i++)
        if (lots[i] < lots[least])
            least = i;
    return least;
}

/* The first n of a lane into the window. Of those that are due the one who has stood longest is called, over all lanes. */
static void take(const struct line *line, const struct line_queue *q, uint32_t n, struct line_window *w)
{
    uint32_t id = q->first;
    for (uint32_t i = 0; i < n; i++) {
        const struct line_ticket *t = ticket_at(line, id);
        if (t->overtaken >= line->rule.cap && (w->due < 0 || t->place < ticket_at(line, w->tickets[w->due])->place))
            w->due = (int16_t)w->n;
        w->tickets[w->n++] = id;
        id = t->after;
    }
    if (q->choices < 2)
        w->no_choice = true;
}

/* The window is shared by weight: one place for each lane in which somebody waits, the others one by one to the lane with the most weight for each
 * place it has (highest averages). So a lane with priority has more places, and nobody in it is called for certain: who could be would be bought. */
static void share(const struct line *line, const uint8_t *lanes, size_t n_lanes, struct line_window *w)
{
    uint32_t places[LINE_LANES_MAX];
    size_t left = line->rule.window - n_lanes;
    for (size_t i = 0; i < n_lanes; i++)
        places[i] = 1;
    for (; left > 0; left--) {
        size_t best = n_lanes;
        for (size_t i = 0; i < n_lanes; i++)
            if (places[i] < line->lanes[lanes[i]].n &&
                (best == n_lanes || line->rule.lanes[lanes[i]].weight * places[best] > line->rule.lanes[lanes[best]].weight * places[i]))
                best = i;
        if (best == n_lanes)
            break;
        places[best]++;
    }
    for (size_t i = 0; i < n_lanes; i++)
        take(line, &line->lanes[lanes[i]], places[i], w);
}

void line_window(const struct line *line, unsigned counter, struct line_window *window)
{
    uint8_t lanes[LINE_LANES_MAX];
    size_t n = 0;
    window->call = 0;
    window->counter = (uint16_t)counter;
    window->n = 0;
    window->n_free = 0;
    window->due = -1;
    window->no_choice = false;
    if (counter < 1 || counter > line->rule.n_counters)
        return;
    const uint64_t serves = line->counters[counter - 1].serves;
    for (unsigned i = 0; i < line->rule.n_counters; i++)
        if (i + 1 == counter || (line->counters[i].state == LINE_FREE && line->counters[i].serves == serves))
            window->free[window->n_free++] = (uint8_t)(i + 1);
    for (uint64_t left = serves; left; left &= left - 1) {
        const int lane = __builtin_ctzll(left);
        if (line->lanes[lane].n)
            lanes[n++] = (uint8_t)lane;
    }
    if (n == 1) {
        const struct line_queue *q = &line->lanes[lanes[0]];
        take(line, q, q->n < line->rule.window ? q->n : line->rule.window, window);
    } else if (n > 1) {
        share(line, lanes, n, window);
    }
}

bool line_may_ask(const struct line *line, unsigned counter)
{
    if (counter < 1 || counter > line->rule.n_counters || line->asked.counter || line->counters[counter - 1].state != LINE_FREE)
        return false;
    for (uint64_t left = line->counters[counter - 1].serves; left; left &= left - 1)
        if (line->lanes[__builtin_ctzll(left)].n)
            return true;
    return false;
}
