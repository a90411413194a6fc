#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/witness/test_watch.h"

void watch_open(struct watch *w, size_t n)
{
    static const char *const names[WATCH_MAX] = {"Lotus House", "Border Unit 7", "Harbour Police", "Labour Office"};
    struct err err = {0};
    *w = (struct watch){.n = n};
    for (size_t i = 0; i < n; i++) {
        house_open(&w->houses[i], str_from(names[i]), STR("KH"), STR("police"));
        if (db_migrate(w->houses[i].node->db, &witness_schema, &err) < 0)
            fail_msg("%s", err.text);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            house_pair(&w->houses[i], &w->houses[k], 5);
}

void watch_close(struct watch *w)
{
    for (size_t i = 0; i < w->n; i++)
        house_close(&w->houses[i]);
}

static void id_of(const struct watch *w, size_t who, uint8_t id[static ID_LEN])
{
    witness_own_id(w->houses[who].node, id);
}

struct partner watch_partner(struct watch *w, size_t who, size_t of)
{
    struct err err = {0};
    struct partner p;
    uint8_t id[ID_LEN];
    id_of(w, of, id);
    if (partner_by_id(w->houses[who].node->db, w->houses[who].a, id, &p, &err) < 0)
        fail_msg("%s", err.text);
    return p;
}

/* As many segments, each alike or {}. */
static bool matches(str route, str path, struct http_request *q)
{
    size_t n = 0;
    str x = {0}, y = {0};
    while (route.p && path.p) {
        str_split(&route, '/', &x);
        str_split(&path, '/', &y);
        if (str_eq(x, STR("{}")))
            q->params[n++] = y;
        else if (!str_eq(x, y))
            return false;
    }
    return !route.p && !path.p;
}

static int call(void *arg, const struct partner *p, struct arena *a, const char *path, bytes body, struct http_answer *out, struct err *err)
{
    struct watch_end *end = arg;
    struct watch *w = end->watch;
    size_t to = 0;
    for (uint8_t id[ID_LEN]; to < w->n; to++) {
        id_of(w, to, id);
        if (memcmp(id, p->id, ID_LEN) == 0)
            break;
    }
    w->sent++;
    if (to == w->n || w->cut[to] || w->cut[end->who])
        return err_set(err, ERR_IO, "not reached");
    struct node *node = w->shown[to][end->who] ? w->shown[to][end->who] : w->houses[to].node;
    struct partner from = watch_partner(w, to, end->who);
    for (const struct peer_route *r = witness_routes; r->method; r++) {
        struct http_request q = {.arena = a, .path = str_from(path), .body = body};
        struct http_reply reply = {.status = 200};
        struct err why = {0};
        if (strcmp(r->method, body.p ? "POST" : "GET") != 0 || !matches(str_from(r->path), q.path, &q))
            continue;
        int result = r->answer(node, &from, &q, &reply, &why);
        if (result < 0) {
            reply.status = result == ERR_NOT_FOUND ? 404 : result == ERR_INPUT ? 400 : result == ERR_CORRUPT ? 410 : 500;
            reply.body = str_bytes(str_dup(a, str_from(why.text)));
        }
        if (w->caller_died)
            return w->caller_died = false, err_set(err, ERR_IO, "the line was cut");
        *out = (struct http_answer){.status = reply.status, .body = bytes_dup(a, reply.body)};
        return 0;
    }
    fail_msg("no route for %s", path);
    return ERR_NOT_FOUND;
}

struct witness_line watch_line(struct watch_end *end)
{
    return (struct witness_line){.send = call, .arg = end};
}

void watch_grow(struct node *node, int64_t acts)
{
    struct err err = {0};
    for (int64_t i = 0; i < acts; i++) {
        struct act act = {.verb = VERB_SEARCH, .actor = &test_operator, .purpose = STR("identification"), .now_ms = WATCH_NOW};
        if (act_run(node, &act, NULL, NULL, &err) < 0)
            fail_msg("%s", err.text);
    }
}

void watch_round(struct watch *w, size_t who, int64_t now_ms)
{
    struct watch_end end = {w, who};
    struct witness_line line = watch_line(&end);
    struct err err = {0};
    if (witness_round(w->houses[who].node, &line, now_ms, &err) < 0)
        fail_msg("%s", err.text);
}

int watch_look(struct watch *w, size_t who, size_t at, int64_t now_ms)
{
    struct watch_end end = {w, who};
    struct witness_line line = watch_line(&end);
    struct partner p = watch_partner(w, who, at);
    struct err err = {0};
    int result = witness_look(w->houses[who].node, &line, &p, now_ms, &err);
    if (result < 0)
        fail_msg("%s", err.text);
    return result;
}

int64_t watch_open_evidence(struct watch *w, size_t who, size_t against)
{
    struct err err = {0};
    uint8_t id[ID_LEN];
    int64_t n;
    id_of(w, against, id);
    if (witness_store_open_count(w->houses[who].node->db, id, &n, &err) < 0)
        fail_msg("%s", err.text);
    return n;
}

struct seen watch_seen(struct watch *w, size_t who, size_t of)
{
    struct err err = {0};
    struct seen seen;
    uint8_t id[ID_LEN];
    id_of(w, of, id);
    if (witness_store_seen(w->houses[who].node->db, id, w->houses[who].a, &seen, &err) < 0)
        fail_msg("%s", err.text);
    return seen;
}

struct arena *watch_arena(struct watch *w)
{
    return w->houses[0].a;
}

str watch_head(struct watch *w, struct node *node, int64_t size)
{
    struct err err = {0};
    str note;
    if (log_checkpoint(node->log, node->db, size, watch_arena(w), &note, &err) < 0)
        fail_msg("%s", err.text);
    return note;
}

/* Changes the first agency's database as somebody with the file could, and keeps what was there. */
void watch_change(struct watch *w, const char *sql)
{
    struct err err = {0};
    if (db_exec(w->houses[0].node->db, sql, &err) < 0)
        fail_msg("%s", err.text);
}

/* A log that was rewritten as a whole agrees with itself, and not with what was cosigned. */
void watch_cut_back(struct watch *w, int64_t size)
{
    struct err err = {0};
    struct arena *a = watch_arena(w);
    struct merkle_frontier f = {0};
    bytes leaf;
    for (int64_t i = 0; i < size; i++) {
        struct merkle_hash hash;
        assert_int_equal(log_leaf_get(w->houses[0].node->log, w->houses[0].node->db, i, a, &leaf, &err), 0);
        merkle_leaf(&hash, leaf);
        assert_int_equal(merkle_frontier_add(&f, &hash, NULL, NULL, &err), 0);
    }
    struct db_stmt *q;
    watch_change(w, str_printf(a, "delete from log_leaf where place >= %d; delete from act_detail where leaf >= %d", (int)size, (int)size).p);
    for (int level = 1; level < 20; level++)
        watch_change(w, str_printf(a, "delete from log_node where level = %d and place >= %d", level, (int)(size >> level)).p);
    assert_int_equal(db_prepare(w->houses[0].node->db, "update log_frontier set size = $1, hashes = $2", &q, &err), 0);
    db_bind_int(q, 1, size);
    db_bind_blob(q, 2, (bytes){f.hashes[0].b, f.n * HASH_LEN});
    assert_int_equal(db_run(q, &err), 0);
}

struct witness_evidence watch_newest(struct watch *w, size_t who)
{
    struct err err = {0};
    struct witness_evidence *list = NULL;
    size_t n = 0;
    assert_int_equal(witness_evidence_list(w->houses[who].node, watch_arena(w), &list, &n, &err), 0);
    assert_true(n > 0);
    return list[0];
}

bool watch_has_open(struct watch *w, size_t who, const char *kind)
{
    struct err err = {0};
    struct witness_evidence *list = NULL;
    size_t n = 0;
    assert_int_equal(witness_evidence_list(w->houses[who].node, watch_arena(w), &list, &n, &err), 0);
    for (size_t i = 0; i < n; i++)
        if (list[i].closed_ms == 0 && str_eq(list[i].kind, str_from(kind)))
            return true;
    return false;
}

void watch_confirm(struct watch *w, size_t who, size_t of, int64_t now)
{
    struct err err = {0};
    struct partner p = watch_partner(w, who, of);
    if (witness_confirm(w->houses[who].node, &test_operator, &p, STR("spoken to by telephone"), now, &err) < 0)
        fail_msg("%s", err.text);
}
