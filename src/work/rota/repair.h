/* repair: an officer is ill. Who stands in, so that the rules hold again and as few others as possible have their days changed; and at which counter.
 *
 *     struct rota_repair repair;
 *     if (rota_repair(a, rota, roster, ill, first, last, seed, &repair, err) == 0 && repair.left.hard == 0)
 *         for (size_t i = 0; i < repair.n; i++) tell(repair.changes[i]);
 *
 * For each shift that is left without her, in the order of days: the fewest changes with which what must hold holds again. Among the officers with
 * whom so few will do, a lot decides, whose seed is an argument: who calls in sick cannot choose who comes. Of the ways to have that officer the one
 * that costs least is taken.
 * Where no few changes help, the whole rota is searched again with a price on every change.
 */
#ifndef COMITY_ROTA_REPAIR_H
#define COMITY_ROTA_REPAIR_H

#include "work/rota/rota.h"

struct rota_change {
    int officer, day;
    uint8_t from, to;
};

struct rota_repair {
    const struct rota_change *changes; /* of others than her who is ill; from arena; by day and officer */
    size_t n;
    struct rota_score left; /* what is broken still; her own contract is not held against her */
    int eligible;           /* among how many the first lot decided */
};

/* Changes roster, which must be one of the rota, so that officer is off from first to last. */
MUST_USE int rota_repair(struct arena *a, const struct rota *rota, uint8_t *roster, int officer, int first, int last,
                         const uint8_t seed[static ROTA_SEED_LEN], struct rota_repair *out, struct err *err);

/* Which counter each of n officers gets, in the order of the rota: counter[i] is 1 .. n_counters, or 0 for a relief where officers are more than
 * counters. Drawn anew at the start of a shift and midway, each time with a seed of its own; the same seed gives the same counters. */
void rota_counters(const uint8_t seed[static ROTA_SEED_LEN], int n, int n_counters, int counter[]);

/* The same within bounds (0: none): how often an officer has the same counter, how often running, how often two are side by side. */
struct rota_counter_bounds { int had, row, beside; };
struct rota_counter_past {
    const int *had;    /* [officer * n_counters + counter - 1]: so often before */
    const int *last;   /* [officer]: which counter the last time, 0: none; */
    const int *row;    /* and how often running */
    const int *beside; /* [officer * n + other]: so often side by side before */
};
/* Lots are drawn one after the other from the seed until one breaks no bound; of ROTA_COUNTER_LOTS that all break some, the one that breaks least.
 * The first is what rota_counters gives. Returns by how much bounds are broken. */
#define ROTA_COUNTER_LOTS 200
int rota_counters_within(const uint8_t seed[static ROTA_SEED_LEN], int n, int n_counters, const struct rota_counter_bounds *bounds,
                         const struct rota_counter_past *past, int counter[]);

#endif
