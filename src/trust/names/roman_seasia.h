/* roman_seasia: the romanisers of Southeast Asia and of Han, each in a file of its own.
 *
 * What: Khmer, Thai, Lao and Burmese (abugida.h with a rule file each, after what each script must put in order first).
 * Why:  no public library reads names in these scripts by rule.
 *
 *     str out[NAMES_LATIN_MAX];
 *     size_t n = roman_khmer(names, a, text, len, out);     // សុខា: "sokha"
 *
 * Not here: how the readings are compared (fold.h).
 */
#ifndef COMITY_NAMES_ROMAN_SEASIA_H
#define COMITY_NAMES_ROMAN_SEASIA_H

#include "trust/names/roman.h"

/* The contract of struct roman.romanise (roman.h). */
size_t roman_khmer(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX]);
size_t roman_thai(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX]);
size_t roman_lao(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX]);
size_t roman_burmese(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX]);
size_t roman_han(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX]);

#endif
