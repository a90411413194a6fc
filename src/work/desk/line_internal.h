/* line_internal: the state of a line. Only line.c and line_window.c see it. */
#ifndef COMITY_DESK_LINE_INTERNAL_H
#define COMITY_DESK_LINE_INTERNAL_H

#include "work/desk/line.h"

struct line_queue {
    uint32_t first, last, n; /* tickets that wait, in the order in which they are counted as overtaken */
    uint32_t choices;        /* open counters that serve the lane */
};

struct line {
    struct line_rule rule;
    struct line_counter counters[LINE_COUNTERS_MAX];
    struct line_queue lanes[LINE_LANES_MAX];
    struct line_ticket *tickets; /* a ring: ticket t stands at t & mask */
    uint32_t mask, last;         /* last: the newest ticket */
    uint32_t calls;              /* numbers given to draws */
    uint32_t secondary;          /* tickets that were sent to a secondary check whose post is not drawn */
    uint64_t places;
    int64_t at;
    struct line_window asked; /* counter 0: no open question */
    struct line_totals totals;
};

static inline struct line_ticket *ticket_at(const struct line *line, uint32_t id)
{
    return &line->tickets[id & line->mask];
}

/* A counter's state, and how many open counters its lanes have. */
void move_counter(struct line *line, struct line_counter *counter, uint8_t to, int64_t at);

/* A place for a ticket of that number. */
void make_room(struct line *line, uint32_t id);

/* Puts a ticket at the end of its lane; takes it out of its lane. */
void queue_append(struct line *line, struct line_ticket *ticket);
void queue_remove(struct line *line, struct line_ticket *ticket);

/* Everybody who stood before ticket in its lane is overtaken once more. Returns how many, and keeps the totals. */
uint16_t queue_overtake(struct line *line, const struct line_ticket *ticket);

#endif
