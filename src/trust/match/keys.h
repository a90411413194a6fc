/* keys: what two agencies compare. One identity becomes at most 40 short byte strings; equal strings meet.
 *
 * What: the families of matching keys, most of them conjunctions (name x birth date, name x date without its day, beginning
 *       of a name x date, half a document number x name ...), made from an identity.
 * Why:  a blind comparison can only ask "is it equal?". Everything two records of one person may differ in has to be folded
 *       into, or left out of, some key that stays equal; what is guessable (a name alone) never counts alone.
 *
 *     struct match_key keys[MATCH_KEYS_MAX];
 *     size_t n = match_keys(names, arena, &who, MATCH_SIDE_ASKER, keys);
 *     keys[0].input    // the OPRF input: ruleset || 0 || family's id || content, see docs/matching-protocol.md
 *
 * Holder and asker differ where a family needs only one of them to go both ways (a swapped day and month).
 * No two keys of one identity have the same input. The more telling come first.
 * Pure. Not here: blinding (ground/crypto/oprf.h), the answer map (map.h), what a meeting is worth (score.h).
 */
#ifndef COMITY_MATCH_KEYS_H
#define COMITY_MATCH_KEYS_H

#include "trust/names/names.h"

#define MATCH_KEYS_MAX 40     /* holder */
#define MATCH_QUESTION_LEN 36 /* asker: at most this many; a question is padded to exactly this many points */
#define MATCH_INPUT_MAX 255   /* bytes of one key's input */

enum match_side { MATCH_SIDE_HOLDER = 1, MATCH_SIDE_ASKER = 2 };

/* The words of a person's names that are compared, the telling ones first: the first family name, the first given name,
 * then the rest, then the words of other spellings and scripts, then names of several words written as one. */
#define MATCH_UNITS_MAX 6
#define MATCH_UNIT_SKELETONS 2
struct match_unit {
    str latin;                           /* a-z, 1..40 letters */
    str skeleton[MATCH_UNIT_SKELETONS];
    size_t n_skeletons;                  /* at least 1 */
    enum name_part part;
};
#define MATCH_LIST_MAX 3 /* documents, phones that take part */
struct match_units {
    struct match_unit unit[MATCH_UNITS_MAX];
    size_t n;
    str documents[MATCH_LIST_MAX], phones[MATCH_LIST_MAX]; /* as match_document, match_phone_tail make them; not empty */
    size_t n_documents, n_phones;
};
/* All of an identity that is compared, but for the birth date. Strings from arena. */
void match_units(const struct names *n, struct arena *a, const struct identity *who, struct match_units *out);

#define MATCH_NO_UNIT 0xff
struct match_key {
    uint8_t family;  /* index into match_families */
    uint8_t unit[2]; /* which units stand in it, or MATCH_NO_UNIT */
    bytes input;     /* what the OPRF is evaluated on; at most MATCH_INPUT_MAX bytes */
};

/* Fills out with at most 40 (holder) or 36 (asker) keys, inputs from arena. 0 for an identity with nothing to compare. */
size_t match_keys(const struct names *n, struct arena *a, const struct identity *who, enum match_side side,
                  struct match_key out[static MATCH_KEYS_MAX]);

/* What a family is made of. score.h reads from it what a meeting says about each field. */
enum match_piece {
    MATCH_PIECE_NONE,
    MATCH_PIECE_WORD,      /* a unit's romanisation */
    MATCH_PIECE_SKELETON,  /* the likeliest of a unit's skeletons */
    MATCH_PIECE_SKELETONS, /* each of its skeletons */
    MATCH_PIECE_START,     /* its first three letters */
    MATCH_PIECE_END,       /* its last three */
    MATCH_PIECE_NEIGHBOUR, /* it, and it less any one letter: meets what is one letter apart */
    MATCH_PIECE_DOCUMENT,  /* a document number */
    MATCH_PIECE_DOCUMENT_START, /* its first four characters, if it has six or more */
    MATCH_PIECE_DOCUMENT_END,   /* its last four */
    MATCH_PIECE_PHONE,     /* the last eight digits */
};
enum match_date { MATCH_DATE_NONE, MATCH_DATE_FULL, MATCH_DATE_SWAPPED, MATCH_DATE_YEAR_MONTH, MATCH_DATE_YEAR_DAY, MATCH_DATE_MONTH_DAY, MATCH_DATE_YEAR };

struct match_family {
    uint8_t id;           /* the byte in the input; never reused for another meaning within a ruleset */
    uint8_t sides;        /* enum match_side, either or both */
    uint8_t units;        /* how many of the first units take part */
    uint8_t pieces[2];    /* enum match_piece */
    uint8_t date;         /* enum match_date */
    const char *name;     /* for people: "one name, birth date" */
};
extern const struct match_family match_families[]; /* in order of priority: when the room is out, the last are left out */
extern const size_t n_match_families;

/* Which fields the record has: travels with its handle in the answer map, so that the asker can tell "differs" from
 * "is not known". Says nothing about what stands in them, but for the sex and the one word below. */
enum match_bit {
    MATCH_BIT_NAME = 1 << 0,       /* at least one name word */
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
    MATCH_BIT_PRESUMED = 1 << 11,  /* no field, but the one word its owner lets out: she is presumed a victim. Scores leave it alone */
};
uint16_t match_bits(const struct identity *who);

/* The last eight digits of a phone number, digits of any script, from arena; empty when there are fewer than seven. */
#define MATCH_PHONE_TAIL 8
str match_phone_tail(struct arena *a, str phone);
/* ASCII letters (upper case) and digits (of any script) only; from arena. Empty when nothing is left. */
str match_document(struct arena *a, str number);

#endif
