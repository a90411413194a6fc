/* p256: Diffie-Hellman on NIST's P-256, which every browser's WebCrypto has.
 *
 *     if (p256_shared(secret, theirs, x)) crypto_hkdf(key, ...);
 *
 * Points are as SEC 1 writes them without compression: 4, x, y. Constant-time but for refusals (nettle's curves). Not here: what the
 * secret becomes (pocket.h).
 */
#ifndef COMITY_CRYPTO_P256_H
#define COMITY_CRYPTO_P256_H

#include "ground/crypto/crypto.h"

#define P256_SECRET_LEN 32
#define P256_POINT_LEN 65

/* The public key of a secret number. False: it is none, 0 or the order or above; one of 2^32. */
bool p256_public(const uint8_t secret[static P256_SECRET_LEN], uint8_t point[static P256_POINT_LEN]);
/* What both sides get: x of secret times their point. False: it is no point of the curve. */
bool p256_shared(const uint8_t secret[static P256_SECRET_LEN], const uint8_t point[static P256_POINT_LEN], uint8_t x[static P256_SECRET_LEN]);

#endif
