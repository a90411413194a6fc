/* desk_watch_views: what the page on whom the draws of the desk do not explain shows. Every text is from the request's arena. */
#ifndef COMITY_DESK_WATCH_VIEWS_H
#define COMITY_DESK_WATCH_VIEWS_H

#include "face/web/views.h"
#include "work/watch/watch.h"

/* One line of the picture and of the table. */
struct watch_line {
    str row;                /* id of its row in the table */
    str of, who;            /* numbers; empty: the test has no such side, or it was somebody who came once */
    str n, met, expected, lift, chance, bound, least; /* least: "–" when no lift would be seen */
    bool stands_out, opens; /* opens: somebody is still behind one of the numbers */
    str codes;              /* of the address where it is opened */
    int y, met_x, expected_x, bound_x, other_x; /* bound_x, other_x: 0 when it lies outside */
};
struct watch_section {
    enum watch_test test;
    const char *heading, *about, *all, *met; /* about: what it is, and what else it can be; all, met: heads of two columns */
    str family, tested, pairs, least, typical, middle;
    size_t found, n, drawn; /* of the lines so many are in the picture */
    bool sees;              /* some lift would be seen */
    struct watch_line *lines;
    int number, width, height, axis;  /* axis: y of its words */
    struct { int x; str label; } ticks[6];
    size_t n_ticks;
};
struct desk_watch_view {
    const struct layout *page;
    struct watch_section *sections;
    size_t n, files, used, found, links;
    str calls, newest;
    bool may_open, ordered;
    int64_t begun, kept; /* of the days of its halls */
};
struct desk_open_view { const struct layout *page; str codes[2], reference, until; size_t n; };
struct desk_names_view { const struct layout *page; struct person_line_text { str label, value; } lines[2]; size_t n; };

#endif
