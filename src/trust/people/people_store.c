/* The tables of trust/people. */
#include <string.h>

#include "people_embed.h"
#include "trust/people/people_internal.h"

static const struct embedded *const steps[] = {&people_schema_sql, &people_schema_2_sql, &people_schema_3_sql, &people_schema_4_sql};
const struct db_schema people_schema = {"people", steps, 4};

#define ROW "id, record, secret, added_ms"
#define SESSION "token, id, member, enrolling, started_ms, seen_ms, agent, proved_ms"

static bytes id_bytes(const uint8_t id[static ID_LEN])
{
    return (bytes){id, ID_LEN};
}

static bytes hash_bytes(const uint8_t hash[static HASH_LEN])
{
    return (bytes){hash, HASH_LEN};
}

static int take_blob(struct db_stmt *q, int col, uint8_t *out, size_t len, struct err *err)
{
    bytes b = db_col_blob(q, col);
    if (b.len != len)
        return err_set(err, ERR_CORRUPT, "a row of the members' tables is damaged");
    memcpy(out, b.p, len);
    return 0;
}

static int take_row(struct db_stmt *q, struct people_row *row, struct err *err)
{
    *row = (struct people_row){.has_secret = !db_col_null(q, 2), .added_ms = db_col_int(q, 3)};
    int r = take_blob(q, 0, row->id, ID_LEN, err);
    if (r == 0)
        r = take_blob(q, 1, row->record.b, ID_LEN, err);
    return r == 0 && row->has_secret ? take_blob(q, 2, row->secret.b, ID_LEN, err) : r;
}

static int take_session(struct db_stmt *q, struct people_session *s, struct err *err)
{
    *s = (struct people_session){.enrolling = db_col_int(q, 3) != 0, .started_ms = db_col_int(q, 4), .seen_ms = db_col_int(q, 5), .has_agent = !db_col_null(q, 6),
                                  .proved_ms = db_col_int(q, 7)};
    int r = take_blob(q, 0, s->token, HASH_LEN, err);
    if (r == 0)
        r = take_blob(q, 1, s->id, ID_LEN, err);
    if (r == 0)
        r = take_blob(q, 2, s->member, ID_LEN, err);
    return r == 0 && s->has_agent ? take_blob(q, 6, s->agent.b, ID_LEN, err) : r;
}

/* A statement with one blob for its parameter, run to the end. */
static int run_one(struct db *db, const char *sql, bytes value, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, sql, &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, value);
    return db_run(q, err);
}

/* --- members --- */

int people_store_add(struct db *db, const struct people_row *row, const uint8_t login[static HASH_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into people_member(id, login, record, added_ms) values($1, $2, $3, $4) on conflict(login) do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, id_bytes(row->id));
    db_bind_blob(q, 2, hash_bytes(login));
    db_bind_blob(q, 3, id_bytes(row->record.b));
    db_bind_int(q, 4, row->added_ms);
    r = db_run(q, err);
    if (r == 0 && db_changes(q) == 0)
        return err_set(err, ERR_EXISTS, N_("this login name is taken: choose another"));
    return r;
}

static int get_row(struct db *db, const char *sql, bytes key, struct people_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, sql, &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, key);
    r = db_step(q, err);
    if (r <= 0)
        return r;
    r = take_row(q, row, err);
    db_reset(q);
    return r < 0 ? r : 1;
}

int people_store_get(struct db *db, const uint8_t id[static ID_LEN], struct people_row *row, struct err *err)
{
    return get_row(db, "select " ROW " from people_member where id = $1", id_bytes(id), row, err);
}

int people_store_by_login(struct db *db, const uint8_t login[static HASH_LEN], struct people_row *row, struct err *err)
{
    return get_row(db, "select " ROW " from people_member where login = $1", hash_bytes(login), row, err);
}

int people_store_all(struct db *db, struct arena *a, struct people_row **rows, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t cap = 0;
    int r = db_prepare(db, "select " ROW " from people_member order by added_ms, id", &q, err);
    *rows = NULL;
    for (*n = 0; r >= 0 && (r = db_step(q, err)) > 0; ++*n) {
        if (*n == cap) {
            *rows = arena_grow(a, *rows, cap * sizeof **rows, (cap * 2 + 16) * sizeof **rows);
            cap = cap * 2 + 16;
        }
        if ((r = take_row(q, &(*rows)[*n], err)) < 0)
            db_reset(q);
    }
    return r;
}

int people_store_secret(struct db *db, const uint8_t id[static ID_LEN], const struct vault_id *secret, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update people_member set secret = $1 where id = $2", &q, err);
    if (r < 0)
        return r;
    if (secret)
        db_bind_blob(q, 1, id_bytes(secret->b));
    else
        db_bind_null(q, 1);
    db_bind_blob(q, 2, id_bytes(id));
    return db_run(q, err);
}

/* --- codes --- */

int people_store_code_put(struct db *db, const uint8_t member[static ID_LEN], const uint8_t hash[static HASH_LEN], int64_t until_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into people_code(member, hash, until_ms) values($1, $2, $3) "
                           "on conflict(member) do update set hash = excluded.hash, until_ms = excluded.until_ms", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, id_bytes(member));
    db_bind_blob(q, 2, hash_bytes(hash));
    db_bind_int(q, 3, until_ms);
    return db_run(q, err);
}

int people_store_code_get(struct db *db, const uint8_t member[static ID_LEN], uint8_t hash[static HASH_LEN], int64_t *until_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select hash, until_ms from people_code where member = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, id_bytes(member));
    r = db_step(q, err);
    if (r <= 0)
        return r;
    r = take_blob(q, 0, hash, HASH_LEN, err);
    *until_ms = db_col_int(q, 1);
    db_reset(q);
    return r < 0 ? r : 1;
}

int people_store_code_drop(struct db *db, const uint8_t member[static ID_LEN], struct err *err)
{
    return run_one(db, "delete from people_code where member = $1", id_bytes(member), err);
}

int people_store_recovery_put(struct db *db, const uint8_t hash[static HASH_LEN], const uint8_t member[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into people_recovery(hash, member) values($1, $2)", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, hash_bytes(hash));
    db_bind_blob(q, 2, id_bytes(member));
    return db_run(q, err);
}

int people_store_recovery_has(struct db *db, const uint8_t hash[static HASH_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select 1 from people_recovery where hash = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, hash_bytes(hash));
    r = db_step(q, err);
    if (r > 0)
        db_reset(q);
    return r;
}

int people_store_recovery_take(struct db *db, const uint8_t hash[static HASH_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from people_recovery where hash = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, hash_bytes(hash));
    r = db_run(q, err);
    return r < 0 ? r : db_changes(q) > 0;
}

int people_store_recovery_drop(struct db *db, const uint8_t member[static ID_LEN], struct err *err)
{
    return run_one(db, "delete from people_recovery where member = $1", id_bytes(member), err);
}

/* --- sessions --- */

int people_store_session_put(struct db *db, const struct people_session *s, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into people_session(" SESSION ") values($1, $2, $3, $4, $5, $6, $7, $8)", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, hash_bytes(s->token));
    db_bind_blob(q, 2, id_bytes(s->id));
    db_bind_blob(q, 3, id_bytes(s->member));
    db_bind_int(q, 4, s->enrolling);
    db_bind_int(q, 5, s->started_ms);
    db_bind_int(q, 6, s->seen_ms);
    if (s->has_agent)
        db_bind_blob(q, 7, id_bytes(s->agent.b));
    db_bind_int(q, 8, s->proved_ms);
    return db_run(q, err);
}

int people_store_session_get(struct db *db, const uint8_t token[static HASH_LEN], struct people_session *s, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " SESSION " from people_session where token = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, hash_bytes(token));
    r = db_step(q, err);
    if (r <= 0)
        return r;
    r = take_session(q, s, err);
    db_reset(q);
    return r < 0 ? r : 1;
}

int people_store_session_seen(struct db *db, const uint8_t token[static HASH_LEN], int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update people_session set seen_ms = $1 where token = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, now_ms);
    db_bind_blob(q, 2, hash_bytes(token));
    return db_run(q, err);
}

static int take_sessions(struct db_stmt *q, struct arena *a, struct people_session **all, size_t *n, struct err *err)
{
    size_t cap = 0;
    int r;
    *all = NULL;
    *n = 0;
    while ((r = db_step(q, err)) > 0) {
        if (*n == cap) {
            *all = arena_grow(a, *all, cap * sizeof **all, (cap * 2 + 8) * sizeof **all);
            cap = cap * 2 + 8;
        }
        if ((r = take_session(q, &(*all)[(*n)++], err)) < 0) {
            db_reset(q);
            return r;
        }
    }
    return r;
}

int people_store_sessions(struct db *db, const uint8_t member[static ID_LEN], struct arena *a, struct people_session **all, size_t *n, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " SESSION " from people_session where member = $1 order by started_ms desc, id", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, id_bytes(member));
    return take_sessions(q, a, all, n, err);
}

int people_store_sessions_over(struct db *db, int64_t seen_before_ms, int64_t started_before_ms, struct arena *a, struct people_session **all,
                               size_t *n, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " SESSION " from people_session where seen_ms < $1 or started_ms < $2", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, seen_before_ms);
    db_bind_int(q, 2, started_before_ms);
    return take_sessions(q, a, all, n, err);
}

int people_store_session_proved(struct db *db, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update people_session set proved_ms = $1 where id = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, now_ms);
    db_bind_blob(q, 2, id_bytes(id));
    r = db_run(q, err);
    return r < 0 ? r : db_changes(q) > 0;
}

int people_store_session_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err)
{
    return run_one(db, "delete from people_session where id = $1", id_bytes(id), err);
}

/* --- attempts --- */

int people_store_attempt(struct db *db, const uint8_t who[static HASH_LEN], int64_t at_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into people_attempt(who, at_ms) values($1, $2)", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, hash_bytes(who));
    db_bind_int(q, 2, at_ms);
    return db_run(q, err);
}

int people_store_attempts(struct db *db, const uint8_t who[static HASH_LEN], int64_t since_ms, int64_t *n, int64_t *first_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select count(*), coalesce(min(at_ms), 0) from people_attempt where who = $1 and at_ms > $2", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, hash_bytes(who));
    db_bind_int(q, 2, since_ms);
    r = db_step(q, err);
    if (r <= 0)
        return r;
    *n = db_col_int(q, 0);
    *first_ms = db_col_int(q, 1);
    db_reset(q);
    return 0;
}

int people_store_attempts_drop(struct db *db, const uint8_t *who, int64_t before_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, who ? "delete from people_attempt where at_ms < $1 and who = $2" : "delete from people_attempt where at_ms < $1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, before_ms);
    if (who)
        db_bind_blob(q, 2, hash_bytes(who));
    return db_run(q, err);
}
