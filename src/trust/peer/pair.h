/* pair: two agencies become partners by exchanging invitations and comparing a fingerprint by voice.
 *
 * What: makes this node's invitation; takes in a partner's after its fingerprint was confirmed. Both are acts.
 * Why:  everything later (whose questions are answered, whose map is believed) rests on these keys and nothing else.
 *
 *     pair_invite(node, &operator, address, &letter, now, a, &card, err);     // hand the file over, read the fingerprint out
 *     pair_accept(node, &operator, &card, &terms, now, a, &partner, err);
 *
 * Each side invites and each side accepts. Accepting the same invitation again changes nothing; one with another key for an
 * agency that is known is refused: that is what an attack looks like.
 */
#ifndef COMITY_PEER_PAIR_H
#define COMITY_PEER_PAIR_H

#include "ground/http/http.h"
#include "trust/act/act.h"
#include "trust/peer/partner.h"
#include "trust/peer/wire.h"

/* The node's transport key, DIR/tls.key (sealed by the key ring) and DIR/tls.crt; made when it is not there. From arena. */
MUST_USE int pair_identity(const struct node *node, struct arena *a, int64_t now_ms, struct http_identity *out, struct err *err);

/* Another transport key in its place. Partners refuse the new one until they have confirmed it: `comity partners DIR confirm`. */
MUST_USE int pair_identity_replace(const struct node *node, struct arena *a, int64_t now_ms, struct http_identity *out, struct err *err);

struct pair_letter_key {
    uint8_t public_key[WIRE_LETTER_KEY_LEN];
    int64_t until_ms;
};

/* address: where partners reach this node, "host:port"; empty: they cannot, it fetches what is for it. letter: the month's key for letters, from the room above that has
 * them, so that partners can write at once; NULL: none yet. */
MUST_USE int pair_invite(struct node *node, const struct actor *actor, str address, const struct pair_letter_key *letter, int64_t now_ms,
                         struct arena *a, struct wire_card *card, struct err *err);

/* The card alone: what this node's keys are now, for partners that have been invited before. No act. */
MUST_USE int pair_card(struct node *node, str address, const struct pair_letter_key *letter, int64_t now_ms, struct arena *a,
                       struct wire_card *card, struct err *err);

struct pair_terms {
    int64_t daily_budget; /* 0: as it was, or PARTNER_BUDGET_DEFAULT */
    str name;             /* short name; empty: as it was, or made from the agency's */
};

/* The caller has had the fingerprint confirmed by a person. ERR_DENIED for a changed key, ERR_USAGE for one's own card. */
MUST_USE int pair_accept(struct node *node, const struct actor *actor, const struct wire_card *card, const struct pair_terms *terms,
                         int64_t now_ms, struct arena *a, struct partner *out, struct err *err);

#endif
