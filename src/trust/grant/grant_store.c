/* Rows of grants, and of the holders below ours. */
#include <string.h>

#include "trust/grant/grant_embed.h"
#include "trust/grant/grant_internal.h"

static const struct embedded *const steps[] = {&grant_schema_sql};
const struct db_schema grant_schema = {"grant", steps, 1};

#define COLUMNS                                                                                                              \
    "issuer, id, ours, holder, object, parent_issuer, parent, seen, papers, expires_ms, state, ended_ms, recalled_ms, "      \
    "received_ms, statement, stated_ms, letter, due"

static bool col_id(struct db_stmt *q, int col, uint8_t out[static ID_LEN])
{
    bytes b = db_col_blob(q, col);
    if (b.len == ID_LEN)
        memcpy(out, b.p, ID_LEN);
    return b.len == ID_LEN;
}

static void bind_id(struct db_stmt *q, int param, const uint8_t *id)
{
    db_bind_blob(q, param, (bytes){id, ID_LEN});
}

static int read_row(struct db_stmt *q, struct arena *a, struct grant_row *out, struct err *err)
{
    *out = (struct grant_row){
        .ours = db_col_int(q, 2) != 0, .has_parent = !db_col_null(q, 5), .seen = db_col_int(q, 7) != 0, .papers = str_dup(a, db_col_text(q, 8)),
        .expires_ms = db_col_int(q, 9), .state = (enum grant_state)db_col_int(q, 10), .ended_ms = db_col_int(q, 11),
        .recalled_ms = db_col_int(q, 12), .received_ms = db_col_int(q, 13), .statement = str_dup(a, db_col_text(q, 14)),
        .stated_ms = db_col_int(q, 15), .letter = (enum grant_letter_state)db_col_int(q, 16), .due = (unsigned)db_col_int(q, 17),
    };
    bool whole = col_id(q, 0, out->issuer) && col_id(q, 1, out->id) && col_id(q, 3, out->holder) && col_id(q, 4, out->object) &&
                 (!out->has_parent || (col_id(q, 5, out->parent_issuer) && col_id(q, 6, out->parent)));
    return whole ? 0 : err_set(err, ERR_CORRUPT, "the table of grants holds an id of a wrong length: restore the database");
}

/* All rows of a statement whose parameters are bound. */
static int rows_of(struct db_stmt *q, struct arena *a, struct grant_row **out, size_t *n, struct err *err)
{
    size_t cap = 8;
    int r, read = 0;
    *n = 0;
    *out = arena_array(a, struct grant_row, cap);
    while ((r = db_step(q, err)) > 0) {
        if (*n == cap) {
            *out = arena_grow(a, *out, cap * sizeof **out, 2 * cap * sizeof **out);
            cap *= 2;
        }
        if ((read = read_row(q, a, &(*out)[(*n)++], err)) < 0) {
            db_reset(q);
            return read;
        }
    }
    return r;
}

int grant_store_find(struct db *db, struct arena *a, const uint8_t issuer[static ID_LEN], const uint8_t id[static ID_LEN], struct grant_row *out,
                     struct err *err)
{
    struct db_stmt *q;
    struct grant_row *rows;
    size_t n;
    int r = db_prepare(db, "select " COLUMNS " from grant_paper where issuer = $1 and id = $2", &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, issuer);
    bind_id(q, 2, id);
    if ((r = rows_of(q, a, &rows, &n, err)) < 0)
        return r;
    if (n > 0)
        *out = rows[0];
    return n > 0;
}

int grant_store_put(struct db *db, const struct grant_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "insert into grant_paper (" COLUMNS ") values "
                       "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) on conflict (issuer, id) do update set "
                       "object = excluded.object, seen = excluded.seen, papers = excluded.papers, expires_ms = excluded.expires_ms, "
                       "state = excluded.state, ended_ms = excluded.ended_ms, recalled_ms = excluded.recalled_ms, "
                       "received_ms = excluded.received_ms, statement = excluded.statement, stated_ms = excluded.stated_ms, "
                       "unscrubbed = case when excluded.letter = 2 and grant_paper.letter = 1 then 1 else grant_paper.unscrubbed end, "
                       "letter = excluded.letter, due = excluded.due",
                       &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, row->issuer);
    bind_id(q, 2, row->id);
    db_bind_int(q, 3, row->ours);
    bind_id(q, 4, row->holder);
    bind_id(q, 5, row->object);
    if (row->has_parent) {
        bind_id(q, 6, row->parent_issuer);
        bind_id(q, 7, row->parent);
    }
    db_bind_int(q, 8, row->seen);
    db_bind_text(q, 9, row->papers);
    db_bind_int(q, 10, row->expires_ms);
    db_bind_int(q, 11, row->state);
    db_bind_int(q, 12, row->ended_ms);
    db_bind_int(q, 13, row->recalled_ms);
    db_bind_int(q, 14, row->received_ms);
    db_bind_text(q, 15, row->statement);
    db_bind_int(q, 16, row->stated_ms);
    db_bind_int(q, 17, row->letter);
    db_bind_int(q, 18, row->due);
    return db_run(q, err);
}

/* $1 and $2 are issuer and id, or time for both where time is said. Bounded where the clock asks: the next minute takes the next ones. */
static const struct {
    const char *sql;
    bool issuer, id, time;
} which_rows[] = {
    [GRANT_ALL] = {"select " COLUMNS " from grant_paper where seen = 1 order by ours desc, expires_ms, id", false, false, false},
    [GRANT_OF_OBJECT] = {"select " COLUMNS " from grant_paper where object = $1 and ours = 0 and seen = 1", false, true, false},
    [GRANT_PASSED_ON] = {"select " COLUMNS " from grant_paper where parent_issuer = $1 and parent = $2 order by id", true, true, false},
    [GRANT_DUE] = {"select " COLUMNS " from grant_paper where due <> 0 order by ours, id", false, false, false},
    [GRANT_RUN_OUT] = {"select " COLUMNS " from grant_paper where state = 1 and ours = 0 and expires_ms <= $1 order by expires_ms, id limit 100",
                       false, false, true},
    [GRANT_UNANSWERED] = {"select " COLUMNS " from grant_paper where state = 1 and ours = 1 and recalled_ms = 0 and stated_ms = 0 and "
                          "expires_ms <= $1 order by expires_ms, id limit 100", false, false, true},
    [GRANT_BY_ID] = {"select " COLUMNS " from grant_paper where id = $1 and seen = 1", false, true, false},
    [GRANT_BY_RECALL] = {"select " COLUMNS " from grant_paper where recall = $1", false, true, false},
};

int grant_store_rows(struct db *db, struct arena *a, enum grant_which which, const struct grant_key *key, struct grant_row **out, size_t *n,
                     struct err *err)
{
    struct db_stmt *q;
    int param = 1, r = db_prepare(db, which_rows[which].sql, &q, err);
    if (r < 0)
        return r;
    if (which_rows[which].issuer)
        bind_id(q, param++, key->issuer);
    if (which_rows[which].id)
        bind_id(q, param++, key->id);
    if (which_rows[which].time)
        db_bind_int(q, param, key->time_ms);
    return rows_of(q, a, out, n, err);
}

int grant_store_recall_letter(struct db *db, const struct grant_row *row, const uint8_t letter[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update grant_paper set recall = $3 where issuer = $1 and id = $2", &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, row->issuer);
    bind_id(q, 2, row->id);
    bind_id(q, 3, letter);
    return db_run(q, err);
}

/* --- those below --- */

#define BELOW_COLUMNS "root, issuer, id, holder, statement, stated_ms, due"

int grant_store_below_count(struct db *db, const uint8_t root[static ID_LEN], int64_t *n, int64_t *stated, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select count(*), count(nullif(stated_ms, 0)) from grant_below where root = $1", &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, root);
    if ((r = db_step(q, err)) <= 0)
        return r;
    *n = db_col_int(q, 0);
    *stated = db_col_int(q, 1);
    db_reset(q);
    return 0;
}

int grant_store_below_add(struct db *db, const struct grant_below *b, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "insert into grant_below (root, issuer, id, holder, statement, stated_ms, arrived, due) values "
                       "($1, $2, $3, $4, '', 0, 0, 0) on conflict (root, issuer, id) do nothing",
                       &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, b->root);
    bind_id(q, 2, b->issuer);
    bind_id(q, 3, b->id);
    bind_id(q, 4, b->holder);
    return db_run(q, err);
}

int grant_store_below_state(struct db *db, const struct grant_below *b, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "update grant_below set statement = $4, stated_ms = $5, due = $6, arrived = case when arrived > 0 then arrived else "
                       "(select max(o.arrived) + 1 from grant_below o where o.root = $1) end where root = $1 and issuer = $2 and id = $3",
                       &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, b->root);
    bind_id(q, 2, b->issuer);
    bind_id(q, 3, b->id);
    db_bind_text(q, 4, b->statement);
    db_bind_int(q, 5, b->stated_ms);
    db_bind_int(q, 6, b->due);
    return db_run(q, err);
}

static int below_of(struct db_stmt *q, struct arena *a, struct grant_below **out, size_t *n, struct err *err)
{
    size_t cap = 8;
    int r;
    *n = 0;
    *out = arena_array(a, struct grant_below, cap);
    while ((r = db_step(q, err)) > 0) {
        if (*n == cap) {
            *out = arena_grow(a, *out, cap * sizeof **out, 2 * cap * sizeof **out);
            cap *= 2;
        }
        struct grant_below *b = &(*out)[(*n)++];
        *b = (struct grant_below){.statement = str_dup(a, db_col_text(q, 4)), .stated_ms = db_col_int(q, 5), .due = db_col_int(q, 6) != 0};
        if (!col_id(q, 0, b->root) || !col_id(q, 1, b->issuer) || !col_id(q, 2, b->id) || !col_id(q, 3, b->holder)) {
            db_reset(q);
            return err_set(err, ERR_CORRUPT, "the table of holders below holds an id of a wrong length: restore the database");
        }
    }
    return r;
}

int grant_store_below_roots(struct db *db, struct arena *a, const uint8_t issuer[static ID_LEN], const uint8_t id[static ID_LEN],
                            struct grant_below **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " BELOW_COLUMNS " from grant_below where issuer = $1 and id = $2", &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, issuer);
    bind_id(q, 2, id);
    return below_of(q, a, out, n, err);
}

int grant_store_below(struct db *db, struct arena *a, const uint8_t *root, struct grant_below **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       root ? "select " BELOW_COLUMNS " from grant_below where root = $1 order by case when arrived = 0 then 1 else 0 end, arrived, id"
                            : "select " BELOW_COLUMNS " from grant_below where due = 1 order by arrived, id",
                       &q, err);
    if (r < 0)
        return r;
    if (root)
        bind_id(q, 1, root);
    return below_of(q, a, out, n, err);
}

int grant_store_below_word(struct db *db, struct arena *a, const uint8_t id[static ID_LEN], str *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select statement from grant_below where id = $1 and stated_ms > 0 limit 1", &q, err);
    if (r < 0)
        return r;
    bind_id(q, 1, id);
    if ((r = db_step(q, err)) > 0) {
        *out = str_dup(a, db_col_text(q, 0));
        db_reset(q);
    }
    return r;
}

/* --- what was erased and still lies in the file's freed pages --- */

int grant_store_unscrubbed(struct db *db, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select 1 from grant_paper where unscrubbed = 1 limit 1", &q, err);
    if (r < 0)
        return r;
    r = db_step(q, err);
    if (r > 0)
        db_reset(q);
    return r;
}

int grant_store_scrubbed(struct db *db, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update grant_paper set unscrubbed = 0 where unscrubbed = 1", &q, err);
    return r < 0 ? r : db_run(q, err);
}

/* --- numbers --- */

int grant_overdue_count(struct db *db, int64_t now_ms, int64_t *n, struct err *err)
{
    struct db_stmt *q;
    *n = 0;
    int r = db_prepare(db,
                       "select count(*) from grant_paper p where p.ours = 1 and ((p.state = 1 and p.expires_ms < $1) or (p.state > 1 and p.ended_ms < $1)) and "
                       "(p.stated_ms = 0 or exists (select 1 from grant_below b where b.root = p.id and b.stated_ms = 0))",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, now_ms - GRANT_OVERDUE_MS);
    if ((r = db_step(q, err)) <= 0)
        return r;
    *n = db_col_int(q, 0);
    db_reset(q);
    return 0;
}
