/* The tables of statements that were given and that came: see statement_give.h. */
#include <string.h>

#include "work/statements/given_store.h"

int given_store_add(struct db *db, const uint8_t recording[static ID_LEN], const struct statement_given *given, const struct vault_id *cut, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into statements_given(letter, recording, partner, grant_id, at_ms, cut) values($1, $2, $3, $4, $5, $6)", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, given->letter);
    db_bind_id(q, 2, recording);
    db_bind_id(q, 3, given->partner);
    db_bind_id(q, 4, given->grant);
    db_bind_int(q, 5, given->at_ms);
    if (cut)
        db_bind_id(q, 6, cut->b);
    return db_run(q, err);
}

int given_store_of(struct db *db, const uint8_t recording[static ID_LEN], struct arena *a, struct given_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, "select letter, partner, grant_id, at_ms, cut from statements_given where recording = $1 order by at_ms desc, letter", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, recording);
    while ((r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        struct given_row *row = &(*out)[*n];
        *row = (struct given_row){.given = {.at_ms = db_col_int(q, 3)}};
        row->has_cut = db_col_id(q, 4, row->cut.b);
        if (db_col_id(q, 0, row->given.letter) && db_col_id(q, 1, row->given.partner) && db_col_id(q, 2, row->given.grant))
            ++*n;
    }
    return r;
}

int received_store_add(struct db *db, const uint8_t letter[static ID_LEN], const uint8_t partner[static ID_LEN], const uint8_t *tie, int64_t now_ms,
                       struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into statements_received(letter, partner, standing, taken_ms, checked_ms, leaves, held, length_ms, sealed_ms, type, tie) "
                           "values($1, $2, 0, $3, 0, 0, 0, 0, 0, '', $4) on conflict(letter) do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, letter);
    db_bind_id(q, 2, partner);
    db_bind_int(q, 3, now_ms);
    if (tie)
        db_bind_id(q, 4, tie);
    return db_run(q, err);
}

int received_store_put(struct db *db, const struct statement_received *s, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update statements_received set standing = $1, checked_ms = $2, statement = $3, root = $4, leaves = $5, held = $6, length_ms = $7, "
                           "sealed_ms = $8, type = $9, leaf_index = $10, tie = $12 where letter = $11", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, s->standing);
    db_bind_int(q, 2, s->checked_ms);
    db_bind_id(q, 3, s->statement.id);
    db_bind_blob(q, 4, (bytes){s->statement.root, HASH_LEN});
    db_bind_int(q, 5, s->statement.leaves);
    db_bind_int(q, 6, s->held);
    db_bind_int(q, 7, s->statement.length_ms);
    db_bind_int(q, 8, s->statement.sealed_ms);
    db_bind_text(q, 9, s->statement.type);
    db_bind_int(q, 10, s->statement.leaf_index);
    db_bind_id(q, 11, s->letter);
    if (s->has_tie)
        db_bind_id(q, 12, s->tie);
    return db_run(q, err);
}

#define COLUMNS "select letter, partner, standing, taken_ms, checked_ms, statement, root, leaves, held, length_ms, sealed_ms, type, leaf_index, tie from statements_received "

/* Rows of a statement that is bound already. */
static int received_all(struct db_stmt *q, struct arena *a, struct statement_received **out, size_t *n, struct err *err)
{
    size_t room = 0;
    int r;
    *out = NULL;
    *n = 0;
    while ((r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        struct statement_received *s = &(*out)[*n];
        *s = (struct statement_received){.standing = (enum statement_standing)db_col_int(q, 2), .taken_ms = db_col_int(q, 3), .checked_ms = db_col_int(q, 4),
                                         .held = db_col_int(q, 8), .statement = {.leaves = db_col_int(q, 7), .length_ms = db_col_int(q, 9),
                                         .sealed_ms = db_col_int(q, 10), .leaf_index = db_col_int(q, 12), .type = str_dup(a, db_col_text(q, 11))}};
        (void)db_col_id(q, 5, s->statement.id);
        (void)db_col_exact(q, 6, s->statement.root, HASH_LEN);
        s->has_tie = db_col_id(q, 13, s->tie);
        if (db_col_id(q, 0, s->letter) && db_col_id(q, 1, s->partner))
            ++*n;
    }
    return r;
}

int received_store_list(struct db *db, const uint8_t *letter, bool unchecked, struct arena *a, struct statement_received **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, letter ? COLUMNS "where letter = $1" : unchecked ? COLUMNS "where standing = 0 order by taken_ms, letter limit 100"
                                                                            : COLUMNS "order by taken_ms desc, letter", &q, err);
    if (r < 0)
        return r;
    if (letter)
        db_bind_id(q, 1, letter);
    return received_all(q, a, out, n, err);
}

int received_store_of_tie(struct db *db, const struct tie *tie, struct arena *a, struct statement_received **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, COLUMNS "where tie = $1 and partner = $2 order by taken_ms desc, letter", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, tie->id);
    db_bind_id(q, 2, tie->partner);
    return received_all(q, a, out, n, err);
}

int received_store_drop(struct db *db, const uint8_t letter[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from statements_received where letter = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, letter);
    return db_run(q, err);
}
