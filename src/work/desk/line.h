/* line: the waiting line of one hall, as a machine over events.
 *
 * What: lanes with weights, counters that serve lanes by a posted rule, tickets (a family is one). A ready counter asks, the window of the first ten
 *       is fixed, the least lot of the window is called. Whoever was overtaken fifteen times is next.
 * Why:  an officer who can foresee whom he gets can be bought, and in a plain line he can: he stretches a case until she stands in front. So the
 *       draw is over who is called. A day is a list of events; who has the list has the day, and a stranger replays it exactly (verify).
 *
 *     line_open(&rule, &line, &err);
 *     line_apply(line, &(struct line_event){.kind = LINE_ASK, .at = now, .counter = 3}, NULL, &err);
 *     const struct line_window *w = line_asked(line);              // logged before the lots are drawn
 *     for (size_t i = 0; i < w->n; i++) lots[i] = ...;             // the draw: first 8 bytes of H(beta || ticket), big-endian
 *     line_apply(line, &(struct line_event){.kind = LINE_CALL, .at = now, .counter = 3, .lots = lots}, &called, &err);
 *
 * Not here: I/O, a clock, randomness (time and lots are arguments), names or documents of persons, where the lots come from (draw.h), the log.
 * Not held: a lane that one counter serves (no_choice), officers' speed. docs/threat-model.md.
 */
#ifndef COMITY_DESK_LINE_H
#define COMITY_DESK_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "ground/base/err.h"

#define LINE_WINDOW 10 /* measured: knowledge of the desk, and simulate.h */
#define LINE_CAP 15
#define LINE_NUMBERS 9999 /* a day that begins behind this number of a ticket numbers from 1 again: they are read from a board */
#define LINE_NOBODY (UINT32_C(1) << 31) /* what a closed lane needs: nobody is eligible for it, and whoever stands in it is still served */
#define LINE_TRIES 2 /* calls that may end without service; with the last of them the ticket goes to the secondary check */

enum { LINE_LANES_MAX = 64, LINE_COUNTERS_MAX = 64, LINE_WINDOW_MAX = 32, LINE_COMMITMENT_LEN = 32 };

/* What is posted before the day begins. */
struct line_rule {
    uint16_t window; /* 0: LINE_WINDOW; 1: first come, first served */
    uint16_t cap;    /* 0: LINE_CAP */
    uint16_t tries;  /* 0: LINE_TRIES */
    uint8_t n_lanes, n_counters;
    uint8_t n_posts; /* of the secondary check; 0: there is none to draw */
    bool forget;     /* tickets that are done may be forgotten: for simulations of millions */
    struct line_lane {
        uint16_t weight; /* its share of the window of a counter that serves several; 0 counts as 1 */
        uint32_t needs;  /* what a ticket must be eligible for; bits that the hall gives a meaning */
    } lanes[LINE_LANES_MAX];
    uint64_t serves[LINE_COUNTERS_MAX]; /* bit l: counter i + 1 serves lane l; 0: it is out of use, and opens no more */
};

/* Tickets, counters, calls and posts are numbered from 1, lanes from 0. */
enum line_kind {
    LINE_ENTER,    /* lane, party, eligible, commitment: the next ticket; ticket is 0 or that number */
    LINE_OPEN,     /* counter */
    LINE_READY,    /* counter: its officer has sat down. After a case it is ready by itself: nobody holds it back. */
    LINE_ASK,      /* counter: the window is fixed, the call has its number. One at a time. Free counters of the same lanes take part. */
    LINE_CALL,     /* counter that asked, lots, weak: the least lot of the window; ticket is 0 or the one a log says. outcome: the counter drawn */
    LINE_NO_SHOW,  /* ticket: called and did not come. Counts as a try. */
    LINE_REFUSE,   /* ticket: called and will not go there: end of its lane, counts as a try */
    LINE_RETURN,   /* ticket: a no-show is back: end of its lane */
    LINE_END,      /* ticket: served */
    LINE_VOID,     /* ticket: lost, left, given back */
    LINE_MISMATCH, /* ticket: the document at the counter is not the one of the ticket: secondary check */
    LINE_CHECK,    /* ticket, lots (one a post): the post of its secondary check; counter is 0 or the post a log says */
    LINE_OVERRIDE, /* counter, ticket, persons: called without a draw, by two */
    LINE_CLOSE,    /* counter: at once, or after the case it has */
    LINE_POST,     /* counter, serves, persons: another posted rule for a closed counter, by two */
    LINE_KINDS
};

struct line_event {
    enum line_kind kind;
    int64_t at; /* any unit, never less than the event before */
    uint32_t ticket;
    uint16_t counter;
    uint8_t lane;
    bool weak;                 /* fewer shares than asked for made these lots: shown, and counted */
    uint16_t party;            /* how many travel on the ticket; 0 counts as 1 */
    uint32_t eligible;         /* checked by whoever gave the ticket */
    uint64_t serves;
    uint64_t persons[2];       /* two different ones; what the numbers mean is the hall's */
    const uint64_t *lots;      /* borrowed: one for each of the window; NULL when the window has one that is due */
    const uint8_t *commitment; /* borrowed: LINE_COMMITMENT_LEN bytes, salted digest of the document, or NULL. For the log; the line looks at neither. */
};

enum line_state { LINE_NONE, LINE_WAITING, LINE_CALLED, LINE_SERVED, LINE_GONE /* no-show */, LINE_SECONDARY, LINE_CHECKED, LINE_VOIDED, LINE_STATES };
enum line_counter_state { LINE_CLOSED, LINE_IDLE, LINE_FREE /* ready, waits for a call */, LINE_ASKING, LINE_BUSY, LINE_CLOSING, LINE_COUNTER_STATES };

struct line_ticket {
    uint32_t id;
    uint32_t before, after; /* its neighbours in the lane while it waits, 0 at an end */
    uint16_t overtaken;     /* since it stood last at the end of the lane */
    uint16_t counter;       /* of its call; post of its check */
    uint32_t check;         /* number of the draw of its secondary check: given when it is sent there, so that nobody picks one */
    uint8_t state, lane, tries;
    bool asked;             /* in the window of the open question: stays there until the call */
    uint16_t party;
    uint64_t place;         /* order of standing in line, over all lanes */
    int64_t entered, called, ended;
};

struct line_counter {
    uint8_t state;
    uint32_t ticket; /* of its call, 0: none */
    uint64_t serves;
    int64_t since;   /* when it came into this state */
};

struct line_window {
    uint32_t call; /* the number of the call: with hall and day all that the draw takes in */
    uint16_t counter, n;
    int16_t due;    /* the one that was overtaken as often as the cap allows: index, or -1. It is called, whatever the lots. */
    bool no_choice; /* no second open counter serves some lane of the window: the draw hides nothing there */
    uint32_t tickets[LINE_WINDOW_MAX];
    /* Free counters that serve the same lanes, the one that asks among them: when several wait for people, which of them is next must be drawn too,
     * or whoever comes in at the right moment gets the officer she wants. The least lot decides: free[lot mod n_free]. No lots (due): who asked. */
    uint8_t n_free;
    uint8_t free[LINE_COUNTERS_MAX];
};

/* What came of an event: the ticket and its state, the counter (of a call: the one to go to), and for a call how it came about. */
struct line_outcome {
    uint32_t ticket, call;
    uint16_t counter;
    uint8_t ticket_state, counter_state;
    bool due, weak, no_choice;
    uint16_t overtook; /* how many this call passed */
};

/* Counted over the day, for the board and the watch. */
struct line_totals {
    uint32_t came_over; /* tickets of the day before */
    uint32_t tickets, travellers, calls, served, no_shows, refusals, returns, voids, mismatches, checks, overrides, opened, closed, posted, weak, due, no_choice;
    uint64_t overtakes;
    uint16_t most_overtaken;
};

/* Who is still there when a day ends, and goes over into the next one: each ticket that is not done, in the order of standing, with its tries and how
 * often it was overtaken; the counters as they are. A case that is at a counter goes on there. */
struct line_over {
    int64_t at;    /* of the last event: nothing happens before it */
    uint32_t last; /* after which number tickets go on */
    uint32_t n;
    uint8_t n_counters;
    uint8_t counters[LINE_COUNTERS_MAX]; /* their states */
    const struct line_ticket *tickets;   /* id, lane, state, tries, party, overtaken, counter of a call, entered, called */
};

struct line;
struct arena;

/* A hall before its first event. Refuses a rule in which a lane is out of the window's reach. */
int line_open(const struct line_rule *rule, struct line **line, struct err *err) MUST_USE;
void line_close(struct line *line); /* NULL is allowed */

/* Of the line as it is; no question is open. Tickets from the arena. */
void line_over(const struct line *line, struct arena *a, struct line_over *out);
/* Onto a line before its first event. Lanes and counters of the day before must all be there; else ERR_INPUT. */
int line_come_over(struct line *line, const struct line_over *over, struct err *err) MUST_USE;

/* One event. Either it fits and all of it happens, or nothing does and err says why: ERR_INPUT (it does not fit the state), ERR_NOT_FOUND (no such
 * ticket, counter, lane), ERR_DENIED (two persons, eligibility), ERR_CORRUPT (a log says another than the lots). outcome may be NULL. */
int line_apply(struct line *line, const struct line_event *event, struct line_outcome *outcome, struct err *err) MUST_USE;

/* Would a LINE_ASK of this counter be heard: it is free, somebody it serves waits, no other question is open. */
bool line_may_ask(const struct line *line, unsigned counter);

/* The open question, or NULL. */
const struct line_window *line_asked(const struct line *line);

/* The window as it would be fixed now; n = 0 when nobody waits. */
void line_window(const struct line *line, unsigned counter, struct line_window *window);

/* Index of the least lot; of equal ones the first. */
size_t line_least(const uint64_t *lots, size_t n);

/* The posts of the secondary check take part in a draw as tickets of these numbers; tickets are 32 bits. */
#define LINE_POST_ID(post) ((uint64_t)1 << 63 | (uint64_t)(post))

const struct line_ticket *line_ticket(const struct line *line, uint32_t ticket); /* NULL: none, or forgotten */
/* Each ticket that there is, in no order: *i from 0 on; NULL at the end. */
const struct line_ticket *line_each(const struct line *line, uint32_t *i);
uint32_t line_unchecked(const struct line *line); /* a ticket whose post of the secondary check is not drawn; 0: none */
const struct line_counter *line_counter(const struct line *line, unsigned counter);
const struct line_rule *line_rule(const struct line *line);
const struct line_totals *line_totals(const struct line *line);
uint32_t line_waiting(const struct line *line, unsigned lane); /* how many tickets */
uint32_t line_first(const struct line *line, unsigned lane);   /* the head of a lane, 0: empty; on with line_ticket()->after */
unsigned line_choices(const struct line *line, unsigned lane); /* open counters that serve it: published; 1 is no choice */

/* A number over the whole state, equal for equal days: to compare replays, not against forgers. */
uint64_t line_fingerprint(const struct line *line);

const char *line_kind_word(enum line_kind kind); /* "enter", "no-show": for logs */
const char *line_state_word(enum line_state state);

#endif
