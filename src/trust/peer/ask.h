/* ask: one blind question to one partner, from the person to the answer in words.
 *
 * What: keys of the person, blinded; a leaf; the question; the answer checked, unblinded, looked up in the partner's maps,
 *       grouped by record, scored; another leaf. A hit gives a request number under which the partner can be written to.
 * Why:  nobody asks unseen (the first leaf is durable before the question leaves), and nothing that a partner sends is
 *       believed before its signature, its proof and its maps hold.
 *
 *     ask_open(node, names, &partner, &identity, &asking, err);
 *     ask_person(asking, &operator, &(struct ask_query){.who = &who, .purpose = p, .reference = r}, now, a, &result, err);
 *
 * The connection stays open between questions. Not here: options and output (face/cli/cmd_ask.c).
 */
#ifndef COMITY_PEER_ASK_H
#define COMITY_PEER_ASK_H

#include "trust/act/act.h"
#include "trust/match/score.h"
#include "trust/peer/line.h"

struct asking;

/* Borrows node, names and identity until ask_close. Reads at most ASK_SAMPLE of the node's own records, to know which names
 * are rare. */
#define ASK_SAMPLE 2000
MUST_USE int ask_open(struct node *node, const struct names *names, const struct partner *partner, const struct http_identity *identity,
                      struct asking **out, struct err *err);
void ask_close(struct asking *k); /* NULL is allowed */
struct peer_line *ask_line(struct asking *k);

struct ask_query {
    const struct identity *who;
    const struct vault_id *person; /* whose record that is, or NULL when it was typed in */
    str purpose, reference;
    bool keep;                     /* the result holds the outputs, so that later maps of the epoch can be searched without asking anew */
};

#define ASK_NUMBER_MAX 16
struct ask_hit {
    enum score_band band; /* SCORE_HIT or SCORE_POSSIBLE */
    double probability;
    const char *explanation;
    char number[ASK_NUMBER_MAX]; /* "4F7K-2QXM-W9DT"; empty where none was given out (ask_again) */
    bool presumed;               /* the one word that their record's owner lets out: she is presumed a victim */
};

struct ask_times { /* nanoseconds */
    int64_t blind, log, line, verify, look_up;
};

struct ask_result {
    enum score_band band;   /* of the best */
    struct ask_hit *hits;   /* hits and possible ones, likeliest first */
    size_t n_hits;
    uint32_t epoch;
    size_t keys;            /* how many of the points were real */
    oprf_output *outputs;   /* with keep, one for each of those; as secret as what was asked: only ever stored sealed */
    int64_t leaf, result_leaf, partner_leaf;
    int64_t budget_left;
    uint8_t question[ID_LEN];
    struct ask_times times;
};

/* Call peer_line_sync before (once for many questions is enough). ERR_INPUT when the person gives nothing to ask by; errors of
 * peer_line_send; ERR_CRYPTO and ERR_PEER for an answer that does not hold: then the second leaf says that there was no answer. */
MUST_USE int ask_person(struct asking *k, const struct actor *actor, const struct ask_query *query, int64_t now_ms, struct arena *a,
                        struct ask_result *out, struct err *err);

/* Is there something new in the maps of the line's partner for a question that was answered before in the same epoch? Nothing is sent, and no act:
 * the caller's tells of it. outputs: of result->outputs, n of them. ERR_NOT_FOUND: the epoch is over, or the person's keys are others by now: ask
 * anew. hits, band and epoch are filled. */
MUST_USE int ask_again(struct asking *k, const struct identity *who, uint32_t epoch, const oprf_output outputs[], size_t n, struct arena *a,
                       struct ask_result *out, struct err *err);

/* Whose record the partner was told to mean by a number that this agency was given on a hit: what a request to it carries. ERR_NOT_FOUND. */
struct ask_number { uint8_t partner[ID_LEN]; uint32_t epoch, handle; int64_t asked_ms; };
MUST_USE int ask_number_find(struct db *db, str number, struct ask_number *out, struct err *err);

#endif
