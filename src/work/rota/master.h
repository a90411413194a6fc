/* master: a roster as a choice of one row for each officer, as a linear program: the columns are rows, made as the prices ask for them.
 *
 *     struct master *c = master_new(kin, is_free, roster);   // the rows of the officers that are not free stand as in roster
 *     master_generate(c, most, 200);                          // until nothing is missing, or no roster can cost `most` or less
 *     c->bound                                                 // no roster costs less, in ROWS_ONE parts: reckoned in integers
 *     master_share(c, share)                                  // how much of each officer is at each duty of each day
 *
 * How: column generation (L. R. Ford and D. R. Fulkerson 1958; P. C. Gilmore and R. E. Gomory 1961). The master (simplex.h) chooses among the rows
 *      there are; its prices, rounded to integers, go to rows.h, which gives the best row there is at those prices. Prices lie between those of the
 *      best bound and those of the master, so that they do not jump (P. Wentges 1997).
 * Not here: how whole rosters come from shares (branch.h).
 */
#ifndef COMITY_ROTA_MASTER_H
#define COMITY_ROTA_MASTER_H

#include "work/rota/rows.h"
#include "work/rota/simplex.h"

/* What all linear programs of one rota have in common. */
struct master_kin {
    const struct plan *plan;
    struct plan *scratch;      /* a second one, to reckon with */
    struct rows **rows;        /* [officer] */
    int64_t law;               /* a law costs as much as so many wishes */
    int64_t closed;            /* what a row costs that is not to be taken */
    int64_t *rest;             /* scratch of rows.h */
    int64_t *base, *own;       /* [day * n_duties + duty]: prices */
    int64_t work, limit;       /* steps of all programs so far, about two nanoseconds each; after how many to end */
    bool (*go_on)(void *arg, int64_t work); /* NULL, or told of each round; false ends all */
    void *arg;
    bool stopped;
};

struct column {
    int officer; /* -1: what is too few or too many */
    bool closed;
    int64_t cost;
    uint8_t *row;
};

struct master {
    struct arena *arena;
    struct master_kin *kin;
    int n_free, *line;             /* [officer]: her row in the program; -1: not free */
    int *low, *high;               /* [cover]: its rows; -1: none */
    int *others;                   /* [cover]: how many of those who stand count */
    int64_t stands;                /* what the rows of those who stand cost */
    struct simplex *lp;
    struct column *list;           /* as the columns of lp */
    size_t n, room;
    int *hash, hash_size;
    uint64_t *may;                 /* [officer * n_days + day]: duties that are open */
    int64_t *price, *best;         /* [cover]: ROWS_ONE parts; those of the bound */
    int64_t bound;
    double value;                  /* of the master, with what stands */
};

/* NULL: meetings are bounded, an officer has no row that breaks no law, or a program or a graph would be too large. */
struct master_kin *master_kin(struct arena *a, const struct rota *rota, const struct plan *plan, int64_t law);

/* Whether work has come to its limit, or somebody has stopped it. */
bool master_over(struct master_kin *kin);

/* from: another one whose good rows and prices are a start, or NULL. The caller frees. */
struct master *master_new(struct master_kin *kin, const bool *is_free, const uint8_t *roster, const struct master *from);
struct master *master_copy(const struct master *c);
void master_free(struct master *c);
/* After c->may was changed. */
void master_close(struct master *c);
/* True when the bound is met by the program within less than one, or nothing is left to add; false after too many rounds, or when bound > most. */
bool master_generate(struct master *c, int64_t most, int rounds);
/* share[(officer * n_days + day) * n_duties + duty], of 1; only officers that are free. */
void master_share(const struct master *c, float *share);

#endif
