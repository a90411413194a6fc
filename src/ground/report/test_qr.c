/* qr: what is written is read back by a reader of somebody else (zbarimg). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/report/qr.h"

static void read_back(struct arena *a, str text)
{
    struct err err = {0};
    bytes picture;
    char folder[] = "/tmp/comity-qr-XXXXXX", line[4096] = {0};
    assert_non_null(mkdtemp(folder));
    const char *path = str_printf(a, "%s/code.pbm", folder).p;
    assert_int_equal(qr_picture(a, text, 4, &picture, &err), 0);
    assert_int_equal(file_write(path, picture, 0600, &err), 0);
    FILE *reader = popen(str_printf(a, "zbarimg --quiet --raw --nodbus %s 2>/dev/null", path).p, "r");
    assert_non_null(reader);
    assert_non_null(fgets(line, sizeof line, reader));
    pclose(reader);
    line[strcspn(line, "\n")] = 0;
    assert_true(str_eq(str_from(line), text));
    unlink(path);
    rmdir(folder);
}

static void test_read_back(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    char longer[1200];
    read_back(a, STR("LUSAB-BABAD-GUTIH-TUGAD-LUSAB-BABAD-GUTIH-TUGAD"));
    read_back(a, STR("1"));
    for (size_t i = 0; i < sizeof longer; i++)
        longer[i] = (char)('a' + i * i % 26);
    read_back(a, (str){longer, sizeof longer});
    arena_free(a);
}

/* The terminal's form has the same squares as the picture. */
static void test_terminal(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    str text, rest, line;
    bytes picture;
    assert_int_equal(qr_terminal(a, STR("12345 67890"), &text, &err), 0);
    assert_int_equal(qr_picture(a, STR("12345 67890"), 1, &picture, &err), 0);
    unsigned side = (unsigned)strtoul((const char *)picture.p + 3, NULL, 10), rows = 0;
    const uint8_t *bits = picture.p + picture.len - side * ((side + 7) / 8);
    for (rest = text; str_split(&rest, '\n', &line) && line.len > 0; rows += 2) {
        const char *p = line.p + strlen("\033[30;107m");
        for (unsigned x = 0; x < side; x++) {
            unsigned shown = *p == ' ' ? 0 : memcmp(p, "\u2580", 3) == 0 ? 2 : memcmp(p, "\u2584", 3) == 0 ? 1 : 3;
            p += *p == ' ' ? 1 : 3;
            for (unsigned half = 0; half < 2 && rows + half < side; half++) {
                const uint8_t *row = bits + (rows + half) * ((side + 7) / 8);
                assert_int_equal(row[x / 8] >> (7 - x % 8) & 1, shown >> (1 - half) & 1);
            }
        }
    }
    assert_true(rows >= side);
    arena_free(a);
}

static void test_too_long(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    str text;
    char *large = arena_alloc(a, 4000);
    memset(large, 'x', 4000);
    assert_int_equal(qr_terminal(a, (str){large, 4000}, &text, &err), ERR_LIMIT);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_read_back), cmocka_unit_test(test_terminal), cmocka_unit_test(test_too_long)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
