/* Three agencies on a real line, each with a key process of its own: they make a key together, the hall asks, one is away, one is lied to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>

#include "trust/match/index.h"
#include "trust/peer/call.h"
#include "trust/peer/test_house.h"
#include "trust/serve/serve.h"
#include "work/desk/holders_internal.h"

#define N 3

static const struct db_schema *const rooms[] = {&peer_schema, &index_schema, &desk_day_schema, &desk_holders_schema, NULL};

static struct {
    struct house houses[N];
    struct serve *servers[N];
    struct holders_what what;
    uint32_t today;
    struct err err;
} w;

static void serve(unsigned i)
{
    static const struct peer_route *const routes[] = {holders_routes, NULL};
    if (serve_start(w.houses[i].node, &(struct serve_settings){.listen = "127.0.0.1:0", .threads = 2, .routes = routes}, &w.servers[i], &w.err) < 0)
        fail_msg("%s", w.err.text);
    for (unsigned j = 0; j < N; j++) { /* the others learn where it answers */
        struct partner p;
        if (j == i || partner_by_id(w.houses[j].node->db, w.houses[j].a, w.what.agencies[i], &p, &w.err) < 0)
            continue;
        p.address = str_printf(w.houses[j].a, "127.0.0.1:%u", serve_port(w.servers[i]));
        assert_int_equal(partner_put(w.houses[j].node->db, &p, &w.err), 0);
    }
}

static int set_up(void **state)
{
    static const char *const names[N] = {"Border post", "Inspectorate", "Outside body"};
    (void)state;
    memset(&w, 0, sizeof w);
    signal(SIGPIPE, SIG_IGN);
    w.today = (uint32_t)(clock_now_ms() / (INT64_C(24) * 3600 * 1000));
    w.what = (struct holders_what){.setup = {.id = "a set-up", .needed = 2, .holders = N}, .hall = "hall one", .from_day = w.today, .until_day = w.today + 90};
    for (unsigned i = 0; i < N; i++)
        house_open_rooms(&w.houses[i], str_from(names[i]), STR("KH"), STR("immigration"), rooms);
    for (unsigned i = 0; i < N; i++) {
        holders_own_id(w.houses[i].node, w.what.agencies[i]);
        for (unsigned j = 0; j < i; j++)
            house_pair(&w.houses[i], &w.houses[j], 50);
    }
    for (unsigned i = 1; i < N; i++)
        serve(i);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (unsigned i = 0; i < N; i++) {
        serve_stop(w.servers[i]);
        house_close(&w.houses[i]);
    }
    return 0;
}

static void allow(unsigned i)
{
    if (holders_allow(w.houses[i].node, &test_operator, w.what.agencies[0], clock_now_ms(), &w.err) < 0)
        fail_msg("%s", w.err.text);
}

static int make(void)
{
    return holders_make(w.houses[0].node, &w.houses[0].identity, &w.what, clock_now_ms(), &w.err);
}

static struct holders *asking(void)
{
    struct holders *h;
    allow(1);
    allow(2);
    if (make() < 0 || holders_open(w.houses[0].node, &w.houses[0].identity, w.what.hall, w.today, &h, &w.err) < 0)
        fail_msg("%s", w.err.text);
    return h;
}

static struct draw draw_of(uint32_t number)
{
    struct draw d = {.day = w.today, .number = number, .kind = DRAW_CALL};
    memcpy(d.hall, w.what.hall, ID_LEN);
    return d;
}

/* Asks, and draws with the keys that the hall's log holds. */
static struct draw_beta drawn(struct holders *h, uint32_t number, const char *records, size_t *n)
{
    struct day_keys keys;
    struct draw_answers answers;
    struct draw_beta beta = {0};
    const struct draw d = draw_of(number);
    uint8_t known[HASH_LEN];
    unsigned wrong;
    int64_t since;
    crypto_sha256(known, str_bytes(str_from(records)));
    if (day_book_keys_of(w.houses[0].node, w.what.hall, w.today, w.houses[0].a, &keys, &since, &w.err) < 0 ||
        holders_ask(h, &d, (bytes){known, HASH_LEN}, &answers, &w.err) < 0 ||
        draw_beta(&keys.keys, &d, (bytes){known, HASH_LEN}, &answers, &beta, &wrong, &w.err) < 0)
        fail_msg("%s", w.err.text);
    assert_int_equal(wrong, 0);
    *n = answers.n;
    return beta;
}

static void assert_last_leaf_is_of_the_desk(unsigned i)
{
    bytes leaf;
    assert_int_equal(log_leaf_get(w.houses[i].node->log, w.houses[i].node->db, house_log_size(&w.houses[i]) - 1, w.houses[i].a, &leaf, &w.err), 0);
    assert_true(str_contains(bytes_str(leaf), STR("\"verb\":\"desk\"")));
}

static void test_made_together(void **state)
{
    (void)state;
    struct day_keys keys;
    int64_t since;
    size_t n;
    struct holders *h = asking();
    assert_int_equal(day_book_keys_of(w.houses[0].node, w.what.hall, w.today, w.houses[0].a, &keys, &since, &w.err), 0);
    for (unsigned i = 0; i < N; i++) { /* in each log, and only the hall's own draws with them */
        struct share_row row;
        struct day_keys found;
        uint8_t written[THRESHOLD_KEYS_MAX];
        assert_int_equal(holders_store_get(w.houses[i].node->db, w.what.setup.id, w.houses[i].a, &row, &w.err), 0);
        assert_true(row.ready && row.keys.len == threshold_keys_write(&keys.keys, written));
        assert_memory_equal(row.keys.p, written, row.keys.len);
        assert_int_equal(day_book_keys_of(w.houses[i].node, w.what.hall, w.today, w.houses[i].a, &found, &since, &w.err), i == 0 ? 0 : ERR_NOT_FOUND);
        assert_last_leaf_is_of_the_desk(i);
    }
    int64_t size = house_log_size(&w.houses[0]);
    if (make() < 0) /* once more: nothing new */
        fail_msg("%s", w.err.text);
    assert_int_equal(house_log_size(&w.houses[0]), size);
    const struct draw_beta all = drawn(h, 1, "records", &n);
    assert_int_equal(n, 3);
    assert_false(all.weak);
    serve_stop(w.servers[2]);
    w.servers[2] = NULL;
    drawn(h, 2, "records", &n); /* away: the other two */
    assert_int_equal(n, 2);
    assert_memory_equal(drawn(h, 1, "records", &n).b, all.b, DRAW_BETA_LEN);
    serve_stop(w.servers[1]);
    w.servers[1] = NULL;
    const struct draw_beta one = drawn(h, 3, "records", &n);
    assert_int_equal(n, 1);
    assert_true(one.weak);
    assert_int_equal(one.holder, 1);
    holders_close(h);
}

/* The same again is the same; for other records nobody answers: not with another window, not after a bad lot. */
static void test_answers_once(void **state)
{
    (void)state;
    size_t n;
    struct holders *h = asking();
    const struct draw_beta first = drawn(h, 7, "the window as it is", &n), again = drawn(h, 7, "the window as it is", &n);
    assert_memory_equal(first.b, again.b, DRAW_BETA_LEN);
    int64_t size = house_log_size(&w.houses[1]);
    const struct draw_beta other = drawn(h, 7, "another window", &n);
    assert_int_equal(n, 1); /* its own share alone, which says weak */
    assert_true(other.weak);
    assert_int_equal(house_log_size(&w.houses[1]), size); /* refused by what is kept, not by access */
    struct draw tomorrow = draw_of(8);
    struct draw_answers answers;
    tomorrow.day += 5;
    assert_int_equal(holders_ask(h, &tomorrow, (bytes){first.b, HASH_LEN}, &answers, &w.err), 0);
    assert_int_equal(answers.n, 1);
    holders_close(h);
}

/* --- who cheats in the set-up; the linker puts these in front of the key process's --- */

static unsigned bad_dealer, false_complainer, silent; /* by number */

int __real_keyring_share_deal(const struct keyring *k, const struct setup *s, unsigned me, const struct setup_offer offers[], struct setup_deal *out, struct err *err);
int __wrap_keyring_share_deal(const struct keyring *k, const struct setup *s, unsigned me, const struct setup_offer offers[], struct setup_deal *out, struct err *err);
int __wrap_keyring_share_deal(const struct keyring *k, const struct setup *s, unsigned me, const struct setup_offer offers[], struct setup_deal *out, struct err *err)
{
    int r = __real_keyring_share_deal(k, s, me, offers, out, err);
    if (me == bad_dealer)
        out->sealed[0][40] ^= 1; /* for the first holder */
    return r;
}

int __real_keyring_share_take(const struct keyring *k, const struct setup *s, unsigned me, const struct setup_offer offers[], const struct setup_deal deals[],
                              uint8_t sealed[static KEYRING_SHARE_LEN], struct setup_word *word, struct err *err);
int __wrap_keyring_share_take(const struct keyring *k, const struct setup *s, unsigned me, const struct setup_offer offers[], const struct setup_deal deals[],
                              uint8_t sealed[static KEYRING_SHARE_LEN], struct setup_word *word, struct err *err);
int __wrap_keyring_share_take(const struct keyring *k, const struct setup *s, unsigned me, const struct setup_offer offers[], const struct setup_deal deals[],
                              uint8_t sealed[static KEYRING_SHARE_LEN], struct setup_word *word, struct err *err)
{
    int r = __real_keyring_share_take(k, s, me, offers, deals, sealed, word, err);
    if (me == false_complainer)
        word->complaints |= 1; /* of the first dealer */
    return r;
}

int __real_keyring_share_open(const struct keyring *k, const struct setup *s, unsigned me, unsigned holder, uint8_t opened[static 32], struct err *err);
int __wrap_keyring_share_open(const struct keyring *k, const struct setup *s, unsigned me, unsigned holder, uint8_t opened[static 32], struct err *err);
int __wrap_keyring_share_open(const struct keyring *k, const struct setup *s, unsigned me, unsigned holder, uint8_t opened[static 32], struct err *err)
{
    return me == silent ? err_set(err, ERR_DENIED, "I will not") : __real_keyring_share_open(k, s, me, holder, opened, err);
}

static unsigned liar; /* answers with something that its share does not give */

int __real_keyring_share_answer(const struct keyring *k, const struct setup *s, unsigned me, const uint8_t sealed[static KEYRING_SHARE_LEN], bytes alpha, bytes about,
                                struct threshold_answer *out, struct err *err);
int __wrap_keyring_share_answer(const struct keyring *k, const struct setup *s, unsigned me, const uint8_t sealed[static KEYRING_SHARE_LEN], bytes alpha, bytes about,
                                struct threshold_answer *out, struct err *err);
int __wrap_keyring_share_answer(const struct keyring *k, const struct setup *s, unsigned me, const uint8_t sealed[static KEYRING_SHARE_LEN], bytes alpha, bytes about,
                                struct threshold_answer *out, struct err *err)
{
    int r = __real_keyring_share_answer(k, s, me, sealed, alpha, about, out, err);
    if (me == liar)
        out->response.b[0] ^= 1;
    return r;
}

/* A holder whose share does not fit the keys says so before they are in any log, and does not take part in them. */
static void test_a_share_that_does_not_fit(void **state)
{
    (void)state;
    struct share_row row;
    struct day_keys keys;
    int64_t since;
    allow(1);
    allow(2);
    liar = 2;
    const int64_t size = house_log_size(&w.houses[1]);
    assert_true(make() < 0);
    assert_non_null(strstr(w.err.text, "holder 2"));
    assert_int_equal(holders_store_get(w.houses[1].node->db, w.what.setup.id, w.houses[1].a, &row, &w.err), 0);
    assert_false(row.ready);
    assert_int_equal(house_log_size(&w.houses[1]), size);
    assert_int_equal(day_book_keys_of(w.houses[0].node, w.what.hall, w.today, w.houses[0].a, &keys, &since, &w.err), ERR_NOT_FOUND);
    liar = 0;
    if (make() < 0) /* the same set-up goes on */
        fail_msg("%s", w.err.text);
}

/* One that answers wrongly in a draw is left out, and the draw is the same. */
static void test_a_wrong_answer_is_left_out(void **state)
{
    (void)state;
    struct holders *h = asking();
    size_t n;
    const struct draw_beta right = drawn(h, 1, "records", &n);
    struct draw_answers answers;
    struct draw_beta beta;
    struct day_keys keys;
    const struct draw d = draw_of(1);
    uint8_t known[HASH_LEN];
    unsigned wrong;
    int64_t since;
    crypto_sha256(known, str_bytes(STR("records")));
    liar = 3;
    assert_int_equal(day_book_keys_of(w.houses[0].node, w.what.hall, w.today, w.houses[0].a, &keys, &since, &w.err), 0);
    assert_int_equal(holders_ask(h, &d, (bytes){known, HASH_LEN}, &answers, &w.err), 0);
    assert_int_equal(answers.n, 3);
    assert_int_equal(draw_beta(&keys.keys, &d, (bytes){known, HASH_LEN}, &answers, &beta, &wrong, &w.err), 0);
    liar = 0;
    assert_int_equal(wrong, 1 << 3);
    assert_int_equal(answers.n, 2);
    assert_memory_equal(beta.b, right.b, DRAW_BETA_LEN);
    holders_close(h);
}

static bool at_fault(unsigned house, unsigned holder)
{
    bool is;
    assert_int_equal(holders_store_at_fault(w.houses[house].node->db, w.what.hall, w.what.agencies[holder - 1], &is, &w.err), 0);
    return is;
}

/* Who sealed a share that does not fit is named in each log, and takes part again only for a reason; then the keys are made. */
static void test_a_bad_share_is_judged(void **state)
{
    (void)state;
    allow(1);
    allow(2);
    bad_dealer = 3;
    assert_int_equal(make(), ERR_CRYPTO);
    assert_non_null(strstr(w.err.text, "holder 3"));
    for (unsigned i = 0; i < N; i++)
        assert_true(at_fault(i, 3) && !at_fault(i, 1) && !at_fault(i, 2));
    bad_dealer = 0;
    w.what.setup.id[0] ^= 1;
    int64_t size = house_log_size(&w.houses[0]);
    assert_int_equal(make(), ERR_DENIED);
    assert_int_equal(holders_forgive(w.houses[0].node, &test_operator, w.what.hall, w.what.agencies[2], STR(" "), clock_now_ms(), &w.err), ERR_INPUT);
    assert_int_equal(house_log_size(&w.houses[0]), size);
    assert_int_equal(holders_forgive(w.houses[0].node, &test_operator, w.what.hall, w.what.agencies[2], STR("its disk was changed"), clock_now_ms(), &w.err), 0);
    assert_int_equal(house_log_size(&w.houses[0]), size + 1);
    if (make() < 0)
        fail_msg("%s", w.err.text);
}

/* Who complains of a share that fits is at fault itself. */
static void test_a_false_complaint_is_judged(void **state)
{
    (void)state;
    allow(1);
    allow(2);
    false_complainer = 2;
    assert_int_equal(make(), ERR_CRYPTO);
    assert_non_null(strstr(w.err.text, "holder 2"));
    for (unsigned i = 0; i < N; i++)
        assert_true(at_fault(i, 2) && !at_fault(i, 1) && !at_fault(i, 3));
    false_complainer = 0;
}

/* Whoever is complained of and will not open it is at fault by that. */
static void test_silence_is_a_fault(void **state)
{
    (void)state;
    allow(1);
    allow(2);
    bad_dealer = silent = 3;
    assert_int_equal(make(), ERR_CRYPTO);
    assert_non_null(strstr(w.err.text, "does not open"));
    assert_true(at_fault(0, 3) && !at_fault(1, 3));
    bad_dealer = silent = 0;
}

/* A day goes on with the keys it began with, whatever is made later. */
static void test_keys_of_a_day(void **state)
{
    (void)state;
    struct day_keys first, second;
    struct draw_answers answers;
    struct draw_beta beta;
    struct holders *newest = NULL, *h = asking();
    const struct draw d = draw_of(1);
    uint8_t known[HASH_LEN] = {1};
    unsigned wrong;
    int64_t since;
    holders_close(h);
    assert_int_equal(day_book_keys_of(w.houses[0].node, w.what.hall, w.today, w.houses[0].a, &first, &since, &w.err), 0);
    w.what.setup.id[0] ^= 1;
    if (make() < 0)
        fail_msg("%s", w.err.text);
    assert_int_equal(day_book_keys_of(w.houses[0].node, w.what.hall, w.today, w.houses[0].a, &second, &since, &w.err), 0);
    assert_memory_not_equal(&first.keys, &second.keys, sizeof first.keys);
    assert_int_equal(holders_of_keys(w.houses[0].node, &w.houses[0].identity, w.what.hall, w.today, &first.keys, &h, &w.err), 0);
    assert_int_equal(holders_ask(h, &d, (bytes){known, HASH_LEN}, &answers, &w.err), 0);
    assert_int_equal(draw_beta(&first.keys, &d, (bytes){known, HASH_LEN}, &answers, &beta, &wrong, &w.err), 0);
    assert_true(wrong == 0 && !beta.weak);
    holders_close(h);
    assert_int_equal(holders_open(w.houses[0].node, &w.houses[0].identity, w.what.hall, w.today, &newest, &w.err), 0);
    assert_int_equal(holders_ask(newest, &d, (bytes){known, HASH_LEN}, &answers, &w.err), 0);
    assert_int_equal(draw_beta(&first.keys, &d, (bytes){known, HASH_LEN}, &answers, &beta, &wrong, &w.err), ERR_NOT_FOUND);
    holders_close(newest);
}

static void test_nobody_holds_unasked(void **state)
{
    (void)state;
    allow(1);
    assert_true(make() < 0);
    assert_non_null(strstr(w.err.text, "holder 3"));
    allow(2);
    if (make() < 0)
        fail_msg("%s", w.err.text);
    /* the same hall's keys by another agency: it is not the first holder */
    struct holders_what stolen = w.what;
    stolen.setup.id[0] ^= 1;
    assert_int_equal(holders_make(w.houses[1].node, &w.houses[1].identity, &stolen, clock_now_ms(), &w.err), ERR_USAGE);
}

/* Another agency makes keys for the same hall with a holder of it, or with the hall's own node: it would draw there from now on with keys that it knows,
 * or use up the numbers of its draws. Its own node does what it likes. */
static void test_a_hall_is_one_agencys(void **state)
{
    (void)state;
    struct day_keys before, after;
    int64_t since;
    struct holders *h = asking();
    struct house *thief = &w.houses[2];
    assert_int_equal(day_book_keys_of(w.houses[0].node, w.what.hall, w.today, w.houses[0].a, &before, &since, &w.err), 0);
    serve(0);
    for (unsigned victim = 0; victim < 2; victim++) {
        struct holders_what stolen = w.what;
        stolen.setup = (struct setup){.id = {'s', (uint8_t)victim}, .needed = 2, .holders = 2};
        memcpy(stolen.agencies[0], w.what.agencies[2], ID_LEN);
        memcpy(stolen.agencies[1], w.what.agencies[victim], ID_LEN);
        assert_int_equal(holders_allow(w.houses[victim].node, &test_operator, stolen.agencies[0], clock_now_ms(), &w.err), 0);
        assert_int_equal(db_exec(thief->node->db, "delete from desk_setup", &w.err), 0);
        int64_t size = house_log_size(&w.houses[victim]);
        assert_true(holders_make(thief->node, &thief->identity, &stolen, clock_now_ms(), &w.err) < 0);
        assert_non_null(strstr(w.err.text, "another agency"));
        assert_int_equal(house_log_size(&w.houses[victim]), size);
        /* a hall of its own is fine, but not under the id of a set-up that was: its parts would be dealt twice */
        memcpy(stolen.hall, "hall two", 9);
        memcpy(stolen.setup.id, w.what.setup.id, ID_LEN);
        assert_true(holders_make(thief->node, &thief->identity, &stolen, clock_now_ms(), &w.err) < 0);
        assert_non_null(strstr(w.err.text, "another id"));
        stolen.setup.id[0] ^= (uint8_t)(2 + victim);
        if (holders_make(thief->node, &thief->identity, &stolen, clock_now_ms(), &w.err) < 0)
            fail_msg("%s", w.err.text);
    }
    assert_int_equal(day_book_keys_of(w.houses[0].node, w.what.hall, w.today, w.houses[0].a, &after, &since, &w.err), 0);
    assert_memory_equal(&after.keys, &before.keys, sizeof before.keys);
    holders_close(h);
    serve_stop(w.servers[0]);
    w.servers[0] = NULL;
}

/* Another holder asks for a draw that is the hall's to ask for: with its own share it would know the lot. */
static void test_only_the_hall_asks(void **state)
{
    (void)state;
    struct holders *h = asking(), *curious;
    struct draw_answers answers;
    const struct draw d = draw_of(1);
    uint8_t known[HASH_LEN] = {1};
    int64_t size = house_log_size(&w.houses[1]);
    assert_int_equal(holders_open(w.houses[2].node, &w.houses[2].identity, w.what.hall, w.today, &curious, &w.err), 0);
    assert_int_equal(holders_ask(curious, &d, (bytes){known, HASH_LEN}, &answers, &w.err), 0);
    assert_true(answers.n == 1 && answers.holders[0] == 3);
    assert_int_equal(house_log_size(&w.houses[1]), size);
    holders_close(curious);
    holders_close(h);
}

/* A partner for whose halls a node holds shares carries a set-up of another's hall: refused, whatever is signed in it. */
static void test_only_the_hall_carries(void **state)
{
    (void)state;
    struct house *carrier = &w.houses[2];
    struct partner p;
    struct http_client *client;
    struct talk *t = arena_new_of(carrier->a, struct talk);
    bytes heard;
    t->what = w.what;
    assert_int_equal(holders_allow(w.houses[1].node, &test_operator, w.what.agencies[2], clock_now_ms(), &w.err), 0);
    assert_int_equal(partner_by_id(carrier->node->db, carrier->a, w.what.agencies[1], &p, &w.err), 0);
    assert_int_equal(http_client_open(p.address.p, p.tls_pin, &carrier->identity, &client, &w.err), 0);
    for (unsigned own = 0; own < 2; own++) {
        int r = peer_call(client, &p, carrier->a, "/v1/desk/setup", talk_write(carrier->a, t, TALK_OFFER), TALK_SAID_MAX + SIGNATURE_LEN, 20000, &heard, &w.err);
        assert_true(own ? r == 0 : r < 0);
        if (!own)
            assert_non_null(strstr(w.err.text, "nobody here has said"));
        memcpy(t->what.agencies[0], w.what.agencies[2], ID_LEN); /* its own hall: that is what was promised */
        memcpy(t->what.agencies[2], w.what.agencies[0], ID_LEN);
        t->what.setup.id[0] ^= 1;
        memcpy(t->what.hall, "hall two", 9);
    }
    http_client_close(client);
}

/* A hall asks one holder ahead, about windows that never were, to know the lots: what that holder kept shows it. */
static void test_who_asks_ahead_is_seen(void **state)
{
    (void)state;
    struct holders *h = asking();
    struct day_drawn day[3] = {{.kind = DRAW_COUNTERS, .number = 2}};
    struct holders_compared c;
    struct holders_held *held;
    size_t n;
    assert_int_equal(holders_held(w.houses[1].node, w.houses[1].a, &held, &n, &w.err), 0);
    assert_true(n == 1 && held[0].me == 2 && held[0].keys.needed == 2 && memcmp(&held[0].what, &w.what, sizeof w.what) == 0);
    for (uint32_t i = 1; i <= 2; i++) { /* an honest day of two calls */
        drawn(h, i, "records", &n);
        day[i] = (struct day_drawn){.kind = DRAW_CALL, .number = i, .holders = 1 << 1 | 1 << 2};
        crypto_sha256(day[i].known, str_bytes(STR("records")));
    }
    assert_int_equal(holders_compare(w.houses[1].node, w.what.hall, w.today, 2, day, 3, &c, &w.err), 0);
    assert_true(c.answered == 2 && c.same == 2 && c.left_out == 0 && c.other == 0 && c.missing == 0);
    assert_int_equal(holders_compare(w.houses[2].node, w.what.hall, w.today, 3, day, 3, &c, &w.err), 0);
    assert_true(c.same == 2 && c.left_out == 2 && c.weak == 0); /* the third answered, and the day does without */
    day[1].weak = true;
    day[1].holders = 1 << 1;
    assert_int_equal(holders_compare(w.houses[1].node, w.what.hall, w.today, 2, day, 3, &c, &w.err), 0);
    assert_true(c.left_out == 1 && c.weak == 1);
    day[2].known[0] ^= 1; /* the day was another than the one that was asked about */
    drawn(h, 3, "a window that never was", &n);
    assert_int_equal(holders_compare(w.houses[1].node, w.what.hall, w.today, 2, day, 3, &c, &w.err), 0);
    assert_true(c.answered == 3 && c.other == 1 && c.first_other == 2 && c.missing == 1 && c.first_missing == 3);
    holders_close(h);
}

/* What the carrier changes is found: a deal under another signature. */
static void test_carrier_changes_nothing(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct talk *t = arena_new_of(a, struct talk), *back = arena_new_of(a, struct talk);
    uint8_t said[TALK_SAID_MAX], signature[SIGNATURE_LEN];
    unsigned round;
    size_t len;
    t->what = w.what;
    for (unsigned i = 0; i < N; i++) {
        if (holders_step(w.houses[i].node, t, TALK_OFFER, clock_now_ms(), said, &len, t->signatures[TALK_OFFER][i], &w.err) < 0 ||
            talk_take(t, TALK_OFFER, i, (bytes){said, len}, &w.err) < 0)
            fail_msg("%s", w.err.text);
    }
    assert_int_equal(holders_step(w.houses[1].node, t, TALK_DEAL, clock_now_ms(), said, &len, signature, &w.err), 0);
    bytes sent = talk_write(a, t, TALK_DEAL);
    assert_int_equal(talk_read(sent, back, &round, &w.err), 0);
    assert_int_equal(round, TALK_DEAL);
    assert_memory_equal(back, t, sizeof *t);
    assert_int_equal(talk_read((bytes){sent.p, sent.len - 1}, back, &round, &w.err), ERR_INPUT);
    t->offers[2].share_key[0] ^= 1;
    assert_int_equal(holders_step(w.houses[1].node, t, TALK_DEAL, clock_now_ms(), said, &len, signature, &w.err), ERR_CRYPTO);
    assert_non_null(strstr(w.err.text, "holder 3"));
    arena_free(a);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(test_made_together), TEST(test_answers_once), TEST(test_a_bad_share_is_judged), TEST(test_a_false_complaint_is_judged),
                                       TEST(test_silence_is_a_fault), TEST(test_keys_of_a_day), TEST(test_nobody_holds_unasked), TEST(test_carrier_changes_nothing), TEST(test_a_hall_is_one_agencys), TEST(test_who_asks_ahead_is_seen), TEST(test_only_the_hall_asks), TEST(test_only_the_hall_carries),
                                       TEST(test_a_share_that_does_not_fit), TEST(test_a_wrong_answer_is_left_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
