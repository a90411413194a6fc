/* names_internal: what the files of this room share. */
#ifndef COMITY_NAMES_INTERNAL_H
#define COMITY_NAMES_INTERNAL_H

#include "ground/text/text.h"
#include "trust/names/names.h"
#include "trust/names/roman.h"
#include "trust/names/rules.h"
#include "trust/names/sounds.h"

struct names {
    struct arena *arena;
    struct text *text;
    struct rules_set *rules;
    struct sounds *sounds;
    /* sections that every name needs, fetched once */
    const struct rules *titles, *title_prefixes, *title_suffixes, *particles, *middle_names, *patronymics, *latin_letters;
    char ruleset[32];
};

/* Cuts a written name into tokens: text, script, part, initial and minor are filled; readings are not. tokens.c */
struct cut {
    uint32_t *point; /* the token's letters, case-folded */
    size_t len;
    uint32_t script;
    enum name_part part;
    bool minor;
};
size_t names_cut(const struct names *n, struct arena *a, str text, enum name_part part, struct cut out[NAMES_TOKENS_MAX], size_t max);

/* Latin letters, marks and all, to a-z readings, likeliest first. roman_alphabet.c */
size_t roman_latin(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX]);

/* Readings to skeletons; returns how many. fold.c */
size_t names_fold(const struct names *n, struct arena *a, const str latin[], size_t n_latin, uint32_t script,
                  str out[NAMES_SKELETONS_MAX]);

/* names_forms, with or without the skeletons, which are most of the work. names.c */
void names_tokens(const struct names *n, struct arena *a, const struct name *in, bool skeletons, struct name_forms *out);

/* Adds s to list if it is new and there is room; returns the new count. */
size_t names_add_str(str *list, size_t n, size_t max, str s);

#endif
