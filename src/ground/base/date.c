#include "ground/base/date.h"

#include <stdio.h>

int date_days_in_month(int year, int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12)
        return 0;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool date_valid(struct date d)
{
    if (d.year < 1 || d.year > 9999 || d.month > 12)
        return false;
    return d.month == 0 ? d.day == 0 : d.day <= date_days_in_month(d.year, d.month);
}

bool date_known(struct date d)
{
    return d.day != 0 && date_valid(d);
}

bool date_eq(struct date a, struct date b)
{
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

/* Days from civil and back: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", sections days_from_civil
 * and civil_from_days. An era is 400 years of 146,097 days; years are counted from March. */
int64_t date_to_days(struct date d)
{
    int64_t y = d.year - (d.month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct date date_from_days(int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int64_t month = mp + (mp < 10 ? 3 : -9);
    return (struct date){
        .year = (int16_t)(yoe + era * 400 + (month <= 2)),
        .month = (uint8_t)month,
        .day = (uint8_t)(doy - (153 * mp + 2) / 5 + 1),
    };
}

void date_format(char text[static DATE_TEXT_MAX], struct date d)
{
    text[0] = 0;
    if (d.day)
        snprintf(text, DATE_TEXT_MAX, "%04d-%02d-%02d", d.year, d.month, d.day);
    else if (d.month)
        snprintf(text, DATE_TEXT_MAX, "%04d-%02d", d.year, d.month);
    else if (d.year)
        snprintf(text, DATE_TEXT_MAX, "%04d", d.year);
}

bool date_parse_iso(str s, struct date *out)
{
    *out = (struct date){0};
    if (s.len == 0)
        return true;
    int64_t year = 0, month = 0, day = 0;
    bool shape = s.len == 4 || (s.len == 7 && s.p[4] == '-') || (s.len == 10 && s.p[4] == '-' && s.p[7] == '-');
    if (!shape || !str_to_int(str_slice(s, 0, 4), 1, 9999, &year) ||
        (s.len >= 7 && !str_to_int(str_slice(s, 5, 7), 1, 12, &month)) ||
        (s.len == 10 && !str_to_int(str_slice(s, 8, 10), 1, 31, &day)))
        return false;
    struct date d = {(int16_t)year, (uint8_t)month, (uint8_t)day};
    if (!date_valid(d))
        return false;
    *out = d;
    return true;
}
