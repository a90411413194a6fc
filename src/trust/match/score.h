/* score: what it is worth that some keys of a question met one record: a probability, a band, and the reasons in words.
 *
 * What: field-level Fellegi-Sunter. The met keys say how well each field agrees (its level); for each level the weight is
 *       log(m / u): m how often a record of the same person shows it, u how often a stranger's does. m is learned without
 *       labels (EM), u is known: it is how often the value itself occurs in the asker's own list, so a rare name weighs more.
 * Why:  keys made of the same field rise and fall together; counting keys counts one agreement many times. Fields do not.
 *
 *     struct score_list *list = score_list_new();             // what is usual: the asker's own records
 *     score_list_add(list, &units, &who);  ...
 *     score_evidence(list, &asked, keys_met, bits, &evidence);
 *     score_result(&weights, &evidence, n_holder, &result);   // result.probability, .band, .explanation
 *
 * A field that either side does not have is missing: it speaks neither for nor against. Pure, no I/O.
 * Not here: which keys met (map.h, question.h). A score is a lead, never an identity: a person decides.
 */
#ifndef COMITY_MATCH_SCORE_H
#define COMITY_MATCH_SCORE_H

#include "trust/match/keys.h"

enum score_field {
    SCORE_FAMILY,    /* levels: differs, part, neighbour, skeleton, same */
    SCORE_GIVEN,     /* likewise */
    SCORE_BORN,      /* both fully known: differs, near, swapped, same */
    SCORE_BORN_PART, /* one of the two only in part: differs, agrees in what is known */
    SCORE_DOCUMENT,  /* differs, half, same */
    SCORE_PHONE,     /* differs, same */
    SCORE_SEX,       /* differs, same */
    SCORE_FIELDS
};
#define SCORE_LEVELS 5
enum { SCORE_NAME_PART = 1, SCORE_NAME_NEIGHBOUR, SCORE_NAME_SKELETON, SCORE_NAME_SAME };
enum { SCORE_BORN_NEAR = 1, SCORE_BORN_SWAPPED, SCORE_BORN_SAME };
enum { SCORE_DOCUMENT_HALF = 1, SCORE_DOCUMENT_SAME };

struct score_weights {
    double m[SCORE_FIELDS][SCORE_LEVELS]; /* of each field they add up to 1 */
    double found;                         /* records of the same person that one question finds, on average */
};

/* The table that is used until there is something to learn from. */
void score_default(struct score_weights *weights);

/* --- what is usual: counts over the asker's own list ------------------------------------------------------------- */

struct score_list;
struct score_list *score_list_new(void); /* free with score_list_free; an empty one is usable */
void score_list_free(struct score_list *list); /* NULL is allowed */
void score_list_add(struct score_list *list, const struct match_units *units, const struct identity *who);

/* --- evidence ---------------------------------------------------------------------------------------------------- */

/* Who is asked about, as match_units and match_keys (asker's side) made it. */
struct score_asked {
    const struct identity *who;
    const struct match_units *units;
    const struct match_key *keys;
    size_t n_keys;
};

#define SCORE_MISSING 0xff
struct score_evidence {
    uint8_t level[SCORE_FIELDS]; /* or SCORE_MISSING */
    float log_u[SCORE_FIELDS];   /* of that level, for this very value; 0 where missing */
};

/* keys_met: bit i is set if the holder's record has keys[i]; bits: enum match_bit of that record. */
void score_evidence(const struct score_list *list, const struct score_asked *asked, uint64_t keys_met, uint16_t bits,
                    struct score_evidence *out);

/* Log of the odds that the pair is one person over the odds that two random records are. */
double score_weight(const struct score_weights *weights, const struct score_evidence *evidence);

/* --- result ------------------------------------------------------------------------------------------------------ */

enum score_band { SCORE_NO_HIT, SCORE_POSSIBLE, SCORE_HIT };
#define SCORE_HIT_FROM .9      /* and something besides the names agrees: a name alone is never more than possible */
#define SCORE_POSSIBLE_FROM .1
const char *score_band_name(enum score_band band); /* "hit", "possible", "no hit" */

#define SCORE_TEXT_MAX 320
struct score_result {
    double probability;
    enum score_band band;
    char explanation[SCORE_TEXT_MAX]; /* "family name: sounds the same; birth date: day and month swapped; document: not known" */
};

/* n_holder: how many records the holder's map may stand for (at least 1). against: 1 when one person was asked about (less is taken as 1); else
 * from score_against. */
void score_result(const struct score_weights *weights, const struct score_evidence *evidence, double n_holder, double against,
                  struct score_result *out);
double score_odds(const struct score_weights *weights, const struct score_evidence *evidence, double n_holder);
enum score_band score_band(double probability, const struct score_evidence *evidence);

/* --- learning ---------------------------------------------------------------------------------------------------- */

/* How often a stranger's record shows each level of the fields that everybody has, for one person asked about. 0: missing. */
#define SCORE_COMMON_FIELDS 3 /* SCORE_FAMILY, SCORE_GIVEN, SCORE_BORN */
struct score_usual { float u[SCORE_COMMON_FIELDS][SCORE_LEVELS]; };
void score_usual(const struct score_list *list, const struct score_asked *asked, struct score_usual *out);

/* What was found when a whole list was asked about. */
struct score_sample {
    struct score_evidence *evidence;
    const uint32_t *asked;  /* evidence[i] is about the asker's record asked[i] ... */
    const uint32_t *record; /* ... and the holder's record[i], both counted from 0 */
    size_t n;
    const struct score_usual *usual; /* of each asked record */
    size_t n_asked, n_holder;
};

/* Replaces weights, from which it starts, by what the sample teaches, and corrects log_u of its evidence by what it shows of
 * strangers. The default table counts as SCORE_PRIOR matches, so that small samples stay close to it; with no evidence at
 * all the weights stay. Deterministic. */
#define SCORE_PRIOR 20.0
void score_learn(struct score_weights *weights, const struct score_sample *sample);

/* A record is one person, so others of the asker's list that claim it too speak against: unless they are the same person
 * twice, which is taken to happen to one record in 1 / SCORE_TWICE. For each piece of evidence, what its odds compete with:
 * (1 + R) / (1 + k R), where R are the odds of its rivals, summed, and k how much likelier two claims are right together than
 * apart. From arena, sample->n long. */
#define SCORE_TWICE .02
double *score_against(const struct score_weights *weights, const struct score_sample *sample, struct arena *a);

/* --- as bytes ---------------------------------------------------------------------------------------------------- */

bytes score_encode(struct arena *a, const struct score_weights *weights);
/* ERR_CORRUPT for anything that score_encode did not write, probabilities out of range included. */
MUST_USE int score_decode(bytes in, struct score_weights *out, struct err *err);

#endif
