/* threshold: an OPRF whose key nobody has: any t of n holders evaluate together, fewer learn nothing (ristretto255, RFC 9497 hashing).
 *
 * What: each holder has a share of the key (Shamir) and a public point that follows from published commitments (Feldman). It answers for a
 *       point with share * point and a proof (Chaum and Pedersen) that it used the share it is committed to. Any t answers combine to
 *       key * point, whichever holders they come from; RFC 9497 Finalize gives the output, the same as mode VOPRF under the whole key.
 * Why:  no single office can foresee or choose what comes out, none can prevent it, and a stranger can check it afterwards.
 *
 *     threshold_input(&input, alpha, err);
 *     threshold_evaluate(&share, &keys.publics[holder - 1], &input, context, random, &answer, err);   // a holder, where its keys are
 *     threshold_check(&keys, holder, &input, context, &answer, err);                                  // whoever asked
 *     threshold_combine(&keys, holders, answers, n, &element, err);
 *     threshold_output(&output, alpha, &element);
 *
 * context is bytes of the caller's that the proof is bound to, as a signature is to its message: what the holder was told when it
 * answered. Everything is pure; whatever touches a share goes through libsodium in constant time, checking what is public does not.
 * Not here: how shares come to be (threshold_setup.h), where they are kept (keyring.h), asking holders.
 */
#ifndef COMITY_CRYPTO_THRESHOLD_H
#define COMITY_CRYPTO_THRESHOLD_H

#include "ground/crypto/oprf.h"

#define THRESHOLD_HOLDERS_MAX 8
#define THRESHOLD_ANSWER_LEN 128
#define THRESHOLD_KEYS_MAX (2 + THRESHOLD_HOLDERS_MAX * OPRF_POINT_LEN)
#define THRESHOLD_CONTEXT_MAX 65535
#define THRESHOLD_RANDOM_LEN 32

struct threshold_keys { /* public */
    uint8_t needed, holders; /* t of n; holders are numbered from 1 */
    oprf_point commitments[THRESHOLD_HOLDERS_MAX]; /* to the polynomial's coefficients, needed of them; [0] is the public key */
    oprf_point publics[THRESHOLD_HOLDERS_MAX];     /* of holder i at i - 1; they follow from the commitments */
};

/* u8 needed, u8 holders, commitments. ERR_INPUT: not of that form; ERR_CRYPTO: a point is none, or a holder's share would be 0. */
MUST_USE int threshold_keys_read(bytes b, struct threshold_keys *out, struct err *err);
size_t threshold_keys_write(const struct threshold_keys *keys, uint8_t out[static THRESHOLD_KEYS_MAX]); /* its length */
/* Of needed and commitments: fills publics. */
MUST_USE int threshold_keys_derive(struct threshold_keys *keys, struct err *err);

struct threshold_answer {
    oprf_point element;  /* share * input */
    oprf_point base, on; /* nonce * generator, nonce * input */
    oprf_scalar response;
};
_Static_assert(sizeof(struct threshold_answer) == THRESHOLD_ANSWER_LEN, "an answer is its bytes");

/* HashToGroup of mode VOPRF. ERR_INPUT as oprf_blind. */
MUST_USE int threshold_input(oprf_point *out, bytes alpha, struct err *err);

/* A holder. random is fresh from the system; should it ever repeat, the nonce still depends on share, input and context.
 * ERR_CRYPTO: input is no valid element. */
MUST_USE int threshold_evaluate(const oprf_scalar *share, const oprf_point *public_key, const oprf_point *input, bytes context,
                                const uint8_t random[static THRESHOLD_RANDOM_LEN], struct threshold_answer *out, struct err *err);

/* ERR_CRYPTO names the holder whose answer does not hold. */
MUST_USE int threshold_check(const struct threshold_keys *keys, unsigned holder, const oprf_point *input, bytes context,
                             const struct threshold_answer *answer, struct err *err);

/* key * input of the first `needed` of n checked answers. ERR_INPUT: too few, the same holder twice. */
MUST_USE int threshold_combine(const struct threshold_keys *keys, const uint8_t holders[], const struct threshold_answer answers[], size_t n,
                               oprf_point *element, struct err *err);
/* RFC 9497 Finalize of an input that was not blinded. */
void threshold_output(oprf_output *out, bytes alpha, const oprf_point *element);

/* --- many at once --- */

/* What is said of one evaluation. */
struct threshold_claim {
    bytes alpha;
    bytes context;
    size_t n;                               /* answers, 1..THRESHOLD_HOLDERS_MAX */
    const uint8_t *holders;
    const struct threshold_answer *answers;
    const oprf_point *element;              /* what the first `needed` combine to; NULL: nothing is said of it */
};
/* All equations of all claims in one weighted sum, with weights of 128 bits that follow from the claims: several times faster than one after
 * the other, on oprf_threads threads. Returns n when all hold, else the first that does not (found by halving). */
size_t threshold_check_many(const struct threshold_keys *keys, const struct threshold_claim claims[], size_t n);

#endif
