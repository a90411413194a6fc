/* identity: canonical bytes there and back, and nothing else is accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/names/identity.h"

static struct identity example(void)
{
    static struct name names[] = {{.given = {"Dara", 4}, .family = {"Sok", 3}}, {.full = {"សុខ ដារ៉ា", 25}}};
    static struct document documents[] = {{.number = {"N0012345", 8}, .country = {"KH", 2}}};
    static str phones[] = {{"+855 12 345 678", 15}}, places[] = {{"Battambang", 10}, {"Poipet", 6}};
    return (struct identity){.names = names, .n_names = 2, .born = {1990, 3, 0}, .documents = documents, .n_documents = 1,
        .phones = phones, .n_phones = 1, .places = places, .n_places = 2, .sex = SEX_FEMALE, .source_id = STR("row-7")};
}

static void test_round_trip(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct identity who = example(), back;
    bytes encoded = identity_encode(a, &who);
    assert_int_equal(identity_decode(a, encoded, &back, &err), 0);
    assert_true(str_eq(back.names[1].full, who.names[1].full));
    assert_true(str_eq(back.places[1], STR("Poipet")));
    assert_true(date_eq(back.born, who.born));
    assert_int_equal(back.sex, SEX_FEMALE);
    bytes again = identity_encode(a, &back);
    assert_int_equal(again.len, encoded.len);
    assert_memory_equal(again.p, encoded.p, encoded.len);
    arena_free(a);
}

/* Those stored before there was the word are read as they were, and one more bit makes another identity. */
static void test_presumed(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct identity who = example(), back;
    bytes before = bytes_dup(a, identity_encode(a, &who));
    assert_int_equal(before.p[0], 1);
    assert_int_equal(identity_decode(a, before, &back, &err), 0);
    assert_false(back.presumed);
    who.presumed = true;
    bytes after = identity_encode(a, &who);
    assert_int_equal(after.len, before.len + 1);
    assert_int_equal(identity_decode(a, after, &back, &err), 0);
    assert_true(back.presumed);
    assert_true(str_eq(back.source_id, STR("row-7")));
    uint8_t *wrong = arena_alloc(a, after.len);
    memcpy(wrong, after.p, after.len);
    wrong[after.len - 1] = 0;
    assert_int_equal(identity_decode(a, (bytes){wrong, after.len}, &back, &err), ERR_CORRUPT);
    for (size_t len = 0; len < after.len; len++)
        assert_int_equal(identity_decode(a, (bytes){after.p, len}, &back, &err), ERR_CORRUPT);
    arena_free(a);
}

static void test_refuses_what_it_did_not_write(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct identity who = example(), back;
    bytes encoded = bytes_dup(a, identity_encode(a, &who));
    for (size_t len = 0; len < encoded.len; len++)
        assert_int_equal(identity_decode(a, (bytes){encoded.p, len}, &back, &err), ERR_CORRUPT);
    uint8_t *longer = arena_alloc(a, encoded.len + 1);
    memcpy(longer, encoded.p, encoded.len);
    assert_int_equal(identity_decode(a, (bytes){longer, encoded.len + 1}, &back, &err), ERR_CORRUPT);
    longer[0] = 3; /* a later format */
    assert_int_equal(identity_decode(a, (bytes){longer, encoded.len}, &back, &err), ERR_CORRUPT);
    arena_free(a);
}

static void test_long_text_is_cut_between_letters(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    char text[1 + 2 * 600];
    text[0] = 'x';
    for (size_t i = 1; i < sizeof text; i += 2)
        memcpy(text + i, "\xC3\xA9", 2);
    struct name name = {.full = {text, sizeof text}};
    struct identity who = {.names = &name, .n_names = 1}, back;
    assert_int_equal(identity_decode(a, identity_encode(a, &who), &back, &err), 0);
    assert_int_equal(back.names[0].full.len, IDENTITY_TEXT_MAX - 1);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_presumed),
        cmocka_unit_test(test_refuses_what_it_did_not_write),
        cmocka_unit_test(test_long_text_is_cut_between_letters),
    };
    return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
