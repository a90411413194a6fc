/* Times and dates in each language of the pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ground/text/when.h"

#define MOMENT 1795529100000 /* 2026-11-24T14:05:00Z */

static void expect(str text, const char *wanted)
{
    if (!str_eq(text, str_from(wanted)))
        fail_msg("%.*s, wanted %s", STR_ARG(text), wanted);
}

static const struct {
    const char *language, *time, *local, *date, *month, *year;
} languages[] = {
    {"en", "24 November 2026, 14:05 UTC", "24 November 2026, 21:05", "5 March 1990", "March 1990", "1990"},
    {"km", "24 វិច្ឆិកា 2026 ម៉ោង 14:05 UTC", "24 វិច្ឆិកា 2026 ម៉ោង 21:05", "5 មីនា 1990", "មីនា 1990", "1990"},
    {"th", "24 พฤศจิกายน 2569 เวลา 14:05 น. UTC", "24 พฤศจิกายน 2569 เวลา 21:05 น.", "5 มีนาคม 2533 (ค.ศ. 1990)", "มีนาคม 2533 (ค.ศ. 1990)",
     "พ.ศ. 2533 (ค.ศ. 1990)"},
    {"vi", "14:05 UTC, 24 tháng 11, 2026", "21:05, 24 tháng 11, 2026", "5 tháng 3, 1990", "tháng 3 năm 1990", "1990"},
    {"fr", "24 novembre 2026 à 14:05 UTC", "24 novembre 2026 à 21:05", "5 mars 1990", "mars 1990", "1990"},
    {"de", "24. November 2026, 14:05 UTC", "24. November 2026, 21:05", "5. März 1990", "März 1990", "1990"},
};

static void test_languages(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++) {
        struct when *w;
        assert_int_equal(when_open(a, languages[i].language, STR(""), &w, &err), 0);
        expect(when_time(w, a, MOMENT), languages[i].time);
        expect(when_date(w, a, (struct date){1990, 3, 5}), languages[i].date);
        expect(when_date(w, a, (struct date){1990, 3, 0}), languages[i].month);
        expect(when_date(w, a, (struct date){1990, 0, 0}), languages[i].year);
        expect(when_date(w, a, (struct date){0}), "");
        expect(when_date(w, a, (struct date){1990, 13, 0}), "");
        when_close(w);
        assert_int_equal(when_open(a, languages[i].language, STR("Asia/Bangkok"), &w, &err), 0);
        expect(when_time(w, a, MOMENT), languages[i].local);
        when_close(w);
    }
    arena_free(a);
}

static void test_zones(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct when *w;
    assert_int_equal(when_open(a, "en", STR("Europe/Berlin"), &w, &err), 0);
    expect(when_time(w, a, MOMENT), "24 November 2026, 15:05");
    expect(when_time(w, a, 1783036800000), "3 July 2026, 02:00"); /* 2026-07-03T00:00Z, in summer */
    expect(when_day(w, a, 1783029600000), "3 July 2026");         /* 22:00 UTC the day before */
    assert_true(date_eq(when_day_of(w, 1783029600000), (struct date){2026, 7, 3}));
    assert_true(date_eq(when_day_in(STR("Asia/Phnom_Penh"), 1783011600000), (struct date){2026, 7, 3})); /* 17:00 UTC is midnight there */
    assert_true(date_eq(when_day_in(STR("Asia/Phnom_Penh"), 1783011599999), (struct date){2026, 7, 2}));
    assert_true(date_eq(when_day_in(STR("Etc/GMT+12"), 1783079999999), (struct date){2026, 7, 2})); /* 11:59 UTC: still the day before */
    assert_true(date_eq(when_day_in(STR(""), 1783036799999), (struct date){2026, 7, 2}));
    assert_true(date_eq(when_day_in(STR("Asia/Atlantis"), 1783036800000), (struct date){2026, 7, 3}));
    expect(when_time(w, a, -1), "1 January 1970, 00:59");
    when_close(w);
    assert_int_equal(when_open(a, "en", STR("Asia/Atlantis"), &w, &err), ERR_USAGE);
    assert_int_equal(when_open(a, "en", STR("A\xFF"), &w, &err), ERR_USAGE);
    assert_int_equal(when_open(a, "tlh", STR(""), &w, &err), 0); /* a language that ICU does not know: something readable */
    assert_true(when_time(w, a, MOMENT).len > 10);
    when_close(w);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_languages), cmocka_unit_test(test_zones)};
    return cmocka_run_group_tests_name("when", tests, NULL, NULL);
}
