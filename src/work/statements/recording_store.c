/* The tables of recordings, chunks and marks: see recording.h. */
#include <string.h>

#include "statements_embed.h"
#include "work/statements/recording_internal.h"

static const struct embedded *const steps[] = {&statements_schema_sql, &statements_schema_2_sql, &statements_schema_3_sql};
const struct db_schema statements_schema = {"statements", steps, 3};

#define COLUMNS "id, file, interview, state, type, seed, begun_ms, sealed_ms, chunks, media_bytes, stored_bytes, length_ms, root, leaf, leaves, heads, about"

int recording_store_add(struct db *db, const struct recording_row *row, struct err *err)
{
    const struct recording *r = &row->head;
    struct db_stmt *q;
    int result = db_prepare(db, "insert into statements_recording(" COLUMNS ") values($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0, 0, null, -1, 0, 0, null)", &q, err);
    if (result < 0)
        return result;
    db_bind_id(q, 1, r->id);
    db_bind_id(q, 2, r->file);
    db_bind_id(q, 3, r->interview);
    db_bind_int(q, 4, r->state);
    db_bind_text(q, 5, r->type);
    db_bind_id(q, 6, row->seed.b);
    db_bind_int(q, 7, r->begun_ms);
    return db_run(q, err);
}

static int take_row(struct db_stmt *q, struct arena *a, struct recording_row *row, struct err *err)
{
    struct recording *r = &row->head;
    *row = (struct recording_row){.head = {.state = (enum recording_state)db_col_int(q, 3), .type = str_dup(a, db_col_text(q, 4)), .begun_ms = db_col_int(q, 6),
                                           .sealed_ms = db_col_int(q, 7), .chunks = db_col_int(q, 8), .bytes = db_col_int(q, 9),
                                           .length_ms = db_col_int(q, 11), .leaf_index = db_col_int(q, 13)},
                                  .stored_bytes = db_col_int(q, 10)};
    if (!db_col_id(q, 0, r->id) || !db_col_id(q, 1, r->file) || !db_col_id(q, 2, r->interview) || !db_col_id(q, 5, row->seed.b))
        return err_set(err, ERR_CORRUPT, "the table statements_recording holds an id that is none");
    r->has_root = db_col_exact(q, 12, r->root, HASH_LEN);
    row->leaves = db_col_int(q, 14);
    row->heads = db_col_int(q, 15);
    row->has_about = db_col_id(q, 16, row->about.b);
    return 0;
}

int recording_store_get(struct db *db, const uint8_t id[static ID_LEN], struct arena *a, struct recording_row *row, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " COLUMNS " from statements_recording where id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, id);
    if ((r = db_step(q, err)) == 0)
        return err_set(err, ERR_NOT_FOUND, N_("there is no such recording"));
    if (r < 0)
        return r;
    r = take_row(q, a, row, err);
    db_reset(q);
    return r;
}

int recording_store_of(struct db *db, const uint8_t file[static ID_LEN], struct arena *a, struct recording **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, "select " COLUMNS " from statements_recording where file = $1 order by begun_ms, id", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, file);
    while ((r = db_step(q, err)) > 0) {
        struct recording_row row;
        if ((r = take_row(q, a, &row, err)) < 0) {
            db_reset(q);
            return r;
        }
        arena_one_more(a, *out, *n, room);
        (*out)[(*n)++] = row.head;
    }
    return r;
}

static int grow(struct db *db, const struct recording_row *row, const struct recording_place *place, int64_t media_len, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update statements_recording set chunks = chunks + 1, media_bytes = media_bytes + $1, stored_bytes = stored_bytes + $2, length_ms = $3 "
                           "where id = $4 and chunks = $5 and state = $6", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, media_len);
    db_bind_int(q, 2, place->stored_len);
    db_bind_int(q, 3, place->at_ms > row->head.length_ms ? place->at_ms : row->head.length_ms);
    db_bind_id(q, 4, row->head.id);
    db_bind_int(q, 5, place->sequence);
    db_bind_int(q, 6, RECORDING_OPEN);
    r = db_run(q, err);
    return r < 0 ? r : db_changes(q) == 1;
}

int recording_store_append(struct db *db, const struct recording_row *row, const struct recording_place *place, int64_t media_len, struct err *err)
{
    struct db_stmt *q;
    int r = grow(db, row, place, media_len, err);
    if (r <= 0)
        return r;
    r = db_prepare(db, "insert into statements_chunk(recording, sequence, stored_at, stored_len, at_ms, session, wrapped, hash) "
                       "values($1, $2, $3, $4, $5, $6, $7, $8)", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, row->head.id);
    db_bind_int(q, 2, place->sequence);
    db_bind_int(q, 3, place->stored_at);
    db_bind_int(q, 4, place->stored_len);
    db_bind_int(q, 5, place->at_ms);
    db_bind_int(q, 6, place->session);
    db_bind_blob(q, 7, place->wrapped);
    db_bind_blob(q, 8, (bytes){place->hash, HASH_LEN});
    r = db_run(q, err);
    return r < 0 ? r : 1;
}

int recording_store_places(struct db *db, const uint8_t id[static ID_LEN], int64_t from, size_t max, struct arena *a, struct recording_place **out,
                           size_t *n, struct err *err)
{
    struct db_stmt *q;
    *out = arena_array(a, struct recording_place, max);
    *n = 0;
    int r = db_prepare(db, "select sequence, at_ms, session, stored_at, stored_len, wrapped, hash from statements_chunk "
                           "where recording = $1 and sequence >= $2 order by sequence limit $3", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, id);
    db_bind_int(q, 2, from);
    db_bind_int(q, 3, (int64_t)max);
    while ((r = db_step(q, err)) > 0 && *n < max) {
        struct recording_place *p = &(*out)[*n];
        bytes wrapped = db_col_blob(q, 5);
        *p = (struct recording_place){.sequence = db_col_int(q, 0), .at_ms = db_col_int(q, 1), .session = db_col_int(q, 2), .stored_at = db_col_int(q, 3),
                                      .stored_len = db_col_int(q, 4), .wrapped = bytes_dup(a, wrapped)};
        if (wrapped.len != KEYRING_WRAPPED_LEN || !db_col_exact(q, 6, p->hash, HASH_LEN)) {
            db_reset(q);
            return err_set(err, ERR_CORRUPT, "the table statements_chunk holds a key or a hash that is none");
        }
        ++*n;
    }
    return r < 0 ? r : 0;
}

int recording_store_firsts(struct db *db, const uint8_t id[static ID_LEN], int64_t behind, struct recording_first out[], size_t max, size_t *n,
                           struct err *err)
{
    struct db_stmt *q;
    *n = 0;
    int r = db_prepare(db, "select session, min(sequence) from statements_chunk where recording = $1 and session > $2 group by session order by session "
                           "limit $3", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, id);
    db_bind_int(q, 2, behind);
    db_bind_int(q, 3, (int64_t)max);
    while ((r = db_step(q, err)) > 0 && *n < max)
        out[(*n)++] = (struct recording_first){db_col_int(q, 0), db_col_int(q, 1)};
    if (r > 0)
        db_reset(q);
    return r < 0 ? r : 0;
}

int recording_store_mark(struct db *db, const uint8_t id[static ID_LEN], int64_t number, const struct recording_mark *mark,
                         const struct vault_id *words, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into statements_mark(recording, number, kind, at_ms, question, words) values($1, $2, $3, $4, $5, $6)", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, id);
    db_bind_int(q, 2, number);
    db_bind_int(q, 3, mark->kind);
    db_bind_int(q, 4, mark->at_ms);
    if (mark->has_question)
        db_bind_id(q, 5, mark->question);
    if (words)
        db_bind_id(q, 6, words->b);
    return db_run(q, err);
}

int recording_store_mark_count(struct db *db, const uint8_t id[static ID_LEN], int64_t *n, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select count(*) from statements_mark where recording = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, id);
    if ((r = db_step(q, err)) <= 0)
        return r;
    *n = db_col_int(q, 0);
    db_reset(q);
    return 0;
}

int recording_store_marks(struct db *db, const uint8_t id[static ID_LEN], int64_t from, size_t max, struct arena *a, struct recording_mark_row **out,
                          size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, "select kind, at_ms, question, words from statements_mark where recording = $1 and number >= $2 order by number limit $3", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, id);
    db_bind_int(q, 2, from);
    db_bind_int(q, 3, (int64_t)max);
    while ((r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        struct recording_mark_row *row = &(*out)[(*n)++];
        *row = (struct recording_mark_row){.mark = {.kind = (enum recording_mark_kind)db_col_int(q, 0), .at_ms = db_col_int(q, 1)}};
        row->mark.has_question = db_col_id(q, 2, row->mark.question);
        row->has_words = db_col_id(q, 3, row->words.b);
    }
    return r;
}

int recording_store_seal(struct db *db, const struct recording_row *row, struct err *err)
{
    const struct recording *rec = &row->head;
    struct db_stmt *q;
    int r = db_prepare(db, "update statements_recording set state = $1, sealed_ms = $2, root = $3, leaf = $4, leaves = $5, about = $6, heads = $7 where id = $8", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, rec->state);
    db_bind_int(q, 2, rec->sealed_ms);
    db_bind_blob(q, 3, (bytes){rec->root, HASH_LEN});
    db_bind_int(q, 4, rec->leaf_index);
    db_bind_int(q, 5, row->leaves);
    db_bind_id(q, 6, row->about.b);
    db_bind_int(q, 7, row->heads);
    db_bind_id(q, 8, rec->id);
    return db_run(q, err);
}

int recording_store_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err)
{
    static const char *const all[] = {"delete from statements_chunk where recording = $1", "delete from statements_mark where recording = $1",
                                      "delete from statements_given where recording = $1", "delete from statements_recording where id = $1"};
    struct db_stmt *q;
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof all / sizeof all[0]; i++)
        if ((r = db_prepare(db, all[i], &q, err)) == 0) {
            db_bind_id(q, 1, id);
            r = db_run(q, err);
        }
    return r;
}
