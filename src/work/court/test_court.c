/* Bundles for courts: what is in one, that it proves itself, that no bit of one can change, and what cannot be asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "ground/zip/zip_read.h"
#include "work/court/court.h"
#include "work/court/court_check.h"
#include "work/statements/test_statement_house.h"

static const char secret[] = "AGE-SECRET-KEY-";

static void seal_recording(struct fixture *f)
{
    struct statement s;
    int64_t have;
    for (int i = 0; i < 3; i++)
        OK(recording_append(&f->w, f->id, &(struct recording_chunk){.sequence = i, .at_ms = i * 2000, .media = str_bytes(STR("head\x1f\x43\xb6\x75 practice voice"))}, &have, &f->err));
    OK(statement_seal(&f->w, f->id, STR("{\"language\":\"km\"}"), f->a, &s, &f->err));
}

/* All of a bundle with a text and a recording in it, pulled in pieces of an odd length. */
static bytes bundle_of(struct fixture *f, const uint8_t *recipient)
{
    const struct court_part parts[] = {{.name = "README.txt", .kind = BUNDLE_TEXT, .text = STR("how to check this")},
                                       {.name = "statements/S001.statement", .kind = BUNDLE_STATEMENT}};
    struct court_part *own_parts = arena_array(f->a, struct court_part, 2);
    struct court_plan plan = {.id = {7}, .parts = own_parts, .n = 2, .sealed = recipient != NULL, .now_ms = NOW + 5};
    struct node *own;
    struct court *b;
    struct buf all = buf_new(f->a);
    uint8_t piece[777];
    int64_t n;
    memcpy(own_parts, parts, sizeof parts);
    memcpy(own_parts[1].recording, f->id, ID_LEN);
    if (recipient)
        memcpy(plan.recipient, recipient, AGE_KEY_LEN);
    OK(node_open_again(f->node, &own, &f->err));
    OK(court_open(own, &plan, &b, &f->err));
    while ((n = court_pull(b, piece, sizeof piece, &f->err)) > 0)
        buf_add_bytes(&all, piece, (size_t)n);
    OK(n);
    court_close(b);
    return buf_bytes(&all);
}

static void test_it_proves_itself(void **state)
{
    struct fixture *f = *state;
    struct court_found found;
    uint8_t key[SIGN_PUBLIC_LEN];
    seal_recording(f);
    const bytes all = bundle_of(f, NULL);
    keyring_public(f->node->keys, KEYRING_AGENCY, key);
    OK(court_check(all, key, f->a, &found, &f->err));
    assert_int_equal(found.files, 2);
    assert_int_equal(found.statements, 1);
    assert_int_equal(found.id[0], 7);
    assert_int_equal(found.made_ms, NOW + 5);
    key[0] ^= 1;
    assert_int_equal(court_check(all, key, f->a, &found, &f->err), ERR_CRYPTO);
}

/* Digest of the names and contents of all files in an archive that can be read. */
static void contents(struct arena *a, bytes archive, uint8_t digest[static HASH_LEN])
{
    struct zip_read *z;
    struct buf all = buf_new(a);
    uint8_t piece[4096];
    int64_t n;
    assert_int_equal(zip_read_open(archive, &z, NULL), 0);
    for (size_t i = 0; i < zip_read_count(z); i++) {
        buf_addf(&all, "%.*s\n", STR_ARG(zip_read_name(z, i)));
        assert_int_equal(zip_read_file(z, (int)i, NULL), 0);
        while ((n = zip_read_data(z, piece, sizeof piece, NULL)) > 0)
            buf_add_bytes(&all, piece, (size_t)n);
        assert_int_equal(n, 0);
    }
    zip_read_close(z);
    crypto_sha256(digest, buf_bytes(&all));
}

/* But for another way in which deflate says the very same bytes. */
static void test_no_bit_can_change(void **state)
{
    struct fixture *f = *state;
    struct court_found found;
    uint8_t key[SIGN_PUBLIC_LEN];
    seal_recording(f);
    const bytes all = bundle_of(f, NULL);
    keyring_public(f->node->keys, KEYRING_AGENCY, key);
    struct arena *scratch = arena_new();
    uint8_t *copy = arena_alloc(f->a, all.len), first[HASH_LEN], now[HASH_LEN];
    size_t said_otherwise = 0;
    contents(scratch, all, first);
    memcpy(copy, all.p, all.len);
    for (size_t k = 0; k < all.len * 8; k++) {
        const size_t i = k / 8, bit = k % 8;
        struct err why = {0};
        copy[i] ^= (uint8_t)(1 << bit);
        if (court_check((bytes){copy, all.len}, key, scratch, &found, &why) == 0) {
            contents(scratch, (bytes){copy, all.len}, now);
            if (memcmp(now, first, HASH_LEN) != 0)
                fail_msg("bit %zu of byte %zu of %zu can change", bit, i, all.len);
            said_otherwise++;
        } else
            assert_true(why.text[0] != 0);
        copy[i] = all.p[i];
        arena_reset(scratch);
    }
    assert_true(said_otherwise < all.len * 8 / 100);
    for (size_t len = 0; len < all.len; len += 97) /* nor can the end be missing */
        assert_true(court_check((bytes){copy, len}, key, scratch, &found, &f->err) < 0);
    arena_free(scratch);
}

static void test_sealed_for_the_court(void **state)
{
    struct fixture *f = *state;
    const uint8_t identity[AGE_KEY_LEN] = {9};
    uint8_t recipient[AGE_KEY_LEN];
    seal_recording(f);
    age_recipient_of(identity, recipient);
    const bytes sealed = bundle_of(f, recipient);
    assert_true(sealed.len > 30 && memcmp(sealed.p, "age-encryption.org/v1\n", 22) == 0);
    assert_false(str_contains(bytes_str(sealed), STR("MANIFEST")));
}

static void test_what_is_asked_for(void **state)
{
    struct fixture *f = *state;
    struct court_order order;
    struct approval what = {.verb = VERB_BUNDLE};
    str wrong = str_printf(f->a, "%s%s", secret, "1");
    OK(court_arguments(f->a, STR("km"), STR(""), &what.arguments, &f->err));
    OK(court_order_of(&what, f->a, &order, &f->err));
    assert_true(str_eq(order.language, STR("km")) && !order.sealed);
    assert_int_equal(court_arguments(f->a, STR("km"), wrong, &what.arguments, &f->err), ERR_INPUT);
    assert_false(str_contains(str_from(f->err.text), wrong)); /* what might be a secret key is not said again */
    what.verb = VERB_ERASE;
    assert_int_equal(court_order_of(&what, f->a, &order, &f->err), ERR_CORRUPT);
}

static void test_too_many_parts(void **state)
{
    struct fixture *f = *state;
    struct court *b;
    struct court_part *parts = arena_array(f->a, struct court_part, BUNDLE_PARTS_MAX + 1);
    const struct court_plan plan = {.parts = parts, .n = BUNDLE_PARTS_MAX + 1, .now_ms = NOW};
    assert_int_equal(court_open(f->node, &plan, &b, &f->err), ERR_LIMIT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_it_proves_itself), TEST(test_no_bit_can_change), TEST(test_sealed_for_the_court), TEST(test_what_is_asked_for), TEST(test_too_many_parts),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
