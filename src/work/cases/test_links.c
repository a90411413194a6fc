/* links: what is shared is one node, what too many share is flagged, nothing is counted twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "work/cases/links.h"

static size_t person(struct links *l, struct arena *a, int i)
{
    str name = str_printf(a, "Person %d", i);
    return links_node(l, LINK_PERSON, name, name, str_printf(a, "/persons/%d", i));
}

static void test_shared_is_one_node(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct links *l = links_new(a);
    size_t one = person(l, a, 1), two = person(l, a, 2);
    size_t phone = links_node(l, LINK_PHONE, STR("+85512345678"), STR(""), STR(""));
    assert_int_equal(links_node(l, LINK_PHONE, STR("+85512345678"), STR("another way to write it"), STR("")), phone);
    assert_int_not_equal(links_node(l, LINK_FIRM, STR("+85512345678"), STR(""), STR("")), phone);
    links_edge(l, one, phone, "phone", STR("/r/1"), STR("Event"));
    links_edge(l, one, phone, "phone", STR("/r/1"), STR("Event"));
    links_edge(l, one, phone, "phone", STR("/r/2"), STR("Note"));
    links_edge(l, one, phone, "also used", STR("/r/2"), STR("Note"));
    links_edge(l, two, phone, "phone", STR("/r/3"), STR("Note"));
    links_edge(l, two, two, "phone", STR("/r/3"), STR("Note"));
    links_edge(l, two, LINKS_NONE, "phone", STR("/r/3"), STR("Note"));
    assert_int_equal(links_node(l, LINK_PLACE, STR(""), STR("nothing"), STR("")), LINKS_NONE);
    links_close(l);
    assert_int_equal(l->n_nodes, 4);
    assert_int_equal(l->n_edges, 3);
    assert_int_equal(l->edges[0].n_sources, 2);
    assert_string_equal(l->edges[0].sources->next->path.p, "/r/2");
    assert_int_equal(l->nodes[phone].n_links, 3);
    assert_int_equal(l->nodes[phone].label.len, 12);
    arena_free(a);
}

static void test_what_too_many_share(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (int n = LINKS_SHARED_MAX; n <= LINKS_SHARED_MAX + 1; n++) {
        struct links *l = links_new(a);
        size_t place = links_node(l, LINK_PLACE, STR("phnom penh"), STR("Phnom Penh"), STR(""));
        for (int i = 0; i < n; i++) {
            links_edge(l, person(l, a, i), place, "lives in", STR("/p"), STR("Person"));
            links_edge(l, person(l, a, i), place, "born in", STR("/p"), STR("Person")); /* a second link is not a second person */
        }
        links_close(l);
        assert_int_equal(l->nodes[place].shared_by, n > LINKS_SHARED_MAX ? n : 0);
        assert_int_equal(l->n_edges, n > LINKS_SHARED_MAX ? 0 : 2 * n);
    }
    arena_free(a);
}

static void test_bounds(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct links *l = links_new(a);
    for (int i = 0; i < LINKS_NODES_MAX + 5; i++)
        (void)person(l, a, i);
    assert_int_equal(l->n_nodes, LINKS_NODES_MAX);
    for (size_t i = 0; i < LINKS_EDGES_MAX + 7; i++)
        links_edge(l, i % LINKS_NODES_MAX, (i + 1 + i / LINKS_NODES_MAX) % LINKS_NODES_MAX, "knows", STR("/p"), STR("p"));
    links_close(l);
    assert_int_equal(l->n_edges, LINKS_EDGES_MAX);
    assert_int_equal(l->left_out, 5 + 7);
    arena_free(a);
}

static void test_keys(void **state)
{
    (void)state;
    static const struct { const char *written, *key; } cases[] = {
        {"Golden  Lotus Co., Ltd.", "golden lotus co ltd"}, {"GOLDEN LOTUS CO LTD", "golden lotus co ltd"}, {"ភ្នំពេញ", "ភ្នំពេញ"},
        {"ถนน ๑๒", "ถนน 12"}, {" -- ", ""}, {"", ""}, {"Ｇｏｌｄｅｎ", "golden"},
    };
    struct arena *a = arena_new();
    struct text *text;
    struct err err;
    assert_int_equal(text_open(&text, &err), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(links_key(text, a, str_from(cases[i].written)).p, cases[i].key);
    text_close(text);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shared_is_one_node), cmocka_unit_test(test_what_too_many_share), cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_keys),
    };
    return cmocka_run_group_tests_name("links", tests, NULL, NULL);
}
