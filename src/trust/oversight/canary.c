/* Invented records: see canary.h. */
#include <string.h>

#include "trust/oversight/oversight_internal.h"

struct marking {
    uint8_t object[ID_LEN];
    str words;
};

/* A person's record or a file: what acts name as their object. */
static int is_there(struct node *node, const uint8_t object[static ID_LEN], struct err *err)
{
    struct arena *a = arena_new();
    struct vault_id id;
    struct access_file file;
    bytes content;
    memcpy(id.b, object, ID_LEN);
    int r = vault_get(node->vault, node->db, VAULT_IDENTITY, &id, a, &content, err);
    if (r == ERR_NOT_FOUND && (r = access_file_get(node->db, object, &file, err)) == ERR_NOT_FOUND)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such record"));
    arena_free(a);
    return r;
}

int canary_put(struct node *node, struct act *act, const uint8_t object[static ID_LEN], str words, struct err *err)
{
    struct arena *a = arena_new();
    struct canary_row row = {.head.at_ms = act->now_ms}, *all;
    size_t n = 0;
    int64_t size = 0;
    memcpy(row.head.object.b, object, ID_LEN);
    memcpy(row.head.by, act->actor->member, ID_LEN);
    int r = words.len == 0 || words.len > CANARY_WORDS_MAX ? err_set(err, ERR_INPUT, N_("say in a few words what was invented")) : 0;
    if (r == 0)
        r = canary_store_list(node->db, a, &all, &n, err);
    if (r == 0 && n == CANARIES_MAX)
        r = err_set(err, ERR_LIMIT, N_("there are 64 decoys: take one away first"));
    if (r == 0)
        r = log_size(node->log, node->db, &size, err);
    if (r == 0)
        r = vault_put(node->vault, node->db, VAULT_OVERSIGHT, str_bytes(words), NULL, &row.words, NULL, err);
    row.head.seen_leaf = size;
    if (r == 0)
        r = canary_store_put(node->db, &row, err);
    act->detail = STR("marked"); /* which one stands nowhere that others read */
    arena_free(a);
    return r;
}

static int mark(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct marking *m = arg;
    int r = is_there(node, m->object, err);
    return r < 0 ? r : canary_put(node, act, m->object, m->words, err);
}

int canary_mark(struct node *node, const struct actor *actor, const uint8_t object[static ID_LEN], str words, int64_t now_ms, struct err *err)
{
    struct marking m = {.words = words};
    struct act act = {.verb = VERB_CANARY, .actor = actor, .now_ms = now_ms};
    memcpy(m.object, object, ID_LEN);
    return act_run(node, &act, mark, &m, err);
}

static int drop(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct vault_id words;
    int r = canary_store_drop(node->db, arg, &words, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, N_("there is no such decoy"));
    act->detail = STR("taken away");
    return r < 0 ? r : vault_erase(node->vault, node->db, VAULT_OVERSIGHT, &words, err);
}

int canary_drop(struct node *node, const struct actor *actor, const uint8_t object[static ID_LEN], int64_t now_ms, struct err *err)
{
    uint8_t own[ID_LEN];
    struct act act = {.verb = VERB_CANARY, .actor = actor, .now_ms = now_ms};
    memcpy(own, object, ID_LEN);
    return act_run(node, &act, drop, own, err);
}

struct listing { struct arena *a; struct canary_list *out; };

static int list(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct listing *l = arg;
    struct canary_row *rows;
    struct past_filter filter = {.before = INT64_MAX};
    bytes words;
    *l->out = (struct canary_list){0};
    int r = canary_store_list(node->db, l->a, &rows, &l->out->n, err);
    if (r < 0)
        return r;
    struct vault_id *objects = arena_array(l->a, struct vault_id, l->out->n);
    l->out->all = arena_array(l->a, struct canary, l->out->n);
    for (size_t i = 0; r == 0 && i < l->out->n; i++) {
        objects[i] = rows[i].head.object;
        l->out->all[i] = rows[i].head;
        if (i == 0 || rows[i].head.at_ms < filter.from_ms)
            filter.from_ms = rows[i].head.at_ms;
        r = vault_get(node->vault, node->db, VAULT_OVERSIGHT, &rows[i].words, l->a, &words, err);
        l->out->all[i].words = r == 0 ? bytes_str(words) : STR("");
    }
    filter.objects = objects;
    filter.n_objects = l->out->n;
    act->detail = STR("list");
    return r < 0 || l->out->n == 0 ? r : past_list(node, &filter, CANARY_ALERTS_MAX, l->a, &l->out->acts, err);
}

int canary_list(struct node *node, const struct actor *actor, int64_t now_ms, struct arena *a, struct canary_list *out, struct err *err)
{
    struct listing l = {a, out};
    struct act act = {.verb = VERB_CANARY, .actor = actor, .now_ms = now_ms};
    return act_run(node, &act, list, &l, err);
}

static int seen(struct node *node, struct act *act, void *arg, struct err *err)
{
    int64_t size = 0;
    (void)arg;
    act->detail = STR("alerts looked at");
    int r = log_size(node->log, node->db, &size, err);
    return r < 0 ? r : canary_store_seen(node->db, size, err);
}

int canary_seen(struct node *node, const struct actor *actor, int64_t now_ms, struct err *err)
{
    struct act act = {.verb = VERB_CANARY, .actor = actor, .now_ms = now_ms};
    return act_run(node, &act, seen, NULL, err);
}
