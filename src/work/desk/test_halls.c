/* Which day of a hall it is: over midnight, when clocks are changed, and when the day has run as long as it may. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/act/test_node.h"
#include "work/desk/hall_rule.h"
#include "work/desk/halls.h"
#include "work/desk/holders.h"
#include "work/desk/override.h"
#include "work/desk/test_day_hall.h"

static const struct db_schema *const rooms[] = {&desk_day_schema, &desk_hall_schema, &desk_override_schema, &desk_holders_schema, NULL};
#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

static struct {
    struct arena *a;
    const char *dir;
    struct node *node;
    struct test_hall keys;
    struct actor officer, boss;
    struct hall_setup setup;
    struct halls *halls;
    struct err err;
} w;

#define OK(expression) \
    do { \
        w.err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, w.err.text); \
    } while (0)

static int set_up(void **state)
{
    static const struct line_rule other = {.n_lanes = 1, .n_counters = 1, .serves = {1}};
    (void)state;
    memset(&w, 0, sizeof w);
    w.a = arena_new();
    if (test_node_open(w.a, rooms, TEST_MORNING - 40 * DAY_MS, &w.dir, &w.node) < 0)
        return -1;
    assert_true(test_hall_open(&w.keys, w.node, &other));
    OK(db_exec(w.node->db, "rollback", &w.err));
    w.officer = test_node_member(w.node, 1, ROLE_OFFICER, TEST_MORNING);
    w.boss = test_node_member(w.node, 2, ROLE_SUPERVISOR, TEST_MORNING);
    struct day_keys keys = {.from_day = TEST_DAY - 1, .until_day = TEST_DAY + 300, .keys = w.keys.keys};
    w.setup = (struct hall_setup){.name = STR("Practice bridge"), .lanes = {STR("All passports")}, .rule = {.n_lanes = 1, .n_counters = 2, .serves = {1, 1}}};
    OK(hall_make(w.node, &w.boss, TEST_MORNING, &w.setup, &w.err));
    memcpy(keys.hall, w.setup.id, ID_LEN);
    OK(day_book_keys(w.node, &keys, true, TEST_MORNING - 2 * DAY_MS, &w.err));
    w.halls = halls_new(w.node, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    halls_free(w.halls);
    line_close(w.keys.line);
    arena_free(w.keys.a);
    test_node_close(w.node, w.dir);
    arena_free(w.a);
    return 0;
}

static struct hall *at(int64_t now_ms, bool begin)
{
    struct hall *hall;
    OK(halls_open(w.halls, w.setup.id, begin, now_ms, &hall, &w.err));
    return hall;
}

static uint32_t enter(struct hall *hall, int64_t now_ms)
{
    const struct hall_hand hand = {&w.officer, now_ms};
    struct hall_ticket t;
    OK(hall_enter(&hand, hall, 0, 1, 0, STR("P 1"), &t, &w.err));
    return t.number;
}

/* From an evening to the next one, half an hour at a time: the day stays until it is handed over, which can be once a date. */
static void night(int64_t evening_ms, int hours)
{
    struct hall *hall = at(evening_ms, true), *next;
    const uint32_t day = hall_day(hall), first = enter(hall, evening_ms);
    bool over = false;
    for (int64_t now = evening_ms; now <= evening_ms + hours * HOUR_MS; now += HOUR_MS / 2) {
        hall = at(now, false);
        assert_false(hall_closed(hall));
        assert_int_equal(hall_day(hall), day + over);
        enter(hall, now);
        OK(hall_mark(hall, false, now, &w.err));
        const bool tomorrow = halls_today(w.node, now) > hall_day(hall);
        const uint32_t waiting = line_waiting(hall_line(hall), 0);
        if (!tomorrow) {
            assert_int_equal(halls_hand_over(w.halls, hall, now, &next, &w.err), ERR_DENIED);
        } else {
            OK(halls_hand_over(w.halls, hall, now, &next, &w.err));
            over = true;
            assert_int_equal(hall_day(next), day + 1);
            assert_int_equal(line_waiting(hall_line(next), 0), waiting);
            assert_int_equal(line_first(hall_line(next), 0), first);
        }
    }
    assert_true(over);
    hall = at(evening_ms + hours * HOUR_MS, false);
    OK(hall_mark(hall, true, evening_ms + hours * HOUR_MS, &w.err));
}

static void test_a_night(void **state)
{
    (void)state;
    night(TEST_MORNING + 14 * HOUR_MS, 20);
}

/* 2027-03-28 has 23 hours in Berlin; on Lord Howe 2027-04-04 has half an hour more, and in Chile 2027-09-05 begins an hour late. */
static void test_clocks_are_changed(void **state)
{
    (void)state;
    static const struct { const char *zone; struct date date; } changes[] = {
        {"Europe/Berlin", {2027, 3, 28}}, {"Australia/Lord_Howe", {2027, 4, 4}}, {"Asia/Phnom_Penh", {2027, 5, 1}}, {"America/Santiago", {2027, 9, 5}}};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        w.node->time_zone = str_from(changes[i].zone);
        const int64_t day = date_to_days(changes[i].date);
        int64_t evening = (day - 1) * DAY_MS;
        while (halls_today(w.node, evening) < (uint32_t)day) /* the last half hour of the day before, where the hall is */
            evening += HOUR_MS / 2;
        night(evening - HOUR_MS / 2, 22);
        const uint32_t today = halls_today(w.node, evening);
        assert_int_equal(today, day);
    }
}

static struct serve_context job;

static void tend(int64_t now_ms)
{
    struct err err = {0};
    (void)(halls_job.run(&job, now_ms, &err) < 0); /* no holder answers here, and nobody is to be called */
}

/* Nobody hands over: the node does it after a day and a half, once; when nobody was there any more, the day is over. */
static void test_the_clock_hands_over(void **state)
{
    (void)state;
    const int64_t began = TEST_MORNING, longest = began + DAY_LONGEST_MS;
    job = (struct serve_context){.node = w.node};
    struct hall *hall = at(began, true);
    enter(hall, began);
    for (int64_t now = began; now < longest - 60000; now += HOUR_MS / 2) {
        enter(at(now, false), now);
        tend(now);
        assert_int_equal(hall_day(at(now, false)), TEST_DAY);
    }
    tend(longest - 59000);
    hall = at(longest - 59000, false);
    assert_int_equal(hall_day(hall), TEST_DAY + 1);
    assert_false(hall_closed(hall));
    const uint32_t waiting = line_waiting(hall_line(hall), 0);
    assert_true(waiting > 70);
    enter(hall, longest);
    tend(longest + DAY_LONGEST_MS); /* for a day and a half nothing happened */
    struct hall *none;
    assert_int_equal(halls_open(w.halls, w.setup.id, false, longest + DAY_LONGEST_MS, &none, &w.err), ERR_NOT_FOUND);
    hall = at(longest + DAY_LONGEST_MS, true);
    assert_int_equal(line_totals(hall_line(hall))->came_over, 0);
    halls_job.close(job.state);
}

/* Cut off between the end of one day and the begin of the next: the clock begins it. */
static void test_cut_off_while_handing_over(void **state)
{
    (void)state;
    const int64_t night = TEST_MORNING + 19 * HOUR_MS;
    job = (struct serve_context){.node = w.node};
    struct hall *hall = at(TEST_MORNING, true);
    enter(hall, TEST_MORNING);
    OK(hall_hand_over(hall, night, &w.err));
    assert_true(halls_today(w.node, night) == TEST_DAY + 1);
    tend(night + 1000);
    hall = at(night + 2000, false);
    assert_int_equal(hall_day(hall), TEST_DAY + 1);
    assert_int_equal(line_waiting(hall_line(hall), 0), 1);
    halls_job.close(job.state);
}

static int add_piece(void *arg, bytes piece, struct err *err)
{
    (void)err;
    buf_add_bytes(arg, piece.p, piece.len);
    return 0;
}

/* Another rule counts from the next day on, takes two, and a stranger sees it; a rule that no two posted begins no day. */
static void test_another_rule(void **state)
{
    (void)state;
    static const struct actor operator = {.name = STR("an operator"), .role = STR("operator")};
    const int64_t next_ms = TEST_MORNING + DAY_MS;
    struct hall_setup other = w.setup;
    struct hall *hall = at(TEST_MORNING, true), *next;
    const uint32_t first = enter(hall, TEST_MORNING);
    other.lanes[1] = STR("Families");
    other.rule = (struct line_rule){.window = 8, .n_lanes = 2, .n_counters = 3, .serves = {3, 0, 2}};
    assert_int_equal(hall_change(w.node, &operator, w.boss.member, w.boss.member, TEST_MORNING, &other, &w.err), ERR_DENIED);
    other.rule.n_counters = 1;
    assert_int_equal(hall_change(w.node, &operator, w.boss.member, w.officer.member, TEST_MORNING, &other, &w.err), ERR_INPUT);
    other.rule.n_counters = 3;
    other.rule.cap = 7;
    OK(hall_make(w.node, &w.boss, TEST_MORNING, &other, &w.err)); /* one alone: no day begins with it */
    OK(hall_hand_over(hall, next_ms, &w.err));
    assert_int_equal(halls_open(w.halls, w.setup.id, true, next_ms, &next, &w.err), ERR_DENIED);
    other.rule.cap = 0;
    OK(hall_change(w.node, &operator, w.boss.member, w.officer.member, next_ms, &other, &w.err));
    hall = at(next_ms + 1000, true);
    assert_true(line_rule(hall_line(hall))->n_counters == 3 && line_rule(hall_line(hall))->window == 8 && line_first(hall_line(hall), 0) == first);
    enter(hall, next_ms + 1000);
    const struct hall_hand hand = {&w.officer, next_ms + 2000};
    assert_int_equal(hall_sit(&hand, hall, 2, &w.err), ERR_INPUT); /* out of use */
    OK(hall_mark(hall, true, next_ms + 3000, &w.err));
    struct buf file = buf_new(w.a);
    struct note_verifier log;
    struct day_found found;
    OK(note_verifier_parse(log_vkey(w.node->log, w.a), &log, &w.err));
    OK(day_book_write(w.node, w.setup.id, TEST_DAY + 1, add_piece, &file, &w.err));
    OK(day_check(buf_bytes(&file), &log, &found, &w.err));
    assert_true(found.new_rule && found.rule_ms == next_ms && found.came_over && found.totals.came_over == 1);
    uint8_t *p = (uint8_t *)(uintptr_t)buf_bytes(&file).p;
    const size_t n = buf_bytes(&file).len;
    for (size_t i = sizeof DAY_MAGIC - 1; i < n; i += 2 + get_u16be(p + i)) /* the leaf of the rule is left out */
        if (p[i + 2] == 'R') {
            struct buf less = buf_new(w.a);
            const size_t len = 2 + (size_t)get_u16be(p + i);
            buf_add_bytes(&less, p, i);
            buf_add_bytes(&less, p + i + len, n - i - len);
            assert_int_equal(day_check(buf_bytes(&less), &log, &found, &w.err), ERR_CRYPTO);
            return;
        }
    fail_msg("no leaf of the rule is in the day");
}

/* The leaf of the rule says that there were two, and neither who they are nor why. */
static void test_another_rule_by_two_members(void **state)
{
    (void)state;
    static const struct approval_kind kinds[] = {{VERB_HALL_RULE, "another rule", hall_rule_agreed, NULL, hall_rule_posted, VERB_DESK}, {0}};
    const int64_t next_ms = TEST_MORNING + DAY_MS;
    const struct actor second = test_node_member(w.node, 3, ROLE_SUPERVISOR, TEST_MORNING);
    struct hall *hall = at(TEST_MORNING, true);
    struct hall_rule rule = {.now = w.setup};
    uint8_t id[ID_LEN], late[ID_LEN];
    int64_t leaves[3];
    rule.now.lanes[1] = STR("Families");
    rule.now.rule = (struct line_rule){.window = 8, .n_lanes = 2, .n_counters = 1, .serves = {3}};
    assert_int_equal(hall_rule_check(w.node->db, w.a, &rule, &w.err), ERR_INPUT); /* a counter is taken away */
    rule.now.rule.n_counters = 3;
    assert_int_equal(hall_rule_check(w.node->db, w.a, &rule, &w.err), 0);
    assert_true(rule.was.rule.n_counters == 2 && rule.now.rule.cap == LINE_CAP);
    assert_int_equal(hall_rule_ask(w.node, &w.officer, &rule, STR("a third counter"), TEST_MORNING, id, &w.err), ERR_DENIED);
    assert_int_equal(hall_rule_ask(w.node, &w.boss, &rule, STR(""), TEST_MORNING, id, &w.err), ERR_DENIED);
    assert_int_equal(hall_rule_ask(w.node, &w.boss, &rule, STR("a third counter"), TEST_MORNING, late, &w.err), ERR_PARKED);
    assert_int_equal(hall_rule_ask(w.node, &w.boss, &rule, STR("a third counter"), TEST_MORNING, id, &w.err), ERR_PARKED);
    assert_int_equal(approval_agree(w.node, kinds, &w.boss, id, TEST_MORNING, &w.err), ERR_DENIED);
    assert_int_equal(approval_agree(w.node, kinds, &w.officer, id, TEST_MORNING, &w.err), ERR_DENIED);
    OK(hall_find(w.node->db, w.setup.id, w.a, &rule.was, &w.err));
    assert_int_equal(rule.was.rule.n_counters, 2); /* not on one word */
    OK(log_size(w.node->log, w.node->db, &leaves[0], &w.err));
    OK(approval_agree(w.node, kinds, &second, id, TEST_MORNING, &w.err));
    OK(log_size(w.node->log, w.node->db, &leaves[1], &w.err));
    assert_int_equal(leaves[1], leaves[0] + 3); /* of the second, of the first, of the node */
    assert_int_equal(approval_agree(w.node, kinds, &second, id, TEST_MORNING, &w.err), ERR_EXISTS);
    assert_int_equal(approval_agree(w.node, kinds, &second, late, TEST_MORNING, &w.err), ERR_EXISTS); /* what it would change is no more */
    OK(log_size(w.node->log, w.node->db, &leaves[2], &w.err));
    assert_int_equal(leaves[2], leaves[1]);
    assert_int_equal(line_rule(hall_line(at(TEST_MORNING + HOUR_MS, false)))->n_counters, 2); /* the day that goes on keeps its own */
    OK(hall_hand_over(hall, next_ms, &w.err));
    hall = at(next_ms, true);
    assert_true(line_rule(hall_line(hall))->n_counters == 3 && line_rule(hall_line(hall))->window == 8);
    OK(hall_mark(hall, true, next_ms + 3000, &w.err));
    struct buf file = buf_new(w.a);
    struct note_verifier log;
    struct day_found found;
    OK(note_verifier_parse(log_vkey(w.node->log, w.a), &log, &w.err));
    OK(day_book_write(w.node, w.setup.id, TEST_DAY + 1, add_piece, &file, &w.err));
    OK(day_check(buf_bytes(&file), &log, &found, &w.err));
    assert_true(found.new_rule && found.rule_ms == TEST_MORNING);
    const str written = bytes_str(buf_bytes(&file));
    assert_false(str_contains(written, w.boss.name) || str_contains(written, second.name) || str_contains(written, STR("a third counter")));
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(test_a_night), TEST(test_clocks_are_changed), TEST(test_the_clock_hands_over), TEST(test_cut_off_while_handing_over), TEST(test_another_rule),
                                       TEST(test_another_rule_by_two_members)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
