/* cosign: the specification's own texts, and that every changed byte is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "ground/crypto/keyring.h"
#include "trust/witness/cosign.h"

/* c2sp.org/tlog-witness, the example of a request; the same checkpoint stands in c2sp.org/tlog-cosignature */
#define CHECKPOINT                                                                                                                        \
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"                                             \
    "\xe2\x80\x94 example.com/behind-the-sofa "                                                                                           \
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"                                      \
    "\xe2\x80\x94 example.com/behind-the-sofa "                                                                                           \
    "opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n"
static const char request_text[] =
    "old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\njrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\n" CHECKPOINT;

static int open_arena(void **state)
{
    struct err err = {0};
    *state = arena_new();
    return crypto_open(&err);
}

static int close_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static void test_request_of_the_specification(void **state)
{
    struct arena *a = *state;
    struct err err = {0};
    struct add_checkpoint r;
    struct note note;
    struct checkpoint cp;
    assert_int_equal(add_checkpoint_parse(a, str_from(request_text), &r, &err), 0);
    assert_int_equal(r.old_size, 20852014);
    assert_int_equal(r.proof.n, 4);
    assert_int_equal(r.proof.hashes[0].b[0], 0x3e);
    assert_string_equal(r.checkpoint.p, CHECKPOINT);
    assert_string_equal(add_checkpoint_format(a, &r).p, request_text);
    assert_int_equal(note_parse(a, r.checkpoint, &note, &err), 0);
    assert_int_equal(note.n, 2);
    assert_int_equal(checkpoint_parse(note.text, &cp, &err), 0);
    assert_int_equal(cp.size, 20852163);
}

static void test_requests_that_are_none(void **state)
{
    struct arena *a = *state;
    static const char *const bad[] = {
        "", "\n", "old\n\nx\n", "old \n\nx\n", "old 01\n\nx\n", "old -1\n\nx\n", "old +1\n\nx\n", "old 1 \n\nx\n", "Old 1\n\nx\n",
        "old 9223372036854775808\n\nx\n", "old 1\n", "old 1\n\n", "old 1\nAAAA\n\nx\n",
        "old 1\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw\n\nx\n", "old 1\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkax=\n\nx\n",
        "old 1\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=", "old 1\r\n\r\nx\n"};
    struct add_checkpoint r;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        assert_int_equal(add_checkpoint_parse(a, str_from(bad[i]), &r, &err), ERR_INPUT);
        assert_true(strlen(err.text) > 20);
    }
    struct buf b = buf_new(a);
    buf_addf(&b, "old 5\n");
    for (int i = 0; i < 63; i++)
        buf_addf(&b, "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n");
    size_t all = b.len;
    buf_addf(&b, "\nx\n");
    assert_int_equal(add_checkpoint_parse(a, buf_str(&b), &r, NULL), 0);
    assert_int_equal(r.proof.n, 63);
    b.len = all;
    buf_addf(&b, "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\nx\n");
    assert_int_equal(add_checkpoint_parse(a, buf_str(&b), &r, NULL), ERR_INPUT);
}

/* The message as the specification prints it, and the example's signature line taken apart: its time is the one of the text. */
static void test_message_of_the_specification(void **state)
{
    struct arena *a = *state;
    struct err err = {0};
    static const char text[] = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    assert_string_equal(cosignature_message(a, 1679315147, str_from(text)).p,
                        "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
    static const char line[] = "\xe2\x80\x94 witness.example.com/w1 "
                               "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
    struct note note;
    assert_int_equal(note_parse(a, str_printf(a, "%s\n%s", text, line), &note, &err), 0);
    assert_int_equal(note.signatures[0].key_id, 0x8d66cf3f);
    assert_int_equal(note.signatures[0].signature.len, COSIGNATURE_LEN);
    assert_int_equal(get_u64be(note.signatures[0].signature.p), 1679315147);
    struct note_verifier w = {.name = STR("witness.example.com/w1"), .key_id = 0x8d66cf3f};
    assert_string_equal(cosignature_line(a, &w, 1679315147, note.signatures[0].signature.p + 8).p, line);
}

struct witness { struct keyring *keys; struct note_verifier verifier; };

static struct witness make_witness(struct arena *a)
{
    struct err err = {0};
    struct witness w = {0};
    uint8_t public_key[SIGN_PUBLIC_LEN], seed[8];
    crypto_random(seed, sizeof seed);
    const char *path = str_printf(a, "/tmp/comity-cosign-%s", hex_encode(a, (bytes){seed, sizeof seed}).p).p;
    if (keyring_create(path, &err) < 0 || keyring_open(path, &w.keys, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(remove(path), 0);
    keyring_public(w.keys, KEYRING_WITNESS, public_key);
    assert_int_equal(note_witness_parse(note_witness_vkey(a, STR("comity/lotus/witness"), public_key), &w.verifier, &err), 0);
    return w;
}

static str cosigned(struct arena *a, const struct witness *w, uint64_t seconds, str text)
{
    struct err err = {0};
    uint8_t signature[SIGNATURE_LEN];
    assert_int_equal(keyring_sign(w->keys, KEYRING_WITNESS, str_bytes(cosignature_message(a, seconds, text)), signature, &err), 0);
    return cosignature_line(a, &w->verifier, seconds, signature);
}

static void test_cosignatures(void **state)
{
    struct arena *a = *state;
    struct err err = {0};
    struct witness w = make_witness(a);
    struct note note;
    uint64_t seconds;
    const str text = STR("comity/x\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
    str one = cosigned(a, &w, 1795467960, text), two = cosigned(a, &w, 1795468000, text);
    /* a key of another type under the witness's name, such as an ML-DSA one, is passed over */
    const char *other = "\xe2\x80\x94 comity/lotus/witness AAAAAQABAgMEBQY=\n";
    str whole = str_printf(a, "%s\n%s%s%s", text.p, one.p, other, two.p);
    assert_int_equal(note_parse(a, whole, &note, &err), 0);
    assert_int_equal(cosignature_verify(a, &note, &w.verifier, &seconds, &err), 0);
    assert_int_equal(seconds, 1795468000);
    assert_int_equal(note_parse(a, str_printf(a, "%s\n%s", text.p, other), &note, &err), 0);
    assert_int_equal(cosignature_verify(a, &note, &w.verifier, &seconds, &err), ERR_CRYPTO);
    assert_non_null(strstr(err.text, "has not cosigned"));
    /* one good line does not make up for one that does not hold; nor does time 0 count, or another text */
    str zero = cosigned(a, &w, 0, text), elsewhere = cosigned(a, &w, 7, STR("comity/y\n"));
    const str bad[] = {zero, elsewhere};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(note_parse(a, str_printf(a, "%s\n%s%s", text.p, one.p, bad[i].p), &note, &err), 0);
        assert_int_equal(cosignature_verify(a, &note, &w.verifier, &seconds, &err), ERR_CRYPTO);
    }
    /* every bit of the text and of the line counts */
    str good = str_printf(a, "%s\n%s", text.p, one.p);
    for (size_t i = 0; i < good.len * 8; i++) {
        str changed = str_dup(a, good);
        ((char *)(uintptr_t)changed.p)[i / 8] ^= (char)(1 << i % 8);
        assert_true(note_parse(a, changed, &note, NULL) < 0 || cosignature_verify(a, &note, &w.verifier, &seconds, NULL) == ERR_CRYPTO);
    }
    keyring_close(w.keys);
}

static void test_paths_of_tiles(void **state)
{
    struct arena *a = *state;
    static const struct { const char *path; struct tile tile; } good[] = {
        {"0/000", {0, 0, 256}},           {"0/000.p/1", {0, 0, 1}},                {"1/999.p/255", {1, 999, 255}},
        {"0/x001/000", {0, 1000, 256}},   {"0/x001/x234/067", {0, 1234067, 256}}, {"7/x001/x234/067.p/17", {7, 1234067, 17}},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct tile t;
        struct err err = {0};
        assert_string_equal(tile_path(a, &good[i].tile).p, good[i].path);
        if (tile_parse(str_from(good[i].path), &t, &err) < 0)
            fail_msg("%s: %s", good[i].path, err.text);
        assert_true(t.level == good[i].tile.level && t.place == good[i].tile.place && t.width == good[i].tile.width);
    }
    static const char *const bad[] = {"", "0", "0/", "/000", "8/000", "00/000", "0/0", "0/00", "0/0000", "0/000/000", "0/x000/001", "0/x001",
                                      "0/x001/", "0/000.p", "0/000.p/", "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/.p/5", "0/000.p/5/", "-1/000",
                                      "0/-01", "0/-00", "0/ 01", "entries/000", "0/x999/x999/x999/x999/x999/x999/x999/999", "0/001.p/5.p/5", "0/../000"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct tile t;
        if (tile_parse(str_from(bad[i]), &t, NULL) != ERR_INPUT)
            fail_msg("%s is taken for a tile", bad[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request_of_the_specification),
        cmocka_unit_test(test_requests_that_are_none),
        cmocka_unit_test(test_message_of_the_specification),
        cmocka_unit_test(test_cosignatures),
        cmocka_unit_test(test_paths_of_tiles),
    };
    return cmocka_run_group_tests_name("trust/witness cosign", tests, open_arena, close_arena);
}
