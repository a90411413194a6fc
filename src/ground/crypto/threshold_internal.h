/* threshold_internal: what the files of the threshold OPRF share. */
#ifndef COMITY_CRYPTO_THRESHOLD_INTERNAL_H
#define COMITY_CRYPTO_THRESHOLD_INTERNAL_H

#include "ground/crypto/oprf_internal.h"
#include "ground/crypto/ristretto.h"
#include "ground/crypto/threshold.h"

oprf_scalar threshold_small(uint64_t v);
/* HashToScalar under a label of ours. */
void threshold_hash(oprf_scalar *out, const char *label, const bytes parts[], size_t n);
void threshold_challenge(oprf_scalar *out, const oprf_point *public_key, const oprf_point *input, bytes context, const struct threshold_answer *answer);
/* Weights at 0 of the polynomial through these places. Public. The places are 1..THRESHOLD_HOLDERS_MAX, each once. */
void threshold_lagrange(const uint8_t holders[], size_t n, oprf_scalar weights[]);
/* Distinct holders of these keys? */
bool threshold_holders_valid(const struct threshold_keys *keys, const uint8_t holders[], size_t n);
/* Sum of commitments[j] * at^j. False: a point is none. */
bool threshold_at(const oprf_point commitments[], size_t n, unsigned at, oprf_point *out);

#endif
