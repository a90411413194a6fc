/* The table of what waits for a second person. */
#include <string.h>

#include "trust/act/act_internal.h"

#define COLUMNS "id, verb, first, file, asked_ms, until_ms, asked, state, second, ended_ms, answer"

static void bind_id(struct db_stmt *q, int param, const uint8_t *id)
{
    if (id)
        db_bind_blob(q, param, (bytes){id, ID_LEN});
    else
        db_bind_null(q, param);
}

int approval_store_put(struct db *db, const struct approval_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into act_approval(" COLUMNS ") values($1, $2, $3, $4, $5, $6, $7, $8, null, 0, null)", &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, row->head.id);
    db_bind_text(q, 2, str_from(verbs[row->head.verb].name));
    bind_id(q, 3, row->head.first);
    bind_id(q, 4, row->head.has_file ? row->head.file : NULL);
    db_bind_int(q, 5, row->head.asked_ms);
    db_bind_int(q, 6, row->head.until_ms);
    bind_id(q, 7, row->asked.b);
    db_bind_int(q, 8, row->head.state);
    return db_run(q, err);
}

static bool take_id(struct db_stmt *q, int col, uint8_t *id)
{
    bytes b = db_col_blob(q, col);
    if (b.len == ID_LEN)
        memcpy(id, b.p, ID_LEN);
    return b.len == ID_LEN;
}

static int take_row(struct db_stmt *q, struct approval_row *row, struct err *err)
{
    struct approval *h = &row->head;
    str verb = db_col_text(q, 1);
    *row = (struct approval_row){.head.verb = N_VERBS};
    for (int v = 0; v < N_VERBS; v++)
        if (str_eq(verb, str_from(verbs[v].name)))
            h->verb = (enum verb)v;
    bool whole = h->verb < N_VERBS && take_id(q, 0, h->id) && take_id(q, 2, h->first) && take_id(q, 6, row->asked.b);
    h->has_file = take_id(q, 3, h->file);
    h->asked_ms = db_col_int(q, 4);
    h->until_ms = db_col_int(q, 5);
    h->state = (enum approval_state)db_col_int(q, 7);
    (void)take_id(q, 8, h->second);
    h->ended_ms = db_col_int(q, 9);
    row->has_answer = take_id(q, 10, row->answer.b);
    return whole ? 0 : err_set(err, ERR_CORRUPT, N_("a row of the table act_approval is damaged"));
}

int approval_store_get(struct db *db, const uint8_t id[static ID_LEN], struct approval_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " COLUMNS " from act_approval where id = $1", &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, id);
    if ((r = db_step(q, err)) <= 0)
        return r < 0 ? r : err_set(err, ERR_NOT_FOUND, N_("there is no such request"));
    r = take_row(q, row, err);
    db_reset(q);
    return r;
}

int approval_store_end(struct db *db, const struct approval_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update act_approval set state = $1, second = $2, ended_ms = $3, answer = $4 where id = $5 and state = 1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, row->head.state);
    bind_id(q, 2, row->head.state == APPROVAL_RETRACTED ? NULL : row->head.second);
    db_bind_int(q, 3, row->head.ended_ms);
    bind_id(q, 4, row->has_answer ? row->answer.b : NULL);
    bind_id(q, 5, row->head.id);
    r = db_run(q, err);
    return r < 0 ? r : db_changes(q) == 1;
}

/* Adds the rows of a statement that is bound. */
static int collect(struct db_stmt *q, struct arena *a, struct approval_row **rows, size_t *n, struct err *err)
{
    int r;
    while ((r = db_step(q, err)) > 0) {
        *rows = arena_grow(a, *rows, *n * sizeof **rows, (*n + 1) * sizeof **rows);
        if ((r = take_row(q, &(*rows)[*n], err)) < 0) {
            db_reset(q);
            return r;
        }
        ++*n;
    }
    return r;
}

int approval_store_list(struct db *db, const uint8_t member[static ID_LEN], int64_t now_ms, struct arena *a, struct approval_row **rows, size_t *n,
                        struct err *err)
{
    struct db_stmt *q;
    *rows = NULL;
    *n = 0;
    int r = db_prepare(db, "select " COLUMNS " from act_approval where state = 1 and until_ms > $1 and first <> $2 order by until_ms desc limit $3", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, now_ms);
    bind_id(q, 2, member);
    db_bind_int(q, 3, APPROVALS_MAX);
    if ((r = collect(q, a, rows, n, err)) < 0)
        return r;
    r = db_prepare(db, "select " COLUMNS " from act_approval where first = $1 order by asked_ms desc limit $2", &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, member);
    db_bind_int(q, 2, APPROVALS_MAX);
    return collect(q, a, rows, n, err);
}

int approval_count(struct db *db, const uint8_t member[static ID_LEN], unsigned roles, int64_t now_ms, int64_t *to_decide, int64_t *own, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select verb, first from act_approval where state = 1 and until_ms > $1", &q, err);
    *to_decide = *own = 0;
    if (r < 0)
        return r;
    db_bind_int(q, 1, now_ms);
    while ((r = db_step(q, err)) > 0) {
        str verb = db_col_text(q, 0);
        bytes first = db_col_blob(q, 1);
        bool mine = first.len == ID_LEN && memcmp(first.p, member, ID_LEN) == 0;
        *own += mine;
        for (int v = 0; v < N_VERBS && !mine; v++)
            *to_decide += (verbs[v].rule.two & roles) != 0 && str_eq(verb, str_from(verbs[v].name));
    }
    return r;
}
