/* screening: the answers of one screening as they are stored, a line each, and read back. Pure.
 *
 * What: "papers_held yes saw In a drawer of the office": question, answer, how it is known, and words of who filled it in.
 * Why:  a screening is kept as it was answered; what it shows is computed anew from the tables each time it is looked at.
 *
 *     struct screening s = {0};
 *     screening_read(&s, line);              // for each stored line; false: no such question, left out
 *     enum answer answers[INDICATORS_QUESTIONS_MAX];
 *     screening_answers(&s, answers);        // for indicators_weigh
 *
 * Not here: questions and indicators (indicators.h), the record (record.h).
 */
#ifndef COMITY_CASES_SCREENING_H
#define COMITY_CASES_SCREENING_H

#include "work/cases/indicators.h"

enum known_by { KNOWN_NOT_SAID, KNOWN_SEEN, KNOWN_TOLD, KNOWN_PAPER, KNOWN_OTHERS, KNOWN_WAYS };
extern const char *const known_by_names[KNOWN_WAYS];  /* as stored: "-", saw, told, paper, others */
extern const char *const known_by_labels[KNOWN_WAYS]; /* "I saw it" */

#define SCREENING_WORDS_MAX 900 /* bytes: the line stays below FIELD_TEXT_MAX */

struct screening_answer {
    enum answer answer;
    enum known_by by;
    str words;
};

struct screening {
    struct screening_answer answers[INDICATORS_QUESTIONS_MAX]; /* by the place of the question */
};

/* From arena. Line breaks in words become spaces. */
str screening_line(struct arena *a, const struct indicator_question *q, const struct screening_answer *answer);
/* Fills the answer's place, borrowing words from line. False: not such a line, or its question is no longer asked; nothing is filled. */
bool screening_read(struct screening *s, str line);
void screening_answers(const struct screening *s, enum answer out[INDICATORS_QUESTIONS_MAX]);

/* The value of vic_TraffickingStatus that a decision stands for, or empty: more time decides nothing. Static storage. */
str screening_status(str decision);

#endif
