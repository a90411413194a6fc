#include "trust/log/log.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ground/json/json.h"
#include "trust/log/checkpoint.h"
#include "trust/log/log_internal.h"

#define LEAF_VERSION 1

struct log *log_open(const struct keyring *keys, const char *origin)
{
    assert(note_name_valid(str_from(origin)));
    struct log *l = mem_calloc(1, sizeof *l);
    l->keys = keys;
    l->origin = mem_alloc(strlen(origin) + 1);
    memcpy(l->origin, origin, strlen(origin) + 1);
    return l;
}

void log_close(struct log *l)
{
    if (!l)
        return;
    free(l->origin);
    free(l);
}

bytes log_leaf(struct arena *a, int64_t index, const struct log_entry *entry)
{
    struct json *leaf = json_object_new(a);
    json_put_int(leaf, "v", LEAF_VERSION);
    json_put_int(leaf, "seq", index);
    json_put_time(leaf, "time", entry->time_ms);
    json_put_str(leaf, "actor", entry->actor);
    json_put_str(leaf, "verb", entry->verb);
    json_put_str(leaf, "object", entry->object);
    json_put_str(leaf, "purpose", entry->purpose);
    json_put_hex(leaf, "commitment", (bytes){entry->commitment, HASH_LEN});
    return str_bytes(json_write(a, leaf, JSON_ONE_LINE));
}

/* The nodes that one leaf completes. */
struct completed {
    struct merkle_place place[MERKLE_PROOF_MAX];
    struct merkle_hash hash[MERKLE_PROOF_MAX];
    size_t n;
};

static int collect(void *arg, unsigned level, uint64_t index, const struct merkle_hash *hash, struct err *err)
{
    (void)err;
    struct completed *c = arg;
    c->place[c->n] = (struct merkle_place){level, index};
    c->hash[c->n++] = *hash;
    return 0;
}

int log_append(struct log *l, struct db *db, const struct log_entry *entry, int64_t *index, struct err *err)
{
    (void)l;
    struct merkle_frontier f;
    struct merkle_hash hash;
    struct completed nodes = {.n = 0};
    int result = log_store_frontier(db, &f, err);
    if (result < 0)
        return result;
    uint64_t place = f.size;
    struct arena *a = arena_new();
    bytes leaf = log_leaf(a, (int64_t)place, entry);
    merkle_leaf(&hash, leaf);
    /* The frontier first: of two appends at once the slower one must fail there, where it can be run again. */
    if ((result = merkle_frontier_add(&f, &hash, collect, &nodes, err)) == 0 &&
        (result = log_store_put_frontier(db, &f, place, err)) == 0)
        result = log_store_put_leaf(db, place, leaf, err);
    for (size_t i = 0; i < nodes.n && result == 0; i++)
        result = log_store_put_node(db, nodes.place[i].level, nodes.place[i].index, &nodes.hash[i], err);
    arena_free(a);
    *index = (int64_t)place;
    return result;
}

int log_size(struct log *l, struct db *db, int64_t *size, struct err *err)
{
    (void)l;
    struct merkle_frontier f;
    int result = log_store_frontier(db, &f, err);
    *size = (int64_t)f.size;
    return result;
}

static int outside(struct err *err, int64_t index, int64_t size)
{
    return err_set(err, ERR_INPUT, "the log has %lld leaves, counted from 0: %lld is outside", (long long)size, (long long)index);
}

int log_leaf_get(struct log *l, struct db *db, int64_t index, struct arena *a, bytes *leaf, struct err *err)
{
    int64_t size;
    int result = log_size(l, db, &size, err);
    if (result < 0)
        return result;
    if (index < 0 || index >= size)
        return outside(err, index, size);
    return log_store_leaf(db, (uint64_t)index, a, leaf, err);
}

static int raw_leaf_hash(struct db *db, uint64_t place, struct merkle_hash *out, struct err *err)
{
    struct arena *a = arena_new();
    bytes leaf;
    int result = log_store_leaf(db, place, a, &leaf, err);
    if (result == 0)
        merkle_leaf(out, leaf);
    arena_free(a);
    return result;
}

/* A leaf's hash, held against the stored tree: the node over it and its sibling, or the frontier. Else a changed leaf would
 * be signed into the next checkpoint. */
static int leaf_hash(struct db *db, const struct merkle_frontier *f, uint64_t place, struct merkle_hash *out, struct err *err)
{
    struct merkle_hash sibling, above, stored;
    int result = raw_leaf_hash(db, place, out, err);
    if (result < 0)
        return result;
    if (place + 1 == f->size && !(place & 1)) {
        above = *out;
        stored = f->hashes[f->n - 1];
    } else {
        if ((result = raw_leaf_hash(db, place ^ 1, &sibling, err)) < 0 || (result = log_store_node(db, 1, place >> 1, &stored, err)) < 0)
            return result;
        merkle_node(&above, place & 1 ? &sibling : out, place & 1 ? out : &sibling);
    }
    if (memcmp(above.b, stored.b, HASH_LEN) != 0)
        return err_set(err, ERR_CORRUPT, "leaf %llu or its neighbour is not the one that was logged; run comity log DIR verify",
                       (unsigned long long)place);
    return 0;
}

/* The hash of the tree over a range of leaves, from the perfect subtrees that are stored. */
static int range_hash(struct db *db, const struct merkle_frontier *f, struct merkle_range range, struct merkle_hash *out, struct err *err)
{
    struct merkle_place places[MERKLE_PROOF_MAX];
    struct merkle_hash hashes[MERKLE_PROOF_MAX];
    size_t n = merkle_range_places(range, places);
    int result = 0;
    for (size_t i = 0; i < n && result == 0; i++)
        result = places[i].level ? log_store_node(db, places[i].level, places[i].index, &hashes[i], err)
                                 : leaf_hash(db, f, places[i].index, &hashes[i], err);
    if (result == 0)
        merkle_join(out, hashes, n);
    return result;
}

int log_root(struct log *l, struct db *db, int64_t size, uint8_t root[HASH_LEN], struct err *err)
{
    (void)l;
    struct merkle_frontier f;
    struct merkle_hash hash;
    int result = log_store_frontier(db, &f, err);
    if (result == 0 && (size < 0 || (uint64_t)size > f.size))
        result = outside(err, size, (int64_t)f.size);
    if (result == 0 && (uint64_t)size == f.size)
        merkle_frontier_root(&f, &hash);
    else if (result == 0 && size == 0)
        merkle_empty(&hash);
    else if (result == 0)
        result = range_hash(db, &f, (struct merkle_range){0, (uint64_t)size}, &hash, err);
    if (result == 0)
        memcpy(root, hash.b, HASH_LEN);
    return result;
}

int log_checkpoint(struct log *l, struct db *db, int64_t size, struct arena *a, str *note, struct err *err)
{
    struct checkpoint cp = {.origin = str_from(l->origin), .size = (uint64_t)size};
    int result = log_root(l, db, size, cp.root.b, err);
    if (result < 0)
        return result;
    str text = checkpoint_format(a, &cp);
    uint8_t signature[SIGNATURE_LEN], public_key[SIGN_PUBLIC_LEN];
    result = keyring_sign(l->keys, KEYRING_LOG, str_bytes(text), signature, err);
    if (result < 0)
        return result;
    keyring_public(l->keys, KEYRING_LOG, public_key);
    *note = note_build(a, text, cp.origin, public_key, signature);
    return 0;
}

str log_vkey(struct log *l, struct arena *a)
{
    uint8_t public_key[SIGN_PUBLIC_LEN];
    keyring_public(l->keys, KEYRING_LOG, public_key);
    return note_vkey(a, str_from(l->origin), public_key);
}

static int hashes_of(struct db *db, const struct merkle_frontier *f, const struct merkle_range ranges[], size_t n, struct arena *a,
                     struct merkle_proof *proof, struct err *err)
{
    *proof = (struct merkle_proof){arena_array(a, struct merkle_hash, n), n};
    for (size_t i = 0; i < n; i++) {
        int result = range_hash(db, f, ranges[i], &proof->hashes[i], err);
        if (result < 0)
            return result;
    }
    return 0;
}

int log_inclusion(struct log *l, struct db *db, int64_t index, int64_t size, struct arena *a, struct merkle_proof *proof, struct err *err)
{
    (void)l;
    struct merkle_frontier f;
    struct merkle_range ranges[MERKLE_PROOF_MAX + 1];
    int result = log_store_frontier(db, &f, err);
    if (result < 0)
        return result;
    if (size < 0 || (uint64_t)size > f.size)
        return outside(err, size, (int64_t)f.size);
    if (index < 0 || index >= size)
        return outside(err, index, size);
    return hashes_of(db, &f, ranges, merkle_inclusion_ranges((uint64_t)index, (uint64_t)size, ranges), a, proof, err);
}

int log_consistency(struct log *l, struct db *db, int64_t from, int64_t to, struct arena *a, struct merkle_proof *proof, struct err *err)
{
    (void)l;
    struct merkle_frontier f;
    struct merkle_range ranges[MERKLE_PROOF_MAX + 1];
    int result = log_store_frontier(db, &f, err);
    if (result < 0)
        return result;
    if (to < 0 || (uint64_t)to > f.size)
        return outside(err, to, (int64_t)f.size);
    if (from <= 0 || from > to)
        return err_set(err, ERR_INPUT, "a consistency proof leads from a tree of 1 leaf or more to one that is not smaller");
    return hashes_of(db, &f, ranges, merkle_consistency_ranges((uint64_t)from, (uint64_t)to, ranges), a, proof, err);
}
