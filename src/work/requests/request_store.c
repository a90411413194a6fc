/* The tables of requests and answers: see request.h. */
#include <string.h>

#include "work/requests/request_store.h"

#define COLUMNS "id, partner, outgoing, state, tie, kind, clock, asked_ms, begun_ms, due_ms, ended_ms, parts, member, refusal, said, words, purpose"

int request_store_put(struct db *db, const struct request_row *row, struct err *err)
{
    const struct request *h = &row->head;
    struct db_stmt *q;
    int r = db_prepare(db, "insert into requests_request(" COLUMNS ") values($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) "
                           "on conflict(id) do update set state = excluded.state, clock = excluded.clock, begun_ms = excluded.begun_ms, due_ms = excluded.due_ms, "
                           "ended_ms = excluded.ended_ms, parts = excluded.parts, member = excluded.member, refusal = excluded.refusal, words = excluded.words", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, h->id);
    db_bind_id(q, 2, h->partner);
    db_bind_int(q, 3, h->outgoing);
    db_bind_int(q, 4, h->state);
    db_bind_id(q, 5, h->tie);
    db_bind_text(q, 6, h->kind);
    db_bind_text(q, 7, h->clock);
    db_bind_int(q, 8, h->asked_ms);
    db_bind_int(q, 9, row->begun_ms);
    db_bind_int(q, 10, h->due_ms);
    db_bind_int(q, 11, h->ended_ms);
    db_bind_int(q, 12, h->parts);
    if (h->has_member)
        db_bind_id(q, 13, h->member);
    db_bind_text(q, 14, h->refusal);
    db_bind_id(q, 15, row->said.b);
    if (row->has_words)
        db_bind_id(q, 16, row->words.b);
    db_bind_text(q, 17, h->purpose);
    return db_run(q, err);
}

static int take(struct db_stmt *q, struct arena *a, struct request_row *row, struct err *err)
{
    struct request *h = &row->head;
    *row = (struct request_row){.head = {.outgoing = db_col_int(q, 2) != 0, .state = (enum request_state)db_col_int(q, 3), .kind = str_dup(a, db_col_text(q, 5)),
                                         .clock = str_dup(a, db_col_text(q, 6)), .asked_ms = db_col_int(q, 7), .due_ms = db_col_int(q, 9),
                                         .ended_ms = db_col_int(q, 10), .parts = db_col_int(q, 11), .refusal = str_dup(a, db_col_text(q, 13)), .purpose = str_dup(a, db_col_text(q, 16))},
                                .begun_ms = db_col_int(q, 8)};
    h->has_member = db_col_id(q, 12, h->member);
    row->has_words = db_col_id(q, 15, row->words.b);
    return db_col_id(q, 0, h->id) && db_col_id(q, 1, h->partner) && db_col_id(q, 4, h->tie) && db_col_id(q, 14, row->said.b)
               ? 0 : err_set(err, ERR_CORRUPT, "the table requests_request holds an id that is none");
}

int request_store_get(struct db *db, const uint8_t id[static ID_LEN], struct arena *a, struct request_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " COLUMNS " from requests_request where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, id);
    if ((r = db_step(q, err)) == 0)
        return err_set(err, ERR_NOT_FOUND, N_("there is no such request"));
    if (r < 0)
        return r;
    r = take(q, a, row, err);
    db_reset(q);
    return r;
}

#define WANTED " where ($1 = 2 or outgoing = ($1 = 1)) and ($2 = 0 or ended_ms = 0) "
#define OF_PERSON "and tie in (select id from requests_tie where file = $4 and person = $5 and partner = requests_request.partner) "
#define ORDER "order by case when ended_ms = 0 then 0 else 1 end, case when ended_ms = 0 then due_ms else -ended_ms end, id limit $3"

int request_store_list(struct db *db, const struct request_filter *filter, size_t max, struct arena *a, struct request **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *out = arena_array(a, struct request, max);
    *n = 0;
    int r = db_prepare(db, filter->file ? "select " COLUMNS " from requests_request" WANTED OF_PERSON ORDER : "select " COLUMNS " from requests_request" WANTED ORDER,
                       &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, filter->incoming == filter->outgoing ? 2 : filter->outgoing);
    db_bind_int(q, 2, filter->open);
    db_bind_int(q, 3, (int64_t)max);
    if (filter->file) {
        db_bind_id(q, 4, filter->file);
        db_bind_id(q, 5, filter->person);
    }
    while ((r = db_step(q, err)) > 0 && *n < max) {
        struct request_row row;
        if ((r = take(q, a, &row, err)) < 0)
            break;
        (*out)[(*n)++] = row.head;
    }
    db_reset(q);
    return r < 0 ? r : 0;
}

int request_store_each(struct db *db, request_row_fn fn, void *arg, struct err *err)
{
    struct arena *a = arena_new();
    struct db_stmt *q;
    int r = db_prepare(db, "select " COLUMNS " from requests_request order by partner, outgoing", &q, err);
    while (r == 0 && (r = db_step(q, err)) > 0) {
        struct request_row row;
        arena_reset(a);
        if ((r = take(q, a, &row, err)) == 0)
            r = fn(&row.head, row.begun_ms, arg, err);
        if (r < 0)
            db_reset(q);
    }
    arena_free(a);
    return r;
}

int request_store_count(struct db *db, int64_t now_ms, struct request_counts *out, struct err *err)
{
    struct db_stmt *q;
    *out = (struct request_counts){0};
    int r = db_prepare(db, "select outgoing, count(*), cast(sum(case when due_ms > 0 and due_ms < $1 then 1 else 0 end) as bigint) from requests_request "
                           "where ended_ms = 0 group by outgoing", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, now_ms);
    while ((r = db_step(q, err)) > 0) {
        bool outgoing = db_col_int(q, 0) != 0;
        *(outgoing ? &out->waiting : &out->to_answer) = db_col_int(q, 1);
        *(outgoing ? &out->overdue_there : &out->overdue_here) = db_col_int(q, 2);
    }
    return r;
}

int part_store_add(struct db *db, const uint8_t request[static ID_LEN], const struct part_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into requests_part(request, number, letter, at_ms, last, sent) values($1, $2, $3, $4, $5, $6)", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, request);
    db_bind_int(q, 2, row->number);
    db_bind_id(q, 3, row->letter);
    db_bind_int(q, 4, row->at_ms);
    db_bind_int(q, 5, row->last);
    if (row->has_sent)
        db_bind_id(q, 6, row->sent.b);
    return db_run(q, err);
}

int part_store_of(struct db *db, const uint8_t request[static ID_LEN], struct arena *a, struct part_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *out = arena_array(a, struct part_row, REQUEST_PARTS_MAX);
    *n = 0;
    int r = db_prepare(db, "select number, letter, at_ms, last, sent from requests_part where request = $1 order by number", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, request);
    while ((r = db_step(q, err)) > 0 && *n < REQUEST_PARTS_MAX) {
        struct part_row *p = &(*out)[*n];
        *p = (struct part_row){.number = db_col_int(q, 0), .at_ms = db_col_int(q, 2), .last = db_col_int(q, 3) != 0};
        p->has_sent = db_col_id(q, 4, p->sent.b);
        *n += db_col_id(q, 1, p->letter);
    }
    db_reset(q);
    return r < 0 ? r : 0;
}

int request_store_of_tie(struct db *db, const struct tie *tie, struct arena *a, struct request_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    int r = db_prepare(db, "select " COLUMNS " from requests_request where tie = $1 and partner = $2 order by asked_ms, id", &q, err);
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

int request_store_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err)
{
    static const char *const all[] = {"delete from requests_part where request = $1", "delete from requests_request where id = $1"};
    struct db_stmt *q;
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof all / sizeof all[0]; i++)
        if ((r = db_prepare(db, all[i], &q, err)) == 0) {
            db_bind_id(q, 1, id);
            r = db_run(q, err);
        }
    return r;
}
