/* indicators: questions on facts that can be seen, and which of ILO's indicators the answers show. Nothing is decided here.
 *
 * What: a form's questions (who holds the passport, is the door locked from outside), each answered yes, no, unknown or not asked;
 *       what a yes stands for among ILO's eleven indicators of forced labour (2012) and the operational indicators of ILO and the
 *       European Commission (2009): four sets, six dimensions, each indicator strong, medium or weak; and when a dimension is positive.
 * Why:  people often do not see themselves as victims. Asking what is there to be seen finds what "are you a victim?" does not, and
 *       showing which answer led to what lets a named person decide, and others check the decision.
 *
 *     enum answer answers[INDICATORS_QUESTIONS_MAX] = {0};
 *     answers[indicators_question(STR("papers_held")) - indicators_questions] = ANSWER_YES;
 *     indicators_weigh(answers, INDICATORS_ADULT_LABOUR, &result);
 *     // result.dimension[DIMENSION_COERCION].positive is false: one strong indicator alone is not enough
 *
 * A yes is always the sign that is looked for; a no, an unknown and a question that was not asked weigh nothing. Pure.
 * Texts are message ids of the catalogues, in our words. Not here: how a screening is stored (screening.h), who decides (a person).
 */
#ifndef COMITY_CASES_INDICATORS_H
#define COMITY_CASES_INDICATORS_H

#include "ground/base/base.h"

enum answer { ANSWER_NOT_ASKED, ANSWER_YES, ANSWER_NO, ANSWER_UNKNOWN, ANSWERS };
extern const char *const answer_names[ANSWERS]; /* as stored: "-", yes, no, unknown */

enum strength { STRENGTH_NONE, STRENGTH_WEAK, STRENGTH_MEDIUM, STRENGTH_STRONG, STRENGTHS };
extern const char *const strength_labels[STRENGTHS];

enum dimension {
    DIMENSION_DECEPTION, DIMENSION_RECRUITMENT, DIMENSION_ABUSE,      /* how the person was recruited and moved */
    DIMENSION_EXPLOITATION, DIMENSION_COERCION, DIMENSION_DEPENDENCE, /* where the person is */
    DIMENSIONS
};
extern const char *const dimension_labels[DIMENSIONS];

enum indicator_set { INDICATORS_ADULT_LABOUR, INDICATORS_ADULT_SEXUAL, INDICATORS_CHILD_LABOUR, INDICATORS_CHILD_SEXUAL, INDICATOR_SETS };

/* How far a list was compared with its source; the pages say so beside every result. */
enum checked {
    CHECKED_NOT,      /* written from memory */
    CHECKED_COPY,     /* against a public transcription, not the original */
    CHECKED_ORIGINAL, /* against the publication, or a scan of it */
};
extern const char *const checked_labels[CHECKED_ORIGINAL + 1];

struct indicator_set_about {
    const char *name; /* as stored: "adult_labour" */
    const char *label;
    bool child; /* the means need not be shown */
    enum checked checked;
};
extern const struct indicator_set_about indicator_sets[INDICATOR_SETS];

struct indicator {
    const char *name;
    const char *label;
    enum dimension dimension;
    enum strength strength[INDICATOR_SETS];
};
#define INDICATORS 67
extern const struct indicator indicators[INDICATORS];

#define ILO_INDICATORS 11
extern const char *const ilo_labels[ILO_INDICATORS];
extern const enum checked ilo_checked;

#define INDICATORS_PER_QUESTION 4
struct indicator_question {
    const char *name; /* as stored: it stays */
    const char *group, *text;
    const char *hint;                               /* what to look at */
    unsigned ilo;                                   /* bits: 1 << place in ilo_labels */
    unsigned char shows[INDICATORS_PER_QUESTION];   /* places in indicators, plus one; 0 ends */
};
#define INDICATORS_QUESTIONS_MAX 80
extern const struct indicator_question indicators_questions[]; /* those of a group stand together */
extern const size_t n_indicators_questions;

const struct indicator_question *indicators_question(str name); /* NULL if there is none */
bool indicators_question_shows(const struct indicator_question *q, const struct indicator *which);

/* The rule of a dimension: two strong; one strong with a medium or a weak; three medium; or two medium with a weak. */
bool indicators_positive(unsigned strong, unsigned medium, unsigned weak);

struct dimension_result {
    unsigned n[STRENGTHS]; /* indicators shown, by strength */
    bool positive;
};

struct indicator_result {
    bool shown[INDICATORS]; /* at least one answer shows it, and it has a strength in this set */
    struct dimension_result dimension[DIMENSIONS];
    bool means;   /* deception, coercion or abuse of vulnerability, at recruitment or where the person is now, is positive */
    bool purpose; /* exploitation is positive */
};

/* answers has a place for each question. fills out. */
void indicators_weigh(const enum answer answers[], enum indicator_set set, struct indicator_result *out);
/* Which of ILO's eleven at least one answer shows: bits as in struct indicator_question. */
unsigned indicators_ilo(const enum answer answers[]);
/* What the source puts together, against what the answers show; a sentence for the page, never a finding on the person. Static storage. */
const char *indicators_combination(const struct indicator_result *result, enum indicator_set set);

#endif
