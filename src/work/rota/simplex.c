#include "work/rota/simplex.h"

#include <float.h>
#include <string.h>

_Static_assert(FLT_EVAL_METHOD == 0, "doubles are reckoned as doubles");

#define ENOUGH 1e-6 /* a reduced cost below minus this is worth a step */
#define TINY 1e-9   /* an entry that is none */

enum { ANEW = 1500 };

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

struct simplex *simplex_new(struct arena *a, int m)
{
    struct simplex *s = arena_new_of(a, struct simplex);
    s->arena = a;
    s->m = m;
    s->right = arena_array(a, double, (size_t)m);
    s->moved = arena_array(a, double, (size_t)m);
    s->inverse = arena_array(a, double, (size_t)m * (size_t)m);
    s->square = arena_array(a, double, (size_t)m * (size_t)m);
    s->at = arena_array(a, double, (size_t)m);
    s->dual = arena_array(a, double, (size_t)m);
    s->alpha = arena_array(a, double, (size_t)m);
    s->basis = arena_array(a, int, (size_t)m);
    arena_one_more(a, s->begin, 0, s->room_begin);
    return s;
}

#define COPY(a, from, type, n) memcpy(arena_array((a), type, (n)), (from), (size_t)(n) * sizeof(type))

struct simplex *simplex_copy(struct arena *a, const struct simplex *from)
{
    const size_t m = (size_t)from->m;
    struct simplex *s = COPY(a, from, struct simplex, 1);
    s->arena = a;
    s->right = COPY(a, from->right, double, m);
    s->moved = COPY(a, from->moved, double, m);
    s->inverse = COPY(a, from->inverse, double, m * m);
    s->square = arena_array(a, double, m * m);
    s->at = COPY(a, from->at, double, m);
    s->dual = COPY(a, from->dual, double, m);
    s->alpha = arena_array(a, double, m);
    s->basis = COPY(a, from->basis, int, m);
    s->cost = COPY(a, from->cost, double, from->room_cost);
    s->sign = COPY(a, from->sign, int8_t, from->room_sign);
    s->shut = COPY(a, from->shut, bool, from->room_shut);
    s->place = COPY(a, from->place, int, from->room_place);
    s->begin = COPY(a, from->begin, int, from->room_begin);
    s->index = COPY(a, from->index, int, from->room_index);
    return s;
}

int simplex_column(struct simplex *s, double cost, int sign, const int *index, int n)
{
    const size_t c = (size_t)s->n;
    arena_one_more(s->arena, s->cost, c, s->room_cost);
    arena_one_more(s->arena, s->sign, c, s->room_sign);
    arena_one_more(s->arena, s->place, c, s->room_place);
    arena_one_more(s->arena, s->begin, c + 1, s->room_begin);
    arena_one_more(s->arena, s->shut, c, s->room_shut);
    s->shut[c] = false;
    s->cost[c] = cost;
    s->sign[c] = (int8_t)sign;
    s->place[c] = -1;
    int at = s->begin[c];
    for (int i = 0; i < n; i++) {
        arena_one_more(s->arena, s->index, (size_t)at, s->room_index);
        s->index[at++] = index[i];
    }
    s->begin[c + 1] = at;
    return s->n++;
}

WIDE static void subtract(double *restrict to, const double *restrict from, double times, int n)
{
    for (int i = 0; i < n; i++)
        to[i] -= times * from[i];
}

/* inverse by Gauss and Jordan, of the basis in square; rows are swapped to the largest entry. */
static bool invert(struct simplex *s)
{
    const int m = s->m;
    memset(s->square, 0, (size_t)m * (size_t)m * sizeof *s->square);
    memset(s->inverse, 0, (size_t)m * (size_t)m * sizeof *s->inverse);
    for (int i = 0; i < m; i++) {
        const int c = s->basis[i];
        for (int k = s->begin[c]; k < s->begin[c + 1]; k++)
            s->square[(size_t)s->index[k] * (size_t)m + (size_t)i] = s->sign[c];
        s->inverse[(size_t)i * (size_t)m + (size_t)i] = 1;
    }
    for (int i = 0; i < m; i++) {
        int best = i;
        double most = 0;
        for (int r = i; r < m; r++) {
            const double x = s->square[(size_t)r * (size_t)m + (size_t)i], size = x < 0 ? -x : x;
            if (size > most)
                most = size, best = r;
        }
        if (most < TINY)
            return false;
        double *square = s->square + (size_t)i * (size_t)m, *inverse = s->inverse + (size_t)i * (size_t)m;
        if (best != i) {
            double *other = s->square + (size_t)best * (size_t)m, *other_inverse = s->inverse + (size_t)best * (size_t)m;
            for (int k = 0; k < m; k++) {
                const double x = square[k], y = inverse[k];
                square[k] = other[k], other[k] = x;
                inverse[k] = other_inverse[k], other_inverse[k] = y;
            }
        }
        const double pivot = square[i];
        for (int k = 0; k < m; k++) {
            square[k] /= pivot;
            inverse[k] /= pivot;
        }
        for (int r = 0; r < m; r++) {
            const double times = r == i ? 0 : s->square[(size_t)r * (size_t)m + (size_t)i];
            if (times == 0)
                continue;
            s->work += m / 2;
            subtract(s->square + (size_t)r * (size_t)m + i, square + i, times, m - i);
            subtract(s->inverse + (size_t)r * (size_t)m, inverse, times, m);
        }
    }
    s->pivots = 0;
    for (int i = 0; i < m; i++) {
        double x = 0;
        for (int k = 0; k < m; k++)
            x += s->inverse[(size_t)i * (size_t)m + (size_t)k] * s->moved[k];
        s->at[i] = x < 0 ? 0 : x;
    }
    return true;
}

static void reckon_duals(struct simplex *s)
{
    const int m = s->m;
    s->value = 0;
    memset(s->dual, 0, (size_t)m * sizeof *s->dual);
    for (int i = 0; i < m; i++) {
        const double cost = s->cost[s->basis[i]];
        s->value += cost * s->at[i];
        if (cost != 0)
            subtract(s->dual, s->inverse + (size_t)i * (size_t)m, -cost, m);
    }
}

bool simplex_begin(struct simplex *s)
{
    for (int c = 0; c < s->n; c++)
        s->place[c] = -1;
    for (int i = 0; i < s->m; i++)
        s->place[s->basis[i]] = i;
    return invert(s);
}

double simplex_reduced(const struct simplex *s, int column)
{
    double x = 0;
    for (int k = s->begin[column]; k < s->begin[column + 1]; k++)
        x += s->dual[s->index[k]];
    return s->cost[column] - (s->sign[column] > 0 ? x : -x);
}

/* The best column to enter, among some that were good when all were looked at. */
static int among(struct simplex *s, double *reduced)
{
    int best = -1;
    double least = -ENOUGH;
    for (int i = 0; i < s->n_good; i++) {
        const int c = s->good[i];
        const double x = s->place[c] < 0 ? simplex_reduced(s, c) : 0;
        if (x < least)
            least = x, best = c;
    }
    s->work += 16 * s->n_good;
    *reduced = least;
    return best;
}

/* Looks at all columns; those that are at least half as good as the best go to the list. */
static int entering(struct simplex *s, double *reduced)
{
    int best = -1;
    double least = -ENOUGH;
    s->n_good = 0;
    for (int c = 0; c < s->n; c++) {
        if (s->place[c] >= 0 || s->shut[c])
            continue;
        const double x = simplex_reduced(s, c);
        if (x < least)
            least = x, best = c;
        if (x < least / 2 && s->n_good < SIMPLEX_GOOD)
            s->good[s->n_good++] = c;
    }
    s->work += s->begin[s->n];
    s->half = least / 3;
    *reduced = least;
    return best;
}

/* The row whose column leaves, where alpha is what the entering one is made of; -1: none does. */
static int leaving(struct simplex *s, int column)
{
    const int m = s->m;
    int best = -1;
    double least = 0;
    for (int i = 0; i < m; i++) {
        const double *row = s->inverse + (size_t)i * (size_t)m;
        double x = 0;
        for (int k = s->begin[column]; k < s->begin[column + 1]; k++)
            x += row[s->index[k]];
        x = s->sign[column] > 0 ? x : -x;
        s->alpha[i] = x > -TINY && x < TINY ? 0 : x;
        if (x < 1e-7)
            continue;
        const double ratio = s->at[i] / x;
        if (best < 0 || ratio < least - 1e-12 || (ratio < least + 1e-12 && x > s->alpha[best]))
            least = ratio < least || best < 0 ? ratio : least, best = i;
    }
    s->work += (int64_t)m * (s->begin[column + 1] - s->begin[column]);
    return best;
}

static void exchange(struct simplex *s, int row, int column, double reduced)
{
    const int m = s->m;
    double *pivot = s->inverse + (size_t)row * (size_t)m;
    const double size = s->alpha[row], step = s->at[row] / size;
    for (int k = 0; k < m; k++)
        pivot[k] /= size;
    for (int i = 0; i < m; i++) {
        if (i == row || s->alpha[i] == 0)
            continue;
        subtract(s->inverse + (size_t)i * (size_t)m, pivot, s->alpha[i], m);
        s->at[i] -= s->alpha[i] * step;
        s->at[i] = s->at[i] < 0 ? 0 : s->at[i];
        s->work += m / 4;
    }
    s->at[row] = step;
    subtract(s->dual, pivot, -reduced, m);
    s->value += reduced * step;
    s->place[s->basis[row]] = -1;
    s->basis[row] = column;
    s->place[column] = row;
    s->pivots++;
}

bool simplex_run(struct simplex *s)
{
    if (s->pivots > ANEW && !invert(s))
        return true;
    reckon_duals(s);
    s->n_good = 0;
    while (s->work < s->limit) {
        double reduced;
        int column = among(s, &reduced);
        if (column < 0 || reduced > s->half)
            column = entering(s, &reduced);
        if (column < 0)
            return true;
        const int row = leaving(s, column);
        if (row < 0)
            return true;
        exchange(s, row, column, reduced);
    }
    return false;
}
