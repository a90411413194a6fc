/* keys: what two agencies compare. One identity becomes at most 40 short byte strings; equal strings meet.
 *
 * What: the families of matching keys, most of them conjunctions (name skeletons x birth date, one name x date, spellings
 *       one letter apart x date, dates one digit apart x name, document number, phone), made from an identity.
 * Why:  a blind comparison can only ask "is it equal?". Everything two records of one person may differ in has to be folded
 *       into, or left out of, some key that stays equal; what is guessable (a name alone) never counts alone.
 *
 *     struct match_key keys[MATCH_KEYS_MAX];
 *     size_t n = match_keys(names, arena, &who, MATCH_SIDE_ASKER, keys);
 *     keys[0].input    // the OPRF input: ruleset || 0 || family || content, see docs/matching-protocol.md
 *
 * Holder and asker publish different keys where a family needs only one of them to go both ways (a swapped day and month).
 * No two of the keys of one identity and side have the same input. The more telling come first.
 * Pure. Not here: blinding (ground/crypto/oprf.h), the answer map (map.h), what a meeting is worth (score.h).
 */
#ifndef COMITY_MATCH_KEYS_H
#define COMITY_MATCH_KEYS_H

#include "trust/names/names.h"

#define MATCH_KEYS_MAX 40   /* holder */
#define MATCH_QUESTION_LEN 36 /* asker: at most this many; a question is padded to exactly this many points */

enum match_side { MATCH_SIDE_HOLDER, MATCH_SIDE_ASKER };

struct match_key {
    uint8_t family; /* index into match_families; the first byte after the ruleset's NUL in input */
    bytes input;    /* what the OPRF is evaluated on; at most 255 bytes */
};

/* Fills out with at most 40 (holder) or 36 (asker) keys, inputs from arena. 0 for an identity with nothing to compare. */
size_t match_keys(const struct names *n, struct arena *a, const struct identity *who, enum match_side side,
                  struct match_key out[static MATCH_KEYS_MAX]);

/* Which fields the record has: travels with its handle in the answer map, so that the asker can tell "differs" from
 * "is not known". Says nothing about what stands in them, but for the sex. */
enum match_bit {
    MATCH_BIT_NAME = 1 << 0,       /* at least one name token */
    MATCH_BIT_NAME_PARTS = 1 << 1, /* at least two */
    MATCH_BIT_YEAR = 1 << 2,
    MATCH_BIT_MONTH = 1 << 3,
    MATCH_BIT_DAY = 1 << 4,
    MATCH_BIT_DOCUMENT = 1 << 5,
    MATCH_BIT_PHONE = 1 << 6,
    MATCH_BIT_PLACE = 1 << 7,
    MATCH_BIT_FEMALE = 1 << 8,
    MATCH_BIT_MALE = 1 << 9,
    MATCH_BIT_OTHER_SEX = 1 << 10,
};
uint16_t match_bits(const struct identity *who);

/* The last eight digits of a phone number, digits of any script, or an empty str when there are fewer than seven. */
#define MATCH_PHONE_TAIL 8
str match_phone_tail(struct arena *a, str phone);
/* Letters and digits only, upper case ASCII, digits of any script; from arena. "" when nothing is left. */
str match_document(struct arena *a, str number);

#endif
