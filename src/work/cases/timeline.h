/* timeline: what happened when, as far as a file knows.
 *
 * What: events with dates of any precision (or none), each in a lane (a person, or the case itself), in the order of time.
 * Why:  a chronology with sources is what a prosecutor asks for first.
 *
 *     struct timeline *t = timeline_new(a);
 *     size_t lane = timeline_lane(t, STR("Sok Dara"));
 *     timeline_add(t, (struct timeline_event){.from = {2021, 3, 0}, .kind = TIMELINE_RECRUITMENT, .lane = lane, .label = ..., .path = ...});
 *     timeline_close(t);              // puts them in order: dated ones first
 *
 * Pure. Not here: reading records, drawing (face/web/chart).
 */
#ifndef COMITY_CASES_TIMELINE_H
#define COMITY_CASES_TIMELINE_H

#include "ground/base/base.h"

enum timeline_kind {
    TIMELINE_RECRUITMENT, TIMELINE_TRANSIT, TIMELINE_EXPLOITATION, TIMELINE_EVENT, TIMELINE_NOTE, TIMELINE_ATTACHMENT, TIMELINE_CONSENT,
    TIMELINE_SCREENING, TIMELINE_DECISION, TIMELINE_REFERRAL, TIMELINE_REFLECTION, TIMELINE_KINDS
};

#define TIMELINE_EVENTS_MAX 2000 /* what comes after them is counted in left_out */

struct timeline_event {
    struct date from, until;  /* as far as known; until of year 0: the same as from; from of year 0: no date */
    enum timeline_kind kind;
    size_t lane;
    str label, path;          /* path: the record that says so, or empty */
};

struct timeline {
    struct arena *arena;
    struct timeline_event *events;
    str *lanes;
    size_t n, cap, n_dated, n_lanes, cap_lanes, left_out;
};

struct timeline *timeline_new(struct arena *a);      /* borrows a */
size_t timeline_lane(struct timeline *t, str label); /* the lane of this name; a new one if there is none. Borrows label. */
void timeline_add(struct timeline *t, struct timeline_event event); /* a date that is none of the calendar counts as none */
void timeline_close(struct timeline *t);

/* The first and the last day that a date, as far as it is known, can be. Year 0 stays as it is. */
struct date timeline_first_day(struct date d);
struct date timeline_last_day(struct date d);

#endif
