/* holders: the agencies that hold a share of a hall's key: making the key with them, asking them, being asked.
 *
 * What: the hall's node carries the messages of the set-up (ground/crypto/threshold_setup.h) between the holders, each signed by the agency that
 *       says it, so the carrier can change none of them; at the end each holder has its share, sealed, and the keys are a leaf in each log. Then
 *       each holder answers for a draw once: for the records that it was told of first, again for the same, never for others.
 * Why:  a hall that told one holder of one window and another of another would know the lot before it settles on either.
 *
 *     holders_allow(node, &actor, hall_agency, now, err);              // at a holder, by a person: it holds shares for that agency's halls
 *     holders_make(node, &identity, &what, now, err);                  // at the hall's node; what.agencies[0] is its own
 *     holders_open(node, &identity, hall, day, &h, err);
 *     holders_ask(h, &draw, known, &answers, err);                     // own share, then the others'; who is away is left out
 *
 * Not here: what follows from the answers (draw.h), the line (line.h).
 */
#ifndef COMITY_DESK_HOLDERS_H
#define COMITY_DESK_HOLDERS_H

#include "ground/crypto/keyring_share.h"
#include "trust/peer/route.h"
#include "work/desk/day_book.h"

#define HOLDERS_PATIENCE_MS 1200   /* a call waits no longer for all of them, */
#define HOLDERS_LEAST_MS 300       /* but so long for each; together less than hall.h lets a press wait */
#define HOLDERS_AWAY_MS INT64_C(10000) /* who did not answer is not asked again for so long */

extern const struct db_schema desk_holders_schema;
extern const struct peer_route holders_routes[];

struct holders_what {
    struct setup setup; /* id: random */
    uint8_t hall[ID_LEN];
    uint32_t from_day, until_day;
    uint8_t agencies[THRESHOLD_HOLDERS_MAX][ID_LEN]; /* in order: holder 1 is the hall's own */
};

/* A person's word that this node holds shares for the halls of that partner. */
MUST_USE int holders_allow(struct node *node, const struct actor *actor, const uint8_t partner[static ID_LEN], int64_t now_ms, struct err *err);
/* All four rounds. ERR_IO and ERR_PEER say who could not be reached: the same `what` again goes on. ERR_CRYPTO: somebody complained of a share; who is
 * complained of has opened it, everybody has judged, and who was at fault is named, in each log and from now on ERR_DENIED for keys of this hall: make
 * them, under another id, with another in its place, or with it once holders_forgive has said why. */
MUST_USE int holders_make(struct node *node, const struct http_identity *identity, const struct holders_what *what, int64_t now_ms, struct err *err);

/* Who was at fault may hold shares of this hall again, for a reason that the log keeps. */
MUST_USE int holders_forgive(struct node *node, const struct actor *actor, const uint8_t hall[static ID_LEN], const uint8_t agency[static ID_LEN], str reason,
                             int64_t now_ms, struct err *err);
/* Who holds these keys, as was agreed when they were made; keys NULL: the newest for that day. ERR_NOT_FOUND. */
MUST_USE int holders_who(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, const struct threshold_keys *keys, struct holders_what *out,
                         struct err *err);

/* --- at a holder --- */

/* The shares that this node holds, newest first, from arena. */
struct holders_held { struct holders_what what; struct threshold_keys keys; unsigned me; int64_t since_ms; };
MUST_USE int holders_held(struct node *node, struct arena *a, struct holders_held **out, size_t *n, struct err *err);
/* What this node answered on a day of a hall, held against the draws of that day as it was handed out (day_check_by's each): whoever asked it about
 * records that never were wanted to know a lot beforehand. */
struct holders_compared {
    uint32_t answered;     /* by this node, of calls */
    uint32_t same;         /* of them, in the day for the same records */
    uint32_t left_out;     /* of these, the day does without this answer: it came too late, or was not wanted */
    uint32_t weak;         /* of these, drawn by one alone */
    uint32_t other, first_other;     /* for other records than the day's; the first such call */
    uint32_t missing, first_missing; /* of calls that the day does not have */
};
MUST_USE int holders_compare(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, unsigned me, const struct day_drawn drawn[], size_t n,
                             struct holders_compared *out, struct err *err);

struct holders;
/* Those of these keys, which a day began with; ERR_NOT_FOUND. Borrows node and identity. One thread's. */
MUST_USE int holders_of_keys(struct node *node, const struct http_identity *identity, const uint8_t hall[static ID_LEN], uint32_t day,
                             const struct threshold_keys *keys, struct holders **out, struct err *err);
/* The newest keys for that hall and day. ERR_NOT_FOUND. Borrows node and identity. One thread's. */
MUST_USE int holders_open(struct node *node, const struct http_identity *identity, const uint8_t hall[static ID_LEN], uint32_t day, struct holders **out,
                          struct err *err);
void holders_close(struct holders *h); /* NULL is allowed */
/* As struct hall_holders.ask takes it: arg is a struct holders. Fills what came, 0 or more; ERR_* only when this node itself cannot go on. */
MUST_USE int holders_ask(void *arg, const struct draw *draw, bytes known, struct draw_answers *answers, struct err *err);

#endif
