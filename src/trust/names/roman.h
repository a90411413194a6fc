/* roman: one run of one script becomes Latin readings.
 *
 * What: a table from script to the function that romanises it (roman.c), and the shape of such a function.
 * Why:  each script has its own logic (abugidas, syllabaries, consonant scripts, characters); what they share is that a
 *       name in it can be read aloud, in a few ways, and written with the letters a to z.
 *
 *     uint32_t text[] = {0xE2A, 0xE21, 0xE0A, 0xE32, 0xE22};      // สมชาย
 *     str out[NAMES_LATIN_MAX];
 *     size_t n = roman_find(TEXT_SCRIPT('T', 'h', 'a', 'i'))->romanise(names, a, text, 5, out);   // "somchai"
 *
 * To add a script: docs/adding-a-script.md.
 * Not here: folding readings to skeletons (fold.h), which treats all Latin alike, wherever it came from.
 */
#ifndef COMITY_NAMES_ROMAN_H
#define COMITY_NAMES_ROMAN_H

#include "ground/text/text.h"
#include "trust/names/names.h"
#include "trust/names/rules.h"

#define ROMAN_RUN_MAX 64 /* code points in a run; longer ones are cut */

struct roman {
    uint32_t script; /* TEXT_SCRIPT(...) */
    /* Romanises text[0..len), a run of one script, NFC, without spaces (for scripts that write none, several words may
     * be in it). Fills out with at most NAMES_LATIN_MAX distinct readings of the letters a-z, likeliest first, from arena,
     * and returns how many; 0 when nothing in the run can be read. A reading may hold single spaces where words part. */
    size_t (*romanise)(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX]);
};

/* The row for a script, or NULL when we cannot read it. */
const struct roman *roman_find(uint32_t script);

/* The rows, each in its own file. Abugidas and Han: roman_thai.c, roman_khmr.c, ... ; the rest: roman_alphabet.c. */
extern const struct roman roman_table[];
extern const size_t roman_table_len;

/* Romanises by ICU's rule for the script (Any-Latin by script, then ASCII); for scripts whose ICU rule is good. */
size_t roman_by_icu(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX]);

/* Adds a reading to out if it is new and there is room; returns the new count. */
size_t roman_add(str out[NAMES_LATIN_MAX], size_t n, str reading);

/* The ICU handles that names_open opened. */
const struct text *names_text(const struct names *n);

#endif
