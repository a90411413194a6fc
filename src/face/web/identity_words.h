/* identity_words: what search knows of a person, as lines of text. From arena. */
#ifndef COMITY_WEB_IDENTITY_WORDS_H
#define COMITY_WEB_IDENTITY_WORDS_H

#include "trust/names/identity.h"

str identity_name(struct arena *a, const struct name *name);
str identity_others(struct arena *a, const struct identity *who);    /* all names but the first */
str identity_documents(struct arena *a, const struct identity *who); /* "N1234567 (KH), ..." */

#endif
