/* What the files of the frame share; commands include cli.h only. */
#ifndef COMITY_CLI_INTERNAL_H
#define COMITY_CLI_INTERNAL_H

#include "face/cli/cli.h"

struct cli_given {
    struct cli_given *next; /* in the order given */
    const char *name, *value;
};

struct cli_table {
    const struct cli_command *commands;
    int n;
};

/* Understood by every command: --json, --help. Ends with a NULL name. */
extern const struct cli_option cli_common_options[];

/* Sorts argv (behind the program's name) into cli->command, options and arguments. Fills cli->err on a usage error. */
MUST_USE int cli_parse(struct cli *cli, struct cli_table table, int argc, char **argv);
const struct cli_option *cli_find_option(const struct cli_command *command, str name);

/* The name nearest to what was typed, if it is near enough to be a slip; else NULL. */
const char *cli_nearest(str typed, const char *const names[], int n);

/* "comity log DIR proof INDEX": how a command is typed. */
void cli_synopsis(struct buf *out, const struct cli_command *command);
void cli_help_program(struct buf *out, struct cli_table table);
void cli_help_command(struct buf *out, const struct cli_command *command);
/* All commands that begin with this word: for `comity log --help`. */
void cli_help_word(struct buf *out, struct cli_table table, str word);

/* The commands' names: first words, and the word behind it or "". */
str cli_first_word(const struct cli_command *command);
str cli_second_word(const struct cli_command *command);

#endif
