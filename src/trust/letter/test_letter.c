/* letter: what is written is what is read; every signed field counts; hostile lines are refused with the member's name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/crypto/keyring.h"
#include "trust/letter/letter.h"
#include "trust/log/checkpoint.h"

#define NOW 1795467960123

static struct letter_header a_header(void)
{
    struct letter_header h = {.sequence = 7, .size = 4711, .time_ms = NOW};
    memset(h.id, 1, sizeof h.id);
    memset(h.from, 2, sizeof h.from);
    memset(h.to, 3, sizeof h.to);
    memset(h.stream, 4, sizeof h.stream);
    memset(h.previous, 5, sizeof h.previous);
    memset(h.recipient_key, 6, sizeof h.recipient_key);
    memset(h.digest, 7, sizeof h.digest);
    memset(h.signature, 8, sizeof h.signature);
    return h;
}

static struct letter_content a_content(void)
{
    struct letter_content c = {.kind = STR("referral"), .purpose = STR("protection"), .reference = STR("practice case 1"), .has_grant = true,
                               .name = STR("ឯកសារ.pdf"), .type = STR("application/pdf"), .payload_size = 12};
    memset(c.id, 1, sizeof c.id);
    memset(c.from, 2, sizeof c.from);
    memset(c.to, 3, sizeof c.to);
    memset(c.grant, 9, sizeof c.grant);
    return c;
}

static void test_header_and_back(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct letter_header h = a_header(), back;
    str line = letter_header_write(a, &h);
    assert_null(memchr(line.p, '\n', line.len));
    assert_true(line.len < LETTER_HEADER_MAX);
    assert_int_equal(letter_header_read(a, str_bytes(line), &back, &err), 0);
    bytes one = letter_header_canonical(a, &h), two = letter_header_canonical(a, &back);
    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.p, two.p, one.len);
    assert_memory_equal(back.signature, h.signature, SIGNATURE_LEN);
    arena_free(a);
}

static void test_content_and_back(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct letter_content c = a_content(), back;
    uint8_t digest[HASH_LEN] = {1};
    assert_int_equal(letter_content_read(a, str_bytes(letter_content_write(a, &c)), &back, &err), 0);
    bytes one = letter_content_canonical(a, &c, digest), two = letter_content_canonical(a, &back, digest);
    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.p, two.p, one.len);
    assert_true(back.has_grant && !back.has_reply_to);
    arena_free(a);
}

/* No two headers that differ in a field have the same signed bytes. */
static void test_every_field_is_signed(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct letter_header h = a_header();
    bytes whole = letter_header_canonical(a, &h);
    static const size_t at[] = {offsetof(struct letter_header, id), offsetof(struct letter_header, from), offsetof(struct letter_header, to),
                                offsetof(struct letter_header, stream), offsetof(struct letter_header, sequence),
                                offsetof(struct letter_header, previous), offsetof(struct letter_header, recipient_key),
                                offsetof(struct letter_header, size), offsetof(struct letter_header, digest), offsetof(struct letter_header, time_ms)};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        struct letter_header changed = h;
        ((uint8_t *)&changed)[at[i]] ^= 1;
        bytes other = letter_header_canonical(a, &changed);
        assert_true(other.len != whole.len || memcmp(other.p, whole.p, whole.len) != 0);
    }
    struct letter_content c = a_content(), moved = a_content();
    uint8_t digest[HASH_LEN] = {1};
    moved.has_grant = false; /* a grant and a reply must not be taken for each other */
    moved.has_reply_to = true;
    memcpy(moved.reply_to, c.grant, ID_LEN);
    bytes one = letter_content_canonical(a, &c, digest), two = letter_content_canonical(a, &moved, digest);
    assert_true(one.len != two.len || memcmp(one.p, two.p, one.len) != 0);
    arena_free(a);
}

static void test_other_versions_keep_their_ids(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct letter_header out;
    str line = STR("{\"comity_letter\":2,\"id\":\"01010101010101010101010101010101\",\"from\":\"02020202020202020202020202020202\","
                   "\"to\":\"03030303030303030303030303030303\",\"shape\":\"unheard of\"}");
    assert_int_equal(letter_header_read(a, str_bytes(line), &out, &err), ERR_PEER);
    struct letter_header h = a_header();
    assert_memory_equal(out.id, h.id, ID_LEN);
    assert_memory_equal(out.to, h.to, ID_LEN);
    assert_non_null(strstr(err.text, "version 2"));
    arena_free(a);
}

static void test_hostile_members_are_refused(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct letter_content c;
    static const struct { const char *from, *to; } changes[] = {
        {"\"referral\"", "\"../referral\""}, {"\"referral\"", "\"\""},   {"\"referral\"", "7"},       {"practice case 1", "practice\\u0000case"},
        {"practice case 1", "line\\nbreak"},  {"\"size\":12", "\"size\":-1"}, {"\"size\":12", "\"size\":1e3"}, {"09090909", "0909090g"},
        {"\"kind\"", "\"kinds\""},            {"application", "\\u001b[2J"},
    };
    struct letter_content good = a_content();
    str line = letter_content_write(a, &good);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const char *at = memmem(line.p, line.len, changes[i].from, strlen(changes[i].from));
        assert_non_null(at);
        struct buf b = buf_new(a);
        buf_add(&b, (str){line.p, (size_t)(at - line.p)});
        buf_add(&b, str_from(changes[i].to));
        const char *rest = at + strlen(changes[i].from);
        buf_add(&b, (str){rest, line.len - (size_t)(rest - line.p)});
        assert_int_equal(letter_content_read(a, buf_bytes(&b), &c, &err), ERR_INPUT);
    }
    for (size_t len = 0; len < line.len; len++)
        assert_true(letter_content_read(a, (bytes){(const uint8_t *)line.p, len}, &c, &err) < 0);
    arena_free(a);
}

/* --- a receipt is evidence --- */

static struct keyring *open_keys(struct arena *a)
{
    struct err err = {0};
    struct keyring *keys;
    char folder[] = "/tmp/comity-letter-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *path = str_printf(a, "%s/keys", folder).p;
    assert_int_equal(keyring_create(path, &err), 0);
    assert_int_equal(keyring_open(path, &keys, &err), 0);
    unlink(path);
    rmdir(folder);
    return keys;
}

/* A receipt whose leaf is the only one of the recipient's log. */
static struct letter_receipt a_receipt(struct arena *a, struct keyring *keys, const char *verb)
{
    struct err err = {0};
    uint8_t log_key[SIGN_PUBLIC_LEN], signature[SIGNATURE_LEN];
    struct letter_header h = a_header();
    struct letter_receipt r = {.status = LETTER_ACCEPTED, .time_ms = NOW};
    memcpy(r.id, h.id, ID_LEN);
    memcpy(r.from, h.from, ID_LEN);
    memcpy(r.to, h.to, ID_LEN);
    memcpy(r.digest, h.digest, HASH_LEN);
    keyring_public(keys, KEYRING_LOG, log_key);
    str origin = STR("comity/practice");
    r.log_key = note_vkey(a, origin, log_key);
    r.leaf = str_bytes(str_printf(a, "{\"seq\":0,\"verb\":\"%s\",\"object\":\"%s\"}", verb, hex_encode(a, (bytes){r.id, ID_LEN}).p));
    struct checkpoint cp = {.origin = origin, .size = 1};
    merkle_leaf(&cp.root, r.leaf);
    str text = checkpoint_format(a, &cp);
    assert_int_equal(keyring_sign(keys, KEYRING_LOG, str_bytes(text), signature, &err), 0);
    struct tlog_proof proof = {.checkpoint = note_build(a, text, origin, log_key, signature)};
    r.proof = tlog_proof_format(a, &proof);
    assert_int_equal(keyring_sign(keys, KEYRING_AGENCY, letter_receipt_canonical(a, &r), r.signature, &err), 0);
    return r;
}

static void test_receipt_is_evidence(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct keyring *keys = open_keys(a);
    uint8_t agency[SIGN_PUBLIC_LEN];
    keyring_public(keys, KEYRING_AGENCY, agency);
    struct letter_receipt good = a_receipt(a, keys, "receive"), r;
    assert_int_equal(letter_receipt_read(a, str_bytes(letter_receipt_write(a, &good)), &r, &err), 0);
    assert_int_equal(letter_receipt_verify(a, &r, agency, &err), 0);
    agency[0] ^= 1;
    assert_int_equal(letter_receipt_verify(a, &r, agency, &err), ERR_CRYPTO);
    agency[0] ^= 1;

    r = good;
    r.digest[0] ^= 1; /* of another letter */
    assert_int_equal(letter_receipt_verify(a, &r, agency, &err), ERR_CRYPTO);
    r = good;
    r.leaf_index = 1;
    assert_int_equal(letter_receipt_verify(a, &r, agency, &err), ERR_CRYPTO);
    /* signed by the agency, but about something else, or at a place the proof is not for: a dishonest recipient */
    assert_int_equal(keyring_sign(keys, KEYRING_AGENCY, letter_receipt_canonical(a, &r), r.signature, &err), 0);
    assert_int_equal(letter_receipt_verify(a, &r, agency, &err), ERR_CRYPTO);
    r = good;
    r.id[0] ^= 1;
    assert_int_equal(keyring_sign(keys, KEYRING_AGENCY, letter_receipt_canonical(a, &r), r.signature, &err), 0);
    assert_int_equal(letter_receipt_verify(a, &r, agency, &err), ERR_CRYPTO);
    assert_non_null(strstr(err.text, "something else"));
    r = a_receipt(a, keys, "read"); /* a later act on the same letter is not its arrival */
    assert_int_equal(letter_receipt_verify(a, &r, agency, &err), ERR_CRYPTO);
    r = good;
    r.leaf_index = 1;
    r.proof = (str){0}; /* without a proof the leaf itself says where it stands */
    assert_int_equal(keyring_sign(keys, KEYRING_AGENCY, letter_receipt_canonical(a, &r), r.signature, &err), 0);
    assert_int_equal(letter_receipt_verify(a, &r, agency, &err), ERR_CRYPTO);
    keyring_close(keys);
    arena_free(a);
}

static bool holds(struct arena *a, bytes text, const uint8_t agency[static SIGN_PUBLIC_LEN])
{
    struct err err = {0};
    struct letter_receipt r;
    return letter_receipt_read(a, text, &r, &err) == 0 && letter_receipt_exact(a, text, &r, &err) == 0 &&
           letter_receipt_verify(a, &r, agency, &err) == 0;
}

static void test_no_bit_of_a_receipt_can_change(void **state)
{
    (void)state;
    struct arena *keeps = arena_new(), *a = arena_new();
    struct keyring *keys = open_keys(keeps);
    uint8_t agency[SIGN_PUBLIC_LEN];
    keyring_public(keys, KEYRING_AGENCY, agency);
    struct letter_receipt r = a_receipt(keeps, keys, "receive");
    bytes text = bytes_dup(keeps, str_bytes(letter_receipt_write(keeps, &r)));
    uint8_t *changed = arena_alloc(keeps, text.len);
    memcpy(changed, text.p, text.len);
    assert_true(holds(a, text, agency));
    for (size_t bit = 0; bit < text.len * 8; bit++) {
        arena_reset(a);
        changed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (holds(a, (bytes){changed, text.len}, agency))
            fail_msg("bit %zu of byte %zu can be changed", bit % 8, bit / 8);
        changed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t len = 0; len + 1 < text.len; len++) { /* the last byte is a newline */
        arena_reset(a);
        assert_false(holds(a, (bytes){text.p, len}, agency));
    }
    for (size_t bit = 0; bit < sizeof agency * 8; bit++) {
        arena_reset(a);
        agency[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(holds(a, text, agency));
        agency[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    keyring_close(keys);
    arena_free(a);
    arena_free(keeps);
}

/* What is not signed over must not be free either: members nobody reads, another leaf within the proof, other white space is fine. */
static void test_a_receipt_says_nothing_else(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct keyring *keys = open_keys(a);
    uint8_t agency[SIGN_PUBLIC_LEN];
    keyring_public(keys, KEYRING_AGENCY, agency);
    struct letter_receipt r = a_receipt(a, keys, "receive");
    str text = letter_receipt_write(a, &r);
    str inside = str_slice(text, 1, text.len);
    assert_true(holds(a, str_bytes(str_printf(a, " {\t%.*s\n", STR_ARG(inside))), agency));
    assert_false(holds(a, str_bytes(str_printf(a, "{\"remark\":\"void\",%.*s", STR_ARG(inside))), agency));
    struct tlog_proof proof;
    assert_int_equal(tlog_proof_parse(a, r.proof, &proof, &err), 0);
    proof.extra = r.leaf;
    r.proof = tlog_proof_format(a, &proof);
    assert_int_equal(letter_receipt_verify(a, &r, agency, &err), 0);
    proof.extra = str_bytes(STR("{\"verb\":\"erase\"}"));
    r.proof = tlog_proof_format(a, &proof);
    assert_int_equal(letter_receipt_verify(a, &r, agency, &err), ERR_CRYPTO);
    assert_non_null(strstr(err.text, "another leaf"));
    keyring_close(keys);
    arena_free(a);
}

static int start(void **state)
{
    (void)state;
    struct err err = {0};
    return crypto_open(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header_and_back),
        cmocka_unit_test(test_content_and_back),
        cmocka_unit_test(test_every_field_is_signed),
        cmocka_unit_test(test_other_versions_keep_their_ids),
        cmocka_unit_test(test_hostile_members_are_refused),
        cmocka_unit_test(test_receipt_is_evidence),
        cmocka_unit_test(test_no_bit_of_a_receipt_can_change),
        cmocka_unit_test(test_a_receipt_says_nothing_else),
    };
    return cmocka_run_group_tests_name("letter", tests, start, NULL);
}
