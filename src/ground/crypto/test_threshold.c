/* threshold: vectors of an independent implementation (test/threshold.py), who can evaluate, who is found out, and the set-up with cheats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "ground/crypto/test_threshold_vectors.h"
#include "ground/crypto/threshold_internal.h"
#include "ground/crypto/threshold_setup.h"

#define N 3

static bytes unhex(struct arena *a, const char *hex)
{
    bytes out;
    assert_true(hex_decode(a, str_from(hex), &out));
    return out;
}

static const bytes alpha = {(const uint8_t *)"call 7", 6}, context = {(const uint8_t *)"window", 6};

/* Three holders that made a key together. */
struct party {
    struct setup setup;
    uint8_t seeds[N][SETUP_SEED_LEN];
    struct setup_offer offers[N];
    struct setup_deal deals[N];
    struct setup_word words[N];
    oprf_scalar shares[N];
    struct threshold_keys keys;
    oprf_point input;
    struct threshold_answer answers[N];
    struct err err;
};

static void offers_and_deals(struct party *p)
{
    memset(p, 0, sizeof *p);
    p->setup = (struct setup){.id = "one set-up", .needed = 2, .holders = N};
    for (unsigned i = 0; i < N; i++) {
        memset(p->seeds[i], 'a' + (int)i, SETUP_SEED_LEN);
        assert_int_equal(setup_offer(&p->setup, p->seeds[i], i + 1, &p->offers[i], &p->err), 0);
    }
    for (unsigned i = 0; i < N; i++)
        assert_int_equal(setup_deal(&p->setup, p->seeds[i], i + 1, p->offers, &p->deals[i], &p->err), 0);
}

static int take(struct party *p, unsigned i)
{
    return setup_take(&p->setup, p->seeds[i], i + 1, p->offers, p->deals, &p->shares[i], &p->words[i], &p->err);
}

static int finish(struct party *p, unsigned *dealer, unsigned *holder)
{
    return setup_finish(&p->setup, p->offers, p->deals, p->words, &p->keys, dealer, holder, &p->err);
}

static void evaluate(const struct party *p, unsigned i, bytes input, bytes about, struct threshold_answer *out)
{
    struct err err = {0};
    oprf_point point;
    uint8_t random[THRESHOLD_RANDOM_LEN] = {(uint8_t)i};
    assert_int_equal(threshold_input(&point, input, &err), 0);
    assert_int_equal(threshold_evaluate(&p->shares[i], &p->keys.publics[i], &point, about, random, out, &err), 0);
}

static void party(struct party *p)
{
    unsigned dealer, holder;
    offers_and_deals(p);
    for (unsigned i = 0; i < N; i++) {
        assert_int_equal(take(p, i), 0);
        assert_int_equal(p->words[i].complaints, 0);
    }
    assert_int_equal(finish(p, &dealer, &holder), 0);
    assert_int_equal(threshold_input(&p->input, alpha, &p->err), 0);
    for (unsigned i = 0; i < N; i++)
        evaluate(p, i, alpha, context, &p->answers[i]);
}

static void test_vectors(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct threshold_keys keys;
    struct threshold_answer answers[N], made;
    oprf_point input, element;
    oprf_output output;
    uint8_t written[THRESHOLD_KEYS_MAX];
    bytes about = unhex(a, VECTOR_CONTEXT), asked = unhex(a, VECTOR_ALPHA);
    assert_int_equal(threshold_keys_read(unhex(a, VECTOR_KEYS), &keys, &err), 0);
    assert_int_equal(threshold_keys_write(&keys, written), unhex(a, VECTOR_KEYS).len);
    assert_memory_equal(written, unhex(a, VECTOR_KEYS).p, unhex(a, VECTOR_KEYS).len);
    assert_int_equal(threshold_input(&input, asked, &err), 0);
    assert_memory_equal(input.b, unhex(a, VECTOR_INPUT).p, OPRF_POINT_LEN);
    for (unsigned i = 0; i < N; i++) {
        oprf_scalar share;
        memcpy(share.b, unhex(a, vector_shares[i]).p, sizeof share);
        memcpy(&answers[i], unhex(a, vector_answers[i]).p, sizeof answers[i]);
        assert_int_equal(threshold_evaluate(&share, &keys.publics[i], &input, about, unhex(a, VECTOR_RANDOM).p, &made, &err), 0);
        assert_memory_equal(&made, &answers[i], sizeof made);
        assert_int_equal(threshold_check(&keys, i + 1, &input, about, &answers[i], &err), 0);
    }
    assert_int_equal(threshold_combine(&keys, (const uint8_t[]){3, 1}, (const struct threshold_answer[]){answers[2], answers[0]}, 2, &element, &err), 0);
    assert_memory_equal(element.b, unhex(a, VECTOR_ELEMENT).p, OPRF_POINT_LEN);
    threshold_output(&output, asked, &element);
    assert_memory_equal(output.b, unhex(a, VECTOR_OUTPUT).p, OPRF_OUTPUT_LEN);
    arena_free(a);
}

/* Blinding the input, combining the answers for the blinded point and unblinding gives the same as without; and any two public points say the key. */
static void test_blinded_is_the_same(void **state)
{
    (void)state;
    struct party p;
    party(&p);
    oprf_scalar weights[2], blind;
    oprf_point key, element, evaluated, ignored;
    struct ristretto_sum sum;
    threshold_lagrange((const uint8_t[]){1, 2}, 2, weights);
    ristretto_zero(&sum);
    assert_int_equal(ristretto_add_products(&sum, weights, p.keys.publics, 2), 2);
    ristretto_encode(&sum, &key);
    assert_memory_equal(key.b, p.keys.commitments[0].b, OPRF_POINT_LEN);
    oprf_output plain, unblinded;
    assert_int_equal(threshold_combine(&p.keys, (const uint8_t[]){1, 2}, p.answers, 2, &element, &p.err), 0);
    threshold_output(&plain, alpha, &element);
    struct threshold_answer blinded, parts[2];
    assert_int_equal(oprf_blind(OPRF_MODE_VOPRF, &alpha, 1, NULL, &blind, &blinded.element, &p.err), 0);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(threshold_evaluate(&p.shares[i], &p.keys.publics[i], &blinded.element, context, p.seeds[0], &parts[i], &p.err), 0);
    assert_int_equal(threshold_combine(&p.keys, (const uint8_t[]){1, 2}, parts, 2, &evaluated, &p.err), 0);
    ignored = blinded.element; /* mode OPRF takes off the blind without a proof of the whole key, which nobody can make */
    assert_int_equal(oprf_finalize(OPRF_MODE_OPRF, &key, NULL, &alpha, &blind, 1, &ignored, &evaluated, 1, NULL, &unblinded, &p.err), 0);
    assert_memory_equal(unblinded.b, plain.b, OPRF_OUTPUT_LEN);
}

static void test_any_two_give_the_same(void **state)
{
    (void)state;
    struct party p;
    party(&p);
    static const uint8_t orders[][3] = {{1, 2}, {1, 3}, {2, 3}, {2, 1}, {3, 1}, {3, 2}, {1, 2, 3}, {3, 2, 1}};
    oprf_point first, other;
    for (size_t k = 0; k < sizeof orders / sizeof orders[0]; k++) {
        struct threshold_answer picked[3];
        size_t n = orders[k][2] ? 3 : 2;
        for (size_t i = 0; i < n; i++)
            picked[i] = p.answers[orders[k][i] - 1];
        assert_int_equal(threshold_combine(&p.keys, orders[k], picked, n, k ? &other : &first, &p.err), 0);
        if (k)
            assert_memory_equal(first.b, other.b, OPRF_POINT_LEN);
    }
    assert_int_equal(threshold_combine(&p.keys, (const uint8_t[]){2}, p.answers, 1, &other, &p.err), ERR_INPUT);
    assert_int_equal(threshold_combine(&p.keys, (const uint8_t[]){2, 2}, p.answers, 2, &other, &p.err), ERR_INPUT);
    assert_int_equal(threshold_combine(&p.keys, (const uint8_t[]){2, 4}, p.answers, 2, &other, &p.err), ERR_INPUT);
    assert_int_equal(threshold_combine(&p.keys, (const uint8_t[]){0, 1}, p.answers, 2, &other, &p.err), ERR_INPUT);
}

static void test_a_wrong_answer_is_named(void **state)
{
    (void)state;
    struct party p;
    party(&p);
    struct threshold_answer other;
    for (unsigned i = 1; i <= N; i++)
        assert_int_equal(threshold_check(&p.keys, i, &p.input, context, &p.answers[i - 1], &p.err), 0);
    for (size_t at = 0; at < 8 * sizeof other; at++) { /* each bit of an answer */
        other = p.answers[1];
        ((uint8_t *)&other)[at / 8] ^= (uint8_t)(1 << at % 8);
        assert_int_equal(threshold_check(&p.keys, 2, &p.input, context, &other, &p.err), ERR_CRYPTO);
    }
    assert_non_null(strstr(p.err.text, "holder 2"));
    assert_int_equal(threshold_check(&p.keys, 1, &p.input, context, &p.answers[1], &p.err), ERR_CRYPTO);
    assert_int_equal(threshold_check(&p.keys, 2, &p.input, alpha, &p.answers[1], &p.err), ERR_CRYPTO); /* bound to something else */
    assert_int_equal(threshold_check(&p.keys, 4, &p.input, context, &p.answers[1], &p.err), ERR_INPUT);
    evaluate(&p, 1, context, context, &other); /* for another input */
    assert_int_equal(threshold_check(&p.keys, 2, &p.input, context, &other, &p.err), ERR_CRYPTO);
    oprf_scalar share = p.shares[1];
    share.b[0] ^= 1; /* with another share */
    assert_int_equal(threshold_evaluate(&share, &p.keys.publics[1], &p.input, context, p.seeds[0], &other, &p.err), 0);
    assert_int_equal(threshold_check(&p.keys, 2, &p.input, context, &other, &p.err), ERR_CRYPTO);
}

static void test_a_point_that_is_none(void **state)
{
    (void)state;
    struct party p;
    party(&p);
    struct threshold_answer out;
    oprf_point bad = {{0}};
    assert_int_equal(threshold_evaluate(&p.shares[0], &p.keys.publics[0], &bad, context, p.seeds[0], &out, &p.err), ERR_CRYPTO);
    memset(bad.b, 0xff, sizeof bad);
    assert_int_equal(threshold_evaluate(&p.shares[0], &p.keys.publics[0], &bad, context, p.seeds[0], &out, &p.err), ERR_CRYPTO);
    bad = p.input;
    bad.b[31] |= 0x80;
    assert_int_equal(threshold_evaluate(&p.shares[0], &p.keys.publics[0], &bad, context, p.seeds[0], &out, &p.err), ERR_CRYPTO);
    struct threshold_answer zero = p.answers[0]; /* the identity, encoded as zeros, is nothing that was evaluated */
    zero.base = zero.on = (oprf_point){{0}};
    assert_int_equal(threshold_check(&p.keys, 1, &p.input, context, &zero, &p.err), ERR_CRYPTO);
    /* the same nonce twice would tell the share: it depends on what is asked, whatever the random bytes */
    struct threshold_answer again;
    const uint8_t stuck[THRESHOLD_RANDOM_LEN] = {0};
    assert_int_equal(threshold_evaluate(&p.shares[0], &p.keys.publics[0], &p.input, context, stuck, &out, &p.err), 0);
    assert_int_equal(threshold_evaluate(&p.shares[0], &p.keys.publics[0], &p.input, alpha, stuck, &again, &p.err), 0);
    assert_memory_not_equal(out.base.b, again.base.b, OPRF_POINT_LEN);
}

static void test_keys_read(void **state)
{
    (void)state;
    struct party p;
    party(&p);
    uint8_t b[THRESHOLD_KEYS_MAX + 1];
    struct threshold_keys keys;
    size_t len = threshold_keys_write(&p.keys, b);
    assert_int_equal(threshold_keys_read((bytes){b, len}, &keys, &p.err), 0);
    assert_memory_equal(&keys, &p.keys, sizeof keys);
    for (size_t short_len = 0; short_len < len; short_len++)
        assert_int_equal(threshold_keys_read((bytes){b, short_len}, &keys, &p.err), ERR_INPUT);
    assert_int_equal(threshold_keys_read((bytes){b, len + 1}, &keys, &p.err), ERR_INPUT);
    memset(b + 2, 0, OPRF_POINT_LEN);
    assert_int_equal(threshold_keys_read((bytes){b, len}, &keys, &p.err), ERR_CRYPTO); /* the key 0 */
    b[0] = 4;
    assert_int_equal(threshold_keys_read((bytes){b, len}, &keys, &p.err), ERR_INPUT);
    /* A0 = -A1: the share of holder 1 is 0 */
    oprf_scalar weights[2];
    struct ristretto_sum sum;
    keys = p.keys;
    threshold_lagrange((const uint8_t[]){1, 2}, 2, weights); /* 2, -1 */
    ristretto_zero(&sum);
    assert_int_equal(ristretto_add_products(&sum, &weights[1], &p.keys.commitments[1], 1), 1);
    ristretto_encode(&sum, &keys.commitments[0]);
    assert_int_equal(threshold_keys_derive(&keys, &p.err), ERR_CRYPTO);
    assert_non_null(strstr(p.err.text, "holder 1"));
}

/* --- many --- */

#define MANY 200

struct crowd {
    struct party p;
    char names[MANY][16];
    struct threshold_claim claims[MANY];
    uint8_t holders[MANY][N];
    struct threshold_answer answers[MANY][N];
    oprf_point elements[MANY];
};

static struct crowd *crowd(void)
{
    struct crowd *c = mem_calloc(1, sizeof *c);
    party(&c->p);
    for (unsigned k = 0; k < MANY; k++) {
        size_t n = k % 7 == 6 ? 1 : 2 + k % 2; /* one, two or three answers, from different holders first */
        bytes input = {(const uint8_t *)c->names[k], sizeof c->names[k]};
        put_u32be((uint8_t *)c->names[k], k);
        for (unsigned i = 0; i < n; i++) {
            unsigned holder = (k + i) % N;
            c->holders[k][i] = (uint8_t)(holder + 1);
            evaluate(&c->p, holder, input, input, &c->answers[k][i]);
        }
        c->claims[k] = (struct threshold_claim){.alpha = input, .context = input, .n = n, .holders = c->holders[k], .answers = c->answers[k]};
        if (n >= 2) {
            assert_int_equal(threshold_combine(&c->p.keys, c->holders[k], c->answers[k], n, &c->elements[k], &c->p.err), 0);
            c->claims[k].element = &c->elements[k];
        }
    }
    return c;
}

static void test_many(void **state)
{
    (void)state;
    struct crowd *c = crowd();
    assert_int_equal(threshold_check_many(&c->p.keys, c->claims, MANY), MANY);
    assert_int_equal(threshold_check_many(&c->p.keys, c->claims, 0), 0);
    oprf_threads(3);
    assert_int_equal(threshold_check_many(&c->p.keys, c->claims, MANY), MANY);
    /* every byte of one claim, and the first of two is the one that is named */
    struct threshold_claim *claim = &c->claims[131];
    struct { uint8_t *p; size_t len; } parts[] = {{(uint8_t *)c->answers[131], claim->n * sizeof c->answers[0][0]},
        {c->elements[131].b, OPRF_POINT_LEN}, {c->holders[131], claim->n}, {(uint8_t *)c->names[131], 4}};
    c->answers[170][0].response.b[3] ^= 4;
    for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++)
        for (size_t at = 0; at < parts[k].len; at++) {
            parts[k].p[at] ^= (uint8_t)(1 << (at % 8));
            assert_int_equal(threshold_check_many(&c->p.keys, c->claims + 128, 16), 3);
            parts[k].p[at] ^= (uint8_t)(1 << (at % 8));
        }
    assert_int_equal(threshold_check_many(&c->p.keys, c->claims, MANY), 170);
    c->answers[131][1].element = c->answers[131][0].element;
    assert_int_equal(threshold_check_many(&c->p.keys, c->claims, MANY), 131);
    c->holders[0][0] = c->holders[0][1];
    assert_int_equal(threshold_check_many(&c->p.keys, c->claims, MANY), 0);
    oprf_threads(1);
    free(c);
}

/* What one check takes, the other takes. */
static void test_many_as_one(void **state)
{
    (void)state;
    struct crowd *c = crowd();
    for (size_t at = 0; at < sizeof(struct threshold_answer); at++) {
        struct threshold_claim one = c->claims[6];
        ((uint8_t *)&c->answers[6][0])[at] ^= 0x10;
        oprf_point input;
        assert_int_equal(threshold_input(&input, one.alpha, &c->p.err), 0);
        int alone = threshold_check(&c->p.keys, c->holders[6][0], &input, one.context, &c->answers[6][0], &c->p.err);
        assert_int_equal(threshold_check_many(&c->p.keys, &one, 1), alone == 0 ? 1 : 0);
        ((uint8_t *)&c->answers[6][0])[at] ^= 0x10;
    }
    free(c);
}

/* Two wrong answers whose errors cancel without weights: one response is moved up, the other down by as much. */
static void test_errors_do_not_cancel(void **state)
{
    (void)state;
    struct crowd *c = crowd();
    uint8_t *one = c->answers[21][0].response.b, *other = c->answers[42][0].response.b;
    assert_int_equal(c->holders[21][0], c->holders[42][0]);
    size_t at = 0; /* a byte from which neither carries */
    while (one[at] == 255 || other[at] == 0)
        at++;
    one[at]++;
    other[at]--;
    assert_int_equal(threshold_check_many(&c->p.keys, c->claims, MANY), 21);
    free(c);
}

/* --- the set-up --- */

static void test_setup(void **state)
{
    (void)state;
    struct party p;
    party(&p);
    for (unsigned i = 0; i < N; i++) { /* each share is the one that the published keys say */
        struct threshold_answer answer;
        evaluate(&p, i, alpha, context, &answer);
        assert_int_equal(threshold_check(&p.keys, i + 1, &p.input, context, &answer, &p.err), 0);
    }
    /* what is lost is made again, the same to the byte */
    struct setup_deal again;
    uint8_t one[SETUP_DEAL_MAX], two[SETUP_DEAL_MAX];
    assert_int_equal(setup_deal(&p.setup, p.seeds[0], 1, p.offers, &again, &p.err), 0);
    size_t len = setup_deal_write(&p.setup, &p.deals[0], one);
    assert_int_equal(setup_deal_write(&p.setup, &again, two), len);
    assert_memory_equal(one, two, len);
    /* another id, another key */
    struct threshold_keys first = p.keys;
    struct setup_offer offer;
    p.setup.id[0] ^= 1;
    assert_int_equal(setup_offer(&p.setup, p.seeds[0], 1, &offer, &p.err), 0);
    assert_memory_not_equal(offer.deal, p.offers[0].deal, HASH_LEN);
    assert_memory_not_equal(first.commitments[0].b, p.deals[0].commitments[0].b, OPRF_POINT_LEN);
}

static void test_setup_messages(void **state)
{
    (void)state;
    struct party p;
    party(&p);
    struct setup_deal deal;
    struct setup_word word;
    uint8_t b[SETUP_DEAL_MAX + 1] = {0};
    size_t len = setup_deal_write(&p.setup, &p.deals[1], b);
    assert_int_equal(setup_deal_read(&p.setup, (bytes){b, len}, &deal, &p.err), 0);
    assert_memory_equal(&deal, &p.deals[1], sizeof deal);
    assert_int_equal(setup_deal_read(&p.setup, (bytes){b, len - 1}, &deal, &p.err), ERR_INPUT);
    assert_int_equal(setup_deal_read(&p.setup, (bytes){b, len + 1}, &deal, &p.err), ERR_INPUT);
    len = setup_word_write(&p.setup, &p.words[1], b);
    assert_int_equal(setup_word_read(&p.setup, (bytes){b, len}, &word, &p.err), 0);
    assert_memory_equal(&word, &p.words[1], sizeof word);
    assert_int_equal(setup_word_read(&p.setup, (bytes){b, len - 1}, &word, &p.err), ERR_INPUT);
    b[len - 1] = 8; /* a fourth dealer */
    assert_int_equal(setup_word_read(&p.setup, (bytes){b, len}, &word, &p.err), ERR_INPUT);
    p.setup.needed = 4;
    assert_int_equal(setup_word_read(&p.setup, (bytes){b, len}, &word, &p.err), ERR_INPUT);
    assert_int_equal(setup_offer(&p.setup, p.seeds[0], 1, &p.offers[0], &p.err), ERR_INPUT);
}

/* Each byte of a deal: either everybody refuses it, or the one whose share it is complains, and the dealer is at fault. */
static void test_setup_wrong_deal(void **state)
{
    (void)state;
    struct party p;
    offers_and_deals(&p);
    uint8_t b[SETUP_DEAL_MAX], opened[32];
    unsigned dealer, holder;
    size_t len = setup_deal_write(&p.setup, &p.deals[1], b), sealed = len - N * SETUP_SEALED_LEN;
    for (size_t at = 0; at < len; at += at < sealed ? 1 : 3) {
        b[at] ^= 0x20;
        assert_int_equal(setup_deal_read(&p.setup, (bytes){b, len}, &p.deals[1], &p.err), 0);
        b[at] ^= 0x20;
        if (at < sealed) {
            assert_int_equal(take(&p, 0), ERR_CRYPTO);
            assert_non_null(strstr(p.err.text, "holder 2"));
            continue;
        }
        unsigned whose = (unsigned)((at - sealed) / SETUP_SEALED_LEN);
        for (unsigned i = 0; i < N; i++) {
            assert_int_equal(take(&p, i), 0);
            assert_int_equal(p.words[i].complaints, i == whose ? 2 : 0);
        }
        assert_true(oprf_scalar_zero(&p.shares[whose]));
        assert_int_equal(finish(&p, &dealer, &holder), ERR_CRYPTO);
        assert_int_equal(dealer, 2);
        assert_int_equal(holder, whose + 1);
        assert_int_equal(setup_open(&p.setup, p.seeds[1], 2, holder, opened, &p.err), 0);
        assert_int_equal(setup_judge(&p.setup, p.offers, p.deals, 2, holder, opened), 2);
    }
}

/* A dealer that seals a share of another polynomial: well formed, and found all the same. */
static void test_setup_wrong_share(void **state)
{
    (void)state;
    struct party p;
    struct setup_deal other;
    uint8_t opened[32];
    unsigned dealer, holder;
    offers_and_deals(&p);
    struct setup elsewhere = p.setup;
    elsewhere.needed = 1; /* another label: the seal does not open */
    assert_int_equal(setup_deal(&elsewhere, p.seeds[2], 3, p.offers, &other, &p.err), 0);
    memcpy(p.deals[2].sealed[0], other.sealed[0], SETUP_SEALED_LEN);
    for (unsigned i = 0; i < N; i++)
        assert_int_equal(take(&p, i), 0);
    assert_int_equal(p.words[0].complaints, 4);
    assert_int_equal(finish(&p, &dealer, &holder), ERR_CRYPTO);
    assert_int_equal(dealer, 3);
    assert_int_equal(setup_open(&p.setup, p.seeds[2], 3, 1, opened, &p.err), 0);
    assert_int_equal(setup_judge(&p.setup, p.offers, p.deals, 3, 1, opened), 3);
    opened[5] ^= 1; /* opened wrongly */
    assert_int_equal(setup_judge(&p.setup, p.offers, p.deals, 3, 1, opened), 3);
    /* the dealer's commitments and proof of another seed, the offer made to fit: shares of the first do not */
    offers_and_deals(&p);
    struct setup_offer offer;
    assert_int_equal(setup_offer(&p.setup, p.seeds[0], 3, &offer, &p.err), 0);
    assert_int_equal(setup_deal(&p.setup, p.seeds[0], 3, p.offers, &other, &p.err), 0);
    memcpy(p.offers[2].deal, offer.deal, HASH_LEN);
    memcpy(p.deals[2].commitments, other.commitments, sizeof other.commitments);
    memcpy(&p.deals[2].proof, &other.proof, sizeof other.proof);
    assert_int_equal(take(&p, 1), 0);
    assert_int_equal(p.words[1].complaints, 4);
    assert_int_equal(setup_open(&p.setup, p.seeds[2], 3, 2, opened, &p.err), 0);
    assert_int_equal(setup_judge(&p.setup, p.offers, p.deals, 3, 2, opened), 3);
}

static void test_setup_wrong_complaint(void **state)
{
    (void)state;
    struct party p;
    uint8_t opened[32];
    unsigned dealer, holder;
    offers_and_deals(&p);
    for (unsigned i = 0; i < N; i++)
        assert_int_equal(take(&p, i), 0);
    p.words[2].complaints = 1; /* holder 3 complains of holder 1 for nothing */
    assert_int_equal(finish(&p, &dealer, &holder), ERR_CRYPTO);
    assert_int_equal(dealer, 1);
    assert_int_equal(holder, 3);
    assert_int_equal(setup_open(&p.setup, p.seeds[0], 1, 3, opened, &p.err), 0);
    assert_int_equal(setup_judge(&p.setup, p.offers, p.deals, 1, 3, opened), 3);
}

/* A dealer that says different things to different holders. */
static void test_setup_two_faces(void **state)
{
    (void)state;
    struct party p, q;
    unsigned dealer, holder;
    offers_and_deals(&p);
    q = p;
    memset(q.seeds[1], 'z', SETUP_SEED_LEN);
    assert_int_equal(setup_offer(&q.setup, q.seeds[1], 2, &q.offers[1], &q.err), 0);
    assert_int_equal(setup_deal(&q.setup, q.seeds[1], 2, q.offers, &q.deals[1], &q.err), 0);
    assert_int_equal(take(&q, 2), 0); /* holder 3 sees the other face */
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(take(&p, i), 0);
    p.words[2] = q.words[2];
    assert_int_equal(finish(&p, &dealer, &holder), ERR_CRYPTO);
    assert_int_equal(dealer, 2);
    assert_int_equal(holder, 3);
}

static int group_setup(void **state)
{
    (void)state;
    struct err err = {0};
    return crypto_open(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_blinded_is_the_same),
        cmocka_unit_test(test_any_two_give_the_same),
        cmocka_unit_test(test_a_wrong_answer_is_named),
        cmocka_unit_test(test_a_point_that_is_none),
        cmocka_unit_test(test_keys_read),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_many_as_one),
        cmocka_unit_test(test_errors_do_not_cancel),
        cmocka_unit_test(test_setup),
        cmocka_unit_test(test_setup_messages),
        cmocka_unit_test(test_setup_wrong_deal),
        cmocka_unit_test(test_setup_wrong_share),
        cmocka_unit_test(test_setup_wrong_complaint),
        cmocka_unit_test(test_setup_two_faces),
    };
    return cmocka_run_group_tests(tests, group_setup, NULL);
}
