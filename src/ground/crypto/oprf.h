/* oprf: RFC 9497 oblivious pseudorandom functions, ristretto255-SHA512: modes OPRF, VOPRF and POPRF.
 *
 * What: the asker blinds inputs, the holder evaluates them under its key and proves it used the committed key,
 *       the asker unblinds: it learns F(key, input), the holder learns nothing.
 * Why:  this is what lets two agencies compare persons without telling about whom they ask.
 *
 *     oprf_blind(OPRF_MODE_VOPRF, inputs, n, blinds, blinded, err);                    // asker
 *     oprf_evaluate(&key, NULL, blinded, n, evaluated, proof, proof_random, err);      // holder
 *     oprf_finalize(..., evaluated, proof, outputs, err);                              // asker
 *
 * Every function takes arrays, so that a batched engine can come later without a caller changing. Arrays are n long.
 * Work on arrays is shared among oprf_threads(n) threads (default 1).
 *
 * contextString is "OPRFV1-" || I2OSP(mode, 1) || "-ristretto255-SHA512" (RFC 9497 section 3.1, 4.1).
 * Hash-to-group is expand_message_xmd(SHA-512) to 64 bytes and the ristretto255 one-way map: not the edwards25519 map.
 */
#ifndef COMITY_CRYPTO_OPRF_H
#define COMITY_CRYPTO_OPRF_H

#include "ground/crypto/crypto.h"

#define OPRF_POINT_LEN 32
#define OPRF_SCALAR_LEN 32
#define OPRF_OUTPUT_LEN 64
#define OPRF_PROOF_LEN 64
#define OPRF_INPUT_MAX 65535

enum oprf_mode { OPRF_MODE_OPRF = 0, OPRF_MODE_VOPRF = 1, OPRF_MODE_POPRF = 2 };

typedef struct { uint8_t b[OPRF_POINT_LEN]; } oprf_point;
typedef struct { uint8_t b[OPRF_SCALAR_LEN]; } oprf_scalar;
typedef struct { uint8_t b[OPRF_OUTPUT_LEN]; } oprf_output;

struct oprf_key; /* secret memory */

/* How many threads work on one array: 1..16. Process-wide, set once at start. */
void oprf_threads(unsigned n);
unsigned oprf_threads_now(void);

/* RFC 9380 section 5.3.1 with SHA-512. len <= 255 * 64, dst 1..255 bytes; false outside that. */
bool oprf_expand_message(uint8_t *out, size_t len, bytes message, bytes dst);

/* DeriveKeyPair, RFC 9497 section 3.2.1. The key is freed with oprf_key_free. */
MUST_USE int oprf_key_derive(enum oprf_mode mode, const uint8_t seed[static 32], bytes info, struct oprf_key **out, struct err *err);
void oprf_key_free(struct oprf_key *key);
const oprf_point *oprf_key_public(const struct oprf_key *key);

/* Asker. Random blinds from the system unless fixed_blinds is given (tests only). blinds and blinded are filled.
 * ERR_INPUT for an input that maps to the identity or is too long. */
MUST_USE int oprf_blind(enum oprf_mode mode, const bytes inputs[], size_t n, const oprf_scalar fixed_blinds[],
                        oprf_scalar blinds[], oprf_point blinded[], struct err *err);
/* n points that are indistinguishable from blinded inputs, to pad a question to a constant count. */
void oprf_padding(oprf_point points[], size_t n);

/* Holder. info is the POPRF public input (NULL else). proof (64 bytes) is NULL in mode OPRF; with fixed_r (tests) the
 * proof's nonce is not random. ERR_CRYPTO names the index of a point that is not canonical, or the identity. */
MUST_USE int oprf_evaluate(const struct oprf_key *key, const bytes *info, const oprf_point blinded[], size_t n,
                           oprf_point evaluated[], uint8_t proof[OPRF_PROOF_LEN], const oprf_scalar *fixed_r, struct err *err);

/* Asker. Checks the batched DLEQ proof (modes VOPRF, POPRF) over all n_points points, then unblinds and hashes the
 * first n (the rest are padding). ERR_CRYPTO when the proof does not hold or a point is not valid. */
MUST_USE int oprf_finalize(enum oprf_mode mode, const oprf_point *public_key, const bytes *info, const bytes inputs[],
                           const oprf_scalar blinds[], size_t n, const oprf_point blinded[], const oprf_point evaluated[],
                           size_t n_points, const uint8_t proof[OPRF_PROOF_LEN], oprf_output outputs[], struct err *err);

/* Holder, on its own inputs: the same outputs without blinding. */
MUST_USE int oprf_evaluate_plain(const struct oprf_key *key, const bytes *info, const bytes inputs[], size_t n,
                                 oprf_output outputs[], struct err *err);

#endif
