/* The tables of referrals: see referral.h. */
#include <string.h>

#include "work/requests/referral_store.h"

#define COLUMNS "id, partner, outgoing, state, tie, grant_id, purpose, reason, sent_ms, answered_ms, ended_ms, member, refusal, settled, said, words"

int referral_store_put(struct db *db, const struct referral_row *row, struct err *err)
{
    const struct referral *h = &row->head;
    struct db_stmt *q;
    int r = db_prepare(db, "insert into requests_referral(" COLUMNS ") values($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) "
                           "on conflict(id) do update set state = excluded.state, answered_ms = excluded.answered_ms, ended_ms = excluded.ended_ms, "
                           "member = excluded.member, refusal = excluded.refusal, settled = excluded.settled, said = excluded.said, words = excluded.words", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, h->id);
    db_bind_id(q, 2, h->partner);
    db_bind_int(q, 3, h->outgoing);
    db_bind_int(q, 4, h->state);
    db_bind_id(q, 5, h->tie);
    db_bind_id(q, 6, h->grant);
    db_bind_text(q, 7, h->purpose);
    db_bind_text(q, 8, h->reason);
    db_bind_int(q, 9, h->sent_ms);
    db_bind_int(q, 10, h->answered_ms);
    db_bind_int(q, 11, h->ended_ms);
    if (h->has_member)
        db_bind_id(q, 12, h->member);
    db_bind_text(q, 13, h->refusal);
    db_bind_int(q, 14, row->settled);
    if (row->has_said)
        db_bind_id(q, 15, row->said.b);
    if (row->has_words)
        db_bind_id(q, 16, row->words.b);
    return db_run(q, err);
}

static int take(struct db_stmt *q, struct arena *a, struct referral_row *row, struct err *err)
{
    struct referral *h = &row->head;
    *row = (struct referral_row){.head = {.outgoing = db_col_int(q, 2) != 0, .state = (enum referral_state)db_col_int(q, 3), .purpose = str_dup(a, db_col_text(q, 6)),
                                          .reason = str_dup(a, db_col_text(q, 7)), .sent_ms = db_col_int(q, 8), .answered_ms = db_col_int(q, 9),
                                          .ended_ms = db_col_int(q, 10), .refusal = str_dup(a, db_col_text(q, 12))},
                                 .settled = db_col_int(q, 13) != 0};
    h->has_member = db_col_id(q, 11, h->member);
    row->has_said = db_col_id(q, 14, row->said.b);
    row->has_words = db_col_id(q, 15, row->words.b);
    return db_col_id(q, 0, h->id) && db_col_id(q, 1, h->partner) && db_col_id(q, 4, h->tie) && db_col_id(q, 5, h->grant)
               ? 0 : err_set(err, ERR_CORRUPT, "the table requests_referral holds an id that is none");
}

int referral_store_get(struct db *db, const uint8_t id[static ID_LEN], struct arena *a, struct referral_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " COLUMNS " from requests_referral where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, id);
    if ((r = db_step(q, err)) == 0)
        return err_set(err, ERR_NOT_FOUND, N_("there is no such referral"));
    if (r < 0)
        return r;
    r = take(q, a, row, err);
    db_reset(q);
    return r;
}

int referral_store_list(struct db *db, bool unsettled, size_t max, struct arena *a, struct referral_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *out = arena_array(a, struct referral_row, max);
    *n = 0;
    int r = db_prepare(db, unsettled ? "select " COLUMNS " from requests_referral where settled = false order by sent_ms, id limit $1"
                                     : "select " COLUMNS " from requests_referral order by case when ended_ms = 0 then 0 else 1 end, sent_ms desc, id limit $1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, (int64_t)max);
    while (*n < max && (r = db_step(q, err)) > 0 && (r = take(q, a, &(*out)[*n], err)) == 0)
        ++*n;
    db_reset(q);
    return r < 0 ? r : 0;
}

int referral_store_count(struct db *db, int64_t *waiting, struct err *err)
{
    struct db_stmt *q;
    *waiting = 0;
    int r = db_prepare(db, "select count(*) from requests_referral where outgoing = false and state = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, REFERRAL_OFFERED);
    if ((r = db_step(q, err)) > 0)
        *waiting = db_col_int(q, 0);
    db_reset(q);
    return r < 0 ? r : 0;
}

int step_store_add(struct db *db, const uint8_t referral[static ID_LEN], const struct step_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into requests_step(referral, number, ours, last, at_ms, said) "
                           "select $1, coalesce(max(number), 0) + 1, $2 = 1, $3 = 1, $4, $5 from requests_step where referral = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, referral);
    db_bind_int(q, 2, row->ours);
    db_bind_int(q, 3, row->last);
    db_bind_int(q, 4, row->at_ms);
    db_bind_id(q, 5, row->said.b);
    return db_run(q, err);
}

int step_store_of(struct db *db, const uint8_t referral[static ID_LEN], struct arena *a, struct step_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *out = arena_array(a, struct step_row, REFERRAL_STEPS_MAX);
    *n = 0;
    int r = db_prepare(db, "select ours, last, at_ms, said from requests_step where referral = $1 order by number limit $2", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, referral);
    db_bind_int(q, 2, REFERRAL_STEPS_MAX);
    while (*n < REFERRAL_STEPS_MAX && (r = db_step(q, err)) > 0) {
        struct step_row *s = &(*out)[*n];
        *s = (struct step_row){.ours = db_col_int(q, 0) != 0, .last = db_col_int(q, 1) != 0, .at_ms = db_col_int(q, 2)};
        *n += db_col_id(q, 3, s->said.b);
    }
    db_reset(q);
    return r < 0 ? r : 0;
}

int came_store_add(struct db *db, const uint8_t referral[static ID_LEN], const struct record_place *place, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into requests_came(referral, file, record) values($1, $2, $3)", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, referral);
    db_bind_id(q, 2, place->file);
    db_bind_id(q, 3, place->record);
    return db_run(q, err);
}

int came_store_of(struct db *db, const uint8_t referral[static ID_LEN], struct arena *a, struct record_place **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *out = arena_array(a, struct record_place, CASEFILE_CHANGES_MAX);
    *n = 0;
    int r = db_prepare(db, "select file, record from requests_came where referral = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, referral);
    while (*n < CASEFILE_CHANGES_MAX && (r = db_step(q, err)) > 0)
        *n += db_col_id(q, 0, (*out)[*n].file) && db_col_id(q, 1, (*out)[*n].record);
    db_reset(q);
    return r < 0 ? r : 0;
}

int referral_store_of_tie(struct db *db, const struct tie *tie, struct arena *a, struct referral_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    int r = db_prepare(db, "select " COLUMNS " from requests_referral where tie = $1 and partner = $2 order by sent_ms, id", &q, err);
    *out = NULL;
    *n = 0;
    if (r < 0)
        return r;
    db_bind_id(q, 1, tie->id);
    db_bind_id(q, 2, tie->partner);
    while ((r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        if ((r = take(q, a, &(*out)[*n], err)) < 0)
            break;
        ++*n;
    }
    db_reset(q);
    return r;
}

int referral_store_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err)
{
    static const char *const all[] = {"delete from requests_step where referral = $1", "delete from requests_came where referral = $1",
                                      "delete from requests_referral where id = $1"};
    struct db_stmt *q;
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof all / sizeof all[0]; i++)
        if ((r = db_prepare(db, all[i], &q, err)) == 0) {
            db_bind_id(q, 1, id);
            r = db_run(q, err);
        }
    return r;
}
