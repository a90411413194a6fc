/* Tests of words: what is a code or English inside, in the language of the page. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reasons), cmocka_unit_test(test_what_has_no_words_stays), cmocka_unit_test(test_every_verb_has_words),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
