/* Two agencies and real sockets: an honest exchange, then a partner that misbehaves in every way it can. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trust/match/index.h"
#include "trust/peer/answer.h"
#include "trust/peer/ask.h"
#include "trust/peer/offer.h"
#include "trust/peer/test_house.h"
#include "trust/serve/serve.h"

static struct house asker, holder, third;
static struct names *names;
static struct serve *server;
static struct partner holder_at; /* the holder as the asker knows it, at the server's address */
static struct identity known_person, unknown_person;

static struct partner at_port(struct house *h, const struct partner *p, unsigned port)
{
    struct partner moved = *p;
    moved.address = str_printf(h->a, "127.0.0.1:%u", port);
    return moved;
}

static void serve_holder(void)
{
    static const struct peer_route *const routes[] = {peer_routes, NULL};
    struct err err = {0};
    if (serve_start(holder.node, &(struct serve_settings){.listen = "127.0.0.1:0", .threads = 2, .routes = routes}, &server, &err) < 0)
        fail_msg("%s", err.text);
    holder_at = at_port(&asker, &asker.other, serve_port(server));
}

static int setup(void **state)
{
    (void)state;
    struct err err = {0};
    signal(SIGPIPE, SIG_IGN);
    house_open(&asker, STR("Border Unit 7"), STR("TH"), STR("police"));
    house_open(&holder, STR("Lotus House"), STR("KH"), STR("shelter"));
    house_open(&third, STR("Third Agency"), STR("VN"), STR("ngo"));
    house_pair(&third, &holder, 50);
    house_pair(&asker, &holder, 50);
    for (int i = 0; i < 40; i++) /* so that the holder's list is a list */
        house_add(&holder, str_printf(holder.a, "Anan%c", 'a' + i % 20), str_printf(holder.a, "Ratt%ckosin", 'a' + i % 17),
                  (struct date){(int16_t)(1960 + i), (uint8_t)(1 + i % 12), (uint8_t)(1 + i % 28)}, str_printf(holder.a, "X%07d", i * 7919));
    house_add(&holder, STR("Sergei"), STR("Kuznetsov"), (struct date){1990, 3, 5}, STR("N1234567"));
    house_index(&holder);
    /* Cyrillic, day and month swapped: the same person as another agency wrote her */
    known_person = some_identity(asker.a, STR("Сергей"), STR("Кузнецов"), (struct date){1990, 5, 3}, STR("N1234567"));
    unknown_person = some_identity(asker.a, STR("Maria"), STR("Velasquez"), (struct date){1971, 11, 30}, STR("Q7654321"));
    if (names_open(&names, &err) < 0)
        fail_msg("%s", err.text);
    serve_holder();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    serve_stop(server);
    names_close(names);
    house_close(&asker);
    house_close(&holder);
    house_close(&third);
    return 0;
}

static struct asking *open_asking(const struct partner *p)
{
    struct asking *k;
    struct err err = {0};
    if (ask_open(asker.node, names, p, &asker.identity, &k, &err) < 0)
        fail_msg("%s", err.text);
    return k;
}

static int ask(struct asking *k, const struct identity *who, struct ask_result *r, struct err *err)
{
    struct ask_query q = {.who = who, .purpose = STR("identification"), .reference = STR("case 7")};
    return ask_person(k, &test_operator, &q, clock_now_ms(), asker.a, r, err);
}

static void synced(struct asking *k)
{
    struct err err = {0};
    if (peer_line_sync(ask_line(k), clock_now_ms(), &err) < 0)
        fail_msg("%s", err.text);
}

/* --- honest --- */

static void test_known_and_unknown(void **state)
{
    (void)state;
    struct err err = {0};
    struct ask_result r;
    struct asking *k = open_asking(&holder_at);
    synced(k);
    int64_t here = house_log_size(&asker), there = house_log_size(&holder);
    if (ask(k, &known_person, &r, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(r.band, SCORE_HIT);
    assert_int_equal(r.n_hits, 1);
    assert_int_equal(strlen(r.hits[0].number), 14);
    assert_int_equal(r.budget_left, 49);
    assert_int_equal(r.leaf, here);
    assert_int_equal(r.result_leaf, here + 1);
    assert_int_equal(r.partner_leaf, there);
    assert_int_equal(house_log_size(&asker), here + 2);
    assert_int_equal(house_log_size(&holder), there + 1);
    if (ask(k, &unknown_person, &r, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(r.band, SCORE_NO_HIT);
    assert_int_equal(r.n_hits, 0);
    struct identity empty = {0};
    here = house_log_size(&asker);
    assert_int_equal(ask(k, &empty, &r, &err), ERR_INPUT);
    assert_int_equal(house_log_size(&asker), here);
    ask_close(k);
}

static void test_a_new_record_is_found_without_a_restart(void **state)
{
    (void)state;
    struct err err = {0};
    struct ask_result r;
    struct identity newcomer = some_identity(asker.a, STR("Bopha"), STR("Mondulkiri"), (struct date){2001, 1, 20}, STR("Z0000042"));
    struct asking *k = open_asking(&holder_at);
    synced(k);
    assert_int_equal(ask(k, &newcomer, &r, &err), 0);
    assert_int_equal(r.band, SCORE_NO_HIT);
    house_add(&holder, STR("Bopha"), STR("Mondulkiri"), (struct date){2001, 1, 20}, STR("Z0000042"));
    house_index(&holder);
    synced(k);
    assert_int_equal(ask_line(k)->n_maps, 2);
    assert_int_equal(ask(k, &newcomer, &r, &err), 0);
    assert_int_equal(r.band, SCORE_HIT);
    ask_close(k);
}

static void test_a_second_run_needs_no_download(void **state)
{
    (void)state;
    struct asking *k = open_asking(&holder_at);
    assert_true(ask_line(k)->ready); /* from what an earlier run accepted */
    synced(k);
    ask_close(k);
}

static void test_each_partner_gets_its_own_map(void **state)
{
    (void)state;
    struct err err = {0};
    struct partner at = at_port(&third, &third.other, serve_port(server));
    struct peer_line *theirs = NULL, *ours = NULL;
    if (peer_line_open(third.node, &at, &third.identity, names_ruleset(names), &theirs, &err) < 0 || peer_line_sync(theirs, clock_now_ms(), &err) < 0 ||
        peer_line_open(asker.node, &holder_at, &asker.identity, names_ruleset(names), &ours, &err) < 0)
        fail_msg("%s", err.text);
    assert_memory_not_equal(theirs->statement.maps[0].digest, ours->statement.maps[0].digest, HASH_LEN);
    peer_line_close(theirs);
    peer_line_close(ours);
}

static void test_a_stopped_partner_and_a_stranger_get_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    struct partner p;
    struct peer_line *l;
    struct partner at = at_port(&third, &third.other, serve_port(server));
    assert_int_equal(partner_find(holder.node->db, holder.a, STR("third-agency"), &p, &err), 0);
    p.status = PARTNER_SUSPENDED;
    assert_int_equal(partner_put(holder.node->db, &p, &err), 0);
    assert_int_equal(peer_line_open(third.node, &at, &third.identity, names_ruleset(names), &l, &err), 0);
    assert_int_equal(peer_line_sync(l, clock_now_ms(), &err), ERR_DENIED);
    assert_non_null(strstr(err.text, "pair first"));
    peer_line_close(l);
    p.status = PARTNER_ACTIVE;
    assert_int_equal(partner_put(holder.node->db, &p, &err), 0);
}

static void test_budget_is_spent_over_the_wire(void **state)
{
    (void)state;
    struct err err = {0};
    struct ask_result r;
    struct partner p;
    assert_int_equal(partner_find(holder.node->db, holder.a, STR("border-unit-7"), &p, &err), 0);
    int64_t budget = p.daily_budget;
    p.daily_budget = 1;
    assert_int_equal(partner_put(holder.node->db, &p, &err), 0);
    struct asking *k = open_asking(&holder_at);
    synced(k);
    int64_t here = house_log_size(&asker);
    assert_int_equal(ask(k, &known_person, &r, &err), ERR_LIMIT);
    assert_non_null(strstr(err.text, "lotus-house refused: the budget of 1 questions for today is spent"));
    assert_int_equal(house_log_size(&asker), here + 2); /* asked, and no answer */
    ask_close(k);
    p.daily_budget = budget;
    assert_int_equal(partner_put(holder.node->db, &p, &err), 0);
}

/* --- a partner that misbehaves: the holder's own keys and transport key, but what it sends is spoiled --- */

enum mode {
    HONEST, GARBAGE, NOT_JSON, TOO_LONG, NO_REASON, TERMINAL_TRICKS, WRONG_PROOF, OFF_CURVE, WRONG_SIGNATURE, OTHER_QUESTION, WRONG_EPOCH,
    OTHER_KEY, DIES,
    S_GARBAGE, S_WRONG_SIGNATURE, S_FOR_ANOTHER, S_REPLAYED, S_OLD_EPOCH, S_OTHER_RULES, S_NO_BASE, M_FLIPPED, M_TRUNCATED, M_LONGER
};
static enum mode mode;

static void reply_text(struct http_reply *r, str text)
{
    r->status = 200;
    r->body = str_bytes(text);
}

static struct partner asker_as_known(struct arena *a)
{
    struct partner p;
    struct err err = {0};
    if (partner_find(holder.node->db, a, STR("border-unit-7"), &p, &err) < 0)
        abort();
    return p;
}

static void spoil_statement(struct wire_statement *s)
{
    if (mode == S_FOR_ANOTHER)
        s->to[0] ^= 1;
    if (mode == S_REPLAYED)
        s->time_ms -= 3600000;
    if (mode == S_OLD_EPOCH)
        s->epoch--;
    if (mode == S_OTHER_RULES)
        s->ruleset = STR("names-0-\x1b[2J");
    if (mode == S_NO_BASE)
        s->n_maps = 0;
    if (mode == OTHER_KEY)
        s->public_key.b[0] ^= 4;
    if (mode >= M_FLIPPED)
        s->maps[0].digest[0] ^= 0xff; /* a map that is not here yet, so it is fetched */
}

static void fake_statement(const struct http_request *q, struct http_reply *r)
{
    struct wire_statement s;
    struct err err = {0};
    struct partner p = asker_as_known(q->arena);
    str text = {0};
    if (answer_statement(holder.node, &p, clock_now_ms(), q->arena, &text, &err) < 0 || wire_statement_read(q->arena, str_bytes(text), &s, &err) < 0)
        abort();
    spoil_statement(&s);
    assert_int_equal(keyring_sign(holder.node->keys, mode == S_WRONG_SIGNATURE ? KEYRING_LOG : KEYRING_AGENCY, wire_statement_canonical(q->arena, &s), s.signature, &err), 0);
    reply_text(r, mode == S_GARBAGE ? STR("{\"v\":1}") : wire_statement_write(q->arena, &s));
}

static void fake_map(const struct http_request *q, struct http_reply *r)
{
    struct offer offer;
    struct err err = {0};
    struct partner p = asker_as_known(q->arena);
    bytes map;
    if (offer_current(holder.node, q->arena, p.id, clock_now_ms(), &offer, &err) < 0 || file_read(q->arena, offer.paths[0], 1 << 26, &map, &err) < 0)
        abort();
    uint8_t *copy = arena_alloc(q->arena, map.len + 1);
    memcpy(copy, map.p, map.len);
    copy[map.len / 2] ^= mode == M_FLIPPED;
    r->status = 200;
    r->type = "application/octet-stream";
    r->body = (bytes){copy, map.len - (mode == M_TRUNCATED) + (mode == M_LONGER)};
}

static void spoil_answer(struct wire_answer *w)
{
    if (mode == WRONG_PROOF)
        w->proof[5] ^= 1;
    if (mode == OFF_CURVE)
        memset(w->points[3].b, 0xff, OPRF_POINT_LEN);
    if (mode == OTHER_QUESTION)
        w->question[0] ^= 1;
    if (mode == WRONG_EPOCH)
        w->epoch++;
}

static void fake_answer(const struct http_request *q, struct http_reply *r)
{
    struct wire_answer w;
    struct err err = {0};
    struct partner p = asker_as_known(q->arena);
    str text = {0};
    if (mode == DIES)
        _exit(9);
    if (answer_question(holder.node, &p, q->body, clock_now_ms(), q->arena, &text, &err) < 0 || wire_answer_read(q->arena, str_bytes(text), &w, &err) < 0)
        abort();
    spoil_answer(&w);
    assert_int_equal(keyring_sign(holder.node->keys, mode == WRONG_SIGNATURE ? KEYRING_LOG : KEYRING_AGENCY, wire_answer_canonical(q->arena, &w), w.signature, &err), 0);
    reply_text(r, wire_answer_write(q->arena, &w));
    if (mode == GARBAGE)
        reply_text(r, STR("{\"v\":1,\"id\":7}"));
    if (mode == NOT_JSON)
        reply_text(r, STR("<html>\x01\x02"));
    if (mode == TOO_LONG)
        r->body = (bytes){arena_alloc(q->arena, WIRE_ANSWER_MAX + 1), WIRE_ANSWER_MAX + 1};
    if (mode == NO_REASON)
        *r = (struct http_reply){.status = 502, .type = "text/plain", .body = str_bytes(STR("bad gateway"))};
    if (mode == TERMINAL_TRICKS)
        *r = (struct http_reply){.status = 400, .type = "application/json", .body = str_bytes(STR("{\"error\":\"\\u001b[2Jgone\",\"code\":\"x\"}"))};
}

static bool fake_admit(void *worker, const uint8_t peer[static HTTP_PIN_LEN])
{
    (void)worker;
    return memcmp(peer, asker.identity.pin, HTTP_PIN_LEN) == 0;
}

static struct http_server *fake_server(void)
{
    static const struct http_route routes[] = {
        {"GET", "/v1/epoch", 0, fake_statement}, {"GET", "/v1/map/{}/{}", 0, fake_map}, {"POST", "/v1/ask", WIRE_QUESTION_MAX, fake_answer}};
    static int worker;
    static void *const workers[] = {&worker};
    struct http_server_config c = {.listen = "127.0.0.1:0", .identity = &holder.identity, .routes = routes, .n_routes = 3,
                                   .workers = workers, .n_workers = 1, .admit = fake_admit};
    struct http_server *s;
    struct err err = {0};
    if (http_server_start(&c, &s, &err) < 0)
        fail_msg("%s", err.text);
    return s;
}

struct hostile { enum mode mode; int code; const char *says; };

static void test_answers_that_do_not_hold(void **state)
{
    (void)state;
    static const struct hostile bad[] = {
        {GARBAGE, ERR_PEER, "not an answer (answer.id: expected a string)"},
        {NOT_JSON, ERR_PEER, "not an answer"},
        {TOO_LONG, ERR_PEER, "more than the 8192 bytes"},
        {NO_REASON, ERR_PEER, "status 502"},
        {TERMINAL_TRICKS, ERR_PEER, "refused: ?[2Jgone"},
        {WRONG_PROOF, ERR_CRYPTO, "proof"},
        {OFF_CURVE, ERR_CRYPTO, ""},
        {WRONG_SIGNATURE, ERR_CRYPTO, "signature"},
        {OTHER_QUESTION, ERR_PEER, "another question"},
        {WRONG_EPOCH, ERR_PEER, "epoch"},
    };
    struct http_server *fake = fake_server();
    struct partner p = at_port(&asker, &asker.other, http_server_port(fake));
    struct asking *k = open_asking(&p);
    mode = HONEST;
    synced(k);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        struct ask_result r;
        int64_t size = house_log_size(&asker);
        mode = bad[i].mode;
        int code = ask(k, &known_person, &r, &err);
        if (code != bad[i].code || !strstr(err.text, bad[i].says) || !strstr(err.text, "lotus-house"))
            fail_msg("case %zu: %d \"%s\" instead of %d \"%s\"", i, code, err.text, bad[i].code, bad[i].says);
        assert_int_equal(r.n_hits, 0);
        assert_int_equal(house_log_size(&asker), size + 2);
    }
    struct err err = {0};
    struct ask_result r;
    mode = HONEST; /* and the line is as good as before */
    assert_int_equal(ask(k, &known_person, &r, &err), 0);
    assert_int_equal(r.band, SCORE_HIT);
    ask_close(k);
    http_server_stop(fake);
}

static int count_files(const char *folder, const char *end)
{
    int n = 0;
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (const struct dirent *e; (e = readdir(d));)
        n += str_ends(str_from(e->d_name), str_from(end));
    closedir(d);
    return n;
}

static void test_statements_and_maps_that_do_not_hold(void **state)
{
    (void)state;
    static const struct hostile bad[] = {
        {S_GARBAGE, ERR_PEER, "not a statement (statement.from: a string is missing)"},
        {S_WRONG_SIGNATURE, ERR_CRYPTO, "signature"},
        {S_FOR_ANOTHER, ERR_PEER, "other agencies"},
        {S_REPLAYED, ERR_PEER, "older than one that came before"},
        {S_OLD_EPOCH, ERR_PEER, "older than one that came before"},
        {S_OTHER_RULES, ERR_PEER, "statement.ruleset: control characters"},
        {S_NO_BASE, ERR_PEER, "no base map"},
        {M_FLIPPED, ERR_CRYPTO, "not the one that was signed"},
        {M_TRUNCATED, ERR_PEER, "sent"},
        {M_LONGER, ERR_PEER, "more than"},
    };
    struct http_server *fake = fake_server();
    struct partner p = at_port(&asker, &asker.other, http_server_port(fake));
    struct asking *k = open_asking(&p);
    struct peer_line *l = ask_line(k);
    mode = HONEST;
    synced(k);
    int maps = count_files(l->folder, ".map");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        mode = bad[i].mode;
        int code = peer_line_sync(l, clock_now_ms(), &err);
        if (code != bad[i].code || !strstr(err.text, bad[i].says) || !str_starts(str_from(err.text), STR("lotus-house")))
            fail_msg("case %zu: %d \"%s\" instead of %d \"%s\"", i, code, err.text, bad[i].code, bad[i].says);
        assert_true(l->ready); /* what was there before still is */
        assert_int_equal(count_files(l->folder, ".map"), maps);
        assert_int_equal(count_files(l->folder, ".part"), 0);
    }
    struct err err = {0};
    struct ask_result r;
    mode = HONEST;
    assert_int_equal(ask(k, &known_person, &r, &err), 0);
    assert_int_equal(r.band, SCORE_HIT);
    ask_close(k);
    http_server_stop(fake);
}

/* A holder that uses another key than it committed to would learn who asks; the proof shows it. */
static void test_another_key_than_the_committed_one(void **state)
{
    (void)state;
    struct err err = {0};
    struct ask_result r;
    struct http_server *fake = fake_server();
    struct partner p = at_port(&asker, &asker.other, http_server_port(fake));
    struct asking *k = open_asking(&p);
    mode = OTHER_KEY;
    synced(k);
    assert_int_equal(ask(k, &known_person, &r, &err), ERR_CRYPTO);
    mode = HONEST;
    ask_close(k);
    http_server_stop(fake);
}

static void test_a_holder_killed_in_mid_question(void **state)
{
    (void)state;
    struct err err = {0};
    struct ask_result r;
    int ready[2];
    unsigned port = 0;
    mode = DIES;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct http_server *fake = fake_server();
        port = http_server_port(fake);
        if (write(ready[1], &port, sizeof port) != sizeof port)
            _exit(1);
        pause();
        _exit(1);
    }
    close(ready[1]); /* a child that ends early must not leave the read waiting */
    assert_int_equal(read(ready[0], &port, sizeof port), sizeof port);
    struct partner p = at_port(&asker, &asker.other, port);
    struct asking *k = open_asking(&p); /* with the statement of an earlier run */
    assert_true(ask_line(k)->ready);
    int64_t here = house_log_size(&asker), there = house_log_size(&holder);
    assert_int_equal(ask(k, &known_person, &r, &err), ERR_IO);
    assert_int_equal(house_log_size(&asker), here + 2);
    assert_int_equal(house_log_size(&holder), there);
    assert_int_equal(ask(k, &known_person, &r, &err), ERR_IO);
    assert_non_null(strstr(err.text, "cannot be reached"));
    ask_close(k);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 9);
    close(ready[0]);
    mode = HONEST;
}

static void test_a_map_damaged_on_our_disk_is_fetched_again(void **state)
{
    (void)state;
    struct err err = {0};
    struct ask_result r;
    struct asking *k = open_asking(&holder_at);
    synced(k);
    const char *folder = str_dup(asker.a, str_from(ask_line(k)->folder)).p;
    ask_close(k);
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (const struct dirent *e; (e = readdir(d));)
        if (str_ends(str_from(e->d_name), STR(".map"))) {
            int fd = open(str_printf(asker.a, "%s/%s", folder, e->d_name).p, O_RDWR);
            assert_int_equal(pwrite(fd, "damage", 6, 200), 6);
            close(fd);
        }
    closedir(d);
    k = open_asking(&holder_at);
    assert_false(ask_line(k)->ready); /* seen at once; the damaged file is gone */
    synced(k);
    assert_int_equal(ask(k, &known_person, &r, &err), 0);
    assert_int_equal(r.band, SCORE_HIT);
    ask_close(k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_and_unknown),
        cmocka_unit_test(test_a_new_record_is_found_without_a_restart),
        cmocka_unit_test(test_a_second_run_needs_no_download),
        cmocka_unit_test(test_each_partner_gets_its_own_map),
        cmocka_unit_test(test_a_stopped_partner_and_a_stranger_get_nothing),
        cmocka_unit_test(test_budget_is_spent_over_the_wire),
        cmocka_unit_test(test_answers_that_do_not_hold),
        cmocka_unit_test(test_statements_and_maps_that_do_not_hold),
        cmocka_unit_test(test_another_key_than_the_committed_one),
        cmocka_unit_test(test_a_map_damaged_on_our_disk_is_fetched_again),
        cmocka_unit_test(test_a_holder_killed_in_mid_question),
    };
    return cmocka_run_group_tests_name("exchange", tests, setup, teardown);
}
