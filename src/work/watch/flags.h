/* flags: whom travellers are linked with, such as one handler or one recruiter, so that the watch can tell whether an officer meets them too often.
 *
 * What: a link is written down on a legal basis, until a date, with the documents of whoever is linked. A ticket that is given for one of them is
 *       noted with the link, inside the act that gives it. A ticket of before is added by its paper: the salt on it and the document together make
 *       the digest that stands in the day's records (desk/draw.h).
 * Why:  a lot hides nothing about people who come once. What shows is that one handler's people come to one officer. That is third-party data: without
 *       a basis it is not written down, and at its date it ends: documents, tickets and words; the counts stay (watched.h).
 *
 *     flags_add(node, &supervisor, &(struct flag_new){STR("recruiter, case 12"), STR("order 3/2026"), 90, documents, n}, now, id, &err);
 *     hall_enter(&(struct hall_hand){&clerk, now, flags_given}, hall, ...);             // notes the ticket, or does nothing
 *     flags_paper(node, &supervisor, id, &paper, now, &err);                            // ERR_INPUT: salt and document do not belong to that ticket
 *
 * Nobody at the desk is told, the day's public records stay as they are, and no leaf says which ticket it was. The words of a link are shown to whoever
 * asked when two persons have opened its number (watched_names). Not here: what is found (watch.h), who may (trust/act/verbs.c).
 */
#ifndef COMITY_WATCH_FLAGS_H
#define COMITY_WATCH_FLAGS_H

#include "work/desk/hall.h"
#include "work/watch/days.h"

#define FLAG_WORDS_MAX 300
#define FLAG_DAYS 90
#define FLAG_DAYS_MAX 366
#define FLAG_DOCUMENTS_MAX 100 /* at once */
#define FLAG_CODE STR("link-") /* and its id: what a label of it is called */

struct flag_new { str words, basis; int64_t days; const str *documents; size_t n; };
/* Without words: may be listed without a look. */
struct flag_one { uint8_t id[ID_LEN]; int64_t made_ms, until_ms, documents, tickets; };
struct flag_paper { uint8_t hall[ID_LEN]; uint32_t day, ticket; uint8_t salt[DRAW_SALT_LEN]; str document; };

/* Acts (VERB_WATCH_LINK; the basis is the act's reference). ERR_INPUT says what is missing. */
MUST_USE int flags_add(struct node *node, const struct actor *actor, const struct flag_new *flag, int64_t now_ms, uint8_t id[static ID_LEN], struct err *err);
/* One more document of the same link. ERR_NOT_FOUND: the link has ended. */
MUST_USE int flags_document(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], str document, str basis, int64_t now_ms,
                            struct err *err);
/* A ticket by its paper. ERR_NOT_FOUND: no such day or ticket; ERR_EXISTS: that day is in the watch already. */
MUST_USE int flags_paper(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], const struct flag_paper *paper, str basis,
                         int64_t now_ms, struct err *err);
/* Ends a link before its date. */
MUST_USE int flags_end(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], str why, int64_t now_ms, struct err *err);
/* Newest first, those that go on. No act: numbers and dates. */
MUST_USE int flags_list(struct db *db, int64_t now_ms, struct arena *a, struct flag_one **out, size_t *n, struct err *err);

/* As struct hall_hand takes it. */
MUST_USE int flags_given(struct node *node, const struct hall_given *given, int64_t now_ms, struct err *err);

/* For watched.c, within acts: the labels of a day; what a label's link says (empty: it has ended); those that are due end. *n: how many. */
MUST_USE int flags_labels(struct db *db, const uint8_t hall[static ID_LEN], uint32_t day, int64_t now_ms, struct arena *a, struct watch_label **out,
                          size_t *n, struct err *err);
MUST_USE int flags_words(struct node *node, str code, int64_t now_ms, struct arena *a, str *out, struct err *err);
MUST_USE int flags_tend(struct node *node, int64_t now_ms, int64_t *n, struct err *err);

#endif
