/* hall_store: rows of hall.h. */
#ifndef COMITY_DESK_HALL_STORE_H
#define COMITY_DESK_HALL_STORE_H

#include "ground/db/db.h"

MUST_USE int hall_store_put(struct db *db, const uint8_t id[static ID_LEN], bytes setup, int64_t made_ms, struct err *err);
/* id NULL: all, oldest first. Rows from arena. */
struct hall_row { uint8_t id[ID_LEN]; bytes setup; int64_t made_ms; };
MUST_USE int hall_store_list(struct db *db, const uint8_t *id, struct arena *a, struct hall_row **out, size_t *n, struct err *err);

struct seat { uint8_t hall[ID_LEN]; uint32_t day; };
MUST_USE int seat_store_put(struct db *db, const struct seat *s, unsigned counter, const uint8_t member[static ID_LEN], int64_t now_ms, struct err *err);
/* Where she sits; 0: nowhere. */
MUST_USE int seat_store_of(struct db *db, const struct seat *s, const uint8_t member[static ID_LEN], unsigned *counter, struct err *err);
/* Whoever sits there on one day sits there on the other from now on. */
MUST_USE int seat_store_over(struct db *db, const struct seat *from, const struct seat *to, int64_t now_ms, struct err *err);
MUST_USE int seat_store_end(struct db *db, const struct seat *s, unsigned counter, int64_t now_ms, struct err *err);

MUST_USE int board_store_put(struct db *db, const uint8_t hall[static ID_LEN], const uint8_t key[static ID_LEN], int64_t now_ms, struct err *err);
/* 1, or 0: it has none. */
MUST_USE int board_store_get(struct db *db, const uint8_t hall[static ID_LEN], uint8_t key[static ID_LEN], struct err *err);

#endif
