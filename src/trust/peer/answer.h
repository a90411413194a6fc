/* answer: the holder's side of the online question, apart from the transport.
 *
 * What: a statement of the current epoch for a partner; an answer to a partner's question, after it was checked, counted
 *       against the day's budget and logged.
 * Why:  the checks stand in one function, in order, and are tested without a socket.
 *
 *     answer_question(node, &partner, body, clock_now_ms(), a, &text, err);
 *
 * partner is the one whose transport key the connection proved. Not here: routes (route.h), JSON forms (wire.h).
 */
#ifndef COMITY_PEER_ANSWER_H
#define COMITY_PEER_ANSWER_H

#include "trust/act/node.h"
#include "trust/peer/partner.h"

#define ANSWER_CLOCK_WINDOW_MS (5 * 60 * 1000) /* how far two honest clocks may be apart */

MUST_USE int answer_statement(struct node *node, const struct partner *partner, int64_t now_ms, struct arena *a, str *text, struct err *err);

/* ERR_INPUT, ERR_LIMIT: not a question. ERR_DENIED: not from or not to whom it says, or a purpose that is not allowed.
 * ERR_CRYPTO: signature or a point does not hold. ERR_NOT_FOUND: the epoch is over. ERR_EXISTS: asked before.
 * ERR_LIMIT: the budget is spent. Only when the leaf is committed is the key used at all. */
MUST_USE int answer_question(struct node *node, const struct partner *partner, bytes body, int64_t now_ms, struct arena *a, str *text,
                             struct err *err);

#endif
