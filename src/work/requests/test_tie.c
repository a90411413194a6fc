/* tie: what two agencies share of a person is a number, and each side finds its own person by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "ground/db/test_db_open.h"
#include "work/requests/tie.h"

struct fixture { struct arena *a; struct db *db; struct err err; };

static const uint8_t partner[ID_LEN] = {1}, other[ID_LEN] = {2}, file[ID_LEN] = {3}, person[ID_LEN] = {4}, second[ID_LEN] = {5};

#define OK(expression) \
    do { \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, f->err.text); \
    } while (0)

static int set_up(void **state)
{
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    *state = f;
    f->a = a;
    OK(crypto_open(&f->err));
    OK(db_open(test_db_url(a), &f->db, &f->err));
    OK(db_migrate(f->db, &requests_schema, &f->err));
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    db_close(f->db);
    arena_free(f->a);
    return 0;
}

static struct tie made(struct fixture *f, const uint8_t *with, const uint8_t *whom, int64_t at_ms)
{
    struct tie tie = {.has_person = true, .made_ms = at_ms};
    memcpy(tie.partner, with, ID_LEN);
    memcpy(tie.file, file, ID_LEN);
    memcpy(tie.person, whom, ID_LEN);
    OK(tie_make(f->db, &tie, &f->err));
    return tie;
}

static void test_found_by_partner_and_number(void **state)
{
    struct fixture *f = *state;
    struct tie one = made(f, partner, person, 1), two = made(f, partner, person, 2), found;
    assert_memory_not_equal(one.id, two.id, ID_LEN);
    OK(tie_find(f->db, partner, one.id, &found, &f->err));
    assert_true(found.has_person && !found.has_identity);
    assert_memory_equal(found.person, person, ID_LEN);
    assert_int_equal(found.made_ms, 1);
    assert_int_equal(tie_find(f->db, other, one.id, &found, &f->err), ERR_NOT_FOUND); /* a number of one partner is nothing from another */
}

static void test_the_ties_of_a_person(void **state)
{
    struct fixture *f = *state;
    struct tie *all;
    size_t n;
    made(f, other, person, 2);
    made(f, partner, person, 1);
    made(f, partner, second, 3);
    OK(ties_of(f->db, file, person, f->a, &all, &n, &f->err));
    assert_int_equal(n, 2);
    assert_int_equal(all[0].made_ms, 1);
    OK(tie_drop_file(f->db, file, &f->err));
    OK(ties_of(f->db, file, person, f->a, &all, &n, &f->err));
    assert_int_equal(n, 0);
}

static void test_an_identity_becomes_a_person_of_a_file(void **state)
{
    struct fixture *f = *state;
    struct tie tie = {.has_identity = true, .identity = {{7}}, .made_ms = 4}, found;
    memcpy(tie.partner, partner, ID_LEN);
    OK(tie_make(f->db, &tie, &f->err));
    OK(tie_find(f->db, partner, tie.id, &found, &f->err));
    assert_true(found.has_identity && !found.has_person);
    tie.has_person = true;
    memcpy(tie.file, file, ID_LEN);
    memcpy(tie.person, person, ID_LEN);
    OK(tie_make(f->db, &tie, &f->err));
    OK(tie_find(f->db, partner, tie.id, &found, &f->err));
    assert_true(found.has_identity && found.has_person);
    assert_memory_equal(found.file, file, ID_LEN);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_found_by_partner_and_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_ties_of_a_person, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_identity_becomes_a_person_of_a_file, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
