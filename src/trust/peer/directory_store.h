/* directory_store: the table of announced keys. Private to trust/peer. */
#ifndef COMITY_PEER_DIRECTORY_STORE_H
#define COMITY_PEER_DIRECTORY_STORE_H

#include "ground/db/db.h"

/* Replaces what was announced before; an empty card takes it away. */
MUST_USE int directory_store_announce(struct db *db, const uint8_t partner[static ID_LEN], str card, int64_t now_ms, struct err *err);
/* 1, or 0. */
MUST_USE int directory_store_announced(struct db *db, const uint8_t partner[static ID_LEN], struct arena *a, str *card, struct err *err);

#endif
