/* bench_rota: the rota's search on other people's instances, on social golfers, and when somebody is ill. bench/rota.sh runs it.
 *
 *     bench_rota solve KIND FILE SECONDS     KIND curtois or inrc: prints laws broken, cost, million moves a second
 *     bench_rota lp FILE                     a Curtois instance as a linear program, for CBC
 *     bench_rota golfer GROUPS SIZE WEEKS SECONDS   prints pairs that meet twice, and the seconds it took
 *     bench_rota ill FILE DRAWS              a rota's table: prints how many of the draws changed at most 3 others' days and broke nothing, and the slowest
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "work/nurse/curtois.h"
#include "work/nurse/inrc.h"
#include "work/rota/book.h"
#include "work/rota/random.h"
#include "work/rota/repair.h"

static const uint8_t seed[ROTA_SEED_LEN] = {1};

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void die(const char *text)
{
    fprintf(stderr, "bench_rota: %s\n", text);
    exit(1);
}

static str read_text(struct arena *a, const char *path)
{
    bytes text;
    struct err err;
    if (file_read(a, path, 8 << 20, &text, &err) < 0)
        die(err.text);
    return bytes_str(text);
}

/* Solves for about so many seconds of processor time: the moves a second are measured first. */
static double solve(const struct rota *rota, double seconds, uint8_t *roster, struct rota_score *score)
{
    struct err err;
    const int64_t probe = 1000000;
    double begin = cpu_seconds();
    if (rota_solve(rota, seed, probe, roster, score, &err) < 0)
        die(err.text);
    const double rate = (double)probe / (cpu_seconds() - begin);
    const int64_t moves = (int64_t)(rate * seconds);
    begin = cpu_seconds();
    if (rota_solve(rota, seed, moves, roster, score, &err) < 0)
        die(err.text);
    return (double)moves / (cpu_seconds() - begin) / 1e6;
}

static void bench_solve(const char *kind, const char *path, double seconds)
{
    struct arena *a = arena_new();
    struct rota rota;
    struct err err;
    struct rota_score score;
    const str text = read_text(a, path);
    if ((strcmp(kind, "curtois") == 0 ? curtois_read(a, text, &rota, &err) : inrc_read(a, text, &rota, &err)) < 0)
        die(err.text);
    uint8_t *roster = rota_roster(a, &rota);
    const double rate = solve(&rota, seconds, roster, &score);
    score = rota_judge(a, &rota, roster, NULL, NULL);
    printf("%lld %lld %.1f\n", (long long)score.hard, (long long)score.soft, rate);
    arena_free(a);
}

/* --- social golfers: weeks are days, groups are duties, nobody is off, and nobody is to meet anybody twice --- */

static void bench_golfer(int groups, int size, int weeks, double seconds)
{
    struct arena *a = arena_new();
    struct rota rota = {.n_days = weeks, .n_officers = groups * size, .n_duties = groups + 1, .first_day = 20458};
    struct rota_duty *duties = arena_array(a, struct rota_duty, (size_t)groups + 1);
    struct rota_cover *cover = arena_array(a, struct rota_cover, (size_t)(groups * weeks));
    rota.officers = arena_array(a, struct rota_officer, (size_t)rota.n_officers);
    rota.allowed = arena_array(a, uint64_t, (size_t)(rota.n_officers * weeks));
    const uint64_t all = rota_all_duties(&rota) & ~(uint64_t)1;
    for (int w = 0; w < weeks; w++)
        for (int g = 1; g <= groups; g++)
            cover[rota.n_cover++] = (struct rota_cover){w, (uint64_t)1 << g, size, size, 1, 1, true};
    for (int o = 0; o < rota.n_officers; o++) {
        rota.officers[o] = (struct rota_officer){.name = STR("golfer"), .can = all | 1};
        for (int w = 0; w < weeks; w++) /* in the first week everybody stands where it does not matter */
            rota.allowed[o * weeks + w] = w ? all : (uint64_t)2 << (o / size);
    }
    rota.duties = duties;
    rota.cover = cover;
    rota.meetings = (struct rota_meetings){all, 1, 1, false};
    uint8_t *roster = rota_roster(a, &rota);
    struct rota_score score = {1, 1};
    struct err err;
    const double begin = cpu_seconds();
    /* longer and longer runs, each with a seed of its own, until nobody meets twice */
    for (int64_t run = 0, moves = 4000000; (score.hard || score.soft) && cpu_seconds() - begin < seconds; run++, moves += moves / 4) {
        uint8_t own[ROTA_SEED_LEN] = {1, (uint8_t)run};
        if (rota_solve(&rota, own, moves, roster, &score, &err) < 0)
            die(err.text);
    }
    score = rota_judge(a, &rota, roster, NULL, NULL);
    printf("%lld %lld %.1f\n", (long long)score.hard, (long long)score.soft, cpu_seconds() - begin);
    arena_free(a);
}

/* --- illness --- */

static void bench_ill(const char *path, int draws)
{
    struct arena *a = arena_new(), *each = arena_new();
    struct rota_book book;
    struct rota_score score;
    struct err err;
    if (rota_book_read(a, str_bytes(read_text(a, path)), &book, &err) < 0)
        die(err.text);
    const size_t cells = (size_t)(book.rota.n_officers * book.rota.n_days);
    uint8_t *roster = rota_roster(a, &book.rota), *mended = rota_roster(a, &book.rota);
    if (rota_solve(&book.rota, seed, book.moves, roster, &score, &err) < 0)
        die(err.text);
    struct rota_random r = rota_random(seed);
    int few = 0, broken = 0;
    double slowest = 0;
    for (int i = 0; i < draws; i++) {
        const int officer = rota_lot(&r, book.rota.n_officers), first = rota_lot(&r, book.rota.n_days), days = 1 + rota_lot(&r, 3);
        const int last = first + days - 1 < book.rota.n_days ? first + days - 1 : book.rota.n_days - 1;
        uint8_t own[ROTA_SEED_LEN] = {(uint8_t)i, (uint8_t)(i >> 8), 2};
        struct rota_repair repair;
        memcpy(mended, roster, cells);
        const double begin = cpu_seconds();
        if (rota_repair(each, &book.rota, mended, officer, first, last, own, &repair, &err) < 0)
            die(err.text);
        const double took = cpu_seconds() - begin;
        slowest = took > slowest ? took : slowest;
        few += repair.left.hard == 0 && repair.n <= 3;
        broken += repair.left.hard > 0;
        arena_reset(each);
    }
    printf("%d %d %.3f %lld\n", few, broken, slowest, (long long)score.hard);
    arena_free(each);
    arena_free(a);
}

/* --- a linear program: the compact model of a Curtois instance, for CBC --- */

static void lp_set(struct buf *b, const struct rota *rota, int o, int d, uint64_t set, const char *sign)
{
    for (int j = 1; j < rota->n_duties; j++)
        if (set >> j & 1)
            buf_addf(b, " %s x%d_%d_%d", sign, o, d, j);
}

/* Runs: no window of max + 1, no run shorter than min between two days of the other kind. The day off is one minus all duties. */
static void lp_run(struct buf *b, const struct rota *rota, int o, const struct rota_rule *r)
{
    const bool off = r->duties == 1;
    const uint64_t set = off ? rota_all_duties(rota) & ~(uint64_t)1 : r->duties;
    const char *in = off ? "-" : "+", *out = off ? "+" : "-";
    if (r->over && r->max < rota->n_days)
        for (int d = 0; d + r->max < rota->n_days; d++) {
            for (int i = d; i <= d + r->max; i++)
                lp_set(b, rota, o, i, set, in);
            buf_addf(b, " <= %d\n", off ? -1 : r->max);
        }
    for (int len = 1; len < r->min; len++)
        for (int d = 1; d + len < rota->n_days; d++) { /* before + behind - within >= 1 - len; with days off each term is 1 - work */
            lp_set(b, rota, o, d - 1, set, in);
            lp_set(b, rota, o, d + len, set, in);
            for (int i = d; i < d + len; i++)
                lp_set(b, rota, o, i, set, out);
            buf_addf(b, " >= %d\n", off ? 1 - len - 2 + len : 1 - len);
        }
}

static void lp_rule(struct buf *b, const struct rota *rota, int o, const struct rota_rule *r)
{
    if (r->kind == ROTA_RUN)
        lp_run(b, rota, o, r);
    for (int d = 0; r->kind == ROTA_PATTERN && d + 1 < rota->n_days; d++) {
        lp_set(b, rota, o, d, r->step[0], "+");
        lp_set(b, rota, o, d + 1, r->step[1], "+");
        buf_add(b, STR(" <= 1\n"));
    }
    for (int side = 0; (r->kind == ROTA_COUNT || r->kind == ROTA_SUM) && side < 2; side++) {
        if (side ? r->min == 0 : r->max == ROTA_MANY)
            continue;
        for (int d = 0; d < rota->n_days; d++)
            for (int j = 1; j < rota->n_duties; j++)
                if (r->duties >> j & 1)
                    buf_addf(b, " + %d x%d_%d_%d", r->kind == ROTA_SUM ? rota->duties[j].minutes : 1, o, d, j);
        buf_addf(b, side ? " >= %d\n" : " <= %d\n", side ? r->min : r->max);
    }
    if (r->kind != ROTA_WEEKENDS)
        return;
    int n = 0;
    for (uint64_t days; (days = rota_weekend(rota, r, n)) != 0; n++)
        for (int d = 0; d < rota->n_days; d++)
            if (days >> d & 1) {
                lp_set(b, rota, o, d, r->duties, "-");
                buf_addf(b, " + w%d_%d >= 0\n", o, n);
            }
    for (int i = 0; i < n; i++)
        buf_addf(b, " + w%d_%d", o, i);
    buf_addf(b, " <= %d\n", r->max);
}

static void lp_objective(struct buf *b, const struct rota *rota)
{
    int constant = 0;
    buf_add(b, STR("Minimize\n obj:"));
    for (int i = 0; i < rota->n_cover; i++)
        buf_addf(b, " + %d u%d + %d v%d\n", rota->cover[i].under, i, rota->cover[i].over, i);
    for (int i = 0; i < rota->n_requests; i++) {
        const struct rota_request *r = &rota->requests[i];
        buf_addf(b, " %s %d x%d_%d_%d\n", r->wanted ? "-" : "+", r->weight, r->officer, r->day, __builtin_ctzll(r->duties));
        constant += r->wanted ? r->weight : 0;
    }
    buf_addf(b, " + %d one\nSubject To\n one = 1\n", constant);
}

static void bench_lp(const char *path)
{
    struct arena *a = arena_new();
    struct rota rota;
    struct err err;
    if (curtois_read(a, read_text(a, path), &rota, &err) < 0)
        die(err.text);
    struct buf b = buf_new(a);
    lp_objective(&b, &rota);
    for (int i = 0; i < rota.n_cover; i++) {
        for (int o = 0; o < rota.n_officers; o++)
            lp_set(&b, &rota, o, rota.cover[i].day, rota.cover[i].duties, "+");
        buf_addf(&b, " + u%d - v%d = %d\n", i, i, rota.cover[i].min);
    }
    for (int o = 0; o < rota.n_officers; o++) {
        for (int d = 0; d < rota.n_days; d++) {
            lp_set(&b, &rota, o, d, rota_all_duties(&rota), "+");
            buf_add(&b, STR(" <= 1\n"));
        }
        for (int i = 0; i < rota.officers[o].n_rules; i++)
            lp_rule(&b, &rota, o, rota.officers[o].rules[i]);
    }
    buf_add(&b, STR("Bounds\n"));
    for (int o = 0; o < rota.n_officers; o++)
        for (int d = 0; d < rota.n_days; d++)
            for (int j = 1; j < rota.n_duties; j++)
                if (!(rota.allowed[o * rota.n_days + d] >> j & 1))
                    buf_addf(&b, " x%d_%d_%d = 0\n", o, d, j);
    buf_add(&b, STR("Binaries\n"));
    for (int o = 0; o < rota.n_officers; o++) {
        for (int d = 0; d < rota.n_days; d++)
            for (int j = 1; j < rota.n_duties; j++)
                buf_addf(&b, " x%d_%d_%d\n", o, d, j);
        for (int i = 0; i < (rota.n_days + 6) / 7; i++)
            buf_addf(&b, " w%d_%d\n", o, i);
    }
    buf_add(&b, STR("End\n"));
    fwrite(b.p, 1, b.len, stdout);
    arena_free(a);
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "solve") == 0)
        bench_solve(argv[2], argv[3], strtod(argv[4], NULL));
    else if (argc == 3 && strcmp(argv[1], "lp") == 0)
        bench_lp(argv[2]);
    else if (argc == 6 && strcmp(argv[1], "golfer") == 0)
        bench_golfer((int)strtol(argv[2], NULL, 10), (int)strtol(argv[3], NULL, 10), (int)strtol(argv[4], NULL, 10), strtod(argv[5], NULL));
    else if (argc == 4 && strcmp(argv[1], "ill") == 0)
        bench_ill(argv[2], (int)strtol(argv[3], NULL, 10));
    else
        die("see the head of bench_rota.c");
    return 0;
}
