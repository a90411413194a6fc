/* date: a calendar day as people know it, which may be only a year, or a year and a month.
 *
 *     struct date d = {1990, 3, 0};          // March 1990
 *     date_format(text, d);                  // "1990-03"
 *
 * Proleptic Gregorian. Not here: reading dates as found in the wild (work/cases/dates.h), other calendars.
 */
#ifndef COMITY_BASE_DATE_H
#define COMITY_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "ground/base/str.h"

struct date {
    int16_t year;  /* 0: nothing is known */
    uint8_t month; /* 0: not known */
    uint8_t day;   /* 0: not known */
};

#define DATE_TEXT_MAX 16

bool date_valid(struct date d); /* year 1..9999, month and day within the calendar or 0; no day without a month */
bool date_known(struct date d); /* year, month and day */
bool date_eq(struct date a, struct date b);
int date_days_in_month(int year, int month);
int64_t date_to_days(struct date d);      /* days since 1970-01-01; needs a fully known date */
struct date date_from_days(int64_t days); /* the inverse */
void date_format(char text[static DATE_TEXT_MAX], struct date d); /* "1990-03-05", "1990-03", "1990" or "" */
bool date_parse_iso(str s, struct date *out); /* what date_format writes, and nothing else; "" gives the unknown date */

#endif
