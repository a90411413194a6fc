#include "work/desk/day_book.h"

#include <string.h>

#include "trust/act/past.h"
#include "work/desk/day_store.h"

#define ROWS_AT_ONCE 256

/* What a leaf commits to is nonce, role, name, purpose, reference, detail. */
static bytes detail_in(bytes opening)
{
    struct reader in = reader_new(opening);
    bytes said = {0};
    (void)reader_take(&in, 32);
    for (int i = 0; i < 5; i++)
        said = reader_take(&in, reader_u32(&in));
    return reader_done(&in) ? said : (bytes){0};
}

/* --- keys --- */

struct key_act { const struct day_keys *keys; bool own; struct arena *a; };

static int do_keys(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct key_act *k = arg;
    int64_t leaf;
    act->has_object = true;
    memcpy(act->object, k->keys->hall, ID_LEN);
    act->detail = day_keys_write(k->a, k->keys);
    int r = log_size(node->log, node->db, &leaf, err);
    return r < 0 || !k->own ? r : day_store_put_keys(node->db, k->keys, leaf, act->now_ms, err);
}

int day_book_keys(struct node *node, const struct day_keys *keys, bool own, int64_t now_ms, struct err *err)
{
    struct key_act k = {keys, own, arena_new()};
    struct act act = {.verb = VERB_DESK, .actor = &act_node, .now_ms = now_ms};
    int r = act_run(node, &act, do_keys, &k, err);
    arena_free(k.a);
    return r;
}

static int keys_leaf(struct node *node, const uint8_t hall[ID_LEN], uint32_t day, int64_t by_ms, struct arena *a, struct day_keys *out, int64_t *leaf, int64_t *since_ms,
                     struct err *err)
{
    bytes opening;
    int r = day_store_keys(node->db, hall, day, by_ms, leaf, since_ms, err);
    if (r == 0)
        r = past_opening(node, *leaf, a, &opening, err);
    return r < 0 ? r : day_keys_read(a, detail_in(opening), out, err);
}

int day_book_keys_of(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, struct arena *a, struct day_keys *out, int64_t *since_ms,
                     struct err *err)
{
    int64_t leaf;
    return keys_leaf(node, hall, day, INT64_MAX, a, out, &leaf, since_ms, err);
}

/* --- records --- */

static int add_row(struct db *db, struct day_book *book, int64_t leaf, bytes frame, struct err *err)
{
    int r = day_store_put(db, book, leaf, frame, err);
    book->rows += r == 0;
    return r;
}

int day_book_add(struct db *db, struct day_book *book, bytes frame, struct err *err)
{
    if (book->closed)
        return err_set(err, ERR_DENIED, "the day of this hall is closed");
    int r = add_row(db, book, -1, frame, err);
    if (r < 0)
        return r;
    day_chain(book->head, frame);
    book->records++;
    return 0;
}

/* --- the day before --- */

static int mark_of(struct node *node, int64_t leaf, struct arena *a, struct day_mark *out, struct err *err)
{
    bytes opening;
    int r = past_opening(node, leaf, a, &opening, err);
    return r < 0 ? r : day_mark_read(a, detail_in(opening), out, err);
}

int day_book_before(struct node *node, const uint8_t hall[static ID_LEN], int64_t day, struct day_before *out, struct err *err)
{
    struct arena *a = arena_new();
    int64_t number = -1;
    *out = (struct day_before){.leaf = -1};
    int r = day_store_newest(node->db, hall, day, &out->day, &out->there, err);
    if (r == 0 && out->there)
        r = day_store_last_mark(node->db, hall, out->day, &number, &out->leaf, err);
    if (r == 0 && out->leaf >= 0)
        r = mark_of(node, out->leaf, a, &out->mark, err);
    arena_free(a);
    return r;
}

int day_book_posted(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct day_posted *posted = arg;
    struct arena *a = arena_new();
    int64_t leaf;
    act->has_object = true;
    memcpy(act->object, posted->hall, ID_LEN);
    act->detail = str_dup(node->arena, day_posted_write(a, posted));
    arena_free(a);
    int r = log_size(node->log, node->db, &leaf, err);
    return r < 0 ? r : day_store_put_posted(node->db, posted, leaf, act->now_ms, err);
}

int day_book_post(struct node *node, const struct day_posted *posted, int64_t now_ms, struct err *err)
{
    struct act act = {.verb = VERB_DESK, .actor = &act_node, .now_ms = now_ms};
    return act_run(node, &act, day_book_posted, (void *)(uintptr_t)posted, err);
}

static int add_leaf(struct db *db, struct day_book *book, char kind, int64_t leaf, struct err *err)
{
    return add_row(db, book, leaf, (bytes){(const uint8_t *)&kind, 1}, err);
}

/* Its last leaf; the leaf of another rule than it had; who comes over from it. */
static int follow_on(struct node *node, const struct day_begin *begin, const struct day_before *before, const struct day_over *over, struct day_book *book,
                     struct arena *a, struct err *err)
{
    uint8_t digest[HASH_LEN];
    int64_t leaf;
    int r = 0;
    day_rule_digest(&begin->rule, digest);
    if (before->mark.ruled && memcmp(before->mark.rule, digest, HASH_LEN) != 0) {
        r = day_store_posted(node->db, begin->hall, digest, &leaf, err);
        if (r == 0)
            r = add_leaf(node->db, book, 'R', leaf, err);
    }
    if (r == 0)
        r = add_leaf(node->db, book, 'P', before->leaf, err);
    if (r < 0 || !before->mark.handed)
        return r;
    if (over)
        day_over_digest(over, digest);
    if (!over || memcmp(digest, before->mark.over, HASH_LEN) != 0)
        return err_set(err, ERR_CORRUPT, "who comes over from the day before is not whom its last leaf commits to");
    r = day_book_add(node->db, book, day_frame_over(a, over), err);
    for (uint32_t i = 0; r == 0 && i < over->line.n; i++)
        r = day_book_add(node->db, book, day_frame_over_ticket(a, &over->line.tickets[i], over->digests[i]), err);
    return r;
}

int day_book_begin(struct node *node, struct day_begin *begin, const struct day_over *over, int64_t now_ms, struct day_book *out, struct err *err)
{
    struct arena *a = arena_new();
    struct day_keys keys;
    struct day_before before;
    int64_t leaf, since_ms;
    struct err why = {0};
    int r = keys_leaf(node, begin->hall, begin->day, now_ms - DAY_KEYS_AHEAD_MS, a, &keys, &leaf, &since_ms, &why); /* newer ones draw later */
    if (r == ERR_NOT_FOUND && (r = keys_leaf(node, begin->hall, begin->day, INT64_MAX, a, &keys, &leaf, &since_ms, err)) == 0)
        r = err_set(err, ERR_DENIED, "the keys for this day are in the log for less than 24 hours: whoever made them could have known who comes");
    else if (r < 0 && why.code && why.code != ERR_NOT_FOUND)
        *err = why;
    if (r == 0)
        r = day_book_before(node, begin->hall, INT64_MAX, &before, err);
    if (r == 0 && before.there && (before.day >= begin->day || !before.mark.closed))
        r = err_set(err, ERR_EXISTS, "a later day of this hall was begun, or the one before is not closed");
    if (r == 0) {
        begin->keys = keys.keys;
        *out = (struct day_book){.day = begin->day};
        memcpy(out->hall, begin->hall, ID_LEN);
        day_start(out->head);
        r = day_book_add(node->db, out, day_frame_begin(a, begin), err);
    }
    if (r == 0)
        r = add_leaf(node->db, out, 'K', leaf, err);
    if (r == 0 && before.there)
        r = follow_on(node, begin, &before, over, out, a, err);
    arena_free(a);
    return r;
}

/* Each row in order; rows are from an arena that is emptied now and then. */
typedef int (*row_fn)(void *arg, const struct day_row *row, struct arena *a, struct err *err);
static int each_row(struct node *node, const uint8_t hall[ID_LEN], uint32_t day, int64_t from, int64_t until, row_fn fn, void *arg, struct err *err)
{
    struct arena *a = arena_new();
    size_t n = 0;
    int64_t next = from;
    int r = 0;
    do {
        struct day_row *rows;
        arena_reset(a);
        r = day_store_rows(node->db, hall, day, next, ROWS_AT_ONCE, a, &rows, &n, err);
        for (size_t i = 0; r == 0 && i < n && next <= until; i++, next++)
            r = fn(arg, &rows[i], a, err);
    } while (r == 0 && n == ROWS_AT_ONCE && next <= until);
    arena_free(a);
    return r == 0 && next == 0 ? err_set(err, ERR_NOT_FOUND, "there is no such day of this hall") : r;
}

struct opening { struct node *node; struct day_book *book; day_frame_fn each; void *arg; };

static int open_row(void *arg, const struct day_row *row, struct arena *a, struct err *err)
{
    struct opening *o = arg;
    struct day_record rec;
    struct day_mark mark;
    bool there;
    o->book->rows++;
    if (row->leaf >= 0) {
        if (day_row_kind(row) != 'L')
            return 0; /* of the keys, of the day before, of a rule */
        int r = mark_of(o->node, row->leaf, a, &mark, err);
        if (r == 0 && (mark.records != o->book->records || memcmp(mark.head, o->book->head, HASH_LEN) != 0))
            r = err_set(err, ERR_CORRUPT, "the records of a day were changed: the log holds another digest of the first %lld", (long long)mark.records);
        if (r < 0)
            return r;
        o->book->marked = mark.records;
        o->book->closed = mark.closed;
        return 0;
    }
    struct reader in = reader_new(row->frame);
    int r = day_next(&in, a, &rec, &there, err);
    if (r < 0 || !there || !reader_done(&in))
        return err_set(err, ERR_CORRUPT, "record %lld of a day is none", (long long)row->number);
    day_chain(o->book->head, row->frame);
    o->book->records++;
    return o->each ? o->each(o->arg, &rec, err) : 0;
}

int day_book_open(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, day_frame_fn each, void *arg, struct day_book *out, struct err *err)
{
    struct opening o = {node, out, each, arg};
    *out = (struct day_book){.day = day};
    memcpy(out->hall, hall, ID_LEN);
    day_start(out->head);
    return each_row(node, hall, day, 0, INT64_MAX, open_row, &o, err);
}

int day_book_goes_on(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, bool *open, struct err *err)
{
    struct arena *a = arena_new();
    struct day_mark mark = {0};
    int64_t number = -1, leaf = -1;
    int r = day_store_begun(node->db, hall, day, open, err);
    if (r == 0 && *open)
        r = day_store_last_mark(node->db, hall, day, &number, &leaf, err);
    if (r == 0 && leaf >= 0) {
        r = mark_of(node, leaf, a, &mark, err);
        *open = r == 0 && !mark.closed;
    }
    arena_free(a);
    return r;
}

int day_book_follow(struct node *node, struct day_book *book, day_frame_fn each, void *arg, struct err *err)
{
    struct opening o = {node, book, each, arg};
    return each_row(node, book->hall, book->day, book->rows, INT64_MAX, open_row, &o, err);
}

/* --- leaves --- */

struct marking { struct day_book book; const struct day_end *end; struct arena *a; };

static int do_mark(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct marking *m = arg;
    struct day_book book = m->book; /* this may run again */
    struct day_mark mark = {.day = book.day, .records = book.records, .closed = m->end != NULL, .ruled = m->end != NULL, .handed = m->end && m->end->over};
    int64_t leaf;
    memcpy(mark.hall, book.hall, ID_LEN);
    memcpy(mark.head, book.head, HASH_LEN);
    if (mark.closed)
        day_rule_digest(m->end->rule, mark.rule);
    if (mark.handed)
        day_over_digest(m->end->over, mark.over);
    act->has_object = true;
    memcpy(act->object, book.hall, ID_LEN);
    act->detail = day_mark_write(m->a, &mark);
    int r = log_size(node->log, node->db, &leaf, err);
    return r < 0 ? r : add_row(node->db, &book, leaf, (bytes){0}, err);
}

int day_book_mark(struct node *node, struct day_book *book, const struct day_end *end, int64_t now_ms, struct err *err)
{
    if (book->closed || (!end && book->marked == book->records))
        return 0;
    struct marking m = {*book, end, arena_new()};
    struct act act = {.verb = VERB_DESK, .actor = &act_node, .now_ms = now_ms};
    int r = act_run(node, &act, do_mark, &m, err);
    arena_free(m.a);
    if (r == 0) {
        book->rows++;
        book->marked = book->records;
        book->closed = end != NULL;
    }
    return r;
}

/* --- the file --- */

struct writing { struct node *node; int64_t size; day_piece_fn out; void *arg; };

static int write_row(void *arg, const struct day_row *row, struct arena *a, struct err *err)
{
    struct writing *w = arg;
    struct day_leaf leaf = {.index = (uint64_t)row->leaf};
    if (row->leaf < 0)
        return w->out(w->arg, row->frame, err);
    int r = log_leaf_get(w->node->log, w->node->db, row->leaf, a, &leaf.leaf, err);
    if (r == 0)
        r = past_opening(w->node, row->leaf, a, &leaf.opening, err);
    if (r == 0)
        r = log_inclusion(w->node->log, w->node->db, row->leaf, w->size, a, &leaf.path, err);
    return r < 0 ? r : w->out(w->arg, day_frame_leaf(a, day_row_kind(row), &leaf), err);
}

int day_book_write_under(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, str head, int64_t size, day_piece_fn out, void *arg,
                         struct err *err)
{
    struct writing w = {.node = node, .size = size, .out = out, .arg = arg};
    struct arena *a = arena_new();
    int64_t last = -1, leaf;
    int r = day_store_last_mark(node->db, hall, day, &last, &leaf, err);
    if (r == 0 && last < 0)
        r = err_set(err, ERR_NOT_FOUND, "nothing of this day is in the log yet");
    if (r == 0 && leaf >= size)
        r = err_set(err, ERR_NOT_FOUND, "the last leaf of this day is newer than the signed head: wait until witnesses have cosigned it");
    if (r == 0)
        r = out(arg, str_bytes(STR(DAY_MAGIC)), err);
    if (r == 0)
        r = each_row(node, hall, day, 0, last, write_row, &w, err);
    if (r == 0)
        r = out(arg, day_frame_end(a, head), err);
    arena_free(a);
    return r;
}

int day_book_write(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, day_piece_fn out, void *arg, struct err *err)
{
    struct arena *a = arena_new();
    int64_t size = 0;
    str head = {0};
    int r = log_size(node->log, node->db, &size, err);
    if (r == 0)
        r = log_checkpoint(node->log, node->db, size, a, &head, err);
    if (r == 0)
        r = day_book_write_under(node, hall, day, head, size, out, arg, err);
    arena_free(a);
    return r;
}
