/* base: each promise of the headers, once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/base/aside.h"
#include "ground/base/base.h"
#include "ground/base/bulk.h"

static void test_arena_grow_keeps_content(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    char *p = arena_alloc(a, 10);
    memcpy(p, "abcdefghij", 10);
    p = arena_grow(a, p, 10, 100);
    assert_memory_equal(p, "abcdefghij", 10);
    assert_int_equal(p[99], 0);
    arena_alloc(a, 1); /* now p is no longer the last: it must move */
    p = arena_grow(a, p, 100, 100000);
    assert_memory_equal(p, "abcdefghij", 10);
    assert_int_equal(p[99999], 0);
    arena_reset(a);
    assert_int_equal(arena_used(a), 0);
    arena_free(a);
}

static void test_arena_zeroes_after_reset(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    memset(arena_alloc(a, 1000), 0xff, 1000);
    arena_reset(a);
    char *p = arena_alloc(a, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(p[i], 0);
    arena_free(a);
}

static void test_str_to_int_bounds(void **state)
{
    (void)state;
    int64_t v;
    assert_true(str_to_int(STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &v));
    assert_true(v == INT64_MIN);
    assert_false(str_to_int(STR("9223372036854775808"), INT64_MIN, INT64_MAX, &v));
    assert_false(str_to_int(STR(""), 0, 10, &v));
    assert_false(str_to_int(STR("-"), -10, 10, &v));
    assert_false(str_to_int(STR("+1"), 0, 10, &v));
    assert_false(str_to_int(STR("1 "), 0, 10, &v));
    assert_false(str_to_int(STR("11"), 0, 10, &v));
}

static void test_str_split(void **state)
{
    (void)state;
    str s = STR("a,,b"), head;
    assert_true(str_split(&s, ',', &head) && str_eq(head, STR("a")));
    assert_true(str_split(&s, ',', &head) && head.len == 0);
    assert_true(str_split(&s, ',', &head) && str_eq(head, STR("b")));
    assert_false(str_split(&s, ',', &head));
}

static void test_codec_round_trip(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    uint8_t data[64];
    for (size_t len = 0; len < sizeof data; len++) {
        for (size_t i = 0; i < len; i++)
            data[i] = (uint8_t)(i * 37 + len);
        bytes in = {data, len}, out;
        assert_true(base64_decode(a, base64_encode(a, in), &out));
        assert_int_equal(out.len, len);
        assert_memory_equal(out.p, data, len);
        assert_true(hex_decode(a, hex_encode(a, in), &out));
        assert_int_equal(out.len, len);
        assert_memory_equal(out.p, data, len);
    }
    bytes out;
    assert_false(base64_decode(a, STR("QQ"), &out));    /* padding missing */
    assert_false(base64_decode(a, STR("QR=="), &out));  /* spare bits set */
    assert_false(base64_decode(a, STR("Q Q="), &out));
    assert_false(base64_decode(a, STR("QQ==QQ=="), &out));
    assert_false(hex_decode(a, STR("abc"), &out));
    assert_false(hex_decode(a, STR("zz"), &out));
    arena_free(a);
}

static void test_reader_refuses_short_input(void **state)
{
    (void)state;
    uint8_t data[] = {0, 1, 0, 0, 0, 2, 9};
    struct reader r = reader_new((bytes){data, sizeof data});
    assert_int_equal(reader_u16(&r), 1);
    assert_int_equal(reader_u32(&r), 2);
    assert_false(reader_done(&r));
    assert_int_equal(reader_u16(&r), 0);
    assert_false(r.ok);
    assert_int_equal(reader_u8(&r), 0); /* stays failed although a byte is left */
    assert_false(reader_done(&r));
}

static void test_dates(void **state)
{
    (void)state;
    struct date epoch = {1970, 1, 1};
    assert_true(date_to_days(epoch) == 0);
    for (int64_t day = -200000; day < 200000; day += 17) {
        struct date d = date_from_days(day);
        assert_true(date_known(d));
        assert_true(date_to_days(d) == day);
    }
    assert_true(date_valid((struct date){2024, 2, 29}));
    assert_false(date_valid((struct date){2023, 2, 29}));
    assert_false(date_valid((struct date){1990, 0, 5}));
    struct date d;
    assert_true(date_parse_iso(STR("1990-03"), &d) && d.month == 3 && d.day == 0);
    assert_false(date_parse_iso(STR("1990-3"), &d));
    assert_false(date_parse_iso(STR("1990-13-01"), &d));
}

static void test_clock_round_trip(void **state)
{
    (void)state;
    char text[CLOCK_TEXT_MAX];
    int64_t ms;
    clock_format(text, 1795467960123);
    assert_true(clock_parse(str_from(text), &ms));
    assert_true(ms == 1795467960123);
    clock_format(text, -1);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
}

static void test_file_write_is_atomic(void **state)
{
    (void)state;
    char folder[] = "/tmp/comity-base-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct arena *a = arena_new();
    struct err err = {0};
    const char *path = str_printf(a, "%s/f", folder).p;
    bytes back;
    assert_int_equal(file_read(a, path, 100, &back, &err), ERR_NOT_FOUND);
    assert_int_equal(file_write(path, str_bytes(STR("first")), FILE_MODE_PRIVATE, &err), 0);
    assert_int_equal(file_write(path, str_bytes(STR("second")), FILE_MODE_PRIVATE, &err), 0);
    assert_int_equal(file_read(a, path, 100, &back, &err), 0);
    assert_true(str_eq(bytes_str(back), STR("second")));
    assert_false(file_exists(str_printf(a, "%s.tmp", path).p));
    assert_int_equal(file_read(a, path, 3, &back, &err), ERR_LIMIT);
    unlink(path);
    rmdir(folder);
    arena_free(a);
}

/* Written past the cache or through it, in pieces of any size and from any place on: the same bytes. */
static void test_bulk(void **state)
{
    (void)state;
    static const char *const folders[] = {"/tmp/comity-base-XXXXXX", "/dev/shm/comity-base-XXXXXX"};
    enum { SIZE = 3 * 1000 * 1000 };
    static const size_t pieces[] = {1, 4096, 40000, 100001, BULK_PIECE, 2000000};
    struct arena *a = arena_new();
    uint8_t *all = arena_alloc(a, SIZE + BULK_ALIGN);
    all += BULK_ALIGN - (uintptr_t)all % BULK_ALIGN; /* so some of the pieces lie as the disk wants them */
    for (size_t i = 0; i < SIZE; i++)
        all[i] = (uint8_t)(i * 31 + i / 4096);
    for (size_t k = 0; k < 2 * sizeof pieces / sizeof pieces[0]; k++) {
        char *folder = strdup(folders[k % 2]);
        const size_t piece = pieces[k / 2], size = piece == 1 ? 9001 : SIZE;
        struct bulk b;
        struct err err = {0};
        bytes back;
        if (!folder || !mkdtemp(folder))
            fail();
        const char *path = str_printf(a, "%s/f", folder).p;
        for (size_t at = 0; at < size;) { /* now and then it is closed and goes on */
            assert_int_equal(bulk_open(&b, path, O_CREAT, at), 0);
            for (size_t i = 0; i < (piece == 1 ? 5000 : 4) && at < size; i++) {
                const size_t some = size - at < piece ? size - at : piece;
                assert_int_equal(bulk_write(&b, (bytes){all + at, some}), 0);
                at += some;
            }
            assert_int_equal(at < size ? bulk_flush(&b) : bulk_sync(&b), 0);
            bulk_close(&b);
        }
        assert_int_equal(file_read(a, path, SIZE, &back, &err), 0);
        assert_true(back.len == size && memcmp(back.p, all, size) == 0);
        static const size_t places[] = {0, 4096, 5000, 8192};
        for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
            for (size_t max = 4096; max < 5000; max += 903) {
                assert_int_equal(bulk_read(a, path, places[i], max, &back), 0);
                assert_true(back.len == (size - places[i] < max ? size - places[i] : max) && memcmp(back.p, all + places[i], back.len) == 0);
            }
        assert_int_equal(bulk_read(a, path, size, 4096, &back), 0);
        assert_int_equal(back.len, 0);
        assert_int_equal(bulk_open(&b, path, O_CREAT | O_EXCL, 0), -1);
        assert_int_equal(errno, EEXIST);
        unlink(path);
        rmdir(folder);
        free(folder);
    }
    arena_free(a);
}

struct sum { uint64_t bytes, order; };

static void add_up(void *arg, bytes block)
{
    struct sum *s = arg;
    s->bytes += block.len;
    for (size_t i = 0; i < block.len; i++)
        s->order = s->order * 31 + block.p[i];
}

/* All of it, in its order, whatever the sizes; when it has ended the result is there. */
static void test_aside(void **state)
{
    (void)state;
    enum { SIZE = 5 * 1000 * 1000 };
    struct arena *a = arena_new();
    uint8_t *all = arena_alloc(a, SIZE);
    for (size_t i = 0; i < SIZE; i++)
        all[i] = (uint8_t)(i * 7 + i / 997);
    struct sum here = {0}, beside = {0}, nothing = {0};
    add_up(&here, (bytes){all, SIZE});
    struct aside *s = aside_new(add_up, &beside);
    for (size_t at = 0, some = 0; at < SIZE; at += some) {
        some = (some * 13 + 1) % 700001;
        some = SIZE - at < some ? SIZE - at : some;
        aside_add(s, (bytes){all + at, some});
    }
    aside_end(s);
    assert_true(beside.bytes == SIZE && beside.order == here.order);
    aside_end(aside_new(add_up, &nothing));
    assert_true(nothing.bytes == 0);
    aside_end(NULL);
    arena_free(a);
}

static void test_err_text(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(err_set(&err, ERR_INPUT, "line %d", 7), ERR_INPUT);
    err_prefix(&err, "%s", "a.csv");
    assert_string_equal(err.text, "a.csv: line 7");
    assert_string_equal(err_word(ERR_PEER), "peer");
    assert_string_equal(err_word(-99), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena_grow_keeps_content),
        cmocka_unit_test(test_arena_zeroes_after_reset),
        cmocka_unit_test(test_str_to_int_bounds),
        cmocka_unit_test(test_str_split),
        cmocka_unit_test(test_codec_round_trip),
        cmocka_unit_test(test_reader_refuses_short_input),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_clock_round_trip),
        cmocka_unit_test(test_file_write_is_atomic),
        cmocka_unit_test(test_bulk),
        cmocka_unit_test(test_aside),
        cmocka_unit_test(test_err_text),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
