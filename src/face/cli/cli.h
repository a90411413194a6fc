/* cli: the door for people who run a node. main.c has the table of commands; each command is one cmd_*.c file.
 *
 * What: options, progress, tables and JSON, exit codes, for all commands alike.
 *
 *     const struct cli_option cmd_ask_options[] = {
 *         {"partner", "P", "the partner to ask, as `comity partners` lists it"}, {0}};
 *     int cmd_ask(struct cli *cli) { ... cli_option(cli, "partner") ... }
 *
 * Exit codes: 0 done, 1 failed, 2 usage. Errors go to standard error as "comity COMMAND: sentence"; with --json also as
 * {"error":{"code":..,"text":..}} on standard output. Results go to standard output. Progress only on a terminal's standard error.
 */
#ifndef COMITY_CLI_H
#define COMITY_CLI_H

#include <stdio.h>

#include "ground/base/base.h"

struct cli;

struct cli_command {
    const char *name;              /* "import", or two words: "log head", which is typed "log DIR head" or "log head DIR" */
    int (*run)(struct cli *cli);   /* returns 0 or ERR_*; the sentence goes into cli->err */
    const char *arguments;         /* "DIR FILE.csv" */
    const char *summary;           /* one line */
    const struct cli_option *options; /* ends with a NULL name, or NULL; --help and --json are understood by all */
    const char *help;              /* more text under --help, may be NULL */
};

struct cli_option {
    const char *name;        /* without -- */
    const char *placeholder; /* "FILE": takes a value; NULL: a flag */
    const char *help;
};

struct cli {
    struct arena *arena;
    const struct cli_command *command;
    const char **args;       /* positional arguments, without the command's own words; NULL behind the last */
    int n_args;
    bool json;
    struct err err;
    struct cli_given *given; /* options as given */
};

/* Options are long only: --name VALUE or --name=VALUE; "--" ends them, "-" alone is an argument.
 * The value of --name, or NULL. A flag that was given has the value "". An option may be repeated: cli_option_nth. */
const char *cli_option(const struct cli *cli, const char *name);
const char *cli_option_nth(const struct cli *cli, const char *name, int nth);
/* Fills cli->err with ERR_USAGE and returns it. */
int cli_usage(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Checks the number of positional arguments. */
MUST_USE int cli_args(struct cli *cli, int min, int max);

/* Progress on standard error, only if that is a terminal, at most 10 times a second: "  41 %  20,113 rows/s  3 s left". */
struct progress;
struct progress *progress_start(struct arena *a, const char *what, int64_t total, const char *unit); /* total 0: unknown */
void progress_total(struct progress *p, int64_t total); /* a better estimate of the total, as it becomes known */
void progress_at(struct progress *p, int64_t done);
void progress_end(struct progress *p); /* clears the line */

/* Writes text to standard output. ERR_IO when it cannot be written: a full disk must not look like success. */
MUST_USE int cli_print(struct cli *cli, str text);

/* Runs the command that argv names; returns the exit status. */
int cli_main(const struct cli_command commands[], int n, int argc, char **argv);

#endif
