#include "work/shield/shield_store.h"

#include <string.h>

#include "shield_embed.h"
#include "work/shield/allegation.h"

static const struct embedded *const steps[] = {&shield_schema_sql};
const struct db_schema shield_schema = {"shield", steps, 1};

#define COLUMNS "id, file, person, state, laid_ms, laid_by, open_ms, ruled, ruled_ms, ruling, level, own_leaf"

int shield_row_put(struct db *db, const struct shield_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into shield_allegation(" COLUMNS ") values($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
                           "on conflict(id) do update set state = excluded.state, open_ms = excluded.open_ms, ruled = excluded.ruled, "
                           "ruled_ms = excluded.ruled_ms, ruling = excluded.ruling, level = excluded.level, own_leaf = excluded.own_leaf", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, row->id);
    db_bind_id(q, 2, row->file);
    db_bind_id(q, 3, row->person);
    db_bind_int(q, 4, row->state);
    db_bind_int(q, 5, row->laid_ms);
    db_bind_id(q, 6, row->laid_by);
    db_bind_int(q, 7, row->open_ms);
    db_bind_int(q, 8, row->ruled);
    db_bind_int(q, 9, row->ruled_ms);
    if (row->has_ruling)
        db_bind_id(q, 10, row->ruling);
    else
        db_bind_null(q, 10);
    db_bind_int(q, 11, row->level);
    db_bind_int(q, 12, row->own_leaf);
    return db_run(q, err);
}

static int take_row(struct db_stmt *q, struct shield_row *row, struct err *err)
{
    *row = (struct shield_row){.state = (enum allegation_state)db_col_int(q, 3), .laid_ms = db_col_int(q, 4), .open_ms = db_col_int(q, 6),
                               .ruled = (enum allegation_state)db_col_int(q, 7), .ruled_ms = db_col_int(q, 8), .level = (int)db_col_int(q, 10),
                               .own_leaf = db_col_int(q, 11)};
    bool whole = db_col_id(q, 0, row->id) && db_col_id(q, 1, row->file) && db_col_id(q, 2, row->person) && db_col_id(q, 5, row->laid_by) &&
                 row->state >= ALLEGATION_ASKING && row->state <= ALLEGATION_STATES;
    row->has_ruling = db_col_id(q, 9, row->ruling);
    return whole ? 0 : err_set(err, ERR_CORRUPT, "the table shield_allegation holds a row that does not hold together");
}

int shield_row_get(struct db *db, const uint8_t id[static ID_LEN], struct shield_row *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " COLUMNS " from shield_allegation where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, id);
    r = db_step(q, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, N_("there is no such offence in this case"));
    if (r < 0)
        return r;
    r = take_row(q, out, err);
    db_reset(q);
    return r;
}

int shield_rows(struct db *db, const uint8_t *file, struct arena *a, struct shield_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, file ? "select " COLUMNS " from shield_allegation where file = $1 order by laid_ms, id"
                                : "select " COLUMNS " from shield_allegation where state <> 4 order by laid_ms, id", &q, err);
    if (r < 0)
        return r;
    if (file)
        db_bind_id(q, 1, file);
    while ((r = db_step(q, err)) > 0) {
        if (*n == room) {
            *out = arena_grow(a, *out, room * sizeof **out, (2 * room + 8) * sizeof **out);
            room = 2 * room + 8;
        }
        if ((r = take_row(q, &(*out)[(*n)++], err)) < 0) {
            db_reset(q);
            return r;
        }
    }
    return r;
}

static int run_id(struct db *db, const char *sql, const uint8_t *id, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, sql, &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, id);
    return db_run(q, err);
}

int shield_row_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err)
{
    int r = run_id(db, "delete from shield_answer where allegation = $1", id, err);
    return r < 0 ? r : run_id(db, "delete from shield_allegation where id = $1", id, err);
}

int shield_answer_put(struct db *db, const uint8_t allegation[static ID_LEN], const struct shield_answer_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into shield_answer(allegation, partner, answer, epoch, maps, kept, tried_ms, presumed_ms) "
                           "values($1, $2, $3, $4, $5, $6, $7, $8) on conflict(allegation, partner) do update set answer = excluded.answer, "
                           "epoch = excluded.epoch, maps = excluded.maps, kept = excluded.kept, tried_ms = excluded.tried_ms, "
                           "presumed_ms = excluded.presumed_ms", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, allegation);
    db_bind_id(q, 2, row->partner);
    db_bind_int(q, 3, row->answer);
    db_bind_int(q, 4, row->epoch);
    db_bind_blob(q, 5, (bytes){row->maps, HASH_LEN});
    if (row->has_kept)
        db_bind_id(q, 6, row->kept.b);
    else
        db_bind_null(q, 6);
    db_bind_int(q, 7, row->tried_ms);
    db_bind_int(q, 8, row->presumed_ms);
    return db_run(q, err);
}

int shield_answers_of(struct db *db, const uint8_t allegation[static ID_LEN], struct arena *a, struct shield_answer_row **out, size_t *n,
                      struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, "select partner, answer, epoch, maps, kept, tried_ms, presumed_ms from shield_answer where allegation = $1 order by partner", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, allegation);
    while ((r = db_step(q, err)) > 0) {
        if (*n == room) {
            *out = arena_grow(a, *out, room * sizeof **out, (2 * room + 8) * sizeof **out);
            room = 2 * room + 8;
        }
        struct shield_answer_row *row = &(*out)[(*n)++];
        *row = (struct shield_answer_row){.answer = (enum shield_said)db_col_int(q, 1), .epoch = (uint32_t)db_col_int(q, 2), .tried_ms = db_col_int(q, 5),
                                          .presumed_ms = db_col_int(q, 6)};
        (void)db_col_id(q, 0, row->partner);
        (void)db_col_exact(q, 3, row->maps, HASH_LEN);
        row->has_kept = db_col_id(q, 4, row->kept.b);
    }
    return r;
}

#define OPEN "select s.open_ms, s.file, s.id from shield_allegation s where s.state in (1, 3) and s.level >= $1"
#define PART "exists(select 1 from access_part p where p.file = s.file and p.member = $2 and p.relation <> 32 and (p.until_ms = 0 or p.until_ms > $3))"
#define UNIT "exists(select 1 from access_file x where x.id = s.file and (x.unit is null or x.unit in (select unit from access_member where id = $2)))"
#define ORDER " order by s.open_ms"

int shield_open_since(struct db *db, const struct shield_whose *whose, int64_t now_ms, struct arena *a, struct shield_open **out, size_t *n,
                      struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, !whose->member ? OPEN ORDER : whose->supervises ? OPEN " and (" PART " or " UNIT ")" ORDER : OPEN " and " PART ORDER, &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, whose->level);
    if (whose->member) {
        db_bind_id(q, 2, whose->member);
        db_bind_int(q, 3, now_ms);
    }
    while ((r = db_step(q, err)) > 0) {
        if (*n == room) {
            *out = arena_grow(a, *out, room * sizeof **out, (2 * room + 64) * sizeof **out);
            room = 2 * room + 64;
        }
        struct shield_open *row = &(*out)[(*n)++];
        row->since_ms = db_col_int(q, 0);
        (void)db_col_id(q, 1, row->file);
        (void)db_col_id(q, 2, row->id);
    }
    return r;
}
