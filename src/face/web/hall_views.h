/* hall_views: what the pages of a hall show: tickets, counters, the board, the hall itself. Numbers of tickets and counters; nobody's name. */
#ifndef COMITY_WEB_HALL_VIEWS_H
#define COMITY_WEB_HALL_VIEWS_H

#include "face/web/layout.h"
#include "ground/text/catalogue.h"

/* What stands above each page of a hall. */
struct hall_head { str id, name; const char *where; /* "tickets", "counter", "" */ bool supervisor, officer; };

/* How a call came about. */
struct hall_lot { uint32_t ticket; str lot; bool called; };
struct hall_why {
    bool is, drawn, due, weak, no_choice; /* drawn: else by two persons, or due */
    uint32_t call, ticket;
    unsigned counter, n;
    struct hall_lot *lots; /* of the window, the least first */
};

struct hall_row { str id, name; const char *state; int64_t waiting; bool open; };
struct halls_view { const struct layout *page; struct hall_row *rows; size_t n; bool supervisor; };
struct hall_waits_view { const struct layout *page; struct hall_head head; const char *why; };

/* --- ticket desk --- */

struct hall_lane_row { str name; unsigned number; bool checked, chosen; uint32_t waiting; unsigned counters; };
struct hall_tickets_view {
    const struct layout *page;
    struct hall_head head;
    struct hall_lane_row *lanes;
    size_t n_lanes;
    bool any_checked;
    str party, document, urgent, reference;
    struct choices languages;
    uint32_t changed;       /* the ticket that was just changed, and what it is now; 0: none */
    const char *changed_to;
};
struct hall_paper_view {
    const struct layout *page;
    const char *language;
    str id, hall, lane, time, path, box, code;
    bool has_board;
    unsigned side;
    uint32_t number;
    int64_t party;
    bool unchecked;
};

/* --- counter --- */

struct hall_counter_row { unsigned number; const char *state; bool closed, mine; uint32_t ticket; };
struct hall_counter_view {
    const struct layout *page;
    struct hall_head head;
    struct hall_counter_row *counters; /* where she does not sit yet */
    size_t n_counters;
    unsigned counter;       /* where she sits; 0: nowhere */
    unsigned drawn;         /* where the rota's lot wants her now, if she does not sit there; 0: nothing was drawn */
    bool drawn_free, drawn_taken, midway; /* midway: the second half of her shift */
    str drawn_from, drawn_until;
    const char *state;      /* of her counter */
    bool busy, closing, asks, waits; /* asks: a call is being drawn; waits: nobody stands in line */
    uint32_t ticket;
    int64_t party;
    str lane, since;
    struct hall_why why;
    uint32_t last;          /* the ticket before, and what became of it */
    const char *last_to;
    unsigned last_post;
    const char *belongs;    /* of a document that was looked at, or NULL */
    bool belongs_not;
    int64_t waiting;
};

/* --- board --- */

struct hall_call_row { uint32_t ticket; unsigned counter; bool weak, override, fresh; };
struct hall_tongue { const char *code; const struct catalogue *words; };
struct hall_board_view {
    str title, hall, agency, clock;
    const char *language;
    struct hall_tongue tongues[3];
    size_t n_tongues;
    struct hall_call_row *calls;
    size_t n_calls;
    uint32_t *window;
    size_t n_window;
    int64_t waiting, overrides, weak;
    bool begun, closed, alone; /* alone: some lane has one counter or none: the draw hides nothing there */
};
struct hall_place_view {
    str hall, agency, board;
    const char *language;
    uint32_t ticket;
    const char *state;
    unsigned counter;
    int64_t ahead, overtaken, cap;
    bool waits, called, in_window;
    struct hall_why why;
    str day;
};

/* --- the hall --- */

struct hall_lane_input { str name, weight, at; bool checked, closed, there; }; /* there: it can be closed */
struct hall_new_view {
    const struct layout *page;
    str name, counters, posts;
    struct hall_lane_input lanes[6];
};
/* Another rule: what would be otherwise; lanes that one counter would serve alone. */
struct hall_rule_row { const char *label; unsigned lane, counter; str was, now; }; /* lane, counter: which, or 0; empty: it is not there */
struct hall_otherwise { struct hall_rule_row *rows; size_t n; str *alone; size_t n_alone; };
struct hall_rule_view {
    const struct layout *page;
    struct hall_head head;
    str name, counters, posts, window, cap, tries, reference, seen;
    struct hall_lane_input *lanes;
    size_t n_lanes, n_there;
    struct hall_otherwise otherwise; /* n 0: not shown yet */
};
struct hall_figure { const char *label; str value; bool warns; };
struct hall_holder_row { unsigned number; str agency; uint32_t answered, missed; str last; };
struct hall_set_view {
    const struct layout *page;
    struct hall_head head;
    bool begun, closed, may_begin, may_hand_over; /* its date is not the one of today */
    const char *why_not;
    str since;
    str day, board, board_path, vkey;
    struct hall_figure figures[20];
    size_t n_figures;
    struct hall_holder_row *holders;
    size_t n_holders;
    struct hall_counter_row *counters;
    size_t n_counters;
    struct hall_lane_row *lanes;
    size_t n_lanes;
};

#endif
