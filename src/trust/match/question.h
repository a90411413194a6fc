/* question: the asker's half of a blind question, without any wire.
 *
 * What: the keys of one person become QUESTION_POINTS blinded points; the holder's answer becomes OPRF outputs; the
 *       outputs are looked up in the holder's answer maps and the finds are grouped by record.
 * Why:  pure, so that the same code asks over TLS, in `comity link` and in tests.
 *
 *     question_make(keys, n_keys, &q, err);            // question_points(q): send these
 *     question_open(q, &holder_public, evaluated, proof, outputs, err);
 *     question_lookup(outputs, question_keys(q), maps, n_maps, arena, &hits, &n_hits, err);
 *
 * Always the same number of points, so that the wire does not tell which fields of the person are known. Outputs may be kept
 * (sealed) while an epoch lasts: a later map can be searched with them without asking again.
 * Not here: budget, log, transport (trust/peer), what the hits are worth (score.h).
 */
#ifndef COMITY_MATCH_QUESTION_H
#define COMITY_MATCH_QUESTION_H

#include "trust/match/keys.h"
#include "trust/match/map.h"

#define QUESTION_POINTS MATCH_QUESTION_LEN

struct question; /* secret memory: the blinds are in it */

/* n is 1..QUESTION_POINTS; ERR_INPUT otherwise. Copies the keys. Free with question_free. */
MUST_USE int question_make(const struct match_key keys[], size_t n, struct question **out, struct err *err);
void question_free(struct question *q); /* NULL is allowed */
const oprf_point *question_points(const struct question *q); /* QUESTION_POINTS of them */
size_t question_keys(const struct question *q);              /* how many are real */

/* Checks the proof over all points, unblinds: outputs[i] belongs to keys[i]. ERR_CRYPTO says what does not hold. */
MUST_USE int question_open(const struct question *q, const oprf_point *holder, const oprf_point evaluated[static QUESTION_POINTS],
                           const uint8_t proof[static OPRF_PROOF_LEN], oprf_output outputs[static QUESTION_POINTS], struct err *err);

struct match_hit {
    uint32_t handle; /* of the holder's record, this epoch, this asker */
    uint16_t bits;   /* enum match_bit: which fields the record has */
    uint64_t keys;   /* bit i: the asker's keys[i] met */
};

/* hits from arena, most keys first. maps are the base and its deltas, all of one holder and epoch. n is at most 64. */
MUST_USE int question_lookup(const oprf_output outputs[], size_t n, struct map *const maps[], size_t n_maps, struct arena *a,
                             struct match_hit **hits, size_t *n_hits, struct err *err);

#endif
