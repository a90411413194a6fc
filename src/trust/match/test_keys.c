/* keys: byte-exact inputs, order-free names, bounds, what must meet and what must not. All persons are invented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/match/keys.h"

struct fixture { struct names *names; struct arena *arena; };

static int set_up(void **state)
{
    static struct fixture f;
    struct err err;
    f.arena = arena_new();
    *state = &f;
    return names_open(&f.names, &err);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    names_close(f->names);
    arena_free(f->arena);
    return 0;
}

struct set { struct match_key key[MATCH_KEYS_MAX]; size_t n; };

static struct set keys_of(struct fixture *f, const struct identity *who, enum match_side side)
{
    struct set s;
    s.n = match_keys(f->names, f->arena, who, side, s.key);
    return s;
}

/* What follows the ruleset's NUL. */
static str content(struct fixture *f, const struct match_key *k)
{
    size_t skip = strlen(names_ruleset(f->names)) + 1;
    assert_true(k->input.len > skip);
    return str_slice(bytes_str(k->input), skip, k->input.len);
}

static bool has(struct fixture *f, const struct set *s, uint8_t id, const char *text)
{
    for (size_t i = 0; i < s->n; i++) {
        str c = content(f, &s->key[i]);
        if ((uint8_t)c.p[0] == id && str_eq(str_slice(c, 1, c.len), str_from(text)))
            return true;
    }
    return false;
}

static size_t meetings(const struct set *a, const struct set *b)
{
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++)
        for (size_t j = 0; j < b->n; j++)
            n += str_eq(bytes_str(a->key[i].input), bytes_str(b->key[j].input));
    return n;
}

static struct identity person(struct name *name, const char *given, const char *family, struct date born)
{
    *name = (struct name){.given = str_from(given), .family = str_from(family)};
    return (struct identity){.names = name, .n_names = 1, .born = born};
}

static void test_inputs_byte_by_byte(void **state)
{
    struct fixture *f = *state;
    struct name name;
    struct identity who = person(&name, "Milena", "Barker", (struct date){1990, 3, 5});
    struct document document = {.number = STR("ab 123-4567")};
    str phone = STR("+61 (0)2 5550 1234");
    who.documents = &document, who.n_documents = 1;
    who.phones = &phone, who.n_phones = 1;
    struct set s = keys_of(f, &who, MATCH_SIDE_HOLDER);
    static const struct { uint8_t id; const char *text; } expected[] = {
        {1, "AB1234567"},         {2, "55501234"},          {3, "barker|19900305"},  {3, "milena|19900305"},
        {5, "barker|milena"},     {7, "bar|19900305"},      {8, "ker|19900305"},     {7, "mil|19900305"},
        {8, "ena|19900305"},      {9, "barker|199003--"},   {10, "barker|1990--05"}, {11, "milena|----0305"},
        {16, "barker|mil"},       {16, "milena|bar"},       {17, "barker|ena"},      {20, "AB12|19900305"},
        {21, "4567|19900305"},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        if (!has(f, &s, expected[i].id, expected[i].text))
            fail_msg("no key of family %d with \"%s\"", expected[i].id, expected[i].text);
    str ruleset = str_from(names_ruleset(f->names));
    for (size_t i = 0; i < s.n; i++) {
        assert_true(str_starts(bytes_str(s.key[i].input), ruleset));
        assert_int_equal(s.key[i].input.p[ruleset.len], 0);
        assert_int_equal(s.key[i].input.p[ruleset.len + 1], match_families[s.key[i].family].id);
    }
}

static void test_skeletons_are_those_of_names(void **state)
{
    struct fixture *f = *state;
    struct name name;
    struct identity who = person(&name, "Milena", "Barker", (struct date){1990, 3, 5});
    struct name_forms forms;
    names_forms(f->names, f->arena, &name, &forms);
    struct set s = keys_of(f, &who, MATCH_SIDE_HOLDER);
    for (size_t i = 0; i < forms.n; i++)
        assert_true(has(f, &s, 4, str_printf(f->arena, "%.*s|19900305", STR_ARG(forms.tokens[i].skeleton[0])).p));
}

static void test_names_have_no_order(void **state)
{
    struct fixture *f = *state;
    struct name n1, n2;
    struct identity a = person(&n1, "Milena", "Barker", (struct date){0}), b = person(&n2, "Barker", "Milena", (struct date){0});
    struct set sa = keys_of(f, &a, MATCH_SIDE_ASKER), sb = keys_of(f, &b, MATCH_SIDE_HOLDER);
    assert_true(sa.n > 0);
    assert_int_equal(meetings(&sa, &sb), sa.n);
    struct name whole = {.full = STR("MILENA BARKER")};
    struct identity c = {.names = &whole, .n_names = 1};
    struct set sc = keys_of(f, &c, MATCH_SIDE_HOLDER);
    assert_int_equal(meetings(&sa, &sc), sa.n);
}

static void test_errors_that_still_meet(void **state)
{
    struct fixture *f = *state;
    static const struct { const char *given, *family; struct date born; } others[] = {
        {"Milena", "Barker", {1990, 5, 3}},  /* day and month swapped */
        {"Milena", "Barker", {1990, 3, 6}},  /* a digit of the day */
        {"Milena", "Barker", {1991, 3, 5}},  /* a digit of the year */
        {"Milena", "Barker", {0, 0, 0}},     /* no date */
        {"Milena", "Barker", {1990, 0, 0}},  /* a year only */
        {"Milena", "Barkr", {1990, 3, 5}},   /* a letter missing */
        {"Mxlena", "Barker", {0, 0, 0}},     /* a wrong letter and no date */
        {"", "Barker", {1990, 3, 5}},        /* a name missing */
        {"Zoltan", "Milena", {1990, 3, 5}},  /* another family name, parts swapped */
    };
    struct name n1, n2;
    struct identity a = person(&n1, "Milena", "Barker", (struct date){1990, 3, 5});
    struct set sa = keys_of(f, &a, MATCH_SIDE_ASKER);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct identity b = person(&n2, others[i].given, others[i].family, others[i].born);
        struct set sb = keys_of(f, &b, MATCH_SIDE_HOLDER);
        if (meetings(&sa, &sb) == 0)
            fail_msg("case %zu meets nowhere", i);
    }
    struct identity stranger = person(&n2, "Zoltan", "Quirke", (struct date){1971, 11, 28});
    struct set ss = keys_of(f, &stranger, MATCH_SIDE_HOLDER);
    assert_int_equal(meetings(&sa, &ss), 0);
}

static void test_a_single_name_needs_more(void **state)
{
    struct fixture *f = *state;
    struct name name = {.full = STR("Sukarna")};
    struct identity who = {.names = &name, .n_names = 1};
    assert_int_equal(keys_of(f, &who, MATCH_SIDE_HOLDER).n, 0);
    who.born = (struct date){1980, 6, 1};
    assert_true(keys_of(f, &who, MATCH_SIDE_HOLDER).n > 3);
}

static void test_the_richest_identity_is_bounded(void **state)
{
    struct fixture *f = *state;
    struct name names[IDENTITY_NAMES_MAX];
    struct document documents[IDENTITY_LIST_MAX];
    str phones[IDENTITY_LIST_MAX];
    for (size_t i = 0; i < IDENTITY_NAMES_MAX; i++)
        names[i] = (struct name){.full = str_printf(f->arena, "Anna Maria%c Lou%c van der Meyden%c", 'a' + (int)i % 26, 'a' + (int)i % 26, 'a' + (int)i % 26)};
    for (size_t i = 0; i < IDENTITY_LIST_MAX; i++) {
        documents[i] = (struct document){.number = str_printf(f->arena, "N%zu00%zu", 100000 + i, i)};
        phones[i] = str_printf(f->arena, "+855 12 34%zu", 5600 + i);
    }
    struct identity who = {.names = names, .n_names = IDENTITY_NAMES_MAX, .born = {1990, 3, 5}, .documents = documents,
                           .n_documents = IDENTITY_LIST_MAX, .phones = phones, .n_phones = IDENTITY_LIST_MAX};
    struct set holder = keys_of(f, &who, MATCH_SIDE_HOLDER), asker = keys_of(f, &who, MATCH_SIDE_ASKER);
    assert_int_equal(holder.n, MATCH_KEYS_MAX);
    assert_int_equal(asker.n, MATCH_QUESTION_LEN);
    for (size_t i = 0; i < holder.n; i++) {
        assert_true(holder.key[i].input.len <= MATCH_INPUT_MAX);
        for (size_t j = 0; j < i; j++)
            assert_false(str_eq(bytes_str(holder.key[i].input), bytes_str(holder.key[j].input)));
    }
}

static void test_nothing_gives_nothing(void **state)
{
    struct fixture *f = *state;
    struct identity who = {0};
    assert_int_equal(keys_of(f, &who, MATCH_SIDE_ASKER).n, 0);
    who.born = (struct date){1990, 3, 5};
    assert_int_equal(keys_of(f, &who, MATCH_SIDE_ASKER).n, 0); /* a date alone tells too little */
    assert_int_equal(match_bits(&who), MATCH_BIT_YEAR | MATCH_BIT_MONTH | MATCH_BIT_DAY);
    struct name odd = {.given = STR("\xff\xfe"), .family = STR("123 !?")};
    who.names = &odd, who.n_names = 1;
    assert_int_equal(keys_of(f, &who, MATCH_SIDE_ASKER).n, 0);
}

static void test_numbers_are_normalised(void **state)
{
    struct fixture *f = *state;
    assert_true(str_eq(match_phone_tail(f->arena, STR("012/345-678")), STR("12345678")));
    assert_true(str_eq(match_phone_tail(f->arena, STR("+855 12 345 678")), STR("12345678")));
    assert_true(str_eq(match_phone_tail(f->arena, STR("០១២ ៣៤៥ ៦៧៨")), STR("12345678"))); /* Khmer digits */
    assert_int_equal(match_phone_tail(f->arena, STR("112")).len, 0);
    assert_true(str_eq(match_document(f->arena, STR(" n-0012/34 x")), STR("N001234X")));
    assert_int_equal(match_document(f->arena, STR("- / .")).len, 0);
}

static void test_families_table_is_whole(void **state)
{
    (void)state;
    bool named[256] = {0};
    for (size_t i = 0; i < n_match_families; i++) {
        const struct match_family *family = &match_families[i];
        assert_true(family->id > 0 && family->name && strlen(family->name) > 3);
        assert_true(family->sides >= MATCH_SIDE_HOLDER && family->sides <= (MATCH_SIDE_HOLDER | MATCH_SIDE_ASKER));
        assert_true(family->pieces[0] != MATCH_PIECE_NONE);
        /* an id may stand twice only for more of the same keys, or for another way of the asker to reach them */
        assert_true(!named[family->id] || family->sides == MATCH_SIDE_ASKER || family->pieces[0] == MATCH_PIECE_SKELETONS);
        named[family->id] = true;
        bool name_only = family->date == MATCH_DATE_NONE && family->pieces[0] < MATCH_PIECE_DOCUMENT && family->pieces[1] < MATCH_PIECE_DOCUMENT;
        assert_true(!name_only || family->pieces[1] != MATCH_PIECE_NONE); /* no key of one name alone */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inputs_byte_by_byte),
        cmocka_unit_test(test_skeletons_are_those_of_names),
        cmocka_unit_test(test_names_have_no_order),
        cmocka_unit_test(test_errors_that_still_meet),
        cmocka_unit_test(test_a_single_name_needs_more),
        cmocka_unit_test(test_the_richest_identity_is_bounded),
        cmocka_unit_test(test_nothing_gives_nothing),
        cmocka_unit_test(test_numbers_are_normalised),
        cmocka_unit_test(test_families_table_is_whole),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
