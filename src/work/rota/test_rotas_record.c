/* The record of a kept rota: a stranger makes it again, and what another search made is said to be that. */
#include "work/rota/test_rotas_node.h"

/* What a stranger makes of table and record; each change of either is found. */
static void test_a_stranger_makes_it_again(void **state)
{
    (void)state;
    struct rotas_one one = made(table);
    struct rotas_seen s = look(&one), again;
    struct threshold_keys keys;
    struct err err = {0};
    const int to = s.roster[4] ? ROTA_OFF : 1;
    settle(6 * 60);
    OK(rotas_hand(w.node, &w.people[BOSS], one.id, (struct rotas_cell){0, 4, to}, STR("a course"), w.now_ms, &w.err));
    OK(rotas_ill(w.node, &w.people[BOSS], one.id, 1, 2, 5, w.now_ms, &w.err));
    settle(10 * 60);
    s = look(&one);
    const size_t cells = (size_t)(s.book.rota.n_officers * s.book.rota.n_days);
    const str record = rotas_record_write(w.a, &s, &w.keys.keys);
    OK(rotas_record_check(w.a, s.input, str_bytes(record), &again, &keys, &w.err));
    assert_int_equal(again.n, 4);
    assert_memory_equal(again.roster, s.roster, cells);
    assert_memory_equal(again.mark, s.mark, cells);
    assert_int_equal(again.mark[4], ROTAS_BY_HAND);
    assert_memory_equal(&keys, &w.keys.keys, sizeof keys);
    assert_int_equal(rotas_record_check(w.a, str_bytes(str_printf(w.a, "%s# other\n", table)), str_bytes(record), &again, &keys, &err), ERR_CORRUPT);
    static const char *const lies[][2] = {
        {"officer\\\\\\\":1,\\\\\\\"first", "officer\\\\\\\":2,\\\\\\\"first"}, /* another is ill */
        {"\"kind\":4", "\"kind\":2"}, {"\"number\":1,\"known\"", "\"number\":2,\"known\""}, /* another draw's answers */
        {"\\\"to\\\":1}", "\\\"to\\\":2}"}, /* a cell, a counter */
    };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        char *text = arena_alloc(w.a, record.len + 1), *at;
        memcpy(text, record.p, record.len);
        text[record.len] = 0;
        at = strstr(text, lies[i][0]);
        if (!at)
            fail_msg("the record does not say %s: %s", lies[i][0], text);
        memcpy(at, lies[i][1], strlen(lies[i][1]));
        assert_true(rotas_record_check(w.a, s.input, (bytes){(const uint8_t *)text, record.len}, &again, &keys, &err) < 0);
    }
}

static int check_again(struct rotas_seen *s, struct rotas_seen *again)
{
    struct threshold_keys keys;
    return rotas_record_check(w.a, s->input, str_bytes(rotas_record_write(w.a, s, &w.keys.keys)), again, &keys, &w.err);
}

/* What an earlier program made: another roster of the same table and draw. */
static struct rotas_one made_before(void)
{
    struct rotas_one one = made(table);
    struct rotas_seen s = look(&one);
    uint8_t seed[ROTA_SEED_LEN], *roster = rota_roster(w.a, &s.book.rota);
    const size_t cells = (size_t)(s.book.rota.n_officers * s.book.rota.n_days);
    OK(rotas_seed(&w.keys.keys, &s.draws[0], seed, &w.err));
    seed[0] ^= 1; /* as if */
    OK(rota_solve(&s.book.rota, seed, s.book.moves, roster, NULL, &w.err));
    assert_memory_not_equal(roster, s.drawn, cells);
    OK(vault_put(w.node->vault, w.node->db, VAULT_ROTA, (bytes){roster, cells}, NULL, &s.one.roster, NULL, &w.err));
    s.one.search = 1;
    OK(rotas_store_put(w.node->db, &s.one, &w.err));
    const struct rotas_seen now = look(&one);
    assert_memory_equal(now.drawn, roster, cells); /* a node goes by what it has, and makes nothing again */
    return one;
}

/* An earlier search is told as such, and no breach; whatever does not hang on the search is checked as ever. */
static void test_a_record_of_another_search(void **state)
{
    (void)state;
    struct rotas_one one = made_before();
    settle(6 * 60);
    struct rotas_seen s = look(&one), again;
    OK(rotas_hand(w.node, &w.people[BOSS], one.id, (struct rotas_cell){0, 4, s.roster[4] ? ROTA_OFF : 1}, STR("a course"), w.now_ms, &w.err));
    OK(rotas_ill(w.node, &w.people[BOSS], one.id, 1, 2, 5, w.now_ms, &w.err));
    settle(10 * 60);
    s = look(&one);
    const size_t cells = (size_t)(s.book.rota.n_officers * s.book.rota.n_days);
    OK(check_again(&s, &again));
    assert_int_equal(again.other_search, 1);
    assert_memory_equal(again.roster, s.roster, cells);
    assert_memory_equal(again.mark, s.mark, cells);
    /* a seat that was not drawn, answers to another question */
    s.changes[0].cells[0].to ^= 3;
    assert_int_equal(check_again(&s, &again), ERR_CORRUPT);
    s.changes[0].cells[0].to ^= 3;
    s.draws[0].what.number++;
    assert_true(check_again(&s, &again) < 0);
    s.draws[0].what.number--;
    /* who says that it was this search is held to it */
    s.one.search = ROTA_SEARCH;
    assert_int_equal(check_again(&s, &again), ERR_CORRUPT);
    assert_non_null(strstr(w.err.text, "the roster is not what its draw gives"));
    s.drawn[6 * 14] = 1; /* she is on leave */
    assert_int_equal(check_again(&s, &again), ERR_INPUT);
}

/* The record without what it says of searches. */
static int check_silent(struct rotas_seen *s, struct rotas_seen *again)
{
    static const char *const keys[] = {"\"search", "\"drawn"};
    struct threshold_keys by;
    const str record = rotas_record_write(w.a, s, &w.keys.keys);
    char *text = arena_alloc(w.a, record.len + 1);
    memcpy(text, record.p, record.len);
    for (int i = 0; i < 2; i++)
        for (char *at = text; (at = strstr(at, keys[i])) != NULL; at++)
            at[1] = '_';
    return rotas_record_check(w.a, s->input, (bytes){(const uint8_t *)text, record.len}, again, &by, &w.err);
}

/* Records from before said neither the search nor what it gave: then table, draws and answers are checked. */
static void test_a_record_that_does_not_say_its_search(void **state)
{
    (void)state;
    struct rotas_one one = made_before();
    settle(6 * 60);
    OK(rotas_ill(w.node, &w.people[BOSS], one.id, 1, 2, 5, w.now_ms, &w.err));
    settle(10 * 60);
    struct rotas_seen s = look(&one), again;
    OK(check_silent(&s, &again));
    assert_int_equal(again.other_search, 1);
    assert_null(again.roster);
    s.draws[1].what.number++; /* answers to another question */
    assert_true(check_silent(&s, &again) < 0);
}

/* The same of who stood in; and what an earlier search made as this one does is shown whatever its number. */
static void test_a_stand_in_of_another_search(void **state)
{
    (void)state;
    struct rotas_one one = made(table);
    struct rotas_seen s = look(&one), again;
    int who = 0;
    while (s.roster[who * 14 + 2] != 1)
        who++;
    OK(rotas_ill(w.node, &w.people[BOSS], one.id, who, 2, 2, w.now_ms, &w.err));
    settle(0);
    s = look(&one);
    struct rotas_change *c = &s.changes[0];
    assert_int_equal(s.one.search, ROTA_SEARCH);
    assert_int_equal(c->search, ROTA_SEARCH);
    s.one.search = c->search = 1;
    OK(check_again(&s, &again));
    assert_int_equal(again.other_search, 0);
    size_t hers = 0, other = 0;
    for (size_t i = 0; i < c->n; i++)
        *(c->cells[i].officer == who ? &hers : &other) = i;
    c->cells[other].to = c->cells[other].to == 1 ? 2 : 1; /* another day's work for who stood in */
    OK(check_again(&s, &again));
    assert_int_equal(again.other_search, 1);
    c->search = ROTA_SEARCH;
    assert_int_equal(check_again(&s, &again), ERR_CORRUPT);
    c->search = 1;
    c->cells[hers].to = 2; /* she works */
    assert_int_equal(check_again(&s, &again), ERR_CORRUPT);
    c->cells[hers] = c->cells[other]; /* she is not off */
    assert_int_equal(check_again(&s, &again), ERR_CORRUPT);
}

/* A rota from before it was kept which search made it. */
static void test_rows_of_the_first_schema(void **state)
{
    (void)state;
    struct db *old = test_db_open(w.a);
    const struct db_schema first = {rotas_schema.room, rotas_schema.steps, 1};
    struct rotas_one got = {.id = {7}};
    struct db_stmt *q;
    OK(db_migrate(old, &first, &w.err));
    OK(db_prepare(old, "insert into rota values ($1, $1, $1, 4, 20000, 14, $2, $1, 0, 3, 5, 6, 7)", &q, &w.err));
    db_bind_id(q, 1, got.id);
    db_bind_blob(q, 2, (bytes){(const uint8_t[HASH_LEN]){1}, HASH_LEN});
    OK(db_run(q, &w.err));
    OK(db_migrate(old, &rotas_schema, &w.err));
    OK(rotas_store_get(old, got.id, &got, &w.err));
    assert_int_equal(got.search, 1);
    db_close(old);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        TEST(test_a_stranger_makes_it_again),
        TEST(test_a_record_of_another_search),
        TEST(test_a_record_that_does_not_say_its_search),
        TEST(test_a_stand_in_of_another_search),
        TEST(test_rows_of_the_first_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
