/* columns_words: the tables behind columns: headers, sexes, countries, words for "nothing". Private to work/cases. */
#ifndef COMITY_CASES_COLUMNS_WORDS_H
#define COMITY_CASES_COLUMNS_WORDS_H

#include "work/cases/columns.h"

/* key: letters and digits only, lower case, Latin letters without their accents (columns_key in columns.c makes it). */
enum columns_field columns_word_header(str key, bool htcds_only);
bool columns_word_sex(str key, enum sex *out); /* false: not a word for a sex */
bool columns_word_nothing(str key);            /* "unknown", "n/a", "không rõ": the cell says nothing */
/* ISO 3166-1 alpha-2 from alpha-2 or alpha-3 in any case; empty for anything else. Static storage or from arena. */
str columns_word_country(struct arena *a, str cell);
str columns_word_country3(struct arena *a, str alpha2); /* alpha-3; empty for what is no alpha-2 */

#endif
