/* The PostgreSQL driver: libpq, prepared statements, binary results, one row at a time. */
#include <libpq-fe.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ground/db/db_internal.h"

#define SCHEME "postgresql:"

/* Type numbers of pg_type that the schemas use: fixed since PostgreSQL's first releases. */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_VARCHAR = 1043 };

struct pg_stmt {
    struct db_stmt base;
    char name[24];
    unsigned session;             /* of the connection it was prepared in */
    char *value[DB_PARAMS_MAX];   /* NULL: null */
    int length[DB_PARAMS_MAX];
    int format[DB_PARAMS_MAX];    /* 1: binary */
    bool sent, ended;
    PGresult *row;                /* the row that columns are read from */
    PGresult **waiting;           /* results that had to make way for another statement */
    size_t n_waiting, cap_waiting, next_waiting;
};

struct pg {
    struct db base;
    PGconn *conn;
    struct pg_stmt *streaming; /* the one whose rows are still on the line */
    unsigned session;          /* counts connections made: prepared statements live in one */
    unsigned n_prepared;
};

static struct pg *pg_of(struct db *db)
{
    return (struct pg *)db;
}

static struct pg_stmt *stmt_of(struct db_stmt *q)
{
    return (struct pg_stmt *)q;
}

struct state { /* SQLSTATE, or its first two letters, and what it means here */
    const char *state;
    int code;
    const char *text; /* NULL: the server's primary sentence follows */
};

static const struct state states[] = {
    {"40001", ERR_RETRY, "the transaction lost a race with another; run it again"},
    {"40P01", ERR_RETRY, "the transaction and another waited for each other; run it again"},
    {"55P03", ERR_RETRY, "another process holds a lock; run it again"},
    {"23505", ERR_EXISTS, NULL},
    {"53100", ERR_LIMIT, "the server's disk is full; nothing of this change was kept: make room and run it again"},
    {"XX001", ERR_CORRUPT, "the server found damaged data; restore it from a backup"},
    {"XX002", ERR_CORRUPT, "the server found a damaged index; rebuild it or restore the database from a backup"},
    /* sentences of this class quote the value that was bound */
    {"22", ERR_INPUT, "a value has a form that the database does not take"},
    {"08", ERR_IO, "the connection to the server was lost; whether the last change was kept is not known: look before you repeat it"},
    {"57P", ERR_IO, "the server is stopping or ended this connection; run it again when it is back"},
    {NULL, ERR_IO, NULL},
};

static int fail(const struct pg *pg, const PGresult *result, struct err *err)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY); /* without DETAIL, which quotes keys */
    if (!state)
        state = PQstatus(pg->conn) == CONNECTION_BAD ? "08" : "";
    const struct state *s = states;
    while (s->state && strncmp(state, s->state, strlen(s->state)) != 0)
        s++;
    if (s->text)
        return err_set(err, s->code, "PostgreSQL: %s (%s)", s->text, state);
    return err_set(err, s->code, "PostgreSQL: %s (%s)", primary ? primary : "no answer that makes sense", state);
}

/* Connection */

static void silent(void *arg, const PGresult *notice)
{
    (void)arg;
    (void)notice;
}

static const char setup[] = "set client_encoding = 'UTF8'; set standard_conforming_strings = on; set client_min_messages = error";

static int after_connect(struct pg *pg, struct err *err)
{
    if (PQstatus(pg->conn) != CONNECTION_OK) {
        char why[300];
        snprintf(why, sizeof why, "%s", PQerrorMessage(pg->conn));
        why[strcspn(why, "\n")] = 0;
        return err_set(err, ERR_IO, "PostgreSQL cannot be reached: %s", why);
    }
    pg->session++;
    PQsetNoticeReceiver(pg->conn, silent, NULL);
    PGresult *result = PQexec(pg->conn, setup);
    int r = PQresultStatus(result) == PGRES_COMMAND_OK ? 0 : fail(pg, result, err);
    PQclear(result);
    return r;
}

static void pg_close(struct db *db)
{
    PQfinish(pg_of(db)->conn);
    free(db);
}

static int pg_open(const char *url, struct db **out, struct err *err)
{
    bool is_uri = strncmp(url + sizeof SCHEME - 1, "//", 2) == 0;
    const char *conninfo = is_uri ? url : url + sizeof SCHEME - 1;
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
    if (!options) /* libpq's sentence would quote the text, password and all */
        return err_set(err, ERR_INPUT, "the database url is not a valid PostgreSQL connection string (host=... user=... dbname=...)");
    PQconninfoFree(options);
    struct pg *pg = mem_calloc(1, sizeof *pg);
    pg->conn = PQconnectdb(conninfo);
    int r = after_connect(pg, err);
    if (r < 0)
        pg_close(&pg->base);
    else
        *out = &pg->base;
    return r;
}

/* A server that was restarted is found again, but never inside a transaction: what it had done is gone. */
static int connect_again(struct pg *pg, struct err *err)
{
    if (PQstatus(pg->conn) == CONNECTION_OK || pg->base.in_txn)
        return 0;
    PQreset(pg->conn);
    return after_connect(pg, err);
}

/* Results */

static void wait_behind(struct pg_stmt *q, PGresult *result)
{
    if (q->n_waiting == q->cap_waiting) {
        q->cap_waiting = q->cap_waiting ? q->cap_waiting * 2 : 64;
        q->waiting = mem_realloc(q->waiting, q->cap_waiting * sizeof *q->waiting);
    }
    q->waiting[q->n_waiting++] = result;
}

/* The line carries one statement at a time: the rows still to come of the one before are taken into memory. */
static void make_way(struct pg *pg)
{
    struct pg_stmt *q = pg->streaming;
    if (!q)
        return;
    for (PGresult *result; (result = PQgetResult(pg->conn));)
        wait_behind(q, result);
    pg->streaming = NULL;
}

static int pg_exec(struct db *db, const char *sql, struct err *err)
{
    struct pg *pg = pg_of(db);
    make_way(pg);
    int r = connect_again(pg, err);
    if (r < 0)
        return r;
    PGresult *result = PQexec(pg->conn, sql);
    ExecStatusType status = PQresultStatus(result);
    r = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY ? 0 : fail(pg, result, err);
    PQclear(result);
    return r;
}

static int prepare_on_server(struct pg *pg, struct pg_stmt *q, const char *sql, struct err *err)
{
    make_way(pg);
    int r = connect_again(pg, err);
    if (r < 0 || q->session == pg->session)
        return r;
    snprintf(q->name, sizeof q->name, "s%u", pg->n_prepared++);
    PGresult *result = PQprepare(pg->conn, q->name, sql, 0, NULL);
    if (PQresultStatus(result) == PGRES_COMMAND_OK)
        q->session = pg->session;
    else
        r = fail(pg, result, err);
    PQclear(result);
    return r;
}

static int pg_prepare(struct db *db, const char *sql, int n_params, struct db_stmt **out, struct err *err)
{
    (void)n_params;
    struct pg_stmt *q = mem_calloc(1, sizeof *q);
    int r = prepare_on_server(pg_of(db), q, sql, err);
    if (r < 0)
        free(q);
    else
        *out = &q->base;
    return r;
}

static void pg_bind(struct db_stmt *base, int param, const struct db_value *v)
{
    struct pg_stmt *q = stmt_of(base);
    int i = param - 1;
    free(q->value[i]);
    q->value[i] = NULL;
    q->format[i] = v->kind == DB_BLOB;
    if (v->kind == DB_INT) {
        /* as text the server reads it as whatever the column is: bigint, integer or boolean */
        q->value[i] = mem_alloc(24);
        q->length[i] = snprintf(q->value[i], 24, "%lld", (long long)v->i);
    } else if (v->kind != DB_NULL) {
        if (v->b.len > INT32_MAX - 1 || (v->kind == DB_TEXT && v->b.len && memchr(v->b.p, 0, v->b.len))) {
            base->bad_param = true;
            return;
        }
        q->value[i] = mem_alloc(v->b.len + 1);
        if (v->b.len)
            memcpy(q->value[i], v->b.p, v->b.len);
        q->value[i][v->b.len] = 0;
        q->length[i] = (int)v->b.len;
    }
}

static int send(struct pg *pg, struct pg_stmt *q, struct err *err)
{
    int r = prepare_on_server(pg, q, q->base.sql, err);
    if (r < 0)
        return r;
    if (!PQsendQueryPrepared(pg->conn, q->name, q->base.n_params, (const char *const *)q->value, q->length, q->format, 1) ||
        !PQsetSingleRowMode(pg->conn))
        return fail(pg, NULL, err);
    pg->streaming = q;
    q->sent = true;
    return 0;
}

static PGresult *next_result(struct pg *pg, struct pg_stmt *q)
{
    if (q->next_waiting < q->n_waiting)
        return q->waiting[q->next_waiting++];
    if (pg->streaming != q)
        return NULL;
    PGresult *result = PQgetResult(pg->conn);
    if (!result)
        pg->streaming = NULL;
    return result;
}

static int64_t changes(PGresult *result)
{
    int64_t n = 0;
    if (strncmp(PQcmdStatus(result), "SELECT", 6) != 0 && !str_to_int(str_from(PQcmdTuples(result)), 0, INT64_MAX, &n))
        n = 0;
    return n;
}

static int pg_step(struct db_stmt *base, struct err *err)
{
    struct pg_stmt *q = stmt_of(base);
    struct pg *pg = pg_of(base->db);
    PQclear(q->row);
    q->row = NULL;
    int r = q->sent ? 0 : send(pg, q, err);
    if (r < 0)
        return r;
    for (PGresult *result; (result = next_result(pg, q));) {
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_SINGLE_TUPLE) {
            q->row = result;
            return 1;
        }
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
            base->changes = changes(result);
        else if (r == 0)
            r = fail(pg, result, err);
        PQclear(result);
    }
    return r;
}

static void pg_reset(struct db_stmt *base)
{
    struct pg_stmt *q = stmt_of(base);
    struct pg *pg = pg_of(base->db);
    PQclear(q->row);
    q->row = NULL;
    if (q->sent)
        for (PGresult *result; (result = next_result(pg, q));)
            PQclear(result);
    free(q->waiting);
    q->waiting = NULL;
    q->n_waiting = q->cap_waiting = q->next_waiting = 0;
    q->sent = false;
    for (int i = 0; i < base->n_params; i++) {
        free(q->value[i]);
        q->value[i] = NULL;
    }
}

static void pg_finalize(struct db_stmt *base)
{
    pg_reset(base);
    free(base);
}

static struct db_value pg_column(struct db_stmt *base, int col)
{
    const PGresult *row = stmt_of(base)->row;
    struct db_value v = {.kind = DB_NULL};
    if (PQgetisnull(row, 0, col))
        return v;
    const uint8_t *p = (const uint8_t *)PQgetvalue(row, 0, col);
    v.b = (bytes){p, (size_t)PQgetlength(row, 0, col)};
    v.kind = DB_INT;
    switch (PQftype(row, col)) {
    case OID_BOOL:
        v.i = p[0];
        break;
    case OID_INT2:
        v.i = (int16_t)get_u16be(p);
        break;
    case OID_INT4:
        v.i = (int32_t)get_u32be(p);
        break;
    case OID_INT8:
        v.i = (int64_t)get_u64be(p);
        break;
    case OID_BYTEA:
        v.kind = DB_BLOB;
        break;
    default:
        v.kind = DB_TEXT;
    }
    return v;
}

/* Rewriting a table leaves none of its deleted rows in the data files. */
static int pg_scrub(struct db *db, struct err *err)
{
    struct arena *a = arena_new();
    struct buf tables = buf_new(a);
    struct db_stmt *q;
    int r = db_prepare(db, "select quote_ident(tablename) from pg_tables where schemaname = current_schema()", &q, err);
    while (r >= 0 && (r = db_step(q, err)) > 0)
        buf_addf(&tables, "vacuum full %.*s;", STR_ARG(db_col_text(q, 0)));
    str all = buf_str(&tables), one;
    while (r == 0 && str_split(&all, ';', &one) && one.len)
        r = pg_exec(db, str_c(a, one), err); /* one at a time: vacuum runs in no transaction */
    arena_free(a);
    return r;
}

static const struct db_word words[] = {{"blob", "bytea"}, {NULL, NULL}};

const struct db_driver db_pg = {
    .engine = "postgresql",
    .begin = "begin isolation level serializable",
    .words = words,
    .open = pg_open,
    .close = pg_close,
    .exec = pg_exec,
    .prepare = pg_prepare,
    .finalize = pg_finalize,
    .bind = pg_bind,
    .step = pg_step,
    .reset = pg_reset,
    .column = pg_column,
    .scrub = pg_scrub,
};
