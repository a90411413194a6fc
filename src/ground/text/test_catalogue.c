/* Tests of catalogue.c and plural.c. The file is made by msgfmt at build time, as those of the pages are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "ground/text/catalogue.h"
#include "ground/text/plural.h"

static bytes file(struct arena *a)
{
    struct err err = {0};
    bytes b;
    if (file_read(a, getenv("COMITY_TEST_MO"), 1 << 20, &b, &err) < 0)
        fail_msg("%s", err.text);
    return b;
}

static void test_find(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct catalogue *c;
    assert_int_equal(catalogue_open(a, file(a), &c, &err), 0);
    assert_true(str_eq(catalogue_find(c, "Sign in"), STR("ចូល")));
    assert_true(str_eq(catalogue_find(c, "Not translated"), STR("Not translated")));
    assert_true(str_eq(catalogue_find(c, "Not there"), STR("Not there")));
    assert_true(str_eq(catalogue_find(NULL, "Sign in"), STR("Sign in")));
    assert_true(str_eq(catalogue_find_plural(c, "{n} file", "{n} files", 1), STR("один {n}")));
    assert_true(str_eq(catalogue_find_plural(c, "{n} file", "{n} files", 22), STR("few {n}")));
    assert_true(str_eq(catalogue_find_plural(c, "{n} file", "{n} files", 5), STR("many {n}")));
    assert_true(str_eq(catalogue_find_plural(c, "{n} x", "{n} xs", 1), STR("{n} x")));
    assert_true(str_eq(catalogue_find_plural(NULL, "{n} x", "{n} xs", 2), STR("{n} xs")));
    assert_true(str_eq(catalogue_header(c, STR("Language")), STR("xx")));
    assert_true(str_eq(catalogue_header(c, STR("X-Checked-By")), STR("")));
    arena_free(a);
}

/* Whatever byte of the file is another one: it is refused, or every answer lies within the file. */
static void test_damaged(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    bytes good = file(a);
    for (size_t at = 0; at < good.len; at++) {
        static const uint8_t values[] = {0, 1, 0x7f, 0xff};
        for (size_t k = 0; k < sizeof values; k++) {
            struct err err = {0};
            struct catalogue *c;
            uint8_t *bad = (uint8_t *)malloc(good.len); /* its end is the end of memory, for the sanitizers */
            memcpy(bad, good.p, good.len);
            bad[at] = values[k];
            struct arena *own = arena_new();
            if (catalogue_open(own, (bytes){bad, good.len}, &c, &err) == 0) {
                (void)catalogue_find(c, "Sign in");
                (void)catalogue_find_plural(c, "{n} file", "{n} files", 3);
            } else {
                assert_int_equal(err.code, ERR_INPUT);
            }
            arena_free(own);
            free(bad);
        }
    }
    for (size_t len = 0; len < 28; len++) {
        struct err err = {0};
        struct catalogue *c;
        assert_int_equal(catalogue_open(a, (bytes){good.p, len}, &c, &err), ERR_INPUT);
    }
    arena_free(a);
}

static void test_sentence(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct catalogue *c;
    assert_int_equal(catalogue_open(a, file(a), &c, &err), 0);
    static const struct { const char *english, *wanted; } cases[] = {
        {"the year is missing: write it", "no year"},
        {"Birthdate: the year is missing: write it", "no year @ Day"},
        {"line 7: the year is missing: write it", "no year @ line 7"},
        {"Birthdate: something else", "Birthdate: something else"},
        {"Birthdate: ", "Birthdate: "},
        {"at most 64 questions, of 2000 bytes", "64, each 2000"},
        {"Birthdate: at most 1 questions, of 0 bytes", "1, each 0 @ Day"},
        {"answered at 00:31:12: say why", "why? (00:31:12)"},
        {"at most many questions, of 2000 bytes", "at most many questions, of 2000 bytes"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(catalogue_sentence(c, a, cases[i].english).p, cases[i].wanted);
        assert_string_equal(catalogue_sentence(NULL, a, cases[i].english).p, cases[i].english);
    }
    arena_free(a);
}

static void test_rules(void **state)
{
    (void)state;
    static const struct { const char *line; uint64_t n; unsigned form; } cases[] = {
        {"nplurals=1; plural=0;", 7, 0},
        {"nplurals=2; plural=n != 1;", 1, 0},
        {"nplurals=2; plural=n != 1;", 0, 1},
        {"nplurals=2; plural=(n > 1);", 1, 0},
        {"nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;", 111, 2},
        {"nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;", 103, 1},
        {"nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;", 21, 0},
        {"nplurals=6; plural= n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;", 102, 5},
        {"nplurals=2; plural=!n;", 0, 1},
        {"nplurals=2; plural=n-1-1;", 3, 1},
        {"nplurals=2; plural=10/5/2;", 3, 1},
        {"nplurals=2; plural=1/0;", 3, 0},
        {"nplurals=2; plural=n;", 9, 0}, /* a form that there is not */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct plural p;
        struct err err = {0};
        assert_int_equal(plural_parse(str_from(cases[i].line), &p, &err), 0);
        assert_int_equal(plural_form(&p, cases[i].n), cases[i].form);
    }
    static const char *const bad[] = {"", "nplurals=2;", "plural=n;", "nplurals=0; plural=0;", "nplurals=9; plural=0;", "nplurals=2; plural=n=1;",
                                      "nplurals=2; plural=(n;", "nplurals=2; plural=n ? 1;", "nplurals=2; plural=m;", "nplurals=2; plural=n 1;"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct plural p;
        struct err err = {0};
        assert_int_equal(plural_parse(str_from(bad[i]), &p, &err), ERR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_find), cmocka_unit_test(test_damaged), cmocka_unit_test(test_sentence), cmocka_unit_test(test_rules)};
    return cmocka_run_group_tests_name("text/catalogue", tests, NULL, NULL);
}
