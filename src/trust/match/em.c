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
#define CORRECTIONS 3
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

static void fit(struct score_weights *w, const struct score_sample *s, const struct score_weights *prior)
{
    struct arena *round = arena_new();
    struct sums sums;
    double before = -1;
    for (int i = 0; i < ROUNDS_MAX; i++) {
        arena_reset(round);
        expect(w, s, round, &sums);
        maximise(w, &sums, prior, s->n_asked);
        if (fabs(sums.matches - before) <= SETTLED * (sums.matches + 1))
            break;
        before = sums.matches;
    }
    arena_free(round);
}

/* --- strangers ---------------------------------------------------------------------------------------------------- */

/* A record that is surely one person's is surely a stranger to everybody else who met it. Such meetings count, without any
 * label, how often each pattern of names and date comes about by chance: oftener or seldomer than u says, because the
 * holder's records have other errors and other people than the asker's. What was counted over what was to be expected
 * corrects u; SHRINK expected meetings of no news are added to both. The correction is bounded: over-common keys carry nothing, so
 * of the commonest names some meetings are never seen, and surely matched records are cleaner than the rest. */
#define SURE .99
#define CORRECTION_LEAST (-.9)
#define CORRECTION_MOST 1.1
#define SHRINK 20.0
#define SURE_RECORDS_MIN 30

#define PATTERNS (SCORE_LEVELS * SCORE_LEVELS * SCORE_LEVELS)
struct patterns { double at[PATTERNS]; };

static size_t pattern_of(size_t family, size_t given, size_t born)
{
    return (family * SCORE_LEVELS + given) * SCORE_LEVELS + born;
}

static bool has_all(const struct score_evidence *e)
{
    return e->level[SCORE_FAMILY] != SCORE_MISSING && e->level[SCORE_GIVEN] != SCORE_MISSING && e->level[SCORE_BORN] != SCORE_MISSING;
}

/* The pattern whose correction a piece of evidence takes. No date: as if it differed, for both can only meet by names. */
static double *pattern(struct patterns *p, const struct score_evidence *e)
{
    if (e->level[SCORE_FAMILY] == SCORE_MISSING || e->level[SCORE_GIVEN] == SCORE_MISSING)
        return NULL;
    return &p->at[pattern_of(e->level[SCORE_FAMILY], e->level[SCORE_GIVEN], e->level[SCORE_BORN] == SCORE_MISSING ? 0 : e->level[SCORE_BORN])];
}

/* Which records are surely somebody's; returns how many. */
static size_t find_sure(const struct score_weights *w, const struct score_sample *s, const double *against, bool *sure)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        double odds = score_odds(w, &s->evidence[i], (double)s->n_holder);
        if (has_all(&s->evidence[i]) && odds / (odds + against[i]) >= SURE && !sure[s->record[i]]) {
            sure[s->record[i]] = true;
            n++;
        }
    }
    return n;
}

static void count_strangers(const struct score_weights *w, const struct score_sample *s, const double *against, const bool *sure, struct patterns *met)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct score_evidence *e = &s->evidence[i];
        double odds = score_odds(w, e, (double)s->n_holder);
        if (sure[s->record[i]] && has_all(e) && odds / (odds + against[i]) < .5)
            *pattern(met, e) += 1;
    }
}

static void expect_strangers(const struct score_sample *s, size_t n_sure, struct patterns *out)
{
    for (size_t i = 0; i < s->n_asked; i++) {
        const struct score_usual *usual = &s->usual[i];
        for (size_t f = 0; f < SCORE_LEVELS; f++)
            for (size_t g = 0; g < SCORE_LEVELS; g++)
                for (size_t b = 0; b < SCORE_LEVELS; b++)
                    out->at[pattern_of(f, g, b)] += (double)(usual->u[0][f] * usual->u[1][g] * usual->u[2][b]) * (double)n_sure;
    }
}

static double bounded(double correction)
{
    return fmin(fmax(correction, CORRECTION_LEAST), CORRECTION_MOST);
}

static void correct(const struct score_weights *w, const struct score_sample *s, struct patterns *corrected)
{
    struct arena *scratch = arena_new();
    bool *sure = arena_array(scratch, bool, s->n_holder);
    double *against = score_against(w, s, scratch);
    struct patterns met = {0}, expected = {0}, now;
    size_t n_sure = find_sure(w, s, against, sure);
    if (n_sure >= SURE_RECORDS_MIN) {
        count_strangers(w, s, against, sure, &met);
        expect_strangers(s, n_sure, &expected);
        for (size_t i = 0; i < PATTERNS; i++)
            now.at[i] = bounded(log((met.at[i] + SHRINK) / (expected.at[i] + SHRINK)));
        for (size_t i = 0; i < s->n; i++) {
            double *to = pattern(&now, &s->evidence[i]);
            if (to)
                s->evidence[i].log_u[SCORE_GIVEN] += (float)(*to - *pattern(corrected, &s->evidence[i]));
        }
        *corrected = now;
    }
    arena_free(scratch);
}

void score_learn(struct score_weights *w, const struct score_sample *s)
{
    struct score_weights prior;
    struct patterns corrected = {0};
    score_default(&prior);
    if (s->n == 0 || s->n_asked == 0)
        return;
    fit(w, s, &prior);
    for (int i = 0; i < CORRECTIONS; i++) {
        correct(w, s, &corrected);
        fit(w, s, &prior);
    }
}
