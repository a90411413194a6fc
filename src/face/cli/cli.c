#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "face/cli/cli_internal.h"
#include "face/cli/out.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

int cli_usage(struct cli *cli, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    cli->err.code = ERR_USAGE;
    vsnprintf(cli->err.text, sizeof cli->err.text, fmt, args);
    va_end(args);
    return ERR_USAGE;
}

static int output_failed(struct cli *cli, int why)
{
    return err_errno(&cli->err, ERR_IO, why, "the result could not be written to standard output");
}

int cli_print(struct cli *cli, str text)
{
    if (text.len && fwrite(text.p, 1, text.len, stdout) != text.len)
        return output_failed(cli, errno);
    return 0;
}

static void report(struct cli *cli)
{
    if (cli->json) {
        struct buf text = buf_new(cli->arena);
        struct out out = out_json(&text);
        out_object(&out, NULL);
        out_object(&out, "error");
        out_text(&out, "code", str_from(err_word(cli->err.code)));
        out_text(&out, "text", str_from(cli->err.text));
        out_end(&out);
        out_end(&out);
        fwrite(text.p, 1, text.len, stdout);
        fflush(stdout); /* standard error has the sentence as well, whatever becomes of this */
    }
    const char *name = cli->command ? cli->command->name : "";
    fprintf(stderr, "comity%s%s: %s\n", *name ? " " : "", name, cli->err.text);
}

/* What is still in the buffer counts too: only after this is it known whether the result is out. A reader that went away
 * (comity ... | head) has what it wanted: that is a failure without a word. */
static int finish(struct cli *cli, int result)
{
    if (result == 0 && fflush(stdout) != 0)
        result = output_failed(cli, errno);
    bool reader_left = result < 0 && cli->err.code == ERR_IO && ferror(stdout) && errno == EPIPE;
    if (result < 0 && !reader_left) {
        if (!cli->err.text[0])
            err_set(&cli->err, result, "failed (%s)", err_word(result));
        report(cli);
    }
    return result == 0 ? EXIT_DONE : result == ERR_USAGE ? EXIT_USAGE : EXIT_FAILED;
}

static int run(struct cli *cli, struct cli_table table, int argc, char **argv)
{
    struct buf text = buf_new(cli->arena);
    const char *first = argc > 1 ? argv[1] : "";
    if (strcmp(first, "--version") == 0) {
        buf_addf(&text, "comity %s\n", COMITY_VERSION);
        return cli_print(cli, buf_str(&text));
    }
    if (strcmp(first, "--help") == 0) {
        cli_help_program(&text, table);
        return cli_print(cli, buf_str(&text));
    }
    bool help = false;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        cli->json = cli->json || strcmp(argv[i], "--json") == 0; /* before parsing: a usage error is told as JSON too */
        help = help || strcmp(argv[i], "--help") == 0;
    }
    if (first[0] == '-' || argc < 2)
        return cli_usage(cli, "a command is missing; it comes first: see comity --help");
    if (cli_parse(cli, table, argc, argv) < 0) {
        if (help && !cli->command) /* "comity log DIR --help": which second words there are */
            cli_help_word(&text, table, str_from(first));
        return text.len ? cli_print(cli, buf_str(&text)) : cli->err.code;
    }
    cli->json = cli_option(cli, "json");
    if (cli_option(cli, "help")) {
        cli_help_command(&text, cli->command);
        return cli_print(cli, buf_str(&text));
    }
    return cli->command->run(cli);
}

int cli_main(const struct cli_command commands[], int n, int argc, char **argv)
{
    /* A pipe that closes must not end the process in the middle of an act; the write reports it. */
    signal(SIGPIPE, SIG_IGN);
    setlocale(LC_CTYPE, "C.UTF-8"); /* widths of characters in tables; nothing else depends on a locale */
    struct cli cli = {.arena = arena_new()};
    int status = finish(&cli, run(&cli, (struct cli_table){commands, n}, argc, argv));
    arena_free(cli.arena);
    return status;
}
