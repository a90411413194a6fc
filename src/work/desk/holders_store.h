/* holders_store: rows of holders. */
#ifndef COMITY_DESK_HOLDERS_STORE_H
#define COMITY_DESK_HOLDERS_STORE_H

#include "work/desk/holders.h"

struct share_row {
    uint8_t setup[ID_LEN], hall[ID_LEN], sealed[KEYRING_SHARE_LEN];
    bytes about, keys; /* from arena when read; keys: as threshold_keys_write, once all agreed */
    unsigned me;
    bool ready;
};

MUST_USE int holders_store_allow(struct db *db, const uint8_t agency[static ID_LEN], int64_t now_ms, struct err *err);
MUST_USE int holders_store_allowed(struct db *db, const uint8_t agency[static ID_LEN], bool *allowed, struct err *err);
/* Did another agency than this name that hall as its own? */
MUST_USE int holders_store_elsewhere(struct db *db, const uint8_t hall[static ID_LEN], const uint8_t agency[static ID_LEN], bool *elsewhere, struct err *err);
/* Within a transaction: this id stands for that set-up from now on. *same false: it stands for another. */
MUST_USE int holders_store_bind(struct db *db, const struct holders_what *w, bytes about, bool *same, struct err *err);
/* A share that is there stays as it is. */
MUST_USE int holders_store_put(struct db *db, const struct share_row *row, int64_t now_ms, struct err *err);
MUST_USE int holders_store_ready(struct db *db, const uint8_t setup[static ID_LEN], const struct threshold_keys *keys, struct err *err);
/* ERR_NOT_FOUND. */
MUST_USE int holders_store_get(struct db *db, const uint8_t setup[static ID_LEN], struct arena *a, struct share_row *out, struct err *err);
/* The ready ones of a hall, newest first. */
MUST_USE int holders_store_of_hall(struct db *db, const uint8_t hall[static ID_LEN], size_t max, struct arena *a, struct share_row **out, size_t *n, struct err *err);
/* The ready ones of all halls, newest first; about and keys from arena. */
MUST_USE int holders_store_all(struct db *db, size_t max, struct arena *a, struct share_row **out, int64_t **since_ms, size_t *n, struct err *err);
/* Calls of a day that this node answered, from a number on, up to max. */
struct answered_row { uint32_t number; uint8_t known[HASH_LEN]; };
MUST_USE int holders_store_answered(struct db *db, const uint8_t hall[static ID_LEN], uint32_t day, int64_t from, struct answered_row out[], size_t max, size_t *n,
                                    struct err *err);
/* In a transaction: for which records it was answered; is set to known when it was not yet. *fresh: it was not. */
MUST_USE int holders_store_answer(struct db *db, const struct draw *d, bytes known, bool *fresh, bool *same, struct err *err);

/* Who was at fault in a set-up, as everybody could see: takes no part in another for that hall until somebody says why it may again. */
struct fault_row { uint8_t setup[ID_LEN], hall[ID_LEN], agency[ID_LEN]; };
MUST_USE int holders_store_fault(struct db *db, const struct fault_row *f, int64_t now_ms, bool *fresh, struct err *err);
MUST_USE int holders_store_at_fault(struct db *db, const uint8_t hall[static ID_LEN], const uint8_t agency[static ID_LEN], bool *at_fault, struct err *err);
MUST_USE int holders_store_forgive(struct db *db, const uint8_t hall[static ID_LEN], const uint8_t agency[static ID_LEN], int64_t now_ms, struct err *err);

#endif
