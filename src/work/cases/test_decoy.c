/* A decoy is found like everybody, is looked for by the blind question like everybody, and whoever looks at it is reported; its leaf names nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/act/test_node.h"
#include "trust/match/search.h"
#include "trust/oversight/review.h"
#include "work/cases/decoy.h"

#define NOW INT64_C(1795467960123)

struct fixture {
    struct arena *a;
    const char *dir;
    struct node *node;
    struct names *names;
    struct actor officer, worker;
    struct err err;
};

#define OK(expression) \
    do { \
        f->err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, f->err.text); \
    } while (0)

static int set_up(void **state)
{
    static const struct db_schema *const rooms[] = {&cases_schema, &oversight_schema, NULL};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    *state = f;
    f->a = a;
    if (test_node_open(a, rooms, NOW, &f->dir, &f->node) < 0)
        return -1;
    OK(names_open(&f->names, &f->err));
    f->officer = test_node_member(f->node, 1, ROLE_DPO, NOW);
    f->worker = test_node_member(f->node, 2, ROLE_CASEWORKER, NOW);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    test_node_close(f->node, f->dir);
    names_close(f->names);
    arena_free(f->a);
    return 0;
}

static struct casework as(const struct fixture *f, const struct actor *who)
{
    return (struct casework){.node = f->node, .names = f->names, .actor = who, .now_ms = NOW};
}

struct searching {
    struct fixture *f;
    struct search *search;
    struct search_result result;
};

static int do_search(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct searching *s = arg;
    (void)act;
    return search_run(s->search, node->vault, node->db, s->f->a, STR("songsinga decoyrat"), &s->result, err);
}

static int do_look(struct node *node, struct act *act, void *arg, struct err *err)
{
    (void)node, (void)err;
    act->has_object = true;
    memcpy(act->object, arg, ID_LEN);
    return 0;
}

static void test_a_decoy(void **state)
{
    struct fixture *f = *state;
    struct record person = {.unit = FIELD_OF_PERSON}, nobody = {.unit = FIELD_OF_PERSON};
    struct casework officer = as(f, &f->officer), worker = as(f, &f->worker);
    struct searching s = {.f = f};
    struct canary_list list;
    struct past_list acts;
    int64_t n = 0;
    record_add(f->a, &person, "prs_FirstName", STR("Decoyrath"));
    record_add(f->a, &person, "prs_SecondName", STR("Songsingha"));
    assert_int_equal(decoy_make(&worker, &person, STR("invented"), f->a, &f->err), ERR_DENIED);
    assert_int_equal(decoy_make(&officer, &person, STR(""), f->a, &f->err), ERR_INPUT);
    assert_int_equal(decoy_make(&officer, &nobody, STR("invented"), f->a, &f->err), ERR_USAGE);
    OK(vault_count(f->node->vault, f->node->db, VAULT_IDENTITY, &n, &f->err));
    assert_int_equal(n, 0); /* what was refused left nothing */
    OK(decoy_make(&officer, &person, STR("invented"), f->a, &f->err));
    OK(canary_list(f->node, &f->officer, NOW, f->a, &list, &f->err));
    assert_int_equal(list.n, 1);
    struct vault_id id = list.all[0].object;

    OK(search_open(node_path(f->node, f->a, "search"), f->node->keys, f->names, &s.search, &f->err));
    struct act search = {.verb = VERB_SEARCH, .actor = &f->worker, .purpose = STR("casework"), .now_ms = NOW};
    OK(act_run(f->node, &search, do_search, &s, &f->err));
    search_close(s.search);
    assert_int_equal(s.result.n, 1);
    assert_memory_equal(s.result.hits[0].id.b, id.b, ID_LEN);

    OK(canary_count(f->node->db, &n, &f->err));
    assert_int_equal(n, 0);
    struct act look = {.verb = VERB_LOOK, .actor = &f->worker, .purpose = STR("casework"), .now_ms = NOW};
    OK(act_run(f->node, &look, do_look, id.b, &f->err));
    OK(canary_count(f->node->db, &n, &f->err));
    assert_int_equal(n, 1);
    struct past_filter filter = {.objects = &id, .n_objects = 1, .before = INT64_MAX};
    OK(past_list(f->node, &filter, 50, f->a, &acts, &f->err));
    assert_int_equal(acts.n, 1); /* the leaf of its making does not name it */
    assert_true(str_eq(acts.acts[0].verb, STR("look")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_a_decoy, set_up, tear_down)};
    return cmocka_run_group_tests_name("work/decoy", tests, NULL, NULL);
}
