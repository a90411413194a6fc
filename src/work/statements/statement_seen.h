/* statement_seen: what a copy says of itself, and whether it holds: found while it comes in, or by reading it.
 *
 *     statement_look                             // of the letter's kind: checks the copy while its parts come (trust/letter/post.h)
 *     statement_seen_note(letter, look);         // in the effect: the look was of this very letter
 *     if (!statement_seen_take(letter, &seen))   // at the examination: nobody looked, or the node was restarted
 *         ... read it ...
 *
 * What is noted lives in this process only, for SEEN_MAX letters. Not here: the act of examining (statement_give.c).
 */
#ifndef COMITY_STATEMENTS_SEEN_H
#define COMITY_STATEMENTS_SEEN_H

#include "trust/letter/post.h"
#include "work/statements/statement_copy.h"

#define SEEN_MAX 16

struct statement_seen {
    int result;                 /* 0: all of it holds; else the error of statement_check */
    int64_t held;               /* leaves */
    struct statement statement; /* its type is below */
    char type[RECORDING_TYPE_MAX + 1];
};
void statement_seen_begin(struct statement_seen *s);
/* A statement_piece_fn: arg is a struct statement_seen. */
int statement_seen_piece(void *arg, const struct statement_header *h, const struct statement_piece *p, struct err *err);

extern const struct letter_look statement_look;
/* look NULL: what was noted of a letter of this id is forgotten. */
void statement_seen_note(const uint8_t letter[static ID_LEN], const void *look);
bool statement_seen_take(const uint8_t letter[static ID_LEN], struct statement_seen *out);

#endif
