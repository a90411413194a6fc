#include "trust/log/merkle.h"

#include <assert.h>
#include <string.h>

#define LEAF_PREFIX 0x00 /* RFC 9162 2.1.1 */
#define NODE_PREFIX 0x01

void merkle_leaf(struct merkle_hash *out, bytes leaf)
{
    const uint8_t prefix = LEAF_PREFIX;
    crypto_sha256_parts(out->b, (bytes[]){{&prefix, 1}, leaf}, 2);
}

void merkle_node(struct merkle_hash *out, const struct merkle_hash *left, const struct merkle_hash *right)
{
    uint8_t both[1 + 2 * HASH_LEN] = {NODE_PREFIX};
    memcpy(both + 1, left->b, HASH_LEN);
    memcpy(both + 1 + HASH_LEN, right->b, HASH_LEN);
    crypto_sha256(out->b, (bytes){both, sizeof both});
}

void merkle_empty(struct merkle_hash *out)
{
    crypto_sha256(out->b, (bytes){NULL, 0});
}

static bool same(const struct merkle_hash *a, const struct merkle_hash *b)
{
    return memcmp(a->b, b->b, HASH_LEN) == 0;
}

/* RFC 9162 2.1.3.2 */
int merkle_verify_inclusion(uint64_t index, uint64_t size, const struct merkle_hash *leaf, const struct merkle_proof *proof,
                            const struct merkle_hash *root, struct err *err)
{
    if (index >= size)
        return err_set(err, ERR_CRYPTO, "inclusion proof: leaf %llu is not in a tree of %llu", (unsigned long long)index,
                       (unsigned long long)size);
    uint64_t fn = index, sn = size - 1;
    struct merkle_hash r = *leaf;
    for (size_t i = 0; i < proof->n; i++) {
        if (sn == 0)
            return err_set(err, ERR_CRYPTO, "inclusion proof: %zu hashes are too many", proof->n);
        if (fn & 1 || fn == sn) {
            merkle_node(&r, &proof->hashes[i], &r);
            while (!(fn & 1) && fn) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            merkle_node(&r, &r, &proof->hashes[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    if (sn != 0)
        return err_set(err, ERR_CRYPTO, "inclusion proof: %zu hashes are too few", proof->n);
    if (!same(&r, root))
        return err_set(err, ERR_CRYPTO, "inclusion proof: leaf %llu does not lead to the root", (unsigned long long)index);
    return 0;
}

bool merkle_subtree_valid(uint64_t start, uint64_t end)
{
    if (start >= end)
        return false;
    uint64_t width = 1;
    while (width < end - start) {
        if (width >> 63)
            return start == 0; /* no power of two is large enough but for the whole tree */
        width <<= 1;
    }
    return start % width == 0;
}

static int verify_empty_subtree(uint64_t end, uint64_t size, const struct merkle_proof *proof, const struct merkle_hash *root,
                                struct err *err)
{
    struct merkle_hash empty;
    merkle_empty(&empty);
    if (end > size || proof->n || !same(root, &empty))
        return err_set(err, ERR_CRYPTO, "consistency proof: an empty tree has no proof, and the root of nothing");
    return 0;
}

int merkle_verify_subtree(uint64_t start, uint64_t end, uint64_t size, const struct merkle_proof *proof,
                          const struct merkle_hash *subtree_root, const struct merkle_hash *root, struct err *err)
{
    if (start == end)
        return verify_empty_subtree(end, size, proof, subtree_root, err);
    if (end > size || !merkle_subtree_valid(start, end))
        return err_set(err, ERR_CRYPTO, "consistency proof: leaves %llu to %llu are no subtree of a tree of %llu",
                       (unsigned long long)start, (unsigned long long)end, (unsigned long long)size);
    /* RFC 9162 2.1.4.2 with a left edge: fn, sn, tn are the places of the subtree's first and last leaf and of the last leaf. */
    uint64_t fn = start, sn = end - 1, tn = size - 1;
    while (sn == tn ? fn != sn : fn != sn && sn & 1) {
        fn >>= 1;
        sn >>= 1;
        tn >>= 1;
    }
    size_t used = 0;
    struct merkle_hash fr = *subtree_root;
    if (fn != sn) { /* the subtree is no perfect one: the proof begins with the part of it that is */
        if (proof->n == 0)
            return err_set(err, ERR_CRYPTO, "consistency proof: there are no hashes");
        fr = proof->hashes[used++];
    }
    struct merkle_hash sr = fr;
    for (; used < proof->n; used++) {
        const struct merkle_hash *p = &proof->hashes[used];
        if (tn == 0)
            return err_set(err, ERR_CRYPTO, "consistency proof: %zu hashes are too many", proof->n);
        if (sn & 1 || sn == tn) {
            if (fn < sn)
                merkle_node(&fr, p, &fr);
            merkle_node(&sr, p, &sr);
            while (!(sn & 1) && sn) {
                fn >>= 1;
                sn >>= 1;
                tn >>= 1;
            }
        } else {
            merkle_node(&sr, &sr, p);
        }
        fn >>= 1;
        sn >>= 1;
        tn >>= 1;
    }
    if (tn != 0)
        return err_set(err, ERR_CRYPTO, "consistency proof: %zu hashes are too few", proof->n);
    if (!same(&fr, subtree_root) || !same(&sr, root))
        return err_set(err, ERR_CRYPTO, "consistency proof: the two roots do not belong to one log");
    return 0;
}

int merkle_verify_consistency(uint64_t size1, uint64_t size2, const struct merkle_proof *proof, const struct merkle_hash *root1,
                              const struct merkle_hash *root2, struct err *err)
{
    if (size1 == 0 && size2 != 0)
        return err_set(err, ERR_CRYPTO, "consistency proof: the empty tree proves nothing about a later one");
    if (size1 == size2 && !same(root1, root2))
        return err_set(err, ERR_CRYPTO, "consistency proof: one size, two roots");
    return merkle_verify_subtree(0, size1, size2, proof, root1, root2, err);
}

int merkle_frontier_add(struct merkle_frontier *f, const struct merkle_hash *leaf, merkle_node_fn fn, void *arg, struct err *err)
{
    struct merkle_hash hash = *leaf;
    uint64_t index = f->size;
    for (unsigned level = 1; index & 1; level++) {
        merkle_node(&hash, &f->hashes[--f->n], &hash);
        index >>= 1;
        int result = fn ? fn(arg, level, index, &hash, err) : 0;
        if (result < 0)
            return result;
    }
    assert(f->n < MERKLE_PROOF_MAX);
    f->hashes[f->n++] = hash;
    f->size++;
    return 0;
}

void merkle_join(struct merkle_hash *root, const struct merkle_hash hashes[], size_t n)
{
    *root = hashes[n - 1];
    for (size_t i = n - 1; i-- > 0;)
        merkle_node(root, &hashes[i], root);
}

void merkle_frontier_root(const struct merkle_frontier *f, struct merkle_hash *root)
{
    if (f->size == 0)
        merkle_empty(root);
    else
        merkle_join(root, f->hashes, f->n);
}

/* The largest power of two below n, n >= 2: where RFC 9162 2.1.1 splits a tree. */
static uint64_t split(uint64_t n)
{
    return 1ull << (63 - __builtin_clzll(n - 1));
}

static void reverse(struct merkle_range *r, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct merkle_range swap = r[i];
        r[i] = r[n - 1 - i];
        r[n - 1 - i] = swap;
    }
}

size_t merkle_inclusion_ranges(uint64_t index, uint64_t size, struct merkle_range out[static MERKLE_PROOF_MAX + 1])
{
    size_t n = 0;
    for (uint64_t start = 0, end = size; end - start > 1;) { /* from the root down; the proof goes up */
        uint64_t middle = start + split(end - start);
        if (index < middle) {
            out[n++] = (struct merkle_range){middle, end};
            end = middle;
        } else {
            out[n++] = (struct merkle_range){start, middle};
            start = middle;
        }
    }
    reverse(out, n);
    return n;
}

size_t merkle_consistency_ranges(uint64_t from, uint64_t to, struct merkle_range out[static MERKLE_PROOF_MAX + 1])
{
    size_t n = 0;
    uint64_t start = 0, end = to;
    while (end != from) { /* until what is left of [start, end) is wholly in the old tree */
        uint64_t middle = start + split(end - start);
        if (from <= middle) {
            out[n++] = (struct merkle_range){middle, end};
            end = middle;
        } else {
            out[n++] = (struct merkle_range){start, middle};
            start = middle;
        }
    }
    if (start > 0) /* else the verifier has this hash: it is the old root */
        out[n++] = (struct merkle_range){start, end};
    reverse(out, n);
    return n;
}

size_t merkle_range_places(struct merkle_range range, struct merkle_place out[static MERKLE_PROOF_MAX])
{
    size_t n = 0;
    for (uint64_t at = range.start; at < range.end;) {
        uint64_t width = 1ull << (63 - __builtin_clzll(range.end - at));
        unsigned level = (unsigned)__builtin_ctzll(width);
        out[n++] = (struct merkle_place){level, at >> level};
        at += width;
    }
    return n;
}
