/* Durable acts per second, one by one and grouped, beside bare SQLite inserts of the same bytes in the same run; proofs and
 * verification of the log that came of it. Rounds alternate, so that a busy disk hits both; medians.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/db/db.h"
#include "trust/act/act.h"
#include "trust/log/checkpoint.h"

#define ROUNDS 7
#define SINGLE 300  /* acts in one round */
#define GROUP 1000  /* acts in one transaction, each with its decision, sealed detail and leaf */
#define GROUPS 10   /* transactions in one round */
#define PROOFS 2000
#define NS 1e9

struct bench {
    struct arena *a;
    char folder[40];
    const char *dir;
    struct node *node;
    struct db *bare;
    struct actor actor;
};

static _Noreturn void die(const struct err *err)
{
    fprintf(stderr, "bench_acts: %s\n", err->text);
    exit(1);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double values[], size_t n)
{
    qsort(values, n, sizeof *values, by_size);
    return values[n / 2];
}

static double since(int64_t start)
{
    return (double)(clock_monotonic_ns() - start) / NS;
}

static int bare_insert(struct db *db, int n, struct err *err)
{
    static const char leaf[] = "{\"v\":1,\"seq\":12345,\"time\":\"2026-11-23T21:06:00.123Z\",\"actor\":\"0123456789abcdef\",\"verb\":\"index\","
                               "\"object\":\"\",\"purpose\":\"\",\"commitment\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}";
    struct db_stmt *q;
    int result = db_prepare(db, "insert into bare(content) values ($1)", &q, err);
    for (int i = 0; i < n && result == 0; i++) {
        db_bind_text(q, 1, str_from(leaf));
        result = db_run(q, err);
    }
    return result;
}

static int bare_group(struct db *db, void *arg, struct err *err)
{
    return bare_insert(db, *(const int *)arg, err);
}

/* Each returns operations per second. */
static double acts_one_by_one(struct bench *b)
{
    struct err err = {0};
    int64_t start = clock_monotonic_ns();
    for (int i = 0; i < SINGLE; i++) {
        struct act act = {.verb = VERB_INDEX, .actor = &b->actor, .detail = STR("an act of the bench"), .now_ms = clock_now_ms()};
        if (act_run(b->node, &act, NULL, NULL, &err) < 0)
            die(&err);
    }
    return SINGLE / since(start);
}

static double bare_inserts(struct bench *b, int transactions, int rows)
{
    struct err err = {0};
    int64_t start = clock_monotonic_ns();
    for (int i = 0; i < transactions; i++)
        if (db_txn(b->bare, bare_group, &rows, &err) < 0)
            die(&err);
    return transactions * rows / since(start);
}

static double acts_grouped(struct bench *b)
{
    static struct act acts[GROUP];
    static struct act_step steps[GROUP];
    struct err err = {0};
    size_t failed;
    int64_t start = clock_monotonic_ns();
    for (int i = 0; i < GROUPS; i++) {
        for (size_t k = 0; k < GROUP; k++) {
            acts[k] = (struct act){.verb = VERB_INDEX, .actor = &b->actor, .detail = STR("an act of the bench"), .now_ms = clock_now_ms()};
            steps[k] = (struct act_step){&acts[k], NULL, NULL};
        }
        if (act_run_group(b->node, steps, GROUP, &failed, &err) < 0)
            die(&err);
    }
    return GROUPS * GROUP / since(start);
}

static void figure(const char *what, double ours, double bare, const char *reach)
{
    printf("figure\t%s\t%.0f/s\tbare SQLite %.0f/s\t%.2f\t%s\n", what, ours, bare, ours / bare, reach);
}

static void writes(struct bench *b)
{
    double single[ROUNDS], bare_single[ROUNDS], grouped[ROUNDS], bare_grouped[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        single[i] = acts_one_by_one(b);
        bare_single[i] = bare_inserts(b, SINGLE, 1);
        grouped[i] = acts_grouped(b);
        bare_grouped[i] = bare_inserts(b, GROUPS, GROUP);
    }
    figure("durable acts, one by one", median(single, ROUNDS), median(bare_single, ROUNDS), ">= 1,000/s");
    figure("durable acts, 1,000 in a commit", median(grouped, ROUNDS), median(bare_grouped, ROUNDS), ">= 10,000/s");
}

static void reads(struct bench *b)
{
    struct err err = {0};
    int64_t size;
    if (log_size(b->node->log, b->node->db, &size, &err) < 0)
        die(&err);
    int64_t start = clock_monotonic_ns();
    for (int64_t i = 0; i < PROOFS; i++) {
        struct merkle_proof proof;
        if (log_inclusion(b->node->log, b->node->db, i * (size / PROOFS), size, b->a, &proof, &err) < 0)
            die(&err);
    }
    printf("figure\tinclusion proof, log of %lld\t%.0f us\t\t\t\n", (long long)size, since(start) / PROOFS * 1e6);
    start = clock_monotonic_ns();
    if (log_verify(b->node->log, b->node->db, NULL, NULL, &err) < 0)
        die(&err);
    const double verified = since(start);
    bytes tile;
    start = clock_monotonic_ns();
    if (log_tile(b->node->log, b->node->db, 1, 0, LOG_TILE_WIDTH, b->a, &tile, &err) < 0)
        die(&err);
    printf("figure\thashing 65,536 leaves for a witness's look\t%.0f ms\t\t\t\n", since(start) * 1e3);
    printf("figure\tverify the whole log\t%.0f leaves/s\t\t\t\n", (double)size / verified);
}

static void set_up(struct bench *b)
{
    struct err err = {0};
    b->a = arena_new();
    memcpy(b->folder, "/var/tmp/comity-bench-XXXXXX", sizeof "/var/tmp/comity-bench-XXXXXX"); /* a disk, where /tmp may be memory */
    if (!mkdtemp(b->folder)) {
        perror(b->folder);
        exit(1);
    }
    b->dir = str_printf(b->a, "%s/node", b->folder).p;
    b->actor = act_operator(b->a);
    struct node_settings settings = {.agency = {STR("Bench"), STR("KH"), STR("ngo")}};
    if (crypto_open(&err) < 0 || node_create(b->dir, &settings, clock_now_ms(), &err) < 0 || node_open(b->dir, NULL, &b->node, &err) < 0 ||
        db_open(str_printf(b->a, "sqlite:%s/bare.db", b->folder).p, &b->bare, &err) < 0 ||
        db_exec(b->bare, "create table bare(id integer primary key, content text not null)", &err) < 0)
        die(&err);
}

static int tear_down(struct bench *b)
{
    node_close(b->node);
    db_close(b->bare);
    int result = system(str_printf(b->a, "rm -rf '%s'", b->folder).p);
    arena_free(b->a);
    return result;
}

int main(void)
{
    struct bench b = {0};
    set_up(&b);
    writes(&b);
    reads(&b);
    return tear_down(&b);
}
