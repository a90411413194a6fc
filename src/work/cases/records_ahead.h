/* records_ahead: the next files are read and opened by two threads of their own while those before them are written.
 *
 * What: walks files as records_next does, a few batches ahead.
 * Why:  of a table of 100,000 files, finding, unsealing and formatting take about as long as each other: side by side they take the time of the longest.
 *
 *     struct records_cursor c = {.whose = RECORDS_ALL};
 *     records_ahead_open(node, &c, 200, &ahead, err);
 *     while ((r = records_ahead_next(ahead, &batch, err)) > 0) ... // batch.records, until the next call
 *     records_ahead_close(ahead);
 *
 * Memory is bounded: a few batches, whatever there is and however slowly it is taken. Not here: what is made of the records (export.h).
 */
#ifndef COMITY_CASES_RECORDS_AHEAD_H
#define COMITY_CASES_RECORDS_AHEAD_H

#include "work/cases/record_store.h"

struct records_ahead;
/* arena: what is made of the records may be put there too; it is emptied with the next call. */
struct records_batch { struct record *records; size_t n; struct arena *arena; };

/* Until it is closed, node belongs to a thread: nobody else uses its database. At most max files a batch. */
MUST_USE int records_ahead_open(struct node *node, const struct records_cursor *from, size_t max, struct records_ahead **out, struct err *err);
/* 1 with the next files; 0 at the end; ERR_* of reading, and then again with each call. */
MUST_USE int records_ahead_next(struct records_ahead *ahead, struct records_batch *batch, struct err *err);
/* Ends the threads first. NULL is allowed. */
void records_ahead_close(struct records_ahead *ahead);

#endif
