/* elements: the table is whole, facts come to their elements, and a child needs no means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "work/cases/elements.h"

static const char *const mapped[] = {
    "vic_MethodOfRecruitment", "hte_Type", "per_RoleInProcess", "vic_MethodsOfControl", "cmt_OtherControl", "vic_TypeOfExploitation",
    "cmt_OtherExploitation", "vic_ForcedLabourIndustry", "vic_TypeOfSexExploitation",
};

static bool has_rule(const char *field, const char *code)
{
    for (size_t i = 0; i < n_element_rules; i++)
        if (strcmp(element_rules[i].field, field) == 0 && (!element_rules[i].code || strcmp(element_rules[i].code, code) == 0))
            return true;
    return false;
}

static void test_the_table_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS; i++) {
        assert_non_null(elements[i].name);
        assert_ptr_equal(element_find(str_from(elements[i].name)), &elements[i]);
        assert_true(i == 0 || elements[i].group >= elements[i - 1].group);
    }
    assert_null(element_find(STR("")));
    static const char *const by_hand[] = {"cmt_Element", "cmt_NoteElement", "cmt_AttachmentElement"};
    for (size_t f = 0; f < 3; f++) {
        const struct field_code *codes = field_find(str_from(by_hand[f]))->codes;
        for (size_t i = 0; i < ELEMENTS; i++) {
            assert_string_equal(codes[i].value, elements[i].name);
            assert_string_equal(codes[i].label, elements[i].label);
        }
        assert_null(codes[ELEMENTS].value);
    }
    for (size_t f = 0; f < sizeof mapped / sizeof mapped[0]; f++) {
        const struct field *field = field_find(str_from(mapped[f]));
        assert_non_null(field);
        for (const struct field_code *c = field->codes; c->value; c++)
            if (!has_rule(mapped[f], c->value))
                fail_msg("%s %s is in no rule", mapped[f], c->value);
    }
    for (size_t i = 0; i < n_element_rules; i++) { /* and no rule is for a code that is not there */
        const struct field *field = field_find(str_from(element_rules[i].field));
        assert_non_null(field);
        assert_true(!element_rules[i].code || field_code_find(field, str_from(element_rules[i].code)));
    }
}

static void test_facts_find_their_elements(void **state)
{
    (void)state;
    const struct element_fact facts[] = {
        {STR("vic_MethodsOfControl"), STR("DebtBondage FalsePromises Other"), 3},
        {STR("vic_MethodsOfControl"), STR("WithholdsDocuments"), 3},
        {STR("vic_MethodsOfControl"), STR("WithholdsDocuments"), 3}, /* the same again */
        {STR("per_RoleInProcess"), STR("SoldIndividual"), 4},
        {STR("vic_MethodOfRecruitment"), STR("AtWork"), 3},
        {STR("cmt_Element"), STR("Harbouring nonsense"), 7},
        {STR("prs_FirstName"), STR("Recruitment"), 8}, /* a name that looks like a code */
        {STR("no_such_field"), STR("Recruitment"), 9},
        {STR("vic_TypeOfExploitation"), STR(""), 3},
    };
    struct arena *a = arena_new();
    struct element_sheet s = elements_sheet(a, facts, sizeof facts / sizeof facts[0], ELEMENT_CHILD_NO);
    assert_int_equal(s.of[ELEMENT_COERCION].n, 2);
    assert_string_equal(s.of[ELEMENT_COERCION].evidence[0].code->value, "DebtBondage");
    assert_string_equal(s.of[ELEMENT_COERCION].evidence[1].code->value, "WithholdsDocuments");
    assert_int_equal(s.of[ELEMENT_SLAVERY].n, 1);
    assert_int_equal(s.of[ELEMENT_DECEPTION].n, 1);
    assert_int_equal(s.of[ELEMENT_TRANSFER].n, 1);
    assert_int_equal(s.of[ELEMENT_TRANSFER].evidence[0].record, 4);
    assert_int_equal(s.of[ELEMENT_PAYMENTS].n, 1);
    assert_int_equal(s.of[ELEMENT_RECRUITMENT].n, 1);
    assert_int_equal(s.of[ELEMENT_HARBOURING].n, 1);
    assert_null(s.of[ELEMENT_HARBOURING].evidence[0].field);
    assert_int_equal(s.of[ELEMENT_FORCED_LABOUR].n, 0);
    assert_int_equal(s.shown[ELEMENT_ACT], 3);
    assert_int_equal(s.shown[ELEMENT_MEANS], 3);
    assert_int_equal(s.shown[ELEMENT_PURPOSE], 1);
    s = elements_sheet(a, NULL, 0, ELEMENT_CHILD_UNKNOWN);
    assert_int_equal(s.shown[ELEMENT_ACT] + s.shown[ELEMENT_MEANS] + s.shown[ELEMENT_PURPOSE], 0);
    arena_free(a);
}

static void test_who_is_a_child(void **state)
{
    (void)state;
    static const struct { const char *recorded; struct date born, at; enum element_child is; } cases[] = {
        {"yes", {1970, 1, 1}, {2020, 1, 1}, ELEMENT_CHILD_YES}, /* what is recorded comes first: birth dates in papers are often false */
        {"no", {2015, 1, 1}, {2020, 1, 1}, ELEMENT_CHILD_NO},
        {"unknown", {2003, 6, 15}, {2021, 6, 14}, ELEMENT_CHILD_YES},
        {"", {2003, 6, 15}, {2021, 6, 15}, ELEMENT_CHILD_NO},
        {"", {2003, 6, 0}, {2021, 6, 15}, ELEMENT_CHILD_UNKNOWN},
        {"", {2003, 6, 0}, {2021, 5, 31}, ELEMENT_CHILD_YES},
        {"", {2003, 6, 0}, {2021, 7, 0}, ELEMENT_CHILD_NO},
        {"", {2003, 0, 0}, {2021, 0, 0}, ELEMENT_CHILD_UNKNOWN},
        {"", {2003, 0, 0}, {2020, 0, 0}, ELEMENT_CHILD_YES},
        {"", {2003, 0, 0}, {2022, 0, 0}, ELEMENT_CHILD_NO},
        {"", {2004, 2, 29}, {2022, 2, 28}, ELEMENT_CHILD_YES},
        {"", {0, 0, 0}, {2022, 0, 0}, ELEMENT_CHILD_UNKNOWN},
        {"", {2003, 0, 0}, {0, 0, 0}, ELEMENT_CHILD_UNKNOWN},
        {"", {2003, 13, 0}, {2010, 0, 0}, ELEMENT_CHILD_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(elements_child(str_from(cases[i].recorded), cases[i].born, cases[i].at), cases[i].is);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table_is_whole),
        cmocka_unit_test(test_facts_find_their_elements),
        cmocka_unit_test(test_who_is_a_child),
    };
    return cmocka_run_group_tests_name("elements", tests, NULL, NULL);
}
