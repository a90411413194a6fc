/* merkle: RFC 6962 / 9162 tree arithmetic, pure. Leaf hash SHA-256(0x00 || leaf), node SHA-256(0x01 || left || right). */
#ifndef COMITY_LOG_MERKLE_H
#define COMITY_LOG_MERKLE_H

#include "ground/crypto/crypto.h"

#define MERKLE_PROOF_MAX 63

struct merkle_hash { uint8_t b[HASH_LEN]; };
struct merkle_proof {
    struct merkle_hash *hashes;
    size_t n;
};

void merkle_leaf(struct merkle_hash *out, bytes leaf);
void merkle_node(struct merkle_hash *out, const struct merkle_hash *left, const struct merkle_hash *right);
void merkle_empty(struct merkle_hash *out); /* SHA-256 of nothing: the root of size 0 */

/* RFC 9162 2.1.3.2 and 2.1.4.2. Proofs come from outside: any n, any sizes. ERR_CRYPTO says what does not hold. */
MUST_USE int merkle_verify_inclusion(uint64_t index, uint64_t size, const struct merkle_hash *leaf, const struct merkle_proof *proof,
                                     const struct merkle_hash *root, struct err *err);
MUST_USE int merkle_verify_consistency(uint64_t size1, uint64_t size2, const struct merkle_proof *proof, const struct merkle_hash *root1,
                                       const struct merkle_hash *root2, struct err *err);

#endif
