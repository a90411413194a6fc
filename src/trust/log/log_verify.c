/* The log against itself: every stored hash recomputed from the leaves. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trust/log/log_internal.h"

struct verifying {
    struct db *db;
    struct merkle_frontier frontier; /* recomputed so far */
    struct merkle_frontier stored;
    uint64_t nodes; /* that the leaves so far make */
    void (*progress)(int64_t done, int64_t all, void *arg);
    void *arg;
};

static int check_node(void *arg, unsigned level, uint64_t index, const struct merkle_hash *hash, struct err *err)
{
    struct verifying *v = arg;
    struct merkle_hash stored;
    int result = log_store_node(v->db, level, index, &stored, err);
    if (result == 0 && memcmp(stored.b, hash->b, HASH_LEN) != 0)
        result = err_set(err, ERR_CORRUPT, "a leaf among %" PRIu64 " to %" PRIu64 " is not the one that was logged, or its hash was changed",
                         index << level, ((index + 1) << level) - 1);
    v->nodes++;
    return result;
}

static int check_page(struct verifying *v, const struct log_page *page, struct err *err)
{
    for (size_t i = 0; i < page->n && v->frontier.size < v->stored.size; i++) {
        if (page->place[i] != v->frontier.size)
            return err_set(err, ERR_CORRUPT, "leaf %" PRIu64 " is missing from the log", v->frontier.size);
        struct merkle_hash hash;
        merkle_leaf(&hash, page->content[i]);
        int result = merkle_frontier_add(&v->frontier, &hash, check_node, v, err);
        if (result < 0)
            return result;
    }
    return 0;
}

/* From where v is to the end of the stored frontier. */
static int check_leaves(struct verifying *v, struct err *err)
{
    struct log_page *page = mem_alloc(sizeof *page);
    struct arena *a = arena_new();
    int result = 0;
    while (result == 0 && v->frontier.size < v->stored.size) {
        arena_reset(a);
        if ((result = log_store_page(v->db, v->frontier.size, a, page, err)) == 0 && page->n == 0)
            result = err_set(err, ERR_CORRUPT, "the log holds %" PRIu64 " leaves where %" PRIu64 " were logged", v->frontier.size,
                             v->stored.size);
        if (result == 0)
            result = check_page(v, page, err);
        if (result == 0 && v->progress)
            v->progress((int64_t)v->frontier.size, (int64_t)v->stored.size, v->arg);
    }
    arena_free(a);
    free(page);
    return result;
}

/* Nothing may stand behind the last leaf, and no node but those that the leaves make. */
static int check_counts(struct verifying *v, struct err *err)
{
    uint64_t leaves, nodes;
    int result = log_store_count(v->db, &leaves, &nodes, err);
    if (result == 0 && leaves != v->frontier.size)
        result = err_set(err, ERR_CORRUPT, "the log holds %" PRIu64 " leaves where %" PRIu64 " were logged", leaves, v->frontier.size);
    if (result == 0 && nodes != v->nodes)
        result = err_set(err, ERR_CORRUPT, "the log holds %" PRIu64 " nodes where its leaves make %" PRIu64, nodes, v->nodes);
    return result;
}

static int check_frontier(const struct verifying *v, struct err *err)
{
    for (size_t i = 0, first = 0; i < v->stored.n; i++) {
        uint64_t width = 1ull << (63 - __builtin_clzll(v->stored.size - first));
        if (memcmp(v->stored.hashes[i].b, v->frontier.hashes[i].b, HASH_LEN) != 0)
            return err_set(err, ERR_CORRUPT, "a leaf among %zu to %" PRIu64 " is not the one that was logged, or the frontier was changed",
                           first, first + width - 1);
        first += width;
    }
    return 0;
}

/* What was logged meanwhile, and the end, which must stand still for that. May run again: it works on a copy. */
static int check_rest(struct db *db, void *arg, struct err *err)
{
    struct verifying v = *(struct verifying *)arg;
    int result = log_store_frontier(db, &v.stored, err);
    if (result == 0 && v.stored.size < v.frontier.size)
        result = err_set(err, ERR_CORRUPT, "the log was cut back from %" PRIu64 " to %" PRIu64 " leaves", v.frontier.size, v.stored.size);
    if (result == 0 && (result = check_leaves(&v, err)) == 0 && (result = check_counts(&v, err)) == 0)
        result = check_frontier(&v, err);
    return result;
}

int log_verify(struct log *l, struct db *db, void (*progress)(int64_t done, int64_t all, void *arg), void *arg, struct err *err)
{
    (void)l;
    struct verifying v = {.db = db, .progress = progress, .arg = arg};
    int result = log_store_frontier(db, &v.stored, err);
    if (result == 0 && (result = check_leaves(&v, err)) == 0)
        result = db_txn(db, check_rest, &v, err);
    return result;
}
