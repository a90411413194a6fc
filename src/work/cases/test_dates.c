/* dates: one table of what people write, and what it must become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "work/cases/dates.h"

static const struct {
    const char *text;
    enum dates_order order;
    enum dates_result result;
    const char *date; /* as date_format writes it */
} table[] = {
    {"1990-03-05", 0, DATES_OK, "1990-03-05"},
    {"1990-3-5", 0, DATES_OK, "1990-03-05"},
    {"1990/03/05", DATES_MONTH_FIRST, DATES_OK, "1990-03-05"},
    {"1990-03-05T00:00:00Z", 0, DATES_OK, "1990-03-05"},
    {"1990-03-05 00:00:00", 0, DATES_OK, "1990-03-05"},
    {"5/3/1990 12:00:00 AM", 0, DATES_OK, "1990-03-05"},
    {"05/03/1990", DATES_DAY_FIRST, DATES_OK, "1990-03-05"},
    {"05/03/1990", DATES_MONTH_FIRST, DATES_OK, "1990-05-03"},
    {"05.03.1990", 0, DATES_OK, "1990-03-05"},
    {"05-03-90", 0, DATES_OK, "1990-03-05"},
    {"05/03/26", 0, DATES_OK, "2026-03-05"},
    {"05/03/27", 0, DATES_OK, "1927-03-05"},
    {"05/03/01", 0, DATES_OK, "2001-03-05"},
    {"90/03/05", 0, DATES_OK, "1990-03-05"},
    {"25/03/1990", DATES_MONTH_FIRST, DATES_SWAPPED, "1990-03-25"},
    {"03/25/1990", DATES_DAY_FIRST, DATES_SWAPPED, "1990-03-25"},
    {"1990-13-05", 0, DATES_SWAPPED, "1990-05-13"},
    {"1990-13-40", 0, DATES_NO_SUCH_MONTH, "1990"},
    {"1990-02-30", 0, DATES_NO_SUCH_DAY, "1990-02"},
    {"1900-02-29", 0, DATES_NO_SUCH_DAY, "1900-02"},
    {"2000-02-29", 0, DATES_OK, "2000-02-29"},
    {"19900305", 0, DATES_OK, "1990-03-05"},
    {"25330305", 0, DATES_OK, "1990-03-05"},
    {"05031990", 0, DATES_OK, "1990-03-05"},
    {"05031990", DATES_MONTH_FIRST, DATES_OK, "1990-05-03"},
    {"19729518", 0, DATES_NO_SUCH_MONTH, "1972"},
    {"19900000", 0, DATES_OK, "1990"},
    {"900305", 0, DATES_SIX_DIGITS, ""},
    {"1990", 0, DATES_OK, "1990"},
    {"03/1990", DATES_MONTH_FIRST, DATES_OK, "1990-03"},
    {"1990-03", 0, DATES_OK, "1990-03"},
    {"1990-00-00", 0, DATES_OK, "1990"},
    {"1990-03-00", 0, DATES_OK, "1990-03"},
    {"00/03/1990", 0, DATES_OK, "1990-03"},
    {"00/00/2533", 0, DATES_OK, "1990"},
    {"2533", 0, DATES_OK, "1990"},
    {"5/3/2533", 0, DATES_OK, "1990-03-05"},
    {"2533-03-05", 0, DATES_OK, "1990-03-05"},
    {"๕/๓/๒๕๓๓", 0, DATES_OK, "1990-03-05"},
    {"៥/៣/១៩៩០", 0, DATES_OK, "1990-03-05"},
    {"٥/٣/١٩٩٠", 0, DATES_OK, "1990-03-05"},
    {"5 มีนาคม 2533", 0, DATES_OK, "1990-03-05"},
    {"5 มี.ค. 2533", 0, DATES_OK, "1990-03-05"},
    {"5 มี.ค. 33", 0, DATES_OK, "1990-03-05"},
    {"วันที่ ๕ มีนาคม พ.ศ. ๒๕๓๓", 0, DATES_OK, "1990-03-05"},
    {"5 มีนาคม ค.ศ. 1990", 0, DATES_OK, "1990-03-05"},
    {"มีนาคม 2533", 0, DATES_OK, "1990-03"},
    {"พ.ศ. 2533", 0, DATES_OK, "1990"},
    {"ថ្ងៃទី៥ ខែមីនា ឆ្នាំ១៩៩០", 0, DATES_OK, "1990-03-05"},
    {"០៥ មីនា ១៩៩០", 0, DATES_OK, "1990-03-05"},
    {"ngày 5 tháng 3 năm 1990", DATES_MONTH_FIRST, DATES_OK, "1990-03-05"},
    {"Tháng 3 năm 1990", 0, DATES_OK, "1990-03"},
    {"5 March 1990", 0, DATES_OK, "1990-03-05"},
    {"March 5th, 1990", 0, DATES_OK, "1990-03-05"},
    {"Mar-90", 0, DATES_OK, "1990-03"},
    {"5-MAR-90", 0, DATES_OK, "1990-03-05"},
    {"5 sept. 1990", 0, DATES_OK, "1990-09-05"},
    {"1er août 1990", 0, DATES_OK, "1990-08-01"},
    {"5 DÉCEMBRE 1990", 0, DATES_OK, "1990-12-05"},
    {"5. März 1990", 0, DATES_OK, "1990-03-05"},
    {"5 марта 1990 г.", 0, DATES_OK, "1990-03-05"},
    {"5 МАЯ 1990", 0, DATES_OK, "1990-05-05"},
    {"1990年3月5日", 0, DATES_OK, "1990-03-05"},
    {"32937", 0, DATES_OK, "1990-03-05"},
    {"32937.5", 0, DATES_OK, "1990-03-05"},
    {"1990.0", 0, DATES_OK, "1990"},
    {"9000", 0, DATES_OK, "1924-08-21"},
    {"5 Jui 1990", 0, DATES_UNREADABLE, ""},
    {"5 March", 0, DATES_NO_YEAR, ""},
    {"5/3", 0, DATES_NO_YEAR, ""},
    {"2027-01-01", 0, DATES_FUTURE, ""},
    {"2026-11-24", 0, DATES_FUTURE, "2026"},
    {"2026-11-23", 0, DATES_OK, "2026-11-23"},
    {"1849-01-01", 0, DATES_TOO_OLD, ""},
    {"about 25", 0, DATES_ESTIMATE, ""},
    {"25", 0, DATES_AGE, ""},
    {"25 years", 0, DATES_AGE, ""},
    {"25 ปี", 0, DATES_AGE, ""},
    {"~1990", 0, DATES_ESTIMATE, ""},
    {"circa 1990", 0, DATES_ESTIMATE, ""},
    {"1990-1995", 0, DATES_UNREADABLE, ""},
    {"spring 1990", 0, DATES_UNREADABLE, ""},
    {"1990-03-05-07", 0, DATES_UNREADABLE, ""},
    {"", 0, DATES_EMPTY, ""},
    {"  ", 0, DATES_EMPTY, ""},
    {"-", 0, DATES_EMPTY, ""},
    {"N/A", 0, DATES_EMPTY, ""},
    {"unknown", 0, DATES_EMPTY, ""},
    {"không rõ", 0, DATES_EMPTY, ""},
    {"ไม่ทราบ", 0, DATES_EMPTY, ""},
    {"00/00/0000", 0, DATES_NO_YEAR, ""},
};

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct dates_rules rules = {.order = table[i].order, .today = {2026, 11, 23}};
        struct date d;
        char text[DATE_TEXT_MAX];
        enum dates_result result = dates_read(str_from(table[i].text), &rules, &d);
        date_format(text, d);
        if (result != table[i].result)
            print_error("%s: result %d, expected %d\n", table[i].text, result, table[i].result);
        assert_int_equal(result, table[i].result);
        assert_string_equal(text, table[i].date);
    }
}

static void test_excel_1904(void **state)
{
    (void)state;
    struct dates_rules rules = {.today = {2026, 11, 23}, .excel_1904 = true};
    struct date d;
    assert_int_equal(dates_read(STR("31475"), &rules, &d), DATES_OK);
    assert_true(date_eq(d, (struct date){1990, 3, 5}));
}

static enum dates_order order_of(const char *const cells[], bool *undecided)
{
    struct dates_seen seen = {0};
    for (size_t i = 0; cells[i]; i++)
        dates_look(&seen, str_from(cells[i]));
    *undecided = dates_undecided(&seen);
    return dates_order(&seen);
}

static void test_order_of_a_column(void **state)
{
    (void)state;
    bool undecided;
    assert_int_equal(order_of((const char *const[]){"1/2/1990", "3/14/1990", "1990-03-25", NULL}, &undecided), DATES_MONTH_FIRST);
    assert_false(undecided);
    assert_int_equal(order_of((const char *const[]){"1/2/1990", "14/3/90", NULL}, &undecided), DATES_DAY_FIRST);
    assert_false(undecided);
    assert_int_equal(order_of((const char *const[]){"1/2/1990", "3/4/1990", NULL}, &undecided), DATES_DAY_FIRST);
    assert_true(undecided);
    assert_int_equal(order_of((const char *const[]){"1990-01-02", "5 May 1990", "3/3/1990", NULL}, &undecided), DATES_DAY_FIRST);
    assert_false(undecided);
}

static void test_every_reason_has_a_text(void **state)
{
    (void)state;
    for (int r = DATES_UNREADABLE; r < DATES_RESULTS; r++)
        assert_true(dates_why((enum dates_result)r)[0] != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_excel_1904),
        cmocka_unit_test(test_order_of_a_column),
        cmocka_unit_test(test_every_reason_has_a_text),
    };
    return cmocka_run_group_tests_name("dates", tests, NULL, NULL);
}
