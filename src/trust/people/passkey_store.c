/* The tables of passkeys. */
#include <string.h>

#include "trust/people/people_internal.h"

#define ROW "credential, id, member, record, added_ms, used_ms"

static int take(struct db_stmt *q, struct people_passkey *row, struct err *err)
{
    bytes credential = db_col_blob(q, 0), id = db_col_blob(q, 1), member = db_col_blob(q, 2), record = db_col_blob(q, 3);
    if (credential.len != HASH_LEN || id.len != ID_LEN || member.len != ID_LEN || record.len != ID_LEN)
        return err_set(err, ERR_CORRUPT, "a row of the passkeys' table is damaged");
    *row = (struct people_passkey){.added_ms = db_col_int(q, 4), .used_ms = db_col_int(q, 5)};
    memcpy(row->credential, credential.p, HASH_LEN);
    memcpy(row->id, id.p, ID_LEN);
    memcpy(row->member, member.p, ID_LEN);
    memcpy(row->record.b, record.p, ID_LEN);
    return 0;
}

int passkey_store_add(struct db *db, const struct people_passkey *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into people_passkey(" ROW ") values($1, $2, $3, $4, $5, $6) on conflict(credential) do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){row->credential, HASH_LEN});
    db_bind_blob(q, 2, (bytes){row->id, ID_LEN});
    db_bind_blob(q, 3, (bytes){row->member, ID_LEN});
    db_bind_blob(q, 4, (bytes){row->record.b, ID_LEN});
    db_bind_int(q, 5, row->added_ms);
    db_bind_int(q, 6, row->used_ms);
    r = db_run(q, err);
    return r == 0 && db_changes(q) == 0 ? err_set(err, ERR_EXISTS, N_("this passkey is known already")) : r;
}

int passkey_store_get(struct db *db, const uint8_t credential[static HASH_LEN], struct people_passkey *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " ROW " from people_passkey where credential = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){credential, HASH_LEN});
    r = db_step(q, err);
    if (r <= 0)
        return r;
    r = take(q, row, err);
    db_reset(q);
    return r < 0 ? r : 1;
}

int passkey_store_of(struct db *db, const uint8_t member[static ID_LEN], struct arena *a, struct people_passkey **all, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t cap = 0;
    *all = NULL;
    *n = 0;
    int r = db_prepare(db, "select " ROW " from people_passkey where member = $1 order by added_ms, id", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){member, ID_LEN});
    while ((r = db_step(q, err)) > 0) {
        if (*n == cap) {
            *all = arena_grow(a, *all, cap * sizeof **all, (cap * 2 + 8) * sizeof **all);
            cap = cap * 2 + 8;
        }
        if ((r = take(q, &(*all)[(*n)++], err)) < 0) {
            db_reset(q);
            return r;
        }
    }
    return r;
}

int passkey_store_used(struct db *db, const struct people_passkey *row, const struct vault_id *record, int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update people_passkey set record = $1, used_ms = $2 where id = $3", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){record->b, ID_LEN});
    db_bind_int(q, 2, now_ms);
    db_bind_blob(q, 3, (bytes){row->id, ID_LEN});
    return db_run(q, err);
}

int passkey_store_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from people_passkey where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){id, ID_LEN});
    return db_run(q, err);
}

int passkey_store_challenge(struct db *db, const uint8_t hash[static HASH_LEN], int64_t until_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into people_challenge(hash, until_ms) values($1, $2) on conflict(hash) do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){hash, HASH_LEN});
    db_bind_int(q, 2, until_ms);
    r = db_run(q, err);
    return r < 0 ? r : db_changes(q) > 0;
}

int passkey_store_tidy(struct db *db, int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from people_challenge where until_ms <= $1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, now_ms);
    return db_run(q, err);
}
