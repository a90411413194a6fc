/* abugida: the scripts of the Indic family, read by a grammar that is data.
 *
 * What: cuts an unspaced run into syllables and known words along the cheapest path, and spells each in Latin.
 * Why:  Khmer, Thai, Lao and Burmese differ in their letters, not in their plan: an onset, a vowel that may stand before,
 *       above, below or behind it or be silent, and a final. So one engine, and one file of rules each.
 *
 *     size_t n = abugida_romanise(names, a, &(struct abugida){.file = "thai.txt"}, text, len, out);
 *
 * Sections of a rule file; a value that starts with + is a cost, a single digit is a class, "-" is silence:
 *     [word]    whole elements of names and their usual spellings; _ stands for a space
 *     [onset]   letters that open a syllable; several values are alternative readings; the class picks the vowel's value
 *     [medial]  signs behind the onset, read after it; a class here replaces the onset's
 *     [vowel]   templates: the first - is the onset, a second - asks for a final; values by class, or alternatives
 *     [final]   letters that close a syllable: by their sound, then by their letter, where clerks write that too
 *     [tail]    what may follow a final, mostly silent; sound and letter again
 *
 * Costs: 10 a syllable, 5 a known word, 60 a sign that fits nowhere; the path with the least sum is read first.
 * Not here: what a script must do before (silent marks, stacked letters): roman_khmer.c and its neighbours.
 */
#ifndef COMITY_NAMES_ABUGIDA_H
#define COMITY_NAMES_ABUGIDA_H

#include "trust/names/roman.h"

struct abugida {
    const char *file; /* the rule file */
    bool spaced;      /* write a space between syllables, as Burmese names do */
};

/* The contract of struct roman.romanise (roman.h), with the rules of one file. */
size_t abugida_romanise(const struct names *n, struct arena *a, const struct abugida *script, const uint32_t *text, size_t len,
                        str out[NAMES_LATIN_MAX]);

#endif
