/* fault: what is wrong with a table, as a value: whoever shows it says it in the reader's language.
 *
 *     if (rota_book_read(a, text, &book, err) < 0 && book.fault.kind)
 *         say(rota_fault_words[book.fault.kind], book.fault.line, book.fault.column, book.fault.min, book.fault.max);
 *
 * err says the same in English, for the command line. Not here: what a roster breaks (struct rota_breach).
 */
#ifndef COMITY_ROTA_FAULT_H
#define COMITY_ROTA_FAULT_H

#include "ground/base/base.h"

enum rota_fault_kind {
    ROTA_FAULT_NONE,
    ROTA_FAULT_NUMBER, ROTA_FAULT_DAY, ROTA_FAULT_OUTSIDE, ROTA_FAULT_TIME, ROTA_FAULT_DAYS, ROTA_FAULT_WEEKDAY, /* a cell */
    ROTA_FAULT_OFFICER, ROTA_FAULT_CONTRACT,                                                                     /* a name that no row makes */
    ROTA_FAULT_NAME, ROTA_FAULT_MANY, ROTA_FAULT_DUTIES, ROTA_FAULT_TWICE, ROTA_FAULT_BACKWARDS,
    ROTA_FAULT_NEED, ROTA_FAULT_TERM, ROTA_FAULT_FIXED, ROTA_FAULT_WISH, ROTA_FAULT_CARRIER, ROTA_FAULT_ROTATION, /* what a row of a kind has to be */
    ROTA_FAULT_WORD, ROTA_FAULT_CELLS,
    ROTA_FAULT_NO_ROTA, ROTA_FAULT_NO_OFFICERS, ROTA_FAULT_NO_NEEDS,
    ROTA_FAULTS,
};

struct rota_fault {
    enum rota_fault_kind kind;
    int64_t line; /* from 1; 0: of the whole */
    int column;   /* from 1; 0: of the row */
    int64_t min, max;
};

/* Messages with {line}, {column}, {min} and {max} in them. */
extern const char *const rota_fault_words[ROTA_FAULTS];

/* Fills err with the sentence in English; returns its code. */
int rota_fault_set(struct arena *a, const struct rota_fault *fault, struct err *err);

#endif
