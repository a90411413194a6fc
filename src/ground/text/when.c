/* when: see when.h. ICU gives each language's patterns ("d MMMM y") and months; filling a pattern in is ours, since ICU takes a hundred
 * times as long for it, and pages are full of times. */
#include "ground/text/when.h"

#include <string.h>

#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/ustring.h>

#define PIECE_MAX 128
#define MONTHS 12
#define MS_A_MINUTE 60000

/* What is not as in ICU's table of the same name. */
static const struct manner {
    const char *language, *locale;
    const char *together; /* {d}: the day, {t}: the time, {z}: that it is UTC */
    int years_more;       /* than the common era has */
    const char *common;   /* how the common era is marked behind; NULL: the years are those */
} manners[] = {
    {"en", "en_GB", "{d}, {t}{z}", 0, NULL},
    {"km", "km", "{d} ម៉ោង {t}{z}", 0, NULL},
    {"th", "th_TH@calendar=buddhist", "{d} เวลา {t} น.{z}", 543, "ค.ศ."},
    {"vi", "vi", "{t}{z}, {d}", 0, NULL},
    {"fr", "fr", "{d} à {t}{z}", 0, NULL},
    {NULL, NULL, "{d}, {t}{z}", 0, NULL}, /* any other */
};

enum pattern { PATTERN_DAY, PATTERN_MONTH, PATTERN_YEAR, PATTERN_TIME, PATTERNS };

struct when {
    const struct manner *manner;
    str patterns[PATTERNS];
    str months[MONTHS];
    str era;
    UCalendar *zone; /* NULL: UTC */
};

struct moment {
    struct date day;
    int minute; /* of the day */
};

static str from_icu(struct arena *a, const UChar *s, int32_t len, UErrorCode *status)
{
    char utf8[PIECE_MAX * 3];
    int32_t n = 0;
    u_strToUTF8(utf8, sizeof utf8, &n, s, len, status);
    return U_FAILURE(*status) ? STR("") : str_dup(a, (str){utf8, (size_t)n});
}

static void read_patterns(struct arena *a, struct when *w, const char *locale, UErrorCode *status)
{
    static const char *const skeletons[PATTERNS] = {"yMMMMd", "yMMMM", "y", "Hm"};
    UDateTimePatternGenerator *generator = udatpg_open(locale, status);
    for (size_t i = 0; i < PATTERNS && U_SUCCESS(*status); i++) {
        UChar skeleton[8], pattern[PIECE_MAX];
        u_uastrcpy(skeleton, skeletons[i]);
        int32_t len = udatpg_getBestPattern(generator, skeleton, -1, pattern, PIECE_MAX, status);
        w->patterns[i] = from_icu(a, pattern, len, status);
    }
    udatpg_close(generator);
}

static void read_symbols(struct arena *a, struct when *w, const char *locale, UErrorCode *status)
{
    UDateFormat *format = udat_open(UDAT_LONG, UDAT_LONG, locale, NULL, 0, NULL, 0, status);
    UChar text[PIECE_MAX];
    for (int32_t i = 0; i < MONTHS && U_SUCCESS(*status); i++)
        w->months[i] = from_icu(a, text, udat_getSymbols(format, UDAT_MONTHS, i, text, PIECE_MAX, status), status);
    if (U_SUCCESS(*status) && w->manner->years_more)
        w->era = from_icu(a, text, udat_getSymbols(format, UDAT_ERAS, 0, text, PIECE_MAX, status), status);
    udat_close(format);
}

static int open_zone(struct when *w, const char *locale, str zone, struct err *err)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar name[PIECE_MAX], canonical[PIECE_MAX];
    UBool known = false;
    int32_t len = 0;
    if (zone.len == 0 || str_eq(zone, STR("UTC")))
        return 0;
    u_strFromUTF8(name, PIECE_MAX, &len, zone.p, (int32_t)(zone.len < PIECE_MAX ? zone.len : PIECE_MAX), &status);
    if (U_SUCCESS(status))
        ucal_getCanonicalTimeZoneID(name, len, canonical, PIECE_MAX, &known, &status);
    if (U_FAILURE(status) || !known)
        return err_set(err, ERR_USAGE, "there is no time zone \"%.*s\"; write it as in Asia/Phnom_Penh", STR_ARG(zone));
    w->zone = ucal_open(name, len, locale, UCAL_GREGORIAN, &status);
    return U_FAILURE(status) ? err_set(err, ERR_IO, "ICU cannot load the time zone: %s; reinstall libicu", u_errorName(status)) : 0;
}

int when_open(struct arena *a, const char *language, str zone, struct when **out, struct err *err)
{
    UErrorCode status = U_ZERO_ERROR;
    struct when *w = arena_new_of(a, struct when);
    w->manner = manners;
    while (w->manner->language && strcmp(w->manner->language, language) != 0)
        w->manner++;
    const char *locale = w->manner->locale ? w->manner->locale : language;
    read_patterns(a, w, locale, &status);
    read_symbols(a, w, locale, &status);
    if (U_FAILURE(status))
        return err_set(err, ERR_IO, "ICU cannot load the dates of \"%s\": %s; reinstall libicu", language, u_errorName(status));
    int r = open_zone(w, locale, zone, err);
    if (r == 0)
        *out = w;
    return r;
}

void when_close(struct when *w)
{
    if (w && w->zone)
        ucal_close(w->zone);
}

/* --- filling in --- */

static void add_field(const struct when *w, struct buf *b, char letter, int count, const struct moment *m)
{
    switch (letter) {
    case 'd': buf_addf(b, "%0*d", count, m->day.day); break;
    case 'L':
    case 'M': buf_add(b, w->months[m->day.month - 1]); break;
    case 'y': buf_addf(b, "%d", m->day.year + w->manner->years_more); break;
    case 'G': buf_add(b, w->era); break;
    case 'H': buf_addf(b, "%02d", m->minute / 60); break;
    case 'm': buf_addf(b, "%02d", m->minute % 60); break;
    default: break;
    }
}

/* A pattern of Unicode's (UTS 35): runs of letters are fields, what stands between ' is not. */
static void fill(const struct when *w, struct buf *b, enum pattern which, const struct moment *m)
{
    str pattern = w->patterns[which];
    bool quoted = false;
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.p[i];
        int count = 1;
        if (c == '\'') {
            quoted = !quoted;
        } else if (!quoted && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) {
            for (; i + 1 < pattern.len && pattern.p[i + 1] == c; i++)
                count++;
            add_field(w, b, c, count, m);
        } else {
            buf_byte(b, c);
        }
    }
}

static struct moment moment_of(const struct when *w, int64_t ms)
{
    UErrorCode status = U_ZERO_ERROR;
    if (w->zone) { /* a calendar keeps what was asked last, so each question has its own */
        UCalendar *calendar = ucal_clone(w->zone, &status);
        ucal_setMillis(calendar, (UDate)ms, &status);
        int64_t offset = (int64_t)ucal_get(calendar, UCAL_ZONE_OFFSET, &status) + ucal_get(calendar, UCAL_DST_OFFSET, &status);
        ms += U_SUCCESS(status) ? offset : 0;
        ucal_close(calendar);
    }
    int64_t minutes = ms / MS_A_MINUTE - (ms % MS_A_MINUTE < 0), days = minutes / 1440 - (minutes % 1440 < 0);
    return (struct moment){.day = date_from_days(days), .minute = (int)(minutes - days * 1440)};
}

str when_time(const struct when *w, struct arena *a, int64_t ms)
{
    struct moment m = moment_of(w, ms);
    struct buf b = buf_new(a);
    for (const char *c = w->manner->together; *c; c++) {
        if (*c != '{') {
            buf_byte(&b, *c);
            continue;
        }
        if (c[1] == 'z')
            buf_add(&b, w->zone ? STR("") : STR(" UTC"));
        else
            fill(w, &b, c[1] == 'd' ? PATTERN_DAY : PATTERN_TIME, &m);
        c += 2;
    }
    return buf_str(&b);
}

str when_date(const struct when *w, struct arena *a, struct date d)
{
    struct moment m = {.day = d};
    struct buf b = buf_new(a);
    if (!date_valid(d) || d.year == 0)
        return STR("");
    fill(w, &b, d.day ? PATTERN_DAY : d.month ? PATTERN_MONTH : PATTERN_YEAR, &m);
    if (w->manner->common)
        buf_addf(&b, " (%s %d)", w->manner->common, d.year);
    return buf_str(&b);
}

str when_day(const struct when *w, struct arena *a, int64_t ms)
{
    struct moment m = moment_of(w, ms);
    struct buf b = buf_new(a);
    fill(w, &b, PATTERN_DAY, &m);
    return buf_str(&b);
}

struct date when_day_of(const struct when *w, int64_t ms)
{
    return moment_of(w, ms).day;
}

struct date when_day_in(str zone, int64_t ms)
{
    struct when w = {0};
    struct err err = {0};
    struct date day = open_zone(&w, "en", zone, &err) < 0 ? clock_day(ms) : when_day_of(&w, ms);
    when_close(&w);
    return day;
}

int when_minute_in(str zone, int64_t ms)
{
    struct when w = {0};
    struct err err = {0};
    if (open_zone(&w, "en", zone, &err) < 0)
        w.zone = NULL;
    const int minute = moment_of(&w, ms).minute;
    when_close(&w);
    return minute;
}
