/* line: every transition, and what holds on any day: nobody is overtaken more often than the cap, nobody is lost, a replay is the same day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "work/desk/test_line_small.h"

static const uint64_t lots3[] = {8, 2, 5}, equal[LINE_WINDOW_MAX];

static struct line_outcome call(struct line *line, uint16_t counter, const uint64_t *lots)
{
    APPLY(line, LINE_ASK, .counter = counter);
    return APPLY(line, LINE_CALL, .counter = counter, .lots = lots);
}

static void open_counter(struct line *line, uint16_t counter)
{
    APPLY(line, LINE_OPEN, .counter = counter);
    APPLY(line, LINE_READY, .counter = counter);
}

/* --- the table --------------------------------------------------------------------------------------------------- */

/* A line whose ticket 1 and counter 1 stand in the wanted states. Two more tickets wait. */
static struct line *in_state(enum line_state ticket, enum line_counter_state counter)
{
    struct line *line = small(1);
    for (int i = 0; i < 3; i++)
        APPLY(line, LINE_ENTER);
    if (ticket != LINE_WAITING && ticket != LINE_VOIDED) {
        open_counter(line, 2);
        call(line, 2, equal);
    }
    static const struct line_event then[LINE_STATES] = {
        [LINE_SERVED] = {LINE_END, 0, 1}, [LINE_GONE] = {LINE_NO_SHOW, 0, 1}, [LINE_SECONDARY] = {LINE_MISMATCH, 0, 1},
        [LINE_CHECKED] = {LINE_MISMATCH, 0, 1}, [LINE_VOIDED] = {LINE_VOID, 0, 1}};
    if (ticket != LINE_WAITING && ticket != LINE_CALLED)
        apply_or_fail(line, &then[ticket]);
    if (ticket == LINE_CHECKED)
        APPLY(line, LINE_CHECK, .ticket = 1, .lots = lots3);
    if (counter == LINE_CLOSED)
        return line;
    APPLY(line, LINE_OPEN, .counter = 1);
    if (counter > LINE_IDLE)
        APPLY(line, LINE_READY, .counter = 1);
    if (counter == LINE_ASKING)
        APPLY(line, LINE_ASK, .counter = 1);
    if (counter == LINE_BUSY || counter == LINE_CLOSING)
        APPLY(line, LINE_OVERRIDE, .counter = 1, .ticket = 3, .persons = {1, 2});
    if (counter == LINE_CLOSING)
        APPLY(line, LINE_CLOSE, .counter = 1);
    return line;
}

/* What is allowed and what it leads to, said a second time and in another way than in line.c: 'w' waiting, 'c' called, 's' served, 'n' no-show,
 * '2' secondary, 'k' checked, 'v' void; counters: 'x' closed, 'i' idle, 'f' free, 'a' asking, 'b' busy, '>' closing. "from>to" pairs. */
static const char ticket_letters[] = "-wcsn2kv", counter_letters[] = "xifab>";
static const struct {
    enum line_kind kind;
    const char *tickets, *counters; /* pairs of letters; "" is of no matter */
} expected[] = {
    {LINE_OPEN, "", "xi"},       {LINE_READY, "", "if"},          {LINE_ASK, "", "fa"},      {LINE_CALL, "", "ab"},
    {LINE_NO_SHOW, "cn", ""},    {LINE_REFUSE, "cw", ""},         {LINE_RETURN, "nw", ""},   {LINE_END, "cs", ""},
    {LINE_VOID, "wvcvnv2v", ""}, {LINE_MISMATCH, "c2", ""},       {LINE_CHECK, "2k", ""},    {LINE_OVERRIDE, "wc", "fb"},
    {LINE_CLOSE, "", "ixfxb>"},  {LINE_POST, "", "xx"},
};

static char leads_to(const char *pairs, char from)
{
    for (; *pairs; pairs += 2)
        if (*pairs == from)
            return pairs[1];
    return 0;
}

static void test_every_transition(void **state)
{
    (void)state;
    int allowed = 0;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        for (enum line_state t = LINE_WAITING; t < LINE_STATES; t++)
            for (enum line_counter_state c = LINE_CLOSED; c < LINE_COUNTER_STATES; c++) {
                struct line *line = in_state(t, c);
                assert_int_equal(line_ticket(line, 1)->state, t);
                assert_int_equal(line_counter(line, 1)->state, c);
                const char *tickets = expected[i].tickets, *counters = expected[i].counters;
                const char ticket_to = leads_to(tickets, ticket_letters[t]), counter_to = leads_to(counters, counter_letters[c]);
                struct line_event e = {.kind = expected[i].kind, .at = 2, .ticket = *tickets ? 1 : 0, .counter = *counters ? 1 : 0,
                                       .persons = {7, 8}, .serves = 1, .lots = lots3};
                /* ticket 1 stands in the window of the open question: it stays until the call */
                const bool bound = c == LINE_ASKING && t == LINE_WAITING;
                if ((*tickets && !ticket_to) || (*counters && !counter_to) || (bound && e.kind == LINE_VOID)) {
                    assert_true(refused(line, &e) < 0);
                } else {
                    struct line_outcome o = apply_or_fail(line, &e);
                    allowed++;
                    if (ticket_to)
                        assert_int_equal(ticket_letters[line_ticket(line, 1)->state], ticket_to);
                    if (counter_to)
                        assert_int_equal(counter_letters[line_counter(line, 1)->state], counter_to);
                    if (ticket_to)
                        assert_int_equal(o.ticket_state, line_ticket(line, 1)->state);
                    if (t == LINE_CALLED && *tickets) /* a case that ends makes its counter ready by itself */
                        assert_int_equal(line_counter(line, 2)->state, LINE_FREE);
                }
                line_close(line);
            }
    assert_int_equal(allowed, 4 * 7 + 6 * 6 + (4 * 6 - 1) + 1 + 3 * 7 + 7);
}

static void test_what_does_not_exist(void **state)
{
    (void)state;
    struct line *line = in_state(LINE_WAITING, LINE_FREE);
    REFUSED(line, ERR_NOT_FOUND, LINE_END, .at = 2, .ticket = 99);
    REFUSED(line, ERR_NOT_FOUND, LINE_END, .at = 2, .ticket = 0);
    REFUSED(line, ERR_NOT_FOUND, LINE_OPEN, .at = 2, .counter = 3);
    REFUSED(line, ERR_NOT_FOUND, LINE_OPEN, .at = 2, .counter = 0);
    REFUSED(line, ERR_NOT_FOUND, LINE_ENTER, .at = 2, .lane = 1);
    REFUSED(line, ERR_CORRUPT, LINE_ENTER, .at = 2, .ticket = 7);
    REFUSED(line, ERR_INPUT, LINE_ENTER, .at = -1); /* time does not go back */
    REFUSED(line, ERR_INPUT, LINE_KINDS, .at = 2);
    REFUSED(line, ERR_INPUT, LINE_CALL, .at = 2, .counter = 1, .lots = equal); /* nobody asked */
    REFUSED(line, ERR_DENIED, LINE_OVERRIDE, .at = 2, .counter = 1, .ticket = 2, .persons = {5, 5});
    REFUSED(line, ERR_DENIED, LINE_OVERRIDE, .at = 2, .counter = 1, .ticket = 2, .persons = {5, 0});
    REFUSED(line, ERR_DENIED, LINE_POST, .at = 2, .counter = 2, .serves = 1);
    REFUSED(line, ERR_NOT_FOUND, LINE_POST, .at = 2, .counter = 2, .serves = 2, .persons = {1, 2});
    REFUSED(line, ERR_INPUT, LINE_POST, .at = 2, .counter = 2, .serves = 0, .persons = {1, 2});
    line_close(line);
}

static void test_rules_that_cannot_be(void **state)
{
    (void)state;
    static const struct line_rule bad[] = {
        {.n_lanes = 0, .n_counters = 1, .serves = {1}},
        {.n_lanes = 1, .n_counters = 0},
        {.n_lanes = 1, .n_counters = 2},                              /* no counter serves anybody */
        {.n_lanes = 1, .n_counters = 1, .serves = {2}},               /* a lane that is not there */
        {.window = 2, .n_lanes = 3, .n_counters = 1, .serves = {7}},  /* one lane would never be in the window */
        {.window = LINE_WINDOW_MAX + 1, .n_lanes = 1, .n_counters = 1, .serves = {1}},
        {.n_lanes = 1, .n_counters = 1, .serves = {1}, .n_posts = LINE_WINDOW_MAX + 1},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err err = {0};
        struct line *line;
        assert_true(line_open(&bad[i], &line, &err) < 0);
        assert_true(err.text[0]);
    }
}

/* --- calls -------------------------------------------------------------------------------------------------------- */

static void test_the_least_lot_of_the_window_is_called(void **state)
{
    (void)state;
    struct line *line = small(3);
    for (int i = 0; i < 5; i++)
        APPLY(line, LINE_ENTER, .party = 2);
    open_counter(line, 1);
    open_counter(line, 2);
    APPLY(line, LINE_ASK, .counter = 1);
    const struct line_window *w = line_asked(line);
    assert_int_equal(w->n, 3);
    assert_int_equal(w->call, 1);
    assert_int_equal(w->tickets[2], 3);
    REFUSED(line, ERR_INPUT, LINE_ASK, .counter = 2);   /* one question at a time */
    REFUSED(line, ERR_INPUT, LINE_CLOSE, .counter = 1); /* the call stands, whoever does not like it */
    REFUSED(line, ERR_INPUT, LINE_VOID, .ticket = 2);   /* nor is the winner taken out */
    REFUSED(line, ERR_INPUT, LINE_OVERRIDE, .counter = 2, .ticket = 2, .persons = {1, 2});
    APPLY(line, LINE_ENTER);                            /* whoever comes now is not in this window */
    REFUSED(line, ERR_INPUT, LINE_CALL, .counter = 1);  /* lots are missing */
    REFUSED(line, ERR_CORRUPT, LINE_CALL, .counter = 1, .ticket = 1, .lots = lots3);
    struct line_outcome o = APPLY(line, LINE_CALL, .counter = 1, .ticket = 2, .lots = lots3, .weak = true);
    assert_int_equal(o.ticket, 2);
    assert_int_equal(o.overtook, 1);
    assert_true(o.weak && !o.no_choice && !o.due);
    assert_int_equal(line_ticket(line, 1)->overtaken, 1);
    assert_int_equal(line_ticket(line, 3)->overtaken, 0);
    assert_int_equal(line_totals(line)->weak, 1);
    assert_int_equal(line_totals(line)->travellers, 11);
    assert_int_equal(call(line, 2, equal).ticket, 1); /* of equal lots the first in line */
    assert_int_equal(line_totals(line)->calls, 2);
    line_close(line);
}

/* When nobody waits and several officers do, whoever comes in does not know whom she gets: whichever counter asks. */
static void test_of_free_counters_one_is_drawn(void **state)
{
    (void)state;
    struct line_rule rule = {.n_lanes = 2, .n_counters = 5, .serves = {1, 3, 1, 1, 1}};
    int times[6] = {0};
    for (uint64_t lot = 0; lot < 30; lot++) {
        uint16_t drawn = 0;
        for (uint16_t asks = 1; asks <= 4; asks += 3) {
            struct line *line = open_or_fail(&rule);
            for (uint16_t c = 1; c <= 4; c++)
                open_counter(line, c);
            APPLY(line, LINE_ENTER);
            APPLY(line, LINE_ASK, .counter = asks);
            assert_int_equal(line_asked(line)->n_free, 3); /* 1, 3, 4: counter 2 serves other lanes, 5 is closed */
            REFUSED(line, ERR_INPUT, LINE_CLOSE, .counter = 3); /* no counter leaves a draw */
            REFUSED(line, ERR_INPUT, LINE_CALL, .counter = 3, .lots = &lot); /* it did not ask */
            struct line_outcome o = APPLY(line, LINE_CALL, .counter = asks, .lots = &lot);
            assert_int_equal(line_counter(line, o.counter)->ticket, 1);
            int free = 0;
            for (unsigned c = 1; c <= 4; c++)
                free += line_counter(line, c)->state == LINE_FREE;
            assert_int_equal(free, 3);
            assert_int_equal(line_choices(line, 0), 4);
            assert_true(!drawn || drawn == o.counter);
            times[drawn = o.counter]++;
            line_close(line);
        }
    }
    assert_true(times[1] == 20 && times[3] == 20 && times[4] == 20);
}

static void test_whoever_is_due_is_next(void **state)
{
    (void)state;
    static const uint64_t last[] = {9, 9, 1};
    struct line_rule rule = {.window = 3, .cap = 4, .n_lanes = 1, .n_counters = 1, .serves = {1}};
    struct line *line = open_or_fail(&rule);
    for (int i = 0; i < 12; i++)
        APPLY(line, LINE_ENTER);
    open_counter(line, 1);
    for (uint32_t i = 0; i < 4; i++) {
        struct line_outcome o = call(line, 1, last);
        assert_int_equal(o.ticket, 3 + i);
        assert_true(o.no_choice);
        APPLY(line, LINE_END, .ticket = o.ticket);
    }
    APPLY(line, LINE_ASK, .counter = 1);
    assert_int_equal(line_asked(line)->due, 0);
    REFUSED(line, ERR_CORRUPT, LINE_CALL, .counter = 1, .ticket = 2);
    struct line_outcome o = APPLY(line, LINE_CALL, .counter = 1, .weak = true); /* no lots are asked for, and none can be weak */
    assert_true(o.ticket == 1 && o.due && !o.weak);
    APPLY(line, LINE_END, .ticket = 1);
    assert_int_equal(call(line, 1, last).ticket, 2);
    assert_int_equal(line_totals(line)->most_overtaken, 4);
    assert_int_equal(line_totals(line)->due, 2);
    line_close(line);
}

static void test_a_refused_call_is_a_try(void **state)
{
    (void)state;
    struct line *line = small(1);
    for (int i = 0; i < 3; i++)
        APPLY(line, LINE_ENTER);
    open_counter(line, 1);
    call(line, 1, equal);
    struct line_outcome o = APPLY(line, LINE_REFUSE, .ticket = 1);
    assert_int_equal(o.ticket_state, LINE_WAITING);
    assert_int_equal(o.counter, 1);
    assert_int_equal(line_ticket(line, 3)->after, 1); /* the end of the line */
    assert_int_equal(call(line, 1, equal).ticket, 2);
    APPLY(line, LINE_NO_SHOW, .ticket = 2);
    assert_int_equal(line_waiting(line, 0), 2);
    APPLY(line, LINE_RETURN, .ticket = 2); /* not to come is no cheaper than to refuse */
    assert_int_equal(line_ticket(line, 1)->after, 2);
    assert_int_equal(call(line, 1, equal).ticket, 3);
    APPLY(line, LINE_END, .ticket = 3);
    assert_int_equal(call(line, 1, equal).ticket, 1);
    o = APPLY(line, LINE_REFUSE, .ticket = 1);
    assert_int_equal(o.ticket_state, LINE_SECONDARY);
    assert_int_equal(line_ticket(line, 1)->check, 5); /* four calls before: its draw has the next number */
    assert_int_equal(call(line, 1, equal).call, 6);
    APPLY(line, LINE_NO_SHOW, .ticket = 2);
    assert_int_equal(APPLY(line, LINE_RETURN, .ticket = 2).ticket_state, LINE_SECONDARY);
    REFUSED(line, ERR_INPUT, LINE_CHECK, .ticket = 1);
    REFUSED(line, ERR_CORRUPT, LINE_CHECK, .ticket = 1, .lots = lots3, .counter = 1);
    o = APPLY(line, LINE_CHECK, .ticket = 1, .lots = lots3);
    assert_int_equal(o.counter, 2);
    assert_int_equal(o.call, 5);
    assert_int_equal(line_counter(line, 2)->state, LINE_CLOSED); /* posts are no counters */
    line_close(line);
}

static void test_a_counter_that_closes_ends_its_case_first(void **state)
{
    (void)state;
    struct line *line = small(1);
    APPLY(line, LINE_ENTER);
    APPLY(line, LINE_ENTER);
    open_counter(line, 1);
    call(line, 1, equal);
    assert_int_equal(line_choices(line, 0), 1);
    APPLY(line, LINE_CLOSE, .counter = 1);
    assert_int_equal(line_choices(line, 0), 0);
    REFUSED(line, ERR_INPUT, LINE_OPEN, .counter = 1);
    APPLY(line, LINE_END, .ticket = 1);
    assert_int_equal(line_counter(line, 1)->state, LINE_CLOSED);
    assert_false(line_may_ask(line, 1));
    open_counter(line, 1);
    assert_true(line_may_ask(line, 1));
    line_close(line);
}

/* --- lanes --------------------------------------------------------------------------------------------------------- */

static void test_priority_is_more_places_and_no_jump(void **state)
{
    (void)state;
    struct line_rule rule = {.n_lanes = 3, .n_counters = 3, .lanes = {{.weight = 1}, {.weight = 3, .needs = 4}, {.weight = 1}}, .serves = {3, 3, 4}};
    struct line *line = open_or_fail(&rule);
    REFUSED(line, ERR_DENIED, LINE_ENTER, .lane = 1, .eligible = 3);
    for (int i = 0; i < 20; i++)
        APPLY(line, LINE_ENTER);
    struct line_window w;
    line_window(line, 1, &w);
    assert_int_equal(w.n, 10); /* nobody else waits: the whole window */
    APPLY(line, LINE_ENTER, .lane = 1, .eligible = 5);
    line_window(line, 1, &w);
    assert_int_equal(w.n, 10);
    assert_int_equal(w.tickets[9], 21); /* one place of ten: before the other nineteen stood, and called no more surely than they */
    for (int i = 0; i < 20; i++)
        APPLY(line, LINE_ENTER, .lane = 1, .eligible = 4);
    line_window(line, 1, &w);
    int of_priority = 0;
    for (int i = 0; i < w.n; i++)
        of_priority += w.tickets[i] > 20;
    assert_int_equal(of_priority, 7); /* 1 : 3 of ten */
    line_window(line, 3, &w);
    assert_int_equal(w.n, 0);
    open_counter(line, 1);
    open_counter(line, 2);
    open_counter(line, 3);
    APPLY(line, LINE_ENTER, .lane = 2);
    assert_int_equal(line_choices(line, 0), 2);
    assert_false(APPLY(line, LINE_ASK, .counter = 1).no_choice);
    static const uint64_t lots[10] = {9, 9, 9, 9, 1, 9, 9, 9, 9, 9};
    struct line_outcome o = APPLY(line, LINE_CALL, .counter = 1, .lots = lots);
    assert_int_equal(line_ticket(line, o.ticket)->lane, 1);
    assert_int_equal(line_ticket(line, 1)->overtaken, 0); /* within a lane nobody passes: lanes share by weight */
    assert_true(call(line, 3, equal).no_choice);
    line_close(line);
}

/* --- any day -------------------------------------------------------------------------------------------------------- */

static uint64_t next(uint64_t *seed)
{
    *seed += 0x9e3779b97f4a7c15;
    uint64_t z = (*seed ^ *seed >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

struct day {
    struct arena *a;
    struct line_event *events;
    size_t n, room;
};

/* As the log keeps it: with the ticket that was called, and the lots that anybody can draw again. */
static void record(struct day *d, struct line_event e, const struct line_outcome *o)
{
    if (e.lots) {
        uint64_t *lots = arena_array(d->a, uint64_t, LINE_WINDOW_MAX);
        memcpy(lots, e.lots, LINE_WINDOW_MAX * sizeof *lots);
        e.lots = lots;
    }
    if (e.kind == LINE_CALL)
        e.ticket = o->ticket;
    if (e.kind == LINE_CHECK)
        e.counter = o->counter;
    arena_one_more(d->a, d->events, d->n, d->room);
    d->events[d->n++] = e;
}

static void check_line(const struct line *line, uint32_t n_tickets)
{
    const struct line_rule *rule = line_rule(line);
    uint32_t waiting = 0, busy = 0, called = 0, held = 0;
    for (unsigned l = 0; l < rule->n_lanes; l++) {
        uint64_t place = 0;
        uint32_t before = 0, n = 0;
        for (uint32_t id = line_first(line, l); id; id = line_ticket(line, id)->after, n++) {
            const struct line_ticket *t = line_ticket(line, id);
            assert_true(t->lane == l && t->state == LINE_WAITING && t->before == before && t->place > place);
            assert_true(t->overtaken <= rule->cap);
            place = t->place;
            before = id;
        }
        assert_int_equal(n, line_waiting(line, l));
        waiting += n;
    }
    for (uint32_t id = 1; id <= n_tickets; id++) {
        held += line_ticket(line, id)->state == LINE_WAITING;
        called += line_ticket(line, id)->state == LINE_CALLED;
    }
    assert_int_equal(held, waiting);
    for (unsigned c = 1; c <= rule->n_counters; c++) {
        const struct line_counter *counter = line_counter(line, c);
        busy += counter->state == LINE_BUSY || counter->state == LINE_CLOSING;
        if (counter->ticket)
            assert_int_equal(line_ticket(line, counter->ticket)->counter, c);
    }
    assert_int_equal(busy, called);
    assert_true(line_totals(line)->most_overtaken <= rule->cap);
}

/* Random events, many of which do not fit: those change nothing. */
static void live(struct line *line, struct day *d, uint64_t seed, int n_events)
{
    uint64_t lots[LINE_WINDOW_MAX];
    uint32_t n_tickets = 0;
    int64_t at = 0;
    for (int i = 0; i < n_events; i++) {
        const struct line_rule *rule = line_rule(line);
        for (size_t k = 0; k < LINE_WINDOW_MAX; k++)
            lots[k] = next(&seed);
        static const uint8_t often[] = {LINE_ENTER, LINE_ENTER, LINE_ENTER, LINE_READY, LINE_ASK, LINE_ASK, LINE_CALL, LINE_CALL, LINE_CALL, LINE_END, LINE_END};
        struct line_event e = {
            .kind = next(&seed) % 3 ? often[next(&seed) % sizeof often] : next(&seed) % LINE_KINDS,
            .at = at += (int64_t)(next(&seed) % 3),
            .ticket = (uint32_t)(next(&seed) % (n_tickets + 1)),
            .counter = (uint16_t)(1 + next(&seed) % rule->n_counters),
            .lane = (uint8_t)(next(&seed) % rule->n_lanes),
            .party = (uint16_t)(next(&seed) % 4),
            .weak = next(&seed) % 8 == 0,
            .eligible = next(&seed) & 1,
            .serves = next(&seed) & ((UINT64_C(1) << rule->n_lanes) - 1),
            .persons = {1 + next(&seed) % 3, 1 + next(&seed) % 3},
            .lots = lots,
        };
        if (e.kind == LINE_ENTER || e.kind == LINE_CALL)
            e.ticket = 0;
        if (e.kind == LINE_CALL && line_asked(line))
            e.counter = line_asked(line)->counter;
        if (e.kind == LINE_CHECK)
            e.counter = 0;
        if (e.kind == LINE_END && line_counter(line, e.counter)->ticket)
            e.ticket = line_counter(line, e.counter)->ticket;
        struct line_outcome o;
        struct err err = {0};
        if (line_apply(line, &e, &o, &err) < 0)
            continue;
        n_tickets += e.kind == LINE_ENTER;
        record(d, e, &o);
        if (i % 16 == 0)
            check_line(line, n_tickets);
    }
    check_line(line, n_tickets);
}

static struct line_rule any_rule(uint64_t *seed)
{
    struct line_rule rule = {.window = (uint16_t)(4 + next(seed) % 8), .cap = (uint16_t)(1 + next(seed) % 16), .n_lanes = (uint8_t)(1 + next(seed) % 4),
                             .n_counters = (uint8_t)(1 + next(seed) % 6), .n_posts = (uint8_t)(next(seed) % 4)};
    for (unsigned l = 0; l < rule.n_lanes; l++)
        rule.lanes[l] = (struct line_lane){.weight = (uint16_t)(next(seed) % 5), .needs = next(seed) % 4 == 0};
    for (unsigned c = 0; c < rule.n_counters; c++)
        rule.serves[c] = 1 + next(seed) % ((1u << rule.n_lanes) - 1);
    return rule;
}

static void test_any_day_holds_and_replays(void **state)
{
    (void)state;
    uint64_t seed = 5;
    int forged = 0, capped = 0;
    for (int round = 0; round < 60; round++) {
        struct day d = {.a = arena_new()};
        struct line_rule rule = any_rule(&seed);
        struct line *line = open_or_fail(&rule), *again = open_or_fail(&rule);
        live(line, &d, next(&seed), 3000);
        capped += line_totals(line)->most_overtaken == rule.cap;
        for (size_t i = 0; i < d.n; i++) {
            struct line_event forgery = d.events[i];
            if (forgery.kind == LINE_CALL && line_asked(again)->n > 1) {
                const struct line_window *w = line_asked(again);
                forgery.ticket = w->tickets[w->tickets[0] == forgery.ticket];
                assert_int_equal(refused(again, &forgery), ERR_CORRUPT);
                forged++;
            }
            apply_or_fail(again, &d.events[i]);
        }
        assert_true(line_fingerprint(line) == line_fingerprint(again));
        assert_memory_equal(line_totals(line), line_totals(again), sizeof(struct line_totals));
        line_close(line);
        line_close(again);
        arena_free(d.a);
    }
    assert_true(forged > 1000);
    assert_true(capped > 10);
}

/* When no more people come, everybody gets to a counter, whatever the lots. */
static void test_nobody_is_left(void **state)
{
    (void)state;
    uint64_t seed = 11, lots[LINE_WINDOW_MAX];
    for (int round = 0; round < 20; round++) {
        struct line_rule rule = any_rule(&seed);
        rule.forget = true;
        struct line *line = open_or_fail(&rule);
        uint32_t n = 0;
        for (int i = 0; i < 5000; i++) {
            uint8_t lane = (uint8_t)(next(&seed) % rule.n_lanes);
            if (!(rule.serves[0] >> lane & 1))
                continue;
            APPLY(line, LINE_ENTER, .lane = lane, .eligible = 1);
            n++;
        }
        open_counter(line, 1);
        while (line_may_ask(line, 1)) {
            for (size_t k = 0; k < LINE_WINDOW_MAX; k++)
                lots[k] = next(&seed);
            APPLY(line, LINE_END, .ticket = call(line, 1, lots).ticket);
        }
        assert_int_equal(line_totals(line)->served, n);
        for (unsigned l = 0; l < rule.n_lanes; l++)
            assert_int_equal(line_waiting(line, l), 0);
        line_close(line);
    }
}

/* With fair lots every place of the window is called equally often. */
static void test_the_window_is_even(void **state)
{
    (void)state;
    enum { CALLS = 100000 };
    struct line_rule rule = {.cap = 60000, .n_lanes = 1, .n_counters = 1, .serves = {1}, .forget = true};
    struct line *line = open_or_fail(&rule);
    uint64_t seed = 3, lots[LINE_WINDOW_MAX];
    int times[LINE_WINDOW] = {0};
    for (int i = 0; i < LINE_WINDOW; i++)
        APPLY(line, LINE_ENTER);
    open_counter(line, 1);
    for (int i = 0; i < CALLS; i++) {
        for (size_t k = 0; k < LINE_WINDOW; k++)
            lots[k] = next(&seed);
        times[line_least(lots, LINE_WINDOW)]++;
        APPLY(line, LINE_END, .ticket = call(line, 1, lots).ticket);
        APPLY(line, LINE_ENTER);
    }
    double chi = 0;
    for (int i = 0; i < LINE_WINDOW; i++)
        chi += (times[i] - CALLS / 10.0) * (times[i] - CALLS / 10.0) / (CALLS / 10.0);
    assert_true(chi < 27.9); /* 9 degrees of freedom, one in a thousand; the seed is fixed */
    line_close(line);
}

static void test_words(void **state)
{
    (void)state;
    for (enum line_kind k = 0; k < LINE_KINDS; k++)
        assert_true(strlen(line_kind_word(k)) > 2);
    assert_string_equal(line_kind_word(LINE_NO_SHOW), "no-show");
    assert_string_equal(line_kind_word(LINE_KINDS), "?");
    assert_string_equal(line_state_word(LINE_SERVED), "served");
    assert_string_equal(line_state_word(LINE_STATES), "?");
}

/* On any day: who goes over stands where she stood, as often overtaken, with her tries; and the day after lives on like any other. */
static void test_nobody_is_lost_overnight(void **state)
{
    (void)state;
    static const struct line_rule rule = {.n_lanes = 3, .n_counters = 5, .n_posts = 2, .serves = {7, 7, 3, 4, 4}, .lanes = {{.weight = 3}}};
    for (uint64_t seed = 1; seed <= 30; seed++) {
        struct day day = {.a = arena_new()}, after = {.a = day.a};
        struct line *line = open_or_fail(&rule), *next_day = open_or_fail(&rule);
        struct line_over over, again;
        struct err err = {0};
        live(line, &day, seed, 2000);
        uint64_t lots[LINE_WINDOW_MAX] = {0};
        if (line_asked(line)) {
            const struct line_outcome o = APPLY(line, LINE_CALL, .at = INT32_MAX, .counter = line_asked(line)->counter, .lots = lots);
            assert_true(o.ticket > 0);
        }
        line_over(line, day.a, &over);
        assert_true(over.n > 0);
        if (line_come_over(next_day, &over, &err) < 0)
            fail_msg("%s", err.text);
        line_over(next_day, day.a, &again);
        assert_int_equal(again.n, over.n);
        assert_memory_equal(again.counters, over.counters, sizeof over.counters);
        for (uint32_t i = 0; i < over.n; i++) {
            struct line_ticket was = over.tickets[i], is = again.tickets[i];
            was.place = is.place = 0;
            assert_memory_equal(&was, &is, sizeof was);
        }
        for (unsigned l = 0; l < rule.n_lanes; l++)
            assert_int_equal(line_waiting(line, l), line_waiting(next_day, l));
        assert_true(line_come_over(next_day, &over, &err) < 0); /* once */
        const struct line_outcome o = APPLY(next_day, LINE_ENTER, .at = INT32_MAX, .lane = 1);
        assert_true(!line_ticket(line, o.ticket));
        line_close(line);
        line_close(next_day);
        arena_free(after.a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_transition),
        cmocka_unit_test(test_what_does_not_exist),
        cmocka_unit_test(test_rules_that_cannot_be),
        cmocka_unit_test(test_the_least_lot_of_the_window_is_called),
        cmocka_unit_test(test_of_free_counters_one_is_drawn),
        cmocka_unit_test(test_whoever_is_due_is_next),
        cmocka_unit_test(test_a_refused_call_is_a_try),
        cmocka_unit_test(test_a_counter_that_closes_ends_its_case_first),
        cmocka_unit_test(test_priority_is_more_places_and_no_jump),
        cmocka_unit_test(test_any_day_holds_and_replays),
        cmocka_unit_test(test_nobody_is_left),
        cmocka_unit_test(test_the_window_is_even),
        cmocka_unit_test(test_nobody_is_lost_overnight),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
