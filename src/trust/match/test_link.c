/* link: two small invented lists, blind and whole; the pairs that are, and none that are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/match/link.h"

struct fixture { struct names *names; struct oprf_key *key; struct arena *arena; };

static int set_up(void **state)
{
    static struct fixture f;
    static const uint8_t seed[32] = {1, 2, 3};
    struct err err;
    f.arena = arena_new();
    *state = &f;
    return crypto_open(&err) < 0 || names_open(&f.names, &err) < 0 ||
           oprf_key_derive(OPRF_MODE_VOPRF, seed, (bytes){0}, &f.key, &err) < 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    oprf_key_free(f->key);
    names_close(f->names);
    arena_free(f->arena);
    return 0;
}

static const char *const given[] = {"Milena", "Odalys", "Thessaly", "Zoltan", "Ines", "Barnaby", "Kestrel", "Ludmila", "Piers", "Rosalind"};
static const char *const family[] = {"Barker", "Vantongeren", "Quirke", "Ashdown", "Melgaard", "Tolliver", "Sandoval", "Wickens", "Ferrante", "Okonkwo"};

/* 100 persons, each pair of names once, with scattered dates. */
static struct identity *invent(struct arena *a)
{
    struct identity *people = arena_array(a, struct identity, 100);
    for (size_t i = 0; i < 100; i++) {
        struct name *name = arena_new_of(a, struct name);
        *name = (struct name){.given = str_from(given[i % 10]), .family = str_from(family[i / 10])};
        people[i] = (struct identity){.names = name, .n_names = 1, .born = {(int16_t)(1940 + i * 37 % 60), (uint8_t)(1 + i * 7 % 12), (uint8_t)(1 + i * 11 % 28)}};
    }
    return people;
}

static struct link_result run(struct fixture *f, const struct identity *a, size_t n_a, const struct identity *b, size_t n_b)
{
    struct link_options options = {.key = f->key, .random = {7}};
    struct link_result result;
    struct err err;
    if (link_run(f->names, &(struct link_list){a, n_a}, &(struct link_list){b, n_b}, &options, f->arena, &result, &err) < 0)
        fail_msg("%s", err.text);
    return result;
}

static void test_finds_the_same_people(void **state)
{
    struct fixture *f = *state;
    struct identity *a = invent(f->arena), *b = invent(f->arena);
    for (size_t i = 0; i < 40; i++) { /* of the holder's, 40 are spoilt in one of four ways, and 30 are others */
        struct name *n = b[i].names;
        if (i % 4 == 0)
            *n = (struct name){.given = n->family, .family = n->given};
        else if (i % 4 == 1)
            b[i].born.day = (uint8_t)(b[i].born.day % 28 + 1);
        else if (i % 4 == 2)
            n->given = str_slice(n->given, 1, n->given.len);
        else
            n->given = (str){0};
    }
    struct link_result r = run(f, a, 100, b, 70);
    size_t right = 0, wrong = 0;
    for (size_t i = 0; i < r.n; i++)
        if (r.pairs[i].score.probability >= .5)
            *(r.pairs[i].asked == r.pairs[i].record ? &right : &wrong) += 1;
    assert_int_equal(wrong, 0);
    assert_in_range(right, 68, 70);
    assert_true(r.keys_asked > 100 * 20 && r.evaluated_asked <= r.keys_asked && r.evaluated_held <= r.keys_held);
    assert_true(r.map_size > 0);
}

static void test_pairs_are_in_order(void **state)
{
    struct fixture *f = *state;
    struct identity *a = invent(f->arena);
    struct link_result r = run(f, a, 100, a, 100);
    assert_true(r.n >= 100);
    for (size_t i = 1; i < r.n; i++) {
        assert_true(r.pairs[i - 1].asked <= r.pairs[i].asked);
        if (r.pairs[i - 1].asked == r.pairs[i].asked)
            assert_true(r.pairs[i - 1].score.probability >= r.pairs[i].score.probability);
    }
}

static void test_empty_lists(void **state)
{
    struct fixture *f = *state;
    struct identity *a = invent(f->arena), nobody = {0};
    assert_int_equal(run(f, a, 0, a, 0).n, 0);
    assert_int_equal(run(f, a, 3, a, 0).n, 0);
    assert_int_equal(run(f, a, 0, a, 3).n, 0);
    assert_int_equal(run(f, &nobody, 1, a, 3).n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_the_same_people),
        cmocka_unit_test(test_pairs_are_in_order),
        cmocka_unit_test(test_empty_lists),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
