/* typed: what was typed in two places is lost in neither, a replay has no effect, what was sent does not come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/act/test_node.h"
#include "work/cases/record_store.h"
#include "work/cases/typed.h"

#define NOW INT64_C(1795467960123)
#define FORM STR("/files/new")

struct fixture {
    struct arena *a;
    const char *dir;
    struct node *node;
    struct actor dara, bopha;
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
    static const struct db_schema *const rooms[] = {&cases_schema, NULL};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    *state = f;
    f->a = a;
    if (test_node_open(a, rooms, NOW, &f->dir, &f->node) < 0)
        return -1;
    f->dara = (struct actor){.name = STR("dara"), .role = STR("member"), .member = {1}};
    f->bopha = (struct actor){.name = STR("bopha"), .role = STR("member"), .member = {2}};
    for (uint8_t m = 1; m < 3; m++)
        OK(access_member_put(f->node->db, &(struct access_member){.id = {m}, .roles = ROLE_CASEWORKER, .state = MEMBER_ACTIVE}, &f->err));
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    test_node_close(f->node, f->dir);
    arena_free(f->a);
    return 0;
}

static struct typed_stamp stamp(uint8_t page, int64_t n)
{
    return (struct typed_stamp){.there = page != 0, .page = {page}, .state = n};
}

static enum typed_where keep(struct fixture *f, const struct actor *who, const char *text, struct typed_stamp is, struct typed_stamp follows)
{
    enum typed_where where;
    struct typed t = {.name = FORM, .text = str_from(text), .stamp = is, .follows = follows};
    OK(typed_keep(f->node, who, NOW, &t, &where, &f->err));
    return where;
}

static str at(struct fixture *f, const struct actor *who, str name)
{
    str text = STR("");
    struct typed_stamp is;
    OK(typed_get(f->node, who, NOW, name, f->a, &text, &is, NULL, &f->err));
    return text;
}

static str beside(struct fixture *f, uint8_t page)
{
    return typed_beside(f->a, FORM, stamp(page, 0).page);
}

static int64_t count(struct fixture *f, const struct actor *who)
{
    int64_t n;
    OK(kept_count(f->node, who, KEPT_DRAFT, &n, &f->err));
    return n;
}

static const struct typed_stamp none;

static void states_of_one_page(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(keep(f, &f->dara, "a", stamp(1, 1), none), TYPED_IN_PLACE);
    assert_int_equal(keep(f, &f->dara, "abc", stamp(1, 3), none), TYPED_IN_PLACE);
    assert_int_equal(keep(f, &f->dara, "ab", stamp(1, 2), none), TYPED_THERE); /* it came late */
    assert_int_equal(keep(f, &f->dara, "abc", stamp(1, 3), none), TYPED_THERE); /* a replay */
    assert_true(str_eq(at(f, &f->dara, FORM), STR("abc")));
    assert_int_equal(count(f, &f->dara), 1);
    assert_int_equal(count(f, &f->bopha), 0);
}

static void two_pages_lose_nothing(void **state)
{
    struct fixture *f = *state;
    keep(f, &f->dara, "at the desk", stamp(1, 1), none);
    assert_int_equal(keep(f, &f->dara, "on the way", stamp(2, 7), none), TYPED_BESIDE);
    assert_int_equal(keep(f, &f->dara, "on the way home", stamp(2, 8), none), TYPED_BESIDE);
    assert_int_equal(keep(f, &f->dara, "on the way", stamp(2, 7), none), TYPED_THERE);
    assert_int_equal(keep(f, &f->dara, "at the desk", stamp(3, 1), none), TYPED_THERE); /* it says the same */
    assert_int_equal(keep(f, &f->dara, "at the desk, later", stamp(1, 2), none), TYPED_IN_PLACE);
    assert_true(str_eq(at(f, &f->dara, FORM), STR("at the desk, later")));
    assert_true(str_eq(at(f, &f->dara, beside(f, 2)), STR("on the way home")));
    assert_int_equal(count(f, &f->dara), 2);
}

static void who_goes_on_takes_the_place(void **state)
{
    struct fixture *f = *state;
    keep(f, &f->dara, "one", stamp(1, 4), none);
    assert_int_equal(keep(f, &f->dara, "one and two", stamp(2, 1), stamp(1, 4)), TYPED_IN_PLACE);
    assert_int_equal(keep(f, &f->dara, "one and three", stamp(3, 1), stamp(1, 4)), TYPED_BESIDE); /* both went on from one */
    assert_int_equal(keep(f, &f->dara, "one and three and four", stamp(4, 1), stamp(3, 1)), TYPED_BESIDE);
    assert_int_equal(keep(f, &f->dara, "one and three and four and five", stamp(4, 2), stamp(3, 1)), TYPED_BESIDE);
    assert_true(str_eq(at(f, &f->dara, FORM), STR("one and two")));
    assert_true(str_eq(at(f, &f->dara, beside(f, 3)), STR("one and three and four and five")));
    assert_int_equal(count(f, &f->dara), 2);
}

static void the_other_is_opened(void **state)
{
    struct fixture *f = *state;
    keep(f, &f->dara, "one", stamp(1, 1), none);
    keep(f, &f->dara, "two", stamp(2, 1), none);
    OK(typed_promote(f->node, &f->dara, NOW, FORM, stamp(2, 0).page, &f->err));
    assert_true(str_eq(at(f, &f->dara, FORM), STR("two")));
    assert_true(str_eq(at(f, &f->dara, beside(f, 1)), STR("one")));
    assert_int_equal(keep(f, &f->dara, "one and more", stamp(1, 2), none), TYPED_BESIDE); /* its page is open somewhere */
    assert_int_equal(keep(f, &f->dara, "two and more", stamp(3, 1), stamp(2, 1)), TYPED_IN_PLACE);
    OK(typed_promote(f->node, &f->dara, NOW, FORM, stamp(2, 0).page, &f->err)); /* the old address: nothing is there any more */
    OK(typed_promote(f->node, &f->bopha, NOW, FORM, stamp(1, 0).page, &f->err)); /* not hers */
    assert_true(str_eq(at(f, &f->dara, FORM), STR("two and more")));
    assert_true(str_eq(at(f, &f->dara, beside(f, 1)), STR("one and more")));
    OK(kept_put(f->node, &f->dara, NOW, KEPT_DRAFT, FORM, STR("without a stamp"), &f->err));
    OK(typed_promote(f->node, &f->dara, NOW, FORM, stamp(1, 0).page, &f->err));
    assert_true(str_eq(at(f, &f->dara, FORM), STR("one and more")));
    assert_int_equal(count(f, &f->dara), 2);
}

/* A form that was shown again: the page went on from a state that is still on the device. */
static void what_went_on_comes_first(void **state)
{
    struct fixture *f = *state;
    keep(f, &f->dara, "one", stamp(1, 3), none);
    assert_int_equal(keep(f, &f->dara, "one, two and three", stamp(2, 1), stamp(1, 4)), TYPED_IN_PLACE);
    assert_int_equal(keep(f, &f->dara, "one and two", stamp(1, 4), none), TYPED_DONE);
    assert_int_equal(keep(f, &f->dara, "one, and more in the old page", stamp(1, 5), none), TYPED_BESIDE);
    assert_true(str_eq(at(f, &f->dara, FORM), STR("one, two and three")));
}

static void what_was_sent_does_not_come_back(void **state)
{
    struct fixture *f = *state;
    struct typed_stamp sent = stamp(1, 5);
    keep(f, &f->dara, "draft", stamp(1, 3), none);
    keep(f, &f->dara, "of another page", stamp(2, 1), none);
    OK(typed_finish(f->node, &f->dara, NOW, FORM, &sent, &none, &f->err));
    assert_int_equal(keep(f, &f->dara, "draft", stamp(1, 4), none), TYPED_DONE);
    assert_int_equal(keep(f, &f->dara, "as it was sent", stamp(1, 5), none), TYPED_DONE);
    assert_int_equal(at(f, &f->dara, FORM).len, 0);
    assert_true(str_eq(at(f, &f->dara, beside(f, 2)), STR("of another page")));
    /* what was written in that page after it was sent is new */
    assert_int_equal(keep(f, &f->dara, "and after", stamp(1, 6), none), TYPED_IN_PLACE);
    /* her page: of nobody else */
    assert_int_equal(keep(f, &f->bopha, "hers", stamp(1, 1), none), TYPED_IN_PLACE);
}

static void thrown_away(void **state)
{
    struct fixture *f = *state;
    struct typed_stamp old = stamp(2, 1);
    keep(f, &f->dara, "in place", stamp(1, 1), none);
    keep(f, &f->dara, "beside", stamp(2, 1), none);
    OK(typed_finish(f->node, &f->dara, NOW, FORM, &none, &old, &f->err)); /* the one beside was open */
    assert_true(str_eq(at(f, &f->dara, FORM), STR("in place")));
    assert_int_equal(count(f, &f->dara), 1);
    assert_int_equal(keep(f, &f->dara, "beside", stamp(2, 1), none), TYPED_DONE);
}

/* Without the script there are no stamps: as it always was. */
static void without_stamps(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(keep(f, &f->dara, "one", none, none), TYPED_IN_PLACE);
    assert_int_equal(keep(f, &f->dara, "two", none, none), TYPED_IN_PLACE);
    assert_int_equal(keep(f, &f->dara, "three", stamp(1, 1), none), TYPED_IN_PLACE);
    OK(kept_put(f->node, &f->dara, NOW, KEPT_DRAFT, FORM, STR("four"), &f->err));
    OK(typed_finish(f->node, &f->dara, NOW, FORM, &none, &none, &f->err));
    assert_int_equal(count(f, &f->dara), 0);
}

static void stamps_as_text(void **state)
{
    struct fixture *f = *state;
    struct typed_stamp s, back;
    static const char *const wrong[] = {"", ".", "1.1", "0102030405060708090a0b0c0d0e0f10", "0102030405060708090a0b0c0d0e0f10.", "0102030405060708090a0b0c0d0e0f10.-1",
                                        "0102030405060708090a0b0c0d0e0f10.1x", "0102030405060708090a0b0c0d0e0f10.99999999999", "zz02030405060708090a0b0c0d0e0f10.1"};
    typed_stamp_read(STR("0102030405060708090a0b0c0d0e0f10.12"), &s);
    assert_true(s.there && s.page[15] == 16 && s.state == 12);
    typed_stamp_read(typed_stamp_text(f->a, &s), &back);
    assert_memory_equal(&s, &back, sizeof s);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        typed_stamp_read(str_from(wrong[i]), &s);
        assert_false(s.there);
    }
    assert_int_equal(typed_stamp_text(f->a, &none).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(states_of_one_page, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_pages_lose_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_goes_on_takes_the_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_went_on_comes_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_other_is_opened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_sent_does_not_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(thrown_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_stamps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stamps_as_text, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("work/typed", tests, NULL, NULL);
}
