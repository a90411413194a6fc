#include <stdlib.h>

#include "ground/base/arena.h"
#include "work/desk/simulate_internal.h"

#define TRAVELLERS_MAX 2000000000
#define FAMILY_MORE 0.5                       /* of a case for each who is with her */
#define FAMILY_MEAN (1 + FAMILY_MORE * 2.5)   /* 2 to 5, each as likely */

/* --- how long a case takes ------------------------------------------------------------------------------------------ */

typedef double service_fn(double spread, struct sim_random *r);

static double exponential(double spread, struct sim_random *r)
{
    (void)spread;
    return sim_exponential(r);
}

static double fixed(double spread, struct sim_random *r)
{
    (void)spread;
    (void)r;
    return 1;
}

/* k steps: a spread of 1 / sqrt(k). */
static double erlang(double spread, struct sim_random *r)
{
    const double wanted = 1 / (spread * spread);
    const unsigned steps = wanted < 1 ? 1 : wanted > 100 ? 100 : (unsigned)(wanted + 0.5);
    double sum = 0;
    for (unsigned i = 0; i < steps; i++)
        sum += sim_exponential(r);
    return sum / steps;
}

static double mixed(double spread, struct sim_random *r) /* 0.9 m + 0.1 * 8 m = 1 */
{
    (void)spread;
    const double one = sim_exponential(r);
    return one * (sim_uniform(r) < 0.1 ? 8 : 1) / 1.7;
}

static double lognormal(double spread, struct sim_random *r)
{
    const double variance = log(1 + spread * spread), normal = sqrt(2 * sim_exponential(r)) * cos(6.283185307179586 * sim_uniform(r));
    return exp(sqrt(variance) * normal - variance / 2);
}

static const struct { const char *word; service_fn *draw; double spread; } services[SIM_SERVICES] = {
    [SIM_EXPONENTIAL] = {"exponential", exponential, 1}, [SIM_FIXED] = {"fixed", fixed, 0}, [SIM_ERLANG] = {"erlang", erlang, 0.5},
    [SIM_MIXED] = {"mixed", mixed, 0}, [SIM_LOGNORMAL] = {"lognormal", lognormal, 1},
};

const char *sim_service_word(enum sim_service service)
{
    return (unsigned)service < SIM_SERVICES ? services[service].word : NULL;
}

double sim_case(const struct sim *s, uint32_t ticket, unsigned lane)
{
    const struct sim_plan *p = &s->plan;
    struct sim_random r = sim_random_from(sim_mix(s->cases + ticket * UINT64_C(0x9e3779b97f4a7c15)));
    double time = services[p->service].draw(p->spread, &r) * s->scale;
    if (p->families > 0 && sim_uniform(&r) <= p->families)
        time *= 1 + FAMILY_MORE * (1 + sim_below(&r, 4));
    if (p->lanes && p->lanes[lane].length > 0)
        time *= p->lanes[lane].length;
    if (p->pace)
        time *= p->pace[(uint64_t)(s->now * p->service_minutes / 60) % SIM_CLOCK];
    return time;
}

/* --- where they stand ----------------------------------------------------------------------------------------------- */

unsigned sim_lane_of(struct sim *s)
{
    double left = sim_uniform(&s->arrivals);
    for (size_t i = 0; i + 1 < s->plan.n_lanes; i++)
        if ((left -= s->plan.lanes[i].share) <= 0)
            return (unsigned)i;
    return (unsigned)s->plan.n_lanes - 1;
}

/* The row with the fewest people, those at its counter included; of equal ones any. */
unsigned sim_shortest_row(struct sim *s)
{
    unsigned best = 0, equal = 0;
    uint32_t least = UINT32_MAX;
    for (unsigned i = 0; i < s->n_counters; i++) {
        const struct line_counter *c = line_counter(s->line, i + 1);
        if (c->state == LINE_CLOSED || c->state == LINE_CLOSING)
            continue;
        const uint32_t n = line_waiting(s->line, i) + (c->ticket != 0);
        if (n < least) {
            least = n;
            best = i;
            equal = 1;
        } else if (n == least && sim_below(&s->random, ++equal) == 0) {
            best = i;
        }
    }
    return best;
}

/* --- who gives up: a heap, and whoever was called by then is passed over ---------------------------------------------- */

void sim_patience(struct sim *s, uint32_t ticket)
{
    if (s->n_waiters == s->room) {
        s->room = s->room ? 2 * s->room : 256;
        s->waiters = mem_realloc(s->waiters, s->room * sizeof *s->waiters);
    }
    struct sim_random r = sim_random_from(sim_mix(s->cases ^ ticket * UINT64_C(0xd1342543de82ef95)));
    const struct sim_waiter one = {s->now + s->plan.patience * sim_exponential(&r), ticket};
    size_t at = s->n_waiters++;
    for (; at && s->waiters[(at - 1) / 2].at > one.at; at = (at - 1) / 2)
        s->waiters[at] = s->waiters[(at - 1) / 2];
    s->waiters[at] = one;
}

double sim_next_to_leave(const struct sim *s)
{
    return s->n_waiters ? s->waiters[0].at : SIM_NEVER;
}

int sim_leave(struct sim *s)
{
    const uint32_t ticket = s->waiters[0].ticket;
    const struct sim_waiter last = s->waiters[--s->n_waiters];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < s->n_waiters; at = child) {
        child += child + 1 < s->n_waiters && s->waiters[child + 1].at < s->waiters[child].at;
        if (s->waiters[child].at >= last.at)
            break;
        s->waiters[at] = s->waiters[child];
    }
    s->waiters[at] = last;
    const struct line_ticket *t = line_ticket(s->line, ticket);
    if (!t || t->state != LINE_WAITING)
        return 0;
    int r = sim_apply(s, &(struct line_event){.kind = LINE_VOID, .at = sim_at(s), .ticket = ticket}, NULL);
    if (r == 0) {
        s->result->left += sim_counted(s);
        sim_spies_move(s, t);
    }
    return r;
}

/* --- hours ----------------------------------------------------------------------------------------------------------- */

unsigned sim_counters_in(const struct sim *s, size_t hour)
{
    const struct sim_plan *p = &s->plan;
    const unsigned n = p->hours[hour].counters + (!p->more_at || p->more_at >> hour % SIM_CLOCK & 1 ? p->more : 0);
    return n < 1 ? 1 : n > LINE_COUNTERS_MAX ? LINE_COUNTERS_MAX : n;
}

/* The people of each flight over some minutes of the hour: a table says how many came in it, so all of them do. */
void sim_fill_slots(struct sim *s, const struct sim_hour *hour)
{
    const double crowd = s->plan.crowd * SIM_SLOTS / 60, free = SIM_SLOTS > crowd ? SIM_SLOTS - crowd : 0;
    for (unsigned k = 0; k < SIM_SLOTS; k++)
        s->slots[k] = hour->flights ? 0 : hour->arrivals / SIM_SLOTS;
    for (unsigned f = 0; f < hour->flights; f++) {
        const double begin = free * sim_uniform(&s->arrivals), end = begin + crowd;
        for (unsigned k = 0; k < SIM_SLOTS; k++) {
            const double inside = fmin(end, k + 1) - fmax(begin, k);
            if (inside > 0)
                s->slots[k] += hour->arrivals / hour->flights * inside / fmin(crowd, SIM_SLOTS);
        }
    }
}

/* --- the plan --------------------------------------------------------------------------------------------------------- */

/* For each set of lanes: is there less work than the counters that serve one of them can do? */
static int check_lanes(struct sim *s)
{
    const struct sim_plan *p = &s->plan;
    double shares = 0, mean = 0;
    if (p->n_lanes < 1 || p->n_lanes > SIM_LANES_MAX || p->line == SIM_ROWS)
        return err_set(s->err, ERR_INPUT, "%zu lanes: from 1 to %d, and of one line, not of rows", p->n_lanes, SIM_LANES_MAX);
    for (size_t i = 0; i < p->n_lanes; i++) {
        if (!(p->lanes[i].share >= 0) || !(p->lanes[i].length >= 0))
            return err_set(s->err, ERR_INPUT, "lane %zu: a share and a length are not below 0", i + 1);
        shares += p->lanes[i].share;
        mean += p->lanes[i].share * (p->lanes[i].length > 0 ? p->lanes[i].length : 1);
    }
    if (!(fabs(shares - 1) < 0.001) || p->lane >= p->n_lanes)
        return err_set(s->err, ERR_INPUT, "the shares of the lanes are %g together, not 1; or there is no lane %u", shares, p->lane + 1);
    s->scale /= mean;
    for (unsigned set = 1; !p->hours && p->load < 1 && p->serves && set < 1u << p->n_lanes; set++) {
        unsigned counters = 0;
        double work = 0;
        for (unsigned c = 0; c < p->counters; c++)
            counters += (p->serves[c] & set) != 0;
        for (size_t i = 0; i < p->n_lanes; i++)
            work += set >> i & 1 ? p->lanes[i].share * (p->lanes[i].length > 0 ? p->lanes[i].length : 1) / mean : 0;
        if (work * p->load * p->counters >= counters && !(p->patience > 0) && !p->balk)
            return err_set(s->err, ERR_INPUT, "%u counters serve lanes with work for %.2f: their line grows for ever", counters, work * p->load * p->counters);
    }
    return 0;
}

static int check_league(struct sim *s)
{
    struct sim_plan *p = &s->plan;
    p->officers = p->officers ? p->officers : 1;
    p->tries = p->tries ? p->tries : 1;
    p->group = p->group ? p->group : 1;
    p->posts = p->posts ? p->posts : 1;
    p->shun = p->shun ? p->shun : 3;
    p->hold = p->hold > 0 ? p->hold : 3;
    p->rush = p->rush > 0 ? p->rush : 0.3;
    p->lurk = p->lurk > 0 ? p->lurk : 10;
    p->near = p->near ? p->near : 2 * p->counters;
    if (p->officers > p->counters || p->tries > LINE_TRIES + 1)
        return err_set(s->err, ERR_INPUT, "%u officers in league at %u counters, %u tries: the third is the secondary check", p->officers, p->counters, p->tries);
    if (p->group > SIM_GROUP_MAX || p->attack >= SIM_ATTACKS || p->posts > LINE_WINDOW_MAX || p->own_posts > p->posts)
        return err_set(s->err, ERR_INPUT, "a group of %u: at most %d; an attack of %u, %u of %u posts in league", p->group, SIM_GROUP_MAX, p->attack, p->own_posts, p->posts);
    if (p->attack & SIM_LURK && p->group > 1)
        return err_set(s->err, ERR_INPUT, "one at a time stands at the door");
    return 0;
}

static int check_hours(struct sim *s)
{
    struct sim_plan *p = &s->plan;
    p->warm_up = 0;
    p->counters = 1;
    p->crowd = p->crowd > 0 ? p->crowd : 20;
    for (size_t i = 0; i < p->n_hours; i++)
        p->counters = sim_counters_in(s, i) > p->counters ? sim_counters_in(s, i) : p->counters;
    if (!p->n_hours || !(p->service_minutes > 0) || p->line == SIM_ROWS)
        return err_set(s->err, ERR_INPUT, "hours need a service time above 0, and one line: rows that close are not simulated");
    if (!p->travellers)
        p->travellers = TRAVELLERS_MAX;
    return 0;
}

int sim_check_plan(struct sim *s, const struct sim_plan *plan)
{
    struct sim_plan *p = &s->plan;
    *p = *plan;
    s->scale = 1 / (1 + p->families * (FAMILY_MEAN - 1));
    int r = p->hours ? check_hours(s) : 0;
    if (r < 0)
        return r;
    const double below = p->patience > 0 || p->balk ? 10 : 1;
    if (!p->hours && !(p->load > 0 && p->load < below))
        return err_set(s->err, ERR_INPUT, "a load of %g: above 0 and below %g, or the line grows for ever", p->load, below);
    if (p->counters < 1 || p->counters > LINE_COUNTERS_MAX)
        return err_set(s->err, ERR_INPUT, "%u counters: from 1 to %d", p->counters, LINE_COUNTERS_MAX);
    if ((unsigned)p->line >= SIM_LINES || (unsigned)p->service >= SIM_SERVICES)
        return err_set(s->err, ERR_INPUT, "no such line or service");
    if (!(p->families >= 0 && p->families <= 1) || !(p->spread >= 0 && p->spread <= 10) || !(p->patience >= 0))
        return err_set(s->err, ERR_INPUT, "families are a share, a spread is from 0 to 10, patience is not below 0");
    p->spread = p->spread > 0 ? p->spread : services[p->service].spread;
    p->warm_up = p->hours ? 0 : p->warm_up ? p->warm_up : p->travellers / 10 > 1000 ? p->travellers / 10 : 1000;
    if (p->travellers < 1 || p->travellers + p->warm_up > TRAVELLERS_MAX)
        return err_set(s->err, ERR_INPUT, "%llu travellers: from 1 to two thousand million", (unsigned long long)p->travellers);
    return (r = p->lanes ? check_lanes(s) : 0) < 0 ? r : check_league(s);
}
