/* The post under faults: a statement fails, wherever in the act; the disk ends, at every page. Each time: the letter, its place in
 * the stream and its leaf, or none of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "trust/letter/post_out.h"
#include "trust/letter/test_post_house.h"

/* Every table that an act of the post writes: each in turn is not there. */
static const char *const touched[] = {"letter_stream", "letter_out", "vault_record", "log_leaf", "log_node", "log_frontier", "act_detail"};
#define N_TOUCHED (sizeof touched / sizeof touched[0])

struct fixture {
    struct post_house us, them;
    struct arena *a;
};

static const struct letter_kind *const tables[] = {NULL};
static const struct post_kinds kinds = {tables};

static int set_up(void **state)
{
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    post_house_open(&f->us, "lotus-house");
    post_house_open(&f->them, "border-unit");
    post_house_meet(&f->us, &f->them);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    post_house_close(&f->us);
    post_house_close(&f->them);
    arena_free(f->a);
    return 0;
}

static void rename_table(struct fixture *f, const char *from, const char *to)
{
    struct err err = {0};
    if (db_exec(f->us.node->db, str_printf(f->a, "alter table %s rename to %s", from, to).p, &err) < 0)
        fail_msg("%s", err.text);
}

struct counts {
    int64_t letters, waiting, place, streams, leaves, details, evidence;
};

static struct counts counts_of(struct fixture *f)
{
    return (struct counts){
        .letters = post_house_count(&f->us, "select count(*) from letter_out"),
        .waiting = post_house_count(&f->us, "select count(*) from letter_out where status = 0"),
        .place = post_house_count(&f->us, "select coalesce(max(sequence), 0) from letter_stream where live = 1"),
        .streams = post_house_count(&f->us, "select count(*) from letter_stream"),
        .leaves = post_house_log_size(&f->us),
        .details = post_house_count(&f->us, "select count(*) from act_detail"),
        .evidence = post_house_count(&f->us, "select count(*) from letter_evidence"),
    };
}

static void assert_whole(struct fixture *f)
{
    struct err err = {0};
    struct counts c = counts_of(f);
    assert_int_equal(c.details, c.leaves);
    assert_int_equal(post_house_count(&f->us, "select count(*) from letter_out o join letter_stream s on s.stream = o.stream where s.live = 1"), c.place);
    if (log_verify(f->us.node->log, f->us.node->db, NULL, NULL, &err) < 0)
        fail_msg("%s", err.text);
}

static int send_one(struct fixture *f)
{
    struct err err = {0};
    uint8_t id[ID_LEN];
    struct letter l = {.kind = "referral", .purpose = STR("identification"), .reference = STR("K-1"), .type = STR("text/plain"), .payload = str_bytes(STR("one"))};
    return post_house_send(&f->us, &f->them.self, &l, POST_NOW, id, &err);
}

static int take_one(struct fixture *f)
{
    struct err err = {0};
    struct post_out *out;
    size_t n;
    if (post_due(f->us.node, &f->them.self, 0, 1, f->a, &out, &n, &err) < 0 || n == 0)
        return err.code;
    const struct letter_header *h = &out[0].header;
    struct letter_receipt r = {.status = LETTER_ACCEPTED, .time_ms = POST_NOW, .leaf_index = (int64_t)h->sequence, .log_key = f->them.self.log_key};
    memcpy(r.id, h->id, ID_LEN);
    memcpy(r.from, h->from, ID_LEN);
    memcpy(r.to, f->them.self.id, ID_LEN);
    memcpy(r.digest, h->digest, HASH_LEN);
    struct log_entry entry = {.time_ms = POST_NOW, .verb = STR("receive"), .actor = STR("00"), .object = hex_encode(f->a, (bytes){h->id, ID_LEN})};
    r.leaf = log_leaf(f->a, r.leaf_index, &entry);
    assert_int_equal(keyring_sign(f->them.node->keys, KEYRING_AGENCY, letter_receipt_canonical(f->a, &r), r.signature, &err), 0);
    return post_receipts_take(f->us.node, &kinds, &f->them.self, &r, 1, POST_NOW, &err);
}

/* The recipient says that it follows a stream nobody knows, and stands at a header we have never written: a new one begins. */
static int begin_anew(struct fixture *f)
{
    struct err err = {0};
    struct letter_position p = {.sequence = 3, .time_ms = POST_NOW};
    memcpy(p.from, f->us.self.id, ID_LEN);
    memcpy(p.to, f->them.self.id, ID_LEN);
    crypto_random(p.stream, ID_LEN);
    crypto_random(p.previous, HASH_LEN);
    assert_int_equal(keyring_sign(f->them.node->keys, KEYRING_AGENCY, letter_position_canonical(f->a, &p), p.signature, &err), 0);
    return post_position_take(f->us.node, &f->them.self, &p, POST_NOW, &err);
}

/* The log writes a node with every second leaf only: so each is tried twice at most. */
static void fails_without(struct fixture *f, const char *table, int (*act)(struct fixture *))
{
    for (int i = 0; i < 2; i++) {
        struct counts before = counts_of(f), after;
        rename_table(f, table, "gone_away");
        int r = act(f);
        rename_table(f, "gone_away", table);
        after = counts_of(f);
        if (r == 0)
            continue;
        assert_memory_equal(&before, &after, sizeof before);
        assert_whole(f);
        return;
    }
    fail_msg("nothing failed without %s", table);
}

static void each_table_away(struct fixture *f, int (*act)(struct fixture *), size_t first)
{
    for (size_t i = first; i < N_TOUCHED; i++) {
        fails_without(f, touched[i], act);
        if (act(f) < 0)
            fail_msg("after %s came back", touched[i]);
        assert_whole(f);
    }
}

static void test_a_statement_fails_in_send(void **state)
{
    each_table_away(*state, send_one, 0);
}

static void test_a_statement_fails_in_receipt(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 20; i++)
        assert_int_equal(send_one(f), 0);
    each_table_away(f, take_one, 1); /* receipts do not write streams */
    assert_in_range(counts_of(f).waiting, 20 - 2 * N_TOUCHED, 20 - N_TOUCHED + 1);
}

static void test_a_statement_fails_in_a_new_stream(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 20; i++)
        assert_int_equal(send_one(f), 0);
    each_table_away(f, begin_anew, 0);
    assert_int_equal(counts_of(f).waiting, 20);
    assert_int_equal(counts_of(f).place, 20);
}

/* SQLite: the disk ends within the next pages, wherever in the act that is; then there is room again. */
static void test_full_disk(void **state)
{
    static int (*const acts[])(struct fixture *) = {send_one, take_one, begin_anew};
    struct fixture *f = *state;
    struct err err = {0};
    if (strcmp(db_engine(f->us.node->db), "sqlite") != 0)
        skip();
    for (int i = 0; i < 40; i++)
        assert_int_equal(send_one(f), 0);
    for (int round = 0; round < 12; round++) {
        int r;
        assert_int_equal(db_exec(f->us.node->db, "pragma max_page_count = 1", &err), 0); /* raised to what is in use */
        do
            r = acts[round % 3](f);
        while (r == 0 && counts_of(f).waiting > 0 && counts_of(f).leaves < 4000);
        struct counts full = counts_of(f);
        if (r < 0) {
            assert_int_equal(r, ERR_LIMIT);
            assert_int_equal(acts[round % 3](f), ERR_LIMIT);
            struct counts after = counts_of(f);
            assert_memory_equal(&full, &after, sizeof full);
        }
        assert_whole(f);
        assert_int_equal(db_exec(f->us.node->db, "pragma max_page_count = 1000000", &err), 0);
        assert_int_equal(send_one(f), 0);
        assert_whole(f);
    }
}

static void test_nothing_can_be_written(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    if (strcmp(db_engine(f->us.node->db), "sqlite") != 0)
        skip();
    assert_int_equal(send_one(f), 0);
    struct counts before = counts_of(f), after;
    assert_int_equal(db_exec(f->us.node->db, "pragma query_only = on", &err), 0);
    assert_true(send_one(f) < 0 && take_one(f) < 0 && begin_anew(f) < 0);
    assert_int_equal(db_exec(f->us.node->db, "pragma query_only = off", &err), 0);
    after = counts_of(f);
    assert_memory_equal(&before, &after, sizeof before);
    assert_whole(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_statement_fails_in_send),
        TEST(test_a_statement_fails_in_receipt),
        TEST(test_a_statement_fails_in_a_new_stream),
        TEST(test_full_disk),
        TEST(test_nothing_can_be_written),
    };
    return cmocka_run_group_tests_name("letter/faults", tests, NULL, NULL);
}
