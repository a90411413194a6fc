/* names: what the rules promise, on invented names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trust/names/names.h"
#include "trust/names/rules.h"

static struct names *names;
static struct arena *arena;

static int open_names(void **state)
{
    (void)state;
    struct err err = {0};
    arena = arena_new();
    if (names_open(&names, &err) < 0) {
        print_error("%s\n", err.text);
        return -1;
    }
    return 0;
}

static int close_names(void **state)
{
    (void)state;
    names_close(names);
    arena_free(arena);
    return 0;
}

static void test_latin_tokens(void **state)
{
    (void)state;
    struct name_forms f;
    names_forms(names, arena, &(struct name){.given = STR("Dr. Dara"), .family = STR("Sok")}, &f);
    assert_int_equal(f.n, 2);
    assert_true(str_eq(f.tokens[0].latin[0], STR("dara")));
    assert_true(str_eq(f.tokens[0].skeleton[0], STR("TRE")));
    assert_int_equal(f.tokens[0].part, NAME_PART_GIVEN);
    assert_int_equal(f.tokens[1].part, NAME_PART_FAMILY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_latin_tokens),
    };
    return cmocka_run_group_tests_name("names", tests, open_names, close_names);
}
