/* tamper: an insider with the database of a node against its witnesses. Random edits, deletions, reorderings, rollbacks and split
 * views, crude ones and ones that leave the log in agreement with itself; every one must be found by the next look of one witness.
 * COMITY_TAMPERS: how many (200); COMITY_SEED: which. SQLite, PostgreSQL; split views on SQLite, where a database can be copied. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/witness/test_watch.h"

#define BLOCKS 12  /* after each the log is larger */
#define GROWTH 60
#define LEAVES_MAX 2000

enum { X, Y, Z };

struct run {
    struct watch *w;
    struct arena *a;     /* of one case */
    struct db *thief;    /* the insider's own connection */
    uint64_t random;
    int64_t now;
    int64_t looks;       /* at a log that nobody touched */
    struct node *honest; /* X's */
    struct node twin;    /* X's other face */
    char copy[160];
};

/* xorshift64*: the same cases for the same seed. */
static uint64_t draw(struct run *r, uint64_t below)
{
    r->random ^= r->random >> 12;
    r->random ^= r->random << 25;
    r->random ^= r->random >> 27;
    return (r->random * UINT64_C(2685821657736338717) >> 11) % below;
}

static void sql(struct db *db, const char *text)
{
    struct err err = {0};
    if (db_exec(db, text, &err) < 0)
        fail_msg("%s: %s", text, err.text);
}

static int64_t size_of(struct node *node)
{
    int64_t size;
    struct err err = {0};
    if (log_size(node->log, node->db, &size, &err) < 0)
        fail_msg("%s", err.text);
    return size;
}

/* --- what the insider can do --- */

struct leaves { bytes content[LEAVES_MAX]; int64_t n; };

static struct leaves *read_leaves(struct run *r)
{
    struct leaves *l = arena_new_of(r->a, struct leaves);
    struct db_stmt *q;
    struct err err = {0};
    assert_int_equal(db_prepare(r->thief, "select content from log_leaf order by place", &q, &err), 0);
    while (db_step(q, &err) > 0) {
        assert_true(l->n < LEAVES_MAX);
        l->content[l->n++] = bytes_dup(r->a, db_col_blob(q, 0));
    }
    return l;
}

static void run_with(struct db *db, const char *text, int64_t x, bytes blob)
{
    struct db_stmt *q;
    struct err err = {0};
    assert_int_equal(db_prepare(db, text, &q, &err), 0);
    db_bind_int(q, 1, x);
    db_bind_blob(q, 2, blob);
    if (db_run(q, &err) < 0)
        fail_msg("%s", err.text);
}

static int put_node(void *arg, unsigned level, uint64_t index, const struct merkle_hash *hash, struct err *err)
{
    struct db *db = arg;
    struct db_stmt *q;
    int result = db_prepare(db, "insert into log_node (level, place, hash) values ($1, $2, $3)", &q, err);
    if (result < 0)
        return result;
    db_bind_int(q, 1, level);
    db_bind_int(q, 2, (int64_t)index);
    db_bind_blob(q, 3, (bytes){hash->b, HASH_LEN});
    return db_run(q, err);
}

static int write_leaves(struct db *db, void *arg, struct err *err)
{
    const struct leaves *l = arg;
    struct merkle_frontier f = {0};
    int result = db_exec(db, "delete from log_leaf; delete from log_node; delete from log_frontier", err);
    for (int64_t i = 0; i < l->n && result == 0; i++) {
        struct merkle_hash hash;
        merkle_leaf(&hash, l->content[i]);
        run_with(db, "insert into log_leaf (place, content) values ($1, $2)", i, l->content[i]);
        result = merkle_frontier_add(&f, &hash, put_node, db, err);
    }
    if (l->n && result == 0)
        run_with(db, "insert into log_frontier (id, size, hashes) values (0, $1, $2)", l->n, (bytes){f.hashes[0].b, f.n * HASH_LEN});
    return result;
}

/* All hashes made anew: the log agrees with itself. */
static void rewrite(struct run *r, const struct leaves *l)
{
    struct err err = {0};
    struct leaves copy = *l;
    if (db_txn(r->thief, write_leaves, &copy, &err) < 0)
        fail_msg("%s", err.text);
    sql(r->thief, str_printf(r->a, "delete from act_detail where leaf >= %" PRId64, l->n).p);
}

static void put_leaf(struct run *r, int64_t place, bytes content)
{
    run_with(r->thief, "update log_leaf set content = $2 where place = $1", place, content);
}

static bytes changed(struct run *r, bytes leaf)
{
    bytes copy = bytes_dup(r->a, leaf);
    ((uint8_t *)(uintptr_t)copy.p)[draw(r, copy.len)] ^= (uint8_t)(1 + draw(r, 255));
    return copy;
}

static void edit_leaf(struct run *r, bool clean)
{
    struct leaves *l = read_leaves(r);
    int64_t place = (int64_t)draw(r, (uint64_t)l->n);
    l->content[place] = changed(r, l->content[place]);
    clean ? rewrite(r, l) : put_leaf(r, place, l->content[place]);
}

static void edit_hash(struct run *r, bool clean)
{
    struct leaves *l = read_leaves(r);
    const unsigned level = 1 + (unsigned)draw(r, 3);
    const int64_t place = (int64_t)draw(r, (uint64_t)l->n >> level);
    uint8_t hash[HASH_LEN];
    for (size_t i = 0; i < sizeof hash; i++)
        hash[i] = (uint8_t)draw(r, 256);
    const size_t n = (size_t)__builtin_popcountll((uint64_t)l->n);
    if (clean) /* the frontier, which the next head is signed from */
        run_with(r->thief, "update log_frontier set hashes = $2 where size = $1", l->n, (bytes){arena_alloc(r->a, n * HASH_LEN), n * HASH_LEN});
    else
        run_with(r->thief, str_printf(r->a, "update log_node set hash = $2 where level = %u and place = $1", level).p, place, (bytes){hash, HASH_LEN});
}

static void delete_leaf(struct run *r, bool clean)
{
    struct leaves *l = read_leaves(r);
    const int64_t place = (int64_t)draw(r, (uint64_t)l->n);
    if (!clean) {
        sql(r->thief, str_printf(r->a, "delete from log_leaf where place = %" PRId64, place).p);
        return;
    }
    memmove(&l->content[place], &l->content[place + 1], (size_t)(l->n - place - 1) * sizeof l->content[0]);
    l->n--;
    rewrite(r, l);
    if (draw(r, 2)) /* and another act in its place, so that the number is right */
        watch_grow(r->honest, 1);
}

static void reorder(struct run *r, bool clean)
{
    struct leaves *l = read_leaves(r);
    const int64_t x = (int64_t)draw(r, (uint64_t)l->n), y = (x + 1 + (int64_t)draw(r, (uint64_t)l->n - 1)) % l->n;
    bytes kept = l->content[x];
    l->content[x] = l->content[y];
    l->content[y] = kept;
    if (clean) {
        rewrite(r, l);
        return;
    }
    put_leaf(r, x, l->content[x]);
    put_leaf(r, y, l->content[y]);
}

/* To any size below what was cosigned; then perhaps new acts, fewer, as many or more than were removed. */
static void roll_back(struct run *r, bool grow)
{
    struct leaves *l = read_leaves(r);
    const int64_t before = l->n;
    l->n = 1 + (int64_t)draw(r, (uint64_t)before - 1);
    if (before - l->n > 20 && draw(r, 2))
        l->n = before - 1 - (int64_t)draw(r, 20);
    rewrite(r, l);
    if (grow && before - l->n <= 20)
        watch_grow(r->honest, (int64_t)draw(r, (uint64_t)(before - l->n) + 4));
}

/* Two databases under one key: one face for each witness, each of which follows from what that witness saw. */
static void split(struct run *r, bool same_size)
{
    struct err err = {0};
    struct watch *w = r->w;
    remove(r->copy);
    sql(r->thief, str_printf(r->a, "vacuum into '%s'", r->copy).p);
    r->twin = *r->honest;
    if (db_open(str_printf(r->a, "sqlite:%s", r->copy).p, &r->twin.db, &err) < 0)
        fail_msg("%s", err.text);
    const int64_t n = 1 + (int64_t)draw(r, 3);
    watch_grow(r->honest, n);
    watch_grow(&r->twin, same_size ? n : 1 + (int64_t)draw(r, 3));
    w->shown[X][Z] = &r->twin;
    w->cut[Z] = true;
    watch_round(w, X, r->now += 61000);
    w->cut[Z] = false;
    w->cut[Y] = true;
    w->houses[X].node = &r->twin;
    watch_round(w, X, r->now += 61000);
    w->houses[X].node = r->honest;
    w->cut[Y] = false;
}

static const struct { const char *name; void (*act)(struct run *r, bool other); bool copies; } arts[] = {
    {"edits of leaves", edit_leaf, false}, {"edits of hashes", edit_hash, false}, {"deletions", delete_leaf, false},
    {"reorderings", reorder, false},       {"rollbacks", roll_back, false},       {"split views", split, true},
};
#define N_ARTS (sizeof arts / sizeof arts[0])

/* --- the cases --- */

static void look_untouched(struct run *r)
{
    for (size_t who = Y; who <= Z; who++) {
        if (watch_look(r->w, who, X, r->now += 1000) != 0 || watch_open_evidence(r->w, who, X) != 0)
            fail_msg("a false alarm, after %" PRId64 " looks", r->looks);
        assert_int_equal(watch_seen(r->w, who, X).looked_ms, r->now); /* it was whole */
        r->looks++;
    }
}

/* Between two cases all forget what was, and the log is what it was at the block's begin. */
static void forget(struct run *r)
{
    sql(r->thief, "delete from log_leaf; insert into log_leaf select * from kept_leaf; delete from log_node; insert into log_node select * from "
                  "kept_node; delete from log_frontier; insert into log_frontier select * from kept_frontier; "
                  "delete from act_detail where leaf >= (select count(*) from kept_leaf)");
    for (size_t i = 0; i < r->w->n; i++)
        sql(r->w->houses[i].node->db, "delete from witness_seen; delete from witness_told; delete from witness_own; delete from witness_evidence; "
                                      "delete from act_watch");
    memset(r->w->shown, 0, sizeof r->w->shown);
    if (r->twin.db) {
        db_close(r->twin.db);
        r->twin.db = NULL;
        remove(r->copy);
    }
}

static void keep_base(struct run *r)
{
    sql(r->thief, "drop table if exists kept_leaf; drop table if exists kept_node; drop table if exists kept_frontier; "
                  "create table kept_leaf as select * from log_leaf; create table kept_node as select * from log_node; "
                  "create table kept_frontier as select * from log_frontier");
}

static void one_case(struct run *r, size_t art, int64_t *found)
{
    /* what an honest log looks like: it grows, is cosigned, is looked at, between rounds too */
    watch_round(r->w, X, r->now += 61000);
    for (int i = 0; i < 2; i++) {
        watch_grow(r->honest, (int64_t)draw(r, 4));
        /* over a line that loses answers, and with one witness away now and then */
        r->w->caller_died = draw(r, 4) == 0;
        const size_t away = Y + draw(r, 2);
        r->w->cut[away] = draw(r, 4) == 0;
        if (draw(r, 2))
            watch_round(r->w, X, r->now += 61000);
        r->w->caller_died = r->w->cut[Y] = r->w->cut[Z] = false;
        look_untouched(r);
    }
    watch_round(r->w, X, r->now += 61000);
    assert_int_equal(watch_open_evidence(r->w, X, X), 0); /* nor does it accuse itself */
    const bool other = draw(r, 2);
    arts[art].act(r, other);
    if (watch_look(r->w, draw(r, 2) ? Y : Z, X, r->now += 1000) == 1)
        ++*found;
    else
        print_message("not found: %s (%d) in a log of %" PRId64 " leaves\n", arts[art].name, other, size_of(r->honest));
}

static uint64_t number(const char *name, uint64_t otherwise)
{
    int64_t n;
    const char *text = getenv(name);
    return text && str_to_int(str_from(text), 1, INT64_MAX, &n) ? (uint64_t)n : otherwise;
}

static void test_every_change_is_found(void **state)
{
    (void)state;
    static struct watch w;
    struct err err = {0};
    const uint64_t cases = number("COMITY_TAMPERS", 200), seed = number("COMITY_SEED", 1), block = (cases + BLOCKS - 1) / BLOCKS;
    int64_t done[N_ARTS] = {0}, found[N_ARTS] = {0}, all = 0;
    watch_open(&w, 3);
    struct run r = {.w = &w, .a = arena_new(), .random = seed * UINT64_C(0x9e3779b97f4a7c15) | 1, .now = WATCH_NOW, .honest = w.houses[X].node};
    snprintf(r.copy, sizeof r.copy, "%s/copy.db", w.houses[X].folder);
    if (db_open(r.honest->db_url, &r.thief, &err) < 0)
        fail_msg("%s", err.text);
    const bool copies = strcmp(db_engine(r.thief), "sqlite") == 0;
    for (uint64_t i = 0; i < cases; i++) {
        if (i % block == 0) {
            watch_grow(r.honest, 8 + (i ? GROWTH : 0));
            keep_base(&r);
        }
        size_t art = draw(&r, N_ARTS);
        if (arts[art].copies && !copies)
            art = 0;
        done[art]++;
        one_case(&r, art, &found[art]);
        forget(&r);
        arena_reset(r.a);
    }
    for (size_t i = 0; i < N_ARTS; i++) {
        print_message("# %s: %" PRId64 " of %" PRId64 " found\n", arts[i].name, found[i], done[i]);
        all += found[i];
    }
    print_message("# changes found by the next look: %" PRId64 " of %" PRIu64 "; false alarms in %" PRId64 " looks at an untouched log: 0; seed %" PRIu64 "\n",
                  all, cases, r.looks, seed);
    sql(r.thief, "drop table kept_leaf; drop table kept_node; drop table kept_frontier");
    db_close(r.thief);
    arena_free(r.a);
    watch_close(&w);
    assert_int_equal(all, cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_change_is_found)};
    return cmocka_run_group_tests_name("trust/witness tamper", tests, NULL, NULL);
}
