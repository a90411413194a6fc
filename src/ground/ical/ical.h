/* ical: when somebody is busy, from a calendar file (iCalendar, RFC 5545) that somebody else wrote.
 *
 * What: the events of a file, repeated as they repeat, in their time zones, without what was called off or moved; only when they are.
 * Why:  a calendar says where a person was ill and whom she met. When is all that is taken of it.
 *
 *     if (ical_busy(a, file, from, until, &spans, &n, err) == 0)
 *         for (size_t i = 0; i < n; i++) busy(spans[i].start, spans[i].end, spans[i].local);
 *
 * The file is read by comity-calendar, a process of its own (ground/proc/helper.h): libical in C reads what strangers wrote. Not read: what repeats more
 * often than daily, tasks, journals, free time, events that are marked as free. Not here: writing calendars (work/rota/book.h).
 */
#ifndef COMITY_ICAL_H
#define COMITY_ICAL_H

#include "ground/base/base.h"

#define ICAL_FILE_MAX ((size_t)1 << 20)
#define ICAL_SPANS_MAX 5000

struct ical_span {
    int64_t start, end; /* seconds since 1970-01-01; end lies behind it */
    bool local;         /* of a clock on the wall wherever the reader is: whole days, and times without a zone. Else UTC */
    bool days;          /* whole days */
};

/* Those that begin before until and end after from, by start. From arena. ERR_INPUT: it is no calendar; ERR_LIMIT; ERR_IO: it could not be read here. */
MUST_USE int ical_busy(struct arena *a, bytes file, int64_t from, int64_t until, struct ical_span **out, size_t *n, struct err *err);

/* What comity-calendar does: from descriptor 0 to 1, shut in. Its exit status. */
int ical_serve(void);

/* --- private to this room and its fuzz target: ical_read.c --- */

/* The same within this process. */
MUST_USE int ical_read(struct arena *a, bytes file, int64_t from, int64_t until, struct ical_span **out, size_t *n, struct err *err);

#endif
