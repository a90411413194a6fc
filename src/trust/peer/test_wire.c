#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/crypto/keyring.h"
#include "trust/peer/wire.h"

static struct arena *a;
static struct keyring *keys;

static int setup(void **state)
{
    (void)state;
    struct err err = {0};
    char folder[] = "/tmp/comity-wire-XXXXXX";
    a = arena_new();
    if (crypto_open(&err) < 0 || !mkdtemp(folder))
        return -1;
    const char *path = str_printf(a, "%s/keys", folder).p;
    if (keyring_create(path, &err) < 0 || keyring_open(path, &keys, &err) < 0)
        fail_msg("%s", err.text);
    unlink(path);
    rmdir(folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    keyring_close(keys);
    arena_free(a);
    return 0;
}

static struct wire_card card_signed(str agency)
{
    struct err err = {0};
    struct wire_card c = {.agency = agency, .country = STR("KH"), .kind = STR("shelter"), .address = STR("192.0.2.7:7443"),
                          .log_key = STR("comity/lotus+0011aabb+AQID"),
                          .witness_key = STR("comity/lotus/witness+0011aabb+BAID"), .letter_key_until_ms = 1802000000000, .created_ms = 1800000000123};
    keyring_public(keys, KEYRING_AGENCY, c.agency_key);
    memset(c.tls_pin, 7, sizeof c.tls_pin);
    memset(c.letter_key, 9, sizeof c.letter_key);
    assert_int_equal(keyring_sign(keys, KEYRING_AGENCY, wire_card_canonical(a, &c), c.signature, &err), 0);
    return c;
}

static void test_card_round_trip(void **state)
{
    (void)state;
    struct err err = {0};
    struct wire_card in = card_signed(STR("Lotus House \"Sok\" ផ្ទះ")), out;
    if (wire_card_read(a, str_bytes(wire_card_write(a, &in)), &out, &err) < 0)
        fail_msg("%s", err.text);
    assert_true(str_eq(in.agency, out.agency) && str_eq(in.address, out.address) && str_eq(in.log_key, out.log_key));
    assert_memory_equal(in.agency_key, out.agency_key, sizeof in.agency_key);
    assert_int_equal(in.created_ms, out.created_ms);
    assert_true(str_eq(in.witness_key, out.witness_key));
    assert_memory_equal(in.letter_key, out.letter_key, sizeof in.letter_key);
    assert_int_equal(in.letter_key_until_ms, out.letter_key_until_ms);
}

/* Whatever digit, letter or word of a card is changed, it is no card any more. */
static void test_card_cannot_be_changed(void **state)
{
    (void)state;
    struct wire_card in = card_signed(STR("Lotus House")), out;
    str text = wire_card_write(a, &in);
    size_t start = 0, changed = 0;
    while (!str_starts(str_slice(text, start, text.len), STR("\"agency\"")))
        start++;
    struct arena *scratch = arena_new();
    for (size_t i = start; i < text.len; i++) {
        char c = text.p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word)
            continue;
        str copy = str_dup(scratch, text);
        ((char *)(uintptr_t)copy.p)[i] = c == 'a' ? 'b' : c == '1' ? '2' : c >= '0' && c <= '9' ? '1' : 'a';
        assert_true(wire_card_read(scratch, str_bytes(copy), &out, NULL) < 0);
        changed++;
        arena_reset(scratch);
    }
    assert_true(changed > 200);
    arena_free(scratch);
}

static void test_card_refuses(void **state)
{
    (void)state;
    struct wire_card out;
    struct err err = {0};
    struct wire_card c = card_signed(STR("Lotus\nHouse"));
    assert_int_equal(wire_card_read(a, str_bytes(wire_card_write(a, &c)), &out, &err), ERR_INPUT);
    assert_string_equal(err.text, "invitation.agency: control characters are not allowed");
    c = card_signed(STR(""));
    assert_int_equal(wire_card_read(a, str_bytes(wire_card_write(a, &c)), &out, &err), ERR_INPUT);
    assert_int_equal(wire_card_read(a, str_bytes(STR("{\"comity_invitation\":1}")), &out, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "version 1; this node speaks version 2"));
    assert_int_equal(wire_card_read(a, str_bytes(STR("[]")), &out, &err), ERR_INPUT);
    assert_string_equal(err.text, "invitation: expected an object");
}

static void test_letter_key_may_be_missing(void **state)
{
    (void)state;
    struct err err = {0};
    struct wire_card c = card_signed(STR("Lotus House")), out;
    memset(c.letter_key, 0, sizeof c.letter_key);
    c.letter_key_until_ms = 0;
    assert_int_equal(keyring_sign(keys, KEYRING_AGENCY, wire_card_canonical(a, &c), c.signature, &err), 0);
    str text = wire_card_write(a, &c);
    assert_null(strstr(text.p, "letter_key"));
    assert_int_equal(wire_card_read(a, str_bytes(text), &out, &err), 0);
    assert_int_equal(out.letter_key_until_ms, 0);
    c.letter_key_until_ms = -1; /* before 1970: neither a key nor none */
    assert_int_equal(keyring_sign(keys, KEYRING_AGENCY, wire_card_canonical(a, &c), c.signature, &err), 0);
    assert_int_equal(wire_card_read(a, str_bytes(wire_card_write(a, &c)), &out, &err), ERR_INPUT);
}

/* The number a proquint stands for, by its definition read backwards. */
static uint32_t proquint_value(const char *word)
{
    static const char consonants[] = "bdfghjklmnprstvz", vowels[] = "aiou";
    uint32_t value = 0;
    for (int i = 0; i < 5; i++) {
        const char *set = i % 2 ? vowels : consonants, *at = strchr(set, word[i]);
        assert_non_null(at);
        value = value << (i % 2 ? 2 : 4) | (uint32_t)(at - set);
    }
    return value;
}

/* Digits and words are two writings of one digest: two words are the 32 bits of a group. */
static void test_words_say_what_digits_say(void **state)
{
    (void)state;
    assert_int_equal(proquint_value("lusab"), 0x7f00); /* 127.0.0.1 in the paper: lusab-babad */
    assert_int_equal(proquint_value("babad"), 0x0001);
    struct wire_fingerprint f;
    struct wire_card c = card_signed(STR("Lotus House"));
    wire_fingerprint(a, &c, &f);
    for (size_t group = 0; group < 4; group++) {
        uint32_t bits = proquint_value(f.words + 12 * group) << 16 | proquint_value(f.words + 12 * group + 6);
        assert_memory_equal(str_printf(a, "%05u", bits % 100000).p, f.digits + 6 * group, 5);
    }
}

static void test_fingerprint(void **state)
{
    (void)state;
    struct wire_fingerprint one, two;
    struct wire_card c = card_signed(STR("Lotus House"));
    wire_fingerprint(a, &c, &one);
    assert_int_equal(strlen(one.digits), 35);
    assert_int_equal(strlen(one.words), 47);
    c.address = STR("moved:1");
    c.created_ms++;
    c.letter_key[0] ^= 1;
    c.letter_key_until_ms++;
    wire_fingerprint(a, &c, &two);
    assert_string_equal(one.digits, two.digits);
    assert_string_equal(one.words, two.words);
    c.tls_pin[31] ^= 1;
    wire_fingerprint(a, &c, &two);
    assert_string_not_equal(one.digits, two.digits);
    assert_string_not_equal(one.words, two.words);
    c.tls_pin[31] ^= 1;
    c.witness_key = STR("comity/lotus/witness+0011aabc+BAID");
    wire_fingerprint(a, &c, &two);
    assert_string_not_equal(one.words, two.words);
    struct wire_fingerprint f = {"12345 67890", "lusab-babad"};
    assert_true(wire_fingerprint_equal(STR("12345 67890"), &f));
    assert_true(wire_fingerprint_equal(STR("1234-567 890 "), &f));
    assert_true(wire_fingerprint_equal(STR("LUSAB babad."), &f));
    assert_true(wire_fingerprint_equal(STR(" lus-abba bad"), &f));
    static const char *const wrong[] = {"", "12345 6789", "12345 678901", "lusab", "lusab babab", "lusab babad x", "12345 67890 lusab babad"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(wire_fingerprint_equal(str_from(wrong[i]), &f));
}

static void fill(void *p, size_t len, uint8_t from)
{
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)p)[i] = (uint8_t)(from + i * 31);
}

static void test_question_and_answer_round_trip(void **state)
{
    (void)state;
    struct err err = {0};
    uint8_t public_key[SIGN_PUBLIC_LEN];
    keyring_public(keys, KEYRING_AGENCY, public_key);
    struct wire_question q = {.epoch = 4294967295, .time_ms = 1800000000001, .purpose = STR("missing-person")}, q2;
    fill(q.id, sizeof q.id, 1);
    fill(q.points, sizeof q.points, 2);
    fill(q.reference, sizeof q.reference, 3);
    assert_int_equal(keyring_sign(keys, KEYRING_AGENCY, wire_question_canonical(a, &q), q.signature, &err), 0);
    str text = wire_question_write(a, &q);
    assert_true(text.len <= 3072);
    assert_int_equal(wire_question_read(a, str_bytes(text), &q2, &err), 0);
    assert_memory_equal(q.points, q2.points, sizeof q.points);
    assert_int_equal(wire_verify("question", wire_question_canonical(a, &q2), q2.signature, public_key, &err), 0);
    q2.epoch--;
    assert_int_equal(wire_verify("question", wire_question_canonical(a, &q2), q2.signature, public_key, &err), ERR_CRYPTO);
    struct wire_answer w = {.epoch = 3, .leaf_index = 77, .budget_left = 12}, w2;
    fill(w.proof, sizeof w.proof, 9);
    text = wire_answer_write(a, &w);
    assert_true(text.len <= 3072);
    assert_int_equal(wire_answer_read(a, str_bytes(text), &w2, &err), 0);
    assert_memory_equal(w.proof, w2.proof, sizeof w.proof);
    assert_int_equal(w2.leaf_index, 77);
    q.purpose = STR("Missing Person");
    assert_int_equal(wire_question_read(a, str_bytes(wire_question_write(a, &q)), &q2, &err), ERR_INPUT);
    assert_string_equal(err.text, "question.purpose: expected a word of a-z, 0-9, - and _");
}

static void test_statement_round_trip(void **state)
{
    (void)state;
    struct err err = {0};
    struct wire_map maps[2] = {{.number = 0, .size = 1}, {.number = 3, .size = 99999999999}};
    struct wire_statement s = {.epoch = 5, .time_ms = 10, .valid_from_ms = 1, .valid_until_ms = 20, .ruleset = STR("names-1-00"), .budget_left = 7,
                               .maps = maps, .n_maps = 2}, s2;
    assert_int_equal(wire_statement_read(a, str_bytes(wire_statement_write(a, &s)), &s2, &err), 0);
    bytes one = wire_statement_canonical(a, &s), two = wire_statement_canonical(a, &s2);
    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.p, two.p, one.len);
    maps[1].number = 0;
    assert_int_equal(wire_statement_read(a, str_bytes(wire_statement_write(a, &s)), &s2, &err), ERR_INPUT);
    assert_string_equal(err.text, "statement.maps[1].n: the maps must be in ascending order");
}

static void test_uuid7(void **state)
{
    (void)state;
    uint8_t id[WIRE_ID_LEN], random[10];
    memset(random, 0xff, sizeof random);
    wire_uuid7(id, 0x017F22E279B0, random); /* the time of the example in RFC 9562, appendix A.6 */
    assert_memory_equal(id, "\x01\x7f\x22\xe2\x79\xb0\x7f\xff\xbf\xff\xff\xff\xff\xff\xff\xff", 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_card_round_trip),
        cmocka_unit_test(test_card_cannot_be_changed),
        cmocka_unit_test(test_card_refuses),
        cmocka_unit_test(test_letter_key_may_be_missing),
        cmocka_unit_test(test_words_say_what_digits_say),
        cmocka_unit_test(test_fingerprint),
        cmocka_unit_test(test_question_and_answer_round_trip),
        cmocka_unit_test(test_statement_round_trip),
        cmocka_unit_test(test_uuid7),
    };
    return cmocka_run_group_tests_name("wire", tests, setup, teardown);
}
