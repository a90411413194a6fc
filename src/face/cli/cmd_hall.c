/* comity desk DIR setup, halls, open, board, close: what a hall is, and its day. */
#include <string.h>

#include "face/cli/at_hall.h"
#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "trust/people/member.h"
#include "work/desk/hall_rule.h"

const struct cli_option hall_options[] = {AT_HALL_OPTION, {0}};

const struct cli_option hall_setup_options[] = {
    {"lane", "NAME", "what stands over a lane; once for each, in order"},
    {"counter", "LANES", "the lanes that a counter serves, such as 1,2; once for each counter"},
    {"posts", "N", "posts of the secondary check (default 1)"},
    {"window", "N", "among how many of the first in line is drawn (default 10)"},
    {"cap", "N", "who was overtaken so often is next (default 15)"},
    {"tries", "N", "calls that may come to nothing; the last leads to the secondary check (default 2)"},
    {0},
};
const char hall_setup_help[] =
    "Posts what holds in a hall from its next day on. It calls nobody before its key is made with those who hold it (comity desk DIR keys), and\n"
    "that is a day old.\n"
    "\n"
    "    comity desk border-post setup \"Practice bridge\" --lane \"All passports\" --lane Families --counter 1,2 --counter 1,2 --counter 1\n";
const struct cli_option hall_change_options[] = {
    AT_HALL_OPTION,
    {"by", "LOGIN", "the one who asks for it"},
    {"and", "LOGIN", "the other who agrees; one of them is a supervisor"},
    {"lane", "NAME", "what stands over a lane; all of them again, in order, new ones last"},
    {"weight", "N", "the share of a lane, once for each, in order"},
    {"close-lane", "N", "nobody gets a ticket of this lane any more; who stands in it is served"},
    {"counter", "LANES", "the lanes that a counter serves; all of them again, new ones last; \"-\": it is out of use"},
    {"posts", "N", "posts of the secondary check"},
    {"window", "N", "among how many of the first in line is drawn"},
    {"cap", "N", "who was overtaken so often is next"},
    {"tries", "N", "calls that may come to nothing; the last leads to the secondary check"},
    {0},
};
const char hall_change_help[] =
    "Counts from the next day of the hall on. What is not named stays. The log says that there were two, `comity desk verify` tells it of the first day\n"
    "that has the rule, and a day with a rule that no two posted does not begin.\n";
const char hall_open_help[] = "From here on tickets are given, and whoever is called is drawn. The day runs over\nmidnight, until `comity desk DIR close` or `hand-over`; after a day and a half it is handed over by itself.\n";
const char hall_close_help[] = "The last leaf of the day: nothing can happen in it any more. Whoever waits needs another ticket on another day:\nwhere people still wait, `comity desk DIR hand-over`.\n";
const char hall_over_help[] = "The day ends and the one of today begins: whoever waits goes over in her place, with her tries and how often she was overtaken; cases at counters\n"
                              "go on. The last leaf of the day commits to it, so that `comity desk verify` can follow. From midnight on.\n";

/* "1,3": bits. */
static int lanes_of(struct cli *cli, const char *text, unsigned n_lanes, uint64_t *out)
{
    str rest = str_from(text);
    *out = 0;
    while (rest.len) {
        const char *comma = memchr(rest.p, ',', rest.len);
        const size_t len = comma ? (size_t)(comma - rest.p) : rest.len;
        int64_t lane;
        if (!str_to_int(str_slice(rest, 0, len), 1, n_lanes, &lane))
            return cli_usage(cli, "--counter %s: lanes are numbers from 1 to %u, with commas between them", text, n_lanes);
        *out |= UINT64_C(1) << (lane - 1);
        rest = str_slice(rest, comma ? len + 1 : len, rest.len);
    }
    return 0;
}

static int numbers_of(struct cli *cli, struct line_rule *rule)
{
    int64_t window = 0, cap = 0, tries = 0, posts = 1;
    const struct { const char *name; int64_t min, max, *out; } numbers[] = {{"window", 1, LINE_WINDOW_MAX, &window}, {"cap", 1, UINT16_MAX, &cap},
                                                                            {"tries", 1, 100, &tries}, {"posts", 0, LINE_WINDOW_MAX, &posts}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const char *text = cli_option(cli, numbers[i].name);
        if (text && !str_to_int(str_from(text), numbers[i].min, numbers[i].max, numbers[i].out))
            return cli_usage(cli, "--%s is a number from %d to %d", numbers[i].name, (int)numbers[i].min, (int)numbers[i].max);
    }
    rule->window = (uint16_t)window;
    rule->cap = (uint16_t)cap;
    rule->tries = (uint16_t)tries;
    rule->n_posts = (uint8_t)posts;
    return 0;
}

static int setup_of(struct cli *cli, struct hall_setup *s)
{
    const char *text;
    *s = (struct hall_setup){.name = str_trim(str_from(cli->args[1]))};
    for (int i = 0; (text = cli_option_nth(cli, "lane", i)); i++) {
        if (i == LINE_LANES_MAX)
            return cli_usage(cli, "a hall has at most %d lanes", LINE_LANES_MAX);
        s->lanes[s->rule.n_lanes++] = str_from(text);
    }
    if (s->rule.n_lanes == 0)
        s->lanes[s->rule.n_lanes++] = STR("All");
    int r = numbers_of(cli, &s->rule);
    for (int i = 0; r == 0 && (text = cli_option_nth(cli, "counter", i)); i++) {
        if (i == LINE_COUNTERS_MAX)
            return cli_usage(cli, "a hall has at most %d counters", LINE_COUNTERS_MAX);
        r = lanes_of(cli, text, s->rule.n_lanes, &s->rule.serves[s->rule.n_counters++]);
    }
    return r == 0 && s->rule.n_counters == 0 ? cli_usage(cli, "which counters are there? give --counter LANES for each") : r;
}

int cmd_hall_setup(struct cli *cli)
{
    struct hall_setup setup;
    struct node *node = NULL;
    int r = cli_args(cli, 2, 2);
    if (r == 0)
        r = setup_of(cli, &setup);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r < 0)
        return r;
    struct actor operator = act_operator(cli->arena);
    r = hall_make(node, &operator, clock_now_ms(), &setup, &cli->err);
    node_close(node);
    return r < 0 ? r : cli_print(cli, str_printf(cli->arena, "%.*s\n", STR_ARG(hex_encode(cli->arena, (bytes){setup.id, ID_LEN}))));
}

int cmd_hall_list(struct cli *cli)
{
    static const char *const headings[] = {"hall", "name", ">lanes", ">counters", ">posts"};
    struct node *node = NULL;
    struct hall_setup *all;
    size_t n;
    struct buf b = buf_new(cli->arena);
    int r = cli_args(cli, 1, 1);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r < 0)
        return r;
    r = hall_list(node->db, cli->arena, &all, &n, &cli->err);
    node_close(node);
    struct table *t = table_new(cli->arena, headings, 5);
    struct out o = out_json(&b);
    if (cli->json)
        out_array(&o, NULL);
    for (size_t i = 0; r == 0 && i < n; i++) {
        const str id = hex_encode(cli->arena, (bytes){all[i].id, ID_LEN});
        if (cli->json) {
            out_object(&o, NULL);
            out_text(&o, "id", id);
            out_text(&o, "name", all[i].name);
            out_int(&o, "lanes", all[i].rule.n_lanes);
            out_int(&o, "counters", all[i].rule.n_counters);
            out_end(&o);
            continue;
        }
        table_cell(t, id);
        table_cell(t, all[i].name);
        table_cellf(t, "%u", all[i].rule.n_lanes);
        table_cellf(t, "%u", all[i].rule.n_counters);
        table_cellf(t, "%u", all[i].rule.n_posts);
    }
    if (cli->json)
        out_end(&o);
    else
        table_write(t, &b);
    return r < 0 ? r : cli_print(cli, buf_str(&b));
}

static int show_board(struct cli *cli, bool begin)
{
    struct at_hall at;
    int r = at_hall_open(cli, 0, begin, &at);
    if (r < 0)
        return r;
    r = at_hall_board(cli, &at);
    at_hall_close(&at);
    return r;
}

int cmd_hall_open(struct cli *cli)
{
    return show_board(cli, true);
}

int cmd_hall_board(struct cli *cli)
{
    return show_board(cli, false);
}

int cmd_hall_close(struct cli *cli)
{
    struct at_hall at;
    int r = at_hall_open(cli, 0, false, &at);
    if (r < 0)
        return r;
    r = hall_mark(at.hall, true, at.hand.now_ms, &cli->err);
    if (r == 0)
        r = at_hall_board(cli, &at);
    at_hall_close(&at);
    return r;
}

int cmd_hall_over(struct cli *cli)
{
    struct at_hall at;
    int r = at_hall_open(cli, 0, false, &at);
    if (r < 0)
        return r;
    r = halls_hand_over(at.halls, at.hall, at.hand.now_ms, &at.hall, &cli->err);
    if (r == 0)
        r = at_hall_board(cli, &at);
    at_hall_close(&at);
    return r;
}

/* --- another rule --- */

static int person(struct cli *cli, struct node *node, const char *option, struct member *out)
{
    const char *login = cli_option(cli, option);
    if (!login)
        return cli_usage(cli, "who? give --%s LOGIN", option);
    int r = member_by_login(node, str_from(login), cli->arena, out, &cli->err);
    if (r == 0 && (out->state == MEMBER_SUSPENDED || out->state == MEMBER_LEFT || !(out->roles & (ROLE_OFFICER | ROLE_SUPERVISOR))))
        r = err_set(&cli->err, ERR_DENIED, "%s is no officer or supervisor of this agency", login);
    return r;
}

/* What is named, onto what there is. */
static int changed(struct cli *cli, struct hall_setup *s)
{
    struct line_rule numbers = {0};
    const char *text;
    int64_t n;
    int r = numbers_of(cli, &numbers);
    if (cli_option(cli, "window"))
        s->rule.window = numbers.window;
    if (cli_option(cli, "cap"))
        s->rule.cap = numbers.cap;
    if (cli_option(cli, "tries"))
        s->rule.tries = numbers.tries;
    if (cli_option(cli, "posts"))
        s->rule.n_posts = numbers.n_posts;
    for (int i = 0; r == 0 && (text = cli_option_nth(cli, "lane", i)); i++) {
        if (i == LINE_LANES_MAX)
            return cli_usage(cli, "a hall has at most %d lanes", LINE_LANES_MAX);
        s->lanes[i] = str_from(text);
        s->rule.n_lanes = i + 1 > s->rule.n_lanes ? (uint8_t)(i + 1) : s->rule.n_lanes;
    }
    for (int i = 0; r == 0 && (text = cli_option_nth(cli, "weight", i)); i++) {
        if (i >= s->rule.n_lanes || !str_to_int(str_from(text), 1, 100, &n))
            return cli_usage(cli, "--weight is a number from 1 to 100, once for each lane");
        s->rule.lanes[i].weight = (uint16_t)n;
    }
    for (int i = 0; r == 0 && (text = cli_option_nth(cli, "close-lane", i)); i++) {
        if (!str_to_int(str_from(text), 1, s->rule.n_lanes, &n))
            return cli_usage(cli, "--close-lane is the number of a lane");
        s->rule.lanes[n - 1].needs = LINE_NOBODY;
    }
    for (int i = 0; r == 0 && (text = cli_option_nth(cli, "counter", i)); i++) {
        if (i == LINE_COUNTERS_MAX)
            return cli_usage(cli, "a hall has at most %d counters", LINE_COUNTERS_MAX);
        s->rule.n_counters = i + 1 > s->rule.n_counters ? (uint8_t)(i + 1) : s->rule.n_counters;
        s->rule.serves[i] = 0;
        if (strcmp(text, "-") != 0)
            r = lanes_of(cli, text, s->rule.n_lanes, &s->rule.serves[i]);
    }
    return r;
}

int cmd_hall_change(struct cli *cli)
{
    struct hall_setup setup;
    struct member first, second;
    struct node *node = NULL;
    int r = cli_args(cli, 1, 1);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r < 0)
        return r;
    const struct actor operator = act_operator(cli->arena);
    r = at_hall_find(cli, node, &setup);
    if (r == 0)
        r = person(cli, node, "by", &first);
    if (r == 0)
        r = person(cli, node, "and", &second);
    if (r == 0 && !((first.roles | second.roles) & ROLE_SUPERVISOR))
        r = err_set(&cli->err, ERR_DENIED, "one of the two has to be a supervisor");
    if (r == 0)
        r = changed(cli, &setup);
    if (r == 0)
        r = hall_change(node, &operator, first.id, second.id, clock_now_ms(), &setup, &cli->err);
    node_close(node);
    return r < 0 ? r : cli_print(cli, STR("it counts from the next day of the hall on\n"));
}
