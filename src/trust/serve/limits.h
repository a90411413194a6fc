/* limits: how much of this node one partner may have: requests at the same time, in a second, in a minute.
 *
 * What: a table of bounds per class of request (peer/route.h) and a counter per partner. Time is an argument.
 * Why:  one partner that asks without end, by mistake or because it was broken into, must not be what the others wait for.
 *
 *     struct limits *l = limits_new(limits_usual, 5);
 *     if (limits_enter(l, partner.id, PEER_WORK, now_ns, &err) < 0) ... refuse ...
 *     ...answer...
 *     limits_leave(l, partner.id);
 *
 * Both bounds are buckets that fill evenly: per_second is also the burst. A refused request costs nothing. Counters live in
 * memory: after a restart everybody begins anew. Not here: questions a day (peer/exchange_store), connections (ground/http).
 */
#ifndef COMITY_SERVE_LIMITS_H
#define COMITY_SERVE_LIMITS_H

#include "trust/peer/route.h"

struct limit { unsigned per_second, per_minute; };

extern const struct limit limits_usual[N_PEER_COSTS];

struct limits;

/* Borrows bounds (N_PEER_COSTS of them). at_once: requests of one partner that run at the same time, of any class; at least 1. */
struct limits *limits_new(const struct limit *bounds, unsigned at_once);
void limits_free(struct limits *l); /* NULL is allowed */

/* From any thread. now_ns is monotonic. ERR_RETRY: too many at the same time; ERR_LIMIT: too many in a second or a minute, with
 * how many are allowed. After 0 there must be one limits_leave. */
MUST_USE int limits_enter(struct limits *l, const uint8_t partner[static ID_LEN], enum peer_cost cost, int64_t now_ns, struct err *err);
void limits_leave(struct limits *l, const uint8_t partner[static ID_LEN]);

#endif
