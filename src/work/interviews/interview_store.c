#include "work/interviews/interview_store.h"

#include <string.h>

#include "interviews_embed.h"

static const struct embedded *const steps[] = {&interviews_schema_sql};
const struct db_schema interviews_schema = {"interviews", steps, 1};

#define STATEMENT_ROW 32

/* One row or none: 1, 0. */
static int one(struct db *db, const char *sql, const uint8_t *first, const uint8_t *second, struct db_stmt **q, struct err *err)
{
    int r = db_prepare(db, sql, q, err);
    if (r < 0)
        return r;
    db_bind_id(*q, 1, first);
    if (second)
        db_bind_id(*q, 2, second);
    return db_step(*q, err);
}

int window_store_put(struct db *db, const struct window_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into interviews_window(partner, interview, tie, until_ms, came_ms, language) values($1, $2, $3, $4, $5, $6) "
                           "on conflict(partner, interview) do update set tie = excluded.tie, until_ms = excluded.until_ms, language = excluded.language", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, row->partner);
    db_bind_id(q, 2, row->interview);
    db_bind_id(q, 3, row->tie);
    db_bind_int(q, 4, row->until_ms);
    db_bind_int(q, 5, row->came_ms);
    db_bind_text(q, 6, row->language);
    return db_run(q, err);
}

#define WINDOW "select partner, interview, tie, until_ms, came_ms, language from interviews_window "

static bool window_row(struct db_stmt *q, struct arena *a, struct window_row *row)
{
    *row = (struct window_row){.until_ms = db_col_int(q, 3), .came_ms = db_col_int(q, 4), .language = str_dup(a, db_col_text(q, 5))};
    return db_col_id(q, 0, row->partner) && db_col_id(q, 1, row->interview) && db_col_id(q, 2, row->tie);
}

int window_store_get(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t interview[static ID_LEN], struct arena *a,
                     struct window_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = one(db, WINDOW "where partner = $1 and interview = $2", partner, interview, &q, err);
    if (r <= 0)
        return r < 0 ? r : err_set(err, ERR_NOT_FOUND, N_("there is no such window for questions"));
    r = window_row(q, a, row) ? 0 : err_set(err, ERR_CORRUPT, "the table interviews_window holds an id that is none");
    db_reset(q);
    return r;
}

int window_store_list(struct db *db, int64_t now_ms, struct arena *a, struct window_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *out = arena_array(a, struct window_row, INTERVIEW_WINDOWS_MAX);
    *n = 0;
    int r = db_prepare(db, WINDOW "w where until_ms > $1 or exists(select 1 from interviews_asked q where q.partner = w.partner and q.interview = w.interview) "
                           "order by case when until_ms > $1 then 0 else 1 end, until_ms, interview limit $2", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, now_ms);
    db_bind_int(q, 2, INTERVIEW_WINDOWS_MAX);
    while ((r = db_step(q, err)) > 0 && *n < INTERVIEW_WINDOWS_MAX)
        *n += window_row(q, a, &(*out)[*n]);
    db_reset(q);
    return r < 0 ? r : 0;
}

enum question_state asked_state(const struct asked_row *row)
{
    return row->answered_ms >= 0 ? QUESTION_ANSWERED : question_state_of(row->state);
}

int asked_store_put(struct db *db, const struct asked_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into interviews_asked(id, partner, interview, content, state, reason, at_ms, answered_ms) values($1, $2, $3, $4, $5, $6, $7, $8) "
                           "on conflict(id) do update set state = excluded.state, reason = excluded.reason, answered_ms = excluded.answered_ms", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, row->id);
    db_bind_id(q, 2, row->partner);
    db_bind_id(q, 3, row->interview);
    db_bind_id(q, 4, row->content.b);
    db_bind_text(q, 5, row->state);
    if (row->has_reason)
        db_bind_id(q, 6, row->reason.b);
    db_bind_int(q, 7, row->at_ms);
    db_bind_int(q, 8, row->answered_ms);
    return db_run(q, err);
}

#define ASKED "select id, partner, interview, content, state, reason, at_ms, answered_ms from interviews_asked "

static bool asked_row(struct db_stmt *q, struct arena *a, struct asked_row *row)
{
    *row = (struct asked_row){.state = str_dup(a, db_col_text(q, 4)), .at_ms = db_col_int(q, 6), .answered_ms = db_col_int(q, 7)};
    row->has_reason = db_col_id(q, 5, row->reason.b);
    return db_col_id(q, 0, row->id) && db_col_id(q, 1, row->partner) && db_col_id(q, 2, row->interview) && db_col_id(q, 3, row->content.b);
}

int asked_store_get(struct db *db, const uint8_t id[static ID_LEN], struct arena *a, struct asked_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = one(db, ASKED "where id = $1", id, NULL, &q, err);
    if (r <= 0)
        return r < 0 ? r : err_set(err, ERR_NOT_FOUND, N_("there is no such question of ours"));
    r = asked_row(q, a, row) ? 0 : err_set(err, ERR_CORRUPT, "the table interviews_asked holds an id that is none");
    db_reset(q);
    return r;
}

int asked_store_of(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t interview[static ID_LEN], struct arena *a,
                   struct asked_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *out = arena_array(a, struct asked_row, INTERVIEW_QUESTIONS_MAX);
    *n = 0;
    int r = db_prepare(db, ASKED "where partner = $1 and interview = $2 order by at_ms, id", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, partner);
    db_bind_id(q, 2, interview);
    while ((r = db_step(q, err)) > 0 && *n < INTERVIEW_QUESTIONS_MAX)
        *n += asked_row(q, a, &(*out)[*n]);
    db_reset(q);
    return r < 0 ? r : 0;
}

int register_store_put(struct db *db, const uint8_t tie[static ID_LEN], const struct interview_register *reg, struct err *err)
{
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    struct db_stmt *q;
    for (size_t i = 0; i < reg->n_statements; i++) {
        buf_add_bytes(&b, reg->statements[i].id, ID_LEN);
        buf_u64(&b, (uint64_t)reg->statements[i].sealed_ms);
        buf_u64(&b, (uint64_t)reg->statements[i].length_ms);
    }
    int r = db_prepare(db, "insert into interviews_register(partner, tie, interviews, minutes, exams, statements, at_ms) values($1, $2, $3, $4, $5, $6, $7) "
                           "on conflict(partner, tie) do update set interviews = excluded.interviews, minutes = excluded.minutes, exams = excluded.exams, "
                           "statements = excluded.statements, at_ms = excluded.at_ms", &q, err);
    if (r == 0) {
        db_bind_id(q, 1, reg->partner);
        db_bind_id(q, 2, tie);
        db_bind_int(q, 3, reg->counters.interviews);
        db_bind_int(q, 4, reg->counters.minutes);
        db_bind_int(q, 5, reg->counters.exams);
        db_bind_blob(q, 6, buf_bytes(&b));
        db_bind_int(q, 7, reg->at_ms);
        r = db_run(q, err);
    }
    arena_free(a);
    return r;
}

int register_store_get(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t tie[static ID_LEN], struct arena *a,
                       struct interview_register *reg, struct err *err)
{
    struct db_stmt *q;
    int r = one(db, "select interviews, minutes, exams, statements, at_ms from interviews_register where partner = $1 and tie = $2", partner, tie, &q, err);
    if (r <= 0)
        return r < 0 ? r : err_set(err, ERR_NOT_FOUND, "this partner has told nothing of her");
    *reg = (struct interview_register){.counters = {db_col_int(q, 0), db_col_int(q, 1), db_col_int(q, 2)}, .at_ms = db_col_int(q, 4)};
    memcpy(reg->partner, partner, ID_LEN);
    bytes rows = db_col_blob(q, 3);
    reg->n_statements = rows.len / STATEMENT_ROW;
    reg->statements = arena_array(a, struct interview_statement, reg->n_statements);
    for (size_t i = 0; i < reg->n_statements; i++) {
        const uint8_t *p = rows.p + i * STATEMENT_ROW;
        memcpy(reg->statements[i].id, p, ID_LEN);
        reg->statements[i].sealed_ms = (int64_t)get_u64be(p + ID_LEN);
        reg->statements[i].length_ms = (int64_t)get_u64be(p + ID_LEN + 8);
    }
    db_reset(q);
    return 0;
}

int told_store_get(struct db *db, const struct tie *tie, uint8_t said[static HASH_LEN], struct err *err)
{
    struct db_stmt *q;
    memset(said, 0, HASH_LEN);
    int r = one(db, "select said from interviews_told where partner = $1 and tie = $2", tie->partner, tie->id, &q, err);
    if (r <= 0)
        return r;
    (void)db_col_exact(q, 0, said, HASH_LEN);
    db_reset(q);
    return 0;
}

int told_store_put(struct db *db, const struct tie *tie, const uint8_t said[static HASH_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into interviews_told(partner, tie, said) values($1, $2, $3) on conflict(partner, tie) do update set said = excluded.said", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, tie->partner);
    db_bind_id(q, 2, tie->id);
    db_bind_blob(q, 3, (bytes){said, HASH_LEN});
    return db_run(q, err);
}

/* --- when she is erased --- */

int window_store_of_tie(struct db *db, const struct tie *tie, struct arena *a, struct window_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    int r = db_prepare(db, WINDOW "where partner = $1 and tie = $2", &q, err);
    *out = NULL;
    *n = 0;
    if (r < 0)
        return r;
    db_bind_id(q, 1, tie->partner);
    db_bind_id(q, 2, tie->id);
    while ((r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        *n += window_row(q, a, &(*out)[*n]);
    }
    db_reset(q);
    return r;
}

static int run_all(struct db *db, const char *const all[], size_t n, const uint8_t *first, const uint8_t *second, struct err *err)
{
    struct db_stmt *q;
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        if ((r = db_prepare(db, all[i], &q, err)) == 0) {
            db_bind_id(q, 1, first);
            db_bind_id(q, 2, second);
            r = db_run(q, err);
        }
    return r;
}

int window_store_drop(struct db *db, const struct window_row *row, struct err *err)
{
    static const char *const all[] = {"delete from interviews_asked where partner = $1 and interview = $2", "delete from interviews_window where partner = $1 and interview = $2"};
    return run_all(db, all, 2, row->partner, row->interview, err);
}

int register_store_drop(struct db *db, const struct tie *tie, struct err *err)
{
    static const char *const all[] = {"delete from interviews_register where partner = $1 and tie = $2", "delete from interviews_told where partner = $1 and tie = $2"};
    return run_all(db, all, 2, tie->partner, tie->id, err);
}
