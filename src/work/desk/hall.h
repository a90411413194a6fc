/* hall: a border hall at work: tickets, counters, calls; who may press what, and the record that each press leaves.
 *
 * What: what is posted of a hall (name, lanes, counters, rule); one day of it as a thread sees it, read on from the records that other threads and
 *       processes wrote; a press of a member as an act with its leaf; the calls, drawn by the key holders, that nobody presses.
 * Why:  that she is ready is all that an officer has in her hand. Whom she gets comes of a draw that is bound to the records before it.
 *
 *     hall_open(node, id, day, &hall, &err);
 *     hall_sit(&hand, hall, 3, &err);
 *     hall_press(&hand, hall, &(struct line_event){.kind = LINE_END, .ticket = 12}, &outcome, &err);
 *     hall_serve(hall, &holders, now_ms, &calls, &err);                                       // every free counter gets its call
 *
 * A hall needs no line to anywhere but to its key holders, and goes on with one of them. Names no traveller: a ticket is a number and a salted
 * digest of the document that it was given for. Not here: the line (line.h), the draw (draw.h), the records as bytes (day.h), pages.
 */
#ifndef COMITY_DESK_HALL_H
#define COMITY_DESK_HALL_H

#include "trust/act/act.h"
#include "work/desk/day_book.h"

#define HALL_NAME_MAX 100     /* bytes, of a hall and of a lane */
#define HALL_DOCUMENT_MAX 100 /* bytes of a document's number */

extern const struct db_schema desk_hall_schema;

/* --- what is posted --- */

struct hall_setup {
    uint8_t id[ID_LEN]; /* hall_make gives it */
    str name;
    str lanes[LINE_LANES_MAX]; /* what stands over each; rule.n_lanes of them */
    struct line_rule rule;
    int64_t made_ms;
};
/* Act of who sets halls up; one that is set up is changed by two (hall_rule.h). The rule of a day that has begun stays what it was. ERR_INPUT says what
 * is wrong with it. */
MUST_USE int hall_make(struct node *node, const struct actor *actor, int64_t now_ms, struct hall_setup *setup, struct err *err);
MUST_USE int hall_list(struct db *db, struct arena *a, struct hall_setup **out, size_t *n, struct err *err);
MUST_USE int hall_find(struct db *db, const uint8_t id[static ID_LEN], struct arena *a, struct hall_setup *out, struct err *err); /* ERR_NOT_FOUND */

/* The key in the address of the hall's board, which anybody may have who has the address: it shows numbers, and nobody's name. _make: an act of who
 * sets halls up; the key before it is void. */
MUST_USE int hall_board_make(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err);
MUST_USE int hall_board(struct db *db, const uint8_t id[static ID_LEN], uint8_t key[static ID_LEN], bool *there, struct err *err);
bool hall_board_is(struct db *db, const uint8_t id[static ID_LEN], const uint8_t key[static ID_LEN]);

/* Who answers for the keys: fills what came, of any number of them. Each answer is checked here. */
struct hall_holders { int (*ask)(void *arg, const struct draw *draw, bytes known, struct draw_answers *answers, struct err *err); void *arg; };

/* --- a day of it --- */

struct hall;
/* Begins the day when nobody has: an act of the node. ERR_NOT_FOUND: no such hall, or no keys for that day; ERR_DENIED: the keys are too new.
 * Borrows node for as long as it is open. One thread's. */
/* Who was handed over from the day before comes over. ERR_EXISTS: the day before goes on, or a later one was begun. */
MUST_USE int hall_open(struct node *node, const uint8_t id[static ID_LEN], uint32_t day, int64_t now_ms, struct hall **out, struct err *err);
void hall_close(struct hall *hall); /* NULL is allowed */
/* Reads on what others wrote. What the functions below give is as of the last of these, and of the last press. */
MUST_USE int hall_follow(struct hall *hall, struct err *err);
const struct line *hall_line(const struct hall *hall);
const struct hall_setup *hall_posted(const struct hall *hall);
uint32_t hall_day(const struct hall *hall);
const struct threshold_keys *hall_keys(const struct hall *hall); /* that the day began with */
bool hall_closed(const struct hall *hall);
/* It has run for as long as a day may: nothing but its end can happen. quiet: and nobody has pressed anything for hours. */
bool hall_lapsed(const struct hall *hall, int64_t now_ms);
bool hall_quiet(const struct hall *hall, int64_t now_ms);

/* Told of each ticket, within the act that gives it, with the document that it is for, which is kept nowhere: the watch connects a ticket with whom there
 * is a reason to look for (work/watch/flags.h). Nobody at the desk learns whether it did. */
struct hall_given { const uint8_t *hall; uint32_t day, ticket; str document; };
typedef int (*hall_given_fn)(struct node *node, const struct hall_given *given, int64_t now_ms, struct err *err);

/* Who presses. While a call is being drawn nothing else may happen, or its answers would not hold: a press waits for it, up to two seconds, and is
 * then ERR_RETRY. */
struct hall_hand {
    const struct actor *actor;
    int64_t now_ms;
    hall_given_fn given; /* of hall_enter; may be NULL */
};

/* The next ticket of a lane. salt stands on the paper and nowhere else: with it and the document everybody sees whether they belong together. */
struct hall_ticket { uint32_t number; uint8_t salt[DRAW_SALT_LEN]; };
MUST_USE int hall_enter(const struct hall_hand *hand, struct hall *hall, unsigned lane, unsigned party, uint32_t eligible, str document,
                        struct hall_ticket *out, struct err *err);

/* She opens that counter, and is ready. Which one it is to be is the roster's to say. Again: nothing. ERR_EXISTS: she sits at another;
 * ERR_INPUT: it is not closed. */
MUST_USE int hall_sit(const struct hall_hand *hand, struct hall *hall, unsigned counter, struct err *err);
/* Where she sits; 0: nowhere. */
MUST_USE int hall_seat(struct hall *hall, const uint8_t member[static ID_LEN], unsigned *counter, struct err *err);

/* Who sat at which counter on a day, and when; until 0: she sits there. For the watch. */
struct hall_seated { unsigned counter; uint8_t member[ID_LEN]; int64_t since_ms, until_ms; };
MUST_USE int hall_seats(struct db *db, const uint8_t id[static ID_LEN], uint32_t day, struct arena *a, struct hall_seated **out, size_t *n, struct err *err);

/* What is pressed at a counter, of the ticket that is called there or of the counter itself: LINE_NO_SHOW, _REFUSE, _END, _MISMATCH, _CLOSE; and at
 * the ticket desk: _RETURN, _VOID. ERR_DENIED: it is another's counter. outcome may be NULL. */
MUST_USE int hall_press(const struct hall_hand *hand, struct hall *hall, const struct line_event *event, struct line_outcome *outcome, struct err *err);

/* --- calls --- */

/* Calls for every counter that waits, draws posts of secondary checks. *calls: how many. ERR_RETRY: no key holder answers; the question stays open
 * and is asked again the next time: never another. */
MUST_USE int hall_serve(struct hall *hall, const struct hall_holders *holders, int64_t now_ms, unsigned *calls, struct err *err);
/* Draws what is open, and calls nobody else: before a day ends. ERR_RETRY as above. */
MUST_USE int hall_settle(struct hall *hall, const struct hall_holders *holders, int64_t now_ms, struct err *err);
bool hall_settled(const struct hall *hall); /* nothing is open */
/* A leaf over the records so far; closed: the day is over. */
MUST_USE int hall_mark(struct hall *hall, bool closed, int64_t now_ms, struct err *err);
/* The day is over, and who is still there goes over into the next: the tickets in their order, with tries and overtakes, the cases at their counters,
 * and who sits there. hall_open of a later date begins it. */
MUST_USE int hall_hand_over(struct hall *hall, int64_t now_ms, struct err *err);

#endif
