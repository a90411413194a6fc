/* rota_views: what the pages of a rota show. Every text is from the request's arena. */
#ifndef COMITY_ROTA_VIEWS_H
#define COMITY_ROTA_VIEWS_H

#include "face/web/views.h"

struct rota_line { str id, hall, first, last, frozen; const char *state; };
struct rota_list_view { const struct layout *page; struct rota_line *lines; size_t n; bool halls; };
struct rota_new_view { const struct layout *page; struct choices halls; str table; };

/* The table as it is written, by the first word of its rows. */
struct rota_table_row { str line; str cells[6]; };
struct rota_group {
    const char *heading;
    const char *columns[6]; /* messages */
    size_t n_columns, n, room;
    struct rota_table_row *rows;
    bool out;               /* a row can be taken out here */
};
struct rota_draft_view {
    const struct layout *page;
    str id, hall, first, last, text, version, needs;
    struct rota_group *groups;
    size_t n;
    struct choices leave_of, wish_of, calendar_of, contracts;
    int64_t officers, before; /* frozen for these days before */
    struct str_list { str *all; size_t n; } predictable; /* shifts and posts that so few can fill */
};

struct rota_cell_view { str duty, day; bool hand, stands_in; };
struct rota_officer_row { str name; struct rota_cell_view cells[7]; };
struct rota_week { str heading; struct rota_day_head { str weekday, date; } days[7]; size_t n_days; struct rota_officer_row *rows; size_t n; };
struct rota_change_line { const char *kind; str officer, days, what, why, by, at, to; const char *state; };
struct rota_seat { str officer, counter; };
struct rota_seats_view { str duty, when; bool midway; struct rota_seat *seats; size_t n; };
struct rota_view {
    const struct layout *page;
    str id, hall, first, last, digest, drawn, number;
    const char *state;
    bool waits, lapsed, made;
    int64_t attempt, broken, by_hand, shares;
    bool searching;         /* at this moment, here */
    int64_t percent, minutes, broken_so_far, wishes_so_far; /* minutes left, rounded up */
    struct rota_week *weeks;
    size_t n_weeks;
    struct rota_change_line *changes;
    size_t n_changes;
    struct rota_seats_view *seats;
    size_t n_seats;
    struct choices ill, officer, duty, from, to, day, one;
    str why;
};

struct rota_bar { str n; int width; };
struct rota_fair_line { str officer, shifts; struct rota_bar hours, nights, weekends; str granted; str all; };
struct rota_fair { struct rota_fair_line *lines; size_t n; bool wishes; };
struct rota_try_view { const struct layout *page; str id; int64_t broken; struct rota_fair fair; };

struct rota_breach_line { const char *kind; str officer, rule, allowed, days, amount; bool hard; };
struct rota_meet_bar { int x, y, height; str times, pairs; bool above; };
struct rota_check_view {
    const struct layout *page;
    str id, hall, bound;
    struct rota_breach_line *breaches;
    size_t n, n_bars;
    int64_t hard, wishes;
    struct rota_meet_bar *bars;
    int width, height, bound_x;
    struct rota_pair { str one, other, times; } *pairs;
    size_t n_pairs;
    struct rota_fair fair;
};

struct shift_line { str day, from, to, post, counter, midway; bool hand, stands_in; };
struct swap_view { str id, number, other; bool asked; struct swap_day { str day, has, gets; } days[2]; size_t n_days; };
struct shifts_view {
    const struct layout *page;
    str name;
    struct shift_line *lines;
    size_t n, n_swaps;
    struct swap_view *swaps;
    struct choices swap_day; /* her shifts that can be swapped */
    str with, with_day;
};

#endif
