/* comity letters list, show, receipt: what went out, what came in, and what became of it. Contents: cmd_letters_read.c. */
#include <inttypes.h>
#include <string.h>

#include "face/cli/cmd_letters.h"
#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"


#define LIMIT_DEFAULT 100
#define LIMIT_MAX 100000

const struct cli_option letters_list_options[] = {
    {"partner", "P", "only to and from this partner"},
    {"in", NULL, "only those that came"},
    {"out", NULL, "only those that were sent"},
    {"waiting", NULL, "only those that are not delivered yet"},
    {"all", NULL, "also the node's own letters, such as keys and recalls"},
    {"limit", "N", "the newest N (default 100)"},
    {0},
};
const char letters_list_help[] =
    "Newest first. What a letter says is not shown: comity letters DIR read ID.\n";

const struct cli_option letters_show_options[] = {{0}};
const char letters_show_help[] =
    "Where a letter stands, and what the partner's receipt says. Not its contents.\n";

const struct cli_option letters_receipt_options[] = {
    {"out", "FILE", "write the receipt there instead of to standard output"},
    {0},
};
const char letters_receipt_help[] =
    "The partner's signed receipt for a letter you sent, or your own for one that came: proof for a court or an auditor, checked\n"
    "offline by `comity verify` with nothing but the agency's public key. It names no person.\n";

static const struct { const char *word, *sentence; } states[] = {
    [POST_WAITING] = {"waiting", "not delivered yet"},
    [POST_DELIVERED] = {"delivered", "delivered; the partner's receipt is here"},
    [POST_WAS_REFUSED] = {"refused", "refused by the partner; its receipt says why"},
    [POST_RECEIVED] = {"received", "received"},
    [POST_HELD_BACK] = {"held", "held back: an earlier letter of this partner is still missing"},
    [POST_VOID] = {"void", "void: its place was given up after a node was restored from a backup"},
};

static str time_text(struct arena *a, int64_t ms)
{
    char text[CLOCK_TEXT_MAX];
    if (ms == 0)
        return STR("");
    clock_format(text, ms);
    return str_dup(a, str_slice(str_from(text), 0, 16)); /* to the minute */
}

static str partner_name(struct node *node, struct arena *a, const uint8_t id[static ID_LEN])
{
    struct partner p;
    return partner_by_id(node->db, a, id, &p, NULL) == 0 ? p.name : hex_encode(a, (bytes){id, ID_LEN});
}

static str size_text(struct arena *a, uint64_t size)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
    double v = (double)size;
    int u = 0;
    while (v >= 1024 && u < 3) {
        v /= 1024;
        u++;
    }
    return u ? str_printf(a, "%.1f %s", v, units[u]) : str_printf(a, "%" PRIu64 " B", size);
}

static bool for_people(const struct post_item *l)
{
    for (const struct letter_kind *k = letter_kinds_people; k->name; k++)
        if (strcmp(k->name, l->kind) == 0)
            return true;
    return l->kind[0] == 0;
}

/* --- list --- */

static void json_item(struct cli *cli, struct node *node, struct out *o, const struct post_item *l)
{
    out_object(o, NULL);
    out_text(o, "letter", hex_encode(cli->arena, (bytes){l->id, ID_LEN}));
    out_text(o, "partner", partner_name(node, cli->arena, l->partner));
    out_text(o, "direction", l->outgoing ? STR("out") : STR("in"));
    out_text(o, "kind", str_from(l->kind));
    out_text(o, "state", str_from(states[l->state].word));
    out_int(o, "time_ms", l->time_ms);
    out_int(o, "settled_ms", l->settled_ms);
    out_int(o, "leaf", l->leaf_index);
    out_int(o, "sequence", (int64_t)l->sequence);
    out_int(o, "size", (int64_t)l->size);
    out_bool(o, "skewed", l->skewed);
    out_bool(o, "erased", l->erased);
}

static void list_table(struct cli *cli, struct node *node, const struct post_item *items, size_t n, struct buf *b)
{
    static const char *const headings[] = {"letter", "when", "", "partner", "kind", ">size", "state"};
    struct table *t = table_new(cli->arena, headings, 7);
    for (size_t i = 0; i < n; i++) {
        const struct post_item *l = &items[i];
        table_cell(t, hex_encode(cli->arena, (bytes){l->id, ID_LEN}));
        table_cell(t, time_text(cli->arena, l->time_ms));
        table_cell(t, l->outgoing ? STR("to") : STR("from"));
        table_cell(t, partner_name(node, cli->arena, l->partner));
        table_cell(t, str_from(l->kind));
        table_cell(t, size_text(cli->arena, l->size));
        table_cellf(t, "%s%s%s", states[l->state].word, l->erased ? ", erased" : "", l->skewed ? ", its clock differs" : "");
    }
    table_write(t, b);
}

static int filter_of(struct cli *cli, struct node *node, struct post_filter *f)
{
    struct partner p;
    const char *limit = cli_option(cli, "limit");
    *f = (struct post_filter){.incoming = cli_option(cli, "in"), .outgoing = cli_option(cli, "out"), .waiting = cli_option(cli, "waiting"),
                              .limit = LIMIT_DEFAULT};
    if (!f->incoming && !f->outgoing)
        f->incoming = f->outgoing = true;
    if (limit && !str_to_int(str_from(limit), 1, LIMIT_MAX, &f->limit))
        return cli_usage(cli, "--limit must be a number from 1 to %d", LIMIT_MAX);
    if (!cli_option(cli, "partner"))
        return 0;
    int r = partner_find(node->db, cli->arena, str_from(cli_option(cli, "partner")), &p, &cli->err);
    uint8_t *id = arena_alloc(cli->arena, ID_LEN);
    memcpy(id, p.id, r == 0 ? ID_LEN : 0);
    f->partner = id;
    return r;
}

static int list(struct cli *cli, struct node *node)
{
    struct post_filter filter;
    struct post_item *items;
    size_t n = 0, kept = 0;
    int r = filter_of(cli, node, &filter);
    if (r == 0)
        r = post_list(node, &filter, cli->arena, &items, &n, &cli->err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < n; i++)
        if (cli_option(cli, "all") || for_people(&items[i]))
            items[kept++] = items[i];
    struct buf b = buf_new(cli->arena);
    if (cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        out_array(&o, "letters");
        for (size_t i = 0; i < kept; i++) {
            json_item(cli, node, &o, &items[i]);
            out_end(&o);
        }
        out_end(&o);
        out_end(&o);
    } else if (kept == 0) {
        buf_addf(&b, "No letters%s. To write one: comity send %s PARTNER --kind request --purpose CODE --reference TEXT FILE\n",
                 filter.waiting ? " are waiting" : "", cli->args[0]);
    } else {
        list_table(cli, node, items, kept, &b);
    }
    return cli_print(cli, buf_str(&b));
}

/* --- show and receipt --- */

int letter_argument(struct cli *cli, uint8_t id[static ID_LEN])
{
    return hex_decode_into(str_from(cli->args[1]), id, ID_LEN)
               ? 0 : cli_usage(cli, "ID is %d letters and digits (0-9, a-f), as `comity letters %s list` shows it", 2 * ID_LEN, cli->args[0]);
}

static void show_words(struct cli *cli, struct node *node, const struct post_item *l, const struct letter_receipt *r, struct buf *b)
{
    struct arena *a = cli->arena;
    buf_addf(b, "letter %s\n", hex_encode(a, (bytes){l->id, ID_LEN}).p);
    buf_addf(b, "%s %.*s, %s, %s, number %" PRIu64 " in its order\n", l->outgoing ? "to" : "from", STR_ARG(partner_name(node, a, l->partner)),
             l->kind[0] ? l->kind : "of an unknown kind", size_text(a, l->size).p, l->sequence);
    buf_addf(b, "%s %s by the sender's clock%s\n", l->outgoing ? "written" : "sent", time_text(a, l->time_ms).p,
             l->skewed ? ", which differs from ours by more than a day" : "");
    buf_addf(b, "%s%s\n", states[l->state].sentence, l->erased ? "; its contents are erased" : "");
    if (!r)
        return;
    buf_addf(b, "receipt: %s%s%.*s, signed %s, leaf %" PRId64 " in the log of %s\n", r->status == LETTER_ACCEPTED ? "accepted" : "refused",
             r->reason.len ? ", because of " : "", STR_ARG(r->reason), time_text(a, r->time_ms).p, r->leaf_index,
             l->outgoing ? "the partner" : "this node");
}

static int show(struct cli *cli, struct node *node)
{
    uint8_t id[ID_LEN];
    struct post_item l;
    struct letter_receipt receipt, *has = NULL;
    int r = letter_argument(cli, id);
    if (r == 0)
        r = post_find(node, id, &l, &cli->err);
    if (r < 0)
        return r;
    r = post_receipt(node, id, cli->arena, &receipt, &cli->err);
    if (r < 0 && r != ERR_NOT_FOUND)
        return r;
    has = r == 0 ? &receipt : NULL;
    struct buf b = buf_new(cli->arena);
    if (cli->json) {
        struct out o = out_json(&b);
        json_item(cli, node, &o, &l);
        if (has) {
            out_object(&o, "receipt");
            out_text(&o, "status", receipt.status == LETTER_ACCEPTED ? STR("accepted") : STR("refused"));
            out_text(&o, "reason", receipt.reason);
            out_int(&o, "time_ms", receipt.time_ms);
            out_int(&o, "leaf", receipt.leaf_index);
            out_end(&o);
        }
        out_end(&o);
    } else {
        show_words(cli, node, &l, has, &b);
    }
    return cli_print(cli, buf_str(&b));
}

static int receipt(struct cli *cli, struct node *node)
{
    uint8_t id[ID_LEN];
    struct letter_receipt receipt;
    const char *file = cli_option(cli, "out");
    int r = letter_argument(cli, id);
    if (r == 0)
        r = post_receipt(node, id, cli->arena, &receipt, &cli->err);
    if (r < 0)
        return r;
    str text = letter_receipt_write(cli->arena, &receipt);
    if (!file)
        return cli_print(cli, text);
    r = file_write(file, str_bytes(text), FILE_MODE_PUBLIC, &cli->err);
    struct buf b = buf_new(cli->arena);
    if (cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        out_text(&o, "file", str_from(file));
        out_end(&o);
    } else {
        buf_addf(&b, "The receipt is in %s. To check it: comity verify %s\n", file, file);
    }
    return r < 0 ? r : cli_print(cli, buf_str(&b));
}

static int with_node(struct cli *cli, int args, int (*fn)(struct cli *cli, struct node *node))
{
    struct node *node = NULL;
    int r = cli_args(cli, args, args);
    if (r < 0 || (r = cli_node_open(cli, cli->args[0], &node)) < 0)
        return r;
    r = fn(cli, node);
    node_close(node);
    return r;
}

int cmd_letters_list(struct cli *cli)
{
    return with_node(cli, 1, list);
}

int cmd_letters_show(struct cli *cli)
{
    return with_node(cli, 2, show);
}

int cmd_letters_receipt(struct cli *cli)
{
    return with_node(cli, 2, receipt);
}
