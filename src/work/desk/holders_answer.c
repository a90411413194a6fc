/* What a holder says in a set-up, and what it answers for a draw: once. */
#include <string.h>

#include "ground/json/json.h"
#include "work/desk/holders_internal.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

void holders_own_id(const struct node *node, uint8_t id[static ID_LEN])
{
    uint8_t key[SIGN_PUBLIC_LEN];
    keyring_public(node->keys, KEYRING_AGENCY, key);
    partner_id(key, id);
}

/* --- signatures --- */

static int key_of(struct node *node, const uint8_t agency[ID_LEN], struct arena *a, uint8_t key[SIGN_PUBLIC_LEN], struct err *err)
{
    uint8_t own[ID_LEN];
    struct partner p;
    holders_own_id(node, own);
    if (memcmp(own, agency, ID_LEN) == 0) {
        keyring_public(node->keys, KEYRING_AGENCY, key);
        return 0;
    }
    int r = partner_by_id(node->db, a, agency, &p, err);
    if (r == 0 && p.status != PARTNER_ACTIVE)
        r = err_set(err, ERR_DENIED, "a holder of these keys is no active partner of this node");
    if (r == 0)
        memcpy(key, p.agency_key, SIGN_PUBLIC_LEN);
    return r;
}

int holders_signed(struct node *node, const struct holders_what *w, unsigned round, unsigned i, bytes said, const uint8_t signature[static SIGNATURE_LEN],
                   struct err *err)
{
    struct arena *a = arena_new();
    uint8_t key[SIGN_PUBLIC_LEN];
    int r = key_of(node, w->agencies[i], a, key, err);
    if (r == 0 && !crypto_verify(signature, talk_signed(a, w, round, i, said), key))
        r = err_set(err, ERR_CRYPTO, "what holder %u said in round %u of the set-up is not signed by its agency", i + 1, round);
    arena_free(a);
    return r;
}

static int all_signed(struct node *node, const struct talk *t, unsigned round, struct err *err)
{
    uint8_t said[TALK_SAID_MAX];
    int r = 0;
    for (unsigned k = TALK_OFFER; k < TALK_ROUNDS; k++)
        for (unsigned i = 0; r == 0 && talk_comes_before(k, round) && i < t->what.setup.holders; i++)
            if (k != TALK_OPEN || talk_complained_of(t, i + 1)) /* the others open nothing */
                r = holders_signed(node, &t->what, k, i, (bytes){said, talk_said(t, k, i, said)}, t->signatures[k][i], err);
    return r;
}

/* --- the rounds --- */

struct step { struct node *node; const struct talk *t; unsigned me; int64_t now_ms; uint8_t *said; size_t *len; };

static int say_offer(struct step *s, struct err *err)
{
    struct setup_offer offer;
    int r = keyring_share_offer(s->node->keys, &s->t->what.setup, s->me, &offer, err);
    if (r == 0)
        memcpy(s->said, &offer, sizeof offer);
    *s->len = sizeof offer;
    return r;
}

static int say_deal(struct step *s, struct err *err)
{
    struct setup_deal deal;
    int r = keyring_share_deal(s->node->keys, &s->t->what.setup, s->me, s->t->offers, &deal, err);
    if (r == 0)
        *s->len = setup_deal_write(&s->t->what.setup, &deal, s->said);
    return r;
}

static int say_word(struct step *s, struct err *err)
{
    const struct holders_what *w = &s->t->what;
    struct share_row row = {.me = s->me};
    struct setup_word word;
    uint8_t about[TALK_ABOUT_MAX];
    int r = keyring_share_take(s->node->keys, &w->setup, s->me, s->t->offers, s->t->deals, row.sealed, &word, err);
    if (r == 0 && !word.complaints) {
        memcpy(row.setup, w->setup.id, ID_LEN);
        memcpy(row.hall, w->hall, ID_LEN);
        row.about = (bytes){about, talk_about_write(w, about)};
        r = holders_store_put(s->node->db, &row, s->now_ms, err);
    }
    if (r == 0)
        *s->len = setup_word_write(&w->setup, &word, s->said);
    return r;
}

/* The keys, as this node sees them; its own share must fit them before it says so and puts them into its log. */
static int say_keys(struct step *s, struct err *err)
{
    const struct holders_what *w = &s->t->what;
    const struct draw probe = {.day = w->from_day, .kind = DRAW_KINDS}; /* nothing that is ever drawn */
    const bytes known = {(const uint8_t *)"probe", 5};
    struct arena *a = arena_new();
    struct day_keys keys = {.from_day = w->from_day, .until_day = w->until_day};
    struct threshold_answer answer;
    struct share_row row;
    oprf_point input;
    uint8_t alpha[DRAW_ALPHA_LEN];
    unsigned dealer, holder;
    memcpy(keys.hall, w->hall, ID_LEN);
    draw_alpha(&probe, alpha);
    int r = setup_finish(&w->setup, s->t->offers, s->t->deals, s->t->words, &keys.keys, &dealer, &holder, err);
    if (r == 0)
        r = holders_store_get(s->node->db, w->setup.id, a, &row, err);
    if (r == 0)
        r = holders_answer_own(s->node, &row, &probe, known, &answer, err);
    if (r == 0)
        r = threshold_input(&input, (bytes){alpha, sizeof alpha}, err);
    if (r == 0)
        r = threshold_check(&keys.keys, s->me, &input, known, &answer, err);
    if (r == 0 && !row.ready)
        r = day_book_keys(s->node, &keys, s->me == 1, s->now_ms, err);
    if (r == 0 && !row.ready)
        r = holders_store_ready(s->node->db, w->setup.id, &keys.keys, err);
    if (r == 0)
        *s->len = threshold_keys_write(&keys.keys, s->said);
    arena_free(a);
    return r;
}

/* For each that complained of it, and signed that: what was sealed for that one. It has had it, or says so. */
static int say_open(struct step *s, struct err *err)
{
    const struct holders_what *w = &s->t->what;
    int r = talk_complained_of(s->t, s->me) ? 0 : err_set(err, ERR_DENIED, "nobody complains of this holder: it opens nothing");
    *s->len = talk_said_len(w, TALK_OPEN);
    memset(s->said, 0, *s->len);
    for (unsigned h = 1; r == 0 && h <= w->setup.holders; h++)
        if (s->t->words[h - 1].complaints >> (s->me - 1) & 1)
            r = keyring_share_open(s->node->keys, &w->setup, s->me, h, s->said + (size_t)(h - 1) * 32, err);
    return r;
}

struct judging { struct fault_row fault; unsigned dealer, holder; bool silent; struct arena *a; };

static int do_judge(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct judging *j = arg;
    bool fresh;
    struct json *o = json_object_new(j->a);
    json_put_hex(o, "hall", (bytes){j->fault.hall, ID_LEN});
    json_put_hex(o, "setup", (bytes){j->fault.setup, ID_LEN});
    json_put_hex(o, "at_fault", (bytes){j->fault.agency, ID_LEN});
    json_put_int(o, "dealer", j->dealer);
    json_put_int(o, "holder", j->holder);
    json_put_int(o, "silent", j->silent);
    act->has_object = true;
    memcpy(act->object, j->fault.hall, ID_LEN);
    act->detail = json_write(j->a, o, JSON_ONE_LINE);
    int r = holders_store_fault(node->db, &j->fault, act->now_ms, &fresh, err);
    return r == 0 && !fresh ? err_set(err, ERR_EXISTS, "that is judged already") : r;
}

int holders_judged(struct node *node, const struct talk *t, unsigned dealer, unsigned holder, unsigned fault, bool silent, int64_t now_ms, struct err *err)
{
    struct judging j = {.dealer = dealer, .holder = holder, .silent = silent, .a = arena_new()};
    struct act act = {.verb = VERB_DESK, .actor = &act_node, .now_ms = now_ms};
    struct err why = {0};
    memcpy(j.fault.setup, t->what.setup.id, ID_LEN);
    memcpy(j.fault.hall, t->what.hall, ID_LEN);
    memcpy(j.fault.agency, t->what.agencies[fault - 1], ID_LEN);
    int r = act_run(node, &act, do_judge, &j, &why);
    arena_free(j.a);
    if (r < 0 && r != ERR_EXISTS)
        *err = why;
    return r == ERR_EXISTS ? 0 : r;
}

/* Everybody sees which of the two it was, and has it in its own log. */
static int say_judge(struct step *s, struct err *err)
{
    unsigned dealer, holder;
    if (!talk_complaint(s->t, &dealer, &holder))
        return err_set(err, ERR_DENIED, "nobody complains: there is nothing to judge");
    const unsigned fault = setup_judge(&s->t->what.setup, s->t->offers, s->t->deals, dealer, holder, s->t->opened[dealer - 1][holder - 1]);
    s->said[0] = (uint8_t)fault;
    *s->len = 1;
    return holders_judged(s->node, s->t, dealer, holder, fault, false, s->now_ms, err);
}

static int (*const sayings[TALK_ROUNDS])(struct step *s, struct err *err) = {
    [TALK_OFFER] = say_offer, [TALK_DEAL] = say_deal, [TALK_WORD] = say_word, [TALK_KEYS] = say_keys, [TALK_OPEN] = say_open, [TALK_JUDGE] = say_judge};

struct binding { const struct holders_what *what; bool own; };

static int do_bind(struct db *db, void *arg, struct err *err)
{
    const struct binding *b = arg;
    uint8_t about[TALK_ABOUT_MAX];
    const size_t len = talk_about_write(b->what, about);
    bool elsewhere = false, same = false;
    int r = b->own ? 0 : holders_store_elsewhere(db, b->what->hall, b->what->agencies[0], &elsewhere, err);
    if (r == 0 && elsewhere)
        return err_set(err, ERR_DENIED, "another agency had keys made for this hall before: it is not this one's");
    if (r == 0)
        r = holders_store_bind(db, b->what, (bytes){about, len}, &same, err);
    return r == 0 && !same ? err_set(err, ERR_DENIED, "another set-up had this number: make the keys under another id") : r;
}

int holders_step(struct node *node, const struct talk *t, unsigned round, int64_t now_ms, uint8_t said[static TALK_SAID_MAX], size_t *len,
                 uint8_t signature[static SIGNATURE_LEN], struct err *err)
{
    uint8_t own[ID_LEN];
    unsigned i = 0;
    holders_own_id(node, own);
    while (i < t->what.setup.holders && memcmp(t->what.agencies[i], own, ID_LEN) != 0)
        i++;
    if (i == t->what.setup.holders)
        return err_set(err, ERR_DENIED, "this agency is no holder of these keys");
    struct step s = {node, t, i + 1, now_ms, said, len};
    struct binding b = {&t->what, i == 0};
    struct arena *a = arena_new();
    int r = all_signed(node, t, round, err);
    if (r == 0)
        r = db_txn(node->db, do_bind, &b, err);
    if (r == 0)
        r = sayings[round](&s, err);
    if (r == 0 && talk_signs(round))
        r = keyring_sign(node->keys, KEYRING_AGENCY, talk_signed(a, &t->what, round, i, (bytes){said, *len}), signature, err);
    arena_free(a);
    return r;
}

/* --- a draw --- */

int holders_answer_own(const struct node *node, const struct share_row *row, const struct draw *d, bytes known, struct threshold_answer *out, struct err *err)
{
    struct holders_what what;
    struct reader in = reader_new(row->about);
    uint8_t alpha[DRAW_ALPHA_LEN];
    int r = talk_about_read(&in, &what, err);
    draw_alpha(d, alpha);
    return r < 0 ? r : keyring_share_answer(node->keys, &what.setup, row->me, row->sealed, (bytes){alpha, sizeof alpha}, known, out, err);
}

struct answering { struct draw draw; bytes known; struct arena *a; };

/* The leaf says for which records it was: whoever holds it against the day sees whether the hall asked for others. */
static int do_answer(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct answering *w = arg;
    bool fresh, same;
    int r = holders_store_answer(node->db, &w->draw, w->known, &fresh, &same, err);
    if (r == 0 && !same)
        r = err_set(err, ERR_DENIED, "this draw was answered for other records: a holder answers once");
    struct json *o = json_object_new(w->a);
    json_put_hex(o, "hall", (bytes){w->draw.hall, ID_LEN});
    json_put_int(o, "day", w->draw.day);
    json_put_int(o, "kind", w->draw.kind);
    json_put_int(o, "number", w->draw.number);
    json_put_hex(o, "known", w->known);
    act->has_object = true;
    memcpy(act->object, w->draw.hall, ID_LEN);
    act->detail = json_write(w->a, o, JSON_ONE_LINE);
    return r;
}

static int may_answer(const struct holders_what *what, const struct partner *p, const struct answering *w, int64_t now_ms, struct err *err)
{
    const int64_t today = now_ms / DAY_MS;
    if (memcmp(p->id, what->agencies[0], ID_LEN) != 0)
        return err_set(err, ERR_DENIED, "these keys draw for another agency's hall");
    if (w->draw.day < what->from_day || w->draw.day > what->until_day || w->draw.day < today - 2 || w->draw.day > today + 1) /* a day runs for a day and a half at most */
        return err_set(err, ERR_DENIED, "a holder answers for today, on days that the keys are for");
    return w->draw.kind >= DRAW_CALL && w->draw.kind < DRAW_KINDS ? 0 : err_set(err, ERR_INPUT, "there is no such draw");
}

static int give_answer(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    struct reader in = reader_new(q->body);
    struct answering w = {.a = q->arena};
    struct act act = {.verb = VERB_DESK, .actor = &act_node, .now_ms = clock_now_ms()};
    struct holders_what what;
    struct share_row row;
    bytes id = reader_take(&in, ID_LEN);
    w.draw.day = reader_u32(&in);
    w.draw.kind = (enum draw_kind)reader_u8(&in);
    w.draw.number = reader_u32(&in);
    w.known = reader_take(&in, HASH_LEN);
    if (!reader_done(&in))
        return err_set(err, ERR_INPUT, "this asks for no draw");
    int r = holders_store_get(node->db, id.p, q->arena, &row, err);
    if (r == 0 && !row.ready)
        r = err_set(err, ERR_NOT_FOUND, "the holders of these keys have not agreed on them yet");
    if (r < 0)
        return r;
    struct reader about = reader_new(row.about);
    memcpy(w.draw.hall, row.hall, ID_LEN);
    r = talk_about_read(&about, &what, err);
    if (r == 0)
        r = may_answer(&what, p, &w, act.now_ms, err);
    if (r == 0)
        r = act_run(node, &act, do_answer, &w, err);
    struct threshold_answer *answer = arena_new_of(q->arena, struct threshold_answer);
    if (r == 0)
        r = holders_answer_own(node, &row, &w.draw, w.known, answer, err);
    reply->type = "application/octet-stream";
    reply->body = (bytes){(const uint8_t *)answer, sizeof *answer};
    return r;
}

static int give_step(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    struct talk *t = arena_new_of(q->arena, struct talk);
    uint8_t *said = arena_alloc(q->arena, TALK_SAID_MAX + SIGNATURE_LEN), signature[SIGNATURE_LEN];
    unsigned round;
    size_t len = 0;
    bool allowed = false;
    int r = talk_read(q->body, t, &round, err);
    if (r == 0)
        r = holders_store_allowed(node->db, p->id, &allowed, err);
    if (r == 0 && (!allowed || memcmp(p->id, t->what.agencies[0], ID_LEN) != 0))
        r = err_set(err, ERR_DENIED, "nobody here has said that this node holds shares for your halls");
    if (r == 0)
        r = holders_step(node, t, round, clock_now_ms(), said, &len, signature, err);
    if (r == 0 && talk_signs(round)) {
        memcpy(said + len, signature, SIGNATURE_LEN);
        len += SIGNATURE_LEN;
    }
    reply->type = "application/octet-stream";
    reply->body = (bytes){said, len};
    return r;
}

const struct peer_route holders_routes[] = {
    {"POST", "/v1/desk/setup", TALK_MAX, PEER_WORK, give_step},
    {"POST", "/v1/desk/answer", ASKED_LEN, PEER_WORK, give_answer},
    {0},
};
