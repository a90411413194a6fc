#include "work/desk/day_store.h"

#include "desk_day_embed.h"

static const struct embedded *const steps[] = {&desk_day_day_schema_sql, &desk_day_day_schema_2_sql};
const struct db_schema desk_day_schema = {"desk_day", steps, 2};

int day_store_put(struct db *db, const struct day_book *book, int64_t leaf, bytes frame, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into desk_record(hall, day, number, leaf, frame) values($1, $2, $3, $4, $5)", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, book->hall);
    db_bind_int(q, 2, book->day);
    db_bind_int(q, 3, book->rows);
    db_bind_int(q, 4, leaf);
    if (frame.len)
        db_bind_blob(q, 5, frame);
    else
        db_bind_null(q, 5);
    return db_run(q, err);
}

int day_store_rows(struct db *db, const uint8_t hall[static ID_LEN], uint32_t day, int64_t from, size_t max, struct arena *a, struct day_row **out,
                   size_t *n, struct err *err)
{
    struct db_stmt *q;
    *out = arena_array(a, struct day_row, max);
    *n = 0;
    int r = db_prepare(db, "select number, leaf, frame from desk_record where hall = $1 and day = $2 and number >= $3 order by number limit $4", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    db_bind_int(q, 2, day);
    db_bind_int(q, 3, from);
    db_bind_int(q, 4, (int64_t)max);
    while ((r = db_step(q, err)) > 0) {
        struct day_row *row = &(*out)[(*n)++];
        *row = (struct day_row){.number = db_col_int(q, 0), .leaf = db_col_int(q, 1), .frame = bytes_dup(a, db_col_blob(q, 2))};
        if (row->number != from + (int64_t)*n - 1) {
            db_reset(q);
            return err_set(err, ERR_CORRUPT, "records of a day are missing in the table desk_record");
        }
    }
    return r;
}

static int one_number(struct db_stmt *q, int64_t *out, int64_t *second, struct err *err)
{
    int r = db_step(q, err);
    if (r <= 0)
        return r;
    *out = db_col_int(q, 0);
    if (second)
        *second = db_col_int(q, 1);
    db_reset(q);
    return 1;
}

char day_row_kind(const struct day_row *row)
{
    return row->frame.len == 1 ? (char)row->frame.p[0] : row->number == 1 ? 'K' : 'L';
}

int day_store_last_mark(struct db *db, const uint8_t hall[static ID_LEN], uint32_t day, int64_t *number, int64_t *leaf, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select number, leaf from desk_record where hall = $1 and day = $2 and leaf >= 0 and frame is null and number > 1 order by number desc limit 1", &q, err);
    if (r < 0)
        return r;
    *number = *leaf = -1;
    db_bind_id(q, 1, hall);
    db_bind_int(q, 2, day);
    r = one_number(q, number, leaf, err);
    return r < 0 ? r : 0;
}

int day_store_newest(struct db *db, const uint8_t hall[static ID_LEN], int64_t before, uint32_t *day, bool *there, struct err *err)
{
    struct db_stmt *q;
    int64_t newest = 0;
    *there = false;
    int r = db_prepare(db, "select day from desk_record where hall = $1 and day < $2 order by day desc limit 1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    db_bind_int(q, 2, before);
    r = one_number(q, &newest, NULL, err);
    *there = r > 0;
    *day = (uint32_t)newest;
    return r < 0 ? r : 0;
}

int day_store_put_posted(struct db *db, const struct day_posted *posted, int64_t leaf, int64_t since_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into desk_posted(hall, leaf, rule, since_ms) values($1, $2, $3, $4)", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, posted->hall);
    db_bind_int(q, 2, leaf);
    db_bind_blob(q, 3, (bytes){posted->rule, HASH_LEN});
    db_bind_int(q, 4, since_ms);
    return db_run(q, err);
}

int day_store_posted(struct db *db, const uint8_t hall[static ID_LEN], const uint8_t rule[static HASH_LEN], int64_t *leaf, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select leaf from desk_posted where hall = $1 and rule = $2 order by leaf desc limit 1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    db_bind_blob(q, 2, (bytes){rule, HASH_LEN});
    r = one_number(q, leaf, NULL, err);
    return r == 0 ? err_set(err, ERR_DENIED, N_("no two persons have agreed on this rule of the hall")) : r < 0 ? r : 0;
}

int day_store_put_keys(struct db *db, const struct day_keys *keys, int64_t leaf, int64_t since_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into desk_keys(hall, leaf, from_day, until_day, since_ms) values($1, $2, $3, $4, $5)", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, keys->hall);
    db_bind_int(q, 2, leaf);
    db_bind_int(q, 3, keys->from_day);
    db_bind_int(q, 4, keys->until_day);
    db_bind_int(q, 5, since_ms);
    return db_run(q, err);
}

int day_store_keys(struct db *db, const uint8_t hall[static ID_LEN], uint32_t day, int64_t by_ms, int64_t *leaf, int64_t *since_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select leaf, since_ms from desk_keys where hall = $1 and from_day <= $2 and until_day >= $2 and since_ms <= $3 order by leaf desc limit 1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    db_bind_int(q, 2, day);
    db_bind_int(q, 3, by_ms);
    r = one_number(q, leaf, since_ms, err);
    return r == 0 ? err_set(err, ERR_NOT_FOUND, "no keys are in the log that draw for this hall on this day: comity desk DIR keys makes them, a day ahead") : r < 0 ? r : 0;
}

int day_store_begun(struct db *db, const uint8_t hall[static ID_LEN], uint32_t day, bool *begun, struct err *err)
{
    struct db_stmt *q;
    int64_t first;
    *begun = false;
    int r = db_prepare(db, "select number from desk_record where hall = $1 and day = $2 and number = 0", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    db_bind_int(q, 2, day);
    r = one_number(q, &first, NULL, err);
    *begun = r > 0;
    return r < 0 ? r : 0;
}
