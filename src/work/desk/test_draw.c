/* draw: the bytes of alpha, who is left out, the weak lot, lots that do not depend on who else is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "ground/crypto/threshold_setup.h"
#include "work/desk/draw.h"

#define N 3

static struct {
    struct threshold_keys keys;
    oprf_scalar shares[N];
    struct draw draw;
    struct err err;
} w;

static const bytes known = {(const uint8_t *)"known before", 12};

static int set_up(void **state)
{
    (void)state;
    struct setup s = {.id = "drawing", .needed = 2, .holders = N};
    uint8_t seeds[N][SETUP_SEED_LEN] = {{1}, {2}, {3}};
    struct setup_offer offers[N];
    struct setup_deal deals[N];
    struct setup_word words[N];
    unsigned dealer, holder;
    int r = crypto_open(&w.err);
    for (unsigned i = 0; r == 0 && i < N; i++)
        r = setup_offer(&s, seeds[i], i + 1, &offers[i], &w.err);
    for (unsigned i = 0; r == 0 && i < N; i++)
        r = setup_deal(&s, seeds[i], i + 1, offers, &deals[i], &w.err);
    for (unsigned i = 0; r == 0 && i < N; i++)
        r = setup_take(&s, seeds[i], i + 1, offers, deals, &w.shares[i], &words[i], &w.err);
    w.draw = (struct draw){.hall = "a hall", .day = 20785, .number = 7, .kind = DRAW_CALL};
    return r < 0 ? r : setup_finish(&s, offers, deals, words, &w.keys, &dealer, &holder, &w.err);
}

/* The holders of these numbers answer, in this order. */
static struct draw_answers ask(const char *holders)
{
    struct draw_answers a = {0};
    uint8_t alpha[DRAW_ALPHA_LEN], random[THRESHOLD_RANDOM_LEN] = {5};
    oprf_point input;
    draw_alpha(&w.draw, alpha);
    assert_int_equal(threshold_input(&input, (bytes){alpha, sizeof alpha}, &w.err), 0);
    for (; *holders; holders++) {
        unsigned i = (unsigned)(*holders - '1');
        a.holders[a.n] = (uint8_t)(i + 1);
        assert_int_equal(threshold_evaluate(&w.shares[i], &w.keys.publics[i], &input, known, random, &a.answers[a.n++], &w.err), 0);
    }
    return a;
}

static struct draw_beta drawn(const char *holders)
{
    struct draw_answers a = ask(holders);
    struct draw_beta b;
    unsigned wrong;
    assert_int_equal(draw_beta(&w.keys, &w.draw, known, &a, &b, &wrong, &w.err), 0);
    assert_int_equal(wrong, 0);
    return b;
}

static void test_alpha(void **state)
{
    (void)state;
    static const uint8_t expected[DRAW_ALPHA_LEN] = "comity desk draw 1\0a hall\0\0\0\0\0\0\0\0\0\0\x00\x00\x51\x31\x01\x00\x00\x00\x07";
    uint8_t alpha[DRAW_ALPHA_LEN], other[DRAW_ALPHA_LEN];
    draw_alpha(&w.draw, alpha);
    assert_memory_equal(alpha, expected, sizeof alpha);
    struct draw d = w.draw;
    d.kind = DRAW_ROTA;
    draw_alpha(&d, other);
    assert_memory_not_equal(alpha, other, sizeof alpha);
}

static void test_any_two(void **state)
{
    (void)state;
    const struct draw_beta all = drawn("123");
    static const char *const sets[] = {"12", "13", "23", "31", "321"};
    assert_false(all.weak);
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        const struct draw_beta b = drawn(sets[i]);
        assert_memory_equal(b.b, all.b, DRAW_BETA_LEN);
        assert_false(b.weak);
    }
}

static void test_one_left_is_weak(void **state)
{
    (void)state;
    const struct draw_beta all = drawn("123"), one = drawn("1"), two = drawn("2");
    assert_true(one.weak && two.weak);
    assert_int_equal(two.holder, 2);
    assert_memory_not_equal(one.b, all.b, DRAW_BETA_LEN);
    assert_memory_not_equal(one.b, two.b, DRAW_BETA_LEN);
    assert_memory_equal(drawn("1").b, one.b, DRAW_BETA_LEN); /* whoever asks again gets the same */
}

static void test_none_left(void **state)
{
    (void)state;
    struct draw_answers none = {0};
    struct draw_beta b;
    unsigned wrong;
    assert_int_equal(draw_beta(&w.keys, &w.draw, known, &none, &b, &wrong, &w.err), ERR_NOT_FOUND);
}

static void test_wrong_answers_do_not_count(void **state)
{
    (void)state;
    const struct draw_beta all = drawn("123");
    struct draw_answers a = ask("123");
    struct draw_beta b;
    unsigned wrong;
    a.answers[1].element = a.answers[0].element; /* holder 2 answers something else */
    assert_int_equal(draw_beta(&w.keys, &w.draw, known, &a, &b, &wrong, &w.err), 0);
    assert_int_equal(wrong, 1 << 2);
    assert_int_equal(a.n, 2);
    assert_memory_equal(b.b, all.b, DRAW_BETA_LEN);
    a = ask("12"); /* bound to other records: as good as missing */
    assert_int_equal(draw_beta(&w.keys, &w.draw, (bytes){(const uint8_t *)"others", 6}, &a, &b, &wrong, &w.err), ERR_NOT_FOUND);
    assert_int_equal(wrong, 1 << 1 | 1 << 2);
    a = ask("11"); /* one holder twice is one */
    assert_int_equal(draw_beta(&w.keys, &w.draw, known, &a, &b, &wrong, &w.err), 0);
    assert_true(b.weak);
    assert_int_equal(a.n, 1);
    a = ask("12");
    a.holders[1] = 9;
    assert_int_equal(draw_beta(&w.keys, &w.draw, known, &a, &b, &wrong, &w.err), 0);
    assert_true(b.weak);
}

static void test_lots(void **state)
{
    (void)state;
    const struct draw_beta b = drawn("12");
    uint8_t whole[DRAW_BETA_LEN + 8] = {0}, hash[HASH_LEN], one[32], other[32];
    memcpy(whole, b.b, DRAW_BETA_LEN);
    whole[DRAW_BETA_LEN + 7] = 42;
    crypto_sha256(hash, (bytes){whole, sizeof whole});
    assert_true(draw_lot(&b, 42) == get_u64be(hash));
    assert_true(draw_lot(&b, 42) != draw_lot(&b, 43));
    draw_seed(&b, one);
    w.draw.number++;
    struct draw_beta next = drawn("12");
    w.draw.number--;
    draw_seed(&next, other);
    assert_memory_not_equal(one, other, 32);
}

/* Each of ten tickets is least about as often: chi square with 9 degrees, 33.7 is passed once in 10,000. The draws are fixed: this does not vary. */
static void test_lots_are_even(void **state)
{
    (void)state;
    unsigned won[10] = {0};
    for (unsigned k = 0; k < 5000; k++) {
        struct draw_beta b = {0};
        oprf_point element = {{0}};
        put_u32be(element.b, k);
        draw_beta_of(&w.draw, &element, 0, &b);
        unsigned best = 0;
        for (unsigned i = 1; i < 10; i++)
            if (draw_lot(&b, i + 1) < draw_lot(&b, best + 1))
                best = i;
        won[best]++;
    }
    double sum = 0;
    for (unsigned i = 0; i < 10; i++)
        sum += (won[i] - 500.0) * (won[i] - 500.0) / 500;
    assert_true(sum < 33.7);
}

static void test_commitment(void **state)
{
    (void)state;
    uint8_t salt[DRAW_SALT_LEN] = {1}, a[HASH_LEN], b[HASH_LEN];
    draw_commitment(salt, str_bytes(STR("N0012345")), a);
    draw_commitment(salt, str_bytes(STR("N0012345")), b);
    assert_memory_equal(a, b, HASH_LEN);
    draw_commitment(salt, str_bytes(STR("N0012346")), b);
    assert_memory_not_equal(a, b, HASH_LEN);
    salt[0] = 2;
    draw_commitment(salt, str_bytes(STR("N0012345")), b);
    assert_memory_not_equal(a, b, HASH_LEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alpha), cmocka_unit_test(test_any_two), cmocka_unit_test(test_one_left_is_weak), cmocka_unit_test(test_none_left),
        cmocka_unit_test(test_wrong_answers_do_not_count), cmocka_unit_test(test_lots), cmocka_unit_test(test_lots_are_even), cmocka_unit_test(test_commitment),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
