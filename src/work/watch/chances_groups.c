/* chances: what is drawn without replacement: marked ones, and ranks of two groups. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "work/watch/chances.h"

#define GRADES_MAX 64
#define GRADES_WORK 100000000.0 /* steps: a tenth of a second */

static double log_choose(int64_t n, int64_t k)
{
    return lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);
}

double chances_fisher(int64_t all, int64_t marked, int64_t drawn, int64_t k)
{
    const int64_t least = drawn + marked > all ? drawn + marked - all : 0, most = marked < drawn ? marked : drawn;
    if (k <= least)
        return 1;
    if (k > most)
        return 0;
    /* The ratios of neighbours are exact; the first term's logarithm is not, for large numbers: so the whole is divided by its own sum. The terms have
     * one peak, and k's own is 1 here; what is beyond the range of a double beside it does not count. */
    const int64_t mode = (int64_t)(((double)drawn + 1) * ((double)marked + 1) / ((double)all + 2));
    double term = 1, upper = 0, lower = 0;
    for (int64_t j = k; j <= most && term > 0; j++) {
        upper += term;
        term *= (double)(marked - j) * (double)(drawn - j) / ((double)(j + 1) * (double)(all - marked - drawn + j + 1));
    }
    if (isinf(upper)) /* more than 1e308 times as likely as k alone */
        return 1;
    term = 1;
    for (int64_t j = k; j > least; j--) {
        term *= (double)j * (double)(all - marked - drawn + j) / ((double)(marked - j + 1) * (double)(drawn - j + 1));
        lower += term;
        if (isinf(lower)) /* the peak is more than 1e308 times as likely: by logarithms */
            return exp(log_choose(marked, k) + log_choose(all - marked, drawn - k) - log_choose(all, drawn)) * upper;
        if (j < mode && term < lower * 1e-18)
            break;
    }
    return upper / (upper + lower);
}

struct valued { int64_t value; bool mine; };

static int by_value(const void *x, const void *y)
{
    const struct valued *a = x, *b = y;
    return (a->value > b->value) - (a->value < b->value);
}

/* Cuts the sorted values into at most `most` grades, equal values together. sizes, mine: of each grade. */
static size_t grade(const struct valued *v, size_t n, size_t most, int64_t *sizes, int64_t *mine)
{
    size_t grades = 0, last = SIZE_MAX;
    for (size_t i = 0; i < n;) {
        size_t end = i;
        while (end < n && v[end].value == v[i].value)
            end++;
        size_t cut = (i + (end - i - 1) / 2) * most / n; /* by the middle of those that are equal */
        if (cut != last) {
            sizes[grades] = mine[grades] = 0;
            grades++;
            last = cut;
        }
        for (; i < end; i++) {
            sizes[grades - 1]++;
            mine[grades - 1] += v[i].mine;
        }
    }
    return grades;
}

static double superior_of(const struct valued *v, size_t n, int64_t m)
{
    double wins = 0;
    int64_t others_below = 0;
    for (size_t i = 0; i < n;) {
        int64_t own = 0, others = 0;
        const int64_t value = v[i].value;
        for (; i < n && v[i].value == value; i++)
            v[i].mine ? own++ : others++;
        wins += (double)own * ((double)others_below + .5 * (double)others);
        others_below += others;
    }
    return wins / ((double)m * (double)((int64_t)n - m));
}

/* P(the m are those of the highest grades), or of the lowest, whichever is less likely; twice that. */
static double least_of(const int64_t *sizes, size_t grades, int64_t n, int64_t m)
{
    double least = 1;
    for (int side = 0; side < 2; side++) {
        int64_t left = m;
        size_t g = side ? 0 : grades - 1;
        while (left > sizes[g])
            left -= sizes[side ? g++ : g--];
        least = fmin(least, 2 * exp(log_choose(sizes[g], left) - log_choose(n, m)));
    }
    return least;
}

/* The distribution of the sum of grades over all ways to choose m of the n. Each is in the sample with probability m/n, by itself, and those ways count
 * in which m are: that is the same distribution, and its numbers stay within a double's range. */
static void sums(struct ranks *out, const int64_t *sizes, size_t grades, size_t n, int64_t m, int64_t observed)
{
    const size_t most = (size_t)m * (grades - 1) + 1, rows = (size_t)m + 1;
    double *at = mem_calloc(rows * most, sizeof *at), *next = mem_calloc(rows * most, sizeof *next);
    const double q = (double)m / (double)n;
    int64_t before = 0;
    at[0] = 1;
    for (size_t g = 0; g < grades; g++) {
        memset(next, 0, rows * most * sizeof *next);
        const int64_t up_to = sizes[g] < m ? sizes[g] : m;
        for (int64_t take = 0; take <= up_to; take++) {
            const double weight = exp(log_choose(sizes[g], take) + (double)take * log(q) + (double)(sizes[g] - take) * log1p(-q));
            for (int64_t had = 0; had + take <= m && had <= before; had++) {
                const double *from = at + (size_t)had * most;
                double *to = next + (size_t)(had + take) * most + (size_t)take * g;
                const size_t width = g ? (g - 1) * (size_t)had + 1 : 1; /* sums that `had` can have so far */
                for (size_t s = 0; s < width; s++)
                    to[s] += from[s] * weight;
            }
        }
        before += sizes[g];
        double *swap = at;
        at = next;
        next = swap;
    }
    double more = 0, less = 0, whole = 0;
    for (size_t s = 0; s < most; s++) {
        const double w = at[(size_t)m * most + s];
        whole += w;
        more += (int64_t)s >= observed ? w : 0;
        less += (int64_t)s <= observed ? w : 0;
    }
    out->more = more / whole;
    out->less = less / whole;
    free(at);
    free(next);
}

struct ranks chances_ranks(struct arena *a, const int64_t *values, const bool *mine, size_t n)
{
    struct ranks out = {1, 1, 1, .5, 1};
    struct valued *v = arena_array(a, struct valued, n);
    int64_t sizes[GRADES_MAX], own[GRADES_MAX], m = 0, observed = 0;
    for (size_t i = 0; i < n; i++) {
        v[i] = (struct valued){values[i], mine[i]};
        m += mine[i];
    }
    if (m == 0 || m == (int64_t)n)
        return out;
    qsort(v, n, sizeof *v, by_value);
    out.superior = superior_of(v, n, m);
    const bool turned = 2 * m > (int64_t)n; /* the smaller group is the one that is chosen */
    const double few = (double)(turned ? (int64_t)n - m : m);
    size_t most = n < GRADES_MAX ? n : GRADES_MAX;
    while (most > 2 && (double)most * few * few * fmin((double)n, (double)most * few) > GRADES_WORK)
        most /= 2;
    out.grades = grade(v, n, most, sizes, own);
    if (out.grades < 2)
        return out;
    for (size_t g = 0; g < out.grades; g++)
        observed += (int64_t)g * (turned ? sizes[g] - own[g] : own[g]);
    out.least = least_of(sizes, out.grades, (int64_t)n, m);
    if (out.grades == 2) {
        out.more = chances_fisher((int64_t)n, sizes[1], m, own[1]);
        out.less = chances_fisher((int64_t)n, sizes[0], m, own[0]);
        return out;
    }
    sums(&out, sizes, out.grades, n, (int64_t)few, observed);
    if (turned) {
        double more = out.more;
        out.more = out.less;
        out.less = more;
    }
    return out;
}

/* The point of the standard normal distribution above which `tail` lies. */
static double normal_above(double tail)
{
    double low = -40, high = 40;
    while (high - low > 1e-9) {
        double middle = (low + high) / 2;
        if (.5 * erfc(middle / M_SQRT2) > tail)
            low = middle;
        else
            high = middle;
    }
    return low;
}

double chances_least_superior(int64_t m, int64_t n, double level, double power)
{
    const double share = (double)m / (double)n;
    return .5 + (normal_above(level / 2) + normal_above(1 - power)) / sqrt(12 * share * (1 - share) * (double)n);
}
