/* comity forward: a received letter passed on to another partner, under a grant that is nowhere wider. */
#include <string.h>

#include "face/cli/cmd_letters.h"
#include "face/cli/commands.h"
#include "face/cli/grant_options.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"

const struct cli_option forward_options[] = {
    {"reference", "TEXT", "the case it is passed on for; only the partner reads it"},
    GRANT_OPTIONS,
    {0},
};
const char forward_help[] =
    "The letter is sealed anew for the partner, with the signed grants above it, so that the partner's node can check that all of\n"
    "it descends from the owner. What is not said is as in the grant under which the letter came; nothing may be wider. When\n"
    "that grant ends, so does this one.\n";

struct passing {
    const uint8_t *letter;
    const struct partner *to;
    const struct post_file *file;
    struct grant child;
    uint8_t id[ID_LEN];
};

static int pass_on(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct passing *p = arg;
    struct grant child = p->child; /* an act may run again */
    int r = grant_forward(node, act, p->letter, p->to, p->file, &child, p->id, err);
    if (r < 0)
        return r;
    memcpy(p->child.id, child.id, ID_LEN);
    act->has_object = true;
    memcpy(act->object, p->letter, ID_LEN);
    return 0;
}

static int report(struct cli *cli, const struct passing *p, int64_t leaf)
{
    struct buf b = buf_new(cli->arena);
    str id = hex_encode(cli->arena, (bytes){p->id, ID_LEN}), grant = hex_encode(cli->arena, (bytes){p->child.id, ID_LEN});
    if (cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        out_text(&o, "letter", id);
        out_text(&o, "grant", grant);
        out_text(&o, "to", p->to->name);
        out_int(&o, "leaf", leaf);
        out_end(&o);
    } else {
        buf_addf(&b, "letter %s is in the outbox for %.*s, under grant %s\n", id.p, STR_ARG(p->to->name), grant.p);
    }
    return cli_print(cli, buf_str(&b));
}

static void show_progress(uint64_t done, void *arg)
{
    progress_at(arg, (int64_t)done);
}

/* A large letter is opened and sealed anew before the act, if its grant allows it; the act asks the grant again. */
static int seal_large(struct cli *cli, struct node *node, struct passing *p, str purpose, int64_t now_ms)
{
    struct letter_content content = {0};
    struct post_file *file = arena_new_of(cli->arena, struct post_file);
    int r = post_content(node, p->letter, cli->arena, &content, &cli->err);
    if (r < 0 || content.payload_size <= GRANT_INLINE_MAX ||
        (r = grant_may(node, p->letter, GRANT_FORWARD, purpose, now_ms, &cli->err)) < 0)
        return r;
    grant_new_id(now_ms, p->child.id);
    const struct letter l = {.kind = str_c(cli->arena, content.kind), .purpose = purpose, .reference = str_from(cli_option(cli, "reference")),
                             .grant = p->child.id, .name = content.name, .type = content.type};
    struct progress *progress = progress_start(cli->arena, "sealing", (int64_t)content.payload_size, "bytes");
    r = post_file_pass_on(node, p->to, &l, p->letter, now_ms, show_progress, progress, file, &cli->err);
    progress_end(progress);
    p->file = file;
    return r;
}

static int forward(struct cli *cli, struct node *node, const uint8_t letter[static ID_LEN])
{
    struct partner to;
    struct grant parent;
    struct passing p = {.letter = letter, .to = &to};
    int64_t now = clock_now_ms();
    int r = partner_find(node->db, cli->arena, str_from(cli->args[2]), &to, &cli->err);
    if (r == 0)
        r = grant_of_letter(node, cli->arena, letter, &parent, &cli->err);
    if (r == 0)
        r = grant_options_read(cli, &parent, now, &p.child);
    if (r < 0 || (r = seal_large(cli, node, &p, parent.purpose, now)) < 0)
        return r;
    struct actor operator = act_operator(cli->arena);
    struct act act = {.verb = VERB_FORWARD, .actor = &operator, .purpose = parent.purpose, .reference = str_from(cli_option(cli, "reference")),
                      .now_ms = now};
    r = act_run(node, &act, pass_on, &p, &cli->err);
    return r < 0 ? r : report(cli, &p, act.leaf_index);
}

int cmd_forward(struct cli *cli)
{
    struct node *node = NULL;
    uint8_t letter[ID_LEN];
    int r = cli_args(cli, 3, 3);
    if (r == 0)
        r = letter_argument(cli, letter);
    if (r == 0 && !cli_option(cli, "reference"))
        r = cli_usage(cli, "--reference is needed: to which case does it go?");
    if (r < 0 || (r = cli_node_open(cli, cli->args[0], &node)) < 0)
        return r;
    r = forward(cli, node, letter);
    node_close(node);
    return r;
}
