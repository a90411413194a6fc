#include <inttypes.h>
#include <string.h>

#include "trust/log/log_embed.h"
#include "trust/log/log_internal.h"

static const struct embedded *const steps[] = {&log_schema_sql};

const struct db_schema log_schema = {"log", steps, 1};

int log_store_frontier(struct db *db, struct merkle_frontier *out, struct err *err)
{
    struct db_stmt *q;
    out->size = 0;
    out->n = 0;
    int result = db_prepare(db, "select size, hashes from log_frontier where id = 0", &q, err);
    if (result < 0 || (result = db_step(q, err)) <= 0)
        return result;
    int64_t size = db_col_int(q, 0);
    bytes hashes = db_col_blob(q, 1);
    bool sound = size > 0 && hashes.len == (size_t)__builtin_popcountll((uint64_t)size) * HASH_LEN;
    if (sound) {
        out->size = (uint64_t)size;
        out->n = hashes.len / HASH_LEN;
        memcpy(out->hashes, hashes.p, hashes.len);
    }
    db_reset(q);
    return sound ? 0 : err_set(err, ERR_CORRUPT, "the log's frontier is damaged; run comity log DIR verify and restore a backup");
}

int log_store_put_frontier(struct db *db, const struct merkle_frontier *f, uint64_t old_size, struct err *err)
{
    struct db_stmt *q;
    int result = db_prepare(db,
                            "insert into log_frontier(id, size, hashes) values (0, $1, $2) on conflict (id) do update "
                            "set size = excluded.size, hashes = excluded.hashes where log_frontier.size = $3",
                            &q, err);
    if (result < 0)
        return result;
    db_bind_int(q, 1, (int64_t)f->size);
    db_bind_blob(q, 2, (bytes){f->hashes[0].b, f->n * HASH_LEN});
    db_bind_int(q, 3, (int64_t)old_size);
    result = db_run(q, err);
    if (result == 0 && db_changes(q) != 1)
        return err_set(err, ERR_RETRY, "another act was logged at the same moment");
    return result;
}

/* Places that are already taken mean that the frontier lags behind the leaves: nothing may be written over them. */
static int taken(struct err *err, uint64_t place)
{
    return err_set(err, ERR_CORRUPT, "the log's place %llu is taken although the log ends before it; run comity log DIR verify",
                   (unsigned long long)place);
}

int log_store_put_leaf(struct db *db, uint64_t place, bytes content, struct err *err)
{
    struct db_stmt *q;
    int result = db_prepare(db, "insert into log_leaf(place, content) values ($1, $2)", &q, err);
    if (result < 0)
        return result;
    db_bind_int(q, 1, (int64_t)place);
    db_bind_blob(q, 2, content);
    result = db_run(q, err);
    return result == ERR_EXISTS ? taken(err, place) : result;
}

int log_store_put_node(struct db *db, unsigned level, uint64_t place, const struct merkle_hash *hash, struct err *err)
{
    struct db_stmt *q;
    int result = db_prepare(db, "insert into log_node(level, place, hash) values ($1, $2, $3)", &q, err);
    if (result < 0)
        return result;
    db_bind_int(q, 1, level);
    db_bind_int(q, 2, (int64_t)place);
    db_bind_blob(q, 3, (bytes){hash->b, HASH_LEN});
    result = db_run(q, err);
    return result == ERR_EXISTS ? taken(err, place << level) : result;
}

int log_store_leaf(struct db *db, uint64_t place, struct arena *a, bytes *content, struct err *err)
{
    struct db_stmt *q;
    int result = db_prepare(db, "select content from log_leaf where place = $1", &q, err);
    if (result < 0)
        return result;
    db_bind_int(q, 1, (int64_t)place);
    if ((result = db_step(q, err)) < 0)
        return result;
    if (result == 0)
        return err_set(err, ERR_CORRUPT, "leaf %llu is missing from the log", (unsigned long long)place);
    *content = bytes_dup(a, db_col_blob(q, 0));
    db_reset(q);
    return 0;
}

static int node_missing(struct err *err, unsigned level, uint64_t place)
{
    const uint64_t first = place << level, behind = (place + 1) << level;
    return err_set(err, ERR_CORRUPT, "the log's node over leaves %" PRIu64 " to %" PRIu64 " is missing or damaged", first, behind - 1);
}

int log_store_node(struct db *db, unsigned level, uint64_t place, struct merkle_hash *hash, struct err *err)
{
    struct db_stmt *q;
    int result = db_prepare(db, "select hash from log_node where level = $1 and place = $2", &q, err);
    if (result < 0)
        return result;
    db_bind_int(q, 1, level);
    db_bind_int(q, 2, (int64_t)place);
    if ((result = db_step(q, err)) < 0)
        return result;
    bytes stored = result ? db_col_blob(q, 0) : (bytes){NULL, 0};
    bool sound = stored.len == HASH_LEN;
    if (sound)
        memcpy(hash->b, stored.p, HASH_LEN);
    if (result)
        db_reset(q);
    if (sound)
        return 0;
    return node_missing(err, level, place);
}

int log_store_nodes(struct db *db, unsigned level, uint64_t place, uint64_t n, struct merkle_hash hashes[], struct err *err)
{
    struct db_stmt *q;
    uint64_t at = 0;
    int result = n == 0 ? 0 : db_prepare(db, "select place, hash from log_node where level = $1 and place >= $2 and place < $3 order by place",
                                         &q, err);
    if (n == 0 || result < 0)
        return result;
    db_bind_int(q, 1, level);
    db_bind_int(q, 2, (int64_t)place);
    db_bind_int(q, 3, (int64_t)(place + n));
    while ((result = db_step(q, err)) > 0) {
        bytes stored = db_col_blob(q, 1);
        if ((uint64_t)db_col_int(q, 0) != place + at || stored.len != HASH_LEN) {
            db_reset(q);
            break;
        }
        memcpy(hashes[at++].b, stored.p, HASH_LEN);
    }
    return result < 0 ? result : at < n ? node_missing(err, level, place + at) : 0;
}

int log_store_count(struct db *db, uint64_t *leaves, uint64_t *nodes, struct err *err)
{
    struct db_stmt *q;
    int result = db_prepare(db, "select (select count(*) from log_leaf), (select count(*) from log_node)", &q, err);
    if (result < 0 || (result = db_step(q, err)) < 0)
        return result;
    *leaves = (uint64_t)db_col_int(q, 0);
    *nodes = (uint64_t)db_col_int(q, 1);
    db_reset(q);
    return 0;
}

int log_store_page(struct db *db, uint64_t from, struct arena *a, struct log_page *page, struct err *err)
{
    struct db_stmt *q;
    page->n = 0;
    int result = db_prepare(db, "select place, content from log_leaf where place >= $1 order by place limit $2", &q, err);
    if (result < 0)
        return result;
    db_bind_int(q, 1, (int64_t)from);
    db_bind_int(q, 2, LOG_PAGE);
    while ((result = db_step(q, err)) > 0) {
        page->place[page->n] = (uint64_t)db_col_int(q, 0);
        page->content[page->n++] = bytes_dup(a, db_col_blob(q, 1));
    }
    return result;
}
