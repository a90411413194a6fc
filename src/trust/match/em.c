/* em: what records of one person look like, learned without labels by expectation maximisation.
 *
 * The model is Fellegi-Sunter's (1969) with conditionally independent fields; u is not learned but counted (score_list.c),
 * which leaves m and the share of matches, and makes the outcome unique in practice. Each round weighs every pair by its
 * probability under the last weights (E), and counts levels by those weights (M), to which the default table adds SCORE_PRIOR
 * matches of its own, so that 50 records and 1,000,000 are both on firm ground.
 */
#include "trust/match/score_internal.h"

#include <math.h>
#include <string.h>

#define ROUNDS_MAX 100
#define SETTLED 1e-5

struct sums {
    double level[SCORE_FIELDS][SCORE_LEVELS];
    double matches;
};

double *score_against(const struct score_weights *w, const struct score_sample *s, struct arena *a)
{
    double *all = arena_array(a, double, s->n_holder), *against = arena_array(a, double, s->n);
    double together = SCORE_TWICE / fmax((double)s->n_asked, 1) / (w->found / fmax((double)s->n_holder, 1));
    for (size_t i = 0; i < s->n; i++) {
        against[i] = score_odds(w, &s->evidence[i], (double)s->n_holder);
        all[s->record[i]] += against[i];
    }
    for (size_t i = 0; i < s->n; i++) {
        double rivals = fmax(all[s->record[i]] - against[i], 0);
        against[i] = (1 + rivals) / (1 + fmin(together, 1) * rivals);
    }
    return against;
}

static void expect(const struct score_weights *w, const struct score_sample *s, struct arena *scratch, struct sums *out)
{
    double *against = score_against(w, s, scratch);
    *out = (struct sums){0};
    for (size_t i = 0; i < s->n; i++) {
        const struct score_evidence *e = &s->evidence[i];
        double odds = score_odds(w, e, (double)s->n_holder), p = odds / (odds + against[i]);
        out->matches += p;
        for (size_t f = 0; f < SCORE_FIELDS; f++)
            if (e->level[f] < SCORE_LEVELS)
                out->level[f][e->level[f]] += p;
    }
}

static void maximise(struct score_weights *w, const struct sums *sums, const struct score_weights *prior, size_t n_asked)
{
    for (size_t f = 0; f < SCORE_FIELDS; f++) {
        double total = 0;
        for (size_t l = 0; l < SCORE_LEVELS; l++)
            total += sums->level[f][l];
        for (size_t l = 0; l < SCORE_LEVELS; l++)
            w->m[f][l] = (sums->level[f][l] + SCORE_PRIOR * prior->m[f][l]) / (total + SCORE_PRIOR);
    }
    w->found = (sums->matches + prior->found) / ((double)n_asked + 1);
}

void score_learn(struct score_weights *w, const struct score_sample *s)
{
    struct score_weights prior;
    struct sums sums;
    score_default(&prior);
    if (s->n == 0 || s->n_asked == 0)
        return;
    struct arena *round = arena_new();
    double before = -1;
    for (int i = 0; i < ROUNDS_MAX; i++) {
        arena_reset(round);
        expect(w, s, round, &sums);
        maximise(w, &sums, &prior, s->n_asked);
        if (fabs(sums.matches - before) <= SETTLED * (sums.matches + 1))
            break;
        before = sums.matches;
    }
    arena_free(round);
}
