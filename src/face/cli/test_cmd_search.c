/* comity import, search and erase as a person types them, against the built program. */
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
static char folder[] = "/tmp/comity-cmd-search-XXXXXX";
static const char *program;

/* Runs a command line in the folder; standard error goes along into the output. */
static str shell(int *status, const char *line)
{
    FILE *pipe = popen(str_printf(a, "cd %s && %s 2>&1", folder, line).p, "r");
    assert_non_null(pipe);
    struct buf out = buf_new(a);
    char chunk[4096];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, pipe)) > 0;)
        buf_add_bytes(&out, chunk, n);
    *status = WEXITSTATUS(pclose(pipe));
    return buf_str(&out);
}

static void run(const char *arguments, int wanted_status, const char *says)
{
    int status;
    str out = shell(&status, str_printf(a, "%s %s", program, arguments).p);
    if (status != wanted_status || !strstr(out.p, says))
        fail_msg("comity %s: status %d, \"%s\" expected in: %s", arguments, status, says, out.p);
}

/* The id of the first hit. */
static const char *id_of(const char *text)
{
    int status;
    str out = shell(&status, str_printf(a, "%s search node %s --json", program, text).p), label = STR("\"id\":\"");
    const char *from = strstr(out.p, label.p);
    assert_int_equal(status, 0);
    assert_non_null(from);
    return str_dup(a, (str){from + label.len, 32}).p;
}

static void test_search(void **state)
{
    (void)state;
    run("search node sokha", 1, "no agency's folder");
    run("init node --agency 'Lotus House (practice)' --country KH --kind shelter", 0, "");
    run("search node sokha", 0, "nobody here fits");
    static const char csv[] = "given,family,born,document\nSokha,Plantedname,1990-03-05,N5550123\nСергей,Петров,1985-07-12,714445566\nDara,Keo,1971,\n";
    struct err err = {0};
    assert_int_equal(file_write(str_printf(a, "%s/p.csv", folder).p, str_bytes(str_from(csv)), FILE_MODE_PRIVATE, &err), 0);
    run("import node p.csv", 0, "3 persons added");
    run("search node petrov serg", 0, "Петров");
    run("search node keo 1971 --purpose casework --reference 'case 7'", 0, "born the same year");
    run("search node --json N5550123", 0, "\"reason\":\"same document number\"");
    run("search node keo --purpose curiosity", 1, "the purposes are");
    run("search node", 2, "missing");
    run("search node ''", 1, "needs a name");
    run("log node show", 0, "search.refused");
}

static void test_index_is_healed(void **state)
{
    (void)state;
    int status;
    shell(&status, "for f in node/search/*.seg; do printf x | dd of=$f bs=1 seek=100 conv=notrunc; done");
    run("search node petrov", 0, "Петров");
    shell(&status, "rm node/search/*.seg");
    run("search node petrov", 0, "Петров");
    shell(&status, "rm -r node/search");
    run("search node petrov", 0, "Петров");
    run("log node verify", 0, "holds together");
}

static void test_erase(void **state)
{
    (void)state;
    const char *id = id_of("N5550123");
    run("erase node 123 --reason x", 2, "32 letters and digits");
    run(str_printf(a, "erase node %s", id).p, 2, "--reason is missing");
    run(str_printf(a, "erase node %s --reason 'asked for it'", id).p, 0, "erased from the records");
    run(str_printf(a, "erase node %s --reason 'asked for it'", id).p, 1, "no such record");
    run("search node N5550123", 0, "nobody here fits");
    run("search node petrov", 0, "Петров");
    run("log node verify", 0, "holds together");
    int status;
    str found = shell(&status, "grep -rl -e Plantedname -e N5550123 -e 'asked for it' node");
    assert_string_equal(found.p, "");
}

static int set_up(void **state)
{
    (void)state;
    program = getenv("COMITY_PROGRAM");
    a = arena_new();
    return program && mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    int status;
    shell(&status, "rm -rf node p.csv");
    rmdir(folder);
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_index_is_healed),
        cmocka_unit_test(test_erase),
    };
    return cmocka_run_group_tests_name("program/search", tests, set_up, tear_down);
}
