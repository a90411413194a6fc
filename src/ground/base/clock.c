#include "ground/base/clock.h"

#include <stdio.h>
#include <time.h>

#define MS_PER_DAY 86400000

int64_t clock_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_monotonic_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t day_number(int64_t ms)
{
    return ms >= 0 ? ms / MS_PER_DAY : -((-ms + MS_PER_DAY - 1) / MS_PER_DAY);
}

struct date clock_day(int64_t ms)
{
    return date_from_days(day_number(ms));
}

void clock_format(char text[static CLOCK_TEXT_MAX], int64_t ms)
{
    struct date d = clock_day(ms);
    int in_day = (int)(ms - day_number(ms) * MS_PER_DAY);
    snprintf(text, CLOCK_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", d.year, d.month, d.day, in_day / 3600000,
             in_day / 60000 % 60, in_day / 1000 % 60, in_day % 1000);
}

bool clock_parse(str s, int64_t *ms)
{
    struct date d;
    int64_t hour, minute, second, milli;
    if (s.len != 24 || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':' || s.p[19] != '.' || s.p[23] != 'Z' ||
        !date_parse_iso(str_slice(s, 0, 10), &d) || !str_to_int(str_slice(s, 11, 13), 0, 23, &hour) ||
        !str_to_int(str_slice(s, 14, 16), 0, 59, &minute) || !str_to_int(str_slice(s, 17, 19), 0, 59, &second) ||
        !str_to_int(str_slice(s, 20, 23), 0, 999, &milli))
        return false;
    *ms = date_to_days(d) * MS_PER_DAY + ((hour * 60 + minute) * 60 + second) * 1000 + milli;
    return true;
}
