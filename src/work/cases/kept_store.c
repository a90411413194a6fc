/* The table of what members keep, and the acts on it: see kept.h. Sealed is the name's length, the name, the text. */
#include <string.h>

#include "work/cases/kept_internal.h"

int kept_place(const struct node *node, struct keeping *k, struct err *err)
{
    const bytes parts[] = {str_bytes(STR("kept\0")), str_bytes(k->name)};
    return keyring_mac_parts(node->keys, KEYRING_MAC_FINGERPRINT, parts, 2, k->place, sizeof k->place, err);
}

static int prepare(struct db *db, const char *sql, const struct actor *actor, const struct keeping *k, struct db_stmt **q, struct err *err)
{
    int r = db_prepare(db, sql, q, err);
    if (r < 0)
        return r;
    db_bind_blob(*q, 1, (bytes){actor->member, ID_LEN});
    db_bind_int(*q, 2, k->kind);
    return 0;
}

int kept_find(struct node *node, const struct actor *actor, struct keeping *k, struct vault_id *content, struct err *err)
{
    struct db_stmt *q;
    int r = prepare(node->db, "select content, changed_ms, page, state from cases_kept where member = $1 and kind = $2 and place = $3", actor, k, &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 3, (bytes){k->place, sizeof k->place});
    if ((r = db_step(q, err)) <= 0)
        return r;
    bytes id = db_col_blob(q, 0), page = db_col_blob(q, 2);
    k->changed_ms = db_col_int(q, 1);
    k->stamp = (struct typed_stamp){.there = page.len == ID_LEN, .state = db_col_int(q, 3)};
    if (k->stamp.there)
        memcpy(k->stamp.page, page.p, ID_LEN);
    r = id.len == ID_LEN ? 1 : err_set(err, ERR_CORRUPT, "the table cases_kept holds an id that is none");
    if (r > 0)
        memcpy(content->b, id.p, ID_LEN);
    db_reset(q);
    return r;
}

int kept_forget(struct node *node, const struct actor *actor, struct keeping *k, struct err *err)
{
    struct vault_id content;
    struct db_stmt *q;
    int r = kept_find(node, actor, k, &content, err);
    if (r <= 0)
        return r;
    r = vault_erase(node->vault, node->db, VAULT_DRAFT, &content, err);
    if (r == 0)
        r = prepare(node->db, "delete from cases_kept where member = $1 and kind = $2 and place = $3", actor, k, &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 3, (bytes){k->place, sizeof k->place});
    return db_run(q, err);
}

int kept_replace(struct node *node, const struct actor *actor, int64_t now_ms, struct keeping *k, struct err *err)
{
    struct keeping before = *k;
    struct vault_id content;
    struct db_stmt *q;
    int64_t n;
    struct buf b = buf_new(k->arena);
    buf_u32(&b, (uint32_t)k->name.len);
    buf_add(&b, k->name);
    buf_add(&b, k->text);
    int r = kept_forget(node, actor, &before, err);
    if (r == 0)
        r = kept_count(node, actor, k->kind, &n, err);
    if (r == 0 && n >= KEPT_MAX)
        r = err_set(err, ERR_LIMIT, N_("you keep %d already: send or drop some first"), KEPT_MAX);
    if (r == 0)
        r = vault_put(node->vault, node->db, VAULT_DRAFT, buf_bytes(&b), NULL, &content, NULL, err);
    if (r == 0)
        r = prepare(node->db, "insert into cases_kept(member, kind, place, content, changed_ms, page, state) values($1, $2, $3, $4, $5, $6, $7)", actor, k, &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 3, (bytes){k->place, sizeof k->place});
    db_bind_blob(q, 4, (bytes){content.b, ID_LEN});
    db_bind_int(q, 5, now_ms);
    if (k->stamp.there)
        db_bind_blob(q, 6, (bytes){k->stamp.page, ID_LEN});
    db_bind_int(q, 7, k->stamp.state);
    return db_run(q, err);
}

static int do_put(struct node *node, struct act *act, void *arg, struct err *err)
{
    act->detail = STR("kept");
    return kept_replace(node, act->actor, act->now_ms, arg, err);
}

struct act kept_act_of(const struct actor *actor, int64_t now_ms)
{
    return (struct act){.verb = VERB_DRAFT, .actor = actor, .now_ms = now_ms};
}

int kept_put(struct node *node, const struct actor *actor, int64_t now_ms, enum kept_kind kind, str name, str text, struct err *err)
{
    struct keeping k = {.kind = kind, .name = name, .text = text, .arena = arena_new()};
    struct act act = kept_act_of(actor, now_ms);
    int r = name.len + text.len > KEPT_TEXT_MAX ? err_set(err, ERR_LIMIT, N_("that is too long to be kept: send it in parts")) : kept_place(node, &k, err);
    if (r == 0)
        r = act_run(node, &act, do_put, &k, err);
    arena_free(k.arena);
    return r;
}

static bool split(bytes content, struct kept_item *out)
{
    struct reader in = reader_new(content);
    out->name = bytes_str(reader_take(&in, reader_u32(&in)));
    out->text = in.ok ? bytes_str((bytes){in.p, (size_t)(in.end - in.p)}) : STR("");
    return in.ok;
}

int kept_read(struct node *node, const struct actor *actor, struct keeping *k, struct err *err)
{
    struct vault_id content;
    struct kept_item item;
    bytes sealed;
    int r = kept_find(node, actor, k, &content, err);
    if (r <= 0)
        return r;
    r = vault_get(node->vault, node->db, VAULT_DRAFT, &content, k->arena, &sealed, err);
    if (r == 0 && !split(sealed, &item))
        r = err_set(err, ERR_CORRUPT, "a draft does not hold together");
    if (r < 0)
        return r;
    k->text = item.text;
    return 1;
}

static int do_get(struct node *node, struct act *act, void *arg, struct err *err)
{
    act->detail = STR("read");
    int r = kept_read(node, act->actor, arg, err);
    return r > 0 ? 0 : r < 0 ? r : err_set(err, ERR_NOT_FOUND, N_("there is no such draft"));
}

int kept_get(struct node *node, const struct actor *actor, int64_t now_ms, enum kept_kind kind, str name, struct arena *a, str *text,
             int64_t *changed_ms, struct err *err)
{
    struct keeping k = {.kind = kind, .name = name, .arena = a};
    struct act act = kept_act_of(actor, now_ms);
    struct vault_id content;
    int r = kept_place(node, &k, err);
    if (r == 0 && (r = kept_find(node, actor, &k, &content, err)) <= 0)
        return r;
    if (r > 0)
        r = act_run(node, &act, do_get, &k, err);
    *text = k.text;
    if (changed_ms)
        *changed_ms = k.changed_ms;
    return r == 0 ? 1 : r == ERR_NOT_FOUND ? 0 : r;
}

static int do_drop(struct node *node, struct act *act, void *arg, struct err *err)
{
    act->detail = STR("dropped");
    return kept_forget(node, act->actor, arg, err);
}

int kept_drop(struct node *node, const struct actor *actor, int64_t now_ms, enum kept_kind kind, str name, struct err *err)
{
    struct keeping k = {.kind = kind, .name = name};
    struct act act = kept_act_of(actor, now_ms);
    struct vault_id content;
    int r = kept_place(node, &k, err);
    if (r == 0 && (r = kept_find(node, actor, &k, &content, err)) <= 0)
        return r;
    return r > 0 ? act_run(node, &act, do_drop, &k, err) : r;
}

int kept_count(struct node *node, const struct actor *actor, enum kept_kind kind, int64_t *n, struct err *err)
{
    struct keeping k = {.kind = kind};
    struct db_stmt *q;
    *n = 0;
    int r = prepare(node->db, "select count(*) from cases_kept where member = $1 and kind = $2", actor, &k, &q, err);
    if (r < 0 || (r = db_step(q, err)) <= 0)
        return r;
    *n = db_col_int(q, 0);
    db_reset(q);
    return 0;
}

static int do_list(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct keeping *k = arg;
    struct vault_id ids[KEPT_MAX];
    struct db_stmt *q;
    size_t n = 0;
    act->detail = STR("listed");
    k->items = arena_array(k->arena, struct kept_item, KEPT_MAX);
    k->n = 0;
    int r = prepare(node->db, "select content, changed_ms from cases_kept where member = $1 and kind = $2 order by changed_ms desc", act->actor, k, &q, err);
    if (r < 0)
        return r;
    while (n < KEPT_MAX && (r = db_step(q, err)) > 0) {
        bytes id = db_col_blob(q, 0);
        if (id.len != ID_LEN)
            continue;
        k->items[n].changed_ms = db_col_int(q, 1);
        memcpy(ids[n++].b, id.p, ID_LEN);
    }
    db_reset(q);
    for (size_t i = 0; r >= 0 && i < n; i++) {
        bytes content;
        int64_t changed_ms = k->items[i].changed_ms;
        r = vault_get(node->vault, node->db, VAULT_DRAFT, &ids[i], k->arena, &content, err);
        if (r == 0 && split(content, &k->items[k->n]))
            k->items[k->n++].changed_ms = changed_ms;
    }
    return r < 0 ? r : 0;
}

int kept_list(struct node *node, const struct actor *actor, int64_t now_ms, enum kept_kind kind, struct arena *a, struct kept_item **out, size_t *n,
              struct err *err)
{
    struct keeping k = {.kind = kind, .arena = a};
    struct act act = kept_act_of(actor, now_ms);
    int64_t count;
    *n = 0;
    int r = kept_count(node, actor, kind, &count, err);
    if (r == 0 && count > 0)
        r = act_run(node, &act, do_list, &k, err);
    *out = k.items;
    *n = r == 0 ? k.n : 0;
    return r;
}
