/* The end of a recording: the tree over all that it holds, and its root in the log. Costs a hash for each leaf, whose own hashes are there. */
#include <string.h>

#include "ground/json/json.h"
#include "trust/log/merkle.h"
#include "work/statements/recording_internal.h"

struct sealing {
    const struct casework *w;
    const uint8_t *id;
    str about;
    struct arena *arena;
    struct recording_row row;
    uint8_t seed[RECORDING_SEED_LEN];
    struct merkle_frontier tree;
};

static int add_hash(struct sealing *s, const uint8_t hash[static HASH_LEN], struct err *err)
{
    struct merkle_hash leaf;
    memcpy(leaf.b, hash, HASH_LEN);
    return merkle_frontier_add(&s->tree, &leaf, NULL, NULL, err);
}

static int add_leaf(struct sealing *s, enum statement_leaf kind, int64_t number, str content, struct err *err)
{
    uint8_t salt[STATEMENT_SALT_LEN], hash[HASH_LEN];
    statement_salt(salt, s->seed, kind, number);
    statement_leaf_hash(hash, salt, kind, str_bytes(content));
    return add_hash(s, hash, err);
}

static int add_heads(struct sealing *s, struct err *err)
{
    struct recording_heads heads;
    bytes head;
    int r;
    s->row.heads = 0;
    recording_heads_begin(&heads, s->w->node, s->id);
    while ((r = recording_heads_next(&heads, &head, err)) > 0 && (r = add_leaf(s, LEAF_HEAD, s->row.heads, bytes_str(head), err)) == 0)
        s->row.heads++;
    recording_heads_end(&heads);
    return r;
}

static int add_marks(struct sealing *s, struct err *err)
{
    struct arena *a = arena_new();
    int64_t next = 0;
    size_t n;
    int r;
    do {
        struct recording_mark *marks;
        arena_reset(a);
        r = recording_marks_page(s->w->node, s->id, next, RECORDING_PAGE, a, &marks, &n, err);
        for (size_t i = 0; r == 0 && i < n; i++, next++)
            r = add_leaf(s, LEAF_MARK, next, statement_mark_text(a, &marks[i]), err);
    } while (r == 0 && n == RECORDING_PAGE);
    arena_free(a);
    return r;
}

static int add_chunks(struct sealing *s, struct err *err)
{
    struct arena *a = arena_new();
    int64_t next = 0;
    size_t n = 0;
    int r;
    do {
        struct recording_place *places;
        arena_reset(a);
        r = recording_store_places(s->w->node->db, s->id, next, RECORDING_PAGE, a, &places, &n, err);
        for (size_t i = 0; r == 0 && i < n; i++, next++)
            r = places[i].sequence == next ? add_hash(s, places[i].hash, err) : err_set(err, ERR_CORRUPT, "a part of the recording is missing");
    } while (r == 0 && n == RECORDING_PAGE);
    if (r == 0 && next != s->row.head.chunks)
        r = err_set(err, ERR_CORRUPT, "parts of the recording are missing");
    arena_free(a);
    return r;
}

/* The leaves in their order: about, media headers, marks, chunks. */
static int build(struct sealing *s, struct err *err)
{
    struct merkle_hash root;
    memset(&s->tree, 0, sizeof s->tree);
    int r = recording_seed(s->w->node, &s->row, s->arena, s->seed, err);
    if (r == 0)
        r = add_leaf(s, LEAF_ABOUT, 0, s->about, err);
    if (r == 0)
        r = add_heads(s, err);
    if (r == 0)
        r = add_marks(s, err);
    if (r == 0)
        r = add_chunks(s, err);
    if (r < 0)
        return r;
    merkle_frontier_root(&s->tree, &root);
    memcpy(s->row.head.root, root.b, HASH_LEN);
    s->row.leaves = (int64_t)s->tree.size;
    return 0;
}

static int do_seal(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct sealing *s = arg;
    int64_t size;
    act->has_object = true;
    memcpy(act->object, s->id, ID_LEN);
    act->detail = STR("sealed");
    int r = recording_store_get(node->db, s->id, s->arena, &s->row, err);
    if (r == 0 && s->row.head.state != RECORDING_OPEN)
        r = err_set(err, ERR_DENIED, N_("the recording is sealed already"));
    if (r == 0 && memcmp(s->row.head.file, act->file, ID_LEN) != 0)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such recording"));
    if (r == 0 && s->row.head.chunks == 0)
        r = err_set(err, ERR_INPUT, N_("nothing was recorded: there is nothing to seal"));
    if (r == 0)
        r = build(s, err);
    if (r == 0)
        r = vault_put(node->vault, node->db, VAULT_STATEMENT, str_bytes(s->about), NULL, &s->row.about, NULL, err);
    if (r == 0)
        r = log_size(node->log, node->db, &size, err);
    if (r < 0)
        return r;
    s->row.head.state = RECORDING_SEALED;
    s->row.head.sealed_ms = act->now_ms;
    s->row.head.leaf_index = size + 1; /* this act's leaf comes first, then the root's */
    return recording_store_seal(node->db, &s->row, err);
}

/* The leaf that may be opened to strangers. */
static int do_root(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct sealing *s = arg;
    int64_t size;
    struct json *o = json_object_new(s->arena);
    json_put_hex(o, "statement", (bytes){s->id, ID_LEN});
    json_put_hex(o, "root", (bytes){s->row.head.root, HASH_LEN});
    json_put_int(o, "leaves", s->row.leaves);
    act->has_object = true;
    memcpy(act->object, s->id, ID_LEN);
    act->detail = json_write(s->arena, o, JSON_ONE_LINE);
    int r = log_size(node->log, node->db, &size, err);
    if (r == 0 && size != s->row.head.leaf_index)
        r = err_set(err, ERR_CORRUPT, "the log did not grow by one leaf for one act");
    return r;
}

static void fill(const struct sealing *s, struct arena *a, struct statement *out)
{
    const struct recording *rec = &s->row.head;
    *out = (struct statement){.leaves = s->row.leaves, .leaf_index = rec->leaf_index, .length_ms = rec->length_ms, .sealed_ms = rec->sealed_ms,
                              .type = str_dup(a, rec->type)};
    memcpy(out->id, rec->id, ID_LEN);
    memcpy(out->root, rec->root, HASH_LEN);
}

int statement_seal(const struct casework *w, const uint8_t recording[static ID_LEN], str about, struct arena *a, struct statement *out, struct err *err)
{
    struct sealing s = {.w = w, .id = recording, .about = about, .arena = arena_new()};
    struct act seal = {.verb = VERB_SEAL, .actor = w->actor, .purpose = w->purpose, .reference = w->reference, .now_ms = w->now_ms, .has_file = true};
    struct act root = {.verb = VERB_STATEMENT, .actor = &act_node, .purpose = w->purpose, .now_ms = w->now_ms};
    struct act_step steps[] = {{&seal, do_seal, &s}, {&root, do_root, &s}};
    size_t failed;
    int r = about.len == 0 || about.len > STATEMENT_ABOUT_MAX ? err_set(err, ERR_INPUT, "what is known of an interview has 1 to %d bytes", STATEMENT_ABOUT_MAX)
                                                              : recording_store_get(w->node->db, recording, s.arena, &s.row, err);
    if (r == 0) {
        memcpy(seal.file, s.row.head.file, ID_LEN);
        r = act_run_group(w->node, steps, 2, &failed, err);
    }
    if (r == 0)
        fill(&s, a, out);
    crypto_wipe(s.seed, sizeof s.seed);
    arena_free(s.arena);
    return r;
}
