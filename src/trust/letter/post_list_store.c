/* post_list_store: out, in and held as one kind of row. */
#include <string.h>

#include "trust/letter/post_list.h"
#include "trust/letter/post_out.h"

static struct post_item *new_item(struct post_items *l)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? 2 * l->cap : 16;
        l->items = l->cap ? arena_grow(l->arena, l->items, l->cap * sizeof *l->items, cap * sizeof *l->items)
                          : arena_array(l->arena, struct post_item, cap);
        l->cap = cap;
    }
    l->items[l->n] = (struct post_item){.leaf_index = -1};
    return &l->items[l->n++];
}

/* Every query has id, partner, kind, sequence, size first. */
static int read_common(struct db_stmt *q, struct post_item *item, struct err *err)
{
    bytes id = db_col_blob(q, 0), partner = db_col_blob(q, 1);
    str kind = db_col_text(q, 2);
    if (id.len != ID_LEN || partner.len != ID_LEN || kind.len > LETTER_KIND_MAX) {
        db_reset(q);
        return err_set(err, ERR_CORRUPT, "the tables of letters hold an id or kind of a wrong length: restore the database");
    }
    memcpy(item->id, id.p, ID_LEN);
    memcpy(item->partner, partner.p, ID_LEN);
    memcpy(item->kind, kind.p, kind.len);
    item->sequence = (uint64_t)db_col_int(q, 3);
    item->size = (uint64_t)db_col_int(q, 4);
    return 0;
}

/* $1 partner, $2 any partner, $3 id, $4 any id, $5 only what waits, $6 limit */
#define WHERE "(partner = $1 or $2 = 1) and (id = $3 or $4 = 1) "

static int start(struct db *db, const char *sql, const struct post_filter *filter, const uint8_t *id, struct db_stmt **q, struct err *err)
{
    static const uint8_t none[ID_LEN];
    int r = db_prepare(db, sql, q, err);
    if (r < 0)
        return r;
    db_bind_blob(*q, 1, (bytes){filter->partner ? filter->partner : none, ID_LEN});
    db_bind_int(*q, 2, !filter->partner);
    db_bind_blob(*q, 3, (bytes){id ? id : none, ID_LEN});
    db_bind_int(*q, 4, !id);
    db_bind_int(*q, 5, filter->waiting);
    db_bind_int(*q, 6, filter->limit > 0 ? filter->limit : INT64_MAX);
    return 0;
}

static enum post_state state_out(int64_t status)
{
    return status == LETTER_ACCEPTED ? POST_DELIVERED : status == LETTER_REFUSED ? POST_WAS_REFUSED : status == POST_OUT_VOID ? POST_VOID : POST_WAITING;
}

int post_store_list_out(struct db *db, const struct post_filter *filter, const uint8_t *id, struct post_items *list, struct err *err)
{
    struct db_stmt *q;
    int r = start(db,
                  "select id, partner, kind, sequence, size, status, written_ms, settled_ms, leaf from letter_out where " WHERE
                  "and (status = 0 or $5 = 0) order by written_ms desc, id desc limit $6",
                  filter, id, &q, err);
    while (r >= 0 && (r = db_step(q, err)) > 0) {
        struct post_item *item = new_item(list);
        if (read_common(q, item, err) < 0)
            return err->code;
        item->outgoing = true;
        item->state = state_out(db_col_int(q, 5));
        item->time_ms = db_col_int(q, 6);
        item->settled_ms = db_col_int(q, 7);
        item->leaf_index = db_col_int(q, 8);
    }
    return r;
}

static bool is_skewed(int64_t sent_ms, int64_t arrived_ms)
{
    return sent_ms - arrived_ms > POST_SKEW_MS || arrived_ms - sent_ms > POST_SKEW_MS;
}

int post_store_list_in(struct db *db, const struct post_filter *filter, const uint8_t *id, struct post_items *list, struct err *err)
{
    struct db_stmt *q;
    int r = start(db,
                  "select id, partner, kind, sequence, size, status, sent_ms, arrived_ms, leaf, content is null from letter_in where " WHERE
                  "and (shown = 1 or $4 = 0) and $5 = 0 order by arrived_ms desc, id desc limit $6",
                  filter, id, &q, err);
    while (r >= 0 && (r = db_step(q, err)) > 0) {
        struct post_item *item = new_item(list);
        if (read_common(q, item, err) < 0)
            return err->code;
        bool accepted = db_col_int(q, 5) == LETTER_ACCEPTED;
        item->state = !accepted ? POST_WAS_REFUSED : strcmp(item->kind, "void") == 0 ? POST_VOID : POST_RECEIVED;
        item->time_ms = db_col_int(q, 6);
        item->settled_ms = db_col_int(q, 7);
        item->leaf_index = db_col_int(q, 8);
        item->skewed = is_skewed(item->time_ms, item->settled_ms);
        item->erased = accepted && db_col_int(q, 9) != 0;
    }
    return r;
}

int post_store_list_held(struct db *db, const struct post_filter *filter, const uint8_t *id, struct post_items *list, struct err *err)
{
    struct db_stmt *q;
    int r = start(db,
                  "select id, partner, '', sequence, size, arrived_ms from letter_held where " WHERE
                  "and $5 < 2 order by arrived_ms desc, id desc limit $6",
                  filter, id, &q, err);
    while (r >= 0 && (r = db_step(q, err)) > 0) {
        struct post_item *item = new_item(list);
        if (read_common(q, item, err) < 0)
            return err->code;
        item->state = POST_HELD_BACK;
        item->time_ms = db_col_int(q, 5);
    }
    return r;
}

int post_unread_count(struct db *db, int64_t since_ms, int64_t *n, struct err *err)
{
    struct db_stmt *q;
    *n = 0;
    int r = db_prepare(db,
                       "select count(*) from letter_in i where i.shown = 1 and i.arrived_ms > $1 and i.content is not null and "
                       "not exists (select 1 from act_detail d where d.object = i.id and d.verb in ('read', 'hear'))",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, since_ms);
    if ((r = db_step(q, err)) <= 0)
        return r;
    *n = db_col_int(q, 0);
    db_reset(q);
    return 0;
}
