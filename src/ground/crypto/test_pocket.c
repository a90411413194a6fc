/* pocket: P-256 as NIST's vectors have it; what a browser seals opens for its member, here, unchanged, and for nobody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <nettle/gcm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/crypto/p256.h"
#include "ground/crypto/pocket.h"

struct fixture {
    struct arena *a;
    char folder[40];
    struct keyring *here, *elsewhere;
    struct err err;
};

static const uint8_t bopha[ID_LEN] = {1}, dara[ID_LEN] = {2};

static int set_up(void **state)
{
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    *state = f;
    f->a = a;
    snprintf(f->folder, sizeof f->folder, "/tmp/comity-pocket-XXXXXX");
    if (!mkdtemp(f->folder) || crypto_open(&f->err) < 0)
        return -1;
    const char *one = str_printf(a, "%s/one", f->folder).p, *two = str_printf(a, "%s/two", f->folder).p;
    return keyring_create(one, &f->err) < 0 || keyring_create(two, &f->err) < 0 || keyring_open(one, &f->here, &f->err) < 0 ||
           keyring_open(two, &f->elsewhere, &f->err) < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    keyring_close(f->here);
    keyring_close(f->elsewhere);
    unlink(str_printf(f->a, "%s/one", f->folder).p);
    unlink(str_printf(f->a, "%s/two", f->folder).p);
    int r = rmdir(f->folder);
    arena_free(f->a);
    return r;
}

static bytes hex(struct arena *a, const char *text)
{
    bytes b;
    assert_true(hex_decode(a, str_from(text), &b));
    return b;
}

/* NIST CAVS, "ECC CDH Primitive" (SP 800-56A), P-256, counts 0 and 1. */
static void test_vectors(void **state)
{
    struct fixture *f = *state;
    static const struct { const char *secret, *mine, *theirs, *shared; } all[] = {
        {"7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534",
         "04ead218590119e8876b29146ff89ca61770c4edbbf97d38ce385ed281d8a6b23028af61281fd35e2fa7002523acc85a429cb06ee6648325389f59edfce1405141",
         "04700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac",
         "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b"},
        {"38f65d6dce47676044d58ce5139582d568f64bb16098d179dbab07741dd5caf5",
         "04119f2f047902782ab0c9e27a54aff5eb9b964829ca99c06b02ddba95b0a3f6d08f52b726664cac366fc98ac7a012b2682cbd962e5acb544671d41b9445704d1d",
         "04809f04289c64348c01515eb03d5ce7ac1a8cb9498f5caa50197e58d43a86a7aeb29d84e811197f25eba8f5194092cb6ff440e26d4421011372461f579271cda3",
         "057d636096cb80b67a8c038c890e887d1adfa4195e9b3ce241c8a778c59cda67"},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        uint8_t point[P256_POINT_LEN], x[P256_SECRET_LEN];
        bytes secret = hex(f->a, all[i].secret);
        assert_true(p256_public(secret.p, point));
        assert_memory_equal(point, hex(f->a, all[i].mine).p, sizeof point);
        assert_true(p256_shared(secret.p, hex(f->a, all[i].theirs).p, x));
        assert_memory_equal(x, hex(f->a, all[i].shared).p, sizeof x);
    }
}

static void test_no_numbers_and_no_points(void **state)
{
    struct fixture *f = *state;
    static const uint8_t zero[P256_SECRET_LEN];
    uint8_t point[P256_POINT_LEN], x[P256_SECRET_LEN], one[P256_SECRET_LEN] = {[P256_SECRET_LEN - 1] = 1};
    assert_false(p256_public(zero, point));
    assert_false(p256_public(hex(f->a, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").p, point)); /* the order */
    assert_true(p256_public(hex(f->a, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550").p, point));
    assert_true(p256_public(one, point));
    point[64] ^= 1; /* off the curve */
    assert_false(p256_shared(one, point, x));
    point[64] ^= 1;
    point[0] = 2; /* as if it were compressed */
    assert_false(p256_shared(one, point, x));
    memset(point + 1, 0, 64);
    point[0] = 4;
    assert_false(p256_shared(one, point, x));
    memset(point + 1, 0xff, 64); /* above the prime */
    assert_false(p256_shared(one, point, x));
}

/* As pocket.js seals: with a secret of its own, padded. */
static bytes seal(struct fixture *f, const struct keyring *k, const uint8_t member[static ID_LEN], str text)
{
    static const uint8_t nonce[GCM_IV_SIZE];
    uint8_t theirs[KEYRING_POCKET_LEN], mine[KEYRING_POCKET_LEN], secret[P256_SECRET_LEN], shared[P256_SECRET_LEN], key[KEY_LEN], salt[2 * KEYRING_POCKET_LEN];
    size_t len = (4 + text.len + POCKET_PAD - 1) / POCKET_PAD * POCKET_PAD;
    uint8_t *plain = arena_alloc(f->a, len), *sealed = arena_alloc(f->a, POCKET_OVERHEAD + len);
    struct gcm_aes256_ctx gcm;
    assert_int_equal(keyring_pocket_public(k, member, theirs, &f->err), 0);
    do
        crypto_random(secret, sizeof secret);
    while (!p256_public(secret, mine));
    assert_true(p256_shared(secret, theirs, shared));
    memcpy(salt, mine, sizeof mine);
    memcpy(salt + sizeof mine, theirs, sizeof theirs);
    crypto_hkdf(key, sizeof key, (bytes){salt, sizeof salt}, (bytes){shared, sizeof shared}, str_bytes(STR("comity pocket 1")));
    put_u32be(plain, (uint32_t)text.len);
    memcpy(plain + 4, text.p, text.len);
    sealed[0] = 1;
    memcpy(sealed + 1, mine, sizeof mine);
    gcm_aes256_set_key(&gcm, key);
    gcm_aes256_set_iv(&gcm, sizeof nonce, nonce);
    gcm_aes256_encrypt(&gcm, len, sealed + 1 + sizeof mine, plain);
    gcm_aes256_digest(&gcm, POCKET_TAG_LEN, sealed + 1 + sizeof mine + len);
    return (bytes){sealed, POCKET_OVERHEAD + len};
}

static void test_open(void **state)
{
    struct fixture *f = *state;
    bytes sealed = seal(f, f->here, bopha, STR("draft-of=/files/new&cmt_Title=practice")), content;
    assert_int_equal(pocket_open(f->here, bopha, sealed, f->a, &content, &f->err), 0);
    assert_true(str_eq(bytes_str(content), STR("draft-of=/files/new&cmt_Title=practice")));
    assert_int_equal(pocket_open(f->here, dara, sealed, f->a, &content, &f->err), ERR_CRYPTO);
    assert_int_equal(pocket_open(f->elsewhere, bopha, sealed, f->a, &content, &f->err), ERR_CRYPTO);
    assert_null(strstr(f->err.text, "practice"));
    /* the key of a member stays the same, and no two have one */
    uint8_t one[KEYRING_POCKET_LEN], again[KEYRING_POCKET_LEN], other[KEYRING_POCKET_LEN];
    assert_int_equal(keyring_pocket_public(f->here, bopha, one, &f->err), 0);
    assert_int_equal(keyring_pocket_public(f->here, bopha, again, &f->err), 0);
    assert_int_equal(keyring_pocket_public(f->here, dara, other, &f->err), 0);
    assert_memory_equal(one, again, sizeof one);
    assert_memory_not_equal(one, other, sizeof one);
}

static void test_flipped_bits(void **state)
{
    struct fixture *f = *state;
    bytes sealed = seal(f, f->here, bopha, STR("x")), content;
    for (size_t i = 0; i < sealed.len; i++) {
        bytes changed = {bytes_dup(f->a, sealed).p, sealed.len};
        ((uint8_t *)(uintptr_t)changed.p)[i] ^= (uint8_t)(1u << i % 8);
        int r = pocket_open(f->here, bopha, changed, f->a, &content, &f->err);
        assert_true(r == ERR_CRYPTO || (i == 0 && r == ERR_INPUT));
    }
}

static void test_cut(void **state)
{
    struct fixture *f = *state;
    bytes sealed = seal(f, f->here, bopha, STR("x")), content;
    for (size_t len = 0; len < sealed.len; len++)
        assert_int_equal(pocket_open(f->here, bopha, (bytes){sealed.p, len}, f->a, &content, &f->err), ERR_INPUT);
}

/* A length that the seal holds and that goes beyond what is there. */
static void test_length_beyond(void **state)
{
    struct fixture *f = *state;
    static const uint8_t key[KEY_LEN], nonce[GCM_IV_SIZE];
    uint8_t plain[POCKET_PAD] = {0}, closed[POCKET_PAD + POCKET_TAG_LEN];
    for (uint32_t over = 0; over < 2; over++) {
        struct gcm_aes256_ctx gcm;
        bytes content;
        put_u32be(plain, POCKET_PAD - 4 + over);
        gcm_aes256_set_key(&gcm, key);
        gcm_aes256_set_iv(&gcm, sizeof nonce, nonce);
        gcm_aes256_encrypt(&gcm, sizeof plain, closed, plain);
        gcm_aes256_digest(&gcm, POCKET_TAG_LEN, closed + sizeof plain);
        assert_int_equal(pocket_unseal(&(struct pocket_parts){.closed = {closed, sizeof closed}}, key, f->a, &content), over == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),   cmocka_unit_test(test_no_numbers_and_no_points), cmocka_unit_test(test_open),
        cmocka_unit_test(test_flipped_bits), cmocka_unit_test(test_cut),                   cmocka_unit_test(test_length_beyond),
    };
    return cmocka_run_group_tests_name("crypto/pocket", tests, set_up, tear_down);
}
