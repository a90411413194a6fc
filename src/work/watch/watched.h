/* watched: days of draws that an agency keeps, with numbers for people, and who is behind a number only for two persons together.
 *
 * What: keeping: each code of a file becomes a random number; the code itself is sealed apart, until a date. Whoever came once gets no number that
 *       lasts. Looking: the draws of the last days, with numbers. Opening a number: asked for by a supervisor with a reason, agreed to by a second one.
 * Why:  a finding is a question, and whoever is named in it may have done nothing. So nobody sees a name alone, every opening has a leaf of each, and
 *       when the date is over the counts are still there and the people are not.
 *
 *     watched_keep(node, &operator, draws, STR("order 12/2026 of the inspectorate"), now, 180, &kept, &err);
 *     watched_load(node, &supervisor, now, a, &draws, &all, &n, &err);          // then watch_examine
 *     r = watched_ask(node, &supervisor, codes, 2, STR("inquiry 7"), now, request, &err);   // ERR_PARKED; approval.h
 *
 * Not here: what the draws show (watch.h), the legal basis itself: the reference of the act that keeps says which it is.
 */
#ifndef COMITY_WATCH_WATCHED_H
#define COMITY_WATCH_WATCHED_H

#include "trust/act/approval.h"
#include "work/watch/draws.h"

#define WATCHED_DAYS 180         /* a name is kept so long after it was last in a file */
#define WATCHED_DAYS_MAX 366
#define WATCHED_LEAST 2          /* called less often in a file: no name and no lasting number are kept */
#define WATCHED_CALLS 1000000    /* are looked at, the newest files first */
#define WATCHED_CODES_MAX 2      /* in one request */

extern const struct db_schema watch_schema;

struct watched_kept { uint8_t id[ID_LEN]; int64_t kept_ms, calls; int64_t names; /* of this file; only when it is kept */ };

/* An act (VERB_WATCH_KEEP). ERR_EXISTS: the same draws were kept before; ERR_INPUT: days. */
MUST_USE int watched_keep(struct node *node, const struct actor *actor, const struct draws *draws, str basis, int64_t now_ms, int64_t days,
                          struct watched_kept *out, struct err *err);
/* The same for a day of a hall of this node (watched_days.c): its records, who sat where, and which tickets belong to whom. An officer is
 * "member-" and her id. ERR_EXISTS: that day is kept; ERR_RETRY: it is not closed yet; ERR_NOT_FOUND: there was no such day. */
struct watched_day { uint8_t hall[ID_LEN]; uint32_t day; };
#define WATCHED_MEMBER STR("member-")
#define WATCHED_POST STR("post-") /* of a rota: no person, and gets no number */
MUST_USE int watched_keep_day(struct node *node, const struct actor *actor, const struct watched_day *day, bytes labels, str basis, int64_t now_ms,
                              int64_t days, struct watched_kept *out, struct err *err);
/* The same for a rota that is over (watched_rotas.c): its shifts, and its drawn counters against who sat there. ERR_EXISTS: it is kept. */
MUST_USE int watched_keep_rota(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], str basis, int64_t now_ms, int64_t days,
                               struct watched_kept *out, struct err *err);

/* The order by which the node takes its own days, once they are over (watched_order.c). An act (VERB_WATCH_ORDER), its reference the legal basis; days: how
 * long names are kept, 0 ends it. */
MUST_USE int watched_order_set(struct node *node, const struct actor *actor, str basis, int64_t days, int64_t now_ms, struct err *err);
#define WATCHED_BACK 60 /* so many days back are taken */
struct watched_order { bool there; int64_t days, made_ms; int64_t begun, kept; /* of the days of all halls, and those that are in the watch */ };
/* No act: dates and counts. */
MUST_USE int watched_order_get(struct db *db, uint32_t today, struct watched_order *out, struct err *err);
/* By the clock: the next day that is over; of many unclosed ones none is read twice in a run: *from goes on, 0 at first. *more: there may be another. */
MUST_USE int watched_take(struct node *node, uint32_t today, int64_t now_ms, size_t *from, bool *more, struct err *err);
/* By the clock, once a week: looks, and keeps counts only. ERR_EXISTS: the last was less than a week ago. */
MUST_USE int watched_count(struct node *node, int64_t now_ms, struct err *err);
struct watched_counts { int64_t at_ms, calls, tested, found; };
/* The newest first, from arena. No act: counts. */
MUST_USE int watched_counts(struct db *db, size_t max, struct arena *a, struct watched_counts **out, size_t *n, struct err *err);

/* A look (VERB_WATCH_LOOK). *draws is to be freed; *all from arena, newest first; the first *used of them are in the draws. */
MUST_USE int watched_load(struct node *node, const struct actor *actor, int64_t now_ms, struct arena *a, struct draws **draws, struct watched_kept **all,
                          size_t *n, size_t *used, struct err *err);

/* A number as it is shown and typed: eight digits and letters. false: somebody who came once, or no number. */
bool watched_code(str text, uint32_t *code);
str watched_code_text(struct arena *a, uint32_t code);
/* Until when it can be opened; 0: it stands for nobody any more. No act: a number and a date only. */
MUST_USE int watched_until(struct db *db, uint32_t code, int64_t now_ms, int64_t *until_ms, struct err *err);

/* VERB_WATCH_OPEN: n of 1 to WATCHED_CODES_MAX. ERR_PARKED: it waits, request names it; ERR_NOT_FOUND: one of them stands for nobody any more. */
MUST_USE int watched_ask(struct node *node, const struct actor *actor, const uint32_t codes[], size_t n, str reason, int64_t now_ms,
                         uint8_t request[static ID_LEN], struct err *err);
/* What a request asks for. */
MUST_USE int watched_asked(const struct approval *what, uint32_t codes[static WATCHED_CODES_MAX], size_t *n, struct err *err);
/* approval_kind's run of VERB_WATCH_OPEN. */
MUST_USE int watched_agreed(struct node *node, struct act *act, void *approval, struct err *err);
/* Whoever asked, once two have agreed (approval_fetch, with its leaf): names[i] of codes[i], empty when it was erased since. From arena. */
MUST_USE int watched_names(struct node *node, const struct actor *actor, const uint8_t request[static ID_LEN], int64_t now_ms, struct arena *a,
                           uint32_t codes[static WATCHED_CODES_MAX], str names[static WATCHED_CODES_MAX], size_t *n, struct err *err);

/* By the clock (VERB_WATCH_END): erases names whose date is over. *n: how many. */
MUST_USE int watched_tend(struct node *node, int64_t now_ms, int64_t *n, struct err *err);

#endif
