#include "trust/peer/ask.h"
#include "trust/peer/exchange_store.h"

#include <string.h>

#define MS_PER_DAY 86400000

static int forget(struct db *db, const uint8_t partner[static ID_LEN], int64_t before_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from peer_seen where partner = $1 and seen_ms < $2", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_int(q, 2, before_ms);
    return db_run(q, err);
}

int exchange_see(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t question[static ID_LEN], int64_t now_ms,
                 int64_t forget_ms, struct err *err)
{
    struct db_stmt *q;
    int r = forget(db, partner, forget_ms, err);
    if (r < 0)
        return r;
    /* "do nothing" rather than an error: an error would spoil the transaction on PostgreSQL */
    r = db_prepare(db, "insert into peer_seen (partner, question, seen_ms) values ($1, $2, $3) on conflict do nothing returning 1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){question, ID_LEN});
    db_bind_int(q, 3, now_ms);
    r = db_step(q, err);
    if (r > 0)
        db_reset(q);
    if (r == 0)
        return err_set(err, ERR_EXISTS, "this question was answered already: ask it anew");
    return r < 0 ? r : 0;
}

int exchange_spent(struct db *db, const uint8_t partner[static ID_LEN], int64_t now_ms, int64_t *spent, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select questions from peer_spent where partner = $1 and day = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_int(q, 2, now_ms / MS_PER_DAY);
    r = db_step(q, err);
    *spent = r > 0 ? db_col_int(q, 0) : 0;
    if (r > 0)
        db_reset(q);
    return r < 0 ? r : 0;
}

int exchange_spend(struct db *db, const uint8_t partner[static ID_LEN], int64_t now_ms, int64_t budget, int64_t *left, struct err *err)
{
    struct db_stmt *q;
    int64_t spent;
    int r = exchange_spent(db, partner, now_ms, &spent, err);
    if (r < 0)
        return r;
    if (spent >= budget)
        return err_set(err, ERR_LIMIT, "the budget of %lld questions for today is spent; it is renewed at 00:00 UTC", (long long)budget);
    r = db_prepare(db, "insert into peer_spent (partner, day, questions) values ($1, $2, 1) "
                       "on conflict (partner, day) do update set questions = peer_spent.questions + 1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_int(q, 2, now_ms / MS_PER_DAY);
    *left = budget - spent - 1;
    return db_run(q, err);
}

int ask_number_find(struct db *db, str number, struct ask_number *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select partner, epoch, handle, asked_ms from peer_request where number = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_text(q, 1, number);
    if ((r = db_step(q, err)) == 0)
        return err_set(err, ERR_NOT_FOUND, N_("no answer to a question had this request number: look at it again"));
    if (r < 0)
        return r;
    bytes partner = db_col_blob(q, 0);
    *out = (struct ask_number){.epoch = (uint32_t)db_col_int(q, 1), .handle = (uint32_t)db_col_int(q, 2), .asked_ms = db_col_int(q, 3)};
    r = partner.len == ID_LEN ? 0 : err_set(err, ERR_CORRUPT, "the table peer_request holds an id that is none");
    if (r == 0)
        memcpy(out->partner, partner.p, ID_LEN);
    db_reset(q);
    return r;
}

int exchange_request_put(struct db *db, const struct exchange_request *r, struct err *err)
{
    struct db_stmt *q;
    int code = db_prepare(db, "insert into peer_request (id, number, partner, epoch, handle, band, asked_ms) values ($1, $2, $3, $4, $5, $6, $7)",
                          &q, err);
    if (code < 0)
        return code;
    db_bind_blob(q, 1, (bytes){r->id, ID_LEN});
    db_bind_text(q, 2, r->number);
    db_bind_blob(q, 3, (bytes){r->partner, ID_LEN});
    db_bind_int(q, 4, r->epoch);
    db_bind_int(q, 5, r->handle);
    db_bind_text(q, 6, r->band);
    db_bind_int(q, 7, r->asked_ms);
    return db_run(q, err);
}
