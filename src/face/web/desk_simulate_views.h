/* desk_simulate_views: the line of a hall, tried out before anybody stands in it: a form, drawings, and a table beside each. */
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
    int luck_x;                /* what luck alone gives */
    str mean, p95, p99, chance, luck, people; /* chance: of hours, the minutes that one counter more saves */
};
struct try_tick { int x; str label; };

struct desk_simulate_view {
    const struct layout *page;
    str counters, load, minutes, window, cap, officers;
    str hours_given;
    struct choices tries, shows;
    bool tried, attacks; /* attacks: all rows are of the line with the draw */
    str theory, travellers; /* mean wait by Erlang's formula; how many in all */
    struct try_bar *lines, *steps, *hours;
    size_t n_lines, n_steps, n_hours;
    struct try_tick *chance_ticks, *wait_ticks;
    size_t n_chance_ticks, n_wait_ticks;
    int lines_height, steps_height, hours_height;
};

#endif
