/* comity desk DIR held, compare: what a key holder has, and whether a hall asked it for what it then did. */
#include <inttypes.h>
#include <string.h>

#include "face/cli/cli.h"
#include "face/cli/commands.h"
#include "face/cli/desk_day.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "work/desk/holders.h"

const char desk_held_help[] =
    "The key of a day that `comity desk verify` prints has to stand here, at each of its holders: else the hall made it by itself, and knew every lot.\n";

const struct cli_option desk_compare_options[] = {
    {"log", "VKEY", "the verifier key of the hall's log, as in the invitation of its agency"},
    {"witness", "VKEY", "a witness that must have cosigned the head of that log; may be repeated"},
    {0},
};
const char desk_compare_help[] =
    "FILE is a day as the hall handed it out. It is computed anew, as `comity desk verify` does, and then held against what this node answered: a call\n"
    "that it answered for other records than the day's, or that the day does not have, is one whose lot somebody wanted to know beforehand.\n";

static str hex_of(struct cli *cli, const uint8_t *p, size_t len)
{
    return hex_encode(cli->arena, (bytes){p, len});
}

static str agency_of(struct cli *cli, struct node *node, const struct holders_held *h)
{
    struct partner p;
    struct err none = {0};
    return h->me == 1 ? node->agency.name : partner_by_id(node->db, cli->arena, h->what.agencies[0], &p, &none) == 0 ? p.name : STR("?");
}

static void held_json(struct out *o, struct cli *cli, struct node *node, const struct holders_held *h, const char *from, const char *until)
{
    out_object(o, NULL);
    out_text(o, "hall", hex_of(cli, h->what.hall, ID_LEN));
    out_text(o, "agency", agency_of(cli, node, h));
    out_int(o, "holder", h->me);
    out_int(o, "holders", h->keys.holders);
    out_int(o, "needed", h->keys.needed);
    out_text(o, "from", str_from(from));
    out_text(o, "until", str_from(until));
    out_text(o, "key", hex_of(cli, h->keys.commitments[0].b, OPRF_POINT_LEN));
    out_end(o);
}

int cmd_desk_held(struct cli *cli)
{
    static const char *const headings[] = {"hall", "of", ">share", "from", "until", "key"};
    struct node *node = NULL;
    struct holders_held *all;
    struct buf b = buf_new(cli->arena);
    size_t n;
    int r = cli_args(cli, 1, 1);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r < 0)
        return r;
    r = holders_held(node, cli->arena, &all, &n, &cli->err);
    struct table *t = table_new(cli->arena, headings, 6);
    struct out o = out_json(&b);
    if (cli->json)
        out_array(&o, NULL);
    for (size_t i = 0; r == 0 && i < n; i++) {
        char from[DATE_TEXT_MAX], until[DATE_TEXT_MAX];
        date_format(from, date_from_days(all[i].what.from_day));
        date_format(until, date_from_days(all[i].what.until_day));
        if (cli->json) {
            held_json(&o, cli, node, &all[i], from, until);
            continue;
        }
        table_cell(t, hex_of(cli, all[i].what.hall, ID_LEN));
        table_cell(t, agency_of(cli, node, &all[i]));
        table_cellf(t, "%u of %u", all[i].me, (unsigned)all[i].keys.holders);
        table_cell(t, str_from(from));
        table_cell(t, str_from(until));
        table_cell(t, hex_of(cli, all[i].keys.commitments[0].b, OPRF_POINT_LEN));
    }
    if (cli->json)
        out_end(&o);
    else
        table_write(t, &b);
    node_close(node);
    return r < 0 ? r : cli_print(cli, buf_str(&b));
}

/* --- comparing --- */

struct draws { struct arena *a; struct day_drawn *all; size_t n, room; };

static void keep_draw(void *arg, const struct day_drawn *d)
{
    struct draws *draws = arg;
    arena_one_more(draws->a, draws->all, draws->n, draws->room);
    draws->all[draws->n++] = *d;
}

/* As which holder this node answered for that day: by the key that the day began with. */
static int holder_of(struct cli *cli, struct node *node, const struct day_found *f, unsigned *me)
{
    struct holders_held *all;
    size_t n;
    int r = holders_held(node, cli->arena, &all, &n, &cli->err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (memcmp(all[i].what.hall, f->hall, ID_LEN) == 0 && memcmp(&all[i].keys, &f->keys, sizeof f->keys) == 0) {
            *me = all[i].me;
            return 0;
        }
    return r < 0 ? r : err_set(&cli->err, ERR_CRYPTO, "this node holds no share of the key of that day: comity desk DIR held says of which it does");
}

static int say_compared(struct cli *cli, const struct day_found *f, const struct holders_compared *c)
{
    if (c->other)
        return err_set(&cli->err, ERR_CRYPTO, "%" PRIu32 " calls were answered here for other records than the day's, the first is call %" PRIu32
                       ": the hall asked about a window that never was", c->other, c->first_other);
    if (c->missing && f->closed)
        return err_set(&cli->err, ERR_CRYPTO, "%" PRIu32 " calls were answered here that the day does not have, the first is call %" PRIu32 ": the hall asked ahead",
                       c->missing, c->first_missing);
    struct buf b = buf_new(cli->arena);
    if (cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        out_int(&o, "answered", c->answered);
        out_int(&o, "same", c->same);
        out_int(&o, "left_out", c->left_out);
        out_int(&o, "weak", c->weak);
        out_int(&o, "missing", c->missing);
        out_end(&o);
        return cli_print(cli, buf_str(&b));
    }
    buf_addf(&b, "%" PRIu32 " calls answered here, %" PRIu32 " of them in the day, for the same records\n", c->answered, c->same);
    if (c->left_out)
        buf_addf(&b, "  %" PRIu32 " of these were drawn without this answer, %" PRIu32 " by one alone: too late, or not wanted\n", c->left_out, c->weak);
    if (c->missing)
        buf_addf(&b, "  %" PRIu32 " are not in it yet: the day goes on\n", c->missing);
    return cli_print(cli, buf_str(&b));
}

int cmd_desk_compare(struct cli *cli)
{
    struct note_verifier log;
    struct draws draws = {.a = cli->arena};
    struct day_trust trust = {.log = &log, .each = keep_draw, .arg = &draws};
    struct day_found found;
    struct holders_compared compared;
    struct node *node = NULL;
    unsigned me = 0;
    int r = cli_args(cli, 2, 2);
    if (r == 0 && !cli_option(cli, "log"))
        r = cli_usage(cli, "whose log should it be in? give --log VKEY");
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r < 0)
        return r;
    if ((r = note_verifier_parse(str_from(cli_option(cli, "log")), &log, &cli->err)) < 0)
        r = err_prefix(&cli->err, "--log");
    if (r == 0)
        r = desk_day_witnesses(cli, &trust);
    if (r == 0 && (r = desk_day_check(cli->args[1], &trust, &found, &cli->err)) < 0)
        r = err_prefix(&cli->err, r == ERR_IO ? "%s" : "%s does NOT hold", cli->args[1]);
    if (r == 0)
        r = holder_of(cli, node, &found, &me);
    if (r == 0)
        r = holders_compare(node, found.hall, found.day, me, draws.all, draws.n, &compared, &cli->err);
    node_close(node);
    return r < 0 ? r : say_compared(cli, &found, &compared);
}
