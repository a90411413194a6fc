/* shares: a secret split so that any two of three open it and one alone says nothing (A. Shamir, How to share a secret, 1979).
 *
 *     share_split(secret, shares);                     // three
 *     share_format(&shares[0], text);                  // for paper: 17 groups of 5 letters and digits
 *     share_parse(STR("..."), &share, err);            // a mistyped one is found
 *     share_join(&one, &other, secret, err);
 *
 * Over GF(2^8) mod x^8 + x^4 + x^3 + x^2 + 1, byte by byte, without tables or branches on secrets (a Debian library, gfshare, makes
 * the same arithmetic: a test holds ours against it). The tag finds errors of typing and shares of different sets; it does not
 * protect against somebody who makes up a share: the sealed root does not open then. Not here: what the secret opens (keyfile.h).
 */
#ifndef COMITY_CRYPTO_SHARES_H
#define COMITY_CRYPTO_SHARES_H

#include "ground/crypto/crypto.h"

#define SHARE_SECRET_LEN 32
#define SHARE_N 3
#define SHARE_SET_LEN 4
#define SHARE_TAG_LEN 16
#define SHARE_TEXT_MAX 128

struct share { /* secret memory, or wiped by the caller */
    uint8_t set[SHARE_SET_LEN]; /* random: which split it is of */
    uint8_t index;              /* 1..SHARE_N */
    uint8_t bytes[SHARE_SECRET_LEN];
};

/* Pure but for the randomness, which is an argument: random[0..3] is the set, the rest one coefficient a byte of the secret. */
#define SHARE_RANDOM_LEN (SHARE_SET_LEN + SHARE_SECRET_LEN)
void share_split(const uint8_t secret[static SHARE_SECRET_LEN], const uint8_t random[static SHARE_RANDOM_LEN], struct share out[static SHARE_N]);
/* ERR_INPUT: the same share twice, or of two sets. */
MUST_USE int share_join(const struct share *x, const struct share *y, uint8_t secret[static SHARE_SECRET_LEN], struct err *err);

/* Crockford's base 32 in groups of five: no I, L, O, U to confuse; NUL-terminated. */
void share_format(const struct share *s, char out[static SHARE_TEXT_MAX]);
/* Takes any case, I and L as 1, O as 0, and any spaces or dashes. ERR_INPUT says whether it is too short or mistyped; never the text. */
MUST_USE int share_parse(str text, struct share *out, struct err *err);

#endif
