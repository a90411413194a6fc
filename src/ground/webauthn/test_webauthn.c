/* Passkeys: every check has a case in which only that is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "ground/crypto/crypto.h"
#include "ground/http/test_authenticator.h"

static const struct webauthn_site site = {.rp_id = {"localhost", 9}, .origin = {"http://localhost:8080", 21}};
static const uint8_t random_bytes[32] = {0xfb, 0xff, 0xbf, 4, 5}; /* of which base64 has + and / */
static const bytes challenge = {random_bytes, sizeof random_bytes};

struct fixture {
    struct arena *a;
    struct authenticator *keys[3];
};

static int set_up(void **state)
{
    static struct fixture f;
    struct err err;
    f.a = arena_new();
    if (crypto_open(&err) < 0)
        return -1;
    for (int kind = AUTHENTICATOR_ES256; kind <= AUTHENTICATOR_RS256; kind++)
        f.keys[kind] = authenticator_new((enum authenticator_kind)kind);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    for (int kind = AUTHENTICATOR_ES256; kind <= AUTHENTICATOR_RS256; kind++)
        authenticator_free(f->keys[kind]);
    arena_free(f->a);
    return 0;
}

static int created(struct fixture *f, struct authenticator *key, struct ceremony *c, struct webauthn_credential *out, struct err *err)
{
    bytes object = authenticator_create(key, f->a, c);
    return webauthn_created(&site, challenge, c->client_data, object, f->a, out, err);
}

static void test_three_kinds(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    for (int kind = AUTHENTICATOR_ES256; kind <= AUTHENTICATOR_RS256; kind++) {
        struct webauthn_credential credential;
        struct webauthn_proof proof;
        for (int self_signed = 0; self_signed < 2; self_signed++) {
            struct ceremony c = ceremony_of(challenge);
            c.self_signed = self_signed;
            c.more = STR(",\"crossOrigin\":false,\"a member of tomorrow\":[1]");
            if (created(f, f->keys[kind], &c, &credential, &err) < 0)
                fail_msg("kind %d: %s", kind, err.text);
            assert_int_equal(credential.sign_count, 1);
            assert_memory_equal(credential.id.p, "credential-of-test", 18);
        }
        struct ceremony c = ceremony_of(challenge);
        c.count = 2;
        struct webauthn_assertion assertion = authenticator_sign(f->keys[kind], f->a, &c);
        if (webauthn_asserted(&site, challenge, &credential, &assertion, f->a, &proof, &err) < 0)
            fail_msg("kind %d: %s", kind, err.text);
        assert_int_equal(proof.sign_count, 2);
        assert_int_equal(webauthn_asserted(&site, challenge, &credential, &assertion, f->a, &proof, &err), 0); /* pure: replay is the caller's */
    }
}

static const uint8_t other_bytes[32] = {9};
static char no_id[1024];

/* What is changed in an otherwise right ceremony, and what is said. */
static const struct wrong {
    const char *what;
    struct ceremony change; /* members that are set replace the right ones; flags and count as they are when use_flags */
    bool use_flags;
    int result;
    const char *words;
    bool only_create, only_sign;
} wrongs[] = {
    {"type", {.type = {"webauthn.other", 14}}, .result = ERR_DENIED, .words = "something else"},
    {"challenge", {.challenge = {other_bytes, 32}}, .result = ERR_DENIED, .words = "another question"},
    {"a shorter challenge", {.challenge = {random_bytes, 16}}, .result = ERR_DENIED, .words = "another question"},
    {"origin", {.origin = {"http://localhost:8081", 21}}, .result = ERR_DENIED, .words = "made for another site"},
    {"origin with a tail", {.origin = {"http://localhost:8080.example", 29}}, .result = ERR_DENIED, .words = "made for another site"},
    {"site", {.rp_id = {"elsewhere", 9}}, .result = ERR_DENIED, .words = "belongs to another site"},
    {"not present", {.flags = 0x04}, .use_flags = true, .result = ERR_DENIED, .words = "nobody touched"},
    {"not verified", {.flags = 0x01}, .use_flags = true, .result = ERR_DENIED, .words = "did not check who you are"},
    {"backed up and never to be", {.flags = 0x15}, .use_flags = true, .result = ERR_DENIED, .words = "contradicts"},
    {"in a foreign frame", {.more = {",\"crossOrigin\":true", 19}}, .result = ERR_DENIED, .words = "within a page"},
    {"in a foreign frame, named", {.more = {",\"topOrigin\":\"https://elsewhere.example\"", 40}}, .result = ERR_DENIED, .words = "within a page"},
    {"a member twice", {.more = {",\"origin\":\"http://localhost:8080\"", 33}}, .result = ERR_INPUT, .words = ""},
    {"a flag that lies", {.flags = 0x85}, .use_flags = true, .result = ERR_INPUT, .words = "could not be read"},
    {"a tail", {.extensions = {"\xa0", 1}}, .result = ERR_INPUT, .words = "could not be read"},
    {"extensions that are no map", {.flags = 0x85, .extensions = {"\x80", 1}}, .use_flags = true, .result = ERR_INPUT, .words = "could not be read"},
    {"an id too long", {.id = {(const uint8_t *)no_id, 1024}}, .result = ERR_INPUT, .words = "could not be read", .only_create = true},
    {"self-signed wrongly", {.self_signed = true, .wrong_signature = true}, .result = ERR_DENIED, .words = "signature", .only_create = true},
    {"signed wrongly", {.wrong_signature = true}, .result = ERR_DENIED, .words = "signature", .only_sign = true},
    {"a key in an assertion", {.with_key = true}, .result = ERR_INPUT, .words = "could not be read", .only_sign = true},
};

static struct ceremony changed(const struct wrong *w)
{
    struct ceremony c = ceremony_of(challenge);
    const struct ceremony *n = &w->change;
    c.type = n->type.len ? n->type : c.type;
    c.challenge = n->challenge.len ? n->challenge : c.challenge;
    c.origin = n->origin.len ? n->origin : c.origin;
    c.rp_id = n->rp_id.len ? n->rp_id : c.rp_id;
    c.id = n->id.len ? n->id : c.id;
    c.flags = w->use_flags ? n->flags : c.flags;
    c.more = n->more;
    c.extensions = n->extensions;
    c.self_signed = n->self_signed;
    c.wrong_signature = n->wrong_signature;
    c.with_key = n->with_key;
    return c;
}

static void test_every_check(void **state)
{
    struct fixture *f = *state;
    struct authenticator *key = f->keys[AUTHENTICATOR_ES256];
    struct webauthn_credential good, credential;
    struct ceremony right = ceremony_of(challenge);
    struct err err = {0};
    right.count = 0;
    assert_int_equal(created(f, key, &right, &good, &err), 0);
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        const struct wrong *w = &wrongs[i];
        struct webauthn_proof proof;
        struct ceremony c = changed(w);
        err = (struct err){0};
        if (!w->only_sign && (created(f, key, &c, &credential, &err) != w->result || !strstr(err.text, w->words)))
            fail_msg("created, %s: %d %s", w->what, err.code, err.text);
        c = changed(w);
        err = (struct err){0};
        struct webauthn_assertion assertion = authenticator_sign(key, f->a, &c);
        if (!w->only_create && (webauthn_asserted(&site, challenge, &good, &assertion, f->a, &proof, &err) != w->result || !strstr(err.text, w->words)))
            fail_msg("asserted, %s: %d %s", w->what, err.code, err.text);
    }
}

/* An assertion is no creation and the other way round; another's key signs in vain. */
static void test_mixed_up(void **state)
{
    struct fixture *f = *state;
    struct webauthn_credential credential, other;
    struct webauthn_proof proof;
    struct ceremony c = ceremony_of(challenge);
    struct err err = {0};
    assert_int_equal(created(f, f->keys[AUTHENTICATOR_ES256], &c, &credential, &err), 0);
    assert_int_equal(created(f, f->keys[AUTHENTICATOR_EDDSA], &c, &other, &err), 0);
    c.count = 9;
    struct webauthn_assertion assertion = authenticator_sign(f->keys[AUTHENTICATOR_ES256], f->a, &c);
    assert_int_equal(webauthn_asserted(&site, challenge, &other, &assertion, f->a, &proof, &err), ERR_DENIED);
    struct webauthn_credential swapped = credential;
    swapped.algorithm = -8;
    assert_int_equal(webauthn_asserted(&site, challenge, &swapped, &assertion, f->a, &proof, &err), ERR_DENIED);
    swapped = credential;
    swapped.key[40] ^= 1; /* no point of the curve any more */
    assert_int_equal(webauthn_asserted(&site, challenge, &swapped, &assertion, f->a, &proof, &err), ERR_DENIED);
    struct ceremony nothing = ceremony_of((bytes){random_bytes, 0}); /* no challenge is none that is answered */
    nothing.count = 9;
    struct webauthn_assertion unasked = authenticator_sign(f->keys[AUTHENTICATOR_ES256], f->a, &nothing);
    assert_int_equal(webauthn_asserted(&site, (bytes){0}, &credential, &unasked, f->a, &proof, &err), ERR_DENIED);
    assertion.signature.len = 0;
    assert_int_equal(webauthn_asserted(&site, challenge, &credential, &assertion, f->a, &proof, &err), ERR_INPUT);
}

/* The count: forward or always nothing. */
static void test_copied(void **state)
{
    struct fixture *f = *state;
    struct authenticator *key = f->keys[AUTHENTICATOR_EDDSA];
    static const struct { uint32_t kept, sent; bool copied; } cases[] = {
        {0, 0, false}, {0, 1, false}, {5, 6, false}, {5, 5, true}, {5, 4, true}, {5, 0, true}, {UINT32_MAX, 0, true},
    };
    struct webauthn_credential credential;
    struct ceremony c = ceremony_of(challenge);
    struct err err = {0};
    assert_int_equal(created(f, key, &c, &credential, &err), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct webauthn_proof proof;
        c.count = cases[i].sent;
        credential.sign_count = cases[i].kept;
        struct webauthn_assertion assertion = authenticator_sign(key, f->a, &c);
        assert_int_equal(webauthn_asserted(&site, challenge, &credential, &assertion, f->a, &proof, &err), cases[i].copied ? ERR_DENIED : 0);
        assert_int_equal(proof.copied, cases[i].copied);
        assert_true(!cases[i].copied || strstr(err.text, "a copy of it"));
    }
}

/* Objects of other shapes, and every way to cut a right one short. */
static void test_shapes(void **state)
{
    struct fixture *f = *state;
    struct authenticator *key = f->keys[AUTHENTICATOR_ES256];
    struct webauthn_credential credential;
    struct ceremony c = ceremony_of(challenge);
    struct err err = {0};
    bytes right = authenticator_create(key, f->a, &c), data = authenticator_data(key, f->a, &c, true);
    static const struct { const char *format, *statement; size_t len; int result; } cases[] = {
        {"none", "\xa0", 1, 0},
        {"none", "\xa1\x61x\x00", 4, ERR_DENIED},
        {"fido-u2f", "\xa0", 1, ERR_DENIED},
        {"packed", "\xa0", 1, ERR_INPUT},
        {"packed", "\xa1\x63x5c\x80", 6, ERR_DENIED},
        {"packed", "\xa2\x63" "alg\x26\x63" "alg\x26", 11, ERR_DENIED},
        {"none", "\xbf\xff", 2, ERR_INPUT},         /* without a length */
        {"none", "\xb8\x00", 2, ERR_INPUT},         /* a longer head than needed */
        {"none", "\xc0\xa0", 2, ERR_INPUT},         /* a tag */
        {"none", "\xc0", 1, ERR_INPUT},
        {"none", "\x81\x81\x81\x81\x81\x81\x80", 7, ERR_INPUT}, /* too deep */
        {"none", "\xbb\xff\xff\xff\xff\xff\xff\xff\xff", 9, ERR_INPUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bytes object = attestation_object(f->a, str_from(cases[i].format), (bytes){(const uint8_t *)cases[i].statement, cases[i].len}, data);
        if (webauthn_created(&site, challenge, c.client_data, object, f->a, &credential, &err) != cases[i].result)
            fail_msg("case %zu: %s", i, err.text);
    }
    for (size_t len = 0; len < right.len; len++)
        assert_int_not_equal(webauthn_created(&site, challenge, c.client_data, (bytes){right.p, len}, f->a, &credential, &err), 0);
    bytes longer = {arena_alloc(f->a, right.len + 1), right.len + 1};
    memcpy((void *)(uintptr_t)longer.p, right.p, right.len);
    assert_int_equal(webauthn_created(&site, challenge, c.client_data, longer, f->a, &credential, &err), ERR_INPUT);
    uint8_t *point = (uint8_t *)(uintptr_t)right.p + right.len - 1; /* the last byte of y */
    *point ^= 1;
    assert_int_equal(webauthn_created(&site, challenge, c.client_data, right, f->a, &credential, &err), ERR_DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_kinds), cmocka_unit_test(test_every_check), cmocka_unit_test(test_mixed_up),
        cmocka_unit_test(test_copied), cmocka_unit_test(test_shapes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
