#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "ground/db/test_db_open.h"
#include "trust/peer/exchange_store.h"
#include "trust/peer/partner.h"

#define DAY_MS 86400000

static struct arena *a;
static struct db *db;

static int setup(void **state)
{
    (void)state;
    struct err err = {0};
    a = arena_new();
    db = test_db_open(a);
    if (crypto_open(&err) < 0 || db_migrate(db, &peer_schema, &err) < 0)
        fail_msg("%s", err.text);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    db_close(db);
    arena_free(a);
    return 0;
}

static struct partner some_partner(uint8_t seed, str name)
{
    struct partner p = {.name = name, .agency = STR("Border Unit"), .country = STR("TH"), .kind = STR("police"), .address = STR("h:1"),
                        .log_key = STR("k"), .witness_key = STR("w"), .letter_key_until_ms = 77, .status_ms = 8, .status = PARTNER_ACTIVE, .daily_budget = 2, .paired_ms = 5};
    memset(p.agency_key, seed, sizeof p.agency_key);
    memset(p.tls_pin, seed, sizeof p.tls_pin);
    memset(p.letter_key, seed, sizeof p.letter_key);
    partner_id(p.agency_key, p.id);
    return p;
}

static void test_put_find_list(void **state)
{
    (void)state;
    struct err err = {0};
    struct partner one = some_partner(1, STR("border-unit")), two = some_partner(2, STR("alpha")), got, *list;
    size_t n;
    assert_int_equal(partner_put(db, &one, &err), 0);
    assert_int_equal(partner_put(db, &two, &err), 0);
    assert_int_equal(partner_list(db, a, &list, &n, &err), 0);
    assert_int_equal(n, 2);
    assert_true(str_eq(list[0].name, STR("alpha")));
    assert_int_equal(partner_find(db, a, STR("border-unit"), &got, &err), 0);
    assert_memory_equal(got.id, one.id, ID_LEN);
    assert_int_equal(got.daily_budget, 2);
    assert_true(str_eq(got.witness_key, STR("w")));
    assert_memory_equal(got.letter_key, one.letter_key, sizeof got.letter_key);
    assert_int_equal(got.letter_key_until_ms, 77);
    assert_int_equal(got.status_ms, 8);
    assert_int_equal(partner_find(db, a, partner_id_text(&two, a), &got, &err), 0);
    assert_true(str_eq(got.name, STR("alpha")));
    assert_int_equal(partner_find(db, a, STR("nobody"), &got, &err), ERR_NOT_FOUND);
    assert_int_equal(partner_by_pin(db, a, one.tls_pin, &got, &err), 0);
    one.status = PARTNER_SUSPENDED;
    one.address = STR("moved:2");
    assert_int_equal(partner_put(db, &one, &err), 0);
    assert_int_equal(partner_by_pin(db, a, one.tls_pin, &got, &err), ERR_DENIED);
    assert_int_equal(partner_by_id(db, a, one.id, &got, &err), 0);
    assert_true(str_eq(got.address, STR("moved:2")));
    two.name = STR("border-unit");
    assert_int_equal(partner_put(db, &two, &err), ERR_EXISTS);
    str name;
    assert_int_equal(partner_name_free(db, a, STR("  Border -- Unit! (practice)"), &name, &err), 0);
    assert_string_equal(name.p, "border-unit-2");
    assert_int_equal(partner_name_free(db, a, STR("ផ្ទះ"), &name, &err), 0);
    assert_string_equal(name.p, "partner");
}

/* A partner from before version 2 of invitations goes on as it was, without the keys it never gave. */
static void test_rows_of_the_first_schema(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena *scratch = arena_new();
    struct db *old = test_db_open(scratch);
    const struct db_schema first = {peer_schema.room, peer_schema.steps, 1};
    struct partner p = some_partner(6, STR("sixth")), got;
    struct db_stmt *q;
    assert_int_equal(db_migrate(old, &first, &err), 0);
    assert_int_equal(db_prepare(old, "insert into peer_partner values ($1, 'sixth', 'A', 'TH', 'police', 'h:1', $2, $3, 'k', 1, 7, 5)", &q, &err), 0);
    db_bind_blob(q, 1, (bytes){p.id, ID_LEN});
    db_bind_blob(q, 2, (bytes){p.agency_key, sizeof p.agency_key});
    db_bind_blob(q, 3, (bytes){p.tls_pin, sizeof p.tls_pin});
    assert_int_equal(db_run(q, &err), 0);
    assert_int_equal(db_migrate(old, &peer_schema, &err), 0);
    assert_int_equal(partner_find(old, scratch, STR("sixth"), &got, &err), 0);
    assert_int_equal(got.daily_budget, 7);
    assert_int_equal(got.witness_key.len, 0);
    assert_int_equal(got.letter_key_until_ms, 0);
    assert_int_equal(partner_put(old, &p, &err), 0); /* it invites again */
    assert_int_equal(partner_find(old, scratch, STR("sixth"), &got, &err), 0);
    assert_memory_equal(got.letter_key, p.letter_key, sizeof got.letter_key);
    db_close(old);
    arena_free(scratch);
}

static void test_budget_of_a_day(void **state)
{
    (void)state;
    struct err err = {0};
    struct partner p = some_partner(3, STR("third"));
    int64_t left, spent, now = 1000 * (int64_t)DAY_MS + DAY_MS - 1;
    assert_int_equal(partner_put(db, &p, &err), 0);
    assert_int_equal(exchange_spend(db, p.id, now, 2, &left, &err), 0);
    assert_int_equal(left, 1);
    assert_int_equal(exchange_spend(db, p.id, now, 2, &left, &err), 0);
    assert_int_equal(left, 0);
    assert_int_equal(exchange_spend(db, p.id, now, 2, &left, &err), ERR_LIMIT);
    assert_non_null(strstr(err.text, "00:00 UTC"));
    assert_int_equal(exchange_spend(db, p.id, now + 1, 2, &left, &err), 0); /* the next day */
    assert_int_equal(exchange_spent(db, p.id, now, &spent, &err), 0);
    assert_int_equal(spent, 2);
}

static void test_a_question_counts_once(void **state)
{
    (void)state;
    struct err err = {0};
    struct partner p = some_partner(4, STR("fourth")), other = some_partner(5, STR("fifth"));
    uint8_t id[ID_LEN] = {9};
    assert_int_equal(partner_put(db, &p, &err), 0);
    assert_int_equal(partner_put(db, &other, &err), 0);
    assert_int_equal(exchange_see(db, p.id, id, 1000, 0, &err), 0);
    assert_int_equal(exchange_see(db, p.id, id, 1001, 0, &err), ERR_EXISTS);
    assert_int_equal(exchange_see(db, other.id, id, 1001, 0, &err), 0); /* ids of two partners do not meet */
    assert_int_equal(exchange_see(db, p.id, id, 2000, 1000, &err), ERR_EXISTS);
    assert_int_equal(exchange_see(db, p.id, id, 2000, 1001, &err), 0); /* forgotten once the clock keeps it out */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_put_find_list),
        cmocka_unit_test(test_rows_of_the_first_schema),
        cmocka_unit_test(test_budget_of_a_day),
        cmocka_unit_test(test_a_question_counts_once),
    };
    return cmocka_run_group_tests_name("partner", tests, setup, teardown);
}
