/* frames: what is written is read; cut at every byte, with every kind, one too many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/letter/frames.h"

static void test_round_trip_and_every_cut(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct frame *f;
    size_t n;
    struct buf b = buf_new(a);
    frame_add(&b, FRAME_POSITION, str_bytes(STR("{}")));
    frame_add(&b, FRAME_LETTER, str_bytes(STR("header\nsealed")));
    frame_add(&b, FRAME_HELD, (bytes){NULL, 0});
    bytes all = buf_bytes(&b);
    assert_int_equal(frames_read(a, all, 3, &f, &n, &err), 0);
    assert_int_equal(n, 3);
    assert_int_equal(f[1].kind, FRAME_LETTER);
    assert_true(str_eq(bytes_str(f[1].body), STR("header\nsealed")));
    assert_int_equal(f[2].body.len, 0);
    assert_int_equal(frames_read(a, all, 2, &f, &n, &err), ERR_LIMIT);
    for (size_t cut = 1; cut < all.len; cut++) {
        bool between = cut == 7 || cut == 25; /* where a frame ends */
        assert_int_equal(frames_read(a, (bytes){all.p, cut}, 3, &f, &n, &err), between ? 0 : ERR_INPUT);
    }
    assert_int_equal(frames_read(a, (bytes){NULL, 0}, 3, &f, &n, &err), 0);
    assert_int_equal(n, 0);
    arena_free(a);
}

static void test_kinds(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    int known = 0;
    for (int kind = 0; kind < 256; kind++) {
        const uint8_t in[5] = {(uint8_t)kind};
        struct frame *f;
        size_t n;
        known += frames_read(a, (bytes){in, 5}, 1, &f, &n, NULL) == 0;
    }
    assert_int_equal(known, 8);
    arena_free(a);
}

static void test_a_length_that_lies(void **state)
{
    (void)state;
    static const uint8_t in[] = {'L', 0xff, 0xff, 0xff, 0xff, 1, 2, 3};
    struct arena *a = arena_new();
    struct err err = {0};
    struct frame *f;
    size_t n;
    assert_int_equal(frames_read(a, (bytes){in, sizeof in}, 9, &f, &n, &err), ERR_INPUT);
    assert_string_equal(err.text, "frame 1 is cut off");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip_and_every_cut),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_a_length_that_lies),
    };
    return cmocka_run_group_tests_name("frames", tests, NULL, NULL);
}
