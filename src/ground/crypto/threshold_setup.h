/* threshold_setup: how the holders make a key that none of them ever has, with nobody dealing it to them (T. Pedersen, "A threshold
 * cryptosystem without a trusted party", 1991; parts are committed to before any is shown, so that nobody chooses his after seeing the others',
 * which is what Gennaro, Jarecki, Krawczyk and Rabin, 1999, found missing).
 *
 * Each holder deals a random polynomial; the key is the sum of them all. Everything is said to everybody, as signed messages:
 *   1 offer   the key that shares for this holder are sealed to, and the hash of what it will deal     setup_offer
 *   2 deal    commitments, a proof that it knows its part, a sealed share for each holder                setup_deal, once all offers are in
 *   3 word    what it received, as digests; of which dealers the share does not fit (complaints)         setup_take, once all deals are in
 *   4 if all words agree and nobody complains, everybody computes the same keys                          setup_finish
 *     else a dealer that is complained of opens that one sealed share                                    setup_open
 *     and everybody sees which of the two is at fault                                                    setup_judge
 * Whoever is at fault is named, and the set-up begins anew under another id: with three holders there is nobody to go on without.
 *
 * Pure: all that a holder keeps secret follows from its seed and the set-up's id, so a message that was lost is made again, the same to the
 * byte, and a program that stops in between forgets nothing. Not here: keeping the seed and the share (keycore.h), carrying messages.
 */
#ifndef COMITY_CRYPTO_THRESHOLD_SETUP_H
#define COMITY_CRYPTO_THRESHOLD_SETUP_H

#include "ground/crypto/threshold.h"

#define SETUP_SEED_LEN 32
#define SETUP_SEALED_LEN 80
#define SETUP_DEAL_MAX (THRESHOLD_HOLDERS_MAX * OPRF_POINT_LEN + 64 + THRESHOLD_HOLDERS_MAX * SETUP_SEALED_LEN)
#define SETUP_WORD_MAX (THRESHOLD_HOLDERS_MAX * HASH_LEN + 1)

struct setup { /* what is agreed on before */
    uint8_t id[ID_LEN]; /* random; never used twice */
    uint8_t needed, holders;
};

struct setup_offer {
    uint8_t share_key[32]; /* X25519 */
    uint8_t deal[HASH_LEN]; /* of commitments and proof */
};
_Static_assert(sizeof(struct setup_offer) == 64, "an offer is its bytes");

struct setup_deal {
    oprf_point commitments[THRESHOLD_HOLDERS_MAX]; /* needed of them */
    struct { oprf_point nonce; oprf_scalar response; } proof;   /* Schnorr, that it knows its part of the key */
    uint8_t sealed[THRESHOLD_HOLDERS_MAX][SETUP_SEALED_LEN]; /* for holder i at i - 1 */
};

struct setup_word {
    uint8_t deals[THRESHOLD_HOLDERS_MAX][HASH_LEN]; /* digests of offer and deal of each, as this holder has them */
    uint8_t complaints;                             /* bit i - 1: the share that dealer i sealed for it does not fit */
};

/* Lengths follow from the set-up. ERR_INPUT: of another length, or a set-up that is none. */
MUST_USE int setup_valid(const struct setup *s, struct err *err);
size_t setup_deal_len(const struct setup *s);
size_t setup_deal_write(const struct setup *s, const struct setup_deal *d, uint8_t out[static SETUP_DEAL_MAX]);
MUST_USE int setup_deal_read(const struct setup *s, bytes b, struct setup_deal *out, struct err *err);
size_t setup_word_write(const struct setup *s, const struct setup_word *w, uint8_t out[static SETUP_WORD_MAX]);
MUST_USE int setup_word_read(const struct setup *s, bytes b, struct setup_word *out, struct err *err);

/* Arrays are of all holders, the first at 0; me is 1..holders. */
MUST_USE int setup_offer(const struct setup *s, const uint8_t seed[static SETUP_SEED_LEN], unsigned me, struct setup_offer *out, struct err *err);
MUST_USE int setup_deal(const struct setup *s, const uint8_t seed[static SETUP_SEED_LEN], unsigned me, const struct setup_offer offers[],
                        struct setup_deal *out, struct err *err);
/* share (secret; the caller wipes it) is this holder's of the sum; it counts once setup_finish has given keys, and must fit them:
 * share * generator = publics[me - 1]. ERR_CRYPTO names a dealer whose deal is wrong for everybody: not what it offered, or without proof. */
MUST_USE int setup_take(const struct setup *s, const uint8_t seed[static SETUP_SEED_LEN], unsigned me, const struct setup_offer offers[],
                        const struct setup_deal deals[], oprf_scalar *share, struct setup_word *word, struct err *err);
/* ERR_CRYPTO: there is a complaint, or two hold different deals of one; *dealer (0: none) and *holder are whom it is about. */
MUST_USE int setup_finish(const struct setup *s, const struct setup_offer offers[], const struct setup_deal deals[], const struct setup_word words[],
                          struct threshold_keys *out, unsigned *dealer, unsigned *holder, struct err *err);

/* What the dealer shows when it is complained of: it opens the one share that it sealed for that holder, and nothing else. */
MUST_USE int setup_open(const struct setup *s, const uint8_t seed[static SETUP_SEED_LEN], unsigned me, unsigned holder, uint8_t opened[static 32],
                        struct err *err);
/* Who is at fault: the dealer, or the holder that complained. */
unsigned setup_judge(const struct setup *s, const struct setup_offer offers[], const struct setup_deal deals[], unsigned dealer, unsigned holder,
                     const uint8_t opened[static 32]);

#endif
