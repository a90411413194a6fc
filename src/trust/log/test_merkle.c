/* merkle: RFC 6962's tree against a naive recursion, every proof of every small tree, and the 518 outside vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/log/merkle.h"

#define LARGEST 70

static struct merkle_hash leaves[LARGEST];

static void make_leaves(void)
{
    for (uint8_t i = 0; i < LARGEST; i++)
        merkle_leaf(&leaves[i], (bytes){&i, 1});
}

/* RFC 9162 2.1.1, word for word. */
static struct merkle_hash naive(size_t start, size_t end)
{
    struct merkle_hash out, left, right;
    if (end == start) {
        merkle_empty(&out);
    } else if (end - start == 1) {
        out = leaves[start];
    } else {
        size_t k = 1;
        while (k * 2 < end - start)
            k *= 2;
        left = naive(start, start + k);
        right = naive(start + k, end);
        merkle_node(&out, &left, &right);
    }
    return out;
}

static struct merkle_proof proof_of(struct arena *a, const struct merkle_range *ranges, size_t n)
{
    struct merkle_proof proof = {arena_array(a, struct merkle_hash, n + 1), n};
    for (size_t i = 0; i < n; i++) {
        struct merkle_place places[MERKLE_PROOF_MAX];
        size_t n_places = merkle_range_places(ranges[i], places);
        struct merkle_hash parts[MERKLE_PROOF_MAX];
        for (size_t p = 0; p < n_places; p++)
            parts[p] = naive((size_t)places[p].index << places[p].level, ((size_t)places[p].index + 1) << places[p].level);
        merkle_join(&proof.hashes[i], parts, n_places);
    }
    return proof;
}

static bool hash_is(const struct merkle_hash *hash, const char *hex)
{
    uint8_t want[HASH_LEN];
    assert_true(hex_decode_into(str_from(hex), want, sizeof want));
    return memcmp(want, hash->b, HASH_LEN) == 0;
}

/* The eight leaves that the tests of Certificate Transparency use, and their roots. */
static void test_known_roots(void **state)
{
    (void)state;
    static const char *const data[] = {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                       "606162636465666768696a6b6c6d6e6f"};
    static const char *const roots[] = {
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    };
    struct arena *a = arena_new();
    struct merkle_frontier f = {0};
    struct merkle_hash hash;
    merkle_frontier_root(&f, &hash);
    assert_true(hash_is(&hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    for (size_t i = 0; i < 8; i++) {
        bytes leaf;
        assert_true(hex_decode(a, str_from(data[i]), &leaf));
        merkle_leaf(&hash, leaf);
        assert_int_equal(merkle_frontier_add(&f, &hash, NULL, NULL, NULL), 0);
        merkle_frontier_root(&f, &hash);
        assert_true(hash_is(&hash, roots[i]));
    }
    arena_free(a);
}

struct seen { size_t n; };

static int see_node(void *arg, unsigned level, uint64_t index, const struct merkle_hash *hash, struct err *err)
{
    (void)err;
    struct seen *seen = arg;
    struct merkle_hash want = naive((size_t)index << level, ((size_t)index + 1) << level);
    assert_memory_equal(hash->b, want.b, HASH_LEN);
    seen->n++;
    return 0;
}

static void test_frontier(void **state)
{
    (void)state;
    struct merkle_frontier f = {0};
    struct seen seen = {0};
    for (size_t size = 1; size <= LARGEST; size++) {
        assert_int_equal(merkle_frontier_add(&f, &leaves[size - 1], see_node, &seen, NULL), 0);
        struct merkle_hash root, want = naive(0, size);
        merkle_frontier_root(&f, &root);
        assert_memory_equal(root.b, want.b, HASH_LEN);
        assert_int_equal(f.n, __builtin_popcountll(size));
        assert_int_equal(seen.n, size - f.n); /* every node inside a perfect subtree, once */
    }
}

/* Every bit of a proof, of the leaf and of the root matters; so do the index and the size. */
static void test_inclusion_of_all_small_trees(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (size_t size = 1; size <= LARGEST; size++) {
        struct merkle_hash root = naive(0, size);
        for (size_t index = 0; index < size; index++) {
            struct merkle_range ranges[MERKLE_PROOF_MAX + 1];
            struct merkle_proof proof = proof_of(a, ranges, merkle_inclusion_ranges(index, size, ranges));
            assert_int_equal(merkle_verify_inclusion(index, size, &leaves[index], &proof, &root, NULL), 0);
            for (size_t bit = 0; bit < proof.n * HASH_LEN * 8; bit += size > 20 ? 37 : 1) {
                uint8_t *byte = &proof.hashes[bit / 256].b[bit / 8 % HASH_LEN];
                *byte ^= (uint8_t)(1 << bit % 8);
                assert_int_equal(merkle_verify_inclusion(index, size, &leaves[index], &proof, &root, NULL), ERR_CRYPTO);
                *byte ^= (uint8_t)(1 << bit % 8);
            }
            assert_int_equal(merkle_verify_inclusion(index ^ 1, size, &leaves[index], &proof, &root, NULL), ERR_CRYPTO);
            assert_int_equal(merkle_verify_inclusion(index, size, &leaves[(index + 1) % LARGEST], &proof, &root, NULL), ERR_CRYPTO);
            proof.n++;
            assert_int_equal(merkle_verify_inclusion(index, size, &leaves[index], &proof, &root, NULL), ERR_CRYPTO);
            proof.n--;
            if (proof.n) {
                proof.n--;
                assert_int_equal(merkle_verify_inclusion(index, size, &leaves[index], &proof, &root, NULL), ERR_CRYPTO);
            }
        }
        arena_reset(a);
    }
    arena_free(a);
}

static void test_consistency_of_all_small_trees(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (size_t to = 1; to <= LARGEST; to++) {
        struct merkle_hash new_root = naive(0, to);
        for (size_t from = 1; from <= to; from++) {
            struct merkle_hash old_root = naive(0, from);
            struct merkle_range ranges[MERKLE_PROOF_MAX + 1];
            struct merkle_proof proof = proof_of(a, ranges, merkle_consistency_ranges(from, to, ranges));
            assert_int_equal(merkle_verify_consistency(from, to, &proof, &old_root, &new_root, NULL), 0);
            for (size_t bit = 0; bit < proof.n * HASH_LEN * 8; bit += to > 20 ? 37 : 1) {
                uint8_t *byte = &proof.hashes[bit / 256].b[bit / 8 % HASH_LEN];
                *byte ^= (uint8_t)(1 << bit % 8);
                assert_int_equal(merkle_verify_consistency(from, to, &proof, &old_root, &new_root, NULL), ERR_CRYPTO);
                *byte ^= (uint8_t)(1 << bit % 8);
            }
            old_root.b[from % HASH_LEN] ^= 4;
            assert_int_equal(merkle_verify_consistency(from, to, &proof, &old_root, &new_root, NULL), ERR_CRYPTO);
            old_root.b[from % HASH_LEN] ^= 4;
            proof.n++;
            assert_int_equal(merkle_verify_consistency(from, to, &proof, &old_root, &new_root, NULL), ERR_CRYPTO);
        }
        arena_reset(a);
    }
    arena_free(a);
}

/* Outside vectors. Their files are flat JSON objects; integers go up to 2^64 - 1, which JSON libraries need not take. */
static const char *member(const char *json, const char *key)
{
    char quoted[32];
    snprintf(quoted, sizeof quoted, "\"%s\": ", key);
    const char *at = strstr(json, quoted);
    return at ? at + strlen(quoted) : NULL;
}

static uint64_t number(const char *json, const char *key)
{
    const char *at = member(json, key);
    assert_non_null(at);
    return strtoull(at, NULL, 10);
}

/* The quoted base64 at *at; moves behind it. False when it is not 32 bytes: our type cannot hold it. Some roots are such
 * ("dont care 1") and yet to be compared: then out is their digest, so that equal stays equal and different different. */
static bool hash_at(struct arena *a, const char **at, struct merkle_hash *out)
{
    assert_int_equal(**at, '"');
    const char *end = strchr(*at + 1, '"');
    bytes raw;
    assert_true(base64_decode(a, (str){*at + 1, (size_t)(end - *at - 1)}, &raw));
    *at = end + 1;
    if (raw.len == HASH_LEN)
        memcpy(out->b, raw.p, HASH_LEN);
    else
        crypto_sha256(out->b, raw);
    return raw.len == HASH_LEN;
}

static bool hash_member(struct arena *a, const char *json, const char *key, struct merkle_hash *out)
{
    const char *at = member(json, key);
    assert_non_null(at);
    return hash_at(a, &at, out);
}

/* False when a hash of the proof is not 32 bytes: such a proof cannot be expressed, which is how it is refused. */
static bool proof_member(struct arena *a, const char *json, struct merkle_proof *proof)
{
    *proof = (struct merkle_proof){arena_array(a, struct merkle_hash, 200), 0};
    const char *at = member(json, "proof");
    assert_non_null(at);
    bool good = true;
    if (*at == '[')
        for (at++; *(at += strspn(at, " \n,")) == '"'; proof->n++)
            good &= hash_at(a, &at, &proof->hashes[proof->n]);
    return good;
}

static int run_vector(struct arena *a, const char *json)
{
    struct merkle_proof proof;
    if (!proof_member(a, json, &proof))
        return ERR_INPUT;
    if (member(json, "leafIdx")) {
        struct merkle_hash leaf, root;
        if (!hash_member(a, json, "leafHash", &leaf) || !hash_member(a, json, "root", &root))
            return ERR_INPUT;
        uint64_t index = number(json, "leafIdx");
        if (member(json, "treeSize"))
            return merkle_verify_inclusion(index, number(json, "treeSize"), &leaf, &proof, &root, NULL);
        uint64_t start = number(json, "start"), end = number(json, "end");
        if (!merkle_subtree_valid(start, end) || index < start)
            return ERR_INPUT;
        return merkle_verify_inclusion(index - start, end - start, &leaf, &proof, &root, NULL);
    }
    struct merkle_hash root1, root2;
    hash_member(a, json, "root1", &root1);
    hash_member(a, json, "root2", &root2);
    if (member(json, "size1"))
        return merkle_verify_consistency(number(json, "size1"), number(json, "size2"), &proof, &root1, &root2, NULL);
    return merkle_verify_subtree(number(json, "start"), number(json, "end"), number(json, "size"), &proof, &root1, &root2, NULL);
}

static void test_outside_vectors(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *data = getenv("COMITY_DATA"), *source = getenv("COMITY_SOURCE");
    str folder = data ? str_from(data) : str_printf(a, "%s/../shared/data", source ? source : ".");
    glob_t files = {0};
    static const char *const depths[] = {"*/*/*.json", "*/*/*/*.json"};
    for (int d = 0; d < 2; d++)
        glob(str_printf(a, "%.*s/vectors/tlog/transparency-dev-merkle/%s", STR_ARG(folder), depths[d]).p, d ? GLOB_APPEND : 0, NULL,
             &files);
    if (files.gl_pathc == 0) {
        print_message("# vectors/tlog/transparency-dev-merkle is not there: skipped\n");
        globfree(&files);
        arena_free(a);
        skip();
    }
    assert_int_equal(files.gl_pathc, 518);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        bytes json;
        struct err err = {0};
        assert_int_equal(file_read(a, files.gl_pathv[i], 1 << 20, &json, &err), 0);
        const char *wanted = member((const char *)json.p, "wantErr");
        assert_non_null(wanted);
        bool refused = run_vector(a, (const char *)json.p) < 0;
        if (refused != !strncmp(wanted, "true", 4))
            fail_msg("%s: %s", files.gl_pathv[i], refused ? "refused" : "accepted");
    }
    globfree(&files);
    arena_free(a);
}

static int set_up(void **state)
{
    (void)state;
    struct err err;
    make_leaves();
    return crypto_open(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_roots),
        cmocka_unit_test(test_frontier),
        cmocka_unit_test(test_inclusion_of_all_small_trees),
        cmocka_unit_test(test_consistency_of_all_small_trees),
        cmocka_unit_test(test_outside_vectors),
    };
    return cmocka_run_group_tests_name("trust/log/merkle", tests, set_up, NULL);
}
