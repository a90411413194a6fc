/* timeline_layout: where each event of a timeline stands.
 *
 * What: time runs from left to right; a band for each lane, with as many rows as it takes so that no event or its words cover another;
 *       a date that is known by its year or month only is as long as that.
 *
 *     struct timeline_layout at = timeline_layout(a, timeline);     // after timeline_close
 *     // at.marks[i]: of timeline->events[i], for i < timeline->n_dated
 *
 * Whole numbers only; the same in, the same out. Pure. Not here: events without a date, which are listed beside the picture.
 */
#ifndef COMITY_WEB_CHART_TIMELINE_LAYOUT_H
#define COMITY_WEB_CHART_TIMELINE_LAYOUT_H

#include "face/web/chart/label.h"
#include "work/cases/timeline.h"

#define TIMELINE_ROW 44   /* height: a finger finds it */
#define TIMELINE_MARK 20  /* width and height of a shape */
#define TIMELINE_FONT 14
#define TIMELINE_TICKS_MAX 64

struct timeline_mark {
    int x, y;              /* middle of the shape */
    int span;              /* pixels from x to the last day it can have been; 0: one day */
    struct chart_label label;
    int label_x;
};
struct timeline_band { int y, height; };
struct timeline_tick { int x; struct date date; }; /* a year, or a month of it */

struct timeline_layout {
    int width, height, axis; /* axis: height of the part above the bands */
    struct timeline_mark *marks;
    struct timeline_band *bands;
    struct timeline_tick ticks[TIMELINE_TICKS_MAX];
    size_t n_ticks;
};

struct timeline_layout timeline_layout(struct arena *a, const struct timeline *t);

#endif
