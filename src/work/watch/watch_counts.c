/* watch: an officer's times while somebody flagged is near, and who passes the lot over, or is passed. */
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

void watch_times(struct arena *a, const struct watch_part *part, struct watch_family *out)
{
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

/* --- overrides --- */

struct count { int64_t calls, overridden; };

static void fill_power(struct watch_finding *f, const struct count *all, double level)
{
    int64_t low = 0, high = (f->n < all->overridden ? f->n : all->overridden) + 1;
    while (low + 1 < high) {
        int64_t middle = low + (high - low) / 2;
        if (chances_fisher(all->calls, all->overridden, f->n, middle) <= level)
            high = middle;
        else
            low = middle;
    }
    f->bound = high;
    /* The lift is asked of as many calls of his, each an override with the rate of all of them. */
    double rate = (double)all->overridden / (double)all->calls;
    int64_t times = f->n;
    const struct chances c = {.p = &rate, .times = &times, .n_distinct = 1, .n = times, .expected = f->expected};
    f->least = rate < 1 ? chances_least_lift(&c, f->bound, WATCH_POWER) : INFINITY;
}

static void rates(struct arena *a, const struct watch_part *part, bool of, struct watch_family *out)
{
    struct count *counts = mem_calloc(part->log->n_codes, sizeof *counts), all = {0};
    for (size_t i = 0; i < part->n; i++) {
        const struct watch_call *call = &part->log->calls[part->calls[i]];
        struct count *c = &counts[of ? call->of : call->drawn];
        c->calls++;
        c->overridden += call->overridden;
        all.calls++;
        all.overridden += call->overridden;
    }
    double *least = mem_calloc(part->log->n_codes, sizeof *least), *sorted = mem_calloc(part->log->n_codes, sizeof *sorted);
    for (size_t i = 0; i < part->log->n_codes; i++)
        if (counts[i].calls && all.overridden) {
            const int64_t most = counts[i].calls < all.overridden ? counts[i].calls : all.overridden;
            least[i] = chances_fisher(all.calls, all.overridden, counts[i].calls, most);
            sorted[out->pairs++] = least[i];
        }
    const size_t testable = watch_testable(sorted, out->pairs, part->level);
    out->findings = arena_array(a, struct watch_finding, testable);
    out->strictest = testable ? part->level / (double)testable : 0;
    for (size_t i = 0; i < part->log->n_codes && out->n < testable; i++) {
        if (counts[i].calls == 0 || least[i] > sorted[testable - 1])
            continue;
        struct watch_finding *f = &out->findings[out->n++];
        *f = (struct watch_finding){.of = of ? (uint32_t)i : WATCH_NOBODY, .who = of ? WATCH_NOBODY : (uint32_t)i, .n = counts[i].calls,
                                    .met = counts[i].overridden, .expected = (double)counts[i].calls * (double)all.overridden / (double)all.calls};
        f->lift = (double)f->met / f->expected;
        f->p = chances_fisher(all.calls, all.overridden, f->n, f->met);
    }
    if (out->n) {
        size_t greatest, middle = watch_middle(a, out->findings, out->n, &greatest);
        struct watch_finding best = out->findings[greatest], mid = out->findings[middle];
        fill_power(&best, &all, out->strictest);
        fill_power(&mid, &all, out->strictest);
        out->least = best.least;
        out->typical = mid.least;
        out->middle = mid.expected;
    }
    watch_close(out, part);
    for (size_t i = 0; i < out->n; i++)
        fill_power(&out->findings[i], &all, out->strictest);
    free(counts);
    free(least);
    free(sorted);
}

void watch_overrides(struct arena *a, const struct watch_part *part, struct watch_family *out) { rates(a, part, true, out); }
void watch_passed(struct arena *a, const struct watch_part *part, struct watch_family *out) { rates(a, part, false, out); }
