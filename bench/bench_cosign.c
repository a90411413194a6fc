/* How long after an act the log's head that covers it has its quorum of cosignatures. Three nodes serve as processes of their own
 * (cosign.sh); here the first one's operator acts without pause between, and looks what has been cosigned.
 *
 *     bench_cosign DIR SECONDS ACTS-A-SECOND
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "trust/match/index.h"
#include "trust/witness/witness.h"

#define NS INT64_C(1000000000)
#define ACTS_MAX 200000
#define PATIENCE (30 * NS)

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench_cosign: %s\n", what);
    exit(1);
}

struct bench {
    struct node *node;
    int64_t done[ACTS_MAX]; /* when the act was durable; then: how long until it was cosigned */
    int64_t first, n, cosigned;
};

static void look(struct bench *b)
{
    struct err err = {0};
    struct witness_quorum q;
    struct arena *a = arena_new();
    if (witness_quorum(b->node, a, &q, &err) < 0)
        die(err.text);
    const int64_t now = clock_monotonic_ns();
    for (; b->cosigned < b->n && b->first + b->cosigned < q.size; b->cosigned++)
        b->done[b->cosigned] = now - b->done[b->cosigned];
    arena_free(a);
}

static void act(struct bench *b, const struct actor *actor)
{
    struct err err = {0};
    struct act act = {.verb = VERB_INDEX, .actor = actor, .detail = STR("an act of the bench"), .now_ms = clock_now_ms()};
    if (act_run(b->node, &act, NULL, NULL, &err) < 0)
        die(err.text);
    if (b->n == 0)
        b->first = act.leaf_index;
    if (act.leaf_index != b->first + b->n)
        die("somebody else acts on the node");
    b->done[b->n++] = clock_monotonic_ns();
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void work(struct bench *b, const struct actor *actor, int64_t seconds, int64_t rate)
{
    const int64_t start = clock_monotonic_ns();
    int64_t looked = start, now = start;
    for (int64_t due = start; now - start < seconds * NS && b->n < ACTS_MAX; due += NS / rate, now = clock_monotonic_ns()) {
        if (due > now)
            nanosleep(&(struct timespec){.tv_nsec = due - now}, NULL);
        act(b, actor);
        if (now - looked > NS / 100) {
            look(b);
            looked = now;
        }
    }
    const int64_t end = clock_monotonic_ns();
    while (b->cosigned < b->n && clock_monotonic_ns() - end < PATIENCE) {
        nanosleep(&(struct timespec){.tv_nsec = NS / 100}, NULL);
        look(b);
    }
    if (b->cosigned < b->n)
        die("not everything was cosigned");
    qsort(b->done, (size_t)b->n, sizeof b->done[0], by_size);
    const int64_t middle = b->n / 2, late = b->n * 99 / 100;
    const double p50 = (double)b->done[middle] / NS, p99 = (double)b->done[late] / NS, most = (double)b->done[b->n - 1] / NS;
    printf("%lld acts in %.1f s (%.0f/s), each cosigned by two witnesses after %.2f s (median), %.2f s (p99), %.2f s (longest)\n", (long long)b->n,
           (double)(end - start) / NS, (double)b->n * NS / (double)(end - start), p50, p99, most);
    printf("figure\tact to two cosignatures, p99 at %.0f acts/s\t%.2f s\tTessera on 7 cores: 3.1 s mean\t%.2f\t< 5 s\n",
           (double)b->n * NS / (double)(end - start), p99, p99 / 3.1);
}

int main(int argc, char **argv)
{
    static const struct db_schema *const rooms[] = {&index_schema, &peer_schema, &witness_schema, NULL};
    static struct bench b;
    struct err err = {0};
    int64_t seconds, rate;
    if (argc != 4 || !str_to_int(str_from(argv[2]), 1, 3600, &seconds) || !str_to_int(str_from(argv[3]), 1, 100000, &rate))
        die("DIR SECONDS ACTS-A-SECOND");
    if (crypto_open(&err) < 0 || node_open(argv[1], rooms, &b.node, &err) < 0)
        die(err.text);
    struct actor actor = act_operator(b.node->arena);
    work(&b, &actor, seconds, rate);
    node_close(b.node);
    return 0;
}
