/* bench_ask: what one blind question costs on loopback, log included: two nodes, the holder a process of its own.
 *
 *     COMITY_PROGRAM=build/comity bench_ask [QUESTIONS]
 *
 * The connection is warm and the maps are there; every question is another person. Split: blinding, the line (the holder's
 * checks, leaf and evaluation are in it), verifying, looking up, our own two leaves. The evaluation alone is measured beside.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trust/match/index.h"
#include "trust/match/question.h"
#include "trust/peer/ask.h"
#include "trust/peer/pair.h"

#define PERSONS 2000
#define WARM_UP 10
#define THREADS 2

static const struct actor operator = {.name = {"bench", 5}, .role = {"operator", 8}};
static const struct db_schema *const rooms[] = {&peer_schema, &index_schema, NULL};

static void must(int result, const struct err *err)
{
    if (result < 0) {
        fprintf(stderr, "bench_ask: %s\n", err->text);
        exit(1);
    }
}

struct side {
    struct arena *arena;
    struct node *node;
    const char *dir;
    struct http_identity identity;
    struct partner other;
};

static void open_side(struct side *s, const char *folder, const char *name, str agency, str country, str kind)
{
    struct err err = {0};
    s->arena = arena_new();
    s->dir = str_printf(s->arena, "%s/%s", folder, name).p;
    struct node_settings settings = {.agency = {agency, country, kind}};
    must(node_create(s->dir, &settings, clock_now_ms(), &err), &err);
    must(node_open(s->dir, rooms, &s->node, &err), &err);
    must(pair_identity(s->node, s->arena, clock_now_ms(), &s->identity, &err), &err);
}

static void accept(struct side *s, struct side *from)
{
    struct err err = {0};
    struct wire_card card;
    struct pair_terms terms = {.daily_budget = PARTNER_BUDGET_MAX};
    must(pair_invite(from->node, &operator, STR("127.0.0.1:7443"), NULL, clock_now_ms(), from->arena, &card, &err), &err);
    must(pair_accept(s->node, &operator, &card, &terms, clock_now_ms(), s->arena, &s->other, &err), &err);
}

/* The i-th invented person: all different, with what a usual record has. */
static struct identity person(struct arena *a, int i)
{
    static const char *const given[] = {"Dara", "Sophea", "Nikolai", "Thanh", "Maria", "Somchai", "Elena", "Bopha", "Viktor", "Malee"};
    static const char *const family[] = {"Kolvanich", "Rattanakosin", "Bredikhin", "Phamtran", "Oxenstern", "Velasquez", "Mondulkiri"};
    struct name *n = arena_new_of(a, struct name);
    struct document *d = arena_new_of(a, struct document);
    str *phone = arena_new_of(a, str);
    n->given = str_from(given[i % 10]);
    n->family = str_from(family[i / 10 % 7]);
    *d = (struct document){str_printf(a, "N%07d", 1000000 + i * 3919), STR("KH")};
    *phone = str_printf(a, "+8551%07d", i * 4211 % 10000000);
    return (struct identity){.names = n, .n_names = 1, .documents = d, .n_documents = 1, .phones = phone, .n_phones = 1,
                             .born = {(int16_t)(1950 + i % 55), (uint8_t)(1 + i % 12), (uint8_t)(1 + i % 28)}};
}

static int import_all(struct node *node, struct act *act, void *arg, struct err *err)
{
    (void)act;
    struct arena *a = arg;
    int r = 0;
    for (int i = 0; r == 0 && i < PERSONS; i++) {
        struct vault_id id;
        struct identity who = person(a, i);
        r = vault_put(node->vault, node->db, VAULT_IDENTITY, identity_encode(a, &who), NULL, &id, NULL, err);
    }
    return r;
}

static void fill_holder(struct side *holder, const struct names *names)
{
    struct err err = {0};
    struct index_stats stats;
    struct index_partner to;
    struct act act = {.verb = VERB_IMPORT, .actor = &operator, .now_ms = clock_now_ms()};
    must(act_run(holder->node, &act, import_all, holder->arena, &err), &err);
    memcpy(to.id, holder->other.id, ID_LEN);
    struct index_options options = {.epoch = index_epoch(clock_now_ms()), .actor = &operator, .now_ms = clock_now_ms()};
    must(index_build(holder->node, names, &to, 1, &options, &stats, &err), &err);
}

/* Starts `comity serve` and reads the port from the line it prints when it is ready. */
static pid_t serve(const char *program, const char *dir, unsigned *port)
{
    int ends[2];
    char line[256] = "";
    if (pipe(ends) < 0)
        exit(1);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl(program, program, "serve", dir, "--listen", "127.0.0.1:0", "--threads", "2", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    FILE *f = fdopen(ends[0], "r");
    const char *colon = f && fgets(line, sizeof line, f) ? strrchr(line, ':') : NULL;
    int64_t number;
    if (!colon || !str_to_int(str_trim(str_from(colon + 1)), 1, 65535, &number)) {
        fprintf(stderr, "bench_ask: %s serve did not start; COMITY_PROGRAM names the program\n", program);
        exit(1);
    }
    *port = (unsigned)number;
    return pid;
}

/* --- figures --- */

enum { ALL, BLIND, LINE, VERIFY, LOOK_UP, LOG, COLUMNS };

static int by_value(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

static double at(const int64_t *sorted, int n, int percent)
{
    int rank = (n - 1) * percent / 100;
    return (double)sorted[rank] / 1e6;
}

static double evaluation_ms(void)
{
    struct err err = {0};
    struct oprf_key *key;
    oprf_point points[QUESTION_POINTS], out[QUESTION_POINTS];
    uint8_t proof[OPRF_PROOF_LEN], seed[32] = {1};
    int64_t times[51];
    must(oprf_key_derive(OPRF_MODE_VOPRF, seed, (bytes){0}, &key, &err), &err);
    for (int i = 0; i < 51; i++) {
        oprf_padding(points, QUESTION_POINTS);
        int64_t start = clock_monotonic_ns();
        must(oprf_evaluate(key, NULL, points, QUESTION_POINTS, out, proof, NULL, &err), &err);
        times[i] = clock_monotonic_ns() - start;
    }
    oprf_key_free(key);
    qsort(times, 51, sizeof times[0], by_value);
    return at(times, 51, 50);
}

static void ask_all(struct asking *k, int n, int64_t *times[COLUMNS])
{
    struct err err = {0};
    struct arena *a = arena_new();
    for (int i = -WARM_UP; i < n; i++) {
        struct ask_result r;
        struct identity who = person(a, (i + WARM_UP) * 7 % (2 * PERSONS)); /* half of them are known */
        struct ask_query q = {.who = &who, .purpose = STR("practice"), .reference = STR("bench")};
        int64_t start = clock_monotonic_ns();
        must(ask_person(k, &operator, &q, clock_now_ms(), a, &r, &err), &err);
        if (i >= 0) {
            times[ALL][i] = clock_monotonic_ns() - start;
            times[BLIND][i] = r.times.blind;
            times[LINE][i] = r.times.line;
            times[VERIFY][i] = r.times.verify;
            times[LOOK_UP][i] = r.times.look_up;
            times[LOG][i] = r.times.log;
        }
        arena_reset(a);
    }
    arena_free(a);
}

static void report(int64_t *times[COLUMNS], int n)
{
    static const char *const words[COLUMNS] = {"whole question", "  blinding", "  line, with the holder's work", "  verifying, unblinding", "  looking up, scoring",
                                               "  our two leaves"};
    printf("%d questions of %d points, warm connection, %d threads\n%-32s %8s %8s %8s ms\n", n, QUESTION_POINTS, THREADS, "", "p50", "p95", "p99");
    for (int c = 0; c < COLUMNS; c++) {
        qsort(times[c], (size_t)n, sizeof times[c][0], by_value);
        printf("%-32s %8.2f %8.2f %8.2f\n", words[c], at(times[c], n, 50), at(times[c], n, 95), at(times[c], n, 99));
    }
    printf("%-32s %8.2f\n", "  (the evaluation alone, here)", evaluation_ms());
    /* @openmined/psi.js took 2.3 ms for each item compared: 36 of them */
    double p50 = at(times[ALL], n, 50), psi = 2.3 * QUESTION_POINTS;
    printf("figure\tone question of %d points, p50, log included\t%.1f ms\tpsi.js, %d items: %.0f ms\t%.1fx\t<= 12 ms\n", QUESTION_POINTS, p50,
           QUESTION_POINTS, psi, psi / p50);
    printf("figure\tthe same, p99\t%.1f ms\t-\t-\t<= 25 ms\n", at(times[ALL], n, 99));
}

int main(int argc, char **argv)
{
    struct err err = {0};
    struct side asker = {0}, holder = {0};
    struct names *names;
    struct asking *k;
    char folder[] = "/tmp/comity-bench-ask-XXXXXX";
    const char *program = getenv("COMITY_PROGRAM");
    int64_t n = 500, *times[COLUMNS];
    unsigned port;
    if (argc > 1 && !str_to_int(str_from(argv[1]), 1, 50000, &n))
        return 2;
    must(crypto_open(&err), &err);
    oprf_threads(THREADS);
    if (!mkdtemp(folder))
        return 1;
    must(names_open(&names, &err), &err);
    open_side(&asker, folder, "asker", STR("Border Unit"), STR("TH"), STR("police"));
    open_side(&holder, folder, "holder", STR("Lotus House"), STR("KH"), STR("shelter"));
    accept(&asker, &holder);
    accept(&holder, &asker);
    fill_holder(&holder, names);
    pid_t pid = serve(program ? program : "build/comity", holder.dir, &port);
    asker.other.address = str_printf(asker.arena, "127.0.0.1:%u", port);
    must(ask_open(asker.node, names, &asker.other, &asker.identity, &k, &err), &err);
    must(peer_line_sync(ask_line(k), clock_now_ms(), &err), &err);
    for (int c = 0; c < COLUMNS; c++)
        times[c] = arena_array(asker.arena, int64_t, (size_t)n);
    ask_all(k, (int)n, times);
    report(times, (int)n);

    ask_close(k);
    kill(pid, SIGTERM);
    int status;
    waitpid(pid, &status, 0);
    node_close(asker.node);
    node_close(holder.node);
    names_close(names);
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    int removed = system(command);
    arena_free(asker.arena);
    arena_free(holder.arena);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fprintf(stderr, "bench_ask: serve did not stop cleanly\n");
    return removed == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
}
