/* What the log's files share. All SQL of the log is behind these functions (log_store.c). */
#ifndef COMITY_LOG_INTERNAL_H
#define COMITY_LOG_INTERNAL_H

#include "trust/log/log.h"

struct log {
    const struct keyring *keys;
    char *origin;
};

MUST_USE int log_store_frontier(struct db *db, struct merkle_frontier *out, struct err *err); /* empty when there is no row */
/* Replaces the frontier of old_size; ERR_RETRY when another append was faster. */
MUST_USE int log_store_put_frontier(struct db *db, const struct merkle_frontier *f, uint64_t old_size, struct err *err);
MUST_USE int log_store_put_leaf(struct db *db, uint64_t place, bytes content, struct err *err);
MUST_USE int log_store_put_node(struct db *db, unsigned level, uint64_t place, const struct merkle_hash *hash, struct err *err);
/* ERR_CORRUPT when it is not there: callers ask for what the size says must exist. */
MUST_USE int log_store_leaf(struct db *db, uint64_t place, struct arena *a, bytes *content, struct err *err);
MUST_USE int log_store_node(struct db *db, unsigned level, uint64_t place, struct merkle_hash *hash, struct err *err);
/* n of a level from place on; ERR_CORRUPT when one is not there. */
MUST_USE int log_store_nodes(struct db *db, unsigned level, uint64_t place, uint64_t n, struct merkle_hash hashes[], struct err *err);
MUST_USE int log_store_count(struct db *db, uint64_t *leaves, uint64_t *nodes, struct err *err);

/* The next leaves from place on, at most LOG_PAGE, in order. */
#define LOG_PAGE 1000
struct log_page { uint64_t place[LOG_PAGE]; bytes content[LOG_PAGE]; size_t n; };
MUST_USE int log_store_page(struct db *db, uint64_t from, struct arena *a, struct log_page *page, struct err *err);

#endif
