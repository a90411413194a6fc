/* Passkeys of members: adding, signing in, proving again, removing; what is refused and what it leaves behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ground/http/test_authenticator.h"
#include "trust/act/test_node.h"
#include "trust/people/people_internal.h"

#define NOW INT64_C(1795467960000)
#define MINUTE INT64_C(60000)

static const struct webauthn_site site = {.rp_id = {"localhost", 9}, .origin = {"http://localhost:8080", 21}};

struct fixture {
    struct arena *a;
    const char *dir;
    struct node *node;
    struct authenticator *key;
    uint8_t member[ID_LEN];
    struct session session; /* a full one of hers, from NOW */
    struct actor actor;
    int64_t now;
};

/* A member who may sign in, and a session of hers; her password is of no interest here. */
static void add_member(struct fixture *f, const char *login, uint8_t id[static ID_LEN], struct session *s)
{
    struct err err = {0};
    static const struct actor operator = {.name = {"an operator", 11}, .role = {"operator", 8}};
    const struct member_new m = {.name = STR("Practice Dara"), .login = str_from(login), .languages = STR("km en"), .roles = ROLE_CASEWORKER};
    const struct signin_from from = {.address = STR("192.0.2.7"), .agent = STR("a browser"), .now_ms = NOW};
    char code[MEMBER_CODE_LEN], token[SESSION_TOKEN_LEN];
    if (member_add(f->node, &operator, NOW, &m, id, code, &err) < 0)
        fail_msg("%s", err.text);
    struct access_member standing = {.roles = ROLE_CASEWORKER, .state = MEMBER_ACTIVE};
    memcpy(standing.id, id, ID_LEN);
    assert_int_equal(access_member_put(f->node->db, &standing, &err), 0);
    assert_int_equal(people_session_start(f->node, id, false, &from, token, &err), 0);
    assert_int_equal(session_resume(f->node, str_from(token), NOW, s, &err), 0);
    assert_int_equal(s->proved_ms, NOW);
}

static int set_up(void **state)
{
    static const struct db_schema *const rooms[] = {&people_schema, NULL};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    f->now = NOW;
    if (test_node_open(a, rooms, NOW, &f->dir, &f->node) < 0)
        return -1;
    f->key = authenticator_new(AUTHENTICATOR_ES256);
    add_member(f, "dara", f->member, &f->session);
    f->actor = member_actor(a, f->member);
    f->actor.proved_ms = NOW;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    test_node_close(f->node, f->dir);
    authenticator_free(f->key);
    arena_free(f->a);
    return 0;
}

static bytes challenge_for(struct fixture *f, enum passkey_use use, const struct session *s)
{
    struct err err = {0};
    uint8_t *challenge = arena_alloc(f->a, PASSKEY_CHALLENGE_LEN);
    assert_int_equal(passkey_challenge(f->node, use, s, f->now, challenge, &err), 0);
    return (bytes){challenge, PASSKEY_CHALLENGE_LEN};
}

static int add(struct fixture *f, struct ceremony *c, str name, struct err *err)
{
    struct passkey_answer answer = {.challenge = c->challenge, .attestation = authenticator_create(f->key, f->a, c)};
    answer.client_data = c->client_data;
    return passkey_add(f->node, &f->actor, &f->session, f->now, &site, name, &answer, err);
}

static void added(struct fixture *f)
{
    struct err err = {0};
    struct ceremony c = ceremony_of(challenge_for(f, PASSKEY_ADD, &f->session));
    if (add(f, &c, STR("Telephone"), &err) < 0)
        fail_msg("%s", err.text);
}

static struct passkey_answer answer_to(struct fixture *f, struct ceremony *c)
{
    struct webauthn_assertion assertion = authenticator_sign(f->key, f->a, c);
    return (struct passkey_answer){.challenge = c->challenge, .client_data = assertion.client_data, .credential = c->id,
                                   .authenticator_data = assertion.authenticator_data, .signature = assertion.signature, .user = {f->member, ID_LEN}};
}

static int enter(struct fixture *f, const struct passkey_answer *answer, char token[static SESSION_TOKEN_LEN], struct err *err)
{
    const struct signin_from from = {.address = STR("192.0.2.7"), .agent = STR("a browser"), .now_ms = f->now};
    return signin_passkey(f->node, &from, &site, answer, token, err);
}

static int64_t leaves(struct fixture *f)
{
    int64_t size = -1;
    struct err err = {0};
    assert_int_equal(log_size(f->node->log, f->node->db, &size, &err), 0);
    return size;
}

static void test_add_and_sign_in(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct session s;
    struct passkey *all;
    size_t n;
    char token[SESSION_TOKEN_LEN];
    added(f);
    f->now += 10 * MINUTE;
    struct ceremony c = ceremony_of(challenge_for(f, PASSKEY_SIGN_IN, NULL));
    c.count = 2;
    struct passkey_answer answer = answer_to(f, &c);
    int64_t before = leaves(f);
    if (enter(f, &answer, token, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(leaves(f), before + 1);
    assert_int_equal(session_resume(f->node, str_from(token), f->now, &s, &err), 0);
    assert_memory_equal(s.member, f->member, ID_LEN);
    assert_int_equal(s.proved_ms, f->now);
    assert_false(s.enrolling);
    assert_int_equal(passkey_list(f->node, f->member, f->a, &all, &n, &err), 0);
    assert_int_equal(n, 1);
    assert_true(str_eq(all[0].name, STR("Telephone")));
    assert_int_equal(all[0].added_ms, NOW);
    assert_int_equal(all[0].used_ms, f->now);
    assert_int_equal(enter(f, &answer, token, &err), ERR_DENIED); /* the very same once more */
    assert_int_equal(log_verify(f->node->log, f->node->db, NULL, NULL, &err), 0);
}

/* A passkey that does not count its uses: then only the challenge tells that an answer was sent before. */
static void test_sent_before(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    char token[SESSION_TOKEN_LEN];
    struct ceremony c = ceremony_of(challenge_for(f, PASSKEY_ADD, &f->session));
    c.count = 0;
    assert_int_equal(add(f, &c, STR("Telephone"), &err), 0);
    c.challenge = challenge_for(f, PASSKEY_SIGN_IN, NULL);
    struct passkey_answer answer = answer_to(f, &c);
    assert_int_equal(enter(f, &answer, token, &err), 0);
    assert_int_equal(session_tidy(f->node, f->now + PASSKEY_CHALLENGE_MS - 1, &err), 0);
    f->now += PASSKEY_CHALLENGE_MS - 1;
    assert_int_equal(enter(f, &answer, token, &err), ERR_DENIED);
    assert_non_null(strstr(err.text, "sent before"));
}

/* A challenge is for one use, in one session, once, for five minutes. */
static void test_challenges(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct session other;
    uint8_t id[ID_LEN];
    char token[SESSION_TOKEN_LEN];
    add_member(f, "sophea", id, &other);
    static const uint8_t invented[PASSKEY_CHALLENGE_LEN] = {1};
    const bytes wrong[] = {challenge_for(f, PASSKEY_SIGN_IN, NULL), challenge_for(f, PASSKEY_PROVE, &f->session),
                           challenge_for(f, PASSKEY_ADD, &other), {invented, sizeof invented}, {invented, 0}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct ceremony c = ceremony_of(wrong[i]);
        assert_int_equal(add(f, &c, STR("Telephone"), &err), ERR_DENIED);
    }
    struct ceremony late = ceremony_of(challenge_for(f, PASSKEY_ADD, &f->session));
    f->now += PASSKEY_CHALLENGE_MS;
    f->actor.proved_ms = f->now;
    assert_int_equal(add(f, &late, STR("Telephone"), &err), ERR_DENIED);
    f->now--;
    assert_int_equal(add(f, &late, STR("Telephone"), &err), 0);
    assert_int_equal(add(f, &late, STR("Telephone"), &err), ERR_DENIED); /* used */
    struct ceremony c = ceremony_of(challenge_for(f, PASSKEY_SIGN_IN, NULL));
    c.count = 2;
    struct passkey_answer answer = answer_to(f, &c);
    f->now += PASSKEY_CHALLENGE_MS;
    assert_int_equal(enter(f, &answer, token, &err), ERR_DENIED);
    assert_int_equal(session_tidy(f->node, f->now, &err), 0);
}

/* Everything else that is refused, each with its leaf. */
static void test_refused(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct session other;
    uint8_t id[ID_LEN];
    char token[SESSION_TOKEN_LEN];
    added(f);
    add_member(f, "sophea", id, &other);
    for (int i = 0; i < 5; i++) {
        struct ceremony c = ceremony_of(challenge_for(f, PASSKEY_SIGN_IN, NULL));
        c.count = 2;
        c.origin = i == 0 ? STR("http://localhost.example") : c.origin;
        c.wrong_signature = i == 1;
        struct passkey_answer answer = answer_to(f, &c);
        if (i == 2)
            answer.user = (bytes){id, ID_LEN}; /* somebody else's handle */
        if (i == 3)
            answer.user.len = 0;
        if (i == 4)
            answer.credential.len--;
        int64_t before = leaves(f);
        if (enter(f, &answer, token, &err) != ERR_DENIED)
            fail_msg("case %d", i);
        assert_int_equal(leaves(f), before + 1);
    }
    struct ceremony c = ceremony_of(challenge_for(f, PASSKEY_SIGN_IN, NULL));
    c.count = 1; /* as when it was made: there is another of it */
    struct passkey_answer answer = answer_to(f, &c);
    assert_int_equal(enter(f, &answer, token, &err), ERR_DENIED);
    assert_non_null(strstr(err.text, "a copy of it"));
    for (int i = 6; i < SIGNIN_PER_ADDRESS; i++)
        assert_int_equal(enter(f, &answer, token, &err), ERR_DENIED);
    assert_int_equal(enter(f, &answer, token, &err), ERR_LIMIT);
}

/* Nobody proves with another's passkey; the proof lets sensitive acts through again. */
static void test_prove_again(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct session other;
    struct passkey *all;
    size_t n;
    uint8_t id[ID_LEN];
    added(f);
    add_member(f, "sophea", id, &other);
    assert_int_equal(passkey_list(f->node, f->member, f->a, &all, &n, &err), 0);
    f->now += ACCESS_FRESH_MS;
    assert_int_equal(passkey_remove(f->node, &f->actor, &f->session, f->now, all[0].id, &err), ERR_STALE);
    struct ceremony late = ceremony_of(challenge_for(f, PASSKEY_ADD, &f->session));
    late.id.len--;
    assert_int_equal(add(f, &late, STR("Key"), &err), ERR_STALE);
    const struct signin_from from = {.address = STR("192.0.2.7"), .agent = STR("a browser"), .now_ms = f->now};
    struct ceremony c = ceremony_of(challenge_for(f, PASSKEY_PROVE, &other));
    c.count = 2;
    struct passkey_answer answer = answer_to(f, &c);
    assert_int_equal(signin_prove_passkey(f->node, &from, &other, &site, &answer, &err), ERR_DENIED);
    assert_int_equal(signin_prove_passkey(f->node, &from, &f->session, &site, &answer, &err), ERR_DENIED);
    c.challenge = challenge_for(f, PASSKEY_PROVE, &f->session);
    answer = answer_to(f, &c);
    if (signin_prove_passkey(f->node, &from, &f->session, &site, &answer, &err) < 0)
        fail_msg("%s", err.text);
    struct session *mine;
    assert_int_equal(session_list_own(f->node, &f->session, f->now, f->a, &mine, &n, &err), 0);
    assert_int_equal(mine[0].proved_ms, f->now);
    f->actor.proved_ms = mine[0].proved_ms;
    assert_int_equal(passkey_remove(f->node, &f->actor, &f->session, f->now, id, &err), ERR_NOT_FOUND);
    assert_int_equal(passkey_remove(f->node, &f->actor, &f->session, f->now, all[0].id, &err), 0);
    assert_int_equal(signin_prove(f->node, &from, &f->session, STR("no password was ever set"), STR("123456"), &err), ERR_DENIED);
}

/* Removed, suspended, a new code given: it opens nothing more. */
static void test_ended(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    static const struct actor operator = {.name = {"an operator", 11}, .role = {"operator", 8}};
    struct passkey *all;
    size_t n;
    char token[SESSION_TOKEN_LEN], code[MEMBER_CODE_LEN];
    struct ceremony c = ceremony_of(challenge_for(f, PASSKEY_SIGN_IN, NULL));
    c.count = 7;
    struct passkey_answer answer = answer_to(f, &c);
    added(f);
    assert_int_equal(member_state_set(f->node, &operator, NOW, f->member, MEMBER_SUSPENDED, &err), 0);
    assert_int_equal(enter(f, &answer, token, &err), ERR_DENIED);
    struct access_member standing = {.roles = ROLE_CASEWORKER, .state = MEMBER_INVITED};
    memcpy(standing.id, f->member, ID_LEN);
    assert_int_equal(access_member_put(f->node->db, &standing, &err), 0);
    assert_int_equal(enter(f, &answer, token, &err), ERR_DENIED);
    standing.state = MEMBER_ACTIVE;
    assert_int_equal(access_member_put(f->node->db, &standing, &err), 0);
    assert_int_equal(member_code(f->node, &operator, NOW, f->member, code, NULL, &err), 0);
    assert_int_equal(access_member_put(f->node->db, &standing, &err), 0);
    assert_int_equal(passkey_list(f->node, f->member, f->a, &all, &n, &err), 0);
    assert_int_equal(n, 0);
    assert_int_equal(enter(f, &answer, token, &err), ERR_DENIED);
}

static void test_names_and_numbers(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct passkey *all;
    size_t n;
    char text[PASSKEY_NAME_MAX + 2];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    const str wrong[] = {STR(""), STR("two\nlines"), STR("\xff"), str_from(text)};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct ceremony c = ceremony_of(challenge_for(f, PASSKEY_ADD, &f->session));
        assert_int_equal(add(f, &c, wrong[i], &err), ERR_USAGE);
    }
    for (uint8_t i = 0; i <= PASSKEY_PER_MEMBER; i++) {
        struct ceremony c = ceremony_of(challenge_for(f, PASSKEY_ADD, &f->session));
        c.id = bytes_dup(f->a, (bytes){&i, 1});
        assert_int_equal(add(f, &c, STR("ទូរស័ព្ទ"), &err), i < PASSKEY_PER_MEMBER ? 0 : ERR_LIMIT);
    }
    assert_int_equal(passkey_list(f->node, f->member, f->a, &all, &n, &err), 0);
    assert_int_equal(n, PASSKEY_PER_MEMBER);
    assert_int_equal(passkey_remove(f->node, &f->actor, &f->session, f->now, all[0].id, &err), 0);
    struct ceremony c = ceremony_of(challenge_for(f, PASSKEY_ADD, &f->session));
    c.id = all[1].credential;
    assert_int_equal(add(f, &c, STR("Again"), &err), ERR_EXISTS);
}

/* What a thief of the database would read: no credential id, no key, no name of a passkey. */
static void test_nothing_in_clear(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    bytes file;
    struct ceremony c = ceremony_of(challenge_for(f, PASSKEY_ADD, &f->session));
    assert_int_equal(add(f, &c, STR("Unmistakable telephone"), &err), 0);
    if (strcmp(db_engine(f->node->db), "sqlite") != 0)
        skip(); /* the server's files are not ours to read */
    assert_int_equal(db_exec(f->node->db, "pragma wal_checkpoint(truncate)", &err), 0);
    assert_int_equal(file_read(f->a, str_c(f->a, str_slice(str_from(f->node->db_url), 7, SIZE_MAX)), 1 << 26, &file, &err), 0);
    assert_null(memmem(file.p, file.len, "Unmistakable", 12));
    assert_null(memmem(file.p, file.len, c.id.p, c.id.len));
    assert_non_null(memmem(file.p, file.len, "people_passkey", 14)); /* it is the file that was looked at */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_add_and_sign_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sent_before, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_challenges, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_prove_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names_and_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_in_clear, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
