/* letters on the line with a partner that misbehaves in every way it can: nothing is believed, nothing is lost, nobody spins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/letter/frames.h"
#include "trust/match/index.h"
#include "trust/peer/test_house.h"
#include "trust/serve/letters.h"

/* We are the police. The partner answers with the shelter's transport key; what it says is spoiled. */
static struct house police, shelter, third;
static struct http_server *fake;
static struct partner at_police; /* the shelter as the police knows it */
static const struct letter_kind *const kind_tables[] = {letter_kinds_people, NULL};
static const struct post_kinds kinds = {kind_tables};
static char said[400];

enum mode {
    HONEST, GREET_GARBAGE, GREET_REFUSES, POSITION_GARBAGE, POSITION_UNSIGNED, POSITION_OF_ANOTHER, RECEIPT_GARBAGE, RECEIPT_FORGED, TWO_POSITIONS,
    LETTERS_AS_ANSWER, TOO_MANY, CUT_FRAMES, NO_WORD, HOLDS_ALL, LATER_ALL, REJECTS, BUSY, SILENT_500, PULL_GARBAGE, PULL_RECEIPTS, PULL_NOTHINGS,
    PULL_ENDLESS, PULL_MISSING
};
static enum mode mode;
static int asked; /* requests since the mode was set */

static void note(const char *sentence)
{
    snprintf(said, sizeof said, "%s", sentence);
}

static void give(struct http_reply *r, int status, bytes body)
{
    r->status = status;
    r->type = "application/octet-stream";
    r->body = body;
}

static void refuse(struct http_reply *r, int status, const char *text)
{
    give(r, status, str_bytes(str_from(text)));
}

static struct partner police_at_shelter(struct arena *a)
{
    struct partner p;
    struct err err = {0};
    if (partner_find(shelter.node->db, a, STR("border-unit-7"), &p, &err) < 0)
        fail_msg("%s", err.text);
    return p;
}

static struct letter_position true_position(struct arena *a)
{
    struct partner p = police_at_shelter(a);
    struct letter_position position;
    struct err err = {0};
    if (post_position(shelter.node, &p, clock_now_ms(), &position, &err) < 0)
        fail_msg("%s", err.text);
    return position;
}

static void fake_position(const struct http_request *q, struct http_reply *r)
{
    struct letter_position p = true_position(q->arena);
    asked++;
    if (mode == POSITION_UNSIGNED)
        p.signature[3] ^= 1;
    if (mode == POSITION_OF_ANOTHER)
        p.from[0] ^= 1;
    if (mode == GREET_REFUSES)
        refuse(r, 403, "{\"error\":\"not today\",\"code\":\"denied\"}");
    else
        give(r, 200, mode == POSITION_GARBAGE ? str_bytes(STR("{\"comity_position\":1}")) : str_bytes(letter_position_write(q->arena, &p)));
}

static void fake_receipts(const struct http_request *q, struct http_reply *r)
{
    (void)q;
    asked++;
    give(r, 200, mode == GREET_GARBAGE ? str_bytes(STR("<html>")) : (bytes){NULL, 0});
}

/* A receipt that says all is well, for the letter that came, by a key that is not the partner's. */
static struct letter_receipt forged(struct arena *a, bytes letter)
{
    struct letter_receipt r = {.status = LETTER_ACCEPTED, .time_ms = clock_now_ms(), .leaf_index = 1, .log_key = log_vkey(shelter.node->log, a),
                               .leaf = str_bytes(STR("{}"))};
    struct letter_header h;
    struct err err = {0};
    str rest = bytes_str(letter), line;
    assert_true(str_split(&rest, '\n', &line));
    assert_int_equal(letter_header_read(a, str_bytes(line), &h, &err), 0);
    memcpy(r.id, h.id, ID_LEN);
    memcpy(r.from, h.from, ID_LEN);
    memcpy(r.to, h.to, ID_LEN);
    memcpy(r.digest, h.digest, HASH_LEN);
    assert_int_equal(keyring_sign(third.node->keys, KEYRING_AGENCY, letter_receipt_canonical(a, &r), r.signature, &err), 0);
    return r;
}

static void honest_answer(const struct http_request *q, struct buf *b)
{
    struct partner p = police_at_shelter(q->arena);
    struct frame *f;
    struct post_answer x;
    size_t n;
    struct err err = {0};
    assert_int_equal(frames_read(q->arena, q->body, POST_BATCH, &f, &n, &err), 0);
    for (size_t i = 0; i < n; i++) {
        if (letter_receive(shelter.node, &kinds, &p, &f[i].body, 1, clock_now_ms(), q->arena, &x, &err) < 0)
            fail_msg("%s", err.text);
        frame_add(b, FRAME_RECEIPT, str_bytes(letter_receipt_write(q->arena, &x.receipt)));
    }
}

static void fake_letters(const struct http_request *q, struct http_reply *r)
{
    static const enum frame_kind empty[] = {[HOLDS_ALL] = FRAME_HELD, [LATER_ALL] = FRAME_LATER};
    struct buf b = buf_new(q->arena);
    struct frame *f;
    struct letter_position p = true_position(q->arena);
    bytes position = str_bytes(letter_position_write(q->arena, &p));
    size_t n;
    asked++;
    assert_int_equal(frames_read(q->arena, q->body, POST_BATCH, &f, &n, NULL), 0);
    if (mode == HONEST)
        honest_answer(q, &b);
    if (mode == RECEIPT_GARBAGE)
        frame_add(&b, FRAME_RECEIPT, str_bytes(STR("{\"comity_receipt\":1}")));
    for (size_t i = 0; mode == RECEIPT_FORGED && i < n; i++) {
        struct letter_receipt x = forged(q->arena, f[i].body);
        frame_add(&b, FRAME_RECEIPT, str_bytes(letter_receipt_write(q->arena, &x)));
    }
    for (int i = 0; mode == TWO_POSITIONS && i < 2; i++)
        frame_add(&b, FRAME_POSITION, position);
    if (mode == LETTERS_AS_ANSWER)
        frame_add(&b, FRAME_LETTER, f[0].body);
    for (int i = 0; mode == TOO_MANY && i < 1000; i++)
        frame_add(&b, FRAME_HELD, (bytes){NULL, 0});
    for (size_t i = 0; (mode == HOLDS_ALL || mode == LATER_ALL) && i < n; i++)
        frame_add(&b, empty[mode], (bytes){NULL, 0});
    if (mode == REJECTS)
        frame_add(&b, FRAME_REJECTED, str_bytes(STR("\x1b[2Jgone")));
    bytes body = buf_bytes(&b);
    if (mode == CUT_FRAMES)
        body = (bytes){(const uint8_t *)"R\0\0\1\0{", 6};
    if (mode == BUSY || mode == SILENT_500)
        refuse(r, mode == BUSY ? 503 : 500, mode == BUSY ? "{\"error\":\"later\",\"code\":\"retry\"}" : "");
    else
        give(r, 200, body);
}

static void add_large_header(struct buf *b, struct arena *a)
{
    struct letter_header h = {.sequence = 1, .size = 9000000, .time_ms = clock_now_ms()};
    memcpy(h.from, at_police.id, ID_LEN);
    memset(h.id, 7, ID_LEN);
    frame_add(b, FRAME_LETTER, str_bytes(str_printf(a, "%s\n", letter_header_write(a, &h).p)));
}

static void fake_waiting(const struct http_request *q, struct http_reply *r)
{
    struct buf b = buf_new(q->arena);
    asked++;
    if (mode == PULL_RECEIPTS)
        frame_add(&b, FRAME_RECEIPT, (bytes){NULL, 0});
    if (mode == PULL_NOTHINGS)
        frame_add(&b, FRAME_LETTER, str_bytes(STR("no letter at all")));
    if (mode == PULL_ENDLESS || mode == PULL_MISSING)
        add_large_header(&b, q->arena);
    bytes body = mode == PULL_GARBAGE ? str_bytes(STR("<html>")) : buf_bytes(&b);
    give(r, 200, body);
}

static void fake_waiting_part(const struct http_request *q, struct http_reply *r)
{
    (void)q;
    asked++;
    if (mode == PULL_MISSING)
        refuse(r, 404, "{\"error\":\"gone\",\"code\":\"not-found\"}");
    else
        give(r, 200, (bytes){NULL, 0}); /* no byte, again and again */
}

static void fake_taken(const struct http_request *q, struct http_reply *r)
{
    (void)q;
    asked++;
    give(r, 200, str_bytes(STR("{\"settled\":0}")));
}

static bool admit(void *worker, const uint8_t peer[static HTTP_PIN_LEN])
{
    (void)worker;
    return memcmp(peer, police.identity.pin, HTTP_PIN_LEN) == 0;
}

static void start_fake(void)
{
    static const struct http_route routes[] = {
        {"GET", "/v1/position", 0, fake_position}, {"GET", "/v1/receipts/{}", 0, fake_receipts}, {"POST", "/v1/letters", LETTERS_BODY_MAX, fake_letters},
        {"GET", "/v1/letters/waiting", 0, fake_waiting}, {"GET", "/v1/letters/waiting/{}/{}", 0, fake_waiting_part},
        {"POST", "/v1/receipts", LETTERS_BODY_MAX, fake_taken}};
    static int worker;
    static void *const workers[] = {&worker};
    struct http_server_config c = {.listen = "127.0.0.1:0", .identity = &shelter.identity, .routes = routes,
                                   .n_routes = sizeof routes / sizeof routes[0], .workers = workers, .n_workers = 1, .admit = admit};
    struct err err = {0};
    if (http_server_start(&c, &fake, &err) < 0)
        fail_msg("%s", err.text);
}

static void introduce(struct house *h, struct house *from, const char *address)
{
    struct pair_letter_key key;
    struct err err = {0};
    if (post_key_current(from->node, clock_now_ms(), key.public_key, &key.until_ms, &err) < 0)
        fail_msg("%s", err.text);
    house_accept(h, from, str_from(address), &key, 50);
}

static int put(struct node *node, struct act *act, void *arg, struct err *err)
{
    (void)arg;
    uint8_t id[ID_LEN];
    struct letter l = {.kind = "notice", .purpose = STR("practice"), .reference = STR("case 7"), .type = STR("text/plain"),
                       .payload = str_bytes(STR("a word"))};
    return letter_send(node, &at_police, &l, act->now_ms, id, err);
}

static int setup(void **state)
{
    static const struct db_schema *const rooms[] = {&peer_schema, &index_schema, &letter_schema, NULL};
    (void)state;
    struct err err = {0};
    signal(SIGPIPE, SIG_IGN);
    house_open_rooms(&police, STR("Border Unit 7"), STR("TH"), STR("police"), rooms);
    house_open_rooms(&shelter, STR("Lotus House"), STR("KH"), STR("shelter"), rooms);
    house_open_rooms(&third, STR("River Clinic"), STR("VN"), STR("health"), rooms);
    start_fake();
    introduce(&police, &shelter, str_printf(police.a, "127.0.0.1:%u", http_server_port(fake)).p);
    introduce(&shelter, &police, "");
    at_police = police.other;
    for (int i = 0; i < 3; i++) {
        struct act act = {.verb = VERB_SEND, .actor = &test_operator, .purpose = STR("practice"), .reference = STR("case 7"), .now_ms = clock_now_ms()};
        if (act_run(police.node, &act, put, NULL, &err) < 0)
            fail_msg("%s", err.text);
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    http_server_stop(fake);
    house_close(&police);
    house_close(&shelter);
    house_close(&third);
    return 0;
}

static size_t count(enum post_state wanted, bool outgoing)
{
    struct post_filter filter = {.outgoing = outgoing, .incoming = !outgoing};
    struct post_item *items;
    struct err err = {0};
    size_t n = 0, found = 0;
    if (post_list(police.node, &filter, police.a, &items, &n, &err) < 0)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < n; i++)
        found += items[i].state == wanted;
    return found;
}

/* Turns of the job at one moment, as many as it asks for, and never more than a few. */
static void run_turns(void)
{
    static const bool never;
    struct serve_context c = {.node = police.node, .identity = &police.identity, .kinds = &kinds, .note = note, .stopping = &never, .lanes = 1};
    int turns = 0, r = 1;
    said[0] = 0;
    asked = 0;
    while (r > 0 && turns++ < 20) {
        struct err err = {0};
        r = letters_job.run(&c, clock_now_ms(), &err);
        if (r < 0)
            fail_msg("%s", err.text);
    }
    letters_job.close(c.state);
    assert_true(turns < 20);
    assert_true(asked > 0 && asked < 20);
}

static void test_what_does_not_hold_settles_nothing(void **state)
{
    (void)state;
    static const struct { enum mode mode; const char *says; } bad[] = {
        {GREET_GARBAGE, "not an answer"}, {GREET_REFUSES, "lotus-house refused: not today"}, {POSITION_GARBAGE, "not an answer"},
        {POSITION_UNSIGNED, "signature"}, {POSITION_OF_ANOTHER, ""}, {RECEIPT_GARBAGE, "not an answer"}, {RECEIPT_FORGED, "receipt"},
        {TWO_POSITIONS, "not an answer"}, {LETTERS_AS_ANSWER, "not an answer"}, {TOO_MANY, "not an answer"}, {CUT_FRAMES, "not an answer"},
        {NO_WORD, ""}, {HOLDS_ALL, ""}, {LATER_ALL, ""}, {REJECTS, "a reason that is not known here"}, {BUSY, ""}, {SILENT_500, "status 500"},
        {PULL_GARBAGE, "not an answer"}, {PULL_RECEIPTS, "not an answer"}, {PULL_ENDLESS, "does not go on"}, {PULL_MISSING, "gone"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        mode = bad[i].mode;
        run_turns();
        if ((bad[i].says[0] && !strstr(said, bad[i].says)) || (!bad[i].says[0] && mode != POSITION_OF_ANOTHER && said[0]))
            fail_msg("case %zu: \"%s\" instead of \"%s\"", i, said, bad[i].says);
        assert_null(strchr(said, '\x1b'));
        assert_int_equal(count(POST_WAITING, true), 3);
        assert_int_equal(count(POST_DELIVERED, true), 0);
        assert_int_equal(count(POST_RECEIVED, false), 0);
    }
    mode = PULL_NOTHINGS; /* answered, and nothing of it is kept; ours go their way meanwhile, into the void */
    run_turns();
    assert_int_equal(count(POST_RECEIVED, false), 0);
    assert_int_equal(count(POST_WAITING, true), 3);
}

static void test_and_then_it_is_honest(void **state)
{
    (void)state;
    mode = HONEST;
    run_turns();
    assert_string_equal(said, "");
    assert_int_equal(count(POST_DELIVERED, true), 3);
    assert_int_equal(count(POST_WAITING, true), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_does_not_hold_settles_nothing),
        cmocka_unit_test(test_and_then_it_is_honest),
    };
    return cmocka_run_group_tests_name("letters, hostile", tests, setup, teardown);
}
