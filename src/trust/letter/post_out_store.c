/* post_out_store: the outbox. */
#include <string.h>

#include "trust/letter/post_out.h"

int post_store_out_put(struct db *db, const struct letter_header *h, str kind, str line, bytes sealed, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "insert into letter_out(id, partner, stream, sequence, kind, header, sealed, size, written_ms) "
                       "values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){h->id, ID_LEN});
    db_bind_blob(q, 2, (bytes){h->to, ID_LEN});
    db_bind_blob(q, 3, (bytes){h->stream, ID_LEN});
    db_bind_int(q, 4, (int64_t)h->sequence);
    db_bind_text(q, 5, kind);
    db_bind_text(q, 6, line);
    if (sealed.len > 0)
        db_bind_blob(q, 7, sealed);
    db_bind_int(q, 8, (int64_t)h->size);
    db_bind_int(q, 9, h->time_ms);
    return db_run(q, err);
}

#define ROW_COLUMNS "id, partner, sequence, kind, header, receipt, status, sealed is not null, kept"

static int read_row(struct db_stmt *q, struct arena *a, struct post_row *out, struct err *err)
{
    bytes id = db_col_blob(q, 0), partner = db_col_blob(q, 1);
    if (id.len != ID_LEN || partner.len != ID_LEN) {
        db_reset(q);
        return err_set(err, ERR_CORRUPT, "the table letter_out holds an id of a wrong length: restore the database");
    }
    *out = (struct post_row){.sequence = (uint64_t)db_col_int(q, 2), .kind = str_dup(a, db_col_text(q, 3)), .header = str_dup(a, db_col_text(q, 4)),
                             .receipt = str_dup(a, db_col_text(q, 5)), .status = db_col_int(q, 6), .inlined = db_col_int(q, 7) != 0,
                             .kept = db_col_int(q, 8) != 0};
    memcpy(out->id, id.p, ID_LEN);
    memcpy(out->partner, partner.p, ID_LEN);
    return 0;
}

int post_store_out_find(struct db *db, const uint8_t id[static ID_LEN], struct arena *a, struct post_row *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " ROW_COLUMNS " from letter_out where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){id, ID_LEN});
    if ((r = db_step(q, err)) <= 0)
        return r;
    if (read_row(q, a, out, err) < 0)
        return err->code;
    db_reset(q);
    return 1;
}

int post_store_out_at(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], uint64_t sequence,
                      struct arena *a, str *header, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select header from letter_out where partner = $1 and stream = $2 and sequence = $3", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){stream, ID_LEN});
    db_bind_int(q, 3, (int64_t)sequence);
    if ((r = db_step(q, err)) <= 0)
        return r;
    *header = str_dup(a, db_col_text(q, 0));
    db_reset(q);
    return 1;
}

#define DUE_COLUMNS "header, sealed, kind"

static void read_due(struct db_stmt *q, struct arena *a, struct post_out *o)
{
    *o = (struct post_out){.line = str_dup(a, db_col_text(q, 0)), .kind = str_dup(a, db_col_text(q, 2))};
    if (!db_col_null(q, 1))
        o->sealed = bytes_dup(a, db_col_blob(q, 1));
}

int post_store_out_due(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], uint64_t from_sequence,
                       size_t max, struct arena *a, struct post_out **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "select " DUE_COLUMNS " from letter_out where partner = $1 and stream = $2 and sequence >= $3 and status = 0 "
                       "order by sequence limit $4",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){stream, ID_LEN});
    db_bind_int(q, 3, (int64_t)from_sequence);
    db_bind_int(q, 4, (int64_t)max);
    *n = 0;
    *out = arena_array(a, struct post_out, max);
    while (*n < max && (r = db_step(q, err)) > 0)
        read_due(q, a, &(*out)[(*n)++]);
    db_reset(q);
    return r < 0 ? r : 0;
}

int post_store_out_due_find(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t id[static ID_LEN], struct arena *a,
                            struct post_out *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " DUE_COLUMNS " from letter_out where id = $1 and partner = $2 and status = 0", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){id, ID_LEN});
    db_bind_blob(q, 2, (bytes){partner, ID_LEN});
    if ((r = db_step(q, err)) <= 0)
        return r;
    read_due(q, a, out);
    db_reset(q);
    return 1;
}

int post_store_out_behind(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], uint64_t sequence,
                          uint64_t lost_after, size_t max, struct arena *a, struct post_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "select " ROW_COLUMNS " from letter_out where partner = $1 and stream = $2 and sequence > $3 and "
                       "(status = 0 or (status = $4 and sequence > $5)) order by sequence limit $6",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){stream, ID_LEN});
    db_bind_int(q, 3, (int64_t)sequence);
    db_bind_int(q, 4, LETTER_ACCEPTED);
    db_bind_int(q, 5, lost_after > INT64_MAX ? INT64_MAX : (int64_t)lost_after);
    db_bind_int(q, 6, (int64_t)max);
    *n = 0;
    *out = arena_array(a, struct post_row, max);
    while (*n < max && (r = db_step(q, err)) > 0)
        if ((r = read_row(q, a, &(*out)[(*n)++], err)) < 0)
            return r;
    db_reset(q);
    return r < 0 ? r : 0;
}

int post_store_out_lost(struct db *db, const uint8_t partner[static ID_LEN], const struct post_lost *lost, struct err *err)
{
    struct db_stmt *q;
    /* What is behind a letter that waits may have been taken in ahead of order: it is not lost. */
    int r = db_prepare(db,
                       "select 1 from letter_stream s where s.partner = $1 and s.outgoing = 1 and s.begun_ms >= $2 and exists ("
                       "select 1 from letter_out o where o.partner = $1 and o.stream = s.stream and o.status = $3 and "
                       "o.kept >= $5 and o.sequence > case when s.begun_ms = $2 then $4 else 0 end and o.sequence < coalesce(("
                       "select min(w.sequence) from letter_out w where w.partner = $1 and w.stream = s.stream and w.status = 0 and "
                       "w.sequence > case when s.begun_ms = $2 then $4 else 0 end), 9223372036854775807)) limit 1",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_int(q, 2, lost->begun_ms);
    db_bind_int(q, 3, LETTER_ACCEPTED);
    db_bind_int(q, 4, (int64_t)lost->after);
    db_bind_int(q, 5, lost->kept_only);
    if ((r = db_step(q, err)) <= 0)
        return r;
    db_reset(q);
    return 1;
}

int post_store_out_blocked(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], uint64_t sequence,
                           struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "select 1 from letter_out o where o.partner = $1 and o.stream = $2 and o.sequence = $3 + 1 and o.status > $4 and exists ("
                       "select 1 from letter_out w where w.partner = $1 and w.stream = $2 and w.sequence > $3 and w.status = 0)",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){stream, ID_LEN});
    db_bind_int(q, 3, (int64_t)sequence);
    db_bind_int(q, 4, LETTER_ACCEPTED);
    if ((r = db_step(q, err)) <= 0)
        return r;
    db_reset(q);
    return 1;
}

int post_store_out_move(struct db *db, const struct letter_header *h, str line, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update letter_out set stream = $2, sequence = $3, header = $4, status = 0 where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){h->id, ID_LEN});
    db_bind_blob(q, 2, (bytes){h->stream, ID_LEN});
    db_bind_int(q, 3, (int64_t)h->sequence);
    db_bind_text(q, 4, line);
    return db_run(q, err);
}

int post_store_out_void(struct db *db, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update letter_out set status = $2, settled_ms = $3, kept = 0, sealed = null where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){id, ID_LEN});
    db_bind_int(q, 2, POST_OUT_VOID);
    db_bind_int(q, 3, now_ms);
    return db_run(q, err);
}

int post_store_out_settle(struct db *db, const struct letter_receipt *receipt, str text, int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update letter_out set status = $2, receipt = $3, leaf = $4, settled_ms = $5 where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){receipt->id, ID_LEN});
    db_bind_int(q, 2, receipt->status);
    db_bind_text(q, 3, text);
    db_bind_int(q, 4, receipt->leaf_index);
    db_bind_int(q, 5, now_ms);
    return db_run(q, err);
}

int post_store_out_recovered(struct db *db, const struct letter_receipt *receipt, str text, int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    /* its place is not known: a stream of its own, named like the letter, and no sequence */
    int r = db_prepare(db,
                       "insert into letter_out(id, partner, stream, sequence, kind, header, size, written_ms, status, receipt, leaf, "
                       "settled_ms, kept) values ($1, $2, $1, 0, '', '', 0, $3, $4, $5, $6, $7, 0)",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){receipt->id, ID_LEN});
    db_bind_blob(q, 2, (bytes){receipt->to, ID_LEN});
    db_bind_int(q, 3, receipt->time_ms);
    db_bind_int(q, 4, receipt->status);
    db_bind_text(q, 5, text);
    db_bind_int(q, 6, receipt->leaf_index);
    db_bind_int(q, 7, now_ms);
    return db_run(q, err);
}

int post_store_out_newest(struct db *db, const uint8_t partner[static ID_LEN], struct arena *a, str *receipt, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select receipt from letter_out where partner = $1 and leaf >= 0 order by leaf desc limit 1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    if ((r = db_step(q, err)) <= 0)
        return r;
    *receipt = str_dup(a, db_col_text(q, 0));
    db_reset(q);
    return 1;
}

/* --- what is no longer needed --- */

int post_store_out_forget(struct db *db, int64_t settled_before_ms, uint8_t ids[][ID_LEN], size_t max, size_t *n, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "update letter_out set sealed = null, kept = 0 where id in (select id from letter_out where kept = 1 and status <> 0 "
                       "and settled_ms < $1 order by settled_ms limit $2) returning id",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, settled_before_ms);
    db_bind_int(q, 2, (int64_t)max);
    *n = 0;
    while ((r = db_step(q, err)) > 0) {
        bytes id = db_col_blob(q, 0);
        if (id.len == ID_LEN && *n < max)
            memcpy(ids[(*n)++], id.p, ID_LEN);
    }
    return r;
}

int post_store_out_uses_file(struct db *db, const uint8_t id[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select 1 from letter_out where id = $1 and kept = 1 and sealed is null", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){id, ID_LEN});
    if ((r = db_step(q, err)) > 0)
        db_reset(q);
    return r;
}

int post_store_out_files(struct db *db, const uint8_t partner[static ID_LEN], struct arena *a, struct post_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t cap = 16;
    int r = db_prepare(db, "select " ROW_COLUMNS " from letter_out where partner = $1 and status = 0 and sealed is null", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    *n = 0;
    *out = arena_array(a, struct post_row, cap);
    while ((r = db_step(q, err)) > 0) {
        if (*n == cap) {
            *out = arena_grow(a, *out, cap * sizeof **out, 2 * cap * sizeof **out);
            cap *= 2;
        }
        if ((r = read_row(q, a, &(*out)[(*n)++], err)) < 0)
            return r;
    }
    return r;
}
