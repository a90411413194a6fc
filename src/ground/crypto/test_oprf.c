/* oprf: the RFC's vectors, then everything a hostile or broken partner can send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "ground/crypto/oprf_internal.h"
#include "ground/crypto/test_oprf_vectors.h"

#define MAX_BATCH 2
#define N 36 /* points of a full question */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bytes unhex(struct arena *a, const char *hex)
{
    bytes out;
    assert_true(hex_decode(a, str_from(hex), &out));
    return out;
}

/* Comma-separated hex into items of at most size bytes; gives the number of items. */
static size_t unhex_list(struct arena *a, const char *hex, bytes out[MAX_BATCH])
{
    size_t n = 0;
    str rest = str_from(hex), head;
    while (str_split(&rest, ',', &head)) {
        assert_true(n < MAX_BATCH);
        assert_true(hex_decode(a, head, &out[n++]));
    }
    return n;
}

static size_t unhex_items(struct arena *a, const char *hex, void *out, size_t size)
{
    bytes items[MAX_BATCH];
    size_t n = unhex_list(a, hex, items);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(items[i].len, size);
        memcpy((uint8_t *)out + i * size, items[i].p, size);
    }
    return n;
}

static struct oprf_key *vector_key(struct arena *a, enum oprf_mode mode)
{
    struct oprf_key *key;
    struct err err = {0};
    assert_int_equal(oprf_key_derive(mode, unhex(a, VECTOR_SEED).p, unhex(a, VECTOR_KEY_INFO), &key, &err), 0);
    return key;
}

static void test_expand_message_vectors(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT(expand_vectors); i++) {
        const struct expand_vector *v = &expand_vectors[i];
        struct buf message = buf_new(a);
        buf_add(&message, str_from(v->prefix));
        for (int j = 0; j < v->repeat; j++)
            buf_byte(&message, v->fill);
        uint8_t out[128];
        assert_true(oprf_expand_message(out, v->len, buf_bytes(&message), str_bytes(STR(VECTOR_EXPAND_DST))));
        assert_memory_equal(out, unhex(a, v->expanded).p, v->len);
    }
    arena_free(a);
}

static void test_expand_message_bounds(void **state)
{
    (void)state;
    static uint8_t out[255 * 64 + 1], dst[256];
    bytes message = str_bytes(STR("m"));
    assert_true(oprf_expand_message(out, 255 * 64, message, (bytes){dst, 255}));
    assert_false(oprf_expand_message(out, 255 * 64 + 1, message, (bytes){dst, 255}));
    assert_false(oprf_expand_message(out, 32, message, (bytes){dst, 256}));
    assert_false(oprf_expand_message(out, 32, message, (bytes){dst, 0}));
}

static void test_key_vectors(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (int mode = OPRF_MODE_OPRF; mode <= OPRF_MODE_POPRF; mode++) {
        struct oprf_key *key = vector_key(a, mode);
        assert_memory_equal(key->secret.b, unhex(a, oprf_vector_keys[mode].secret).p, OPRF_SCALAR_LEN);
        if (oprf_vector_keys[mode].public)
            assert_memory_equal(oprf_key_public(key)->b, unhex(a, oprf_vector_keys[mode].public).p, OPRF_POINT_LEN);
        oprf_key_free(key);
    }
    arena_free(a);
}

static void check_vector(struct arena *a, const struct oprf_vector *v)
{
    struct err err = {0};
    bytes inputs[MAX_BATCH], info = {0};
    oprf_scalar fixed[MAX_BATCH], blinds[MAX_BATCH], r;
    oprf_point expect_blinded[MAX_BATCH], expect_evaluated[MAX_BATCH], blinded[MAX_BATCH], evaluated[MAX_BATCH];
    oprf_output expect[MAX_BATCH], outputs[MAX_BATCH];
    uint8_t proof[OPRF_PROOF_LEN];
    size_t n = unhex_list(a, v->input, inputs);
    assert_int_equal(unhex_items(a, v->blind, fixed, OPRF_SCALAR_LEN), n);
    assert_int_equal(unhex_items(a, v->blinded, expect_blinded, OPRF_POINT_LEN), n);
    assert_int_equal(unhex_items(a, v->evaluated, expect_evaluated, OPRF_POINT_LEN), n);
    assert_int_equal(unhex_items(a, v->output, expect, OPRF_OUTPUT_LEN), n);
    if (v->info)
        info = unhex(a, v->info);
    if (v->r)
        unhex_items(a, v->r, &r, OPRF_SCALAR_LEN);
    const bytes *public_input = v->info ? &info : NULL;

    struct oprf_key *key = vector_key(a, v->mode);
    assert_int_equal(oprf_blind(v->mode, inputs, n, fixed, blinds, blinded, &err), 0);
    assert_memory_equal(blinded, expect_blinded, n * OPRF_POINT_LEN);
    assert_int_equal(oprf_evaluate(key, public_input, blinded, n, evaluated, v->proof ? proof : NULL, v->r ? &r : NULL, &err), 0);
    assert_memory_equal(evaluated, expect_evaluated, n * OPRF_POINT_LEN);
    if (v->proof)
        assert_memory_equal(proof, unhex(a, v->proof).p, OPRF_PROOF_LEN);
    assert_int_equal(oprf_finalize(v->mode, oprf_key_public(key), public_input, inputs, blinds, n, blinded, evaluated, n,
                                   v->proof ? proof : NULL, outputs, &err), 0);
    assert_memory_equal(outputs, expect, n * OPRF_OUTPUT_LEN);
    assert_int_equal(oprf_evaluate_plain(key, public_input, inputs, n, outputs, &err), 0);
    assert_memory_equal(outputs, expect, n * OPRF_OUTPUT_LEN);
    oprf_key_free(key);
}

static void test_rfc9497_vectors(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_int_equal(COUNT(oprf_vectors), 8);
    for (size_t i = 0; i < COUNT(oprf_vectors); i++)
        check_vector(a, &oprf_vectors[i]);
    arena_free(a);
}

/* One exchange: n real inputs, the rest padding. */
struct exchange {
    struct oprf_key *key;
    enum oprf_mode mode;
    char text[N][16];
    bytes inputs[N], info;
    size_t n;
    oprf_scalar blinds[N];
    oprf_point blinded[N], evaluated[N];
    uint8_t proof[OPRF_PROOF_LEN];
    oprf_output outputs[N];
};

static int finish(struct exchange *x, struct err *err)
{
    *err = (struct err){0};
    return oprf_finalize(x->mode, oprf_key_public(x->key), &x->info, x->inputs, x->blinds, x->n, x->blinded, x->evaluated, N, x->proof,
                         x->outputs, err);
}

static void exchange_start(struct exchange *x, enum oprf_mode mode, size_t n)
{
    struct arena *a = arena_new();
    struct err err = {0};
    *x = (struct exchange){.mode = mode, .n = n, .key = vector_key(a, mode), .info = str_bytes(STR("epoch 7"))};
    for (int i = 0; i < N; i++) {
        int len = snprintf(x->text[i], sizeof x->text[i], "key %d", i);
        x->inputs[i] = (bytes){(const uint8_t *)x->text[i], (size_t)len};
    }
    assert_int_equal(oprf_blind(mode, x->inputs, n, NULL, x->blinds, x->blinded, &err), 0);
    oprf_padding(x->blinded + n, N - n);
    assert_int_equal(oprf_evaluate(x->key, &x->info, x->blinded, N, x->evaluated, mode == OPRF_MODE_OPRF ? NULL : x->proof, NULL, &err), 0);
    arena_free(a);
}

static void exchange_end(struct exchange *x)
{
    oprf_key_free(x->key);
}

static void check_exchange(enum oprf_mode mode, size_t n)
{
    struct exchange x;
    struct err err;
    exchange_start(&x, mode, n);
    assert_int_equal(finish(&x, &err), 0);
    oprf_output plain[N];
    assert_int_equal(oprf_evaluate_plain(x.key, &x.info, x.inputs, N, plain, &err), 0);
    assert_memory_equal(plain, x.outputs, n * OPRF_OUTPUT_LEN);
    exchange_end(&x);
}

/* evaluate_plain(x) == finalize(evaluate(blind(x))), in every mode, with any share of padding, on one thread and on more. */
static void test_blind_equals_plain(void **state)
{
    (void)state;
    static const size_t real[] = {0, 1, 7, 28, 36};
    for (unsigned threads = 1; threads <= 3; threads++) {
        oprf_threads(threads);
        for (int mode = OPRF_MODE_OPRF; mode <= OPRF_MODE_POPRF; mode++)
            for (size_t i = 0; i < COUNT(real); i++)
                check_exchange(mode, real[i]);
    }
    oprf_threads(1);
}

static void test_blinding_hides(void **state)
{
    (void)state;
    struct err err = {0};
    bytes same[2] = {str_bytes(STR("same")), str_bytes(STR("same"))};
    oprf_scalar blinds[2];
    oprf_point points[2];
    assert_int_equal(oprf_blind(OPRF_MODE_VOPRF, same, 2, NULL, blinds, points, &err), 0);
    assert_memory_not_equal(&points[0], &points[1], sizeof points[0]);
}

static void test_any_flipped_bit_is_found(void **state)
{
    (void)state;
    struct exchange x;
    struct err err;
    exchange_start(&x, OPRF_MODE_VOPRF, 28);
    for (size_t bit = 0; bit < OPRF_PROOF_LEN * 8; bit += 37) {
        x.proof[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(finish(&x, &err), ERR_CRYPTO);
        x.proof[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t i = 0; i < N; i += 5) { /* padding too */
        x.evaluated[i].b[i % 32] ^= 2;
        assert_int_equal(finish(&x, &err), ERR_CRYPTO);
        x.evaluated[i].b[i % 32] ^= 2;
        x.blinded[i].b[i % 31] ^= 4;
        assert_int_equal(finish(&x, &err), ERR_CRYPTO);
        x.blinded[i].b[i % 31] ^= 4;
    }
    x.key->public.b[3] ^= 1;
    assert_int_equal(finish(&x, &err), ERR_CRYPTO);
    x.key->public.b[3] ^= 1;
    assert_int_equal(finish(&x, &err), 0); /* everything is back in place */
    exchange_end(&x);
}

static void test_wrong_key_swapped_and_missing_points(void **state)
{
    (void)state;
    struct exchange x;
    struct err err;
    static const uint8_t other_seed[32] = {1};
    exchange_start(&x, OPRF_MODE_VOPRF, 28);

    /* one answer made with another key, all else honest: the holder tags one key of the asker */
    struct oprf_key *other;
    oprf_point honest = x.evaluated[3];
    uint8_t unused[OPRF_PROOF_LEN];
    assert_int_equal(oprf_key_derive(OPRF_MODE_VOPRF, other_seed, (bytes){0}, &other, &err), 0);
    assert_int_equal(oprf_evaluate(other, NULL, &x.blinded[3], 1, &x.evaluated[3], unused, NULL, &err), 0);
    assert_int_equal(finish(&x, &err), ERR_CRYPTO);
    x.evaluated[3] = honest;
    oprf_key_free(other);

    oprf_point swap = x.evaluated[0];
    x.evaluated[0] = x.evaluated[1];
    x.evaluated[1] = swap;
    assert_int_equal(finish(&x, &err), ERR_CRYPTO);
    x.evaluated[1] = x.evaluated[0];
    x.evaluated[0] = swap;

    /* the proof is over 36 points: it must not hold over 35, nor for more inputs than points */
    assert_int_equal(oprf_finalize(x.mode, oprf_key_public(x.key), NULL, x.inputs, x.blinds, 28, x.blinded, x.evaluated, N - 1, x.proof, x.outputs, &err), ERR_CRYPTO);
    assert_int_equal(oprf_finalize(x.mode, oprf_key_public(x.key), NULL, x.inputs, x.blinds, N, x.blinded, x.evaluated, N - 1, x.proof, x.outputs, &err), ERR_INPUT);
    assert_int_equal(oprf_finalize(x.mode, oprf_key_public(x.key), NULL, x.inputs, x.blinds, 0, x.blinded, x.evaluated, 0, x.proof, x.outputs, &err), ERR_INPUT);
    exchange_end(&x);
}

static void test_info_is_bound(void **state)
{
    (void)state;
    struct exchange x;
    struct err err;
    exchange_start(&x, OPRF_MODE_POPRF, 28);
    x.info = str_bytes(STR("epoch 8"));
    assert_int_equal(finish(&x, &err), ERR_CRYPTO);
    assert_int_equal(oprf_evaluate(x.key, NULL, x.blinded, N, x.evaluated, x.proof, NULL, &err), ERR_INPUT);
    exchange_end(&x);
}

/* RFC 9496 appendix A.2: encodings that must be refused, one of each kind; the last is the identity, which is a valid
 * encoding but no valid element here. */
static const char *const bad_points[] = {
    "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", /* field element not reduced */
    "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2df6", /* the generator with its top bit set */
    "0100000000000000000000000000000000000000000000000000000000000000", /* negative field element */
    "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
    "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371", /* not a square */
    "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e", /* negative x*y */
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* s = -1: y = 0 */
    "0000000000000000000000000000000000000000000000000000000000000000", /* the identity */
};

static void test_bad_points_are_refused(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct exchange x;
    struct err err;
    exchange_start(&x, OPRF_MODE_VOPRF, 28);
    for (size_t i = 0; i < COUNT(bad_points); i++) {
        oprf_point bad, evaluated[N], good = x.blinded[5];
        memcpy(bad.b, unhex(a, bad_points[i]).p, OPRF_POINT_LEN);
        uint8_t proof[OPRF_PROOF_LEN];
        x.blinded[5] = bad;
        err = (struct err){0};
        assert_int_equal(oprf_evaluate(x.key, NULL, x.blinded, N, evaluated, proof, NULL, &err), ERR_CRYPTO);
        assert_non_null(strstr(err.text, "point 5 "));
        x.blinded[5] = good;
        for (size_t at = 2; at < N; at += 32) { /* a real point, then padding */
            good = x.evaluated[at];
            x.evaluated[at] = bad;
            assert_int_equal(finish(&x, &err), ERR_CRYPTO);
            x.evaluated[at] = good;
        }
        oprf_point public = *oprf_key_public(x.key);
        x.key->public = bad;
        assert_int_equal(finish(&x, &err), ERR_CRYPTO);
        x.key->public = public;
    }
    /* without a proof the points themselves must still be looked at */
    exchange_end(&x);
    exchange_start(&x, OPRF_MODE_OPRF, 28);
    for (size_t i = 0; i < COUNT(bad_points); i++) {
        oprf_point bad, out;
        memcpy(bad.b, unhex(a, bad_points[i]).p, OPRF_POINT_LEN);
        x.evaluated[9] = bad;
        assert_int_equal(finish(&x, &err), ERR_CRYPTO);
        assert_non_null(strstr(err.text, "point 9 "));
        assert_int_equal(oprf_evaluate(x.key, NULL, &bad, 1, &out, NULL, NULL, &err), ERR_CRYPTO);
    }
    exchange_end(&x);
    arena_free(a);
}

static void test_proof_scalars_must_be_canonical(void **state)
{
    (void)state;
    /* the group's order, little-endian: adding it to a scalar changes the bytes but not the value */
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10};
    struct exchange x;
    struct err err;
    exchange_start(&x, OPRF_MODE_VOPRF, 28);
    for (size_t which = 0; which < 2; which++) {
        unsigned carry = 0;
        uint8_t saved[OPRF_PROOF_LEN];
        memcpy(saved, x.proof, sizeof saved);
        for (size_t i = 0; i < 32; i++) {
            carry += (unsigned)x.proof[32 * which + i] + order[i];
            x.proof[32 * which + i] = (uint8_t)carry;
            carry >>= 8;
        }
        assert_int_equal(finish(&x, &err), ERR_CRYPTO);
        assert_non_null(strstr(err.text, "not a pair of scalars"));
        memcpy(x.proof, saved, sizeof saved);
    }
    exchange_end(&x);
}

static void test_input_length(void **state)
{
    (void)state;
    static uint8_t long_input[OPRF_INPUT_MAX + 1];
    struct err err = {0};
    struct arena *a = arena_new();
    bytes fits = {long_input, OPRF_INPUT_MAX}, too_long = {long_input, OPRF_INPUT_MAX + 1}, empty = {long_input, 0};
    oprf_scalar blind;
    oprf_point point;
    oprf_output out;
    struct oprf_key *key = vector_key(a, OPRF_MODE_VOPRF);
    assert_int_equal(oprf_blind(OPRF_MODE_VOPRF, &fits, 1, NULL, &blind, &point, &err), 0);
    assert_int_equal(oprf_blind(OPRF_MODE_VOPRF, &empty, 1, NULL, &blind, &point, &err), 0);
    assert_int_equal(oprf_blind(OPRF_MODE_VOPRF, &too_long, 1, NULL, &blind, &point, &err), ERR_INPUT);
    assert_int_equal(oprf_evaluate_plain(key, NULL, &too_long, 1, &out, &err), ERR_INPUT);
    oprf_key_free(key);
    arena_free(a);
}

static void test_batch_inversion(void **state)
{
    (void)state;
    enum { M = 9 };
    oprf_scalar s[M], inverse[M], twice[M], scratch[M];
    for (size_t i = 0; i < M; i++)
        oprf_scalar_random(&s[i]);
    oprf_scalar_invert(inverse, s, scratch, M);
    for (size_t i = 0; i < M; i++) /* one at a time, another way round */
        oprf_scalar_invert(&twice[i], &inverse[i], scratch, 1);
    assert_memory_equal(twice, s, sizeof s);
}

int main(void)
{
    struct err err = {0};
    if (crypto_open(&err) < 0)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expand_message_vectors),
        cmocka_unit_test(test_expand_message_bounds),
        cmocka_unit_test(test_key_vectors),
        cmocka_unit_test(test_rfc9497_vectors),
        cmocka_unit_test(test_blind_equals_plain),
        cmocka_unit_test(test_blinding_hides),
        cmocka_unit_test(test_any_flipped_bit_is_found),
        cmocka_unit_test(test_wrong_key_swapped_and_missing_points),
        cmocka_unit_test(test_info_is_bound),
        cmocka_unit_test(test_bad_points_are_refused),
        cmocka_unit_test(test_proof_scalars_must_be_canonical),
        cmocka_unit_test(test_input_length),
        cmocka_unit_test(test_batch_inversion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
