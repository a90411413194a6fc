/* The holder's checks, one after the other, without a socket; and pairing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/match/index.h"
#include "trust/match/question.h"
#include "trust/peer/answer.h"
#include "trust/peer/exchange_store.h"
#include "trust/peer/test_house.h"

static struct house asker, holder, third;
static struct partner known; /* the asker, as the holder knows it */
static int64_t now;

static int setup(void **state)
{
    (void)state;
    house_open(&asker, STR("Border Unit 7"), STR("TH"), STR("police"));
    house_open(&holder, STR("Lotus House"), STR("KH"), STR("shelter"));
    house_open(&third, STR("Third Agency"), STR("VN"), STR("ngo"));
    house_pair(&asker, &holder, 50);
    house_pair(&third, &holder, 50);
    house_add(&holder, STR("Dara"), STR("Kolvanich"), (struct date){1990, 3, 5}, STR("N1234567"));
    house_index(&holder);
    now = clock_now_ms();
    struct err err = {0};
    if (partner_find(holder.node->db, holder.a, STR("border-unit-7"), &known, &err) < 0)
        fail_msg("%s", err.text);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    house_close(&asker);
    house_close(&holder);
    house_close(&third);
    return 0;
}

/* A good question, signed by the asker; change may spoil it before it is signed. */
typedef void (*spoil)(struct wire_question *q);

static struct wire_question question(spoil change)
{
    struct err err = {0};
    struct wire_question q = {.epoch = index_epoch(now), .time_ms = now, .purpose = STR("identification")};
    uint8_t key[SIGN_PUBLIC_LEN], random[10];
    crypto_random(random, sizeof random);
    wire_uuid7(q.id, now, random);
    keyring_public(asker.node->keys, KEYRING_AGENCY, key);
    partner_id(key, q.from);
    keyring_public(holder.node->keys, KEYRING_AGENCY, key);
    partner_id(key, q.to);
    oprf_padding(q.points, MATCH_QUESTION_LEN);
    if (change)
        change(&q);
    assert_int_equal(keyring_sign(asker.node->keys, KEYRING_AGENCY, wire_question_canonical(asker.a, &q), q.signature, &err), 0);
    return q;
}

static int answer(const struct wire_question *q, str *text, struct err *err)
{
    return answer_question(holder.node, &known, str_bytes(wire_question_write(asker.a, q)), now, holder.a, text, err);
}

static int64_t spent(void)
{
    int64_t n = -1;
    struct err err = {0};
    if (exchange_spent(holder.node->db, known.id, now, &n, &err) < 0)
        fail_msg("%s", err.text);
    return n;
}

static void test_a_good_question_is_answered_counted_and_logged(void **state)
{
    (void)state;
    struct err err = {0};
    struct wire_answer w = {0};
    struct wire_question q = question(NULL);
    str text = {0};
    uint8_t key[SIGN_PUBLIC_LEN];
    int64_t size = house_log_size(&holder), before = spent();
    if (answer(&q, &text, &err) < 0 || wire_answer_read(asker.a, str_bytes(text), &w, &err) < 0)
        fail_msg("%s", err.text);
    keyring_public(holder.node->keys, KEYRING_AGENCY, key);
    assert_int_equal(wire_verify("answer", wire_answer_canonical(asker.a, &w), w.signature, key, &err), 0);
    assert_int_equal(w.leaf_index, size);
    assert_int_equal(house_log_size(&holder), size + 1);
    assert_int_equal(spent(), before + 1);
    assert_int_equal(w.budget_left, 50 - spent());
    /* the same question once more: no second answer, no second count */
    assert_int_equal(answer(&q, &text, &err), ERR_EXISTS);
    assert_non_null(strstr(err.text, "answered already"));
    assert_int_equal(spent(), before + 1);
    assert_int_equal(house_log_size(&holder), size + 1);
}

static void other_sender(struct wire_question *q) { q->from[0] ^= 1; }
static void other_receiver(struct wire_question *q) { q->to[0] ^= 1; }
static void slow_clock(struct wire_question *q) { q->time_ms -= ANSWER_CLOCK_WINDOW_MS + 1; }
static void fast_clock(struct wire_question *q) { q->time_ms += ANSWER_CLOCK_WINDOW_MS + 1; }
static void future_epoch(struct wire_question *q) { q->epoch++; }
static void old_epoch(struct wire_question *q) { q->epoch -= 2; }
static void huge_epoch(struct wire_question *q) { q->epoch = UINT32_MAX; }
static void odd_purpose(struct wire_question *q) { q->purpose = STR("curiosity"); }

static void test_what_is_not_in_order_is_refused_and_costs_nothing(void **state)
{
    (void)state;
    static const struct { spoil change; const char *says; int code; bool logged; } bad[] = {
        {other_sender, "another agency as its sender", ERR_DENIED, false},
        {other_receiver, "for another agency", ERR_DENIED, false},
        {slow_clock, "set the clocks", ERR_INPUT, false},
        {fast_clock, "set the clocks", ERR_INPUT, false},
        {future_epoch, "fetch the statement", ERR_NOT_FOUND, false},
        {old_epoch, "fetch the statement", ERR_NOT_FOUND, false},
        {huge_epoch, "fetch the statement", ERR_NOT_FOUND, false},
        {odd_purpose, "purpose", ERR_DENIED, true}, /* a refusal of access is itself in the log */
    };
    int64_t before = spent();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        str text = {0};
        struct wire_question q = question(bad[i].change);
        int64_t size = house_log_size(&holder);
        int code = answer(&q, &text, &err);
        if (code != bad[i].code || !strstr(err.text, bad[i].says))
            fail_msg("case %zu: %d \"%s\" instead of %d \"%s\"", i, code, err.text, bad[i].code, bad[i].says);
        assert_int_equal(text.len, 0);
        assert_int_equal(house_log_size(&holder), size + bad[i].logged);
    }
    assert_int_equal(spent(), before);
}

static void test_signatures_must_be_the_partners(void **state)
{
    (void)state;
    struct err err = {0};
    str text = {0};
    struct wire_question q = question(NULL);
    q.points[35].b[0] ^= 1; /* after signing */
    assert_int_equal(answer(&q, &text, &err), ERR_CRYPTO);
    assert_non_null(strstr(err.text, "signature"));
    q = question(NULL);
    assert_int_equal(keyring_sign(third.node->keys, KEYRING_AGENCY, wire_question_canonical(asker.a, &q), q.signature, &err), 0);
    assert_int_equal(answer(&q, &text, &err), ERR_CRYPTO);
}

static void off_curve(struct wire_question *q) { memset(q->points[7].b, 0xff, OPRF_POINT_LEN); }
static void identity_point(struct wire_question *q) { memset(q->points[35].b, 0, OPRF_POINT_LEN); }

static void test_points_off_the_curve_get_no_answer(void **state)
{
    (void)state;
    static const spoil changes[] = {off_curve, identity_point};
    for (size_t i = 0; i < 2; i++) {
        struct err err = {0};
        str text = {0};
        struct wire_question q = question(changes[i]);
        assert_int_equal(answer(&q, &text, &err), ERR_CRYPTO);
        assert_non_null(strstr(err.text, i == 0 ? "7" : "35"));
        assert_int_equal(text.len, 0);
    }
}

static void test_a_spent_budget_ends_the_day(void **state)
{
    (void)state;
    struct err err = {0};
    str text = {0};
    struct partner poor = known;
    poor.daily_budget = spent();
    struct wire_question q = question(NULL);
    int64_t size = house_log_size(&holder);
    bytes body = str_bytes(wire_question_write(asker.a, &q));
    assert_int_equal(answer_question(holder.node, &poor, body, now, holder.a, &text, &err), ERR_LIMIT);
    assert_non_null(strstr(err.text, "budget"));
    assert_int_equal(house_log_size(&holder), size);
    assert_int_equal(answer_question(holder.node, &known, body, now, holder.a, &text, &err), 0); /* it was not used up */
}

static void test_accepting_again_and_changed_keys(void **state)
{
    (void)state;
    struct err err = {0};
    struct wire_card card;
    struct partner p, again;
    struct pair_terms terms = {0};
    int64_t t = clock_now_ms();
    assert_int_equal(pair_invite(asker.node, &test_operator, STR("192.0.2.9:7443"), NULL, t, asker.a, &card, &err), 0);
    assert_int_equal(pair_accept(holder.node, &test_operator, &card, &terms, t, holder.a, &p, &err), 0);
    assert_int_equal(pair_accept(holder.node, &test_operator, &card, &terms, t, holder.a, &again, &err), 0);
    assert_int_equal(again.daily_budget, 50);
    assert_true(str_eq(again.name, STR("border-unit-7")));
    assert_int_equal(pair_accept(asker.node, &test_operator, &card, &terms, t, asker.a, &p, &err), ERR_USAGE);
    struct wire_card bad = card; /* a log key is no witness key */
    bad.witness_key = bad.log_key;
    assert_int_equal(pair_accept(holder.node, &test_operator, &bad, &terms, t, holder.a, &again, &err), ERR_INPUT);
    struct pair_letter_key letter = {{1}, t + 30}, older = {{2}, t + 20};
    const struct pair_letter_key *letters[] = {&letter, &older, NULL};
    for (size_t i = 0; i < 3; i++) { /* an older invitation does not bring an older key back, nor take it away */
        assert_int_equal(pair_invite(asker.node, &test_operator, STR("192.0.2.9:7443"), letters[i], t, asker.a, &card, &err), 0);
        assert_int_equal(pair_accept(holder.node, &test_operator, &card, &terms, t, holder.a, &again, &err), 0);
        assert_int_equal(again.letter_key_until_ms, t + 30);
        assert_int_equal(again.letter_key[0], 1);
        assert_true(str_eq(again.witness_key, card.witness_key));
    }
    again.status = PARTNER_SUSPENDED;
    assert_int_equal(partner_put(holder.node->db, &again, &err), 0);
    assert_int_equal(pair_accept(holder.node, &test_operator, &card, &terms, t, holder.a, &again, &err), 0);
    assert_int_equal(again.status, PARTNER_SUSPENDED);
    /* somebody else under the asker's name; and the asker's own key with another transport key */
    struct house impostor;
    house_open(&impostor, STR("Border Unit 7"), STR("TH"), STR("police"));
    assert_int_equal(pair_invite(impostor.node, &test_operator, STR("192.0.2.9:7443"), NULL, t, asker.a, &card, &err), 0);
    assert_int_equal(pair_accept(holder.node, &test_operator, &card, &terms, t, holder.a, &p, &err), ERR_DENIED);
    assert_non_null(strstr(err.text, "ANOTHER KEY"));
    house_close(&impostor);
    assert_int_equal(pair_invite(asker.node, &test_operator, STR("192.0.2.9:7443"), NULL, t, asker.a, &card, &err), 0);
    struct wire_card quiet; /* one that cannot be reached says so */
    assert_int_equal(pair_invite(asker.node, &test_operator, STR(""), NULL, t, asker.a, &quiet, &err), 0);
    assert_int_equal(quiet.address.len, 0);
    card.tls_pin[0] ^= 1;
    assert_int_equal(pair_accept(holder.node, &test_operator, &card, &terms, t, holder.a, &p, &err), ERR_DENIED);
    struct partner *list;
    size_t n;
    assert_int_equal(partner_list(holder.node->db, holder.a, &list, &n, &err), 0);
    assert_int_equal(n, 2);
    static const char *const addresses[] = {"nowhere", "host:0", "host:70000", "ho st:1", "host/path:1", "0.0.0.0:7443", ":7443"};
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++)
        assert_int_equal(pair_invite(asker.node, &test_operator, str_from(addresses[i]), NULL, t, asker.a, &card, &err), ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_good_question_is_answered_counted_and_logged),
        cmocka_unit_test(test_what_is_not_in_order_is_refused_and_costs_nothing),
        cmocka_unit_test(test_signatures_must_be_the_partners),
        cmocka_unit_test(test_points_off_the_curve_get_no_answer),
        cmocka_unit_test(test_a_spent_budget_ends_the_day),
        cmocka_unit_test(test_accepting_again_and_changed_keys),
    };
    return cmocka_run_group_tests_name("answer", tests, setup, teardown);
}
