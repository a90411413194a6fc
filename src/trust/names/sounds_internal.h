/* sounds_internal: the table of rules/sounds.txt as sounds.c loads it and skeleton.c reads it.
 *
 * All logarithms are integers (1024 times the binary logarithm): two nodes with different compilers fold alike, to the bit.
 */
#ifndef COMITY_NAMES_SOUNDS_INTERNAL_H
#define COMITY_NAMES_SOUNDS_INTERNAL_H

#include "trust/names/sounds.h"

#define LOG_ONE_BIT 1024
#define NATS(x) ((int)((x)*1024 * 1.4427)) /* for constants */

/* Letters: 1..26 for a-z, and the two ends of a word. 0 is nothing. */
#define LETTER_START 27
#define LETTER_END 28
#define LETTERS 29
/* Sounds have the index of their sign here as code; 0 is nothing, 1 and 2 are the ends. */
#define SOUND_SIGNS "-^$aeioujpbtdkgfvszmnlrhSJCc"
#define SOUND_START 1
#define SOUND_END 2
#define SOUNDS 32

#define GROUP_MAX 4 /* letters in a group */

struct arc {
    uint8_t sound[2]; /* 0: none */
    int odds;         /* log-odds of group and sound together, against by chance */
    int chance;       /* log of the probability of the sound here, given the spelling (up to a factor the same for all) */
};

struct group {
    uint8_t letter[GROUP_MAX];
    uint8_t len;
    uint8_t n_arcs;
    struct arc *arc; /* by falling chance */
};

struct sounds {
    struct group *group; /* by first letter, then longest first */
    size_t n_groups;
    uint16_t starts[LETTERS + 1];          /* groups that begin with letter x: starts[x] .. starts[x + 1] */
    int single[SOUND_LOOSE_COMBINATIONS][LETTERS][SOUNDS]; /* odds of one letter (or none) and one sound (or none) */
    uint8_t consonant_class[SOUNDS];       /* 0 for vowels */
    uint8_t vowel_class[SOUNDS];
    uint8_t class_vowel_first;             /* the class that stands for a vowel at the beginning */
    uint8_t class_stop, class_sibilant;    /* after each other they are one sound: ts, dzh, tch */
    char class_sign[16];
    size_t n_classes;
    const struct rules *romanised;         /* letters of a romanisation -> sounds */
};

/* Whether group g stands at letter[at..n). */
static inline bool group_at(const struct group *g, const uint8_t *letter, size_t at, size_t n)
{
    if (at + g->len > n)
        return false;
    for (size_t i = 1; i < g->len; i++)
        if (g->letter[i] != letter[at + i])
            return false;
    return true;
}

#endif
