#include <string.h>

#include "face/cli/cli_internal.h"

#define SUMMARY_COLUMN 22

void cli_synopsis(struct buf *out, const struct cli_command *command)
{
    str first = cli_first_word(command), second = cli_second_word(command);
    str rest = str_from(command->arguments);
    buf_addf(out, "comity %.*s", STR_ARG(first));
    if (second.len && str_starts(rest, STR("DIR"))) { /* the folder stands between the two words */
        buf_add(out, STR(" DIR"));
        rest = str_slice(rest, 3, rest.len);
    }
    if (second.len)
        buf_addf(out, " %.*s", STR_ARG(second));
    rest = str_trim(rest);
    if (rest.len)
        buf_addf(out, " %.*s", STR_ARG(rest));
}

static void line(struct buf *out, str left, const char *right)
{
    int pad = left.len < SUMMARY_COLUMN ? SUMMARY_COLUMN - (int)left.len : 1;
    buf_addf(out, "  %.*s%*s%s\n", STR_ARG(left), pad, "", right);
}

void cli_help_program(struct buf *out, struct cli_table table)
{
    buf_add(out, STR("comity: agencies find out that they know the same person, without telling whom they ask about\n\n"
                     "usage: comity COMMAND [ARGUMENTS] [OPTIONS]\n\n"));
    for (int i = 0; i < table.n; i++)
        line(out, str_from(table.commands[i].name), table.commands[i].summary);
    buf_add(out, STR("\ncomity COMMAND --help tells more. DIR is a node's folder, made by comity init.\n"
                     "Exit status: 0 done, 1 failed, 2 wrong usage.\n"));
}

static void option_lines(struct buf *out, const struct cli_option *options)
{
    for (; options && options->name; options++) {
        struct buf left = buf_new(out->arena);
        buf_addf(&left, "--%s%s%s", options->name, options->placeholder ? " " : "",
                 options->placeholder ? options->placeholder : "");
        line(out, buf_str(&left), options->help);
    }
}

void cli_help_command(struct buf *out, const struct cli_command *command)
{
    buf_add(out, STR("usage: "));
    cli_synopsis(out, command);
    buf_addf(out, " [OPTIONS]\n\n%s\n\n", command->summary);
    option_lines(out, command->options);
    option_lines(out, cli_common_options);
    if (command->help)
        buf_addf(out, "\n%s%s", command->help, str_ends(str_from(command->help), STR("\n")) ? "" : "\n");
}

void cli_help_word(struct buf *out, struct cli_table table, str word)
{
    for (int i = 0; i < table.n; i++) {
        if (!str_eq(cli_first_word(&table.commands[i]), word))
            continue;
        cli_synopsis(out, &table.commands[i]);
        buf_addf(out, "\n    %s\n", table.commands[i].summary);
    }
}
