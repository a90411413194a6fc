/* request_store: rows of requests and of the parts of their answers. */
#ifndef COMITY_REQUESTS_STORE_H
#define COMITY_REQUESTS_STORE_H

#include "work/requests/request.h"

struct request_row {
    struct request head; /* what is not sealed */
    int64_t begun_ms;
    struct vault_id said, words;
    bool has_words;
};
MUST_USE int request_store_put(struct db *db, const struct request_row *row, struct err *err); /* adds or replaces */
MUST_USE int request_store_get(struct db *db, const uint8_t id[static ID_LEN], struct arena *a, struct request_row *row, struct err *err); /* ERR_NOT_FOUND */
MUST_USE int request_store_list(struct db *db, const struct request_filter *filter, size_t max, struct arena *a, struct request **out, size_t *n, struct err *err);
/* Those about one person, with the partner of the tie. */
MUST_USE int request_store_of_tie(struct db *db, const struct tie *tie, struct arena *a, struct request_row **out, size_t *n, struct err *err);
MUST_USE int request_store_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err); /* with its parts; what is sealed is erased before */
/* All of them, one after the other: for scores. */
typedef int (*request_row_fn)(const struct request *r, int64_t begun_ms, void *arg, struct err *err);
MUST_USE int request_store_each(struct db *db, request_row_fn fn, void *arg, struct err *err);
MUST_USE int request_store_count(struct db *db, int64_t now_ms, struct request_counts *out, struct err *err);

struct part_row { int64_t number, at_ms; uint8_t letter[ID_LEN]; bool last, has_sent; struct vault_id sent; };
MUST_USE int part_store_add(struct db *db, const uint8_t request[static ID_LEN], const struct part_row *row, struct err *err);
MUST_USE int part_store_of(struct db *db, const uint8_t request[static ID_LEN], struct arena *a, struct part_row **out, size_t *n, struct err *err);

#endif
