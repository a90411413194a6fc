/* post_store: the tables of letters, and what both halves keep in them. */
#include <string.h>

#include "trust/letter/letter_embed.h"
#include "trust/letter/post_internal.h"

static const struct embedded *const steps[] = {&letter_schema_sql, &letter_schema_2_sql};
const struct db_schema letter_schema = {"letter", steps, 2};

const char post_evidence_receipt[] = "receipt";
const char post_evidence_replaced[] = "replaced";
const char post_evidence_twice[] = "twice";

int post_evidence_put(struct db *db, const uint8_t partner[static ID_LEN], const char *what, bytes body, int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    uint8_t digest[HASH_LEN];
    int r = db_prepare(db,
                       "insert into letter_evidence(partner, digest, what, body, seen_ms) select $1, $2, $3, $4, $5 "
                       "where (select count(*) from letter_evidence where partner = $1) < $6 on conflict do nothing",
                       &q, err);
    if (r < 0)
        return r;
    crypto_sha256(digest, body);
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){digest, HASH_LEN});
    db_bind_text(q, 3, str_from(what));
    db_bind_blob(q, 4, body);
    db_bind_int(q, 5, now_ms);
    db_bind_int(q, 6, POST_EVIDENCE_MAX);
    return db_run(q, err);
}

int post_store_evidence_forget(struct db *db, int64_t seen_before_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from letter_evidence where seen_ms < $1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, seen_before_ms);
    return db_run(q, err);
}

int post_store_held_forget(struct db *db, int64_t arrived_before_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "delete from letter_held where arrived_ms < $1 and not exists (select 1 from letter_stream s where "
                       "s.partner = letter_held.partner and s.outgoing = 0 and s.stream = letter_held.stream and s.live = 1)",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, arrived_before_ms);
    return db_run(q, err);
}

void post_self(const struct node *node, uint8_t id[static ID_LEN])
{
    uint8_t key[SIGN_PUBLIC_LEN];
    keyring_public(node->keys, KEYRING_AGENCY, key);
    partner_id(key, id);
}

/* --- streams --- */

#define STREAM_COLUMNS "stream, sequence, previous, live, begun_ms"

static int read_stream(struct db_stmt *q, struct post_stream *out, struct err *err)
{
    bytes id = db_col_blob(q, 0), previous = db_col_blob(q, 2);
    if (id.len != ID_LEN || previous.len != HASH_LEN) {
        db_reset(q);
        return err_set(err, ERR_CORRUPT, "the table letter_stream holds an id or hash of a wrong length: restore the database");
    }
    memcpy(out->id, id.p, ID_LEN);
    memcpy(out->previous, previous.p, HASH_LEN);
    out->sequence = (uint64_t)db_col_int(q, 1);
    out->live = db_col_int(q, 3) != 0;
    out->begun_ms = db_col_int(q, 4);
    return 0;
}

static int one_stream(struct db_stmt *q, struct post_stream *out, struct err *err)
{
    int r = db_step(q, err);
    if (r <= 0)
        return r;
    if (read_stream(q, out, err) < 0)
        return err->code;
    db_reset(q);
    return 1;
}

int post_store_stream_live(struct db *db, const uint8_t partner[static ID_LEN], bool outgoing, struct post_stream *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " STREAM_COLUMNS " from letter_stream where partner = $1 and outgoing = $2 and live = 1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_int(q, 2, outgoing);
    return one_stream(q, out, err);
}

int post_store_stream_find(struct db *db, const uint8_t partner[static ID_LEN], bool outgoing, const uint8_t id[static ID_LEN],
                           struct post_stream *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " STREAM_COLUMNS " from letter_stream where partner = $1 and outgoing = $2 and stream = $3", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_int(q, 2, outgoing);
    db_bind_blob(q, 3, (bytes){id, ID_LEN});
    return one_stream(q, out, err);
}

int post_store_stream_next(struct db *db, const uint8_t partner[static ID_LEN], int64_t after_ms, struct post_stream *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "select " STREAM_COLUMNS " from letter_stream where partner = $1 and outgoing = 1 and begun_ms > $2 "
                       "order by begun_ms limit 1",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_int(q, 2, after_ms);
    return one_stream(q, out, err);
}

static int stream_ended(struct db *db, const uint8_t partner[static ID_LEN], bool outgoing, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update letter_stream set live = 0 where partner = $1 and outgoing = $2 and live = 1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_int(q, 2, outgoing);
    return db_run(q, err);
}

static int stream_newest(struct db *db, const uint8_t partner[static ID_LEN], bool outgoing, int64_t *begun_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select max(begun_ms) from letter_stream where partner = $1 and outgoing = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_int(q, 2, outgoing);
    if ((r = db_step(q, err)) <= 0)
        return r;
    *begun_ms = db_col_int(q, 0);
    db_reset(q);
    return 0;
}

int post_store_stream_begin(struct db *db, const uint8_t partner[static ID_LEN], bool outgoing, struct post_stream *s, struct err *err)
{
    int64_t newest = 0;
    int r = stream_newest(db, partner, outgoing, &newest, err);
    if (r == 0 && s->live)
        r = stream_ended(db, partner, outgoing, err);
    if (r < 0)
        return r;
    if (s->begun_ms <= newest)
        s->begun_ms = newest + 1;
    struct db_stmt *q;
    r = db_prepare(db, "insert into letter_stream(partner, outgoing, " STREAM_COLUMNS ") values ($1, $2, $3, $4, $5, $6, $7)", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_int(q, 2, outgoing);
    db_bind_blob(q, 3, (bytes){s->id, ID_LEN});
    db_bind_int(q, 4, (int64_t)s->sequence);
    db_bind_blob(q, 5, (bytes){s->previous, HASH_LEN});
    db_bind_int(q, 6, s->live);
    db_bind_int(q, 7, s->begun_ms);
    return db_run(q, err);
}

int post_store_stream_move(struct db *db, const uint8_t partner[static ID_LEN], bool outgoing, const struct post_stream *s, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update letter_stream set sequence = $4, previous = $5 where partner = $1 and outgoing = $2 and stream = $3", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_int(q, 2, outgoing);
    db_bind_blob(q, 3, (bytes){s->id, ID_LEN});
    db_bind_int(q, 4, (int64_t)s->sequence);
    db_bind_blob(q, 5, (bytes){s->previous, HASH_LEN});
    return db_run(q, err);
}
