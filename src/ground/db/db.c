/* The front of ground/db: what is the same for every engine. */
#include "ground/db/db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ground/db/db_internal.h"

#define SAME_TEXT_MAX 16 /* instances of one text in use at once: more means that somebody forgets db_reset */
#define TXN_TRIES 100
#define TXN_NS 10000000000 /* after that long no further try is begun */
#define PAUSE_MAX_MS 8

static const struct db_driver *const drivers[] = {&db_sqlite, &db_pg};

int db_open(const char *url, struct db **out, struct err *err)
{
    str s = str_from(url);
    for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++) {
        str engine = str_from(drivers[i]->engine);
        if (!str_starts(s, engine) || s.p[engine.len] != ':')
            continue;
        int r = drivers[i]->open(url, out, err);
        if (r == 0)
            (*out)->driver = drivers[i];
        return r;
    }
    /* the url may hold a password: it is not repeated */
    return err_set(err, ERR_INPUT, "the database url begins with neither \"sqlite:\" nor \"postgresql:\"");
}

void db_close(struct db *db)
{
    if (!db)
        return;
    while (db->statements) {
        struct db_stmt *q = db->statements;
        db->statements = q->next;
        free(q->sql);
        db->driver->finalize(q);
    }
    db->driver->close(db);
}

const char *db_engine(const struct db *db)
{
    return db->driver->engine;
}

static int note(struct db *db, int r)
{
    if (r < 0 && db->in_txn && !db->failed)
        db->failed = r;
    return r;
}

static int refuse_after_failure(struct err *err)
{
    return err_set(err, ERR_USAGE, "an earlier statement of this transaction failed: nothing more can run in it; return its error");
}

int db_snapshot(struct db *db, struct err *err)
{
    if (db->in_txn || db->snapshot || !db->driver->snapshot)
        return 0;
    int r = db->driver->exec(db, db->driver->snapshot, err);
    db->snapshot = r == 0;
    return r;
}

void db_snapshot_end(struct db *db)
{
    if (!db->snapshot)
        return;
    int ignored = db->driver->exec(db, "commit", NULL); /* of reads: there is nothing that could fail to be kept */
    (void)ignored;
    db->snapshot = false;
}

int db_exec(struct db *db, const char *sql, struct err *err)
{
    db_snapshot_end(db);
    if (db->failed)
        return refuse_after_failure(err);
    return note(db, db->driver->exec(db, sql, err));
}

int db_small_cache(struct db *db, struct err *err)
{
    return db->driver->small_cache ? db_exec(db, db->driver->small_cache, err) : 0;
}

/* The highest $N outside quotes. */
static int count_params(const char *sql)
{
    int max = 0;
    char quote = 0;
    for (const char *p = sql; *p; p++) {
        if (quote) {
            if (*p == quote)
                quote = 0;
        } else if (*p == '\'' || *p == '"') {
            quote = *p;
        } else if (*p == '$') {
            int n = 0;
            while (p[1] >= '0' && p[1] <= '9' && n <= DB_PARAMS_MAX)
                n = n * 10 + (*++p - '0');
            if (n > max)
                max = n;
        }
    }
    return max;
}

static struct db_stmt *hand_out(struct db_stmt *q)
{
    q->in_use = true;
    q->in_txn = q->db->in_txn;
    return q;
}

int db_prepare(struct db *db, const char *sql, struct db_stmt **out, struct err *err)
{
    if (db->failed)
        return refuse_after_failure(err);
    uint64_t hash = str_hash(str_from(sql));
    int same = 0;
    for (struct db_stmt *q = db->statements; q; q = q->next) {
        if (q->hash != hash || strcmp(q->sql, sql) != 0)
            continue;
        if (!q->in_use) {
            *out = hand_out(q);
            return 0;
        }
        same++;
    }
    if (same >= SAME_TEXT_MAX)
        return err_set(err, ERR_USAGE, "a statement is in use %d times at once: somewhere db_reset is missing", same);
    int n_params = count_params(sql);
    if (n_params > DB_PARAMS_MAX)
        return err_set(err, ERR_USAGE, "a statement has more than %d parameters", DB_PARAMS_MAX);
    struct db_stmt *q = NULL;
    int r = db->driver->prepare(db, sql, n_params, &q, err);
    if (r < 0)
        return note(db, r);
    q->db = db;
    q->sql = mem_alloc(strlen(sql) + 1);
    memcpy(q->sql, sql, strlen(sql) + 1);
    q->hash = hash;
    q->n_params = n_params;
    q->next = db->statements;
    db->statements = q;
    *out = hand_out(q);
    return 0;
}

static void bind(struct db_stmt *q, int param, struct db_value v)
{
    hand_out(q);
    if (param < 1 || param > q->n_params)
        q->bad_param = true;
    else
        q->db->driver->bind(q, param, &v);
}

void db_bind_int(struct db_stmt *q, int param, int64_t value)
{
    bind(q, param, (struct db_value){.kind = DB_INT, .i = value});
}

void db_bind_text(struct db_stmt *q, int param, str value)
{
    bind(q, param, (struct db_value){.kind = DB_TEXT, .b = str_bytes(value)});
}

void db_bind_blob(struct db_stmt *q, int param, bytes value)
{
    bind(q, param, (struct db_value){.kind = DB_BLOB, .b = value});
}

void db_bind_null(struct db_stmt *q, int param)
{
    bind(q, param, (struct db_value){.kind = DB_NULL});
}

int db_step(struct db_stmt *q, struct err *err)
{
    struct db *db = q->db;
    int r;
    if (db->failed)
        r = refuse_after_failure(err);
    else if (q->bad_param)
        r = err_set(err, ERR_USAGE, "a value was bound to a parameter that the statement has not: %.200s", q->sql);
    else {
        if (!q->in_use)
            hand_out(q);
        if (!q->reads)
            db_snapshot_end(db);
        r = db->driver->step(q, err);
    }
    q->has_row = r > 0;
    if (r <= 0)
        db_reset(q);
    return note(db, r);
}

int db_run(struct db_stmt *q, struct err *err)
{
    int r;
    while ((r = db_step(q, err)) > 0)
        ; /* rows of a "returning" that nobody asked for */
    return r;
}

void db_reset(struct db_stmt *q)
{
    q->db->driver->reset(q);
    q->in_use = q->in_txn = q->has_row = q->bad_param = false;
}

static struct db_value column(struct db_stmt *q, int col, enum db_kind kind)
{
    struct db_value none = {.kind = DB_NULL, .b = {(const uint8_t *)"", 0}};
    if (!q->has_row)
        return none;
    struct db_value v = q->db->driver->column(q, col);
    return v.kind == kind ? v : none;
}

int64_t db_col_int(struct db_stmt *q, int col)
{
    return column(q, col, DB_INT).i;
}

str db_col_text(struct db_stmt *q, int col)
{
    return bytes_str(column(q, col, DB_TEXT).b);
}

bytes db_col_blob(struct db_stmt *q, int col)
{
    return column(q, col, DB_BLOB).b;
}

bool db_col_exact(struct db_stmt *q, int col, uint8_t *out, size_t len)
{
    bytes b = db_col_blob(q, col);
    if (b.len != len)
        return false;
    memcpy(out, b.p, len);
    return true;
}

bool db_col_id(struct db_stmt *q, int col, uint8_t out[static ID_LEN])
{
    return db_col_exact(q, col, out, ID_LEN);
}

void db_bind_id(struct db_stmt *q, int param, const uint8_t id[static ID_LEN])
{
    db_bind_blob(q, param, (bytes){id, ID_LEN});
}

bool db_col_null(struct db_stmt *q, int col)
{
    return !q->has_row || q->db->driver->column(q, col).kind == DB_NULL;
}

int64_t db_changes(struct db_stmt *q)
{
    return q->changes;
}

/* Short and by chance: whoever waits longer and longer beside a busy process would lose every race. The clock's low bits do. */
static void pause_before_try(int try)
{
    int64_t most_ns = (int64_t)(try < PAUSE_MAX_MS ? try : PAUSE_MAX_MS) * 1000000;
    struct timespec t = {.tv_sec = 0, .tv_nsec = clock_monotonic_ns() % most_ns};
    nanosleep(&t, NULL);
}

static void end_txn(struct db *db)
{
    for (struct db_stmt *q = db->statements; q; q = q->next)
        if (q->in_txn)
            db_reset(q);
}

static int try_txn(struct db *db, db_txn_fn fn, void *arg, struct err *err)
{
    int r = db->driver->exec(db, db->driver->begin, err);
    if (r < 0)
        return r;
    db->in_txn = true;
    db->failed = 0;
    r = fn(db, arg, err);
    int failed = db->failed;
    end_txn(db);
    db->in_txn = false;
    db->failed = 0;
    if (r >= 0 && failed)
        r = err_set(err, failed, "a statement of the transaction failed and its error was not returned; nothing was changed");
    int committed = r < 0 ? r : db->driver->exec(db, "commit", err);
    if (committed < 0) {
        /* the engine may have rolled back by itself (full disk, lost connection): then this fails, and nothing is lost */
        int ignored = db->driver->exec(db, "rollback", NULL);
        (void)ignored;
        return failed == ERR_RETRY ? ERR_RETRY : committed;
    }
    return r;
}

int db_txn(struct db *db, db_txn_fn fn, void *arg, struct err *err)
{
    if (db->in_txn)
        return err_set(err, ERR_USAGE, "a transaction was begun inside a transaction");
    db_snapshot_end(db);
    int64_t start = clock_monotonic_ns();
    int r = try_txn(db, fn, arg, err);
    for (int try = 1; r == ERR_RETRY && try < TXN_TRIES && clock_monotonic_ns() - start < TXN_NS; try++) {
        pause_before_try(try);
        r = try_txn(db, fn, arg, err);
    }
    return r;
}

/* Schemas */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static const char *their_word(const struct db_word *words, str word)
{
    for (; words->ours; words++)
        if (str_eq(word, str_from(words->ours)))
            return words->theirs;
    return NULL;
}

/* The schema text with this engine's type words, outside quotes and comments. */
static str translate(struct arena *a, const struct db_word *words, const char *sql)
{
    struct buf out = buf_new(a);
    for (const char *p = sql; *p;) {
        const char *end = p + 1;
        if (*p == '\'' || *p == '"') {
            end = strchr(p + 1, *p);
            end = end ? end + 1 : p + strlen(p);
        } else if (p[0] == '-' && p[1] == '-') {
            end = p + strcspn(p, "\n");
        } else if (is_word(*p)) {
            while (is_word(*end))
                end++;
            const char *word = their_word(words, (str){p, (size_t)(end - p)});
            if (word) {
                buf_add(&out, str_from(word));
                p = end;
                continue;
            }
        }
        buf_add_bytes(&out, p, (size_t)(end - p));
        p = end;
    }
    return buf_str(&out);
}

static int version_get(struct db *db, const struct db_schema *schema, int64_t *version, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select version from schema_version where room = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_text(q, 1, str_from(schema->room));
    *version = 0;
    r = db_step(q, err);
    if (r > 0)
        *version = db_col_int(q, 0);
    db_reset(q);
    return r < 0 ? r : 0;
}

struct migration {
    const struct db_schema *schema;
    int64_t version; /* reached */
};

static int migrate_step(struct db *db, void *arg, struct err *err)
{
    struct migration *m = arg;
    const struct db_schema *schema = m->schema;
    /* read inside the transaction: another process may have made the step meanwhile */
    int r = version_get(db, schema, &m->version, err);
    if (r < 0)
        return r;
    if (m->version > schema->n_steps)
        return err_set(err, ERR_INPUT, "the database was made by a newer program (%s is at version %lld, this program knows %d): update the program",
                       schema->room, (long long)m->version, schema->n_steps);
    if (m->version == schema->n_steps)
        return 0;
    struct arena *a = arena_new();
    r = db_exec(db, translate(a, db->driver->words, schema->steps[m->version]->p).p, err);
    arena_free(a);
    struct db_stmt *q = NULL;
    if (r < 0 || (r = db_prepare(db, "insert into schema_version(room, version) values($1, $2) on conflict(room) do update set version = excluded.version",
                                 &q, err)) < 0)
        return r;
    db_bind_text(q, 1, str_from(schema->room));
    db_bind_int(q, 2, ++m->version);
    return db_run(q, err);
}

int db_migrate(struct db *db, const struct db_schema *schema, struct err *err)
{
    int r = db_exec(db, "create table if not exists schema_version(room text primary key, version bigint not null)", err);
    if (r == ERR_EXISTS || r == ERR_RETRY) /* two processes at once; the other one made it */
        r = 0;
    struct migration m = {.schema = schema, .version = -1};
    while (r == 0 && m.version < schema->n_steps)
        r = db_txn(db, migrate_step, &m, err);
    return r < 0 ? err_prefix(err, "schema of %s", schema->room) : 0;
}

int db_scrub(struct db *db, struct err *err)
{
    if (db->in_txn)
        return err_set(err, ERR_USAGE, "db_scrub was called inside a transaction");
    db_snapshot_end(db);
    return db->driver->scrub(db, err);
}
