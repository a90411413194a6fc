/* branch: better rosters from shares (master.h), and the proof that there are none.
 *
 *     struct branch *b = branch_new(a, rota, plan, law, &random);  // NULL: this rota is none for linear programs
 *     branch_root(b, roster);                                      // of a roster that is known
 *     while (!b->proved && !master_over(b->kin))
 *         if (branch_step(b)) ...                                  // b->best costs b->plan_cost, less than before
 *
 * How: a dive fixes the rows that the program takes whole, then the one it nearly takes, and solves again, until everything is fixed; where no better
 *      roster is left it turns back and forbids a part of its last choice. A step among few officers frees these and tries all their rows, by halving
 *      what is open (branch and price: C. Barnhart et al., Operations Research 46, 1998). Which officers, and what of nearly equal, a lot decides.
 */
#ifndef COMITY_ROTA_BRANCH_H
#define COMITY_ROTA_BRANCH_H

#include "work/rota/master.h"
#include "work/rota/random.h"

struct branch {
    struct master_kin *kin;
    struct rota_random *random;
    struct master *root;
    uint8_t *best;
    int64_t plan_cost; /* of best, as plan.h counts */
    int64_t cost;      /* the same, laws as wishes */
    int64_t bound;     /* no roster costs less */
    bool proved;       /* none costs less than best */
    int few;           /* officers to free */
    int steps;
    float *share;
};

struct branch *branch_new(struct arena *a, const struct rota *rota, const struct plan *plan, int64_t law, struct rota_random *random);
bool branch_root(struct branch *b, const uint8_t *roster); /* false: the limit came first */
bool branch_step(struct branch *b);
void branch_free(struct branch *b); /* what does not lie in the arena */

#endif
