/* draw: who is called, which nobody can choose and anybody can recompute.
 *
 * What: what is drawn is named by (hall, day, kind, number): alpha, which nobody chooses. Key holders of a threshold OPRF answer for it
 *       (ground/crypto/threshold.h), each with a proof that is bound to what was known before: the day's records so far, window included. Any two of
 *       three give beta. The lot of a ticket is a hash of beta and its number; the least lot of the window is called, so that further or fewer
 *       tickets never change who wins among the rest.
 * Why:  neither officer, supervisor, traveller nor one key holder can foresee the lot, and none can draw again.
 *
 *     struct draw d = {.day = 20785, .kind = DRAW_CALL, .number = window->call};   // and the hall
 *     draw_beta(&keys, &d, known, &answers, &beta, &err);
 *     lot = draw_lot(&beta, ticket);
 *
 * One share missing: the others serve, and the result is the same. All but one missing: the lot of the one that is left, marked weak: it can be
 * foreseen by whoever has that share, but never chosen, and the line is not called in order, which would let an officer hold a case until
 * his accomplice stands in front. Never a second draw: one number, one beta, whatever comes of it.
 * Pure. Not here: the line (line.h), the record of a day (day.h), asking holders (holders.h).
 */
#ifndef COMITY_DESK_DRAW_H
#define COMITY_DESK_DRAW_H

#include "ground/crypto/threshold.h"

#define DRAW_BETA_LEN 64
#define DRAW_ALPHA_LEN (ID_LEN + 28)
#define DRAW_SALT_LEN 32

enum draw_kind {
    DRAW_CALL = 1, /* a call, or a post of the secondary check: the line's numbers */
    DRAW_COUNTERS, /* which officer at which counter: number of the shift, and of its half */
    DRAW_ROTA,     /* the seed of a rota whose input is frozen */
    DRAW_STANDBY,  /* who stands in for whom */
    DRAW_KINDS
};

struct draw {
    uint8_t hall[ID_LEN];
    uint32_t day; /* days since 1970-01-01 where the hall is */
    uint32_t number;
    enum draw_kind kind;
};

/* "comity desk draw 1" || 0 || hall || day || kind || number; integers big-endian. */
void draw_alpha(const struct draw *d, uint8_t alpha[static DRAW_ALPHA_LEN]);

struct draw_answers {
    size_t n;
    uint8_t holders[THRESHOLD_HOLDERS_MAX];
    struct threshold_answer answers[THRESHOLD_HOLDERS_MAX];
};

struct draw_beta {
    uint8_t b[DRAW_BETA_LEN];
    bool weak;
    uint8_t holder;     /* of the one share, when weak */
    oprf_point element; /* what the answers combine to; of a weak one, the one's */
};

/* Drops from `answers` those that do not hold, with a bit for each holder in *wrong (holder i: bit i), and gives beta of the rest.
 * ERR_NOT_FOUND: no answer is left: ask again for the same draw; nothing else may take its place. */
MUST_USE int draw_beta(const struct threshold_keys *keys, const struct draw *d, bytes known, struct draw_answers *answers, struct draw_beta *out,
                       unsigned *wrong, struct err *err);
/* Of answers that are checked elsewhere, all at once: element is what they say it is. */
void draw_beta_of(const struct draw *d, const oprf_point *element, uint8_t weak_holder, struct draw_beta *out);

/* First 8 bytes of SHA-256(beta || id), big-endian. */
uint64_t draw_lot(const struct draw_beta *beta, uint64_t id);
/* 32 bytes to derive everything else from: rota, counters. */
void draw_seed(const struct draw_beta *beta, uint8_t seed[static 32]);

/* What a ticket says of the document it was given for: SHA-256 over a salt that stands on the ticket and nowhere else. Without the salt
 * it cannot be guessed; with ticket and document everybody sees whether they belong together. */
void draw_commitment(const uint8_t salt[static DRAW_SALT_LEN], bytes document, uint8_t out[static HASH_LEN]);

#endif
