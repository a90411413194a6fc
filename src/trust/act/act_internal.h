/* act_internal: what act.c and act_store.c share. */
#ifndef COMITY_ACT_INTERNAL_H
#define COMITY_ACT_INTERNAL_H

#include "trust/act/act.h"

/* object may be NULL. Within the act's transaction. */
MUST_USE int act_store_link(struct db *db, int64_t leaf, const struct vault_id *detail, const uint8_t *object, struct err *err);
/* Removes one link to the object: 1 and its detail's id, or 0 when there is none left. */
MUST_USE int act_store_unlink_one(struct db *db, const uint8_t object[static ID_LEN], struct vault_id *detail, struct err *err);

#endif
