/* The SQLite driver: one file, write-ahead log, durable commits, deleted content overwritten. */
#include <sqlite3.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ground/db/db_internal.h"

#define BUSY_MS 2000
#define BUSY_STEP_NS 2000000
#define SCHEME "sqlite:"

struct lite {
    struct db base;
    sqlite3 *handle;
    char *path;
    int64_t busy_since_ns; /* when this wait for another writer began */
};

struct lite_stmt {
    struct db_stmt base;
    sqlite3_stmt *stmt;
    int index[DB_PARAMS_MAX + 1]; /* SQLite numbers $N by order of appearance, not by N */
};

static struct lite *lite_of(struct db *db)
{
    return (struct lite *)db;
}

static struct lite_stmt *stmt_of(struct db_stmt *q)
{
    return (struct lite_stmt *)q;
}

/* SQLite's own sentences name tables, columns and pieces of SQL, never bound values. */
static int fail(struct lite *l, struct err *err)
{
    int code = sqlite3_extended_errcode(l->handle);
    const char *text = sqlite3_errmsg(l->handle);
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return err_set(err, ERR_EXISTS, "%s: such a row is there already: %s", l->path, text);
    }
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, ERR_RETRY, "%s: another process holds the database; try again when it is done", l->path);
    case SQLITE_FULL:
        return err_set(err, ERR_LIMIT, "%s: the disk is full; nothing of this change was kept: make room and run it again", l->path);
    case SQLITE_TOOBIG:
        return err_set(err, ERR_LIMIT, "%s: a value is larger than the database takes", l->path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return err_set(err, ERR_CORRUPT, "%s: the file is damaged or is not a database (%s); restore it from a backup", l->path, text);
    case SQLITE_READONLY:
        return err_set(err, ERR_IO, "%s: the file or its folder cannot be written; check owner and permissions", l->path);
    case SQLITE_CANTOPEN:
        return err_set(err, ERR_IO, "%s: the database cannot be opened; check that the folder exists and is yours", l->path);
    case SQLITE_IOERR: {
        int why = sqlite3_system_errno(l->handle);
        if (why == ENOSPC || why == EDQUOT)
            return err_set(err, ERR_LIMIT, "%s: the disk is full; nothing of this change was kept: make room and run it again", l->path);
        return err_set(err, ERR_IO, "%s: reading or writing failed (%s): %s", l->path, text, why ? strerror(why) : "no reason given");
    }
    }
    return err_set(err, ERR_IO, "%s: %s", l->path, text);
}

static int lite_exec(struct db *db, const char *sql, struct err *err)
{
    struct lite *l = lite_of(db);
    return sqlite3_exec(l->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(l, err);
}

static void lite_close(struct db *db)
{
    struct lite *l = lite_of(db);
    sqlite3_close(l->handle);
    free(l->path);
    free(l);
}

/* SQLite would create the file with the umask's mode; the -wal and -shm files take over the mode of the file. A file that is
 * there is not touched: closing any descriptor of it drops the locks that this process's other connections hold on it (POSIX
 * advisory locks), and the next process to leave would take itself for the last one and delete the WAL under them. */
static int create_private(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return 0;
    if (fd < 0)
        return err_errno(err, ERR_IO, errno, "%s: the database cannot be opened", path);
    close(fd);
    return 0;
}

static const char settings[] =
    "pragma journal_mode=wal;"
    "pragma synchronous=full;"
    "pragma foreign_keys=on;"
    "pragma secure_delete=on;"
    "pragma trusted_schema=off;"
    "pragma cell_size_check=on;" /* damage is reported when a page is read, not when it has done harm */
    "pragma cache_size=-65536;"  /* 64 MB: an import's random keys stay in memory */
    "pragma temp_store=memory;"; /* nothing beside the database on disk */

/* Waits for another writer: a millisecond or so at a time, by chance. SQLite's own way waits longer and longer, up to 100 ms, and whoever has
 * waited longest then comes last: with fifty people at work a page took a second now and then. */
static int wait_for_writer(void *arg, int count)
{
    struct lite *l = arg;
    int64_t now_ns = clock_monotonic_ns();
    if (count == 0)
        l->busy_since_ns = now_ns;
    if (now_ns - l->busy_since_ns > (int64_t)BUSY_MS * 1000000)
        return 0;
    nanosleep(&(struct timespec){.tv_nsec = now_ns % BUSY_STEP_NS}, NULL);
    return 1;
}

static int lite_open(const char *url, struct db **out, struct err *err)
{
    const char *path = url + sizeof SCHEME - 1;
    int r = create_private(path, err);
    if (r < 0)
        return r;
    struct lite *l = mem_calloc(1, sizeof *l);
    l->path = mem_alloc(strlen(path) + 1);
    memcpy(l->path, path, strlen(path) + 1);
    /* NOMUTEX: a connection belongs to one thread */
    if (sqlite3_open_v2(path, &l->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        goto failed;
    sqlite3_extended_result_codes(l->handle, 1);
    sqlite3_busy_handler(l->handle, wait_for_writer, l);
    if (sqlite3_db_config(l->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK ||
        sqlite3_exec(l->handle, settings, NULL, NULL, NULL) != SQLITE_OK)
        goto failed;
    *out = &l->base;
    return 0;
failed:
    r = fail(l, err);
    lite_close(&l->base);
    return r;
}

static int lite_prepare(struct db *db, const char *sql, int n_params, struct db_stmt **out, struct err *err)
{
    struct lite *l = lite_of(db);
    struct lite_stmt *q = mem_calloc(1, sizeof *q);
    if (sqlite3_prepare_v3(l->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL) != SQLITE_OK) {
        free(q);
        return fail(l, err);
    }
    for (int i = 1; i <= n_params; i++) {
        char name[8];
        snprintf(name, sizeof name, "$%d", i);
        q->index[i] = sqlite3_bind_parameter_index(q->stmt, name);
    }
    q->base.reads = sqlite3_stmt_readonly(q->stmt);
    *out = &q->base;
    return 0;
}

static void lite_finalize(struct db_stmt *base)
{
    sqlite3_finalize(stmt_of(base)->stmt);
    free(base);
}

static void lite_bind(struct db_stmt *base, int param, const struct db_value *v)
{
    struct lite_stmt *q = stmt_of(base);
    int i = q->index[param], r = SQLITE_OK;
    const void *p = v->b.p ? (const void *)v->b.p : "";
    if (v->kind == DB_INT)
        r = sqlite3_bind_int64(q->stmt, i, v->i);
    else if (v->kind == DB_TEXT)
        r = sqlite3_bind_text64(q->stmt, i, p, v->b.len, SQLITE_TRANSIENT, SQLITE_UTF8);
    else if (v->kind == DB_BLOB)
        r = sqlite3_bind_blob64(q->stmt, i, p, v->b.len, SQLITE_TRANSIENT);
    else
        r = sqlite3_bind_null(q->stmt, i);
    if (r != SQLITE_OK)
        base->bad_param = true;
}

static int lite_step(struct db_stmt *base, struct err *err)
{
    struct lite_stmt *q = stmt_of(base);
    struct lite *l = lite_of(base->db);
    int r = sqlite3_step(q->stmt);
    if (r == SQLITE_ROW)
        return 1;
    if (r != SQLITE_DONE)
        return fail(l, err);
    base->changes = base->reads ? 0 : sqlite3_changes64(l->handle);
    return 0;
}

static void lite_reset(struct db_stmt *base)
{
    sqlite3_reset(stmt_of(base)->stmt);
    sqlite3_clear_bindings(stmt_of(base)->stmt);
}

static struct db_value lite_column(struct db_stmt *base, int col)
{
    sqlite3_stmt *s = stmt_of(base)->stmt;
    struct db_value v = {.kind = DB_NULL};
    switch (sqlite3_column_type(s, col)) {
    case SQLITE_INTEGER:
        v.kind = DB_INT;
        v.i = sqlite3_column_int64(s, col);
        return v;
    case SQLITE_TEXT:
        v.kind = DB_TEXT;
        v.b.p = sqlite3_column_text(s, col);
        break;
    case SQLITE_BLOB:
        v.kind = DB_BLOB;
        v.b.p = sqlite3_column_blob(s, col);
        break;
    default:
        return v;
    }
    v.b.len = (size_t)sqlite3_column_bytes(s, col);
    if (!v.b.p)
        v.b.p = (const uint8_t *)"";
    return v;
}

/* Empties the write-ahead log, which holds older versions of pages; busy as long as another connection reads from it. */
static int truncate_wal(struct lite *l, struct err *err)
{
    int r = sqlite3_wal_checkpoint_v2(l->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return r == SQLITE_OK ? 0 : fail(l, err);
}

static int lite_scrub(struct db *db, struct err *err)
{
    int r = lite_exec(db, "vacuum", err);
    return r < 0 ? r : truncate_wal(lite_of(db), err);
}

/* "bigint primary key" is an index beside the table, "integer primary key" is the table's own order: a page less for each row that is added. */
static const struct db_word words[] = {{"bigint", "integer"}, {NULL, NULL}};

const struct db_driver db_sqlite = {
    .engine = "sqlite",
    .small_cache = "pragma cache_size=-8192", /* 8 MB: the inner pages of the largest trees */
    .begin = "begin immediate", /* one writer at a time: serializable, and a race shows before any work is done */
    .snapshot = "begin",
    .words = words,
    .open = lite_open,
    .close = lite_close,
    .exec = lite_exec,
    .prepare = lite_prepare,
    .finalize = lite_finalize,
    .bind = lite_bind,
    .step = lite_step,
    .reset = lite_reset,
    .column = lite_column,
    .scrub = lite_scrub,
};
