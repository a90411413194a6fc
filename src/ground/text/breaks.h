/* breaks: where a line may end in scripts that write no spaces between words.
 *
 * What: puts U+200B, the zero width space, between the words of Khmer, Thai, Lao and Burmese, found in ICU's dictionaries.
 * Why:  a line that ends inside a word is read wrongly. Browsers have such dictionaries themselves; pango breaks Thai alone (with libthai),
 *       and sets a Khmer sentence as if it were one word.
 *
 *     struct text_breaks *breaks;
 *     if (text_breaks_open(&breaks, &err) < 0) ...
 *     str soft = text_soften(breaks, arena, STR("ខ្ញុំរស់នៅក្នុងភូមិ"));    // ខ្ញុំ|រស់នៅ|ក្នុង|ភូមិ
 *
 * For text that is shown, not for text that is kept or compared. One thread at a time has a struct text_breaks.
 * Not here: breaking lines (pango, the browser), hyphens.
 */
#ifndef COMITY_TEXT_BREAKS_H
#define COMITY_TEXT_BREAKS_H

#include "ground/base/base.h"

struct text_breaks;

/* ERR_IO: ICU has no dictionaries. */
MUST_USE int text_breaks_open(struct text_breaks **out, struct err *err);
void text_breaks_close(struct text_breaks *b); /* NULL is allowed */

/* s with U+200B at each end of a word that has no other; never inside a cluster (before a mark, behind a coeng or a leading vowel). Those that
 * the writer put in stay. Softening twice changes nothing. From arena, or s itself when there is nothing to do. */
str text_soften(struct text_breaks *b, struct arena *a, str s);

#endif
