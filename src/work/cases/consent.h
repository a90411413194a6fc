/* consent: what a person agreed to, refused or took back, in the parts that can be asked one by one. Pure.
 *
 * What: the seven answers and what is read aloud for each; the groups of fields she may name, and which field belongs to which; what
 *       HTCDS's single con_Consent is when seven were asked; whether a consent holds today.
 * Why:  one tick in a box is no consent. A refusal is as good an answer as a yes: it changes nothing in the help she gets.
 *
 *     for (size_t i = 0; i < CONSENT_QUESTIONS; i++)
 *         read_aloud(consent_questions[i].says);                   // in her language
 *     field_put("con_Consent", consent_derive(answers, state));    // "yes" only if all seven are
 *     if (consent_covers(elements, &fields[i])) send(fields[i]);   // what a partner may be given
 *
 * Not here: the record (record.h), grants that rest on it (trust/grant).
 */
#ifndef COMITY_CASES_CONSENT_H
#define COMITY_CASES_CONSENT_H

#include "work/cases/fields.h"

#define CONSENT_QUESTIONS 7
struct consent_question {
    const char *field; /* cmt_AgreesToInterview and so on */
    const char *says;  /* what is read to her, a message id */
};
extern const struct consent_question consent_questions[CONSENT_QUESTIONS];

/* Read before the questions: that she is free. Message ids, ends with NULL. */
extern const char *const consent_opening[];

/* con_Consent of seven answers (yes, no, unknown, empty) and the state: yes, no, unknown or empty. Static storage. */
str consent_derive(const str answers[CONSENT_QUESTIONS], str state);

/* Given, not withdrawn, and not past its last day. until is empty or a date as it is stored. */
bool consent_holds(str state, str until, struct date today);

/* The group of fields this one belongs to: a value of cmt_ConsentElements; empty for what is never given (consent itself, screening,
 * what is marked as deprecated). */
str consent_element(const struct field *field);
/* elements: as cmt_ConsentElements is stored. */
bool consent_covers(str elements, const struct field *field);

/* Value is among the words of list, which stand with a space between two. */
bool consent_lists(str list, str value);

#endif
