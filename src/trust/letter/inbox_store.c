/* inbox_store: the tables of letters that came. */
#include <string.h>

#include "trust/letter/inbox.h"

#define ROW_COLUMNS \
    "partner, id, stream, digest, previous, header_hash, sequence, size, sent_ms, arrived_ms, leaf, status, reason, kind, content, shown"

static bool blob(struct db_stmt *q, int col, uint8_t *out, size_t len)
{
    bytes b = db_col_blob(q, col);
    if (b.len != len)
        return false;
    memcpy(out, b.p, len);
    return true;
}

static int corrupt(struct db_stmt *q, struct err *err, const char *table)
{
    db_reset(q);
    return err_set(err, ERR_CORRUPT, "the table %s holds an id or hash of a wrong length: restore the database", table);
}

static int read_row(struct db_stmt *q, struct arena *a, struct inbox_row *out, struct err *err)
{
    *out = (struct inbox_row){0};
    if (!blob(q, 0, out->partner, ID_LEN) || !blob(q, 1, out->id, ID_LEN) || !blob(q, 2, out->stream, ID_LEN) ||
        !blob(q, 3, out->digest, HASH_LEN) || !blob(q, 4, out->previous, HASH_LEN) || !blob(q, 5, out->header_hash, HASH_LEN))
        return corrupt(q, err, "letter_in");
    out->sequence = (uint64_t)db_col_int(q, 6);
    out->size = (uint64_t)db_col_int(q, 7);
    out->sent_ms = db_col_int(q, 8);
    out->arrived_ms = db_col_int(q, 9);
    out->leaf = db_col_int(q, 10);
    out->status = db_col_int(q, 11) == LETTER_ACCEPTED ? LETTER_ACCEPTED : LETTER_REFUSED;
    out->reason = str_dup(a, db_col_text(q, 12));
    out->kind = str_dup(a, db_col_text(q, 13));
    out->has_content = blob(q, 14, out->content.b, ID_LEN);
    out->shown = db_col_int(q, 15) != 0;
    return 0;
}

/* One row or none, and the statement is free again. */
static int one_row(struct db_stmt *q, struct arena *a, struct inbox_row *out, struct err *err)
{
    int r = db_step(q, err);
    if (r <= 0)
        return r;
    if (read_row(q, a, out, err) < 0)
        return err->code;
    db_reset(q);
    return 1;
}

int inbox_find(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t id[static ID_LEN], struct arena *a, struct inbox_row *out,
               struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " ROW_COLUMNS " from letter_in where partner = $1 and id = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){id, ID_LEN});
    return one_row(q, a, out, err);
}

int inbox_find_any(struct db *db, const uint8_t id[static ID_LEN], struct arena *a, struct inbox_row *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " ROW_COLUMNS " from letter_in where id = $1 order by leaf desc limit 1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){id, ID_LEN});
    return one_row(q, a, out, err);
}

int inbox_of_kind(struct db *db, const uint8_t partner[static ID_LEN], str kind, struct arena *a, uint8_t (**out)[ID_LEN], size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, "select id from letter_in where partner = $1 and kind = $2 and content is not null", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, partner);
    db_bind_text(q, 2, kind);
    while ((r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        *n += db_col_id(q, 0, (*out)[*n]);
    }
    db_reset(q);
    return r;
}

int inbox_at(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], uint64_t sequence, struct arena *a,
             struct inbox_row *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " ROW_COLUMNS " from letter_in where partner = $1 and stream = $2 and sequence = $3", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){stream, ID_LEN});
    db_bind_int(q, 3, (int64_t)sequence);
    return one_row(q, a, out, err);
}

int inbox_put(struct db *db, const struct inbox_row *row, bytes sealed, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "insert into letter_in(" ROW_COLUMNS ", sealed) values "
                       "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){row->partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){row->id, ID_LEN});
    db_bind_blob(q, 3, (bytes){row->stream, ID_LEN});
    db_bind_blob(q, 4, (bytes){row->digest, HASH_LEN});
    db_bind_blob(q, 5, (bytes){row->previous, HASH_LEN});
    db_bind_blob(q, 6, (bytes){row->header_hash, HASH_LEN});
    db_bind_int(q, 7, (int64_t)row->sequence);
    db_bind_int(q, 8, (int64_t)row->size);
    db_bind_int(q, 9, row->sent_ms);
    db_bind_int(q, 10, row->arrived_ms);
    db_bind_int(q, 11, row->leaf);
    db_bind_int(q, 12, row->status);
    db_bind_text(q, 13, row->reason);
    db_bind_text(q, 14, row->kind);
    if (row->has_content)
        db_bind_blob(q, 15, (bytes){row->content.b, ID_LEN});
    db_bind_int(q, 16, row->shown);
    if (sealed.len > 0)
        db_bind_blob(q, 17, sealed);
    else if (!row->has_content && row->size > LETTER_INLINE_MAX) /* refused: its file goes */
        db_bind_blob(q, 17, (bytes){(const uint8_t *)"", 0});
    return db_run(q, err);
}

int inbox_forget_unread(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t id[static ID_LEN], struct err *err)
{
    static const uint8_t nothing[HASH_LEN];
    struct db_stmt *q;
    int r = db_prepare(db, "delete from letter_in where partner = $1 and id = $2 and digest = $3", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){id, ID_LEN});
    db_bind_blob(q, 3, (bytes){nothing, HASH_LEN});
    return db_run(q, err);
}

int inbox_from_leaf(struct db *db, const uint8_t partner[static ID_LEN], int64_t leaf, size_t max, struct arena *a, struct inbox_row **out,
                    size_t *n, struct err *err)
{
    struct db_stmt *q;
    *n = 0;
    int r = db_prepare(db, "select " ROW_COLUMNS " from letter_in where partner = $1 and leaf >= $2 order by leaf limit $3", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_int(q, 2, leaf);
    db_bind_int(q, 3, (int64_t)max);
    *out = arena_array(a, struct inbox_row, max);
    while (*n < max && (r = db_step(q, err)) > 0)
        if ((r = read_row(q, a, &(*out)[(*n)++], err)) < 0)
            return r;
    db_reset(q);
    return r < 0 ? r : 0;
}

int inbox_sealed(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t id[static ID_LEN], struct arena *a, bytes *out,
                 struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select sealed from letter_in where partner = $1 and id = $2 and sealed is not null", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){id, ID_LEN});
    if ((r = db_step(q, err)) <= 0)
        return r;
    *out = bytes_dup(a, db_col_blob(q, 0));
    db_reset(q);
    return 1;
}

int inbox_erased(struct db *db, const struct inbox_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update letter_in set content = null, sealed = $3 where partner = $1 and id = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){row->partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){row->id, ID_LEN});
    if (row->size > LETTER_INLINE_MAX)
        db_bind_blob(q, 3, (bytes){(const uint8_t *)"", 0});
    return db_run(q, err);
}

/* --- attachments --- */

int inbox_files_to_drop(struct db *db, size_t max, struct arena *a, struct inbox_name **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *n = 0;
    int r = db_prepare(db, "select partner, id from letter_in where length(sealed) = 0 limit $1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, (int64_t)max);
    *out = arena_array(a, struct inbox_name, max);
    while (*n < max && (r = db_step(q, err)) > 0) {
        struct inbox_name *name = &(*out)[(*n)++];
        if (!blob(q, 0, name->partner, ID_LEN) || !blob(q, 1, name->id, ID_LEN))
            return corrupt(q, err, "letter_in");
    }
    db_reset(q);
    return r < 0 ? r : 0;
}

static int bind_name(struct db *db, const char *sql, const struct inbox_name *name, struct db_stmt **q, struct err *err)
{
    int r = db_prepare(db, sql, q, err);
    if (r < 0)
        return r;
    db_bind_blob(*q, 1, (bytes){name->partner, ID_LEN});
    db_bind_blob(*q, 2, (bytes){name->id, ID_LEN});
    return 0;
}

int inbox_file_gone(struct db *db, const struct inbox_name *name, struct err *err)
{
    struct db_stmt *q;
    int r = bind_name(db, "update letter_in set sealed = null where partner = $1 and id = $2 and length(sealed) = 0", name, &q, err);
    return r < 0 ? r : db_run(q, err);
}

int inbox_uses_file(struct db *db, const struct inbox_name *name, struct err *err)
{
    struct db_stmt *q;
    int r = bind_name(db,
                      "select 1 from letter_in where partner = $1 and id = $2 and content is not null "
                      "union all select 1 from letter_held where partner = $1 and id = $2",
                      name, &q, err);
    if (r < 0)
        return r;
    r = db_step(q, err);
    db_reset(q);
    return r;
}

int inbox_stream_move(struct db *db, const uint8_t partner[static ID_LEN], uint64_t from, const struct post_stream *s, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "update letter_stream set sequence = $4, previous = $5 where partner = $1 and outgoing = 0 and stream = $2 "
                       "and sequence = $3 and live = 1",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){s->id, ID_LEN});
    db_bind_int(q, 3, (int64_t)from);
    db_bind_int(q, 4, (int64_t)s->sequence);
    db_bind_blob(q, 5, (bytes){s->previous, HASH_LEN});
    r = db_run(q, err);
    return r < 0 ? r : db_changes(q) == 1;
}

/* --- held --- */

int inbox_hold(struct db *db, const struct post_coming *c, const uint8_t partner[static ID_LEN], int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "insert into letter_held(partner, stream, sequence, id, header, sealed, size, arrived_ms) "
                       "select $1, $2, $3, $4, $5, $6, $7, $8 where "
                       "(select count(*) from letter_held where partner = $1) < $9 and "
                       "(select coalesce(sum(length(sealed)), 0) from letter_held where partner = $1) < $10 "
                       "on conflict do nothing",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){c->header.stream, ID_LEN});
    db_bind_int(q, 3, (int64_t)c->header.sequence);
    db_bind_blob(q, 4, (bytes){c->header.id, ID_LEN});
    db_bind_text(q, 5, c->line);
    if (c->sealed.len > 0)
        db_bind_blob(q, 6, c->sealed);
    db_bind_int(q, 7, (int64_t)c->header.size);
    db_bind_int(q, 8, now_ms);
    db_bind_int(q, 9, POST_HELD_MAX);
    db_bind_int(q, 10, POST_HELD_BYTES);
    if ((r = db_run(q, err)) < 0)
        return r;
    if (db_changes(q) == 1)
        return 1;
    r = db_prepare(db, "select 1 from letter_held where partner = $1 and stream = $2 and sequence = $3", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){c->header.stream, ID_LEN});
    db_bind_int(q, 3, (int64_t)c->header.sequence);
    r = db_step(q, err);
    db_reset(q);
    return r;
}

int inbox_held_count(struct db *db, const uint8_t partner[static ID_LEN], int64_t *n, struct err *err)
{
    struct db_stmt *q;
    *n = 0;
    int r = db_prepare(db, "select count(*) from letter_held where partner = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    if ((r = db_step(q, err)) <= 0)
        return r;
    *n = db_col_int(q, 0);
    db_reset(q);
    return 0;
}

int inbox_held_next(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], uint64_t sequence, size_t max,
                    struct arena *a, struct inbox_held **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *n = 0;
    int r = db_prepare(db,
                       "select sequence, header, sealed from letter_held where partner = $1 and stream = $2 and sequence > $3 "
                       "order by sequence limit $4",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){stream, ID_LEN});
    db_bind_int(q, 3, (int64_t)sequence);
    db_bind_int(q, 4, (int64_t)max);
    *out = arena_array(a, struct inbox_held, max);
    while (*n < max && (r = db_step(q, err)) > 0) {
        struct inbox_held *h = &(*out)[*n];
        h->sequence = (uint64_t)db_col_int(q, 0);
        if (h->sequence != sequence + *n + 1)
            break;
        h->line = str_dup(a, db_col_text(q, 1));
        h->sealed = bytes_dup(a, db_col_blob(q, 2));
        ++*n;
    }
    db_reset(q);
    return r < 0 ? r : 0;
}

int inbox_held_drop(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], uint64_t sequence,
                    struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "delete from letter_held where partner = $1 and ((stream = $2 and sequence <= $3) or stream in "
                       "(select stream from letter_stream where partner = $1 and outgoing = 0 and live = 0))",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){stream, ID_LEN});
    db_bind_int(q, 3, (int64_t)sequence);
    return db_run(q, err);
}

int inbox_held_only(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from letter_held where partner = $1 and stream <> $2", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){stream, ID_LEN});
    return db_run(q, err);
}
