/* languages: those of the pages, and which one a page is in.
 *
 *     const struct catalogue *words = languages_words(l, code);       // NULL for English, the source
 *     languages_offer(value_of_the_setting, &offer);                  // what the agency's administrator decided
 *     const char *code = languages_choose(&offer, cookie, signed_in, member_languages, accept_language);
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

/* Which of them the agency offers: its order, and what whoever has chosen nothing reads. */
struct languages_offer {
    struct language menu[LANGUAGES + 2]; /* ends with a NULL code; has room for one more: languages_menu */
    size_t n;
    const char *usual; /* one of the menu */
};
#define LANGUAGES_SETTING "languages"
/* From the setting's text: the usual one, then all in their order: "km en km th". Anything else, such as no decision, is: all, and English. */
void languages_offer(str text, struct languages_offer *out);
/* The setting's text. places: for each of languages_all, 1 for the first, 0 for not offered; equals in the order there. ERR_INPUT when none is
 * offered, or not the usual one. */
MUST_USE int languages_decide(struct arena *a, const int places[static LANGUAGES], const char *usual, str *out, struct err *err);
bool languages_offered(const struct languages_offer *o, const char *code);
/* The menu of a page in this language: it stands there too when it is not offered any more. */
void languages_menu(struct languages_offer *o, const char *code);
/* The first that is offered of: what the browser was told to remember, what the browser asks for (Accept-Language, RFC 9110 12.5.4, in its
 * order; weights are not sorted, since browsers send them in order); else the usual one. A member's own, remembered or preferred ("km en"),
 * stays hers when it is not offered any more. */
const char *languages_choose(const struct languages_offer *o, str remembered, bool is_member, str preferred, str accepted);

#endif
