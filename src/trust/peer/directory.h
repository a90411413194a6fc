/* directory: what becomes of partners after the pairing: suspended and taken up again, keys that change, keys that are lost.
 *
 * What: acts on one partner. A partner says which keys it has now with a card like that of its invitation (GET /v1/keys, or a file).
 * Why:  the month's letter key comes by itself, since the agency key signs it; a lasting key (transport, log, witness) is only
 *       announced, and counts when a person here has compared the new fingerprint by voice.
 *
 *     directory_keys_take(node, &partner, body, now, a, &outcome, err);          // by the clock
 *     directory_confirm(node, &operator, &partner, &card, reference, now, a, err);
 *
 * An agency key does not change: the agency's id is its hash. An agency that loses it pairs anew under a new one, and the old one is
 * revoked from a place in its own log on: receipts of before stand, later ones do not. Not here: pairing itself (pair.h).
 */
#ifndef COMITY_PEER_DIRECTORY_H
#define COMITY_PEER_DIRECTORY_H

#include "trust/act/act.h"
#include "trust/peer/partner.h"
#include "trust/peer/wire.h"

/* Stops everything with a partner but what takes back (recalls), or begins it again. reference: why, kept sealed.
 * ERR_EXISTS when it is so already, ERR_DENIED to resume a revoked one. */
MUST_USE int directory_suspend(struct node *node, const struct actor *actor, const struct partner *partner, bool suspend, str reference,
                               int64_t now_ms, struct err *err);

/* Its agency key counts only for what stands in its log before index (0: for nothing); it is stopped for good. Again with a smaller
 * index moves it down, never up. */
MUST_USE int directory_revoke(struct node *node, const struct actor *actor, const struct partner *partner, int64_t index, str reference,
                              int64_t now_ms, struct err *err);
/* Whether a signature of the partner's agency key stands that its log has at this index. ERR_CRYPTO says from where on it does not. */
MUST_USE int directory_key_stands(const struct partner *partner, int64_t index, struct err *err);

enum directory_keys {
    DIRECTORY_KEYS_SAME,
    DIRECTORY_KEYS_REFRESHED, /* a new letter key was taken */
    DIRECTORY_KEYS_ANNOUNCED, /* a lasting key differs: kept until somebody confirms it; nothing else was taken */
};
/* What a partner says its keys are. ERR_CRYPTO or ERR_INPUT: not its card. An older card than the one announced changes nothing. */
MUST_USE int directory_keys_take(struct node *node, const struct partner *partner, bytes card, int64_t now_ms, struct arena *a,
                                 enum directory_keys *outcome, struct err *err);

/* Of the keys that count now: what its people read out on the telephone. */
void directory_fingerprint(struct arena *a, const struct partner *partner, struct wire_fingerprint *out);

/* What waits to be confirmed: 1 with *card filled, or 0. */
MUST_USE int directory_announced(struct db *db, const struct partner *partner, struct arena *a, struct wire_card *card, struct err *err);
/* Takes it: the caller has had the card's fingerprint compared by a person. */
MUST_USE int directory_confirm(struct node *node, const struct actor *actor, const struct partner *partner, const struct wire_card *card,
                               str reference, int64_t now_ms, struct err *err);

#endif
