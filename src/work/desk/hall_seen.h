/* hall_seen: what counters, board and travellers are told of a day: how each call came about, who answered for it, whose ticket it is.
 *
 *     const struct hall_call *c = hall_call_of(hall, ticket);          // her last one, or NULL
 *     for (unsigned i = 0; i < c->n; i++) lot = draw_lot(&c->beta, c->window[i]);
 *     if (!hall_belongs(hall, ticket, salt, document)) ...             // the document is not the one the ticket was given for
 *
 * As of the last hall_follow or press. Nobody is named here either. Not here: what is pressed (hall.h), checking a day (day.h).
 */
#ifndef COMITY_DESK_HALL_SEEN_H
#define COMITY_DESK_HALL_SEEN_H

#include "work/desk/hall.h"

struct hall_call {
    uint32_t call, ticket; /* call 0: by two persons, without a draw */
    uint16_t counter, overtook;
    uint16_t n;            /* of the window */
    bool due, weak, no_choice, before; /* before: on the day before; nothing more is told of it */
    int64_t at;
    uint32_t window[LINE_WINDOW_MAX];
    struct draw_beta beta; /* not when due, nor by two persons */
};
size_t hall_calls(const struct hall *hall, const struct hall_call **out); /* in order, borrowed until the hall is read on */
const struct hall_call *hall_call_of(const struct hall *hall, uint32_t ticket);

/* Holder i + 1: how many of the day's draws it answered, and when last. */
struct hall_holder { uint32_t answered; int64_t last_ms; };
unsigned hall_holders_seen(const struct hall *hall, const struct hall_holder **out, uint32_t *draws);

/* Was the ticket given for this document? */
bool hall_belongs(const struct hall *hall, uint32_t ticket, const uint8_t salt[static DRAW_SALT_LEN], str document);

/* Over all who were called so far, in milliseconds of waiting. */
struct hall_waits { uint32_t n; int64_t mean, p95, most; };
struct hall_waits hall_waits(const struct hall *hall, struct arena *a);

#endif
