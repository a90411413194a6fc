#include "work/watch/watched_store.h"

#include <string.h>

#include "watch_embed.h"

static const struct embedded *const steps[] = {&watch_schema_sql, &watch_schema_2_sql, &watch_schema_3_sql};
const struct db_schema watch_schema = {"watch", steps, 3};

int watched_kept_put(struct db *db, const struct watched_kept *kept, const uint8_t fingerprint[static VAULT_FINGERPRINT_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into watch_kept(id, fingerprint, kept_ms, calls) values($1, $2, $3, $4) on conflict(fingerprint) do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, kept->id);
    db_bind_blob(q, 2, (bytes){fingerprint, VAULT_FINGERPRINT_LEN});
    db_bind_int(q, 3, kept->kept_ms);
    db_bind_int(q, 4, kept->calls);
    if ((r = db_run(q, err)) < 0)
        return r;
    return db_changes(q) == 1 ? 0 : err_set(err, ERR_EXISTS, "these draws are kept already: kept twice, each meeting would count twice");
}

int watched_kept_list(struct db *db, struct arena *a, struct watched_kept **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, "select id, kept_ms, calls from watch_kept order by kept_ms desc, id", &q, err);
    if (r < 0)
        return r;
    while ((r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        struct watched_kept *kept = &(*out)[(*n)++];
        *kept = (struct watched_kept){.kept_ms = db_col_int(q, 1), .calls = db_col_int(q, 2)};
        if (!db_col_id(q, 0, kept->id)) {
            db_reset(q);
            return err_set(err, ERR_CORRUPT, "the table watch_kept holds a row that does not hold together");
        }
    }
    return r;
}

int watched_piece_put(struct db *db, const uint8_t kept[static ID_LEN], int64_t at, const struct vault_id *content, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into watch_piece(kept, at, content) values($1, $2, $3)", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, kept);
    db_bind_int(q, 2, at);
    db_bind_id(q, 3, content->b);
    return db_run(q, err);
}

int watched_pieces(struct db *db, const uint8_t kept[static ID_LEN], struct arena *a, struct vault_id **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, "select content from watch_piece where kept = $1 order by at", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, kept);
    while ((r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        if (!db_col_id(q, 0, (*out)[(*n)++].b)) {
            db_reset(q);
            return err_set(err, ERR_CORRUPT, "the table watch_piece holds a row that does not hold together");
        }
    }
    return r;
}

int watched_name_put(struct db *db, uint32_t code, const struct vault_id *name, int64_t until_ms, bool *taken, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into watch_name(code, name, until_ms) values($1, $2, $3) on conflict(code) do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, code);
    db_bind_id(q, 2, name->b);
    db_bind_int(q, 3, until_ms);
    r = db_run(q, err);
    *taken = r == 0 && db_changes(q) == 0;
    return r;
}

int watched_name_extend(struct db *db, uint32_t code, const struct vault_id *name, int64_t until_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update watch_name set until_ms = case when until_ms > $1 then until_ms else $1 end where code = $2 and name = $3", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, until_ms);
    db_bind_int(q, 2, code);
    db_bind_id(q, 3, name->b);
    if ((r = db_run(q, err)) < 0)
        return r;
    return db_changes(q) == 1 ? 0 : err_set(err, ERR_CORRUPT, "a name that the watch keeps has no number in the table watch_name");
}

int watched_name_get(struct db *db, uint32_t code, struct vault_id *name, int64_t *until_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select name, until_ms from watch_name where code = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, code);
    if ((r = db_step(q, err)) <= 0)
        return r;
    *until_ms = db_col_int(q, 1);
    bool whole = db_col_id(q, 0, name->b);
    db_reset(q);
    return whole ? 1 : err_set(err, ERR_CORRUPT, "the table watch_name holds a row that does not hold together");
}

int watched_names_due(struct db *db, int64_t now_ms, size_t max, struct arena *a, struct watched_due **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *n = 0;
    *out = arena_array(a, struct watched_due, max);
    int r = db_prepare(db, "select code, name from watch_name where until_ms <= $1 order by until_ms, code limit $2", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, now_ms);
    db_bind_int(q, 2, (int64_t)max);
    while ((r = db_step(q, err)) > 0) {
        struct watched_due *due = &(*out)[(*n)++];
        due->code = (uint32_t)db_col_int(q, 0);
        if (!db_col_id(q, 1, due->name.b)) {
            db_reset(q);
            return err_set(err, ERR_CORRUPT, "the table watch_name holds a row that does not hold together");
        }
    }
    return r;
}

int watched_name_drop(struct db *db, uint32_t code, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from watch_name where code = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, code);
    return db_run(q, err);
}

int watched_day_put(struct db *db, const struct watched_day *day, const uint8_t kept[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into watch_day(hall, day, kept) values($1, $2, $3) on conflict(hall, day) do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, day->hall);
    db_bind_int(q, 2, day->day);
    db_bind_id(q, 3, kept);
    if ((r = db_run(q, err)) < 0)
        return r;
    return db_changes(q) == 1 ? 0 : err_set(err, ERR_EXISTS, "this day of the hall is kept already: kept twice, each meeting would count twice");
}

int watched_days_kept(struct db *db, const struct watched_day *day, bool *kept, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select 1 from watch_day where hall = $1 and day = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, day->hall);
    db_bind_int(q, 2, day->day);
    r = db_step(q, err);
    *kept = r > 0;
    if (r > 0)
        db_reset(q);
    return r < 0 ? r : 0;
}

int watched_order_put(struct db *db, const struct vault_id *basis, int64_t days, int64_t made_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_exec(db, "delete from watch_order", err);
    if (r < 0 || days == 0)
        return r;
    if ((r = db_prepare(db, "insert into watch_order(id, basis, days, made_ms) values(0, $1, $2, $3)", &q, err)) < 0)
        return r;
    db_bind_id(q, 1, basis->b);
    db_bind_int(q, 2, days);
    db_bind_int(q, 3, made_ms);
    return db_run(q, err);
}

int watched_order_row(struct db *db, struct vault_id *basis, int64_t *days, int64_t *made_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select basis, days, made_ms from watch_order where id = 0", &q, err);
    if (r < 0 || (r = db_step(q, err)) <= 0)
        return r;
    *days = db_col_int(q, 1);
    *made_ms = db_col_int(q, 2);
    const bool whole = db_col_id(q, 0, basis->b);
    db_reset(q);
    return whole ? 1 : err_set(err, ERR_CORRUPT, "the table watch_order holds a row that does not hold together");
}

int watched_count_put(struct db *db, const struct watched_counts *counts, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into watch_count(at_ms, calls, tested, found) values($1, $2, $3, $4) on conflict do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, counts->at_ms);
    db_bind_int(q, 2, counts->calls);
    db_bind_int(q, 3, counts->tested);
    db_bind_int(q, 4, counts->found);
    return db_run(q, err);
}

int watched_counts(struct db *db, size_t max, struct arena *a, struct watched_counts **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *n = 0;
    *out = arena_array(a, struct watched_counts, max);
    int r = db_prepare(db, "select at_ms, calls, tested, found from watch_count order by at_ms desc limit $1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, (int64_t)max);
    while ((r = db_step(q, err)) > 0)
        (*out)[(*n)++] = (struct watched_counts){db_col_int(q, 0), db_col_int(q, 1), db_col_int(q, 2), db_col_int(q, 3)};
    return r;
}

int watched_rota_put(struct db *db, const uint8_t rota[static ID_LEN], const uint8_t kept[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into watch_rota(rota, kept) values($1, $2) on conflict(rota) do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, rota);
    db_bind_id(q, 2, kept);
    if ((r = db_run(q, err)) < 0)
        return r;
    return db_changes(q) == 1 ? 0 : err_set(err, ERR_EXISTS, "this rota is kept already: kept twice, each shift would count twice");
}

int watched_rotas_kept(struct db *db, const uint8_t rota[static ID_LEN], bool *kept, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select 1 from watch_rota where rota = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, rota);
    r = db_step(q, err);
    *kept = r > 0;
    if (r > 0)
        db_reset(q);
    return r < 0 ? r : 0;
}
