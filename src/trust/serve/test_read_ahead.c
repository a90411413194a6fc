/* read_ahead: in order, from another place, of another file, at the end: the bytes are those of the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/base/file.h"
#include "trust/serve/read_ahead.h"

enum { SIZE = 1000001 };

static void test_the_bytes_of_the_file(void **state)
{
    (void)state;
    /* which file, from where, how much: half a walk, back, on, another size, another file, behind the end */
    static const struct { int file; uint64_t at; size_t max; } asks[] = {
        {0, 0, 65536}, {0, 65536, 65536}, {0, 131072, 65536}, {0, 65536, 65536}, {0, 131072, 131072}, {0, 262144, 4096},   {0, 266240, 65536}, {1, 331776, 65536},
        {1, 0, 100001}, {1, 100001, 100001}, {1, 200002, 50000}, {0, 960000, 65536}, {0, SIZE, 65536}, {0, 3000000, 4096}, {1, 999424, 577}, {1, 1000001, 577}};
    char folder[] = "/tmp/comity-ahead-XXXXXX";
    struct arena *a = arena_new();
    struct err err = {0};
    const char *path[2];
    uint8_t *all[2];
    assert_non_null(mkdtemp(folder));
    for (int k = 0; k < 2; k++) {
        all[k] = arena_alloc(a, SIZE);
        for (size_t i = 0; i < SIZE; i++)
            all[k][i] = (uint8_t)(i * 31 + i / 4093 + (size_t)k);
        path[k] = str_printf(a, "%s/%d", folder, k).p;
        assert_int_equal(file_write(path[k], (bytes){all[k], SIZE}, FILE_MODE_PRIVATE, &err), 0);
    }
    struct read_ahead *r = read_ahead_new();
    for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++) {
        bytes got;
        const size_t left = asks[i].at < SIZE ? SIZE - (size_t)asks[i].at : 0;
        assert_int_equal(read_ahead(r, path[asks[i].file], asks[i].at, asks[i].max, &got, &err), 0);
        assert_int_equal(got.len, left < asks[i].max ? left : asks[i].max);
        assert_true(got.len == 0 || memcmp(got.p, all[asks[i].file] + asks[i].at, got.len) == 0);
    }
    bytes none;
    assert_int_equal(read_ahead(r, "/nowhere/at/all", 0, 4096, &none, &err), ERR_CORRUPT);
    read_ahead_free(r);
    read_ahead_free(NULL);
    for (int k = 0; k < 2; k++)
        unlink(path[k]);
    rmdir(folder);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_bytes_of_the_file)};
    return cmocka_run_group_tests_name("read ahead", tests, NULL, NULL);
}
