/* bench_line: letters between two real nodes on loopback, durable on both sides: two processes of `comity serve`, and this one as the
 * person who writes at the sender's node. Beside: durable single-row commits of SQLite alone, on the same disk in the same run.
 *
 *     COMITY_PROGRAM=build/comity bench_line [LETTERS]
 *
 * Written and delivered: from the first letter_send (one act and one commit each) to the last receipt, both going on at once.
 * Delivered: the same number lies in the outbox when the sender begins to serve.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "trust/letter/post.h"
#include "trust/match/index.h"
#include "trust/peer/pair.h"

#define LETTER_LEN 4096
#define BARE 2000
#define PATIENCE_NS 120000000000LL

static const struct actor operator = {.name = {"bench", 5}, .role = {"operator", 8}};
static const struct db_schema *const rooms[] = {&peer_schema, &index_schema, &letter_schema, NULL};
static const char *program;

static void must(int result, const struct err *err)
{
    if (result < 0) {
        fprintf(stderr, "bench_line: %s\n", err->text);
        exit(1);
    }
}

struct side {
    struct arena *arena;
    struct node *node;
    const char *dir;
    struct partner other;
    pid_t pid;
    unsigned port;
};

static void open_side(struct side *s, const char *folder, const char *name, str agency, str country, str kind)
{
    struct err err = {0};
    s->arena = arena_new();
    s->dir = str_printf(s->arena, "%s/%s", folder, name).p;
    struct node_settings settings = {.agency = {agency, country, kind}};
    must(node_create(s->dir, &settings, clock_now_ms(), &err), &err);
    must(node_open(s->dir, rooms, &s->node, &err), &err);
}

static void accept(struct side *s, struct side *from)
{
    struct err err = {0};
    struct wire_card card;
    struct pair_letter_key key;
    struct pair_terms terms = {.daily_budget = PARTNER_BUDGET_MAX};
    int64_t now = clock_now_ms();
    must(post_key_current(from->node, now, key.public_key, &key.until_ms, &err), &err);
    str address = str_printf(from->arena, "127.0.0.1:%u", from->port);
    must(pair_invite(from->node, &operator, address, &key, now, from->arena, &card, &err), &err);
    must(pair_accept(s->node, &operator, &card, &terms, now, s->arena, &s->other, &err), &err);
}

/* Starts `comity serve` and reads the port from the line it prints when it is ready. */
static void serve(struct side *s)
{
    int ends[2];
    char line[256] = "", listen[32];
    snprintf(listen, sizeof listen, "127.0.0.1:%u", s->port);
    if (pipe(ends) < 0)
        exit(1);
    s->pid = fork();
    if (s->pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl(program, program, "serve", s->dir, "--listen", listen, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    FILE *f = fdopen(ends[0], "r");
    const char *colon = f && fgets(line, sizeof line, f) ? strrchr(line, ':') : NULL;
    int64_t number;
    if (!colon || !str_to_int(str_trim(str_from(colon + 1)), 1, 65535, &number)) {
        fprintf(stderr, "bench_line: %s serve did not start; COMITY_PROGRAM names the program\n", program);
        exit(1);
    }
    s->port = (unsigned)number;
    fclose(f);
}

static bool stop(struct side *s)
{
    int status = 0;
    kill(s->pid, SIGTERM);
    waitpid(s->pid, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int put(struct node *node, struct act *act, void *arg, struct err *err)
{
    static const uint8_t payload[LETTER_LEN] = {'x'};
    const struct side *s = arg;
    uint8_t id[ID_LEN];
    const struct letter l = {.kind = "notice", .purpose = STR("practice"), .reference = STR("bench"), .type = STR("text/plain"),
                             .payload = {payload, sizeof payload}};
    return letter_send(node, &s->other, &l, act->now_ms, id, err);
}

static void write_letters(struct side *s, int n)
{
    struct err err = {0};
    for (int i = 0; i < n; i++) {
        struct act act = {.verb = VERB_SEND, .actor = &operator, .purpose = STR("practice"), .reference = STR("bench"), .now_ms = clock_now_ms()};
        must(act_run(s->node, &act, put, s, &err), &err);
    }
}

static void wait_until_delivered(struct side *s)
{
    struct post_filter filter = {.outgoing = true, .waiting = true, .limit = 1};
    struct arena *a = arena_new();
    struct err err = {0};
    struct post_item *items;
    int64_t start = clock_monotonic_ns();
    size_t n = 1;
    while (n > 0) {
        arena_reset(a);
        must(post_list(s->node, &filter, a, &items, &n, &err), &err);
        if (clock_monotonic_ns() - start > PATIENCE_NS) {
            fprintf(stderr, "bench_line: letters are still waiting after two minutes\n");
            exit(1);
        }
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    arena_free(a);
}

/* One row of a letter's size in a transaction of its own, as durable as ours: WAL, synchronous=full (ground/db). */
static int bare_row(struct db *db, void *arg, struct err *err)
{
    static const uint8_t row[LETTER_LEN];
    struct db_stmt *q;
    (void)arg;
    int r = db_prepare(db, "insert into bare(content) values ($1)", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){row, sizeof row});
    return db_run(q, err);
}

static double bare_rate(struct side *s)
{
    struct err err = {0};
    struct db *db;
    must(db_open(str_printf(s->arena, "sqlite:%s/bare.db", s->dir).p, &db, &err), &err);
    must(db_exec(db, "create table bare(content blob not null)", &err), &err);
    int64_t start = clock_monotonic_ns();
    for (int i = 0; i < BARE; i++)
        must(db_txn(db, bare_row, NULL, &err), &err);
    double rate = BARE / ((double)(clock_monotonic_ns() - start) / 1e9);
    db_close(db);
    return rate;
}

static double rate_since(int64_t start, int n)
{
    return n / ((double)(clock_monotonic_ns() - start) / 1e9);
}

int main(int argc, char **argv)
{
    struct err err = {0};
    struct side from = {0}, to = {0};
    char folder[] = "/tmp/comity-bench-line-XXXXXX", command[96];
    int64_t n = 3000;
    program = getenv("COMITY_PROGRAM") ? getenv("COMITY_PROGRAM") : "build/comity";
    if (argc > 1 && !str_to_int(str_from(argv[1]), 1, 100000, &n))
        return 2;
    must(crypto_open(&err), &err);
    if (!mkdtemp(folder))
        return 1;
    open_side(&from, folder, "from", STR("Border Unit"), STR("TH"), STR("police"));
    open_side(&to, folder, "to", STR("Lotus House"), STR("KH"), STR("shelter"));
    serve(&from);
    serve(&to);
    accept(&from, &to);
    accept(&to, &from);
    double bare = bare_rate(&from);

    int64_t start = clock_monotonic_ns();
    write_letters(&from, (int)n);
    double written = rate_since(start, (int)n);
    wait_until_delivered(&from);
    double both = rate_since(start, (int)n);

    bool clean = stop(&from);
    write_letters(&from, (int)n);
    start = clock_monotonic_ns();
    serve(&from);
    wait_until_delivered(&from);
    double delivered = rate_since(start, (int)n);
    clean = stop(&from) && stop(&to) && clean;

    printf("%" PRId64 " letters of %d bytes, two processes of serve, one that writes: %.0f/s written while they are delivered,\n"
           "%.0f/s to the last receipt; %.0f/s when all lie in the outbox. SQLite alone: %.0f durable rows/s of that size.\n", n, LETTER_LEN, written,
           both, delivered, bare);
    printf("figure\tletters between two nodes, written and delivered, durable\t%.0f/s\tSQLite rows, one side: %.0f/s\t%.2f\t>= 500/s\n", both, bare,
           both / bare);
    printf("figure\tthe same, delivered from the outbox\t%.0f/s\tX-Road: batches of 60 s\t-\t>= 500/s\n", delivered);
    node_close(from.node);
    node_close(to.node);
    arena_free(from.arena);
    arena_free(to.arena);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (!clean)
        fprintf(stderr, "bench_line: serve did not stop cleanly\n");
    return system(command) == 0 && clean ? 0 : 1;
}
