/* comity letters read: what a letter says. A look, so an act: purpose, leaf, and only then the contents. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "face/cli/cmd_letters.h"
#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "trust/grant/grant.h"

const struct cli_option letters_read_options[] = {
    {"purpose", "CODE", "why you read it: casework, protection, investigation, ..."},
    {"reference", "TEXT", "the case it belongs to; kept sealed"},
    {"out", "FILE", "write the contents there, exactly as they were sent; - is standard output"},
    {0},
};
const char letters_read_help[] =
    "Every reading is logged before anything is shown. Text is shown on the terminal; anything else, and what is large, needs\n"
    "--out. A file that is there already is not overwritten. The grant under which a letter came is asked each time: a file that\n"
    "leaves the node is an export, everything else a reading.\n";

struct reading {
    uint8_t id[ID_LEN];
    struct arena *arena;
    struct letter_content content;
    bytes payload;
    int fd; /* -1: not into a file */
    bool piped; /* to standard output, once the act is committed */
};

/* May run again after a lost race: begins the file anew each time. It gets its name only after the act is committed. */
static int look(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct reading *q = arg;
    act->has_object = true;
    memcpy(act->object, q->id, ID_LEN);
    int r = grant_letter_may(node, q->id, q->fd < 0 ? GRANT_READ : GRANT_EXPORT, act->purpose, act->now_ms, err);
    if (r == 0)
        r = post_content(node, q->id, q->arena, &q->content, err);
    if (r < 0 || q->piped)
        return r;
    if (q->fd < 0)
        return post_read(node, q->id, q->arena, &q->content, &q->payload, err);
    if (ftruncate(q->fd, 0) < 0 || lseek(q->fd, 0, SEEK_SET) < 0)
        return err_errno(err, ERR_IO, errno, "the file cannot be written");
    r = post_read_file(node, q->id, q->fd, err);
    return r == 0 && fsync(q->fd) < 0 ? err_errno(err, ERR_IO, errno, "the contents cannot be made durable") : r;
}

/* Under a name of its own until it is whole. */
static const char *part_name(struct cli *cli, const char *file)
{
    return str_printf(cli->arena, "%s.part", file).p;
}

static int open_file(struct cli *cli, const char *file, struct reading *q)
{
    if (!file || q->piped)
        return 0;
    if (file_exists(file))
        return err_set(&cli->err, ERR_EXISTS, "%s is there already: choose another name", file);
    q->fd = open(part_name(cli, file), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return q->fd < 0 ? err_errno(&cli->err, ERR_IO, errno, "%s cannot be written", file) : 0;
}

static int close_file(struct cli *cli, const char *file, struct reading *q, int r)
{
    if (q->fd < 0)
        return r;
    close(q->fd);
    if (r == 0 && rename(part_name(cli, file), file) < 0)
        r = err_errno(&cli->err, ERR_IO, errno, "%s cannot be written", file);
    if (r < 0)
        unlink(part_name(cli, file));
    return r;
}

static bool is_text(str type)
{
    return str_starts(type, STR("text/")) || str_eq(type, STR("application/json")) || str_eq(type, STR("application/xml"));
}

/* On a terminal, what a partner sent must not steer it. */
static str tame(struct arena *a, bytes text)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.p[i];
        buf_byte(&b, c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7f) ? (char)c : '?');
    }
    return buf_str(&b);
}

static void say_json(struct cli *cli, const struct reading *q, const char *file, int64_t leaf, struct buf *b)
{
    const struct letter_content *c = &q->content;
    struct out o = out_json(b);
    out_object(&o, NULL);
    out_text(&o, "letter", hex_encode(cli->arena, (bytes){c->id, ID_LEN}));
    out_text(&o, "from", hex_encode(cli->arena, (bytes){c->from, ID_LEN}));
    out_text(&o, "kind", c->kind);
    out_text(&o, "purpose", c->purpose);
    out_text(&o, "reference", c->reference);
    if (c->has_reply_to)
        out_text(&o, "reply_to", hex_encode(cli->arena, (bytes){c->reply_to, ID_LEN}));
    if (c->has_grant)
        out_text(&o, "grant", hex_encode(cli->arena, (bytes){c->grant, ID_LEN}));
    out_text(&o, "name", c->name);
    out_text(&o, "type", c->type);
    out_int(&o, "size", (int64_t)c->payload_size);
    if (file)
        out_text(&o, "file", str_from(file));
    else if (is_text(c->type))
        out_text(&o, "text", bytes_str(q->payload));
    out_int(&o, "leaf", leaf);
    out_end(&o);
}

static void say(struct cli *cli, const struct reading *q, const char *file, struct buf *b)
{
    const struct letter_content *c = &q->content;
    buf_addf(b, "%.*s, for %.*s, reference %s\n", STR_ARG(c->kind), STR_ARG(c->purpose), tame(cli->arena, str_bytes(c->reference)).p);
    if (c->has_reply_to)
        buf_addf(b, "answers letter %s\n", hex_encode(cli->arena, (bytes){c->reply_to, ID_LEN}).p);
    if (c->has_grant)
        buf_addf(b, "under grant %s\n", hex_encode(cli->arena, (bytes){c->grant, ID_LEN}).p);
    if (c->name.len)
        buf_addf(b, "file %s, %s, %" PRIu64 " bytes\n", tame(cli->arena, str_bytes(c->name)).p, tame(cli->arena, str_bytes(c->type)).p, c->payload_size);
    if (file)
        buf_addf(b, "The contents are in %s.\n", file);
    else
        buf_addf(b, "\n%.*s\n", STR_ARG(isatty(STDOUT_FILENO) ? tame(cli->arena, q->payload) : bytes_str(q->payload)));
}

static int read_letter(struct cli *cli, struct node *node, const char *file, struct reading *q)
{
    struct actor operator = act_operator(cli->arena);
    struct act act = {.verb = VERB_READ, .actor = &operator, .purpose = str_from(cli_option(cli, "purpose")),
                      .reference = str_from(cli_option(cli, "reference")), .now_ms = clock_now_ms()};
    int r = open_file(cli, file, q);
    if (r == 0)
        r = act_run(node, &act, look, q, &cli->err);
    r = close_file(cli, file, q, r);
    if (r < 0 || q->piped)
        return r < 0 ? r : post_read_file(node, q->id, STDOUT_FILENO, &cli->err);
    if (!file && !cli->json && !is_text(q->content.type) && q->content.payload_size > 0)
        return err_set(&cli->err, ERR_USAGE, "it holds %s, which is no text: give --out FILE",
                       tame(cli->arena, str_bytes(q->content.type)).p);
    struct buf b = buf_new(cli->arena);
    if (cli->json)
        say_json(cli, q, file, act.leaf_index, &b);
    else
        say(cli, q, file, &b);
    return cli_print(cli, buf_str(&b));
}

int cmd_letters_read(struct cli *cli)
{
    struct node *node = NULL;
    struct reading q = {.arena = cli->arena, .fd = -1};
    int r = cli_args(cli, 2, 2);
    if (r == 0 && !cli_option(cli, "purpose"))
        r = cli_usage(cli, "--purpose is needed: say why you read it; every reading is logged");
    if (r == 0)
        r = letter_argument(cli, q.id);
    if (r < 0 || (r = cli_node_open(cli, cli->args[0], &node)) < 0)
        return r;
    q.piped = cli_option(cli, "out") && strcmp(cli_option(cli, "out"), "-") == 0;
    r = read_letter(cli, node, cli_option(cli, "out"), &q);
    node_close(node);
    return r;
}
