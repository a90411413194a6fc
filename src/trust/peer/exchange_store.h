/* exchange_store: the rows that questions leave behind: which were answered, how many today, which requests follow a hit.
 * Private to trust/peer. All within the caller's transaction.
 */
#ifndef COMITY_PEER_EXCHANGE_STORE_H
#define COMITY_PEER_EXCHANGE_STORE_H

#include "trust/peer/partner.h"

/* Notes a question as answered and forgets those from before forget_ms. ERR_EXISTS: it was answered already. */
MUST_USE int exchange_see(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t question[static ID_LEN], int64_t now_ms,
                          int64_t forget_ms, struct err *err);

/* Counts one question on the partner's day. ERR_LIMIT when the day's budget is spent; *left is what remains after it. */
MUST_USE int exchange_spend(struct db *db, const uint8_t partner[static ID_LEN], int64_t now_ms, int64_t budget, int64_t *left, struct err *err);
MUST_USE int exchange_spent(struct db *db, const uint8_t partner[static ID_LEN], int64_t now_ms, int64_t *spent, struct err *err);

struct exchange_request {
    uint8_t id[ID_LEN];
    str number;
    uint8_t partner[ID_LEN];
    uint32_t epoch, handle;
    str band;
    int64_t asked_ms;
};
MUST_USE int exchange_request_put(struct db *db, const struct exchange_request *r, struct err *err);

#endif
