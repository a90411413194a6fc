/* threshold: answers that somebody forges who knows a share and the code: each is refused by the check of one and by the check of many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <string.h>

#include "ground/crypto/test_threshold_vectors.h"
#include "ground/crypto/threshold_internal.h"
#include "ground/crypto/threshold_setup.h"

static const bytes context = {(const uint8_t *)"window", 6};

static struct {
    struct arena *a;
    struct threshold_keys keys;
    oprf_scalar share; /* of holder 1 */
    struct err err;
} w;

static int set_up(void **state)
{
    bytes b;
    (void)state;
    w.a = arena_new();
    if (crypto_open(&w.err) < 0 || !hex_decode(w.a, str_from(VECTOR_KEYS), &b) || threshold_keys_read(b, &w.keys, &w.err) < 0 ||
        !hex_decode(w.a, str_from(vector_shares[0]), &b))
        return -1;
    memcpy(w.share.b, b.p, sizeof w.share);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(w.a);
    return 0;
}

/* One forged answer of holder 1 for an input of that name. */
struct forged {
    uint8_t name[4];
    oprf_point input;
    oprf_scalar nonce;
    struct threshold_answer answer;
};

static void begin(struct forged *f, uint8_t name)
{
    memset(f, 0, sizeof *f);
    f->name[0] = name;
    assert_int_equal(threshold_input(&f->input, (bytes){f->name, sizeof f->name}, &w.err), 0);
    f->nonce.b[0] = (uint8_t)(name + 7);
    assert_int_equal(crypto_scalarmult_ristretto255(f->answer.element.b, w.share.b, f->input.b), 0);
    assert_int_equal(crypto_scalarmult_ristretto255(f->answer.on.b, f->nonce.b, f->input.b), 0);
    assert_int_equal(crypto_scalarmult_ristretto255_base(f->answer.base.b, f->nonce.b), 0);
}

/* The response that belongs to what stands there now: nonce - challenge * share. */
static void respond(struct forged *f)
{
    oprf_scalar challenge;
    threshold_challenge(&challenge, &w.keys.publics[0], &f->input, context, &f->answer);
    crypto_core_ristretto255_scalar_mul(f->answer.response.b, challenge.b, w.share.b);
    crypto_core_ristretto255_scalar_sub(f->answer.response.b, f->nonce.b, f->answer.response.b);
}

static bool one_takes(const struct forged *f)
{
    return threshold_check(&w.keys, 1, &f->input, context, &f->answer, &w.err) == 0;
}

static size_t many_take(const struct forged f[], size_t n)
{
    static const uint8_t holder = 1;
    struct threshold_claim claims[4];
    for (size_t i = 0; i < n; i++)
        claims[i] = (struct threshold_claim){.alpha = {f[i].name, sizeof f[i].name}, .context = context, .n = 1, .holders = &holder, .answers = &f[i].answer};
    return threshold_check_many(&w.keys, claims, n);
}

static void assert_refused(const struct forged *f)
{
    assert_false(one_takes(f));
    assert_int_equal(many_take(f, 1), 0);
}

static void test_as_it_should_be(void **state)
{
    (void)state;
    struct forged f;
    begin(&f, 1);
    respond(&f);
    assert_true(one_takes(&f));
    assert_int_equal(many_take(&f, 1), 1);
}

/* She knows her share and answers with another element: the nonce is right for the generator, and cannot be for the input too. */
static void test_another_element(void **state)
{
    (void)state;
    struct forged f;
    begin(&f, 1);
    assert_int_equal(crypto_scalarmult_ristretto255_base(f.answer.element.b, w.share.b), 0);
    respond(&f);
    assert_refused(&f);
}

/* With a share that is not hers: right for the input, not for her public point. */
static void test_another_share(void **state)
{
    (void)state;
    struct forged f;
    const oprf_scalar own = w.share;
    w.share.b[0] ^= 1;
    begin(&f, 1);
    respond(&f);
    w.share = own;
    assert_refused(&f);
}

/* The same answer with the group's order added to the response: the equations hold, and the bytes are others. */
static void test_a_response_above_the_order(void **state)
{
    (void)state;
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
    struct forged f;
    unsigned carry = 0;
    begin(&f, 1);
    respond(&f);
    for (size_t i = 0; i < 32; i++, carry >>= 8) {
        carry += (unsigned)f.answer.response.b[i] + order[i];
        f.answer.response.b[i] = (uint8_t)carry;
    }
    assert_int_equal(carry, 0);
    assert_refused(&f);
}

/* A nonce of 0 shows the share to whoever divides the response by the challenge. */
static void test_no_nonce(void **state)
{
    (void)state;
    struct forged f;
    begin(&f, 1);
    f.nonce = (oprf_scalar){{0}};
    f.answer.base = f.answer.on = (oprf_point){{0}};
    respond(&f);
    assert_refused(&f);
}

/* base + (by) * generator, before the response: both equations are off by that much. */
static void move(struct forged *f, const oprf_scalar *by)
{
    oprf_point step;
    assert_int_equal(crypto_scalarmult_ristretto255_base(step.b, by->b), 0);
    assert_int_equal(crypto_core_ristretto255_add(f->answer.base.b, f->answer.base.b, step.b), 0);
    respond(f);
}

/* Two whose errors are each other's opposite. */
static void test_errors_that_cancel(void **state)
{
    (void)state;
    struct forged f[2];
    oprf_scalar by = {{5}}, back;
    crypto_core_ristretto255_scalar_negate(back.b, by.b);
    for (unsigned i = 0; i < 2; i++) {
        begin(&f[i], (uint8_t)(i + 1));
        move(&f[i], i == 0 ? &by : &back);
        assert_refused(&f[i]);
    }
    assert_int_equal(many_take(f, 2), 0);
}

/* The weight of the first equation of a claim, if the answers were not in what the weights follow from. */
static void weight_without_answers(const struct forged f[], size_t n, uint64_t i, oprf_scalar *out)
{
    crypto_hash_sha512_state state;
    uint8_t whole[HASH512_LEN + 16], block[HASH512_LEN];
    crypto_hash_sha512_init(&state);
    crypto_hash_sha512_update(&state, w.keys.publics[0].b, sizeof w.keys.publics);
    for (size_t k = 0; k < n; k++) {
        uint8_t head[8] = {1, 0, [7] = (uint8_t)context.len};
        crypto_hash_sha512_update(&state, head, sizeof head);
        crypto_hash_sha512_update(&state, f[k].input.b, OPRF_POINT_LEN);
        crypto_hash_sha512_update(&state, context.p, context.len);
        crypto_hash_sha512_update(&state, (const uint8_t[]){1}, 1);
    }
    crypto_hash_sha512_final(&state, whole);
    put_u64be(whole + HASH512_LEN, i);
    put_u64be(whole + HASH512_LEN + 8, 0);
    crypto_hash_sha512(block, whole, sizeof whole);
    *out = (oprf_scalar){{0}};
    memcpy(out->b, block, 16);
    out->b[0] |= 1;
}

/* Were the weights known before the answers are chosen, errors could be made to cancel under them. */
static void test_errors_that_cancel_under_weights(void **state)
{
    (void)state;
    struct forged f[2];
    oprf_scalar weights[2];
    begin(&f[0], 1);
    begin(&f[1], 2);
    for (unsigned i = 0; i < 2; i++)
        weight_without_answers(f, 2, i, &weights[i]);
    move(&f[0], &weights[1]);
    crypto_core_ristretto255_scalar_negate(weights[0].b, weights[0].b);
    move(&f[1], &weights[0]);
    assert_int_equal(many_take(f, 2), 0);
}

/* Of a point there is one encoding: neither its negative, nor one above the field's order, nor the top bit. */
static void test_other_encodings(void **state)
{
    (void)state;
    static const uint8_t p[32] = {0xed, [1 ... 30] = 0xff, [31] = 0x7f};
    struct forged f;
    begin(&f, 1);
    respond(&f);
    const struct forged good = f;
    int borrow = 0;
    for (size_t i = 0; i < 32; i++) { /* -s */
        const int digit = p[i] - f.answer.element.b[i] - borrow;
        borrow = digit < 0;
        f.answer.element.b[i] = (uint8_t)digit;
    }
    respond(&f);
    assert_refused(&f);
    f = good;
    f.answer.element.b[31] |= 0x80;
    respond(&f);
    assert_refused(&f);
}

/* --- the set-up --- */

#define N 3

/* What an offer commits to, written a second time: a dealer may commit to whatever it likes. */
static void commit(const struct setup *s, unsigned dealer, const struct setup_deal *d, struct setup_offer *offer)
{
    const uint8_t who[4] = {s->needed, s->holders, (uint8_t)dealer, 0};
    const bytes parts[] = {str_bytes(STR("comity threshold offer 1")), {s->id, ID_LEN}, {who, sizeof who},
                           oprf_bytes(d->commitments, (size_t)s->needed * OPRF_POINT_LEN), oprf_bytes(&d->proof, sizeof d->proof)};
    crypto_sha256_parts(offer->deal, parts, 5);
}

/* A dealer whose offer and deal agree, and that does not know what is behind its commitment: it took another's, to cancel it out. */
static void test_a_commitment_of_another(void **state)
{
    (void)state;
    const struct setup s = {.id = "a forged set-up", .needed = 2, .holders = N};
    uint8_t seeds[N][SETUP_SEED_LEN] = {{1}, {2}, {3}};
    struct setup_offer offers[N], own;
    struct setup_deal deals[N];
    struct setup_word word;
    oprf_scalar share;
    for (unsigned i = 0; i < N; i++)
        assert_int_equal(setup_offer(&s, seeds[i], i + 1, &offers[i], &w.err), 0);
    for (unsigned i = 0; i < N; i++)
        assert_int_equal(setup_deal(&s, seeds[i], i + 1, offers, &deals[i], &w.err), 0);
    commit(&s, 3, &deals[2], &own);
    assert_memory_equal(own.deal, offers[2].deal, HASH_LEN);
    assert_int_equal(setup_take(&s, seeds[0], 1, offers, deals, &share, &word, &w.err), 0);
    assert_int_equal(crypto_core_ristretto255_sub(deals[2].commitments[0].b, deals[2].commitments[0].b, deals[0].commitments[0].b), 0);
    commit(&s, 3, &deals[2], &offers[2]);
    assert_int_equal(setup_take(&s, seeds[0], 1, offers, deals, &share, &word, &w.err), ERR_CRYPTO);
    assert_non_null(strstr(w.err.text, "does not show that it knows"));
}

/* A key that any share would be sealed to in the open. */
static void test_a_sealing_key_of_low_order(void **state)
{
    (void)state;
    const struct setup s = {.id = "a forged set-up", .needed = 1, .holders = 2};
    uint8_t seeds[2][SETUP_SEED_LEN] = {{1}, {2}};
    struct setup_offer offers[2];
    struct setup_deal deal;
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(setup_offer(&s, seeds[i], i + 1, &offers[i], &w.err), 0);
    for (unsigned low = 0; low < 2; low++) {
        memset(offers[1].share_key, 0, sizeof offers[1].share_key);
        offers[1].share_key[0] = (uint8_t)low;
        assert_int_equal(setup_deal(&s, seeds[0], 1, offers, &deal, &w.err), ERR_CRYPTO);
        assert_non_null(strstr(w.err.text, "holder 2"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_it_should_be), cmocka_unit_test(test_another_element), cmocka_unit_test(test_another_share),
        cmocka_unit_test(test_a_response_above_the_order), cmocka_unit_test(test_no_nonce), cmocka_unit_test(test_errors_that_cancel),
        cmocka_unit_test(test_errors_that_cancel_under_weights), cmocka_unit_test(test_other_encodings),
        cmocka_unit_test(test_a_commitment_of_another), cmocka_unit_test(test_a_sealing_key_of_low_order),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
