/* zip: what is written is read by us and by somebody else (python3); archives that are not quite right are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/zip/zip_read.h"
#include "ground/zip/zip_write.h"

#define LONG_LEN ((size_t)3 << 20)

/* Two files: a short one and 3 MB written in pieces. From arena. */
static bytes sample(struct arena *a)
{
    struct zip_write *z = zip_write_open();
    struct buf out = buf_new(a);
    uint8_t piece[1000];
    zip_write_begin(z, &out, "a/short.txt");
    zip_write_data(z, &out, str_bytes(STR("hello hello hello")));
    zip_write_end(z, &out);
    zip_write_begin(z, &out, "long.bin");
    uint32_t seed = 1;
    for (size_t at = 0; at < LONG_LEN; at += sizeof piece) {
        for (size_t i = 0; i < sizeof piece; i++)
            piece[i] = (uint8_t)((seed = seed * 1664525u + 1013904223u) >> 28);
        zip_write_data(z, &out, (bytes){piece, LONG_LEN - at < sizeof piece ? LONG_LEN - at : sizeof piece});
    }
    zip_write_end(z, &out);
    assert_int_equal(zip_write_finish(z, &out, NULL), 0);
    zip_write_close(z);
    return buf_bytes(&out);
}

/* All of a file, or the code of what went wrong. */
static int64_t length_of(struct zip_read *z, const char *name, struct err *err)
{
    uint8_t to[4096];
    int64_t n, all = 0;
    int i = zip_read_find(z, str_from(name));
    assert_true(i >= 0);
    assert_int_equal(zip_read_file(z, i, err), 0);
    while ((n = zip_read_data(z, to, sizeof to, err)) > 0)
        all += n;
    return n < 0 ? n : all;
}

static void test_round_trip(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct zip_read *z;
    struct err err = {0};
    bytes archive = sample(a);
    assert_int_equal(zip_read_open(archive, &z, &err), 0);
    assert_int_equal(length_of(z, "LONG.bin", &err), LONG_LEN);
    assert_int_equal(length_of(z, "a/short.txt", &err), 17);
    assert_int_equal(length_of(z, "long.bin", &err), LONG_LEN);
    assert_int_equal(zip_read_find(z, STR("short.txt")), -1);
    zip_read_close(z);

    char path[] = "/tmp/comity-zip-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, archive.p, archive.len), archive.len);
    close(fd);
    const char *check = "python3 -c 'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; "
                        "assert z.namelist()==[\"a/short.txt\",\"long.bin\"]; assert z.read(\"a/short.txt\")==b\"hello \"*2+b\"hello\"; "
                        "assert len(z.read(\"long.bin\"))==3<<20' %s";
    assert_int_equal(system(str_printf(a, check, path).p), 0);
    unlink(path);
    arena_free(a);
}

/* One byte changed anywhere: never more than the file's length comes out, and what does not fail is what went in. */
static void test_damage(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct zip_write *w = zip_write_open();
    struct buf out = buf_new(a);
    zip_write_begin(w, &out, "t.txt");
    zip_write_data(w, &out, str_bytes(STR("some text, some text, and some more")));
    zip_write_end(w, &out);
    assert_int_equal(zip_write_finish(w, &out, NULL), 0);
    zip_write_close(w);
    size_t refused = 0;
    for (size_t at = 0; at < out.len; at++)
        for (int bit = 0; bit < 8; bit++) {
            struct zip_read *z;
            struct err err = {0};
            out.p[at] ^= (char)(1 << bit);
            if (zip_read_open(buf_bytes(&out), &z, &err) < 0) {
                refused++;
            } else {
                if (zip_read_find(z, STR("t.txt")) >= 0) {
                    int64_t n = length_of(z, "t.txt", &err);
                    assert_true(n == 35 || n == ERR_INPUT);
                    refused += n < 0;
                }
                zip_read_close(z);
            }
            out.p[at] ^= (char)(1 << bit);
        }
    assert_true(refused > out.len * 8 / 2);
    for (size_t len = 0; len < out.len; len++) { /* cut off anywhere */
        struct zip_read *z;
        assert_int_equal(zip_read_open((bytes){(uint8_t *)out.p, len}, &z, NULL), ERR_INPUT);
    }
    arena_free(a);
}

static void test_refused(void **state)
{
    static const struct { size_t at; char to; const char *why; } samples[] = {
        {8, 1, "protected"}, {8, 0x40, "protected"}, {10, 12, "unknown way"}, {28, 9, "directory"}, {42, 1, "not where"}, {46, 'T', "two names"},
    };
    (void)state;
    struct arena *a = arena_new();
    struct zip_write *w = zip_write_open();
    struct buf out = buf_new(a);
    zip_write_begin(w, &out, "t.txt");
    zip_write_end(w, &out);
    size_t directory = out.len;
    assert_int_equal(zip_write_finish(w, &out, NULL), 0);
    zip_write_close(w);
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        struct zip_read *z;
        struct err err = {0};
        char was = out.p[directory + samples[i].at];
        out.p[directory + samples[i].at] = samples[i].to;
        assert_int_equal(zip_read_open(buf_bytes(&out), &z, &err), ERR_INPUT);
        assert_non_null(strstr(err.text, samples[i].why));
        out.p[directory + samples[i].at] = was;
    }
    buf_byte(&out, 'x'); /* something behind it */
    struct zip_read *z;
    assert_int_equal(zip_read_open(buf_bytes(&out), &z, NULL), ERR_INPUT);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_round_trip), cmocka_unit_test(test_damage), cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests_name("zip", tests, NULL, NULL);
}
