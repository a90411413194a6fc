/* chances: sums of unequal coins, exactly. */
#include <math.h>
#include <stdlib.h>

#include "work/watch/chances.h"

#define TILT_MAX 512 /* odds of e^-512 are none */
#define TERMS_WORK 200000 /* below this many steps the sum term by term is quicker than the transform */

static int ascending(const void *x, const void *y)
{
    const double *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

struct chances chances_new(struct arena *a, const double *p, size_t n)
{
    struct chances c = {.arena = a};
    double *sorted = arena_array(a, double, n);
    int64_t *times = arena_array(a, int64_t, n);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (p[i] >= 1)
            c.certain++;
        else if (p[i] > 0)
            sorted[kept++] = p[i];
    if (kept)
        qsort(sorted, kept, sizeof *sorted, ascending);
    for (size_t i = 0; i < kept; i++) {
        if (c.n_distinct == 0 || sorted[c.n_distinct - 1] < sorted[i])
            sorted[c.n_distinct++] = sorted[i];
        times[c.n_distinct - 1]++;
    }
    c.p = sorted;
    c.times = times;
    c.n = (int64_t)kept;
    c.expected = (double)c.certain;
    for (size_t i = 0; i < c.n_distinct; i++) {
        c.expected += (double)times[i] * sorted[i];
        c.variance += (double)times[i] * sorted[i] * (1 - sorted[i]);
    }
    return c;
}

/* P(j came) for j < k, and behind them P(k or more): each step only adds and multiplies what is not negative, so nothing cancels. */
double chances_tail_terms(const struct chances *c, int64_t k)
{
    k -= c->certain;
    if (k <= 0)
        return 1;
    if (k > c->n)
        return 0;
    double *at = mem_calloc((size_t)k + 1, sizeof *at);
    at[0] = 1;
    int64_t done = 0;
    for (size_t d = 0; d < c->n_distinct; d++)
        for (int64_t t = 0; t < c->times[d]; t++, done++) {
            const double p = c->p[d], q = 1 - p;
            if (done + 1 >= k)
                at[k] += at[k - 1] * p;
            for (int64_t j = done + 1 < k - 1 ? done + 1 : k - 1; j > 0; j--)
                at[j] = at[j] * q + at[j - 1] * p;
            at[0] *= q;
        }
    double tail = at[k];
    free(at);
    return tail < 1 ? tail : 1;
}

static double mean_under(const struct chances *c, double t)
{
    const double e = exp(t);
    double mean = 0;
    for (size_t d = 0; d < c->n_distinct; d++)
        mean += (double)c->times[d] * c->p[d] * e / (1 - c->p[d] + c->p[d] * e);
    return mean;
}

/* The factor e^t on all odds under which k, less than n, is what is expected. */
static double tilt(const struct chances *c, double k)
{
    double low = 0, high = 1;
    while (high < TILT_MAX && mean_under(c, high) < k)
        low = high, high *= 2;
    while (high - low > 1e-9 * (1 + high)) {
        const double middle = (low + high) / 2;
        if (mean_under(c, middle) < k)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

struct tilted { double *p; double log_moment, variance; };

static struct tilted tilted_by(const struct chances *c, double t)
{
    struct tilted o = {.p = mem_calloc(c->n_distinct, sizeof *o.p)};
    const double e = expm1(t);
    for (size_t d = 0; d < c->n_distinct; d++) {
        o.p[d] = c->p[d] * (e + 1) / (1 + c->p[d] * e);
        o.log_moment += (double)c->times[d] * log1p(c->p[d] * e);
        o.variance += (double)c->times[d] * o.p[d] * (1 - o.p[d]);
    }
    return o;
}

/* The sum over j = from..to of e^(-t(j - k)) times P(j came) of the tilted coins, by the characteristic function at `points` angles. What lies more than
 * half of the points away from the middle folds over it; with 24 standard deviations that is less than the last bit. */
static double folded(const struct chances *c, const struct tilted *o, double t, int64_t k, int64_t from, int64_t to, int64_t points)
{
    double sum = 0;
    for (int64_t l = 0; 2 * l <= points; l++) {
        const double w = 2 * M_PI * (double)l / (double)points;
        double size = 0, angle = 0;
        for (size_t d = 0; d < c->n_distinct; d++) {
            const double p = o->p[d];
            size += (double)c->times[d] * .5 * log1p(-2 * p * (1 - p) * (1 - cos(w)));
            angle += (double)c->times[d] * atan2(p * sin(w), 1 - p + p * cos(w));
        }
        if (size < -80) /* nothing left of it; at a half turn it can be minus infinity */
            continue;
        /* times the geometric series of (e^-t e^-iw) from `from` to `to` */
        double re = exp(-t * (double)(from - k)) * cos(w * (double)from), im = -exp(-t * (double)(from - k)) * sin(w * (double)from);
        const double rr = exp(-t) * cos(w), ri = -exp(-t) * sin(w), terms = (double)(to - from + 1);
        const double last = exp(-t * terms), er = 1 - last * cos(w * terms), ei = last * sin(w * terms); /* 1 - r^terms */
        const double dr = 1 - rr, di = -ri, norm = dr * dr + di * di;
        const double gr = norm > 0 ? (er * dr + ei * di) / norm : terms, gi = norm > 0 ? (ei * dr - er * di) / norm : 0;
        const double a = re * gr - im * gi, b = re * gi + im * gr;
        const double part = exp(size) * (cos(angle) * a - sin(angle) * b);
        sum += l == 0 || 2 * l == points ? part : 2 * part;
    }
    return sum / (double)points;
}

double chances_tail_fourier(const struct chances *c, int64_t k)
{
    k -= c->certain;
    if (k <= 0)
        return 1;
    if (k > c->n)
        return 0;
    if (k == c->n)
        return exp(chances_log_least(c));
    const double mean = c->expected - (double)c->certain, t = (double)k > mean ? tilt(c, (double)k) : 0;
    struct tilted o = tilted_by(c, t);
    int64_t points = 64 + 2 * (int64_t)(16 * sqrt(o.variance));
    const int64_t middle = t > 0 ? k : (int64_t)mean;
    int64_t from = middle - points / 2;
    if (points > c->n + 1)
        points = c->n + 1;
    if (from < 0)
        from = 0;
    if (from + points > c->n + 1)
        from = c->n + 1 - points;
    double tail;
    if (t > 0)
        tail = exp(o.log_moment - t * (double)k) * folded(c, &o, t, k, k, from + points - 1, points);
    else
        tail = k <= from ? 1 : 1 - folded(c, &o, 0, k, from, k - 1, points);
    free(o.p);
    return tail < 0 ? 0 : tail < 1 ? tail : 1;
}

double chances_tail(const struct chances *c, int64_t k)
{
    const int64_t above = k - c->certain;
    return above <= 0 || above > c->n || above * c->n <= TERMS_WORK ? chances_tail_terms(c, k) : chances_tail_fourier(c, k);
}

double chances_log_least(const struct chances *c)
{
    double sum = 0;
    for (size_t d = 0; d < c->n_distinct; d++)
        sum += (double)c->times[d] * log(c->p[d]);
    return sum;
}

int64_t chances_bound(const struct chances *c, double level)
{
    int64_t low = (int64_t)c->expected, high = c->certain + c->n + 1; /* the tail at low may be too great, at high it is not */
    if (level >= 1)
        return 0;
    while (low > 0 && chances_tail(c, low) <= level)
        low /= 2;
    while (low + 1 < high) {
        int64_t middle = low + (high - low) / 2;
        if (chances_tail(c, middle) <= level)
            high = middle;
        else
            low = middle;
    }
    return high;
}

static double power_of(const struct chances *c, double lift, int64_t bound)
{
    struct chances lifted = *c;
    double *p = mem_calloc(c->n_distinct + 1, sizeof *p);
    int64_t *times = mem_calloc(c->n_distinct + 1, sizeof *times);
    lifted.n_distinct = 0;
    lifted.n = 0;
    lifted.expected = (double)c->certain;
    for (size_t d = 0; d < c->n_distinct; d++) {
        if (c->p[d] * lift >= 1) {
            lifted.certain += c->times[d];
            lifted.expected += (double)c->times[d];
            continue;
        }
        p[lifted.n_distinct] = c->p[d] * lift;
        times[lifted.n_distinct++] = c->times[d];
        lifted.n += c->times[d];
        lifted.expected += (double)c->times[d] * c->p[d] * lift;
    }
    lifted.p = p;
    lifted.times = times;
    double power = chances_tail(&lifted, bound);
    free(p);
    free(times);
    return power;
}

double chances_least_lift(const struct chances *c, int64_t bound, double power)
{
    if (bound > c->certain + c->n)
        return INFINITY;
    double low = 1, high = 2;
    while (power_of(c, high, bound) < power)
        low = high, high *= 2; /* ends: with all of them certain the bound is reached */
    while (high - low > 1e-4 * low) {
        double middle = (low + high) / 2;
        if (power_of(c, middle, bound) < power)
            low = middle;
        else
            high = middle;
    }
    return high;
}
