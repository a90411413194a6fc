/* watched_store: kept days and the names behind numbers, in the database. Private to work/watch. Functions that write are for use inside an act. */
#ifndef COMITY_WATCH_WATCHED_STORE_H
#define COMITY_WATCH_WATCHED_STORE_H

#include "trust/vault/vault.h"
#include "work/watch/watched.h"

/* ERR_EXISTS: the same was kept before. */
MUST_USE int watched_kept_put(struct db *db, const struct watched_kept *kept, const uint8_t fingerprint[static VAULT_FINGERPRINT_LEN], struct err *err);
/* watched_keep, of a day of a hall, or of a rota. Then every code gets a number that lasts, but those that begin with `once`: were it only those who
 * were called often, whoever was called by chance would be watched for just that. */
struct watched_of { const struct watched_day *day; const uint8_t *rota; str once; };
MUST_USE int watched_keep_of(struct node *node, const struct actor *actor, const struct draws *draws, const struct watched_of *of, str basis,
                             int64_t now_ms, int64_t days, struct watched_kept *out, struct err *err);
/* 1: a made rota that is over and not kept, the oldest but `skip`; 0: there is none (watched_rotas.c). */
MUST_USE int watched_rota_due(struct db *db, uint32_t today, size_t skip, uint8_t id[static ID_LEN], struct err *err);
/* Newest first, from arena. */
MUST_USE int watched_kept_list(struct db *db, struct arena *a, struct watched_kept **out, size_t *n, struct err *err);
/* ERR_EXISTS: that day is kept already. */
MUST_USE int watched_day_put(struct db *db, const struct watched_day *day, const uint8_t kept[static ID_LEN], struct err *err);
MUST_USE int watched_days_kept(struct db *db, const struct watched_day *day, bool *kept, struct err *err);
/* days 0: none. */
MUST_USE int watched_order_put(struct db *db, const struct vault_id *basis, int64_t days, int64_t made_ms, struct err *err);
/* 1: there is one. */
MUST_USE int watched_order_row(struct db *db, struct vault_id *basis, int64_t *days, int64_t *made_ms, struct err *err);
MUST_USE int watched_count_put(struct db *db, const struct watched_counts *counts, struct err *err);
/* ERR_EXISTS: that rota is kept already. */
MUST_USE int watched_rota_put(struct db *db, const uint8_t rota[static ID_LEN], const uint8_t kept[static ID_LEN], struct err *err);
MUST_USE int watched_rotas_kept(struct db *db, const uint8_t rota[static ID_LEN], bool *kept, struct err *err);
MUST_USE int watched_piece_put(struct db *db, const uint8_t kept[static ID_LEN], int64_t at, const struct vault_id *content, struct err *err);
MUST_USE int watched_pieces(struct db *db, const uint8_t kept[static ID_LEN], struct arena *a, struct vault_id **out, size_t *n, struct err *err);

/* *taken: another name has that number already; then nothing is written. */
MUST_USE int watched_name_put(struct db *db, uint32_t code, const struct vault_id *name, int64_t until_ms, bool *taken, struct err *err);
/* Never earlier than it was. ERR_CORRUPT when that number is not this name's. */
MUST_USE int watched_name_extend(struct db *db, uint32_t code, const struct vault_id *name, int64_t until_ms, struct err *err);
/* 1: there; 0: it stands for nobody any more. */
MUST_USE int watched_name_get(struct db *db, uint32_t code, struct vault_id *name, int64_t *until_ms, struct err *err);
struct watched_due { uint32_t code; struct vault_id name; };
MUST_USE int watched_names_due(struct db *db, int64_t now_ms, size_t max, struct arena *a, struct watched_due **out, size_t *n, struct err *err);
MUST_USE int watched_name_drop(struct db *db, uint32_t code, struct err *err);

#endif
