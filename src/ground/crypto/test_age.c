/* age: the vectors of C2SP/CCTV that concern X25519, armor and the payload; every size around a chunk; every byte changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "ground/crypto/age.h"

#define VECTOR_MAX (64 << 20)

struct vector {
    str expect, payload; /* payload: SHA-256 in hex of what may be released */
    bool has_identity, other, armored, compressed;
    uint8_t identity[AGE_KEY_LEN];
    bytes file;
};

static bytes inflated(struct arena *a, bytes in)
{
    uLongf len = VECTOR_MAX;
    uint8_t *out = arena_alloc(a, len);
    assert_int_equal(uncompress(out, &len, in.p, in.len), Z_OK);
    return (bytes){out, len};
}

/* "key: value" lines, an empty line, the file. */
static void vector_read(struct arena *a, bytes text, struct vector *v)
{
    str rest = {(const char *)text.p, text.len};
    *v = (struct vector){0};
    for (;;) {
        const char *end = memchr(rest.p, '\n', rest.len);
        assert_non_null(end);
        str line = str_slice(rest, 0, (size_t)(end - rest.p));
        rest = str_slice(rest, line.len + 1, rest.len);
        if (line.len == 0)
            break;
        const char *colon = memmem(line.p, line.len, ": ", 2);
        assert_non_null(colon);
        str key = str_slice(line, 0, (size_t)(colon - line.p)), value = str_slice(line, key.len + 2, line.len);
        if (str_eq(key, STR("expect")))
            v->expect = value;
        else if (str_eq(key, STR("payload")))
            v->payload = value;
        else if (str_eq(key, STR("armored")))
            v->armored = true;
        else if (str_eq(key, STR("compressed")))
            v->compressed = true;
        else if (str_eq(key, STR("passphrase")))
            v->other = true;
        else if (str_eq(key, STR("identity")) && !v->has_identity)
            v->has_identity = age_identity_parse(value, v->identity, NULL) == 0;
    }
    v->file = str_bytes(rest);
    if (v->compressed)
        v->file = inflated(a, v->file);
}

/* What happened, in the vectors' words; released: what the sink got. piece: how many bytes go into the stream at a time. */
static const char *outcome(struct arena *a, const struct vector *v, size_t piece, struct buf *released)
{
    struct err err = {0};
    struct age_header header;
    uint8_t file_key[AGE_FILE_KEY_LEN];
    bytes file = v->file;
    if (v->armored && age_dearmor(a, v->file, &file, &err) < 0)
        return "armor failure";
    if (age_header_parse(a, file, &header, &err) < 0)
        return "header failure";
    int r = age_unwrap_any(v->identity, &header, file_key, &err);
    if (r < 0)
        return r == ERR_NOT_FOUND ? "no match" : "header failure";
    struct age_open *o = NULL;
    if (age_open_new(file_key, &header, age_sink_buf(released), &o, &err) < 0)
        return "HMAC failure";
    for (size_t at = header.len; r == 0 && at < file.len; at += piece)
        r = age_open_update(o, (bytes){file.p + at, file.len - at < piece ? file.len - at : piece}, &err);
    if (r == 0)
        r = age_open_end(o, &err);
    age_open_free(o);
    bytes plain = {0};
    int at_once = age_open_bytes(a, file_key, &header, (bytes){file.p + header.len, file.len - header.len}, &plain, &err);
    assert_int_equal(at_once, r); /* both ways agree */
    if (r == 0) {
        assert_int_equal(plain.len, released->len);
        assert_true(plain.len == 0 || memcmp(plain.p, released->p, plain.len) == 0);
    }
    return r == 0 ? "success" : r == ERR_INPUT ? "header failure" : "payload failure"; /* without a nonce no payload begins */
}

static const char *vectors_folder(struct arena *a)
{
    const char *data = getenv("COMITY_DATA"), *source = getenv("COMITY_SOURCE");
    return data ? str_printf(a, "%s/vectors/tlog/c2sp/age/testdata", data).p
                : str_printf(a, "%s/../shared/data/vectors/tlog/c2sp/age/testdata", source ? source : ".").p;
}

static void test_vectors(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    DIR *folder = opendir(vectors_folder(a));
    if (!folder) {
        arena_free(a);
        skip();
    }
    size_t done = 0, left = 0;
    char name[256];
    for (struct dirent *e; (e = readdir(folder));) {
        struct arena *each = arena_new();
        struct vector v;
        bytes text;
        struct err err = {0};
        snprintf(name, sizeof name, "%s", e->d_name);
        if (name[0] == '.') {
            arena_free(each);
            continue;
        }
        assert_int_equal(file_read(each, str_printf(each, "%s/%s", vectors_folder(a), name).p, VECTOR_MAX, &text, &err), 0);
        vector_read(each, text, &v);
        bool other = v.other || str_starts(str_from(name), STR("hybrid")) || str_eq(str_from(name), STR("armor_hybrid"));
        static const size_t pieces[] = {1 << 30, 65536, 65552, 1000};
        for (size_t i = 0; !other && i < sizeof pieces / sizeof pieces[0]; i++) {
            struct buf released = buf_new(each);
            const char *was = outcome(each, &v, pieces[i], &released);
            if (!str_eq(v.expect, str_from(was)))
                fail_msg("%s in pieces of %zu: %s instead of %.*s", name, pieces[i], was, STR_ARG(v.expect));
            if (v.payload.len) {
                uint8_t digest[HASH_LEN];
                crypto_sha256(digest, buf_bytes(&released));
                if (!str_eq(hex_encode(each, (bytes){digest, HASH_LEN}), v.payload))
                    fail_msg("%s in pieces of %zu released something else than what is authentic", name, pieces[i]);
            }
        }
        other ? left++ : done++;
        arena_free(each);
    }
    closedir(folder);
    arena_free(a);
    print_message("%zu vectors as marked, %zu of other recipient types left out\n", done, left);
    assert_int_equal(done + left, 143);
    assert_true(done >= 95);
}

struct keys { uint8_t identity[2][AGE_KEY_LEN], recipient[2][AGE_KEY_LEN]; };

static void make_keys(struct keys *k)
{
    for (int i = 0; i < 2; i++) {
        crypto_random(k->identity[i], AGE_KEY_LEN);
        age_recipient_of(k->identity[i], k->recipient[i]);
    }
}

static void test_round_trip_sizes(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 100, 65535, 65536, 65537, 131072, 131073, 200000};
    struct arena *a = arena_new();
    struct err err = {0};
    struct keys k;
    make_keys(&k);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t *plain = arena_alloc(a, sizes[i] + 1);
        crypto_random(plain, sizes[i]);
        bytes sealed;
        assert_int_equal(age_seal_bytes(a, k.recipient, 2, (bytes){plain, sizes[i]}, &sealed, &err), 0);
        assert_int_equal(sealed.len, age_sealed_len(2, sizes[i]));
        struct buf streamed = buf_new(a);
        struct age_seal *s;
        assert_int_equal(age_seal_new(k.recipient, 2, age_sink_buf(&streamed), &s, &err), 0);
        for (size_t at = 0; at < sizes[i]; at += 777)
            assert_int_equal(age_seal_update(s, (bytes){plain + at, sizes[i] - at < 777 ? sizes[i] - at : 777}, &err), 0);
        assert_int_equal(age_seal_end(s, &err), 0);
        assert_int_equal(age_seal_update(s, (bytes){plain, 1}, &err), ERR_USAGE);
        age_seal_free(s);
        assert_int_equal(streamed.len, sealed.len);
        const bytes both[] = {sealed, buf_bytes(&streamed)};
        for (int who = 0; who < 4; who++) {
            struct age_header header;
            uint8_t file_key[AGE_FILE_KEY_LEN];
            bytes file = both[who / 2], opened;
            assert_int_equal(age_header_parse(a, file, &header, &err), 0);
            assert_int_equal(header.n, 2);
            assert_int_equal(age_unwrap_any(k.identity[who % 2], &header, file_key, &err), 0);
            assert_int_equal(age_open_bytes(a, file_key, &header, (bytes){file.p + header.len, file.len - header.len}, &opened, &err), 0);
            assert_int_equal(opened.len, sizes[i]);
            assert_true(sizes[i] == 0 || memcmp(opened.p, plain, sizes[i]) == 0);
        }
    }
    arena_free(a);
}

/* Opens, or says why not; never anything but the plaintext or an error. */
static int opens(struct arena *a, const struct keys *k, bytes file, bytes *plain)
{
    struct age_header header;
    uint8_t file_key[AGE_FILE_KEY_LEN];
    struct err err = {0};
    int r = age_header_parse(a, file, &header, &err);
    if (r == 0)
        r = age_unwrap_any(k->identity[0], &header, file_key, &err);
    return r < 0 ? r : age_open_bytes(a, file_key, &header, (bytes){file.p + header.len, file.len - header.len}, plain, &err);
}

static void test_every_changed_byte_is_found(void **state)
{
    (void)state;
    struct arena *a = arena_new(), *each = arena_new();
    struct err err = {0};
    struct keys k;
    make_keys(&k);
    bytes sealed, plain;
    assert_int_equal(age_seal_bytes(a, k.recipient, 1, str_bytes(STR("an invented letter about nobody")), &sealed, &err), 0);
    uint8_t *copy = arena_alloc(a, sealed.len + 1);
    for (size_t i = 0; i < sealed.len; i++)
        for (int bit = 0; bit < 8; bit++) {
            memcpy(copy, sealed.p, sealed.len);
            copy[i] ^= (uint8_t)(1 << bit);
            if (opens(each, &k, (bytes){copy, sealed.len}, &plain) == 0)
                fail_msg("byte %zu, bit %d", i, bit);
            arena_reset(each);
        }
    memcpy(copy, sealed.p, sealed.len);
    for (size_t len = 0; len < sealed.len; len++)
        assert_true(opens(each, &k, (bytes){copy, len}, &plain) < 0);
    copy[sealed.len] = 0;
    assert_true(opens(each, &k, (bytes){copy, sealed.len + 1}, &plain) < 0);
    assert_int_equal(opens(each, &k, (bytes){copy, sealed.len}, &plain), 0);
    arena_free(each);
    arena_free(a);
}

static void test_keys_as_text(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    uint8_t identity[AGE_KEY_LEN], recipient[AGE_KEY_LEN], again[AGE_KEY_LEN];
    char secret[AGE_IDENTITY_TEXT_LEN + 1];
    /* the published test identity of C2SP/CCTV */
    str known = STR("AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0");
    assert_int_equal(age_identity_parse(known, identity, &err), 0);
    age_identity_format(identity, secret);
    assert_true(str_eq(known, str_from(secret)));
    age_recipient_of(identity, recipient);
    str text = age_recipient_format(a, recipient);
    assert_int_equal(text.len, AGE_RECIPIENT_TEXT_LEN);
    assert_true(str_starts(text, STR("age1")));
    assert_int_equal(age_recipient_parse(text, again, &err), 0);
    assert_memory_equal(again, recipient, AGE_KEY_LEN);
    char *changed = arena_alloc(a, text.len);
    for (size_t i = 0; i < text.len; i++) {
        memcpy(changed, text.p, text.len);
        changed[i] = changed[i] == 'q' ? 'p' : 'q';
        assert_int_equal(age_recipient_parse((str){changed, text.len}, again, &err), ERR_INPUT);
        assert_int_equal(age_recipient_parse(str_slice(text, 0, i), again, &err), ERR_INPUT);
    }
    assert_int_equal(age_identity_parse(text, again, &err), ERR_INPUT);
    assert_null(strstr(err.text, "age1q"));
    arena_free(a);
}

static void test_refusals(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    static const uint8_t zero[1][AGE_KEY_LEN]; /* small order */
    bytes sealed;
    assert_int_equal(age_seal_bytes(a, zero, 1, str_bytes(STR("x")), &sealed, &err), ERR_CRYPTO);
    assert_int_equal(age_seal_bytes(a, zero, 0, str_bytes(STR("x")), &sealed, &err), ERR_USAGE);
    struct age_header header;
    assert_int_equal(age_header_parse(a, str_bytes(STR("-----BEGIN AGE ENCRYPTED FILE-----\n")), &header, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "armored"));
    assert_int_equal(age_header_parse(a, (bytes){NULL, 0}, &header, &err), ERR_INPUT);
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
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_round_trip_sizes),
        cmocka_unit_test(test_every_changed_byte_is_found),
        cmocka_unit_test(test_keys_as_text),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests_name("age", tests, start, NULL);
}
