#include "work/rota/rotas_store.h"

#include <string.h>

#include "rotas_embed.h"

static const struct embedded *const steps[] = {&rotas_rotas_schema_sql, &rotas_rotas_schema_2_sql};
const struct db_schema rotas_schema = {"rotas", steps, sizeof steps / sizeof steps[0]};

#define COLUMNS "id, hall, input, state, first_day, n_days, digest, roster, broken, wishes, made_ms, frozen_ms, rostered_ms, search"

static int no_row(struct db_stmt *q, const char *table, struct err *err)
{
    db_reset(q);
    return err_set(err, ERR_CORRUPT, "the table %s holds a row that does not hold together", table);
}

/* --- rotas --- */

static int digest_is_new(struct db *db, const struct rotas_one *one, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select 1 from rota where hall = $1 and digest = $2 and id <> $3", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, one->hall);
    db_bind_blob(q, 2, (bytes){one->digest, HASH_LEN});
    db_bind_id(q, 3, one->id);
    if ((r = db_step(q, err)) <= 0)
        return r;
    db_reset(q);
    return err_set(err, ERR_EXISTS, N_("the very same table was drawn before: the same input gives the same rota"));
}

int rotas_store_put(struct db *db, const struct rotas_one *one, struct err *err)
{
    struct db_stmt *q;
    int r = one->state == ROTAS_FROZEN ? digest_is_new(db, one, err) : 0;
    if (r == 0)
        r = db_prepare(db, "insert into rota(" COLUMNS ") values($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict(id) do update set "
                           "hall = excluded.hall, input = excluded.input, state = excluded.state, first_day = excluded.first_day, n_days = excluded.n_days, "
                           "digest = excluded.digest, roster = excluded.roster, broken = excluded.broken, wishes = excluded.wishes, "
                           "frozen_ms = excluded.frozen_ms, rostered_ms = excluded.rostered_ms, search = excluded.search", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, one->id);
    db_bind_id(q, 2, one->hall);
    db_bind_id(q, 3, one->input.b);
    db_bind_int(q, 4, one->state);
    db_bind_int(q, 5, one->first_day);
    db_bind_int(q, 6, one->n_days);
    if (one->state == ROTAS_DRAFT)
        db_bind_null(q, 7);
    else
        db_bind_blob(q, 7, (bytes){one->digest, HASH_LEN});
    if (one->state == ROTAS_MADE)
        db_bind_id(q, 8, one->roster.b);
    else
        db_bind_null(q, 8);
    const int64_t rest[] = {one->score.hard, one->score.soft, one->made_ms, one->frozen_ms, one->rostered_ms, one->search};
    for (int i = 0; i < 6; i++)
        db_bind_int(q, 9 + i, rest[i]);
    return db_run(q, err);
}

static int take(struct db_stmt *q, struct rotas_one *out, struct err *err)
{
    *out = (struct rotas_one){.state = (enum rotas_state)db_col_int(q, 3), .first_day = db_col_int(q, 4), .n_days = (int)db_col_int(q, 5),
                              .score = {db_col_int(q, 8), db_col_int(q, 9)}, .made_ms = db_col_int(q, 10), .frozen_ms = db_col_int(q, 11),
                              .rostered_ms = db_col_int(q, 12), .search = (int)db_col_int(q, 13)};
    const bool whole = db_col_id(q, 0, out->id) && db_col_id(q, 1, out->hall) && db_col_id(q, 2, out->input.b) &&
                       (out->state == ROTAS_DRAFT || db_col_exact(q, 6, out->digest, HASH_LEN)) &&
                       (out->state != ROTAS_MADE || db_col_id(q, 7, out->roster.b));
    return whole ? 0 : no_row(q, "rota", err);
}

int rotas_store_get(struct db *db, const uint8_t id[static ID_LEN], struct rotas_one *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " COLUMNS " from rota where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, id);
    if ((r = db_step(q, err)) == 0)
        return err_set(err, ERR_NOT_FOUND, N_("there is no such rota"));
    if (r < 0 || (r = take(q, out, err)) < 0)
        return r;
    db_reset(q);
    return 0;
}

int rotas_store_list(struct db *db, enum rotas_state state, struct arena *a, struct rotas_one **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, state ? "select " COLUMNS " from rota where state = $1 order by first_day desc, made_ms desc, id"
                                 : "select " COLUMNS " from rota order by first_day desc, made_ms desc, id", &q, err);
    if (r == 0 && state)
        db_bind_int(q, 1, state);
    while (r == 0 && (r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        r = take(q, &(*out)[(*n)++], err);
    }
    return r;
}

#define HOLDS_ON "hall = $1 and state = $2 and first_day <= $3 and first_day + n_days >= $3"

int rotas_store_version(struct db *db, const uint8_t hall[static ID_LEN], int64_t day, struct rotas_version *out, struct err *err)
{
    struct db_stmt *q;
    *out = (struct rotas_version){0};
    int r = db_prepare(db, "select (select count(*) from rota where " HOLDS_ON "), "
                           "(select count(*) from rota_change join rota on id = rota where done <> 0 and " HOLDS_ON "), "
                           "(select count(*) from rota_draw where hall = $1 and kind = $4 and day >= $3 - 1 and drawn_ms <> 0)", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    db_bind_int(q, 2, ROTAS_MADE);
    db_bind_int(q, 3, day);
    db_bind_int(q, 4, DRAW_COUNTERS);
    if ((r = db_step(q, err)) <= 0)
        return r;
    *out = (struct rotas_version){db_col_int(q, 0), db_col_int(q, 1), db_col_int(q, 2)};
    db_reset(q);
    return 0;
}

int rotas_store_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from rota where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, id);
    return db_run(q, err);
}

/* --- changes --- */

static int next_of(struct db_stmt *q, int64_t *out, struct err *err)
{
    int r = db_step(q, err);
    *out = r > 0 ? db_col_int(q, 0) + 1 : 1;
    if (r > 0)
        db_reset(q);
    return r < 0 ? r : 0;
}

int rotas_change_put(struct db *db, const uint8_t rota[static ID_LEN], struct change_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = 0;
    if (row->number == 0) {
        r = db_prepare(db, "select coalesce(max(number), 0) from rota_change where rota = $1", &q, err);
        if (r < 0)
            return r;
        db_bind_id(q, 1, rota);
        r = next_of(q, &row->number, err);
    }
    if (r == 0)
        r = db_prepare(db, "insert into rota_change(rota, number, done, content) values($1, $2, $3, $4) on conflict(rota, number) do update set "
                           "done = excluded.done, content = excluded.content", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, rota);
    db_bind_int(q, 2, row->number);
    db_bind_int(q, 3, row->done);
    db_bind_id(q, 4, row->content.b);
    return db_run(q, err);
}

int rotas_changes(struct db *db, const uint8_t rota[static ID_LEN], struct arena *a, struct change_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, "select number, done, content from rota_change where rota = $1 order by number", &q, err);
    if (r == 0)
        db_bind_id(q, 1, rota);
    while (r == 0 && (r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        struct change_row *row = &(*out)[(*n)++];
        *row = (struct change_row){.number = db_col_int(q, 0), .done = db_col_int(q, 1) != 0};
        r = db_col_id(q, 2, row->content.b) ? 0 : no_row(q, "rota_change", err);
    }
    return r;
}

/* --- draws --- */

static void bind_name(struct db_stmt *q, const struct draw *d)
{
    db_bind_id(q, 1, d->hall);
    db_bind_int(q, 2, d->day);
    db_bind_int(q, 3, d->kind);
}

int rotas_draw_put(struct db *db, struct rotas_draw *draw, struct err *err)
{
    struct db_stmt *q;
    int64_t number = 0;
    int r = db_prepare(db, "select coalesce(max(number), 0) from rota_draw where hall = $1 and day = $2 and kind = $3", &q, err);
    if (r < 0)
        return r;
    bind_name(q, &draw->what);
    r = next_of(q, &number, err);
    draw->what.number = (uint32_t)number;
    if (r == 0)
        r = db_prepare(db, "insert into rota_draw(hall, day, kind, number, rota, change, known, answers, drawn_ms) values($1, $2, $3, $4, $5, $6, $7, null, 0)", &q, err);
    if (r < 0)
        return r;
    bind_name(q, &draw->what);
    db_bind_int(q, 4, number);
    db_bind_id(q, 5, draw->rota);
    db_bind_int(q, 6, draw->change);
    db_bind_blob(q, 7, (bytes){draw->known, HASH_LEN});
    return db_run(q, err);
}

int rotas_draw_answered(struct db *db, const struct rotas_draw *draw, struct err *err)
{
    uint8_t blob[1 + THRESHOLD_HOLDERS_MAX * (1 + THRESHOLD_ANSWER_LEN)], *at = blob;
    struct db_stmt *q;
    *at++ = (uint8_t)draw->answers.n;
    for (size_t i = 0; i < draw->answers.n; i++) {
        *at++ = draw->answers.holders[i];
        memcpy(at, &draw->answers.answers[i], THRESHOLD_ANSWER_LEN);
        at += THRESHOLD_ANSWER_LEN;
    }
    int r = db_prepare(db, "update rota_draw set answers = $5, drawn_ms = $6 where hall = $1 and day = $2 and kind = $3 and number = $4 and answers is null", &q, err);
    if (r < 0)
        return r;
    bind_name(q, &draw->what);
    db_bind_int(q, 4, draw->what.number);
    db_bind_blob(q, 5, (bytes){blob, (size_t)(at - blob)});
    db_bind_int(q, 6, draw->drawn_ms);
    if ((r = db_run(q, err)) < 0)
        return r;
    return db_changes(q) == 1 ? 0 : err_set(err, ERR_EXISTS, "this was drawn already");
}

static bool take_answers(bytes blob, struct draw_answers *out)
{
    struct reader in = reader_new(blob);
    const size_t n = reader_u8(&in);
    for (out->n = 0; n <= THRESHOLD_HOLDERS_MAX && out->n < n; out->n++) {
        out->holders[out->n] = reader_u8(&in);
        const bytes answer = reader_take(&in, THRESHOLD_ANSWER_LEN);
        if (answer.len != THRESHOLD_ANSWER_LEN)
            return false;
        memcpy(&out->answers[out->n], answer.p, THRESHOLD_ANSWER_LEN);
    }
    return n == out->n && reader_done(&in);
}

int rotas_draws(struct db *db, const uint8_t *rota, struct arena *a, struct rotas_draw **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, rota ? "select hall, day, kind, number, rota, change, known, answers, drawn_ms from rota_draw where rota = $1 order by change"
                                : "select hall, day, kind, number, rota, change, known, answers, drawn_ms from rota_draw where answers is null order by day, kind, number",
                       &q, err);
    if (r == 0 && rota)
        db_bind_id(q, 1, rota);
    while (r == 0 && (r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        struct rotas_draw *d = &(*out)[(*n)++];
        const bytes answers = db_col_blob(q, 7);
        *d = (struct rotas_draw){.what = {.day = (uint32_t)db_col_int(q, 1), .kind = (enum draw_kind)db_col_int(q, 2), .number = (uint32_t)db_col_int(q, 3)},
                                 .change = db_col_int(q, 5), .drawn_ms = db_col_int(q, 8)};
        const bool whole = db_col_id(q, 0, d->what.hall) && db_col_id(q, 4, d->rota) && db_col_exact(q, 6, d->known, HASH_LEN) &&
                           (answers.len == 0 || take_answers(answers, &d->answers));
        r = whole ? 0 : no_row(q, "rota_draw", err);
    }
    return r;
}
