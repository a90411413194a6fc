/* The tables of files and parts: see relation.h. */
#include "trust/access/relation.h"

#include <string.h>

int access_file_put(struct db *db, const struct access_file *file, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into access_file(id, state, unit) values($1, $2, $3) "
                           "on conflict(id) do update set state = excluded.state, unit = excluded.unit", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){file->id, ID_LEN});
    db_bind_int(q, 2, file->state);
    if (file->has_unit)
        db_bind_blob(q, 3, (bytes){file->unit, ID_LEN});
    return db_run(q, err);
}

int access_file_get(struct db *db, const uint8_t id[static ID_LEN], struct access_file *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select state, unit from access_file where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){id, ID_LEN});
    r = db_step(q, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, N_("there is no such case"));
    if (r < 0)
        return r;
    memcpy(out->id, id, ID_LEN);
    out->state = (unsigned)db_col_int(q, 0);
    bytes unit = db_col_blob(q, 1);
    out->has_unit = unit.len == ID_LEN;
    if (out->has_unit)
        memcpy(out->unit, unit.p, ID_LEN);
    db_reset(q);
    return 0;
}

/* Runs a statement whose parameters are one or two ids. */
static int run_ids(struct db *db, const char *sql, const uint8_t *one, const uint8_t *two, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, sql, &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){one, ID_LEN});
    if (two)
        db_bind_blob(q, 2, (bytes){two, ID_LEN});
    return db_run(q, err);
}

int access_file_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err)
{
    int r = run_ids(db, "delete from access_part where file = $1", id, NULL, err);
    if (r == 0)
        r = run_ids(db, "delete from access_stop where file = $1", id, NULL, err);
    return r < 0 ? r : run_ids(db, "delete from access_file where id = $1", id, NULL, err);
}

int access_part_put(struct db *db, const struct access_part *part, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into access_part(file, member, relation, since_ms, until_ms) values($1, $2, $3, $4, $5) "
                           "on conflict(file, member) do update set relation = excluded.relation, since_ms = excluded.since_ms, "
                           "until_ms = excluded.until_ms", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){part->file, ID_LEN});
    db_bind_blob(q, 2, (bytes){part->member, ID_LEN});
    db_bind_int(q, 3, part->relation);
    db_bind_int(q, 4, part->since_ms);
    db_bind_int(q, 5, part->until_ms);
    return db_run(q, err);
}

int access_part_drop(struct db *db, const uint8_t file[static ID_LEN], const uint8_t member[static ID_LEN], struct err *err)
{
    return run_ids(db, "delete from access_part where file = $1 and member = $2", file, member, err);
}

int access_parts(struct db *db, const uint8_t file[static ID_LEN], int64_t now_ms, struct arena *a, struct access_part **out, size_t *n,
                 struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, "select member, relation, since_ms, until_ms from access_part where file = $1 and (until_ms = 0 or until_ms > $2) "
                           "order by since_ms, member", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){file, ID_LEN});
    db_bind_int(q, 2, now_ms);
    while ((r = db_step(q, err)) > 0) {
        if (*n == room) {
            struct access_part *more = arena_array(a, struct access_part, room = room ? 2 * room : 8);
            if (*n)
                memcpy(more, *out, *n * sizeof **out);
            *out = more;
        }
        struct access_part *part = &(*out)[*n];
        bytes member = db_col_blob(q, 0);
        if (member.len != ID_LEN)
            continue;
        memcpy(part->file, file, ID_LEN);
        memcpy(part->member, member.p, ID_LEN);
        part->relation = (unsigned)db_col_int(q, 1);
        part->since_ms = db_col_int(q, 2);
        part->until_ms = db_col_int(q, 3);
        ++*n;
    }
    return r;
}

/* What the tables say: the part, the state, and whether a supervisor's unit is the file's. */
static int look_up(struct db *db, const uint8_t *file, const uint8_t *member, int64_t now_ms, unsigned *part, unsigned *state, bool *unit,
                   struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "select f.state, p.relation, case when f.unit is null or f.unit = m.unit then 1 else 0 end from access_file f "
                       "left join access_part p on p.file = f.id and p.member = $2 and (p.until_ms = 0 or p.until_ms > $3) "
                       "left join access_member m on m.id = $2 where f.id = $1",
                       &q, err);
    *part = *state = 0;
    *unit = false;
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){file, ID_LEN});
    db_bind_blob(q, 2, (bytes){member, ID_LEN});
    db_bind_int(q, 3, now_ms);
    if ((r = db_step(q, err)) <= 0)
        return r;
    *state = (unsigned)db_col_int(q, 0);
    *part = (unsigned)db_col_int(q, 1);
    *unit = db_col_int(q, 2) != 0;
    db_reset(q);
    return 0;
}

int access_relation(struct db *db, const uint8_t file[static ID_LEN], const uint8_t member[static ID_LEN], unsigned roles, int64_t now_ms,
                    unsigned *relation, unsigned *state, struct err *err)
{
    unsigned part;
    bool unit;
    int r = look_up(db, file, member, now_ms, &part, state, &unit, err);
    bool supervises = unit && roles & ROLE_SUPERVISOR;
    *relation = 0;
    if (r < 0 || !*state)
        return r;
    if (supervises && part != RELATION_LEAD)
        *relation = RELATION_SUPERVISOR;
    else
        *relation = part ? part : RELATION_NONE;
    return 0;
}

int access_unit_of(struct db *db, const uint8_t member[static ID_LEN], bool *has, uint8_t unit[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    *has = false;
    int r = db_prepare(db, "select unit from access_member where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){member, ID_LEN});
    if ((r = db_step(q, err)) <= 0)
        return r;
    bytes b = db_col_blob(q, 0);
    *has = b.len == ID_LEN;
    if (*has)
        memcpy(unit, b.p, ID_LEN);
    db_reset(q);
    return 0;
}

const char *access_relation_words(unsigned relation)
{
    static const struct { unsigned relation; const char *words; } all[] = {
        {RELATION_READER, N_("may read")}, {RELATION_WORKER, N_("works on it")}, {RELATION_LEAD, N_("answers for it")},
        {RELATION_SUPERVISOR, N_("supervises")}, {RELATION_GLASS, N_("opened it in an emergency")},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].relation == relation)
            return all[i].words;
    return N_("no part in it");
}
