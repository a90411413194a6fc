/* Letter keys: one a month, another on rotation, gone when their letters are long received. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/act/test_node.h"
#include "trust/letter/post_internal.h"

#define DAY_MS (24LL * 3600 * 1000)
#define NOV_20 1795132800000 /* 2026-11-20T00:00:00Z */
#define DEC_1 (NOV_20 + 11 * DAY_MS)
#define JAN_1 (DEC_1 + 31 * DAY_MS)

struct fixture {
    struct arena *a;
    const char *dir;
    struct node *node;
};

static int set_up(void **state)
{
    static const struct db_schema *const rooms[] = {&peer_schema, &letter_schema, NULL};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    if (test_node_open(a, rooms, NOV_20, &f->dir, &f->node) < 0)
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

struct key { uint8_t public_key[32]; int64_t until_ms; };

static struct key current(struct fixture *f, int64_t now_ms)
{
    struct err err = {0};
    struct key key;
    if (post_key_current(f->node, now_ms, key.public_key, &key.until_ms, &err) < 0)
        fail_msg("%s", err.text);
    return key;
}

static int find(struct fixture *f, const struct key *key, uint32_t *period)
{
    struct err err = {0};
    uint8_t sealed[KEYRING_LETTER_SEALED_LEN];
    return post_key_find(f->node, key->public_key, period, sealed, &err);
}

static void test_one_a_month(void **state)
{
    struct fixture *f = *state;
    struct key november = current(f, NOV_20), again = current(f, DEC_1 - 1), december = current(f, DEC_1);
    uint32_t period;
    assert_memory_equal(november.public_key, again.public_key, 32);
    assert_memory_not_equal(november.public_key, december.public_key, 32);
    assert_int_equal(november.until_ms, DEC_1 + 14 * DAY_MS);
    assert_int_equal(december.until_ms, JAN_1 + 14 * DAY_MS);
    assert_int_equal(find(f, &november, &period), 0);
    assert_int_equal(period, 2026 * 12 + 10);
    assert_int_equal(find(f, &december, &period), 0);
    assert_int_equal(period, 2026 * 12 + 11);
}

static void test_rotation_makes_another(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct key before = current(f, DEC_1), rotated, after;
    uint32_t period;
    assert_int_equal(post_key_rotate(f->node, DEC_1 + DAY_MS, rotated.public_key, &err), 0);
    after = current(f, DEC_1 + 2 * DAY_MS);
    assert_memory_equal(after.public_key, rotated.public_key, 32);
    assert_memory_not_equal(after.public_key, before.public_key, 32);
    assert_int_equal(find(f, &before, &period), 0); /* letters to it may be on their way */
}

static void test_a_secret_goes_when_its_letters_are_long_received(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct key november = current(f, NOV_20), december = current(f, DEC_1);
    int64_t last = november.until_ms + POST_KEEP_DAYS * DAY_MS;
    uint32_t period;
    assert_int_equal(post_keys_drop(f->node, last, &err), 0);
    assert_int_equal(find(f, &november, &period), 0);
    assert_int_equal(post_store_keys_dropped(f->node->db, &err), 0);
    assert_int_equal(post_keys_drop(f->node, last + 1, &err), 0);
    assert_int_equal(find(f, &november, &period), ERR_NOT_FOUND);
    assert_int_equal(find(f, &december, &period), 0);
    assert_int_equal(post_store_keys_dropped(f->node->db, &err), 1);
    assert_int_equal(post_store_keys_scrubbed(f->node->db, &err), 0);
    assert_int_equal(post_store_keys_dropped(f->node->db, &err), 0);
    assert_int_equal(find(f, &november, &period), ERR_NOT_FOUND);
}

static void test_keys_nobody_has(void **state)
{
    struct fixture *f = *state;
    struct key none = {{1, 2, 3}, 0};
    uint32_t period;
    assert_int_equal(find(f, &none, &period), ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_a_month),
        cmocka_unit_test(test_rotation_makes_another),
        cmocka_unit_test(test_a_secret_goes_when_its_letters_are_long_received),
        cmocka_unit_test(test_keys_nobody_has),
    };
    return cmocka_run_group_tests_name("letter/keys", tests, set_up, tear_down);
}
