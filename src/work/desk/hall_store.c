#include "work/desk/hall_store.h"

#include <string.h>

#include "work/desk/hall.h"

int hall_store_put(struct db *db, const uint8_t id[static ID_LEN], bytes setup, int64_t made_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into desk_hall(id, setup, made_ms) values($1, $2, $3) on conflict (id) do update set setup = excluded.setup", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, id);
    db_bind_blob(q, 2, setup);
    db_bind_int(q, 3, made_ms);
    return db_run(q, err);
}

int hall_store_list(struct db *db, const uint8_t *id, struct arena *a, struct hall_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, id ? "select id, setup, made_ms from desk_hall where id = $1" : "select id, setup, made_ms from desk_hall order by made_ms, id", &q, err);
    if (r == 0 && id)
        db_bind_id(q, 1, id);
    while (r == 0 && (r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        struct hall_row *row = &(*out)[(*n)++];
        *row = (struct hall_row){.setup = bytes_dup(a, db_col_blob(q, 1)), .made_ms = db_col_int(q, 2)};
        r = db_col_id(q, 0, row->id) ? 0 : err_set(err, ERR_CORRUPT, "a hall has no number");
    }
    return r;
}

static int seat_query(struct db *db, const char *sql, const struct seat *s, struct db_stmt **q, struct err *err)
{
    int r = db_prepare(db, sql, q, err);
    if (r < 0)
        return r;
    db_bind_id(*q, 1, s->hall);
    db_bind_int(*q, 2, s->day);
    return 0;
}

int seat_store_put(struct db *db, const struct seat *s, unsigned counter, const uint8_t member[static ID_LEN], int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = seat_query(db, "insert into desk_seat(hall, day, counter, member, since_ms, until_ms) values($1, $2, $3, $4, $5, 0)", s, &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 3, counter);
    db_bind_id(q, 4, member);
    db_bind_int(q, 5, now_ms);
    return db_run(q, err);
}

int seat_store_of(struct db *db, const struct seat *s, const uint8_t member[static ID_LEN], unsigned *counter, struct err *err)
{
    struct db_stmt *q;
    int r = seat_query(db, "select counter from desk_seat where hall = $1 and day = $2 and member = $3 and until_ms = 0", s, &q, err);
    *counter = 0;
    if (r < 0)
        return r;
    db_bind_id(q, 3, member);
    r = db_step(q, err);
    if (r > 0)
        *counter = (unsigned)db_col_int(q, 0);
    db_reset(q);
    return r < 0 ? r : 0;
}

int seat_store_end(struct db *db, const struct seat *s, unsigned counter, int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = seat_query(db, "update desk_seat set until_ms = $4 where hall = $1 and day = $2 and counter = $3 and until_ms = 0", s, &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 3, counter);
    db_bind_int(q, 4, now_ms);
    return db_run(q, err);
}

int seat_store_over(struct db *db, const struct seat *from, const struct seat *to, int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = seat_query(db, "insert into desk_seat(hall, day, counter, member, since_ms, until_ms)"
                           " select hall, $3, counter, member, $4, 0 from desk_seat where hall = $1 and day = $2 and until_ms = 0", from, &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 3, to->day);
    db_bind_int(q, 4, now_ms);
    if ((r = db_run(q, err)) < 0 || (r = seat_query(db, "update desk_seat set until_ms = $3 where hall = $1 and day = $2 and until_ms = 0", from, &q, err)) < 0)
        return r;
    db_bind_int(q, 3, now_ms);
    return db_run(q, err);
}

int board_store_put(struct db *db, const uint8_t hall[static ID_LEN], const uint8_t key[static ID_LEN], int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into desk_board(hall, board, made_ms) values($1, $2, $3) on conflict (hall) do update set board = excluded.board, made_ms = excluded.made_ms",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    db_bind_id(q, 2, key);
    db_bind_int(q, 3, now_ms);
    return db_run(q, err);
}

int board_store_get(struct db *db, const uint8_t hall[static ID_LEN], uint8_t key[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select board from desk_board where hall = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    r = db_step(q, err);
    if (r > 0 && !db_col_id(q, 0, key))
        r = err_set(err, ERR_CORRUPT, "a board has no key");
    db_reset(q);
    return r;
}

int hall_seats(struct db *db, const uint8_t id[static ID_LEN], uint32_t day, struct arena *a, struct hall_seated **out, size_t *n, struct err *err)
{
    struct seat s = {.day = day};
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    memcpy(s.hall, id, ID_LEN);
    int r = seat_query(db, "select counter, member, since_ms, until_ms from desk_seat where hall = $1 and day = $2 order by since_ms, counter", &s, &q, err);
    while (r == 0 && (r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        struct hall_seated *seat = &(*out)[(*n)++];
        *seat = (struct hall_seated){.counter = (unsigned)db_col_int(q, 0), .since_ms = db_col_int(q, 2), .until_ms = db_col_int(q, 3)};
        r = db_col_id(q, 1, seat->member) ? 0 : err_set(err, ERR_CORRUPT, "a seat at a counter has no member");
    }
    return r;
}
