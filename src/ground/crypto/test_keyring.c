/* keyring: the same file gives the same keys, another gives others, and a file that is not right is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/crypto/keyring.h"

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
    bytes message = str_bytes(STR("checkpoint"));
    uint8_t signature[SIGNATURE_LEN], log_key[SIGN_PUBLIC_LEN], agency_key[SIGN_PUBLIC_LEN], other_key[SIGN_PUBLIC_LEN];
    keyring_sign(k, KEYRING_LOG, message, signature);
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
    uint8_t out[4][32];
    bytes data = str_bytes(STR("data"));
    const bytes parts[] = {str_bytes(STR("da")), str_bytes(STR("ta"))};
    keyring_mac(k, KEYRING_MAC_INDEX, data, out[0], 32);
    keyring_mac(k, KEYRING_MAC_FINGERPRINT, data, out[1], 32);
    keyring_mac(k, KEYRING_MAC_PSEUDONYM, data, out[2], 32);
    keyring_mac(other, KEYRING_MAC_INDEX, data, out[3], 32);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++)
            assert_memory_not_equal(out[i], out[j], 32);
    keyring_mac_parts(k, KEYRING_MAC_INDEX, parts, 2, out[1], 32);
    assert_memory_equal(out[0], out[1], 32);
    keyring_close(k);
    keyring_close(other);
}

static void test_sealing(void **state)
{
    (void)state;
    struct keyring *k = open_ring(path), *other = open_ring(other_path);
    uint8_t wrapped[KEYRING_WRAPPED_LEN], sealed[4 + SEAL_OVERHEAD], plain[4];
    bytes ad = str_bytes(STR("person|1")), w = {wrapped, sizeof wrapped}, s = {sealed, sizeof sealed};
    keyring_seal(k, str_bytes(STR("data")), ad, wrapped, sealed);
    assert_true(keyring_unseal(k, w, s, ad, plain));
    assert_memory_equal(plain, "data", 4);
    assert_false(keyring_unseal(other, w, s, ad, plain));
    assert_false(keyring_unseal(k, w, s, str_bytes(STR("person|2")), plain));
    assert_false(keyring_unseal(k, (bytes){wrapped, sizeof wrapped - 1}, s, ad, plain));
    wrapped[30] ^= 1;
    assert_false(keyring_unseal(k, w, s, ad, plain));
    wrapped[30] ^= 1;
    sealed[30] ^= 1;
    assert_false(keyring_unseal(k, w, s, ad, plain));
    keyring_close(k);
    keyring_close(other);
}

static void test_match_keys(void **state)
{
    (void)state;
    struct keyring *k = open_ring(path), *again = open_ring(path);
    struct err err = {0};
    const struct oprf_key *one, *one_more, *two, *elsewhere;
    assert_int_equal(keyring_match_key(k, 1, &one, &err), 0);
    assert_int_equal(keyring_match_key(k, 2, &two, &err), 0);
    assert_int_equal(keyring_match_key(k, 1, &one_more, &err), 0);
    assert_int_equal(keyring_match_key(again, 1, &elsewhere, &err), 0);
    assert_ptr_equal(one, one_more);
    assert_memory_equal(oprf_key_public(one), oprf_key_public(elsewhere), OPRF_POINT_LEN);
    assert_memory_not_equal(oprf_key_public(one), oprf_key_public(two), OPRF_POINT_LEN);
    keyring_close(k);
    keyring_close(again);
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
        cmocka_unit_test(test_sealing), cmocka_unit_test(test_match_keys), cmocka_unit_test(test_damaged_files),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
