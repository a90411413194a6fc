/* day_book: a node's records of its halls' days: kept as they happen, put into the log, handed to whoever asks.
 *
 * What: day_book_add keeps a frame within the act that caused it, and chains it; day_book_mark commits to all so far with a leaf of its own
 *       (verb "desk", the node's, which may be opened to strangers: it names nobody); day_book_write makes the file of day.h.
 *
 *     day_book_begin(node, &begin, &book, err);                          // or day_book_open: goes on where the day stands
 *     day_book_add(node->db, &book, day_frame_event(a, &event), err);    // in an act's transaction
 *     day_book_mark(node, &book, false, now, err);                       // each DAY_LEAF_EVERY_MS, before a weak draw, at the end
 *     day_book_write(node, hall, day, out, arg, err);
 *
 * Not here: when (the hall's jobs), asking holders (holders.h).
 */
#ifndef COMITY_DESK_DAY_BOOK_H
#define COMITY_DESK_DAY_BOOK_H

#include "trust/act/act.h"
#include "work/desk/day.h"

extern const struct db_schema desk_day_schema;

struct day_book {
    uint8_t hall[ID_LEN], head[HASH_LEN];
    uint32_t day;
    int64_t records, marked; /* in the chain; of them, committed to by a leaf */
    int64_t rows;            /* frames and leaves kept */
    bool closed;
};

/* The keys of a hall, from a day up to and with another, in the log: a day ahead of their use. own: the hall is this node's, and its days begin with
 * them; else the leaf is all, so that nobody's keys draw in a hall of ours but those that we had made. */
MUST_USE int day_book_keys(struct node *node, const struct day_keys *keys, bool own, int64_t now_ms, struct err *err);
/* The newest of a hall that are for this day, and when they were put into the log; ERR_NOT_FOUND. */
MUST_USE int day_book_keys_of(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, struct arena *a, struct day_keys *out, int64_t *since_ms,
                              struct err *err);

/* Another rule than the day before's, which two agreed on: in the log before the day that begins with it. _posted does it within an act of the node
 * that is run already (VERB_DESK); arg: const struct day_posted *. */
MUST_USE int day_book_post(struct node *node, const struct day_posted *posted, int64_t now_ms, struct err *err);
MUST_USE int day_book_posted(struct node *node, struct act *act, void *arg, struct err *err);

/* The newest day of a hall before another, and how it ended. mark.closed false: it goes on. */
struct day_before { bool there; uint32_t day; int64_t leaf; struct day_mark mark; };
MUST_USE int day_book_before(struct node *node, const uint8_t hall[static ID_LEN], int64_t day, struct day_before *out, struct err *err);

/* Within an act: begins a day with the keys that the log holds for it. over: who comes over from the day before, when that was handed over; else NULL.
 * ERR_EXISTS, also while another day goes on; ERR_NOT_FOUND: no keys; ERR_DENIED: not a day old yet, or another rule, on which no two agreed. */
MUST_USE int day_book_begin(struct node *node, struct day_begin *begin, const struct day_over *over, int64_t now_ms, struct day_book *out, struct err *err);
/* Reads all frames again: the chain stands where it stood. each, if given, gets every frame in order. ERR_NOT_FOUND: no such day. */
typedef int (*day_frame_fn)(void *arg, const struct day_record *record, struct err *err);
MUST_USE int day_book_open(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, day_frame_fn each, void *arg, struct day_book *out,
                           struct err *err);
/* Has this day begun and not been closed? By its last leaf alone. */
MUST_USE int day_book_goes_on(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, bool *open, struct err *err);
/* Goes on behind what book has read. */
MUST_USE int day_book_follow(struct node *node, struct day_book *book, day_frame_fn each, void *arg, struct err *err);
/* Within an act. book is changed at once: when the act fails, open it again. */
MUST_USE int day_book_add(struct db *db, struct day_book *book, bytes frame, struct err *err);
/* An act of the node. end NULL: the day goes on, and nothing happens when all is marked. Else it is closed, over its rule. over NULL: nobody goes over. */
struct day_end { const struct line_rule *rule; const struct day_over *over; };
MUST_USE int day_book_mark(struct node *node, struct day_book *book, const struct day_end *end, int64_t now_ms, struct err *err);

/* The file, piece by piece, up to the last leaf. ERR_NOT_FOUND: nothing is in the log yet. */
typedef int (*day_piece_fn)(void *arg, bytes piece, struct err *err);
/* The same under a signed head that somebody has, of a log of that size: one that witnesses cosigned. ERR_NOT_FOUND: it is older than the last leaf. */
MUST_USE int day_book_write_under(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, str head, int64_t size, day_piece_fn out, void *arg,
                                  struct err *err);
MUST_USE int day_book_write(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, day_piece_fn out, void *arg, struct err *err);

#endif
