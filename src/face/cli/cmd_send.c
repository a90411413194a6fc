/* comity send: a letter to a partner agency. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "face/cli/commands.h"
#include "face/cli/grant_options.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "trust/letter/post.h"

#define INLINE_PAYLOAD_MAX (LETTER_INLINE_MAX - 8 * 1024) /* what surrounds the payload has room in the rest */

const struct cli_option send_options[] = {
    {"kind", "KIND", "request, answer, referral, statement, notice or attachment"},
    {"purpose", "CODE", "why it is sent: casework, protection, child-protection, investigation, ..."},
    {"reference", "TEXT", "the case or warrant it belongs to; only the partner reads it"},
    {"reply-to", "ID", "the letter that this one answers"},
    {"type", "TYPE", "what FILE is, such as application/pdf (default: by the name's end)"},
    {"name", "NAME", "what the file is called there (default: its own name)"},
    GRANT_OPTIONS,
    {0},
};

const char send_help[] =
    "FILE is sealed for the partner and put into the outbox in one step with the entry in the log; `comity serve` delivers it\n"
    "as soon as there is a line, `comity letters DIR export` without one. - is what comes from standard input. A file larger\n"
    "than 248 KiB travels in pieces and goes on where a broken line left it.\n"
    "With it goes a grant: what the partner may do with it, and until when. `comity grants DIR withdraw` takes it back. A request or\n"
    "a notice goes without one unless something is said of it.\n";

struct sending {
    const struct partner *to;
    struct letter letter;
    bool granted;
    struct grant grant;
    uint8_t id[ID_LEN];
    struct arena *arena;
};

static int put(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct sending *s = arg;
    struct grant g = s->grant; /* an act may run again */
    int r = s->granted ? grant_send(node, act, s->to, &s->letter, &g, s->id, err) : letter_send(node, s->to, &s->letter, act->now_ms, s->id, err);
    if (r < 0)
        return r;
    act->has_object = true;
    memcpy(act->object, s->id, ID_LEN);
    act->detail = str_printf(s->arena, "{\"kind\":\"%s\",\"to\":\"%.*s\"}", s->letter.kind, STR_ARG(partner_id_text(s->to, s->arena)));
    return 0;
}

/* --- what is sent --- */

static str type_of(str name)
{
    static const struct { const char *end, *type; } types[] = {
        {".txt", "text/plain"}, {".csv", "text/csv"}, {".md", "text/markdown"}, {".json", "application/json"}, {".xml", "application/xml"},
        {".pdf", "application/pdf"}, {".zip", "application/zip"}, {".jpg", "image/jpeg"}, {".jpeg", "image/jpeg"}, {".png", "image/png"},
        {".tif", "image/tiff"}, {".mp3", "audio/mpeg"}, {".mp4", "video/mp4"}, {".odt", "application/vnd.oasis.opendocument.text"},
        {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        str end = str_from(types[i].end);
        if (name.len > end.len && str_eq_nocase(str_slice(name, name.len - end.len, name.len), end))
            return str_from(types[i].type);
    }
    return STR("application/octet-stream");
}

static int from_input(struct cli *cli, struct letter *l)
{
    struct buf b = buf_new(cli->arena);
    char piece[65536];
    size_t n;
    if (isatty(STDIN_FILENO))
        return cli_usage(cli, "what is to be sent? name a FILE, or - and pipe it in");
    while (b.len <= INLINE_PAYLOAD_MAX && (n = fread(piece, 1, sizeof piece, stdin)) > 0)
        buf_add_bytes(&b, piece, n);
    if (ferror(stdin))
        return err_errno(&cli->err, ERR_IO, errno, "standard input cannot be read");
    if (b.len > INLINE_PAYLOAD_MAX)
        return err_set(&cli->err, ERR_LIMIT, "from standard input at most %d bytes are taken: put it into a file and name that", INLINE_PAYLOAD_MAX);
    l->payload = buf_bytes(&b);
    l->type = STR("text/plain");
    return 0;
}

static void show_progress(uint64_t done, void *arg)
{
    progress_at(arg, (int64_t)done);
}

static int seal_large(struct cli *cli, struct node *node, struct sending *s, const char *path, int64_t size, int64_t now_ms)
{
    struct post_file *file = arena_new_of(cli->arena, struct post_file);
    struct progress *p = progress_start(cli->arena, "sealing", size, "bytes");
    int r = post_file_seal(node, s->to, &s->letter, path, now_ms, show_progress, p, file, &cli->err);
    progress_end(p);
    s->letter.file = file;
    return r;
}

static int from_file(struct cli *cli, struct node *node, struct sending *s, const char *path, int64_t now_ms)
{
    struct stat st;
    const char *slash = strrchr(path, '/');
    if (stat(path, &st) < 0)
        return err_errno(&cli->err, ERR_IO, errno, "%s cannot be read", path);
    if (!S_ISREG(st.st_mode))
        return cli_usage(cli, "%s is not a file", path);
    s->letter.name = str_from(slash ? slash + 1 : path);
    s->letter.type = type_of(s->letter.name);
    if (cli_option(cli, "name"))
        s->letter.name = str_from(cli_option(cli, "name"));
    if (cli_option(cli, "type"))
        s->letter.type = str_from(cli_option(cli, "type"));
    if (st.st_size > INLINE_PAYLOAD_MAX)
        return seal_large(cli, node, s, path, st.st_size, now_ms);
    return file_read(cli->arena, path, INLINE_PAYLOAD_MAX, &s->letter.payload, &cli->err);
}

/* --- the command --- */

static int id_option(struct cli *cli, const char *name, const uint8_t **out)
{
    const char *text = cli_option(cli, name);
    uint8_t *id = arena_alloc(cli->arena, ID_LEN);
    if (!text)
        return 0;
    *out = id;
    return hex_decode_into(str_from(text), id, ID_LEN) ? 0 : cli_usage(cli, "--%s is %d letters and digits (0-9, a-f)", name, 2 * ID_LEN);
}

static bool kind_known(const char *kind)
{
    for (const struct letter_kind *k = letter_kinds_people; k->name; k++)
        if (strcmp(k->name, kind) == 0)
            return true;
    return false;
}

static int options(struct cli *cli, struct letter *l)
{
    l->kind = cli_option(cli, "kind");
    if (!l->kind || !kind_known(l->kind))
        return cli_usage(cli, "--kind is needed: request, answer, referral, statement, notice or attachment");
    if (!cli_option(cli, "purpose") || !cli_option(cli, "reference"))
        return cli_usage(cli, "--%s is needed: a letter says what it is for and to which case it belongs",
                         cli_option(cli, "purpose") ? "reference" : "purpose");
    l->purpose = str_from(cli_option(cli, "purpose"));
    l->reference = str_from(cli_option(cli, "reference"));
    return id_option(cli, "reply-to", &l->reply_to);
}

/* A file is sealed before the act, under the grant that the act will give. */
static int grant_of(struct cli *cli, struct sending *s, int64_t now_ms)
{
    for (const struct letter_kind *k = grant_people_kinds; k->name; k++)
        if (strcmp(k->name, s->letter.kind) == 0)
            s->granted = k->needs_grant || grant_options_given(cli);
    if (!s->granted)
        return 0;
    int r = grant_options_read(cli, NULL, now_ms, &s->grant);
    s->grant.purpose = s->letter.purpose;
    grant_new_id(now_ms, s->grant.id);
    s->letter.grant = s->grant.id;
    return r;
}

static int report(struct cli *cli, const struct sending *s, int64_t leaf)
{
    struct buf b = buf_new(cli->arena);
    str id = hex_encode(cli->arena, (bytes){s->id, ID_LEN});
    if (cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        out_text(&o, "letter", id);
        out_text(&o, "to", s->to->name);
        out_text(&o, "kind", str_from(s->letter.kind));
        if (s->granted)
            out_text(&o, "grant", hex_encode(cli->arena, (bytes){s->grant.id, ID_LEN}));
        out_int(&o, "leaf", leaf);
        out_end(&o);
    } else {
        buf_addf(&b, "letter %s is in the outbox for %.*s\n", id.p, STR_ARG(s->to->name));
        if (s->granted)
            buf_addf(&b, "under grant %s\n", hex_encode(cli->arena, (bytes){s->grant.id, ID_LEN}).p);
        if (s->to->address.len)
            buf_addf(&b, "`comity serve %s` delivers it; `comity letters %s show %s` says when it has arrived\n", cli->args[0], cli->args[0], id.p);
        else
            buf_addf(&b, "%.*s gave no address: it fetches the letter itself, or take it there: comity letters %s export %.*s FILE\n",
                     STR_ARG(s->to->name), cli->args[0], STR_ARG(s->to->name));
    }
    return cli_print(cli, buf_str(&b));
}

int cmd_send(struct cli *cli)
{
    struct node *node = NULL;
    struct partner to;
    struct sending s = {.to = &to, .arena = cli->arena};
    int64_t now = clock_now_ms();
    int r = cli_args(cli, 2, 3);
    if (r == 0)
        r = options(cli, &s.letter);
    if (r == 0)
        r = grant_of(cli, &s, now);
    if (r < 0 || (r = cli_node_open(cli, cli->args[0], &node)) < 0)
        return r;
    bool piped = cli->n_args < 3 || strcmp(cli->args[2], "-") == 0;
    r = partner_find(node->db, cli->arena, str_from(cli->args[1]), &to, &cli->err);
    if (r == 0)
        r = piped ? from_input(cli, &s.letter) : from_file(cli, node, &s, cli->args[2], now);
    if (r == 0) {
        struct actor operator = act_operator(cli->arena);
        struct act act = {.verb = VERB_SEND, .actor = &operator, .purpose = s.letter.purpose, .reference = s.letter.reference, .now_ms = now};
        r = act_run(node, &act, put, &s, &cli->err);
        if (r == 0)
            r = report(cli, &s, act.leaf_index);
    }
    node_close(node);
    return r;
}
