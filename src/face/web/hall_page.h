/* hall_page: a hall as pages have it: the day of today, read on; the calls that follow a press; how a call came about.
 *
 *     struct hall *hall;
 *     int r = hall_here(p, &hall);             // 1: there; 0: the page that says what is missing is drawn; negative: an error
 *     if (r <= 0) return r;
 *     ... hall_press(&hand, hall, ...) ...
 *     hall_call_next(p, hall);                 // whoever waits for a call gets it now, if holders answer
 *
 * Not here: what a hall is (work/desk/hall.h), keeping it open (halls.h).
 */
#ifndef COMITY_WEB_HALL_PAGE_H
#define COMITY_WEB_HALL_PAGE_H

#include "face/web/hall_views.h"
#include "face/web/page.h"
#include "work/desk/hall_seen.h"
#include "work/desk/halls.h"

uint32_t hall_today(const struct page *p);
MUST_USE int hall_here(struct page *p, struct hall **out);
/* The same of a hall that is named, for whoever looks without a part in it: 0 with *out NULL when its day has not begun. */
MUST_USE int hall_of(struct page *p, const uint8_t id[static ID_LEN], struct hall **out);
/* Asks the key holders. False: none answers, and the calls wait. */
bool hall_call_next(struct page *p, struct hall *hall);

struct hall_head hall_head_of(struct page *p, const struct hall *hall, const char *where);
/* How the last call of a ticket came about: for whoever it concerns. */
struct hall_why hall_why_of(struct page *p, const struct hall *hall, uint32_t ticket);
struct hall_counter_row *hall_counters(struct page *p, const struct hall *hall, size_t *n);
/* "waits in line": a message. */
const char *hall_state_words(unsigned state);
/* "1-4, 6": bit c - 1 for counter c of n. Empty: all. */
bool hall_counters_typed(str text, unsigned n, uint64_t *out);
struct hall_rule;
struct hall_otherwise hall_otherwise_of(struct page *p, const struct hall_rule *rule);
/* A number as people type it, of a ticket or counter; 0: none. */
uint32_t hall_number(str text);
/* "https://..." of the board, or empty. From arena. */
MUST_USE int hall_board_address(struct page *p, const uint8_t id[static ID_LEN], str *out);

#endif
