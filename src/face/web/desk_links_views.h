/* desk_links_views: what the pages on the days the watch takes, and on whom travellers are linked with, show. Every text is from the request's arena. */
#ifndef COMITY_DESK_LINKS_VIEWS_H
#define COMITY_DESK_LINKS_VIEWS_H

#include "face/web/views.h"

struct watch_week { str time, calls; int64_t found; };
struct desk_days_view {
    const struct layout *page;
    bool ordered, may;
    str since, reference, days; /* what is typed */
    int64_t begun, kept, keeps; /* keeps: how many days a name is kept by the order */
    struct watch_week *weeks;
    size_t n_weeks;
};
struct desk_link_row { str id, number, made, until; int64_t documents, tickets; };
struct desk_links_view {
    const struct layout *page;
    struct desk_link_row *rows;
    size_t n;
    bool may;
    str words, reference, days, documents; /* what is typed */
};
struct desk_link_view {
    const struct layout *page;
    struct desk_link_row row;
    struct choices halls;
    str document, reference, day, ticket, code, shown, why; /* what is typed */
};

#endif
