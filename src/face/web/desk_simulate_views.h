/* desk_simulate_views: the line of a hall, tried out before anybody stands in it: a form, two drawings, and a table beside each. */
#ifndef COMITY_DESK_SIMULATE_VIEWS_H
#define COMITY_DESK_SIMULATE_VIEWS_H

#include "face/web/views.h"

/* One bar of a drawing, from the left; positions in its pixels. */
struct try_bar {
    const char *name, *detail; /* messages; detail may be NULL */
    str label;                 /* instead of name: a number of counters */
    int y, length;
    int low, high;             /* ends of the interval */
    int length_p95, length_p99;
    bool bad;                  /* more than the draw would let through by luck alone, by far */
    str mean, p95, p99, chance;
};
struct try_tick { int x; str label; };

struct desk_simulate_view {
    const struct layout *page;
    str counters, load, minutes, window, cap, officers;
    struct choices tries;
    bool tried;
    str luck, theory, travellers; /* chance by luck alone; mean wait by Erlang's formula; how many in all */
    int luck_x;
    struct try_bar *lines, *steps;
    size_t n_lines, n_steps;
    struct try_tick *chance_ticks, *wait_ticks;
    size_t n_chance_ticks, n_wait_ticks;
    int lines_height, steps_height;
};

#endif
