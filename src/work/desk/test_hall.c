/* A hall at work: what officers press, calls that are drawn, two threads of one day, holders that are missing, and a stranger who checks it all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "trust/access/standing.h"
#include "trust/act/test_node.h"
#include "work/desk/hall.h"
#include "work/desk/hall_seen.h"
#include "trust/act/past.h"
#include "work/desk/override.h"
#include "work/desk/test_day_hall.h"

static const struct db_schema *const rooms[] = {&desk_day_schema, &desk_hall_schema, &desk_override_schema, NULL};

static const struct actor operator = {.name = STR("an operator"), .role = STR("operator")};

enum { ANN, BO, CHEN, BOSS, PEOPLE };

static struct {
    struct arena *a;
    const char *dir;
    struct node *node;
    struct test_hall keys; /* whose key holders answer here too */
    struct actor people[PEOPLE];
    struct hall_setup setup;
    struct hall *hall;
    struct hall_holders holders;
    int64_t now_ms;
    struct err err;
} w;

#define OK(expression) \
    do { \
        w.err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, w.err.text); \
    } while (0)

static void employ(int i, unsigned roles)
{
    struct access_member m = {.id = {(uint8_t)(i + 1)}, .roles = roles, .state = MEMBER_ACTIVE};
    OK(access_member_put(w.node->db, &m, &w.err));
    w.people[i] = (struct actor){.member = {(uint8_t)(i + 1)}, .role = STR("member"), .proved_ms = w.now_ms};
}

static void post_hall(void)
{
    struct day_keys keys = {.from_day = TEST_DAY - 1, .until_day = TEST_DAY + 30, .keys = w.keys.keys};
    w.setup = (struct hall_setup){.name = STR("Practice bridge"), .lanes = {STR("All passports"), STR("Families")},
                                  .rule = {.n_lanes = 2, .n_counters = 3, .n_posts = 2, .serves = {3, 3, 3}}};
    OK(hall_make(w.node, &w.people[BOSS], w.now_ms, &w.setup, &w.err));
    memcpy(keys.hall, w.setup.id, ID_LEN);
    OK(day_book_keys(w.node, &keys, true, w.now_ms - 2 * DAY_KEYS_AHEAD_MS, &w.err));
}

static int set_up(void **state)
{
    static const struct line_rule other = {.n_lanes = 1, .n_counters = 1, .serves = {1}};
    (void)state;
    memset(&w, 0, sizeof w);
    w.a = arena_new();
    w.now_ms = TEST_MORNING;
    if (test_node_open(w.a, rooms, TEST_MORNING - INT64_C(40) * DAY_KEYS_AHEAD_MS, &w.dir, &w.node) < 0)
        return -1;
    assert_true(test_hall_open(&w.keys, w.node, &other));
    OK(db_exec(w.node->db, "rollback", &w.err));
    w.holders = (struct hall_holders){test_hall_ask, &w.keys};
    for (int i = 0; i < PEOPLE; i++)
        employ(i, i == BOSS ? ROLE_SUPERVISOR : ROLE_OFFICER);
    post_hall();
    OK(hall_open(w.node, w.setup.id, TEST_DAY, w.now_ms, &w.hall, &w.err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    hall_close(w.hall);
    line_close(w.keys.line);
    arena_free(w.keys.a);
    test_node_close(w.node, w.dir);
    arena_free(w.a);
    return 0;
}

static struct hall_hand hand(int who)
{
    w.now_ms += 1000;
    return (struct hall_hand){&w.people[who], w.now_ms};
}

static uint32_t enter(int who, unsigned lane)
{
    const struct hall_hand h = hand(who);
    struct hall_ticket t;
    OK(hall_enter(&h, w.hall, lane, 1, 0, STR("P 1234567"), &t, &w.err));
    return t.number;
}

static void sit(int who, unsigned counter)
{
    const struct hall_hand h = hand(who);
    OK(hall_sit(&h, w.hall, counter, &w.err));
}

static unsigned serve(void)
{
    unsigned calls;
    OK(hall_serve(w.hall, &w.holders, w.now_ms, &calls, &w.err));
    return calls;
}

static int press(int who, enum line_kind kind, uint32_t ticket, unsigned counter)
{
    const struct hall_hand h = hand(who);
    return hall_press(&h, w.hall, &(struct line_event){.kind = kind, .ticket = ticket, .counter = (uint16_t)counter}, NULL, &w.err);
}

static uint32_t at(unsigned counter)
{
    return line_counter(hall_line(w.hall), counter)->ticket;
}

static int add_piece(void *arg, bytes piece, struct err *err)
{
    (void)err;
    buf_add_bytes(arg, piece.p, piece.len);
    return 0;
}

/* A day as a stranger gets it, and what she finds. */
static struct day_found checked_day(uint32_t day)
{
    struct buf file = buf_new(w.a);
    struct note_verifier log;
    struct day_found found;
    OK(note_verifier_parse(log_vkey(w.node->log, w.a), &log, &w.err));
    OK(day_book_write(w.node, w.setup.id, day, add_piece, &file, &w.err));
    OK(day_check(buf_bytes(&file), &log, &found, &w.err));
    return found;
}

static struct day_found checked(void)
{
    return checked_day(TEST_DAY);
}

static void test_a_day(void **state)
{
    (void)state;
    for (int i = 0; i < 30; i++)
        assert_int_equal(enter(ANN, i % 2), i + 1);
    sit(ANN, 1);
    sit(BO, 2);
    assert_int_equal(serve(), 2);
    assert_int_not_equal(at(1), at(2));
    for (int i = 0; i < 40 && (at(1) || at(2)); i++) {
        const int who = at(1) ? ANN : BO;
        const unsigned counter = at(1) ? 1 : 2;
        OK(press(who, i == 3 ? LINE_NO_SHOW : i == 7 ? LINE_MISMATCH : LINE_END, at(counter), 0));
        serve();
    }
    OK(press(ANN, LINE_CLOSE, 0, 1));
    OK(hall_mark(w.hall, true, w.now_ms, &w.err));
    const struct day_found found = checked();
    assert_true(found.closed);
    assert_int_equal(found.totals.tickets, 30);
    assert_int_equal(found.totals.calls, 30);
    assert_int_equal(found.totals.served, 28);
    assert_int_equal(found.totals.checks, 1);
    assert_int_equal(found.weak, 0);
    assert_true(found.totals.most_overtaken <= LINE_CAP);
    assert_int_equal(press(ANN, LINE_VOID, 30, 0), ERR_DENIED); /* the day is over */
}

static void test_nobody_presses_for_another(void **state)
{
    (void)state;
    unsigned seat;
    enter(ANN, 0);
    enter(ANN, 0);
    sit(ANN, 1);
    sit(BO, 2);
    serve();
    assert_int_equal(press(BO, LINE_END, at(1), 0), ERR_DENIED);
    assert_int_equal(press(CHEN, LINE_NO_SHOW, at(1), 0), ERR_DENIED);
    assert_int_equal(press(BO, LINE_CLOSE, 0, 1), ERR_DENIED);
    assert_int_equal(press(BO, LINE_CALL, at(1), 1), ERR_USAGE);
    const struct hall_hand again = hand(ANN), third = hand(CHEN);
    assert_int_equal(hall_sit(&again, w.hall, 3, &w.err), ERR_EXISTS);
    int64_t before, after;
    OK(log_size(w.node->log, w.node->db, &before, &w.err));
    OK(hall_sit(&again, w.hall, 1, &w.err)); /* pressed twice */
    OK(log_size(w.node->log, w.node->db, &after, &w.err));
    assert_true(before == after);
    assert_int_equal(hall_sit(&third, w.hall, 2, &w.err), ERR_INPUT);
    assert_int_equal(hall_sit(&third, w.hall, 4, &w.err), ERR_INPUT);
    OK(press(ANN, LINE_END, at(1), 0));
    OK(press(ANN, LINE_CLOSE, 0, 1));
    OK(hall_seat(w.hall, w.people[ANN].member, &seat, &w.err));
    assert_int_equal(seat, 0);
    sit(ANN, 3);
    OK(hall_seat(w.hall, w.people[ANN].member, &seat, &w.err));
    assert_int_equal(seat, 3);
    const struct actor stranger = {.member = {99}, .role = STR("member")};
    struct hall_ticket t;
    assert_int_equal(hall_enter(&(struct hall_hand){&stranger, w.now_ms}, w.hall, 0, 1, 0, STR("P 1"), &t, &w.err), ERR_DENIED);
}

/* Another connection presses too: each reads on what the other wrote. */
/* The node stops with a call open and comes back after midnight: that call is drawn, nobody else is called, and the day ends. */
static void test_a_call_is_open_at_midnight(void **state)
{
    (void)state;
    bool open;
    unsigned calls;
    for (int i = 0; i < 5; i++)
        enter(ANN, 0);
    sit(ANN, 1);
    w.keys.there = 0;
    assert_int_equal(hall_serve(w.hall, &w.holders, w.now_ms, &calls, &w.err), ERR_RETRY);
    w.now_ms += INT64_C(20) * 3600 * 1000;
    assert_false(hall_settled(w.hall));
    assert_int_equal(hall_mark(w.hall, true, w.now_ms, &w.err), ERR_RETRY);
    assert_int_equal(hall_settle(w.hall, &w.holders, w.now_ms, &w.err), ERR_RETRY);
    w.keys.there = TEST_ALL_HOLDERS;
    OK(hall_settle(w.hall, &w.holders, w.now_ms, &w.err));
    assert_true(hall_settled(w.hall) && at(1) > 0);
    OK(hall_settle(w.hall, &w.holders, w.now_ms, &w.err)); /* nothing is left */
    OK(day_book_goes_on(w.node, w.setup.id, TEST_DAY, &open, &w.err));
    assert_true(open);
    OK(hall_mark(w.hall, false, w.now_ms, &w.err));
    OK(day_book_goes_on(w.node, w.setup.id, TEST_DAY, &open, &w.err));
    assert_true(open);
    OK(hall_mark(w.hall, true, w.now_ms, &w.err));
    OK(day_book_goes_on(w.node, w.setup.id, TEST_DAY, &open, &w.err));
    assert_true(!open && checked().closed && checked().totals.calls == 1 && checked().late > 0);
    OK(day_book_goes_on(w.node, w.setup.id, TEST_DAY + 1, &open, &w.err)); /* never begun */
    assert_false(open);
}

static int ask_and_one_lies(void *arg, const struct draw *what, bytes known, struct draw_answers *out, struct err *err)
{
    int r = test_hall_ask(arg, what, known, out, err);
    out->answers[1].response.b[0] ^= 1; /* of holder 2 */
    return r;
}

/* Who answers wrongly is left out, and the log names it, once. */
static void test_wrong_answers_are_noted(void **state)
{
    (void)state;
    int64_t before, after;
    for (int i = 0; i < 5; i++)
        enter(ANN, 0);
    sit(ANN, 1);
    w.holders.ask = ask_and_one_lies;
    OK(log_size(w.node->log, w.node->db, &before, &w.err));
    assert_int_equal(serve(), 1);
    OK(log_size(w.node->log, w.node->db, &after, &w.err));
    assert_int_equal(after - before, 1);
    OK(press(ANN, LINE_END, at(1), 0));
    assert_int_equal(serve(), 1);
    OK(log_size(w.node->log, w.node->db, &before, &w.err));
    assert_int_equal(before - after, 1); /* her press alone */
    bytes opening;
    OK(past_opening(w.node, after - 1, w.a, &opening, &w.err));
    assert_true(str_contains(bytes_str(opening), STR("\"draw\":1,\"wrong_answers_of\":[2]")));
    OK(hall_mark(w.hall, false, w.now_ms, &w.err));
    const struct day_found found = checked();
    assert_true(found.draws == 2 && found.weak == 0 && found.answers[1] == 0);
}

/* Two processes serve one hall: one calls while the other is still asking. The call is made once, and that is nobody's error. */
static struct hall *quicker;

static int ask_while_another_calls(void *arg, const struct draw *what, bytes known, struct draw_answers *out, struct err *err)
{
    struct hall *other = quicker;
    quicker = NULL;
    if (other) {
        unsigned calls;
        OK(hall_serve(other, &(struct hall_holders){test_hall_ask, &w.keys}, w.now_ms, &calls, &w.err));
        assert_int_equal(calls, 1);
    }
    return test_hall_ask(arg, what, known, out, err);
}

static void test_two_call_at_once(void **state)
{
    (void)state;
    struct node *own;
    struct hall *other;
    unsigned calls;
    OK(node_open_again(w.node, &own, &w.err));
    OK(hall_open(own, w.setup.id, TEST_DAY, w.now_ms, &other, &w.err));
    for (int i = 0; i < 5; i++)
        enter(ANN, 0);
    sit(ANN, 1);
    quicker = other;
    w.holders.ask = ask_while_another_calls;
    OK(hall_serve(w.hall, &w.holders, w.now_ms, &calls, &w.err));
    assert_true(quicker == NULL && calls == 0);
    OK(hall_mark(w.hall, false, w.now_ms, &w.err));
    assert_true(checked().totals.calls == 1 && checked().draws == 1);
    hall_close(other);
    node_close(own);
}

static void test_two_see_one_day(void **state)
{
    (void)state;
    struct node *own;
    struct hall *other, *first = w.hall;
    OK(node_open_again(w.node, &own, &w.err));
    OK(hall_open(own, w.setup.id, TEST_DAY, w.now_ms, &other, &w.err));
    enter(ANN, 0);
    w.hall = other;
    assert_int_equal(enter(BO, 1), 2);
    sit(BO, 2);
    w.hall = first;
    assert_int_equal(serve(), 1);
    OK(hall_follow(other, &w.err));
    assert_int_equal(line_fingerprint(hall_line(first)), line_fingerprint(hall_line(other)));
    w.hall = other;
    OK(press(BO, LINE_END, at(2), 0));
    w.hall = first;
    assert_int_equal(serve(), 1);
    OK(hall_follow(other, &w.err));
    assert_int_equal(line_fingerprint(hall_line(first)), line_fingerprint(hall_line(other)));
    OK(hall_mark(first, false, w.now_ms, &w.err));
    assert_int_equal(checked().totals.calls, 2);
    hall_close(other);
    node_close(own);
}

static void test_holders_are_missing(void **state)
{
    (void)state;
    unsigned calls;
    for (int i = 0; i < 12; i++)
        enter(ANN, 0);
    w.keys.there = 1 << 1 | 1 << 3; /* two of three: as good as all */
    sit(ANN, 1);
    assert_int_equal(serve(), 1);
    assert_int_equal(line_totals(hall_line(w.hall))->weak, 0);
    w.keys.there = 0; /* nobody: the call waits, and nothing is called in order */
    OK(press(ANN, LINE_END, at(1), 0));
    assert_int_equal(hall_serve(w.hall, &w.holders, w.now_ms, &calls, &w.err), ERR_RETRY);
    assert_int_equal(calls, 0);
    assert_int_equal(at(1), 0);
    assert_non_null(line_asked(hall_line(w.hall)));
    const uint32_t number = line_asked(hall_line(w.hall))->call;
    w.keys.there = 1 << 2; /* one: its lot, shown as weak */
    assert_int_equal(serve(), 1);
    assert_int_equal(line_totals(hall_line(w.hall))->weak, 1);
    assert_true(number == 2 && line_asked(hall_line(w.hall)) == NULL);
    OK(hall_mark(w.hall, false, w.now_ms, &w.err));
    assert_int_equal(checked().weak, 1);
}

/* What a holder was asked: the draw, and the records it was to answer for. */
static struct asked { struct draw draw; uint8_t known[HASH_LEN]; } asked;

static int ask_and_note(void *arg, const struct draw *what, bytes known, struct draw_answers *out, struct err *err)
{
    asked.draw = *what;
    memcpy(asked.known, known.p, HASH_LEN);
    return test_hall_ask(arg, what, known, out, err);
}

/* The node dies between asking and calling: what it asks afterwards is the same draw for the same records, and the same is called. */
static void test_it_dies_between_asking_and_calling(void **state)
{
    (void)state;
    unsigned calls;
    for (int i = 0; i < 12; i++)
        enter(ANN, (unsigned)i % 2);
    sit(ANN, 1);
    w.holders.ask = ask_and_note;
    w.keys.there = 0;
    assert_int_equal(hall_serve(w.hall, &w.holders, w.now_ms, &calls, &w.err), ERR_RETRY);
    const struct asked before = asked;
    hall_close(w.hall);
    OK(hall_open(w.node, w.setup.id, TEST_DAY, w.now_ms + 60000, &w.hall, &w.err));
    const struct hall_hand ann = hand(ANN);
    struct hall_ticket t;
    assert_int_equal(hall_enter(&ann, w.hall, 0, 1, 0, STR("P 7654321"), &t, &w.err), ERR_RETRY); /* nobody gets into the window */
    w.keys.there = TEST_ALL_HOLDERS;
    assert_int_equal(serve(), 1);
    assert_memory_equal(&asked, &before, sizeof asked);
    assert_true(asked.draw.number == 1 && at(1) > 0);
    OK(hall_mark(w.hall, false, w.now_ms, &w.err));
    assert_int_equal(checked().draws, 1);
}

/* The clock is put back by an hour in the middle of a day: the day holds all the same, weak calls too. */
static void test_the_clock_is_put_back(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        enter(ANN, 0);
    sit(ANN, 1);
    assert_int_equal(serve(), 1);
    w.now_ms -= 3600 * 1000;
    OK(hall_mark(w.hall, false, w.now_ms, &w.err));
    checked();
    w.keys.there = 1 << 2;
    OK(press(ANN, LINE_END, at(1), 0));
    assert_int_equal(serve(), 1);
    OK(hall_mark(w.hall, true, w.now_ms, &w.err));
    assert_int_equal(checked().weak, 1);
    assert_true(checked().closed);
}

/* Holders answer for a check once, for the records as they stood: nothing comes between. */
static void test_a_check_is_drawn_before_anything_else(void **state)
{
    (void)state;
    unsigned calls;
    for (int i = 0; i < 3; i++)
        enter(ANN, 0);
    sit(ANN, 1);
    serve();
    const uint32_t wrong = at(1);
    OK(press(ANN, LINE_MISMATCH, wrong, 0));
    w.keys.there = 0;
    assert_int_equal(hall_serve(w.hall, &w.holders, w.now_ms, &calls, &w.err), ERR_RETRY);
    assert_int_equal(calls, 0);
    assert_int_equal(press(ANN, LINE_VOID, wrong % 3 + 1, 0), ERR_RETRY);
    assert_int_equal(hall_mark(w.hall, true, w.now_ms, &w.err), ERR_RETRY);
    w.keys.there = TEST_ALL_HOLDERS;
    assert_int_equal(serve(), 1);
    assert_int_equal(line_ticket(hall_line(w.hall), wrong)->state, LINE_CHECKED);
    OK(hall_mark(w.hall, false, w.now_ms, &w.err));
    assert_int_equal(checked().totals.checks, 1);
}

/* A call without a draw: asked by one, agreed to by another who is a supervisor, made when the counter is free, in the record and counted. */
static void test_by_two(void **state)
{
    static const struct approval_kind kinds[] = {{VERB_HALL_OVERRIDE, "without a draw", override_agreed, NULL}, {0}};
    (void)state;
    uint8_t id[ID_LEN];
    struct override o = {.day = TEST_DAY, .counter = 1};
    memcpy(o.hall, w.setup.id, ID_LEN);
    for (int i = 0; i < 15; i++)
        enter(ANN, 0);
    sit(BO, 1);
    assert_int_equal(serve(), 1);
    o.ticket = at(1) == 15 ? 14 : 15;
    w.people[ANN].proved_ms = w.people[BOSS].proved_ms = w.now_ms;
    assert_int_equal(override_ask(w.node, &w.people[ANN], &o, STR(""), w.now_ms, id, &w.err), ERR_DENIED); /* without a reason */
    assert_int_equal(override_ask(w.node, &w.people[ANN], &o, STR("she is unwell"), w.now_ms, id, &w.err), ERR_PARKED);
    assert_int_equal(approval_agree(w.node, kinds, &w.people[ANN], id, w.now_ms, &w.err), ERR_DENIED);
    assert_int_equal(approval_agree(w.node, kinds, &w.people[CHEN], id, w.now_ms, &w.err), ERR_DENIED);
    OK(approval_agree(w.node, kinds, &w.people[BOSS], id, w.now_ms, &w.err));
    assert_int_equal(serve(), 0); /* he is busy */
    OK(press(BO, LINE_END, at(1), 0));
    assert_int_equal(serve(), 1);
    assert_int_equal(at(1), o.ticket);
    OK(press(BO, LINE_END, at(1), 0));
    assert_int_equal(serve(), 1); /* and then by lot again */
    assert_int_equal(line_totals(hall_line(w.hall))->overrides, 1);
    o = (struct override){.day = TEST_DAY, .ticket = 13}; /* too far behind for a window of ten; at whichever counter is free next */
    memcpy(o.hall, w.setup.id, ID_LEN);
    OK(override_by(w.node, &operator, &o, w.people[BO].member, w.people[BOSS].member, STR("why"), w.now_ms, &w.err));
    sit(CHEN, 3);
    assert_int_equal(serve(), 1);
    assert_int_equal(at(3), 13);
    assert_int_equal(hall_call_of(w.hall, 13)->call, 0);
    o.ticket = at(1); /* called already: nothing is left to do */
    assert_int_equal(override_by(w.node, &operator, &o, w.people[BO].member, w.people[BO].member, STR("why"), w.now_ms, &w.err), ERR_DENIED);
    OK(override_by(w.node, &operator, &o, w.people[BO].member, w.people[BOSS].member, STR("why"), w.now_ms, &w.err));
    assert_int_equal(serve(), 0);
    struct override *left;
    size_t n;
    OK(override_waiting(w.node->db, w.setup.id, TEST_DAY, w.a, &left, &n, &w.err));
    assert_int_equal(n, 0);
    OK(hall_mark(w.hall, false, w.now_ms, &w.err));
    const struct day_found found = checked();
    assert_int_equal(found.totals.overrides, 2);
    assert_int_equal(found.draws, 2);
}

/* What a counter is told of a call is what the draw gave; the paper and the document open the seal of a ticket, nothing else does. */
static void test_what_is_told_of_a_call(void **state)
{
    (void)state;
    struct hall_ticket t;
    const struct hall_hand h = hand(ANN);
    OK(hall_enter(&h, w.hall, 0, 3, 0, STR(" N 7654321 "), &t, &w.err));
    for (int i = 0; i < 11; i++)
        enter(ANN, i % 2);
    assert_true(hall_belongs(w.hall, t.number, t.salt, STR("N 7654321")));
    assert_false(hall_belongs(w.hall, t.number, t.salt, STR("N 7654322")));
    assert_false(hall_belongs(w.hall, t.number + 1, t.salt, STR("N 7654321")));
    assert_false(hall_belongs(w.hall, 99, t.salt, STR("N 7654321")));
    assert_null(hall_call_of(w.hall, t.number));
    sit(ANN, 1);
    serve();
    const struct hall_call *c = hall_call_of(w.hall, at(1)), *all;
    assert_non_null(c);
    assert_true(c->call == 1 && c->n == 10 && c->counter == 1 && c->no_choice && !c->due && !c->weak);
    for (unsigned i = 0; i < c->n; i++)
        assert_true(draw_lot(&c->beta, c->ticket) <= draw_lot(&c->beta, c->window[i]));
    assert_int_equal(hall_calls(w.hall, &all), 1);
    const struct hall_holder *seen;
    uint32_t draws;
    assert_int_equal(hall_holders_seen(w.hall, &seen, &draws), TEST_HOLDERS);
    assert_true(draws == 1 && seen[0].answered == 1 && seen[2].answered == 1);
    const struct hall_waits waits = hall_waits(w.hall, w.a);
    assert_true(waits.n == 1 && waits.most >= waits.mean && waits.mean > 0);
    /* another thread is told the same */
    struct hall *other;
    const uint32_t ticket = at(1);
    OK(hall_open(w.node, w.setup.id, TEST_DAY, w.now_ms, &other, &w.err));
    assert_memory_equal(hall_call_of(other, ticket), hall_call_of(w.hall, ticket), sizeof *c);
    assert_true(hall_belongs(other, t.number, t.salt, STR("N 7654321")));
    hall_close(other);
}

static void test_what_is_posted(void **state)
{
    (void)state;
    struct hall_setup found, bad = w.setup, *all;
    size_t n;
    OK(hall_find(w.node->db, w.setup.id, w.a, &found, &w.err));
    assert_true(str_eq(found.name, STR("Practice bridge")) && str_eq(found.lanes[1], STR("Families")));
    assert_memory_equal(&found.rule, &w.setup.rule, sizeof found.rule);
    OK(hall_list(w.node->db, w.a, &all, &n, &w.err));
    assert_int_equal(n, 1);
    bad.name = STR("  ");
    assert_int_equal(hall_make(w.node, &w.people[BOSS], w.now_ms, &bad, &w.err), ERR_INPUT);
    bad = w.setup;
    for (unsigned i = 0; i < bad.rule.n_counters; i++)
        bad.rule.serves[i] &= 1;
    assert_int_equal(hall_make(w.node, &w.people[BOSS], w.now_ms, &bad, &w.err), ERR_INPUT);
    assert_non_null(strstr(w.err.text, "no counter serves lane 2 (Families)"));
    bad = w.setup;
    bad.lanes[1] = STR("");
    assert_int_equal(hall_make(w.node, &w.people[BOSS], w.now_ms, &bad, &w.err), ERR_INPUT);
    assert_int_equal(hall_make(w.node, &w.people[ANN], w.now_ms, &w.setup, &w.err), ERR_DENIED);
    struct day_keys newer = {.from_day = TEST_DAY - 1, .until_day = TEST_DAY + 30, .keys = w.keys.keys};
    struct hall *none;
    memcpy(newer.hall, w.setup.id, ID_LEN);
    OK(day_book_keys(w.node, &newer, true, w.now_ms, &w.err)); /* too new: the day after begins with the older ones */
    assert_int_equal(hall_open(w.node, w.setup.id, TEST_DAY + 1, w.now_ms, &none, &w.err), ERR_EXISTS); /* today goes on */
    OK(hall_mark(w.hall, true, w.now_ms, &w.err));
    OK(hall_open(w.node, w.setup.id, TEST_DAY + 1, w.now_ms, &none, &w.err));
    OK(hall_mark(none, true, w.now_ms, &w.err));
    hall_close(none);
    assert_int_equal(hall_open(w.node, w.setup.id, TEST_DAY + 40, w.now_ms, &none, &w.err), ERR_NOT_FOUND); /* no keys for that day */
    assert_int_equal(hall_open(w.node, (const uint8_t[ID_LEN]){5}, TEST_DAY, w.now_ms, &none, &w.err), ERR_NOT_FOUND);
}

/* Nothing of who came over can be another: neither by a bit, nor left out. */
static void assert_sealed(uint32_t day)
{
    struct buf file = buf_new(w.a);
    struct note_verifier log;
    struct day_found found;
    OK(note_verifier_parse(log_vkey(w.node->log, w.a), &log, &w.err));
    OK(day_book_write(w.node, w.setup.id, day, add_piece, &file, &w.err));
    uint8_t *p = (uint8_t *)(uintptr_t)buf_bytes(&file).p;
    const size_t n = buf_bytes(&file).len, seen = n < 6000 ? n : 6000;
    for (size_t i = 0; i < seen; i++) {
        p[i] ^= (uint8_t)(1 << (i % 8));
        if (day_check((bytes){p, n}, &log, &found, &w.err) == 0)
            fail_msg("byte %zu of day %u can be another", i, day);
        p[i] ^= (uint8_t)(1 << (i % 8));
    }
    for (size_t i = sizeof DAY_MAGIC - 1; i < seen; i += 2 + get_u16be(p + i)) { /* a record less */
        const size_t len = 2 + (size_t)get_u16be(p + i);
        bytes parts[] = {{p, i}, {p + i + len, n - i - len}};
        struct buf less = buf_new(w.a);
        buf_add_bytes(&less, parts[0].p, parts[0].len);
        buf_add_bytes(&less, parts[1].p, parts[1].len);
        if (day_check(buf_bytes(&less), &log, &found, &w.err) == 0)
            fail_msg("the record at %zu of day %u can be left out", i, day);
    }
}

/* A post that works round the clock: the day runs over midnight, then goes over into the next one with everybody in her place. */
static void test_nobody_loses_her_place_at_midnight(void **state)
{
    (void)state;
    const int64_t midnight = (int64_t)(TEST_DAY + 1) * 24 * 3600 * 1000;
    struct hall *first = w.hall, *next;
    struct hall_ticket mine;
    struct hall_seated *seats;
    unsigned seat;
    size_t n;
    w.now_ms = midnight - 60000;
    for (int i = 0; i < 20; i++)
        enter(ANN, i % 2);
    const struct hall_hand h = hand(ANN);
    OK(hall_enter(&h, w.hall, 0, 4, 0, STR("N 7654321"), &mine, &w.err));
    sit(ANN, 1);
    sit(BO, 2);
    assert_int_equal(serve(), 2);
    const uint32_t gone = at(1);
    OK(press(ANN, LINE_NO_SHOW, gone, 0));
    serve();
    OK(press(BO, LINE_REFUSE, at(2), 0)); /* back to the end of the line, with a try */
    serve();
    OK(hall_mark(w.hall, false, w.now_ms, &w.err));
    w.now_ms = midnight + 3600000; /* the same day: nothing ends at midnight */
    OK(press(ANN, LINE_END, at(1), 0));
    assert_int_equal(serve(), 1);
    const uint32_t calls = line_totals(hall_line(first))->calls, at_ann = at(1), at_bo = at(2);
    const unsigned waiting = line_waiting(hall_line(first), 0) + line_waiting(hall_line(first), 1);
    assert_true(calls == 5 && at_ann && at_bo && waiting == 17);
    OK(hall_hand_over(first, w.now_ms, &w.err));
    assert_int_equal(press(ANN, LINE_END, at_ann, 0), ERR_DENIED);
    OK(hall_open(w.node, w.setup.id, TEST_DAY + 1, w.now_ms, &next, &w.err));
    w.hall = next;
    /* lane by lane the same tickets in the same order, with tries and overtakes */
    for (unsigned lane = 0; lane < 2; lane++) {
        uint32_t was = line_first(hall_line(first), lane), is = line_first(hall_line(next), lane);
        for (; was || is; was = line_ticket(hall_line(first), was)->after, is = line_ticket(hall_line(next), is)->after) {
            const struct line_ticket *t = line_ticket(hall_line(next), is), *before = line_ticket(hall_line(first), was);
            assert_true(was == is && t->tries == before->tries && t->overtaken == before->overtaken && t->entered == before->entered);
        }
    }
    assert_true(at(1) == at_ann && at(2) == at_bo && hall_call_of(next, at_ann)->before);
    assert_true(hall_belongs(next, mine.number, mine.salt, STR("N 7654321")) && !hall_belongs(next, mine.number, mine.salt, STR("N 7654322")));
    OK(hall_seat(next, w.people[ANN].member, &seat, &w.err));
    assert_int_equal(seat, 1);
    OK(hall_seats(w.node->db, w.setup.id, TEST_DAY, w.a, &seats, &n, &w.err));
    assert_true(n == 2 && seats[0].until_ms == w.now_ms);
    /* and it goes on: who was away is back, numbers go on, calls have their own number of this day */
    OK(press(BO, LINE_RETURN, gone, 0));
    assert_int_equal(enter(ANN, 0), 22);
    OK(press(ANN, LINE_END, at(1), 0));
    assert_int_equal(serve(), 1);
    assert_int_equal(hall_call_of(next, at(1))->call, 1);
    for (int i = 0; i < 60 && (at(1) || at(2)); i++) {
        OK(press(at(1) ? ANN : BO, LINE_END, at(at(1) ? 1 : 2), 0));
        serve();
    }
    OK(hall_mark(next, true, w.now_ms, &w.err));
    const struct day_found one = checked(), two = checked_day(TEST_DAY + 1);
    assert_true(one.closed && one.handed && one.goes_over == 20 && !one.before);
    assert_true(two.came_over && two.before == TEST_DAY && !two.handed && !two.new_rule && two.totals.came_over == 20);
    assert_int_equal(two.totals.served, 21);
    assert_sealed(TEST_DAY + 1);
    /* a thread that opens it anew sees the same */
    struct hall *again;
    OK(hall_open(w.node, w.setup.id, TEST_DAY + 1, w.now_ms, &again, &w.err));
    assert_int_equal(line_fingerprint(hall_line(again)), line_fingerprint(hall_line(next)));
    hall_close(again);
    hall_close(first);
}

/* Not for ever: who waits then goes over. */
static void test_a_day_has_its_longest(void **state)
{
    (void)state;
    enter(ANN, 0);
    const int64_t began = w.now_ms;
    sit(ANN, 1);
    serve();
    OK(hall_mark(w.hall, false, w.now_ms, &w.err));
    assert_false(hall_lapsed(w.hall, began + DAY_LONGEST_MS - 61000));
    w.now_ms = began + DAY_LONGEST_MS - 60000;
    assert_true(hall_lapsed(w.hall, w.now_ms));
    enter(ANN, 0);
    OK(hall_mark(w.hall, false, w.now_ms, &w.err));
    w.now_ms = began + DAY_LONGEST_MS;
    assert_int_equal(press(ANN, LINE_END, at(1), 0), ERR_DENIED);
    OK(hall_follow(w.hall, &w.err));
    assert_int_equal(at(1), 1);
    OK(hall_hand_over(w.hall, w.now_ms, &w.err));
    hall_close(w.hall);
    OK(hall_open(w.node, w.setup.id, TEST_DAY + 2, w.now_ms, &w.hall, &w.err));
    OK(press(ANN, LINE_END, at(1), 0));
    assert_int_equal(serve(), 1);
    OK(hall_mark(w.hall, false, w.now_ms, &w.err));
    assert_int_equal(checked().goes_over, 2);
    assert_int_equal(checked_day(TEST_DAY + 2).totals.served, 1);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(test_a_day), TEST(test_nobody_presses_for_another), TEST(test_two_see_one_day), TEST(test_holders_are_missing),
                                       TEST(test_a_check_is_drawn_before_anything_else), TEST(test_it_dies_between_asking_and_calling), TEST(test_the_clock_is_put_back), TEST(test_two_call_at_once), TEST(test_wrong_answers_are_noted), TEST(test_a_call_is_open_at_midnight),
                                       TEST(test_what_is_told_of_a_call), TEST(test_by_two), TEST(test_nobody_loses_her_place_at_midnight), TEST(test_a_day_has_its_longest), TEST(test_what_is_posted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
