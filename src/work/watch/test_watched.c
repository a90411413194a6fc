/* watched: draws are kept with numbers for people, nobody opens a number alone, and when the date is over the counts are there and the people are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/db/test_db_open.h"
#include "work/desk/hall.h"
#include "work/desk/hall_store.h"
#include "work/desk/test_day_hall.h"
#include "work/rota/rotas.h"
#include "work/watch/flags.h"
#include "work/watch/watched.h"

#define NOW INT64_C(1795467960123)
#define DAY (INT64_C(24) * 3600 * 1000)

enum { SUPERVISOR, OTHER, DPO, AUDITOR, CASEWORKER, N_PEOPLE };

struct fixture {
    struct arena *a;
    const char *parent, *dir;
    struct node *node;
    struct actor people[N_PEOPLE], operator;
    struct err err;
};

static const struct db_schema *const rooms[] = {&desk_day_schema, &desk_hall_schema, &rotas_schema, &watch_schema, NULL};
static const struct approval_kind kinds[] = {{VERB_WATCH_OPEN, "open", watched_agreed, NULL}, {0}};

static int set_up(void **state)
{
    static const unsigned roles[N_PEOPLE] = {ROLE_SUPERVISOR, ROLE_SUPERVISOR, ROLE_DPO, ROLE_AUDITOR, ROLE_CASEWORKER};
    struct err err = {0};
    if (crypto_open(&err) < 0)
        return -1;
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    char *parent = arena_alloc(a, 64);
    snprintf(parent, 64, "/tmp/comity-watched-XXXXXX");
    f->a = a;
    f->parent = mkdtemp(parent);
    f->dir = str_printf(a, "%s/node", f->parent).p;
    f->operator = act_operator(a);
    struct node_settings settings = {.agency = {STR("Border Unit (practice)"), STR("KH"), STR("border")}, .db_url = test_db_url(a)};
    if (node_create(f->dir, &settings, NOW - DAY, &err) < 0 || node_open(f->dir, rooms, &f->node, &err) < 0) {
        fprintf(stderr, "%s\n", err.text);
        return -1;
    }
    for (int i = 0; i < N_PEOPLE; i++) {
        struct access_member m = {.roles = roles[i], .state = MEMBER_ACTIVE, .has_unit = true, .unit = {1}};
        memset(m.id, i + 1, ID_LEN);
        f->people[i] = (struct actor){.name = hex_encode(a, (bytes){m.id, ID_LEN}), .role = STR("member"), .proved_ms = NOW};
        memcpy(f->people[i].member, m.id, ID_LEN);
        if (access_member_put(f->node->db, &m, &err) < 0)
            return -1;
    }
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    node_close(f->node);
    unlink(str_printf(f->a, "%s/comity.json", f->dir).p);
    unlink(str_printf(f->a, "%s/keys", f->dir).p);
    rmdir(f->dir);
    rmdir(f->parent);
    arena_free(f->a);
    return 0;
}

#define OK(expression) \
    do { \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, f->err.text); \
    } while (0)

/* OFFICER-7 meets HANDLER-4 in `met` of 30 calls; in each somebody else waits who comes once. */
static struct draws *month(struct fixture *f, const char *salt, int met)
{
    struct draws *d = draws_new();
    for (int i = 0; i < 30; i++) {
        str once = str_printf(f->a, "ONCE-%s-%d", salt, i);
        const struct draws_call call = {.of = STR("OFFICER-7"), .drawn = i < met ? STR("HANDLER-4") : once, .ms = 60000 + i, .near = i % 5 == 0, .overridden = i == 29,
                                        .could = str_printf(f->a, "HANDLER-4 HANDLER-5*2 %.*s E1 E2 E3 E4 E5 E6", STR_ARG(once)), .family = STR("lane, \"EU\"")};
        OK(draws_add(d, &call, &f->err));
    }
    return d;
}

static uint32_t number_of_officer(struct fixture *f, int64_t now_ms, uint32_t *handler)
{
    struct draws *d;
    struct watched_kept *all;
    size_t n, used;
    uint32_t officer = 0;
    OK(watched_load(f->node, &f->people[AUDITOR], now_ms, f->a, &d, &all, &n, &used, &f->err));
    const struct watch_log log = draws_log(d);
    assert_true(watched_code(draws_code(d, log.calls[0].of), &officer));
    assert_true(watched_code(draws_code(d, log.calls[0].drawn), handler));
    draws_free(d);
    return officer;
}

static void keep(struct fixture *f, struct draws *d, int64_t now_ms, int64_t days, struct watched_kept *kept)
{
    OK(watched_keep(f->node, &f->operator, d, STR("order 12/2026"), now_ms, days, kept, &f->err));
    draws_free(d);
}

static void kept_and_found_again(void **state)
{
    struct fixture *f = *state;
    struct watched_kept kept, *all;
    struct draws *original = month(f, "a", 15), *d;
    size_t n, used;
    assert_int_equal(watched_keep(f->node, &f->operator, original, STR(""), NOW, 90, &kept, &f->err), ERR_DENIED); /* on which legal basis? */
    assert_int_equal(watched_keep(f->node, &f->people[SUPERVISOR], original, STR("order"), NOW, 90, &kept, &f->err), ERR_DENIED);
    assert_int_equal(watched_keep(f->node, &f->operator, original, STR("order"), NOW, 0, &kept, &f->err), ERR_INPUT);
    OK(watched_keep(f->node, &f->operator, original, STR("order 12/2026"), NOW, 90, &kept, &f->err));
    assert_int_equal(kept.names, 2); /* OFFICER-7 and HANDLER-4; who came once and who never was called have no number that lasts */
    assert_int_equal(watched_keep(f->node, &f->operator, original, STR("order 12/2026"), NOW, 90, &kept, &f->err), ERR_EXISTS);

    assert_int_equal(watched_load(f->node, &f->people[CASEWORKER], NOW, f->a, &d, &all, &n, &used, &f->err), ERR_DENIED);
    OK(watched_load(f->node, &f->people[SUPERVISOR], NOW, f->a, &d, &all, &n, &used, &f->err));
    assert_true(n == 1 && used == 1 && all[0].calls == 30);
    const struct watch_log was = draws_log(original), is = draws_log(d);
    assert_int_equal(was.n, is.n);
    for (size_t i = 0; i < is.n; i++) {
        assert_true(is.calls[i].ms == was.calls[i].ms && is.calls[i].near == was.calls[i].near && is.calls[i].overridden == was.calls[i].overridden);
        assert_true(is.calls[i].n == was.calls[i].n && is.could[is.calls[i].first + 1].weight == 2);
        assert_string_equal(draws_family(d, is.calls[i].family).p, "lane, \"EU\"");
        for (size_t c = 0; c < is.n_codes; c++)
            assert_false(str_contains(draws_code(d, (uint32_t)c), STR("-")));
    }
    const struct watch_result *r = watch_examine(f->a, &was, WATCH_LEVEL, 5), *s = watch_examine(f->a, &is, WATCH_LEVEL, 5);
    assert_int_equal(r->families[0].found, 1);
    assert_true(s->families[0].found == 1 && r->families[0].findings[0].p == s->families[0].findings[0].p && s->families[0].tested == r->families[0].tested);
    uint32_t code;
    assert_true(watched_code(draws_code(d, s->families[0].findings[0].who), &code));
    assert_false(watched_code(draws_code(d, is.calls[20].drawn), &code)); /* one who came once cannot be opened */
    draws_free(d);
    draws_free(original);
}

static void nobody_opens_a_number_alone(void **state)
{
    struct fixture *f = *state;
    struct watched_kept kept;
    uint32_t codes[2], told[WATCHED_CODES_MAX];
    uint8_t request[ID_LEN], again[ID_LEN];
    str names[WATCHED_CODES_MAX];
    size_t n;
    keep(f, month(f, "b", 14), NOW + 1, 90, &kept);
    codes[0] = number_of_officer(f, NOW + 2, &codes[1]);
    for (int who = 0; who < N_PEOPLE; who++)
        if (who != SUPERVISOR && who != OTHER)
            assert_int_equal(watched_ask(f->node, &f->people[who], codes, 2, STR("inquiry 7"), NOW, request, &f->err), ERR_DENIED);
    assert_int_equal(watched_ask(f->node, &f->people[SUPERVISOR], codes, 2, STR(""), NOW, request, &f->err), ERR_DENIED); /* why? */
    assert_int_equal(watched_ask(f->node, &f->people[SUPERVISOR], (const uint32_t[]){codes[0], codes[1] ^ 1}, 2, STR("x"), NOW, request, &f->err), ERR_NOT_FOUND);
    assert_int_equal(watched_ask(f->node, &f->people[SUPERVISOR], codes, 2, STR("inquiry 7"), NOW, request, &f->err), ERR_PARKED);
    assert_int_equal(watched_names(f->node, &f->people[SUPERVISOR], request, NOW, f->a, told, names, &n, &f->err), ERR_DENIED); /* nobody has agreed */
    assert_int_equal(approval_agree(f->node, kinds, &f->people[SUPERVISOR], request, NOW, &f->err), ERR_DENIED);                 /* not to her own */
    assert_int_equal(approval_agree(f->node, kinds, &f->people[AUDITOR], request, NOW, &f->err), ERR_DENIED);
    OK(approval_agree(f->node, kinds, &f->people[DPO], request, NOW, &f->err));
    assert_int_equal(watched_names(f->node, &f->people[OTHER], request, NOW, f->a, told, names, &n, &f->err), ERR_NOT_FOUND); /* whoever asked, and she only */
    OK(watched_names(f->node, &f->people[SUPERVISOR], request, NOW, f->a, told, names, &n, &f->err));
    assert_int_equal(n, 2);
    assert_true(told[0] == codes[0] && told[1] == codes[1]);
    assert_true(str_eq(names[0], STR("OFFICER-7")) && str_eq(names[1], STR("HANDLER-4")));
    assert_int_equal(watched_names(f->node, &f->people[SUPERVISOR], request, NOW + 2 * DAY, f->a, told, names, &n, &f->err), ERR_DENIED); /* a day later no more */

    assert_int_equal(watched_ask(f->node, &f->people[OTHER], codes, 1, STR("inquiry 8"), NOW, again, &f->err), ERR_PARKED);
    OK(approval_refuse(f->node, &f->people[SUPERVISOR], again, STR("no ground"), NOW, &f->err));
    assert_int_equal(watched_names(f->node, &f->people[OTHER], again, NOW, f->a, told, names, &n, &f->err), ERR_DENIED);
}

static void people_end_by_date_and_counts_stay(void **state)
{
    struct fixture *f = *state;
    struct watched_kept kept, *all;
    struct draws *d;
    uint32_t codes[2], fresh[2];
    uint8_t request[ID_LEN];
    size_t n, used;
    int64_t erased, until_ms;
    keep(f, month(f, "c", 13), NOW + 3, 30, &kept); /* an earlier date does not shorten: others keep her until NOW + 90 days */
    codes[0] = number_of_officer(f, NOW + 4, &codes[1]);
    OK(watched_until(f->node->db, codes[0], NOW, &until_ms, &f->err));
    assert_int_equal(until_ms, NOW + 1 + 90 * DAY);
    OK(watched_tend(f->node, NOW + 89 * DAY, &erased, &f->err));
    assert_int_equal(erased, 0);
    OK(watched_until(f->node->db, codes[0], NOW + 91 * DAY, &until_ms, &f->err)); /* not a day longer, even when nothing has run yet */
    assert_int_equal(until_ms, 0);
    assert_int_equal(watched_ask(f->node, &f->people[SUPERVISOR], codes, 1, STR("late"), NOW, request, &f->err), ERR_PARKED);
    OK(watched_tend(f->node, NOW + 91 * DAY, &erased, &f->err));
    assert_int_equal(erased, 2);
    assert_int_equal(approval_agree(f->node, kinds, &f->people[DPO], request, NOW, &f->err), ERR_NOT_FOUND); /* what waited opens nothing */
    OK(watched_load(f->node, &f->people[SUPERVISOR], NOW + 91 * DAY, f->a, &d, &all, &n, &used, &f->err));
    assert_true(draws_log(d).n == 90 && used == 3); /* the counts are there */
    draws_free(d);
    keep(f, month(f, "d", 12), NOW + 92 * DAY, 30, &kept);
    fresh[0] = number_of_officer(f, NOW + 93 * DAY, &fresh[1]);
    assert_true(fresh[0] != codes[0] && fresh[1] != codes[1]); /* the same officer, and nothing leads from one to the other */
}

static void how_much_is_looked_at_is_bounded(void **state)
{
    struct fixture *f = *state;
    struct watched_kept *all;
    struct draws *d;
    size_t n, used;
    OK(watched_load(f->node, &f->operator, NOW, f->a, &d, &all, &n, &used, &f->err));
    assert_int_equal(n, 4);
    for (size_t i = 1; i < n; i++)
        assert_true(all[i - 1].kept_ms >= all[i].kept_ms);
    draws_free(d);
}

/* Tickets of a link as the ticket desk notes them, and one that is not hers. */
static void link_tickets(struct fixture *f, const uint8_t hall[ID_LEN], int64_t now_ms, uint8_t link[ID_LEN])
{
    const str documents[] = {STR("N 123-456"), STR("X9")};
    struct flag_new flag = {.words = STR("a recruiter (practice)"), .basis = STR(""), .days = 30, .documents = documents, .n = 2};
    struct flag_one *all;
    size_t n;
    assert_int_equal(flags_add(f->node, &f->people[SUPERVISOR], &flag, now_ms, link, &f->err), ERR_INPUT); /* on which legal basis? */
    flag.basis = STR("order 3/2026");
    assert_int_equal(flags_add(f->node, &f->people[AUDITOR], &flag, now_ms, link, &f->err), ERR_DENIED);
    OK(flags_add(f->node, &f->people[SUPERVISOR], &flag, now_ms, link, &f->err));
    for (uint32_t ticket = 3; ticket <= 40; ticket += 9)
        OK(flags_given(f->node, &(struct hall_given){hall, TEST_DAY, ticket, STR("n123456")}, now_ms, &f->err)); /* typed in another way */
    OK(flags_given(f->node, &(struct hall_given){hall, TEST_DAY, 4, STR("N 123-457")}, now_ms, &f->err));
    OK(flags_given(f->node, &(struct hall_given){hall, TEST_DAY, 5, STR("X9")}, now_ms + 31 * DAY, &f->err)); /* its date is over */
    OK(flags_list(f->node->db, now_ms, f->a, &all, &n, &f->err));
    assert_true(n == 1 && all[0].documents == 2 && all[0].tickets == 5);
}

/* What a link says comes out of its number for two persons, and ends by its date; so do its documents and tickets. */
static void words_of_a_link(struct fixture *f, const uint8_t link[ID_LEN], int64_t now_ms)
{
    struct draws *d;
    struct watched_kept *all;
    uint32_t codes[WATCHED_CODES_MAX], code = 0;
    str names[WATCHED_CODES_MAX], words;
    uint8_t request[ID_LEN];
    size_t n, used, linked = 0;
    int64_t ended;
    for (size_t i = 0; i < N_PEOPLE; i++)
        f->people[i].proved_ms = now_ms;
    OK(watched_load(f->node, &f->people[SUPERVISOR], now_ms, f->a, &d, &all, &n, &used, &f->err));
    const struct watch_log log = draws_log(d);
    for (size_t i = 0; i < 60; i++)
        if (watched_code(draws_code(d, log.calls[i].drawn), &code)) {
            linked++;
            codes[0] = code;
        }
    draws_free(d);
    assert_true(linked > 0 && linked <= 5); /* those alone have a number that lasts */
    assert_int_equal(watched_ask(f->node, &f->people[SUPERVISOR], codes, 1, STR("inquiry 9"), now_ms, request, &f->err), ERR_PARKED);
    OK(approval_agree(f->node, kinds, &f->people[DPO], request, now_ms, &f->err));
    OK(watched_names(f->node, &f->people[SUPERVISOR], request, now_ms, f->a, codes, names, &n, &f->err));
    assert_true(n == 1 && str_eq(names[0], STR("a recruiter (practice)")));
    OK(flags_tend(f->node, now_ms + 29 * DAY, &ended, &f->err));
    assert_int_equal(ended, 0);
    OK(flags_tend(f->node, now_ms + 31 * DAY, &ended, &f->err));
    assert_int_equal(ended, 1);
    OK(watched_names(f->node, &f->people[SUPERVISOR], request, now_ms, f->a, codes, names, &n, &f->err));
    assert_int_equal(names[0].len, 0); /* the number stands for nothing any more */
    OK(flags_words(f->node, str_printf(f->a, "link-%.*s", STR_ARG(hex_encode(f->a, (bytes){link, ID_LEN}))), now_ms, f->a, &words, &f->err));
    assert_int_equal(words.len, 0);
}

/* A day of a hall with its draws: once, when it is closed, with a number for each officer. */
static void days_of_a_hall(void **state)
{
    struct fixture *f = *state;
    static const struct line_rule rule = {.n_lanes = 2, .n_counters = 10, .n_posts = 2, .serves = {3, 3, 3, 3, 3, 3, 3, 3, 3, 3}};
    struct test_hall h;
    struct watched_kept kept;
    struct watched_day day = {.day = TEST_DAY};
    struct hall_setup setup = {.name = STR("Practice bridge"), .lanes = {STR("All"), STR("Families")}, .rule = rule};
    const struct actor boss = {.member = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, .role = STR("member"), .proved_ms = TEST_MORNING};
    const int64_t now_ms = NOW + 2000 * DAY;
    assert_true(test_hall_open(&h, f->node, &rule));
    memcpy(day.hall, h.id, ID_LEN);
    memcpy(setup.id, h.id, ID_LEN);
    OK(db_exec(f->node->db, "commit", &f->err));
    OK(hall_make(f->node, &boss, TEST_MORNING, &setup, &f->err));
    const struct seat seat = {.day = TEST_DAY, .hall = "hall one"};
    OK(seat_store_put(f->node->db, &seat, 1, boss.member, 1, &f->err));
    OK(db_exec(f->node->db, "begin", &f->err));
    assert_int_equal(watched_keep_day(f->node, &f->operator, &day, (bytes){0}, STR("order 12"), now_ms, 90, &kept, &f->err), ERR_RETRY);
    if (!test_hall_run(&h, 60))
        fail_msg("%s", h.err.text);
    OK(db_exec(f->node->db, "commit", &f->err));
    uint8_t link[ID_LEN];
    link_tickets(f, day.hall, now_ms, link);
    OK(watched_order_set(f->node, &f->people[SUPERVISOR], STR("order 12"), 90, now_ms, &f->err));
    size_t from = 0;
    bool more;
    struct watched_order order;
    OK(watched_order_get(f->node->db, TEST_DAY + 1, &order, &f->err));
    assert_true(order.there && order.days == 90 && order.begun == 1 && order.kept == 0);
    OK(watched_take(f->node, TEST_DAY, now_ms, &from, &more, &f->err)); /* today is never taken */
    assert_false(more);
    OK(watched_take(f->node, TEST_DAY + 1, now_ms, &from, &more, &f->err));
    assert_true(more && from == 0);
    OK(watched_take(f->node, TEST_DAY + 1, now_ms, &from, &more, &f->err));
    assert_false(more);
    OK(watched_order_get(f->node->db, TEST_DAY + 1, &order, &f->err));
    assert_int_equal(order.kept, 1);
    assert_int_equal(watched_keep_day(f->node, &f->operator, &day, (bytes){0}, STR("order 12"), now_ms, 90, &kept, &f->err), ERR_EXISTS);
    day.day++;
    assert_int_equal(watched_keep_day(f->node, &f->operator, &day, (bytes){0}, STR("order 12"), now_ms, 90, &kept, &f->err), ERR_NOT_FOUND);
    struct draws *d;
    struct watched_kept *all;
    size_t n, used, near = 0, sure = 0;
    OK(watched_load(f->node, &f->people[AUDITOR], now_ms, f->a, &d, &all, &n, &used, &f->err));
    const struct watch_log log = draws_log(d);
    assert_int_equal(all[0].calls, 60); /* the newest first */
    for (size_t i = 0; i < 60; i++) {
        near += log.calls[i].near;
        sure += log.calls[i].n == 1;
    }
    assert_true(near > 0 && near < 60);
    assert_true(sure < 60);
    draws_free(d);
    words_of_a_link(f, link, now_ms);
    struct watched_counts *weeks;
    OK(watched_count(f->node, now_ms, &f->err));
    assert_int_equal(watched_count(f->node, now_ms + 6 * DAY, &f->err), ERR_EXISTS);
    OK(watched_count(f->node, now_ms + 7 * DAY, &f->err));
    OK(watched_counts(f->node->db, 9, f->a, &weeks, &n, &f->err));
    assert_true(n == 2 && weeks[0].at_ms == now_ms + 7 * DAY && weeks[0].calls >= 60);
    OK(watched_order_set(f->node, &f->people[SUPERVISOR], STR("over"), 0, now_ms, &f->err));
    OK(watched_order_get(f->node->db, TEST_DAY + 1, &order, &f->err));
    assert_false(order.there);
    line_close(h.line);
    arena_free(h.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_and_found_again),
        cmocka_unit_test(nobody_opens_a_number_alone),
        cmocka_unit_test(people_end_by_date_and_counts_stay),
        cmocka_unit_test(how_much_is_looked_at_is_bounded),
        cmocka_unit_test(days_of_a_hall), /* a later day than the others */
    };
    return cmocka_run_group_tests_name("work/watched", tests, set_up, tear_down);
}
