/* ristretto: agrees with libsodium on every encoding and every sum. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <string.h>

#include "ground/crypto/ristretto.h"

#define N 100

static oprf_scalar scalar_of(uint64_t v)
{
    oprf_scalar s = {{0}};
    put_u64le(s.b, v);
    return s;
}

static void sum_of(oprf_point *out, const oprf_scalar s[], const oprf_point p[], size_t n)
{
    struct ristretto_sum sum;
    ristretto_zero(&sum);
    assert_int_equal(ristretto_add_products(&sum, s, p, n), n);
    ristretto_encode(&sum, out);
}

/* RFC 9496 appendix A.1: the first multiples of the generator, here by libsodium. */
static void test_small_multiples(void **state)
{
    (void)state;
    oprf_scalar one = scalar_of(1);
    oprf_point generator, expect, got;
    assert_int_equal(crypto_scalarmult_ristretto255_base(generator.b, one.b), 0);
    for (uint64_t i = 0; i < 300; i++) {
        oprf_scalar s = scalar_of(i);
        int identity = crypto_scalarmult_ristretto255_base(expect.b, s.b);
        if (identity)
            memset(expect.b, 0, sizeof expect.b);
        sum_of(&got, &s, &generator, 1);
        assert_memory_equal(got.b, expect.b, sizeof got.b);
    }
}

static void random_terms(oprf_scalar s[], oprf_point p[], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        crypto_core_ristretto255_scalar_random(s[i].b);
        crypto_core_ristretto255_random(p[i].b);
    }
}

static void test_random_sums(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 3, 31, 32, 33, 36, 64, 65, N};
    oprf_scalar s[N];
    oprf_point p[N], term, expect, got;
    for (size_t round = 0; round < 10; round++) {
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
            random_terms(s, p, sizes[k]);
            memset(expect.b, 0, sizeof expect.b);
            for (size_t i = 0; i < sizes[k]; i++) {
                assert_int_equal(crypto_scalarmult_ristretto255(term.b, s[i].b, p[i].b), 0);
                assert_int_equal(crypto_core_ristretto255_add(expect.b, expect.b, term.b), 0);
            }
            sum_of(&got, s, p, sizes[k]);
            assert_memory_equal(got.b, expect.b, sizeof got.b);
        }
    }
}

/* Scalars with long runs of ones and zeros, where recoding carries: below, at and beyond the group's order. */
static void test_edge_scalars(void **state)
{
    (void)state;
    oprf_point p, expect, got;
    crypto_core_ristretto255_random(p.b);
    for (unsigned bit = 1; bit <= 254; bit++) {
        for (int kind = 0; kind < 3; kind++) {
            uint8_t wide[64] = {0};
            oprf_scalar s = {{0}}, reduced;
            for (unsigned i = 0; i <= bit; i++)
                if (kind == 0 ? i == bit : kind == 1 || i % 2)
                    s.b[i / 8] |= (uint8_t)(1 << i % 8);
            memcpy(wide, s.b, sizeof s.b);
            crypto_core_ristretto255_scalar_reduce(reduced.b, wide);
            assert_int_equal(crypto_scalarmult_ristretto255(expect.b, reduced.b, p.b), 0);
            sum_of(&got, &s, &p, 1);
            assert_memory_equal(got.b, expect.b, sizeof got.b);
        }
    }
}

static void test_points_that_cancel(void **state)
{
    (void)state;
    oprf_scalar s[2];
    oprf_point p[2], got;
    static const oprf_point identity;
    crypto_core_ristretto255_random(p[0].b);
    p[1] = p[0];
    crypto_core_ristretto255_scalar_random(s[0].b);
    crypto_core_ristretto255_scalar_negate(s[1].b, s[0].b);
    sum_of(&got, s, p, 2);
    assert_memory_equal(got.b, identity.b, sizeof got.b);
    s[1] = s[0]; /* equal points and scalars: addition becomes doubling */
    oprf_point once;
    assert_int_equal(crypto_scalarmult_ristretto255(once.b, s[0].b, p[0].b), 0);
    crypto_core_ristretto255_add(once.b, once.b, once.b);
    sum_of(&got, s, p, 2);
    assert_memory_equal(got.b, once.b, sizeof got.b);
}

/* Any 32 bytes are decoded here exactly when libsodium does, but for the top bit, which libsodium 1.0.18 overlooks. */
static void test_validity_agrees(void **state)
{
    (void)state;
    oprf_scalar s = scalar_of(5);
    size_t valid = 0;
    for (int i = 0; i < 4000; i++) {
        oprf_point p, expect, got;
        crypto_random(p.b, sizeof p.b);
        p.b[31] &= i % 3 ? 0x7f : 0xff;
        p.b[0] &= i % 2 ? 0xfe : 0xff;
        if (i % 7 == 0) /* near p: where encodings are not canonical */
            memset(p.b + 1, 0xff, 30), p.b[31] = 0x7f;
        struct ristretto_sum sum;
        ristretto_zero(&sum);
        bool sodium = (p.b[31] & 0x80) == 0 && crypto_scalarmult_ristretto255(expect.b, s.b, p.b) == 0;
        assert_int_equal(ristretto_add_products(&sum, &s, &p, 1), sodium);
        ristretto_encode(&sum, &got);
        if (!sodium)
            memset(expect.b, 0, sizeof expect.b);
        assert_memory_equal(got.b, expect.b, sizeof got.b);
        valid += sodium;
    }
    assert_in_range(valid, 100, 2000);
}

static void test_bad_point_changes_nothing(void **state)
{
    (void)state;
    oprf_scalar s[N];
    oprf_point p[N], before, after;
    random_terms(s, p, N);
    struct ristretto_sum sum;
    ristretto_zero(&sum);
    assert_int_equal(ristretto_add_products(&sum, s, p, 3), 3);
    ristretto_encode(&sum, &before);
    for (size_t bad = 0; bad < N; bad += 11) {
        oprf_point good = p[bad];
        memset(&p[bad], 0, sizeof p[bad]);
        assert_int_equal(ristretto_add_products(&sum, s, p, N), bad);
        p[bad] = good;
        ristretto_encode(&sum, &after);
        assert_memory_equal(before.b, after.b, sizeof after.b);
    }
}

int main(void)
{
    struct err err = {0};
    if (crypto_open(&err) < 0)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_multiples), cmocka_unit_test(test_random_sums), cmocka_unit_test(test_edge_scalars),
        cmocka_unit_test(test_points_that_cancel), cmocka_unit_test(test_validity_agrees), cmocka_unit_test(test_bad_point_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
