/* The table of post.h, line by line: two agencies with folders of their own, and nothing between them but the bytes that a line or
 * a stick would carry. Every case ends the same way: what happens because of a letter has happened once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/letter/post_out.h"
#include "trust/letter/test_post_net.h"

#define MINUTE 60000

struct fixture {
    struct post_house h[2];
    struct arena *a;
    uint8_t id[8][ID_LEN];
};
#define HERE (&f->h[0]) /* writes */
#define THERE (&f->h[1]) /* receives */

static int set_up(void **state)
{
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    net_open(f->h, 2);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    net_assert_log(HERE);
    net_assert_log(THERE);
    post_house_close(HERE);
    post_house_close(THERE);
    arena_free(f->a);
    return 0;
}

static void write_some(struct fixture *f, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        net_send(HERE, THERE, "counted", POST_NOW + (int64_t)i, f->id[i]);
}

/* Until nothing is due. Everything from..to has one effect, its sender knows, once. */
static void assert_settles(struct fixture *f, size_t from, size_t to, int64_t now_ms)
{
    for (int i = 0; net_exchange(HERE, THERE, now_ms) > 0; i++)
        assert_true(i < 10);
    for (size_t i = from; i < to; i++) {
        assert_int_equal(net_effects_of(THERE, f->id[i]), 1);
        assert_int_equal(net_state(HERE, f->id[i]), POST_DELIVERED);
    }
    assert_int_equal(post_house_count(HERE, "select count(*) from (select id from net_receipt group by id having count(*) > 1) x"), 0);
    assert_int_equal(post_house_count(THERE, "select count(*) from (select id from net_effect group by id having count(*) > 1) x"), 0);
}

static void test_one_effect_one_receipt(void **state)
{
    struct fixture *f = *state;
    write_some(f, 0, 5);
    assert_settles(f, 0, 5, POST_NOW + MINUTE);
    assert_int_equal(post_house_count(HERE, "select count(*) from net_receipt"), 5);
    assert_int_equal(net_effects(THERE), 5);
}

static void test_duplicate(void **state)
{
    struct fixture *f = *state;
    struct post_out *out;
    bytes *frames;
    struct post_answer first[2], second[4];
    write_some(f, 0, 2);
    assert_int_equal(net_due(HERE, THERE, f->a, &out, &frames), 2);
    net_receive(THERE, HERE, frames, 2, POST_NOW, f->a, first);
    int64_t leaves = post_house_log_size(THERE);
    const bytes again[] = {frames[1], frames[0], frames[1], frames[0]};
    net_receive(THERE, HERE, again, 4, POST_NOW + 1, f->a, second);
    assert_int_equal(post_house_log_size(THERE), leaves);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(second[i].outcome, POST_RECEIPT);
        assert_memory_equal(second[i].receipt.signature, first[1 - i % 2].receipt.signature, SIGNATURE_LEN); /* the same, to the bit */
    }
    assert_int_equal(net_effects(THERE), 2);
    net_answer(HERE, THERE, second, 4, POST_NOW + 2);
    net_answer(HERE, THERE, first, 2, POST_NOW + 3);
    assert_settles(f, 0, 2, POST_NOW + MINUTE);
}

static void test_replay_months_later(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct post_out *out;
    bytes *frames;
    struct post_answer answers[3];
    const int64_t later = POST_NOW + 200 * POST_DAY;
    write_some(f, 0, 3);
    assert_int_equal(net_due(HERE, THERE, f->a, &out, &frames), 3);
    assert_settles(f, 0, 3, POST_NOW + MINUTE);
    assert_int_equal(post_tidy(HERE->node, later, &err), 0);
    assert_int_equal(post_tidy(THERE->node, later, &err), 0);
    int64_t leaves = post_house_log_size(THERE);
    net_receive(THERE, HERE, frames, 3, later, f->a, answers);
    assert_int_equal(post_house_log_size(THERE), leaves);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(answers[i].outcome, POST_RECEIPT);
        assert_int_equal(letter_receipt_verify(f->a, &answers[i].receipt, THERE->self.agency_key, &err), 0);
    }
    leaves = post_house_log_size(HERE);
    net_answer(HERE, THERE, answers, 3, later);
    assert_int_equal(post_house_log_size(HERE), leaves);
    assert_settles(f, 0, 3, later);
}

static void test_gap(void **state)
{
    struct fixture *f = *state;
    struct post_out *out;
    bytes *frames;
    struct post_answer answers[2];
    write_some(f, 0, 3);
    assert_int_equal(net_due(HERE, THERE, f->a, &out, &frames), 3);
    const bytes gap[] = {frames[0], frames[2]};
    net_receive(THERE, HERE, gap, 2, POST_NOW, f->a, answers);
    assert_int_equal(answers[0].outcome, POST_RECEIPT);
    assert_int_equal(answers[1].outcome, POST_HELD);
    assert_int_equal(answers[1].position.sequence, 1);
    assert_int_equal(answers[1].position.held, 1);
    assert_int_equal(net_effects(THERE), 1);
    post_house_reopen(THERE); /* what is held is durable */
    assert_int_equal(net_state(THERE, f->id[2]), POST_HELD_BACK);
    net_answer(HERE, THERE, answers, 2, POST_NOW);
    net_receive(THERE, HERE, &frames[1], 1, POST_NOW, f->a, answers); /* fills the gap: both are done */
    assert_int_equal(answers[0].position.sequence, 3);
    assert_int_equal(net_effects(THERE), 3);
    assert_settles(f, 0, 3, POST_NOW + MINUTE);
}

static void test_reordering(void **state)
{
    struct fixture *f = *state;
    struct post_out *out;
    bytes *frames;
    struct post_answer answers[5];
    write_some(f, 0, 5);
    assert_int_equal(net_due(HERE, THERE, f->a, &out, &frames), 5);
    for (size_t i = 5; i-- > 0;) {
        net_receive(THERE, HERE, &frames[i], 1, POST_NOW, f->a, answers);
        assert_int_equal(answers[0].outcome, i > 0 ? POST_HELD : POST_RECEIPT);
        assert_int_equal(net_effects(THERE), i > 0 ? 0 : 5);
    }
    /* in the sender's order */
    for (int i = 1; i <= 5; i++)
        assert_memory_equal(f->id[i - 1], out[i - 1].header.id, ID_LEN);
    assert_int_equal(post_house_count(THERE, "select count(*) from letter_in x join letter_in y on x.sequence < y.sequence and x.leaf > y.leaf"), 0);
    assert_settles(f, 0, 5, POST_NOW + MINUTE);
}

static void test_sender_restored(void **state)
{
    struct fixture *f = *state;
    if (!net_can_restore(HERE))
        skip();
    write_some(f, 0, 2);
    assert_settles(f, 0, 2, POST_NOW + MINUTE);
    net_backup(HERE);
    write_some(f, 2, 5);
    assert_settles(f, 2, 5, POST_NOW + 2 * MINUTE);
    net_restore(HERE);
    write_some(f, 5, 7); /* into places that other letters have already */
    net_resume(HERE, THERE, POST_NOW + POST_DAY);
    assert_settles(f, 0, 7, POST_NOW + POST_DAY); /* those it had forgotten are there as receipts */
    assert_int_equal(net_effects(THERE), 7);
    assert_int_equal(post_house_count(HERE, "select count(*) from letter_stream"), 2);
}

/* The same, without a word before the first letter: the recipient notices. */
static void test_sender_restored_and_unaware(void **state)
{
    struct fixture *f = *state;
    if (!net_can_restore(HERE))
        skip();
    write_some(f, 0, 1);
    assert_settles(f, 0, 1, POST_NOW + MINUTE);
    net_backup(HERE);
    write_some(f, 1, 3);
    assert_settles(f, 1, 3, POST_NOW + 2 * MINUTE);
    net_restore(HERE);
    write_some(f, 3, 8);
    assert_settles(f, 3, 8, POST_NOW + POST_DAY);
    assert_int_equal(net_effects(THERE), 8);
}

static void test_recipient_restored(void **state)
{
    struct fixture *f = *state;
    if (!net_can_restore(THERE))
        skip();
    write_some(f, 0, 2);
    assert_settles(f, 0, 2, POST_NOW + MINUTE);
    net_backup(THERE);
    write_some(f, 2, 5);
    assert_settles(f, 2, 5, POST_NOW + 2 * MINUTE);
    net_restore(THERE);
    assert_int_equal(net_effects(THERE), 2);
    write_some(f, 5, 6);
    net_resume(HERE, THERE, POST_NOW + POST_DAY);
    assert_settles(f, 0, 6, POST_NOW + POST_DAY);
    assert_int_equal(net_effects(THERE), 6);
    assert_int_equal(post_house_count(HERE, "select count(*) from letter_evidence where what = 'replaced'"), 3);
}

static void test_recipient_restored_when_letters_are_gone(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct post_item *items;
    size_t n;
    const int64_t later = POST_NOW + (POST_KEEP_DAYS + 3) * POST_DAY;
    if (!net_can_restore(THERE))
        skip();
    net_backup(THERE);
    write_some(f, 0, 2);
    assert_settles(f, 0, 2, POST_NOW + MINUTE);
    assert_int_equal(post_tidy(HERE->node, later, &err), 0);
    write_some(f, 2, 3);
    net_restore(THERE);
    net_resume(HERE, THERE, later);
    assert_settles(f, 2, 3, later);
    assert_int_equal(net_effects(THERE), 1);
    assert_int_equal(net_state(HERE, f->id[0]), POST_VOID);
    assert_int_equal(net_state(HERE, f->id[1]), POST_VOID);
    const struct post_filter incoming = {.incoming = true};
    assert_int_equal(post_list(THERE->node, &incoming, f->a, &items, &n, &err), 0);
    assert_int_equal(n, 2); /* "counted" is not for people, the two void letters are */
    for (size_t i = 0; i < n; i++) {
        struct letter_content c;
        assert_int_equal(items[i].state, POST_VOID);
        assert_int_equal(post_content(THERE->node, items[i].id, f->a, &c, &err), 0);
        assert_true(c.has_reply_to);
        assert_true(memcmp(c.reply_to, f->id[0], ID_LEN) == 0 || memcmp(c.reply_to, f->id[1], ID_LEN) == 0);
    }
}

static void test_both_restored(void **state)
{
    struct fixture *f = *state;
    if (!net_can_restore(HERE))
        skip();
    write_some(f, 0, 2);
    assert_settles(f, 0, 2, POST_NOW + MINUTE);
    net_backup(HERE);
    net_backup(THERE);
    write_some(f, 2, 4);
    assert_settles(f, 2, 4, POST_NOW + 2 * MINUTE);
    net_restore(HERE);
    net_restore(THERE);
    write_some(f, 4, 6);
    net_resume(HERE, THERE, POST_NOW + POST_DAY);
    assert_settles(f, 0, 2, POST_NOW + POST_DAY);
    assert_settles(f, 4, 6, POST_NOW + POST_DAY);
    assert_int_equal(net_effects(THERE), 4);
}

static void test_clocks_apart(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct post_item *items;
    size_t n;
    uint8_t id[3][ID_LEN];
    const int64_t clocks[] = {POST_NOW + 5 * POST_DAY, POST_NOW - 3 * POST_DAY, POST_NOW};
    for (size_t i = 0; i < 3; i++)
        net_send(HERE, THERE, i == 0 ? "notice" : "counted", clocks[i], id[i]);
    net_exchange(HERE, THERE, POST_NOW - 9 * POST_DAY);
    assert_int_equal(net_effects(THERE), 2);
    assert_int_equal(post_house_count(THERE, "select count(*) from letter_in x join letter_in y on x.sequence < y.sequence and x.leaf > y.leaf"), 0);
    const struct post_filter incoming = {.incoming = true};
    assert_int_equal(post_list(THERE->node, &incoming, f->a, &items, &n, &err), 0);
    assert_int_equal(n, 1);
    assert_true(items[0].skewed);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(net_state(HERE, id[i]), POST_DELIVERED);
}

static void test_unknown_kind(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct letter_receipt receipt;
    net_send(HERE, THERE, "from-the-future", POST_NOW, f->id[0]);
    write_some(f, 1, 2);
    assert_settles(f, 1, 2, POST_NOW + MINUTE); /* the stream goes on */
    assert_int_equal(net_state(HERE, f->id[0]), POST_WAS_REFUSED);
    assert_int_equal(post_receipt(HERE->node, f->id[0], f->a, &receipt, &err), 0);
    assert_true(str_eq(receipt.reason, STR("kind")));
    assert_int_equal(letter_receipt_verify(f->a, &receipt, THERE->self.agency_key, &err), 0);
}

static void test_effect_says_no(void **state)
{
    struct fixture *f = *state;
    net_send(HERE, THERE, "no", POST_NOW, f->id[0]);
    write_some(f, 1, 2);
    assert_settles(f, 1, 2, POST_NOW + MINUTE);
    assert_int_equal(net_state(HERE, f->id[0]), POST_WAS_REFUSED);
    assert_int_equal(net_effects_of(THERE, f->id[0]), 0);
}

/* The header says version 2; nothing else of it need be understood. */
static void test_unknown_version(void **state)
{
    struct fixture *f = *state;
    struct post_out *out;
    bytes *frames;
    struct post_answer answer;
    write_some(f, 0, 2);
    assert_int_equal(net_due(HERE, THERE, f->a, &out, &frames), 2);
    str text = bytes_str(frames[0]), mark = STR("\"comity_letter\":1");
    char *changed = arena_alloc(f->a, text.len);
    memcpy(changed, text.p, text.len);
    char *at = memmem(changed, text.len, mark.p, mark.len);
    if (!at)
        fail_msg("the header's version is written otherwise");
    at[mark.len - 1] = '2';
    net_receive(THERE, HERE, &(bytes){(const uint8_t *)changed, text.len}, 1, POST_NOW, f->a, &answer);
    assert_int_equal(answer.outcome, POST_RECEIPT);
    assert_int_equal(answer.receipt.status, LETTER_REFUSED);
    assert_true(str_eq(answer.receipt.reason, STR("version")));
    assert_settles(f, 0, 2, POST_NOW + MINUTE); /* the letter itself, in words that are understood, is taken in */
}

static void test_malformed(void **state)
{
    struct fixture *f = *state;
    struct post_out *out;
    bytes *frames;
    struct post_answer answer;
    write_some(f, 0, 1);
    assert_int_equal(net_due(HERE, THERE, f->a, &out, &frames), 1);
    uint8_t *changed = arena_alloc(f->a, frames[0].len);
    for (size_t at = 0; at < frames[0].len; at += 41) { /* one bit, anywhere */
        memcpy(changed, frames[0].p, frames[0].len);
        changed[at] ^= 1;
        net_receive(THERE, HERE, &(bytes){changed, frames[0].len}, 1, POST_NOW, f->a, &answer);
        assert_true(answer.outcome == POST_REJECTED || answer.receipt.status == LETTER_REFUSED);
    }
    assert_int_equal(net_effects(THERE), 0);
    assert_settles(f, 0, 1, POST_NOW + MINUTE);
}

static void test_nothing_can_be_stored(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct post_out *out;
    bytes *frames;
    struct post_answer answer;
    uint8_t id[ID_LEN];
    int64_t taken = 0;
    int r = 0;
    if (!net_can_restore(THERE))
        skip();
    for (int i = 0; i < 100; i++)
        net_send(HERE, THERE, "counted", POST_NOW + i, id);
    assert_int_equal(net_due(HERE, THERE, f->a, &out, &frames), 100);
    assert_int_equal(db_exec(THERE->node->db, "pragma max_page_count = 1", &err), 0); /* SQLite raises it to what is in use */
    while (taken < 100 && (r = letter_receive(THERE->node, &net_kinds, &HERE->self, &frames[taken], 1, POST_NOW, f->a, &answer, &err)) == 0)
        taken++;
    assert_int_equal(r, ERR_RETRY);
    assert_int_equal(net_effects(THERE), taken);
    int64_t leaves = post_house_log_size(THERE);
    assert_int_equal(letter_receive(THERE->node, &net_kinds, &HERE->self, &frames[taken], 1, POST_NOW, f->a, &answer, &err), ERR_RETRY);
    assert_int_equal(post_house_log_size(THERE), leaves);
    assert_int_equal(db_exec(THERE->node->db, "pragma max_page_count = 1000000", &err), 0);
    assert_settles(f, 0, 0, POST_NOW + MINUTE);
    assert_int_equal(net_effects(THERE), 100);
}

static void test_partner_suspended(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t id[ID_LEN];
    struct partner suspended = THERE->self;
    suspended.status = PARTNER_SUSPENDED;
    struct letter l = {.kind = "counted", .type = STR("text/plain")};
    write_some(f, 0, 1);
    assert_int_equal(post_house_send(HERE, &suspended, &l, POST_NOW, id, &err), ERR_DENIED);
    l.kind = "recall"; /* what takes back still goes */
    assert_int_equal(post_house_send(HERE, &suspended, &l, POST_NOW, id, &err), 0);
    write_some(f, 1, 2);
    assert_settles(f, 0, 2, POST_NOW + MINUTE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_one_effect_one_receipt),
        TEST(test_duplicate),
        TEST(test_replay_months_later),
        TEST(test_gap),
        TEST(test_reordering),
        TEST(test_sender_restored),
        TEST(test_sender_restored_and_unaware),
        TEST(test_recipient_restored),
        TEST(test_recipient_restored_when_letters_are_gone),
        TEST(test_both_restored),
        TEST(test_clocks_apart),
        TEST(test_unknown_kind),
        TEST(test_effect_says_no),
        TEST(test_unknown_version),
        TEST(test_malformed),
        TEST(test_nothing_can_be_stored),
        TEST(test_partner_suspended),
    };
    return cmocka_run_group_tests_name("letter/post", tests, NULL, NULL);
}
