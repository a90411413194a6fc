/* comity letters export, import: the same letters and receipts as a file, where there is no line. */
#include <inttypes.h>
#include <string.h>

#include "face/cli/cmd_letters.h"
#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "trust/grant/grant.h"
#include "trust/letter/bundle.h"

#define DAY_MS (24LL * 3600 * 1000)
#define BATCH_BYTES ((size_t)4 * 1024 * 1024)
#define PART_BYTES ((size_t)4 * 1024 * 1024)

const struct cli_option letters_export_options[] = {{0}};
const char letters_export_help[] =
    "Writes into FILE what waits for the partner, and your receipts for what came in the last 35 days. Take it there in any way:\n"
    "it is sealed for the partner and signed. What is delivered twice, by stick and by line, has one effect.\n";
const struct cli_option letters_import_options[] = {{0}};
const char letters_import_help[] =
    "Takes in the letters and receipts in FILE, exactly as if they had come over the line. Importing a file again changes\n"
    "nothing. Afterwards export one for the partner: it holds your receipts.\n";

struct stick {
    struct cli *cli;
    struct node *node;
    struct partner partner;
    int64_t now_ms;
    size_t letters, receipts;              /* in the file */
    size_t taken, refused, held, later, rejected; /* import: what became of the letters */
};

/* --- export --- */

/* From which leaf on there are receipts that the partner may not have: those of letters that it still keeps. */
static int oldest_leaf(struct stick *s, int64_t *leaf)
{
    struct post_filter filter = {.partner = s->partner.id, .incoming = true};
    struct post_item *items;
    size_t n = 0;
    int r = post_list(s->node, &filter, s->cli->arena, &items, &n, &s->cli->err);
    *leaf = -1;
    for (size_t i = 0; r == 0 && i < n; i++)
        if (items[i].settled_ms >= s->now_ms - POST_KEEP_DAYS * DAY_MS && (*leaf < 0 || items[i].leaf_index < *leaf))
            *leaf = items[i].leaf_index;
    return r;
}

static int export_receipts(struct stick *s, struct bundle_writer *w)
{
    struct arena *a = arena_new();
    struct letter_receipt *receipts;
    int64_t leaf;
    size_t n = 0;
    int r = oldest_leaf(s, &leaf);
    while (r == 0 && leaf >= 0) {
        arena_reset(a);
        r = post_receipts(s->node, &s->partner, leaf, POST_BATCH, a, &receipts, &n, &s->cli->err);
        for (size_t i = 0; r == 0 && i < n; i++) {
            r = bundle_put(w, FRAME_RECEIPT, str_bytes(letter_receipt_write(a, &receipts[i])), &s->cli->err);
            s->receipts++;
        }
        leaf = n > 0 ? receipts[n - 1].leaf_index + 1 : -1;
    }
    arena_free(a);
    return r;
}

static int export_position(struct stick *s, struct bundle_writer *w)
{
    struct letter_position position;
    int r = post_position(s->node, &s->partner, s->now_ms, &position, &s->cli->err);
    return r < 0 ? r : bundle_put(w, FRAME_POSITION, str_bytes(letter_position_write(s->cli->arena, &position)), &s->cli->err);
}

static int export_letters(struct stick *s, struct bundle_writer *w)
{
    struct arena *a = arena_new();
    struct post_out *due;
    uint64_t from = 0;
    size_t n = 0;
    int r;
    do {
        arena_reset(a);
        r = post_due(s->node, &s->partner, from, POST_BATCH, a, &due, &n, &s->cli->err);
        for (size_t i = 0; r == 0 && i < n; i++) {
            from = due[i].header.sequence + 1;
            if (s->partner.status != PARTNER_ACTIVE && !post_despite_suspension(due[i].kind))
                continue;
            r = bundle_put_letter(w, due[i].line, due[i].sealed, due[i].path, due[i].header.size, &s->cli->err);
            s->letters++;
        }
    } while (r == 0 && n > 0);
    arena_free(a);
    return r;
}

static int report_export(struct stick *s, const char *file)
{
    struct buf b = buf_new(s->cli->arena);
    if (s->cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        out_text(&o, "file", str_from(file));
        out_text(&o, "partner", s->partner.name);
        out_int(&o, "letters", (int64_t)s->letters);
        out_int(&o, "receipts", (int64_t)s->receipts);
        out_end(&o);
    } else {
        buf_addf(&b, "%zu letters and %zu receipts for %.*s are in %s\nthere: comity letters DIR import %s\n", s->letters, s->receipts,
                 STR_ARG(s->partner.name), file, file);
    }
    return cli_print(s->cli, buf_str(&b));
}

/* A node that does not serve has no clock but its commands: what expired goes, and what that says to partners is in the outbox.
 * What was erased leaves the file; when somebody reads just now, the next time. */
static int look_after_grants(struct stick *s)
{
    int64_t n;
    int r = grant_expire(s->node, s->now_ms, &n, &s->cli->err);
    if (r < 0 || (r = grant_tidy(s->node, &s->cli->err)) == 0 || r != ERR_RETRY)
        return r;
    s->cli->err = (struct err){0};
    return 0;
}

int cmd_letters_export(struct cli *cli)
{
    struct stick s = {.cli = cli, .now_ms = clock_now_ms()};
    struct bundle_writer *w = NULL;
    int r = cli_args(cli, 3, 3);
    if (r < 0 || (r = cli_node_open(cli, cli->args[0], &s.node)) < 0)
        return r;
    const char *file = cli->args[2];
    r = partner_find(s.node->db, cli->arena, str_from(cli->args[1]), &s.partner, &cli->err);
    if (r == 0)
        r = look_after_grants(&s);
    if (r == 0)
        r = bundle_create(file, &w, &cli->err);
    if (r == 0)
        r = export_receipts(&s, w); /* before the position, which is then no surprise */
    if (r == 0)
        r = export_position(&s, w);
    if (r == 0)
        r = export_letters(&s, w);
    if (r == 0) {
        r = bundle_finish(w, &cli->err);
        w = NULL;
    }
    bundle_abandon(w);
    if (r == 0)
        r = report_export(&s, file);
    node_close(s.node);
    return r;
}

/* --- import --- */

/* Letters and receipts are collected and taken in together: the disk and not the arithmetic limits how many there can be. */
struct batch {
    struct arena *arena;
    bytes letters[POST_BATCH];
    struct letter_receipt receipts[POST_BATCH];
    size_t n_letters, n_receipts, size;
};

static int flush_letters(struct stick *s, struct batch *b)
{
    size_t n = b->n_letters;
    struct post_answer *answers = arena_array(b->arena, struct post_answer, n + 1);
    b->n_letters = b->size = 0;
    if (n == 0)
        return 0;
    int r = letter_receive(s->node, &room_kinds, &s->partner, b->letters, n, s->now_ms, b->arena, answers, &s->cli->err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        const struct post_answer *x = &answers[i];
        s->taken += x->outcome == POST_RECEIPT && x->receipt.status == LETTER_ACCEPTED;
        s->refused += x->outcome == POST_RECEIPT && x->receipt.status == LETTER_REFUSED;
        s->held += x->outcome == POST_HELD;
        s->later += x->outcome == POST_LATER;
        s->rejected += x->outcome == POST_REJECTED || x->outcome == POST_STALE;
    }
    return r;
}

static int flush(struct stick *s, struct batch *b)
{
    size_t n = b->n_receipts;
    int r = flush_letters(s, b);
    b->n_receipts = 0;
    if (r == 0 && n > 0)
        r = post_receipts_take(s->node, &room_kinds, &s->partner, b->receipts, n, s->now_ms, &s->cli->err);
    arena_reset(b->arena);
    return r;
}

/* Whose it is: the one who wrote the letter, or who signs the receipt or the position. One file is from one partner. */
static int partner_is(struct stick *s, const uint8_t id[static ID_LEN])
{
    if (s->partner.name.len > 0)
        return memcmp(s->partner.id, id, ID_LEN) == 0 ? 0 : err_set(&s->cli->err, ERR_INPUT, "%s holds letters of several agencies", s->cli->args[1]);
    int r = partner_by_id(s->node->db, s->cli->arena, id, &s->partner, &s->cli->err);
    if (r == ERR_NOT_FOUND)
        return err_set(&s->cli->err, ERR_NOT_FOUND, "%s is from an agency that is not a partner: pair first", s->cli->args[1]);
    if (r == 0 && s->partner.status != PARTNER_ACTIVE)
        return err_set(&s->cli->err, ERR_DENIED, "%.*s is suspended: nothing of theirs is taken in", STR_ARG(s->partner.name));
    return r;
}

/* The age file of a large letter, from where an earlier import ended. */
static int import_parts(struct stick *s, struct bundle *in, const struct bundle_item *item, const struct letter_header *h)
{
    struct arena *a = arena_new();
    struct progress *p = progress_start(s->cli->arena, "a large letter", (int64_t)item->sealed_size, "bytes");
    uint64_t have = 0, before;
    int r = post_part(s->node, &room_kinds, &s->partner, h->id, 0, (bytes){NULL, 0}, &have, &s->cli->err);
    while (r == 0 && have < item->sealed_size) {
        bytes part;
        before = have;
        arena_reset(a);
        r = bundle_read_sealed(in, item, have, PART_BYTES, a, &part, &s->cli->err);
        if (r == 0)
            r = post_part(s->node, &room_kinds, &s->partner, h->id, have, part, &have, &s->cli->err);
        if (r == 0 && have <= before)
            break; /* it is here already, as a whole letter */
        progress_at(p, (int64_t)have);
    }
    progress_end(p);
    arena_free(a);
    return r;
}

static int import_letter(struct stick *s, struct bundle *in, const struct bundle_item *item, struct batch *b)
{
    struct letter_header h = {0};
    str rest = bytes_str(item->body), line;
    (void)str_split(&rest, '\n', &line);
    int r = letter_header_read(b->arena, str_bytes(line), &h, &s->cli->err);
    if (r < 0 && r != ERR_PEER) /* another version is answered by letter_receive */
        return err_prefix(&s->cli->err, "%s, letter %zu", s->cli->args[1], s->letters + 1);
    r = partner_is(s, h.from);
    if (r == 0 && item->sealed_size > 0)
        r = import_parts(s, in, item, &h);
    if (r < 0)
        return r;
    b->letters[b->n_letters++] = item->body;
    b->size += item->body.len;
    s->letters++;
    return 0;
}

static int import_receipt(struct stick *s, const struct bundle_item *item, struct batch *b)
{
    struct letter_receipt *receipt = &b->receipts[b->n_receipts];
    int r = letter_receipt_read(b->arena, item->body, receipt, &s->cli->err);
    if (r < 0)
        return err_prefix(&s->cli->err, "%s, receipt %zu", s->cli->args[1], s->receipts + 1);
    b->n_receipts++;
    s->receipts++;
    return partner_is(s, receipt->to);
}

static int import_position(struct stick *s, const struct bundle_item *item, struct batch *b)
{
    struct letter_position position;
    int r = flush(s, b);
    if (r == 0)
        r = letter_position_read(b->arena, item->body, &position, &s->cli->err);
    if (r == 0)
        r = partner_is(s, position.to);
    return r < 0 ? r : post_position_take(s->node, &s->partner, &position, s->now_ms, &s->cli->err);
}

static int import_all(struct stick *s, struct bundle *in)
{
    struct batch *b = arena_new_of(s->cli->arena, struct batch);
    struct bundle_item item;
    int r;
    b->arena = arena_new();
    while ((r = bundle_next(in, b->arena, &item, &s->cli->err)) > 0) {
        r = item.kind == FRAME_LETTER ? import_letter(s, in, &item, b) : item.kind == FRAME_RECEIPT ? import_receipt(s, &item, b)
                                                                                                    : import_position(s, &item, b);
        if (r == 0 && (b->n_letters == POST_BATCH || b->n_receipts == POST_BATCH || b->size > BATCH_BYTES))
            r = flush(s, b);
        if (r < 0)
            break;
    }
    if (r == 0)
        r = flush(s, b);
    arena_free(b->arena);
    return r;
}

static void say_import(const struct stick *s, struct buf *b)
{
    buf_addf(b, "from %.*s: %zu letters, %zu receipts\n", STR_ARG(s->partner.name), s->letters, s->receipts);
    if (s->refused)
        buf_addf(b, "%zu letters were refused; the receipts say why\n", s->refused);
    if (s->held)
        buf_addf(b, "%zu letters are held back until earlier ones have come\n", s->held);
    if (s->later)
        buf_addf(b, "%zu letters cannot be taken in now: import the file again later\n", s->later);
    if (s->rejected)
        buf_addf(b, "%zu were passed over: they belong to an order that has ended, or are no letters to this node\n", s->rejected);
    if (s->letters)
        buf_addf(b, "next: take your receipts back, with comity letters %s export %.*s FILE\n", s->cli->args[0], STR_ARG(s->partner.name));
}

static int report_import(struct stick *s)
{
    struct buf b = buf_new(s->cli->arena);
    if (s->cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        out_text(&o, "partner", s->partner.name);
        out_int(&o, "letters", (int64_t)s->letters);
        out_int(&o, "receipts", (int64_t)s->receipts);
        out_int(&o, "accepted", (int64_t)s->taken);
        out_int(&o, "refused", (int64_t)s->refused);
        out_int(&o, "held", (int64_t)s->held);
        out_int(&o, "later", (int64_t)s->later);
        out_int(&o, "passed_over", (int64_t)s->rejected);
        out_end(&o);
    } else {
        say_import(s, &b);
    }
    return cli_print(s->cli, buf_str(&b));
}

int cmd_letters_import(struct cli *cli)
{
    struct stick s = {.cli = cli, .now_ms = clock_now_ms()};
    struct bundle *in = NULL;
    int r = cli_args(cli, 2, 2);
    if (r < 0 || (r = cli_node_open(cli, cli->args[0], &s.node)) < 0)
        return r;
    r = bundle_open(cli->args[1], &in, &cli->err);
    if (r == 0)
        r = import_all(&s, in);
    if (r == 0)
        r = look_after_grants(&s);
    if (r == 0)
        r = report_import(&s);
    bundle_close(in);
    node_close(s.node);
    return r;
}
