/* comity requests: what this agency and its partners ask each other for, and how they keep their clocks. Numbers and codes, no persons. */
#include <inttypes.h>
#include <string.h>

#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "trust/peer/partner.h"
#include "work/requests/request.h"

const struct cli_option requests_options[] = {
    {"open", NULL, "only those that somebody still has to do something about"},
    {0},
};
const char requests_help[] =
    "Whom they are about and what was written stands sealed; members read that in their browsers. The asker's clock begins with the\n"
    "receipt, the holder's with the arrival.\n";
const char requests_scores_help[] =
    "For each partner, what it answers us and what we answer it: how many, how many in time, and how long it takes.\n";

#define DAY_MS (INT64_C(24) * 3600 * 1000)

struct partners { struct partner *all; size_t n; };

/* Opens the node; who looks at it, for the log. */
static int begin(struct cli *cli, struct node **node, struct partners *partners, struct actor *operator, struct casework *w)
{
    int r = cli_args(cli, 1, 1);
    if (r < 0 || (r = cli_node_open(cli, cli->args[0], node)) < 0)
        return r;
    *operator = act_operator(cli->arena);
    *w = (struct casework){.node = *node, .actor = operator, .now_ms = clock_now_ms()};
    return partner_list((*node)->db, cli->arena, &partners->all, &partners->n, &cli->err);
}

static str name_of(struct arena *a, const struct partners *partners, const uint8_t id[static ID_LEN])
{
    for (size_t i = 0; i < partners->n; i++)
        if (memcmp(partners->all[i].id, id, ID_LEN) == 0)
            return partners->all[i].name;
    return hex_encode(a, (bytes){id, ID_LEN});
}

static str minute(struct arena *a, int64_t ms)
{
    char text[CLOCK_TEXT_MAX];
    if (ms == 0)
        return STR("");
    clock_format(text, ms);
    return str_dup(a, str_slice(str_from(text), 0, 16));
}

static void list_json(struct cli *cli, const struct partners *partners, const struct request *all, size_t n, int64_t now_ms, struct buf *b)
{
    struct out o = out_json(b);
    out_object(&o, NULL);
    out_array(&o, "requests");
    for (size_t i = 0; i < n; i++) {
        const struct request *q = &all[i];
        out_object(&o, NULL);
        out_text(&o, "request", hex_encode(cli->arena, (bytes){q->id, ID_LEN}));
        out_bool(&o, "ours", q->outgoing);
        out_text(&o, "partner", name_of(cli->arena, partners, q->partner));
        out_text(&o, "kind", q->kind);
        out_text(&o, "state", str_from(request_state_words(q->state)));
        out_text(&o, "refusal", q->refusal);
        out_int(&o, "asked_ms", q->asked_ms);
        out_int(&o, "due_ms", q->due_ms);
        out_int(&o, "ended_ms", q->ended_ms);
        out_int(&o, "parts", q->parts);
        out_bool(&o, "overdue", request_overdue(q, now_ms));
        out_end(&o);
    }
    out_end(&o);
    out_end(&o);
}

static void list_table(struct cli *cli, const struct partners *partners, const struct request *all, size_t n, int64_t now_ms, struct buf *b)
{
    static const char *const headings[] = {"request", "", "partner", "kind", "asked", "due", "state", ">parts"};
    struct table *t = table_new(cli->arena, headings, 8);
    for (size_t i = 0; i < n; i++) {
        const struct request *q = &all[i];
        table_cell(t, hex_encode(cli->arena, (bytes){q->id, ID_LEN}));
        table_cell(t, q->outgoing ? STR("to") : STR("from"));
        table_cell(t, name_of(cli->arena, partners, q->partner));
        table_cell(t, q->kind);
        table_cell(t, minute(cli->arena, q->asked_ms));
        table_cell(t, minute(cli->arena, q->due_ms));
        table_cellf(t, "%s%s", request_state_words(q->state), request_overdue(q, now_ms) ? ", OVERDUE" : "");
        table_cellf(t, "%" PRId64, q->parts);
    }
    table_write(t, b);
}

int cmd_requests(struct cli *cli)
{
    struct node *node = NULL;
    struct partners partners = {0};
    struct actor operator;
    struct casework w;
    struct request *all;
    struct buf b = buf_new(cli->arena);
    size_t n = 0;
    int r = begin(cli, &node, &partners, &operator, &w);
    if (r == 0)
        r = request_list(&w, &(struct request_filter){.open = cli_option(cli, "open") != NULL}, cli->arena, &all, &n, &cli->err);
    if (node)
        node_close(node);
    if (r < 0)
        return r;
    (cli->json ? list_json : list_table)(cli, &partners, all, n, w.now_ms, &b);
    return cli_print(cli, buf_str(&b));
}

static void scores_json(struct cli *cli, const struct partners *partners, const struct request_score *all, size_t n, struct buf *b)
{
    struct out o = out_json(b);
    out_object(&o, NULL);
    out_array(&o, "scores");
    for (size_t i = 0; i < n; i++) {
        const struct request_score *s = &all[i];
        out_object(&o, NULL);
        out_text(&o, "partner", name_of(cli->arena, partners, s->partner));
        out_bool(&o, "asked_by_us", s->theirs);
        out_int(&o, "asked", s->asked);
        out_int(&o, "open", s->open);
        out_int(&o, "overdue", s->overdue);
        out_int(&o, "answered", s->answered);
        out_int(&o, "refused", s->refused);
        out_int(&o, "withdrawn", s->withdrawn);
        out_int(&o, "in_time", s->in_time);
        out_int(&o, "median_ms", s->median_ms);
        out_int(&o, "longest_ms", s->longest_ms);
        out_end(&o);
    }
    out_end(&o);
    out_end(&o);
}

static void scores_table(struct cli *cli, const struct partners *partners, const struct request_score *all, size_t n, struct buf *b)
{
    static const char *const headings[] = {"partner", "asked by", ">asked", ">open", ">overdue", ">answered", ">refused", ">in time", ">median days", ">longest"};
    struct table *t = table_new(cli->arena, headings, 10);
    for (size_t i = 0; i < n; i++) {
        const struct request_score *s = &all[i];
        table_cell(t, name_of(cli->arena, partners, s->partner));
        table_cell(t, s->theirs ? STR("us") : STR("them"));
        const int64_t numbers[] = {s->asked, s->open, s->overdue, s->answered, s->refused, s->in_time};
        for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
            table_cellf(t, "%" PRId64, numbers[k]);
        table_cellf(t, "%.1f", (double)s->median_ms / DAY_MS);
        table_cellf(t, "%.1f", (double)s->longest_ms / DAY_MS);
    }
    table_write(t, b);
}

int cmd_requests_scores(struct cli *cli)
{
    struct node *node = NULL;
    struct partners partners = {0};
    struct actor operator;
    struct casework w;
    struct request_score *all;
    struct buf b = buf_new(cli->arena);
    size_t n = 0;
    int r = begin(cli, &node, &partners, &operator, &w);
    if (r == 0)
        r = request_scores(&w, cli->arena, &all, &n, &cli->err);
    if (node)
        node_close(node);
    if (r < 0)
        return r;
    (cli->json ? scores_json : scores_table)(cli, &partners, all, n, &b);
    return cli_print(cli, buf_str(&b));
}
