#include <string.h>

#include "trust/witness/witness_embed.h"
#include "trust/witness/witness_internal.h"

static const struct embedded *const steps[] = {&witness_schema_sql};
const struct db_schema witness_schema = {"witness", steps, 1};

static int damaged(struct err *err)
{
    return err_set(err, ERR_CORRUPT, "the tables of witnesses hold a value of a wrong length: restore the database");
}

/* 1: a row is there. */
static int find(struct db *db, const char *sql, const uint8_t *partner, struct db_stmt **q, struct err *err)
{
    int result = db_prepare(db, sql, q, err);
    if (result < 0)
        return result;
    if (partner)
        db_bind_blob(*q, 1, (bytes){partner, ID_LEN});
    return db_step(*q, err);
}

int witness_store_seen(struct db *db, const uint8_t partner[static ID_LEN], struct arena *a, struct seen *out, struct err *err)
{
    struct db_stmt *q;
    *out = (struct seen){0};
    int result = find(db, "select size, root, checkpoint, since_ms, looked_ms, trouble from witness_seen where partner = $1", partner, &q, err);
    if (result <= 0)
        return result;
    bytes root = db_col_blob(q, 1);
    bool whole = root.len == HASH_LEN;
    if (whole)
        memcpy(out->root.b, root.p, HASH_LEN);
    out->size = db_col_int(q, 0);
    out->checkpoint = str_dup(a, db_col_text(q, 2));
    out->since_ms = db_col_int(q, 3);
    out->looked_ms = db_col_int(q, 4);
    out->trouble = str_dup(a, db_col_text(q, 5));
    db_reset(q);
    return whole ? 0 : damaged(err);
}

int witness_store_put_seen(struct db *db, const uint8_t partner[static ID_LEN], const struct seen *seen, struct err *err)
{
    struct db_stmt *q;
    int result = db_prepare(db,
                            "insert into witness_seen (partner, size, root, checkpoint, since_ms, looked_ms, trouble) "
                            "values ($1, $2, $3, $4, $5, $6, $7) on conflict (partner) do update set size = excluded.size, root = excluded.root, "
                            "checkpoint = excluded.checkpoint, since_ms = excluded.since_ms, looked_ms = excluded.looked_ms, trouble = excluded.trouble",
                            &q, err);
    if (result < 0)
        return result;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_int(q, 2, seen->size);
    db_bind_blob(q, 3, (bytes){seen->root.b, HASH_LEN});
    db_bind_text(q, 4, seen->checkpoint);
    db_bind_int(q, 5, seen->since_ms);
    db_bind_int(q, 6, seen->looked_ms);
    db_bind_text(q, 7, seen->trouble);
    return db_run(q, err);
}

int witness_store_told(struct db *db, const uint8_t partner[static ID_LEN], struct arena *a, struct told *out, struct err *err)
{
    struct db_stmt *q;
    *out = (struct told){0};
    int result = find(db, "select size, cosigned_ms, since_ms, failures, tried_ms, trouble, line from witness_told where partner = $1", partner, &q, err);
    if (result <= 0)
        return result;
    *out = (struct told){.size = db_col_int(q, 0), .cosigned_ms = db_col_int(q, 1), .since_ms = db_col_int(q, 2), .failures = db_col_int(q, 3),
                         .tried_ms = db_col_int(q, 4), .trouble = str_dup(a, db_col_text(q, 5)), .line = str_dup(a, db_col_text(q, 6))};
    db_reset(q);
    return 0;
}

int witness_store_put_told(struct db *db, const uint8_t partner[static ID_LEN], const struct told *told, struct err *err)
{
    struct db_stmt *q;
    int result = db_prepare(db,
                            "insert into witness_told (partner, size, cosigned_ms, since_ms, failures, tried_ms, trouble, line) "
                            "values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (partner) do update set size = excluded.size, "
                            "cosigned_ms = excluded.cosigned_ms, since_ms = excluded.since_ms, failures = excluded.failures, "
                            "tried_ms = excluded.tried_ms, trouble = excluded.trouble, line = excluded.line",
                            &q, err);
    if (result < 0)
        return result;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_int(q, 2, told->size);
    db_bind_int(q, 3, told->cosigned_ms);
    db_bind_int(q, 4, told->since_ms);
    db_bind_int(q, 5, told->failures);
    db_bind_int(q, 6, told->tried_ms);
    db_bind_text(q, 7, told->trouble);
    db_bind_text(q, 8, told->line);
    return db_run(q, err);
}

int witness_store_own(struct db *db, struct arena *a, struct own *out, struct err *err)
{
    struct db_stmt *q;
    *out = (struct own){.size = -1};
    int result = find(db, "select size, checkpoint, recovered_ms from witness_own where id = 0", NULL, &q, err);
    if (result <= 0)
        return result;
    *out = (struct own){.size = db_col_int(q, 0), .checkpoint = str_dup(a, db_col_text(q, 1)), .recovered_ms = db_col_int(q, 2)};
    db_reset(q);
    return 0;
}

int witness_store_put_own(struct db *db, const struct own *own, struct err *err)
{
    struct db_stmt *q;
    int result = db_prepare(db,
                            "insert into witness_own (id, size, checkpoint, recovered_ms) values (0, $1, $2, $3) "
                            "on conflict (id) do update set size = excluded.size, checkpoint = excluded.checkpoint, "
                            "recovered_ms = excluded.recovered_ms",
                            &q, err);
    if (result < 0)
        return result;
    db_bind_int(q, 1, own->size);
    db_bind_text(q, 2, own->checkpoint);
    db_bind_int(q, 3, own->recovered_ms);
    return db_run(q, err);
}

#define EVIDENCE "id, log, witness, kind, first, second, proof, found_ms, closed_ms"

int witness_store_is_known(struct db *db, const struct witness_evidence *e, bool *known, struct err *err)
{
    struct db_stmt *q;
    int result = db_prepare(db, "select 1 from witness_evidence where log = $1 and witness = $2 and kind = $3 and closed_ms = 0", &q, err);
    if (result < 0)
        return result;
    db_bind_blob(q, 1, (bytes){e->log, ID_LEN});
    db_bind_blob(q, 2, (bytes){e->witness, ID_LEN});
    db_bind_text(q, 3, e->kind);
    if ((result = db_step(q, err)) > 0)
        db_reset(q);
    *known = result > 0;
    return result < 0 ? result : 0;
}

int witness_store_add_evidence(struct db *db, const struct witness_evidence *e, bool *added, struct err *err)
{
    struct db_stmt *q;
    bool known;
    int result = witness_store_is_known(db, e, &known, err);
    *added = result == 0 && !known;
    if (result < 0 || known)
        return result;
    if ((result = db_prepare(db, "insert into witness_evidence (" EVIDENCE ") values ($1, $2, $3, $4, $5, $6, $7, $8, 0)", &q, err)) < 0)
        return result;
    db_bind_blob(q, 1, (bytes){e->id, ID_LEN});
    db_bind_blob(q, 2, (bytes){e->log, ID_LEN});
    db_bind_blob(q, 3, (bytes){e->witness, ID_LEN});
    db_bind_text(q, 4, e->kind);
    db_bind_text(q, 5, e->first);
    db_bind_text(q, 6, e->second);
    db_bind_text(q, 7, e->proof);
    db_bind_int(q, 8, e->found_ms);
    return db_run(q, err);
}

int witness_store_open_count(struct db *db, const uint8_t log[static ID_LEN], int64_t *n, struct err *err)
{
    struct db_stmt *q;
    int result = find(db, "select count(*) from witness_evidence where log = $1 and closed_ms = 0", log, &q, err);
    *n = result > 0 ? db_col_int(q, 0) : 0;
    if (result > 0)
        db_reset(q);
    return result < 0 ? result : 0;
}

int witness_store_newest(struct db *db, int64_t *found_ms, struct err *err)
{
    struct db_stmt *q;
    int result = find(db, "select coalesce(max(found_ms), 0) from witness_evidence where closed_ms = 0", NULL, &q, err);
    *found_ms = result > 0 ? db_col_int(q, 0) : 0;
    if (result > 0)
        db_reset(q);
    return result < 0 ? result : 0;
}

int witness_store_close(struct db *db, const uint8_t log[static ID_LEN], int64_t now_ms, int64_t *n, struct err *err)
{
    struct db_stmt *q;
    int result = db_prepare(db, "update witness_evidence set closed_ms = $2 where log = $1 and closed_ms = 0", &q, err);
    if (result < 0)
        return result;
    db_bind_blob(q, 1, (bytes){log, ID_LEN});
    db_bind_int(q, 2, now_ms);
    result = db_run(q, err);
    *n = result == 0 ? db_changes(q) : 0;
    return result;
}

static bool copy_id(uint8_t out[static ID_LEN], bytes from)
{
    if (from.len != ID_LEN)
        return false;
    memcpy(out, from.p, ID_LEN);
    return true;
}

int witness_evidence_list(struct node *node, struct arena *a, struct witness_evidence **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t cap = 8;
    int result = db_prepare(node->db,
                            "select " EVIDENCE " from witness_evidence order by case when closed_ms = 0 then 0 else 1 end, found_ms desc, id", &q, err);
    *n = 0;
    if (result < 0)
        return result;
    *out = arena_array(a, struct witness_evidence, cap);
    while ((result = db_step(q, err)) > 0) {
        if (*n == cap) {
            *out = arena_grow(a, *out, cap * sizeof **out, cap * 2 * sizeof **out);
            cap *= 2;
        }
        struct witness_evidence *e = &(*out)[(*n)++];
        *e = (struct witness_evidence){.kind = str_dup(a, db_col_text(q, 3)), .first = str_dup(a, db_col_text(q, 4)),
                                       .second = str_dup(a, db_col_text(q, 5)), .proof = str_dup(a, db_col_text(q, 6)),
                                       .found_ms = db_col_int(q, 7), .closed_ms = db_col_int(q, 8)};
        if (!copy_id(e->id, db_col_blob(q, 0)) || !copy_id(e->log, db_col_blob(q, 1)) || !copy_id(e->witness, db_col_blob(q, 2))) {
            db_reset(q);
            return damaged(err);
        }
    }
    return result;
}
