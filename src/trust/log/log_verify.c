/* The log against itself: every stored hash recomputed from the leaves. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trust/log/log_internal.h"

struct verifying {
    struct db *db;
    struct merkle_frontier frontier; /* recomputed */
    const struct merkle_frontier *stored;
    uint64_t nodes;
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
    for (size_t i = 0; i < page->n; i++) {
        if (page->place[i] != v->frontier.size)
            return err_set(err, ERR_CORRUPT, "leaf %" PRIu64 " is missing from the log", v->frontier.size);
        if (v->frontier.size == v->stored->size)
            return err_set(err, ERR_CORRUPT, "leaf %" PRIu64 " stands behind the end of the log, which has %" PRIu64 " leaves", page->place[i],
                           v->stored->size);
        struct merkle_hash hash;
        merkle_leaf(&hash, page->content[i]);
        int result = merkle_frontier_add(&v->frontier, &hash, check_node, v, err);
        if (result < 0)
            return result;
    }
    return 0;
}

static int check_end(struct verifying *v, struct err *err)
{
    const struct merkle_frontier *stored = v->stored;
    uint64_t nodes;
    int result = log_store_count_nodes(v->db, &nodes, err);
    if (result < 0)
        return result;
    if (v->frontier.size != stored->size)
        return err_set(err, ERR_CORRUPT, "the log holds %" PRIu64 " leaves where %" PRIu64 " were logged", v->frontier.size, stored->size);
    for (size_t i = 0, first = 0; i < stored->n; i++) {
        uint64_t left = stored->size - first, width = 1ull << (63 - __builtin_clzll(left));
        if (memcmp(stored->hashes[i].b, v->frontier.hashes[i].b, HASH_LEN) != 0)
            return err_set(err, ERR_CORRUPT, "a leaf among %zu to %" PRIu64 " is not the one that was logged, or the frontier was changed",
                           first, first + width - 1);
        first += width;
    }
    if (nodes != v->nodes)
        return err_set(err, ERR_CORRUPT, "the log holds %" PRIu64 " nodes where its leaves make %" PRIu64, nodes, v->nodes);
    return 0;
}

int log_verify(struct log *l, struct db *db, void (*progress)(int64_t done, int64_t all, void *arg), void *arg, struct err *err)
{
    (void)l;
    struct merkle_frontier stored;
    struct verifying v = {.db = db, .stored = &stored};
    struct arena *a = arena_new();
    int result = log_store_frontier(db, &stored, err);
    if (result < 0)
        goto out;
    struct log_page *page = mem_alloc(sizeof *page);
    do {
        arena_reset(a);
        if ((result = log_store_page(db, v.frontier.size, a, page, err)) < 0 || (result = check_page(&v, page, err)) < 0)
            break;
        if (progress)
            progress((int64_t)v.frontier.size, (int64_t)stored.size, arg);
    } while (page->n == LOG_PAGE);
    if (result == 0)
        result = check_end(&v, err);
    free(page);
out:
    arena_free(a);
    return result;
}
