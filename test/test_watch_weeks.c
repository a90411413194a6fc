/* Two weeks of a hall, made through the hall's own code, into the watch by the program: an officer who learned from two key holders which lot comes next, and
 * so times when she is free, meets the people of one recruiter too often, and is found; in a hall where nothing is arranged nobody is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "face/cli/rooms.h"
#include "trust/act/test_node.h"
#include "trust/people/member.h"
#include "work/desk/hall_store.h"
#include "work/desk/simulate_random.h"
#include "work/desk/test_day_hall.h"
#include "work/rota/rotas.h"
#include "work/watch/flags.h"
#include "work/watch/watched.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)
enum { DAYS = 14, CALLS = 110, COUNTERS = 3, WAITING = 14, STEERS = 1, BOSS = COUNTERS, SECOND_BOSS, PEOPLE };

static struct {
    struct arena *a;
    const char *dir;
    struct node *node;
    struct test_hall keys; /* whose key holders answer here */
    struct actor people[PEOPLE];
    struct sim_random random;
    struct hall *hall;
    struct hall_holders holders;
    uint8_t link[ID_LEN];
    uint32_t first_day;
    int64_t now_ms;
    int64_t until[COUNTERS + 1];
    bool *linked; /* tickets of the day */
    struct err err;
} w;

static const struct approval_kind kinds[] = {{VERB_WATCH_OPEN, "open", watched_agreed, NULL}, {0}};

#define OK(expression) \
    do { \
        w.err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, w.err.text); \
    } while (0)

static int64_t morning(uint32_t day) { return (int64_t)day * DAY_MS + DAY_MS / 4; }

static int set_up(void **state)
{
    static const struct line_rule other = {.n_lanes = 1, .n_counters = 1, .serves = {1}};
    static const str documents[] = {STR("N1"), STR("N2"), STR("N3")};
    const struct flag_new link = {STR("a recruiter (practice)"), STR("order 3/2026"), 200, documents, 3};
    (void)state;
    w.a = arena_new();
    w.random = sim_random_from(20260302);
    w.first_day = (uint32_t)(clock_now_ms() / DAY_MS) - DAYS - 2;
    w.now_ms = morning(w.first_day);
    if (test_node_open(w.a, room_schemas, w.now_ms - 40 * DAY_MS, &w.dir, &w.node) < 0)
        return -1;
    assert_true(test_hall_open(&w.keys, w.node, &other));
    OK(db_exec(w.node->db, "rollback", &w.err));
    w.holders = (struct hall_holders){test_hall_ask, &w.keys};
    for (int i = 0; i < PEOPLE; i++) {
        struct access_member m = {.id = {(uint8_t)(i + 1)}, .roles = i < BOSS ? ROLE_OFFICER : ROLE_SUPERVISOR, .state = MEMBER_ACTIVE};
        OK(access_member_put(w.node->db, &m, &w.err));
        w.people[i] = (struct actor){.name = hex_encode(w.a, (bytes){m.id, ID_LEN}), .member = {(uint8_t)(i + 1)}, .role = STR("member"), .proved_ms = clock_now_ms()};
    }
    OK(flags_add(w.node, &w.people[BOSS], &link, w.now_ms, w.link, &w.err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    line_close(w.keys.line);
    arena_free(w.keys.a);
    test_node_close(w.node, w.dir);
    arena_free(w.a);
    return 0;
}

static struct hall_hand hand(int who)
{
    return (struct hall_hand){&w.people[who], w.now_ms, flags_given};
}

/* One of six comes with the recruiter. */
static void enter(void)
{
    static const char *const theirs[] = {"N1", "n-2", " N3 "};
    const unsigned n = sim_below(&w.random, 18);
    const struct hall_hand h = hand(0);
    struct hall_ticket t;
    OK(hall_enter(&h, w.hall, 0, 1, 0, n < 3 ? str_from(theirs[n]) : str_printf(w.a, "P%u", (unsigned)(sim_next(&w.random) >> 34)), &t, &w.err));
    w.linked[t.number] = n < 3;
}

/* What two key holders can tell beforehand: whom the next call will have, of those who are first in line now. */
static bool next_is_theirs(const uint8_t hall[ID_LEN], uint32_t day)
{
    const struct line *line = hall_line(w.hall);
    struct draw what = {.day = day, .kind = DRAW_CALL, .number = line_totals(line)->calls + 1};
    const uint8_t known[HASH_LEN] = {0};
    struct draw_answers answers = {0};
    struct draw_beta beta;
    unsigned wrong;
    uint32_t least = 0;
    memcpy(what.hall, hall, ID_LEN);
    OK(test_hall_ask(&w.keys, &what, (bytes){known, HASH_LEN}, &answers, &w.err));
    OK(draw_beta(&w.keys.keys, &what, (bytes){known, HASH_LEN}, &answers, &beta, &wrong, &w.err));
    uint32_t t = line_first(line, 0);
    for (unsigned i = 0; t && i < LINE_WINDOW; i++, t = line_ticket(line, t)->after)
        if (!least || draw_lot(&beta, t) < draw_lot(&beta, least))
            least = t;
    return least && w.linked[least];
}

/* The counter whose case ends next. Who steers ends hers at once when the next call is theirs, and lets another go before her when it is not. */
static unsigned next_counter(const uint8_t hall[ID_LEN], uint32_t day, bool arranged)
{
    unsigned next = 1;
    if (arranged && line_counter(hall_line(w.hall), STEERS + 1)->ticket && next_is_theirs(hall, day) && sim_below(&w.random, 2) == 0)
        return STEERS + 1;
    for (unsigned c = 2; c <= COUNTERS; c++)
        if (w.until[c] < w.until[next])
            next = c;
    return next;
}

static void serve(void)
{
    unsigned calls;
    OK(hall_serve(w.hall, &w.holders, w.now_ms, &calls, &w.err));
    for (unsigned c = 1; c <= COUNTERS; c++)
        if (w.until[c] <= w.now_ms)
            w.until[c] = w.now_ms + (int64_t)(60000 * sim_exponential(&w.random)) + 1000;
}

static void run_day(const uint8_t hall[ID_LEN], uint32_t day, bool arranged)
{
    w.now_ms = morning(day);
    w.linked = arena_calloc(w.a, CALLS + 4 * WAITING, sizeof *w.linked);
    memset(w.until, 0, sizeof w.until);
    OK(hall_open(w.node, hall, day, w.now_ms, &w.hall, &w.err));
    for (int c = 0; c < COUNTERS; c++) {
        const struct hall_hand h = hand(c);
        OK(hall_sit(&h, w.hall, (unsigned)c + 1, &w.err));
    }
    while (line_totals(hall_line(w.hall))->calls < CALLS) {
        while (line_waiting(hall_line(w.hall), 0) < WAITING)
            enter();
        serve();
        const unsigned next = next_counter(hall, day, arranged);
        w.now_ms = w.until[next] > w.now_ms ? w.until[next] : w.now_ms;
        const struct hall_hand h = hand((int)next - 1);
        const uint32_t ticket = line_counter(hall_line(w.hall), next)->ticket;
        w.until[next] = 0;
        OK(hall_press(&h, w.hall, &(struct line_event){.kind = LINE_END, .ticket = ticket}, NULL, &w.err));
    }
    OK(hall_mark(w.hall, true, w.now_ms, &w.err));
    hall_close(w.hall);
}

static void make_hall(const char *name, bool arranged)
{
    struct hall_setup setup = {.name = str_from(name), .lanes = {STR("All")}, .rule = {.n_lanes = 1, .n_counters = COUNTERS, .n_posts = 1, .serves = {1, 1, 1}}};
    struct day_keys keys = {.from_day = w.first_day, .until_day = w.first_day + DAYS, .keys = w.keys.keys};
    w.now_ms = w.people[BOSS].proved_ms = morning(w.first_day);
    OK(hall_make(w.node, &w.people[BOSS], w.now_ms, &setup, &w.err));
    memcpy(keys.hall, setup.id, ID_LEN);
    OK(day_book_keys(w.node, &keys, true, w.now_ms - 2 * DAY_KEYS_AHEAD_MS, &w.err));
    for (uint32_t day = w.first_day; day < w.first_day + DAYS; day++)
        run_day(setup.id, day, arranged);
}

/* What the program says. */
static str days_by_program(void)
{
    static char said[4096];
    const str command = str_printf(w.a, "'%s' watch days '%s' --basis 'order 12/2026'", getenv("COMITY_PROGRAM"), w.dir);
    FILE *f = popen(command.p, "r");
    assert_non_null(f);
    const size_t n = fread(said, 1, sizeof said - 1, f);
    said[n] = 0;
    assert_int_equal(pclose(f), 0);
    return str_from(said);
}

static void two_open(const struct draws *d, const struct watch_finding *one)
{
    const int64_t now_ms = clock_now_ms();
    uint32_t codes[WATCHED_CODES_MAX];
    str names[WATCHED_CODES_MAX];
    uint8_t request[ID_LEN], her[ID_LEN] = {STEERS + 1};
    size_t n;
    w.people[BOSS].proved_ms = now_ms;
    assert_true(watched_code(draws_code(d, one->of), &codes[0]) && watched_code(draws_code(d, one->who), &codes[1]));
    assert_int_equal(watched_ask(w.node, &w.people[BOSS], codes, 2, STR("inquiry 7"), now_ms, request, &w.err), ERR_PARKED);
    OK(approval_agree(w.node, kinds, &w.people[SECOND_BOSS], request, now_ms, &w.err));
    OK(watched_names(w.node, &w.people[BOSS], request, now_ms, w.a, codes, names, &n, &w.err));
    assert_true(str_eq(names[0], str_printf(w.a, "member-%.*s", STR_ARG(hex_encode(w.a, (bytes){her, ID_LEN})))));
    assert_true(str_eq(names[1], STR("a recruiter (practice)")));
}

static void two_weeks(void **state)
{
    (void)state;
    make_hall("Quiet gate", false);
    make_hall("Practice bridge", true);
    assert_true(str_eq(days_by_program(), str_printf(w.a, "%d days with %d calls are kept.\n", 2 * DAYS, 2 * DAYS * CALLS)));
    assert_true(str_eq(days_by_program(), STR("0 days with 0 calls are kept.\n"))); /* each once */
    struct draws *d;
    struct watched_kept *all;
    size_t n, used, looked = 0;
    OK(watched_load(w.node, &w.people[BOSS], clock_now_ms(), w.a, &d, &all, &n, &used, &w.err));
    const struct watch_log log = draws_log(d);
    const struct watch_result *r = watch_examine(w.a, &log, WATCH_LEVEL, WATCH_SHOWN);
    for (size_t i = 0; i < r->n; i++) {
        const struct watch_family *f = &r->families[i];
        const bool arranged = str_eq(draws_family(d, f->family), STR("Practice bridge"));
        if (f->test != WATCH_MEETINGS)
            continue;
        looked++;
        print_message("# %s: %zu of %zu pairs could stand out, %zu do; the first: met %lld of %lld, %.1f expected, p %.2g, lift seen from %.1f\n",
                      draws_family(d, f->family).p, f->tested, f->pairs, f->found, (long long)f->findings[0].met, (long long)f->findings[0].n,
                      f->findings[0].expected, f->findings[0].p, f->findings[0].least);
        assert_int_equal(f->pairs, COUNTERS); /* the recruiter and each officer: whoever comes once is no pair */
        if (arranged)
            assert_int_equal(f->found, 1);
        else
            assert_true(f->findings[0].p > 1e-6); /* keys are new each time: of twenty runs one may have a finding, of a million none is that unlikely */
        if (arranged)
            two_open(d, &f->findings[0]);
    }
    assert_int_equal(looked, 2);
    draws_free(d);
}

/* --- a rota of two days --- */

static void tend_rota(int minute)
{
    const struct rotas_clock clock = {w.now_ms, w.first_day, minute};
    bool more = true, making;
    for (int i = 0; more && i < 20; i++) {
        OK(rotas_tend(w.node, &w.holders, &clock, &more, &w.err));
        OK(rotas_make(w.node, w.now_ms, NULL, &making, &w.err));
        more = more || making;
    }
}

static void employ(const char *login, uint8_t id[ID_LEN])
{
    const struct actor operator = act_operator(w.a);
    const struct member_new m = {.name = str_from(login), .login = str_from(login), .languages = STR("en"), .roles = ROLE_OFFICER};
    char code[MEMBER_CODE_LEN];
    OK(member_add(w.node, &operator, w.now_ms, &m, id, code, &w.err));
}

/* Both sit from seven to ten and from eleven to two; ann where she was drawn, bo at the third counter. */
static void sit_down(const uint8_t hall[ID_LEN], const struct rotas_seen *s, const uint8_t (*ids)[ID_LEN])
{
    struct seat seat = {.day = w.first_day};
    memcpy(seat.hall, hall, ID_LEN);
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; s->changes[i].kind == ROTAS_COUNTERS && k < s->changes[i].n; k++) {
            const struct rotas_cell *c = &s->changes[i].cells[k];
            const int64_t since = (int64_t)w.first_day * DAY_MS + (s->changes[i].half ? 11 : 7) * DAY_MS / 24;
            const unsigned counter = (unsigned)(c->officer == 0 ? c->to : 3);
            OK(seat_store_put(w.node->db, &seat, counter, ids[c->officer], since, &w.err));
            OK(seat_store_end(w.node->db, &seat, counter, since + DAY_MS / 8, &w.err));
        }
}

static void a_rota_that_is_over(void **state)
{
    (void)state;
    struct hall_setup setup = {.name = STR("Gate of the rota"), .lanes = {STR("All")}, .rule = {.n_lanes = 1, .n_counters = 3, .serves = {1, 1, 1}}};
    struct day_keys keys = {.from_day = w.first_day, .until_day = w.first_day + DAYS, .keys = w.keys.keys};
    struct rotas_one one = {0};
    struct rotas_seen s;
    uint8_t ids[2][ID_LEN];
    w.now_ms = w.people[BOSS].proved_ms = morning(w.first_day);
    char day[DATE_TEXT_MAX];
    date_format(day, date_from_days(w.first_day));
    const str table = str_printf(w.a, "rota,%.*s,2\nshift,early,06:00,14:00\npost,hall,2,\nneed,hall,early,2,2\ncontract,full,days,1,2\nofficer,ann,full,\nofficer,bo,full,\nmoves,10000\n",
                                 STR_ARG(str_from(day)));
    employ("ann", ids[0]);
    employ("bo", ids[1]);
    OK(hall_make(w.node, &w.people[BOSS], w.now_ms, &setup, &w.err));
    memcpy(keys.hall, setup.id, ID_LEN);
    memcpy(one.hall, setup.id, ID_LEN);
    OK(day_book_keys(w.node, &keys, true, w.now_ms - 2 * DAY_KEYS_AHEAD_MS, &w.err));
    OK(rotas_save(w.node, &w.people[BOSS], &one, str_bytes(table), w.now_ms, &w.err));
    OK(rotas_freeze(w.node, &w.people[BOSS], one.id, w.now_ms, &w.err));
    tend_rota(6 * 60 + 5);
    tend_rota(10 * 60 + 5);
    OK(rotas_hand(w.node, &w.people[BOSS], one.id, (struct rotas_cell){1, 1, ROTA_OFF}, STR("a course"), w.now_ms, &w.err));
    OK(rotas_load(w.node, one.id, w.a, &s, &w.err));
    sit_down(setup.id, &s, (const uint8_t(*)[ID_LEN])ids);
    /* by the order, once it is over */
    size_t from = 0, counted[WATCH_WHATS] = {0}, odd = 0, hands = 0, n, used;
    bool more = true;
    OK(watched_order_set(w.node, &w.people[BOSS], STR("order 12/2026"), 90, clock_now_ms(), &w.err));
    OK(watched_take(w.node, w.first_day + 2, clock_now_ms(), &from, &more, &w.err));
    assert_false(more); /* its last night may go on */
    OK(watched_take(w.node, w.first_day + 3, clock_now_ms(), &from, &more, &w.err));
    assert_true(more && from == 0);
    OK(watched_take(w.node, w.first_day + 3, clock_now_ms(), &from, &more, &w.err));
    assert_false(more); /* once */
    struct draws *d;
    struct watched_kept *all;
    uint32_t code;
    OK(watched_load(w.node, &w.people[BOSS], clock_now_ms(), w.a, &d, &all, &n, &used, &w.err));
    const struct watch_log log = draws_log(d);
    for (size_t i = 0; i < log.n; i++)
        if (str_eq(draws_family(d, log.calls[i].family), setup.name)) {
            counted[log.calls[i].what]++;
            odd += log.calls[i].odd;
            hands += log.calls[i].overridden;
            assert_true(watched_code(draws_code(d, log.calls[i].of), &code)); /* an officer has a number; */
            assert_true(str_starts(draws_code(d, log.calls[i].drawn), WATCHED_POST)); /* a post is nobody */
        }
    assert_true(counted[WATCH_SHIFT] == 4 && counted[WATCH_SEAT] == 4 && odd == 2 && hands == 1);
    draws_free(d);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {cmocka_unit_test(two_weeks), cmocka_unit_test(a_rota_that_is_over)};
    return cmocka_run_group_tests_name("program/watch", tests, set_up, tear_down);
}
