/* db: SQLite and PostgreSQL behind one interface, one SQL text for both.
 *
 * What: open, prepare, bind, step, read columns, and transactions that are a function.
 * Why:  rooms write their SQL once, in their *_store.c and schema.sql, and run on a laptop or on a server.
 *
 *     struct db_stmt *q;
 *     if (db_prepare(db, "select name from agency where id = $1", &q, err) < 0) ...
 *     db_bind_blob(q, 1, id);
 *     while ((r = db_step(q, err)) > 0)
 *         use(db_col_text(q, 0));
 *     db_reset(q);
 *
 * SQL that both engines take: $1.. parameters, insert ... on conflict ... returning, boolean, bigint, blob (the schema
 * loader turns blob into bytea for PostgreSQL). No sequences, triggers, advisory locks or NOTIFY.
 * Prepared statements are cached per connection by their text; while one is in use, the same text gives another instance,
 * so nesting is safe; db_reset what you leave half stepped. Many rows: page by key, as vault_each does (on PostgreSQL a second
 * statement in mid-walk takes the rest of the first one's rows into memory).
 * A connection belongs to one thread. Errors never carry bound values.
 */
#ifndef COMITY_DB_H
#define COMITY_DB_H

#include "ground/base/base.h"
#include "ground/base/embedded.h"

struct db;
struct db_stmt;

/* url: "sqlite:PATH" or a libpq conninfo beginning "postgresql:". Opens (SQLite: creates, mode 0600) with WAL,
 * synchronous=FULL, foreign_keys, secure_delete, trusted_schema off. ERR_IO with the engine's reason, without the password. */
MUST_USE int db_open(const char *url, struct db **out, struct err *err);
void db_close(struct db *db);
const char *db_engine(const struct db *db); /* "sqlite" or "postgresql" */

/* One or several statements without parameters or results. */
MUST_USE int db_exec(struct db *db, const char *sql, struct err *err);

/* For a connection that walks much once: it keeps a few megabytes of pages instead of many. */
MUST_USE int db_small_cache(struct db *db, struct err *err);

MUST_USE int db_prepare(struct db *db, const char *sql, struct db_stmt **out, struct err *err);
/* Parameters are numbered from 1 as in the text, 64 at most. Text (UTF-8 without NUL) and blob are copied. Unbound is null.
 * Every reset, finished step or error forgets the bound values. */
void db_bind_int(struct db_stmt *q, int param, int64_t value);
void db_bind_text(struct db_stmt *q, int param, str value);
void db_bind_blob(struct db_stmt *q, int param, bytes value);
void db_bind_id(struct db_stmt *q, int param, const uint8_t id[static ID_LEN]);
void db_bind_null(struct db_stmt *q, int param);
/* 1: a row is there; 0: done; < 0: error (ERR_RETRY on serialisation failure or busy, ERR_EXISTS on a broken unique
 * constraint, ERR_LIMIT on a full disk, ERR_CORRUPT on a damaged file, else ERR_IO). After 0 or an error the statement is reset. */
MUST_USE int db_step(struct db_stmt *q, struct err *err);
/* Steps a statement that returns nothing: bind, run, reset. */
MUST_USE int db_run(struct db_stmt *q, struct err *err);
void db_reset(struct db_stmt *q);

/* Columns from 0. Text and blob borrow until the next step or reset. NULL and a column of another type give 0, "", empty;
 * a boolean is an int of 0 or 1; cast sums to bigint. */
int64_t db_col_int(struct db_stmt *q, int col);
str db_col_text(struct db_stmt *q, int col);
bytes db_col_blob(struct db_stmt *q, int col);
bool db_col_null(struct db_stmt *q, int col);
/* A blob of exactly len bytes into out; false, and out as it was, for NULL and for another length. db_col_id: an id, of ID_LEN bytes. */
bool db_col_exact(struct db_stmt *q, int col, uint8_t *out, size_t len);
bool db_col_id(struct db_stmt *q, int col, uint8_t out[static ID_LEN]);
int64_t db_changes(struct db_stmt *q); /* rows that the last run to the end changed; 0 for a select */

/* Runs fn inside one serializable transaction (SQLite: begin immediate) and commits if it returns >= 0, else rolls back.
 * On ERR_RETRY the whole is run again, up to 100 times in 10 seconds, with short pauses: so fn must have no effect outside the database.
 * Returns what fn returned, or the error of begin or commit. Not nested. Once a statement in it has failed nothing more runs
 * in it (PostgreSQL's rule, kept on both engines): use "on conflict do nothing" where a row may be there. */
typedef int (*db_txn_fn)(struct db *db, void *arg, struct err *err);
MUST_USE int db_txn(struct db *db, db_txn_fn fn, void *arg, struct err *err);

/* The reads that follow share one look at the database, which is cheaper than one for each (on PostgreSQL it is not, and they do not), until
 * db_snapshot_end, a transaction or a statement that changes something. What others commit meanwhile may not be seen: not to be held while waiting.
 * Inside a transaction nothing, since that is one. */
MUST_USE int db_snapshot(struct db *db, struct err *err);
void db_snapshot_end(struct db *db); /* nothing when there is none */

/*     static const struct embedded *const steps[] = {&vault_schema_sql};
 *     const struct db_schema vault_schema = {"vault", steps, 1};
 *
 * Schemas: each room registers its numbered steps; db_migrate brings each room to its newest step, forward only, each
 * step in its own transaction, noted in table schema_version(room, version). ERR_INPUT when the database is newer. */
struct db_schema {
    const char *room;            /* "vault" */
    const struct embedded *const *steps; /* SQL files built in by tools/embed.c; step i brings version i to i + 1 */
    int n_steps;
};
MUST_USE int db_migrate(struct db *db, const struct db_schema *schema, struct err *err);

/* After erasure, outside a transaction: rewrites the tables and truncates the write-ahead log, so that nothing deleted stays
 * in the files. Costs what copying the database costs (SQLite: once through memory, 4 s for a million persons). ERR_RETRY when
 * another connection is reading. PostgreSQL's own
 * write-ahead log (pg_wal) and its archives are the server administrator's to expire. */
MUST_USE int db_scrub(struct db *db, struct err *err);

#endif
