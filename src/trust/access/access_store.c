/* The table of members: see standing.h. */
#include <string.h>

#include "access_embed.h"
#include "trust/access/standing.h"

static const struct embedded *const steps[] = {&access_schema_sql, &access_schema_2_sql, &access_schema_3_sql};
const struct db_schema access_schema = {"access", steps, 3};

int access_member_put(struct db *db, const struct access_member *member, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into access_member(id, roles, state, unit) values($1, $2, $3, $4) "
                           "on conflict(id) do update set roles = excluded.roles, state = excluded.state, unit = excluded.unit", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){member->id, ID_LEN});
    db_bind_int(q, 2, member->roles);
    db_bind_int(q, 3, member->state);
    if (member->has_unit)
        db_bind_blob(q, 4, (bytes){member->unit, ID_LEN});
    return db_run(q, err);
}

int access_member_get(struct db *db, const uint8_t id[static ID_LEN], struct access_member *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select roles, state, unit from access_member where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){id, ID_LEN});
    r = db_step(q, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, N_("there is no such member"));
    if (r < 0)
        return r;
    memcpy(out->id, id, ID_LEN);
    out->roles = (unsigned)db_col_int(q, 0);
    out->state = (enum member_state)db_col_int(q, 1);
    bytes unit = db_col_blob(q, 2);
    out->has_unit = unit.len == ID_LEN;
    if (out->has_unit)
        memcpy(out->unit, unit.p, ID_LEN);
    db_reset(q);
    return 0;
}

int access_standing(struct db *db, const uint8_t id[static ID_LEN], unsigned *roles, struct err *err)
{
    struct access_member m;
    *roles = 0;
    int r = access_member_get(db, id, &m, err);
    if (r == ERR_NOT_FOUND)
        return 0;
    if (r == 0 && m.state == MEMBER_INVITED)
        *roles = ROLE_MEMBER;
    if (r == 0 && m.state == MEMBER_ACTIVE)
        *roles = ROLE_MEMBER | (m.roles & ROLES_OF_MEMBERS);
    return r;
}

/* --- units --- */

int access_unit_put(struct db *db, const struct access_unit *unit, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into access_unit(id, name) values($1, $2) on conflict(id) do update set name = excluded.name", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){unit->id, ID_LEN});
    db_bind_text(q, 2, unit->name);
    return db_run(q, err);
}

int access_unit_get(struct db *db, const uint8_t id[static ID_LEN], struct access_unit *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select 1 from access_unit where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){id, ID_LEN});
    if ((r = db_step(q, err)) <= 0)
        return r < 0 ? r : err_set(err, ERR_NOT_FOUND, N_("there is no such unit"));
    db_reset(q);
    memcpy(out->id, id, ID_LEN);
    return 0;
}

int access_unit_list(struct db *db, struct arena *a, struct access_unit **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, "select id, name from access_unit order by name, id", &q, err);
    if (r < 0)
        return r;
    while ((r = db_step(q, err)) > 0) {
        bytes id = db_col_blob(q, 0);
        if (id.len != ID_LEN)
            continue;
        *out = arena_grow(a, *out, *n * sizeof **out, (*n + 1) * sizeof **out);
        memcpy((*out)[*n].id, id.p, ID_LEN);
        (*out)[(*n)++].name = str_dup(a, db_col_text(q, 1));
    }
    return r;
}
