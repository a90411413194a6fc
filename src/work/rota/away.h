/* away: an officer's calendar as rows of a rota's table: whole days as leave, what is within a day as shifts she cannot have.
 *
 *     ical_busy(a, file, from, until, &spans, &n, err);                       // rota_away_window says from when until when
 *     text = rota_away(a, &book, text, officer, &(struct rota_away){spans, n, zone}, &added);
 *
 * Days and times are taken; what an entry is about is not read. A row that stands in the table already is not put there twice, so the same calendar can be
 * read again. Not here: reading the file (ground/ical/ical.h).
 */
#ifndef COMITY_ROTA_AWAY_H
#define COMITY_ROTA_AWAY_H

#include "ground/ical/ical.h"
#include "work/rota/book.h"

struct rota_away {
    const struct ical_span *spans;
    size_t n;
    str zone; /* of the agency, for what is in UTC; empty: UTC */
};

/* Seconds since 1970: the days of the rota, and one more at either end for the zones. */
void rota_away_window(const struct rota *rota, int64_t *from, int64_t *until);
/* The table with `added` rows more. From arena. */
str rota_away(struct arena *a, const struct rota_book *book, bytes table, int officer, const struct rota_away *away, size_t *added);

#endif
