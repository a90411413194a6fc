/* automaton: a rule read from the first day to the last, with one small number as all the memory it needs.
 *
 *     struct automaton m = automaton_of(rota, rule);
 *     int state = 0;
 *     for (int d = 0; d < rota->n_days; d++) {
 *         const struct automaton_step step = automaton_step(&m, state, d, automaton_letter(&m, d, duty[d]));
 *         cost += step.cost;
 *         state = step.state;
 *     }
 *     cost += automaton_end(&m, state);                // what the judge (score.c) says of the row
 *
 * A letter is all that the rule sees of a duty on a day: duties with the same letter are the same to it. States that make no difference are one
 * state where that is seen at once; the others are joined by rows.c, which sees what is to come.
 */
#ifndef COMITY_ROTA_AUTOMATON_H
#define COMITY_ROTA_AUTOMATON_H

#include "work/rota/rota.h"

struct automaton {
    const struct rota *rota;
    const struct rota_rule *rule;
    uint64_t weekend[ROTA_DAYS_MAX]; /* the weekend of the rule that the day is of, as days; 0: of none */
    int top;                         /* numbers above it cost no more and no less than it */
};

struct automaton_step {
    int state;
    int64_t cost; /* in units of the rule's weights */
};

struct automaton automaton_of(const struct rota *rota, const struct rota_rule *rule);
int automaton_letter(const struct automaton *m, int day, int duty);
struct automaton_step automaton_step(const struct automaton *m, int state, int day, int letter);
int64_t automaton_end(const struct automaton *m, int state); /* what is still to be paid after the last day */

#endif
