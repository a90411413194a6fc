/* Members: joining, signing in, sessions, what ends them; what a stolen database would show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ground/crypto/password.h"
#include "trust/act/test_node.h"
#include "trust/people/people_internal.h"
#include "trust/people/setting.h"
#include "trust/people/signin.h"

#define NOW INT64_C(1795467960000)
#define MINUTE INT64_C(60000)
#define GOOD STR("three words together")

struct fixture {
    struct arena *a;
    const char *dir;
    struct node *node;
};

static const struct actor operator = {.name = {"an operator", 11}, .role = {"operator", 8}};

static int set_up(void **state)
{
    static const struct db_schema *const rooms[] = {&people_schema, NULL};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    if (test_node_open(a, rooms, NOW, &f->dir, &f->node) < 0)
        return -1;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    test_node_close(f->node, f->dir);
    arena_free(f->a);
    return 0;
}

static struct signin_from from_at(int64_t now_ms)
{
    return (struct signin_from){.address = STR("192.0.2.7"), .agent = STR("a browser"), .now_ms = now_ms};
}

static void add(struct fixture *f, const char *login, unsigned roles, uint8_t id[static ID_LEN], char code[static MEMBER_CODE_LEN])
{
    struct err err = {0};
    const struct member_new m = {.name = STR("Practice Dara"), .login = str_from(login), .languages = STR("km en"), .roles = roles};
    if (member_add(f->node, &operator, NOW, &m, id, code, &err) < 0)
        fail_msg("%s", err.text);
}

static str six_digits(struct fixture *f, str base32, int64_t now_ms)
{
    uint8_t secret[TOTP_SECRET_LEN] = {0};
    for (size_t i = 0; i < base32.len; i++) {
        const char *letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        size_t v = (size_t)(strchr(letters, base32.p[i]) - letters);
        for (size_t bit = 0; bit < 5; bit++)
            if (v >> (4 - bit) & 1)
                secret[(i * 5 + bit) / 8] |= (uint8_t)(0x80 >> (i * 5 + bit) % 8);
    }
    return str_printf(f->a, "%06" PRIu32, totp_code(secret, totp_step(now_ms)));
}

struct joined {
    uint8_t id[ID_LEN];
    str secret;
    char recovery[SIGNIN_RECOVERY_CODES][SIGNIN_RECOVERY_LEN];
    char token[SESSION_TOKEN_LEN];
};

static void join(struct fixture *f, const char *login, unsigned roles, int64_t now_ms, struct joined *j)
{
    struct err err = {0};
    struct session s;
    char code[MEMBER_CODE_LEN], token[SESSION_TOKEN_LEN];
    str uri;
    const struct signin_from from = from_at(now_ms);
    add(f, login, roles, j->id, code);
    assert_int_equal(signin_join(f->node, &from, str_from(login), str_from(code), token, &err), 0);
    assert_int_equal(session_resume(f->node, str_from(token), now_ms, &s, &err), 0);
    assert_true(s.enrolling);
    assert_int_equal(signin_totp_secret(f->node, &s, now_ms, f->a, &uri, &j->secret, &err), 0);
    assert_true(str_starts(uri, STR("otpauth://totp/Comity:")));
    assert_int_equal(signin_join_finish(f->node, &from, &s, j->token, &err), ERR_USAGE);
    assert_int_equal(signin_password_set(f->node, &from, &s, STR("short"), six_digits(f, j->secret, now_ms), j->recovery, &err), ERR_USAGE);
    assert_int_equal(signin_password_set(f->node, &from, &s, GOOD, STR("000000x"), j->recovery, &err), ERR_DENIED);
    if (signin_password_set(f->node, &from, &s, GOOD, six_digits(f, j->secret, now_ms), j->recovery, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(signin_join_finish(f->node, &from, &s, j->token, &err), 0);
    assert_int_equal(session_resume(f->node, str_from(token), now_ms, &s, &err), ERR_DENIED); /* the enrolling one is over */
    assert_int_equal(session_resume(f->node, str_from(j->token), now_ms, &s, &err), 0);
    assert_false(s.enrolling);
}

static int sign_in(struct fixture *f, const char *login, str password, str code, int64_t now_ms, char token[static SESSION_TOKEN_LEN], struct err *err)
{
    const struct signin_from from = from_at(now_ms);
    return signin_password(f->node, &from, str_from(login), password, code, token, err);
}

static void test_join_and_sign_in(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct joined j;
    struct session s;
    char token[SESSION_TOKEN_LEN];
    int64_t now = NOW;
    join(f, "dara", ROLE_CASEWORKER | ROLE_SUPERVISOR, now, &j);
    now += 2 * MINUTE;
    assert_int_equal(sign_in(f, "DARA", GOOD, six_digits(f, j.secret, now), now, token, &err), 0);
    assert_int_equal(session_resume(f->node, str_from(token), now, &s, &err), 0);
    assert_int_equal(s.roles, ROLE_CASEWORKER | ROLE_SUPERVISOR);
    assert_memory_equal(s.member, j.id, ID_LEN);
    assert_int_equal(s.proved_ms, now);
    assert_int_equal(sign_in(f, "dara", GOOD, six_digits(f, j.secret, now), now, token, &err), ERR_DENIED); /* each code once */
    assert_int_equal(sign_in(f, "dara", GOOD, six_digits(f, j.secret, now + 30000), now, token, &err), 0);  /* a clock ahead */
    now += 10 * MINUTE;
    assert_int_equal(sign_in(f, "dara", GOOD, six_digits(f, j.secret, now - MINUTE), now, token, &err), ERR_DENIED);
    assert_int_equal(sign_in(f, "dara", STR("three words togethex"), six_digits(f, j.secret, now), now, token, &err), ERR_DENIED);
    for (size_t i = 0; i < 2; i++) /* a recovery code, once */
        assert_int_equal(sign_in(f, "dara", GOOD, str_from(j.recovery[3]), now, token, &err), i == 0 ? 0 : ERR_DENIED);
    assert_int_equal(log_verify(f->node->log, f->node->db, NULL, NULL, &err), 0);
}

/* She proves again who she is, in the session she has: with password and code, each code once here too. */
static void test_prove_again(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct joined j;
    struct session s;
    join(f, "dara", ROLE_CASEWORKER, NOW, &j);
    const struct signin_from from = from_at(NOW + 6 * MINUTE);
    str code = six_digits(f, j.secret, from.now_ms);
    assert_int_equal(session_resume(f->node, str_from(j.token), from.now_ms, &s, &err), 0);
    assert_int_equal(s.proved_ms, NOW);
    assert_int_equal(signin_prove(f->node, &from, &s, STR("three words togethex"), code, &err), ERR_DENIED);
    assert_int_equal(signin_prove(f->node, &from, &s, GOOD, STR("000000x"), &err), ERR_DENIED);
    assert_int_equal(session_resume(f->node, str_from(j.token), from.now_ms, &s, &err), 0);
    assert_int_equal(s.proved_ms, NOW);
    assert_int_equal(signin_prove(f->node, &from, &s, GOOD, code, &err), 0);
    assert_int_equal(signin_prove(f->node, &from, &s, GOOD, code, &err), ERR_DENIED);
    assert_int_equal(session_resume(f->node, str_from(j.token), from.now_ms, &s, &err), 0);
    assert_int_equal(s.proved_ms, from.now_ms);
}

/* Another password: only with the one she has and digits; the old one opens nothing any more, and her other sessions end. */
static void test_change(void **state)
{
    static const str OTHER = STR("four quite other words");
    struct fixture *f = *state;
    struct err err = {0};
    struct joined j;
    struct session s, second;
    char token[SESSION_TOKEN_LEN];
    join(f, "changes", ROLE_CASEWORKER, NOW, &j);
    assert_int_equal(sign_in(f, "changes", GOOD, six_digits(f, j.secret, NOW + MINUTE), NOW + MINUTE, token, &err), 0);
    const struct signin_from from = from_at(NOW + 3 * MINUTE);
    assert_int_equal(session_resume(f->node, str_from(j.token), from.now_ms, &s, &err), 0);
    str code = six_digits(f, j.secret, from.now_ms);
    assert_int_equal(signin_password_change(f->node, &from, &s, GOOD, code, STR("short"), &err), ERR_USAGE);
    assert_int_equal(signin_password_change(f->node, &from, &s, OTHER, code, OTHER, &err), ERR_DENIED);
    assert_int_equal(signin_password_change(f->node, &from, &s, GOOD, STR("000000x"), OTHER, &err), ERR_DENIED);
    assert_int_equal(signin_password_change(f->node, &from, &s, GOOD, code, OTHER, &err), 0);
    assert_int_equal(session_resume(f->node, str_from(j.token), from.now_ms, &s, &err), 0);
    assert_int_equal(session_resume(f->node, str_from(token), from.now_ms, &second, &err), ERR_DENIED);
    const int64_t later = NOW + 5 * MINUTE;
    assert_int_equal(sign_in(f, "changes", GOOD, six_digits(f, j.secret, later), later, token, &err), ERR_DENIED);
    assert_int_equal(sign_in(f, "changes", OTHER, six_digits(f, j.secret, later), later, token, &err), 0);
}

/* The code to join with: another's does not do, nor one too old, nor twice. */
static void test_codes(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t one[ID_LEN], two[ID_LEN];
    char code[MEMBER_CODE_LEN], other[MEMBER_CODE_LEN], token[SESSION_TOKEN_LEN];
    add(f, "one", ROLE_CASEWORKER, one, code);
    add(f, "two", ROLE_CASEWORKER, two, other);
    struct signin_from from = from_at(NOW);
    assert_int_equal(signin_join(f->node, &from, STR("one"), str_from(other), token, &err), ERR_DENIED);
    assert_int_equal(signin_join(f->node, &from, STR("nobody"), str_from(code), token, &err), ERR_DENIED);
    str sloppy = str_lower_ascii(f->a, str_from(code));
    assert_int_equal(signin_join(f->node, &from, STR("one"), sloppy, token, &err), 0);
    from.now_ms = NOW + MEMBER_CODE_MS;
    assert_int_equal(signin_join(f->node, &from, STR("one"), str_from(code), token, &err), ERR_DENIED);
    assert_int_equal(member_code(f->node, &operator, from.now_ms, one, other, NULL, &err), 0);
    assert_int_equal(signin_join(f->node, &from, STR("one"), str_from(code), token, &err), ERR_DENIED);
    assert_int_equal(signin_join(f->node, &from, STR("one"), str_from(other), token, &err), 0);
    const struct member_new again = {.name = STR("x"), .login = STR("one"), .roles = ROLE_AUDITOR};
    assert_int_equal(member_add(f->node, &operator, NOW, &again, two, code, &err), ERR_EXISTS);
}

/* After ten failures the name is closed for a while, even to who knows the password; others are not. */
static void test_limits(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct joined j, other;
    char token[SESSION_TOKEN_LEN];
    int64_t now = NOW;
    join(f, "dara", ROLE_CASEWORKER, now, &j);
    join(f, "sophea", ROLE_CASEWORKER, now, &other);
    now += 5 * MINUTE;
    for (int i = 0; i < SIGNIN_PER_LOGIN; i++)
        assert_int_equal(sign_in(f, "dara", STR("wrong wrong wrong"), STR("123456"), now, token, &err), ERR_DENIED);
    assert_int_equal(sign_in(f, "dara", GOOD, six_digits(f, j.secret, now), now, token, &err), ERR_LIMIT);
    assert_non_null(strstr(err.text, "minutes"));
    assert_int_equal(sign_in(f, "sophea", GOOD, six_digits(f, other.secret, now), now, token, &err), 0);
    now += SIGNIN_WINDOW_MS;
    assert_int_equal(sign_in(f, "dara", GOOD, six_digits(f, j.secret, now), now, token, &err), 0);
    for (int i = 0; i < SIGNIN_PER_ADDRESS; i++) /* names that nobody has count for the address */
        (void)!sign_in(f, str_printf(f->a, "guess%d", i / 5).p, STR("x"), STR("y"), now, token, &err);
    assert_int_equal(sign_in(f, "sophea", GOOD, six_digits(f, other.secret, now), now, token, &err), ERR_LIMIT);
}

static void test_sessions_end(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct joined j;
    struct session s, *all;
    char token[SESSION_TOKEN_LEN];
    size_t n;
    int64_t now = NOW;
    join(f, "dara", ROLE_CASEWORKER, now, &j);
    for (int64_t seen = now; seen < now + SESSION_ABSOLUTE_MS; seen += SESSION_IDLE_MS - MINUTE)
        assert_int_equal(session_resume(f->node, str_from(j.token), seen, &s, &err), 0);
    assert_int_equal(session_resume(f->node, str_from(j.token), now + SESSION_ABSOLUTE_MS, &s, &err), ERR_DENIED);
    now += SESSION_ABSOLUTE_MS;
    assert_int_equal(sign_in(f, "dara", GOOD, six_digits(f, j.secret, now), now, token, &err), 0);
    assert_int_equal(session_resume(f->node, str_from(token), now + SESSION_IDLE_MS, &s, &err), ERR_DENIED);
    assert_int_equal(session_resume(f->node, str_from(token), now, &s, &err), 0);
    assert_int_equal(sign_in(f, "dara", GOOD, str_from(j.recovery[0]), now, token, &err), 0);
    assert_int_equal(session_list_own(f->node, &s, now, f->a, &all, &n, &err), 0);
    assert_int_equal(n, 2);
    assert_true(str_eq(all[0].agent, STR("a browser")));
    assert_int_equal(session_end(f->node, &s, now, &err), 0);
    assert_int_equal(session_end(f->node, &s, now, &err), ERR_NOT_FOUND);
    assert_int_equal(session_resume(f->node, str_from(token), now, &s, &err), 0);
    assert_int_equal(member_roles_set(f->node, &operator, now, j.id, ROLE_AUDITOR, NULL, &err), 0);
    assert_int_equal(session_resume(f->node, str_from(token), now, &s, &err), ERR_DENIED);
    assert_int_equal(session_resume(f->node, STR(""), now, &s, &err), ERR_DENIED);
    assert_int_equal(session_tidy(f->node, now + SESSION_ABSOLUTE_MS, &err), 0);
}

/* Suspended: out at once, and an act under the old actor is refused too. */
static void test_suspended(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct joined j;
    struct session s;
    char token[SESSION_TOKEN_LEN];
    join(f, "dara", ROLE_CASEWORKER | ROLE_ADMINISTRATOR, NOW, &j);
    struct actor dara = member_actor(f->a, j.id);
    dara.proved_ms = NOW;
    struct act look = {.verb = VERB_LOOK, .actor = &dara, .purpose = STR("casework"), .now_ms = NOW};
    assert_int_equal(act_run(f->node, &look, NULL, NULL, &err), 0);
    assert_int_equal(member_state_set(f->node, &dara, NOW, j.id, MEMBER_SUSPENDED, &err), ERR_DENIED); /* not herself */
    assert_int_equal(member_roles_set(f->node, &dara, NOW, j.id, ROLE_AUDITOR, NULL, &err), ERR_DENIED);
    assert_int_equal(member_state_set(f->node, &operator, NOW, j.id, MEMBER_SUSPENDED, &err), 0);
    assert_int_equal(session_resume(f->node, str_from(j.token), NOW, &s, &err), ERR_DENIED);
    assert_int_equal(act_run(f->node, &look, NULL, NULL, &err), ERR_DENIED);
    assert_int_equal(sign_in(f, "dara", GOOD, six_digits(f, j.secret, NOW + MINUTE), NOW + MINUTE, token, &err), ERR_DENIED);
    assert_int_equal(member_state_set(f->node, &operator, NOW, j.id, MEMBER_ACTIVE, &err), 0);
    assert_int_equal(sign_in(f, "dara", GOOD, six_digits(f, j.secret, NOW + 2 * MINUTE), NOW + 2 * MINUTE, token, &err), 0);
    assert_int_equal(member_state_set(f->node, &operator, NOW, j.id, MEMBER_LEFT, &err), 0);
    assert_int_equal(sign_in(f, "dara", GOOD, str_from(j.recovery[1]), NOW + 3 * MINUTE, token, &err), ERR_DENIED);
    assert_int_equal(member_state_set(f->node, &operator, NOW, j.id, MEMBER_ACTIVE, &err), ERR_USAGE);
}

/* A role is given and taken away by two persons, whether it sees cases or watches over those who do; nobody agrees to her own. */
static void test_roles_of_trust_take_two(void **state)
{
    static const struct approval_kind kinds[] = {{VERB_ROLES, "roles", member_roles_run, NULL}, {0}};
    struct fixture *f = *state;
    struct err err = {0};
    struct joined admin, boss, other;
    struct access_member standing;
    uint8_t request[ID_LEN], id[ID_LEN];
    char code[MEMBER_CODE_LEN];
    join(f, "admin2", ROLE_ADMINISTRATOR, NOW, &admin);
    join(f, "boss2", ROLE_SUPERVISOR, NOW, &boss);
    join(f, "other2", ROLE_CASEWORKER, NOW, &other);
    struct actor gives = member_actor(f->a, admin.id), agrees = member_actor(f->a, boss.id);
    gives.proved_ms = agrees.proved_ms = NOW;
    for (size_t i = 0; i < ACCESS_MEMBER_ROLES; i++) /* given, and the one she has taken away with it; an officer in a hall sees no case, but she was a caseworker */
        if (access_roles[i].bit != ROLE_CASEWORKER)
            assert_int_equal(member_roles_set(f->node, &gives, NOW, other.id, access_roles[i].bit, NULL, &err), ERR_PARKED);
    assert_int_equal(member_roles_set(f->node, &gives, NOW, other.id, ROLE_CASEWORKER | ROLE_OFFICER, NULL, &err), 0); /* at once */
    assert_int_equal(member_roles_set(f->node, &gives, NOW, other.id, ROLE_CASEWORKER, NULL, &err), 0);
    assert_int_equal(member_roles_set(f->node, &gives, NOW, other.id, ROLE_DPO, request, &err), ERR_PARKED);
    assert_int_equal(access_member_get(f->node->db, other.id, &standing, &err), 0);
    assert_int_equal(standing.roles, ROLE_CASEWORKER);
    assert_int_equal(approval_agree(f->node, kinds, &agrees, request, NOW, &err), 0);
    assert_int_equal(access_member_get(f->node->db, other.id, &standing, &err), 0);
    assert_int_equal(standing.roles, ROLE_DPO);
    assert_int_equal(member_roles_set(f->node, &gives, NOW, boss.id, ROLE_SUPERVISOR | ROLE_AUDITOR, request, &err), ERR_PARKED);
    assert_int_equal(approval_agree(f->node, kinds, &agrees, request, NOW, &err), ERR_DENIED); /* roles of her own */
    assert_int_equal(member_roles_set(f->node, &gives, NOW, admin.id, ROLE_SUPERVISOR, request, &err), ERR_DENIED);
    assert_int_equal(member_roles_set(f->node, &gives, NOW, boss.id, ROLE_OFFICER, request, &err), ERR_PARKED); /* away, so that a code for her took one */
    assert_int_equal(member_code(f->node, &gives, NOW, boss.id, code, NULL, &err), ERR_PARKED);
    assert_int_equal(access_member_get(f->node->db, boss.id, &standing, &err), 0);
    assert_int_equal(standing.roles, ROLE_SUPERVISOR);
    struct member_new m = {.name = STR("Practice Officer"), .login = STR("officer2")};
    for (size_t i = 0; i < ACCESS_MEMBER_ROLES; i++)
        if ((m.roles = access_roles[i].bit) != ROLE_OFFICER)
            assert_int_equal(member_add(f->node, &gives, NOW, &m, id, code, &err), ERR_DENIED);
    m.roles = 0;
    m.roles_follow = true;
    assert_int_equal(member_add(f->node, &gives, NOW, &m, id, code, &err), 0);
    assert_int_equal(member_roles_set(f->node, &gives, NOW, id, ROLE_DPO, request, &err), ERR_PARKED);
}

/* The verb of the last leaf about a member. */
static str last_verb(struct fixture *f)
{
    struct err err = {0};
    struct db_stmt *q;
    assert_int_equal(db_prepare(f->node->db, "select verb from act_detail order by leaf desc limit 1", &q, &err), 0);
    assert_int_equal(db_step(q, &err), 1);
    str verb = str_dup(f->a, db_col_text(q, 0));
    db_reset(q);
    return verb;
}

/* A new code for a role of trust: nothing happens before a second person agrees, who is neither the asker nor the member; then all she had ends, and
 * the code is shown to the asker, once, within a day. */
static void test_a_code_of_trust_takes_two(void **state)
{
    static const struct approval_kind kinds[] = {{VERB_CODE, "code", member_code_run, NULL}, {0}};
    static const unsigned trusted[] = {ROLE_CASEWORKER, ROLE_INVESTIGATOR, ROLE_PROSECUTOR, ROLE_SUPERVISOR, ROLE_DPO, ROLE_AUDITOR, ROLE_ADMINISTRATOR};
    struct fixture *f = *state;
    struct err err = {0};
    struct joined admin, other, boss, officer;
    struct session s;
    struct new_code *made;
    uint8_t request[ID_LEN];
    char code[MEMBER_CODE_LEN] = "", token[SESSION_TOKEN_LEN];
    const struct signin_from from = from_at(NOW + 2 * MINUTE);
    size_t n;
    int64_t count = 0;
    join(f, "admin", ROLE_ADMINISTRATOR, NOW, &admin);
    join(f, "other", ROLE_ADMINISTRATOR, NOW, &other);
    join(f, "boss", ROLE_SUPERVISOR, NOW, &boss);
    join(f, "officer", ROLE_DPO, NOW, &officer);
    struct actor asks = member_actor(f->a, admin.id), another = member_actor(f->a, other.id), herself = member_actor(f->a, boss.id),
                 agrees = member_actor(f->a, officer.id);
    asks.proved_ms = another.proved_ms = herself.proved_ms = agrees.proved_ms = NOW;
    for (size_t i = 0; i < sizeof trusted / sizeof trusted[0]; i++) {
        uint8_t id[ID_LEN];
        add(f, str_printf(f->a, "trusted%zu", i).p, trusted[i], id, token);
        assert_int_equal(member_code(f->node, &asks, NOW, id, code, NULL, &err), ERR_PARKED);
    }
    assert_int_equal(member_code(f->node, &asks, NOW, boss.id, code, request, &err), ERR_PARKED);
    assert_string_equal(code, "");
    assert_true(str_eq(last_verb(f), STR("code.asked")));
    assert_int_equal(session_resume(f->node, str_from(boss.token), NOW, &s, &err), 0); /* nothing has ended */
    assert_int_equal(member_code_take(f->node, &asks, request, NOW, code, &err), ERR_NOT_FOUND);
    assert_int_equal(approval_agree(f->node, kinds, &herself, request, NOW, &err), ERR_DENIED);
    assert_int_equal(approval_agree(f->node, kinds, &asks, request, NOW, &err), ERR_DENIED);
    assert_int_equal(approval_agree(f->node, kinds, &agrees, request, NOW, &err), 0);
    assert_true(str_eq(last_verb(f), STR("code")));
    assert_int_equal(session_resume(f->node, str_from(boss.token), NOW, &s, &err), ERR_DENIED);
    assert_int_equal(sign_in(f, "boss", GOOD, str_from(boss.recovery[0]), NOW + MINUTE, token, &err), ERR_DENIED);

    assert_int_equal(member_code_take(f->node, &another, request, NOW, code, &err), ERR_NOT_FOUND);
    assert_int_equal(member_code_take(f->node, &agrees, request, NOW, code, &err), ERR_DENIED);
    assert_int_equal(member_code_take(f->node, &asks, request, NOW + APPROVAL_FETCH_MS, code, &err), ERR_DENIED);
    assert_int_equal(member_code_take(f->node, &asks, request, NOW + MINUTE, code, &err), 0);
    assert_int_equal(signin_join(f->node, &from, STR("boss"), str_from(code), token, &err), 0);
    assert_int_equal(member_code_take(f->node, &asks, request, NOW + MINUTE, code, &err), ERR_DENIED);
    assert_non_null(strstr(err.text, "only once"));

    assert_int_equal(new_code_list(f->node->db, boss.id, f->a, &made, &n, &err), 0); /* what she is told */
    assert_int_equal(n, 1);
    assert_true(made[0].has_maker && made[0].has_second && memcmp(made[0].maker, admin.id, ID_LEN) == 0 && memcmp(made[0].second, officer.id, ID_LEN) == 0);
    assert_int_equal(new_code_count(f->node->db, boss.id, NOW, &count, &err), 0);
    assert_int_equal(count, 0);
    assert_int_equal(new_code_count(f->node->db, boss.id, NOW - 1, &count, &err), 0);
    assert_int_equal(count, 1);
}

/* One is enough for an officer in a hall, who sees no case, and for whoever runs the machine, whose leaf says that it was a code; either way she is told. */
static void test_a_code_by_one(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct joined admin, boss, worker;
    struct new_code *made;
    char code[MEMBER_CODE_LEN];
    size_t n;
    join(f, "admin", ROLE_ADMINISTRATOR, NOW, &admin);
    join(f, "boss", ROLE_SUPERVISOR, NOW, &boss);
    join(f, "worker", ROLE_OFFICER, NOW, &worker);
    struct actor asks = member_actor(f->a, admin.id);
    asks.proved_ms = NOW;
    assert_int_equal(member_code(f->node, &asks, NOW, worker.id, code, NULL, &err), 0);
    assert_true(str_eq(last_verb(f), STR("member")));
    assert_int_equal(new_code_list(f->node->db, worker.id, f->a, &made, &n, &err), 0);
    assert_true(n == 1 && made[0].has_maker && !made[0].has_second && !made[0].waits);
    assert_int_equal(member_code(f->node, &operator, NOW, boss.id, code, NULL, &err), 0);
    assert_true(str_eq(last_verb(f), STR("code")));
    assert_int_equal(new_code_list(f->node->db, boss.id, f->a, &made, &n, &err), 0);
    assert_true(n == 1 && !made[0].has_maker && !made[0].has_second);
    assert_int_equal(member_code(f->node, &asks, NOW, admin.id, code, NULL, &err), ERR_DENIED);
    asks = member_actor(f->a, worker.id);
    asks.proved_ms = NOW;
    assert_int_equal(member_code(f->node, &asks, NOW, boss.id, code, NULL, &err), ERR_DENIED);
}

static void test_forms(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct session one = {.id = {1}}, two = {.id = {2}};
    char token[SESSION_CSRF_LEN], again[SESSION_CSRF_LEN];
    assert_int_equal(session_csrf(f->node, &one, token, &err), 0);
    assert_int_equal(session_csrf(f->node, &one, again, &err), 0);
    assert_string_not_equal(token, again);
    assert_int_equal(session_csrf_check(f->node, &one, str_from(token), &err), 0);
    assert_int_equal(session_csrf_check(f->node, &one, str_from(again), &err), 0);
    assert_int_equal(session_csrf_check(f->node, &two, str_from(token), &err), ERR_DENIED);
    assert_int_equal(session_csrf_check(f->node, &one, STR(""), &err), ERR_DENIED);
    token[5] = token[5] == '0' ? '1' : '0';
    assert_int_equal(session_csrf_check(f->node, &one, str_from(token), &err), ERR_DENIED);
}

/* What a session was let do once is its own: no other session, no other thing, no other use. */
static void test_tickets(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    const struct session one = {.id = {1}}, two = {.id = {2}};
    const uint8_t heard[ID_LEN] = {7}, other[ID_LEN] = {8};
    char token[SESSION_TICKET_LEN];
    assert_int_equal(session_ticket(f->node, &one, "listen", heard, token, &err), 0);
    assert_int_equal(session_ticket_check(f->node, &one, "listen", heard, str_from(token), &err), 0);
    assert_int_equal(session_ticket_check(f->node, &two, "listen", heard, str_from(token), &err), ERR_DENIED);
    assert_int_equal(session_ticket_check(f->node, &one, "listen", other, str_from(token), &err), ERR_DENIED);
    assert_int_equal(session_ticket_check(f->node, &one, "look", heard, str_from(token), &err), ERR_DENIED);
    assert_int_equal(session_ticket_check(f->node, &one, "listen", heard, STR(""), &err), ERR_DENIED);
    token[9] = token[9] == '0' ? '1' : '0';
    assert_int_equal(session_ticket_check(f->node, &one, "listen", heard, str_from(token), &err), ERR_DENIED);
}

static void test_passwords(void **state)
{
    (void)state;
    struct err err = {0};
    static const struct { const char *password; int result; } cases[] = {
        {"three words together", 0}, {"បីពាក្យជាមួយគ្នា", 0}, {"short", ERR_USAGE}, {"passwordpassword", ERR_USAGE}, {"Password 123456", ERR_USAGE},
        {"dara12345678", ERR_USAGE}, {"123456789012", ERR_USAGE}, {"Sok Dara 1990 !", ERR_USAGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (signin_password_check(str_from(cases[i].password), STR("dara"), STR("Practice Dara"), &err) != cases[i].result)
            fail_msg("case %zu", i);
}

/* What a thief of the database would read: no name, login name, password, code or token. */
static void test_nothing_in_clear(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct joined j;
    bytes file;
    join(f, "dara-unmistakable", ROLE_CASEWORKER, NOW, &j);
    if (strcmp(db_engine(f->node->db), "sqlite") != 0)
        skip(); /* the server's files are not ours to read */
    assert_int_equal(db_exec(f->node->db, "pragma wal_checkpoint(truncate)", &err), 0);
    assert_int_equal(file_read(f->a, str_c(f->a, str_slice(str_from(f->node->db_url), 7, SIZE_MAX)), 1 << 26, &file, &err), 0);
    static const char *const secrets[] = {"dara-unmistakable", "Practice Dara", "three words together", "a browser", "192.0.2.7", "$argon2id"};
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        assert_null(memmem(file.p, file.len, secrets[i], strlen(secrets[i])));
    assert_null(memmem(file.p, file.len, j.token, SESSION_TOKEN_LEN - 1));
    assert_non_null(memmem(file.p, file.len, "people_session", 14)); /* it is the file that was looked at */
}

/* When the keys are locked, a thread's names go; whoever is asked for again is unsealed again. */
static void test_a_book_forgets(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct member m;
    struct people_row row;
    uint8_t id[ID_LEN];
    char code[MEMBER_CODE_LEN];
    struct member_book *book = member_book_new();
    add(f, "dara", ROLE_CASEWORKER, id, code);
    assert_int_equal(people_row_by_login(f->node, STR("dara"), &row, &err), 0);
    for (int i = 0; i < 2; i++) {
        assert_false(people_book_find(book, &row.record, f->a, &m));
        assert_int_equal(member_get_kept(f->node, book, id, f->a, &m, &err), 0);
        assert_true(str_eq(m.name, STR("Practice Dara")));
        assert_true(people_book_find(book, &row.record, f->a, &m));
        member_book_forget(book);
    }
    member_book_free(book);
}

/* What the agency decides: in its leaf, the last word counts, by administrators only. */
static void test_settings(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct joined j;
    str value;
    join(f, "dara", ROLE_CASEWORKER, NOW, &j);
    struct actor caseworker = member_actor(f->a, j.id);
    assert_int_equal(setting_get(f->node->db, "languages", f->a, &value, &err), 0);
    assert_int_equal(value.len, 0);
    assert_int_equal(setting_put(f->node, &operator, NOW, "languages", STR("km en km"), &err), 0);
    assert_int_equal(setting_put(f->node, &operator, NOW, "languages", STR("en km en"), &err), 0);
    assert_int_equal(setting_put(f->node, &caseworker, NOW, "languages", STR("th th"), &err), ERR_DENIED);
    assert_int_equal(setting_get(f->node->db, "languages", f->a, &value, &err), 0);
    assert_true(str_eq(value, STR("en km en")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_join_and_sign_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_prove_again, set_up, tear_down), cmocka_unit_test_setup_teardown(test_change, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_codes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_roles_of_trust_take_two, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_code_of_trust_takes_two, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_code_by_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sessions_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_suspended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_forms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tickets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_book_forgets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_settings, set_up, tear_down),
        cmocka_unit_test(test_passwords),
        cmocka_unit_test_setup_teardown(test_nothing_in_clear, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("trust/people", tests, NULL, NULL);
}
