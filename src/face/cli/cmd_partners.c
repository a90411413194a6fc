/* comity partners: who they are, what their keys are, and what becomes of them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "ground/report/qr.h"
#include "trust/peer/directory.h"

#define REASON {"reference", "TEXT", "why: kept sealed, never in the log"}

const struct cli_option partners_show_options[] = {{"qr", NULL, "show the fingerprint as a QR code too"}, {0}};
const struct cli_option partners_suspend_options[] = {REASON, {0}};
const struct cli_option partners_revoke_options[] = {{"from", "INDEX", "the first leaf of its log that its key no longer signs for"}, REASON, {0}};
const struct cli_option partners_confirm_options[] = {
    {"fingerprint", "TEXT", "the digits or the words that the partner read out; without it you are asked (on a terminal)"},
    REASON,
    {0},
};

const char partners_show_help[] = "Keys as fingerprints, what was announced and waits to be confirmed, whether it is suspended.\n";
const char partners_suspend_help[] =
    "From now on it is answered nothing, asks nothing and gets no letters, except those that take something back. What it holds\n"
    "it keeps until you withdraw it: comity grants.\n";
const char partners_resume_help[] = "Ends a suspension.\n";
const char partners_revoke_help[] =
    "For an agency whose key was stolen or lost: receipts that stand in its log before this leaf remain good, later ones are\n"
    "refused. There is no way back: it pairs anew, under a new key. Again with a smaller index moves the place down.\n";
const char partners_confirm_help[] =
    "A partner replaces its transport, log or witness key and announces that, signed with its agency key; nothing of it counts\n"
    "until here. Call them on a number you know, and compare the fingerprint. FILE is a new invitation of theirs, when their\n"
    "node cannot be reached any more.\n";

/* Opens the node and finds the partner; the arguments are DIR PARTNER and up to `more`. */
static int begin(struct cli *cli, int more, struct node **node, struct partner *p)
{
    int r = cli_args(cli, 2, 2 + more);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], node);
    return r < 0 ? r : partner_find((*node)->db, cli->arena, str_from(cli->args[1]), p, &cli->err);
}

static const char *status_word(enum partner_status status)
{
    return status == PARTNER_ACTIVE ? "active" : status == PARTNER_SUSPENDED ? "suspended" : "revoked";
}

static str moment(struct arena *a, int64_t ms)
{
    char text[CLOCK_TEXT_MAX];
    clock_format(text, ms);
    return str_dup(a, str_from(text));
}

static void show_json(struct cli *cli, const struct partner *p, const struct wire_fingerprint *now, const struct wire_fingerprint *announced,
                      struct buf *b)
{
    struct out o = out_json(b);
    out_object(&o, NULL);
    out_text(&o, "name", p->name);
    out_text(&o, "id", partner_id_text(p, cli->arena));
    out_text(&o, "agency", p->agency);
    out_text(&o, "status", str_from(status_word(p->status)));
    if (p->status == PARTNER_REVOKED)
        out_int(&o, "revoked_from", p->revoked_index);
    out_text(&o, "fingerprint", str_from(now->digits));
    out_text(&o, "words", str_from(now->words));
    if (p->letter_key_until_ms)
        out_text(&o, "letter_key_until", moment(cli->arena, p->letter_key_until_ms));
    if (announced) {
        out_text(&o, "announced_fingerprint", str_from(announced->digits));
        out_text(&o, "announced_words", str_from(announced->words));
    }
    out_end(&o);
}

static void show_text(struct cli *cli, const struct partner *p, const struct wire_fingerprint *now, const struct wire_fingerprint *announced,
                      struct buf *b)
{
    buf_addf(b, "%.*s: %.*s (%.*s, %.*s)\n", STR_ARG(p->name), STR_ARG(p->agency), STR_ARG(p->kind), STR_ARG(p->country));
    buf_addf(b, "reached at   %.*s\n", STR_ARG(p->address.len ? p->address : STR("nowhere: it comes itself")));
    if (p->status == PARTNER_ACTIVE)
        buf_addf(b, "status       active, %" PRId64 " questions a day\n", p->daily_budget);
    else
        buf_addf(b, "status       %s since %.*s\n", status_word(p->status), STR_ARG(moment(cli->arena, p->status_ms)));
    if (p->status == PARTNER_REVOKED)
        buf_addf(b, "             its key counts for its log before leaf %" PRId64 "\n", p->revoked_index);
    buf_addf(b, "fingerprint  %s\n             %s\n", now->digits, now->words);
    if (p->letter_key_until_ms)
        buf_addf(b, "letter key   until %.*s\n", STR_ARG(moment(cli->arena, p->letter_key_until_ms)));
    else
        buf_add(b, STR("letter key   none yet: it comes when the partner is reached\n"));
    if (announced)
        buf_addf(b, "\nIT ANNOUNCES OTHER KEYS. Call them on a number you know; they must read out\n\n    %s\n    %s\n\n"
                 "and if it is the same: comity partners %s confirm %s\n", announced->digits, announced->words, cli->args[0], cli->args[1]);
}

int cmd_partners_show(struct cli *cli)
{
    struct node *node = NULL;
    struct partner p;
    struct wire_card card;
    struct wire_fingerprint now, announced;
    struct buf b = buf_new(cli->arena);
    str code;
    int r = begin(cli, 0, &node, &p);
    if (r < 0 || (r = directory_announced(node->db, &p, cli->arena, &card, &cli->err)) < 0)
        goto out;
    directory_fingerprint(cli->arena, &p, &now);
    if (r > 0)
        wire_fingerprint(cli->arena, &card, &announced);
    (cli->json ? show_json : show_text)(cli, &p, &now, r > 0 ? &announced : NULL, &b);
    r = 0;
    if (cli_option(cli, "qr") && !cli->json && (r = qr_terminal(cli->arena, str_from(now.words), &code, &cli->err)) == 0)
        buf_add(&b, code);
    if (r == 0)
        r = cli_print(cli, buf_str(&b));
out:
    node_close(node);
    return r;
}

static int say(struct cli *cli, const struct partner *p, const char *status, const char *words)
{
    struct buf b = buf_new(cli->arena);
    if (cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        out_text(&o, "partner", p->name);
        out_text(&o, "status", str_from(status));
        out_end(&o);
    } else {
        buf_addf(&b, "%.*s %s\n", STR_ARG(p->name), words);
    }
    return cli_print(cli, buf_str(&b));
}

static int suspend(struct cli *cli, bool stop)
{
    struct node *node = NULL;
    struct partner p;
    int r = begin(cli, 0, &node, &p);
    struct actor operator = act_operator(cli->arena);
    if (r == 0)
        r = directory_suspend(node, &operator, &p, stop, str_from(cli_option(cli, "reference")), clock_now_ms(), &cli->err);
    if (r == 0)
        r = say(cli, &p, stop ? "suspended" : "active", stop ? "is suspended: it is answered nothing, and nothing new goes there" : "is active again");
    node_close(node);
    return r;
}

int cmd_partners_suspend(struct cli *cli)
{
    return suspend(cli, true);
}

int cmd_partners_resume(struct cli *cli)
{
    return suspend(cli, false);
}

int cmd_partners_revoke(struct cli *cli)
{
    struct node *node = NULL;
    struct partner p;
    int64_t from = -1;
    const char *given = cli_option(cli, "from");
    if (!given || !str_to_int(str_from(given), 0, INT64_MAX, &from))
        return cli_usage(cli, "--from is the index of the first leaf that counts no more, from 0");
    int r = begin(cli, 0, &node, &p);
    struct actor operator = act_operator(cli->arena);
    if (r == 0)
        r = directory_revoke(node, &operator, &p, from, str_from(cli_option(cli, "reference")), clock_now_ms(), &cli->err);
    if (r == 0)
        r = say(cli, &p, "revoked", "is revoked: what its log had before that leaf stands, nothing later; it can only be paired anew");
    node_close(node);
    return r;
}

/* The card that is to be confirmed: a file, or what was announced. */
static int find_card(struct cli *cli, struct node *node, const struct partner *p, struct wire_card *card)
{
    bytes text;
    int r;
    if (cli->n_args < 3) {
        r = directory_announced(node->db, p, cli->arena, card, &cli->err);
        return r == 0 ? err_set(&cli->err, ERR_NOT_FOUND, "%.*s has announced no other keys", STR_ARG(p->name)) : r < 0 ? r : 0;
    }
    r = file_read(cli->arena, cli->args[2], WIRE_CARD_MAX, &text, &cli->err);
    return r < 0 ? r : wire_card_read(cli->arena, text, card, &cli->err);
}

static int compare(struct cli *cli, const struct partner *p, const struct wire_card *card)
{
    struct wire_fingerprint f;
    char line[80];
    const char *given = cli_option(cli, "fingerprint");
    wire_fingerprint(cli->arena, card, &f);
    if (given)
        return wire_fingerprint_equal(str_from(given), &f) ? 0
                   : err_set(&cli->err, ERR_DENIED, "the fingerprint is NOT that of these keys. Nothing was changed; compare again on the telephone");
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return cli_usage(cli, "nobody is here to compare the fingerprint: give it with --fingerprint \"12345 12345 ...\"");
    fprintf(stderr, "Call %.*s on a number you know; they must read out\n\n    %s\nor  %s\n\nIs it the same? Type yes: ", STR_ARG(p->agency), f.digits, f.words);
    if (!fgets(line, sizeof line, stdin) || !str_eq_nocase(str_trim(str_from(line)), STR("yes")))
        return err_set(&cli->err, ERR_DENIED, "not confirmed; nothing was changed");
    return 0;
}

int cmd_partners_confirm(struct cli *cli)
{
    struct node *node = NULL;
    struct partner p;
    struct wire_card card;
    int r = begin(cli, 1, &node, &p);
    struct actor operator = act_operator(cli->arena);
    if (r == 0 && (r = find_card(cli, node, &p, &card)) == 0 && (r = compare(cli, &p, &card)) == 0)
        r = directory_confirm(node, &operator, &p, &card, str_from(cli_option(cli, "reference")), clock_now_ms(), &cli->err);
    if (r == 0)
        r = say(cli, &p, status_word(p.status), "has these keys from now on");
    node_close(node);
    return r;
}
