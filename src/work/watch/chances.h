/* chances: exact tails of counts whose chances are known, what a count must reach to stand out, and how great a lift is seen.
 *
 * What: the sum of unequal coins (Poisson-binomial), draws without replacement (hypergeometric), ranks of two groups with ties.
 * Why:  a word about a person must not rest on an approximation, least of all far out in a tail, where approximations fail first.
 *
 *     struct chances c = chances_new(a, p, n);             // p[i]: the known probability that draw i brings these two together
 *     double tail = chances_tail(&c, met);                 // P(met or more), relative error below 1e-9
 *     int64_t bound = chances_bound(&c, .05 / tests);      // the least number that stands out
 *     double lift = chances_least_lift(&c, bound, .9);     // every p[i] this many times as great is found 9 times of 10
 *
 * Tails are sums of positive terms or of a tilted distribution in which the count is the middle, so that 1e-200 is as exact as .2. Pure: no I/O,
 * no clock, no randomness. Not here: which tests belong together (watch.h).
 */
#ifndef COMITY_WATCH_CHANCES_H
#define COMITY_WATCH_CHANCES_H

#include "ground/base/base.h"

/* Equal probabilities stand once. From arena. */
struct chances {
    struct arena *arena;
    const double *p;       /* ascending, within (0, 1) */
    const int64_t *times;  /* how often each */
    size_t n_distinct;
    int64_t n;             /* of those: the sum of times */
    int64_t certain;       /* probability 1: no lot decided */
    double expected, variance;
};

/* p: borrowed. What is below 0 or not a number counts as 0, above 1 as 1; zeros are left out. */
struct chances chances_new(struct arena *a, const double *p, size_t n);

/* P(k or more). */
double chances_tail(const struct chances *c, int64_t k);
/* The same by two ways, which tests hold against each other: term by term (any n, work n * k), and by a tilted Fourier transform. */
double chances_tail_terms(const struct chances *c, int64_t k);
double chances_tail_fourier(const struct chances *c, int64_t k);
/* The natural logarithm of the least tail that there is: all n came. 0 when nothing can come. */
double chances_log_least(const struct chances *c);
/* The least k with tail <= level; certain + n + 1 when not even all of them are that unlikely. */
int64_t chances_bound(const struct chances *c, double level);
/* The least factor on every p (none above 1) with P(bound or more) >= power; INFINITY when no factor does it. Found to 1 in 10,000. */
double chances_least_lift(const struct chances *c, int64_t bound, double power);

/* Of `all`, `marked` are marked; `drawn` are drawn without replacement: P(k or more of them are marked), exact (Fisher's test, one-sided). */
double chances_fisher(int64_t all, int64_t marked, int64_t drawn, int64_t k);

/* Two groups: values of m out of all n, compared by an exact permutation test. */
struct ranks {
    double more, less; /* P(their grades sum to as much or more), P(as much or less), over all ways to choose m of the n */
    double least;      /* the least that twice the smaller of both can be, whoever had been the m */
    double superior;   /* how often one of the m is greater than one of the others; equal: half. .5: no difference */
    size_t grades;     /* the values were put into that many; with n <= 64 and no ties: Wilcoxon's rank sum test */
};
/* Each value becomes its grade: values in order are cut into at most 64 grades of about equal size, equal values never apart; fewer when both groups
 * are large, so that the work is bounded, and with two it is Fisher's test of who is above the middle. Whatever the grades, the chances are exact.
 * mine: which are of the m. */
struct ranks chances_ranks(struct arena *a, const int64_t *values, const bool *mine, size_t n);
/* The least `superior` that a group of m in n shows with that power at that level, two-sided: Noether's formula, an approximation. Above 1: none. */
double chances_least_superior(int64_t m, int64_t n, double level, double power);

#endif
