/* watch: meetings against the lots. Sorted by whose counter and who could be, so that a million calls of ten take a second or two. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "work/watch/watch_internal.h"

struct chance { uint32_t who; bool met; double p; };

/* Calls by whose counter it was. */
struct sorted { struct chance *all; size_t n; uint64_t *starts; /* n_codes + 1 */ };

static struct sorted by_counter(const struct watch_part *part)
{
    const struct watch_log *log = part->log;
    struct sorted s = {.starts = mem_calloc(log->n_codes + 2, sizeof *s.starts)};
    for (size_t i = 0; i < part->n; i++) {
        const struct watch_call *call = &log->calls[part->calls[i]];
        s.starts[call->of + 1] += call->overridden ? 0 : call->n;
    }
    for (size_t of = 0; of < log->n_codes; of++)
        s.starts[of + 1] += s.starts[of];
    s.n = s.starts[log->n_codes];
    s.all = mem_calloc(s.n + 1, sizeof *s.all);
    uint64_t *at = mem_calloc(log->n_codes + 1, sizeof *at);
    memcpy(at, s.starts, log->n_codes * sizeof *at);
    for (size_t i = 0; i < part->n; i++) {
        const struct watch_call *call = &log->calls[part->calls[i]];
        double sum = 0;
        for (size_t j = 0; j < call->n && !call->overridden; j++)
            sum += (double)log->could[call->first + j].weight;
        for (size_t j = 0; j < call->n && !call->overridden; j++) {
            const struct watch_chance *could = &log->could[call->first + j];
            s.all[at[call->of]++] = (struct chance){could->who, could->who == call->drawn, (double)could->weight / sum};
        }
    }
    free(at);
    return s;
}

static int by_who(const void *x, const void *y)
{
    const struct chance *a = x, *b = y;
    return (a->who > b->who) - (a->who < b->who);
}

/* By who: the order within does not count, since probabilities are put in order again. */
static void sort_who(struct chance *list, struct chance *room, size_t n, size_t n_codes)
{
    enum { DIGIT = 2048, FEW = 1024 };
    if (n < FEW) {
        if (n)
            qsort(list, n, sizeof *list, by_who);
        return;
    }
    struct chance *from = list, *to = room;
    for (unsigned shift = 0; n_codes >> shift; shift += 11) {
        size_t at[DIGIT + 1] = {0};
        for (size_t i = 0; i < n; i++)
            at[(from[i].who >> shift) % DIGIT + 1]++;
        for (size_t d = 0; d < DIGIT; d++)
            at[d + 1] += at[d];
        for (size_t i = 0; i < n; i++)
            to[at[(from[i].who >> shift) % DIGIT]++] = from[i];
        struct chance *swap = from;
        from = to;
        to = swap;
    }
    if (from != list)
        memcpy(list, from, n * sizeof *list);
}

/* fn for each pair: its chances stand together. */
typedef void (*pair_fn)(void *arg, uint32_t of, const struct chance *list, size_t n);

static void each_pair(const struct sorted *s, const struct watch_log *log, pair_fn fn, void *arg)
{
    for (size_t of = 0; of < log->n_codes; of++)
        for (uint64_t i = s->starts[of], end; i < s->starts[of + 1]; i = end) {
            for (end = i + 1; end < s->starts[of + 1] && s->all[end].who == s->all[i].who; end++)
                ;
            if (!log->once || !log->once[s->all[i].who])
                fn(arg, (uint32_t)of, s->all + i, end - i);
        }
}

static double log_least(const struct chance *list, size_t n)
{
    double product = 1, sum = 0;
    for (size_t i = 0; i < n; i++) {
        product *= list[i].p;
        if (product < 1e-200) {
            sum += log(product);
            product = 1;
        }
    }
    return sum + log(product);
}

struct leasts { double *all; size_t n, room, pairs; double most; };

static void note_least(void *arg, uint32_t of, const struct chance *list, size_t n)
{
    struct leasts *o = arg;
    (void)of;
    o->pairs++;
    const double least = log_least(list, n);
    if (least > o->most)
        return;
    if (o->n == o->room) {
        o->room = o->room ? 2 * o->room : 1024;
        o->all = mem_realloc(o->all, o->room * sizeof *o->all);
    }
    o->all[o->n++] = exp(least);
}

struct testing {
    struct arena *scratch;
    struct watch_finding *findings;
    size_t n, room;
    double most; /* whose least p is above that is not tested */
};

static struct chances chances_of(struct arena *scratch, const struct chance *list, size_t n)
{
    double *p = arena_array(scratch, double, n);
    for (size_t i = 0; i < n; i++)
        p[i] = list[i].p;
    return chances_new(scratch, p, n);
}

static void test_pair(void *arg, uint32_t of, const struct chance *list, size_t n)
{
    struct testing *t = arg;
    if (exp(log_least(list, n)) > t->most || t->n == t->room)
        return;
    struct watch_finding *f = &t->findings[t->n];
    *f = (struct watch_finding){.of = of, .who = list[0].who, .n = (int64_t)n, .p = 1};
    for (size_t i = 0; i < n; i++) {
        f->met += list[i].met;
        f->expected += list[i].p;
    }
    if (f->met > 0) {
        struct chances c = chances_of(t->scratch, list, n);
        f->p = chances_tail(&c, f->met);
        arena_reset(t->scratch);
    }
    f->lift = (double)f->met / f->expected;
    t->n++;
}

static void power(struct arena *scratch, struct watch_finding *f, const struct sorted *s, double level)
{
    uint64_t low = s->starts[f->of], high = s->starts[f->of + 1];
    while (low < high) { /* the first of who */
        uint64_t middle = low + (high - low) / 2;
        if (s->all[middle].who < f->who)
            low = middle + 1;
        else
            high = middle;
    }
    struct chances c = chances_of(scratch, s->all + low, (size_t)f->n);
    f->bound = chances_bound(&c, level);
    f->least = chances_least_lift(&c, f->bound, WATCH_POWER);
    arena_reset(scratch);
}

void watch_meetings(struct arena *a, const struct watch_part *part, struct watch_family *out)
{
    struct sorted s = by_counter(part);
    struct chance *room = mem_calloc(s.n + 1, sizeof *room);
    for (size_t of = 0; of < part->log->n_codes; of++)
        sort_who(s.all + s.starts[of], room, s.starts[of + 1] - s.starts[of], part->log->n_codes);
    free(room);
    struct leasts leasts = {.most = log(part->level)};
    each_pair(&s, part->log, note_least, &leasts);
    out->pairs = leasts.pairs;
    const size_t testable = watch_testable(leasts.all, leasts.n, part->level);
    struct testing t = {.scratch = arena_new(), .room = testable, .most = testable ? leasts.all[testable - 1] : 0};
    t.findings = arena_array(a, struct watch_finding, testable);
    if (testable)
        each_pair(&s, part->log, test_pair, &t);
    out->findings = t.findings;
    out->n = t.n;
    out->strictest = t.n ? part->level / (double)t.n : 0;
    if (t.n) {
        size_t greatest, middle = watch_middle(a, t.findings, t.n, &greatest);
        struct watch_finding best = t.findings[greatest], mid = t.findings[middle];
        power(t.scratch, &best, &s, out->strictest);
        power(t.scratch, &mid, &s, out->strictest);
        out->least = best.least;
        out->typical = mid.least;
        out->middle = mid.expected;
    }
    watch_close(out, part);
    for (size_t i = 0; i < out->n; i++)
        power(t.scratch, &out->findings[i], &s, out->strictest);
    arena_free(t.scratch);
    free(leasts.all);
    free(s.all);
    free(s.starts);
}
