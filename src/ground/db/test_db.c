/* db: each promise of db.h, on the engine that COMITY_TEST_DB names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ground/db/test_db_open.h"

struct fixture {
    struct arena *a;
    const char *url;
    struct db *db;
    struct err err;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->a = arena_new();
    f->url = test_db_url(f->a);
    if (db_open(f->url, &f->db, &f->err) < 0)
        return -1;
    static const struct embedded step = {
        "schema.sql", "-- a blob's \"blob\" in a comment stays\n"
        "create table item(id bigint primary key, name text, content blob, flag boolean not null default false, word text default 'blob')", 0};
    static const struct embedded *const steps[] = {&step};
    static const struct db_schema schema = {"test", steps, 1};
    *state = f;
    return db_migrate(f->db, &schema, &f->err);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    db_close(f->db);
    arena_free(f->a);
    free(f);
    return 0;
}

#define OK(expression) \
    do { \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, f->err.text); \
    } while (0)

static bool is_sqlite(const struct fixture *f)
{
    return strcmp(db_engine(f->db), "sqlite") == 0;
}

static const char *path_of(const struct fixture *f)
{
    return f->url + strlen("sqlite:");
}

static int64_t one_int(struct fixture *f, struct db *db, const char *sql)
{
    struct db_stmt *q;
    OK(db_prepare(db, sql, &q, &f->err));
    assert_int_equal(db_step(q, &f->err), 1);
    int64_t v = db_col_int(q, 0);
    db_reset(q);
    return v;
}

static int insert(struct db *db, int64_t id, bytes content, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into item(id, content) values($1, $2)", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, id);
    db_bind_blob(q, 2, content);
    return db_run(q, err);
}

static void test_values_come_back(void **state)
{
    struct fixture *f = *state;
    uint8_t all[256];
    for (int i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    struct db_stmt *q;
    /* the numbers out of order: $3 stands first in the text */
    OK(db_prepare(f->db, "insert into item(content, id, name, flag) values($3, $1, $2, $4)", &q, &f->err));
    db_bind_int(q, 1, INT64_MIN);
    db_bind_text(q, 2, STR("សុខ ដារ៉ា '; drop table item; --"));
    db_bind_blob(q, 3, (bytes){all, sizeof all});
    db_bind_int(q, 4, 1);
    OK(db_run(q, &f->err));
    assert_int_equal(db_changes(q), 1);
    db_bind_int(q, 1, INT64_MAX);
    db_bind_text(q, 2, STR(""));
    db_bind_blob(q, 3, (bytes){NULL, 0});
    db_bind_int(q, 4, 0);
    OK(db_run(q, &f->err));
    db_bind_int(q, 1, 7);
    db_bind_int(q, 4, 0); /* 2 is null since the last run forgot it, 3 is told so */
    db_bind_null(q, 3);
    OK(db_run(q, &f->err));

    OK(db_prepare(f->db, "select id, name, content, flag, word from item order by id", &q, &f->err));
    assert_int_equal(db_step(q, &f->err), 1);
    assert_true(db_col_int(q, 0) == INT64_MIN);
    assert_true(str_eq(db_col_text(q, 1), STR("សុខ ដារ៉ា '; drop table item; --")));
    assert_int_equal(db_col_blob(q, 2).len, 256);
    assert_memory_equal(db_col_blob(q, 2).p, all, 256);
    assert_int_equal(db_col_int(q, 3), 1);
    assert_true(str_eq(db_col_text(q, 4), STR("blob")));
    assert_int_equal(db_col_int(q, 1), 0); /* another type */
    assert_int_equal(db_col_text(q, 0).len, 0);
    assert_int_equal(db_step(q, &f->err), 1);
    assert_int_equal(db_col_int(q, 0), 7);
    assert_true(db_col_null(q, 1) && db_col_null(q, 2) && !db_col_null(q, 3));
    assert_int_equal(db_col_blob(q, 2).len, 0);
    assert_int_equal(db_step(q, &f->err), 1);
    assert_true(db_col_int(q, 0) == INT64_MAX);
    assert_false(db_col_null(q, 1));
    assert_false(db_col_null(q, 2));
    assert_int_equal(db_step(q, &f->err), 0);
    assert_int_equal(db_changes(q), 0);
    assert_true(db_col_null(q, 0)); /* no row, no value */
}

static void test_returning_and_upsert(void **state)
{
    struct fixture *f = *state;
    struct db_stmt *q;
    OK(db_prepare(f->db, "insert into item(id, name) values($1, $2) on conflict(id) do update set name = excluded.name returning id, name", &q, &f->err));
    for (int i = 0; i < 2; i++) {
        db_bind_int(q, 1, 5);
        db_bind_text(q, 2, i ? STR("second") : STR("first"));
        assert_int_equal(db_step(q, &f->err), 1);
        assert_int_equal(db_col_int(q, 0), 5);
        assert_true(str_eq(db_col_text(q, 1), i ? STR("second") : STR("first")));
        assert_int_equal(db_step(q, &f->err), 0);
        assert_int_equal(db_changes(q), 1);
    }
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), 1);
    OK(db_prepare(f->db, "delete from item where id > $1", &q, &f->err));
    db_bind_int(q, 1, 100);
    OK(db_run(q, &f->err));
    assert_int_equal(db_changes(q), 0);
}

static void test_misuse_is_told(void **state)
{
    struct fixture *f = *state;
    struct db_stmt *q;
    struct db *other;
    assert_int_equal(db_open("mysql:x password=hunter2", &other, &f->err), ERR_INPUT);
    assert_null(strstr(f->err.text, "hunter2"));
    assert_int_equal(db_open("postgresql:password hunter2", &other, &f->err), ERR_INPUT);
    assert_null(strstr(f->err.text, "hunter2"));
    assert_int_equal(db_open("postgresql:host=/nonexistent password=hunter2", &other, &f->err), ERR_IO);
    assert_null(strstr(f->err.text, "hunter2"));
    assert_int_equal(db_open("sqlite:/nonexistent/folder/t.db", &other, &f->err), ERR_IO);
    assert_non_null(strstr(f->err.text, "/nonexistent/folder/t.db"));

    assert_int_equal(db_prepare(f->db, "select nothing from nowhere", &q, &f->err), ERR_IO);
    assert_true(strlen(f->err.text) > 10);
    OK(db_prepare(f->db, "select id from item where id = $1", &q, &f->err));
    db_bind_int(q, 2, 1);
    assert_int_equal(db_step(q, &f->err), ERR_USAGE);
    db_bind_int(q, 1, 1);
    assert_int_equal(db_step(q, &f->err), 0); /* and can be used again */
}

static void test_same_text_nested(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 5; i++)
        OK(insert(f->db, i, (bytes){NULL, 0}, &f->err));
    struct db_stmt *outer, *inner, *again;
    int rows = 0, pairs = 0;
    OK(db_prepare(f->db, "select id from item order by id", &outer, &f->err));
    while (db_step(outer, &f->err) > 0) {
        assert_int_equal(db_col_int(outer, 0), rows++);
        int expected = 0;
        OK(db_prepare(f->db, "select id from item order by id", &inner, &f->err));
        assert_ptr_not_equal(inner, outer);
        while (db_step(inner, &f->err) > 0 && ++pairs)
            assert_int_equal(db_col_int(inner, 0), expected++);
    }
    assert_int_equal(rows, 5);
    assert_int_equal(pairs, 25);
    OK(db_prepare(f->db, "select id from item order by id", &again, &f->err));
    assert_true(again == outer || again == inner); /* both are free again */
    int r = 0;
    for (int i = 0; i < 1000 && r == 0; i++) /* never reset: is told before it eats the memory */
        r = db_prepare(f->db, "select id from item order by id", &again, &f->err);
    assert_int_equal(r, ERR_USAGE);
}

static int fail_half_way(struct db *db, void *arg, struct err *err)
{
    struct fixture *f = arg;
    (void)f;
    int r = insert(db, 1, (bytes){NULL, 0}, err);
    return r < 0 ? r : err_set(err, ERR_DENIED, "refused on purpose");
}

static int insert_twice(struct db *db, void *arg, struct err *err)
{
    int *second = arg;
    int r = insert(db, 1, (bytes){NULL, 0}, err);
    if (r < 0)
        return r;
    *second = insert(db, 1, (bytes){NULL, 0}, err);
    return insert(db, 2, (bytes){NULL, 0}, err) == ERR_USAGE ? 0 : ERR_IO; /* the error is swallowed: still nothing is kept */
}

static int txn_in_txn(struct db *db, void *arg, struct err *err)
{
    int *inner = arg;
    *inner = db_txn(db, txn_in_txn, NULL, err);
    return db_scrub(db, err) == ERR_USAGE ? 0 : ERR_IO;
}

static void test_rollback_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(db_txn(f->db, fail_half_way, f, &f->err), ERR_DENIED);
    assert_string_equal(f->err.text, "refused on purpose");
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), 0);
    int second = 0;
    assert_int_equal(db_txn(f->db, insert_twice, &second, &f->err), ERR_EXISTS);
    assert_int_equal(second, ERR_EXISTS);
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), 0);
    assert_int_equal(db_txn(f->db, txn_in_txn, &second, &f->err), 0);
    assert_int_equal(second, ERR_USAGE);
    OK(insert(f->db, 1, (bytes){NULL, 0}, &f->err));
    assert_int_equal(insert(f->db, 1, (bytes){NULL, 0}, &f->err), ERR_EXISTS);
    OK(insert(f->db, 2, (bytes){NULL, 0}, &f->err));
}

struct tries {
    int left, run;
};

static int lose_races(struct db *db, void *arg, struct err *err)
{
    struct tries *t = arg;
    t->run++;
    int r = insert(db, 1, (bytes){NULL, 0}, err);
    return r < 0 ? r : t->left-- > 0 ? err_set(err, ERR_RETRY, "lost") : 42;
}

static void test_retry(void **state)
{
    struct fixture *f = *state;
    struct tries t = {.left = 3};
    assert_int_equal(db_txn(f->db, lose_races, &t, &f->err), 42);
    assert_int_equal(t.run, 4);
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), 1);
    OK(db_exec(f->db, "delete from item", &f->err));
    t = (struct tries){.left = 1000};
    assert_int_equal(db_txn(f->db, lose_races, &t, &f->err), ERR_RETRY);
    assert_int_equal(t.run, 100);
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), 0);
}

static int insert_fourth(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return insert(db, 4, (bytes){NULL, 0}, err);
}

/* What is written while reads share one look is kept at once, for others to see; the look is one on SQLite, and ends with what is written. */
static void test_snapshot(void **state)
{
    struct fixture *f = *state;
    struct db *other;
    bool one = strcmp(db_engine(f->db), "sqlite") == 0;
    OK(db_open(f->url, &other, &f->err));
    OK(insert(f->db, 1, (bytes){NULL, 0}, &f->err));
    OK(db_snapshot(f->db, &f->err));
    OK(db_snapshot(f->db, &f->err));
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), 1);
    OK(insert(other, 2, (bytes){NULL, 0}, &f->err));
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), one ? 1 : 2);
    OK(insert(f->db, 3, (bytes){NULL, 0}, &f->err));
    assert_int_equal(one_int(f, other, "select count(*) from item"), 3);
    OK(db_snapshot(f->db, &f->err));
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), 3);
    OK(db_txn(f->db, insert_fourth, NULL, &f->err));
    assert_int_equal(one_int(f, other, "select count(*) from item"), 4);
    OK(insert(other, 5, (bytes){NULL, 0}, &f->err));
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), 5);
    OK(db_snapshot(f->db, &f->err));
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), 5);
    db_snapshot_end(f->db);
    db_snapshot_end(f->db);
    OK(insert(other, 6, (bytes){NULL, 0}, &f->err));
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), 6);
    db_close(other);
}

/* reads, thinks, writes what it read plus one: wrong as soon as two interleave */
static int count_up(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    struct db_stmt *q;
    int r = db_prepare(db, "select id from item", &q, err);
    if (r < 0 || (r = db_step(q, err)) < 0)
        return r;
    int64_t value = db_col_int(q, 0);
    db_reset(q);
    if ((r = db_prepare(db, "update item set id = $1", &q, err)) < 0)
        return r;
    db_bind_int(q, 1, value + 1);
    return db_run(q, err);
}

#define RACERS 2
#define LAPS 40

static void test_two_connections_race(void **state)
{
    struct fixture *f = *state;
    OK(insert(f->db, 0, (bytes){NULL, 0}, &f->err));
    pid_t child[RACERS];
    for (int i = 0; i < RACERS; i++) {
        child[i] = fork();
        if (child[i] == 0) {
            struct err err;
            struct db *db;
            if (db_open(f->url, &db, &err) < 0)
                _exit(2);
            for (int lap = 0; lap < LAPS;) {
                int r = db_txn(db, count_up, NULL, &err);
                if (r < 0 && r != ERR_RETRY)
                    _exit(3);
                lap += r == 0;
            }
            db_close(db);
            _exit(0);
        }
    }
    for (int i = 0; i < RACERS; i++) {
        int status;
        waitpid(child[i], &status, 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(one_int(f, f->db, "select id from item"), RACERS * LAPS);
}

/* A writer that finds the database held by another. Both are let go in an order that no clock decides: the other commits when this one is seen to
 * wait (its busy handler sleeps), and this one sleeps until the other has committed. */
struct waiter {
    struct fixture *f;
    sem_t waits, held_no_more;
    int slept, result;
    int64_t id;
    struct err err;
};
static _Thread_local struct waiter *waiting;

/* Instead of the library's: where the busy handler sleeps. */
int nanosleep(const struct timespec *wanted, struct timespec *left)
{
    if (!waiting)
        return clock_nanosleep(CLOCK_REALTIME, 0, wanted, left) ? -1 : 0;
    if (waiting->slept++ == 0) {
        sem_post(&waiting->waits);
        sem_wait(&waiting->held_no_more);
    }
    return 0;
}

static void *write_when_free(void *arg)
{
    struct waiter *w = arg;
    struct db *db;
    w->result = db_open(w->f->url, &db, &w->err);
    if (w->result == 0) {
        waiting = w;
        w->result = insert(db, w->id, (bytes){NULL, 0}, &w->err); /* no transaction: nothing but the handler tries again */
        waiting = NULL;
        db_close(db);
    }
    sem_post(&w->waits); /* whoever never waited holds nobody up */
    return NULL;
}

static int hold_until_other_waits(struct db *db, void *arg, struct err *err)
{
    struct waiter *w = arg;
    pthread_t other;
    int r = insert(db, w->id + 1000, (bytes){NULL, 0}, err);
    if (r < 0)
        return r;
    if (pthread_create(&other, NULL, write_when_free, w) != 0 || pthread_detach(other) != 0)
        return err_set(err, ERR_IO, "no thread");
    sem_wait(&w->waits);
    return 0;
}

static void test_a_writer_waits_for_another(void **state)
{
    struct fixture *f = *state;
    if (!is_sqlite(f))
        skip(); /* there rows are locked, and a wait ends in the server */
    for (int64_t round = 0; round < 5; round++) {
        struct waiter w = {.f = f, .id = round, .result = -1};
        assert_int_equal(sem_init(&w.waits, 0, 0) | sem_init(&w.held_no_more, 0, 0), 0);
        OK(db_txn(f->db, hold_until_other_waits, &w, &f->err));
        assert_int_equal(w.slept, 1); /* it was kept waiting, by a writer that was not done */
        assert_int_equal(one_int(f, f->db, "select count(*) from item"), 2 * round + 1);
        sem_post(&w.held_no_more);
        sem_wait(&w.waits);
        assert_int_equal(w.result, 0);
        assert_int_equal(one_int(f, f->db, "select count(*) from item"), 2 * round + 2); /* both are done */
        sem_destroy(&w.waits);
        sem_destroy(&w.held_no_more);
    }
}

static int insert_and_hang(struct db *db, void *arg, struct err *err)
{
    int *ready = arg;
    for (int i = 100; i < 1100; i++)
        if (insert(db, i, (bytes){(const uint8_t *)"half done", 9}, err) < 0)
            _exit(4);
    if (write(*ready, "x", 1) != 1)
        _exit(5);
    for (;;)
        pause();
}

static void test_killed_in_mid_transaction(void **state)
{
    struct fixture *f = *state;
    OK(insert(f->db, 1, (bytes){NULL, 0}, &f->err));
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct err err;
        struct db *db;
        if (db_open(f->url, &db, &err) < 0)
            _exit(2);
        _exit(db_txn(db, insert_and_hang, &ready[1], &err) < 0);
    }
    close(ready[1]);
    char c;
    assert_int_equal(read(ready[0], &c, 1), 1);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(ready[0]);
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), 1);
    OK(insert(f->db, 2, (bytes){NULL, 0}, &f->err)); /* and no lock was left */
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), 2);
}

static void test_long_walk_is_bounded(void **state)
{
    struct fixture *f = *state;
    OK(db_exec(f->db,
               is_sqlite(f) ? "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000) "
                              "insert into item(id, content) select i, zeroblob(1024) from n"
                            : "insert into item(id, content) select i, decode(repeat('00', 1024), 'hex') from generate_series(1, 100000) i",
               &f->err));
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    struct db_stmt *q;
    int64_t rows = 0, sum = 0;
    OK(db_prepare(f->db, "select id, content from item", &q, &f->err));
    while (db_step(q, &f->err) > 0) {
        rows++;
        sum += (int64_t)db_col_blob(q, 1).len;
    }
    getrusage(RUSAGE_SELF, &after);
    assert_int_equal(rows, 100000);
    assert_int_equal(sum, 102400000);
#ifndef __SANITIZE_ADDRESS__ /* which keeps freed memory back */
    assert_true(after.ru_maxrss - before.ru_maxrss < 80 * 1024); /* kilobytes; SQLite's cache is 64 MB */
#endif
    OK(db_prepare(f->db, "select id, content from item", &q, &f->err));
    assert_int_equal(db_step(q, &f->err), 1); /* left in the middle */
    db_reset(q);
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), 100000);
}

static void test_migrations(void **state)
{
    struct fixture *f = *state;
    static const struct embedded one = {"1.sql", "create table m(a bigint, b blob)", 0};
    static const struct embedded two = {"2.sql", "alter table m add column c text; insert into m(a, c) values(1, 'blob')", 0};
    static const struct embedded broken = {"3.sql", "insert into m(a) values(2); insert into nowhere values(3)", 0};
    static const struct embedded *const steps[] = {&one, &two, &broken};
    struct db_schema schema = {"m", steps, 1};
    OK(db_migrate(f->db, &schema, &f->err));
    OK(db_migrate(f->db, &schema, &f->err));
    schema.n_steps = 2;
    struct db *other; /* a second process, a moment later */
    OK(db_open(f->url, &other, &f->err));
    OK(db_migrate(f->db, &schema, &f->err));
    OK(db_migrate(other, &schema, &f->err));
    assert_int_equal(one_int(f, other, "select count(*) from m where c = 'blob'"), 1);
    schema.n_steps = 3;
    assert_int_equal(db_migrate(f->db, &schema, &f->err), ERR_IO);
    assert_non_null(strstr(f->err.text, "schema of m"));
    assert_int_equal(one_int(f, f->db, "select count(*) from m"), 1); /* the broken step left nothing */
    assert_int_equal(one_int(f, f->db, "select version from schema_version where room = 'm'"), 2);
    schema.n_steps = 1;
    assert_int_equal(db_migrate(f->db, &schema, &f->err), ERR_INPUT);
    assert_non_null(strstr(f->err.text, "newer"));
    db_close(other);
}

static int fill_disk(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    static const uint8_t content[4000];
    int r = 0;
    for (int i = 10; r == 0; i++)
        r = insert(db, i, (bytes){content, sizeof content}, err);
    return r;
}

static void test_full_disk(void **state)
{
    struct fixture *f = *state;
    if (!is_sqlite(f))
        skip();
    OK(insert(f->db, 1, (bytes){NULL, 0}, &f->err));
    OK(db_exec(f->db, "pragma max_page_count = 60", &f->err));
    assert_int_equal(db_txn(f->db, fill_disk, NULL, &f->err), ERR_LIMIT);
    assert_non_null(strstr(f->err.text, "full"));
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), 1);
    OK(insert(f->db, 2, (bytes){NULL, 0}, &f->err));
}

static void overwrite(const char *path, long from, long len)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, from, SEEK_SET), 0);
    for (long i = 0; i < len; i++)
        putc((int)(i * 7 + 13) & 0xff, file);
    assert_int_equal(fclose(file), 0);
}

static void test_damaged_file(void **state)
{
    struct fixture *f = *state;
    if (!is_sqlite(f))
        skip();
    static const uint8_t content[1000];
    for (int i = 0; i < 200; i++)
        OK(insert(f->db, i, (bytes){content, sizeof content}, &f->err));
    db_close(f->db); /* the last connection moves the log into the file */
    overwrite(path_of(f), 4096 * 10, 4096 * 5);
    OK(db_open(f->url, &f->db, &f->err));
    struct db_stmt *q;
    OK(db_prepare(f->db, "select content from item", &q, &f->err));
    int r;
    while ((r = db_step(q, &f->err)) > 0)
        ;
    assert_int_equal(r, ERR_CORRUPT);
    assert_non_null(strstr(f->err.text, "backup"));
    db_close(f->db);
    overwrite(path_of(f), 0, 4096);
    assert_int_equal(db_open(f->url, &f->db, &f->err), ERR_CORRUPT);
    assert_non_null(strstr(f->err.text, "backup"));
    f->db = NULL;
}

static bool file_holds(const char *path, const void *what, size_t len)
{
    struct arena *a = arena_new();
    struct err err;
    bytes all;
    bool holds = file_read(a, path, 1 << 28, &all, &err) == 0 && memmem(all.p, all.len, what, len);
    arena_free(a);
    return holds;
}

static void test_scrub_leaves_nothing_deleted(void **state)
{
    struct fixture *f = *state;
    uint8_t content[3000];
    for (int i = 0; i < 2000; i++) {
        memset(content, 'a' + i % 26, sizeof content);
        if (i % 100 == 50)
            memcpy(content + 1500, "PLANTED-AND-DELETED", 19);
        OK(insert(f->db, i * 7919 % 2000, (bytes){content, (size_t)(1700 + i % 1000)}, &f->err));
    }
    const char *wal = str_printf(f->a, "%s-wal", path_of(f)).p;
    if (is_sqlite(f))
        assert_true(file_holds(path_of(f), "PLANTED-AND-DELETED", 19) || file_holds(wal, "PLANTED-AND-DELETED", 19));
    struct db_stmt *q;
    OK(db_prepare(f->db, "delete from item where id = $1", &q, &f->err));
    for (int i = 50; i < 2000; i += 100) {
        db_bind_int(q, 1, i * 7919 % 2000);
        OK(db_run(q, &f->err));
    }
    OK(db_scrub(f->db, &f->err));
    if (is_sqlite(f)) {
        assert_false(file_holds(path_of(f), "PLANTED-AND-DELETED", 19));
        assert_false(file_holds(wal, "PLANTED-AND-DELETED", 19));
    }
    assert_int_equal(one_int(f, f->db, "select count(*) from item"), 1980);
}

static void test_file_is_private(void **state)
{
    struct fixture *f = *state;
    if (!is_sqlite(f))
        skip();
    OK(insert(f->db, 1, (bytes){NULL, 0}, &f->err));
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++) {
        struct stat st;
        assert_int_equal(stat(str_printf(f->a, "%s%s", path_of(f), endings[i]).p, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_values_come_back),
        TEST(test_returning_and_upsert),
        TEST(test_misuse_is_told),
        TEST(test_same_text_nested),
        TEST(test_rollback_leaves_nothing),
        TEST(test_retry),
        TEST(test_snapshot),
        TEST(test_two_connections_race),
        TEST(test_a_writer_waits_for_another),
        TEST(test_killed_in_mid_transaction),
        TEST(test_long_walk_is_bounded),
        TEST(test_migrations),
        TEST(test_full_disk),
        TEST(test_damaged_file),
        TEST(test_scrub_leaves_nothing_deleted),
        TEST(test_file_is_private),
    };
    return cmocka_run_group_tests_name("ground/db", tests, NULL, NULL);
}
