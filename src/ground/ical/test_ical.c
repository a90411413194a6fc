/* ical: when somebody is busy: zones and summer time, whole days, what repeats, what was moved or called off; and the same through comity-calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "ground/ical/ical.h"

#define DAY(y, m, d) (((m) == 10 ? 20727 : 20758) * INT64_C(86400) + ((d) - 1) * INT64_C(86400)) /* October and November 2026 */
#define HOUR 3600
#define CALENDAR(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Invented//EN\r\n" events "END:VCALENDAR\r\n"
#define EVENT(uid, lines) "BEGIN:VEVENT\r\nUID:" uid "\r\nDTSTAMP:20261001T000000Z\r\nSUMMARY:nobody's business\r\n" lines "END:VEVENT\r\n"

#define BERLIN \
    "BEGIN:VTIMEZONE\r\nTZID:Own Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n" \
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n" \
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"

static struct ical_span *read_spans(struct arena *a, const char *text, size_t *n)
{
    struct ical_span *spans;
    struct err err = {0};
    if (ical_read(a, str_bytes(str_from(text)), DAY(2026, 10, 19), DAY(2026, 11, 16), &spans, n, &err) < 0)
        fail_msg("%s", err.text);
    return spans;
}

static const struct {
    const char *text;
    size_t n;
    struct ical_span spans[4];
} cases[] = {
    /* three days of leave: the last named day is the first that is none of it */
    {CALENDAR(EVENT("1", "DTSTART;VALUE=DATE:20261020\r\nDTEND;VALUE=DATE:20261023\r\n")), 1, {{DAY(2026, 10, 20), DAY(2026, 10, 23), true, true}}},
    {CALENDAR(EVENT("1", "DTSTART;VALUE=DATE:20261020\r\n")), 1, {{DAY(2026, 10, 20), DAY(2026, 10, 21), true, true}}},
    {CALENDAR(EVENT("1", "DTSTART;VALUE=DATE:20261020\r\nDURATION:P2D\r\n")), 1, {{DAY(2026, 10, 20), DAY(2026, 10, 22), true, true}}},
    /* begun before */
    {CALENDAR(EVENT("1", "DTSTART;VALUE=DATE:20261001\r\nDTEND;VALUE=DATE:20261020\r\n")), 1, {{DAY(2026, 10, 1), DAY(2026, 10, 20), true, true}}},
    {CALENDAR(EVENT("1", "DTSTART:20261020T083000Z\r\nDURATION:PT90M\r\n")), 1, {{DAY(2026, 10, 20) + 8 * HOUR + 1800, DAY(2026, 10, 20) + 10 * HOUR, false, false}}},
    {CALENDAR(EVENT("1", "DTSTART:20261020T083000\r\nDTEND:20261020T093000\r\n")), 1, {{DAY(2026, 10, 20) + 8 * HOUR + 1800, DAY(2026, 10, 20) + 9 * HOUR + 1800, true, false}}},
    /* ten o'clock in Berlin stays ten o'clock when summer time ends on 25 October; by the system's zones, and by the file's own */
    {CALENDAR(EVENT("1", "DTSTART;TZID=Europe/Berlin:20261020T100000\r\nDTEND;TZID=Europe/Berlin:20261020T110000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"
                         "EXDATE;TZID=Europe/Berlin:20261103T100000\r\n")),
     2, {{DAY(2026, 10, 20) + 8 * HOUR, DAY(2026, 10, 20) + 9 * HOUR, false, false}, {DAY(2026, 10, 27) + 9 * HOUR, DAY(2026, 10, 27) + 10 * HOUR, false, false}}},
    {CALENDAR(BERLIN EVENT("1", "DTSTART;TZID=Own Berlin:20260901T100000\r\nDTEND;TZID=Own Berlin:20260901T110000\r\nRRULE:FREQ=MONTHLY;BYDAY=-1TU;UNTIL=20261231T000000Z\r\n")),
     1, {{DAY(2026, 10, 27) + 9 * HOUR, DAY(2026, 10, 27) + 10 * HOUR, false, false}}},
    /* one of a series is moved, another called off */
    {CALENDAR(EVENT("1", "DTSTART;TZID=Europe/Berlin:20261019T100000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3\r\n")
                  EVENT("1", "RECURRENCE-ID;TZID=Europe/Berlin:20261020T100000\r\nDTSTART;TZID=Europe/Berlin:20261022T150000\r\nDURATION:PT1H\r\n")
                      EVENT("1", "RECURRENCE-ID;TZID=Europe/Berlin:20261021T100000\r\nDTSTART;TZID=Europe/Berlin:20261021T100000\r\nSTATUS:CANCELLED\r\n")),
     2, {{DAY(2026, 10, 19) + 8 * HOUR, DAY(2026, 10, 19) + 9 * HOUR, false, false}, {DAY(2026, 10, 22) + 13 * HOUR, DAY(2026, 10, 22) + 14 * HOUR, false, false}}},
    {CALENDAR(EVENT("1", "DTSTART;VALUE=DATE:20250105\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nRDATE;VALUE=DATE:20261110\r\n")), 2,
     {{DAY(2026, 11, 1), DAY(2026, 11, 2), true, true}, {DAY(2026, 11, 10), DAY(2026, 11, 11), true, true}}},
    /* what does not keep her away */
    {CALENDAR(EVENT("1", "DTSTART:20261020T083000Z\r\nDURATION:PT90M\r\nTRANSP:TRANSPARENT\r\n") EVENT("2", "DTSTART:20261020T083000Z\r\nDURATION:PT90M\r\nSTATUS:CANCELLED\r\n")
                  EVENT("3", "DTSTART:20261020T083000Z\r\n") EVENT("4", "DTSTART:20271020T083000Z\r\nDURATION:PT90M\r\n") EVENT("5", "DTSTART:nonsense\r\n")
                      EVENT("6", "DTSTART:19991020T083000Z\r\nDURATION:PT1S\r\nRRULE:FREQ=SECONDLY\r\n")),
     0, {{0}}},
};

static void when_somebody_is_busy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *a = arena_new();
        size_t n;
        const struct ical_span *spans = read_spans(a, cases[i].text, &n);
        if (n != cases[i].n)
            fail_msg("case %zu: %zu spans, not %zu", i, n, cases[i].n);
        for (size_t k = 0; k < n; k++)
            if (spans[k].start != cases[i].spans[k].start || spans[k].end != cases[i].spans[k].end || spans[k].local != cases[i].spans[k].local ||
                spans[k].days != cases[i].spans[k].days)
                fail_msg("case %zu, span %zu: %lld to %lld, not %lld to %lld", i, k, (long long)spans[k].start, (long long)spans[k].end,
                         (long long)cases[i].spans[k].start, (long long)cases[i].spans[k].end);
        arena_free(a);
    }
}

static void what_is_no_calendar_is_refused(void **state)
{
    (void)state;
    static const struct { bytes text; int code; } wrong[] = {
        {{NULL, 0}, ERR_INPUT}, {{(const uint8_t *)"BEGIN:VCALENDAR\0\r\n", 18}, ERR_INPUT}, {{(const uint8_t *)"name,day\r\n", 10}, ERR_INPUT},
        {{(const uint8_t *)"BEGIN:VEVENT\r\nEND:VEVENT\r\n", 26}, ERR_INPUT},
    };
    struct arena *a = arena_new();
    struct ical_span *spans;
    struct err err = {0};
    size_t n;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(ical_read(a, wrong[i].text, 0, 1, &spans, &n, &err), wrong[i].code);
        assert_int_equal(ical_busy(a, wrong[i].text, 0, 1, &spans, &n, &err), wrong[i].code);
    }
    uint8_t *long_one = arena_calloc(a, ICAL_FILE_MAX + 1, 1);
    assert_int_equal(ical_busy(a, (bytes){long_one, ICAL_FILE_MAX + 1}, 0, 1, &spans, &n, &err), ERR_LIMIT);
    arena_free(a);
}

static void another_process_says_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *a = arena_new();
        size_t n, same;
        const struct ical_span *here = read_spans(a, cases[i].text, &n);
        struct ical_span *there;
        struct err err = {0};
        if (ical_busy(a, str_bytes(str_from(cases[i].text)), DAY(2026, 10, 19), DAY(2026, 11, 16), &there, &same, &err) < 0)
            fail_msg("%s", err.text);
        assert_int_equal(n, same);
        for (size_t k = 0; k < n; k++)
            assert_true(there[k].start == here[k].start && there[k].end == here[k].end && there[k].local == here[k].local && there[k].days == here[k].days);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(when_somebody_is_busy), cmocka_unit_test(what_is_no_calendar_is_refused),
                                       cmocka_unit_test(another_process_says_the_same)};
    return cmocka_run_group_tests_name("ground/ical", tests, NULL, NULL);
}
