/* oversight: the glass is broken by those who may, for a day, and reviewed by somebody else; canaries sing, and only the officer hears it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/act/test_node.h"
#include "trust/oversight/canary.h"
#include "trust/oversight/review.h"

#define NOW INT64_C(1795467960123)
#define HOUR (INT64_C(3600) * 1000)

enum { LEAD, STRANGER, SUPERVISOR, DPO, ADMINISTRATOR, N_PEOPLE };

struct fixture {
    struct arena *a;
    const char *dir;
    struct node *node;
    struct actor people[N_PEOPLE];
    uint8_t file[ID_LEN];
    struct err err;
};

static const struct db_schema *const rooms[] = {&oversight_schema, NULL};

static int set_up(void **state)
{
    static const unsigned roles[N_PEOPLE] = {ROLE_CASEWORKER, ROLE_INVESTIGATOR, ROLE_SUPERVISOR, ROLE_DPO, ROLE_ADMINISTRATOR};
    struct err err = {0};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    if (test_node_open(a, rooms, NOW - HOUR, &f->dir, &f->node) < 0)
        return -1;
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
    test_node_close(f->node, f->dir);
    arena_free(f->a);
    return 0;
}

/* A fresh file of another unit, which LEAD answers for. */
static void new_file(struct fixture *f)
{
    struct access_file file = {.state = FILE_OPEN, .has_unit = true, .unit = {2}};
    struct access_part part = {.relation = RELATION_LEAD, .since_ms = NOW - HOUR};
    crypto_random(f->file, ID_LEN);
    memcpy(file.id, f->file, ID_LEN);
    memcpy(part.file, f->file, ID_LEN);
    memcpy(part.member, f->people[LEAD].member, ID_LEN);
    assert_int_equal(access_file_put(f->node->db, &file, &f->err), 0);
    assert_int_equal(access_part_put(f->node->db, &part, &f->err), 0);
}

static int look(struct fixture *f, int who, enum verb verb, int64_t now_ms)
{
    struct act act = {.verb = verb, .actor = &f->people[who], .purpose = STR("protection"), .now_ms = now_ms, .has_file = true};
    memcpy(act.file, f->file, ID_LEN);
    return act_run(f->node, &act, NULL, NULL, &f->err);
}

static int break_glass(struct fixture *f, int who, str reason)
{
    return glass_break(f->node, &f->people[who], f->file, STR("protection"), reason, NOW, &f->err);
}

static struct review newest(struct fixture *f)
{
    struct review *all;
    size_t n;
    assert_int_equal(review_list(f->node, &f->people[SUPERVISOR], REVIEWS_ALL, NOW, f->a, &all, &n, &f->err), 0);
    for (size_t i = 0; i < n; i++)
        if (memcmp(all[i].file, f->file, ID_LEN) == 0)
            return all[i];
    fail_msg("no review of this file");
    return (struct review){0};
}

static void test_glass_is_for_looking_and_for_a_day(void **state)
{
    struct fixture *f = *state;
    struct review_counts before, c;
    new_file(f);
    assert_int_equal(review_count(f->node->db, f->people[LEAD].member, NOW, &before, &f->err), 0);
    assert_int_equal(look(f, STRANGER, VERB_FILE_LOOK, NOW), ERR_DENIED);
    assert_int_equal(break_glass(f, STRANGER, STR("")), ERR_DENIED);
    assert_int_equal(break_glass(f, LEAD, STR("why not")), ERR_DENIED); /* has a part */
    assert_int_equal(break_glass(f, ADMINISTRATOR, STR("why not")), ERR_DENIED);
    assert_int_equal(break_glass(f, DPO, STR("why not")), ERR_DENIED);
    f->people[STRANGER].proved_ms = NOW - ACCESS_FRESH_MS;
    assert_int_equal(break_glass(f, STRANGER, STR("she has called, and is in danger")), ERR_STALE);
    f->people[STRANGER].proved_ms = NOW;
    assert_int_equal(break_glass(f, STRANGER, STR("she has called, and is in danger")), 0);
    assert_int_equal(break_glass(f, STRANGER, STR("once more")), ERR_DENIED);
    assert_int_equal(look(f, STRANGER, VERB_FILE_LOOK, NOW + 1), 0);
    assert_int_equal(look(f, STRANGER, VERB_FILE_WRITE, NOW + 1), ERR_DENIED);
    assert_int_equal(look(f, STRANGER, VERB_FILE_LOOK, NOW + GLASS_MS - 1), 0);
    assert_int_equal(look(f, STRANGER, VERB_FILE_LOOK, NOW + GLASS_MS), ERR_DENIED);
    /* seen at once: by the lead, supervisors, the officer; not by her who did it */
    assert_int_equal(review_count(f->node->db, f->people[LEAD].member, NOW, &c, &f->err), 0);
    assert_true(c.own_files == before.own_files + 1 && c.waiting == before.waiting + 1 && c.overdue == before.overdue);
    assert_int_equal(review_count(f->node->db, f->people[DPO].member, NOW + REVIEW_MS, &c, &f->err), 0);
    assert_true(c.own_files == 0 && c.overdue == before.waiting + 1);
    assert_int_equal(review_count(f->node->db, f->people[STRANGER].member, NOW, &c, &f->err), 0);
    assert_true(c.waiting == 0);
    struct review r = newest(f);
    assert_true(r.state == REVIEW_WAITS && r.kind == REVIEW_GLASS && r.due_ms == NOW + REVIEW_MS);
    assert_true(str_eq(r.reference, STR("she has called, and is in danger")) && str_eq(r.purpose, STR("protection")));
}

static void test_review_by_somebody_else_once(void **state)
{
    struct fixture *f = *state;
    struct review *all;
    size_t n;
    new_file(f);
    assert_int_equal(break_glass(f, SUPERVISOR, STR("nobody else was there")), 0); /* a supervisor of another unit has no part either */
    struct review r = newest(f);
    assert_int_equal(review_decide(f->node, &f->people[SUPERVISOR], r.id, true, STR("it was me"), NOW, &f->err), ERR_DENIED);
    assert_int_equal(review_decide(f->node, &f->people[LEAD], r.id, true, STR("fine"), NOW, &f->err), ERR_DENIED);
    assert_int_equal(review_decide(f->node, &f->people[DPO], r.id, true, STR(""), NOW, &f->err), ERR_INPUT);
    assert_int_equal(look(f, SUPERVISOR, VERB_FILE_LOOK, NOW + 1), 0);
    assert_int_equal(review_decide(f->node, &f->people[DPO], r.id, false, STR("the team was on duty"), NOW + 2, &f->err), 0);
    assert_int_equal(review_decide(f->node, &f->people[DPO], r.id, true, STR("after all"), NOW + 3, &f->err), ERR_EXISTS);
    assert_int_equal(look(f, SUPERVISOR, VERB_FILE_LOOK, NOW + 3), ERR_DENIED); /* wrong: closed at once */
    r = newest(f);
    assert_true(r.state == REVIEW_WRONG && str_eq(r.words, STR("the team was on duty")) && r.reviewed_ms == NOW + 2);
    assert_int_equal(review_list(f->node, &f->people[LEAD], REVIEWS_OWN, NOW, f->a, &all, &n, &f->err), 0);
    assert_true(n >= 1);
    assert_int_equal(review_list(f->node, &f->people[STRANGER], REVIEWS_OWN, NOW, f->a, &all, &n, &f->err), 0);
    assert_int_equal(n, 0);
    assert_int_equal(review_list(f->node, &f->people[LEAD], REVIEWS_ALL, NOW, f->a, &all, &n, &f->err), ERR_DENIED);
}

static void test_override_parks_and_leaves_a_review(void **state)
{
    static const struct approval_kind kinds[] = {{VERB_OVERRIDE, "override", override_run, NULL}, {0}};
    struct fixture *f = *state;
    new_file(f);
    struct act act = {.verb = VERB_OVERRIDE, .actor = &f->people[LEAD], .purpose = STR("protection"), .reference = STR("cannot be reached"), .now_ms = NOW,
                      .has_file = true};
    memcpy(act.file, f->file, ID_LEN);
    assert_int_equal(act_run(f->node, &act, override_run, NULL, &f->err), ERR_PARKED);
    assert_int_equal(approval_agree(f->node, kinds, &f->people[DPO], act.approval, NOW + 1, &f->err), 0);
    struct review r = newest(f);
    assert_true(r.kind == REVIEW_OVERRIDE && r.state == REVIEW_WAITS && memcmp(r.member, f->people[LEAD].member, ID_LEN) == 0);
}

static int on_object(struct node *node, struct act *act, void *arg, struct err *err)
{
    (void)node, (void)err;
    act->has_object = true;
    memcpy(act->object, arg, ID_LEN);
    return 0;
}

static int look_at_person(struct fixture *f, int who, struct vault_id *id, int64_t now_ms)
{
    struct act act = {.verb = VERB_LOOK, .actor = &f->people[who], .purpose = STR("identification"), .now_ms = now_ms};
    return act_run(f->node, &act, on_object, id->b, &f->err);
}

static void test_a_canary_sings(void **state)
{
    struct fixture *f = *state;
    struct vault_id canary, other;
    struct canary_list list;
    int64_t n;
    assert_int_equal(vault_put(f->node->vault, f->node->db, VAULT_IDENTITY, str_bytes(STR("invented")), NULL, &canary, NULL, &f->err), 0);
    assert_int_equal(vault_put(f->node->vault, f->node->db, VAULT_IDENTITY, str_bytes(STR("real")), NULL, &other, NULL, &f->err), 0);
    assert_int_equal(look_at_person(f, LEAD, &canary, NOW), 0); /* before it was one */
    assert_int_equal(canary_mark(f->node, &f->people[SUPERVISOR], canary.b, STR("a known singer"), NOW + 1, &f->err), ERR_DENIED);
    assert_int_equal(canary_mark(f->node, &f->people[DPO], canary.b, STR(""), NOW + 1, &f->err), ERR_INPUT);
    assert_int_equal(canary_mark(f->node, &f->people[DPO], canary.b, STR("a known singer"), NOW + 1, &f->err), 0);
    assert_int_equal(canary_mark(f->node, &f->people[DPO], canary.b, STR("again"), NOW + 1, &f->err), ERR_EXISTS);
    assert_int_equal(canary_mark(f->node, &f->people[DPO], (uint8_t[ID_LEN]){9}, STR("nobody"), NOW + 1, &f->err), ERR_NOT_FOUND);
    assert_int_equal(canary_count(f->node->db, &n, &f->err), 0);
    assert_true(n == 0);
    assert_int_equal(look_at_person(f, STRANGER, &other, NOW + 2), 0);
    assert_int_equal(canary_count(f->node->db, &n, &f->err), 0);
    assert_true(n == 0);
    assert_int_equal(look_at_person(f, STRANGER, &canary, NOW + 3), 0);
    assert_int_equal(canary_count(f->node->db, &n, &f->err), 0);
    assert_true(n == 1);
    assert_int_equal(canary_list(f->node, &f->people[DPO], NOW + 4, f->a, &list, &f->err), 0);
    assert_true(list.n == 1 && list.all[0].alerts == 1 && str_eq(list.all[0].words, STR("a known singer")));
    assert_true(list.acts.n == 1 && str_eq(list.acts.acts[0].name, f->people[STRANGER].name) && list.acts.acts[0].at_ms == NOW + 3);
    assert_int_equal(canary_list(f->node, &f->people[SUPERVISOR], NOW + 4, f->a, &list, &f->err), ERR_DENIED);
    assert_int_equal(canary_seen(f->node, &f->people[DPO], NOW + 5, &f->err), 0);
    assert_int_equal(canary_count(f->node->db, &n, &f->err), 0);
    assert_true(n == 0);
    /* no leaf but those of looks at it names it */
    struct past_filter filter = {.objects = &canary, .n_objects = 1, .before = INT64_MAX};
    struct past_list acts;
    assert_int_equal(past_list(f->node, &filter, 50, f->a, &acts, &f->err), 0);
    for (size_t i = 0; i < acts.n; i++)
        assert_true(str_eq(acts.acts[i].verb, STR("look")));
    assert_int_equal(canary_drop(f->node, &f->people[DPO], canary.b, NOW + 6, &f->err), 0);
    assert_int_equal(look_at_person(f, STRANGER, &canary, NOW + 7), 0);
    assert_int_equal(canary_count(f->node->db, &n, &f->err), 0);
    assert_true(n == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_glass_is_for_looking_and_for_a_day),
        cmocka_unit_test(test_review_by_somebody_else_once),
        cmocka_unit_test(test_override_parks_and_leaves_a_review),
        cmocka_unit_test(test_a_canary_sings),
    };
    return cmocka_run_group_tests_name("oversight", tests, set_up, tear_down);
}
