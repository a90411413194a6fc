#include "work/desk/holders_store.h"

#include <string.h>

#include "desk_holders_embed.h"

static const struct embedded *const steps[] = {&desk_holders_holders_schema_sql, &desk_holders_holders_schema_2_sql, &desk_holders_holders_schema_3_sql};
const struct db_schema desk_holders_schema = {"desk_holders", steps, 3};

#define COLUMNS "setup, hall, about, me, sealed, ready"

int holders_store_allow(struct db *db, const uint8_t agency[static ID_LEN], int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into desk_hold(agency, since_ms) values($1, $2) on conflict(agency) do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, agency);
    db_bind_int(q, 2, now_ms);
    return db_run(q, err);
}

int holders_store_allowed(struct db *db, const uint8_t agency[static ID_LEN], bool *allowed, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select 1 from desk_hold where agency = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, agency);
    r = db_step(q, err);
    *allowed = r > 0;
    if (r > 0)
        db_reset(q);
    return r < 0 ? r : 0;
}

/* 1: a row has it there. */
static int first_about(struct db *db, const uint8_t setup[ID_LEN], bytes about, bool *same, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select about from desk_setup where setup = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, setup);
    r = db_step(q, err);
    const bytes was = r > 0 ? db_col_blob(q, 0) : (bytes){0};
    *same = r > 0 && was.len == about.len && memcmp(was.p, about.p, was.len) == 0;
    if (r > 0)
        db_reset(q);
    return r;
}

int holders_store_elsewhere(struct db *db, const uint8_t hall[static ID_LEN], const uint8_t agency[static ID_LEN], bool *elsewhere, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select 1 from desk_setup where hall = $1 and agency <> $2 limit 1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    db_bind_id(q, 2, agency);
    r = db_step(q, err);
    *elsewhere = r > 0;
    if (r > 0)
        db_reset(q);
    return r < 0 ? r : 0;
}

int holders_store_bind(struct db *db, const struct holders_what *w, bytes about, bool *same, struct err *err)
{
    struct db_stmt *q;
    int r = first_about(db, w->setup.id, about, same, err);
    if (r != 0)
        return r < 0 ? r : 0;
    *same = true;
    r = db_prepare(db, "insert into desk_setup(setup, hall, agency, about) values($1, $2, $3, $4)", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, w->setup.id);
    db_bind_id(q, 2, w->hall);
    db_bind_id(q, 3, w->agencies[0]);
    db_bind_blob(q, 4, about);
    return db_run(q, err);
}

int holders_store_put(struct db *db, const struct share_row *row, int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into desk_share(" COLUMNS ", since_ms) values($1, $2, $3, $4, $5, 0, $6) on conflict(setup) do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, row->setup);
    db_bind_id(q, 2, row->hall);
    db_bind_blob(q, 3, row->about);
    db_bind_int(q, 4, row->me);
    db_bind_blob(q, 5, (bytes){row->sealed, sizeof row->sealed});
    db_bind_int(q, 6, now_ms);
    return db_run(q, err);
}

int holders_store_ready(struct db *db, const uint8_t setup[static ID_LEN], const struct threshold_keys *keys, struct err *err)
{
    struct db_stmt *q;
    uint8_t written[THRESHOLD_KEYS_MAX];
    int r = db_prepare(db, "update desk_share set ready = 1, keys = $2 where setup = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, setup);
    db_bind_blob(q, 2, (bytes){written, threshold_keys_write(keys, written)});
    return db_run(q, err);
}

static int take_row(struct db_stmt *q, struct arena *a, struct share_row *out, struct err *err)
{
    bool whole = db_col_id(q, 0, out->setup) && db_col_id(q, 1, out->hall) && db_col_exact(q, 4, out->sealed, sizeof out->sealed);
    out->about = bytes_dup(a, db_col_blob(q, 2));
    out->me = (unsigned)db_col_int(q, 3);
    out->ready = db_col_int(q, 5) != 0;
    out->keys = bytes_dup(a, db_col_blob(q, 6));
    return whole ? 0 : err_set(err, ERR_CORRUPT, "the table desk_share holds a row that does not hold together");
}

int holders_store_get(struct db *db, const uint8_t setup[static ID_LEN], struct arena *a, struct share_row *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " COLUMNS ", keys from desk_share where setup = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, setup);
    r = db_step(q, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "this node has no share of such keys");
    if (r < 0)
        return r;
    r = take_row(q, a, out, err);
    db_reset(q);
    return r;
}

int holders_store_of_hall(struct db *db, const uint8_t hall[static ID_LEN], size_t max, struct arena *a, struct share_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *out = arena_array(a, struct share_row, max);
    *n = 0;
    int r = db_prepare(db, "select " COLUMNS ", keys from desk_share where hall = $1 and ready = 1 order by since_ms desc, setup limit $2", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    db_bind_int(q, 2, (int64_t)max);
    while ((r = db_step(q, err)) > 0) {
        if ((r = take_row(q, a, &(*out)[(*n)++], err)) < 0) {
            db_reset(q);
            return r;
        }
    }
    return r;
}

int holders_store_all(struct db *db, size_t max, struct arena *a, struct share_row **out, int64_t **since_ms, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *out = arena_array(a, struct share_row, max);
    *since_ms = arena_array(a, int64_t, max);
    *n = 0;
    int r = db_prepare(db, "select " COLUMNS ", keys, since_ms from desk_share where ready = 1 order by since_ms desc, setup limit $1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, (int64_t)max);
    while ((r = db_step(q, err)) > 0) {
        (*since_ms)[*n] = db_col_int(q, 7);
        if ((r = take_row(q, a, &(*out)[(*n)++], err)) < 0) {
            db_reset(q);
            return r;
        }
    }
    return r;
}

int holders_store_answered(struct db *db, const uint8_t hall[static ID_LEN], uint32_t day, int64_t from, struct answered_row out[], size_t max, size_t *n,
                           struct err *err)
{
    struct db_stmt *q;
    *n = 0;
    int r = db_prepare(db, "select number, known from desk_answered where hall = $1 and day = $2 and kind = $3 and number >= $4 order by number limit $5", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    db_bind_int(q, 2, day);
    db_bind_int(q, 3, DRAW_CALL);
    db_bind_int(q, 4, from);
    db_bind_int(q, 5, (int64_t)max);
    while ((r = db_step(q, err)) > 0) {
        struct answered_row *row = &out[(*n)++];
        *row = (struct answered_row){.number = (uint32_t)db_col_int(q, 0)};
        if (!db_col_exact(q, 1, row->known, HASH_LEN)) {
            db_reset(q);
            return err_set(err, ERR_CORRUPT, "the table desk_answered holds a row that does not hold together");
        }
    }
    return r;
}

int holders_store_answer(struct db *db, const struct draw *d, bytes known, bool *fresh, bool *same, struct err *err)
{
    struct db_stmt *q;
    uint8_t was[HASH_LEN];
    int r = db_prepare(db, "insert into desk_answered(hall, day, kind, number, known) values($1, $2, $3, $4, $5) on conflict do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, d->hall);
    db_bind_int(q, 2, d->day);
    db_bind_int(q, 3, d->kind);
    db_bind_int(q, 4, d->number);
    db_bind_blob(q, 5, known);
    r = db_run(q, err);
    *fresh = *same = r == 0 && db_changes(q) > 0;
    if (r < 0 || *fresh)
        return r;
    r = db_prepare(db, "select known from desk_answered where hall = $1 and day = $2 and kind = $3 and number = $4", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, d->hall);
    db_bind_int(q, 2, d->day);
    db_bind_int(q, 3, d->kind);
    db_bind_int(q, 4, d->number);
    r = db_step(q, err);
    if (r > 0) {
        *same = db_col_exact(q, 0, was, sizeof was) && known.len == HASH_LEN && memcmp(was, known.p, HASH_LEN) == 0;
        db_reset(q);
    }
    return r < 0 ? r : 0;
}

/* --- who was at fault --- */

int holders_store_fault(struct db *db, const struct fault_row *f, int64_t now_ms, bool *fresh, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into desk_fault(setup, hall, agency, since_ms, over_ms) values($1, $2, $3, $4, 0) on conflict do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, f->setup);
    db_bind_id(q, 2, f->hall);
    db_bind_id(q, 3, f->agency);
    db_bind_int(q, 4, now_ms);
    r = db_run(q, err);
    *fresh = r == 0 && db_changes(q) > 0;
    return r;
}

int holders_store_at_fault(struct db *db, const uint8_t hall[static ID_LEN], const uint8_t agency[static ID_LEN], bool *at_fault, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select 1 from desk_fault where hall = $1 and agency = $2 and over_ms = 0 limit 1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    db_bind_id(q, 2, agency);
    r = db_step(q, err);
    *at_fault = r > 0;
    db_reset(q);
    return r < 0 ? r : 0;
}

int holders_store_forgive(struct db *db, const uint8_t hall[static ID_LEN], const uint8_t agency[static ID_LEN], int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update desk_fault set over_ms = $3 where hall = $1 and agency = $2 and over_ms = 0", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    db_bind_id(q, 2, agency);
    db_bind_int(q, 3, now_ms);
    return db_run(q, err);
}
