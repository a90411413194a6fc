/* Tests of words: what is a code or English inside, in the language of the page. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "face/web/languages.h"
#include "face/web/words.h"
#include "trust/act/act.h"

static struct arena *a;
static struct languages all;

static int open_all(void **state)
{
    struct err err = {0};
    (void)state;
    a = arena_new();
    return languages_open(a, STR("UTC"), &all, &err);
}

static int close_all(void **state)
{
    (void)state;
    languages_close(&all);
    arena_free(a);
    return 0;
}

static void says(const char *language, const char *text, const char *wanted)
{
    str got = words_reasons(languages_words(&all, language), a, text);
    assert_string_equal(str_c(a, got), wanted);
}

static void test_reasons(void **state)
{
    (void)state;
    says("de", "same spelling", "gleich geschrieben");
    says("de", "family name: same spelling; birth date: same", "Familienname: gleich geschrieben; Geburtsdatum: gleich");
    says("fr", "family name: same spelling", "nom de famille : même orthographe");
    says("en", "family name: same spelling; birth date: same", "family name: same spelling; birth date: same");
}

static void test_what_has_no_words_stays(void **state)
{
    (void)state;
    const char *const texts[] = {"", "nobody has translated this", "x: y", "{place}: <b>"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        says("en", texts[i], texts[i]);
        says("vi", texts[i], texts[i]);
    }
}

static void test_every_verb_has_words(void **state)
{
    (void)state;
    for (int v = 0; v < N_VERBS; v++) {
        bool found = false;
        for (const struct words_of_verb *w = words_of_verbs; w->verb; w++)
            found |= str_eq(str_from(w->verb), str_from(verbs[v].name));
        if (!found)
            fail_msg("verb %s has no words for pages: add its line in words.c", verbs[v].name);
    }
}

static void offers(const char *text, const char *codes, const char *usual)
{
    struct languages_offer o;
    struct buf b = buf_new(a);
    languages_offer(str_from(text), &o);
    for (const struct language *one = o.menu; one->code; one++)
        buf_addf(&b, "%s ", one->code);
    assert_string_equal(str_c(a, str_trim(buf_str(&b))), codes);
    assert_string_equal(o.usual, usual);
}

static void test_what_the_agency_offers(void **state)
{
    (void)state;
    offers("", "en km th vi fr de", "en");
    offers("km km th", "km th", "km");
    offers("th km TH th-TH xx km", "km th", "th");
    offers("en", "en km th vi fr de", "en"); /* what decides nothing */
    offers("vi km", "en km th vi fr de", "en");
    offers("xx yy zz \xff\xff", "en km th vi fr de", "en");
}

static void test_what_is_decided(void **state)
{
    (void)state;
    static const int some[LANGUAGES] = {2, 1, 0, 2}, none[LANGUAGES] = {0}; /* en km th vi */
    struct err err = {0};
    str text;
    assert_int_equal(languages_decide(a, some, "vi", &text, &err), 0);
    assert_string_equal(str_c(a, text), "vi km en vi");
    assert_int_equal(languages_decide(a, some, "th", &text, &err), ERR_INPUT);
    assert_int_equal(languages_decide(a, none, "en", &text, &err), ERR_INPUT);
}

static void test_which_language_a_page_is_in(void **state)
{
    (void)state;
    struct languages_offer o;
    const str none = STR("");
    languages_offer(STR("km en km"), &o);
    assert_string_equal(languages_choose(&o, none, false, none, none), "km");
    assert_string_equal(languages_choose(&o, none, false, none, STR("th, en-GB;q=0.8")), "en");
    assert_string_equal(languages_choose(&o, STR("th"), false, none, none), "km"); /* before anybody has signed in: what is offered */
    assert_string_equal(languages_choose(&o, STR("th"), true, STR("en"), none), "th"); /* hers, as long as she keeps it */
    assert_string_equal(languages_choose(&o, none, true, STR("my de en"), STR("en")), "de");
    languages_menu(&o, "de");
    assert_true(o.n == 2 && strcmp(o.menu[2].code, "de") == 0 && !o.menu[3].code && !languages_offered(&o, "de"));
    languages_menu(&o, "en");
    assert_null(o.menu[2].code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reasons), cmocka_unit_test(test_what_has_no_words_stays), cmocka_unit_test(test_every_verb_has_words),
        cmocka_unit_test(test_what_the_agency_offers), cmocka_unit_test(test_what_is_decided), cmocka_unit_test(test_which_language_a_page_is_in),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
