/* The frame of the command line: dispatch, options, errors, exit codes, output that fails, progress, JSON, tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "face/cli/cli.h"
#include "face/cli/cli_internal.h"
#include "face/cli/out.h"

/* Prints its options and arguments, so that a test sees what a command would have seen. */
static int run_echo(struct cli *cli)
{
    struct buf b = buf_new(cli->arena);
    buf_addf(&b, "%s", cli->command->name);
    for (int i = 0; i < cli->n_args; i++)
        buf_addf(&b, " [%s]", cli->args[i]);
    for (int i = 0; cli_option_nth(cli, "name", i); i++)
        buf_addf(&b, " name=%s", cli_option_nth(cli, "name", i));
    if (cli_option(cli, "dry-run"))
        buf_add(&b, STR(" dry"));
    buf_byte(&b, '\n');
    return cli_print(cli, buf_str(&b));
}

static int run_fail(struct cli *cli)
{
    if (cli_args(cli, 1, 2) < 0)
        return cli->err.code;
    return err_set(&cli->err, ERR_INPUT, "line 7, column 3: \"that\" is no date");
}

static int run_flood(struct cli *cli)
{
    for (int i = 0; i < 100000; i++)
        if (cli_print(cli, STR("a line that somebody may or may not read\n")) < 0)
            return cli->err.code;
    return 0;
}

static int run_progress(struct cli *cli)
{
    struct progress *p = progress_start(cli->arena, "counting", 1000, "rows");
    for (int i = 0; i < 5; i++) {
        usleep(60000);
        progress_at(p, 100 * i);
    }
    progress_end(p);
    return 0;
}

static const struct cli_option echo_options[] = {{"name", "NAME", "a name"}, {"dry-run", NULL, "only look"}, {0}};
static const struct cli_command commands[] = {
    {"echo", run_echo, "DIR", "says what it was given", echo_options, "A longer text."},
    {"log head", run_echo, "DIR", "the newest checkpoint", echo_options},
    {"log proof", run_echo, "DIR INDEX", "a proof", NULL},
    {"names compare", run_echo, "", "compares names", NULL},
    {"fail", run_fail, "DIR [FILE]", "fails", NULL},
    {"flood", run_flood, "", "prints without end", NULL},
    {"progress", run_progress, "", "takes a while", NULL},
};
#define N_COMMANDS (int)(sizeof commands / sizeof commands[0])

#define CAPTURE_MAX 65536
struct ran {
    int status;
    char out[CAPTURE_MAX], err[CAPTURE_MAX];
};

static void slurp(int fd, char *text)
{
    size_t len = 0;
    ssize_t n;
    while (len < CAPTURE_MAX - 1 && (n = read(fd, text + len, CAPTURE_MAX - 1 - len)) > 0)
        len += (size_t)n;
    text[len] = 0;
    close(fd);
}

static int wait_for(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status)); /* no signal: SIGPIPE is handled */
    return WEXITSTATUS(status);
}

static int count(const char **argv)
{
    int n = 0;
    while (argv[n])
        n++;
    return n;
}

/* Runs in a child with the given descriptors as standard output and error. */
static pid_t start(const char **argv, int out_fd, int err_fd)
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(out_fd, STDOUT_FILENO);
        dup2(err_fd, STDERR_FILENO);
        _exit(cli_main(commands, N_COMMANDS, count(argv), (char **)argv));
    }
    return child;
}

static struct ran *run_argv(const char **argv)
{
    static struct ran ran;
    int out[2], err[2];
    assert_int_equal(pipe2(out, O_CLOEXEC) | pipe2(err, O_CLOEXEC), 0);
    pid_t child = start(argv, out[1], err[1]);
    close(out[1]);
    close(err[1]);
    slurp(out[0], ran.out);
    slurp(err[0], ran.err);
    ran.status = wait_for(child);
    return &ran;
}
#define RUN(...) run_argv((const char *[]){"comity", __VA_ARGS__, NULL})

static void test_dispatch(void **state)
{
    (void)state;
    assert_string_equal(RUN("echo", "a", "b")->out, "echo [a] [b]\n");
    assert_string_equal(RUN("log", "node", "head")->out, "log head [node]\n");
    assert_string_equal(RUN("log", "head", "node")->out, "log head [node]\n");
    assert_string_equal(RUN("log", "head", "proof")->out, "log proof [head]\n"); /* a folder called head */
    assert_string_equal(RUN("log", "node", "proof", "7")->out, "log proof [node] [7]\n");
    assert_string_equal(RUN("log", "--name", "head", "proof", "head")->out, "log head [proof] name=head\n");
    assert_string_equal(RUN("names", "compare")->out, "names compare\n");
}

static void test_options(void **state)
{
    (void)state;
    assert_string_equal(RUN("echo", "--name", "A", "d", "--name=B=C", "--dry-run")->out, "echo [d] name=A name=B=C dry\n");
    assert_string_equal(RUN("echo", "--", "--name", "-x")->out, "echo [--name] [-x]\n");
    assert_string_equal(RUN("echo", "-")->out, "echo [-]\n");
    assert_string_equal(RUN("echo", "--name=")->out, "echo name=\n");
    assert_string_equal(RUN("echo", "--name", "--dry-run")->out, "echo name=--dry-run\n");
}

static void assert_usage(const struct ran *ran, const char *sentence)
{
    assert_int_equal(ran->status, 2);
    assert_string_equal(ran->out, "");
    assert_string_equal(ran->err, sentence);
}

static void test_usage_errors(void **state)
{
    (void)state;
    assert_usage(RUN("echo", "--nam", "A"), "comity echo: there is no option --nam; did you mean --name?\n");
    assert_usage(RUN("echo", "--colour"), "comity echo: there is no option --colour; see comity echo --help\n");
    assert_usage(RUN("echo", "--jsn"), "comity echo: there is no option --jsn; did you mean --json?\n");
    assert_usage(RUN("echo", "--name"), "comity echo: --name needs a value: --name NAME\n");
    assert_usage(RUN("echo", "--dry-run=1"), "comity echo: --dry-run takes no value\n");
    assert_usage(RUN("echo", "-n", "A"), "comity echo: there are no short options like -n; see comity echo --help\n");
    assert_usage(RUN("ecko"), "comity: there is no command \"ecko\"; did you mean \"echo\"?\n");
    assert_usage(RUN("frobnicate"), "comity: there is no command \"frobnicate\"; see comity --help\n");
    assert_usage(RUN("log", "node", "tail"), "comity: \"log\" needs one more word: head, proof; see comity log --help\n");
    assert_usage(RUN("fail"), "comity fail: an argument is missing; it is: comity fail DIR [FILE]\n");
    assert_usage(RUN("fail", "a", "b", "c"), "comity fail: \"c\" is one argument too many; it is: comity fail DIR [FILE]\n");
    assert_usage(run_argv((const char *[]){"comity", NULL}), "comity: a command is missing; it comes first: see comity --help\n");
    assert_usage(RUN("--name", "echo"), "comity: a command is missing; it comes first: see comity --help\n");
    assert_usage(RUN("echo", "--colour", "--help"), "comity echo: there is no option --colour; see comity echo --help\n");
    assert_usage(RUN(""), "comity: there is no command \"\"; see comity --help\n");
}

static void test_errors_as_json(void **state)
{
    (void)state;
    struct ran *ran = RUN("fail", "x");
    assert_int_equal(ran->status, 1);
    assert_string_equal(ran->out, "");
    assert_string_equal(ran->err, "comity fail: line 7, column 3: \"that\" is no date\n");
    ran = RUN("fail", "x", "--json");
    assert_int_equal(ran->status, 1);
    assert_string_equal(ran->out, "{\"error\":{\"code\":\"input\",\"text\":\"line 7, column 3: \\\"that\\\" is no date\"}}\n");
    assert_string_equal(ran->err, "comity fail: line 7, column 3: \"that\" is no date\n");
    ran = RUN("nowhere", "--json");
    assert_int_equal(ran->status, 2);
    assert_non_null(strstr(ran->out, "{\"error\":{\"code\":\"usage\""));
}

static void test_help(void **state)
{
    (void)state;
    struct ran *ran = RUN("--help");
    assert_int_equal(ran->status, 0);
    for (int i = 0; i < N_COMMANDS; i++)
        assert_non_null(strstr(ran->out, commands[i].summary));
    ran = RUN("echo", "--help");
    assert_int_equal(ran->status, 0);
    assert_non_null(strstr(ran->out, "usage: comity echo DIR [OPTIONS]\n"));
    assert_non_null(strstr(ran->out, "--name NAME"));
    assert_non_null(strstr(ran->out, "--json"));
    assert_non_null(strstr(ran->out, "A longer text.\n"));
    assert_non_null(strstr(RUN("log", "node", "proof", "--help")->out, "usage: comity log DIR proof INDEX [OPTIONS]"));
    ran = RUN("log", "--help");
    assert_int_equal(ran->status, 0);
    assert_non_null(strstr(ran->out, "comity log DIR head"));
    assert_non_null(strstr(ran->out, "comity log DIR proof INDEX"));
    assert_non_null(strstr(RUN("log", "node", "--help")->out, "comity log DIR proof INDEX"));
    assert_non_null(strstr(RUN("--version")->out, "comity "));
}

static void test_full_disk_is_an_error(void **state)
{
    (void)state;
    int full = open("/dev/full", O_WRONLY), err[2];
    if (full < 0)
        skip();
    char text[CAPTURE_MAX];
    static const char *cases[][3] = {{"comity", "flood"}, {"comity", "echo"}, {"comity", "--help"}};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pipe2(err, O_CLOEXEC), 0);
        pid_t child = start(cases[i], full, err[1]);
        close(err[1]);
        slurp(err[0], text);
        assert_int_equal(wait_for(child), 1);
        assert_non_null(strstr(text, "the result could not be written to standard output: No space left on device"));
    }
    close(full);
}

static void test_reader_that_leaves(void **state)
{
    (void)state;
    int out[2], err[2];
    assert_int_equal(pipe2(out, O_CLOEXEC) | pipe2(err, O_CLOEXEC), 0);
    close(out[0]);
    pid_t child = start((const char *[]){"comity", "flood", NULL}, out[1], err[1]);
    close(out[1]);
    close(err[1]);
    char text[CAPTURE_MAX];
    slurp(err[0], text);
    assert_int_equal(wait_for(child), 1);
    assert_string_equal(text, "");
}

static void test_progress(void **state)
{
    (void)state;
    assert_string_equal(RUN("progress")->err, ""); /* a pipe sees nothing */
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    int screen = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(screen >= 0);
    pid_t child = start((const char *[]){"comity", "progress", NULL}, STDOUT_FILENO, screen);
    /* screen stays open here: the kernel may drop what is still under way when the last one at a terminal leaves */
    char text[CAPTURE_MAX];
    size_t len = 0;
    struct pollfd there = {.fd = terminal, .events = POLLIN};
    while (len < sizeof text - 1 && poll(&there, 1, 20000) == 1) {
        ssize_t n = read(terminal, text + len, sizeof text - 1 - len);
        if (n <= 0)
            break;
        text[len += (size_t)n] = 0;
        if (strstr(text, " left") && str_ends(str_from(text), STR("\r\033[K")))
            break;
    }
    text[len] = 0;
    close(screen);
    close(terminal);
    assert_int_equal(wait_for(child), 0);
    assert_non_null(strstr(text, "counting"));
    assert_non_null(strstr(text, " %"));
    assert_non_null(strstr(text, "rows/s"));
    assert_non_null(strstr(text, " s left"));
    assert_true(str_ends(str_from(text), STR("\r\033[K"))); /* the line is cleared at the end */
}

static void test_json(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    struct out o = out_json(&b);
    out_object(&o, NULL);
    out_text(&o, "a\"b", STR("\\ \" \n \x01 \x7f \xe1\x9e\x9f \xff \xed\xa0\x80 \xc0\x80"));
    out_int(&o, "n", INT64_MIN);
    out_array(&o, "list");
    out_bool(&o, NULL, true);
    out_object(&o, NULL);
    out_end(&o);
    out_double(&o, NULL, 0.125, 3);
    out_double(&o, NULL, 1.0 / 0.0, 3);
    out_end(&o);
    out_array(&o, "empty");
    out_end(&o);
    out_null(&o, "last");
    out_end(&o);
    assert_string_equal(buf_str(&b).p,
                        "{\"a\\\"b\":\"\\\\ \\\" \\u000a \\u0001 \\u007f \xe1\x9e\x9f \xef\xbf\xbd "
                        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\",\"n\":-9223372036854775808,"
                        "\"list\":[true,{},0.125,null],\"empty\":[],\"last\":null}\n");
    arena_free(a);
}

static void test_table(void **state)
{
    (void)state;
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        skip();
    struct arena *a = arena_new();
    static const char *const headings[] = {"name", ">score", "reason"};
    struct table *t = table_new(a, headings, 3);
    table_cell(t, STR("\xe7\x8e\x8b\xe4\xbc\x9f")); /* two wide characters */
    table_cellf(t, "%.2f", 0.5);
    table_cell(t, STR("same"));
    table_cell(t, STR("Jose\xcc\x81")); /* a combining accent takes no column */
    table_cellf(t, "%d", 1);
    table_cell(t, STR("a\033[2Jb\xff")); /* nothing steers the terminal */
    struct buf b = buf_new(a);
    table_write(t, &b);
    assert_string_equal(buf_str(&b).p, "name  score  reason\n"
                                       "\xe7\x8e\x8b\xe4\xbc\x9f   0.50  same\n"
                                       "Jose\xcc\x81      1  a?[2Jb?\n");
    arena_free(a);
}

static void test_nearest(void **state)
{
    (void)state;
    static const char *const names[] = {"partner", "purpose", "person", "dry-run"};
    assert_string_equal(cli_nearest(STR("parter"), names, 4), "partner");
    assert_string_equal(cli_nearest(STR("persn"), names, 4), "person");
    assert_null(cli_nearest(STR("listen"), names, 4));
    assert_null(cli_nearest(STR(""), names, 4));
    char longest[300];
    memset(longest, 'p', sizeof longest);
    assert_null(cli_nearest((str){longest, sizeof longest}, names, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dispatch),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_usage_errors),
        cmocka_unit_test(test_errors_as_json),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_full_disk_is_an_error),
        cmocka_unit_test(test_reader_that_leaves),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_nearest),
    };
    return cmocka_run_group_tests_name("face/cli", tests, NULL, NULL);
}
