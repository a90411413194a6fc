/* oprf_internal: what the files of the OPRF share. RFC 9497 section and function names stand beside each. */
#ifndef COMITY_CRYPTO_OPRF_INTERNAL_H
#define COMITY_CRYPTO_OPRF_INTERNAL_H

#include "ground/crypto/oprf.h"

struct oprf_key {
    enum oprf_mode mode;
    oprf_scalar secret;
    oprf_point public;
};

/* One domain separation tag: a prefix such as "HashToGroup-" and the mode's contextString. */
struct oprf_dst {
    uint8_t b[64];
    size_t len;
};
struct oprf_dst oprf_dst(const char *prefix, enum oprf_mode mode);

/* expand_message_xmd over the concatenation of parts. */
void oprf_expand_parts(uint8_t *out, size_t len, const bytes parts[], size_t n, bytes dst);

/* HashToGroup (4.1). False when the input maps to the identity. */
bool oprf_hash_to_group(oprf_point *out, bytes input, const struct oprf_dst *dst);
/* HashToScalar (4.1) of the concatenation of parts. */
void oprf_hash_to_scalar(oprf_scalar *out, const bytes parts[], size_t n, const struct oprf_dst *dst);

/* Scalars modulo the group's order; constant-time. */
void oprf_scalar_random(oprf_scalar *out); /* never 0 */
bool oprf_scalar_canonical(const oprf_scalar *s);
bool oprf_scalar_zero(const oprf_scalar *s);
/* inverses[i] = 1 / scalars[i] with one inversion for all (Montgomery's trick); no scalar may be 0. scratch is n long. */
void oprf_scalar_invert(oprf_scalar inverses[], const oprf_scalar scalars[], oprf_scalar scratch[], size_t n);

/* Element of the public info that tweaks the key in mode POPRF: HashToScalar("Info" || len || info), 3.3.3. */
void oprf_info_scalar(oprf_scalar *out, bytes info);

/* Hash(len || input || [len || info] || len || element || "Finalize"), 3.3; info NULL unless POPRF. */
void oprf_output_hash(oprf_output *out, bytes input, const bytes *info, const oprf_point *element);

/* GenerateProof and VerifyProof (2.2.1, 2.2.2) for key * c[i] = d[i], with the generator as A and public = key * A. */
MUST_USE int oprf_proof_make(enum oprf_mode mode, const oprf_scalar *key, const oprf_point *public_key, const oprf_point c[],
                             const oprf_point d[], size_t n, const oprf_scalar *fixed_r, uint8_t proof[OPRF_PROOF_LEN], struct err *err);
MUST_USE int oprf_proof_check(enum oprf_mode mode, const oprf_point *public_key, const oprf_point c[], const oprf_point d[], size_t n,
                              const uint8_t proof[OPRF_PROOF_LEN], struct err *err);

/* Runs work(arg, from, to) over 0..n in contiguous slices, one thread each; slices smaller than 8 are not worth a thread.
 * Returns the smallest index that any slice returned as failed, or n. work returns the first index it failed at, or to. */
typedef size_t (*oprf_slice_fn)(void *arg, size_t from, size_t to);
size_t oprf_parallel(size_t n, oprf_slice_fn work, void *arg);

static inline bytes oprf_bytes(const void *p, size_t len)
{
    return (bytes){p, len};
}

#endif
