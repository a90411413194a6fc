/* day: one day of a hall as public records, from which a stranger recomputes every call.
 *
 * What: "comity-desk-day 1\n", then frames: u16 length of the rest, u8 what it is, its fields; integers big-endian.
 *         B  begin: hall, day, the posted rule, the threshold keys                            in the chain
 *         E  event: one of the line's (line.h)                                                in the chain
 *         D  draw: kind, number, the holders' answers with their proofs, what they combine to in the chain
 *         H  who came over: the day before, its counters, how many tickets; then T: each of them     in the chain
 *         K  keys' leaf, L leaf of the day: a leaf of the hall's log, what it commits to, its path of hashes
 *         P  the leaf that closed the day before, R the leaf with which two posted another rule than that day's
 *         Z  end: the signed head of the log
 *       Each frame in the chain makes a new head: SHA-256(head before || frame). A leaf commits to the head where it stands.
 * Why:  a key holder answers for a head: its proof holds for the records as they were, the window included, and for no others. So a call
 *       needs no leaf of its own to be fixed before its lots can be known: whoever would change a ticket, a window or an order afterwards
 *       needs two holders to answer again, and they do not. 20,000 calls a day come to 1,440 leaves, one a minute while there is something
 *       new, which date the records and make each of them count before witnesses; only a weak draw, to which no second holder is a witness,
 *       must have a leaf directly before it. A leaf a call would be as safe and sixty times the log (12 MB a day).
 *
 * A day is named by the date it began on and runs until it is closed, over midnight too, for DAY_LONGEST_MS at most. The leaf that closes it says whether
 * the next one takes over who is still there, and commits to them (line.h, line_over): so each file can be checked alone, and both together.
 *
 *     day_start(head);
 *     frame = day_frame_event(a, &event);  day_chain(head, frame);      // keep the frame; head is what holders answer for
 *     day_check(file, &verifier, &found, &err);                         // a stranger
 *
 * Names no traveller: tickets are numbers with a salted commitment (draw.h), officers are numbers that the hall gives.
 * Pure. Not here: keeping the frames and making the file (day_book.h).
 */
#ifndef COMITY_DESK_DAY_H
#define COMITY_DESK_DAY_H

#include "trust/log/checkpoint.h"
#include "work/desk/draw.h"
#include "work/desk/line.h"

#define DAY_MAGIC "comity-desk-day 1\n"
#define DAY_LEAF_EVERY_MS (INT64_C(60) * 1000)        /* while there is something new */
#define DAY_LEAF_LATEST_MS (INT64_C(15) * 60 * 1000)  /* a record without a leaf for longer is late: told of the day, which had a power cut or worse */
#define DAY_KEYS_AHEAD_MS (INT64_C(24) * 3600 * 1000) /* keys are in the log so long before the first event */
#define DAY_LONGEST_MS (INT64_C(36) * 3600 * 1000)   /* from its first event */
#define DAY_OPENING_MAX 2048
#define DAY_LEAF_MAX 1024

struct day_begin {
    uint8_t hall[ID_LEN];
    uint32_t day;
    struct line_rule rule; /* as line_rule() gives it: with the defaults filled in */
    struct threshold_keys keys;
};

struct day_draw {
    enum draw_kind kind;
    uint32_t number;
    bool weak;
    oprf_point element; /* not when weak: it is the one answer's */
    struct draw_answers answers;
};

/* Who goes over. digests: the document's of each ticket of line.tickets. */
struct day_over {
    uint32_t day; /* the one that ends */
    struct line_over line;
    const uint8_t (*digests)[HASH_LEN];
};
/* Digests of documents by number of ticket, as they came. */
struct day_seals { struct day_seal { uint32_t ticket; uint8_t digest[HASH_LEN]; } *all; size_t n, room; };
void day_seal(struct arena *a, struct day_seals *seals, uint32_t ticket, const uint8_t *digest);           /* digest NULL: zeros */
const uint8_t *day_sealed(const struct day_seals *seals, uint32_t ticket);                                 /* NULL: there is none */
void day_goes_over(struct arena *a, uint32_t day, const struct line *line, const struct day_seals *seals, struct day_over *out);
void day_over_digest(const struct day_over *over, uint8_t out[static HASH_LEN]);
void day_rule_digest(const struct line_rule *rule, uint8_t out[static HASH_LEN]);

struct day_leaf {
    uint64_t index;
    bytes leaf, opening; /* of the log, and what it commits to (past_opening) */
    struct merkle_proof path;
};

void day_start(uint8_t head[static HASH_LEN]);
void day_chain(uint8_t head[static HASH_LEN], bytes frame);

/* Frames, from arena. */
bytes day_frame_begin(struct arena *a, const struct day_begin *b);
bytes day_frame_event(struct arena *a, const struct line_event *e);
bytes day_frame_draw(struct arena *a, const struct day_draw *d);
bytes day_frame_over(struct arena *a, const struct day_over *o);
bytes day_frame_over_ticket(struct arena *a, const struct line_ticket *t, const uint8_t digest[static HASH_LEN]);
bytes day_frame_leaf(struct arena *a, char kind, const struct day_leaf *l); /* 'K', 'L', 'P', 'R' */
bytes day_frame_end(struct arena *a, str checkpoint);

/* One frame. commitment of an event borrows from the input. */
struct day_record {
    char kind;
    bytes frame; /* whole, as it is chained */
    struct day_begin begin;
    struct line_event event;
    struct day_draw draw;
    struct day_over over;     /* H: without its tickets */
    struct line_ticket ticket; /* T */
    const uint8_t *digest;     /* of T, borrowed */
    struct day_leaf leaf;
    str checkpoint;
};
/* False at the end of the input. ERR_INPUT: what is there is no record. Leaves' paths are from arena. */
MUST_USE int day_next(struct reader *in, struct arena *a, struct day_record *out, bool *there, struct err *err);

/* H and T records, one by one, onto the line when all are there: *ready. over is the caller's, all from a. ERR_INPUT. */
struct day_coming { struct day_over over; struct line_ticket *tickets; uint8_t (*digests)[HASH_LEN]; uint32_t n; bool open; };
MUST_USE int day_comes_over(struct arena *a, struct day_coming *coming, const struct day_record *rec, struct line *line, bool *ready, struct err *err);

/* What leaves of verb "desk" say: JSON of one line. */
struct day_mark { /* of the day's records so far */
    uint8_t hall[ID_LEN], head[HASH_LEN];
    uint32_t day;
    int64_t records;
    bool closed; /* the day is over */
    bool handed; /* closed, and who is in over goes over */
    bool ruled;  /* closed, and rule is there: days of before did not say it */
    uint8_t over[HASH_LEN], rule[HASH_LEN];
};
struct day_posted { /* two agreed on another rule, from the next day on */
    uint8_t hall[ID_LEN], rule[HASH_LEN];
    uint64_t persons[2];
};
struct day_keys { /* which keys draw from a day on, up to and with another */
    uint8_t hall[ID_LEN];
    uint32_t from_day, until_day;
    struct threshold_keys keys;
};
str day_mark_write(struct arena *a, const struct day_mark *m);
str day_keys_write(struct arena *a, const struct day_keys *k);
str day_posted_write(struct arena *a, const struct day_posted *p);
MUST_USE int day_posted_read(struct arena *a, bytes detail, struct day_posted *out, struct err *err);
MUST_USE int day_mark_read(struct arena *a, bytes detail, struct day_mark *out, struct err *err);
MUST_USE int day_keys_read(struct arena *a, bytes detail, struct day_keys *out, struct err *err);

struct day_found {
    uint8_t hall[ID_LEN];
    uint32_t day;
    bool closed;          /* else the day goes on after the last leaf */
    uint32_t before;      /* the day before, 0: it is the first */
    bool came_over;       /* who was still there came over from it */
    bool handed;          /* who is still there goes over into the next */
    uint32_t goes_over;   /* how many tickets */
    bool new_rule;        /* another rule than the day before, by two persons */
    int64_t rule_ms;      /* in the log since */
    uint64_t records, leaves, draws, weak;
    uint64_t late;        /* records that came under a leaf later than they should; the holders' answers hold, the time is the hall's word */
    int64_t late_ms;      /* the latest */
    uint64_t answers[THRESHOLD_HOLDERS_MAX]; /* of each holder: who was missing how often */
    struct threshold_keys keys;
    int64_t keys_ms, first_ms, last_ms;
    uint64_t keys_leaf, last_leaf;
    uint64_t witnesses, seconds; /* that cosigned, and when the last of them did (since 1970) */
    struct line_totals totals;
    uint32_t nothing[LINE_COUNTERS_MAX]; /* calls to each counter that ended as a no-show or refused: each is another draw for its officer */
};
struct day_drawn { enum draw_kind kind; uint32_t number; bool weak; uint32_t holders; /* bit i: holder i answered */ uint8_t known[HASH_LEN]; };
/* Whom a stranger believes: the key of the hall's log, and of witnesses that must have cosigned its head. each, if given, gets the draws of a day that
 * holds, in order. */
struct day_trust {
    const struct note_verifier *log;
    const struct note_verifier *witnesses;
    size_t n_witnesses;
    void (*each)(void *arg, const struct day_drawn *drawn);
    void *arg;
};
/* Everything: the chain, each proof, each lot, each event of the line, each leaf in the log of that key, the keys' leaf a day ahead.
 * err names the first call that does not follow. ERR_CRYPTO, ERR_CORRUPT, ERR_INPUT, ERR_DENIED. Works on oprf_threads threads. */
MUST_USE int day_check_by(bytes file, const struct day_trust *trust, struct day_found *out, struct err *err);
/* Without witnesses: then no cosignature may stand there either, since nobody would see one changed. */
MUST_USE int day_check(bytes file, const struct note_verifier *log, struct day_found *out, struct err *err);

#endif
