/* comity link as a program: what it writes, what it says of the truth, and its errors. All persons are invented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ground/base/base.h"

static char folder[] = "/tmp/test_cmd_link_XXXXXX";

static const char ours[] =
    "no;first;last;dob\n"
    "1;Milena;Barker;1990-03-05\n"
    "2;Odalys;Quirke;1971-11-28\n"
    "3;Thessaly;Vantongeren;1984-02-17\n"
    "4;;;\n";
static const char theirs[] =
    "no,first,last,dob\n"
    "a,Barker,Milena,1990-03-05\n"
    "b,Odalis,Quirke,1971-11-28\n"
    "c,Zoltan,Ashdown,1966-06-06\n";
static const char true_pairs[] = "x,y\n1,a\nb,2\n3,nobody\n";

static const char *in_folder(struct arena *a, const char *name) { return str_printf(a, "%s/%s", folder, name).p; }

static void put(struct arena *a, const char *name, const char *text)
{
    struct err err;
    assert_int_equal(file_write(in_folder(a, name), str_bytes(str_from(text)), 0600, &err), 0);
}

/* Runs the program in the folder; its status, and what it wrote on both outputs. */
static int run(struct arena *a, const char *arguments, str *output)
{
    struct err err;
    bytes text;
    str command = str_printf(a, "cd %s && '%s' link %s >out.txt 2>&1", folder, getenv("COMITY_PROGRAM"), arguments);
    int status = system(command.p);
    assert_int_equal(file_read(a, in_folder(a, "out.txt"), 1 << 20, &text, &err), 0);
    *output = bytes_str(text);
    return WEXITSTATUS(status);
}

static int set_up(void **state)
{
    struct arena *a = arena_new();
    assert_non_null(mkdtemp(folder));
    put(a, "a.csv", ours);
    put(a, "b.csv", theirs);
    put(a, "t.csv", true_pairs);
    *state = a;
    return 0;
}

static int tear_down(void **state)
{
    struct arena *a = *state;
    static const char *const names[] = {"a.csv", "b.csv", "t.csv", "e.csv", "p.csv", "out.txt"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(in_folder(a, names[i]));
    rmdir(folder);
    arena_free(a);
    return 0;
}

#define GOOD "a.csv b.csv --id no --columns given=first,family=last,born=dob "

static void test_writes_pairs(void **state)
{
    struct arena *a = *state;
    struct err err;
    bytes pairs;
    str output;
    assert_int_equal(run(a, GOOD "--out p.csv", &output), 0);
    assert_int_equal(file_read(a, in_folder(a, "p.csv"), 1 << 20, &pairs, &err), 0);
    str text = bytes_str(pairs);
    assert_true(str_starts(text, STR("id_a,id_b,score,band\n1,a,")));
    assert_true(str_contains(text, STR("\n2,b,")));
    assert_true(str_contains(text, STR(",hit\n")));
    assert_false(str_contains(text, STR("\n3,")) || str_contains(text, STR(",c,")) || str_contains(text, STR("\n4,")));
}

static void test_measures_against_the_truth(void **state)
{
    struct arena *a = *state;
    str output;
    assert_int_equal(run(a, GOOD "--truth t.csv --threads 1", &output), 0);
    assert_true(str_contains(output, STR("2 true pairs; 2 pairs share a key")));
    assert_true(str_contains(output, STR("1 rows of the truth name an id that neither list has")));
    assert_true(str_contains(output, STR("best F1")));
    assert_int_equal(run(a, GOOD "--truth t.csv --json", &output), 0);
    assert_true(str_contains(output, STR("\"best\":{")) && str_contains(output, STR("\"recall\":1.0000")));
}

static void test_errors_say_what_to_do(void **state)
{
    struct arena *a = *state;
    str output;
    static const struct { const char *arguments; int status; str says; } cases[] = {
        {"a.csv b.csv --columns given=first", 2, {"--id COLUMN", 11}},
        {"a.csv --id no --columns given=first", 2, {"", 0}},
        {"a.csv nowhere.csv --id no --columns given=first", 1, {"nowhere.csv", 11}},
        {"a.csv b.csv --id no --columns given=fist", 1, {"'first', 'last', 'dob'", 22}},
        {"a.csv b.csv --id no --columns shoe=first", 2, {"phone, sex, place", 17}},
        {"a.csv b.csv --id last --columns given=first", 1, {"has no id", 9}},
        {"e.csv b.csv --id no --columns given=first", 1, {"empty", 5}},
        {GOOD "--threads 99", 2, {"from 1 to 16", 12}},
        {GOOD "--truth e.csv", 0, {"0 true pairs", 12}},
    };
    put(a, "e.csv", "");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int status = run(a, cases[i].arguments, &output);
        if (status != cases[i].status || !str_contains(output, cases[i].says))
            fail_msg("case %zu: status %d: %.*s", i, status, STR_ARG(output));
    }
    put(a, "e.csv", "no,first\n7,Ines\n8,Piers\n7,Rosalind\n");
    assert_int_equal(run(a, "e.csv e.csv --id no --columns given=first", &output), 1);
    assert_true(str_contains(output, STR("rows 1 and 3 below the header have the same id")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writes_pairs),
        cmocka_unit_test(test_measures_against_the_truth),
        cmocka_unit_test(test_errors_say_what_to_do),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
