/* libical parses and finds when a rule is met; what is an occurrence, and when it is in UTC, is reckoned here: the library's own walk over occurrences
 * counts days wrong and takes no notice of summer time (3.0.16). */
#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#include "ground/ical/ical.h"

enum { EVENTS_MAX = 5000, STEPS_MAX = 20000, ALL_STEPS_MAX = 200000, LONGEST = 400 * 86400, MOVED_MAX = 5000 };

/* An occurrence that an event of its own takes the place of. */
struct moved { const char *uid; int64_t at; };

struct reading {
    struct arena *a;
    int64_t from, until, steps;
    struct ical_span *spans;
    size_t n, room;
    struct moved *moved;
    size_t n_moved;
    bool full;
};

static struct date date_of(struct icaltimetype t)
{
    return (struct date){(int16_t)t.year, (uint8_t)t.month, (uint8_t)t.day};
}

/* The same kind of number for each moment of an event, to be compared and added to. */
static int64_t seconds_of(struct icaltimetype t, const icaltimezone *zone)
{
    const int64_t days = date_to_days(date_of(t));
    if (t.is_date)
        return days * 86400;
    if (!zone)
        return days * 86400 + t.hour * 3600 + t.minute * 60 + t.second;
    return (int64_t)icaltime_as_timet_with_zone(t, (icaltimezone *)(uintptr_t)zone);
}

/* Within what a calendar means: nobody plans for the year 9999. */
static bool sane(struct icaltimetype t)
{
    return !icaltime_is_null_time(t) && t.year >= 1900 && t.year <= 2199 && date_known(date_of(t)) && t.hour >= 0 && t.hour < 24 &&
           t.minute >= 0 && t.minute < 60 && t.second >= 0 && t.second <= 60;
}

static const icaltimezone *zone_of(struct icaltimetype t)
{
    return t.zone ? t.zone : icaltime_is_utc(t) ? icaltimezone_get_utc_timezone() : NULL;
}

static void add(struct reading *r, int64_t start, int64_t length, bool local, bool days)
{
    if (start >= r->until || start + length <= r->from || length <= 0)
        return;
    if (r->n == ICAL_SPANS_MAX) {
        r->full = true;
        return;
    }
    arena_one_more(r->a, r->spans, r->n, r->room);
    r->spans[r->n++] = (struct ical_span){start, start + length, local, days};
}

static bool is_moved(const struct reading *r, const char *uid, int64_t at)
{
    for (size_t i = 0; uid && i < r->n_moved; i++)
        if (r->moved[i].at == at && strcmp(r->moved[i].uid, uid) == 0)
            return true;
    return false;
}

/* Whether a property of that kind names this occurrence; one that is a day means every occurrence on it. */
static bool is_excepted(icalcomponent *event, int64_t at, int64_t wall_day)
{
    for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_EXDATE_PROPERTY); p; p = icalcomponent_get_next_property(event, ICAL_EXDATE_PROPERTY)) {
        const struct icaltimetype t = icalproperty_get_datetime_with_component(p, event);
        if (sane(t) && (t.is_date ? seconds_of(t, NULL) == wall_day : seconds_of(t, zone_of(t)) == at))
            return true;
    }
    return false;
}

static void occur(struct reading *r, icalcomponent *event, struct icaltimetype t, const icaltimezone *zone, int64_t length)
{
    const int64_t at = seconds_of(t, zone), wall_day = date_to_days(date_of(t)) * 86400;
    if (at < r->until && at + length > r->from && !is_moved(r, icalcomponent_get_uid(event), at) && !is_excepted(event, at, wall_day))
        add(r, at, length, !zone, t.is_date);
}

static void repeat(struct reading *r, icalcomponent *event, icalproperty *rule, struct icaltimetype start, const icaltimezone *zone, int64_t length)
{
    const struct icalrecurrencetype recur = icalproperty_get_rrule(rule);
    if (recur.freq != ICAL_DAILY_RECURRENCE && recur.freq != ICAL_WEEKLY_RECURRENCE && recur.freq != ICAL_MONTHLY_RECURRENCE && recur.freq != ICAL_YEARLY_RECURRENCE)
        return;
    if (recur.by_hour[1] != ICAL_RECURRENCE_ARRAY_MAX || recur.by_minute[1] != ICAL_RECURRENCE_ARRAY_MAX || recur.by_second[1] != ICAL_RECURRENCE_ARRAY_MAX)
        return; /* more than once a day */
    icalrecur_iterator *each = icalrecur_iterator_new(recur, start);
    for (int i = 0; each && i < STEPS_MAX && r->steps < ALL_STEPS_MAX; i++, r->steps++) {
        struct icaltimetype t = icalrecur_iterator_next(each);
        if (!sane(t) || seconds_of(t, zone) >= r->until)
            break;
        t.is_date = start.is_date;
        if (seconds_of(t, zone) != seconds_of(start, zone)) /* the first stands without a rule */
            occur(r, event, t, zone, length);
    }
    icalrecur_iterator_free(each);
}

static int64_t length_of(icalcomponent *event, struct icaltimetype start, const icaltimezone *zone)
{
    icalproperty *end = icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY), *lasts = icalcomponent_get_first_property(event, ICAL_DURATION_PROPERTY);
    int64_t length = start.is_date ? 86400 : 0;
    if (end) {
        const struct icaltimetype t = icalproperty_get_datetime_with_component(end, event);
        if (sane(t))
            length = seconds_of(t, start.is_date || !zone ? NULL : zone_of(t) ? zone_of(t) : zone) - seconds_of(start, zone);
    } else if (lasts)
        length = icaldurationtype_as_int(icalproperty_get_duration(lasts));
    return length < 0 ? 0 : length > LONGEST ? LONGEST : length;
}

static bool is_free(icalcomponent *event)
{
    icalproperty *p = icalcomponent_get_first_property(event, ICAL_TRANSP_PROPERTY);
    return icalcomponent_get_status(event) == ICAL_STATUS_CANCELLED || (p && icalproperty_get_transp(p) == ICAL_TRANSP_TRANSPARENT);
}

static struct icaltimetype start_of(icalcomponent *event)
{
    icalproperty *p = icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY);
    return p ? icalproperty_get_datetime_with_component(p, event) : icaltime_null_time();
}

static void take(struct reading *r, icalcomponent *event)
{
    const struct icaltimetype start = start_of(event);
    if (is_free(event) || !sane(start))
        return;
    const icaltimezone *zone = start.is_date ? NULL : zone_of(start);
    const int64_t length = length_of(event, start, zone);
    if (icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY)) {
        add(r, seconds_of(start, zone), length, !zone, start.is_date);
        return;
    }
    occur(r, event, start, zone, length);
    size_t rules = 0;
    for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY); p && rules++ < 8; p = icalcomponent_get_next_property(event, ICAL_RRULE_PROPERTY))
        repeat(r, event, p, start, zone, length);
    for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_RDATE_PROPERTY); p; p = icalcomponent_get_next_property(event, ICAL_RDATE_PROPERTY)) {
        const struct icaltimetype t = icalproperty_get_datetime_with_component(p, event);
        if (sane(t) && t.is_date == start.is_date)
            occur(r, event, t, start.is_date ? NULL : zone_of(t), length);
    }
}

static int by_start(const void *one, const void *other)
{
    const struct ical_span *a = one, *b = other;
    return a->start != b->start ? (a->start > b->start) - (a->start < b->start) : (a->end > b->end) - (a->end < b->end);
}

/* Events stand in a calendar; files with several calendars behind each other are kept together by libical in one that is none. */
static void each_event(struct reading *r, icalcomponent *of, void (*use)(struct reading *r, icalcomponent *event), int depth)
{
    int n = 0;
    for (icalcompiter i = icalcomponent_begin_component(of, ICAL_ANY_COMPONENT); icalcompiter_deref(&i) && n < EVENTS_MAX; icalcompiter_next(&i), n++) {
        icalcomponent *c = icalcompiter_deref(&i);
        if (icalcomponent_isa(c) == ICAL_VEVENT_COMPONENT)
            use(r, c);
        else if (icalcomponent_isa(c) == ICAL_VCALENDAR_COMPONENT && depth < 2)
            each_event(r, c, use, depth + 1);
    }
}

static void remember_moved(struct reading *r, icalcomponent *event)
{
    icalproperty *p = icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY);
    const char *uid = icalcomponent_get_uid(event);
    if (!p || !uid || r->n_moved == MOVED_MAX)
        return;
    const struct icaltimetype t = icalproperty_get_datetime_with_component(p, event);
    if (sane(t))
        r->moved[r->n_moved++] = (struct moved){uid, seconds_of(t, t.is_date ? NULL : zone_of(t))};
}

int ical_read(struct arena *a, bytes file, int64_t from, int64_t until, struct ical_span **out, size_t *n, struct err *err)
{
    struct reading r = {.a = a, .from = from, .until = until, .moved = arena_array(a, struct moved, MOVED_MAX)};
    *out = NULL;
    *n = 0;
    if (file.len > ICAL_FILE_MAX)
        return err_set(err, ERR_LIMIT, N_("a calendar file is at most one million characters"));
    char *text = arena_alloc(a, file.len + 1);
    if (file.len > 0)
        memcpy(text, file.p, file.len);
    icalcomponent *all = strlen(text) == file.len && file.len ? icalparser_parse_string(text) : NULL;
    if (!all || (icalcomponent_isa(all) != ICAL_VCALENDAR_COMPONENT && icalcomponent_isa(all) != ICAL_XROOT_COMPONENT)) {
        if (all)
            icalcomponent_free(all);
        return err_set(err, ERR_INPUT, N_("this file is no calendar (iCalendar)"));
    }
    each_event(&r, all, remember_moved, 0);
    each_event(&r, all, take, 0);
    icalcomponent_free(all);
    if (r.full)
        return err_set(err, ERR_LIMIT, N_("this calendar has more than 5000 events in these weeks"));
    if (r.n)
        qsort(r.spans, r.n, sizeof *r.spans, by_start);
    *out = r.spans;
    *n = r.n;
    return 0;
}
