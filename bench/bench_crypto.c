/* bench_crypto: what the blind comparison costs. Medians of several rounds, CPU seconds of this process on one thread. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "trust/match/map.h"
#include "trust/match/question.h"

#define ROUNDS 15
#define BATCH 360
#define REAL_KEYS 28 /* of a question's 36 points: what a name with birth date and document gives */
#define MAP_KEYS 1000000

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

static double median(double v[ROUNDS])
{
    qsort(v, ROUNDS, sizeof v[0], by_size);
    return v[ROUNDS / 2];
}

static void check(int result, const struct err *err)
{
    if (result < 0) {
        fprintf(stderr, "bench_crypto: %s\n", err->text);
        exit(1);
    }
}

struct bed {
    struct oprf_key *key;
    char text[BATCH][24];
    bytes inputs[BATCH];
    struct match_key keys[BATCH];
    oprf_scalar blinds[BATCH];
    oprf_point blinded[BATCH], evaluated[BATCH];
    oprf_output outputs[BATCH];
    uint8_t proof[OPRF_PROOF_LEN];
};

static void per_operation(struct bed *b)
{
    struct err err = {0};
    double blind[ROUNDS], evaluate[ROUNDS], plain[ROUNDS], prove[ROUNDS], finalize[ROUNDS];
    struct oprf_key *without_proof;
    static const uint8_t seed[32] = {2};
    check(oprf_key_derive(OPRF_MODE_OPRF, seed, (bytes){0}, &without_proof, &err), &err);
    for (int r = 0; r < ROUNDS; r++) {
        double t = cpu_now();
        check(oprf_blind(OPRF_MODE_OPRF, b->inputs, BATCH, NULL, b->blinds, b->blinded, &err), &err);
        blind[r] = cpu_now() - t;
        t = cpu_now();
        check(oprf_evaluate(without_proof, NULL, b->blinded, BATCH, b->evaluated, NULL, NULL, &err), &err);
        evaluate[r] = cpu_now() - t;
        t = cpu_now();
        check(oprf_finalize(OPRF_MODE_OPRF, oprf_key_public(without_proof), NULL, b->inputs, b->blinds, BATCH, b->blinded, b->evaluated, BATCH,
                            NULL, b->outputs, &err), &err);
        finalize[r] = cpu_now() - t;
        t = cpu_now();
        check(oprf_evaluate(b->key, NULL, b->blinded, BATCH, b->evaluated, b->proof, NULL, &err), &err);
        prove[r] = cpu_now() - t - evaluate[r];
        t = cpu_now();
        check(oprf_evaluate_plain(b->key, NULL, b->inputs, BATCH, b->outputs, &err), &err);
        plain[r] = cpu_now() - t;
    }
    const struct { const char *what; double s; } rows[] = {
        {"blind a key", median(blind)}, {"evaluate a point", median(evaluate)}, {"prove a point (DLEQ, batched)", median(prove)},
        {"unblind and hash", median(finalize)}, {"index a key", median(plain)}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        printf("%-32s %8.1f us\n", rows[i].what, rows[i].s / BATCH * 1e6);
    printf("figure\tindex a key, curve arithmetic\t%.1f us\t63 us (libsodium, same operations)\t%.1f\t\n", median(plain) / BATCH * 1e6,
           63 / (median(plain) / BATCH * 1e6));
    oprf_key_free(without_proof);
}

static void one_question(struct bed *b, unsigned threads)
{
    struct err err = {0};
    double asker[ROUNDS], holder[ROUNDS], wall[ROUNDS];
    oprf_threads(threads);
    for (int r = 0; r < ROUNDS; r++) {
        struct question *q;
        int64_t start = clock_monotonic_ns();
        double t = cpu_now();
        check(question_make(b->keys, REAL_KEYS, &q, &err), &err);
        double made = cpu_now();
        check(oprf_evaluate(b->key, NULL, question_points(q), QUESTION_POINTS, b->evaluated, b->proof, NULL, &err), &err);
        double answered = cpu_now();
        check(question_open(q, oprf_key_public(b->key), b->evaluated, b->proof, b->outputs, &err), &err);
        asker[r] = cpu_now() - answered + made - t;
        holder[r] = answered - made;
        wall[r] = (double)(clock_monotonic_ns() - start) / 1e9;
        question_free(q);
    }
    oprf_threads(1);
    double a = median(asker) * 1e3, h = median(holder) * 1e3;
    printf("question of %d points, %u thread%s:  asker %.2f ms, holder %.2f ms of CPU; %.2f ms from first to last\n", QUESTION_POINTS, threads,
           threads > 1 ? "s" : "", a, h, median(wall) * 1e3);
    if (threads == 1) {
        printf("figure\tquestion of 36 points, asker's CPU\t%.2f ms\t\t\t<= 8 ms\n", a);
        printf("figure\tquestion of 36 points, holder's CPU\t%.2f ms\t\t\t<= 3 ms\n", h);
    }
}

/* Outputs are made by hashing numbers: the map cannot tell, and a million of them take no minute. */
static void number_output(oprf_output *out, uint32_t i)
{
    uint8_t number[4];
    put_u32be(number, i);
    crypto_sha512(out->b, (bytes){number, 4});
}

static void map_rates(void)
{
    struct err err = {0};
    struct map_params params = {.seed = {1}, .fill = {2}};
    struct map_entry *e = mem_calloc(MAP_KEYS, sizeof *e);
    double t = cpu_now();
    for (uint32_t i = 0; i < MAP_KEYS; i++) {
        oprf_output out;
        number_output(&out, i);
        map_key(e[i].key, params.seed, out.b);
        e[i].handle = i;
    }
    double hashed = cpu_now();
    bytes image;
    struct map_stats stats;
    struct map *m;
    check(map_build(e, MAP_KEYS, &params, &image, &stats, &err), &err);
    double built = cpu_now();
    check(map_open_memory(image, &m, &err), &err);
    double opened = cpu_now();
    for (uint32_t i = 0; i < MAP_KEYS; i += 10) {
        struct map_value values[MAP_SLOTS_MAX];
        oprf_output out;
        size_t n;
        number_output(&out, i);
        check(map_lookup(m, &out, values, &n, &err), &err);
        if (n != 1 || values[0].handle != i) {
            fprintf(stderr, "bench_crypto: the map does not give what went in\n");
            exit(1);
        }
    }
    double looked = cpu_now();
    double bits = (double)image.len * 8 / (double)stats.keys;
    printf("answer map of %d keys: hash %.2f us, build %.2f us, look up %.2f us a key (first touch included); open %.2f ms; %.1f bits a key\n",
           MAP_KEYS, (hashed - t) / MAP_KEYS * 1e6, (built - hashed) / MAP_KEYS * 1e6, (looked - opened) / MAP_KEYS * 10 * 1e6,
           (opened - built) * 1e3, bits);
    printf("figure\tanswer map, bits a key with handle\t%.1f\t41.4 (psi.js, no handle)\t%.2f\t<= 150\n", bits, bits / 41.4);
    map_close(m);
    free((void *)image.p);
    free(e);
}

int main(void)
{
    struct err err = {0};
    static const uint8_t seed[32] = {1};
    check(crypto_open(&err), &err);
    struct bed *b = mem_calloc(1, sizeof *b);
    check(oprf_key_derive(OPRF_MODE_VOPRF, seed, (bytes){0}, &b->key, &err), &err);
    for (int i = 0; i < BATCH; i++) {
        int len = snprintf(b->text[i], sizeof b->text[i], "names-1;made up %d", i);
        b->inputs[i] = (bytes){(const uint8_t *)b->text[i], (size_t)len};
        b->keys[i].input = b->inputs[i];
    }
    per_operation(b);
    one_question(b, 1);
    one_question(b, 2);
    map_rates();
    oprf_key_free(b->key);
    free(b);
    return 0;
}
