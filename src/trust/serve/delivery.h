/* delivery: what to do next for one partner, and when: decided from what happened last. Pure.
 *
 * What: a small state (failures, the next time, how much to send at once) and two functions on it.
 * Why:  that a line which fails, crawls, refuses or comes back is handled rightly is tested without a socket or a clock.
 *
 *     switch-like:  step = delivery_next(&d, n_due > 0, due_is_large, now)
 *                   ... do it ...
 *                   delivery_happened(&d, step, result, now, milliseconds it took, random)
 *
 * A line that fails is tried again after 1 s, then twice as long each time up to 5 min, each time a quarter more or less so that
 * nodes do not march in step. Whoever was away is greeted first: positions and receipts are compared before letters are sent.
 * The size of a request follows the line: it doubles while one takes less than a second, and halves after more than five.
 */
#ifndef COMITY_SERVE_DELIVERY_H
#define COMITY_SERVE_DELIVERY_H

#include "ground/base/base.h"

#define DELIVERY_BODY_MIN (32 * 1024)       /* a letter alone may be larger: it always goes */
#define DELIVERY_BODY_MAX (4 * 1024 * 1024)
#define DELIVERY_WAIT_MIN_MS 1000
#define DELIVERY_WAIT_MAX_MS (5 * 60 * 1000)
#define DELIVERY_PULL_MS 2000               /* from a partner that cannot reach us */
#define DELIVERY_PULL_DIRECT_MS (5 * 60 * 1000) /* from one that said it can */
#define DELIVERY_GREET_MS (15 * 60 * 1000)  /* positions are compared at least so often */

enum delivery_step {
    DELIVERY_WAIT,  /* nothing to do now */
    DELIVERY_GREET, /* compare positions, fetch receipts that are missing here */
    DELIVERY_PART,  /* the next piece of a large letter */
    DELIVERY_BATCH, /* letters that fit into one request */
    DELIVERY_PULL,  /* what the partner has for us */
};

enum delivery_result {
    DELIVERY_WELL,    /* done, something has moved on */
    DELIVERY_EMPTY,   /* DELIVERY_PULL: nothing was there */
    DELIVERY_DIRECT,  /* DELIVERY_PULL: the partner reaches us itself */
    DELIVERY_STUCK,   /* answered, but nothing moved on */
    DELIVERY_BUSY,    /* told to come again later */
    DELIVERY_FAILED,  /* not reached, broken off, or an answer that does not hold */
};

struct delivery {
    unsigned failures;        /* in a row */
    int64_t next_ms;          /* nothing before */
    int64_t greet_ms, pull_ms; /* when these are next */
    size_t body;              /* bytes of the next request; 0: not yet known */
};

enum delivery_step delivery_next(const struct delivery *d, bool due, bool due_is_large, int64_t now_ms);
void delivery_happened(struct delivery *d, enum delivery_step step, enum delivery_result result, int64_t now_ms, int64_t took_ms, uint32_t random);

/* How many bytes a request may have now. */
size_t delivery_body(const struct delivery *d);
/* How long to wait after so many failures in a row (from 1 on). */
int64_t delivery_backoff_ms(unsigned failures, uint32_t random);

#endif
