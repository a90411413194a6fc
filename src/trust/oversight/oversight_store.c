/* The tables of trust/oversight. */
#include <string.h>

#include "oversight_embed.h"
#include "trust/oversight/oversight_internal.h"

static const struct embedded *const steps[] = {&oversight_schema_sql};
const struct db_schema oversight_schema = {"oversight", steps, 1};

#define SHOWN_MS (INT64_C(30) * 24 * 3600 * 1000)
#define REVIEW "r.id, r.kind, r.file, r.member, r.at_ms, r.due_ms, r.said, r.state, r.reviewer, r.reviewed_ms, r.words"

static void bind_id(struct db_stmt *q, int param, const uint8_t *id)
{
    if (id)
        db_bind_blob(q, param, (bytes){id, ID_LEN});
    else
        db_bind_null(q, param);
}

static bool take_id(struct db_stmt *q, int col, uint8_t *id)
{
    bytes b = db_col_blob(q, col);
    if (b.len == ID_LEN)
        memcpy(id, b.p, ID_LEN);
    return b.len == ID_LEN;
}

static int damaged(struct err *err)
{
    return err_set(err, ERR_CORRUPT, N_("a row of the tables of oversight is damaged"));
}

/* --- reviews --- */

int review_store_put(struct db *db, const struct review_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into oversight_review(id, kind, file, member, at_ms, due_ms, said, state, reviewed_ms) values($1, $2, $3, $4, $5, $6, $7, $8, 0)", &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, row->head.id);
    db_bind_int(q, 2, row->head.kind);
    bind_id(q, 3, row->head.file);
    bind_id(q, 4, row->head.member);
    db_bind_int(q, 5, row->head.at_ms);
    db_bind_int(q, 6, row->head.due_ms);
    bind_id(q, 7, row->said.b);
    db_bind_int(q, 8, row->head.state);
    return db_run(q, err);
}

static int take_review(struct db_stmt *q, struct review_row *row, struct err *err)
{
    struct review *h = &row->head;
    *row = (struct review_row){0};
    bool whole = take_id(q, 0, h->id) && take_id(q, 2, h->file) && take_id(q, 3, h->member) && take_id(q, 6, row->said.b);
    h->kind = (enum review_kind)db_col_int(q, 1);
    h->at_ms = db_col_int(q, 4);
    h->due_ms = db_col_int(q, 5);
    h->state = (enum review_state)db_col_int(q, 7);
    (void)take_id(q, 8, h->reviewer);
    h->reviewed_ms = db_col_int(q, 9);
    row->has_words = take_id(q, 10, row->words.b);
    return whole ? 0 : damaged(err);
}

int review_store_get(struct db *db, const uint8_t id[static ID_LEN], struct review_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " REVIEW " from oversight_review r where r.id = $1", &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, id);
    if ((r = db_step(q, err)) <= 0)
        return r < 0 ? r : err_set(err, ERR_NOT_FOUND, N_("there is no such review"));
    r = take_review(q, row, err);
    db_reset(q);
    return r;
}

int review_store_decide(struct db *db, const struct review_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update oversight_review set state = $1, reviewer = $2, reviewed_ms = $3, words = $4 where id = $5 and state = 1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, row->head.state);
    bind_id(q, 2, row->head.reviewer);
    db_bind_int(q, 3, row->head.reviewed_ms);
    bind_id(q, 4, row->words.b);
    bind_id(q, 5, row->head.id);
    r = db_run(q, err);
    return r < 0 ? r : db_changes(q) == 1;
}

/* One half of a list: those that wait, or those that are done. */
static int list_half(struct db *db, const char *sql, const uint8_t *lead, int64_t since_ms, struct arena *a, struct review_row **rows, size_t *n, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, sql, &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, since_ms);
    db_bind_int(q, 2, REVIEWS_MAX);
    if (lead)
        bind_id(q, 3, lead);
    while ((r = db_step(q, err)) > 0) {
        *rows = arena_grow(a, *rows, *n * sizeof **rows, (*n + 1) * sizeof **rows);
        if ((r = take_review(q, &(*rows)[(*n)++], err)) < 0) {
            db_reset(q);
            return r;
        }
    }
    return r;
}

#define OF_LEAD " and exists (select 1 from access_part p where p.file = r.file and p.member = $3 and p.relation = 8)"
#define WAITS "select " REVIEW " from oversight_review r where r.state = 1 and r.at_ms > $1"
#define DONE "select " REVIEW " from oversight_review r where r.state > 1 and r.at_ms > $1"

int review_store_list(struct db *db, const uint8_t *lead, int64_t now_ms, struct arena *a, struct review_row **rows, size_t *n, struct err *err)
{
    *rows = NULL;
    *n = 0;
    int r = list_half(db, lead ? WAITS OF_LEAD " order by r.due_ms, r.id limit $2" : WAITS " order by r.due_ms, r.id limit $2", lead, 0, a, rows, n, err);
    if (r == 0)
        r = list_half(db, lead ? DONE OF_LEAD " order by r.at_ms desc, r.id limit $2" : DONE " order by r.at_ms desc, r.id limit $2", lead, now_ms - SHOWN_MS, a,
                      rows, n, err);
    return r;
}

int review_count(struct db *db, const uint8_t member[static ID_LEN], int64_t now_ms, struct review_counts *out, struct err *err)
{
    struct db_stmt *q;
    *out = (struct review_counts){0};
    int r = db_prepare(db,
                       "select r.due_ms, r.member, case when exists (select 1 from access_part p where p.file = r.file and p.member = $1 and p.relation = 8) "
                       "then 1 else 0 end from oversight_review r where r.state = 1",
                       &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, member);
    while ((r = db_step(q, err)) > 0) {
        bytes who = db_col_blob(q, 1);
        bool own = who.len == ID_LEN && memcmp(who.p, member, ID_LEN) == 0;
        out->waiting += !own;
        out->overdue += !own && db_col_int(q, 0) <= now_ms;
        out->own_files += !own && db_col_int(q, 2);
    }
    return r;
}

/* --- canaries --- */

int canary_store_put(struct db *db, const struct canary_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into oversight_canary(object, by_member, at_ms, seen_leaf, words) values($1, $2, $3, $4, $5) on conflict(object) do nothing", &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, row->head.object.b);
    bind_id(q, 2, row->head.by);
    db_bind_int(q, 3, row->head.at_ms);
    db_bind_int(q, 4, row->head.seen_leaf);
    bind_id(q, 5, row->words.b);
    r = db_run(q, err);
    if (r == 0 && db_changes(q) == 0)
        return err_set(err, ERR_EXISTS, N_("this record is a decoy already"));
    return r;
}

int canary_store_drop(struct db *db, const uint8_t object[static ID_LEN], struct vault_id *words, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from oversight_canary where object = $1 returning words", &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, object);
    if ((r = db_step(q, err)) <= 0)
        return r;
    bool whole = take_id(q, 0, words->b);
    db_reset(q);
    return whole ? 1 : damaged(err);
}

int canary_store_list(struct db *db, struct arena *a, struct canary_row **rows, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *n = 0;
    *rows = arena_array(a, struct canary_row, CANARIES_MAX);
    int r = db_prepare(db,
                       "select c.object, c.by_member, c.at_ms, c.seen_leaf, c.words, "
                       "(select count(*) from act_detail d where d.object = c.object and d.leaf > c.seen_leaf) "
                       "from oversight_canary c order by c.at_ms, c.object limit $1",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, CANARIES_MAX);
    while ((r = db_step(q, err)) > 0 && *n < CANARIES_MAX) {
        struct canary_row *row = &(*rows)[*n];
        row->head = (struct canary){.at_ms = db_col_int(q, 2), .seen_leaf = db_col_int(q, 3), .alerts = db_col_int(q, 5)};
        if (take_id(q, 0, row->head.object.b) && take_id(q, 1, row->head.by) && take_id(q, 4, row->words.b))
            ++*n;
    }
    db_reset(q);
    return r < 0 ? r : 0;
}

int canary_store_seen(struct db *db, int64_t leaf, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update oversight_canary set seen_leaf = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, leaf);
    return db_run(q, err);
}

int canary_count(struct db *db, int64_t *alerts, struct err *err)
{
    struct db_stmt *q;
    *alerts = 0;
    int r = db_prepare(db, "select count(*) from oversight_canary c join act_detail d on d.object = c.object and d.leaf > c.seen_leaf", &q, err);
    if (r < 0)
        return r;
    if ((r = db_step(q, err)) <= 0)
        return r;
    *alerts = db_col_int(q, 0);
    db_reset(q);
    return 0;
}
