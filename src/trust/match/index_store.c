#include "trust/match/index_internal.h"

#include <string.h>

#include "trust/match/index_embed.h"

static const struct embedded *const steps[] = {&index_index_schema_sql};
const struct db_schema index_schema = {"index", steps, 1};

static bytes id_bytes(const struct index_partner *p)
{
    return (bytes){p->id, ID_LEN};
}

int store_held(struct db *db, struct arena *a, uint32_t epoch, struct held_row **rows, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t cap = 0;
    int r;
    *n = 0;
    *rows = NULL;
    if ((r = db_prepare(db, "select run, records, keys, next_ordinal, ruleset from index_held where epoch = $1 order by run", &q, err)) < 0)
        return r;
    db_bind_int(q, 1, epoch);
    while ((r = db_step(q, err)) > 0) {
        if (*n == cap) {
            *rows = arena_grow(a, *rows, cap * sizeof **rows, (2 * cap + 8) * sizeof **rows);
            cap = 2 * cap + 8;
        }
        (*rows)[(*n)++] = (struct held_row){db_col_int(q, 0), db_col_int(q, 1), db_col_int(q, 2), db_col_int(q, 3),
                                               str_dup(a, db_col_text(q, 4))};
    }
    return r;
}

int store_held_add(struct db *db, uint32_t epoch, const struct held_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into index_held(epoch, run, records, keys, next_ordinal, ruleset) values ($1, $2, $3, $4, $5, $6)",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, epoch);
    db_bind_int(q, 2, row->run);
    db_bind_int(q, 3, row->records);
    db_bind_int(q, 4, row->keys);
    db_bind_int(q, 5, row->next_ordinal);
    db_bind_text(q, 6, row->ruleset);
    return db_run(q, err);
}

int store_held_drop(struct db *db, uint32_t epoch, int64_t before_run, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from index_held where epoch = $1 and run < $2", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, epoch);
    db_bind_int(q, 2, before_run);
    return db_run(q, err);
}

int store_maps(struct db *db, struct arena *a, const struct index_partner *partner, uint32_t epoch, struct map_row **rows, size_t *n,
               struct err *err)
{
    struct db_stmt *q;
    size_t cap = 0;
    int r;
    *n = 0;
    *rows = NULL;
    if ((r = db_prepare(db, "select run, delta, held_to, size, digest from index_map where partner = $1 and epoch = $2 order by delta",
                        &q, err)) < 0)
        return r;
    db_bind_blob(q, 1, id_bytes(partner));
    db_bind_int(q, 2, epoch);
    while ((r = db_step(q, err)) > 0) {
        if (*n == cap) {
            *rows = arena_grow(a, *rows, cap * sizeof **rows, (2 * cap + 8) * sizeof **rows);
            cap = 2 * cap + 8;
        }
        struct map_row *row = &(*rows)[(*n)++];
        *row = (struct map_row){.partner = *partner, .epoch = epoch, .run = db_col_int(q, 0), .delta = db_col_int(q, 1),
                                .held_to = db_col_int(q, 2), .size = db_col_int(q, 3)};
        bytes digest = db_col_blob(q, 4);
        if (digest.len != HASH_LEN) {
            db_reset(q);
            return err_set(err, ERR_CORRUPT, "table index_map: a digest of %zu bytes; restore the database from its backup", digest.len);
        }
        memcpy(row->digest, digest.p, HASH_LEN);
    }
    return r;
}

int store_map_add(struct db *db, const struct map_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into index_map(partner, epoch, run, delta, held_to, size, digest) values ($1, $2, $3, $4, $5, $6, $7)",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, id_bytes(&row->partner));
    db_bind_int(q, 2, row->epoch);
    db_bind_int(q, 3, row->run);
    db_bind_int(q, 4, row->delta);
    db_bind_int(q, 5, row->held_to);
    db_bind_int(q, 6, row->size);
    db_bind_blob(q, 7, (bytes){row->digest, HASH_LEN});
    return db_run(q, err);
}

int store_maps_drop_all(struct db *db, uint32_t epoch, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from index_map where epoch = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, epoch);
    return db_run(q, err);
}

int store_maps_drop(struct db *db, const struct index_partner *partner, uint32_t epoch, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from index_map where partner = $1 and epoch = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, id_bytes(partner));
    db_bind_int(q, 2, epoch);
    return db_run(q, err);
}

static int newest(struct db_stmt *q, uint32_t *epoch, bool *any, struct err *err)
{
    int r = db_step(q, err);
    *any = r > 0;
    if (r > 0)
        *epoch = (uint32_t)db_col_int(q, 0);
    db_reset(q);
    return r < 0 ? r : 0;
}

int store_newest_run(struct db *db, uint32_t epoch, int64_t *run, struct err *err)
{
    static const char *const texts[] = {"select run from index_held where epoch = $1 order by run desc limit 1",
                                        "select run from index_map where epoch = $1 order by run desc limit 1"};
    *run = 0;
    for (size_t i = 0; i < 2; i++) {
        struct db_stmt *q;
        int r = db_prepare(db, texts[i], &q, err);
        if (r < 0)
            return r;
        db_bind_int(q, 1, epoch);
        if ((r = db_step(q, err)) < 0)
            return r;
        if (r > 0 && db_col_int(q, 0) > *run)
            *run = db_col_int(q, 0);
        db_reset(q);
    }
    return 0;
}

int store_newest_epoch(struct db *db, uint32_t *epoch, bool *any, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select epoch from index_map order by epoch desc limit 1", &q, err);
    return r < 0 ? r : newest(q, epoch, any, err);
}

int store_newest_epoch_of(struct db *db, const struct index_partner *partner, uint32_t *epoch, bool *any, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select epoch from index_map where partner = $1 order by epoch desc limit 1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, id_bytes(partner));
    return newest(q, epoch, any, err);
}

int store_drop_other_epochs(struct db *db, uint32_t epoch, struct err *err)
{
    static const char *const texts[] = {"delete from index_held where epoch <> $1", "delete from index_map where epoch <> $1"};
    for (size_t i = 0; i < 2; i++) {
        struct db_stmt *q;
        int r = db_prepare(db, texts[i], &q, err);
        if (r < 0)
            return r;
        db_bind_int(q, 1, epoch);
        if ((r = db_run(q, err)) < 0)
            return r;
    }
    return 0;
}
