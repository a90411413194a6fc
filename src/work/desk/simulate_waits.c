#include <stdlib.h>

#include "ground/base/arena.h"
#include "work/desk/simulate_internal.h"

enum { BINS = 1 << 15, BINS_A_SERVICE = 64 };

static const double class_ends[SIM_CLASSES - 1] = {15, 30, 45, 60, 90, 120};

static void add(struct sim_counting *c, double wait)
{
    const uint64_t bin = (uint64_t)(wait * BINS_A_SERVICE);
    c->n++;
    c->sum += wait;
    c->most = wait > c->most ? wait : c->most;
    c->bins[bin < BINS ? bin : BINS - 1]++;
}

/* Where a share of the waits ends; within a bin as if they were even. */
static double percentile(const struct sim_counting *c, double share)
{
    const double wanted = share * (double)c->n;
    double before = 0;
    for (unsigned i = 0; c->n && i < BINS; i++) {
        if (c->bins[i] && before + c->bins[i] >= wanted)
            return (i + (wanted - before) / c->bins[i]) / BINS_A_SERVICE;
        before += c->bins[i];
    }
    return c->most;
}

static struct sim_waits waits_of(const struct sim_counting *c)
{
    return (struct sim_waits){.n = c->n, .mean = c->n ? c->sum / (double)c->n : 0, .p50 = percentile(c, 0.50), .p95 = percentile(c, 0.95),
                              .p99 = percentile(c, 0.99), .most = c->most};
}

static struct sim_counting *several(size_t n)
{
    struct sim_counting *all = mem_calloc(n, sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i].bins = mem_calloc(BINS, sizeof *all->bins);
    return all;
}

void sim_waits_open(struct sim *s)
{
    s->all.bins = mem_calloc(BINS, sizeof *s->all.bins);
    if (s->plan.lanes)
        s->lanes = several(s->plan.n_lanes);
    if (s->plan.hours)
        s->clock = several(SIM_CLOCK);
}

/* A measured wait begins at the aircraft. */
static void count_class(struct sim *s, double minutes, uint32_t ticket)
{
    size_t class = 0;
    if (s->plan.walk > 0) {
        struct sim_random way = sim_random_from(sim_lot(s, 0, ticket));
        minutes += s->plan.walk * sim_exponential(&way);
    }
    while (class < SIM_CLASSES - 1 && minutes > class_ends[class])
        class++;
    s->classes[class]++;
}

void sim_waits_count(struct sim *s, const struct line_ticket *t)
{
    const double wait = (double)(t->called - t->entered) / SIM_TICKS;
    add(&s->all, wait);
    if (s->lanes)
        add(&s->lanes[t->lane], wait);
    if (s->clock) {
        const double came = (double)t->entered / SIM_TICKS * s->plan.service_minutes / 60;
        add(&s->clock[(uint64_t)came % SIM_CLOCK], wait);
        count_class(s, wait * s->plan.service_minutes, t->id);
    }
}

void sim_waits_close(struct sim *s)
{
    s->result->waits = waits_of(&s->all);
    for (size_t i = 0; s->lanes && i < s->plan.n_lanes; i++)
        s->result->lanes[i] = waits_of(&s->lanes[i]);
    for (size_t i = 0; s->clock && i < SIM_CLOCK; i++)
        s->result->clock[i] = waits_of(&s->clock[i]);
    for (size_t i = 0; s->all.n && i < SIM_CLASSES; i++)
        s->result->classes[i] = s->classes[i] / (double)s->all.n;
}

static void free_several(struct sim_counting *all, size_t n)
{
    for (size_t i = 0; all && i < n; i++)
        free(all[i].bins);
    free(all);
}

void sim_waits_free(struct sim *s)
{
    free(s->all.bins);
    free_several(s->lanes, s->plan.n_lanes);
    free_several(s->clock, SIM_CLOCK);
}
