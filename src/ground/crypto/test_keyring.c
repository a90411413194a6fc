/* keyring: the same file gives the same keys, another gives others, and a file that is not right is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/crypto/keyring_share.h"

static char folder[] = "/tmp/comity-keyring-XXXXXX";
static char path[64], other_path[64];

static int make_folder(void **state)
{
    (void)state;
    struct err err = {0};
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/keys", folder);
    snprintf(other_path, sizeof other_path, "%s/other", folder);
    return keyring_create(path, &err) < 0 || keyring_create(other_path, &err) < 0 ? -1 : 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    unlink(other_path);
    return rmdir(folder);
}

static struct keyring *open_ring(const char *p)
{
    struct keyring *k;
    struct err err = {0};
    assert_int_equal(keyring_open(p, &k, &err), 0);
    return k;
}

static void test_create_does_not_overwrite(void **state)
{
    (void)state;
    struct err err = {0};
    struct stat st;
    assert_int_equal(keyring_create(path, &err), ERR_EXISTS);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(keyring_create("/nonexistent/keys", &err), ERR_IO);
}

static void test_signing(void **state)
{
    (void)state;
    struct keyring *k = open_ring(path), *again = open_ring(path), *other = open_ring(other_path);
    struct err err = {0};
    bytes message = str_bytes(STR("checkpoint"));
    uint8_t signature[SIGNATURE_LEN], log_key[SIGN_PUBLIC_LEN], agency_key[SIGN_PUBLIC_LEN], other_key[SIGN_PUBLIC_LEN];
    assert_int_equal(keyring_sign(k, KEYRING_LOG, message, signature, &err), 0);
    keyring_public(again, KEYRING_LOG, log_key);
    keyring_public(again, KEYRING_AGENCY, agency_key);
    keyring_public(other, KEYRING_LOG, other_key);
    assert_true(crypto_verify(signature, message, log_key));
    assert_false(crypto_verify(signature, message, agency_key));
    assert_false(crypto_verify(signature, message, other_key));
    keyring_close(k);
    keyring_close(again);
    keyring_close(other);
}

static void test_macs_are_apart(void **state)
{
    (void)state;
    struct keyring *k = open_ring(path), *other = open_ring(other_path);
    struct err err = {0};
    uint8_t out[4][32];
    bytes data = str_bytes(STR("data"));
    const bytes parts[] = {str_bytes(STR("da")), str_bytes(STR("ta"))};
    assert_int_equal(keyring_mac(k, KEYRING_MAC_INDEX, data, out[0], 32, &err), 0);
    assert_int_equal(keyring_mac(k, KEYRING_MAC_FINGERPRINT, data, out[1], 32, &err), 0);
    assert_int_equal(keyring_mac(k, KEYRING_MAC_PSEUDONYM, data, out[2], 32, &err), 0);
    assert_int_equal(keyring_mac(other, KEYRING_MAC_INDEX, data, out[3], 32, &err), 0);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++)
            assert_memory_not_equal(out[i], out[j], 32);
    assert_int_equal(keyring_mac_parts(k, KEYRING_MAC_INDEX, parts, 2, out[1], 32, &err), 0);
    assert_memory_equal(out[0], out[1], 32);
    keyring_close(k);
    keyring_close(other);
}

static void test_sealing(void **state)
{
    (void)state;
    struct keyring *k = open_ring(path), *other = open_ring(other_path);
    struct err err = {0};
    uint8_t wrapped[KEYRING_WRAPPED_LEN], sealed[4 + SEAL_OVERHEAD], plain[4];
    bytes ad = str_bytes(STR("person|1")), w = {wrapped, sizeof wrapped}, s = {sealed, sizeof sealed};
    assert_int_equal(keyring_seal(k, str_bytes(STR("data")), ad, wrapped, sealed, &err), 0);
    assert_int_equal(keyring_unseal(k, w, s, ad, plain, &err), 0);
    assert_memory_equal(plain, "data", 4);
    assert_int_equal(keyring_unseal(other, w, s, ad, plain, &err), ERR_CRYPTO);
    assert_int_equal(keyring_unseal(k, w, s, str_bytes(STR("person|2")), plain, &err), ERR_CRYPTO);
    assert_int_equal(keyring_unseal(k, (bytes){wrapped, sizeof wrapped - 1}, s, ad, plain, &err), ERR_CRYPTO);
    wrapped[30] ^= 1;
    assert_int_equal(keyring_unseal(k, w, s, ad, plain, &err), ERR_CRYPTO);
    wrapped[30] ^= 1;
    sealed[30] ^= 1;
    assert_int_equal(keyring_unseal(k, w, s, ad, plain, &err), ERR_CRYPTO);
    keyring_close(k);
    keyring_close(other);
}

/* What the epoch's key computes is the same in every ring of the file, proves itself, and differs by epoch. */
static void test_matching(void **state)
{
    (void)state;
    struct keyring *k = open_ring(path), *again = open_ring(path);
    struct err err = {0};
    const bytes inputs[] = {str_bytes(STR("first")), str_bytes(STR("second"))};
    oprf_point one, two, elsewhere, blinded[2], evaluated[2];
    oprf_scalar blinds[2];
    oprf_output asked[2], plain[2];
    uint8_t proof[OPRF_PROOF_LEN];
    assert_int_equal(keyring_match_public(k, 1, &one, &err), 0);
    assert_int_equal(keyring_match_public(k, 2, &two, &err), 0);
    assert_int_equal(keyring_match_public(again, 1, &elsewhere, &err), 0);
    assert_memory_equal(&one, &elsewhere, sizeof one);
    assert_memory_not_equal(&one, &two, sizeof one);
    assert_int_equal(oprf_blind(OPRF_MODE_VOPRF, inputs, 2, NULL, blinds, blinded, &err), 0);
    assert_int_equal(keyring_match_evaluate(k, 1, blinded, 2, evaluated, proof, &err), 0);
    assert_int_equal(oprf_finalize(OPRF_MODE_VOPRF, &one, NULL, inputs, blinds, 2, blinded, evaluated, 2, proof, asked, &err), 0);
    assert_int_equal(oprf_finalize(OPRF_MODE_VOPRF, &two, NULL, inputs, blinds, 2, blinded, evaluated, 2, proof, asked, &err), ERR_CRYPTO);
    assert_int_equal(keyring_match_evaluate_plain(again, 1, inputs, 2, plain, &err), 0);
    assert_memory_equal(asked, plain, sizeof plain);
    memset(&blinded[1], 0xff, sizeof blinded[1]);
    assert_int_equal(keyring_match_evaluate(k, 1, blinded, 2, evaluated, proof, &err), ERR_CRYPTO);
    keyring_close(k);
    keyring_close(again);
}

/* The sender's half of an age v1 X25519 stanza, with libsodium's own functions. */
static void wrap_to(const uint8_t public_key[32], const uint8_t file_key[16], uint8_t share[32], uint8_t body[32])
{
    static const uint8_t zero_nonce[12];
    uint8_t secret[32], shared[32], salt[64], key[KEY_LEN];
    crypto_random(secret, sizeof secret);
    crypto_scalarmult_curve25519_base(share, secret);
    assert_int_equal(crypto_scalarmult_curve25519(shared, secret, public_key), 0);
    memcpy(salt, share, 32);
    memcpy(salt + 32, public_key, 32);
    crypto_hkdf(key, sizeof key, (bytes){salt, sizeof salt}, (bytes){shared, sizeof shared}, str_bytes(STR("age-encryption.org/v1/X25519")));
    crypto_aead_chacha20poly1305_ietf_encrypt(body, NULL, file_key, 16, NULL, 0, NULL, zero_nonce, key);
}

/* Two holders of two, each with a key process of its own: the share is nowhere else. */
static void test_shares(void **state)
{
    (void)state;
    struct keyring *rings[2] = {open_ring(path), open_ring(other_path)};
    const struct setup s = {.id = "set-up of a test", .needed = 2, .holders = 2};
    struct setup_offer offers[2];
    struct setup_deal deals[2];
    struct setup_word words[2];
    struct threshold_keys keys;
    struct threshold_answer answers[2], other;
    uint8_t sealed[2][KEYRING_SHARE_LEN], opened[32];
    oprf_point input, element;
    unsigned dealer, holder;
    struct err err = {0};
    const bytes alpha = str_bytes(STR("a call")), context = str_bytes(STR("what was known"));
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(keyring_share_offer(rings[i], &s, i + 1, &offers[i], &err), 0);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(keyring_share_deal(rings[i], &s, i + 1, offers, &deals[i], &err), 0);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(keyring_share_take(rings[i], &s, i + 1, offers, deals, sealed[i], &words[i], &err), 0);
    assert_int_equal(setup_finish(&s, offers, deals, words, &keys, &dealer, &holder, &err), 0);
    assert_int_equal(threshold_input(&input, alpha, &err), 0);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(keyring_share_answer(rings[i], &s, i + 1, sealed[i], alpha, context, &answers[i], &err), 0);
        assert_int_equal(threshold_check(&keys, i + 1, &input, context, &answers[i], &err), 0);
    }
    assert_int_equal(threshold_combine(&keys, (const uint8_t[]){1, 2}, answers, 2, &element, &err), 0);
    /* a share opens in its own ring, for its own set-up and number */
    assert_int_equal(keyring_share_answer(rings[1], &s, 1, sealed[0], alpha, context, &other, &err), ERR_CRYPTO);
    assert_int_equal(keyring_share_answer(rings[0], &s, 2, sealed[0], alpha, context, &other, &err), ERR_CRYPTO);
    struct setup another = s;
    another.id[0] ^= 1;
    assert_int_equal(keyring_share_answer(rings[0], &another, 1, sealed[0], alpha, context, &other, &err), ERR_CRYPTO);
    sealed[0][40] ^= 1;
    assert_int_equal(keyring_share_answer(rings[0], &s, 1, sealed[0], alpha, context, &other, &err), ERR_CRYPTO);
    /* a deal that was damaged: a complaint, no share; and the dealer opens what it sealed */
    deals[0].sealed[1][50] ^= 1;
    assert_int_equal(keyring_share_take(rings[1], &s, 2, offers, deals, sealed[1], &words[1], &err), 0);
    assert_int_equal(words[1].complaints, 1);
    assert_int_equal(keyring_share_answer(rings[1], &s, 2, sealed[1], alpha, context, &other, &err), ERR_CRYPTO);
    assert_int_equal(keyring_share_open(rings[0], &s, 1, 2, opened, &err), 0);
    assert_int_equal(setup_judge(&s, offers, deals, 1, 2, opened), 1);
    for (unsigned i = 0; i < 2; i++)
        keyring_close(rings[i]);
}

static void test_letter_keys(void **state)
{
    (void)state;
    struct keyring *k = open_ring(path), *other = open_ring(other_path);
    struct err err = {0};
    uint8_t public_key[2][32], sealed[2][KEYRING_LETTER_SEALED_LEN], share[32], body[32], file_key[16];
    const uint8_t zeros[32] = {0};
    for (int i = 0; i < 2; i++)
        assert_int_equal(keyring_letter_make(k, 7, public_key[i], sealed[i], &err), 0);
    assert_memory_not_equal(public_key[0], public_key[1], 32); /* chance, not the root */
    wrap_to(public_key[0], (const uint8_t *)"sixteen letters.", share, body);
    assert_int_equal(keyring_letter_unwrap(k, sealed[0], public_key[0], 7, share, body, file_key, &err), 0);
    assert_memory_equal(file_key, "sixteen letters.", 16);
    assert_int_equal(keyring_letter_unwrap(k, sealed[1], public_key[1], 7, share, body, file_key, &err), ERR_CRYPTO);
    assert_int_equal(keyring_letter_unwrap(k, sealed[0], public_key[0], 7, zeros, body, file_key, &err), ERR_CRYPTO);
    body[0] ^= 1;
    assert_int_equal(keyring_letter_unwrap(k, sealed[0], public_key[0], 7, share, body, file_key, &err), ERR_CRYPTO);
    body[0] ^= 1;
    assert_int_equal(keyring_letter_unwrap(k, sealed[0], public_key[0], 8, share, body, file_key, &err), ERR_CORRUPT);
    assert_int_equal(keyring_letter_unwrap(k, sealed[0], public_key[1], 7, share, body, file_key, &err), ERR_CORRUPT);
    assert_int_equal(keyring_letter_unwrap(other, sealed[0], public_key[0], 7, share, body, file_key, &err), ERR_CORRUPT);
    keyring_close(k);
    keyring_close(other);
}

static void put_byte(long at, int value)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    assert_int_equal(fputc(value, f), value);
    assert_int_equal(fclose(f), 0);
}

static int get_byte(long at)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    int value = fgetc(f);
    fclose(f);
    return value;
}

static void assert_refused(int code, const char *words)
{
    struct keyring *k;
    struct err err = {0};
    assert_int_equal(keyring_open(path, &k, &err), code);
    assert_non_null(strstr(err.text, words));
    assert_non_null(strstr(err.text, path));
}

/* Last test: it takes the file apart. */
static void test_damaged_files(void **state)
{
    (void)state;
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    for (long at = 0; at < st.st_size; at++) {
        int good = get_byte(at);
        put_byte(at, good ^ 1);
        assert_refused(ERR_CORRUPT, "key file");
        put_byte(at, good);
    }
    keyring_close(open_ring(path));
    assert_int_equal(chmod(path, 0640), 0);
    assert_refused(ERR_DENIED, "chmod 600");
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(truncate(path, st.st_size - 1), 0);
    assert_refused(ERR_CORRUPT, "backup");
    assert_int_equal(truncate(path, st.st_size + 1), 0);
    assert_refused(ERR_CORRUPT, "backup");
    assert_int_equal(unlink(path), 0);
    assert_refused(ERR_NOT_FOUND, "opened");
    assert_int_equal(symlink(other_path, path), 0);
    assert_refused(ERR_IO, "opened");
}

int main(void)
{
    struct err err = {0};
    if (crypto_open(&err) < 0)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create_does_not_overwrite), cmocka_unit_test(test_signing), cmocka_unit_test(test_macs_are_apart),
        cmocka_unit_test(test_sealing), cmocka_unit_test(test_matching), cmocka_unit_test(test_shares), cmocka_unit_test(test_letter_keys),
        cmocka_unit_test(test_damaged_files),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
