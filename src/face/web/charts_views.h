/* charts_views: what the pages with pictures of a file show. Filled by page_charts.c. */
#ifndef COMITY_WEB_CHARTS_VIEWS_H
#define COMITY_WEB_CHARTS_VIEWS_H

#include "face/web/chart/chart.h"
#include "face/web/layout.h"

struct charts_head {
    str id, number, title;    /* of the file */
    const char *heading;      /* message */
    struct nav_item pages[3]; /* of this file's pictures */
    bool closed;
};

struct links_view { const struct layout *page; struct charts_head head; struct chart_links_view chart; };
struct timeline_view { const struct layout *page; struct charts_head head; struct chart_timeline_view chart; };
struct elements_view { const struct layout *page; struct charts_head head; struct chart_elements_view *persons; size_t n; };

#endif
