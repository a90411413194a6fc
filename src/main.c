/* comity: the map of the program. Each line is a command; the function behind it is in face/cli/cmd_*.c. */
#include "face/cli/cli.h"
#include "face/cli/commands.h"

/* {name, function, arguments, one line, options, more help}; in the order --help shows them */
static const struct cli_command commands[] = {
    {"init", cmd_init, "DIR", "make an agency's folder", init_options, init_help},
    {0},
};

int main(int argc, char **argv)
{
    return cli_main(commands, (int)(sizeof commands / sizeof commands[0]) - 1, argc, argv);
}
