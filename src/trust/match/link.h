/* link: the whole blind pipeline between two parties, in the memory of one process.
 *
 * What: the holder evaluates the keys of its records and builds an answer map; the asker blinds its keys, the holder
 *       evaluates them with proof, the asker verifies, unblinds, looks up, groups by record, learns weights, scores.
 * Why:  to measure, on lists where the truth is known, what two agencies would find; the steps are the very functions that
 *       the node calls, with nothing left out but the wire.
 *
 *     struct link_options options = {.key = key, .random = random};
 *     link_run(names, &asker, &holder, &options, arena, &result, err);
 *     result.pairs[0].asked, .record, .score.probability
 *
 * Memory: about 1 KB a holder's record and 2 MB besides, and what the pairs take. Pure: key and random bytes are arguments.
 * Not here: files and truth (face/cli/cmd_link.c), budgets, the log.
 */
#ifndef COMITY_MATCH_LINK_H
#define COMITY_MATCH_LINK_H

#include "trust/match/map.h"
#include "trust/match/score.h"

struct link_list {
    const struct identity *people;
    size_t n; /* at most 2^32 - 1 */
};

enum link_step { LINK_HOLD, LINK_ASK, LINK_SCORE, LINK_STEPS };

struct link_options {
    const struct oprf_key *key; /* the holder's, mode VOPRF */
    uint8_t random[MAP_SEED_LEN + KEY_LEN]; /* for the map: fresh */
    void (*progress)(void *arg, enum link_step step, size_t done, size_t total); /* records; NULL: none */
    void *progress_arg;
};

struct link_pair {
    uint32_t asked, record; /* indices into the two lists */
    struct score_result score;
};

struct link_result {
    struct link_pair *pairs; /* from arena; by asked, then the likeliest first */
    size_t n;
    struct score_weights weights; /* as learned */
    size_t keys_held, keys_asked; /* made */
    size_t evaluated_held, evaluated_asked; /* distinct within a batch: the OPRF evaluations */
    size_t common;                /* keys that carry nothing because too many of the holder's records share them */
    size_t map_size;              /* bytes */
};

/* Every pair that shares a key is in the result, unlikely ones too. */
MUST_USE int link_run(const struct names *names, const struct link_list *asker, const struct link_list *holder,
                      const struct link_options *options, struct arena *a, struct link_result *out, struct err *err);

#endif
