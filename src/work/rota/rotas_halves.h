/* rotas_halves: the halves of shifts whose counters were drawn: at which counter an officer is expected, from when until when.
 *
 * What: which rota holds for a day, from when until when a half goes, which drawn counters count: one place for the clock that draws, for the officer's
 *       own page and for the watch that compares later.
 * Why:  where the page said one thing and the watch counted another, she would be found for doing as she was told.
 *
 *     struct rotas_half half;
 *     rotas_half_now(node, &actor, &(struct rotas_asked){hall, member, STR("ann"), minute, now}, &half, &err);
 *     if (half.counter) ...                            // hers until half.until
 *
 * Not here: the draw itself (rotas_follow.c), where she sits (work/desk/hall.h), what is made of it (work/watch/rota_lines.h).
 */
#ifndef COMITY_ROTAS_HALVES_H
#define COMITY_ROTAS_HALVES_H

#include "work/rota/rotas.h"

/* Of several rotas of a hall for a day the one that was frozen last holds. */
bool rotas_holds(const struct rotas_one *all, size_t n, const struct rotas_one *one, int64_t day);
/* half 0 or 1 of a shift, in minutes from the midnight that its day begins with; a night goes beyond 1440. */
struct rotas_span { int from, until; };
struct rotas_span rotas_half_span(const struct rota_duty *duty, int half);
/* Whether a drawn cell says a counter that she is to sit at: not of a relief, and not where a hand changed her day. */
bool rotas_half_counts(const struct rotas_seen *seen, const struct rotas_change *change, const struct rotas_cell *cell);

struct rotas_half { int64_t from, until; /* minutes since 1970 where the agency works */ unsigned counter; bool midway; };
enum { ROTAS_HALVES = 8 }; /* of yesterday, whose night goes on, and today */
struct rotas_halves { struct rotas_half all[ROTAS_HALVES]; size_t n; };
/* Adds the halves of a day (counted from the rota's first) that are drawn for the officer of that name, if she still has that shift. */
void rotas_halves_add(const struct rotas_seen *seen, str name, int day, struct rotas_halves *out);
/* The half that goes on; counter 0: none. */
struct rotas_half rotas_half_at(const struct rotas_halves *halves, int64_t minute);

/* The same of a hall's rotas, for her or for whoever has the machine. A look (VERB_SHIFTS; of the operator VERB_ROTA_LOOK), but none where no rota holds,
 * and in a program that goes on one for each change of it: a page that is asked for every other second shows again what she was shown. */
struct rotas_asked { const uint8_t *hall, *member; str name; int64_t minute, now_ms; };
int64_t rotas_minute(const struct node *node, int64_t now_ms); /* minutes since 1970 where the agency works */
MUST_USE int rotas_half_now(struct node *node, const struct actor *actor, const struct rotas_asked *asked, struct rotas_half *out, struct err *err);

#endif
