/* watch: an officer's times while somebody flagged is near; and shares: who passes the lot over, or is passed, refuses, sits elsewhere, is ill, is put by hand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "work/watch/watch_internal.h"

/* --- times --- */

struct timed { uint32_t of; bool near; int64_t ms; };

static int by_officer(const void *x, const void *y)
{
    const struct timed *a = x, *b = y;
    return (a->of > b->of) - (a->of < b->of);
}

struct compared { struct watch_finding finding; struct ranks ranks; int64_t all; };

static size_t compare_all(struct arena *a, const struct watch_part *part, struct compared *out)
{
    struct timed *times = arena_array(a, struct timed, part->n);
    size_t n = 0, found = 0;
    for (size_t i = 0; i < part->n; i++) {
        const struct watch_call *call = &part->log->calls[part->calls[i]];
        if (call->ms >= 0)
            times[n++] = (struct timed){call->of, call->near, call->ms};
    }
    if (n)
        qsort(times, n, sizeof *times, by_officer);
    int64_t *values = arena_array(a, int64_t, n);
    bool *near = arena_array(a, bool, n);
    for (size_t i = 0, end; i < n; i = end) {
        int64_t m = 0;
        for (end = i; end < n && times[end].of == times[i].of; end++) {
            values[end - i] = times[end].ms;
            near[end - i] = times[end].near;
            m += times[end].near;
        }
        if (m == 0 || m == (int64_t)(end - i))
            continue;
        struct compared *c = &out[found++];
        *c = (struct compared){.ranks = chances_ranks(a, values, near, end - i), .all = (int64_t)(end - i)};
        c->finding = (struct watch_finding){.of = times[i].of, .who = WATCH_NOBODY, .n = m, .expected = .5, .lift = c->ranks.superior,
                                            .p = fmin(1, 2 * fmin(c->ranks.more, c->ranks.less))};
    }
    return found;
}

void watch_times(struct arena *a, const struct watch_part *whole, struct watch_family *out)
{
    struct watch_part own = *whole;
    const struct watch_part *part = &own;
    own.level *= WATCH_TIMES_LEVEL;
    struct arena *scratch = arena_new();
    struct compared *all = arena_array(scratch, struct compared, part->log->n_codes);
    out->pairs = compare_all(scratch, part, all);
    double *least = arena_array(scratch, double, out->pairs);
    for (size_t i = 0; i < out->pairs; i++)
        least[i] = all[i].ranks.least;
    const size_t testable = watch_testable(least, out->pairs, part->level);
    out->findings = arena_array(a, struct watch_finding, testable);
    out->strictest = testable ? part->level / (double)testable : 0;
    for (size_t i = 0; i < out->pairs && out->n < testable; i++) {
        if (all[i].ranks.least > least[testable - 1])
            continue;
        struct watch_finding *f = &out->findings[out->n++];
        *f = all[i].finding;
        f->least = chances_least_superior(f->n, all[i].all, out->strictest, WATCH_POWER);
        f->least = f->least < 1 ? f->least : INFINITY;
        out->least = fmin(out->least, f->least);
    }
    out->typical = out->least;
    watch_close(out, part);
    arena_free(scratch);
}

/* --- shares --- */

/* One of those that are compared, and those it is compared with. */
struct share { uint32_t of, who; int64_t n, met; int64_t all, all_met; };

static void fill_power(struct watch_finding *f, const struct share *s, double level)
{
    int64_t low = 0, high = (s->n < s->all_met ? s->n : s->all_met) + 1;
    while (low + 1 < high) {
        int64_t middle = low + (high - low) / 2;
        if (chances_fisher(s->all, s->all_met, s->n, middle) <= level)
            high = middle;
        else
            low = middle;
    }
    f->bound = high;
    /* The lift is asked of as many of his, each counted with the rate of all of them. */
    double rate = (double)s->all_met / (double)s->all;
    int64_t times = s->n;
    const struct chances c = {.p = &rate, .times = &times, .n_distinct = 1, .n = times, .expected = f->expected};
    f->least = rate < 1 ? chances_least_lift(&c, f->bound, WATCH_POWER) : INFINITY;
}

static double least_of(const struct share *s)
{
    return chances_fisher(s->all, s->all_met, s->n, s->n < s->all_met ? s->n : s->all_met);
}

static struct watch_finding finding_of(const struct share *s)
{
    struct watch_finding f = {.of = s->of, .who = s->who, .n = s->n, .met = s->met, .expected = (double)s->n * (double)s->all_met / (double)s->all};
    f.lift = (double)s->met / f.expected;
    f.p = chances_fisher(s->all, s->all_met, s->n, s->met);
    return f;
}

static const struct share *share_of(const struct share *all, size_t n, const struct watch_finding *f)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].of == f->of && all[i].who == f->who)
            return &all[i];
    return all;
}

/* Those of which something is counted at all. */
static void compare(struct arena *a, const struct watch_part *part, const struct share *all, size_t n, struct watch_family *out)
{
    double *least = mem_calloc(n + 1, sizeof *least), *sorted = mem_calloc(n + 1, sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = least[i] = least_of(&all[i]);
    out->pairs = n;
    const size_t testable = watch_testable(sorted, n, part->level);
    out->findings = arena_array(a, struct watch_finding, testable);
    out->strictest = testable ? part->level / (double)testable : 0;
    for (size_t i = 0; i < n && out->n < testable; i++)
        if (least[i] <= sorted[testable - 1])
            out->findings[out->n++] = finding_of(&all[i]);
    if (out->n) {
        size_t greatest, middle = watch_middle(a, out->findings, out->n, &greatest);
        struct watch_finding best = out->findings[greatest], mid = out->findings[middle];
        fill_power(&best, share_of(all, n, &best), out->strictest);
        fill_power(&mid, share_of(all, n, &mid), out->strictest);
        out->least = best.least;
        out->typical = mid.least;
        out->middle = mid.expected;
    }
    watch_close(out, part);
    for (size_t i = 0; i < out->n; i++)
        fill_power(&out->findings[i], share_of(all, n, &out->findings[i]), out->strictest);
    free(least);
    free(sorted);
}

/* Each against all: by the one side or the other, counting what is odd or what was overridden. */
static void rates(struct arena *a, const struct watch_part *part, bool of, bool odd, struct watch_family *out)
{
    struct share *counts = mem_calloc(part->log->n_codes + 1, sizeof *counts), all = {0};
    size_t n = 0;
    for (size_t i = 0; i < part->n; i++) {
        const struct watch_call *call = &part->log->calls[part->calls[i]];
        struct share *s = &counts[of ? call->of : call->drawn];
        const bool counted = odd ? call->odd : call->overridden;
        s->n++;
        s->met += counted;
        all.n++;
        all.met += counted;
    }
    for (size_t i = 0; i < part->log->n_codes; i++)
        if (counts[i].n && all.met)
            counts[n++] = (struct share){of ? (uint32_t)i : WATCH_NOBODY, of ? WATCH_NOBODY : (uint32_t)i, counts[i].n, counts[i].met, all.n, all.met};
    compare(a, part, counts, n, out);
    free(counts);
}

void watch_overrides(struct arena *a, const struct watch_part *part, struct watch_family *out) { rates(a, part, true, false, out); }
void watch_passed(struct arena *a, const struct watch_part *part, struct watch_family *out) { rates(a, part, false, false, out); }
void watch_refused(struct arena *a, const struct watch_part *part, struct watch_family *out) { rates(a, part, true, true, out); }
void watch_refusers(struct arena *a, const struct watch_part *part, struct watch_family *out) { rates(a, part, false, true, out); }
void watch_seats(struct arena *a, const struct watch_part *part, struct watch_family *out) { rates(a, part, true, true, out); }
void watch_hands(struct arena *a, const struct watch_part *part, struct watch_family *out) { rates(a, part, true, false, out); }

static int by_pair(const void *x, const void *y)
{
    const struct share *a = x, *b = y;
    return a->of != b->of ? (a->of > b->of) - (a->of < b->of) : (a->who > b->who) - (a->who < b->who);
}

/* Her shifts at one post against her own others: somebody who is ill often is not held against her, only where. */
void watch_sick(struct arena *a, const struct watch_part *part, struct watch_family *out)
{
    struct share *pairs = mem_calloc(part->n + 1, sizeof *pairs);
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < part->n; i++) {
        const struct watch_call *call = &part->log->calls[part->calls[i]];
        pairs[i] = (struct share){.of = call->of, .who = call->drawn, .n = 1, .met = call->odd};
    }
    qsort(pairs, part->n, sizeof *pairs, by_pair);
    for (size_t i = 0; i < part->n; i++)
        if (n && by_pair(&pairs[n - 1], &pairs[i]) == 0) {
            pairs[n - 1].n++;
            pairs[n - 1].met += pairs[i].met;
        } else
            pairs[n++] = pairs[i];
    for (size_t i = 0, end; i < n; i = end) {
        int64_t all = 0, met = 0;
        for (end = i; end < n && pairs[end].of == pairs[i].of; end++) {
            all += pairs[end].n;
            met += pairs[end].met;
        }
        for (size_t k = i; k < end && met > 0 && end - i > 1; k++) {
            pairs[kept] = pairs[k];
            pairs[kept].all = all;
            pairs[kept++].all_met = met;
        }
    }
    compare(a, part, pairs, kept, out);
    free(pairs);
}
