/* days: a day of a hall, as calls whose chances are known: what its records say, who sat where, and which tickets belong to somebody that is met again.
 *
 * What: replays the records of a day (work/desk/day.h) through the line, as a verifier does, and makes a call of the watch of each call: whose counter
 *       it was, which tickets its window held, which was drawn, how long the case took, and whether a flagged ticket stood near when it began.
 * Why:  the hall names nobody, so that its records can be public. Who is behind a ticket is the agency's to say, on a legal basis, and only here.
 *
 *     struct watch_days_about about = {.seats = seats, .n_seats = n, .labels = labels, .n_labels = m, .family = STR("Practice bridge")};
 *     struct watch_day *day = watch_day_new(&about, draws);
 *     day_book_open(node, hall, day_number, watch_day_record, day, &book, &err);     // or each record of a file
 *     watch_day_end(day, &err);
 *
 * A ticket without a label is somebody who comes once. Of a call that the cap decided, nothing was drawn: its ticket counts as certain. A call by two
 * persons is an override. Near: within the first two windows of a lane of that counter, at the beginning of the case: what happens later depends on how
 * long it takes. The lots are fair only as far as holders did not put their keys together: that is what is looked for.
 * Pure. Not here: which days, where they are kept (watched_days.h).
 */
#ifndef COMITY_WATCH_DAYS_H
#define COMITY_WATCH_DAYS_H

#include "work/desk/day.h"
#include "work/watch/draws.h"

struct watch_seat { unsigned counter; int64_t since_ms, until_ms; str code; }; /* until 0: to the end of the day */
struct watch_label { uint32_t ticket; str code; bool flagged; };                /* code empty: flagged only */
struct watch_days_about {
    const struct watch_seat *seats; /* without one for a counter: "counter-3" */
    size_t n_seats;
    const struct watch_label *labels;
    size_t n_labels;
    str family; /* a hall; one word or more */
};

struct watch_day;
struct watch_day *watch_day_new(const struct watch_days_about *about, struct draws *to); /* borrows both */
/* As day_book_open takes it: arg is a watch_day. Lots come from the draw before; or with the event, for days that are made up. */
MUST_USE int watch_day_record(void *arg, const struct day_record *record, struct err *err);
/* How codes of those begin who come once. From arena. */
str watch_once(struct arena *a, const uint8_t hall[static ID_LEN], uint32_t day);
/* Adds the calls, also those whose case goes on. Frees it. */
MUST_USE int watch_day_end(struct watch_day *day, struct err *err);
void watch_day_free(struct watch_day *day); /* NULL is allowed */

/* Labels of many days, as a table: day,ticket,code,flagged; a first row of names, 1 for flagged. Those of that day, from arena. ERR_INPUT says the line. */
MUST_USE int watch_labels_read(struct arena *a, bytes table, int64_t day, struct watch_label **out, size_t *n, struct err *err);

#endif
