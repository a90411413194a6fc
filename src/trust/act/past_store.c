/* The acts that were, from the table that links leaves to their details. */
#include <string.h>

#include "trust/act/past_internal.h"

#define SELECT "select leaf, at_ms, verb, actor, object, detail from act_detail where leaf >= $1 and leaf < $2"
#define ORDER " order by leaf desc limit $3"

int past_store_walk(struct db *db, const struct past_walk *walk, size_t max, struct arena *a, struct past_row **rows, size_t *n, struct err *err)
{
    struct db_stmt *q;
    const char *sql = walk->object ? SELECT " and object = $4" ORDER : walk->actor ? SELECT " and actor = $4" ORDER
                      : walk->verb.len ? SELECT " and verb = $4" ORDER : SELECT ORDER;
    *n = 0;
    *rows = arena_array(a, struct past_row, max);
    int r = db_prepare(db, sql, &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, walk->from);
    db_bind_int(q, 2, walk->before);
    db_bind_int(q, 3, (int64_t)max);
    if (walk->object)
        db_bind_blob(q, 4, (bytes){walk->object, ID_LEN});
    else if (walk->actor)
        db_bind_blob(q, 4, (bytes){walk->actor, ACT_PSEUDONYM_LEN});
    else if (walk->verb.len)
        db_bind_text(q, 4, walk->verb);
    while ((r = db_step(q, err)) > 0 && *n < max) {
        struct past_row *row = &(*rows)[(*n)++];
        *row = (struct past_row){.act = {.leaf = db_col_int(q, 0), .at_ms = db_col_int(q, 1), .verb = str_dup(a, db_col_text(q, 2))}};
        (void)db_col_exact(q, 3, row->act.actor, ACT_PSEUDONYM_LEN);
        row->act.has_object = db_col_id(q, 4, row->act.object);
        (void)db_col_id(q, 5, row->detail.b);
    }
    db_reset(q);
    return r < 0 ? r : 0;
}

/* One number of a query with one number. */
static int ask_int(struct db *db, const char *sql, int64_t value, int64_t *one, int64_t *two, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, sql, &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, value);
    if ((r = db_step(q, err)) <= 0)
        return r;
    *one = db_col_int(q, 0);
    *two = db_col_int(q, 1);
    db_reset(q);
    return 1;
}

/* Leaves are in the order of time, but for the moments between an act's beginning and its commit: found by halving, not by an index. */
int past_store_leaf_at(struct db *db, int64_t ms, int64_t *leaf, struct err *err)
{
    int64_t last, unused, low = 0, found, at;
    int r = ask_int(db, "select leaf, leaf from act_detail where leaf >= $1 order by leaf desc limit 1", 0, &last, &unused, err);
    *leaf = 0;
    if (r <= 0)
        return r;
    int64_t high = last + 1;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if ((r = ask_int(db, "select leaf, at_ms from act_detail where leaf >= $1 order by leaf limit 1", middle, &found, &at, err)) < 0)
            return r;
        if (r == 0 || at >= ms)
            high = middle;
        else
            low = found + 1;
    }
    *leaf = low;
    return 0;
}

int past_counts(struct db *db, int64_t from_ms, struct arena *a, struct past_count **out, size_t *n, struct err *err)
{
    struct db_stmt *q = NULL;
    int64_t from = 0;
    *out = NULL;
    *n = 0;
    int r = past_store_leaf_at(db, from_ms, &from, err);
    if (r == 0)
        r = db_prepare(db, "select verb, count(*) from act_detail where leaf >= $1 and verb is not null group by verb order by 2 desc, 1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, from);
    while ((r = db_step(q, err)) > 0) {
        *out = arena_grow(a, *out, *n * sizeof **out, (*n + 1) * sizeof **out);
        (*out)[(*n)++] = (struct past_count){str_dup(a, db_col_text(q, 0)), db_col_int(q, 1)};
    }
    return r;
}

int past_pairs(struct db *db, int64_t from_ms, int64_t least, size_t max, struct arena *a, struct past_pair **out, size_t *n, struct err *err)
{
    struct db_stmt *q = NULL;
    int64_t from = 0;
    *n = 0;
    *out = arena_array(a, struct past_pair, max);
    int r = past_store_leaf_at(db, from_ms, &from, err);
    if (r == 0)
        r = db_prepare(db,
                       "select actor, object, count(*), max(at_ms) from act_detail where leaf >= $1 and object is not null and actor is not null and "
                       "verb in ('look', 'file-look', 'ask', 'read') group by actor, object having count(*) >= $2 order by 3 desc, 4 desc limit $3",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, from);
    db_bind_int(q, 2, least);
    db_bind_int(q, 3, (int64_t)max);
    while ((r = db_step(q, err)) > 0 && *n < max) {
        struct past_pair *pair = &(*out)[(*n)++];
        (void)db_col_exact(q, 0, pair->actor, ACT_PSEUDONYM_LEN);
        (void)db_col_id(q, 1, pair->object);
        pair->n = db_col_int(q, 2);
        pair->last_ms = db_col_int(q, 3);
    }
    db_reset(q);
    return r < 0 ? r : 0;
}

int past_newest(struct db *db, const char *verb, int64_t *leaf, int64_t *at_ms, struct err *err)
{
    struct db_stmt *q;
    *leaf = -1;
    *at_ms = 0;
    int r = db_prepare(db, "select leaf, at_ms from act_detail where verb = $1 order by leaf desc limit 1", &q, err);
    if (r < 0)
        return r;
    db_bind_text(q, 1, str_from(verb));
    if ((r = db_step(q, err)) > 0) {
        *leaf = db_col_int(q, 0);
        *at_ms = db_col_int(q, 1);
        db_reset(q);
    }
    return r < 0 ? r : 0;
}
