/* comity log DIR head|verify|proof|show: what the node's log says, for whoever has to believe it. None of it is about a
 * person: leaves hold pseudonyms and random ids. */
#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "ground/json/json.h"
#include "trust/log/checkpoint.h"
#include "trust/witness/witness.h"

#define SHOWN 50
#define LEAF_MAX 65536

const struct cli_option log_head_options[] = {
    {"size", "N", "the log as it was with N leaves (default: as it is)"},
    {"cosigned", NULL, "the last head that a quorum of witnesses cosigned, with their lines"},
    {0},
};
const char log_head_help[] =
    "Prints a signed checkpoint (C2SP tlog-checkpoint). Kept elsewhere, it binds the node to everything logged so far:\n"
    "comity log DIR verify --checkpoint FILE tells whether the log still holds all that.\n";

const struct cli_option log_verify_options[] = {
    {"checkpoint", "FILE", "an earlier head of this log that must still hold"},
    {0},
};
const char log_verify_help[] =
    "Recomputes every hash from the leaves. A log that was changed as a whole agrees with itself: only an earlier head that\n"
    "was kept elsewhere shows that.\n";

const struct cli_option log_proof_options[] = {
    {"size", "N", "prove it in the log of N leaves (default: all)"},
    {"cosigned", NULL, "prove it in the last head that a quorum of witnesses cosigned"},
    {0},
};
const char log_proof_help[] =
    "Prints a proof (C2SP tlog-proof) that leaf INDEX is in the log, for anyone who has the log's key: no node is needed to\n"
    "verify it. The line \"extra\" is the leaf itself.\n";

const struct cli_option log_show_options[] = {
    {"last", "N", "how many of the newest leaves (default 50)"},
    {0},
};
const char log_show_help[] =
    "Who (as a pseudonym), what, on what and for what purpose. What an act was about in detail is sealed in the vault;\n"
    "the leaf commits to it.\n";

/* A whole number from the command line, 0 or more. */
static int count_of(struct cli *cli, const char *what, const char *text, int64_t *out)
{
    if (str_to_int(str_from(text), 0, INT64_MAX, out))
        return 0;
    return cli_usage(cli, "%s must be a whole number, 0 or more, not \"%s\"", what, text);
}

/* --size, or the log's size, or --cosigned: that of the head, which then is in *head. */
static int size_of(struct cli *cli, struct node *node, int64_t *size, str *head)
{
    const char *text = cli_option(cli, "size");
    struct witness_quorum q;
    *head = STR("");
    if (cli_option(cli, "cosigned")) {
        if (text)
            return cli_usage(cli, "--cosigned has a size of its own: leave --size out");
        int result = witness_quorum(node, cli->arena, &q, &cli->err);
        if (result == 0 && q.size < 0)
            result = err_set(&cli->err, ERR_NOT_FOUND, "no head of this log has its quorum of cosignatures yet: comity witness DIR tells why");
        *size = q.size;
        *head = q.checkpoint;
        return result;
    }
    return text ? count_of(cli, "--size", text, size) : log_size(node->log, node->db, size, &cli->err);
}

static int print_head(struct cli *cli, struct node *node)
{
    int64_t size = 0;
    uint8_t root[HASH_LEN];
    str note;
    int result = size_of(cli, node, &size, &note);
    if (result == 0 && note.len == 0)
        result = log_checkpoint(node->log, node->db, size, cli->arena, &note, &cli->err);
    if (result < 0 ||
        (result = log_root(node->log, node->db, size, root, &cli->err)) < 0)
        return result;
    if (!cli->json)
        return cli_print(cli, note);
    struct buf text = buf_new(cli->arena);
    struct out o = out_json(&text);
    out_object(&o, NULL);
    out_int(&o, "size", size);
    out_text(&o, "root", hex_encode(cli->arena, (bytes){root, HASH_LEN}));
    out_text(&o, "log_key", log_vkey(node->log, cli->arena));
    out_text(&o, "checkpoint", note);
    out_end(&o);
    return cli_print(cli, buf_str(&text));
}

/* The head that somebody kept must be this log's, and the log of that size must still have its root. */
static int check_kept(struct cli *cli, struct node *node, const char *path)
{
    bytes raw;
    struct note_verifier verifier;
    struct checkpoint cp;
    uint8_t root[HASH_LEN];
    int64_t size;
    struct err *err = &cli->err;
    int result = file_read(cli->arena, path, NOTE_MAX, &raw, err);
    if (result < 0 || (result = note_verifier_parse(log_vkey(node->log, cli->arena), &verifier, err)) < 0)
        return result;
    if ((result = checkpoint_open(cli->arena, bytes_str(raw), &verifier, &cp, err)) < 0) {
        err_prefix(err, "%s", path);
        return result;
    }
    if ((result = log_size(node->log, node->db, &size, err)) < 0)
        return result;
    if (cp.size > (uint64_t)size)
        return err_set(err, ERR_CORRUPT, "%s: it has %llu leaves, the log only %lld: leaves were removed, or an old backup was restored", path,
                       (unsigned long long)cp.size, (long long)size);
    if ((result = log_root(node->log, node->db, (int64_t)cp.size, root, err)) < 0)
        return result;
    if (!crypto_equal(root, cp.root.b, HASH_LEN))
        return err_set(err, ERR_CORRUPT, "%s: the log of %llu leaves has another root now: its leaves were changed", path,
                       (unsigned long long)cp.size);
    return 0;
}

static void show_progress(int64_t done, int64_t all, void *arg)
{
    (void)all;
    progress_at(arg, done);
}

static int verify(struct cli *cli, struct node *node)
{
    int64_t size;
    int result = log_size(node->log, node->db, &size, &cli->err);
    if (result < 0)
        return result;
    struct progress *progress = progress_start(cli->arena, "verifying", size, "leaves");
    result = log_verify(node->log, node->db, show_progress, progress, &cli->err);
    progress_end(progress);
    const char *kept = cli_option(cli, "checkpoint");
    if (result == 0 && kept)
        result = check_kept(cli, node, kept);
    if (result < 0)
        return result;
    struct buf text = buf_new(cli->arena);
    if (cli->json) {
        struct out o = out_json(&text);
        out_object(&o, NULL);
        out_bool(&o, "verified", true);
        out_int(&o, "size", size);
        out_bool(&o, "checkpoint", kept);
        out_end(&o);
    } else {
        buf_addf(&text, "the log holds together: %lld leaves%s\n", (long long)size, kept ? ", and the earlier head still holds" : "");
    }
    return cli_print(cli, buf_str(&text));
}

static int make_proof(struct cli *cli, struct node *node, int64_t index, int64_t size, str head, struct tlog_proof *proof)
{
    struct err *err = &cli->err;
    struct note_verifier verifier;
    struct checkpoint cp;
    proof->index = (uint64_t)index;
    int result = log_inclusion(node->log, node->db, index, size, cli->arena, &proof->path, err);
    if (result < 0 || (result = log_leaf_get(node->log, node->db, index, cli->arena, &proof->extra, err)) < 0 ||
        (head.len == 0 && (result = log_checkpoint(node->log, node->db, size, cli->arena, &proof->checkpoint, err)) < 0) ||
        (result = note_verifier_parse(log_vkey(node->log, cli->arena), &verifier, err)) < 0)
        return result;
    if (head.len)
        proof->checkpoint = head;
    /* What leaves the house has been verified as its reader will. */
    result = tlog_proof_verify(cli->arena, proof, proof->extra, &verifier, &cp, err);
    return result < 0 ? err_set(err, ERR_CORRUPT, "the log is damaged around leaf %lld: run comity log DIR verify", (long long)index) : 0;
}

static int print_proof(struct cli *cli, struct node *node)
{
    int64_t index, size = 0;
    str head;
    struct tlog_proof proof = {0};
    int result = count_of(cli, "INDEX", cli->args[1], &index);
    if (result < 0 || (result = size_of(cli, node, &size, &head)) < 0 ||
        (result = make_proof(cli, node, index, size, head, &proof)) < 0)
        return result;
    str text = tlog_proof_format(cli->arena, &proof);
    if (!cli->json)
        return cli_print(cli, text);
    struct buf json = buf_new(cli->arena);
    struct out o = out_json(&json);
    out_object(&o, NULL);
    out_int(&o, "index", index);
    out_int(&o, "size", size);
    out_text(&o, "leaf", bytes_str(proof.extra));
    out_array(&o, "hashes");
    for (size_t i = 0; i < proof.path.n; i++)
        out_text(&o, NULL, hex_encode(cli->arena, (bytes){proof.path.hashes[i].b, HASH_LEN}));
    out_end(&o);
    out_text(&o, "checkpoint", proof.checkpoint);
    out_text(&o, "log_key", log_vkey(node->log, cli->arena));
    out_text(&o, "proof", text);
    out_end(&o);
    return cli_print(cli, buf_str(&json));
}

static const char *const leaf_members[] = {"time", "actor", "verb", "object", "purpose", "commitment"};
enum { N_MEMBERS = sizeof leaf_members / sizeof leaf_members[0], N_IN_TABLE = N_MEMBERS - 1 };

static int read_leaf(struct cli *cli, struct node *node, int64_t index, str members[N_MEMBERS])
{
    bytes leaf;
    const struct json *root;
    int result = log_leaf_get(node->log, node->db, index, cli->arena, &leaf, &cli->err);
    if (result < 0 || (result = json_parse(cli->arena, "leaf", leaf, LEAF_MAX, &root, &cli->err)) < 0)
        return result;
    for (int i = 0; i < N_MEMBERS; i++)
        if ((result = json_get_str(root, leaf_members[i], LEAF_MAX, &members[i], &cli->err)) < 0)
            return result;
    return 0;
}

static int show_one(struct cli *cli, struct node *node, int64_t index)
{
    str members[N_MEMBERS];
    int result = read_leaf(cli, node, index, members);
    if (result < 0)
        return result;
    struct buf text = buf_new(cli->arena);
    struct out o = out_json(&text);
    if (cli->json) {
        out_object(&o, NULL);
        out_int(&o, "index", index);
    } else {
        buf_addf(&text, "%-11s %lld\n", "leaf", (long long)index);
    }
    for (int i = 0; i < N_MEMBERS; i++) {
        if (cli->json)
            out_text(&o, leaf_members[i], members[i]);
        else
            buf_addf(&text, "%-11s %.*s\n", leaf_members[i], STR_ARG(members[i]));
    }
    if (cli->json)
        out_end(&o);
    return cli_print(cli, buf_str(&text));
}

static int show_newest(struct cli *cli, struct node *node, int64_t last)
{
    static const char *const headings[] = {">leaf", "time", "actor", "verb", "object", "purpose"};
    int64_t size;
    str members[N_MEMBERS];
    int result = log_size(node->log, node->db, &size, &cli->err);
    if (result < 0)
        return result;
    struct buf text = buf_new(cli->arena);
    struct out o = out_json(&text);
    struct table *t = table_new(cli->arena, headings, N_IN_TABLE + 1);
    if (cli->json)
        out_array(&o, NULL);
    for (int64_t index = size > last ? size - last : 0; index < size; index++) {
        if ((result = read_leaf(cli, node, index, members)) < 0)
            return result;
        if (cli->json) {
            out_object(&o, NULL);
            out_int(&o, "index", index);
            for (int i = 0; i < N_MEMBERS; i++)
                out_text(&o, leaf_members[i], members[i]);
            out_end(&o);
        } else {
            table_cellf(t, "%lld", (long long)index);
            for (int i = 0; i < N_IN_TABLE; i++)
                table_cell(t, members[i]);
        }
    }
    if (cli->json)
        out_end(&o);
    else
        table_write(t, &text);
    return cli_print(cli, buf_str(&text));
}

static int show(struct cli *cli, struct node *node)
{
    int64_t n = SHOWN;
    if (cli->n_args > 1) {
        int result = count_of(cli, "INDEX", cli->args[1], &n);
        return result < 0 ? result : show_one(cli, node, n);
    }
    const char *last = cli_option(cli, "last");
    int result = last ? count_of(cli, "--last", last, &n) : 0;
    return result < 0 ? result : show_newest(cli, node, n);
}

static int with_node(struct cli *cli, int min_args, int max_args, int (*work)(struct cli *, struct node *))
{
    struct node *node;
    int result = cli_args(cli, min_args, max_args);
    if (result < 0 || (result = cli_node_open(cli, cli->args[0], &node)) < 0)
        return result;
    result = work(cli, node);
    node_close(node);
    return result;
}

int cmd_log_head(struct cli *cli)
{
    return with_node(cli, 1, 1, print_head);
}

int cmd_log_verify(struct cli *cli)
{
    return with_node(cli, 1, 1, verify);
}

int cmd_log_proof(struct cli *cli)
{
    return with_node(cli, 2, 2, print_proof);
}

int cmd_log_show(struct cli *cli)
{
    return with_node(cli, 1, 2, show);
}
