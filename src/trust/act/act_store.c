/* The link between a leaf and its sealed detail; what the witnesses' rounds found. */
#include "trust/act/act_internal.h"
#include "trust/act/act_embed.h"

static const struct embedded *const steps[] = {&act_schema_sql, &act_schema_2_sql, &act_schema_3_sql, &act_schema_4_sql};
const struct db_schema act_schema = {"act", steps, 4};

int act_store_link(struct db *db, const struct act_link *link, struct err *err)
{
    struct db_stmt *q;
    int result = db_prepare(db, "insert into act_detail (leaf, detail, object, at_ms, actor, verb) values ($1, $2, $3, $4, $5, $6)", &q, err);
    if (result < 0)
        return result;
    db_bind_int(q, 1, link->leaf);
    db_bind_blob(q, 2, (bytes){link->detail.b, ID_LEN});
    if (link->object)
        db_bind_blob(q, 3, (bytes){link->object, ID_LEN});
    else
        db_bind_null(q, 3);
    db_bind_int(q, 4, link->at_ms);
    db_bind_blob(q, 5, (bytes){link->actor, ACT_PSEUDONYM_LEN});
    db_bind_text(q, 6, link->verb);
    return db_run(q, err);
}

/* One of the details on the object, and forgets the link. 1: *detail is filled; 0: there is none. */
int act_store_unlink_one(struct db *db, const uint8_t object[static ID_LEN], struct vault_id *detail, struct err *err)
{
    struct db_stmt *q;
    int result = db_prepare(db, "delete from act_detail where leaf in (select min(leaf) from act_detail where object = $1) returning detail", &q, err);
    if (result < 0)
        return result;
    db_bind_blob(q, 1, (bytes){object, ID_LEN});
    result = db_step(q, err);
    if (result <= 0)
        return result;
    bytes id = db_col_blob(q, 0);
    bool whole = id.len == ID_LEN;
    if (whole)
        for (size_t i = 0; i < ID_LEN; i++)
            detail->b[i] = id.p[i];
    db_reset(q);
    return whole ? 1 : err_set(err, ERR_CORRUPT, "the table act_detail holds an id that is not %d bytes long", ID_LEN);
}

int act_watch_get(struct db *db, struct act_watch *out, struct err *err)
{
    struct db_stmt *q;
    *out = (struct act_watch){0};
    int result = db_prepare(db, "select needed, quorum_ms, behind from act_watch where id = 0", &q, err);
    if (result < 0 || (result = db_step(q, err)) <= 0)
        return result;
    *out = (struct act_watch){.needed = db_col_int(q, 0), .quorum_ms = db_col_int(q, 1), .behind = db_col_int(q, 2) != 0};
    db_reset(q);
    return 0;
}

int act_watch_put(struct db *db, const struct act_watch *watch, struct err *err)
{
    struct db_stmt *q;
    int result = db_prepare(db,
                            "insert into act_watch (id, needed, quorum_ms, behind) values (0, $1, $2, $3) on conflict (id) do update "
                            "set needed = excluded.needed, quorum_ms = excluded.quorum_ms, behind = excluded.behind",
                            &q, err);
    if (result < 0)
        return result;
    db_bind_int(q, 1, watch->needed);
    db_bind_int(q, 2, watch->quorum_ms);
    db_bind_int(q, 3, watch->behind);
    return db_run(q, err);
}
