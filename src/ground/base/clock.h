/* clock: the only place that reads the time. Everything pure takes time as an argument; doors call this once. */
#ifndef COMITY_BASE_CLOCK_H
#define COMITY_BASE_CLOCK_H

#include <stdint.h>

#include "ground/base/date.h"

#define CLOCK_TEXT_MAX 40

int64_t clock_now_ms(void);       /* milliseconds since 1970-01-01 UTC, wall clock */
int64_t clock_monotonic_ns(void); /* for durations only */
struct date clock_day(int64_t ms); /* the UTC day */
void clock_format(char text[static CLOCK_TEXT_MAX], int64_t ms); /* "2026-11-23T21:06:00.123Z" */
bool clock_parse(str s, int64_t *ms);                            /* exactly that form */

#endif
