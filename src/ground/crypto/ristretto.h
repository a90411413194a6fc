/* ristretto: sums of many multiples of points at once, for what is public anyway. Private to ground/crypto.
 *
 * What: sum of scalars[i] * points[i] in the group ristretto255 (RFC 9496), several times faster than one libsodium
 *       multiplication after the other: the doublings are shared and each scalar is recoded to few additions.
 * Why:  a DLEQ proof weighs every point of a question; that is half of a question's cost.
 *
 *     struct ristretto_sum sum;
 *     ristretto_zero(&sum);
 *     if (ristretto_add_products(&sum, coefficients, points, n) < n) ...   // a point is not valid
 *     ristretto_encode(&sum, &out);
 *
 * NOT constant-time: time and memory access depend on scalars and points. For challenge coefficients and points on the wire
 * only; whatever is secret (keys, blinds, nonces) goes through libsodium.
 */
#ifndef COMITY_CRYPTO_RISTRETTO_H
#define COMITY_CRYPTO_RISTRETTO_H

#include "ground/crypto/oprf.h"

/* An element of GF(2^255 - 19) in five limbs of 51 bits, not fully reduced. */
struct ristretto_field { uint64_t v[5]; };

/* Extended coordinates on edwards25519: x = X/Z, y = Y/Z, xy = T/Z. */
struct ristretto_sum { struct ristretto_field x, y, z, t; };

/* RFC 9496 section 4: the encoding of the generator. */
extern const oprf_point ristretto_generator;

void ristretto_zero(struct ristretto_sum *sum);
void ristretto_add(struct ristretto_sum *sum, const struct ristretto_sum *other);

/* sum += scalars[i] * points[i] for all i; scalars below 2^255. Returns n, or the index of the first point whose encoding is
 * not canonical or is the identity; then sum is not changed. */
size_t ristretto_add_products(struct ristretto_sum *sum, const oprf_scalar scalars[], const oprf_point points[], size_t n);

/* RFC 9496 section 4.3.2. The identity becomes zeros. */
void ristretto_encode(const struct ristretto_sum *sum, oprf_point *out);

#endif
