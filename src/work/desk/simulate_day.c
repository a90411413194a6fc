#include "work/desk/simulate_day.h"

#include <math.h>

enum { TRIES = 14 };

double sim_measured_wait(const struct sim_hour *hours, size_t n)
{
    double people = 0, minutes = 0;
    for (size_t i = 0; i < n; i++)
        if (hours[i].wait_minutes > 0) {
            people += hours[i].arrivals;
            minutes += hours[i].arrivals * hours[i].wait_minutes;
        }
    return people > 0 ? minutes / people : 0;
}

void sim_use(struct sim_plan *plan, const struct sim_fit *fit)
{
    plan->service_minutes = fit->service_minutes;
    plan->pace = fit->pace;
}

/* Sums of the table by the clock: people, and minutes that those whose wait was measured waited. */
static void measure(const struct sim_plan *plan, double people[SIM_CLOCK], double waits[SIM_CLOCK])
{
    double measured[SIM_CLOCK] = {0};
    for (size_t i = 0; i < SIM_CLOCK; i++)
        people[i] = waits[i] = 0;
    for (size_t i = 0; i < plan->n_hours; i++) {
        const struct sim_hour *h = &plan->hours[i];
        people[i % SIM_CLOCK] += h->arrivals;
        if (h->wait_minutes > 0) {
            measured[i % SIM_CLOCK] += h->arrivals;
            waits[i % SIM_CLOCK] += h->arrivals * h->wait_minutes;
        }
    }
    for (size_t i = 0; i < SIM_CLOCK; i++)
        waits[i] = measured[i] > 0 ? waits[i] / measured[i] : 0;
}

/* Each hour's pace towards the wait that was measured in it. Carefully: the hour before has its part in it. */
static int correct_pace(const struct sim_plan *plan, struct sim_fit *fit, struct err *err)
{
    double people[SIM_CLOCK], waits[SIM_CLOCK];
    struct sim_result got;
    struct sim_plan one = *plan;
    sim_use(&one, fit);
    measure(plan, people, waits);
    int r = sim_run(&one, &got, err);
    for (size_t i = 0; r == 0 && i < SIM_CLOCK; i++)
        if (waits[i] > 0 && got.clock[i].n) {
            const double wanted = fmax(waits[i] - plan->walk, 0) + 1, found = got.clock[i].mean * fit->service_minutes + 1;
            fit->pace[i] = fmin(fmax(fit->pace[i] * pow(wanted / found, 0.25), 0.5), 2);
        }
    return r;
}

int sim_calibrate(const struct sim_plan *plan, unsigned rounds, struct sim_fit *fit, struct err *err)
{
    const double measured = sim_measured_wait(plan->hours, plan->n_hours), wanted = measured - plan->walk;
    struct sim_plan p = *plan;
    double least = 0.05, most = 60;
    p.every = 0;
    for (size_t i = 0; i < SIM_CLOCK; i++)
        fit->pace[i] = 1;
    if (!(measured > 0) || !(wanted > 0))
        return err_set(err, ERR_INPUT, measured > 0 ? "the way takes longer than the measured wait" : "no hour has a measured wait to calibrate by");
    for (int i = 0; i < TRIES && most - least > 0.002 * most; i++) {
        struct sim_result got;
        fit->service_minutes = p.service_minutes = sqrt(least * most);
        int r = sim_run(&p, &got, err);
        if (r < 0)
            return r;
        if (got.waits.mean * p.service_minutes > wanted)
            most = p.service_minutes;
        else
            least = p.service_minutes;
    }
    fit->service_minutes = sqrt(least * most);
    for (unsigned i = 0; i < rounds; i++) {
        int r = correct_pace(&p, fit, err);
        if (r < 0)
            return r;
    }
    return 0;
}

int sim_check(const struct sim_plan *plan, struct sim_check *check, struct err *err)
{
    struct sim_result got;
    struct sim_plan one = *plan;
    double counted = 0;
    *check = (struct sim_check){.measured_wait = sim_measured_wait(plan->hours, plan->n_hours)};
    one.every = 0;
    int r = sim_run(&one, &got, err);
    if (r < 0)
        return r;
    check->found_wait = got.waits.mean * plan->service_minutes + plan->walk;
    double people = 0;
    measure(plan, check->people, check->clock_measured);
    for (size_t i = 0; i < SIM_CLOCK; i++) {
        check->people[i] /= (double)plan->n_hours / SIM_CLOCK;
        check->clock_found[i] = got.clock[i].n ? got.clock[i].mean * plan->service_minutes + plan->walk : 0;
        if (check->clock_measured[i] > 0) {
            people += check->people[i];
            check->clock_off += check->people[i] * fabs(check->clock_found[i] - check->clock_measured[i]);
        }
    }
    check->clock_off /= people > 0 ? people : 1;
    for (size_t i = 0; i < plan->n_hours; i++)
        for (size_t k = 0; k < SIM_CLASSES; k++) {
            check->measured[k] += (double)plan->hours[i].waited[k];
            counted += (double)plan->hours[i].waited[k];
        }
    for (size_t k = 0; k < SIM_CLASSES; k++) {
        check->found[k] = got.classes[k];
        if (counted > 0) {
            check->measured[k] /= counted;
            check->off = fmax(check->off, fabs(check->measured[k] - check->found[k]));
        }
    }
    return 0;
}

int sim_by_hour(const struct sim_plan *plan, struct sim_clock_hour day[static SIM_CLOCK], struct err *err)
{
    double people[SIM_CLOCK], waits[SIM_CLOCK];
    const double days = (double)plan->n_hours / SIM_CLOCK;
    struct sim_result base, got;
    struct sim_plan one = *plan;
    one.every = 0;
    int r = sim_run(&one, &base, err);
    measure(plan, people, waits);
    for (size_t i = 0; r == 0 && i < SIM_CLOCK; i++) {
        const struct sim_waits *w = &base.clock[i];
        double counters = 0;
        unsigned open = 0;
        for (size_t at = i; at < plan->n_hours; at += SIM_CLOCK) {
            counters += plan->hours[at].counters;
            open += plan->hours[at].counters > 0;
        }
        day[i] = (struct sim_clock_hour){.people = people[i] / days, .counters = open ? counters / open : 0, .mean = w->mean * plan->service_minutes,
                                         .p95 = w->p95 * plan->service_minutes, .p99 = w->p99 * plan->service_minutes, .measured = waits[i]};
        if (!(people[i] > 0))
            continue;
        one.more = plan->more + 1;
        one.more_at = UINT32_C(1) << i;
        r = sim_run(&one, &got, err);
        day[i].saved = ((double)base.waits.n * base.waits.mean - (double)got.waits.n * got.waits.mean) * plan->service_minutes / days;
    }
    return r;
}
