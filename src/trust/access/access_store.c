/* The table of members: see standing.h. */
#include <string.h>

#include "access_embed.h"
#include "trust/access/standing.h"

static const struct embedded *const steps[] = {&access_schema_sql, &access_schema_2_sql};
const struct db_schema access_schema = {"access", steps, 2};

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
