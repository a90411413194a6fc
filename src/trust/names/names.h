/* names: a written name becomes something that can be compared, whatever the script and spelling.
 *
 * What: normalise (NFC, zero-width and combining marks, digits), drop titles and particles, cut into tokens, romanise by
 *       script, fold to consonant skeletons by language of origin; compare two names; explain the comparison.
 * Why:  the same person is Сергей, Sergey, Serguei, Sergej; សុខ ដារ៉ា is Sok Dara; and no agency may have to guess.
 *
 *     struct name_forms forms;
 *     names_forms(names, a, &who.names[0], &forms, &err);
 *     forms.tokens[0].latin        // "dara"
 *     forms.tokens[0].skeleton[0]  // "TRE"
 *
 * The rules are data: src/trust/names/rules (one file per table, each rule with its source), built into the program.
 * names_ruleset() names their version and content; it is part of every matching key, so two nodes provably fold alike.
 * Pure: no clock, no chance, no I/O. A struct names is read-only after names_open and may be shared by threads.
 * Not here: which keys a record gives (trust/match/keys.h), English phonetics.
 */
#ifndef COMITY_NAMES_H
#define COMITY_NAMES_H

#include "trust/names/identity.h"

struct names;

#define NAMES_SKELETONS_MAX 4
#define NAMES_TOKENS_MAX 12
#define NAMES_LATIN_MAX 4

enum name_part { NAME_PART_UNKNOWN, NAME_PART_GIVEN, NAME_PART_FAMILY };

struct name_token {
    str text;                            /* normalised, in its own script, case-folded */
    str latin[NAMES_LATIN_MAX];          /* a-z only; [0] the likeliest romanisation, then other readings (Han surnames, Arabic) */
    size_t n_latin;
    str skeleton[NAMES_SKELETONS_MAX];   /* upper-case consonant classes, short ones with a vowel class; [0] the likeliest. Distinct, at least one */
    size_t n_skeletons;
    enum name_part part;
    bool initial;                        /* one letter, as in "J." */
    bool minor;                          /* may be missing in another spelling: middle name, particle, second surname, patronymic */
    bool by_sound;                       /* latin is a romanisation, which writes sounds; false: a spelling, to be read by some language's rules */
    bool vowels_loose;                   /* Arabic, Hebrew leave vowels out, Japanese puts some in: they say little */
    bool voice_loose;                    /* Tamil, Korean, Japanese, ...: b and p, l and r are not told apart as elsewhere */
};

struct name_forms {
    struct name_token tokens[NAMES_TOKENS_MAX]; /* in the order written; titles dropped */
    size_t n;
};

/* Parses the built-in rules (a few milliseconds). An error names the rule file and line. */
MUST_USE int names_open(struct names **out, struct err *err);
void names_close(struct names *n);
const char *names_ruleset(const struct names *n); /* for example "names-1-3f9a0c51" */

/* Fills forms; strings from arena. Never fails on odd input: what is not a letter is dropped. n may be 0. */
void names_forms(const struct names *n, struct arena *a, const struct name *in, struct name_forms *out);

/* One romanisation of the whole text, spaces kept, for display and sorting. From arena. */
str names_latin(const struct names *n, struct arena *a, str text);

#define NAMES_REASON_MAX 160
struct name_comparison {
    double score;                  /* 0 .. 1; about .5 is "as likely the same name as not" */
    char reason[NAMES_REASON_MAX]; /* "same sound; order differs; middle name or particle missing" */
};

/* Compares two whole names (any scripts, any order). Deterministic and symmetric. */
void names_compare(const struct names *n, struct arena *scratch, const struct name *a, const struct name *b, struct name_comparison *out);
/* The same of names that are compared with many: each is read once, from arena. What was read has no skeletons. */
void names_read(const struct names *n, struct arena *a, const struct name *name, struct name_forms *out);
void names_compare_read(const struct names *n, struct arena *scratch, const struct name_forms *a, const struct name_forms *b, struct name_comparison *out);

#endif
