/* timeline_layout: see the header. */
#include "face/web/chart/timeline_layout.h"

#define MARGIN 16
#define AXIS 52          /* two lines of years and a gap */
#define BAND_HEAD 34     /* the lane's name */
#define BAND_FOOT 8
#define LABEL_WIDTH 150
#define GAP 10
#define WIDTH_MIN 640
#define WIDTH_MAX 2400
#define WIDTH_PAGE 750   /* with a few events it fits on a page, and on paper */
#define EVENT_WIDTH 40
#define MONTH_WIDTH 56   /* wished for */
#define TICK_APART 124   /* at least: a month and its year */

struct scale { int64_t first, last; int width; };

static int x_of(const struct scale *s, int64_t day)
{
    return MARGIN + TIMELINE_MARK / 2 + (int)((day - s->first) * s->width / (s->last - s->first + 1));
}

/* Whole months around all dates. */
static struct scale scale_of(const struct timeline *t)
{
    struct date first = timeline_first_day(t->events[0].from), last = timeline_last_day(t->events[0].until);
    for (size_t i = 0; i < t->n_dated; i++) { /* the first is first; the last may be anywhere */
        struct date end = timeline_last_day(t->events[i].until);
        if (date_to_days(end) > date_to_days(last))
            last = end;
    }
    first.day = 1;
    last.day = (uint8_t)date_days_in_month(last.year, last.month);
    int64_t months = (int64_t)(last.year - first.year) * 12 + last.month - first.month + 1, width = months * MONTH_WIDTH;
    int64_t enough = t->n_dated * EVENT_WIDTH > WIDTH_PAGE ? (int64_t)t->n_dated * EVENT_WIDTH : WIDTH_PAGE;
    width = width > enough ? enough : width;
    width = width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
    return (struct scale){date_to_days(first), date_to_days(last), (int)width};
}

/* Months from one tick to the next: the first of these that leaves room. */
static int tick_step(const struct scale *s)
{
    static const int steps[] = {1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000};
    int64_t days = s->last - s->first + 1;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if ((int64_t)steps[i] * 30 * s->width / days >= TICK_APART)
            return steps[i];
    return 60000;
}

static void set_ticks(struct timeline_layout *l, const struct scale *s)
{
    int step = tick_step(s);
    struct date first = date_from_days(s->first);
    int64_t month = ((int64_t)first.year * 12 + first.month - 1 + step - 1) / step * step;
    for (; l->n_ticks < TIMELINE_TICKS_MAX; month += step) {
        struct date d = {(int16_t)(month / 12), (uint8_t)(month % 12 + 1), 1};
        if (month / 12 > 9999 || date_to_days(d) > s->last)
            break;
        if (d.year > 0)
            l->ticks[l->n_ticks++] = (struct timeline_tick){x_of(s, date_to_days(d)), {d.year, step < 12 ? d.month : 0, 0}};
    }
}

static void set_mark(struct arena *a, struct timeline_mark *m, const struct timeline_event *event, const struct scale *s)
{
    int64_t first = date_to_days(timeline_first_day(event->from)), last = date_to_days(timeline_last_day(event->until));
    m->x = x_of(s, first);
    m->span = last > first ? x_of(s, last) - m->x : 0;
    m->label = chart_label(a, event->label, LABEL_WIDTH, TIMELINE_FONT, 1);
    m->label_x = m->x + (m->span > TIMELINE_MARK / 2 ? m->span : TIMELINE_MARK / 2) + GAP;
}

/* Puts the marks of one lane into rows: each into the first where it fits. Returns how many rows. */
static size_t set_rows(const struct timeline *t, struct timeline_mark *marks, size_t lane, int y, int *ends)
{
    size_t rows = 0;
    for (size_t i = 0; i < t->n_dated; i++) {
        struct timeline_mark *m = &marks[i];
        if (t->events[i].lane != lane)
            continue;
        size_t row = 0;
        while (row < rows && ends[row] > m->x - TIMELINE_MARK / 2)
            row++;
        if (row == rows)
            rows++;
        ends[row] = m->label_x + m->label.width + GAP;
        m->y = y + (int)row * TIMELINE_ROW + TIMELINE_ROW / 2;
    }
    return rows;
}

struct timeline_layout timeline_layout(struct arena *a, const struct timeline *t)
{
    struct timeline_layout l = {.axis = AXIS, .width = WIDTH_MIN, .height = AXIS,
                                .marks = arena_array(a, struct timeline_mark, t->n_dated),
                                .bands = arena_array(a, struct timeline_band, t->n_lanes)};
    if (t->n_dated == 0)
        return l;
    struct scale s = scale_of(t);
    int *ends = arena_array(a, int, t->n_dated);
    l.width = s.width + 2 * MARGIN + TIMELINE_MARK;
    set_ticks(&l, &s);
    int last = l.n_ticks ? l.ticks[l.n_ticks - 1].x + TICK_APART : 0;
    l.width = last > l.width ? last : l.width;
    for (size_t i = 0; i < t->n_dated; i++) {
        set_mark(a, &l.marks[i], &t->events[i], &s);
        int right = l.marks[i].label_x + l.marks[i].label.width + MARGIN;
        l.width = right > l.width ? right : l.width;
    }
    for (size_t lane = 0; lane < t->n_lanes; lane++) {
        size_t rows = set_rows(t, l.marks, lane, l.height + BAND_HEAD, ends);
        int height = rows ? BAND_HEAD + (int)rows * TIMELINE_ROW + BAND_FOOT : 0; /* a lane of undated events only has no band */
        l.bands[lane] = (struct timeline_band){l.height, height};
        l.height += height;
    }
    l.height += MARGIN;
    return l;
}
