/* approval: what takes two persons is kept, agreed to by another, and done once; never by one alone, late, or twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ground/json/json.h"
#include "trust/act/approval.h"
#include "trust/act/test_node.h"

#define NOW 1795467960123

enum { ASKER, OTHER_ASKER, SUPERVISOR, DPO, AUDITOR, BOTH /* asks and supervises */, N_PEOPLE };

struct fixture {
    struct arena *a;
    const char *dir;
    struct node *node;
    struct actor people[N_PEOPLE];
    struct err err;
};

static int set_up(void **state)
{
    static const unsigned roles[N_PEOPLE] = {ROLE_CASEWORKER, ROLE_INVESTIGATOR, ROLE_SUPERVISOR, ROLE_DPO, ROLE_AUDITOR, ROLE_CASEWORKER | ROLE_SUPERVISOR};
    struct err err = {0};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    if (test_node_open(a, NULL, NOW, &f->dir, &f->node) < 0)
        return -1;
    for (int i = 0; i < N_PEOPLE; i++) {
        struct access_member m = {.roles = roles[i], .state = MEMBER_ACTIVE};
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
    test_node_close(f->node, f->dir);
    arena_free(f->a);
    return 0;
}

/* The deed: a row in the vault, so that it is seen whether it was done, and how often. */
static int store(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct approval *what = arg;
    struct vault_id id;
    if (str_eq(bytes_str(what->arguments), STR("impossible")))
        return err_set(err, ERR_NOT_FOUND, "that is not there");
    act->detail = bytes_str(what->arguments);
    return vault_put(node->vault, node->db, VAULT_QUESTION, what->arguments, NULL, &id, NULL, err);
}

static int n_after;
static int count_after(struct node *node, const struct approval *what, struct err *err)
{
    (void)node, (void)what, (void)err;
    n_after++;
    return 0;
}

static const struct approval_kind kinds[] = {{VERB_EXPORT, "export", store, count_after}, {VERB_ERASE, "erase", store, NULL}, {0}};

static int64_t done(struct fixture *f)
{
    int64_t n = -1;
    assert_int_equal(vault_count(f->node->vault, f->node->db, VAULT_QUESTION, &n, &f->err), 0);
    return n;
}

static int64_t leaves(struct fixture *f)
{
    int64_t n = -1;
    assert_int_equal(log_size(f->node->log, f->node->db, &n, &f->err), 0);
    return n;
}

static str leaf_member(struct fixture *f, int64_t index, const char *name)
{
    bytes leaf;
    const struct json *root;
    str value;
    assert_int_equal(log_leaf_get(f->node->log, f->node->db, index, f->a, &leaf, &f->err), 0);
    assert_int_equal(json_parse(f->a, "leaf", leaf, 65536, &root, &f->err), 0);
    assert_int_equal(json_get_str(root, name, 65536, &value, &f->err), 0);
    return value;
}

static int ask(struct fixture *f, enum verb verb, int who, const char *arguments, uint8_t id[static ID_LEN])
{
    struct act act = {.verb = verb, .actor = &f->people[who], .purpose = STR("casework"), .reference = STR("case 7"), .now_ms = NOW,
                      .arguments = str_bytes(str_from(arguments))};
    int r = act_run(f->node, &act, store, &(struct approval){0}, &f->err);
    memcpy(id, act.approval, ID_LEN);
    return r;
}

static int agree(struct fixture *f, int who, const uint8_t *id, int64_t now_ms)
{
    f->people[who].proved_ms = now_ms;
    return approval_agree(f->node, kinds, &f->people[who], id, now_ms, &f->err);
}

static void test_it_waits_and_is_done_once_by_two(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN];
    int64_t before = leaves(f), n = done(f);
    assert_int_equal(ask(f, VERB_EXPORT, ASKER, "files 1, 2, 3", id), ERR_PARKED);
    assert_true(done(f) == n && leaves(f) == before + 1);
    assert_true(str_eq(leaf_member(f, before, "verb"), STR("export.asked")));

    n_after = 0;
    assert_int_equal(agree(f, SUPERVISOR, id, NOW + 1), 0);
    assert_true(done(f) == n + 1 && leaves(f) == before + 3);
    assert_int_equal(n_after, 1);
    assert_true(str_eq(leaf_member(f, before + 1, "verb"), STR("agree")));
    assert_true(str_eq(leaf_member(f, before + 2, "verb"), STR("export")));
    assert_true(str_eq(leaf_member(f, before + 2, "purpose"), STR("casework")));
    /* both names: the asker's on the deed, the second's on the agreement; and the same request in all three */
    assert_true(str_eq(leaf_member(f, before + 2, "actor"), leaf_member(f, before, "actor")));
    assert_false(str_eq(leaf_member(f, before + 1, "actor"), leaf_member(f, before, "actor")));
    assert_true(str_eq(leaf_member(f, before + 1, "object"), leaf_member(f, before, "object")));

    assert_int_equal(agree(f, SUPERVISOR, id, NOW + 1), ERR_EXISTS); /* pressed twice */
    assert_int_equal(agree(f, DPO, id, NOW + 2), ERR_EXISTS);
    assert_int_equal(approval_refuse(f->node, &f->people[DPO], id, STR("too late"), NOW + 2, &f->err), ERR_EXISTS);
    assert_int_equal(approval_retract(f->node, &f->people[ASKER], id, NOW + 2, &f->err), ERR_EXISTS);
    assert_true(done(f) == n + 1);
    assert_int_equal(log_verify(f->node->log, f->node->db, NULL, NULL, &f->err), 0);
}

static void test_who_may_not(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN], own[ID_LEN];
    int64_t n = done(f);
    assert_int_equal(ask(f, VERB_EXPORT, AUDITOR, "all", id), ERR_DENIED); /* not hers to ask */
    assert_int_equal(ask(f, VERB_EXPORT, ASKER, "all", id), ERR_PARKED);
    assert_int_equal(ask(f, VERB_EXPORT, BOTH, "all", own), ERR_PARKED);
    assert_int_equal(agree(f, ASKER, id, NOW), ERR_DENIED);
    assert_int_equal(agree(f, OTHER_ASKER, id, NOW), ERR_DENIED);
    assert_int_equal(agree(f, AUDITOR, id, NOW), ERR_DENIED);
    assert_int_equal(agree(f, BOTH, own, NOW), ERR_DENIED); /* her own, whatever her role */
    f->people[DPO].proved_ms = NOW - ACCESS_FRESH_MS;
    assert_int_equal(approval_agree(f->node, kinds, &f->people[DPO], id, NOW, &f->err), ERR_STALE);
    assert_int_equal(approval_retract(f->node, &f->people[OTHER_ASKER], id, NOW, &f->err), ERR_NOT_FOUND);
    assert_int_equal(approval_refuse(f->node, &f->people[AUDITOR], id, STR("no"), NOW, &f->err), ERR_DENIED);
    assert_int_equal(approval_refuse(f->node, &f->people[DPO], id, STR(""), NOW, &f->err), ERR_INPUT); /* without saying why */
    memset(id, 0x77, ID_LEN);
    assert_int_equal(agree(f, DPO, id, NOW), ERR_NOT_FOUND);
    assert_true(done(f) == n);
    assert_int_equal(agree(f, BOTH, own, NOW), ERR_DENIED);
    assert_int_equal(agree(f, SUPERVISOR, own, NOW), 0);
    assert_true(done(f) == n + 1);
}

/* Nobody does it alone by saying that it was agreed to; nor something else than what was. */
static void test_an_agreement_cannot_be_claimed(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN];
    int64_t n = done(f);
    const struct approval what = {.arguments = str_bytes(STR("claimed"))};
    assert_int_equal(ask(f, VERB_EXPORT, ASKER, "files 4", id), ERR_PARKED);
    struct act act = {.verb = VERB_EXPORT, .actor = &f->people[ASKER], .purpose = STR("casework"), .reference = STR("case 7"), .now_ms = NOW, .agreed = true};
    assert_int_equal(act_run(f->node, &act, store, (void *)(uintptr_t)&what, &f->err), ERR_NOT_FOUND); /* no request */
    memcpy(act.approval, id, ID_LEN);
    assert_int_equal(act_run(f->node, &act, store, (void *)(uintptr_t)&what, &f->err), ERR_DENIED); /* one that waits */
    assert_int_equal(agree(f, DPO, id, NOW + 5), 0);
    act.now_ms = NOW + 6;
    act.actor = &f->people[ASKER];
    assert_int_equal(act_run(f->node, &act, store, (void *)(uintptr_t)&what, &f->err), ERR_DENIED); /* one that is done */
    act.now_ms = NOW + 5;
    act.verb = VERB_ERASE;
    assert_int_equal(act_run(f->node, &act, store, (void *)(uintptr_t)&what, &f->err), ERR_DENIED); /* another verb */
    assert_true(done(f) == n + 1);
    /* two persons' verbs come one at a time */
    struct act two[2] = {{.verb = VERB_EXPORT, .actor = &f->people[ASKER], .purpose = STR("casework"), .reference = STR("case 7"), .now_ms = NOW},
                         {.verb = VERB_FETCH, .actor = &f->people[ASKER], .now_ms = NOW}};
    struct act_step steps[] = {{&two[0], NULL, NULL}, {&two[1], NULL, NULL}};
    size_t failed;
    assert_int_equal(act_run_group(f->node, steps, 2, &failed, &f->err), ERR_USAGE);
}

static void test_refused_taken_back_and_over_do_nothing(void **state)
{
    struct fixture *f = *state;
    uint8_t refused[ID_LEN], back[ID_LEN], over[ID_LEN];
    int64_t n = done(f);
    struct approval seen;
    bool may;
    assert_int_equal(ask(f, VERB_EXPORT, ASKER, "files 5", refused), ERR_PARKED);
    assert_int_equal(ask(f, VERB_EXPORT, ASKER, "files 6", back), ERR_PARKED);
    assert_int_equal(ask(f, VERB_EXPORT, ASKER, "files 7", over), ERR_PARKED);
    assert_int_equal(approval_refuse(f->node, &f->people[DPO], refused, STR("more than the case needs"), NOW + 1, &f->err), 0);
    assert_int_equal(approval_retract(f->node, &f->people[ASKER], back, NOW + 1, &f->err), 0);
    assert_int_equal(agree(f, SUPERVISOR, refused, NOW + 2), ERR_EXISTS);
    assert_int_equal(agree(f, SUPERVISOR, back, NOW + 2), ERR_EXISTS);
    assert_int_equal(agree(f, SUPERVISOR, over, NOW + APPROVAL_MS), ERR_EXISTS);
    assert_int_equal(approval_look(f->node, &f->people[ASKER], refused, NOW + 3, f->a, &seen, &may, &f->err), 0);
    assert_true(seen.state == APPROVAL_REFUSED && str_eq(seen.reason, STR("more than the case needs")) && !may);
    assert_int_equal(approval_look(f->node, &f->people[ASKER], over, NOW + APPROVAL_MS, f->a, &seen, &may, &f->err), 0);
    assert_true(seen.state == APPROVAL_OVER);
    assert_true(done(f) == n);
    assert_int_equal(agree(f, SUPERVISOR, over, NOW + APPROVAL_MS - 1), 0); /* in time */
    assert_true(done(f) == n + 1);
}

/* The first is decided anew when it is done; what cannot be done leaves the request waiting. */
static void test_what_has_changed_since(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN], cannot[ID_LEN];
    int64_t n = done(f);
    struct access_member m = {.roles = ROLE_CASEWORKER, .state = MEMBER_SUSPENDED};
    memcpy(m.id, f->people[ASKER].member, ID_LEN);
    assert_int_equal(ask(f, VERB_EXPORT, ASKER, "files 8", id), ERR_PARKED);
    assert_int_equal(ask(f, VERB_EXPORT, OTHER_ASKER, "impossible", cannot), ERR_PARKED);
    assert_int_equal(access_member_put(f->node->db, &m, &f->err), 0);
    assert_int_equal(agree(f, SUPERVISOR, id, NOW + 1), ERR_DENIED);
    assert_int_equal(agree(f, SUPERVISOR, cannot, NOW + 1), ERR_NOT_FOUND);
    assert_true(done(f) == n);
    m.state = MEMBER_ACTIVE;
    assert_int_equal(access_member_put(f->node->db, &m, &f->err), 0);
    assert_int_equal(agree(f, SUPERVISOR, id, NOW + 2), 0);
    assert_true(done(f) == n + 1);
}

static void test_who_sees_what_waits(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN];
    struct approval *all, one;
    size_t n;
    int64_t to_decide, own, before;
    bool may;
    assert_int_equal(approval_count(f->node->db, f->people[DPO].member, ROLE_DPO, NOW, &before, &own, &f->err), 0);
    assert_int_equal(ask(f, VERB_ERASE, ASKER, "person 9", id), ERR_PARKED);
    assert_int_equal(approval_count(f->node->db, f->people[DPO].member, ROLE_DPO, NOW, &to_decide, &own, &f->err), 0);
    assert_true(to_decide == before + 1 && own == 0);
    assert_int_equal(approval_count(f->node->db, f->people[ASKER].member, ROLE_CASEWORKER, NOW, &to_decide, &own, &f->err), 0);
    assert_true(to_decide == 0 && own >= 1);
    assert_int_equal(approval_look(f->node, &f->people[DPO], id, NOW, f->a, &one, &may, &f->err), 0);
    assert_true(may && one.verb == VERB_ERASE && str_eq(bytes_str(one.arguments), STR("person 9")) && str_eq(one.reference, STR("case 7")));
    assert_int_equal(approval_look(f->node, &f->people[ASKER], id, NOW, f->a, &one, &may, &f->err), 0);
    assert_false(may);
    assert_int_equal(approval_look(f->node, &f->people[OTHER_ASKER], id, NOW, f->a, &one, &may, &f->err), ERR_NOT_FOUND);
    assert_int_equal(approval_list(f->node, &f->people[OTHER_ASKER], NOW, f->a, &all, &n, &f->err), 0);
    for (size_t i = 0; i < n; i++)
        assert_memory_equal(all[i].first, f->people[OTHER_ASKER].member, ID_LEN);
    assert_int_equal(approval_list(f->node, &f->people[SUPERVISOR], NOW, f->a, &all, &n, &f->err), 0);
    bool there = false;
    for (size_t i = 0; i < n; i++)
        there |= memcmp(all[i].id, id, ID_LEN) == 0;
    assert_true(there);
}

static void test_what_was_agreed_to_is_fetched_by_the_asker(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN];
    struct approval what;
    assert_int_equal(ask(f, VERB_EXPORT, ASKER, "files 10", id), ERR_PARKED);
    assert_int_equal(approval_fetch(f->node, &f->people[ASKER], id, NOW + 1, f->a, &what, &f->err), ERR_DENIED);
    assert_int_equal(agree(f, DPO, id, NOW + 2), 0);
    assert_int_equal(approval_fetch(f->node, &f->people[OTHER_ASKER], id, NOW + 3, f->a, &what, &f->err), ERR_NOT_FOUND);
    assert_int_equal(approval_fetch(f->node, &f->people[ASKER], id, NOW + 3, f->a, &what, &f->err), 0);
    assert_true(str_eq(bytes_str(what.arguments), STR("files 10")));
    assert_int_equal(approval_fetch(f->node, &f->people[ASKER], id, NOW + 2 + APPROVAL_FETCH_MS, f->a, &what, &f->err), ERR_DENIED);
}

struct racer {
    struct node *node;
    const struct actor *second;
    const uint8_t *id;
    int result;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    struct err err = {0};
    r->result = approval_agree(r->node, kinds, r->second, r->id, NOW + 9, &err);
    return NULL;
}

static void test_two_agree_at_once(void **state)
{
    enum { ROUNDS = 10 };
    struct fixture *f = *state;
    struct node *again;
    assert_int_equal(node_open_again(f->node, &again, &f->err), 0);
    for (int i = 0; i < ROUNDS; i++) {
        uint8_t id[ID_LEN];
        int64_t n = done(f);
        pthread_t thread;
        assert_int_equal(ask(f, VERB_EXPORT, ASKER, "files 11", id), ERR_PARKED);
        f->people[SUPERVISOR].proved_ms = f->people[DPO].proved_ms = NOW + 9;
        struct racer one = {f->node, &f->people[SUPERVISOR], id, 1}, two = {again, &f->people[DPO], id, 1};
        assert_int_equal(pthread_create(&thread, NULL, race, &two), 0);
        race(&one);
        pthread_join(thread, NULL);
        assert_true((one.result == 0) + (two.result == 0) == 1);
        assert_true(one.result + two.result == ERR_EXISTS);
        assert_true(done(f) == n + 1);
    }
    node_close(again);
}

/* Nobody's requests bury those of others; what is decided, taken back or over makes room again. Nothing is left of what was too much. */
static void test_one_member_does_not_flood(void **state)
{
    struct fixture *f = *state;
    uint8_t last[ID_LEN], other[ID_LEN];
    int64_t to_decide, own, before;
    struct approval *all;
    size_t n;
    assert_int_equal(approval_count(f->node->db, f->people[BOTH].member, ROLE_CASEWORKER, NOW, &to_decide, &own, &f->err), 0);
    for (int64_t i = own; i < APPROVALS_OWN_MAX; i++)
        assert_int_equal(ask(f, VERB_EXPORT, BOTH, "files 12", last), ERR_PARKED);
    before = leaves(f);
    assert_int_equal(ask(f, VERB_EXPORT, BOTH, "files 13", other), ERR_LIMIT);
    assert_true(leaves(f) == before);
    assert_non_null(strstr(f->err.text, "take one back"));
    assert_int_equal(ask(f, VERB_ERASE, OTHER_ASKER, "person 14", other), ERR_PARKED); /* others may */
    assert_int_equal(approval_retract(f->node, &f->people[BOTH], last, NOW + 1, &f->err), 0);
    assert_int_equal(ask(f, VERB_EXPORT, BOTH, "files 15", last), ERR_PARKED);
    assert_int_equal(ask(f, VERB_EXPORT, BOTH, "files 16", other), ERR_LIMIT);
    assert_int_equal(approval_list(f->node, &f->people[BOTH], NOW + 2, f->a, &all, &n, &f->err), 0);
    for (size_t i = 0; i < n; i++)
        if (memcmp(all[i].first, f->people[BOTH].member, ID_LEN) == 0 && all[i].state == APPROVAL_WAITS)
            assert_int_equal(approval_retract(f->node, &f->people[BOTH], all[i].id, NOW + 2, &f->err), 0);
}

/* Whoever has the machine needs nobody. */
static void test_the_operator_acts_alone(void **state)
{
    struct fixture *f = *state;
    const struct actor operator = {STR("an operator"), STR("operator")};
    const struct approval what = {.arguments = str_bytes(STR("alone"))};
    int64_t n = done(f);
    struct act act = {.verb = VERB_EXPORT, .actor = &operator, .purpose = STR("casework"), .reference = STR("case 7"), .now_ms = NOW};
    assert_int_equal(act_run(f->node, &act, store, (void *)(uintptr_t)&what, &f->err), 0);
    assert_true(done(f) == n + 1 && !act.parked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_waits_and_is_done_once_by_two),
        cmocka_unit_test(test_who_may_not),
        cmocka_unit_test(test_an_agreement_cannot_be_claimed),
        cmocka_unit_test(test_refused_taken_back_and_over_do_nothing),
        cmocka_unit_test(test_what_has_changed_since),
        cmocka_unit_test(test_who_sees_what_waits),
        cmocka_unit_test(test_what_was_agreed_to_is_fetched_by_the_asker),
        cmocka_unit_test(test_two_agree_at_once),
        cmocka_unit_test(test_one_member_does_not_flood),
        cmocka_unit_test(test_the_operator_acts_alone),
    };
    return cmocka_run_group_tests_name("approval", tests, set_up, tear_down);
}
