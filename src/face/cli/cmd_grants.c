/* comity grants: what was given to partners and by them, who has said that it can no longer read it, and who is overdue. */
#include <inttypes.h>
#include <string.h>

#include "face/cli/commands.h"
#include "face/cli/grant_options.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "trust/grant/grant.h"

const struct cli_option grants_options[] = {
    {"ours", NULL, "only those this agency gave"},
    {"held", NULL, "only those it holds from others"},
    {"overdue", NULL, "only those that ended a day ago or more, and somebody has not said that it lost the read"},
    {0},
};
const char grants_help[] =
    "Each grant is for one letter. Ended ones stand as withdrawn or expired until every holder, down the whole chain, has said with\n"
    "its signature that it can no longer read the letter; then as settled. A node that is honest erases what was recalled; one\n"
    "that is not can keep a copy, and no program can prevent that.\n";

const char grants_show_help[] =
    "One grant whole: what it allows, and every holder below it with the time of its signed word.\n";

const struct cli_option grants_receipt_options[] = {
    {"out", "FILE", "write it there instead of to standard output"},
    {0},
};
const char grants_receipt_help[] =
    "The holder's signed word that it can no longer read what it was given, and to whom it had passed it on: of a grant of yours, or\n"
    "of one below it that `comity grants DIR show` names. `comity verify` checks it with nothing but that agency's public key.\n";

const struct cli_option grants_change_options[] = {
    {"reference", "WHY", "why it is changed; kept sealed in the log"},
    GRANT_TERM_OPTIONS,
    {0},
};
const char grants_change_help[] =
    "The next version of a grant goes to the holder; what is not said stays. What the holder has passed on and is wider than the new\n"
    "terms is recalled there. Which letter it is for, what of it and what for cannot be changed.\n";

const struct cli_option grants_withdraw_options[] = {
    {"reference", "WHY", "why it is taken back; kept sealed in the log, told to nobody"},
    {0},
};
const char grants_withdraw_help[] =
    "The recall goes to the holder, whose node erases the letter's key, recalls what it passed on, and says so. Again: the\n"
    "recall goes out again, for a holder that restored an old backup.\n";

static const char *const state_words[] = {[GRANT_LIVE] = "live", [GRANT_WITHDRAWN] = "withdrawn", [GRANT_EXPIRED] = "expired", [GRANT_SETTLED] = "settled"};

static str time_text(struct arena *a, int64_t ms)
{
    char text[CLOCK_TEXT_MAX];
    if (ms == 0)
        return STR("");
    clock_format(text, ms);
    return str_dup(a, str_slice(str_from(text), 0, 16)); /* to the minute */
}

static str id_text(struct arena *a, const uint8_t id[static ID_LEN])
{
    return hex_encode(a, (bytes){id, ID_LEN});
}

struct names { struct partner *partners; size_t n; };

/* The short name of a partner; the id of an agency that is none. */
static str name_of(struct arena *a, const struct names *names, const uint8_t id[static ID_LEN])
{
    for (size_t i = 0; i < names->n; i++)
        if (memcmp(names->partners[i].id, id, ID_LEN) == 0)
            return names->partners[i].name;
    return id_text(a, id);
}

/* --- as JSON --- */

static void json_time(struct out *o, const char *key, int64_t ms)
{
    if (ms)
        out_int(o, key, ms);
    else
        out_null(o, key);
}

static void json_item(struct cli *cli, struct out *o, const struct names *names, const struct grant_item *item)
{
    const struct grant *g = &item->grant;
    struct arena *a = cli->arena;
    out_text(o, "grant", id_text(a, g->id));
    out_bool(o, "ours", item->ours);
    out_text(o, "letter", id_text(a, g->object));
    out_text(o, "partner", name_of(a, names, item->ours ? g->holder : g->issuer));
    out_text(o, "owner", id_text(a, g->owner));
    if (g->has_parent)
        out_text(o, "parent", id_text(a, g->parent));
    out_int(o, "version", g->version);
    out_int(o, "depth", item->depth);
    out_text(o, "purpose", g->purpose);
    out_text(o, "fields", g->fields);
    out_text(o, "handling", str_from(grant_handling_names[g->handling]));
    out_text(o, "conditions", g->handling_words);
    out_text(o, "evaluation", str_printf(a, "%c%c", g->source, g->information));
    out_text(o, "tlp", str_from(grant_tlp_names[g->tlp]));
    out_int(o, "issued_ms", g->issued_ms);
    out_int(o, "expires_ms", g->expires_ms);
    out_text(o, "state", str_from(state_words[item->state]));
    json_time(o, "ended_ms", item->ended_ms);
    json_time(o, "recalled_ms", item->recalled_ms);
    json_time(o, "received_ms", item->received_ms);
    json_time(o, "acknowledged_ms", item->acknowledged_ms);
    out_bool(o, "overdue", item->overdue);
    out_int(o, "below", item->below);
    out_int(o, "below_acknowledged", item->below_acknowledged);
}

/* --- for people --- */

static str stands(struct arena *a, const struct grant_item *item)
{
    return str_printf(a, "%s%s", state_words[item->state], item->overdue ? ", OVERDUE" : "");
}

static void list_table(struct cli *cli, const struct names *names, const struct grant_item *items, size_t n, struct buf *b)
{
    static const char *const headings[] = {"grant", "", "partner", "handling", "tlp", "expires", "state", "acknowledged", ">below"};
    struct table *t = table_new(cli->arena, headings, 9);
    for (size_t i = 0; i < n; i++) {
        const struct grant_item *item = &items[i];
        const struct grant *g = &item->grant;
        table_cell(t, id_text(cli->arena, g->id));
        table_cell(t, item->ours ? STR("to") : STR("from"));
        table_cell(t, name_of(cli->arena, names, item->ours ? g->holder : g->issuer));
        table_cellf(t, "%s %c%c", grant_handling_names[g->handling], g->source, g->information);
        table_cell(t, str_from(grant_tlp_names[g->tlp]));
        table_cell(t, time_text(cli->arena, g->expires_ms));
        table_cell(t, stands(cli->arena, item));
        table_cell(t, time_text(cli->arena, item->acknowledged_ms));
        if (item->below)
            table_cellf(t, "%" PRId64 " of %" PRId64, item->below_acknowledged, item->below);
        else
            table_cell(t, STR(""));
    }
    table_write(t, b);
}

static void show_people(struct cli *cli, const struct names *names, const struct grant_item *item, const struct grant_holder *holders, size_t n,
                        struct buf *b)
{
    const struct grant *g = &item->grant;
    struct arena *a = cli->arena;
    buf_addf(b, "grant %s, %s %.*s, for letter %s\n", id_text(a, g->id).p, item->ours ? "given to" : "held from",
             STR_ARG(name_of(a, names, item->ours ? g->holder : g->issuer)), id_text(a, g->object).p);
    if (g->has_parent)
        buf_addf(b, "passed on under grant %s; the owner is %.*s\n", id_text(a, g->parent).p, STR_ARG(name_of(a, names, g->owner)));
    buf_addf(b, "purpose %.*s, fields %.*s, %s (%s%s%.*s), evaluation %c%c, TLP %s\n", STR_ARG(g->purpose), STR_ARG(g->fields),
             grant_handling_names[g->handling], grant_handling_says(g->handling), g->handling_words.len ? ": " : "", STR_ARG(g->handling_words),
             g->source, g->information, grant_tlp_names[g->tlp]);
    buf_addf(b, "version %u of %s, expires %s\n", (unsigned)g->version, time_text(a, g->issued_ms).p, time_text(a, g->expires_ms).p);
    buf_addf(b, "%s%s%s\n", stands(a, item).p, item->ended_ms ? " since " : "", item->ended_ms ? time_text(a, item->ended_ms).p : "");
    if (item->recalled_ms)
        buf_addf(b, "asked back %s, %s%s\n", time_text(a, item->recalled_ms).p, item->received_ms ? "received there " : "not yet received there",
                 item->received_ms ? time_text(a, item->received_ms).p : "");
    if (item->acknowledged_ms)
        buf_addf(b, "%s said %s that it can no longer read it\n", item->ours ? "the holder" : "this node", time_text(a, item->acknowledged_ms).p);
    for (size_t i = 0; i < n; i++)
        buf_addf(b, "below: %.*s, grant %s, %s%s\n", STR_ARG(name_of(a, names, holders[i].holder)), id_text(a, holders[i].grant).p,
                 holders[i].acknowledged_ms ? "said so " : "has not said so", holders[i].acknowledged_ms ? time_text(a, holders[i].acknowledged_ms).p : "");
}

/* --- the commands --- */

static int all_grants(struct cli *cli, struct node *node, struct names *names, struct grant_item **items, size_t *n)
{
    int r = partner_list(node->db, cli->arena, &names->partners, &names->n, &cli->err);
    return r < 0 ? r : grant_list(node, cli->arena, clock_now_ms(), items, n, &cli->err);
}

static size_t chosen(const struct cli *cli, struct grant_item *items, size_t n)
{
    bool ours = cli_option(cli, "ours"), held = cli_option(cli, "held"), overdue = cli_option(cli, "overdue");
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if ((ours == held || items[i].ours == ours) && (!overdue || items[i].overdue))
            items[kept++] = items[i];
    return kept;
}

int cmd_grants(struct cli *cli)
{
    struct node *node = NULL;
    struct names names = {0};
    struct grant_item *items;
    size_t n;
    struct buf b = buf_new(cli->arena);
    int r = cli_args(cli, 1, 1);
    if (r < 0 || (r = cli_node_open(cli, cli->args[0], &node)) < 0)
        return r;
    r = all_grants(cli, node, &names, &items, &n);
    node_close(node);
    if (r < 0)
        return r;
    n = chosen(cli, items, n);
    if (cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        out_array(&o, "grants");
        for (size_t i = 0; i < n; i++) {
            out_object(&o, NULL);
            json_item(cli, &o, &names, &items[i]);
            out_end(&o);
        }
        out_end(&o);
        out_end(&o);
    } else {
        list_table(cli, &names, items, n, &b);
    }
    return cli_print(cli, buf_str(&b));
}

static int grant_argument(struct cli *cli, uint8_t id[static ID_LEN])
{
    if (!hex_decode_into(str_from(cli->args[1]), id, ID_LEN))
        return cli_usage(cli, "ID is %d letters and digits (0-9, a-f), as comity grants shows it", 2 * ID_LEN);
    return 0;
}

static int show(struct cli *cli, struct node *node, const uint8_t id[static ID_LEN], struct buf *b)
{
    struct names names = {0};
    struct grant_item item;
    struct grant_holder *holders = NULL;
    size_t n_holders = 0;
    int r = partner_list(node->db, cli->arena, &names.partners, &names.n, &cli->err);
    if (r < 0 || (r = grant_find(node, cli->arena, id, clock_now_ms(), &item, &cli->err)) < 0)
        return r;
    if (item.ours && (r = grant_holders(node, cli->arena, id, &holders, &n_holders, &cli->err)) < 0)
        return r;
    if (!cli->json) {
        show_people(cli, &names, &item, holders, n_holders, b);
        return 0;
    }
    struct out o = out_json(b);
    out_object(&o, NULL);
    json_item(cli, &o, &names, &item);
    out_array(&o, "holders");
    for (size_t i = 0; i < n_holders; i++) {
        out_object(&o, NULL);
        out_text(&o, "grant", id_text(cli->arena, holders[i].grant));
        out_text(&o, "holder", id_text(cli->arena, holders[i].holder));
        json_time(&o, "acknowledged_ms", holders[i].acknowledged_ms);
        out_end(&o);
    }
    out_end(&o);
    out_end(&o);
    return 0;
}

int cmd_grants_show(struct cli *cli)
{
    struct node *node = NULL;
    uint8_t id[ID_LEN];
    struct buf b = buf_new(cli->arena);
    int r = cli_args(cli, 2, 2);
    if (r == 0)
        r = grant_argument(cli, id);
    if (r < 0 || (r = cli_node_open(cli, cli->args[0], &node)) < 0)
        return r;
    r = show(cli, node, id, &b);
    node_close(node);
    return r < 0 ? r : cli_print(cli, buf_str(&b));
}

static int report(struct cli *cli, const uint8_t id[static ID_LEN], int64_t leaf, const char *sentence)
{
    struct buf b = buf_new(cli->arena);
    if (cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        out_text(&o, "grant", id_text(cli->arena, id));
        out_int(&o, "leaf", leaf);
        out_end(&o);
    } else {
        buf_addf(&b, "%s; comity grants %s show %s says how it stands\n", sentence, cli->args[0], id_text(cli->arena, id).p);
    }
    return cli_print(cli, buf_str(&b));
}

int cmd_grants_receipt(struct cli *cli)
{
    struct node *node = NULL;
    uint8_t id[ID_LEN];
    str text;
    const char *file = cli_option(cli, "out");
    int r = cli_args(cli, 2, 2);
    if (r == 0)
        r = grant_argument(cli, id);
    if (r < 0 || (r = cli_node_open(cli, cli->args[0], &node)) < 0)
        return r;
    r = grant_word(node, cli->arena, id, &text, &cli->err);
    node_close(node);
    if (r < 0)
        return r;
    text = str_printf(cli->arena, "%.*s\n", STR_ARG(text));
    return file ? file_write(file, str_bytes(text), FILE_MODE_PRIVATE, &cli->err) : cli_print(cli, text);
}

struct changing { const uint8_t *id; const struct grant *terms; };

static int change(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct changing *c = arg;
    act->has_object = true;
    memcpy(act->object, c->id, ID_LEN);
    return grant_change(node, act, c->id, c->terms, err);
}

static int change_it(struct cli *cli, struct node *node, const uint8_t id[static ID_LEN])
{
    struct grant_item item;
    struct grant terms;
    int64_t now = clock_now_ms();
    int r = grant_find(node, cli->arena, id, now, &item, &cli->err);
    if (r < 0 || (r = grant_options_read(cli, &item.grant, now, &terms)) < 0)
        return r;
    struct actor operator = act_operator(cli->arena);
    struct act act = {.verb = VERB_GRANT, .actor = &operator, .purpose = item.grant.purpose, .reference = str_from(cli_option(cli, "reference")),
                      .now_ms = now};
    struct changing c = {id, &terms};
    r = act_run(node, &act, change, &c, &cli->err);
    return r < 0 ? r : report(cli, id, act.leaf_index, "changed; the new version is in the outbox");
}

int cmd_grants_change(struct cli *cli)
{
    struct node *node = NULL;
    uint8_t id[ID_LEN];
    int r = cli_args(cli, 2, 2);
    if (r == 0)
        r = grant_argument(cli, id);
    if (r == 0 && !cli_option(cli, "reference"))
        r = cli_usage(cli, "--reference is needed: why is it changed?");
    if (r < 0 || (r = cli_node_open(cli, cli->args[0], &node)) < 0)
        return r;
    r = change_it(cli, node, id);
    node_close(node);
    return r;
}

static int withdraw(struct node *node, struct act *act, void *arg, struct err *err)
{
    act->has_object = true;
    memcpy(act->object, arg, ID_LEN);
    return grant_withdraw(node, act, arg, err);
}

int cmd_grants_withdraw(struct cli *cli)
{
    struct node *node = NULL;
    uint8_t id[ID_LEN];
    const char *reference = cli_option(cli, "reference");
    int r = cli_args(cli, 2, 2);
    if (r == 0)
        r = grant_argument(cli, id);
    if (r == 0 && !reference)
        r = cli_usage(cli, "--reference is needed: why is it taken back?");
    if (r < 0 || (r = cli_node_open(cli, cli->args[0], &node)) < 0)
        return r;
    struct actor operator = act_operator(cli->arena);
    struct act act = {.verb = VERB_WITHDRAW, .actor = &operator, .reference = str_from(reference), .now_ms = clock_now_ms()};
    r = act_run(node, &act, withdraw, id, &cli->err);
    node_close(node);
    return r < 0 ? r : report(cli, id, act.leaf_index, "withdrawn; the recall is in the outbox");
}
