/* log: appended in transactions, proved from what is stored, and every kind of tampering found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/db/test_db_open.h"
#include "trust/log/checkpoint.h"
#include "trust/log/log.h"

#define N_LEAVES 70

struct fixture {
    struct arena *a;
    struct db *db;
    struct keyring *keys;
    struct log *log;
    char folder[32];
};

static struct log_entry entry_of(int64_t i)
{
    struct log_entry e = {.time_ms = 1795467960000 + i * 1000, .actor = STR("a0c1"), .verb = STR("search"), .purpose = STR("ident")};
    e.commitment[0] = (uint8_t)i;
    return e;
}

struct batch { struct log *log; int64_t n, first; };

static int append_batch(struct db *db, void *arg, struct err *err)
{
    struct batch *b = arg;
    for (int64_t i = 0; i < b->n; i++) {
        int64_t index;
        struct log_entry e = entry_of(b->first + i);
        int result = log_append(b->log, db, &e, &index, err);
        if (result < 0)
            return result;
        assert_int_equal(index, b->first + i);
    }
    return 0;
}

static void append(struct fixture *f, int64_t first, int64_t n)
{
    struct err err = {0};
    struct batch batch = {f->log, n, first};
    if (db_txn(f->db, append_batch, &batch, &err) < 0)
        fail_msg("%s", err.text);
}

static int set_up(void **state)
{
    struct err err = {0};
    struct fixture *f = mem_calloc(1, sizeof *f);
    *state = f;
    f->a = arena_new();
    f->db = test_db_open(f->a);
    memcpy(f->folder, "/tmp/comity-log-XXXXXX", sizeof "/tmp/comity-log-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    const char *path = str_printf(f->a, "%s/keys", f->folder).p;
    if (crypto_open(&err) < 0 || keyring_create(path, &err) < 0 || keyring_open(path, &f->keys, &err) < 0 ||
        db_migrate(f->db, &log_schema, &err) < 0)
        fail_msg("%s", err.text);
    f->log = log_open(f->keys, "comity/test");
    unlink(path);
    rmdir(f->folder);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    log_close(f->log);
    keyring_close(f->keys);
    db_close(f->db);
    arena_free(f->a);
    free(f);
    return 0;
}

static void test_leaf_is_canonical(void **state)
{
    struct fixture *f = *state;
    struct log_entry e = entry_of(255);
    e.object = STR("00ff");
    str leaf = bytes_str(log_leaf(f->a, 7, &e));
    assert_string_equal(leaf.p, "{\"v\":1,\"seq\":7,\"time\":\"2026-11-23T21:10:15.000Z\",\"actor\":\"a0c1\",\"verb\":\"search\",\"object\":\"00ff\","
                                "\"purpose\":\"ident\",\"commitment\":\"ff00000000000000000000000000000000000000000000000000000000000000\"}");
}

static void test_empty_log(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    int64_t size;
    uint8_t root[HASH_LEN];
    bytes leaf;
    struct merkle_hash empty;
    merkle_empty(&empty);
    assert_int_equal(log_size(f->log, f->db, &size, &err), 0);
    assert_int_equal(size, 0);
    assert_int_equal(log_root(f->log, f->db, 0, root, &err), 0);
    assert_memory_equal(root, empty.b, HASH_LEN);
    assert_int_equal(log_root(f->log, f->db, 1, root, &err), ERR_INPUT);
    assert_int_equal(log_leaf_get(f->log, f->db, 0, f->a, &leaf, &err), ERR_INPUT);
    assert_int_equal(log_verify(f->log, f->db, NULL, NULL, &err), 0);
}

static void test_roots_and_proofs_of_every_size(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct merkle_frontier pure = {0};
    struct merkle_hash roots[N_LEAVES + 1];
    for (int64_t size = 1; size <= N_LEAVES; size++) {
        append(f, size - 1, 1);
        bytes leaf;
        struct merkle_hash hash;
        assert_int_equal(log_leaf_get(f->log, f->db, size - 1, f->a, &leaf, &err), 0);
        merkle_leaf(&hash, leaf);
        assert_int_equal(merkle_frontier_add(&pure, &hash, NULL, NULL, &err), 0);
        merkle_frontier_root(&pure, &roots[size]);
    }
    for (int64_t size = 1; size <= N_LEAVES; size++) {
        uint8_t root[HASH_LEN];
        struct merkle_proof proof;
        struct merkle_hash hash;
        bytes leaf;
        assert_int_equal(log_root(f->log, f->db, size, root, &err), 0);
        assert_memory_equal(root, roots[size].b, HASH_LEN);
        for (int64_t i = size % 3; i < size; i += 3) {
            assert_int_equal(log_inclusion(f->log, f->db, i, size, f->a, &proof, &err), 0);
            assert_int_equal(log_leaf_get(f->log, f->db, i, f->a, &leaf, &err), 0);
            merkle_leaf(&hash, leaf);
            assert_int_equal(merkle_verify_inclusion((uint64_t)i, (uint64_t)size, &hash, &proof, &roots[size], &err), 0);
            assert_int_equal(log_consistency(f->log, f->db, i + 1, size, f->a, &proof, &err), 0);
            assert_int_equal(merkle_verify_consistency((uint64_t)i + 1, (uint64_t)size, &proof, &roots[i + 1], &roots[size], &err), 0);
        }
    }
    struct merkle_proof proof;
    assert_int_equal(log_inclusion(f->log, f->db, N_LEAVES, N_LEAVES, f->a, &proof, &err), ERR_INPUT);
    assert_int_equal(log_inclusion(f->log, f->db, 0, N_LEAVES + 1, f->a, &proof, &err), ERR_INPUT);
    assert_int_equal(log_inclusion(f->log, f->db, -1, N_LEAVES, f->a, &proof, &err), ERR_INPUT);
    assert_int_equal(log_consistency(f->log, f->db, 0, N_LEAVES, f->a, &proof, &err), ERR_INPUT);
    assert_int_equal(log_consistency(f->log, f->db, 5, 4, f->a, &proof, &err), ERR_INPUT);
    assert_int_equal(log_verify(f->log, f->db, NULL, NULL, &err), 0);
}

static void test_exported_proof_verifies(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    append(f, 0, 23);
    struct tlog_proof proof = {.index = 11}, read;
    struct note_verifier verifier;
    struct checkpoint cp;
    bytes leaf;
    assert_int_equal(log_inclusion(f->log, f->db, 11, 20, f->a, &proof.path, &err), 0);
    assert_int_equal(log_checkpoint(f->log, f->db, 20, f->a, &proof.checkpoint, &err), 0);
    assert_int_equal(log_leaf_get(f->log, f->db, 11, f->a, &leaf, &err), 0);
    assert_int_equal(note_verifier_parse(log_vkey(f->log, f->a), &verifier, &err), 0);
    assert_int_equal(tlog_proof_parse(f->a, tlog_proof_format(f->a, &proof), &read, &err), 0);
    if (tlog_proof_verify(f->a, &read, leaf, &verifier, &cp, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(cp.size, 20);
    read.index = 12;
    assert_int_equal(tlog_proof_verify(f->a, &read, leaf, &verifier, &cp, &err), ERR_CRYPTO);
    read.index = 11;
    assert_int_equal(tlog_proof_verify(f->a, &read, str_bytes(STR("another leaf")), &verifier, &cp, &err), ERR_CRYPTO);
    verifier.public_key[0] ^= 1;
    assert_int_equal(tlog_proof_verify(f->a, &read, leaf, &verifier, &cp, &err), ERR_CRYPTO);
}

static int fail_after_append(struct db *db, void *arg, struct err *err)
{
    int result = append_batch(db, arg, err);
    return result < 0 ? result : err_set(err, ERR_INPUT, "the act failed");
}

static void test_rolled_back_append_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    append(f, 0, 5);
    struct batch batch = {f->log, 3, 5};
    assert_int_equal(db_txn(f->db, fail_after_append, &batch, &err), ERR_INPUT);
    int64_t size;
    assert_int_equal(log_size(f->log, f->db, &size, &err), 0);
    assert_int_equal(size, 5);
    append(f, 5, 3);
    assert_int_equal(log_verify(f->log, f->db, NULL, NULL, &err), 0);
}

/* What somebody with the database password could do, and what log_verify says to it. */
static void test_tampering_is_found(void **state)
{
    struct fixture *f = *state;
    static const struct { const char *sql, *says; } cases[] = {
        {"update log_leaf set content = (select content from log_leaf where place = 3) where place = 4", "a leaf among 4 to 5"},
        {"update log_leaf set content = (select content from log_leaf where place = 3) where place = 22", "a leaf among 22 to 22"},
        {"delete from log_leaf where place = 9", "leaf 9 is missing"},
        {"delete from log_leaf where place = 22", "holds 22 leaves where 23"},
        {"insert into log_leaf(place, content) select 23, content from log_leaf where place = 1", "holds 24 leaves where 23"},
        {"insert into log_leaf(place, content) select 25, content from log_leaf where place = 1", "holds 24 leaves where 23"},
        {"delete from log_node where level = 2 and place = 1", "leaves 4 to 7 is missing"},
        {"update log_node set hash = (select hash from log_node where level = 1 and place = 0) where level = 1 and place = 5", "a leaf among 10 to 11"},
        {"insert into log_node(level, place, hash) select 9, 9, hash from log_node where level = 1 and place = 0", "holds 20 nodes where its leaves make 19"},
        {"update log_frontier set size = 22", "frontier is damaged"},
        {"update log_frontier set size = 15", "holds 23 leaves where 15"},
        {"delete from log_frontier", "holds 23 leaves where 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        assert_int_equal(db_exec(f->db, "delete from log_leaf; delete from log_node; delete from log_frontier", &err), 0);
        append(f, 0, 23);
        assert_int_equal(log_verify(f->log, f->db, NULL, NULL, &err), 0);
        assert_int_equal(db_exec(f->db, cases[i].sql, &err), 0);
        if (log_verify(f->log, f->db, NULL, NULL, &err) != ERR_CORRUPT || !strstr(err.text, cases[i].says))
            fail_msg("%s: \"%s\"", cases[i].sql, err.text);
    }
}

/* A changed leaf is not signed into a checkpoint or handed out in a proof, whichever it is and whatever the size asked for. */
static void test_changed_leaf_is_not_signed(void **state)
{
    struct fixture *f = *state;
    append(f, 0, 9);
    for (int64_t leaf = 0; leaf < 9; leaf++) {
        struct err err = {0};
        const char *change = str_printf(f->a, "update log_leaf set content = (select content from log_leaf where place = %d) where place = %d",
                                        (int)(leaf + 1) % 9, (int)leaf).p;
        assert_int_equal(db_exec(f->db, "create table kept as select * from log_leaf", &err), 0);
        uint8_t before[10][HASH_LEN], after[HASH_LEN];
        for (int64_t size = 0; size <= 9; size++)
            assert_int_equal(log_root(f->log, f->db, size, before[size], &err), 0);
        assert_int_equal(db_exec(f->db, change, &err), 0);
        for (int64_t size = 0; size <= 9; size++) {
            int result = log_root(f->log, f->db, size, after, &err);
            assert_true(result == ERR_CORRUPT || (result == 0 && memcmp(before[size], after, HASH_LEN) == 0));
        }
        assert_int_equal(db_exec(f->db, "delete from log_leaf; insert into log_leaf(place, content) select place, content from kept; drop table kept", &err), 0);
    }
}

/* A log that was cut back does not silently grow over what is there. */
static void test_no_append_over_what_is_there(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    append(f, 0, 5);
    assert_int_equal(db_exec(f->db, "delete from log_frontier", &err), 0);
    struct batch batch = {f->log, 1, 0};
    assert_int_equal(db_txn(f->db, append_batch, &batch, &err), ERR_CORRUPT);
}

/* Tiles give the tree's root, level by level, and show every change of a leaf or of a stored hash under them. */
static void test_tiles(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    const int64_t size = 1000; /* three whole tiles and 232 leaves */
    append(f, 0, size);
    struct merkle_frontier roots = {0}, leaves = {0};
    struct merkle_hash all[16];
    uint8_t root[HASH_LEN];
    bytes tile, above;
    assert_int_equal(log_tile(f->log, f->db, 1, 0, 3, f->a, &above, &err), 0);
    assert_int_equal(above.len, 3 * HASH_LEN);
    for (uint64_t place = 0; place < 4; place++) {
        const unsigned width = place < 3 ? LOG_TILE_WIDTH : 232;
        struct merkle_hash hash;
        assert_int_equal(log_tile(f->log, f->db, 0, place, width, f->a, &tile, &err), 0);
        assert_int_equal(tile.len, width * HASH_LEN);
        leaves = (struct merkle_frontier){0};
        for (unsigned i = 0; i < width; i++) {
            memcpy(hash.b, tile.p + i * HASH_LEN, HASH_LEN);
            assert_int_equal(merkle_frontier_add(&leaves, &hash, NULL, NULL, &err), 0);
        }
        if (place < 3) {
            merkle_frontier_root(&leaves, &hash);
            assert_memory_equal(above.p + place * HASH_LEN, hash.b, HASH_LEN);
            assert_int_equal(merkle_frontier_add(&roots, &hash, NULL, NULL, &err), 0);
        }
    }
    memcpy(all, roots.hashes, roots.n * sizeof all[0]);
    memcpy(all + roots.n, leaves.hashes, leaves.n * sizeof all[0]);
    merkle_join(&all[15], all, roots.n + leaves.n);
    assert_int_equal(log_root(f->log, f->db, size, root, &err), 0);
    assert_memory_equal(all[15].b, root, HASH_LEN);

    static const struct { unsigned level; uint64_t place; unsigned width; } none[] = {
        {0, 3, 233}, {0, 3, 256}, {0, 4, 1}, {1, 0, 4}, {1, 1, 1}, {2, 0, 1}, {7, 0, 1}, {0, UINT64_MAX, 1}, {0, UINT64_MAX / 256, 1}};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_int_equal(log_tile(f->log, f->db, none[i].level, none[i].place, none[i].width, f->a, &tile, &err), ERR_NOT_FOUND);
    assert_int_equal(log_tile(f->log, f->db, 0, 0, 0, f->a, &tile, &err), ERR_INPUT);
    assert_int_equal(log_tile(f->log, f->db, 0, 0, 257, f->a, &tile, &err), ERR_INPUT);
    assert_int_equal(log_tile(f->log, f->db, 8, 0, 1, f->a, &tile, &err), ERR_INPUT);
}

static void test_tiles_show_changes(void **state)
{
    struct fixture *f = *state;
    static const struct { const char *change, *undo; } cases[] = {
        {"update log_leaf set content = (select content from log_leaf where place = 300) where place = 301",
         "update log_leaf set content = (select content from kept_leaf where place = 301) where place = 301"},
        {"delete from log_leaf where place = 511", "insert into log_leaf select * from kept_leaf where place = 511"},
        {"update log_node set hash = (select hash from kept_node where level = 1 and place = 0) where level = 1 and place = 200",
         "update log_node set hash = (select hash from kept_node where level = 1 and place = 200) where level = 1 and place = 200"},
        {"delete from log_node where level = 9 and place = 0", "insert into log_node select * from kept_node where level = 9 and place = 0"},
    };
    struct err err = {0};
    bytes tile;
    append(f, 0, 600);
    assert_int_equal(db_exec(f->db, "create table kept_leaf as select * from log_leaf; create table kept_node as select * from log_node", &err), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(log_tile(f->log, f->db, 1, 0, 2, f->a, &tile, &err), 0);
        assert_int_equal(db_exec(f->db, cases[i].change, &err), 0);
        assert_int_equal(log_tile(f->log, f->db, 1, 0, 2, f->a, &tile, &err), ERR_CORRUPT);
        if (i < 3)
            assert_int_equal(log_tile(f->log, f->db, 0, 1, 256, f->a, &tile, &err), ERR_CORRUPT);
        assert_int_equal(log_tile(f->log, f->db, 0, 0, 256, f->a, &tile, &err), 0);
        assert_int_equal(db_exec(f->db, cases[i].undo, &err), 0);
    }
    assert_int_equal(db_exec(f->db, "drop table kept_leaf; drop table kept_node", &err), 0);
}

static void count_progress(int64_t done, int64_t all, void *arg)
{
    assert_true(done <= all);
    *(int64_t *)arg = done;
}

static void test_many_leaves(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    append(f, 0, 2500); /* more than two pages */
    int64_t done = 0;
    if (log_verify(f->log, f->db, count_progress, &done, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(done, 2500);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_leaf_is_canonical),
        TEST(test_empty_log),
        TEST(test_roots_and_proofs_of_every_size),
        TEST(test_exported_proof_verifies),
        TEST(test_rolled_back_append_leaves_nothing),
        TEST(test_tampering_is_found),
        TEST(test_changed_leaf_is_not_signed),
        TEST(test_no_append_over_what_is_there),
        TEST(test_many_leaves),
        TEST(test_tiles),
        TEST(test_tiles_show_changes),
    };
    return cmocka_run_group_tests_name("trust/log", tests, NULL, NULL);
}
