/* book: a rota as a table that people keep in a spreadsheet, and its roster as another.
 *
 * The rota is one CSV file. The first cell of a row says what the row is; rows may stand in any order; a row that begins with "#" is a remark. Days are
 * dates as 2026-03-02. DAYS is empty for every day, or weekdays ("Sat Sun"), or a date. A WEIGHT that is empty means: must hold.
 *
 *     rota,2026-03-02,28             the first day, and how many (at most 64)
 *     weekend,Sat,2                  on which weekday weekends begin, and how long they are (this is what holds without the row)
 *     shift,night,22:00,06:00
 *     post,hall,4,passport           counters (0: none to draw), qualifications that all are needed
 *     need,hall,night,2,3,Fri Sat    at least 2, at most 3 officers
 *     rest,11                        hours between two shifts
 *     contract,full,TERM,1,5,WEIGHT  at least, at most. TERM: days, hours, weekends, days in a row, days off in a row, weekends in a row,
 *                                    whole weekends, or SHIFT, or SHIFT in a row
 *     officer,Weber,full,passport dog
 *     leave,Weber,2026-03-09,2026-03-15
 *     fixed,Weber,2026-03-02,night/hall   what has been or is settled; "off" is a day off
 *     wish,Weber,2026-03-20,off,WEIGHT    a shift, SHIFT/POST, off, or "not night"
 *     carrier,Blue Bus,hall,night,DAYS    where and when a carrier is met
 *     rotation,pair,3,,WEIGHT        any two officers at most 3 times on the same shift and post
 *     rotation,post,6,2,WEIGHT       an officer at most 6 times at a post, at most 2 of her shifts one after the other
 *     rotation,carrier,2,1,WEIGHT
 *     rotation,counter,6,2           when counters are drawn: an officer at most 6 times at the same one, at most twice running
 *     rotation,neighbour,4           and two officers at most 4 times at counters side by side
 *     eligible,4                     warn of a post that fewer officers can fill
 *     moves,200000000                how long to search
 *
 * The roster: a row of headings "officer" and dates, then a row for each officer; cells are SHIFT/POST or empty.
 */
#ifndef COMITY_ROTA_BOOK_H
#define COMITY_ROTA_BOOK_H

#include "work/rota/fault.h"
#include "work/rota/repair.h"

struct rota_book {
    struct rota rota;
    int64_t moves;
    int eligible; /* 0: nobody asked */
    struct rota_counter_bounds counters;
    struct rota_fault fault; /* why it could not be read */
};

/* Reads a rota; everything from arena, text is copied. ERR_INPUT, ERR_LIMIT with the line, and out->fault. */
MUST_USE int rota_book_read(struct arena *a, bytes text, struct rota_book *out, struct err *err);

/* Reads a roster of the rota. ERR_INPUT with the line: an officer or day that is none, a duty that is none. Who has no row is off. */
MUST_USE int rota_roster_read(struct arena *a, const struct rota *rota, bytes text, uint8_t *roster, struct err *err);
/* Writes what rota_roster_read reads. */
void rota_roster_write(struct buf *out, const struct rota *rota, const uint8_t *roster, unsigned csv_flags);

/* iCalendar (RFC 5545): an event for each shift of an officer (-1: of all), as if nothing had changed since. Times are local to the post ("floating"). */
void rota_ical_write(struct arena *a, struct buf *out, const struct rota *rota, const uint8_t *roster, int officer, int64_t stamp_ms);

/* The same piece by piece. The id of an event follows from place, officer and date, and its sequence grows with what changes on that day: so a calendar that
 * reads a newer file replaces what it had, and takes out what is called off. */
struct rota_event {
    str officer, place;           /* place: whose rota, hexadecimal digits; may be empty */
    int64_t date, stamp_ms;       /* stamp: when it became so */
    const struct rota_duty *what; /* of one that is called off: what it was; NULL: not known */
    int sequence;
    bool named, called_off;       /* named: her name stands in the title */
};
void rota_ical_begin(struct buf *out);
void rota_ical_event(struct arena *a, struct buf *out, const struct rota_event *event);
void rota_ical_end(struct buf *out);

/* How many officers could have a duty on a day. */
int rota_eligible(const struct rota *rota, int duty, int day);
int rota_duty_named(const struct rota *rota, str name);       /* -1: none */
int rota_officer_named(const struct rota *rota, str name);    /* -1: none */
/* What a term of a contract is about; *of: the shift, where it is one. Any other word is taken for a shift's name. */
enum rota_term rota_term_named(str term, str *of);

#endif
