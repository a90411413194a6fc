/* db_internal: what a driver of ground/db provides. Only db.c, db_sqlite.c and db_pg.c include it.
 *
 * The front (db.c) owns what both engines share: the statement cache, misuse, transactions with retry, migration.
 * A driver embeds struct db and struct db_stmt as the first member of its own structs and fills what is marked so.
 */
#ifndef COMITY_DB_INTERNAL_H
#define COMITY_DB_INTERNAL_H

#include "ground/db/db.h"

#define DB_PARAMS_MAX 64

enum db_kind { DB_NULL, DB_INT, DB_TEXT, DB_BLOB };

struct db_value {
    enum db_kind kind;
    int64_t i;
    bytes b; /* of text and blob */
};

struct db_word { /* a type word of the schemas and what this engine calls it */
    const char *ours, *theirs;
};

struct db_driver {
    const char *engine;
    const char *small_cache; /* SQL that makes the connection's cache of pages small; NULL: it has none */
    const char *begin; /* SQL that starts a serializable transaction */
    const char *snapshot; /* SQL after which reads share one transaction; NULL: nothing would be won */
    const struct db_word *words; /* ends with NULL */
    int (*open)(const char *url, struct db **out, struct err *err);
    void (*close)(struct db *db); /* statements are gone by then */
    int (*exec)(struct db *db, const char *sql, struct err *err);
    /* Makes the driver's statement; the front fills its struct db_stmt afterwards. */
    int (*prepare)(struct db *db, const char *sql, int n_params, struct db_stmt **out, struct err *err);
    void (*finalize)(struct db_stmt *q);
    void (*bind)(struct db_stmt *q, int param, const struct db_value *v); /* copies; param is 1 .. n_params */
    int (*step)(struct db_stmt *q, struct err *err); /* sets q->changes when it returns 0 */
    void (*reset)(struct db_stmt *q); /* also forgets the bound values */
    struct db_value (*column)(struct db_stmt *q, int col);
    int (*scrub)(struct db *db, struct err *err);
};

extern const struct db_driver db_sqlite, db_pg;

struct db_stmt {
    struct db *db;
    struct db_stmt *next;
    char *sql;
    uint64_t hash;
    int n_params;
    int64_t changes;  /* filled by the driver */
    bool reads;       /* it changes nothing; filled by the driver */
    bool in_use;      /* handed out, bound or stepped, and not yet finished: the same text gets another instance */
    bool in_txn;      /* handed out inside the transaction that runs: reset when it ends */
    bool has_row;     /* columns may be read */
    bool bad_param;   /* a bind named a parameter that the text has not */
};

struct db {
    const struct db_driver *driver;
    struct db_stmt *statements;
    bool in_txn;
    bool snapshot; /* reads share a transaction */
    int failed; /* the code of the first error inside the transaction: nothing more runs in it */
};

#endif
