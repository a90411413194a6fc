#include "trust/peer/answer.h"

#include <string.h>

#include "trust/act/act.h"
#include "trust/peer/exchange_store.h"
#include "trust/peer/offer.h"

static void own_id(const struct node *node, uint8_t id[static ID_LEN])
{
    uint8_t key[SIGN_PUBLIC_LEN];
    keyring_public(node->keys, KEYRING_AGENCY, key);
    partner_id(key, id);
}

int answer_statement(struct node *node, const struct partner *partner, int64_t now_ms, struct arena *a, str *text, struct err *err)
{
    struct offer offer = {0};
    oprf_point public_key;
    int64_t spent = 0;
    int r = offer_current(node, a, partner->id, now_ms, &offer, err);
    if (r == 0)
        r = keyring_match_public(node->keys, offer.epoch, &public_key, err);
    if (r == 0)
        r = exchange_spent(node->db, partner->id, now_ms, &spent, err);
    if (r < 0)
        return r;
    struct wire_statement s = {.epoch = offer.epoch, .public_key = public_key, .time_ms = now_ms,
                               .valid_from_ms = offer.valid_from_ms, .valid_until_ms = offer.valid_until_ms, .ruleset = offer.ruleset,
                               .budget_left = spent < partner->daily_budget ? partner->daily_budget - spent : 0,
                               .maps = offer.maps, .n_maps = offer.n_maps};
    own_id(node, s.from);
    memcpy(s.to, partner->id, ID_LEN);
    if ((r = keyring_sign(node->keys, KEYRING_AGENCY, wire_statement_canonical(a, &s), s.signature, err)) < 0)
        return r;
    *text = wire_statement_write(a, &s);
    return 0;
}

/* --- the question --- */

static int check_from_whom(const struct node *node, const struct partner *partner, const struct wire_question *q, bytes canonical, struct err *err)
{
    uint8_t own[ID_LEN];
    own_id(node, own);
    if (memcmp(q->from, partner->id, ID_LEN) != 0)
        return err_set(err, ERR_DENIED, "the question names another agency as its sender than the one that is connected");
    if (memcmp(q->to, own, ID_LEN) != 0)
        return err_set(err, ERR_DENIED, "the question is for another agency");
    return wire_verify("question", canonical, q->signature, partner->agency_key, err);
}

static int check_clock(const struct wire_question *q, int64_t now_ms, struct err *err)
{
    char ours[CLOCK_TEXT_MAX];
    if (q->time_ms >= now_ms - ANSWER_CLOCK_WINDOW_MS && q->time_ms <= now_ms + ANSWER_CLOCK_WINDOW_MS)
        return 0;
    clock_format(ours, now_ms);
    return err_set(err, ERR_INPUT, "the question's time is more than %d minutes off; it is %s here: set the clocks", ANSWER_CLOCK_WINDOW_MS / 60000, ours);
}

struct counting {
    const struct partner *partner;
    const struct wire_question *question;
    int64_t now_ms, left;
};

static int count_question(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct counting *c = arg;
    int64_t forget_ms = c->now_ms - 2 * ANSWER_CLOCK_WINDOW_MS; /* older ones the clock window keeps out */
    int r = exchange_see(node->db, c->partner->id, c->question->id, c->now_ms, forget_ms, err);
    if (r == 0)
        r = exchange_spend(node->db, c->partner->id, c->now_ms, c->partner->daily_budget, &c->left, err);
    act->has_object = true;
    memcpy(act->object, c->question->id, ID_LEN);
    return r;
}

static int log_question(struct node *node, const struct partner *partner, const struct wire_question *q, int64_t now_ms, struct arena *a,
                        struct wire_answer *answer, struct err *err)
{
    struct actor actor = {.name = partner_id_text(partner, a), .role = STR("partner")};
    struct counting counting = {partner, q, now_ms, 0};
    struct act act = {.verb = VERB_ANSWER, .actor = &actor, .purpose = q->purpose, .now_ms = now_ms};
    act.detail = str_printf(a, "{\"partner\":\"%.*s\",\"epoch\":%u,\"reference_commitment\":\"%.*s\"}", STR_ARG(partner->name), q->epoch,
                            STR_ARG(hex_encode(a, (bytes){q->reference, sizeof q->reference})));
    int r = act_run(node, &act, count_question, &counting, err);
    answer->leaf_index = act.leaf_index;
    answer->budget_left = counting.left;
    return r;
}

int answer_question(struct node *node, const struct partner *partner, bytes body, int64_t now_ms, struct arena *a, str *text, struct err *err)
{
    struct wire_question q;
    int r = wire_question_read(a, body, &q, err);
    if (r < 0)
        return r;
    bytes canonical = wire_question_canonical(a, &q);
    struct wire_answer answer = {.epoch = q.epoch};
    memcpy(answer.id, q.id, sizeof answer.id);
    crypto_sha256(answer.question, canonical);
    r = check_from_whom(node, partner, &q, canonical, err);
    if (r == 0)
        r = check_clock(&q, now_ms, err);
    if (r == 0)
        r = offer_epoch_open(node, q.epoch, now_ms, err);
    if (r == 0)
        r = log_question(node, partner, &q, now_ms, a, &answer, err);
    if (r == 0)
        r = keyring_match_evaluate(node->keys, q.epoch, q.points, MATCH_QUESTION_LEN, answer.points, answer.proof, err);
    if (r == 0)
        r = keyring_sign(node->keys, KEYRING_AGENCY, wire_answer_canonical(a, &answer), answer.signature, err);
    if (r < 0)
        return r;
    *text = wire_answer_write(a, &answer);
    return 0;
}
