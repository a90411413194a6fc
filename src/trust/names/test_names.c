/* names: what the rules promise, on invented names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/names/names.h"
#include "trust/names/rules.h"

static struct names *names;
static struct arena *arena;

static int open_names(void **state)
{
    (void)state;
    struct err err = {0};
    arena = arena_new();
    if (names_open(&names, &err) < 0) {
        print_error("%s\n", err.text);
        return -1;
    }
    return 0;
}

static int close_names(void **state)
{
    (void)state;
    names_close(names);
    arena_free(arena);
    return 0;
}

static void test_latin_tokens(void **state)
{
    (void)state;
    struct name_forms f;
    names_forms(names, arena, &(struct name){.given = STR("Dr. Dara"), .family = STR("Sok")}, &f);
    assert_int_equal(f.n, 2);
    assert_true(str_eq(f.tokens[0].latin[0], STR("dara")));
    assert_true(str_eq(f.tokens[0].skeleton[0], STR("TRE")));
    assert_int_equal(f.tokens[0].part, NAME_PART_GIVEN);
    assert_int_equal(f.tokens[1].part, NAME_PART_FAMILY);
}


static struct name_forms forms_of(const char *full)
{
    struct name_forms f;
    names_forms(names, arena, &(struct name){.full = str_from(full)}, &f);
    return f;
}

static struct name_comparison compare(const char *a, const char *b)
{
    struct name_comparison c, back;
    names_compare(names, arena, &(struct name){.full = str_from(a)}, &(struct name){.full = str_from(b)}, &c);
    names_compare(names, arena, &(struct name){.full = str_from(b)}, &(struct name){.full = str_from(a)}, &back);
    assert_true(c.score >= back.score && c.score <= back.score);
    assert_string_equal(c.reason, back.reason);
    return c;
}

static void test_titles_are_dropped_but_never_all(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t tokens;
    } cases[] = {
        {"Mrs. Anna Petrova", 2}, {"Datuk Aziz Rahman", 2}, {"Tan Sri Aziz Rahman", 2}, {"Г-н Олег Крылов", 2}, {"Mrs.", 1}, {"", 0}, {" - , 12", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(forms_of(cases[i].name).n, cases[i].tokens);
}

static void test_apostrophes_join_and_hyphens_part(void **state)
{
    (void)state;
    struct name_forms f = forms_of("Nell O\u2019Hara-Lund");
    assert_int_equal(f.n, 3);
    assert_true(str_eq(f.tokens[1].latin[0], STR("ohara")));
    assert_true(str_eq(f.tokens[2].latin[0], STR("lund")));
}

static void test_minor_words_and_initials(void **state)
{
    (void)state;
    struct name_forms f = forms_of("Trần Thị Lan");
    assert_true(f.tokens[1].minor);
    assert_false(f.tokens[0].minor || f.tokens[2].minor);
    f = forms_of("Олег Иванович Крылов");
    assert_true(f.tokens[1].minor);
    f = forms_of("Jan van der Velt");
    assert_true(f.tokens[1].minor && f.tokens[2].minor);
    f = forms_of("J. Velt");
    assert_true(f.tokens[0].initial);
}

static void test_comma_tells_the_parts(void **state)
{
    (void)state;
    struct name_forms f = forms_of("Sok, Dara");
    assert_int_equal(f.tokens[0].part, NAME_PART_FAMILY);
    assert_int_equal(f.tokens[1].part, NAME_PART_GIVEN);
}

static bool share_skeleton(const char *a, const char *b)
{
    struct name_forms x = forms_of(a), y = forms_of(b);
    for (size_t i = 0; i < x.tokens[0].n_skeletons; i++)
        for (size_t j = 0; j < y.tokens[0].n_skeletons; j++)
            if (str_eq(x.tokens[0].skeleton[i], y.tokens[0].skeleton[j]))
                return true;
    return false;
}

static void test_skeletons_meet_across_spellings(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"Sergey", "Сергей"}, {"Serguei", "Sergej"},   {"Schmidt", "Шмидт"},  {"Müller", "Mueller"},    {"Petrović", "Петровић"},
        {"Nguyễn", "Nguyen"}, {"Papadopoulos", "Παπαδόπουλος"}, {"Kowalczyk", "Ковальчик"}, {"Dara", "DARA"},
        {"ﬁona", "Fiona"},    {"Jose\u0301", "José"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (!share_skeleton(pairs[i][0], pairs[i][1]))
            fail_msg("%s and %s share no skeleton", pairs[i][0], pairs[i][1]);
    assert_false(share_skeleton("Sergey", "Martin"));
    assert_false(share_skeleton("Li", "Lu"));
}

static void test_compare_same_person(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"Sergey Ivanov", "Иванов Сергей Петрович"},
        {"Georgios Papadakis", "Γεώργιος Παπαδάκης"},
        {"Trần Thị Mai", "Tran Mai"},
        {"Kim Min-ho", "Kim Minho"},
        {"Abdul Rahman Saleh", "Abdulrahman Saleh"},
        {"J. Lundqvist", "Johan Lundqvist"},
        {"Yusuf Demir", "يوسف دمير"},
        {"David Cohen", "דוד כהן"},
        {"Anna Kowalska", "Анна Ковальская"},
        {"Jürgen Groß", "Juergen Gross"},
        {"Martin Keller", "Keller, Martin"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct name_comparison c = compare(pairs[i][0], pairs[i][1]);
        if (c.score < 0.5)
            fail_msg("%s and %s: %.3f, %s", pairs[i][0], pairs[i][1], c.score, c.reason);
    }
}

static void test_compare_other_person(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"John Smith", "Jane Smith"},       {"Sergey Ivanov", "Иван Сергеев"}, {"Martin Keller", "Anna Kowalska"},
        {"Trần Văn Nam", "Tran Van Minh"},  {"Sok Dara", "Chea Sophal"},       {"", "Martin Keller"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct name_comparison c = compare(pairs[i][0], pairs[i][1]);
        if (c.score >= 0.5)
            fail_msg("%s and %s: %.3f, %s", pairs[i][0], pairs[i][1], c.score, c.reason);
    }
}

static void test_compare_explains(void **state)
{
    (void)state;
    assert_string_equal(compare("Martin Keller", "Keller Martin").reason, "same letters; order differs");
    assert_string_equal(compare("Kim Min-ho", "Kim Minho").reason, "same letters; written as one word");
    assert_true(compare("Martin Keller", "Martin Keller").score > 0.95);
}

static void test_forms_are_the_same_every_time(void **state)
{
    (void)state;
    struct names *other;
    struct err err = {0};
    assert_int_equal(names_open(&other, &err), 0);
    assert_string_equal(names_ruleset(names), names_ruleset(other));
    struct name_forms x = forms_of("Wojciech Szczęsny-Guimarães"), y;
    names_forms(other, arena, &(struct name){.full = STR("Wojciech Szczęsny-Guimarães")}, &y);
    assert_int_equal(x.n, y.n);
    for (size_t i = 0; i < x.n; i++) {
        assert_int_equal(x.tokens[i].n_skeletons, y.tokens[i].n_skeletons);
        for (size_t k = 0; k < x.tokens[i].n_skeletons; k++)
            assert_true(str_eq(x.tokens[i].skeleton[k], y.tokens[i].skeleton[k]));
    }
    names_close(other);
}

/* --- the rule loader ---------------------------------------------------------------------------------------------- */

static int load(const char *text, struct rules_set **set, struct err *err)
{
    struct embedded file = {"t.txt", text, str_from(text).len};
    const struct embedded *files[] = {&file};
    return rules_open(arena, files, 1, set, err);
}

static void test_rules_lookup(void **state)
{
    (void)state;
    struct rules_set *set;
    struct err err = {0};
    assert_int_equal(load("# head\n[one]\nsh S  # why\nshch SC x\ns -\n[two]\ns T\n", &set, &err), 0);
    const struct rules *one = rules_section(set, "t.txt", "one");
    const uint32_t word[] = {'s', 'h', 'c', 'o'};
    const struct rule *r = rules_longest(one, word, 4);
    assert_non_null(r);
    assert_int_equal(r->key_len, 2);
    assert_true(str_eq(r->value[0], STR("S")));
    assert_int_equal(r->n_values, 1);
    assert_int_equal(rules_get_ascii(one, STR("s"))->value[0].len, 0);
    assert_null(rules_get_ascii(one, STR("x")));
    assert_true(str_eq(rules_get_ascii(rules_section(set, "t.txt", "two"), STR("s"))->value[0], STR("T")));
    assert_null(rules_section(set, "t.txt", "three"));
}

static void test_rules_errors_name_the_line(void **state)
{
    (void)state;
    struct rules_set *set;
    struct err err = {0};
    assert_int_equal(load("a b\n", &set, &err), ERR_CORRUPT);
    assert_non_null(strstr(err.text, "t.txt:1:"));
    assert_int_equal(load("[x]\na b\n\na c\n", &set, &err), ERR_CORRUPT);
    assert_non_null(strstr(err.text, "t.txt:4:"));
    assert_int_equal(load("[x]\n\xff b\n", &set, &err), ERR_CORRUPT);
}

static void test_a_changed_rule_changes_the_digest(void **state)
{
    (void)state;
    struct rules_set *one, *two;
    struct err err = {0};
    assert_int_equal(load("[x]\na b\n", &one, &err), 0);
    assert_int_equal(load("[x]\na c\n", &two, &err), 0);
    assert_true(rules_digest(one) != rules_digest(two));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_latin_tokens),
        cmocka_unit_test(test_titles_are_dropped_but_never_all),
        cmocka_unit_test(test_apostrophes_join_and_hyphens_part),
        cmocka_unit_test(test_minor_words_and_initials),
        cmocka_unit_test(test_comma_tells_the_parts),
        cmocka_unit_test(test_skeletons_meet_across_spellings),
        cmocka_unit_test(test_compare_same_person),
        cmocka_unit_test(test_compare_other_person),
        cmocka_unit_test(test_compare_explains),
        cmocka_unit_test(test_forms_are_the_same_every_time),
        cmocka_unit_test(test_rules_lookup),
        cmocka_unit_test(test_rules_errors_name_the_line),
        cmocka_unit_test(test_a_changed_rule_changes_the_digest),
    };
    return cmocka_run_group_tests_name("names", tests, open_names, close_names);
}
