/* Tiles of the tree (c2sp.org/tlog-tiles), made from the leaves: whoever compares them with an earlier head finds what was
 * changed since, here or in the stored hashes. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trust/log/log_internal.h"

#define TILE_HEIGHT 8
#define FROM_LEAVES 2 /* levels; above, a tile would cover 2^24 leaves and comes from the stored hashes */

struct tiling {
    struct db *db;
    uint64_t first;                 /* leaf */
    struct merkle_frontier frontier; /* of the leaves from first on */
    struct merkle_hash *out;        /* the tile */
    unsigned level;                 /* of the tree whose hashes are the tile's */
    struct merkle_hash *stored[2 * TILE_HEIGHT + 1]; /* [level]: the stored hashes over these leaves */
};

/* A hash that was made from leaves must be the stored one; those of the tile's level are the tile. */
static int compare(void *arg, unsigned level, uint64_t index, const struct merkle_hash *hash, struct err *err)
{
    const struct tiling *t = arg;
    const uint64_t place = index + (t->first >> level), width = 1ull << level;
    if (level <= 2 * TILE_HEIGHT && memcmp(t->stored[level][index].b, hash->b, HASH_LEN) != 0)
        return err_set(err, ERR_CORRUPT, "a leaf among %" PRIu64 " to %" PRIu64 " is not the one that was logged, or its hash was changed",
                       place * width, (place + 1) * width - 1);
    if (level == t->level)
        t->out[index] = *hash;
    return 0;
}

static int add_page(struct tiling *t, const struct log_page *page, uint64_t n, struct err *err)
{
    int result = 0;
    for (size_t i = 0; i < page->n && t->frontier.size < n && result == 0; i++) {
        struct merkle_hash hash;
        if (page->place[i] != t->first + t->frontier.size)
            return err_set(err, ERR_CORRUPT, "leaf %" PRIu64 " is missing from the log", t->first + t->frontier.size);
        merkle_leaf(&hash, page->content[i]);
        if (t->level == 0)
            t->out[t->frontier.size] = hash;
        result = merkle_frontier_add(&t->frontier, &hash, compare, t, err);
    }
    return result;
}

static int from_leaves(struct tiling *t, uint64_t n, struct arena *a, struct err *err)
{
    struct log_page *page = mem_alloc(sizeof *page);
    struct arena *scratch = arena_new();
    int result = 0;
    for (unsigned level = 1; result == 0 && level <= 2 * TILE_HEIGHT; level++) {
        t->stored[level] = arena_array(a, struct merkle_hash, n >> level);
        result = log_store_nodes(t->db, level, t->first >> level, n >> level, t->stored[level], err);
    }
    while (result == 0 && t->frontier.size < n) {
        arena_reset(scratch);
        if ((result = log_store_page(t->db, t->first + t->frontier.size, scratch, page, err)) == 0 && page->n == 0)
            result = err_set(err, ERR_CORRUPT, "leaf %" PRIu64 " is missing from the log", t->first + t->frontier.size);
        if (result == 0)
            result = add_page(t, page, n, err);
    }
    arena_free(scratch);
    free(page);
    return result;
}

int log_tile(struct log *l, struct db *db, unsigned level, uint64_t place, unsigned width, struct arena *a, bytes *tile, struct err *err)
{
    struct merkle_frontier f;
    (void)l;
    if (width == 0 || width > LOG_TILE_WIDTH || level >= 63 / TILE_HEIGHT + 1)
        return err_set(err, ERR_INPUT, "there are no such tiles");
    int result = log_store_frontier(db, &f, err);
    if (result < 0)
        return result;
    const unsigned shift = level * TILE_HEIGHT;
    const uint64_t there = f.size >> shift; /* hashes on that level */
    if (place > there / LOG_TILE_WIDTH || place * LOG_TILE_WIDTH + width > there)
        return err_set(err, ERR_NOT_FOUND, "the log is not that large");
    struct tiling t = {.db = db, .first = (place * LOG_TILE_WIDTH) << shift, .out = arena_array(a, struct merkle_hash, width), .level = shift};
    if (level < FROM_LEAVES)
        result = from_leaves(&t, (uint64_t)width << shift, a, err);
    else
        result = log_store_nodes(db, shift, place * LOG_TILE_WIDTH, width, t.out, err);
    *tile = (bytes){t.out->b, (size_t)width * HASH_LEN};
    return result;
}
