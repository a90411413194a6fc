/* shield_store: offences and answers in the database: ids, states and times. Private to work/shield.
 *
 * Functions that write are for use inside an act.
 */
#ifndef COMITY_SHIELD_STORE_H
#define COMITY_SHIELD_STORE_H

#include "ground/db/db.h"
#include "trust/vault/vault.h"
#include "work/shield/allegation.h"

struct shield_row {
    uint8_t id[ID_LEN], file[ID_LEN], person[ID_LEN], laid_by[ID_LEN];
    enum allegation_state state, ruled;
    int64_t laid_ms, open_ms, ruled_ms, own_leaf;
    bool has_ruling;
    uint8_t ruling[ID_LEN];
    int level;
};
/* Adds or replaces by id. */
MUST_USE int shield_row_put(struct db *db, const struct shield_row *row, struct err *err);
MUST_USE int shield_row_get(struct db *db, const uint8_t id[static ID_LEN], struct shield_row *out, struct err *err); /* ERR_NOT_FOUND */
/* Those of a file, in the order in which they were laid; file NULL: all that are not ended, of all files. From arena. */
MUST_USE int shield_rows(struct db *db, const uint8_t *file, struct arena *a, struct shield_row **out, size_t *n, struct err *err);
/* With its answers, whose kept outputs the caller has erased. */
MUST_USE int shield_row_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err);

enum shield_said { SHIELD_NOT_YET, SHIELD_NO, SHIELD_PRESUMED };
struct shield_answer_row {
    uint8_t partner[ID_LEN];
    enum shield_said answer;
    uint32_t epoch;
    uint8_t maps[HASH_LEN];
    bool has_kept;
    struct vault_id kept;
    int64_t tried_ms, presumed_ms;
};
MUST_USE int shield_answer_put(struct db *db, const uint8_t allegation[static ID_LEN], const struct shield_answer_row *row, struct err *err);
MUST_USE int shield_answers_of(struct db *db, const uint8_t allegation[static ID_LEN], struct arena *a, struct shield_answer_row **out, size_t *n,
                               struct err *err);

/* The open decisions, oldest first, from arena. */
MUST_USE int shield_open_since(struct db *db, const struct shield_whose *whose, int64_t now_ms, struct arena *a, struct shield_open **out, size_t *n,
                               struct err *err);

#endif
