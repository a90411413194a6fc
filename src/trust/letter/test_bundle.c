/* bundle: what is put in comes out, small and large; cut at every byte and changed in any, it is refused before anything is read. */
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

#include "trust/letter/bundle.h"

#define LARGE (3 * LETTER_INLINE_MAX + 11)

static struct arena *a;
static char folder[] = "/tmp/comity-bundle-XXXXXX";

static const char *in_folder(const char *name)
{
    return str_printf(a, "%s/%s", folder, name).p;
}

static int setup(void **state)
{
    (void)state;
    a = arena_new();
    return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(a);
    char command[64];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static uint8_t pattern(size_t i)
{
    return (uint8_t)(i * 13 + i / 997);
}

static void make(const char *path, bool with_large)
{
    struct bundle_writer *w;
    struct err err = {0};
    uint8_t *large = arena_alloc(a, LARGE);
    for (size_t i = 0; i < LARGE; i++)
        large[i] = pattern(i);
    assert_int_equal(file_write(in_folder("large.age"), (bytes){large, LARGE}, FILE_MODE_PRIVATE, &err), 0);
    if (bundle_create(path, &w, &err) < 0 || bundle_put(w, FRAME_POSITION, str_bytes(STR("{\"p\":1}")), &err) < 0 ||
        bundle_put_letter(w, STR("{\"small\":1}"), str_bytes(STR("sealed")), NULL, 6, &err) < 0 ||
        (with_large && bundle_put_letter(w, STR("{\"large\":1}"), (bytes){NULL, 0}, in_folder("large.age"), LARGE, &err) < 0) ||
        bundle_put(w, FRAME_RECEIPT, str_bytes(STR("{\"r\":1}")), &err) < 0 || bundle_finish(w, &err) < 0)
        fail_msg("%s", err.text);
}

static void expect(struct bundle *b, enum frame_kind kind, str body)
{
    struct bundle_item item;
    struct err err = {0};
    assert_int_equal(bundle_next(b, a, &item, &err), 1);
    assert_int_equal(item.kind, kind);
    assert_true(str_eq(bytes_str(item.body), body));
    assert_int_equal(item.sealed_size, 0);
}

static void test_small_and_large_come_out(void **state)
{
    (void)state;
    struct err err = {0};
    struct bundle *b;
    struct bundle_item item;
    bytes piece;
    make(in_folder("one"), true);
    assert_int_equal(bundle_open(in_folder("one"), &b, &err), 0);
    expect(b, FRAME_POSITION, STR("{\"p\":1}"));
    expect(b, FRAME_LETTER, STR("{\"small\":1}\nsealed"));
    assert_int_equal(bundle_next(b, a, &item, &err), 1);
    assert_true(str_eq(bytes_str(item.body), STR("{\"large\":1}\n")));
    assert_int_equal(item.sealed_size, LARGE);
    uint64_t at = 0;
    while (at < LARGE) {
        assert_int_equal(bundle_read_sealed(b, &item, at, 100000, a, &piece, &err), 0);
        assert_true(piece.len > 0);
        for (size_t i = 0; i < piece.len; i++)
            assert_int_equal(piece.p[i], pattern(at + i));
        at += piece.len;
    }
    assert_int_equal(at, LARGE);
    expect(b, FRAME_RECEIPT, STR("{\"r\":1}"));
    assert_int_equal(bundle_next(b, a, &item, &err), 0);
    assert_int_equal(bundle_next(b, a, &item, &err), 0);
    bundle_close(b);
    struct stat st;
    assert_int_equal(stat(in_folder("one"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void test_every_cut_and_every_change_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct bundle *b;
    bytes whole;
    make(in_folder("two"), false);
    assert_int_equal(file_read(a, in_folder("two"), 100000, &whole, &err), 0);
    for (size_t i = 0; i < whole.len; i++) {
        uint8_t *copy = arena_alloc(a, whole.len);
        memcpy(copy, whole.p, whole.len);
        assert_int_equal(file_write(in_folder("cut"), (bytes){copy, i}, FILE_MODE_PRIVATE, &err), 0);
        assert_int_equal(bundle_open(in_folder("cut"), &b, &err), ERR_INPUT);
        copy[i] ^= 0x41;
        assert_int_equal(file_write(in_folder("changed"), (bytes){copy, whole.len}, FILE_MODE_PRIVATE, &err), 0);
        assert_int_equal(bundle_open(in_folder("changed"), &b, &err), ERR_INPUT);
    }
    assert_int_equal(bundle_open(in_folder("none"), &b, &err), ERR_NOT_FOUND);
    assert_int_equal(bundle_open(folder, &b, &err), ERR_INPUT);
}

static void test_nothing_is_overwritten_or_left_behind(void **state)
{
    (void)state;
    struct err err = {0};
    struct bundle_writer *w;
    make(in_folder("three"), false);
    assert_int_equal(bundle_create(in_folder("three"), &w, &err), ERR_EXISTS);
    assert_int_equal(bundle_create(in_folder("four"), &w, &err), 0);
    assert_int_equal(bundle_put_letter(w, STR("{}"), (bytes){NULL, 0}, in_folder("missing.age"), 5, &err), ERR_CORRUPT);
    bundle_abandon(w);
    assert_int_equal(bundle_create(in_folder("four"), &w, &err), 0);
    assert_int_equal(bundle_put_letter(w, STR("{}"), (bytes){NULL, 0}, in_folder("large.age"), LARGE + 1, &err), ERR_CORRUPT);
    bundle_abandon(w);
    assert_false(file_exists(in_folder("four")));
    assert_false(file_exists(in_folder("four.part")));
    assert_int_equal(bundle_create(in_folder("no/such/folder"), &w, &err), ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_and_large_come_out),
        cmocka_unit_test(test_every_cut_and_every_change_is_refused),
        cmocka_unit_test(test_nothing_is_overwritten_or_left_behind),
    };
    return cmocka_run_group_tests_name("bundle", tests, setup, teardown);
}
