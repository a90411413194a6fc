/* comity pair, comity partners: who this node trusts, and how far. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "ground/report/qr.h"
#include "ground/text/when.h"
#include "trust/letter/post.h"
#include "trust/peer/pair.h"

const struct cli_option pair_invite_options[] = {
    {"out", "FILE", "write the invitation there instead of to standard output"},
    {"qr", NULL, "show the fingerprint as a QR code too"},
    {"address", "HOST:PORT", "where the partner reaches this node (default: where serve listens); none: it cannot, this node fetches"},
    {0},
};

const char pair_invite_help[] =
    "Give the invitation to the partner in any way. Then call them on a number you know, and let them compare the\n"
    "fingerprint with what `comity pair DIR accept` shows them. Both agencies invite, and both accept.\n";

const struct cli_option pair_accept_options[] = {
    {"fingerprint", "TEXT", "the digits or the words that the partner read out; without it you are asked (on a terminal)"},
    {"budget", "N", "questions the partner may ask in one day"},
    {"as", "NAME", "short name for the command line: a-z, 0-9 and -"},
    {0},
};

const char pair_accept_help[] =
    "Accepting the same invitation again changes nothing but the budget and the address. An invitation with another key\n"
    "for an agency that is known is refused: speak to them before you do anything else.\n";

int cmd_pair_invite(struct cli *cli)
{
    struct node *node = NULL;
    struct wire_card card = {0};
    struct wire_fingerprint fingerprint;
    const char *file = cli_option(cli, "out"), *address = cli_option(cli, "address");
    int r = cli_args(cli, 1, 1);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r != 0)
        return r;
    struct actor operator = act_operator(cli->arena);
    str at = address && strcmp(address, "none") == 0 ? STR("") : address ? str_from(address) : node->listen;
    struct pair_letter_key letter;
    int64_t now = clock_now_ms();
    r = post_key_current(node, now, letter.public_key, &letter.until_ms, &cli->err);
    if (r == 0)
        r = pair_invite(node, &operator, at, &letter, now, cli->arena, &card, &cli->err);
    if (r < 0)
        goto out;
    str text = wire_card_write(cli->arena, &card);
    wire_fingerprint(cli->arena, &card, &fingerprint);
    struct buf b = buf_new(cli->arena);
    if (file && (r = file_write(file, str_bytes(text), FILE_MODE_PUBLIC, &cli->err)) < 0)
        goto out;
    if (cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        out_text(&o, "invitation", text);
        out_text(&o, "fingerprint", str_from(fingerprint.digits));
        out_text(&o, "words", str_from(fingerprint.words));
        out_end(&o);
    } else if (file) {
        buf_addf(&b, "The invitation is in %s. Its fingerprint, to be read out to the partner, as digits or as words:\n\n    %s\n    %s\n", file,
                 fingerprint.digits, fingerprint.words);
    } else {
        buf_add(&b, text);
        fprintf(stderr, "Fingerprint, to be read out to the partner:  %s\nor as words:  %s\n", fingerprint.digits,
                fingerprint.words); /* what is piped stays the card */
    }
    if (cli_option(cli, "qr") && !cli->json) {
        str code;
        if ((r = qr_terminal(cli->arena, str_from(fingerprint.words), &code, &cli->err)) < 0)
            goto out;
        if (file)
            buf_add(&b, code);
        else
            fputs(code.p, stderr);
    }
    r = cli_print(cli, buf_str(&b));
out:
    node_close(node);
    return r;
}

/* Shows the fingerprint and asks whether it is what the partner read out. */
static int ask_fingerprint(struct cli *cli, const struct wire_card *card, const struct wire_fingerprint *fingerprint)
{
    char line[80];
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return cli_usage(cli, "nobody is here to compare the fingerprint: give it with --fingerprint \"12345 12345 ...\"");
    fprintf(stderr, "Invitation of %.*s (%.*s, %.*s). Call them on a number you know; they must read out\n\n    %s\nor  %s\n\nIs it the same? Type yes: ",
            STR_ARG(card->agency), STR_ARG(card->kind), STR_ARG(card->country), fingerprint->digits, fingerprint->words);
    if (!fgets(line, sizeof line, stdin) || !str_eq_nocase(str_trim(str_from(line)), STR("yes")))
        return err_set(&cli->err, ERR_DENIED, "not confirmed; nothing was changed");
    return 0;
}

static int confirm(struct cli *cli, const struct wire_card *card)
{
    struct wire_fingerprint fingerprint;
    const char *given = cli_option(cli, "fingerprint");
    wire_fingerprint(cli->arena, card, &fingerprint);
    if (!given)
        return ask_fingerprint(cli, card, &fingerprint);
    if (wire_fingerprint_equal(str_from(given), &fingerprint))
        return 0;
    return err_set(&cli->err, ERR_DENIED, "the fingerprint is NOT that of this invitation: somebody has changed it, or it was misread. "
                   "Nothing was changed; compare again with the partner on the telephone");
}

int cmd_pair_accept(struct cli *cli)
{
    struct node *node = NULL;
    struct wire_card card = {0};
    struct partner partner = {0};
    struct pair_terms terms = {.name = str_from(cli_option(cli, "as"))};
    bytes text = {0};
    const char *budget = cli_option(cli, "budget");
    int r = cli_args(cli, 2, 2);
    if (r < 0)
        return r;
    if (budget && !str_to_int(str_from(budget), 1, PARTNER_BUDGET_MAX, &terms.daily_budget))
        return cli_usage(cli, "--budget must be a number from 1 to %d", PARTNER_BUDGET_MAX);
    r = cli_node_open(cli, cli->args[0], &node);
    if (r == 0)
        r = file_read(cli->arena, cli->args[1], WIRE_CARD_MAX, &text, &cli->err);
    if (r == 0 && (r = wire_card_read(cli->arena, text, &card, &cli->err)) < 0)
        err_prefix(&cli->err, "%s", cli->args[1]);
    if (r == 0)
        r = confirm(cli, &card);
    struct actor operator = act_operator(cli->arena);
    if (r == 0)
        r = pair_accept(node, &operator, &card, &terms, clock_now_ms(), cli->arena, &partner, &cli->err);
    if (r < 0)
        goto out;
    struct buf b = buf_new(cli->arena);
    if (cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        out_text(&o, "partner", partner.name);
        out_text(&o, "agency", partner.agency);
        out_int(&o, "daily_budget", partner.daily_budget);
        out_end(&o);
    } else {
        buf_addf(&b, "%.*s (%.*s, %.*s) is a partner now, called %.*s here. It may ask %" PRId64 " questions a day.\n", STR_ARG(partner.agency),
                 STR_ARG(partner.kind), STR_ARG(partner.country), STR_ARG(partner.name), partner.daily_budget);
        buf_addf(&b, "next: comity index %s, so that it can ask; they must accept your invitation too\n", cli->args[0]);
    }
    r = cli_print(cli, buf_str(&b));
out:
    node_close(node);
    return r;
}

/* --- partners --- */

/* Since when, where the agency works. */
static str day(struct cli *cli, int64_t ms)
{
    char text[DATE_TEXT_MAX];
    date_format(text, when_day_in(node_time_zone(cli->args[0], cli->arena), ms));
    return str_dup(cli->arena, str_from(text));
}

static void list_json(struct cli *cli, const struct partner *p, size_t n, struct buf *b)
{
    struct out o = out_json(b);
    out_object(&o, NULL);
    out_array(&o, "partners");
    for (size_t i = 0; i < n; i++) {
        out_object(&o, NULL);
        out_text(&o, "name", p[i].name);
        out_text(&o, "id", partner_id_text(&p[i], cli->arena));
        out_text(&o, "agency", p[i].agency);
        out_text(&o, "country", p[i].country);
        out_text(&o, "kind", p[i].kind);
        out_text(&o, "address", p[i].address);
        out_bool(&o, "active", p[i].status == PARTNER_ACTIVE);
        out_int(&o, "daily_budget", p[i].daily_budget);
        out_text(&o, "since", day(cli, p[i].paired_ms));
        out_text(&o, "agency_key", hex_encode(cli->arena, (bytes){p[i].agency_key, SIGN_PUBLIC_LEN}));
        out_text(&o, "log_key", p[i].log_key);
        out_end(&o);
    }
    out_end(&o);
    out_end(&o);
}

static void list_table(struct cli *cli, const struct partner *p, size_t n, struct buf *b)
{
    static const char *const headings[] = {"partner", "agency", "country", "kind", "address", ">questions a day", "since"};
    if (n == 0) {
        buf_addf(b, "No partners yet. Begin with: comity pair %s invite --out card.json\n", cli->args[0]);
        return;
    }
    struct table *t = table_new(cli->arena, headings, 7);
    for (size_t i = 0; i < n; i++) {
        table_cell(t, p[i].name);
        table_cell(t, p[i].agency);
        table_cell(t, p[i].country);
        table_cell(t, p[i].kind);
        table_cell(t, p[i].address);
        table_cellf(t, "%" PRId64, p[i].daily_budget);
        table_cell(t, day(cli, p[i].paired_ms));
    }
    table_write(t, b);
}

int cmd_partners(struct cli *cli)
{
    struct node *node = NULL;
    struct partner *partners = NULL;
    size_t n = 0;
    int r = cli_args(cli, 1, 1);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r != 0)
        return r;
    r = partner_list(node->db, cli->arena, &partners, &n, &cli->err);
    struct buf b = buf_new(cli->arena);
    if (r == 0) {
        (cli->json ? list_json : list_table)(cli, partners, n, &b);
        r = cli_print(cli, buf_str(&b));
    }
    node_close(node);
    return r;
}
