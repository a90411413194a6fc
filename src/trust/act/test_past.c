/* past: what is found by object, actor, verb and time is exactly what was done, page by page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/act/past.h"
#include "trust/act/test_node.h"

#define NOW INT64_C(1795467960000)

enum { ACTS = 700, ACTORS = 3, OBJECTS = 5, VERBS = 4 };
static const enum verb kinds[VERBS] = {VERB_LOOK, VERB_ASK, VERB_SEARCH, VERB_READ};

struct done { int64_t leaf, at_ms; int actor, object, verb; }; /* object -1: none */

struct fixture {
    struct arena *a;
    const char *dir;
    struct node *node;
    struct actor actors[ACTORS];
    uint8_t pseudonyms[ACTORS][ACT_PSEUDONYM_LEN];
    struct vault_id objects[OBJECTS];
    struct done done[ACTS];
    struct err err;
};

/* xorshift: the same acts every time. */
static uint32_t seed = 20261128;
static int pick(int n)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return (int)(seed % (uint32_t)n);
}

static int on_object(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct vault_id *object = arg;
    (void)node, (void)err;
    act->has_object = object != NULL;
    if (object)
        memcpy(act->object, object->b, ID_LEN);
    act->detail = STR("what was shown");
    return 0;
}

static int do_acts(struct fixture *f)
{
    for (int i = 0; i < ACTS; i++) {
        struct done *d = &f->done[i];
        *d = (struct done){.at_ms = NOW + i * 60000 + pick(30000), .actor = pick(ACTORS), .object = pick(OBJECTS + 1) - 1, .verb = pick(VERBS)};
        struct act act = {.verb = kinds[d->verb], .actor = &f->actors[d->actor], .purpose = STR("identification"), .reference = STR("case 3"), .now_ms = d->at_ms};
        if (act_run(f->node, &act, on_object, d->object < 0 ? NULL : &f->objects[d->object], &f->err) < 0)
            return -1;
        d->leaf = act.leaf_index;
    }
    return 0;
}

static int set_up(void **state)
{
    struct err err = {0};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    if (test_node_open(a, NULL, NOW - 1000, &f->dir, &f->node) < 0)
        return -1;
    for (int i = 0; i < ACTORS; i++) {
        struct access_member m = {.roles = ROLE_CASEWORKER, .state = MEMBER_ACTIVE};
        memset(m.id, i + 1, ID_LEN);
        f->actors[i] = (struct actor){.name = hex_encode(a, (bytes){m.id, ID_LEN}), .role = STR("member")};
        memcpy(f->actors[i].member, m.id, ID_LEN);
        if (access_member_put(f->node->db, &m, &err) < 0 || act_pseudonym(f->node, &f->actors[i], f->pseudonyms[i], &err) < 0)
            return -1;
    }
    for (int i = 0; i < OBJECTS; i++)
        memset(f->objects[i].b, 0xb0 + i, ID_LEN);
    *state = f;
    return do_acts(f);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    test_node_close(f->node, f->dir);
    arena_free(f->a);
    return 0;
}

struct wish { int actor, verb, from, until; bool objects[OBJECTS]; bool any_object; }; /* -1: all */

static bool fits(const struct fixture *f, const struct wish *w, const struct done *d)
{
    if (w->any_object && (d->object < 0 || !w->objects[d->object]))
        return false;
    return (w->actor < 0 || d->actor == w->actor) && (w->verb < 0 || d->verb == w->verb) && (w->from < 0 || d->at_ms >= f->done[w->from].at_ms) &&
           (w->until < 0 || d->at_ms < f->done[w->until].at_ms);
}

/* All pages of a filter, one behind the other, are what was done, newest first. */
static void compare(struct fixture *f, const struct wish *w, size_t page)
{
    struct arena *a = arena_new();
    struct vault_id objects[OBJECTS];
    struct past_filter filter = {.before = INT64_MAX, .objects = objects};
    for (int i = 0; w->any_object && i < OBJECTS; i++)
        if (w->objects[i])
            objects[filter.n_objects++] = f->objects[i];
    if (w->actor >= 0) {
        filter.has_actor = true;
        memcpy(filter.actor, f->pseudonyms[w->actor], ACT_PSEUDONYM_LEN);
    }
    if (w->verb >= 0)
        filter.verb = str_from(verbs[kinds[w->verb]].name);
    filter.from_ms = w->from < 0 ? NOW : f->done[w->from].at_ms; /* not the node's own first acts */
    filter.until_ms = w->until < 0 ? 0 : f->done[w->until].at_ms;
    struct past_list list = {.more = true};
    int at = ACTS, pages = 0;
    while (list.more) {
        assert_int_equal(past_list(f->node, &filter, page, a, &list, &f->err), 0);
        assert_true(list.n <= page && pages++ < 2 * ACTS);
        for (size_t i = 0; i < list.n; i++) {
            do
                assert_true(--at >= 0);
            while (!fits(f, w, &f->done[at]));
            assert_true(list.acts[i].leaf == f->done[at].leaf && list.acts[i].at_ms == f->done[at].at_ms);
            assert_true(str_eq(list.acts[i].name, f->actors[f->done[at].actor].name) && str_eq(list.acts[i].reference, STR("case 3")));
            assert_true(str_eq(list.acts[i].detail, STR("what was shown")) && str_eq(list.acts[i].purpose, STR("identification")));
        }
        filter.before = list.next;
    }
    while (--at >= 0)
        assert_false(fits(f, w, &f->done[at]));
    arena_free(a);
}

static void test_every_filter_page_by_page(void **state)
{
    struct fixture *f = *state;
    compare(f, &(struct wish){-1, -1, -1, -1}, 50);
    for (int i = 0; i < 120; i++) {
        struct wish w = {pick(ACTORS + 1) - 1, pick(VERBS + 1) - 1, pick(3) ? -1 : pick(ACTS), pick(3) ? -1 : pick(ACTS)};
        for (int k = 0; k < OBJECTS; k++)
            w.any_object |= w.objects[k] = pick(4) == 0;
        compare(f, &w, (size_t)(1 + pick(60)));
    }
}

static void test_counts_and_pairs(void **state)
{
    struct fixture *f = *state;
    struct past_count *counts;
    struct past_pair *pairs;
    size_t n;
    assert_int_equal(past_counts(f->node->db, NOW, f->a, &counts, &n, &f->err), 0);
    assert_int_equal(n, VERBS);
    for (size_t i = 0; i < n; i++) {
        int64_t real = 0;
        for (int k = 0; k < ACTS; k++)
            real += str_eq(counts[i].verb, str_from(verbs[kinds[f->done[k].verb]].name));
        assert_true(counts[i].n == real && (i == 0 || counts[i - 1].n >= counts[i].n));
    }
    assert_int_equal(past_pairs(f->node->db, f->done[ACTS / 2].at_ms, 5, 4, f->a, &pairs, &n, &f->err), 0);
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++) {
        int64_t real = 0;
        for (int k = ACTS / 2; k < ACTS; k++)
            real += f->done[k].object >= 0 && kinds[f->done[k].verb] != VERB_SEARCH &&
                    memcmp(f->objects[f->done[k].object].b, pairs[i].object, ID_LEN) == 0 &&
                    memcmp(f->pseudonyms[f->done[k].actor], pairs[i].actor, ACT_PSEUDONYM_LEN) == 0;
        assert_true(pairs[i].n == real);
    }
}

static int forget(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct vault_id *object = arg;
    (void)act;
    return act_forget(node, object->b, NULL, err);
}

/* Of an object that was erased nobody is told anything more. */
static void test_what_was_erased_is_not_found(void **state)
{
    struct fixture *f = *state;
    const struct actor operator = {STR("an operator"), STR("operator")};
    struct act erase = {.verb = VERB_ERASE, .actor = &operator, .reference = STR("request 7"), .now_ms = NOW + ACTS * 60000};
    assert_int_equal(act_run(f->node, &erase, forget, &f->objects[0], &f->err), 0);
    struct past_filter filter = {.objects = f->objects, .n_objects = 1, .before = INT64_MAX};
    struct past_list list;
    assert_int_equal(past_list(f->node, &filter, 50, f->a, &list, &f->err), 0);
    assert_true(list.n == 0 && !list.more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_filter_page_by_page),
        cmocka_unit_test(test_counts_and_pairs),
        cmocka_unit_test(test_what_was_erased_is_not_found),
    };
    return cmocka_run_group_tests_name("past", tests, set_up, tear_down);
}
