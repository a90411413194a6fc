/* Where one may begin to listen: heads, clusters, what only looks like one, pieces cut within a cluster's first bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "face/web/webm.h"

/* As Chromium and Firefox write them: a head, a cluster of unknown length, one of known length. */
static const uint8_t stream[] = {
    0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x86, 0x81, 0x01, 0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x1f, 0x43, 0xb6, 0x75, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xe7, 0x81, 0x00, 0xa3, 0x85, 0x81, 0x00, 0x00, 0x80, 0xfb,
    0x1f, 0x43, 0xb6, 0x75, 0x40, 0x09, 0xe7, 0x82, 0x03, 0xf2, 0xa3, 0x83, 0x81, 0x00, 0x00,
};
#define HEAD 21
#define SECOND 43

static void test_finds(void **state)
{
    (void)state;
    bytes all = {stream, sizeof stream};
    assert_true(webm_begins(all));
    assert_int_equal(webm_head(all), HEAD);
    assert_int_equal(webm_cluster(all), HEAD);
    assert_int_equal(webm_cluster((bytes){stream + HEAD + 1, sizeof stream - HEAD - 1}), SECOND - HEAD - 1);
    assert_false(webm_begins((bytes){stream + 1, sizeof stream - 1}));
    assert_int_equal(webm_head((bytes){stream + 1, sizeof stream - 1}), 0);
    assert_int_equal(webm_head((bytes){stream, HEAD}), 0); /* it does not end here */
    assert_int_equal(webm_cluster((bytes){0}), 0);
    assert_false(webm_begins((bytes){0}));
}

static void test_looks_like_one(void **state)
{
    (void)state;
    uint8_t picture[] = {0x1f, 0x43, 0xb6, 0x75, 0x81, 0xa3, 0x1f, 0x43, 0xb6, 0x75, 0x00, 0xe7, 0x1f, 0x1f, 0x43, 0xb6, 0x75, 0x81, 0xe7, 0x81};
    assert_int_equal(webm_cluster((bytes){picture, 13}), 13);
    assert_int_equal(webm_cluster((bytes){picture, sizeof picture}), 13); /* 1f 1f: the second of them begins it */
}

/* Cut at every place: with WEBM_AHEAD bytes held back, no cluster is missed and none is found twice. */
static void test_cut_anywhere(void **state)
{
    (void)state;
    for (size_t cut = 0; cut <= sizeof stream; cut++) {
        size_t held = cut > WEBM_AHEAD ? cut - WEBM_AHEAD : 0;
        bytes first = {stream, cut}, second = {stream + held, sizeof stream - held};
        size_t found = webm_cluster(first);
        if (found == cut)
            found = held + webm_cluster(second);
        assert_int_equal(found, HEAD);
    }
}

/* Every beginning of a stream, in memory of its own: nothing behind the end is read (the sanitizer build sees it). */
static void test_short(void **state)
{
    (void)state;
    for (size_t len = 0; len <= sizeof stream; len++) {
        uint8_t *copy = mem_alloc(len + 1);
        memcpy(copy, stream, len);
        assert_true(webm_cluster((bytes){copy, len}) <= len);
        assert_true(webm_head((bytes){copy, len}) <= len);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds), cmocka_unit_test(test_looks_like_one), cmocka_unit_test(test_cut_anywhere), cmocka_unit_test(test_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
