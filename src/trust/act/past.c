/* The acts that were: see past.h. Which index is walked is chosen here: the object's, the actor's, the verb's, or that of leaves. */
#include "trust/act/past_internal.h"

#include <string.h>

#define BATCH 500 /* rows of a walk at a time */
#define NONCE_LEN 32

static bool wanted(const struct past_filter *f, const struct past_act *act)
{
    return (!f->has_actor || memcmp(act->actor, f->actor, ACT_PSEUDONYM_LEN) == 0) && (f->verb.len == 0 || str_eq(f->verb, act->verb)) &&
           act->at_ms >= f->from_ms && (f->until_ms == 0 || act->at_ms < f->until_ms);
}

struct found {
    struct past_row *rows; /* newest first */
    size_t n, max, scanned;
    bool cut;              /* there are more, further back */
    int64_t reached;       /* all leaves from here on were looked at */
};

/* Keeps a row in its place among the newest max. */
static void keep(struct found *f, const struct past_row *row)
{
    size_t at = f->n;
    while (at > 0 && f->rows[at - 1].act.leaf < row->act.leaf)
        at--;
    if (at > 0 && f->rows[at - 1].act.leaf == row->act.leaf)
        return;
    f->cut |= f->n == f->max; /* the oldest gives way */
    if (f->n < f->max)
        f->n++;
    else if (at == f->n)
        return;
    memmove(&f->rows[at + 1], &f->rows[at], (f->n - 1 - at) * sizeof *f->rows);
    f->rows[at] = *row;
}

/* One index from the newest back, until max rows are wanted of it or enough were read. */
static int walk_one(struct node *node, const struct past_filter *filter, struct past_walk walk, struct arena *a, struct found *f, struct err *err)
{
    size_t n, i, kept = 0;
    struct past_row *rows;
    do {
        int r = past_store_walk(node->db, &walk, BATCH, a, &rows, &n, err);
        if (r < 0)
            return r;
        f->scanned += n;
        for (i = 0; i < n && kept < f->max; i++) {
            walk.before = rows[i].act.leaf;
            if (wanted(filter, &rows[i].act)) {
                keep(f, &rows[i]);
                kept++;
            }
        }
        if (i < n || (n == BATCH && (kept == f->max || f->scanned >= PAST_SCAN_MAX))) {
            f->cut = true;
            if (walk.before > f->reached)
                f->reached = walk.before;
            return 0;
        }
    } while (n == BATCH);
    return 0;
}

struct opening { struct found *f; struct arena *a; };

static int open_detail(const struct vault_id *id, bytes content, void *arg, struct err *err)
{
    struct opening *o = arg;
    struct reader r = reader_new(content);
    (void)reader_take(&r, NONCE_LEN);
    str fields[5];
    for (int i = 0; i < 5; i++)
        fields[i] = bytes_str(reader_take(&r, reader_u32(&r)));
    if (!reader_done(&r))
        return err_set(err, ERR_CORRUPT, "the sealed detail of an act is damaged");
    for (size_t i = 0; i < o->f->n; i++) {
        struct past_act *act = &o->f->rows[i].act;
        if (memcmp(o->f->rows[i].detail.b, id->b, ID_LEN) != 0)
            continue;
        act->role = str_dup(o->a, fields[0]);
        act->name = str_dup(o->a, fields[1]);
        act->purpose = str_dup(o->a, fields[2]);
        act->reference = str_dup(o->a, fields[3]);
        act->detail = str_dup(o->a, fields[4]);
    }
    return 0;
}

static int open_details(struct node *node, struct found *f, struct arena *a, struct err *err)
{
    struct vault_id *ids = arena_array(a, struct vault_id, f->n);
    struct opening o = {f, a};
    for (size_t i = 0; i < f->n; i++)
        ids[i] = f->rows[i].detail;
    return vault_get_many(node->vault, node->db, VAULT_ACT_DETAIL, ids, f->n, open_detail, &o, err);
}

static int walk_all(struct node *node, const struct past_filter *filter, struct arena *a, struct found *f, struct err *err)
{
    struct past_walk walk = {.before = filter->before};
    int64_t until = 0;
    int r = filter->from_ms ? past_store_leaf_at(node->db, filter->from_ms, &walk.from, err) : 0;
    if (r == 0 && filter->until_ms)
        r = past_store_leaf_at(node->db, filter->until_ms, &until, err);
    if (filter->until_ms && until < walk.before)
        walk.before = until;
    for (size_t i = 0; r == 0 && i < filter->n_objects; i++) {
        walk.object = filter->objects[i].b;
        r = walk_one(node, filter, walk, a, f, err);
    }
    if (r < 0 || filter->n_objects)
        return r;
    walk.actor = filter->has_actor ? filter->actor : NULL;
    walk.verb = filter->has_actor ? STR("") : filter->verb;
    return walk_one(node, filter, walk, a, f, err);
}

int past_list(struct node *node, const struct past_filter *filter, size_t max, struct arena *a, struct past_list *out, struct err *err)
{
    struct found f = {.max = max, .reached = 0, .rows = arena_array(a, struct past_row, max + 1)};
    *out = (struct past_list){0};
    int r = walk_all(node, filter, a, &f, err);
    /* Of several walks one may have gone further back than another: what lies before the shortest is the next page's. */
    while (r == 0 && f.cut && f.n > 0 && f.rows[f.n - 1].act.leaf < f.reached)
        f.n--;
    if (r == 0)
        r = open_details(node, &f, a, err);
    if (r < 0)
        return r;
    out->acts = arena_array(a, struct past_act, f.n);
    for (size_t i = 0; i < f.n; i++)
        out->acts[i] = f.rows[i].act;
    out->n = f.n;
    out->more = f.cut;
    out->next = f.reached;
    if (f.cut && f.n == max && f.rows[f.n - 1].act.leaf > out->next)
        out->next = f.rows[f.n - 1].act.leaf;
    return 0;
}

static bool for_strangers(str verb)
{
    static const enum verb open[] = {VERB_STATEMENT, VERB_BUNDLE_SEAL, VERB_DESK};
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
        if (str_eq(verb, str_from(verbs[open[i]].name)))
            return true;
    return false;
}

int past_opening(struct node *node, int64_t leaf, struct arena *a, bytes *opening, struct err *err)
{
    const struct past_walk walk = {.from = leaf, .before = leaf + 1};
    struct past_row *rows;
    size_t n;
    int r = past_store_walk(node->db, &walk, 1, a, &rows, &n, err);
    if (r == 0 && n == 0)
        r = err_set(err, ERR_NOT_FOUND, "leaf %lld has no detail any more", (long long)leaf);
    if (r == 0 && !for_strangers(rows[0].act.verb))
        r = err_set(err, ERR_DENIED, "the detail of leaf %lld is not for strangers", (long long)leaf);
    return r < 0 ? r : vault_get(node->vault, node->db, VAULT_ACT_DETAIL, &rows[0].detail, a, opening, err);
}
