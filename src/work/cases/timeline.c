/* timeline: see the header. */
#include "work/cases/timeline.h"

#include <stdlib.h>

struct timeline *timeline_new(struct arena *a)
{
    struct timeline *t = arena_new_of(a, struct timeline);
    t->arena = a;
    t->events = arena_array(a, struct timeline_event, 0);
    t->lanes = arena_array(a, str, 0);
    return t;
}

static void *grown(struct arena *a, void *list, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return list;
    size_t more = *cap ? 2 * *cap : 16;
    list = arena_grow(a, list, *cap * size, more * size);
    *cap = more;
    return list;
}

size_t timeline_lane(struct timeline *t, str label)
{
    for (size_t i = 0; i < t->n_lanes; i++)
        if (str_eq(t->lanes[i], label))
            return i;
    t->lanes = grown(t->arena, t->lanes, t->n_lanes, &t->cap_lanes, sizeof *t->lanes);
    t->lanes[t->n_lanes] = label;
    return t->n_lanes++;
}

struct date timeline_first_day(struct date d)
{
    if (d.year)
        d = (struct date){d.year, d.month ? d.month : 1, d.month && d.day ? d.day : 1};
    return d;
}

struct date timeline_last_day(struct date d)
{
    if (d.year && d.month == 0)
        d = (struct date){d.year, 12, 31};
    else if (d.year && d.day == 0)
        d.day = (uint8_t)date_days_in_month(d.year, d.month);
    return d;
}

void timeline_add(struct timeline *t, struct timeline_event event)
{
    if (t->n == TIMELINE_EVENTS_MAX) {
        t->left_out++;
        return;
    }
    if (event.from.year == 0 || !date_valid(event.from))
        event.from = event.until = (struct date){0};
    bool until = event.until.year && date_valid(event.until) &&
                 date_to_days(timeline_last_day(event.until)) >= date_to_days(timeline_first_day(event.from));
    if (!until) /* it ends before it began: what is wrong is the reader's to see, in the record */
        event.until = event.from;
    t->events = grown(t->arena, t->events, t->n, &t->cap, sizeof *t->events);
    t->events[t->n++] = event;
}

/* By the first day it can have been, then the last; between equals as they were added (their addresses). */
static int order(const void *left, const void *right)
{
    const struct timeline_event *const *a = left, *const *b = right;
    bool undated_a = (*a)->from.year == 0, undated_b = (*b)->from.year == 0;
    if (undated_a != undated_b)
        return undated_a - undated_b;
    if (!undated_a) {
        int64_t first = date_to_days(timeline_first_day((*a)->from)) - date_to_days(timeline_first_day((*b)->from));
        int64_t last = date_to_days(timeline_last_day((*a)->until)) - date_to_days(timeline_last_day((*b)->until));
        if (first || last)
            return first < 0 || (first == 0 && last < 0) ? -1 : 1;
    }
    return (*a > *b) - (*a < *b);
}

void timeline_close(struct timeline *t)
{
    const struct timeline_event **sorted = arena_array(t->arena, const struct timeline_event *, t->n);
    for (size_t i = 0; i < t->n; i++)
        sorted[i] = &t->events[i];
    if (t->n)
        qsort(sorted, t->n, sizeof *sorted, order);
    struct timeline_event *events = arena_array(t->arena, struct timeline_event, t->n);
    t->n_dated = 0;
    for (size_t i = 0; i < t->n; i++) {
        events[i] = *sorted[i];
        t->n_dated += events[i].from.year != 0;
    }
    t->events = events;
    t->cap = t->n;
}
