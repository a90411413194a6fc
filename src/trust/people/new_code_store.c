/* The table of new codes. */
#include <string.h>

#include "trust/people/people_internal.h"

#define COLUMNS "id, member, at_ms, made_by, agreed_by, waits"

static bytes id_bytes(const uint8_t id[static ID_LEN])
{
    return (bytes){id, ID_LEN};
}

static bool take_id(struct db_stmt *q, int col, uint8_t out[static ID_LEN])
{
    bytes b = db_col_blob(q, col);
    if (b.len == ID_LEN)
        memcpy(out, b.p, ID_LEN);
    return b.len == ID_LEN;
}

static int take(struct db_stmt *q, struct new_code *c, struct err *err)
{
    *c = (struct new_code){.at_ms = db_col_int(q, 2), .has_maker = !db_col_null(q, 3), .has_second = !db_col_null(q, 4), .waits = db_col_int(q, 5) != 0};
    bool whole = take_id(q, 0, c->id) && take_id(q, 1, c->member) && (!c->has_maker || take_id(q, 3, c->maker)) && (!c->has_second || take_id(q, 4, c->second));
    return whole ? 0 : err_set(err, ERR_CORRUPT, "a row of the members' tables is damaged");
}

int new_code_store_put(struct db *db, const struct new_code *c, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into people_new_code(" COLUMNS ") values($1, $2, $3, $4, $5, $6)", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, id_bytes(c->id));
    db_bind_blob(q, 2, id_bytes(c->member));
    db_bind_int(q, 3, c->at_ms);
    if (c->has_maker)
        db_bind_blob(q, 4, id_bytes(c->maker));
    if (c->has_second)
        db_bind_blob(q, 5, id_bytes(c->second));
    db_bind_int(q, 6, c->waits);
    return db_run(q, err);
}

int new_code_store_shown(struct db *db, const uint8_t id[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update people_new_code set waits = false where id = $1 and waits", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, id_bytes(id));
    r = db_run(q, err);
    return r < 0 ? r : db_changes(q) > 0;
}

int new_code_get(struct db *db, const uint8_t id[static ID_LEN], struct new_code *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " COLUMNS " from people_new_code where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, id_bytes(id));
    r = db_step(q, err);
    if (r <= 0)
        return r;
    r = take(q, out, err);
    db_reset(q);
    return r < 0 ? r : 1;
}

int new_code_list(struct db *db, const uint8_t member[static ID_LEN], struct arena *a, struct new_code **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *out = arena_array(a, struct new_code, NEW_CODES_MAX);
    *n = 0;
    int r = db_prepare(db, "select " COLUMNS " from people_new_code where member = $1 order by at_ms desc, id limit $2", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, id_bytes(member));
    db_bind_int(q, 2, NEW_CODES_MAX);
    while ((r = db_step(q, err)) > 0)
        if ((r = take(q, &(*out)[(*n)++], err)) < 0)
            break;
    db_reset(q);
    return r;
}

int new_code_count(struct db *db, const uint8_t member[static ID_LEN], int64_t since_ms, int64_t *n, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select count(*) from people_new_code where member = $1 and at_ms > $2", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, id_bytes(member));
    db_bind_int(q, 2, since_ms);
    r = db_step(q, err);
    if (r > 0)
        *n = db_col_int(q, 0);
    db_reset(q);
    return r < 0 ? r : 0;
}
