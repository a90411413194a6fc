/* ask_all: one person, one blind question to each of several partners.
 *
 * What: goes from partner to partner, brings its maps up to date and asks; what goes wrong with one is that one's trouble, not the round's.
 * Why:  a page that asks those who were chosen, an interview and an offence laid to somebody that ask all of them, do the same.
 *
 *     ask_partners(node, a, &partners, &n, &err);                                       // all that can be asked
 *     ask_all(node, names, &actor, &query, partners, n, a, &answers, &err);
 *     if (answers[i].trouble == NULL) use(answers[i].result.band);
 *
 * Each question leaves its own leaves, as ask_person says. Takes as long as the partners do, at most 20 s each for one that is silent.
 */
#ifndef COMITY_PEER_ASK_ALL_H
#define COMITY_PEER_ASK_ALL_H

#include "trust/peer/ask.h"

#define ASK_PARTNERS_MAX 32

struct ask_answer {
    const struct partner *partner;
    const char *trouble;      /* why there is no answer: a sentence, from arena; NULL: result holds */
    struct ask_result result;
};

/* The active partners that gave an address, at most ASK_PARTNERS_MAX, from arena. Those without one cannot be asked. */
MUST_USE int ask_partners(struct node *node, struct arena *a, struct partner **out, size_t *n, struct err *err);

/* answers: n of them, from arena, in the partners' order. Fails only where this node itself cannot ask anybody. */
MUST_USE int ask_all(struct node *node, const struct names *names, const struct actor *actor, const struct ask_query *query,
                     const struct partner partners[], size_t n, struct arena *a, struct ask_answer **answers, struct err *err);

#endif
