#include "trust/peer/ask.h"

#include <stdlib.h>
#include <string.h>

#include "ground/json/json.h"
#include "trust/match/question.h"
#include "trust/peer/exchange_store.h"

#define KEYS_PER_RECORD 24 /* about: how many records a map of a given capacity stands for */

struct asking {
    struct node *node;
    const struct names *names;
    struct peer_line *line;
    struct score_list *usual;
    struct score_weights weights;
};

/* Everything of one question. */
struct round {
    struct asking *k;
    const struct ask_query *query;
    int64_t now_ms;
    struct arena *arena;
    struct match_units units;
    struct match_key keys[MATCH_KEYS_MAX];
    size_t n_keys;
    struct question *blinded;
    struct wire_question question;
    uint8_t nonce[32]; /* opens the commitment to the reference */
    struct ask_result *out;
    uint32_t *handles; /* of out->hits[i] */
};

/* --- which names are rare --- */

struct sampling {
    struct asking *k;
    struct arena *arena;
    int left;
};

static int sample(const struct vault_id *id, bytes content, void *arg, struct err *err)
{
    (void)id;
    struct sampling *s = arg;
    struct identity who;
    struct match_units units;
    arena_reset(s->arena);
    if (s->left-- == 0)
        return ERR_LIMIT; /* enough: ends the walk */
    int r = identity_decode(s->arena, content, &who, err);
    if (r < 0)
        return r;
    match_units(s->k->names, s->arena, &who, &units);
    score_list_add(s->k->usual, &units, &who);
    return 0;
}

static int know_the_usual(struct asking *k, struct err *err)
{
    struct sampling s = {.k = k, .arena = arena_new(), .left = ASK_SAMPLE};
    int r = vault_each(k->node->vault, k->node->db, VAULT_IDENTITY, sample, &s, err);
    arena_free(s.arena);
    return r < 0 && !(r == ERR_LIMIT && s.left < 0) ? r : 0;
}

int ask_open(struct node *node, const struct names *names, const struct partner *partner, const struct http_identity *identity,
             struct asking **out, struct err *err)
{
    struct asking *k = mem_calloc(1, sizeof *k);
    k->node = node;
    k->names = names;
    k->usual = score_list_new();
    score_default(&k->weights);
    int r = peer_line_open(node, partner, identity, names_ruleset(names), &k->line, err);
    if (r == 0)
        r = know_the_usual(k, err);
    if (r < 0) {
        ask_close(k);
        return r;
    }
    *out = k;
    return 0;
}

void ask_close(struct asking *k)
{
    if (!k)
        return;
    peer_line_close(k->line);
    score_list_free(k->usual);
    free(k);
}

struct peer_line *ask_line(struct asking *k)
{
    return k->line;
}

/* --- the question --- */

static int make_question(struct round *r, struct err *err)
{
    const struct peer_line *l = r->k->line;
    struct wire_question *q = &r->question;
    uint8_t random[10];
    match_units(r->k->names, r->arena, r->query->who, &r->units);
    r->n_keys = match_keys(r->k->names, r->arena, r->query->who, MATCH_SIDE_ASKER, r->keys);
    if (r->n_keys == 0)
        return err_set(err, ERR_INPUT, N_("there is nothing to ask by: a name needs at least a year of birth, a document or a phone beside it"));
    int result = question_make(r->keys, r->n_keys, &r->blinded, err);
    if (result < 0)
        return result;
    crypto_random(random, sizeof random);
    crypto_random(r->nonce, sizeof r->nonce);
    *q = (struct wire_question){.epoch = l->statement.epoch, .time_ms = r->now_ms, .purpose = r->query->purpose};
    wire_uuid7(q->id, r->now_ms, random);
    memcpy(q->from, l->own_id, ID_LEN);
    memcpy(q->to, l->partner.id, ID_LEN);
    const bytes parts[] = {{r->nonce, sizeof r->nonce}, str_bytes(r->query->reference)};
    crypto_sha256_parts(q->reference, parts, 2);
    memcpy(q->points, question_points(r->blinded), sizeof q->points);
    result = keyring_sign(r->k->node->keys, KEYRING_AGENCY, wire_question_canonical(r->arena, q), q->signature, err);
    if (result < 0)
        return result;
    memcpy(r->out->question, q->id, ID_LEN);
    r->out->epoch = q->epoch;
    r->out->keys = r->n_keys;
    return 0;
}

/* What the sealed detail of the first leaf says: enough for an auditor to see who was asked about, where and why. */
static str describe_question(const struct round *r)
{
    struct json *o = json_object_new(r->arena);
    json_put_str(o, "partner", r->k->line->partner.name);
    json_put_hex(o, "question", (bytes){r->question.id, sizeof r->question.id});
    json_put_int(o, "epoch", r->question.epoch);
    json_put_hex(o, "reference_nonce", (bytes){r->nonce, sizeof r->nonce});
    if (r->query->person)
        json_put_hex(o, "person", (bytes){r->query->person->b, ID_LEN});
    else
        json_put_base64(o, "identity", identity_encode(r->arena, r->query->who));
    return json_write(r->arena, o, JSON_ONE_LINE);
}

static str describe_result(const struct round *r, const struct err *failure)
{
    struct json *o = json_object_new(r->arena);
    json_put_str(o, "partner", r->k->line->partner.name);
    json_put_hex(o, "question", (bytes){r->question.id, sizeof r->question.id});
    if (failure) {
        json_put_str(o, "no_answer", str_from(failure->text));
        return json_write(r->arena, o, JSON_ONE_LINE);
    }
    json_put_str(o, "result", str_from(score_band_name(r->out->band)));
    json_put_int(o, "partner_leaf", r->out->partner_leaf);
    struct json *requests = json_put_array(o, "requests");
    for (size_t i = 0; i < r->out->n_hits; i++)
        json_add_str(requests, str_from(r->out->hits[i].number));
    return json_write(r->arena, o, JSON_ONE_LINE);
}

static int log_act(struct round *r, enum verb verb, const struct actor *actor, str detail, act_fn fn, int64_t *leaf, struct err *err)
{
    int64_t start = clock_monotonic_ns();
    struct act act = {.verb = verb, .actor = actor, .purpose = r->query->purpose, .reference = r->query->reference, .now_ms = r->now_ms,
                      .detail = detail, .has_object = true};
    /* a person's leaves carry her record's random id, so that erasing her erases what they say */
    memcpy(act.object, r->query->person ? r->query->person->b : r->question.id, ID_LEN);
    int result = act_run(r->k->node, &act, fn, r, err);
    *leaf = act.leaf_index;
    r->out->times.log += clock_monotonic_ns() - start;
    return result;
}

/* --- the answer --- */

static int check_answer(struct round *r, const struct wire_answer *w, struct err *err)
{
    uint8_t digest[HASH_LEN];
    crypto_sha256(digest, wire_question_canonical(r->arena, &r->question));
    int result = wire_verify("answer", wire_answer_canonical(r->arena, w), w->signature, r->k->line->partner.agency_key, err);
    if (result < 0)
        return result;
    if (memcmp(w->id, r->question.id, sizeof w->id) != 0 || memcmp(w->question, digest, HASH_LEN) != 0)
        return err_set(err, ERR_PEER, "the answer is to another question");
    if (w->epoch != r->question.epoch)
        return err_set(err, ERR_PEER, "the answer is of epoch %u, the question of %u", w->epoch, r->question.epoch);
    return 0;
}

static int send_question(struct round *r, oprf_output outputs[static QUESTION_POINTS], struct err *err)
{
    struct wire_answer w;
    bytes body;
    struct peer_line *l = r->k->line;
    str text = wire_question_write(r->arena, &r->question);
    int64_t start = clock_monotonic_ns();
    int result = peer_line_send(l, r->arena, "/v1/ask", str_bytes(text), WIRE_ANSWER_MAX, &body, err);
    int64_t arrived = clock_monotonic_ns();
    r->out->times.line = arrived - start;
    if (result < 0)
        return result;
    result = wire_answer_read(r->arena, body, &w, err);
    if (result < 0)
        return err_set(err, ERR_PEER, "answered with something that is not an answer (%s)", str_printf(r->arena, "%s", err ? err->text : "").p);
    result = check_answer(r, &w, err);
    if (result == 0)
        result = question_open(r->blinded, &l->statement.public_key, w.points, w.proof, outputs, err);
    r->out->times.verify = clock_monotonic_ns() - arrived;
    r->out->partner_leaf = w.leaf_index;
    r->out->budget_left = w.budget_left;
    return result;
}

/* Three groups of four out of 60 random bits, without the letters that are mistaken for digits (Crockford's base 32). */
static void make_number(char number[static ASK_NUMBER_MAX])
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint8_t random[12];
    char *p = number;
    crypto_random(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) {
        if (i == 4 || i == 8)
            *p++ = '-';
        *p++ = digits[random[i] & 31];
    }
    *p = 0;
}

static double records_behind(const struct peer_line *l)
{
    double keys = 0;
    for (size_t i = 0; i < l->n_maps; i++)
        keys += (double)map_info(l->maps[i])->capacity;
    return keys < KEYS_PER_RECORD ? 1 : keys / KEYS_PER_RECORD;
}

struct scored {
    uint32_t handle;
    bool presumed;
    struct score_result score;
};

static int likeliest_first(const void *x, const void *y)
{
    double a = ((const struct scored *)x)->score.probability, b = ((const struct scored *)y)->score.probability;
    return a > b ? -1 : a < b;
}

static int look_up(struct round *r, const oprf_output outputs[], struct err *err)
{
    struct peer_line *l = r->k->line;
    struct match_hit *found;
    size_t n;
    int64_t start = clock_monotonic_ns();
    int result = question_lookup(outputs, r->n_keys, l->maps, l->n_maps, r->arena, &found, &n, err);
    if (result < 0)
        return result;
    const struct score_asked asked = {r->query->who, &r->units, r->keys, r->n_keys};
    struct scored *all = arena_array(r->arena, struct scored, n);
    double n_holder = records_behind(l);
    for (size_t i = 0; i < n; i++) {
        struct score_evidence evidence;
        score_evidence(r->k->usual, &asked, found[i].keys, found[i].bits, &evidence);
        score_result(&r->k->weights, &evidence, n_holder, 1, &all[i].score);
        all[i].handle = found[i].handle;
        all[i].presumed = (found[i].bits & MATCH_BIT_PRESUMED) != 0;
    }
    if (n)
        qsort(all, n, sizeof all[0], likeliest_first);
    r->out->hits = arena_array(r->arena, struct ask_hit, n);
    r->handles = arena_array(r->arena, uint32_t, n);
    for (size_t i = 0; i < n && all[i].score.band != SCORE_NO_HIT; i++) {
        struct ask_hit *hit = &r->out->hits[r->out->n_hits];
        *hit = (struct ask_hit){.band = all[i].score.band, .probability = all[i].score.probability,
                                .explanation = str_printf(r->arena, "%s", all[i].score.explanation).p, .presumed = all[i].presumed};
        make_number(hit->number);
        if (hit->band > r->out->band)
            r->out->band = hit->band;
        r->handles[r->out->n_hits++] = all[i].handle;
    }
    r->out->times.look_up = clock_monotonic_ns() - start;
    return 0;
}

static int keep_requests(struct node *node, struct act *act, void *arg, struct err *err)
{
    (void)act;
    const struct round *r = arg;
    int result = 0;
    for (size_t i = 0; i < r->out->n_hits && result == 0; i++) {
        const struct ask_hit *hit = &r->out->hits[i];
        struct exchange_request row = {.number = str_from(hit->number), .epoch = r->out->epoch, .handle = r->handles[i],
                                       .band = str_from(score_band_name(hit->band)), .asked_ms = r->now_ms};
        crypto_random(row.id, sizeof row.id);
        memcpy(row.partner, r->k->line->partner.id, ID_LEN);
        result = exchange_request_put(node->db, &row, err);
    }
    return result;
}

static int ask_round(struct round *r, const struct actor *actor, struct err *err)
{
    oprf_output outputs[QUESTION_POINTS];
    int64_t start = clock_monotonic_ns();
    int result = make_question(r, err);
    r->out->times.blind = clock_monotonic_ns() - start;
    if (result == 0) /* durable before the question leaves */
        result = log_act(r, VERB_ASK, actor, describe_question(r), NULL, &r->out->leaf, err);
    if (result < 0)
        return result;
    struct err failure = {0};
    result = send_question(r, outputs, &failure);
    if (result == 0)
        result = look_up(r, outputs, &failure);
    if (result == 0 && r->query->keep) {
        r->out->outputs = arena_array(r->arena, oprf_output, r->n_keys);
        memcpy(r->out->outputs, outputs, r->n_keys * sizeof outputs[0]);
    }
    crypto_wipe(outputs, sizeof outputs);
    if (result == 0)
        return log_act(r, VERB_ASK_RESULT, actor, describe_result(r, NULL), keep_requests, &r->out->result_leaf, err);
    if (log_act(r, VERB_ASK_RESULT, actor, describe_result(r, &failure), NULL, &r->out->result_leaf, err) < 0)
        return err_prefix(err, "there was no answer (%s), and that could not be logged", failure.text);
    bool named = str_starts(str_from(failure.text), r->k->line->partner.name);
    return err_set(err, result, "%.*s%s%s", named ? 0 : (int)r->k->line->partner.name.len, r->k->line->partner.name.p, named ? "" : ": ", failure.text);
}

int ask_person(struct asking *k, const struct actor *actor, const struct ask_query *query, int64_t now_ms, struct arena *a,
               struct ask_result *out, struct err *err)
{
    if (!k->line->ready)
        return err_set(err, ERR_USAGE, "the partner's statement and maps were not fetched yet");
    *out = (struct ask_result){.band = SCORE_NO_HIT};
    struct round *r = arena_new_of(a, struct round);
    r->k = k;
    r->query = query;
    r->now_ms = now_ms;
    r->arena = a;
    r->out = out;
    int result = ask_round(r, actor, err);
    question_free(r->blinded);
    return result;
}

int ask_again(struct asking *k, const struct identity *who, uint32_t epoch, const oprf_output outputs[], size_t n, struct arena *a,
              struct ask_result *out, struct err *err)
{
    const struct ask_query query = {.who = who};
    struct round *r = arena_new_of(a, struct round);
    *out = (struct ask_result){.band = SCORE_NO_HIT, .epoch = epoch, .keys = n};
    r->k = k;
    r->query = &query;
    r->arena = a;
    r->out = out;
    match_units(k->names, a, who, &r->units);
    r->n_keys = match_keys(k->names, a, who, MATCH_SIDE_ASKER, r->keys);
    if (!k->line->ready || k->line->statement.epoch != epoch || r->n_keys != n)
        return err_set(err, ERR_NOT_FOUND, "the answer is of another epoch or to another question: ask anew");
    int result = look_up(r, outputs, err);
    for (size_t i = 0; i < out->n_hits; i++)
        out->hits[i].number[0] = 0; /* it leads nowhere: no request is kept for it */
    return result;
}
