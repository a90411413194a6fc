#include <string.h>

#include "face/cli/cli_internal.h"

const struct cli_option cli_common_options[] = {
    {"json", NULL, "results and errors as JSON"},
    {"help", NULL, "this text"},
    {0},
};

#define WORD_MAX 64
#define NEAR_ENOUGH 2 /* edits */

str cli_first_word(const struct cli_command *command)
{
    str name = str_from(command->name), word = {0};
    str_split(&name, ' ', &word);
    return word;
}

str cli_second_word(const struct cli_command *command)
{
    const char *space = strchr(command->name, ' ');
    return space ? str_from(space + 1) : STR("");
}

static int smallest(int a, int b, int c)
{
    int least = a < b ? a : b;
    return least < c ? least : c;
}

/* Levenshtein distance; one more than NEAR_ENOUGH when a word is too long to be a name of ours. */
static int edits(str a, str b)
{
    int row[WORD_MAX + 1];
    if (a.len > WORD_MAX || b.len > WORD_MAX)
        return NEAR_ENOUGH + 1;
    for (size_t j = 0; j <= b.len; j++)
        row[j] = (int)j;
    for (size_t i = 1; i <= a.len; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= b.len; j++) {
            int above = row[j];
            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a.p[i - 1] != b.p[j - 1]));
            diagonal = above;
        }
    }
    return row[b.len];
}

const char *cli_nearest(str typed, const char *const names[], int n)
{
    const char *best = NULL;
    int least = NEAR_ENOUGH + 1;
    for (int i = 0; i < n; i++) {
        int distance = edits(typed, str_from(names[i]));
        if (distance < least && (size_t)distance < strlen(names[i])) {
            least = distance;
            best = names[i];
        }
    }
    return best;
}

static const struct cli_option *find_in(const struct cli_option *options, str name)
{
    for (; options && options->name; options++)
        if (str_eq(str_from(options->name), name))
            return options;
    return NULL;
}

const struct cli_option *cli_find_option(const struct cli_command *command, str name)
{
    const struct cli_option *found = command ? find_in(command->options, name) : NULL;
    return found ? found : find_in(cli_common_options, name);
}

/* "--name=value" or "--name": the name, and whether a value is attached. */
static str option_name(const char *arg, const char **value)
{
    const char *equals = strchr(arg, '=');
    *value = equals ? equals + 1 : NULL;
    return equals ? (str){arg + 2, (size_t)(equals - arg - 2)} : str_from(arg + 2);
}

static bool is_option(const char *arg)
{
    return arg[0] == '-' && arg[1];
}

/* Whether the option takes its value from the next argument, in any of the commands that begin with this word. */
static bool takes_next(struct cli_table table, str word, const char *arg)
{
    const char *value;
    str name = option_name(arg, &value);
    if (value || !str_starts(str_from(arg), STR("--")))
        return false;
    for (int i = 0; i < table.n; i++) {
        if (!str_eq(cli_first_word(&table.commands[i]), word))
            continue;
        const struct cli_option *option = cli_find_option(&table.commands[i], name);
        if (option)
            return option->placeholder;
    }
    return false;
}

/* Finds the command. Its second word may stand behind DIR, so the first two arguments behind the first word are looked at,
 * the one behind DIR first: a folder may be called "head". *second is the place of the second word in argv, 0 if none. */
static const struct cli_command *find_command(struct cli_table table, int argc, char **argv, int *second)
{
    int places[2] = {0, 0}, found = 0;
    str word = str_from(argv[1]);
    for (int i = 2; i < argc && found < 2; i++) {
        if (strcmp(argv[i], "--") == 0)
            continue;
        if (is_option(argv[i]))
            i += takes_next(table, word, argv[i]);
        else
            places[found++] = i;
    }
    *second = 0;
    for (int k = found - 1; k >= 0; k--) {
        for (int i = 0; i < table.n; i++) {
            const struct cli_command *c = table.commands + i;
            str sub = cli_second_word(c);
            if (sub.len && str_eq(cli_first_word(c), word) && str_eq(sub, str_from(argv[places[k]]))) {
                *second = places[k];
                return c;
            }
        }
    }
    for (int i = 0; i < table.n; i++)
        if (str_eq(str_from(table.commands[i].name), word))
            return table.commands + i;
    return NULL;
}

static int unknown_command(struct cli *cli, struct cli_table table, const char *typed)
{
    const char **names = arena_array(cli->arena, const char *, (size_t)table.n + 1);
    struct buf second = buf_new(cli->arena);
    for (int i = 0; i < table.n; i++) {
        names[i] = str_c(cli->arena, cli_first_word(&table.commands[i]));
        if (strcmp(names[i], typed) == 0)
            buf_addf(&second, "%s%s", second.len ? ", " : "", str_c(cli->arena, cli_second_word(&table.commands[i])));
    }
    if (second.len)
        return cli_usage(cli, "\"%s\" needs one more word: %s; see comity %s --help", typed, buf_str(&second).p, typed);
    const char *near = cli_nearest(str_from(typed), names, table.n);
    if (near)
        return cli_usage(cli, "there is no command \"%s\"; did you mean \"%s\"?", typed, near);
    return cli_usage(cli, "there is no command \"%s\"; see comity --help", typed);
}

static int unknown_option(struct cli *cli, str name)
{
    const char *names[WORD_MAX];
    int n = 0;
    const struct cli_option *lists[] = {cli->command->options, cli_common_options};
    for (int l = 0; l < 2; l++)
        for (const struct cli_option *o = lists[l]; o && o->name && n < WORD_MAX; o++)
            names[n++] = o->name;
    const char *near = cli_nearest(name, names, n);
    if (near)
        return cli_usage(cli, "there is no option --%.*s; did you mean --%s?", STR_ARG(name), near);
    return cli_usage(cli, "there is no option --%.*s; see comity %s --help", STR_ARG(name), cli->command->name);
}

/* Takes the option at argv[*i], and its value, which may be the next argument. */
static int take_option(struct cli *cli, int argc, char **argv, int *i, struct cli_given ***tail)
{
    const char *arg = argv[*i], *value;
    if (arg[1] != '-')
        return cli_usage(cli, "there are no short options like %s; see comity %s --help", arg, cli->command->name);
    str name = option_name(arg, &value);
    const struct cli_option *option = cli_find_option(cli->command, name);
    if (!option)
        return unknown_option(cli, name);
    if (value && !option->placeholder)
        return cli_usage(cli, "--%s takes no value", option->name);
    if (!value && option->placeholder) {
        if (*i + 1 >= argc)
            return cli_usage(cli, "--%s needs a value: --%s %s", option->name, option->name, option->placeholder);
        value = argv[++*i];
    }
    struct cli_given *given = arena_new_of(cli->arena, struct cli_given);
    *given = (struct cli_given){.name = option->name, .value = value ? value : ""};
    **tail = given;
    *tail = &given->next;
    return 0;
}

int cli_parse(struct cli *cli, struct cli_table table, int argc, char **argv)
{
    int second;
    cli->command = find_command(table, argc, argv, &second);
    if (!cli->command)
        return unknown_command(cli, table, argv[1]);
    cli->args = arena_array(cli->arena, const char *, (size_t)argc);
    struct cli_given **tail = &cli->given;
    bool options_ended = false;
    for (int i = 2; i < argc; i++) {
        if (i == second)
            continue;
        if (options_ended || !is_option(argv[i]))
            cli->args[cli->n_args++] = argv[i];
        else if (strcmp(argv[i], "--") == 0)
            options_ended = true;
        else if (take_option(cli, argc, argv, &i, &tail) < 0)
            return cli->err.code;
    }
    return 0;
}

const char *cli_option_nth(const struct cli *cli, const char *name, int nth)
{
    for (const struct cli_given *g = cli->given; g; g = g->next)
        if (strcmp(g->name, name) == 0 && nth-- == 0)
            return g->value;
    return NULL;
}

const char *cli_option(const struct cli *cli, const char *name)
{
    return cli_option_nth(cli, name, 0);
}

int cli_args(struct cli *cli, int min, int max)
{
    if (cli->n_args >= min && cli->n_args <= max)
        return 0;
    struct buf how = buf_new(cli->arena);
    cli_synopsis(&how, cli->command);
    if (cli->n_args > max)
        return cli_usage(cli, "\"%s\" is one argument too many; it is: %s", cli->args[max], buf_str(&how).p);
    return cli_usage(cli, "an argument is missing; it is: %s", buf_str(&how).p);
}
