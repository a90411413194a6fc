/* fold_seasia: the skeleton of a name of mainland Southeast Asia, whichever system spelled it.
 *
 * What: Latin spellings of Khmer, Thai, Lao, Burmese, Vietnamese and Chinese names, folded by what these languages do not
 *       tell apart or spell in many ways: aspiration, voice, r and l, final stops, finals in r and l, ch and j, v and w.
 * Why:  the skeletons of sounds.txt were counted on Western names; Suphaphon, Supaporn and Supaphorn part there.
 *
 *     seasia_skeleton(names, a, STR("supaporn"))     // "SPPN", and so for the other two
 *
 * The rules are data: rules/seasia.txt. Not here: comparing two names letter by letter (compare.c).
 */
#ifndef COMITY_NAMES_FOLD_SEASIA_H
#define COMITY_NAMES_FOLD_SEASIA_H

#include "trust/names/names.h"

/* Whether names in the script (ISO 15924, as TEXT_SCRIPT) are of these languages. */
bool seasia_script(uint32_t script);

/* Whether a Latin word has an element that is common in these names and rare in others. */
bool seasia_likely(const struct names *n, str latin);

/* The skeleton of a word of letters a-z, from arena; empty for a word in which nothing is heard. */
str seasia_skeleton(const struct names *n, struct arena *a, str latin);

#endif
