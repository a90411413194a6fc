/* comity desk DIR hold, keys: who holds shares of a hall's draw. */
#include "face/cli/at_hall.h"
#include "face/cli/commands.h"
#include "face/cli/rooms.h"
#include "ground/text/when.h"
#include "trust/peer/pair.h"
#include "work/desk/holders.h"

#include <string.h>

#define DAYS_USUAL 90

const char desk_hold_help[] =
    "From now on this node takes part when PARTNER makes keys for a hall, and answers for its calls: each once, for the records that it was told of\n"
    "first. What it answered is in this node's own log.\n";

const struct cli_option desk_keys_options[] = {
    AT_HALL_OPTION,
    {"from", "DATE", "the first day (default: the day after tomorrow)"},
    {"until", "DATE", "the last day (default: 90 days later)"},
    {"needed", "N", "how many answers make a draw (default 2)"},
    {"again", "REASON", "a holder that was at fault when keys were made takes part again, for this reason, which is in the log"},
    {0},
};
const char desk_keys_help[] =
    "This agency holds the first share, each PARTNER another. All have to serve now, to have said `comity desk DIR hold`, and to be paired with each\n"
    "other. Nobody ever has the whole key. It is in the log of each, and draws 24 hours later at the earliest.\n";

int cmd_desk_hold(struct cli *cli)
{
    struct node *node = NULL;
    struct partner p;
    int r = cli_args(cli, 2, 2);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r < 0)
        return r;
    struct actor operator = act_operator(cli->arena);
    r = partner_find(node->db, cli->arena, str_from(cli->args[1]), &p, &cli->err);
    if (r == 0)
        r = holders_allow(node, &operator, p.id, clock_now_ms(), &cli->err);
    node_close(node);
    return r;
}

static int day_option(struct cli *cli, const char *name, int64_t usual, uint32_t *out)
{
    const char *text = cli_option(cli, name);
    struct date day;
    if (text && (!date_parse_iso(str_from(text), &day) || !date_known(day)))
        return cli_usage(cli, "--%s is a day, for example 2026-11-30", name);
    *out = (uint32_t)(text ? date_to_days(day) : usual);
    return 0;
}

static int what_of(struct cli *cli, struct holders_what *w)
{
    const char *needed = cli_option(cli, "needed");
    const int64_t today = date_to_days(when_day_in(node_time_zone(cli->args[0], cli->arena), clock_now_ms())); /* where its halls are */
    int64_t n = 2;
    w->setup.holders = (uint8_t)cli->n_args; /* the folder stands for our own */
    if (needed && !str_to_int(str_from(needed), 1, cli->n_args, &n))
        return cli_usage(cli, "--needed is a number from 1 to %d", cli->n_args);
    w->setup.needed = (uint8_t)n;
    crypto_random(w->setup.id, ID_LEN);
    int r = day_option(cli, "from", today + 2, &w->from_day);
    if (r == 0)
        r = day_option(cli, "until", (int64_t)w->from_day + DAYS_USUAL, &w->until_day);
    return r == 0 && w->until_day < w->from_day ? cli_usage(cli, "--until is before --from: the key would draw on no day") : r;
}

int cmd_desk_keys(struct cli *cli)
{
    struct holders_what w = {0};
    struct hall_setup hall = {0};
    struct node *node = NULL;
    struct http_identity identity = {0};
    uint8_t own[SIGN_PUBLIC_LEN];
    int r = cli_args(cli, 2, THRESHOLD_HOLDERS_MAX);
    if (r == 0)
        r = crypto_open(&cli->err);
    if (r == 0)
        r = what_of(cli, &w);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r < 0)
        return r;
    const struct actor operator = act_operator(cli->arena);
    keyring_public(node->keys, KEYRING_AGENCY, own);
    partner_id(own, w.agencies[0]);
    r = at_hall_find(cli, node, &hall);
    memcpy(w.hall, hall.id, ID_LEN);
    for (int i = 1; r == 0 && i < cli->n_args; i++) {
        struct partner p;
        r = partner_find(node->db, cli->arena, str_from(cli->args[i]), &p, &cli->err);
        if (r == 0)
            memcpy(w.agencies[i], p.id, ID_LEN);
    }
    for (int i = 0; r == 0 && cli_option(cli, "again") && i < cli->n_args; i++)
        r = holders_forgive(node, &operator, w.hall, w.agencies[i], str_from(cli_option(cli, "again")), clock_now_ms(), &cli->err);
    if (r == 0)
        r = pair_identity(node, cli->arena, clock_now_ms(), &identity, &cli->err);
    if (r == 0)
        r = holders_make(node, &identity, &w, clock_now_ms(), &cli->err);
    http_identity_close(&identity);
    node_close(node);
    return r < 0 ? r : cli_print(cli, STR("the key is made; it is in the log of each holder\n"));
}
