/* seasia: readings of names in Khmer, Thai, Lao, Burmese and Han, one case for each thing their grammars can do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trust/names/names.h"

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

struct reading {
    const char *text, *latin;
};

static void check(const struct reading *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        str latin = names_latin(names, arena, str_from(cases[i].text));
        if (!str_eq(latin, str_from(cases[i].latin)))
            fail_msg("%s is read %.*s, not %s", cases[i].text, STR_ARG(latin), cases[i].latin);
    }
}
#define CHECK(cases) check(cases, sizeof(cases) / sizeof(cases)[0])

static void test_khmer(void **state)
{
    (void)state;
    static const struct reading cases[] = {
        {"សុខ ដារ៉ា", "sok dara"},        /* series by shifter, final consonant */
        {"ជា ស៊ីម", "chea sim"},           /* second series; triisap */
        {"ពិសិដ្ឋ", "piseth"},             /* a cluster that closes */
        {"ចន្ទ្រា", "chantrea"},            /* two subscripts parted by the syllable */
        {"ឧត្តម", "udom"},               /* independent vowel */
        {"ស្រីណា", "sreyna"},             /* subscript in the onset, two elements */
        {"វឌ្ឍន៍", "vath"},               /* toandakhiat silences its letter */
        {"គាត ឈន់", "keat chhon"},       /* bantoc */
    };
    CHECK(cases);
}

static void test_thai(void **state)
{
    (void)state;
    static const struct reading cases[] = {
        {"สมชาย", "somchai"},
        {"เกรียงไกร", "kriangkrai"},    /* vowels before, around and behind the onset */
        {"จันทร์เพ็ญ", "chanphen"},      /* thanthakhat silences a cluster; maitaikhu */
        {"ศรีสุข", "srisuk"},           /* the silent r that is written */
        {"สมบูรณ์", "sombun"},          /* r as a final */
        {"วรรณา", "wanna"},           /* double r */
        {"หนูเล็ก", "nulek"},           /* leading h */
        {"คำ", "kham"},               /* sara am in either normal form */
        {"ณัฐพล", "natphon"},         /* a final that is an aspirate */
        {"กมล", "kamon"},            /* vowels that are not written */
    };
    CHECK(cases);
}

static void test_lao(void **state)
{
    (void)state;
    static const struct reading cases[] = {
        {"ສົມພອນ", "somphone"}, {"ບຸນມີ", "bounmy"}, {"ວຽງໄຊ", "viengxay"}, {"ຄຳໝັ້ນ", "khamman"}, {"ແກ້ວມະນີ", "keomani"},
    };
    CHECK(cases);
}

static void test_burmese(void **state)
{
    (void)state;
    static const struct reading cases[] = {
        {"မင်းအောင်လှိုင်", "min aung hlaing"}, {"သန္တာ", "thandar"}, /* stacked letter */
        {"ဝင်းမြင့်", "win myint"},                              /* creaky tone */
        {"သိင်္ဂီ", "thein gi"},                                /* kinzi */
    };
    CHECK(cases);
}

static void test_han(void **state)
{
    (void)state;
    static const struct reading cases[] = {
        {"陈志明", "chen zhiming"}, {"陳志明", "chen zhiming"}, {"欧阳修文", "ouyang xiuwen"}, {"奥巴马", "obama"},
    };
    CHECK(cases);
}

/* Each region's reading of one surname is there. */
static void test_regions(void **state)
{
    (void)state;
    struct name_forms f;
    names_forms(names, arena, &(struct name){.full = STR("陈志明")}, &f);
    assert_int_equal(f.n, 2);
    static const char *const expected[] = {"chen", "chan", "tan", "tran"};
    for (size_t i = 0; i < 4; i++)
        assert_true(str_eq(f.tokens[0].latin[i], str_from(expected[i])));
}

/* Signs in any order, alone, without a base: nothing breaks, and what can be read is. */
static void test_odd_input(void **state)
{
    (void)state;
    static const char *const odd[] = {"์", "เ", "เเเเ", "ก์ก์ก์", "ិ្្្", "្ក", "ក្", "៉៉៉", "ໜໜ", "໌", "့်္", "္", "က္", "ေ", "ๆๆ", "·", "龘", "㐀𠀀"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct name_forms f;
        names_forms(names, arena, &(struct name){.full = str_from(odd[i])}, &f);
        assert_true(f.n <= NAMES_TOKENS_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_khmer), cmocka_unit_test(test_thai),    cmocka_unit_test(test_lao),       cmocka_unit_test(test_burmese),
        cmocka_unit_test(test_han),   cmocka_unit_test(test_regions), cmocka_unit_test(test_odd_input),
    };
    return cmocka_run_group_tests_name("seasia", tests, open_names, close_names);
}
