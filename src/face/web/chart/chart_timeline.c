/* chart_timeline: a timeline, laid out, as its template wants it. */
#include "face/web/chart/chart.h"
#include "face/web/chart/timeline_layout.h"

static str period(struct arena *a, const struct when *when, const struct timeline_event *event)
{
    str from = when_date(when, a, event->from);
    if (date_eq(event->from, event->until))
        return from;
    return str_printf(a, "%.*s \xe2\x80\x93 %.*s", STR_ARG(from), STR_ARG(when_date(when, a, event->until)));
}

/* The year of another era stands in a line of its own. */
static struct chart_tick tick(struct arena *a, const struct when *when, const struct timeline_tick *t)
{
    str rest = when_date(when, a, t->date), line;
    (void)str_split(&rest, '(', &line);
    return (struct chart_tick){t->x, {str_trim(line), rest.len ? str_slice(rest, 0, rest.len - 1) : STR("")}};
}

static struct chart_event event_view(struct arena *a, const struct when *when, const struct timeline *t, size_t i)
{
    const struct timeline_event *event = &t->events[i];
    struct chart_event e = {.kind = &chart_timeline_kinds[event->kind], .name = event->label, .when = period(a, when, event),
                            .lane = t->n_lanes > event->lane ? t->lanes[event->lane] : STR(""), .row = str_printf(a, "event-%zu", i + 1),
                            .has_page = event->path.len > 0, .dated = i < t->n_dated};
    e.href = e.has_page ? event->path : str_printf(a, "#%.*s", STR_ARG(e.row));
    return e;
}

struct chart_timeline_view chart_timeline_view(struct arena *a, const struct when *when, const struct timeline *t)
{
    struct timeline_layout at = timeline_layout(a, t);
    struct chart_timeline_view v = {.width = at.width, .height = at.height, .axis = at.axis, .n = t->n, .n_dated = t->n_dated,
                                    .events = arena_array(a, struct chart_event, t->n), .bands = arena_array(a, struct chart_band, t->n_lanes),
                                    .ticks = arena_array(a, struct chart_tick, at.n_ticks), .n_ticks = at.n_ticks, .left_out = t->left_out};
    bool there[TIMELINE_KINDS] = {false};
    for (size_t i = 0; i < t->n; i++) {
        struct chart_event *e = &v.events[i];
        *e = event_view(a, when, t, i);
        there[t->events[i].kind] = true;
        if (i >= t->n_dated)
            continue;
        const struct timeline_mark *m = &at.marks[i];
        e->x = m->x;
        e->y = m->y;
        e->span = m->span;
        e->label = m->label;
        e->label_x = m->label_x;
    }
    for (size_t k = 0; k < TIMELINE_KINDS; k++)
        if (there[k])
            v.kinds[v.n_kinds++] = &chart_timeline_kinds[k];
    for (size_t i = 0; i < t->n_lanes; i++)
        if (at.bands[i].height)
            v.bands[v.n_bands++] = (struct chart_band){at.bands[i].y, at.bands[i].height, t->lanes[i]};
    for (size_t i = 0; i < at.n_ticks; i++)
        v.ticks[i] = tick(a, when, &at.ticks[i]);
    return v;
}
