/* export_views: what the template of export.html shows. Filled by page_export.c. */
#ifndef COMITY_WEB_EXPORT_VIEWS_H
#define COMITY_WEB_EXPORT_VIEWS_H

#include "face/web/layout.h"

struct export_line { str id, asked, kind, reference; const char *state; bool ready; };
struct export_view {
    const struct layout *page;
    struct choices kinds, purposes;
    str reference;
    struct export_line *lines;
    size_t n;
};

#endif
