/* comity ask: one blind question to one partner, and what came of it in plain words. */
#include <inttypes.h>
#include <string.h>

#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "ground/text/text.h"
#include "ground/text/when.h"
#include "trust/match/question.h"
#include "trust/peer/ask.h"
#include "trust/peer/pair.h"
#include "work/cases/dates.h"

#define LIST_MAX 8 /* of each: names, documents, phones */
#define THREADS 2

const struct cli_option ask_options[] = {
    {"partner", "P", "whom to ask: a short name of `comity partners DIR`"},
    {"purpose", "CODE", "what for: identification, protection, missing-person, investigation, ..."},
    {"reference", "TEXT", "number of the case or warrant; stays here, sealed"},
    {"person", "ID", "about a person of this node, by her id; or describe her:"},
    {"name", "TEXT", "whole name, in any script and order; may be repeated for other spellings"},
    {"given", "TEXT", "given names, with --family"},
    {"family", "TEXT", "family name"},
    {"born", "DATE", "birth date or what is known of it: 1990-03-05, 1990-03, 1990, 5.3.1990 (day first)"},
    {"document", "NUMBER[,ISO2]", "number of a document, and its country; may be repeated"},
    {"phone", "NUMBER", "telephone number; may be repeated"},
    {"sex", "f|m", "female or male"},
    {0},
};

const char ask_help[] =
    "The partner learns that this agency asked one question of 36 points for this purpose: not about whom, and not whether\n"
    "it hit. A hit is a lead, not an identity: a person has to look at it.\n";

/* --- who is asked about --- */

static str option_text(struct cli *cli, const struct text *t, const char *name, int nth)
{
    const char *given = cli_option_nth(cli, name, nth);
    return given ? text_nfc(t, cli->arena, str_trim(str_from(given))) : STR("");
}

static int read_documents(struct cli *cli, const struct text *t, struct identity *who)
{
    who->documents = arena_array(cli->arena, struct document, LIST_MAX);
    for (; (int)who->n_documents < LIST_MAX && cli_option_nth(cli, "document", (int)who->n_documents); who->n_documents++) {
        str rest = option_text(cli, t, "document", (int)who->n_documents), number = {0};
        str_split(&rest, ',', &number);
        str country = rest.p ? str_trim(rest) : STR("");
        if (country.len != 0 && country.len != 2)
            return cli_usage(cli, "--document is NUMBER or NUMBER,ISO2, such as N1234567,KH");
        who->documents[who->n_documents] = (struct document){str_trim(number), country};
    }
    return 0;
}

static int read_born(struct cli *cli, const struct text *t, struct identity *who)
{
    str born = option_text(cli, t, "born", 0);
    struct dates_rules rules = {.order = DATES_DAY_FIRST, .today = when_day_in(node_time_zone(cli->args[0], cli->arena), clock_now_ms())};
    enum dates_result why = born.len ? dates_read(born, &rules, &who->born) : DATES_EMPTY;
    return why > DATES_EMPTY ? cli_usage(cli, "--born: %s", dates_why(why)) : 0;
}

static int describe(struct cli *cli, const struct text *t, struct identity *who)
{
    who->names = arena_array(cli->arena, struct name, LIST_MAX);
    if (cli_option(cli, "given") || cli_option(cli, "family"))
        who->names[who->n_names++] = (struct name){.given = option_text(cli, t, "given", 0), .family = option_text(cli, t, "family", 0)};
    for (int i = 0; who->n_names < LIST_MAX && cli_option_nth(cli, "name", i); i++)
        who->names[who->n_names++].full = option_text(cli, t, "name", i);
    who->phones = arena_array(cli->arena, str, LIST_MAX);
    for (; who->n_phones < LIST_MAX && cli_option_nth(cli, "phone", (int)who->n_phones); who->n_phones++)
        who->phones[who->n_phones] = option_text(cli, t, "phone", (int)who->n_phones);
    str sex = option_text(cli, t, "sex", 0);
    if (sex.len > 0 && !str_eq(sex, STR("f")) && !str_eq(sex, STR("m")))
        return cli_usage(cli, "--sex is f or m");
    who->sex = sex.len > 0 ? (enum sex)sex.p[0] : SEX_UNKNOWN;
    if (who->n_names == 0 && who->n_phones == 0 && !cli_option(cli, "document"))
        return cli_usage(cli, "say about whom: --person ID, or --name (or --document, --phone), best with --born");
    int r = read_documents(cli, t, who);
    return r < 0 ? r : read_born(cli, t, who);
}

/* The record is read for the question only: the leaf of the question names it, and nothing of it is shown. */
static int load_person(struct cli *cli, struct node *node, struct vault_id *id, struct identity *who)
{
    bytes content;
    if (!hex_decode_into(str_from(cli_option(cli, "person")), id->b, ID_LEN))
        return cli_usage(cli, "--person is an id of 32 hex digits, as `comity search` shows it");
    int r = vault_get(node->vault, node->db, VAULT_IDENTITY, id, cli->arena, &content, &cli->err);
    return r < 0 ? r : identity_decode(cli->arena, content, who, &cli->err);
}

/* --- what came of it --- */

static void print_json(const struct partner *p, const struct ask_query *q, const struct ask_result *r, struct arena *a, struct buf *b)
{
    struct out o = out_json(b);
    out_object(&o, NULL);
    out_text(&o, "partner", p->name);
    out_text(&o, "agency", p->agency);
    out_text(&o, "result", str_from(score_band_name(r->band)));
    out_text(&o, "purpose", q->purpose);
    out_text(&o, "question", hex_encode(a, (bytes){r->question, ID_LEN}));
    out_int(&o, "epoch", r->epoch);
    out_array(&o, "hits");
    for (size_t i = 0; i < r->n_hits; i++) {
        out_object(&o, NULL);
        out_text(&o, "band", str_from(score_band_name(r->hits[i].band)));
        out_double(&o, "probability", r->hits[i].probability, 4);
        out_text(&o, "explanation", str_from(r->hits[i].explanation));
        out_text(&o, "request_number", str_from(r->hits[i].number));
        out_end(&o);
    }
    out_end(&o);
    out_int(&o, "points", QUESTION_POINTS);
    out_int(&o, "leaf", r->leaf);
    out_int(&o, "result_leaf", r->result_leaf);
    out_int(&o, "partner_leaf", r->partner_leaf);
    out_int(&o, "budget_left", r->budget_left);
    out_end(&o);
}

static void print_words(const struct partner *p, const struct ask_query *q, const struct ask_result *r, struct buf *b)
{
    static const char *const headline[] = {[SCORE_NO_HIT] = "NO HIT", [SCORE_POSSIBLE] = "POSSIBLE", [SCORE_HIT] = "HIT"};
    buf_addf(b, "%s at %.*s (%.*s, %.*s)\n", headline[r->band], STR_ARG(p->agency), STR_ARG(p->kind), STR_ARG(p->country));
    for (size_t i = 0; i < r->n_hits; i++) {
        const struct ask_hit *h = &r->hits[i];
        buf_addf(b, "\n  %s, probability %.3f\n    %s\n", score_band_name(h->band), h->probability, h->explanation);
        buf_addf(b, "    request number %s: name it when you write to them (%.*s)\n", h->number, STR_ARG(p->address));
    }
    if (r->band == SCORE_NO_HIT)
        buf_add(b, STR("  They have no record that agrees enough to be the same person.\n"));
    else
        buf_add(b, STR("\n  A hit is a lead, not an identity: a person has to decide.\n"));
    buf_addf(b, "\nWhat %.*s learned: this agency asked one question of %d points, for \"%.*s\".\n", STR_ARG(p->agency), QUESTION_POINTS,
             STR_ARG(q->purpose));
    buf_add(b, STR("What it did not learn: about whom, and whether it hit.\n"));
    buf_addf(b, "Questions left today: %" PRId64 ". In the log: leaves %" PRId64 " and %" PRId64 " here, leaf %" PRId64 " there.\n", r->budget_left,
             r->leaf, r->result_leaf, r->partner_leaf);
}

static int ask_and_print(struct cli *cli, struct node *node, const struct names *names, const struct partner *partner, const struct ask_query *query)
{
    struct http_identity identity;
    struct asking *k = NULL;
    struct ask_result result;
    int64_t now = clock_now_ms();
    struct actor operator = act_operator(cli->arena);
    struct buf b = buf_new(cli->arena);
    int r = pair_identity(node, cli->arena, now, &identity, &cli->err);
    if (r == 0)
        r = ask_open(node, names, partner, &identity, &k, &cli->err);
    if (r != 0)
        return r;
    r = peer_line_sync(ask_line(k), now, &cli->err);
    if (r == 0)
        r = ask_person(k, &operator, query, clock_now_ms(), cli->arena, &result, &cli->err);
    if (r == 0) {
        if (cli->json)
            print_json(partner, query, &result, cli->arena, &b);
        else
            print_words(partner, query, &result, &b);
        r = cli_print(cli, buf_str(&b));
    }
    ask_close(k);
    return r;
}

int cmd_ask(struct cli *cli)
{
    static const char *const needed[] = {"partner", "purpose", "reference"};
    struct node *node = NULL;
    struct names *names = NULL;
    struct text *text = NULL;
    struct identity who = {0};
    struct vault_id person;
    struct partner partner = {0};
    struct ask_query query = {.who = &who, .purpose = str_from(cli_option(cli, "purpose")), .reference = str_from(cli_option(cli, "reference"))};
    int r = cli_args(cli, 1, 1);
    for (size_t i = 0; r == 0 && i < sizeof needed / sizeof needed[0]; i++)
        if (!cli_option(cli, needed[i]))
            return cli_usage(cli, "--%s is missing", needed[i]);
    if (r == 0)
        r = text_open(&text, &cli->err);
    if (r == 0 && !cli_option(cli, "person"))
        r = describe(cli, text, &who);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r != 0)
        goto out;
    oprf_threads(THREADS);
    if (cli_option(cli, "person")) {
        query.person = &person;
        r = load_person(cli, node, &person, &who);
    }
    if (r == 0)
        r = partner_find(node->db, cli->arena, str_from(cli_option(cli, "partner")), &partner, &cli->err);
    if (r == 0)
        r = names_open(&names, &cli->err);
    if (r == 0)
        r = ask_and_print(cli, node, names, &partner, &query);
out:
    names_close(names);
    if (node)
        node_close(node);
    text_close(text);
    return r;
}
