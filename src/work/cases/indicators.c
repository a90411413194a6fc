#include "work/cases/indicators.h"

const struct indicator_question *indicators_question(str name)
{
    for (size_t i = 0; i < n_indicators_questions; i++)
        if (str_eq(name, str_from(indicators_questions[i].name)))
            return &indicators_questions[i];
    return NULL;
}

bool indicators_question_shows(const struct indicator_question *q, const struct indicator *which)
{
    for (size_t i = 0; i < INDICATORS_PER_QUESTION && q->shows[i]; i++)
        if (&indicators[q->shows[i] - 1] == which)
            return true;
    return false;
}

bool indicators_positive(unsigned strong, unsigned medium, unsigned weak)
{
    return strong >= 2 || (strong == 1 && medium + weak >= 1) || medium >= 3 || (medium == 2 && weak >= 1);
}

void indicators_weigh(const enum answer answers[], enum indicator_set set, struct indicator_result *out)
{
    *out = (struct indicator_result){0};
    for (size_t i = 0; i < n_indicators_questions; i++)
        for (size_t k = 0; answers[i] == ANSWER_YES && k < INDICATORS_PER_QUESTION && indicators_questions[i].shows[k]; k++)
            out->shown[indicators_questions[i].shows[k] - 1] = true;
    for (size_t i = 0; i < INDICATORS; i++) {
        enum strength strength = indicators[i].strength[set];
        out->shown[i] = out->shown[i] && strength != STRENGTH_NONE;
        if (out->shown[i]) /* once, however many answers show it */
            out->dimension[indicators[i].dimension].n[strength]++;
    }
    for (size_t i = 0; i < DIMENSIONS; i++) {
        struct dimension_result *d = &out->dimension[i];
        d->positive = indicators_positive(d->n[STRENGTH_STRONG], d->n[STRENGTH_MEDIUM], d->n[STRENGTH_WEAK]);
        if (i == DIMENSION_EXPLOITATION)
            out->purpose = d->positive;
        else
            out->means = out->means || d->positive;
    }
}

unsigned indicators_ilo(const enum answer answers[])
{
    unsigned shown = 0;
    for (size_t i = 0; i < n_indicators_questions; i++)
        if (answers[i] == ANSWER_YES)
            shown |= indicators_questions[i].ilo;
    return shown;
}

/* [child][means][purpose] */
static const char *const combinations[2][2][2] = {
    {{N_("For an adult, the source looks for exploitation together with deception, coercion or abuse of vulnerability. These answers show neither."),
      N_("For an adult, the source looks for exploitation together with deception, coercion or abuse of vulnerability. These answers show exploitation only.")},
     {N_("For an adult, the source looks for exploitation together with deception, coercion or abuse of vulnerability. These answers do not show exploitation."),
      N_("For an adult, the source looks for exploitation together with deception, coercion or abuse of vulnerability. These answers show both.")}},
    {{N_("For a child, the source looks for exploitation; no means need be shown. These answers do not show exploitation."),
      N_("For a child, the source looks for exploitation; no means need be shown. These answers show exploitation.")},
     {N_("For a child, the source looks for exploitation; no means need be shown. These answers show means, but not exploitation."),
      N_("For a child, the source looks for exploitation; no means need be shown. These answers show exploitation, and means besides.")}},
};

const char *indicators_combination(const struct indicator_result *result, enum indicator_set set)
{
    return combinations[indicator_sets[set].child][result->means][result->purpose];
}
