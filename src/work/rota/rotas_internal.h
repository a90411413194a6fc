/* Private to work/rota: a change as it is kept, a rota as it is loaded. */
#ifndef COMITY_ROTAS_INTERNAL_H
#define COMITY_ROTAS_INTERNAL_H

#include "work/rota/rotas_store.h"

/* What is frozen of a change before its draw: JSON with a salt, since few officers could be guessed from a digest. From arena. */
str rotas_what(struct arena *a, const struct rotas_change *change);
void rotas_known(const struct rotas_change *change, uint8_t known[static HASH_LEN]);
str rotas_change_write(struct arena *a, const struct rotas_change *change);
MUST_USE int rotas_change_read(struct arena *a, bytes content, const struct rota *rota, struct rotas_change *out, struct err *err);

/* Only those before a change. */
MUST_USE int rotas_load_before(struct node *node, const uint8_t id[static ID_LEN], int64_t change, struct arena *a, struct rotas_seen *out, struct err *err);
/* Within an act: keeps a change, sealed; a new one gets its number. */
MUST_USE int rotas_keep_change(struct node *node, const uint8_t id[static ID_LEN], struct rotas_change *change, struct arena *a, struct err *err);
/* Within an act: whether the hall's keys may draw on that day. */
MUST_USE int rotas_keys(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, int64_t now_ms, struct arena *a, struct threshold_keys *out,
                        struct err *err);
/* Of that rota, what she of that name has asked or is asked, on days after that one. */
void rotas_take_swaps(struct arena *a, const struct rotas_seen *seen, str name, int64_t after_day, struct rotas_own *out);
bool rotas_is_swap(const struct rotas_seen *seen, const struct rotas_change *change); /* of the roster before it */

/* The search of a rota that is drawn, told in rotas_progress. stopping may be NULL; ERR_RETRY: it was stopped. */
MUST_USE int rotas_search(const struct rotas_seen *seen, const uint8_t seed[static ROTA_SEED_LEN], const bool *stopping, uint8_t *roster,
                          struct rota_score *score, struct err *err);

#endif
