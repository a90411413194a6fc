/* rows: all rows one officer may have that break no law of hers, folded into a graph, and the best of them under prices.
 *
 *     struct rows *r = rows_new(a, p, officer);             // NULL: no such row, or more different states than are kept
 *     int64_t *rest = arena_array(a, int64_t, r->n_nodes);  // scratch, of the caller
 *     int64_t cost = rows_price(r, price, rest);            // price[day * n_duties + duty]: of each duty on each day, in ROWS_ONE parts
 *     rows_best(r, price, rest, NULL, row);                 // row[day]: a row that costs that
 *
 * How: each rule is an automaton (automaton.h). A graph with a layer for each day is crossed with one automaton after the other; what leads to a
 *      broken law is cut, and nodes from which all is the same to the end become one. What is left has as few nodes as there are differences that
 *      still matter: prices are no part of it, so it is made once for an officer and read for every price.
 * Price of a row: what the wishes among her own rules cost, and the prices of its cells; the caller puts requests and cover into them.
 * Not here: what concerns several officers (cover, meetings), rows that break a law. Integers only.
 */
#ifndef COMITY_ROTA_ROWS_H
#define COMITY_ROTA_ROWS_H

#include "work/rota/plan.h"

#define ROWS_ONE 1024 /* parts of one unit of cost */
#define ROWS_NEVER (INT64_MAX / 4)

enum { ROWS_LETTERS_MAX = 256, ROWS_NONE = 255 };

/* Duties that are the same to all her rules on a day, with what her rules say when one of them is taken. */
struct rows_letter {
    uint8_t class;
    int64_t cost; /* in ROWS_ONE parts */
};

struct rows {
    int n_days, n_duties, n_nodes;
    uint8_t *class_of;                       /* [day * n_duties + duty]; ROWS_NONE: not possible */
    int n_classes[ROTA_DAYS_MAX];
    struct rows_letter *letters[ROTA_DAYS_MAX];
    int n_letters[ROTA_DAYS_MAX];
    int layer[ROTA_DAYS_MAX + 1];            /* the first node of each day; nodes of later days come first, the end is node 0 */
    uint32_t *arcs;                          /* letter | node << 8; of node n from begin[n] to begin[n + 1] */
    uint32_t *begin;
};

struct rows *rows_new(struct arena *a, const struct plan *p, int officer);

/* The price of the best row; rest[node] becomes the price of the best way from there to the end. */
int64_t rows_price(const struct rows *r, const int64_t *price, int64_t *rest);
/* A row of that price, after rows_price with the same arguments. random chooses among equals; NULL: the first. */
struct rota_random;
void rows_best(const struct rows *r, const int64_t *price, const int64_t *rest, struct rota_random *random, uint8_t *row);
/* All rows of price at most `most`, one behind the other, up to max of them; returns how many there are, max + 1 if more. After rows_price. */
int rows_within(const struct rows *r, const int64_t *price, const int64_t *rest, int64_t most, int max, uint8_t *row);

#endif
