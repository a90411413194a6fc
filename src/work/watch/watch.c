/* watch: families of tests and what stands out in them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "work/watch/watch_internal.h"

size_t watch_step_up(const double *p, size_t n, double level)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        if (p[i] * (double)n <= level * (double)(i + 1))
            found = i + 1;
    return found;
}

static int ascending(const void *x, const void *y)
{
    const double *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

size_t watch_testable(double *least, size_t n, double level)
{
    if (n == 0)
        return 0;
    qsort(least, n, sizeof *least, ascending);
    size_t reach = n; /* how many can be as unlikely as level / k; fewer, the greater k */
    for (size_t k = 1; k <= n; k++) {
        while (reach > 0 && least[reach - 1] > level / (double)k)
            reach--;
        if (reach <= k)
            return reach;
    }
    return reach;
}

static int by_p(const void *x, const void *y)
{
    const struct watch_finding *a = x, *b = y;
    if (a->p != b->p)
        return a->p < b->p ? -1 : 1;
    if (a->lift != b->lift)
        return a->lift > b->lift ? -1 : 1;
    return a->of != b->of ? (a->of > b->of) - (a->of < b->of) : (a->who > b->who) - (a->who < b->who);
}

void watch_close(struct watch_family *f, const struct watch_part *part)
{
    f->tested = f->n;
    if (f->n == 0)
        return;
    qsort(f->findings, f->n, sizeof *f->findings, by_p);
    double *p = mem_calloc(f->n, sizeof *p);
    for (size_t i = 0; i < f->n; i++)
        p[i] = f->findings[i].p;
    f->found = watch_step_up(p, f->n, part->level);
    free(p);
    f->threshold = part->level * (double)f->found / (double)f->n;
    for (size_t i = 0; i < f->found; i++)
        f->findings[i].stands_out = true;
    const size_t shown = f->found > part->shown ? f->found : part->shown;
    f->n = f->n < shown ? f->n : shown;
}

struct expecting { double expected; size_t at; };

static int by_expected(const void *x, const void *y)
{
    const struct expecting *a = x, *b = y;
    return a->expected != b->expected ? (a->expected > b->expected) - (a->expected < b->expected) : (a->at > b->at) - (a->at < b->at);
}

size_t watch_middle(struct arena *a, const struct watch_finding *findings, size_t n, size_t *greatest)
{
    struct expecting *order = arena_array(a, struct expecting, n);
    for (size_t i = 0; i < n; i++)
        order[i] = (struct expecting){findings[i].expected, i};
    qsort(order, n, sizeof *order, by_expected);
    *greatest = order[n - 1].at;
    return order[n / 2].at;
}

/* What each is about, and how. */
static const struct {
    void (*run)(struct arena *a, const struct watch_part *part, struct watch_family *out);
    enum watch_what what;
} tests[WATCH_TESTS] = {
    [WATCH_MEETINGS] = {watch_meetings, WATCH_CALL}, [WATCH_TIMES] = {watch_times, WATCH_CALL},     [WATCH_OVERRIDES] = {watch_overrides, WATCH_CALL},
    [WATCH_PASSED] = {watch_passed, WATCH_CALL},     [WATCH_REFUSED] = {watch_refused, WATCH_CALL}, [WATCH_REFUSERS] = {watch_refusers, WATCH_CALL},
    [WATCH_SEATS] = {watch_seats, WATCH_SEAT},       [WATCH_SICK] = {watch_sick, WATCH_SHIFT},      [WATCH_HANDS] = {watch_hands, WATCH_SHIFT}};

struct watch_result *watch_examine(struct arena *a, const struct watch_log *log, double level, size_t shown)
{
    struct watch_result *result = arena_new_of(a, struct watch_result);
    result->families = arena_array(a, struct watch_family, log->n_families * WATCH_TESTS);
    size_t starts[WATCH_FAMILIES_MAX * WATCH_WHATS + 1] = {0}, at[WATCH_FAMILIES_MAX * WATCH_WHATS];
    uint32_t *calls = arena_array(a, uint32_t, log->n);
    for (size_t i = 0; i < log->n; i++)
        starts[log->calls[i].family * WATCH_WHATS + log->calls[i].what + 1]++;
    for (size_t f = 0; f < log->n_families * WATCH_WHATS; f++) {
        starts[f + 1] += starts[f];
        at[f] = starts[f];
    }
    for (size_t i = 0; i < log->n; i++)
        calls[at[log->calls[i].family * WATCH_WHATS + log->calls[i].what]++] = (uint32_t)i;
    for (size_t test = 0; test < WATCH_TESTS; test++)
        for (size_t f = 0; f < log->n_families; f++) {
            const size_t i = f * WATCH_WHATS + tests[test].what;
            const struct watch_part part = {log, calls + starts[i], starts[i + 1] - starts[i], level, shown};
            struct watch_family *family = &result->families[result->n];
            *family = (struct watch_family){.test = (enum watch_test)test, .family = (uint32_t)f, .least = INFINITY, .typical = INFINITY};
            tests[test].run(a, &part, family);
            result->n += family->pairs > 0;
        }
    return result;
}
