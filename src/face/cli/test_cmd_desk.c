/* comity desk simulate as a program: the tables in each of their forms, the same twice, and its errors. */
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

static struct arena *a;
static char folder[] = "/tmp/test_cmd_desk_XXXXXX";

static str run(const char *arguments, int wanted_status)
{
    FILE *pipe = popen(str_printf(a, "cd %s && '%s' desk simulate %s 2>&1", folder, getenv("COMITY_PROGRAM"), arguments).p, "r");
    assert_non_null(pipe);
    struct buf out = buf_new(a);
    char chunk[4096];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, pipe)) > 0;)
        buf_add_bytes(&out, chunk, n);
    const int status = WEXITSTATUS(pclose(pipe));
    if (status != wanted_status)
        fail_msg("comity desk simulate %s: status %d: %s", arguments, status, buf_str(&out).p);
    return str_dup(a, buf_str(&out));
}

static size_t count(str text, const char *word)
{
    size_t n = 0;
    for (const char *at = text.p; (at = strstr(at, word)); at++)
        n++;
    return n;
}

#define SMALL "--travellers 5000 --seeds 2 --counters 5 --load 0.8 "

static void test_the_tables(void **state)
{
    (void)state;
    str text = run(SMALL, 0), json = run(SMALL "--json", 0), csv = run(SMALL "--csv", 0);
    assert_non_null(strstr(text.p, "Erlang C: 0.554"));
    assert_int_equal(count(text, "\ndraw "), 3);
    assert_int_equal(count(text, "\nserpentine "), 2);
    assert_non_null(strstr(text.p, "########################################")); /* rows: the whole bar */
    assert_int_equal(count(json, "\"chance\":"), 6);
    assert_int_equal(count(json, "\"more\":"), 4);
    assert_int_equal(count(csv, "\nlines,"), 6);
    assert_int_equal(count(csv, "\ncounters,draw,none,"), 4);
    assert_string_equal(run(SMALL "--json", 0).p, json.p); /* the same seed, the same figures */
    assert_true(strcmp(run(SMALL "--json --seed 2", 0).p, json.p) != 0);
    assert_non_null(strstr(run(SMALL "--minutes 2", 0).p, "Waits in minutes; Erlang C: 1.108"));
}

static void test_the_attacks(void **state)
{
    (void)state;
    str text = run(SMALL "--attacks", 0);
    static const char *const known[] = {"wait at the door", "lots foreseen", "three sent away", "one more, by turns", "three days", "hold for the cap"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_non_null(strstr(text.p, known[i]));
    assert_int_equal(count(run(SMALL "--attacks --json", 0), "\"chance\":"), 19);
    assert_non_null(strstr(run(SMALL "--tries 3 --posts 4 --own-posts 1 --service lognormal --spread 0.7 --families 0.3 --patience 5", 0).p, "draw "));
    assert_non_null(strstr(run(SMALL "--load 1.2 --balk 10", 0).p, "\ndraw "));
    str lanes = run(SMALL "--lanes 80/4/0,20/1/1 --lane 2", 0);
    assert_non_null(strstr(lanes.p, "of those who come"));
    assert_int_equal(count(lanes, "\nserpentine "), 0); /* a window of one has no place for two lanes */
}

static void test_hours(void **state)
{
    (void)state;
    struct err err;
    static const char table[] = "date,hour,arrivals,counters,wait\nd1,7,200,5,6\nd1,8,300,5,9\nd1,9,100,5,4\nd2,7,x,5,6\nd2,8,250,5,8\n";
    assert_int_equal(file_write(str_printf(a, "%s/hours.csv", folder).p, str_bytes(str_from(table)), 0600, &err), 0);
    str text = run("--hours hours.csv --seeds 2", 0);
    assert_non_null(strstr(text.p, "48 hours (1 rows left out). Measured wait 7.4 minutes"));
    assert_non_null(strstr(text.p, "+1 in every hour"));
    assert_int_equal(count(text, "\n07 "), 1); /* by the clock, only the hours in which somebody comes */
    assert_int_equal(count(text, "\n10 "), 0);
    assert_int_equal(count(run("--hours hours.csv --seeds 2 --csv", 0), "\nhours,draw,none,"), 24);
    assert_int_equal(count(run("--hours hours.csv --seeds 2 --json", 0), "\"saved\":"), 24);
    assert_int_equal(count(text, "rows "), 1); /* rows are not compared: they would have to close */
    assert_non_null(strstr(run("--hours hours.csv --days 1 --minutes 0.5 --seeds 2 --json", 0).p, "\"service_minutes\":0.500"));
    assert_non_null(strstr(run("--hours nothing.csv", 1).p, "nothing.csv"));
}

static void test_errors(void **state)
{
    (void)state;
    static const char *const wrong[] = {"--counters 0", "--counters 65", "--load 1", "--load x", "--service slow", "--officers 11", "--tries 4", "--lanes 80/1/8", "--lanes 50/1/5,50/1/6", "--lanes 50/1,50/1/1", "--own-posts 33", "--families 1.5", "--load 1.2", "--seeds 0",
                                        "--window 33", "--minutes -1", "--hours x.csv --days 0", "folder"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        run(wrong[i], 2);
}

static int begin(void **state)
{
    (void)state;
    a = arena_new();
    return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    unlink(str_printf(a, "%s/hours.csv", folder).p);
    arena_free(a);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_tables),
        cmocka_unit_test(test_the_attacks),
        cmocka_unit_test(test_hours),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
