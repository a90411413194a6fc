/* chart: pictures of a file, as SVG made on the server, and the same as tables.
 *
 * What: the link chart, the timeline and the elements of the offence as parts of a page: fills what chart.html draws.
 * Why:  a picture for who sees it, a table with all of it for who does not, or prints it; neither needs JavaScript.
 *
 *     struct chart_links_view v = chart_links_view(a, words, graph);
 *     chart_links(&out, &v);              // {{use chart_links(&v->chart)}} in a template
 *
 * Every node and event is a link: to its page, or to its row in the table. Shapes differ by kind, never only colours. Pure: the same graph
 * gives the same bytes. Not here: reading records (page_charts.c), geometry (links_layout.h, timeline_layout.h).
 */
#ifndef COMITY_WEB_CHART_H
#define COMITY_WEB_CHART_H

#include "face/web/chart/label.h"
#include "ground/text/catalogue.h"
#include "ground/text/when.h"
#include "work/cases/elements.h"
#include "work/cases/links.h"
#include "work/cases/timeline.h"

struct chart_kind { const char *label, *style, *shape; }; /* message, class, path around 0 0 */
extern const struct chart_kind chart_link_kinds[LINK_KINDS], chart_timeline_kinds[TIMELINE_KINDS];

struct chart_point { int x, y; };

/* --- links --- */

struct chart_node {
    const struct chart_kind *kind;
    int x, y;
    struct chart_label label;
    str name, href, anchor, row; /* anchor: its own page or "#row"; row: id of its row in the table */
    size_t links, shared_by, elsewhere;
    bool has_page;
};
struct chart_edge {
    struct chart_point from, to, middle; /* middle of its words */
    bool worded;                         /* there is room for them */
    str from_name, to_name, label;
    const struct link_source *sources;
};
struct chart_links_view {
    int width, height;
    struct chart_node *nodes; /* as they are read */
    struct chart_edge *edges;
    size_t n_nodes, n_edges, left_out, n_kinds;
    const struct chart_kind *kinds[LINK_KINDS]; /* those that are there */
};
struct chart_links_view chart_links_view(struct arena *a, const struct catalogue *words, const struct links *graph);

/* --- timeline --- */

struct chart_event {
    const struct chart_kind *kind;
    int x, y, span, label_x;
    struct chart_label label;
    str name, when, lane, href, row;
    bool has_page, dated;
};
struct chart_band { int y, height; str label; };
struct chart_tick { int x; str line[2]; };
struct chart_timeline_view {
    int width, height, axis;
    struct chart_event *events; /* in the order of time; those without a date last */
    struct chart_band *bands;
    struct chart_tick *ticks;
    size_t n, n_dated, n_bands, n_ticks, left_out, n_kinds;
    const struct chart_kind *kinds[TIMELINE_KINDS];
};
/* when: how dates are written; years of another era stand beside those of ours. */
struct chart_timeline_view chart_timeline_view(struct arena *a, const struct when *when, const struct timeline *t);

/* --- elements of the offence --- */

struct chart_record { str name, path; };
struct chart_proof { str name, path, says; };
struct chart_element { const char *label, *source; struct chart_proof *proofs; size_t n; };
struct chart_group { const char *label; bool needed; struct chart_element *elements; size_t n, shown; };
struct chart_elements_view {
    str name;                  /* of the person */
    const char *child;         /* message: what is known of her age */
    struct chart_group groups[ELEMENT_GROUPS];
};
struct chart_elements_view chart_elements_view(struct arena *a, const struct catalogue *words, str name, const struct element_sheet *sheet,
                                               const struct chart_record *records);

#endif
