/* bundle_views: what the page of bundles for courts shows; and what the document and the list of files are made of. */
#ifndef COMITY_WEB_BUNDLE_VIEWS_H
#define COMITY_WEB_BUNDLE_VIEWS_H

#include "face/web/layout.h"

struct bundle_line { str id, asked, reference; const char *state; bool ready; };
struct bundles_view {
    const struct layout *page;
    str file, number, reference, recipient;
    struct choices languages, purposes;
    struct bundle_line *lines;
    size_t n;
    bool may;
};

#endif
