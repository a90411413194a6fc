/* act: the verb table walked whole, the leaf beside every effect, refusals logged, nodes made whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "trust/act/act.h"
#include "trust/act/test_expected.h"
#include "trust/act/test_node.h"

#define NOW 1795467960123

struct fixture {
    struct arena *a;
    const char *dir;
    struct node *node;
};

static const struct agency shelter = {STR("Lotus House (practice)"), STR("KH"), STR("shelter")};

static int set_up(void **state)
{
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    if (test_node_open(a, NULL, NOW, &f->dir, &f->node) < 0)
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

static const struct actor operator = {STR("an operator"), STR("operator")};

static int64_t leaves(struct fixture *f)
{
    int64_t size = -1;
    struct err err = {0};
    assert_int_equal(log_size(f->node->log, f->node->db, &size, &err), 0);
    return size;
}

static int64_t details(struct fixture *f)
{
    int64_t n = -1;
    struct err err = {0};
    assert_int_equal(vault_count(f->node->vault, f->node->db, VAULT_ACT_DETAIL, &n, &err), 0);
    return n;
}

/* What test_expected.h says of one role, newly proved, without a file. */
static int expected(enum verb v, const char *role, bool purpose, bool reference)
{
    static const struct { const char *role, *letter; } letters[] = {
        {"operator", "o"}, {"partner", "t"}, {"node", "n"}, {"caseworker", "c"}, {"investigator", "i"}, {"prosecutor", "p"}, {"supervisor", "s"},
        {"dpo", "d"}, {"auditor", "a"}, {"administrator", "m"}, {"", ""},
    };
    struct expected_asker who = {.roles = "", .fresh = true};
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (strcmp(letters[i].role, role) == 0)
            who.roles = letters[i].letter;
    who.member = *who.roles && !strchr("otn", *who.roles);
    const struct expected_row *row = expected_row(verbs[v].name);
    assert_non_null(row);
    return expected_verdict(row, &who, purpose, reference);
}

/* One of the roles that are no member's, or an active member with that role alone. */
static struct actor actor_of(struct fixture *f, const char *role)
{
    struct err err = {0};
    struct access_member m = {.roles = access_role_bit(str_from(role)), .state = MEMBER_ACTIVE};
    struct actor who = {.name = STR("somebody"), .role = str_from(role)};
    if (!(m.roles & ROLES_OF_MEMBERS))
        return who;
    memset(m.id, (int)(m.roles >> 3 & 0xff) + 1, ID_LEN);
    assert_int_equal(access_member_put(f->node->db, &m, &err), 0);
    who.role = STR("member");
    who.proved_ms = NOW;
    memcpy(who.member, m.id, ID_LEN);
    return who;
}

/* Roles are given to members only: an actor who merely says that he is one has none. And states: invited, suspended, left, unknown. */
static void test_only_active_members_have_roles(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct actor claims = {.name = STR("somebody"), .role = STR("caseworker")};
    struct act act = {.verb = VERB_LOOK, .actor = &claims, .now_ms = NOW, .purpose = STR("casework")};
    assert_int_equal(act_run(f->node, &act, NULL, NULL, &err), ERR_DENIED);
    static const enum member_state states[] = {MEMBER_INVITED, MEMBER_SUSPENDED, MEMBER_LEFT};
    for (size_t i = 0; i < 3; i++) {
        struct access_member m = {.id = {7}, .roles = ROLES_OF_MEMBERS, .state = states[i]};
        struct actor who = {.name = STR("somebody"), .role = STR("member"), .member = {7}};
        struct act sign_in = {.verb = VERB_SIGN_IN, .actor = &who, .now_ms = NOW};
        assert_int_equal(access_member_put(f->node->db, &m, &err), 0);
        act.actor = &who;
        assert_int_equal(act_run(f->node, &act, NULL, NULL, &err), ERR_DENIED);
        assert_int_equal(act_run(f->node, &sign_in, NULL, NULL, &err), states[i] == MEMBER_INVITED ? 0 : ERR_DENIED);
    }
    struct actor unknown = {.name = STR("somebody"), .role = STR("member"), .member = {9}};
    act.actor = &unknown;
    assert_int_equal(act_run(f->node, &act, NULL, NULL, &err), ERR_DENIED);
}

static void test_every_verb_role_purpose_reference(void **state)
{
    struct fixture *f = *state;
    static const char *const roles[] = {"operator", "partner", "node", "caseworker", "investigator", "prosecutor", "supervisor", "dpo", "auditor",
                                        "administrator", ""};
    for (int v = 0; v < N_VERBS; v++)
        for (size_t r = 0; r < sizeof roles / sizeof roles[0]; r++)
            for (int said = 0; said < 4; said++) {
                struct actor who = actor_of(f, roles[r]);
                struct act act = {.verb = (enum verb)v, .actor = &who, .now_ms = NOW};
                act.purpose = said & 1 ? STR("identification") : STR("");
                act.reference = said & 2 ? STR("practice case 1") : STR("");
                struct err err = {0};
                int64_t before = leaves(f);
                int result = act_run(f->node, &act, NULL, NULL, &err);
                assert_int_equal(result, expected((enum verb)v, roles[r], said & 1, said & 2));
                assert_true(leaves(f) == before + 1); /* a refusal leaves its leaf too */
            }
}

static void test_unknown_purpose_is_refused(void **state)
{
    struct fixture *f = *state;
    struct act act = {.verb = VERB_SEARCH, .actor = &operator, .purpose = STR("curiosity"), .now_ms = NOW};
    struct err err = {0};
    assert_int_equal(act_run(f->node, &act, NULL, NULL, &err), ERR_DENIED);
    assert_non_null(strstr(err.text, "identification")); /* it says which there are */
}

static int put_and(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct vault_id id;
    bool added;
    int result = vault_put(node->vault, node->db, VAULT_QUESTION, str_bytes(STR("content")), NULL, &id, &added, err);
    if (result < 0)
        return result;
    act->has_object = true;
    memcpy(act->object, id.b, ID_LEN);
    act->detail = STR("planted-detail-of-the-act");
    return *(const int *)arg;
}

static void test_effect_and_leaf_or_neither(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    int64_t before = leaves(f), n_details = details(f), n, after;
    assert_int_equal(vault_count(f->node->vault, f->node->db, VAULT_QUESTION, &n, &err), 0);

    struct act act = {.verb = VERB_IMPORT, .actor = &operator, .now_ms = NOW};
    int outcome = ERR_INPUT;
    assert_int_equal(act_run(f->node, &act, put_and, &outcome, &err), ERR_INPUT);
    assert_int_equal(vault_count(f->node->vault, f->node->db, VAULT_QUESTION, &after, &err), 0);
    assert_true(after == n && leaves(f) == before && details(f) == n_details);

    outcome = 0;
    assert_int_equal(act_run(f->node, &act, put_and, &outcome, &err), 0);
    assert_int_equal(vault_count(f->node->vault, f->node->db, VAULT_QUESTION, &after, &err), 0);
    assert_true(after == n + 1 && leaves(f) == before + 1 && details(f) == n_details + 1);
    assert_true(act.leaf_index == before);
    assert_int_equal(log_verify(f->node->log, f->node->db, NULL, NULL, &err), 0);
}

/* A group is one transaction: all its effects and leaves, or none, and the one that stood in the way is named. */
static void test_group_is_all_or_none(void **state)
{
    enum { N = 40 };
    struct fixture *f = *state;
    struct err err = {0};
    struct act acts[N];
    struct act_step steps[N];
    int good = 0, bad = ERR_INPUT;
    int64_t before = leaves(f), n_details = details(f), n, after;
    size_t failed;
    assert_int_equal(vault_count(f->node->vault, f->node->db, VAULT_QUESTION, &n, &err), 0);
    for (size_t i = 0; i < N; i++) {
        acts[i] = (struct act){.verb = VERB_IMPORT, .actor = &operator, .now_ms = NOW};
        steps[i] = (struct act_step){&acts[i], put_and, i == 29 ? &bad : &good};
    }
    assert_int_equal(act_run_group(f->node, steps, N, &failed, &err), ERR_INPUT);
    assert_int_equal(failed, 29);
    assert_int_equal(vault_count(f->node->vault, f->node->db, VAULT_QUESTION, &after, &err), 0);
    assert_true(after == n && leaves(f) == before && details(f) == n_details);

    steps[29].arg = &good;
    acts[7].verb = VERB_SEARCH; /* needs a purpose: denied, and of the whole group only that is logged */
    assert_int_equal(act_run_group(f->node, steps, N, &failed, &err), ERR_DENIED);
    assert_int_equal(failed, 7);
    assert_true(leaves(f) == before + 1);

    acts[7].verb = VERB_IMPORT;
    assert_int_equal(act_run_group(f->node, steps, N, &failed, &err), 0);
    assert_int_equal(vault_count(f->node->vault, f->node->db, VAULT_QUESTION, &after, &err), 0);
    assert_true(after == n + N && leaves(f) == before + 1 + N);
    for (size_t i = 0; i < N; i++)
        assert_true(acts[i].leaf_index == before + 1 + (int64_t)i);
    assert_int_equal(log_verify(f->node->log, f->node->db, NULL, NULL, &err), 0);
}

static void test_leaf_names_nobody(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    int outcome = 0;
    struct act act = {.verb = VERB_ERASE, .actor = &operator, .reference = STR("planted-reference"), .now_ms = NOW};
    assert_int_equal(act_run(f->node, &act, put_and, &outcome, &err), 0);
    bytes leaf;
    assert_int_equal(log_leaf_get(f->node->log, f->node->db, act.leaf_index, f->a, &leaf, &err), 0);
    str text = bytes_str(leaf);
    assert_false(str_contains(text, STR("planted")));
    assert_false(str_contains(text, operator.name));
    assert_true(str_contains(text, STR("erase")));
}

static int forget(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct act *earlier = arg;
    (void)act;
    int64_t n;
    int result = act_forget(node, earlier->object, &n, err);
    assert_true(result < 0 || n == 1);
    return result;
}

static void test_forgetting_keeps_the_leaf(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    int outcome = 0;
    struct act act = {.verb = VERB_IMPORT, .actor = &operator, .now_ms = NOW};
    assert_int_equal(act_run(f->node, &act, put_and, &outcome, &err), 0);
    int64_t before = leaves(f), n = details(f);
    struct act erase = {.verb = VERB_ERASE, .actor = &operator, .reference = STR("request 7"), .now_ms = NOW};
    assert_int_equal(act_run(f->node, &erase, forget, &act, &err), 0);
    assert_true(leaves(f) == before + 1);
    assert_true(details(f) == n); /* one erased, one written */
    assert_int_equal(log_verify(f->node->log, f->node->db, NULL, NULL, &err), 0);
}

static void test_create_is_whole_or_nothing(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct node_settings settings = {.agency = shelter};
    assert_int_equal(node_create(f->dir, &settings, NOW, &err), ERR_EXISTS);

    const char *other = str_printf(f->a, "%s-other", f->dir).p;
    settings.db_url = "sqlite:/nowhere/at/all/comity.db";
    assert_true(node_create(other, &settings, NOW, &err) < 0);
    assert_false(file_exists(other));
    settings.db_url = f->node->db_url; /* taken */
    assert_int_equal(node_create(other, &settings, NOW, &err), ERR_EXISTS);
    assert_false(file_exists(other));
}

static void test_agency_is_checked(void **state)
{
    (void)state;
    struct err err = {0};
    struct agency a = shelter;
    assert_int_equal(agency_check(&a, &err), 0);
    a.country = STR("kh");
    assert_int_equal(agency_check(&a, &err), ERR_USAGE);
    a.country = STR("ZZ");
    assert_int_equal(agency_check(&a, &err), ERR_USAGE);
    a = shelter;
    a.kind = STR("spies");
    assert_int_equal(agency_check(&a, &err), ERR_USAGE);
    assert_non_null(strstr(err.text, "shelter"));
    a = shelter;
    a.name = STR("two\nlines");
    assert_int_equal(agency_check(&a, &err), ERR_USAGE);
    a.name = STR("   ");
    assert_int_equal(agency_check(&a, &err), ERR_USAGE);
}

static void test_open_says_what_is_missing(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct node *node;
    assert_int_equal(node_open("/tmp", NULL, &node, &err), ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "comity init"));

    const char *keys = str_printf(f->a, "%s/keys", f->dir).p;
    assert_int_equal(chmod(keys, 0644), 0);
    assert_true(node_open(f->dir, NULL, &node, &err) < 0);
    assert_int_equal(chmod(keys, 0600), 0);

    const char *config = str_printf(f->a, "%s/comity.json", f->dir).p;
    bytes good;
    assert_int_equal(file_read(f->a, config, 65536, &good, &err), 0);
    assert_int_equal(file_write(config, str_bytes(STR("{\"version\": 99}")), FILE_MODE_PRIVATE, &err), 0);
    assert_true(node_open(f->dir, NULL, &node, &err) < 0);
    assert_int_equal(file_write(config, good, FILE_MODE_PRIVATE, &err), 0);
}

static void test_second_connection_sees_the_first(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct node *again;
    assert_int_equal(node_open_again(f->node, &again, &err), 0);
    struct act act = {.verb = VERB_INDEX, .actor = &operator, .now_ms = NOW};
    int64_t before = leaves(f);
    assert_int_equal(act_run(again, &act, NULL, NULL, &err), 0);
    assert_true(leaves(f) == before + 1);
    node_close(again);
    assert_int_equal(act_run(f->node, &act, NULL, NULL, &err), 0); /* the first still works */
}

static void watch(struct fixture *f, struct act_watch now)
{
    struct err err = {0};
    assert_int_equal(act_watch_put(f->node->db, &now, &err), 0);
}

static int count_calls(struct node *node, struct act *act, void *arg, struct err *err)
{
    (void)node, (void)act, (void)err;
    ++*(int *)arg;
    return 0;
}

/* The verbs that still work while the node is read-only, by hand: looks, recall, what leads out of it, and the door for recalls. */
static bool works_read_only(enum verb v)
{
    static const enum verb works[] = {VERB_LOOK, VERB_SEARCH, VERB_PAIR, VERB_EXPORT, VERB_NOTIFY, VERB_RECEIVE, VERB_RECEIPT, VERB_READ,
                                      VERB_WITHDRAW, VERB_EXPIRE, VERB_PARTNER, VERB_KEYS, VERB_WITNESS, VERB_RECOVER, VERB_SIGN_IN_FAILED, VERB_MEMBER,
                                      VERB_CHECK, VERB_FILE_LOOK, VERB_ROLES, VERB_CODE, VERB_SETTINGS, VERB_ALLEGATION_CHECK, VERB_EXAMINE, VERB_HEAR, VERB_REQUESTS, VERB_REQUEST_LOOK,
                                      VERB_REFERRALS, VERB_REFERRAL_LOOK, VERB_REFERRAL_RECALL, VERB_BUNDLE_SEAL, VERB_WINDOWS, VERB_WATCH_LOOK, VERB_WATCH_END,
                                      VERB_DESK, VERB_HALL, VERB_HALL_SET, VERB_HALL_OVERRIDE, VERB_HALL_RULE, VERB_ROTA_LOOK, VERB_SHIFTS};
    for (size_t i = 0; i < sizeof works / sizeof works[0]; i++)
        if (works[i] == v)
            return true;
    return false;
}

static void test_read_only_lets_nothing_be_changed(void **state)
{
    struct fixture *f = *state;
    static const struct actor roles[] = {{.name = STR("an operator"), .role = STR("operator")}, {.name = STR("a partner"), .role = STR("partner")}, {.name = STR("node"), .role = STR("node")}};
    watch(f, (struct act_watch){.needed = 2, .quorum_ms = NOW - ACT_QUORUM_LIMIT_MS});
    for (int v = 0; v < N_VERBS; v++)
        for (size_t r = 0; r < 3; r++) {
            if (expected((enum verb)v, roles[r].role.p, true, true) < 0)
                continue;
            struct act act = {.verb = (enum verb)v, .actor = &roles[r], .now_ms = NOW, .purpose = STR("identification"), .reference = STR("case 1")};
            struct err err = {0};
            int calls = 0;
            int64_t before = leaves(f);
            bool works = works_read_only((enum verb)v);
            assert_int_equal(act_run(f->node, &act, count_calls, &calls, &err), works ? 0 : r == 1 ? ERR_RETRY : ERR_DENIED);
            assert_int_equal(calls, works);
            assert_true(leaves(f) == before + 1);
            if (!works)
                assert_non_null(strstr(err.text, "comity witness DIR sync"));
        }
    watch(f, (struct act_watch){0});
}

static void test_when_a_node_is_read_only(void **state)
{
    struct fixture *f = *state;
    static const struct { struct act_watch watch; bool warns, refuses; } cases[] = {
        {{0}, false, false},
        {{.needed = 0, .quorum_ms = 0}, false, false},
        {{.needed = 1, .quorum_ms = NOW}, false, false},
        {{.needed = 1, .quorum_ms = NOW + 5000}, false, false}, /* a clock that was set back */
        {{.needed = 1, .quorum_ms = NOW - ACT_QUORUM_WARNING_MS + 1}, false, false},
        {{.needed = 1, .quorum_ms = NOW - ACT_QUORUM_WARNING_MS}, true, false},
        {{.needed = 2, .quorum_ms = NOW - ACT_QUORUM_LIMIT_MS + 1}, true, false},
        {{.needed = 2, .quorum_ms = NOW - ACT_QUORUM_LIMIT_MS}, true, true},
        {{.needed = 0, .behind = true}, true, true},
        {{.needed = 2, .quorum_ms = NOW, .behind = true}, true, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0}, why = {0};
        bool refuses;
        watch(f, cases[i].watch);
        assert_int_equal(act_watch_warns(&cases[i].watch, NOW), cases[i].warns);
        assert_int_equal(act_read_only(f->node, NOW, &refuses, &why, &err), 0);
        assert_int_equal(refuses, cases[i].refuses);
        assert_int_equal(why.code, cases[i].refuses ? ERR_DENIED : 0);
        assert_int_equal(strstr(why.text, "recover") != NULL, cases[i].watch.behind);
    }
    watch(f, (struct act_watch){0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_verb_role_purpose_reference),
        cmocka_unit_test(test_only_active_members_have_roles),
        cmocka_unit_test(test_unknown_purpose_is_refused),
        cmocka_unit_test(test_effect_and_leaf_or_neither),
        cmocka_unit_test(test_group_is_all_or_none),
        cmocka_unit_test(test_leaf_names_nobody),
        cmocka_unit_test(test_forgetting_keeps_the_leaf),
        cmocka_unit_test(test_create_is_whole_or_nothing),
        cmocka_unit_test(test_agency_is_checked),
        cmocka_unit_test(test_open_says_what_is_missing),
        cmocka_unit_test(test_second_connection_sees_the_first),
        cmocka_unit_test(test_read_only_lets_nothing_be_changed),
        cmocka_unit_test(test_when_a_node_is_read_only),
    };
    return cmocka_run_group_tests_name("act", tests, set_up, tear_down);
}
