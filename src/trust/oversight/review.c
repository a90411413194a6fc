/* What is answered for afterwards: see review.h. */
#include <string.h>

#include "trust/oversight/oversight_internal.h"

static void add_field(struct buf *b, str s)
{
    buf_u32(b, (uint32_t)s.len);
    buf_add(b, s);
}

/* Within an act on a file: it has to be reviewed. */
static int add_review(struct node *node, const struct act *act, enum review_kind kind, const uint8_t *file, struct err *err)
{
    struct arena *a = arena_new();
    struct review_row row = {.head = {.kind = kind, .state = REVIEW_WAITS, .at_ms = act->now_ms, .due_ms = act->now_ms + REVIEW_MS}};
    struct buf b = buf_new(a);
    crypto_random(row.head.id, ID_LEN);
    memcpy(row.head.file, file, ID_LEN);
    memcpy(row.head.member, act->actor->member, ID_LEN);
    add_field(&b, act->purpose);
    add_field(&b, act->reference);
    int r = vault_put(node->vault, node->db, VAULT_OVERSIGHT, buf_bytes(&b), NULL, &row.said, NULL, err);
    if (r == 0)
        r = review_store_put(node->db, &row, err);
    arena_free(a);
    return r;
}

static int break_it(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct access_part part = {.relation = RELATION_GLASS, .since_ms = act->now_ms, .until_ms = act->now_ms + GLASS_MS};
    (void)arg;
    memcpy(part.file, act->file, ID_LEN);
    memcpy(part.member, act->actor->member, ID_LEN);
    int r = access_part_put(node->db, &part, err);
    if (r == 0)
        r = add_review(node, act, REVIEW_GLASS, act->file, err);
    act->has_object = true;
    memcpy(act->object, act->file, ID_LEN);
    return r;
}

int glass_break(struct node *node, const struct actor *actor, const uint8_t file[static ID_LEN], str purpose, str reference, int64_t now_ms, struct err *err)
{
    struct act act = {.verb = VERB_GLASS, .actor = actor, .purpose = purpose, .reference = reference, .now_ms = now_ms, .has_file = true};
    memcpy(act.file, file, ID_LEN);
    return act_run(node, &act, break_it, NULL, err);
}

int override_run(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct approval *what = arg;
    act->has_object = true;
    memcpy(act->object, what->file, ID_LEN);
    return add_review(node, act, REVIEW_OVERRIDE, what->file, err);
}

/* --- reviewing --- */

struct verdict {
    uint8_t id[ID_LEN];
    bool right;
    str words;
};

/* What was opened wrongly is closed: the part, if it still is the one that was taken. */
static int close_glass(struct node *node, const struct review *head, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    struct access_part *parts;
    size_t n = 0;
    int r = access_parts(node->db, head->file, now_ms, a, &parts, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (parts[i].relation == RELATION_GLASS && memcmp(parts[i].member, head->member, ID_LEN) == 0)
            r = access_part_drop(node->db, head->file, head->member, err);
    arena_free(a);
    return r;
}

static int decide(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct verdict *v = arg;
    struct review_row row;
    int r = review_store_get(node->db, v->id, &row, err);
    if (r == 0 && memcmp(row.head.member, act->actor->member, ID_LEN) == 0)
        r = err_set(err, ERR_DENIED, N_("nobody reviews what she did herself: somebody else does"));
    if (r == 0)
        r = vault_put(node->vault, node->db, VAULT_OVERSIGHT, str_bytes(v->words), NULL, &row.words, NULL, err);
    row.head.state = v->right ? REVIEW_RIGHT : REVIEW_WRONG;
    row.head.reviewed_ms = act->now_ms;
    memcpy(row.head.reviewer, act->actor->member, ID_LEN);
    if (r == 0)
        r = review_store_decide(node->db, &row, err);
    if (r == 0)
        return err_set(err, ERR_EXISTS, N_("this has been reviewed already"));
    if (r > 0)
        r = v->right ? 0 : close_glass(node, &row.head, act->now_ms, err);
    act->has_object = true;
    memcpy(act->object, row.head.file, ID_LEN);
    act->detail = v->right ? STR("right") : STR("wrong");
    return r;
}

int review_decide(struct node *node, const struct actor *reviewer, const uint8_t id[static ID_LEN], bool right, str words, int64_t now_ms, struct err *err)
{
    struct verdict v = {.right = right, .words = words};
    struct act act = {.verb = VERB_REVIEW, .actor = reviewer, .now_ms = now_ms};
    memcpy(v.id, id, ID_LEN);
    if (words.len == 0 || words.len > REVIEW_WORDS_MAX)
        return err_set(err, ERR_INPUT, N_("say in a few words why"));
    return act_run(node, &act, decide, &v, err);
}

/* --- looking --- */

struct looking {
    enum review_scope scope;
    struct arena *a;
    struct review *all;
    size_t n;
};

static int unseal(struct node *node, const struct review_row *row, struct arena *a, struct review *out, struct err *err)
{
    bytes said, words = {0};
    int r = vault_get(node->vault, node->db, VAULT_OVERSIGHT, &row->said, a, &said, err);
    if (r == 0 && row->has_words)
        r = vault_get(node->vault, node->db, VAULT_OVERSIGHT, &row->words, a, &words, err);
    if (r < 0)
        return r;
    struct reader in = reader_new(said);
    *out = row->head;
    out->purpose = bytes_str(reader_take(&in, reader_u32(&in)));
    out->reference = bytes_str(reader_take(&in, reader_u32(&in)));
    out->words = bytes_str(words);
    return reader_done(&in) ? 0 : err_set(err, ERR_CORRUPT, N_("a row of the tables of oversight is damaged"));
}

static int list(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct looking *l = arg;
    struct review_row *rows;
    int r = review_store_list(node->db, l->scope == REVIEWS_OWN ? act->actor->member : NULL, act->now_ms, l->a, &rows, &l->n, err);
    if (r < 0)
        return r;
    l->all = arena_array(l->a, struct review, l->n);
    for (size_t i = 0; r == 0 && i < l->n; i++)
        r = unseal(node, &rows[i], l->a, &l->all[i], err);
    return r;
}

int review_list(struct node *node, const struct actor *actor, enum review_scope scope, int64_t now_ms, struct arena *a, struct review **out, size_t *n,
                struct err *err)
{
    struct looking l = {.scope = scope, .a = a};
    struct act act = {.verb = scope == REVIEWS_OWN ? VERB_FILES : VERB_OVERSEE, .actor = actor, .purpose = STR("oversight"), .now_ms = now_ms};
    int r = act_run(node, &act, list, &l, err);
    *out = l.all;
    *n = l.n;
    return r;
}
