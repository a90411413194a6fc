/* past_internal: rows of past.c. */
#ifndef COMITY_ACT_PAST_INTERNAL_H
#define COMITY_ACT_PAST_INTERNAL_H

#include "trust/act/past.h"

struct past_row { struct past_act act; struct vault_id detail; };
/* The index that is walked: what narrows most. */
struct past_walk {
    const uint8_t *object, *actor; /* at most one of the three is given */
    str verb;
    int64_t from, before;          /* leaves: from <= leaf < before */
};
/* The newest rows of a walk, at most max, from arena. */
MUST_USE int past_store_walk(struct db *db, const struct past_walk *walk, size_t max, struct arena *a, struct past_row **rows, size_t *n, struct err *err);
/* The first leaf at or after a time; one behind the last when there is none. */
MUST_USE int past_store_leaf_at(struct db *db, int64_t ms, int64_t *leaf, struct err *err);

#endif
