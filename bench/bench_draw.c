/* bench_draw: what a draw costs its holders, and what a day of draws costs a stranger. CPU seconds of one thread, medians; a day by the clock. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "work/desk/test_day_hall.h"

#define ROUNDS 15
#define BATCH 200
#define MANY 4000

static struct err err;

static void check(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "bench_draw: %s: %s\n", what, err.text);
    exit(1);
}

static double cpu_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Microseconds of CPU for one of BATCH. */
static double cost(void (*work)(void *), void *arg)
{
    double v[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
        double t = cpu_now();
        for (int i = 0; i < BATCH; i++)
            work(arg);
        v[r] = (cpu_now() - t) / BATCH * 1e6;
    }
    qsort(v, ROUNDS, sizeof v[0], by_size);
    return v[ROUNDS / 2];
}

/* --- the parts --- */

struct bed {
    struct threshold_keys keys;
    oprf_scalar share;
    oprf_point input, out;
    struct threshold_answer answer;
    struct threshold_claim claims[MANY];
    uint8_t holder[1];
    uint8_t alphas[MANY][DRAW_ALPHA_LEN];
    struct threshold_answer answers[MANY];
};

static const bytes context = {(const uint8_t *)"thirty-two bytes of a chain head", 32};
static const uint8_t random_bytes[THRESHOLD_RANDOM_LEN] = {4};

static void hash_input(void *arg)
{
    struct bed *b = arg;
    check(threshold_input(&b->out, (bytes){b->alphas[0], DRAW_ALPHA_LEN}, &err) == 0, "input");
}

static void multiply(void *arg)
{
    struct bed *b = arg;
    check(crypto_scalarmult_ristretto255(b->out.b, b->share.b, b->input.b) == 0, "multiply");
}

static void multiply_base(void *arg)
{
    struct bed *b = arg;
    check(crypto_scalarmult_ristretto255_base(b->out.b, b->share.b) == 0, "multiply");
}

static void validate(void *arg)
{
    struct bed *b = arg;
    check(crypto_core_ristretto255_is_valid_point(b->input.b) == 1, "valid");
}

static void evaluate(void *arg)
{
    struct bed *b = arg;
    check(threshold_evaluate(&b->share, &b->keys.publics[0], &b->input, context, random_bytes, &b->answer, &err) == 0, "evaluate");
}

static void check_one(void *arg)
{
    struct bed *b = arg;
    check(threshold_check(&b->keys, 1, &b->input, context, &b->answer, &err) == 0, "check");
}

static void open_bed(struct bed *b)
{
    memset(b, 0, sizeof *b);
    b->keys = (struct threshold_keys){.needed = 1, .holders = 1};
    b->holder[0] = 1;
    crypto_core_ristretto255_scalar_random(b->share.b);
    check(crypto_scalarmult_ristretto255_base(b->keys.commitments[0].b, b->share.b) == 0 && threshold_keys_derive(&b->keys, &err) == 0, "keys");
    for (uint32_t i = 0; i < MANY; i++) {
        const struct draw d = {.day = TEST_DAY, .number = i, .kind = DRAW_CALL};
        draw_alpha(&d, b->alphas[i]);
        const bytes alpha = {b->alphas[i], DRAW_ALPHA_LEN};
        check(threshold_input(&b->input, alpha, &err) == 0, "input");
        check(threshold_evaluate(&b->share, &b->keys.publics[0], &b->input, context, random_bytes, &b->answers[i], &err) == 0, "evaluate");
        b->claims[i] = (struct threshold_claim){.alpha = alpha, .context = context, .n = 1, .holders = b->holder, .answers = &b->answers[i]};
    }
    evaluate(b);
}

static void parts(void)
{
    struct bed *b = mem_alloc(sizeof *b);
    open_bed(b);
    const double hash = cost(hash_input, b), times = cost(multiply, b), base = cost(multiply_base, b), valid = cost(validate, b);
    const double answer = cost(evaluate, b), one = cost(check_one, b);
    double v[5];
    for (int r = 0; r < 5; r++) {
        double t = cpu_now();
        check(threshold_check_many(&b->keys, b->claims, MANY) == MANY, "check many");
        v[r] = (cpu_now() - t) / MANY * 1e6;
    }
    qsort(v, 5, sizeof v[0], by_size);
    printf("libsodium: hash to the group %.1f us, multiplication %.1f, of the generator %.1f, decode %.1f\n", hash, times, base, valid);
    printf("an answer with its proof %.1f us; a check alone %.1f, among %d %.1f (hashing its input included)\n", answer, one, MANY, v[2]);
    printf("figure\tdraw: a holder's answer and proof\t%.0f us\t%.0f us (2 multiplications, 1 of the generator)\t%.2f\t\n", answer, 2 * times + base,
           (2 * times + base) / answer);
    printf("figure\tdraw: check an answer, alone\t%.0f us\t%.0f us (libsodium, 4 multiplications)\t%.1f\t\n", one, 3 * times + base, (3 * times + base) / one);
    printf("figure\tdraw: check an answer, among many\t%.0f us\t%.0f us (its hash and 3 decodings alone)\t%.2f\t\n", v[2], hash + 4 * valid,
           (hash + 4 * valid) / v[2]);
    free(b);
}

/* --- a day --- */

static const struct db_schema *const rooms[] = {&desk_day_schema, NULL};

static double verify(bytes file, const struct note_verifier *log, unsigned threads, struct day_found *found, double *cpu)
{
    oprf_threads(threads);
    int64_t start = clock_monotonic_ns();
    double began = cpu_now();
    check(day_check(file, log, found, &err) == 0, "the day does not hold");
    *cpu = cpu_now() - began;
    return (double)(clock_monotonic_ns() - start) / 1e9;
}

/* Each of n bits over the whole day. */
static unsigned flips_found(bytes file, const struct note_verifier *log, unsigned n)
{
    uint8_t *p = (uint8_t *)(uintptr_t)file.p;
    struct day_found found;
    unsigned good = 0;
    for (unsigned i = 0; i < n; i++) {
        const size_t at = (size_t)((double)file.len * (i + 0.5) / n);
        p[at] ^= (uint8_t)(1 << (i % 8));
        good += day_check(file, log, &found, NULL) < 0;
        p[at] ^= (uint8_t)(1 << (i % 8));
    }
    return good;
}

static void a_day(const char *folder, unsigned calls, unsigned flips)
{
    static const struct line_rule rule = {.n_lanes = 2, .n_counters = 12, .n_posts = 3, .serves = {1, 1, 1, 1, 3, 3, 3, 3, 2, 2, 2, 2}};
    struct arena *a = arena_new();
    struct node_settings settings = {.agency = {STR("Border post (practice)"), STR("KH"), STR("immigration")}};
    struct node *node;
    struct test_hall hall;
    struct note_verifier log;
    struct day_found found;
    check(node_create(folder, &settings, TEST_MORNING - 40 * DAY_KEYS_AHEAD_MS, &err) == 0 && node_open(folder, rooms, &node, &err) == 0 &&
          note_verifier_parse(log_vkey(node->log, a), &log, &err) == 0, folder);
    bool good = test_hall_open(&hall, node, &rule) && test_hall_run(&hall, calls);
    bytes file = test_hall_file(&hall);
    err = hall.err;
    check(good && file.len > 0, "the day");
    double cpu, cpu_all;
    const double one = verify(file, &log, 1, &found, &cpu), all = verify(file, &log, (unsigned)sysconf(_SC_NPROCESSORS_ONLN), &found, &cpu_all);
    printf("a day of %u calls: %.1f MB, %" PRIu64 " records under %" PRIu64 " leaves, %" PRIu64 " draws with 3 answers each; verified in %.2f s on one core, %.2f s on all; %.2f s of CPU, %.0f us a call\n",
           found.totals.calls, (double)file.len / 1e6, found.records, found.leaves, found.draws, one, all, cpu, cpu / found.totals.calls * 1e6);
    printf("figure\tdraw: a stranger verifies %u calls with 3 shares\t%.1f s (one core %.1f)\t11.4 s (libsodium, one after the other; estimate)\t%.1f\t< 15 s\n", calls, all,
           one, 11.4 / all);
    const unsigned found_flips = flips_found(file, &log, flips);
    printf("figure\tdraw: flipped bits found, all over that day\t%u of %u\t\t\tall\n", found_flips, flips);
    test_hall_close(&hall);
    node_close(node);
    arena_free(a);
}

int main(int argc, char **argv)
{
    check(argc >= 2 && crypto_open(&err) == 0, "usage: bench_draw FOLDER [CALLS [FLIPS]]");
    parts();
    a_day(argv[1], argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 20000, argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 40);
    return 0;
}
