/* A person takes back what she agreed to: every holder that can be reached loses the read in one exchange.
 *
 * One agency gave a letter and a statement to six others, over real lines; one of them is away. Exchanges are counted (the linker puts ours in front of
 * peer_call, by which all that one node asks of another goes), not timed: from the withdrawal until nobody reads it any more there is one with each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "trust/grant/grant.h"
#include "trust/peer/call.h"
#include "trust/peer/test_house.h"
#include "trust/serve/letters.h"
#include "trust/serve/serve.h"
#include "work/cases/consent.h"
#include "work/cases/consent_act.h"
#include "work/statements/statement_give.h"

#define HOLDERS 6
#define AWAY (HOLDERS - 1)

#define OK(expression) \
    do { \
        w.err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, w.err.text); \
    } while (0)

struct holder {
    struct house h;
    struct serve *server;
    struct serve_context context;
    char address[40];
    struct actor worker;
    struct partner as_partner; /* as the giver knows it */
    uint8_t letter[ID_LEN], statement[ID_LEN];
    size_t exchanges;
};

static struct world {
    struct arena *a;
    struct house giver;
    struct serve *server;
    struct serve_context context;
    char address[40];
    struct holder holder[HOLDERS];
    struct names *names;
    struct actor worker;
    uint8_t file[ID_LEN], person[ID_LEN], recording[ID_LEN], consent[ID_LEN];
    bool counts;
    struct err err;
} w;

int __real_peer_call(struct http_client *client, const struct partner *partner, struct arena *a, const char *path, bytes body, size_t max_answer,
                     unsigned timeout_ms, bytes *out, struct err *err);
int __wrap_peer_call(struct http_client *client, const struct partner *partner, struct arena *a, const char *path, bytes body, size_t max_answer,
                     unsigned timeout_ms, bytes *out, struct err *err);
int __wrap_peer_call(struct http_client *client, const struct partner *partner, struct arena *a, const char *path, bytes body, size_t max_answer,
                     unsigned timeout_ms, bytes *out, struct err *err)
{
    for (size_t i = 0; w.counts && i < HOLDERS; i++)
        if (memcmp(partner->id, w.holder[i].as_partner.id, ID_LEN) == 0) {
            w.holder[i].exchanges++;
            printf("# to holder %zu: %s\n", i + 1, path);
        }
    return __real_peer_call(client, partner, a, path, body, max_answer, timeout_ms, out, err);
}

static const struct letter_kind *const tables[] = {statement_kinds, grant_letter_kinds, grant_people_kinds, NULL};
static const struct post_kinds kinds = {tables};
static const bool never;

static void serve(struct node *node, char address[static 40], struct serve **out)
{
    static const struct peer_route *const routes[] = {letter_routes, NULL};
    OK(serve_start(node, &(struct serve_settings){.listen = address[0] ? address : "127.0.0.1:0", .threads = 2, .routes = routes, .kinds = &kinds}, out, &w.err));
    snprintf(address, 40, "127.0.0.1:%u", serve_port(*out));
}

static void context(struct house *h, struct serve_context *out)
{
    *out = (struct serve_context){.identity = &h->identity, .kinds = &kinds, .stopping = &never, .lanes = 1};
    OK(node_open_again(h->node, &out->node, &w.err));
}

static void run_letters(struct serve_context *c)
{
    int r;
    do {
        w.err.text[0] = 0;
        r = letters_job.run(c, clock_now_ms(), &w.err);
    } while (r > 0);
    OK(r);
}

static void settle(void)
{
    for (int i = 0; i < 4; i++) {
        run_letters(&w.context);
        for (size_t k = 0; k < HOLDERS; k++)
            if (w.holder[k].server)
                run_letters(&w.holder[k].context);
    }
}

static struct actor member(struct house *h)
{
    struct access_member m = {.id = {1}, .roles = ROLE_INVESTIGATOR | ROLE_CASEWORKER, .state = MEMBER_ACTIVE};
    OK(access_member_put(h->node->db, &m, &w.err));
    return (struct actor){.name = STR("a member"), .role = STR("member"), .member = {1}};
}

static struct casework by(struct house *h, const struct actor *who)
{
    return (struct casework){.node = h->node, .names = w.names, .actor = who, .purpose = STR("protection"), .reference = STR("case 12"), .now_ms = clock_now_ms()};
}

static void meet(struct house *x, struct house *y, const char *address)
{
    struct pair_letter_key key;
    OK(post_key_current(y->node, clock_now_ms(), key.public_key, &key.until_ms, &w.err));
    house_accept(x, y, str_from(address), &key, 500);
}

static void open_holder(size_t i, const struct db_schema *const *rooms)
{
    struct holder *x = &w.holder[i];
    house_open_rooms(&x->h, str_printf(w.a, "Holder %zu", i + 1), STR("TH"), STR("ngo"), rooms);
    x->worker = member(&x->h);
    serve(x->h.node, x->address, &x->server);
    context(&x->h, &x->context);
    meet(&x->h, &w.giver, w.address);
    meet(&w.giver, &x->h, x->address);
    OK(partner_by_id(w.giver.node->db, w.a, w.giver.other.id, &x->as_partner, &w.err));
}

static void record_statement(void)
{
    static uint8_t media[200000] = "HEAD\x1f\x43\xb6\x75";
    struct casework job = by(&w.giver, &w.worker);
    const uint8_t none[ID_LEN] = {0};
    struct statement s;
    int64_t have;
    OK(recording_begin(&job, w.file, none, STR("video/webm"), w.recording, &w.err));
    for (int i = 0; i < 3; i++)
        OK(recording_append(&job, w.recording, &(struct recording_chunk){.sequence = i, .at_ms = i * 2000, .media = {media, sizeof media}}, &have, &w.err));
    OK(statement_seal(&job, w.recording, STR("{\"language\":\"km\"}"), w.a, &s, &w.err));
}

static void agree(void)
{
    struct casework job = by(&w.giver, &w.worker);
    struct record c = {.version = 1, .has_about = true};
    memcpy(c.about, w.person, ID_LEN);
    for (size_t i = 0; i < CONSENT_QUESTIONS; i++)
        record_add(w.a, &c, consent_questions[i].field, STR("yes"));
    record_add(w.a, &c, "cmt_ConsentState", STR("Given"));
    record_add(w.a, &c, "cmt_ConsentPurposes", STR("protection"));
    record_add(w.a, &c, "cmt_ConsentElements", STR("Identity Statement"));
    for (size_t i = 0; i < HOLDERS; i++)
        record_add(w.a, &c, "cmt_ConsentRecipients", str_printf(w.a, "Holder %zu", i + 1));
    OK(consent_keep(&job, w.file, w.a, &c, &w.err));
    memcpy(w.consent, c.id, ID_LEN);
}

static void give(struct holder *x)
{
    struct casework job = by(&w.giver, &w.worker);
    struct statement_gift gift = {.to = &x->as_partner, .purpose = STR("protection")};
    memcpy(gift.consent, w.consent, ID_LEN);
    OK(consent_share(&job, w.file, w.a, w.consent, &(struct consent_share){.to = &x->as_partner, .purpose = STR("protection")}, x->letter, &w.err));
    OK(statement_give(&job, w.file, w.recording, &gift, x->statement, &w.err));
}

/* There she is in a case of the holder's own. */
static void take_in(struct holder *x)
{
    struct casework job = by(&x->h, &x->worker);
    struct casefile_change c[2] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON}};
    uint8_t file[ID_LEN];
    record_add(w.a, &c[1].record, "prs_FirstName", STR("Sopheap"));
    OK(casefile_new(&job, w.a, c, 2, file, &w.err));
    OK(statement_place(&job, x->statement, file, c[1].record.id, &w.err));
}

static int set_up(void **state)
{
    static const struct db_schema *const rooms[] = {&peer_schema, &letter_schema, &grant_schema, &cases_schema, &requests_schema, &statements_schema, NULL};
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    w.a = arena_new();
    OK(names_open(&w.names, &w.err));
    house_open_rooms(&w.giver, STR("Lotus House"), STR("KH"), STR("shelter"), rooms);
    w.worker = member(&w.giver);
    serve(w.giver.node, w.address, &w.server);
    context(&w.giver, &w.context);
    for (size_t i = 0; i < HOLDERS; i++)
        open_holder(i, rooms);
    struct casework job = by(&w.giver, &w.worker);
    struct casefile_change c[2] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON}};
    record_add(w.a, &c[1].record, "prs_FirstName", STR("Sopheap"));
    OK(casefile_new(&job, w.a, c, 2, w.file, &w.err));
    memcpy(w.person, c[1].record.id, ID_LEN);
    record_statement();
    agree();
    return 0;
}

static void close_one(struct house *h, struct serve *server, struct serve_context *c)
{
    letters_job.close(c->state);
    node_close(c->node);
    serve_stop(server);
    house_close(h);
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < HOLDERS; i++)
        close_one(&w.holder[i].h, w.holder[i].server, &w.holder[i].context);
    close_one(&w.giver, w.server, &w.context);
    names_close(w.names);
    arena_free(w.a);
    return 0;
}

/* May a person there read the letter, and hear the statement; and is there anything left to read. */
static bool reads(struct holder *x)
{
    struct casework job = by(&x->h, &x->worker);
    struct letter_content content;
    bytes payload;
    bool letter = grant_letter_may(x->h.node, x->letter, GRANT_READ, STR("protection"), clock_now_ms(), &w.err) == 0;
    bool statement = statement_hear(&job, x->statement, &w.err) == 0;
    assert_int_equal(post_read(x->h.node, x->letter, w.a, &content, &payload, &w.err) == 0, letter);
    assert_int_equal(statement_leaves(x->h.node, x->statement, NULL, NULL, &w.err) == 0, statement);
    assert_int_equal(letter, statement);
    return letter;
}

static void test_one_exchange_with_each(void **state)
{
    (void)state;
    struct casework job = by(&w.giver, &w.worker);
    int64_t n;
    for (size_t i = 0; i < HOLDERS; i++)
        give(&w.holder[i]);
    settle();
    for (size_t i = 0; i < HOLDERS; i++) {
        OK(statements_examine(w.holder[i].h.node, clock_now_ms(), &n, &w.err));
        assert_int_equal(n, 1);
        take_in(&w.holder[i]);
        assert_true(reads(&w.holder[i]));
    }
    serve_stop(w.holder[AWAY].server);
    w.holder[AWAY].server = NULL;
    OK(consent_withdraw(&job, w.file, w.a, w.consent, &(struct consent_end){.why = STR("she asked")}, &w.err));
    w.counts = true;
    run_letters(&w.context);
    w.counts = false;
    for (size_t i = 0; i < AWAY; i++) {
        assert_false(reads(&w.holder[i]));
        assert_int_equal(w.holder[i].exchanges, 1);
    }
    assert_true(reads(&w.holder[AWAY])); /* whom nothing reaches nothing is taken from, yet: it is seen as outstanding */
    settle();
    struct grant_item *items;
    size_t n_items, acknowledged = 0;
    OK(grant_list(w.giver.node, w.a, clock_now_ms(), &items, &n_items, &w.err));
    for (size_t i = 0; i < n_items; i++)
        acknowledged += items[i].ours && items[i].acknowledged_ms > 0;
    assert_int_equal(n_items, 2 * HOLDERS);
    assert_int_equal(acknowledged, 2 * AWAY); /* the signed word of each that it can no longer read it */
    serve(w.holder[AWAY].h.node, w.holder[AWAY].address, &w.holder[AWAY].server);
    for (int i = 0; i < 600 && reads(&w.holder[AWAY]); i++) { /* until it is tried again */
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
        run_letters(&w.context);
    }
    assert_false(reads(&w.holder[AWAY]));
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_one_exchange_with_each, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
