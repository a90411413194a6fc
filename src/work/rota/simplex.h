/* simplex: a linear program whose columns come one by one, in doubles that give the same everywhere.
 *
 *     struct simplex *s = simplex_new(a, m);
 *     s->right[i] = ...;                                // the right sides
 *     int c = simplex_column(s, cost, sign, index, n);  // all entries of a column are sign: 1 or -1
 *     s->basis[i] = c;                                  // m columns that make a basis with nothing below zero
 *     if (simplex_begin(s) && simplex_run(s)) ... // s->value, s->dual[row], s->at[row] of s->basis[row]
 *
 * How: the primal simplex method with the whole inverse of the basis. Only + - * / and comparisons, in the order written, each rounded as IEEE 754 says:
 *      compiled without fused steps (meson.build), the same numbers come out on every machine. Right sides are moved a little, each by its own amount,
 *      so that the method does not go in circles.
 * What is reckoned from the duals is to be reckoned in integers: then it holds whatever was lost here by rounding.
 */
#ifndef COMITY_ROTA_SIMPLEX_H
#define COMITY_ROTA_SIMPLEX_H

#include "ground/base/base.h"

enum { SIMPLEX_GOOD = 64 };

struct simplex {
    struct arena *arena;
    int m, n;             /* rows, columns */
    double *right, *moved; /* right sides as given, and a little beside */
    double *inverse;      /* [m * m], by rows */
    double *at, *dual;    /* [m] */
    double *alpha, *square; /* scratch */
    int *basis;           /* [row]: its column */
    int *place;           /* [column]: its row, or -1 */
    double *cost;         /* [column] */
    int8_t *sign;         /* [column] */
    bool *shut;           /* [column]: not to enter */
    int *begin, *index;   /* entries of column c: from begin[c] to begin[c + 1] */
    size_t room_cost, room_sign, room_place, room_shut, room_begin, room_index;
    double value;
    int64_t work, limit;  /* multiplications, about; after how many to end */
    int good[SIMPLEX_GOOD], n_good; /* columns worth a look */
    double half;
    int pivots;           /* since the inverse was made anew */
};

struct simplex *simplex_new(struct arena *a, int m);
struct simplex *simplex_copy(struct arena *a, const struct simplex *from);
int simplex_column(struct simplex *s, double cost, int sign, const int *index, int n);
/* Makes the inverse of s->basis. False if it is no basis. */
bool simplex_begin(struct simplex *s);
/* Steps to the best; true when nothing is better any more, false when the limit came first. Costs may have changed since the last time. */
bool simplex_run(struct simplex *s);
/* What each of a column would cost; below zero: it is worth having. */
double simplex_reduced(const struct simplex *s, int column);

#endif
