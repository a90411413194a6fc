/* day_store: rows of day_book. */
#ifndef COMITY_DESK_DAY_STORE_H
#define COMITY_DESK_DAY_STORE_H

#include "work/desk/day_book.h"

struct day_row { int64_t number, leaf; bytes frame; };

MUST_USE int day_store_put(struct db *db, const struct day_book *book, int64_t leaf, bytes frame, struct err *err);
/* Up to max rows from a number on, from arena. */
MUST_USE int day_store_rows(struct db *db, const uint8_t hall[static ID_LEN], uint32_t day, int64_t from, size_t max, struct arena *a, struct day_row **out,
                            size_t *n, struct err *err);
char day_row_kind(const struct day_row *row); /* of one with a leaf: K, L, P, R */
/* The number of the last row with a leaf over the day's records, and the leaf; -1: none. */
MUST_USE int day_store_last_mark(struct db *db, const uint8_t hall[static ID_LEN], uint32_t day, int64_t *number, int64_t *leaf, struct err *err);

MUST_USE int day_store_put_keys(struct db *db, const struct day_keys *keys, int64_t leaf, int64_t since_ms, struct err *err);
/* The newest for that day that were there by then. ERR_NOT_FOUND. */
MUST_USE int day_store_keys(struct db *db, const uint8_t hall[static ID_LEN], uint32_t day, int64_t by_ms, int64_t *leaf, int64_t *since_ms, struct err *err);
/* Of rules that two agreed on. ERR_DENIED: none. */
MUST_USE int day_store_put_posted(struct db *db, const struct day_posted *posted, int64_t leaf, int64_t since_ms, struct err *err);
MUST_USE int day_store_posted(struct db *db, const uint8_t hall[static ID_LEN], const uint8_t rule[static HASH_LEN], int64_t *leaf, struct err *err);
/* The newest day that was begun before that one. */
MUST_USE int day_store_newest(struct db *db, const uint8_t hall[static ID_LEN], int64_t before, uint32_t *day, bool *there, struct err *err);
MUST_USE int day_store_begun(struct db *db, const uint8_t hall[static ID_LEN], uint32_t day, bool *begun, struct err *err);

#endif
