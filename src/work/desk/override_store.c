#include "work/desk/override_store.h"

#include "desk_override_embed.h"

static const struct embedded *const steps[] = {&desk_override_override_schema_sql};
const struct db_schema desk_override_schema = {"desk_override", steps, 1};

int override_store_put(struct db *db, const struct override *o, int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into desk_override(hall, day, ticket, counter, first, second, since_ms) values($1, $2, $3, $4, $5, $6, $7)"
                           " on conflict (hall, day, ticket) do update set counter = excluded.counter, first = excluded.first, second = excluded.second", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, o->hall);
    db_bind_int(q, 2, o->day);
    db_bind_int(q, 3, o->ticket);
    db_bind_int(q, 4, o->counter);
    db_bind_int(q, 5, (int64_t)o->persons[0]);
    db_bind_int(q, 6, (int64_t)o->persons[1]);
    db_bind_int(q, 7, now_ms);
    return db_run(q, err);
}

int override_waiting(struct db *db, const uint8_t hall[static ID_LEN], uint32_t day, struct arena *a, struct override **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *out = arena_array(a, struct override, OVERRIDES_MAX);
    *n = 0;
    int r = db_prepare(db, "select ticket, counter, first, second from desk_override where hall = $1 and day = $2 order by since_ms, ticket limit $3", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    db_bind_int(q, 2, day);
    db_bind_int(q, 3, OVERRIDES_MAX);
    while ((r = db_step(q, err)) > 0) {
        struct override *o = &(*out)[(*n)++];
        *o = (struct override){.day = day, .ticket = (uint32_t)db_col_int(q, 0), .counter = (uint16_t)db_col_int(q, 1),
                               .persons = {(uint64_t)db_col_int(q, 2), (uint64_t)db_col_int(q, 3)}};
        memcpy(o->hall, hall, ID_LEN);
    }
    return r;
}

int override_gone(struct db *db, const struct override *o, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from desk_override where hall = $1 and day = $2 and ticket = $3", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, o->hall);
    db_bind_int(q, 2, o->day);
    db_bind_int(q, 3, o->ticket);
    return db_run(q, err);
}

int override_over(struct db *db, const uint8_t hall[static ID_LEN], uint32_t from, uint32_t to, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update desk_override set day = $3 where hall = $1 and day = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    db_bind_int(q, 2, from);
    db_bind_int(q, 3, to);
    return db_run(q, err);
}
