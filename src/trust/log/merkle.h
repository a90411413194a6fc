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

/* Consistency of the subtree over leaves [start, end) with the tree of size leaves; start = 0 is the consistency of RFC 9162.
 * start must be a multiple of the smallest power of two that is not below end - start (draft-ietf-plants-merkle-tree-certs,
 * section 4). An empty subtree has the root of the empty tree and an empty proof. Inclusion in a subtree is
 * merkle_verify_inclusion with index - start in end - start, once merkle_subtree_valid holds. */
bool merkle_subtree_valid(uint64_t start, uint64_t end);
MUST_USE int merkle_verify_subtree(uint64_t start, uint64_t end, uint64_t size, const struct merkle_proof *proof,
                                   const struct merkle_hash *subtree_root, const struct merkle_hash *root, struct err *err);

/* The frontier: roots of the perfect subtrees that cover leaves 0..size-1, left to right; one for each set bit of size. */
struct merkle_frontier {
    uint64_t size;
    struct merkle_hash hashes[MERKLE_PROOF_MAX];
    size_t n;
};

/* Called for each node that the new leaf completes: the root of leaves [index << level, (index + 1) << level), level >= 1. */
typedef int (*merkle_node_fn)(void *arg, unsigned level, uint64_t index, const struct merkle_hash *hash, struct err *err);
/* Adds a leaf's hash. Stops at a negative result of fn, and returns it; fn may be NULL. */
MUST_USE int merkle_frontier_add(struct merkle_frontier *f, const struct merkle_hash *leaf, merkle_node_fn fn, void *arg, struct err *err);
void merkle_frontier_root(const struct merkle_frontier *f, struct merkle_hash *root);

/* Which perfect subtrees a proof or a root is made of. */
struct merkle_range { uint64_t start, end; }; /* leaves; hash of the (perhaps imperfect) tree over them */

/* RFC 9162 2.1.3.1 and 2.1.4.1: the ranges whose hashes are the proof, in its order; returns how many (<= MERKLE_PROOF_MAX).
 * index < size; 0 < from <= to. */
size_t merkle_inclusion_ranges(uint64_t index, uint64_t size, struct merkle_range out[static MERKLE_PROOF_MAX + 1]);
size_t merkle_consistency_ranges(uint64_t from, uint64_t to, struct merkle_range out[static MERKLE_PROOF_MAX + 1]);
/* The perfect subtrees that a range is made of, left to right: level and index of each; returns how many. */
struct merkle_place { unsigned level; uint64_t index; };
size_t merkle_range_places(struct merkle_range range, struct merkle_place out[static MERKLE_PROOF_MAX]);
/* The root over perfect subtrees that stand side by side, left to right. n >= 1. */
void merkle_join(struct merkle_hash *root, const struct merkle_hash hashes[], size_t n);

#endif
