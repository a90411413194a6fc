/* catalogue: the messages of the pages in one language, from gettext's compiled files (.mo).
 *
 * What: a reader of .mo files that checks every offset, and the choice of a plural form by the rule in the file's header.
 * Why:  setlocale belongs to a whole process, and each request has its own language; and the files are bytes like any others.
 *
 *     struct catalogue *km;
 *     catalogue_open(arena, file, &km, err);
 *     catalogue_find(km, "Sign in");                               // "ចូល"
 *     catalogue_find_plural(km, "{n} file", "{n} files", 3);
 *
 * Pure: keeps no more than pointers into the file. A catalogue may be shared by threads. Source language is English: NULL for a catalogue
 * gives the message itself. A message whose translation is empty is shown in English rather than not at all.
 * Format: the GNU gettext manual, "The Format of GNU MO Files". Not here: contexts, charsets other than UTF-8.
 */
#ifndef COMITY_TEXT_CATALOGUE_H
#define COMITY_TEXT_CATALOGUE_H

#include "ground/base/base.h"

struct catalogue;

/* Borrows file as long as the catalogue is used; the rest from arena. ERR_INPUT says what is wrong with the file. */
MUST_USE int catalogue_open(struct arena *a, bytes file, struct catalogue **out, struct err *err);

str catalogue_find(const struct catalogue *c, const char *message);
str catalogue_find_plural(const struct catalogue *c, const char *one, const char *many, int64_t number);
/* An error's sentence (struct err): if it is a message, or a place and a message as in "Birthdate: the year is missing", its translation;
 * what is in no catalogue stays as it is. So errors stay values, marked N_() where they are set; those with numbers in them say %d for each,
 * and %02d:%02d in times. */
str catalogue_sentence(const struct catalogue *c, struct arena *a, const char *sentence);
/* A line of the file's header: "Language", "X-Checked-By"; empty if there is none. */
str catalogue_header(const struct catalogue *c, str name);

#endif
