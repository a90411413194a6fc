/* crypto: published vectors, then what must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/prctl.h>

#include "ground/crypto/crypto.h"

static void assert_hex(const void *p, size_t len, const char *hex)
{
    struct arena *a = arena_new();
    assert_string_equal(hex_encode(a, (bytes){p, len}).p, hex);
    arena_free(a);
}

static bytes unhex(struct arena *a, const char *hex)
{
    bytes out;
    assert_true(hex_decode(a, str_from(hex), &out));
    return out;
}

/* FIPS 180-4 examples */
static void test_sha2(void **state)
{
    (void)state;
    uint8_t out[HASH512_LEN];
    crypto_sha256(out, str_bytes(STR("abc")));
    assert_hex(out, HASH_LEN, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const bytes parts[] = {str_bytes(STR("a")), {0}, str_bytes(STR("bc"))};
    crypto_sha256_parts(out, parts, 3);
    assert_hex(out, HASH_LEN, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    struct crypto_sha256_stream stream;
    crypto_sha256_begin(&stream);
    for (size_t i = 0; i < 3; i++)
        crypto_sha256_add(&stream, parts[i]);
    crypto_sha256_end(&stream, out);
    /* beside, in pieces of every size around that of its blocks */
    static uint8_t much[3 * 1024 * 1024 + 17];
    uint8_t at_once[HASH_LEN], beside[HASH_LEN];
    crypto_fill(much, sizeof much, (const uint8_t[KEY_LEN]){3});
    crypto_sha256(at_once, (bytes){much, sizeof much});
    for (size_t piece = 1000; piece < sizeof much; piece = 3 * piece + 1) {
        struct crypto_sha256_aside *aside = crypto_sha256_aside_new();
        for (size_t at = 0; at < sizeof much; at += piece)
            crypto_sha256_aside_add(aside, (bytes){much + at, sizeof much - at < piece ? sizeof much - at : piece});
        crypto_sha256_aside_end(aside, beside);
        assert_memory_equal(beside, at_once, HASH_LEN);
    }
    crypto_sha256_aside_end(crypto_sha256_aside_new(), NULL);
    assert_hex(out, HASH_LEN, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    crypto_sha512(out, str_bytes(STR("abc")));
    assert_hex(out, HASH512_LEN, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                                 "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

/* RFC 7693 appendix A (no key), and that the key matters */
static void test_blake2b(void **state)
{
    (void)state;
    uint8_t out[64], keyed[64];
    crypto_blake2b(out, 64, (bytes){0}, str_bytes(STR("abc")));
    assert_hex(out, 64, "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                        "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    crypto_blake2b(keyed, 64, str_bytes(STR("key")), str_bytes(STR("abc")));
    assert_memory_not_equal(out, keyed, 64);
}

/* RFC 5869 test cases 1 and 3 */
static void test_hkdf(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    bytes key = unhex(a, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
    uint8_t out[42];
    crypto_hkdf(out, sizeof out, unhex(a, "000102030405060708090a0b0c"), key, unhex(a, "f0f1f2f3f4f5f6f7f8f9"));
    assert_hex(out, sizeof out, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    crypto_hkdf(out, sizeof out, (bytes){0}, key, (bytes){0});
    assert_hex(out, sizeof out, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
    arena_free(a);
}

static void test_seal_finds_every_change(void **state)
{
    (void)state;
    uint8_t key[KEY_LEN] = {7}, sealed[5 + SEAL_OVERHEAD], again[sizeof sealed], plain[5];
    bytes content = str_bytes(STR("hello")), ad = str_bytes(STR("row 1"));
    crypto_seal(sealed, key, content, ad);
    crypto_seal(again, key, content, ad);
    assert_memory_not_equal(sealed, again, sizeof sealed); /* a fresh nonce each time */
    assert_true(crypto_unseal(plain, key, (bytes){sealed, sizeof sealed}, ad));
    assert_memory_equal(plain, "hello", 5);
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 0x10;
        assert_false(crypto_unseal(plain, key, (bytes){sealed, sizeof sealed}, ad));
        sealed[i] ^= 0x10;
    }
    assert_false(crypto_unseal(plain, key, (bytes){sealed, sizeof sealed}, str_bytes(STR("row 2"))));
    assert_false(crypto_unseal(plain, key, (bytes){sealed, sizeof sealed - 1}, ad));
    assert_false(crypto_unseal(plain, key, (bytes){sealed, SEAL_OVERHEAD - 1}, ad));
    key[0] = 8;
    assert_false(crypto_unseal(plain, key, (bytes){sealed, sizeof sealed}, ad));
}

/* RFC 8032 section 7.1, test 2 */
static void test_verify(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    bytes public = unhex(a, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    bytes signature = unhex(a, "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                               "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    uint8_t message = 0x72, zero_key[SIGN_PUBLIC_LEN] = {1}; /* the identity: small order */
    assert_true(crypto_verify(signature.p, (bytes){&message, 1}, public.p));
    assert_false(crypto_verify(signature.p, (bytes){&message, 0}, public.p));
    assert_false(crypto_verify(signature.p, (bytes){&message, 1}, zero_key));
    arena_free(a);
}

static void test_memory(void **state)
{
    (void)state;
    uint8_t a[3] = {1, 2, 3}, b[3] = {1, 2, 4};
    assert_true(crypto_equal(a, b, 2));
    assert_false(crypto_equal(a, b, 3));
    crypto_wipe(a, sizeof a);
    assert_memory_equal(a, "\0\0\0", 3);
    uint8_t *secret = secret_alloc(100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(secret[i], 0);
    secret_free(secret);
    assert_int_equal(prctl(PR_GET_DUMPABLE), 0);
}

/* The first and the last vector of the SipHash paper's appendix: key 00..0f, input 00..(n-1). */
static void test_short_hash_vectors(void **state)
{
    (void)state;
    uint8_t key[SHORT_HASH_KEY_LEN], in[15];
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (uint8_t)i;
    assert_true(crypto_short_hash(key, (bytes){in, 15}) == 0xa129ca6149be45e5u);
    assert_true(crypto_short_hash(key, (bytes){in, 0}) == 0x726fdb47dd0e0e31u);
}

int main(void)
{
    struct err err = {0};
    if (crypto_open(&err) < 0)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short_hash_vectors),
        cmocka_unit_test(test_sha2), cmocka_unit_test(test_blake2b), cmocka_unit_test(test_hkdf),
        cmocka_unit_test(test_seal_finds_every_change), cmocka_unit_test(test_verify), cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
