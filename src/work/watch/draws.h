/* draws: files of calls, as the desk writes them and others can.
 *
 * A CSV table with a first row of names, a row a call. Columns, in any order:
 *
 *     of        whose counter it was: a code of one word, not a name           needed
 *     could     who could have been called, one after the other, with spaces   needed; empty where no lot decided
 *               between: K12 K7 K31, or with weights K12*2 K7*1
 *     drawn     who was called                                                 needed
 *     family    what is tested together, such as a lane                        all are one without it
 *     seconds   how long the case took                                         empty: not known
 *     near      1: a flagged traveller stood near when the case began             empty or 0: not
 *     override  1: called without a lot; of a shift: by hand                   empty or 0: by lot
 *     odd       1: the call was refused; she sat elsewhere; she was ill        empty or 0: not
 *     what      call, seat (half a shift, drawn is a counter) or shift (drawn  empty: call
 *               is a post); of the last two, could is what was drawn
 *
 * A weight is a number up to 1,000,000; chances are weights by their sum. Other columns are passed over. A row that does not fit is counted and the
 * first one said; the others go on. Not here: writing them for the desk's own days (day.h), what they show (watch.h).
 */
#ifndef COMITY_WATCH_DRAWS_H
#define COMITY_WATCH_DRAWS_H

#include "work/watch/watch.h"

#define DRAWS_CODE_MAX 64    /* bytes */
#define DRAWS_COULD_MAX 1000 /* of one call */
#define DRAWS_MAX 20000000   /* calls */

struct draws;

struct draws *draws_new(void);
void draws_free(struct draws *d); /* NULL is allowed */
/* Adds the calls of a file ("-": standard input), or of bytes. May be called again, for a month of days. ERR_INPUT: no such columns. */
MUST_USE int draws_read(struct draws *d, const char *path, struct err *err);
MUST_USE int draws_read_bytes(struct draws *d, bytes content, struct err *err);
/* One call: as a row of the table, ready. ERR_INPUT says what does not fit; nothing is added then. */
struct draws_call { str family, of, drawn, could; int64_t ms; bool near, overridden, odd; enum watch_what what; };
extern const char *const draws_what[WATCH_WHATS]; /* as the column says it */
MUST_USE int draws_add(struct draws *d, const struct draws_call *call, struct err *err);

/* Says of each code that there is now whether it comes once (watch.h). */
void draws_once(struct draws *d, bool (*comes_once)(str code));
/* Borrows from d, until it is added to. */
struct watch_log draws_log(const struct draws *d);
str draws_code(const struct draws *d, uint32_t code);     /* WATCH_NOBODY: empty */
str draws_family(const struct draws *d, uint32_t family); /* empty: there are no families */
int64_t draws_bad(const struct draws *d, const struct err **first); /* rows that did not fit */

#endif
