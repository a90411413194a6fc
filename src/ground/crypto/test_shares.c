/* shares and the key file: any two open, one says nothing, typing errors are found; the arithmetic is held against libgfshare. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libgfshare.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/crypto/keyfile.h"

static int set_up(void **state)
{
    struct err err = {0};
    (void)state;
    return crypto_open(&err);
}

static void test_any_two(void **state)
{
    (void)state;
    struct err err = {0};
    struct share s[SHARE_N];
    uint8_t secret[SHARE_SECRET_LEN], random[SHARE_RANDOM_LEN], found[SHARE_SECRET_LEN];
    for (int round = 0; round < 1000; round++) {
        crypto_random(secret, sizeof secret);
        crypto_random(random, sizeof random);
        share_split(secret, random, s);
        for (int i = 0; i < SHARE_N; i++)
            for (int j = 0; j < SHARE_N; j++) {
                int r = share_join(&s[i], &s[j], found, &err);
                assert_int_equal(r, i == j ? ERR_INPUT : 0);
                if (r == 0)
                    assert_memory_equal(found, secret, sizeof secret);
            }
    }
    s[0].set[0] ^= 1;
    assert_int_equal(share_join(&s[0], &s[1], found, &err), ERR_INPUT);
}

/* One share of two different secrets is equally likely: for any share there is a slope for every secret. */
static void test_one_says_nothing(void **state)
{
    (void)state;
    uint8_t random[SHARE_RANDOM_LEN] = {0};
    bool seen[256] = {false};
    struct share s[SHARE_N];
    for (unsigned slope = 0; slope < 256; slope++) {
        uint8_t secret[SHARE_SECRET_LEN] = {42};
        random[SHARE_SET_LEN] = (uint8_t)slope;
        share_split(secret, random, s);
        assert_false(seen[s[1].bytes[0]]);
        seen[s[1].bytes[0]] = true; /* every value once: the share of a secret is uniform over random slopes */
    }
}

static void fill_random(uint8_t *out, unsigned n)
{
    crypto_random(out, n);
}

static void test_against_gfshare(void **state)
{
    (void)state;
    uint8_t numbers[SHARE_N] = {1, 2, 3}, secret[SHARE_SECRET_LEN], found[SHARE_SECRET_LEN], random[SHARE_RANDOM_LEN];
    struct share s[SHARE_N] = {0};
    struct err err = {0};
    gfshare_fill_rand = fill_random;
    for (int round = 0; round < 300; round++) {
        crypto_random(secret, sizeof secret);
        crypto_random(random, sizeof random);
        gfshare_ctx *split = gfshare_ctx_init_enc(numbers, SHARE_N, 2, SHARE_SECRET_LEN);
        gfshare_ctx_enc_setsecret(split, secret);
        for (uint8_t i = 0; i < SHARE_N; i++) {
            s[i].index = numbers[i];
            gfshare_ctx_enc_getshare(split, i, s[i].bytes);
        }
        gfshare_ctx_free(split);
        assert_int_equal(share_join(&s[round % 3], &s[(round + 1) % 3], found, &err), 0);
        assert_memory_equal(found, secret, sizeof secret);

        struct share ours[SHARE_N];
        uint8_t two[2] = {numbers[round % 3], numbers[(round + 2) % 3]};
        share_split(secret, random, ours);
        gfshare_ctx *join = gfshare_ctx_init_dec(two, 2, SHARE_SECRET_LEN);
        gfshare_ctx_dec_giveshare(join, 0, ours[round % 3].bytes);
        gfshare_ctx_dec_giveshare(join, 1, ours[(round + 2) % 3].bytes);
        gfshare_ctx_dec_extract(join, found);
        gfshare_ctx_free(join);
        assert_memory_equal(found, secret, sizeof secret);
    }
}

static void test_text(void **state)
{
    (void)state;
    struct err err = {0};
    struct share s[SHARE_N], again;
    char text[SHARE_TEXT_MAX], changed[SHARE_TEXT_MAX];
    uint8_t secret[SHARE_SECRET_LEN], random[SHARE_RANDOM_LEN];
    crypto_random(secret, sizeof secret);
    crypto_random(random, sizeof random);
    share_split(secret, random, s);
    share_format(&s[1], text);
    assert_int_equal(share_parse(str_from(text), &again, &err), 0);
    assert_memory_equal(&again, &s[1], sizeof again);
    /* as people type it */
    size_t n = 0;
    for (const char *p = text; *p; p++)
        if (*p != '-')
            changed[n++] = *p == '1' ? 'l' : *p == '0' ? 'o' : (char)(*p >= 'A' ? *p - 'A' + 'a' : *p);
    changed[n] = 0;
    assert_int_equal(share_parse(str_from(changed), &again, &err), 0);
    /* any one letter wrong, any two swapped, one missing, one too many */
    for (size_t i = 0; text[i]; i++) {
        if (text[i] == '-')
            continue;
        memcpy(changed, text, sizeof text);
        changed[i] = text[i] == 'Z' ? 'Y' : 'Z';
        assert_int_equal(share_parse(str_from(changed), &again, &err), ERR_INPUT);
        assert_null(strstr(err.text, changed));
        memcpy(changed, text, sizeof text);
        memmove(changed + i, changed + i + 1, strlen(changed + i));
        assert_int_equal(share_parse(str_from(changed), &again, &err), ERR_INPUT);
        if (text[i + 1] && text[i + 1] != '-' && text[i + 1] != text[i]) {
            memcpy(changed, text, sizeof text);
            changed[i] = text[i + 1];
            changed[i + 1] = text[i];
            assert_int_equal(share_parse(str_from(changed), &again, &err), ERR_INPUT);
        }
    }
    snprintf(changed, sizeof changed, "%s0", text);
    assert_int_equal(share_parse(str_from(changed), &again, &err), ERR_INPUT);
    assert_int_equal(share_parse(STR("hello!"), &again, &err), ERR_INPUT);
}

/* --- the file --- */

static void test_file(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena *a = arena_new();
    char folder[] = "/tmp/comity-keyfile-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *path = str_printf(a, "%s/keys", folder).p;
    struct keyfile f, again;
    struct share s[SHARE_N], old[SHARE_N];
    uint8_t root[KEYFILE_ROOT_LEN], found[KEYFILE_ROOT_LEN];
    assert_int_equal(keyfile_create(path, &err), 0);
    assert_int_equal(keyfile_create(path, &err), ERR_EXISTS);
    assert_int_equal(keyfile_read(path, &f, root, &err), 0);
    assert_true(!f.passphrase && !f.shares);
    assert_int_equal(keyfile_set_passphrase(&f, STR("too short"), root, &err), ERR_USAGE);
    assert_int_equal(keyfile_set_passphrase(&f, STR("four good words here"), root, &err), 0);
    keyfile_set_shares(&f, root, old);
    keyfile_set_shares(&f, root, s);
    assert_int_equal(keyfile_write(path, &f, root, &err), 0);

    /* nothing of the root is in the file */
    bytes file;
    assert_int_equal(file_read(a, path, 4096, &file, &err), 0);
    for (size_t i = 0; i + 8 <= file.len; i++)
        for (size_t j = 0; j + 8 <= sizeof root; j++)
            assert_memory_not_equal(file.p + i, root + j, 8);
    assert_int_equal(keyfile_read(path, &again, found, &err), 0);
    assert_true(again.passphrase && again.shares);
    assert_int_equal(keyfile_open_passphrase(&again, STR("four good words there"), found, &err), ERR_DENIED);
    assert_int_equal(keyfile_open_passphrase(&again, STR("four good words here"), found, &err), 0);
    assert_memory_equal(found, root, sizeof root);
    memset(found, 0, sizeof found);
    assert_int_equal(keyfile_open_shares(&again, &s[2], &s[0], found, &err), 0);
    assert_memory_equal(found, root, sizeof root);
    assert_int_equal(keyfile_open_shares(&again, &old[2], &old[0], found, &err), ERR_DENIED);

    /* any bit changed is found before it is used */
    uint8_t *copy = arena_alloc(a, file.len);
    for (size_t i = 0; i < file.len; i++) {
        memcpy(copy, file.p, file.len);
        copy[i] ^= 0x10;
        assert_int_equal(file_write(path, (bytes){copy, file.len}, 0600, &err), 0);
        assert_int_equal(keyfile_read(path, &again, found, &err), ERR_CORRUPT);
    }
    assert_int_equal(file_write(path, (bytes){file.p, file.len - 1}, 0600, &err), 0);
    assert_int_equal(keyfile_read(path, &again, found, &err), ERR_CORRUPT);
    chmod(path, 0640);
    assert_int_equal(keyfile_read(path, &again, found, &err), ERR_DENIED);
    unlink(path);
    assert_int_equal(keyfile_read(path, &again, found, &err), ERR_NOT_FOUND);
    rmdir(folder);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_two), cmocka_unit_test(test_one_says_nothing), cmocka_unit_test(test_against_gfshare),
        cmocka_unit_test(test_text), cmocka_unit_test(test_file),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
