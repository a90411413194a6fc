/* roman_scripts: one romaniser a script or family of scripts; the shape is explained in roman.h. */
#ifndef COMITY_NAMES_ROMAN_SCRIPTS_H
#define COMITY_NAMES_ROMAN_SCRIPTS_H

#include "trust/names/roman.h"

/* roman_alphabet.c: letter by letter, from tables */
size_t roman_cyrillic(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX]);
size_t roman_greek(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX]);
/* Consonant scripts: vowels that are not written are not guessed. */
size_t roman_arabic(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX]);
size_t roman_hebrew(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX]);


/* roman_hangul.c: may hold a space between family and given name */
size_t roman_hangul(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX]);

#endif
