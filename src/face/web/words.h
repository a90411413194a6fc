/* words: what is a code or a list of English reasons inside, in the language of the page.
 *
 *     page_verb(p, STR("file-look"))                                          // "un dossier a été consulté"
 *     page_reasons(p, "family name: same spelling; birth date: same")    // "Familienname: gleich geschrieben; Geburtsdatum: gleich"
 *
 * Why:  trust and work know no languages. Their sentences are marked with N_ where they are written, and are put into words here.
 * Not here: one sentence of an error (catalogue_sentence), the messages of templates ({{_ ...}}).
 */
#ifndef COMITY_WEB_WORDS_H
#define COMITY_WEB_WORDS_H

#include "face/web/page.h"

/* Reasons with "; " between, each as catalogue_sentence gives it. Of one catalogue (NULL: English, the text itself), from a. */
str words_reasons(const struct catalogue *words, struct arena *a, const char *text);
str page_reasons(struct page *p, const char *text);
/* A verb as it stands in leaves, a purpose's code: in words; one without words as it is. */
str page_verb(struct page *p, str verb);
str page_purpose(struct page *p, str code);
/* The kind of a letter ("referral"), of an agency ("social-services"); one that has no words, as it is. */
str page_letter_kind(struct page *p, str kind);
str page_agency_kind(struct page *p, str kind);
/* "KH": the country's name. */
str page_country(struct page *p, str code);

/* The table behind page_verb. A new verb gets its line: test_words.c asks for it. */
struct words_of_verb { const char *verb, *words; };
extern const struct words_of_verb words_of_verbs[]; /* ends with a NULL verb */

#endif
