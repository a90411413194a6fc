/* chart_timeline: a timeline, laid out, as its template wants it. */
#include "face/web/chart/chart.h"
#include "face/web/chart/timeline_layout.h"
#include "ground/html/html.h"

#define BUDDHIST_YEARS 543

static const char *const months[] = {
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"), N_("August"), N_("September"), N_("October"),
    N_("November"), N_("December"),
};

static str fill(struct arena *a, const struct catalogue *words, const char *message, struct date d)
{
    struct html o = html_new(a, words);
    const struct html_arg args[] = {{"day", html_str(a, (int)d.day)}, {"month", d.month ? catalogue_find(words, months[d.month - 1]) : STR("")},
                                    {"year", html_str(a, (int)d.year)}};
    return html_words(&o, message, args, sizeof args / sizeof args[0]);
}

static str in_both_eras(struct arena *a, const struct catalogue *words, str text, int year, bool buddhist)
{
    if (!buddhist || year == 0)
        return text;
    str era = fill(a, words, N_("BE {year}"), (struct date){.year = (int16_t)(year + BUDDHIST_YEARS)});
    return text.len ? str_printf(a, "%.*s (%.*s)", STR_ARG(text), STR_ARG(era)) : era;
}

str chart_date(struct arena *a, const struct catalogue *words, struct date d, bool buddhist)
{
    if (d.year == 0)
        return STR("");
    const char *message = d.day ? N_("{day} {month} {year}") : d.month ? N_("{month} {year}") : "{year}";
    return in_both_eras(a, words, fill(a, words, message, d), d.year, buddhist);
}

static str period(struct arena *a, const struct catalogue *words, const struct timeline_event *event, bool buddhist)
{
    str from = chart_date(a, words, event->from, buddhist);
    return date_eq(event->from, event->until) ? from : str_printf(a, "%.*s \xe2\x80\x93 %.*s", STR_ARG(from), STR_ARG(chart_date(a, words, event->until, buddhist)));
}

static struct chart_tick tick(struct arena *a, const struct catalogue *words, const struct timeline_tick *t, bool buddhist)
{
    str year = str_printf(a, "%d", t->date.year);
    if (t->date.month == 0)
        return (struct chart_tick){t->x, {year, in_both_eras(a, words, STR(""), t->date.year, buddhist)}};
    return (struct chart_tick){t->x, {catalogue_find(words, months[t->date.month - 1]),
                                      buddhist ? str_printf(a, "%d (%d)", t->date.year, t->date.year + BUDDHIST_YEARS) : year}};
}

static struct chart_event event_view(struct arena *a, const struct catalogue *words, const struct timeline *t, size_t i, bool buddhist)
{
    const struct timeline_event *event = &t->events[i];
    struct chart_event e = {.kind = &chart_timeline_kinds[event->kind], .name = event->label, .when = period(a, words, event, buddhist),
                            .lane = t->n_lanes > event->lane ? t->lanes[event->lane] : STR(""), .row = str_printf(a, "event-%zu", i + 1),
                            .source = event->source, .has_page = event->path.len > 0, .dated = i < t->n_dated};
    e.href = e.has_page ? event->path : str_printf(a, "#%.*s", STR_ARG(e.row));
    return e;
}

struct chart_timeline_view chart_timeline_view(struct arena *a, const struct catalogue *words, const struct timeline *t, bool buddhist)
{
    struct timeline_layout at = timeline_layout(a, t);
    struct chart_timeline_view v = {.width = at.width, .height = at.height, .axis = at.axis, .n = t->n, .n_dated = t->n_dated,
                                    .events = arena_array(a, struct chart_event, t->n), .bands = arena_array(a, struct chart_band, t->n_lanes),
                                    .ticks = arena_array(a, struct chart_tick, at.n_ticks), .n_ticks = at.n_ticks, .left_out = t->left_out};
    bool there[TIMELINE_KINDS] = {false};
    for (size_t i = 0; i < t->n; i++) {
        struct chart_event *e = &v.events[i];
        *e = event_view(a, words, t, i, buddhist);
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
        v.ticks[i] = tick(a, words, &at.ticks[i], buddhist);
    return v;
}
