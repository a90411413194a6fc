/* rotas_store: rotas, what happened to them and what was drawn, in the database. Private to work/rota. Functions that write are for use inside an act. */
#ifndef COMITY_ROTAS_STORE_H
#define COMITY_ROTAS_STORE_H

#include "work/rota/rotas.h"

MUST_USE int rotas_store_put(struct db *db, const struct rotas_one *one, struct err *err); /* new, or as it is now. ERR_EXISTS: the same input was frozen before */
MUST_USE int rotas_store_get(struct db *db, const uint8_t id[static ID_LEN], struct rotas_one *out, struct err *err); /* ERR_NOT_FOUND */
/* Newest days first; state 0: all. */
MUST_USE int rotas_store_list(struct db *db, enum rotas_state state, struct arena *a, struct rotas_one **out, size_t *n, struct err *err);
/* Numbers that change with whatever could change where somebody of a hall is expected on a day, or in the night that goes over into it; readable without a
 * look. drawn 0: no counters were drawn. */
struct rotas_version { int64_t rotas, changes, drawn; };
MUST_USE int rotas_store_version(struct db *db, const uint8_t hall[static ID_LEN], int64_t day, struct rotas_version *out, struct err *err);
MUST_USE int rotas_store_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err);

struct change_row { int64_t number; bool done; struct vault_id content; };
/* With number 0 it gets the next. */
MUST_USE int rotas_change_put(struct db *db, const uint8_t rota[static ID_LEN], struct change_row *row, struct err *err);
MUST_USE int rotas_changes(struct db *db, const uint8_t rota[static ID_LEN], struct arena *a, struct change_row **out, size_t *n, struct err *err);

/* Gives it the next number of its hall, day and kind. */
MUST_USE int rotas_draw_put(struct db *db, struct rotas_draw *draw, struct err *err);
/* ERR_EXISTS: another thread was quicker. */
MUST_USE int rotas_draw_answered(struct db *db, const struct rotas_draw *draw, struct err *err);
/* Of a rota, or with rota NULL all that wait. */
MUST_USE int rotas_draws(struct db *db, const uint8_t *rota, struct arena *a, struct rotas_draw **out, size_t *n, struct err *err);

#endif
