/* comity desk DIR sit, leave, ticket, call, done ...: what is pressed in a hall, where a post has no browser. Whoever has the machine presses for
 * the officers; the log says so. */
#include <inttypes.h>
#include <string.h>

#include "face/cli/at_hall.h"
#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "trust/people/member.h"
#include "work/desk/override.h"
#include "work/rota/rotas_halves.h"
#include "work/watch/flags.h"

const struct cli_option hall_sit_options[] = {AT_HALL_OPTION, {"officer", "LOGIN", "whose counter it is from now on"}, {0}};
const struct cli_option hall_ticket_options[] = {
    AT_HALL_OPTION,
    {"lane", "N", "the lane, from 1 (default 1)"},
    {"document", "NUMBER", "of the document that it is given for; \"-\": read from standard input"},
    {"party", "N", "how many travel on it: a family is one ticket (default 1)"},
    {0},
};
const char hall_ticket_help[] =
    "Prints the number, and the salt that goes on the paper and is kept nowhere: with it and the document everybody sees at the counter whether\n"
    "they belong together. The number of the document is not kept.\n";
const char hall_call_help[] = "Every free counter gets its call. A node that serves does this by itself; here it is done now, and the board is shown.\n";
const struct cli_option hall_override_options[] = {
    AT_HALL_OPTION,
    {"by", "LOGIN", "the one who asks for it"},
    {"and", "LOGIN", "the other who agrees; one of them is a supervisor"},
    {"why", "TEXT", "the reason; sealed in the log"},
    {0},
};
const char hall_override_help[] =
    "The ticket is called to the counter without a draw, as soon as that is free. It is in the record of the day, counted, and on the board.\n";
const char hall_press_help[] = "done: served. no-show: called and did not come. refuse: will not go there. mismatch: another document than the ticket's. return: a no-show is\n"
                               "back. void: lost, left, given back.\n";

static int officer(struct cli *cli, struct at_hall *at, const char *option, struct member *out)
{
    const char *login = cli_option(cli, option);
    if (!login)
        return cli_usage(cli, "who? give --%s LOGIN", option);
    int r = member_by_login(at->node, str_from(login), cli->arena, out, &cli->err);
    if (r == 0 && (out->state == MEMBER_SUSPENDED || out->state == MEMBER_LEFT || !(out->roles & (ROLE_OFFICER | ROLE_SUPERVISOR))))
        r = err_set(&cli->err, ERR_DENIED, "%s is no officer or supervisor of this agency", login);
    return r;
}

/* The counter that the rota's lot drew for her now. */
static int drawn(struct cli *cli, struct at_hall *at, const struct member *m, int64_t *counter)
{
    const struct rotas_asked asked = {at->posted.id, m->id, m->login, rotas_minute(at->node, at->hand.now_ms), at->hand.now_ms};
    struct rotas_half half;
    int r = rotas_half_now(at->node, &at->operator, &asked, &half, &cli->err);
    *counter = half.counter;
    return r == 0 && !half.counter ? cli_usage(cli, "no counter is drawn for her now: say which, comity desk DIR sit COUNTER") : r;
}

int cmd_hall_sit(struct cli *cli)
{
    struct at_hall at;
    struct member m;
    int64_t counter = 0;
    const bool says_which = cli->n_args > 1;
    int r = at_hall_open(cli, says_which, false, &at);
    if (r < 0)
        return r;
    if (says_which)
        r = at_hall_number(cli, 1, "a counter", LINE_COUNTERS_MAX, &counter);
    if (r == 0)
        r = officer(cli, &at, "officer", &m);
    if (r == 0 && !says_which)
        r = drawn(cli, &at, &m, &counter);
    if (r == 0) {
        memcpy(at.operator.member, m.id, ID_LEN);
        r = hall_sit(&at.hand, at.hall, (unsigned)counter, &cli->err);
    }
    at_hall_close(&at);
    return r;
}

static str document_of(struct cli *cli, char typed[static HALL_DOCUMENT_MAX + 2])
{
    const char *given = cli_option(cli, "document");
    if (!given || strcmp(given, "-") != 0)
        return str_from(given);
    return fgets(typed, HALL_DOCUMENT_MAX + 2, stdin) ? str_trim(str_from(typed)) : STR("");
}

int cmd_hall_ticket(struct cli *cli)
{
    struct at_hall at;
    struct hall_ticket ticket;
    char typed[HALL_DOCUMENT_MAX + 2] = "";
    int64_t lane = 1, party = 1;
    if (cli_option(cli, "lane") && !str_to_int(str_from(cli_option(cli, "lane")), 1, LINE_LANES_MAX, &lane))
        return cli_usage(cli, "--lane is a number from 1");
    if (cli_option(cli, "party") && !str_to_int(str_from(cli_option(cli, "party")), 1, UINT16_MAX, &party))
        return cli_usage(cli, "--party is a number from 1");
    int r = at_hall_open(cli, 0, false, &at);
    if (r < 0)
        return r;
    const uint32_t eligible = lane <= at.posted.rule.n_lanes ? line_rule(hall_line(at.hall))->lanes[lane - 1].needs : 0; /* seen by whoever gives it */
    at.hand.given = flags_given;
    r = hall_enter(&at.hand, at.hall, (unsigned)lane - 1, (unsigned)party, eligible, document_of(cli, typed), &ticket, &cli->err);
    at_hall_close(&at);
    if (r < 0)
        return r;
    struct buf b = buf_new(cli->arena);
    const str salt = hex_encode(cli->arena, (bytes){ticket.salt, sizeof ticket.salt});
    if (cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        out_int(&o, "ticket", ticket.number);
        out_text(&o, "salt", salt);
        out_end(&o);
    } else {
        buf_addf(&b, "ticket %u\nsalt   %.*s\n", ticket.number, STR_ARG(salt));
    }
    return cli_print(cli, buf_str(&b));
}

int cmd_hall_call(struct cli *cli)
{
    struct at_hall at;
    unsigned calls;
    int r = at_hall_open(cli, 0, false, &at);
    if (r < 0)
        return r;
    r = halls_call(at.halls, at.hall, at.hand.now_ms, &calls, &cli->err);
    if (r == 0)
        r = at_hall_board(cli, &at);
    at_hall_close(&at);
    return r;
}

/* The command's last word says what is pressed. */
int cmd_hall_press(struct cli *cli)
{
    static const struct { const char *word, *what; enum line_kind kind; bool counter; } presses[] = {
        {"desk leave", "a counter", LINE_CLOSE, true}, {"desk done", "a ticket", LINE_END, false},   {"desk no-show", "a ticket", LINE_NO_SHOW, false},
        {"desk refuse", "a ticket", LINE_REFUSE, false}, {"desk mismatch", "a ticket", LINE_MISMATCH, false}, {"desk return", "a ticket", LINE_RETURN, false},
        {"desk void", "a ticket", LINE_VOID, false},
    };
    size_t i = 0;
    struct at_hall at;
    int64_t number;
    while (strcmp(presses[i].word, cli->command->name) != 0)
        i++;
    int r = at_hall_open(cli, 1, false, &at);
    if (r < 0)
        return r;
    r = at_hall_number(cli, 1, presses[i].what, INT32_MAX, &number);
    const struct line_event e = {.kind = presses[i].kind, .ticket = presses[i].counter ? 0 : (uint32_t)number, .counter = presses[i].counter ? (uint16_t)number : 0};
    if (r == 0)
        r = hall_press(&at.hand, at.hall, &e, NULL, &cli->err);
    at_hall_close(&at);
    return r;
}

int cmd_hall_override(struct cli *cli)
{
    const char *why = cli_option(cli, "why");
    struct at_hall at;
    struct member first, second;
    int64_t counter, ticket;
    int r = at_hall_open(cli, 2, false, &at);
    if (r < 0)
        return r;
    r = at_hall_number(cli, 1, "a counter", LINE_COUNTERS_MAX, &counter);
    if (r == 0)
        r = at_hall_number(cli, 2, "a ticket", INT32_MAX, &ticket);
    if (r == 0 && !why)
        r = cli_usage(cli, "say why: --why TEXT");
    if (r == 0)
        r = officer(cli, &at, "by", &first);
    if (r == 0)
        r = officer(cli, &at, "and", &second);
    if (r == 0 && !((first.roles | second.roles) & ROLE_SUPERVISOR))
        r = err_set(&cli->err, ERR_DENIED, "one of the two has to be a supervisor");
    if (r == 0) {
        const struct line_ticket *t = line_ticket(hall_line(at.hall), (uint32_t)ticket);
        if (!t || t->state != LINE_WAITING)
            r = err_set(&cli->err, ERR_INPUT, "ticket %" PRId64 " does not wait: it is %s", ticket, t ? line_state_word(t->state) : "not given today");
    }
    if (r == 0) {
        struct override o = {.day = hall_day(at.hall), .ticket = (uint32_t)ticket, .counter = (uint16_t)counter};
        memcpy(o.hall, at.posted.id, ID_LEN);
        r = override_by(at.node, &at.operator, &o, first.id, second.id, str_from(why), at.hand.now_ms, &cli->err);
    }
    at_hall_close(&at);
    return r;
}
