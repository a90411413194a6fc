/* day: what a hall that writes its own log could try with keys, leaves and the end of a day; each check of day_check.c alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "trust/act/test_node.h"
#include "work/desk/day_store.h"
#include "work/desk/test_day_hall.h"

static const struct db_schema *const rooms[] = {&desk_day_schema, NULL};
static const struct line_rule rule = {.n_lanes = 1, .n_counters = 2, .n_posts = 2, .serves = {1, 1}};
static const int64_t keys_ms = TEST_MORNING - 2 * DAY_KEYS_AHEAD_MS; /* test_hall_open */

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
            fail_msg("%s: %s %s", #expression, w.hall.err.text, w.err.text); \
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

static void assert_holds(void)
{
    const bytes file = test_hall_file(&w.hall);
    OK(file.len > 0);
    memset(&w.err, 0, sizeof w.err);
    OK(day_check(file, &w.log, &w.found, &w.err) == 0);
}

static void assert_file_found(bytes file, const char *what)
{
    OK(file.len > 0);
    memset(&w.err, 0, sizeof w.err);
    assert_true(day_check(file, &w.log, &w.found, &w.err) < 0);
    if (!strstr(w.err.text, what))
        fail_msg("expected %s: %s", what, w.err.text);
}

static void assert_found(const char *what)
{
    OK(test_hall_mark(&w.hall, false));
    assert_file_found(test_hall_file(&w.hall), what);
}

static void open_counter(uint16_t counter)
{
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_OPEN, .counter = counter}));
}

/* --- keys --- */

static void test_something_happens_with_keys_too_new(void **state)
{
    (void)state;
    w.hall.now_ms = keys_ms + DAY_KEYS_AHEAD_MS - 1;
    open_counter(1);
    w.hall.now_ms += 5; /* the leaf is late enough */
    assert_found("(open): the keys were in the log less than 24 hours");
}

static void draw_rota(uint32_t number)
{
    struct draw what = {.day = TEST_DAY, .number = number, .kind = DRAW_ROTA};
    struct day_draw d = {.kind = DRAW_ROTA, .number = number};
    struct draw_beta beta;
    unsigned wrong;
    memcpy(what.hall, w.hall.id, ID_LEN);
    OK(test_hall_ask(&w.hall, &what, (bytes){w.hall.book.head, HASH_LEN}, &d.answers, &w.err) == 0);
    OK(draw_beta(&w.hall.keys, &what, (bytes){w.hall.book.head, HASH_LEN}, &d.answers, &beta, &wrong, &w.err) == 0);
    d.element = beta.element;
    OK(test_hall_keep(&w.hall, day_frame_draw(w.a, &d)));
}

static void test_drawn_with_keys_too_new(void **state)
{
    (void)state;
    w.hall.now_ms = keys_ms + DAY_KEYS_AHEAD_MS - 1;
    draw_rota(1);
    assert_found("the keys were in the log less than 24 hours");
}

static void test_a_rota_is_drawn_once(void **state)
{
    (void)state;
    draw_rota(1);
    draw_rota(2);
    OK(test_hall_mark(&w.hall, false));
    assert_holds();
    draw_rota(1);
    assert_found("was drawn again");
}

/* A day that the hall writes by itself: this begin, under that leaf of keys. */
static void begin_again(const struct day_begin *begin, int64_t leaf)
{
    struct day_book book = {.day = begin->day};
    OK(db_exec(w.node->db, "delete from desk_record", &w.err) == 0);
    memcpy(book.hall, begin->hall, ID_LEN);
    day_start(book.head);
    OK(day_book_add(w.node->db, &book, day_frame_begin(w.a, begin), &w.err) == 0);
    OK(day_store_put(w.node->db, &book, leaf, (bytes){0}, &w.err) == 0);
    book.rows++;
    w.hall.book = book;
    open_counter(1);
}

static int64_t leaf_of_keys(void)
{
    int64_t leaf, since;
    OK(day_store_keys(w.node->db, w.hall.id, TEST_DAY, INT64_MAX, &leaf, &since, &w.err) == 0);
    return leaf;
}

static struct day_begin honest(void)
{
    struct day_begin begin = {.day = TEST_DAY, .rule = *line_rule(w.hall.line), .keys = w.hall.keys};
    memcpy(begin.hall, w.hall.id, ID_LEN);
    return begin;
}

static void test_other_keys_than_those_of_the_log(void **state)
{
    (void)state;
    struct day_begin begin = honest();
    begin.keys.commitments[1] = begin.keys.commitments[0];
    OK(threshold_keys_derive(&begin.keys, &w.err) == 0);
    begin_again(&begin, leaf_of_keys());
    assert_found("the log holds other keys");
}

static void test_keys_of_another_hall(void **state)
{
    (void)state;
    struct day_begin begin = honest();
    memcpy(w.hall.id, "hall two", 9);
    memcpy(begin.hall, w.hall.id, ID_LEN);
    int64_t leaf, since;
    OK(day_store_keys(w.node->db, (const uint8_t *)"hall one\0\0\0\0\0\0\0", TEST_DAY, INT64_MAX, &leaf, &since, &w.err) == 0);
    begin_again(&begin, leaf);
    assert_found("the log holds other keys");
}

static void test_keys_of_other_days(void **state)
{
    (void)state;
    struct day_keys past = {.from_day = TEST_DAY - 9, .until_day = TEST_DAY - 1, .keys = w.hall.keys};
    struct day_begin begin = honest();
    int64_t leaf;
    memcpy(past.hall, w.hall.id, ID_LEN);
    OK(db_exec(w.node->db, "commit", &w.err) == 0);
    OK(log_size(w.node->log, w.node->db, &leaf, &w.err) == 0);
    OK(day_book_keys(w.node, &past, true, keys_ms, &w.err) == 0);
    OK(db_exec(w.node->db, "begin", &w.err) == 0);
    begin_again(&begin, leaf);
    assert_found("the log holds other keys");
}

/* --- leaves --- */

/* A record is changed once its leaf is in the log. */
static void test_a_record_behind_its_leaf_is_changed(void **state)
{
    (void)state;
    open_counter(1);
    OK(test_hall_mark(&w.hall, false));
    assert_holds();
    struct line_event other = {.kind = LINE_OPEN, .at = w.hall.now_ms, .counter = 2};
    struct day_book place = w.hall.book;
    OK(db_exec(w.node->db, "delete from desk_record where number = 2", &w.err) == 0);
    place.rows = 2;
    OK(day_store_put(w.node->db, &place, -1, day_frame_event(w.a, &other), &w.err) == 0);
    assert_file_found(test_hall_file(&w.hall), "commits to other records");
    struct day_book again;
    assert_int_equal(day_book_open(w.node, w.hall.id, TEST_DAY, NULL, NULL, &again, &w.err), ERR_CORRUPT); /* the node sees it too */
}

static void test_a_leaf_twice(void **state)
{
    (void)state;
    int64_t number, leaf;
    open_counter(1);
    OK(test_hall_mark(&w.hall, false));
    OK(day_store_last_mark(w.node->db, w.hall.id, TEST_DAY, &number, &leaf, &w.err) == 0);
    OK(day_store_put(w.node->db, &w.hall.book, leaf, (bytes){0}, &w.err) == 0);
    assert_file_found(test_hall_file(&w.hall), "in the order of the log");
}

/* --- the end --- */

static void test_closed_while_a_call_is_open(void **state)
{
    (void)state;
    open_counter(1);
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_READY, .counter = 1}));
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_ENTER}));
    OK(test_hall_event(&w.hall, (struct line_event){.kind = LINE_ASK, .counter = 1}));
    OK(test_hall_mark(&w.hall, true));
    assert_file_found(test_hall_file(&w.hall), "closed while call 1 was open");
}

/* The same answers in another order would be other bytes for the same draw: a second form of one day. */
static void test_answers_in_another_order(void **state)
{
    (void)state;
    struct day_draw d;
    struct draw_beta beta;
    OK(test_hall_answers(&w.hall, 1, (bytes){w.hall.book.head, HASH_LEN}, &d, &beta));
    const struct draw_answers was = d.answers;
    assert_int_equal(was.n, 3);
    for (size_t i = 0; i < 3; i++) {
        d.answers.holders[i] = was.holders[2 - i];
        d.answers.answers[i] = was.answers[2 - i];
    }
    OK(test_hall_keep(&w.hall, day_frame_draw(w.a, &d)));
    assert_found("not written as records of a day are");
    bool there;
    struct day_record rec;
    const struct line_event e = {.kind = LINE_CALL, .counter = 1, .ticket = 1, .weak = true};
    bytes frame = day_frame_event(w.a, &e);
    struct reader in = reader_new(frame);
    assert_int_equal(day_next(&in, w.a, &rec, &there, &w.err), 0);
    ((uint8_t *)(uintptr_t)frame.p)[frame.len - 1] = 2; /* a flag is 0 or 1 */
    in = reader_new(frame);
    assert_int_equal(day_next(&in, w.a, &rec, &there, &w.err), ERR_INPUT);
}

static void test_another_day(void **state)
{
    (void)state;
    w.hall.now_ms += 2 * DAY_KEYS_AHEAD_MS;
    open_counter(1);
    assert_found("on another day");
}

/* The file with a frame put in at some place. */
static bytes with(bytes file, size_t at, bytes frame)
{
    struct buf b = buf_new(w.a);
    buf_add_bytes(&b, file.p, at);
    buf_add_bytes(&b, frame.p, frame.len);
    buf_add_bytes(&b, file.p + at, file.len - at);
    return buf_bytes(&b);
}

static void test_records_that_no_leaf_covers(void **state)
{
    (void)state;
    open_counter(1);
    OK(test_hall_mark(&w.hall, false));
    const bytes file = test_hall_file(&w.hall);
    const struct line_event more = {.kind = LINE_OPEN, .at = w.hall.now_ms, .counter = 2};
    size_t end = sizeof DAY_MAGIC - 1, next = end;
    for (; next < file.len; next += 2u + get_u16be(file.p + next))
        end = next;
    assert_holds();
    assert_file_found(with(file, end, day_frame_event(w.a, &more)), "behind the last leaf");
    assert_file_found(with(file, file.len, day_frame_event(w.a, &more)), "behind the end");
    assert_file_found(with(file, file.len, (bytes){file.p + end, file.len - end}), "behind the end");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_something_happens_with_keys_too_new), TEST(test_drawn_with_keys_too_new), TEST(test_a_rota_is_drawn_once),
        TEST(test_other_keys_than_those_of_the_log), TEST(test_keys_of_another_hall), TEST(test_keys_of_other_days),
        TEST(test_a_record_behind_its_leaf_is_changed), TEST(test_a_leaf_twice), TEST(test_answers_in_another_order), TEST(test_closed_while_a_call_is_open), TEST(test_another_day),
        TEST(test_records_that_no_leaf_covers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
