/* sounds: how a spelling may sound, and how well a spelling and a sound fit together. From rules/sounds.txt.
 *
 * What: a table of letter groups and the sounds they were seen to stand for, with counts; read in two directions:
 *       forward (a spelling gives its likeliest consonant skeletons) and as evidence (do this spelling and these sounds
 *       belong to one name?).
 * Why:  names are spelled by many languages' rules at once. Which rules apply is seldom known, but how often each applies is.
 *
 *     struct sound_word mine, theirs;
 *     sounds_word(s, STR("serguei"), false, &mine);     // a spelling
 *     sounds_word(s, STR("sergey"), true, &theirs);     // a romanisation: written by its sound already
 *     double evidence = sounds_fit(s, &mine, &theirs, 0);  // log-odds: > 0 rather the same name
 *
 * The evidence is the logarithm of P(spelling and sounds together) / (P(spelling) P(sounds)), best alignment only.
 * Not here: whole names (compare.c).
 */
#ifndef COMITY_NAMES_SOUNDS_H
#define COMITY_NAMES_SOUNDS_H

#include "trust/names/names.h"
#include "trust/names/rules.h"

struct sounds;

#define SOUND_WORD_MAX 40 /* letters or sounds in a word, ends included; the rest is cut */

/* Reads the tables of a rule set. From arena. ERR_CORRUPT names the file and line. */
MUST_USE int sounds_open(struct arena *a, const struct rules_set *set, struct sounds **out, struct err *err);

struct sound_word {
    uint8_t letter[SOUND_WORD_MAX]; /* the spelling, in codes, with both ends */
    size_t n_letters;
    uint8_t sound[SOUND_WORD_MAX]; /* its likeliest sounds, likewise */
    size_t n_sounds;
};

/* Fills out from a reading of the letters a-z. by_sound: it is a romanisation, so each letter has one sound. */
void sounds_word(const struct sounds *s, str latin, bool by_sound, struct sound_word *out);

/* What a script leaves open, so that a difference in it says little. */
enum sound_loose { SOUND_LOOSE_VOWELS = 1, SOUND_LOOSE_VOICE = 2, SOUND_LOOSE_COMBINATIONS = 4 };

/* Log-odds that the spelling of one and the sounds of the other are one name. loose: bits of enum sound_loose. */
double sounds_fit(const struct sounds *s, const struct sound_word *spelling, const struct sound_word *sounds, unsigned loose);

/* The likeliest distinct skeletons of a reading, likeliest first, from arena; returns how many (at least 1 for any letter). */
size_t sounds_skeletons(const struct sounds *s, struct arena *a, str latin, bool by_sound, str out[NAMES_SKELETONS_MAX]);

#endif
