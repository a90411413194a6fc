/* languages: those of the pages, and which one a page is in.
 *
 *     const struct catalogue *words = languages_words(l, code);       // NULL for English, the source
 *     const char *code = languages_choose(l, cookie, member_languages, accept_language);
 *
 * Catalogues are made from po/ and built in. Not here: what a message is (ground/text/catalogue.h).
 */
#ifndef COMITY_WEB_LANGUAGES_H
#define COMITY_WEB_LANGUAGES_H

#include "face/web/layout.h"
#include "ground/text/catalogue.h"
#include "ground/text/when.h"

#define LANGUAGES 6

struct languages {
    const struct catalogue *words[LANGUAGES];
    struct when *when[LANGUAGES];
};
extern const struct language languages_all[LANGUAGES + 1]; /* ends with a NULL code */

/* zone: that of the times on pages (when_open). To be closed even when it fails. */
MUST_USE int languages_open(struct arena *a, str zone, struct languages *out, struct err *err);
void languages_close(struct languages *l);
const struct catalogue *languages_words(const struct languages *l, const char *code);
const struct when *languages_when(const struct languages *l, const char *code); /* how times are written; never NULL */
/* The code of a language there is, from text in any case ("km-KH" is km); NULL if there is none. */
const char *languages_code(str text);
/* The first there is of: what the browser was told to remember, what the member prefers ("km en"), what the browser asks for
 * (Accept-Language, RFC 9110 12.5.4, in its order; weights are not sorted, since browsers send them in order). Else English. */
const char *languages_choose(str remembered, str member, str accepted);

#endif
