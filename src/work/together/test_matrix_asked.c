/* Requests and referrals, at both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "work/requests/referral_internal.h"
#include "work/requests/request_internal.h"
#include "work/together/test_matrix.h"

/* --- requests --- */

static int put_request(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct request_row *row = arg;
    struct arena *a = arena_new();
    (void)act;
    int r = request_said_put(node, a, &row->head, &row->said, err);
    arena_free(a);
    return r < 0 ? r : request_store_put(node->db, row, err);
}

static void make_request(struct matrix *m, bool outgoing, enum request_state state)
{
    struct together *t = m->t;
    struct request_row row = {.head = {.outgoing = outgoing, .state = state, .asked_ms = t->now_ms, .kind = STR("Statement"), .clock = STR("Days7"), .purpose = STR("protection"),
                                       .refusal = STR(""), .why = STR("why"), .basis = STR("Law"), .ended_ms = request_is_open(state) ? 0 : t->now_ms}};
    crypto_random(row.head.id, ID_LEN);
    memcpy(row.head.partner, t->house[PARTNER].self.id, ID_LEN);
    memcpy(row.head.tie, t->tie[OURS][PARTNER], ID_LEN);
    raw(m, put_request, &row);
    memcpy(m->id, row.head.id, ID_LEN);
}

static void make_asked(struct matrix *m, int state)
{
    make_request(m, true, (enum request_state)(state + REQUEST_SENT));
}

static void make_held(struct matrix *m, int state)
{
    make_request(m, false, (enum request_state)(state + REQUEST_OPEN));
}

static int new_request(struct matrix *m, const struct casework *w)
{
    uint8_t id[ID_LEN];
    const struct request_new what = {.to = &m->t->house[PARTNER].self, .number = STR(""), .tie = m->t->tie[OURS][PARTNER], .kind = STR("Statement"), .clock = STR("Days7"),
                                     .why = STR("why"), .basis = STR("Law")};
    return request_send(w, &what, id, &m->t->err);
}

static int withdraw(struct matrix *m, const struct casework *w)
{
    return request_withdraw(w, m->id, STR(""), &m->t->err);
}

static int hurry(struct matrix *m, const struct casework *w)
{
    return request_hurry(w, m->id, STR("Hours8"), &m->t->err);
}

static int refuse(struct matrix *m, const struct casework *w)
{
    return request_refuse(w, m->id, STR("Danger"), STR("it is"), &m->t->err);
}

static int take_up(struct matrix *m, const struct casework *w)
{
    return request_take_up(w, m->id, m->t->file[OURS], m->t->person[OURS], &m->t->err);
}

static int answer(struct matrix *m, const struct casework *w, bool last)
{
    uint8_t letter[ID_LEN];
    return request_answer(w, m->id, &(struct request_answer){.text = STR("she is well"), .basis_words = STR("article 12"), .last = last}, letter, &m->t->err);
}

static int part(struct matrix *m, const struct casework *w)
{
    return answer(m, w, false);
}

static int last(struct matrix *m, const struct casework *w)
{
    return answer(m, w, true);
}

static const char *const asked_states[] = {"sent", "open", "taken", "partly", "answered", "refused", "withdrawn", NULL};
static const struct deed asked_deeds[] = {
    /*                                   sent..withdrawn */
    {"ask",      "request",          "+++++++", true, new_request, NULL},
    {"hurry",    "request",          "++++uuu", true, hurry, NULL},
    {"withdraw", "request-withdraw", "++++uuu", true, withdraw, NULL},
    {"refuse",   "request-refuse",   "uuuuuuu", true, refuse, NULL},
    {"take up",  "request-take",     "uuuuuuu", true, take_up, NULL},
    {"part",     "request-answer",   "UUUUUUU", true, part, NULL},
    {"last",     "request-answer",   "UUUUUUU", true, last, NULL},
    {0},
};
const struct thing request_asked = {"request of ours", asked_states, make_asked, asked_deeds};

static const char *const held_states[] = {"open", "taken", "partly", "answered", "refused", "withdrawn", NULL};
static const struct deed held_deeds[] = {
    {"take up",  "request-take",     "+uuuuu", true, take_up, NULL},
    {"part",     "request-answer",   "u++uuu", true, part, NULL},
    {"last",     "request-answer",   "u++uuu", true, last, NULL},
    {"refuse",   "request-refuse",   "+++uuu", true, refuse, NULL},
    {"withdraw", "request-withdraw", "uuuuuu", true, withdraw, NULL},
    {"hurry",    "request",          "uuuuuu", true, hurry, NULL},
    {0},
};
const struct thing request_held = {"request to us", held_states, make_held, held_deeds};

/* --- referrals --- */

static int put_referral(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct referral_row *row = arg;
    struct arena *a = arena_new();
    struct paper_referral paper = {.reason = STR("Other"), .why = STR("why"), .fields = STR("{}")};
    (void)act;
    int r = vault_put(node->vault, node->db, VAULT_REQUEST, str_bytes(paper_referral_write(a, &paper)), NULL, &row->said, NULL, err);
    row->has_said = r == 0;
    arena_free(a);
    return r < 0 ? r : referral_store_put(node->db, row, err);
}

static void make_referral(struct matrix *m, bool outgoing, int state)
{
    struct together *t = m->t;
    struct referral_row row = {.head = {.outgoing = outgoing, .state = (enum referral_state)(state + REFERRAL_OFFERED), .sent_ms = t->now_ms, .purpose = STR("protection"),
                                        .reason = STR("Other"), .refusal = STR("")}};
    crypto_random(row.head.id, ID_LEN);
    memcpy(row.head.partner, t->house[PARTNER].self.id, ID_LEN);
    memcpy(row.head.tie, t->tie[OURS][PARTNER], ID_LEN);
    raw(m, put_referral, &row);
    memcpy(m->id, row.head.id, ID_LEN);
}

static void make_given(struct matrix *m, int state)
{
    make_referral(m, true, state);
}

static void make_taken(struct matrix *m, int state)
{
    make_referral(m, false, state);
}

static int accept(struct matrix *m, const struct casework *w)
{
    uint8_t file[ID_LEN];
    return referral_accept(w, &m->t->rules, m->id, file, &m->t->err);
}

static int turn_away(struct matrix *m, const struct casework *w)
{
    return referral_refuse(w, m->id, STR("NoPlace"), STR("none"), &m->t->err);
}

static int follow(struct matrix *m, const struct casework *w)
{
    return referral_follow(w, m->id, &(struct referral_step){.outcome = STR("Arrived")}, &m->t->err);
}

static int finish(struct matrix *m, const struct casework *w)
{
    return referral_follow(w, m->id, &(struct referral_step){.outcome = STR("Completed"), .last = true}, &m->t->err);
}

static const char *const referral_states[] = {"offered", "accepted", "refused", "ended", "taken back", NULL};
static const struct deed given_deeds[] = {
    {"accept", "referral-accept", "uuuuu", true, accept, NULL},
    {"refuse", "referral-refuse", "uuuuu", true, turn_away, NULL},
    {"follow", "referral-follow", "u+uuu", true, follow, NULL},
    {"end",    "referral-follow", "uuuuu", true, finish, NULL},
    {0},
};
static const struct deed taken_deeds[] = {
    {"accept", "referral-accept", "+uuuu", true, accept, NULL},
    {"refuse", "referral-refuse", "+uuuu", true, turn_away, NULL},
    {"follow", "referral-follow", "u+uuu", true, follow, NULL},
    {"end",    "referral-follow", "u+uuu", true, finish, NULL},
    {0},
};
const struct thing referral_given = {"referral by us", referral_states, make_given, given_deeds};
const struct thing referral_taken = {"referral to us", referral_states, make_taken, taken_deeds};
