/* dates: birth dates as people write them become a struct date with the precision they have.
 *
 * What: 1990-03-05, 5/3/90, 3/5/1990, 5 March 1990, 5 มี.ค. 2533, ថ្ងៃទី៥ ខែមីនា ឆ្នាំ១៩៩០, ngày 5 tháng 3 năm 1990, 19900305,
 *       32937 (Excel), 03/1990, 1990, 1990-00-00; and a reason for what is no date: an age, a guess, month 13, the future.
 * Why:  a wrong date finds the wrong person. What can be read in two ways is decided by the whole column, never by the cell.
 *
 *     struct dates_seen seen = {0};
 *     for (each cell) dates_look(&seen, cell);                       // a first number above 12 somewhere decides
 *     struct dates_rules rules = {.order = dates_order(&seen), .today = today};
 *     if ((why = dates_read(cell, &rules, &born)) > DATES_EMPTY) report(dates_why(why));
 *
 * Pure. Text is UTF-8 in NFC. Not here: lunar dates, the era of a Japanese emperor, years written in words.
 */
#ifndef COMITY_CASES_DATES_H
#define COMITY_CASES_DATES_H

#include "ground/base/base.h"

enum dates_order { DATES_DAY_FIRST, DATES_MONTH_FIRST }; /* of 4/5/1990 */

struct dates_rules {
    enum dates_order order;
    struct date today; /* later dates are refused; two-digit years are the last that have passed */
    bool excel_1904;   /* day numbers count from 1904-01-01, as old Excel for Mac wrote them */
};

enum dates_result {
    DATES_OK,
    DATES_EMPTY, /* nothing, or a word for "not known" */
    DATES_UNREADABLE,
    DATES_AGE,
    DATES_ESTIMATE,
    DATES_FUTURE,
    DATES_TOO_OLD,
    DATES_NO_YEAR,
    DATES_NO_SUCH_MONTH,
    DATES_NO_SUCH_DAY,
    DATES_SWAPPED,
    DATES_SIX_DIGITS,
    DATES_RESULTS
};

#define DATES_OLDEST_YEAR 1850

/* Fills out. Above DATES_EMPTY the text is refused, and out holds what is sure all the same (the year of a date without such a
 * day, both turned round for DATES_SWAPPED), or the unknown date. */
enum dates_result dates_read(str text, const struct dates_rules *rules, struct date *out);

/* The reason and what to do, for an error text: "there is no such month: ...". Static storage. */
const char *dates_why(enum dates_result result);

/* What a column says about the order of day and month. Counts only dates of three numbers with the year last. */
struct dates_seen {
    size_t day_first, month_first; /* dates that can be read in one way only */
    size_t either;
};
void dates_look(struct dates_seen *seen, str text);
enum dates_order dates_order(const struct dates_seen *seen); /* the more frequent; day first if nothing decides */
bool dates_undecided(const struct dates_seen *seen);         /* there are dates that can be read in both ways, and nothing decides */

#endif
