/* Acts on referrals: see referral.h. */
#include "work/requests/referral.h"

#include <string.h>

#include "ground/text/when.h"
#include "trust/grant/grant.h"
#include "work/cases/consent_act.h"
#include "work/requests/referral_internal.h"
#include "work/requests/request_internal.h"

struct on_referral {
    struct arena *a;
    const uint8_t *id;
    struct referral_row row;
    struct partner partner;
    struct tie tie;
};

static struct act act_of(const struct casework *w, enum verb verb)
{
    return (struct act){.verb = verb, .actor = w->actor, .purpose = w->purpose, .reference = w->reference, .now_ms = w->now_ms};
}

static int find(struct node *node, struct act *act, struct on_referral *q, struct err *err)
{
    act->has_object = true;
    memcpy(act->object, q->id, ID_LEN);
    int r = referral_store_get(node->db, q->id, q->a, &q->row, err);
    if (r == 0)
        r = tie_find(node->db, q->row.head.partner, q->row.head.tie, &q->tie, err);
    if (r == 0)
        r = request_may_see(node, act, &q->tie, err);
    return r == 0 ? partner_by_id(node->db, q->a, q->row.head.partner, &q->partner, err) : r;
}

/* The other side is told; sent in the transaction of the act. */
static int tell(struct node *node, struct act *act, const struct on_referral *q, const struct paper_step *step, struct err *err)
{
    uint8_t letter[ID_LEN];
    struct letter l = {.kind = "referral-state", .purpose = act->purpose, .reference = act->reference, .reply_to = q->id, .type = STR(REFERRAL_MEDIA_TYPE),
                       .payload = str_bytes(paper_step_write(q->a, step))};
    return letter_send(node, &q->partner, &l, act->now_ms, letter, err);
}

/* As people here write the day. */
static str iso_day(const struct node *node, struct arena *a, int64_t now_ms)
{
    char text[DATE_TEXT_MAX];
    date_format(text, when_day_in(node->time_zone, now_ms));
    return str_dup(a, str_from(text));
}

/* --- offering --- */

struct offering {
    const struct referral_new *what;
    struct arena *a;
    const uint8_t *file, *consent;
    struct paper_referral paper;
    bytes payload;
};

static int wrap(struct arena *a, void *arg, str fields_given, struct letter *l, struct err *err)
{
    struct offering *o = arg;
    if (fields_given.len == 0)
        return err_set(err, ERR_INPUT, N_("nothing is written down yet of what the person agreed to give"));
    o->paper.fields = fields_given;
    o->payload = str_bytes(paper_referral_write(a, &o->paper));
    if (o->payload.len > GRANT_INLINE_MAX)
        return err_set(err, ERR_LIMIT, N_("this is too much for one referral: ask her for consent to less"));
    l->type = STR(REFERRAL_MEDIA_TYPE);
    l->payload = o->payload;
    return 0;
}

/* What the case says of it from now on: the standard's own record of a referral. */
static int write_record(struct node *node, const struct act *act, const struct offering *o, const uint8_t person[static ID_LEN], struct err *err)
{
    struct record r = {.unit = FIELD_OF_REFERRAL, .version = 1, .has_about = true};
    memcpy(r.file, o->file, ID_LEN);
    memcpy(r.about, person, ID_LEN);
    record_add(o->a, &r, "cas_ReferredOrganisation", o->what->to->agency);
    record_add(o->a, &r, "cas_OutgoingReferralDate", iso_day(node, o->a, act->now_ms));
    record_add(o->a, &r, "cas_ReasonForOutgoingReferral", o->what->reason);
    int result = record_insert(node, o->a, &r, act->now_ms, act->actor->member, err);
    return result < 0 ? result : record_touch(node->db, o->file, act->now_ms, err);
}

/* Behind the letter, in its act. */
static int note_offer(struct node *node, struct act *act, void *arg, const struct grant *grant, const uint8_t letter[static ID_LEN], struct err *err)
{
    struct offering *o = arg;
    struct record consent;
    struct referral_row row = {.head = {.outgoing = true, .sent_ms = act->now_ms, .purpose = o->what->purpose, .reason = o->what->reason, .refusal = STR(""),
                                        .has_member = true}, .has_said = true};
    struct tie tie = {.made_ms = act->now_ms, .has_person = true};
    int r = record_get(node, o->file, o->consent, o->a, &consent, err);
    if (r == 0 && !consent.has_about)
        r = err_set(err, ERR_USAGE, N_("this consent says of nobody whose it is: record a new one"));
    if (r < 0)
        return r;
    memcpy(tie.id, o->paper.tie, ID_LEN);
    memcpy(tie.partner, o->what->to->id, ID_LEN);
    memcpy(tie.file, o->file, ID_LEN);
    memcpy(tie.person, consent.about, ID_LEN);
    memcpy(row.head.id, letter, ID_LEN);
    memcpy(row.head.partner, o->what->to->id, ID_LEN);
    memcpy(row.head.tie, o->paper.tie, ID_LEN);
    memcpy(row.head.grant, grant->id, ID_LEN);
    memcpy(row.head.member, act->actor->member, ID_LEN);
    r = referral_move(&row, REFERRAL_OFFER, REFERRAL_GIVER, act->now_ms, err);
    if (r == 0)
        r = tie_make(node->db, &tie, err);
    if (r == 0)
        r = vault_put(node->vault, node->db, VAULT_REQUEST, o->payload, NULL, &row.said, NULL, err);
    if (r == 0)
        r = referral_store_put(node->db, &row, err);
    return r < 0 ? r : write_record(node, act, o, consent.about, err);
}

int referral_send(const struct casework *w, const uint8_t file[static ID_LEN], const uint8_t consent[static ID_LEN], const struct referral_new *what,
                  uint8_t id[static ID_LEN], struct err *err)
{
    struct offering o = {.what = what, .a = arena_new(), .file = file, .consent = consent, .paper = {.reason = what->reason, .why = what->why}};
    const struct consent_share share = {.to = what->to, .purpose = what->purpose, .wrap = wrap, .also = note_offer, .also_arg = &o};
    int r = 0;
    crypto_random(o.paper.tie, ID_LEN);
    if (what->reason.len && !field_code_find(field_find(STR("cas_ReasonForOutgoingReferral")), what->reason))
        r = err_set(err, ERR_INPUT, N_("choose why the person is referred"));
    else if (what->why.len > REQUEST_WORDS_MAX)
        r = err_set(err, ERR_INPUT, N_("a reason has at most %d bytes"), REQUEST_WORDS_MAX);
    if (r == 0)
        r = consent_share(w, file, o.a, consent, &share, id, err);
    arena_free(o.a);
    return r;
}

/* --- looking --- */

struct listing { struct arena *a; struct referral **out; size_t *n; };

static int do_list(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct listing *l = arg;
    struct referral_row *rows;
    (void)act;
    int r = referral_store_list(node->db, false, REQUESTS_LIST_MAX, l->a, &rows, l->n, err);
    if (r < 0)
        return r;
    *l->out = arena_array(l->a, struct referral, *l->n);
    for (size_t i = 0; i < *l->n; i++)
        (*l->out)[i] = rows[i].head;
    return 0;
}

int referral_list(const struct casework *w, struct arena *a, struct referral **out, size_t *n, struct err *err)
{
    struct listing l = {a, out, n};
    struct act act = {.verb = VERB_REFERRALS, .actor = w->actor, .now_ms = w->now_ms};
    return act_run(w->node, &act, do_list, &l, err);
}

int referral_count(struct db *db, int64_t *waiting, struct err *err)
{
    return referral_store_count(db, waiting, err);
}

int referral_purpose(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, str *purpose, struct err *err)
{
    struct referral_row row;
    int r = referral_store_get(node->db, id, a, &row, err);
    *purpose = row.head.purpose;
    return r;
}

/* What was sent: our own copy, or the letter, as long as its grant lets it be read. ERR_DENIED: not any more. */
static int open_paper(struct node *node, const struct act *act, struct on_referral *q, struct paper_referral *paper, struct err *err)
{
    struct letter_content content;
    bytes payload;
    int r;
    if (q->row.has_said) {
        r = vault_get(node->vault, node->db, VAULT_REQUEST, &q->row.said, q->a, &payload, err);
    } else {
        r = grant_letter_may(node, q->id, GRANT_READ, act->purpose, act->now_ms, err);
        if (r == 0)
            r = post_read(node, q->id, q->a, &content, &payload, err);
        if (r == ERR_NOT_FOUND)
            r = err_set(err, ERR_DENIED, N_("what was sent was taken back, or its time is over"));
    }
    return r < 0 ? r : paper_referral_read(q->a, payload, paper, err);
}

struct looking { struct on_referral q; struct referral *out; struct referral_step **steps; size_t *n; };

static int open_steps(struct node *node, struct looking *l, struct err *err)
{
    struct step_row *rows;
    int r = step_store_of(node->db, l->q.id, l->q.a, &rows, l->n, err);
    *l->steps = arena_array(l->q.a, struct referral_step, r == 0 ? *l->n : 0);
    for (size_t i = 0; r == 0 && i < *l->n; i++) {
        struct paper_step p = {0};
        bytes said;
        r = vault_get(node->vault, node->db, VAULT_REQUEST, &rows[i].said, l->q.a, &said, err);
        if (r == 0)
            r = paper_step_read(l->q.a, said, &p, err);
        (*l->steps)[i] = (struct referral_step){rows[i].ours, rows[i].last, rows[i].at_ms, p.day, p.code, p.words};
    }
    return r;
}

static int do_look(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct looking *l = arg;
    struct paper_referral paper = {0};
    struct grant_item grant;
    struct err why = {0};
    bytes words;
    int r = find(node, act, &l->q, err);
    struct referral *head = &l->q.row.head;
    if (r == 0 && !str_eq(act->purpose, head->purpose)) /* our own copy, and what was told since, are for that as the letter is */
        r = err_set(err, ERR_DENIED, N_("she was referred for another purpose: look at it for that one"));
    if (r < 0)
        return r;
    r = open_paper(node, act, &l->q, &paper, &why);
    head->readable = r == 0;
    head->why = paper.why;
    head->fields = paper.fields;
    if (r == ERR_DENIED)
        r = 0;
    else if (r < 0)
        *err = why;
    if (r == 0 && grant_find(node, l->q.a, head->grant, act->now_ms, &grant, &why) == 0 && grant.state == GRANT_LIVE)
        head->until_ms = grant.grant.expires_ms;
    if (r == 0 && l->q.row.has_words && (r = vault_get(node->vault, node->db, VAULT_REQUEST, &l->q.row.words, l->q.a, &words, err)) == 0)
        head->words = bytes_str(words);
    if (r == 0)
        r = open_steps(node, l, err);
    *l->out = *head;
    return r;
}

int referral_look(const struct casework *w, const uint8_t id[static ID_LEN], struct arena *a, struct referral *out, struct tie *tie,
                  struct referral_step **steps, size_t *n, struct err *err)
{
    struct looking l = {.q = {.a = a, .id = id}, .out = out, .steps = steps, .n = n};
    struct act act = act_of(w, VERB_REFERRAL_LOOK);
    int r = act_run(w->node, &act, do_look, &l, err);
    *tie = l.q.tie;
    return r;
}

/* --- the partner --- */

struct accepting { struct on_referral q; const struct field_rules *rules; uint8_t *file; struct casefile_indexing indexing; };

/* The case, from what was sent; each of its records is noted, so that what was sent can be taken back. */
static int open_case(struct node *node, struct act *act, struct accepting *k, const struct paper_referral *paper, struct err *err)
{
    struct casefile_change *changes;
    size_t n;
    int r = consent_payload_read(k->q.a, k->rules, str_bytes(paper->fields), &changes, &n, err);
    if (r < 0)
        return r;
    const size_t came = n;
    struct record *referral = &changes[n++].record;
    changes[came] = (struct casefile_change){.about_index = 2, .record = {.unit = FIELD_OF_REFERRAL, .version = 1}};
    record_add(k->q.a, referral, "cas_ReferringOrganisation", k->q.partner.agency);
    record_add(k->q.a, referral, "cas_IncomingReferralDate", iso_day(node, k->q.a, act->now_ms));
    record_add(k->q.a, referral, "cas_ReasonForIncomingReferral", paper->reason);
    record_add(k->q.a, referral, "cas_IncomingReferralDetails", paper->why);
    r = casefile_make(node, act->now_ms, act->actor->member, k->q.a, changes, n, k->file, &k->indexing, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct record_place place;
        memcpy(place.file, k->file, ID_LEN);
        memcpy(place.record, changes[i].record.id, ID_LEN);
        r = came_store_add(node->db, k->q.id, &place, err);
    }
    if (r < 0)
        return r;
    k->q.tie.has_person = true;
    memcpy(k->q.tie.file, k->file, ID_LEN);
    memcpy(k->q.tie.person, changes[1].record.id, ID_LEN);
    return tie_make(node->db, &k->q.tie, err);
}

static int do_accept(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct accepting *k = arg;
    struct paper_referral paper;
    struct paper_step step = {.event = REFERRAL_ACCEPT};
    casefile_indexing_again(&k->indexing);
    int r = find(node, act, &k->q, err);
    if (r == 0 && k->q.row.head.outgoing)
        r = err_set(err, ERR_USAGE, N_("this is for the other agency to do"));
    if (r == 0)
        r = referral_move(&k->q.row, REFERRAL_ACCEPT, REFERRAL_TAKER, act->now_ms, err);
    if (r == 0)
        r = open_paper(node, act, &k->q, &paper, err);
    if (r < 0)
        return r;
    k->q.row.head.has_member = true;
    memcpy(k->q.row.head.member, act->actor->member, ID_LEN);
    memcpy(k->file, k->q.tie.file, ID_LEN);
    if (!k->q.tie.has_person)
        r = open_case(node, act, k, &paper, err);
    memcpy(step.referral, k->q.id, ID_LEN);
    if (r == 0)
        r = tell(node, act, &k->q, &step, err);
    return r < 0 ? r : referral_store_put(node->db, &k->q.row, err);
}

int referral_accept(const struct casework *w, const struct field_rules *rules, const uint8_t id[static ID_LEN], uint8_t file[static ID_LEN], struct err *err)
{
    struct accepting k = {.q = {.a = arena_new(), .id = id}, .rules = rules, .file = file};
    struct act act = act_of(w, VERB_REFERRAL_ACCEPT);
    int r = casefile_indexing_new(w, k.q.a, CASEFILE_CHANGES_MAX, &k.indexing, err);
    if (r == 0) {
        r = act_run(w->node, &act, do_accept, &k, err);
        casefile_indexing_end(w, k.q.a, &k.indexing, r == 0);
    }
    arena_free(k.q.a);
    return r;
}

/* --- refusing, following up --- */

struct stepping { struct on_referral q; struct paper_step step; };

static int do_step(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct stepping *s = arg;
    int r = find(node, act, &s->q, err);
    if (r == 0)
        r = referral_move(&s->q.row, s->step.event, s->q.row.head.outgoing ? REFERRAL_GIVER : REFERRAL_TAKER, act->now_ms, err);
    if (r < 0)
        return r;
    memcpy(s->step.referral, s->q.id, ID_LEN);
    act->detail = s->step.code;
    if (s->step.event == REFERRAL_REFUSE) {
        s->q.row.head.refusal = s->step.code;
        s->q.row.head.has_member = true;
        memcpy(s->q.row.head.member, act->actor->member, ID_LEN);
        r = referral_words_put(node, &s->q.row, s->step.words, err);
    } else {
        r = referral_step_put(node, s->q.a, &s->step, true, act->now_ms, err);
    }
    if (r == 0)
        r = tell(node, act, &s->q, &s->step, err);
    return r < 0 ? r : referral_store_put(node->db, &s->q.row, err);
}

static int run_step(const struct casework *w, const uint8_t id[static ID_LEN], enum verb verb, struct stepping *s, struct err *err)
{
    struct act act = act_of(w, verb);
    s->q = (struct on_referral){.a = arena_new(), .id = id};
    int r = s->step.words.len > REQUEST_WORDS_MAX ? err_set(err, ERR_INPUT, N_("what you write has at most %d bytes"), REQUEST_WORDS_MAX)
                                                  : act_run(w->node, &act, do_step, s, err);
    arena_free(s->q.a);
    return r;
}

int referral_refuse(const struct casework *w, const uint8_t id[static ID_LEN], str reason, str words, struct err *err)
{
    struct stepping s = {.step = {.event = REFERRAL_REFUSE, .code = reason, .words = words}};
    if (!request_word(referral_refusals, reason) || str_eq(reason, STR(REFERRAL_ERASED)))
        return err_set(err, ERR_INPUT, N_("choose why the person is not taken in"));
    return run_step(w, id, VERB_REFERRAL_REFUSE, &s, err);
}

int referral_follow(const struct casework *w, const uint8_t id[static ID_LEN], const struct referral_step *step, struct err *err)
{
    struct date day;
    struct stepping s = {.step = {.event = step->last ? REFERRAL_END : REFERRAL_FOLLOW, .code = step->outcome, .day = step->day, .words = step->words}};
    if (!request_word(referral_outcomes, step->outcome) || str_eq(step->outcome, STR(REFERRAL_ERASED)))
        return err_set(err, ERR_INPUT, N_("choose what became of it"));
    if (step->day.len && !date_parse_iso(step->day, &day))
        return err_set(err, ERR_INPUT, N_("write the day as a date"));
    return run_step(w, id, VERB_REFERRAL_FOLLOW, &s, err);
}
