/* override_store: rows of override.h. */
#ifndef COMITY_DESK_OVERRIDE_STORE_H
#define COMITY_DESK_OVERRIDE_STORE_H

#include <string.h>

#include "work/desk/override.h"

/* Another agreement on the same ticket takes the place of the one before. */
MUST_USE int override_store_put(struct db *db, const struct override *o, int64_t now_ms, struct err *err);

#endif
