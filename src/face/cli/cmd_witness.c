/* comity witness, comity log recover: nodes watch each other's logs; what a person sees and decides of it. */
#include <inttypes.h>
#include <string.h>

#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "trust/peer/pair.h"
#include "trust/witness/witness.h"

const char witness_help[] =
    "Evidence that somebody's log contradicts itself stands first; then each partner: how many leaves of its log this node has\n"
    "cosigned and when it looked at them, and how many of this node's log the partner has. Fails while evidence is open.\n";

const char witness_sync_help[] =
    "Asks every witness now, as serve does by itself every 2 s when the log has grown and every minute otherwise.\n";

const char witness_look_help[] =
    "Fetches the hashes of the partners' leaves and holds them against the heads that were cosigned, here and by other\n"
    "witnesses. serve does the same once a minute. Fails when something was found.\n";

const char witness_evidence_help[] =
    "Prints what was kept, whole: the two signed heads and what shows that they contradict each other. Anybody who has the\n"
    "log's key can check the signatures.\n";

const struct cli_option witness_confirm_options[] = {
    {"reference", "TEXT", "on what grounds: who was spoken to, and when; goes into this node's log, sealed"},
    {0},
};
const char witness_confirm_help[] =
    "Takes the partner's log as it is now, after its people have explained the break (an old backup was restored). What was\n"
    "kept stays kept. Do not confirm what nobody explains: it is what somebody who rewrites a log hopes for.\n";

const struct cli_option log_recover_options[] = {
    {"reference", "TEXT", "what happened: goes into the log, sealed"},
    {0},
};
const char log_recover_help[] =
    "After an old backup was restored, witnesses hold later heads of the log than the log itself, and the node is read-only.\n"
    "This goes on from what is left. Each witness must then confirm: comity witness DIR confirm PARTNER.\n";

/* --- showing --- */

struct names { struct partner *partners; size_t n; };

static str name_of(const struct names *names, const uint8_t id[static ID_LEN])
{
    for (size_t i = 0; i < names->n; i++)
        if (memcmp(names->partners[i].id, id, ID_LEN) == 0)
            return names->partners[i].name;
    return STR("this node");
}

static str when(struct arena *a, int64_t ms)
{
    char text[CLOCK_TEXT_MAX];
    if (ms == 0)
        return STR("never");
    clock_format(text, ms);
    return str_dup(a, str_from(text));
}

struct shown {
    struct names names;
    struct witness_row *rows;
    size_t n_rows;
    struct witness_quorum quorum;
    struct witness_evidence *evidence;
    size_t n_evidence, n_open;
    int64_t now_ms;
};

static int gather(struct cli *cli, struct node *node, struct shown *s)
{
    struct err *err = &cli->err;
    *s = (struct shown){.now_ms = clock_now_ms()};
    int r = partner_list(node->db, cli->arena, &s->names.partners, &s->names.n, err);
    if (r == 0)
        r = witness_list(node, cli->arena, &s->rows, &s->n_rows, err);
    if (r == 0)
        r = witness_quorum(node, cli->arena, &s->quorum, err);
    if (r == 0)
        r = witness_evidence_list(node, cli->arena, &s->evidence, &s->n_evidence, err);
    for (size_t i = 0; i < s->n_evidence; i++)
        s->n_open += s->evidence[i].closed_ms == 0;
    return r;
}

static void table_of(struct cli *cli, const struct shown *s, struct buf *b)
{
    static const char *const headings[] = {"partner", ">its log, cosigned here", "looked at", ">this log, cosigned there", "when", "last trouble"};
    struct table *t = table_new(cli->arena, headings, 6);
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct witness_row *r = &s->rows[i];
        table_cell(t, r->partner.name);
        table_cellf(t, "%" PRId64, r->seen_size);
        table_cell(t, when(cli->arena, r->looked_ms));
        table_cellf(t, "%" PRId64, r->told_size);
        table_cell(t, when(cli->arena, r->cosigned_ms));
        table_cell(t, r->active ? r->trouble : STR("takes no part: it has no address, or is suspended"));
    }
    if (s->n_rows)
        table_write(t, b);
}

static void quorum_sentence(const struct shown *s, struct buf *b)
{
    struct err why = {0};
    const struct witness_quorum *q = &s->quorum;
    if (act_watch_refuses(&q->watch, s->now_ms, &why))
        buf_addf(b, "READ-ONLY: %s.\n", why.text);
    else if (q->watch.needed == 0)
        buf_addf(b, "No quorum is asked for: %s.\n", q->witnesses ? "the witnesses have not been asked yet" : "no partner with an address can witness this log");
    else if (act_watch_warns(&q->watch, s->now_ms))
        buf_addf(b, "WARNING: no quorum for %" PRId64 " min; after 4 h this node turns read-only.\n", witness_quorum_age(q, s->now_ms) / 60000);
    else if (q->size < 0)
        buf_addf(b, "No head of this log has its quorum of %" PRId64 " yet.\n", q->watch.needed);
    else
        buf_addf(b, "The log of %" PRId64 " leaves has its quorum (%" PRId64 " of %" PRId64 " witnesses).\n", q->size, q->watch.needed, q->witnesses);
}

static void show_text(struct cli *cli, const struct shown *s, struct buf *b)
{
    for (size_t i = 0; i < s->n_open; i++) {
        const struct witness_evidence *e = &s->evidence[i];
        buf_addf(b, "EVIDENCE against the log of %.*s, found %s: %s.\n", STR_ARG(name_of(&s->names, e->log)), when(cli->arena, e->found_ms).p,
                 witness_kind_text(e->kind));
    }
    if (s->n_open)
        buf_addf(b, "See comity witness %s evidence, and speak with them.\n\n", cli->args[0]);
    table_of(cli, s, b);
    quorum_sentence(s, b);
}

static void put_time(struct out *o, struct arena *a, const char *key, int64_t ms)
{
    if (ms)
        out_text(o, key, when(a, ms));
    else
        out_null(o, key);
}

static void evidence_json(struct cli *cli, const struct shown *s, struct out *o, const char *key)
{
    out_array(o, key);
    for (size_t i = 0; i < s->n_evidence; i++) {
        const struct witness_evidence *e = &s->evidence[i];
        out_object(o, NULL);
        out_text(o, "id", hex_encode(cli->arena, (bytes){e->id, ID_LEN}));
        out_text(o, "log", name_of(&s->names, e->log));
        out_text(o, "witness", name_of(&s->names, e->witness));
        out_text(o, "kind", e->kind);
        out_text(o, "says", str_from(witness_kind_text(e->kind)));
        put_time(o, cli->arena, "found", e->found_ms);
        put_time(o, cli->arena, "closed", e->closed_ms);
        out_text(o, "first", e->first);
        out_text(o, "second", e->second);
        out_text(o, "proof", e->proof);
        out_end(o);
    }
    out_end(o);
}

static void show_json(struct cli *cli, const struct shown *s, struct buf *b)
{
    struct out o = out_json(b);
    const struct witness_quorum *q = &s->quorum;
    out_object(&o, NULL);
    evidence_json(cli, s, &o, "evidence");
    out_array(&o, "partners");
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct witness_row *r = &s->rows[i];
        out_object(&o, NULL);
        out_text(&o, "partner", r->partner.name);
        out_bool(&o, "takes_part", r->active);
        out_int(&o, "seen_size", r->seen_size);
        put_time(&o, cli->arena, "looked", r->looked_ms);
        out_int(&o, "told_size", r->told_size);
        put_time(&o, cli->arena, "cosigned", r->cosigned_ms);
        out_text(&o, "trouble", r->trouble);
        out_int(&o, "open_evidence", r->open);
        out_end(&o);
    }
    out_end(&o);
    out_int(&o, "quorum_needed", q->watch.needed);
    out_int(&o, "quorum_age_seconds", witness_quorum_age(q, s->now_ms) / 1000);
    out_bool(&o, "warning", act_watch_warns(&q->watch, s->now_ms));
    out_bool(&o, "read_only", act_watch_refuses(&q->watch, s->now_ms, NULL));
    out_int(&o, "quorum_size", q->size);
    out_text(&o, "checkpoint", q->checkpoint);
    out_end(&o);
}

/* Shows it, and fails while evidence is open. */
static int show(struct cli *cli, struct node *node)
{
    struct shown s;
    struct buf b = buf_new(cli->arena);
    int r = gather(cli, node, &s);
    if (r < 0)
        return r;
    (cli->json ? show_json : show_text)(cli, &s, &b);
    r = cli_print(cli, buf_str(&b));
    if (r < 0 || s.n_open == 0)
        return r;
    cli->json = false; /* the result was printed: one JSON text is enough */
    return err_set(&cli->err, ERR_CRYPTO, "there is evidence that nobody has confirmed: %zu", s.n_open);
}

static int show_evidence(struct cli *cli, struct node *node)
{
    struct shown s;
    struct buf b = buf_new(cli->arena);
    int r = gather(cli, node, &s);
    if (r < 0)
        return r;
    if (cli->json) {
        struct out o = out_json(&b);
        evidence_json(cli, &s, &o, NULL);
    } else if (s.n_evidence == 0) {
        buf_addf(&b, "There is no evidence against anybody's log.\n");
    }
    for (size_t i = 0; i < s.n_evidence && !cli->json; i++) {
        const struct witness_evidence *e = &s.evidence[i];
        buf_addf(&b, "%s: the log of %.*s, found %s, %s%s\n%s.\nshown by %.*s\n\n--- first\n%.*s\n--- second\n%.*s\n--- what shows it\n%.*s\n\n",
                 str_c(cli->arena, e->kind), STR_ARG(name_of(&s.names, e->log)), when(cli->arena, e->found_ms).p,
                 e->closed_ms ? "confirmed " : "OPEN", e->closed_ms ? when(cli->arena, e->closed_ms).p : "", witness_kind_text(e->kind),
                 STR_ARG(name_of(&s.names, e->witness)), STR_ARG(e->first), STR_ARG(e->second), STR_ARG(e->proof));
    }
    return cli_print(cli, buf_str(&b));
}

/* --- doing --- */

static int with_line(struct cli *cli, struct node *node, int (*work)(struct cli *, struct node *, struct witness_line *))
{
    struct http_identity identity;
    int r = pair_identity(node, cli->arena, clock_now_ms(), &identity, &cli->err);
    if (r < 0)
        return r;
    struct witness_https *https = witness_https_open(&identity, NULL);
    struct witness_line line = witness_https_line(https);
    line.eager = true;
    r = work(cli, node, &line);
    witness_https_close(https);
    return r;
}

static int round_now(struct cli *cli, struct node *node, struct witness_line *line)
{
    return witness_round(node, line, clock_now_ms(), &cli->err);
}

static int look_at_all(struct cli *cli, struct node *node, struct witness_line *line)
{
    struct witness_row *rows = NULL;
    size_t n = 0;
    int r = witness_list(node, cli->arena, &rows, &n, &cli->err);
    for (size_t i = 0; i < n && r >= 0; i++)
        if (rows[i].active)
            r = witness_look(node, line, &rows[i].partner, clock_now_ms(), &cli->err);
    return r < 0 ? r : 0;
}

static int sync_and_show(struct cli *cli, struct node *node)
{
    int r = with_line(cli, node, round_now);
    return r < 0 ? r : show(cli, node);
}

static int look_and_show(struct cli *cli, struct node *node)
{
    int r = with_line(cli, node, look_at_all);
    return r < 0 ? r : show(cli, node);
}

static str reference_of(const struct cli *cli)
{
    return str_from(cli_option(cli, "reference"));
}

static int confirm(struct cli *cli, struct node *node)
{
    struct partner p;
    struct actor operator = act_operator(cli->arena);
    int r = partner_find(node->db, cli->arena, str_from(cli->args[1]), &p, &cli->err);
    if (r == 0)
        r = witness_confirm(node, &operator, &p, reference_of(cli), clock_now_ms(), &cli->err);
    return r < 0 ? r : show(cli, node);
}

static int recover(struct cli *cli, struct node *node)
{
    struct actor operator = act_operator(cli->arena);
    int r = with_line(cli, node, round_now); /* so that what the witnesses hold is known, and known to be lost */
    if (r == 0)
        r = witness_recover(node, &operator, reference_of(cli), clock_now_ms(), &cli->err);
    return r < 0 ? r : show(cli, node);
}

static int with_node(struct cli *cli, int n_args, int (*work)(struct cli *, struct node *))
{
    struct node *node;
    int r = cli_args(cli, n_args, n_args);
    if (r < 0 || (r = cli_node_open(cli, cli->args[0], &node)) < 0)
        return r;
    r = work(cli, node);
    node_close(node);
    return r;
}

int cmd_witness(struct cli *cli)
{
    return with_node(cli, 1, show);
}

int cmd_witness_sync(struct cli *cli)
{
    return with_node(cli, 1, sync_and_show);
}

int cmd_witness_look(struct cli *cli)
{
    return with_node(cli, 1, look_and_show);
}

int cmd_witness_evidence(struct cli *cli)
{
    return with_node(cli, 1, show_evidence);
}

int cmd_witness_confirm(struct cli *cli)
{
    return with_node(cli, 2, confirm);
}

int cmd_log_recover(struct cli *cli)
{
    return with_node(cli, 1, recover);
}
