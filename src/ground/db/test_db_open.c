#include "ground/db/test_db_open.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FRESH_MAX 256

/* What has to be removed when the test program ends: folders, or schemas on the server. */
static char fresh[FRESH_MAX][64];
static int n_fresh;
static pid_t owner;

static _Noreturn void give_up(const char *what, const char *why)
{
    fprintf(stderr, "Bail out! %s: %s\n", what, why);
    printf("Bail out! %s\n", what);
    exit(1);
}

static const char *server(void)
{
    const char *url = getenv("COMITY_TEST_DB");
    return url && strncmp(url, "postgresql:", 11) == 0 ? url : NULL;
}

static void on_server(const char *fmt, const char *name)
{
    struct err err = {0};
    struct db *db;
    char sql[160];
    snprintf(sql, sizeof sql, fmt, name);
    if (db_open(server(), &db, &err) < 0 || db_exec(db, sql, &err) < 0)
        give_up("the test server of COMITY_TEST_DB", err.text);
    db_close(db);
}

static void remove_folder(const char *folder)
{
    static const char *const files[] = {"t.db", "t.db-wal", "t.db-shm", "t.db-journal"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void remove_all(void)
{
    if (getpid() != owner) /* a child that a test forked */
        return;
    for (int i = 0; i < n_fresh; i++) {
        if (server())
            on_server("drop schema %s cascade", fresh[i]);
        else
            remove_folder(fresh[i]);
    }
}

const char *test_db_url(struct arena *a)
{
    if (n_fresh == FRESH_MAX)
        give_up("test_db_url", "too many databases for one test program");
    if (!owner) {
        owner = getpid();
        atexit(remove_all);
    }
    char *name = fresh[n_fresh];
    if (server()) {
        snprintf(name, sizeof fresh[0], "test_%d_%d_%lld", (int)getpid(), n_fresh, (long long)clock_monotonic_ns());
        on_server("create schema %s", name);
        n_fresh++;
        return str_printf(a, "%s options='-csearch_path=%s'", server(), name).p;
    }
    snprintf(name, sizeof fresh[0], "/tmp/comity-db-XXXXXX");
    if (!mkdtemp(name))
        give_up("test_db_url", "no folder can be made under /tmp");
    n_fresh++;
    return str_printf(a, "sqlite:%s/t.db", name).p;
}

struct db *test_db_open(struct arena *a)
{
    struct err err = {0};
    struct db *db;
    if (db_open(test_db_url(a), &db, &err) < 0)
        give_up("test_db_open", err.text);
    return db;
}
