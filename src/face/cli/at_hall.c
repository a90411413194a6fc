#include "face/cli/at_hall.h"

#include <inttypes.h>
#include <string.h>

#include "face/cli/out.h"
#include "face/cli/rooms.h"

static const char *const counter_words[LINE_COUNTER_STATES] = {
    [LINE_CLOSED] = "closed", [LINE_IDLE] = "open", [LINE_FREE] = "free", [LINE_ASKING] = "is being drawn", [LINE_BUSY] = "serves", [LINE_CLOSING] = "serves, then closes",
};

int at_hall_find(struct cli *cli, struct node *node, struct hall_setup *out)
{
    const str wanted = str_from(cli_option(cli, "hall"));
    struct hall_setup *all;
    size_t n, found = 0;
    int r = hall_list(node->db, cli->arena, &all, &n, &cli->err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (!wanted.len || str_eq(wanted, all[i].name) || str_eq(wanted, hex_encode(cli->arena, (bytes){all[i].id, ID_LEN}))) {
            *out = all[i];
            found++;
        }
    if (r == 0 && n == 0)
        return err_set(&cli->err, ERR_NOT_FOUND, "this agency has no hall: comity desk DIR setup NAME");
    if (r == 0 && found == 0)
        return err_set(&cli->err, ERR_NOT_FOUND, "no hall is called that: comity desk DIR halls lists them");
    return r == 0 && found > 1 ? cli_usage(cli, "which hall? give --hall: comity desk DIR halls lists them") : r;
}

int at_hall_open(struct cli *cli, int args, bool begin, struct at_hall *at)
{
    *at = (struct at_hall){.hand.now_ms = clock_now_ms()};
    int r = cli_args(cli, args + 1, args + 1);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &at->node);
    if (r < 0)
        return r;
    at->operator = act_operator(cli->arena);
    at->hand.actor = &at->operator;
    at->halls = halls_new(at->node, NULL);
    r = at_hall_find(cli, at->node, &at->posted);
    if (r == 0)
        r = halls_open(at->halls, at->posted.id, begin, at->hand.now_ms, &at->hall, &cli->err);
    if (r < 0)
        at_hall_close(at);
    return r;
}

void at_hall_close(struct at_hall *at)
{
    halls_free(at->halls);
    if (at->node)
        node_close(at->node);
    *at = (struct at_hall){0};
}

int at_hall_number(struct cli *cli, int i, const char *what, int64_t max, int64_t *out)
{
    return str_to_int(str_from(cli->args[i]), 1, max, out) ? 0 : cli_usage(cli, "%s is a number from 1 to %" PRId64, what, max);
}

static void board_json(struct buf *b, struct arena *a, const struct at_hall *at)
{
    const struct line *line = hall_line(at->hall);
    const struct line_totals *t = line_totals(line);
    const struct line_rule *rule = line_rule(line);
    struct out o = out_json(b);
    out_object(&o, NULL);
    out_text(&o, "hall", hex_encode(a, (bytes){at->posted.id, ID_LEN}));
    out_bool(&o, "closed", hall_closed(at->hall));
    out_array(&o, "counters");
    for (unsigned i = 1; i <= rule->n_counters; i++) {
        const struct line_counter *c = line_counter(line, i);
        out_object(&o, NULL);
        out_text(&o, "state", str_from(counter_words[c->state]));
        out_int(&o, "ticket", c->ticket);
        out_end(&o);
    }
    out_end(&o);
    out_array(&o, "lanes");
    for (unsigned i = 0; i < rule->n_lanes; i++) {
        out_object(&o, NULL);
        out_text(&o, "name", at->posted.lanes[i]);
        out_int(&o, "waiting", line_waiting(line, i));
        out_int(&o, "counters", line_choices(line, i));
        out_end(&o);
    }
    out_end(&o);
    const struct { const char *name; int64_t value; } totals[] = {{"tickets", t->tickets}, {"calls", t->calls}, {"weak", t->weak}, {"due", t->due},
        {"no_choice", t->no_choice}, {"overrides", t->overrides}, {"refusals", t->refusals}, {"no_shows", t->no_shows}, {"served", t->served}};
    for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++)
        out_int(&o, totals[i].name, totals[i].value);
    out_end(&o);
}

static void board_text(struct buf *b, struct arena *a, const struct at_hall *at)
{
    static const char *const counters[] = {">counter", "state", ">ticket"}, *const lanes[] = {"lane", ">waiting", ">counters", ""};
    const struct line *line = hall_line(at->hall);
    const struct line_totals *t = line_totals(line);
    char day[DATE_TEXT_MAX];
    date_format(day, date_from_days(hall_day(at->hall)));
    buf_addf(b, "%.*s, %s%s\n\n", STR_ARG(at->posted.name), day, hall_closed(at->hall) ? ": the day is over" : "");
    struct table *table = table_new(a, counters, 3);
    for (unsigned i = 1; i <= line_rule(line)->n_counters; i++) {
        const struct line_counter *c = line_counter(line, i);
        table_cellf(table, "%u", i);
        table_cell(table, str_from(counter_words[c->state]));
        table_cell(table, c->ticket ? str_printf(a, "%u", c->ticket) : STR(""));
    }
    table_write(table, b);
    buf_add(b, STR("\n"));
    table = table_new(a, lanes, 4);
    for (unsigned i = 0; i < line_rule(line)->n_lanes; i++) {
        const unsigned n = line_choices(line, i);
        table_cell(table, at->posted.lanes[i]);
        table_cellf(table, "%u", line_waiting(line, i));
        table_cellf(table, "%u", n);
        table_cell(table, n == 1 ? STR("one counter: a draw hides nothing") : STR(""));
    }
    table_write(table, b);
    buf_addf(b, "\n%u calls today: %u served, %u did not come, %u refused; %u due after being overtaken, %u without a choice of counter\n"
                "%u called without a draw, by two persons\n%u weak: drawn by one key holder alone, who could foresee it\n",
             t->calls, t->served, t->no_shows, t->refusals, t->due, t->no_choice, t->overrides, t->weak);
}

int at_hall_board(struct cli *cli, const struct at_hall *at)
{
    struct buf b = buf_new(cli->arena);
    if (cli->json)
        board_json(&b, cli->arena, at);
    else
        board_text(&b, cli->arena, at);
    return cli_print(cli, buf_str(&b));
}
