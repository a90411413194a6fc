/* A day: holds as it was; no bit of it can be another; what a crooked hall would write is found, and the first such call named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "trust/act/test_node.h"
#include "trust/witness/cosign.h"
#include "work/desk/test_day_hall.h"

static const struct db_schema *const rooms[] = {&desk_day_schema, NULL};
static const struct line_rule rule = {.n_lanes = 2, .n_counters = 4, .n_posts = 3, .serves = {1, 3, 3, 2}};

static struct {
    struct arena *a;
    const char *dir;
    struct node *node;
    struct note_verifier log;
    struct test_hall hall;
    struct day_found found;
    struct err err;
} w;

#define OK(expression) \
    do { \
        if (!(expression)) \
            fail_msg("%s: %s", #expression, w.hall.err.text); \
    } while (0)

static int set_up(void **state)
{
    (void)state;
    memset(&w, 0, sizeof w);
    w.a = arena_new();
    if (test_node_open(w.a, rooms, TEST_MORNING - INT64_C(40) * DAY_KEYS_AHEAD_MS, &w.dir, &w.node) < 0 || note_verifier_parse(log_vkey(w.node->log, w.a), &w.log, &w.err) < 0 ||
        !test_hall_open(&w.hall, w.node, &rule)) {
        fprintf(stderr, "%s%s\n", w.err.text, w.hall.err.text);
        return -1;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_hall_close(&w.hall);
    test_node_close(w.node, w.dir);
    arena_free(w.a);
    return 0;
}

static int check(bytes file)
{
    memset(&w.err, 0, sizeof w.err);
    return day_check(file, &w.log, &w.found, &w.err);
}

static void assert_holds(bytes file)
{
    if (check(file) < 0)
        fail_msg("%s", w.err.text);
}

static void test_holds(void **state)
{
    (void)state;
    OK(test_hall_run(&w.hall, 60));
    bytes file = test_hall_file(&w.hall);
    assert_holds(file);
    assert_true(w.found.closed);
    assert_int_equal(w.found.day, TEST_DAY);
    assert_int_equal(w.found.totals.calls, 60);
    assert_true(w.found.totals.refusals > 0 && w.found.totals.no_shows > 0 && w.found.totals.mismatches > 0 && w.found.totals.checks > 0);
    unsigned nothing = 0;
    for (unsigned i = 0; i < LINE_COUNTERS_MAX; i++)
        nothing += w.found.nothing[i];
    assert_int_equal(nothing, w.found.totals.refusals + w.found.totals.no_shows);
    assert_int_equal(w.found.weak, 0);
    assert_int_equal(w.found.answers[2], w.found.draws);
    assert_true(w.found.leaves >= 3);
    assert_int_equal(w.found.records, w.hall.book.records);
    /* opened again, the chain stands where it stood */
    struct day_book again;
    assert_int_equal(day_book_open(w.node, w.hall.id, TEST_DAY, NULL, NULL, &again, &w.err), 0);
    assert_memory_equal(again.head, w.hall.book.head, HASH_LEN);
    assert_int_equal(again.records, w.hall.book.records);
    assert_int_equal(again.rows, w.hall.book.rows);
    assert_true(again.closed);
    assert_false(test_hall_event(&w.hall, (struct line_event){.kind = LINE_CLOSE, .counter = 1})); /* nothing after the end */
}

/* Whatever is not looked at would be found here: step 1 flips each bit, 13 one of about every second byte. */
static void flip(bytes file, size_t step)
{
    uint8_t *p = (uint8_t *)(uintptr_t)file.p;
    assert_holds(file);
    for (size_t i = 0; i < 8 * file.len; i += step) {
        p[i / 8] ^= (uint8_t)(1 << i % 8);
        if (check(file) == 0)
            fail_msg("bit %zu of byte %zu of %zu can be another", i % 8, i / 8, file.len);
        p[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    for (size_t len = 0; len < file.len; len += 1 + len / 64)
        assert_true(check((bytes){file.p, len}) < 0);
    assert_holds(file);
}

static void test_no_bit_can_be_another(void **state)
{
    (void)state;
    w.hall.there = 1 << 1 | 1 << 3;
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_OPEN, .counter = 2}));
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_READY, .counter = 2}));
    for (unsigned i = 0; i < 3; i++)
        OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_ENTER, .lane = (uint8_t)(i % 2)}));
    const uint32_t ticket = test_hall_call(&w.hall, 2, NULL);
    OK(ticket > 0 && test_hall_event(&w.hall, (struct line_event){.kind = LINE_REFUSE, .ticket = ticket}));
    OK(test_hall_mark(&w.hall, true));
    flip(test_hall_file(&w.hall), 1);
}

static void test_no_byte_can_be_another(void **state)
{
    (void)state;
    w.hall.there = 1 << 1 | 1 << 3; /* two answers a call: fewer bytes, the same kinds */
    OK(test_hall_run(&w.hall, 6));
    flip(test_hall_file(&w.hall), 13);
}

static void test_weak(void **state)
{
    (void)state;
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_OPEN, .counter = 2}));
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_READY, .counter = 2}));
    for (unsigned i = 0; i < 12; i++)
        OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_ENTER, .lane = (uint8_t)(i % 2)}));
    static const unsigned there[] = {TEST_ALL_HOLDERS, 1 << 1 | 1 << 2, 1 << 1, 1 << 3, 1 << 2 | 1 << 3};
    for (size_t i = 0; i < sizeof there / sizeof there[0]; i++) {
        w.hall.there = there[i];
        uint32_t ticket = test_hall_call(&w.hall, 2, NULL);
        OK(ticket > 0);
        OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_END, .ticket = ticket}));
    }
    OK(test_hall_mark(&w.hall, true));
    assert_holds(test_hall_file(&w.hall));
    assert_int_equal(w.found.draws, 5);
    assert_int_equal(w.found.weak, 2);
    assert_int_equal(w.found.totals.weak, 2);
    assert_int_equal(w.found.answers[0], 3);
    assert_int_equal(w.found.answers[1], 3);
    assert_int_equal(w.found.answers[2], 3);
}

/* A day that goes on: what is in the log so far holds. */
static void test_so_far(void **state)
{
    (void)state;
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_OPEN, .counter = 1}));
    assert_int_equal(test_hall_file(&w.hall).len, 0);
    OK(test_hall_mark(&w.hall, false));
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_OPEN, .counter = 2}));
    assert_holds(test_hall_file(&w.hall));
    assert_false(w.found.closed);
    assert_int_equal(w.found.records, 2);
    /* another log does not have it */
    struct note_verifier other = w.log;
    other.public_key[3] ^= 1;
    assert_true(day_check(test_hall_file(&w.hall), &other, &w.found, &w.err) < 0);
}

/* With witnesses: each that is named must have cosigned, and no bit of what stands under the head goes unchecked. */
static void test_witnesses_cosigned(void **state)
{
    (void)state;
    uint8_t key[SIGN_PUBLIC_LEN], signature[SIGNATURE_LEN];
    struct note_verifier witness, other;
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_OPEN, .counter = 1}));
    OK(test_hall_mark(&w.hall, false));
    const bytes plain = test_hall_file(&w.hall);
    size_t end = sizeof DAY_MAGIC - 1, next = end;
    for (; next < plain.len; next += 2u + get_u16be(plain.p + next))
        end = next;
    const str head = {(const char *)plain.p + end + 3, plain.len - end - 3};
    struct note note;
    keyring_public(w.node->keys, KEYRING_WITNESS, key);
    assert_int_equal(note_witness_parse(note_witness_vkey(w.a, STR("comity/test/witness"), key), &witness, &w.err), 0);
    assert_int_equal(note_parse(w.a, head, &note, &w.err), 0);
    assert_int_equal(keyring_sign(w.node->keys, KEYRING_WITNESS, str_bytes(cosignature_message(w.a, 1700000000, note.text)), signature, &w.err), 0);
    struct buf file = buf_new(w.a), both = buf_new(w.a);
    buf_add(&both, head);
    buf_add(&both, cosignature_line(w.a, &witness, 1700000000, signature));
    buf_add_bytes(&file, plain.p, end);
    const bytes frame = day_frame_end(w.a, buf_str(&both));
    buf_add_bytes(&file, frame.p, frame.len);
    const struct day_trust named = {.log = &w.log, .witnesses = &witness, .n_witnesses = 1};
    bytes cosigned = buf_bytes(&file);
    if (day_check_by(cosigned, &named, &w.found, &w.err) < 0)
        fail_msg("%s", w.err.text);
    assert_int_equal(w.found.witnesses, 1);
    assert_int_equal(w.found.seconds, 1700000000);
    assert_true(check(cosigned) < 0); /* nobody named */
    /* nor may anybody stand there who was not named, or one twice: nobody would see that changed */
    for (unsigned i = 0; i < 2; i++) {
        struct note_verifier third = witness;
        third.name = i == 0 ? witness.name : STR("comity/test/nobody");
        struct buf more = buf_new(w.a), longer = buf_new(w.a);
        buf_add(&more, buf_str(&both));
        buf_add(&more, cosignature_line(w.a, &third, 1700000000, signature));
        buf_add_bytes(&longer, plain.p, end);
        const bytes last = day_frame_end(w.a, buf_str(&more));
        buf_add_bytes(&longer, last.p, last.len);
        assert_true(day_check_by(buf_bytes(&longer), &named, &w.found, &w.err) < 0);
        assert_non_null(strstr(w.err.text, "nobody who was named, or one twice"));
    }
    assert_true(day_check_by(plain, &named, &w.found, &w.err) < 0); /* it has not cosigned */
    other = witness;
    other.public_key[1] ^= 1;
    assert_true(day_check_by(cosigned, &(struct day_trust){&w.log, &other, 1}, &w.found, &w.err) < 0);
    for (size_t i = end; i < cosigned.len; i++) {
        uint8_t *p = (uint8_t *)(uintptr_t)cosigned.p;
        for (unsigned bit = 0; bit < 8; bit++) {
            p[i] ^= (uint8_t)(1 << bit);
            assert_true(day_check_by(cosigned, &named, &w.found, &w.err) < 0);
            p[i] ^= (uint8_t)(1 << bit);
        }
    }
}

/* --- a hall that cheats: it writes what it likes, and its log is its own --- */

/* Twelve wait, counter 2 asks: call 1 is open. */
static void before_the_call(void)
{
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_OPEN, .counter = 2}));
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_READY, .counter = 2}));
    for (unsigned i = 0; i < 12; i++)
        OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_ENTER, .lane = (uint8_t)(i % 2)}));
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_ASK, .counter = 2}));
}

static void write_event(struct line_event e)
{
    e.at = w.hall.now_ms;
    OK(test_hall_keep(&w.hall, day_frame_event(w.a, &e)));
}

static struct draw_beta ask_and_write(uint32_t number)
{
    struct day_draw d;
    struct draw_beta beta;
    OK(test_hall_answers(&w.hall, number, (bytes){w.hall.book.head, HASH_LEN}, &d, &beta));
    OK(test_hall_keep(&w.hall, day_frame_draw(w.a, &d)));
    return beta;
}

static unsigned least(const struct line_window *window, const struct draw_beta *beta)
{
    unsigned best = 0;
    for (unsigned i = 1; i < window->n; i++)
        if (draw_lot(beta, window->tickets[i]) < draw_lot(beta, window->tickets[best]))
            best = i;
    return best;
}

static void assert_found(const char *where, const char *what)
{
    OK(test_hall_mark(&w.hall, false));
    bytes file = test_hall_file(&w.hall);
    OK(file.len > 0);
    assert_true(check(file) < 0);
    if (!strstr(w.err.text, where) || !strstr(w.err.text, what))
        fail_msg("expected %s and %s: %s", where, what, w.err.text);
}

static void test_another_ticket(void **state)
{
    (void)state;
    before_the_call();
    const struct line_window *window = line_asked(w.hall.line);
    struct draw_beta beta = ask_and_write(1);
    write_event((struct line_event){.kind = LINE_CALL, .counter = 2, .ticket = window->tickets[(least(window, &beta) + 1) % window->n]});
    assert_found("call 1", "does not follow from the draw");
}

static void test_another_window(void **state)
{
    (void)state;
    before_the_call();
    struct day_draw d;
    struct draw_beta beta;
    OK(test_hall_answers(&w.hall, 1, (bytes){w.hall.book.head, HASH_LEN}, &d, &beta));
    write_event((struct line_event){.kind = LINE_VOID, .ticket = 12}); /* outside the window, and all the same another day than the holders saw */
    OK(test_hall_keep(&w.hall, day_frame_draw(w.a, &d)));
    const struct line_window *window = line_asked(w.hall.line);
    write_event((struct line_event){.kind = LINE_CALL, .counter = 2, .ticket = window->tickets[least(window, &beta)]});
    assert_found("call 1", "window included");
}

static void test_drawn_before_its_time(void **state)
{
    (void)state;
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_OPEN, .counter = 2}));
    ask_and_write(1);
    assert_found("record", "nothing waits for it");
}

static void test_drawn_again(void **state)
{
    (void)state;
    before_the_call();
    ask_and_write(1);
    ask_and_write(1);
    assert_found("record", "nothing waits for it");
}

static void test_weak_without_leaf(void **state)
{
    (void)state;
    before_the_call();
    w.hall.there = 1 << 1;
    ask_and_write(1);
    assert_found("draw 1 is weak", "not in the log");
}

static void test_weak_not_said(void **state)
{
    (void)state;
    struct day_draw d;
    struct draw_beta beta;
    before_the_call();
    w.hall.there = 1 << 1;
    OK(test_hall_mark(&w.hall, false));
    OK(test_hall_answers(&w.hall, 1, (bytes){w.hall.book.head, HASH_LEN}, &d, &beta));
    d.weak = false;
    OK(test_hall_keep(&w.hall, day_frame_draw(w.a, &d)));
    assert_found("draw 1", "it takes 2 answers");
}

static void test_weak_not_shown(void **state)
{
    (void)state;
    before_the_call();
    w.hall.there = 1 << 1;
    OK(test_hall_mark(&w.hall, false));
    struct draw_beta beta = ask_and_write(1);
    const struct line_window *window = line_asked(w.hall.line);
    write_event((struct line_event){.kind = LINE_CALL, .counter = 2, .ticket = window->tickets[least(window, &beta)]});
    assert_found("call 1", "it says that its draw is not weak");
}

static void test_called_without_draw(void **state)
{
    (void)state;
    before_the_call();
    write_event((struct line_event){.kind = LINE_CALL, .counter = 2, .ticket = 1});
    assert_found("call 1", "there was no draw");
}

static void test_override_by_one(void **state)
{
    (void)state;
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_OPEN, .counter = 2}));
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_READY, .counter = 2}));
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_ENTER}));
    write_event((struct line_event){.kind = LINE_OVERRIDE, .counter = 2, .ticket = 1, .persons = {4, 4}});
    assert_found("override", "two");
}

static void test_leaf_too_late(void **state)
{
    (void)state;
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_OPEN, .counter = 2}));
    w.hall.now_ms += DAY_LEAF_LATEST_MS;
    OK(test_hall_mark(&w.hall, false));
    assert_holds(test_hall_file(&w.hall));
    assert_int_equal(w.found.late, 0);
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_READY, .counter = 2}));
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_CLOSE, .counter = 2}));
    w.hall.now_ms += DAY_LEAF_LATEST_MS + 1; /* the power was away: the day holds, and that is told */
    OK(test_hall_mark(&w.hall, false));
    assert_holds(test_hall_file(&w.hall));
    assert_int_equal(w.found.late, 2);
    assert_true(w.found.late_ms == DAY_LEAF_LATEST_MS + 1);
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_OPEN, .counter = 2}));
    w.hall.now_ms--; /* but nothing is dated before it happened */
    assert_found("record", "older than a record");
}

/* A ticket's document is swapped after the fact: everything is written anew, with the holders' old answers and new leaves. */
static void test_swapped_afterwards(void **state)
{
    (void)state;
    struct day_draw d;
    struct draw_beta beta;
    uint8_t honest[HASH_LEN], commitment[HASH_LEN] = {9};
    before_the_call();
    OK(test_hall_answers(&w.hall, 1, (bytes){w.hall.book.head, HASH_LEN}, &d, &beta));
    memcpy(honest, w.hall.book.head, HASH_LEN);
    OK(test_hall_mark(&w.hall, false));
    struct node *node = w.node;
    test_hall_close(&w.hall);
    OK(db_exec(node->db, "delete from desk_record", &w.hall.err) == 0);
    OK(test_hall_open(&w.hall, node, &rule));
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_OPEN, .counter = 2}));
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_READY, .counter = 2}));
    for (unsigned i = 0; i < 12; i++)
        OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_ENTER, .lane = (uint8_t)(i % 2), .commitment = i == 3 ? commitment : NULL}));
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_ASK, .counter = 2}));
    assert_memory_not_equal(honest, w.hall.book.head, HASH_LEN);
    OK(test_hall_keep(&w.hall, day_frame_draw(w.a, &d)));
    const struct line_window *window = line_asked(w.hall.line);
    write_event((struct line_event){.kind = LINE_CALL, .counter = 2, .ticket = window->tickets[least(window, &beta)]});
    assert_found("call 1", "do not hold");
}

static void test_keys_of_a_day(void **state)
{
    (void)state;
    struct day_keys keys = {.from_day = TEST_DAY, .until_day = TEST_DAY + 40, .keys = w.hall.keys}, found;
    struct day_begin begin = {.day = TEST_DAY + 1, .rule = *line_rule(w.hall.line)};
    struct day_book book;
    int64_t since;
    memcpy(begin.hall, w.hall.id, ID_LEN);
    memcpy(keys.hall, w.hall.id, ID_LEN);
    assert_int_equal(day_book_begin(w.node, &begin, NULL, w.hall.now_ms, &book, &w.err), ERR_EXISTS); /* while another day goes on */
    OK(test_hall_mark(&w.hall, true));
    if (db_exec(w.node->db, "commit", &w.err) < 0)
        fail();
    /* newer keys count once they are a day old; until then those before them do, and where there are none nothing is drawn */
    assert_int_equal(day_book_keys(w.node, &keys, true, w.hall.now_ms, &w.err), 0);
    begin.day = TEST_DAY + 40;
    assert_int_equal(day_book_begin(w.node, &begin, NULL, w.hall.now_ms + DAY_KEYS_AHEAD_MS - 1, &book, &w.err), ERR_DENIED);
    assert_int_equal(day_book_keys_of(w.node, w.hall.id, TEST_DAY + 1, w.a, &found, &since, &w.err), 0);
    assert_true(since == w.hall.now_ms);
    assert_int_equal(day_book_keys_of(w.node, w.hall.id, TEST_DAY + 50, w.a, &found, &since, &w.err), ERR_NOT_FOUND);
    begin.day = TEST_DAY + 1;
    assert_int_equal(day_book_begin(w.node, &begin, NULL, w.hall.now_ms + DAY_KEYS_AHEAD_MS - 1, &book, &w.err), 0);
    assert_int_equal(day_book_mark(w.node, &book, &(struct day_end){&begin.rule, NULL}, w.hall.now_ms + DAY_KEYS_AHEAD_MS, &w.err), 0);
    begin.day = TEST_DAY + 40;
    assert_int_equal(day_book_begin(w.node, &begin, NULL, w.hall.now_ms + DAY_KEYS_AHEAD_MS, &book, &w.err), 0);
    assert_int_equal(day_book_mark(w.node, &book, &(struct day_end){&begin.rule, NULL}, w.hall.now_ms + DAY_KEYS_AHEAD_MS, &w.err), 0);
    begin.day = TEST_DAY + 2; /* no way back */
    assert_int_equal(day_book_begin(w.node, &begin, NULL, w.hall.now_ms + DAY_KEYS_AHEAD_MS, &book, &w.err), ERR_EXISTS);
    begin.day = TEST_DAY + 50;
    assert_int_equal(day_book_begin(w.node, &begin, NULL, w.hall.now_ms + INT64_C(39) * DAY_KEYS_AHEAD_MS, &book, &w.err), ERR_NOT_FOUND);
    if (db_exec(w.node->db, "begin", &w.err) < 0)
        fail();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_holds), TEST(test_no_bit_can_be_another), TEST(test_no_byte_can_be_another), TEST(test_weak), TEST(test_so_far), TEST(test_another_ticket), TEST(test_another_window),
        TEST(test_drawn_before_its_time), TEST(test_drawn_again), TEST(test_weak_without_leaf), TEST(test_weak_not_said), TEST(test_weak_not_shown),
        TEST(test_called_without_draw), TEST(test_override_by_one), TEST(test_leaf_too_late), TEST(test_swapped_afterwards), TEST(test_keys_of_a_day), TEST(test_witnesses_cosigned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
