/* when: times and dates as people of a language write them.
 *
 * What: "24 November 2026, 14:05 UTC"; of dates what is known: "5 March 1990", "March 1990", "1990"; Thai with the year of the Buddhist era.
 * Why:  2026-11-24T14:05:00.000Z is nobody's way to say when, and a year of the wrong era makes a child an adult.
 *
 *     struct when *w;
 *     if (when_open(a, "th", STR("Asia/Bangkok"), &w, &err) < 0) ...
 *     when_time(w, a, ms);                            // 24 พฤศจิกายน 2569 เวลา 21:05 น.
 *     when_date(w, a, (struct date){1990, 3, 0});     // มีนาคม 2533 (ค.ศ. 1990)
 *     when_close(w);
 *
 * Months, patterns and time zones are ICU's, looked up once. Read-only after when_open and may be shared by threads.
 * Not here: reading dates that people wrote (work/cases/dates.h), what machines read (ground/base/clock.h).
 */
#ifndef COMITY_WHEN_H
#define COMITY_WHEN_H

#include "ground/base/base.h"

struct when;

/* language: "en", "km", ...; zone: a name of the IANA table ("Asia/Phnom_Penh"), empty: UTC, which every time then says.
 * From arena, but to be closed. ERR_USAGE: there is no such zone. */
MUST_USE int when_open(struct arena *a, const char *language, str zone, struct when **out, struct err *err);
void when_close(struct when *w); /* NULL is allowed */

str when_time(const struct when *w, struct arena *a, int64_t ms);
/* As much as is known; "" for the unknown date. Where the era is not the common one, the common year stands behind in brackets. */
str when_date(const struct when *w, struct arena *a, struct date d);
/* The day alone of a moment, without the common year: for lists and charts. */
str when_day(const struct when *w, struct arena *a, int64_t ms);
/* Which day it is there at a moment. */
struct date when_day_of(const struct when *w, int64_t ms);
/* The same of a zone by its name, without words; of a name that is none, the UTC day. */
struct date when_day_in(str zone, int64_t ms);
int when_minute_in(str zone, int64_t ms); /* and which minute of that day, 0 .. 1439 */

#endif
