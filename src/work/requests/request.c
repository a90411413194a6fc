/* Acts on requests: see request.h. */
#include "work/requests/request.h"

#include <stdlib.h>
#include <string.h>

#include "trust/grant/grant.h"
#include "trust/peer/ask.h"
#include "work/cases/consent_act.h"
#include "work/requests/request_internal.h"

#define ANSWER_DAYS 365 /* what rests on a law is given for so long, unless it is given anew */
#define DAY_MS (INT64_C(24) * 3600 * 1000)

struct on_request {
    const struct casework *w;
    struct arena *a;
    const uint8_t *id;
    struct request_row row;
    struct partner partner;
};

static struct act act_of(const struct casework *w, enum verb verb)
{
    return (struct act){.verb = verb, .actor = w->actor, .purpose = w->purpose, .reference = w->reference, .now_ms = w->now_ms};
}

/* A request of one file is for those who have a part in it. */
int request_may_see(struct node *node, const struct act *act, const struct tie *tie, struct err *err)
{
    unsigned roles, relation, state;
    if (!tie->has_person)
        return 0;
    int r = access_standing(node->db, act->actor->member, &roles, err);
    if (r == 0)
        r = access_relation(node->db, tie->file, act->actor->member, roles, act->now_ms, &relation, &state, err);
    if (r == 0 && relation && !(relation & RELATION_PART))
        r = err_set(err, ERR_DENIED, N_("you have no part in the case that this request is about"));
    return r;
}

static int find(struct node *node, struct act *act, struct on_request *q, struct tie *tie, struct err *err)
{
    act->has_object = true;
    memcpy(act->object, q->id, ID_LEN);
    int r = request_store_get(node->db, q->id, q->a, &q->row, err);
    if (r == 0)
        r = tie_find(node->db, q->row.head.partner, q->row.head.tie, tie, err);
    if (r == 0)
        r = request_may_see(node, act, tie, err);
    return r == 0 ? partner_by_id(node->db, q->a, q->row.head.partner, &q->partner, err) : r;
}

/* The other side is told; sent in the transaction of the act. */
static int tell(struct node *node, struct act *act, const struct on_request *q, enum request_event event, str code, str words, struct err *err)
{
    struct paper_state p = {.event = event, .code = code, .words = words};
    uint8_t letter[ID_LEN];
    memcpy(p.request, q->id, ID_LEN);
    struct letter l = {.kind = "request-state", .purpose = act->purpose, .reference = act->reference, .reply_to = q->id, .type = STR(REQUEST_MEDIA_TYPE),
                       .payload = str_bytes(paper_state_write(q->a, &p))};
    return letter_send(node, &q->partner, &l, act->now_ms, letter, err);
}

/* --- asking --- */

struct sending { const struct request_new *what; struct arena *a; uint8_t *id; };

static int check_new(const struct request_new *n, struct err *err)
{
    if (!request_word(request_asks, n->kind))
        return err_set(err, ERR_INPUT, N_("say what you ask for"));
    if (!request_clock(n->clock))
        return err_set(err, ERR_INPUT, N_("say by when it is needed"));
    if (!request_word(request_bases, n->basis))
        return err_set(err, ERR_INPUT, N_("say on which basis you ask"));
    if (n->why.len == 0)
        return err_set(err, ERR_INPUT, N_("say why you ask"));
    if (n->why.len > REQUEST_WORDS_MAX || n->basis_words.len > REQUEST_WORDS_MAX)
        return err_set(err, ERR_INPUT, N_("a reason has at most %d bytes"), REQUEST_WORDS_MAX);
    return 0;
}

/* The tie that the letter carries: of before, or a fresh one. */
static int tie_for(struct node *node, const struct request_new *n, int64_t now_ms, struct tie *tie, struct err *err)
{
    if (n->tie)
        return tie_find(node->db, n->to->id, n->tie, tie, err);
    *tie = (struct tie){.made_ms = now_ms, .has_person = n->has_person};
    memcpy(tie->partner, n->to->id, ID_LEN);
    memcpy(tie->file, n->file, ID_LEN);
    memcpy(tie->person, n->person, ID_LEN);
    return tie_make(node->db, tie, err);
}

static int handle_of(struct node *node, const struct request_new *n, struct paper_request *p, struct err *err)
{
    struct ask_number number;
    if (n->number.len == 0)
        return 0;
    int r = ask_number_find(node->db, n->number, &number, err);
    if (r == 0 && memcmp(number.partner, n->to->id, ID_LEN) != 0)
        r = err_set(err, ERR_INPUT, N_("this request number is of another partner"));
    p->has_handle = r == 0;
    p->epoch = number.epoch;
    p->handle = number.handle;
    return r;
}

static int do_send(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct sending *s = arg;
    const struct request_new *n = s->what;
    struct paper_request p = {.kind = n->kind, .clock = n->clock, .basis = n->basis, .basis_words = n->basis_words, .why = n->why, .evidence = n->evidence};
    struct request_row row = {.head = {.outgoing = true, .state = REQUEST_SENT, .asked_ms = act->now_ms, .kind = n->kind, .clock = n->clock, .why = n->why,
                                       .basis = n->basis, .basis_words = n->basis_words, .evidence = n->evidence, .purpose = act->purpose, .refusal = STR(""), .has_member = true}};
    struct tie tie;
    int r = tie_for(node, n, act->now_ms, &tie, err);
    if (r == 0)
        r = request_may_see(node, act, &tie, err);
    if (r == 0)
        r = handle_of(node, n, &p, err);
    if (r < 0)
        return r;
    memcpy(p.tie, tie.id, ID_LEN);
    struct letter l = {.kind = "request", .purpose = act->purpose, .reference = act->reference, .type = STR(REQUEST_MEDIA_TYPE),
                       .payload = str_bytes(paper_request_write(s->a, &p))};
    r = letter_send(node, n->to, &l, act->now_ms, s->id, err);
    memcpy(row.head.id, s->id, ID_LEN);
    memcpy(row.head.partner, n->to->id, ID_LEN);
    memcpy(row.head.tie, tie.id, ID_LEN);
    memcpy(row.head.member, act->actor->member, ID_LEN);
    act->has_object = true;
    memcpy(act->object, s->id, ID_LEN);
    act->detail = n->kind;
    if (r == 0)
        r = request_said_put(node, s->a, &row.head, &row.said, err);
    return r < 0 ? r : request_store_put(node->db, &row, err);
}

int request_send(const struct casework *w, const struct request_new *what, uint8_t id[static ID_LEN], struct err *err)
{
    struct sending s = {what, arena_new(), id};
    struct act act = act_of(w, VERB_REQUEST);
    int r = check_new(what, err);
    if (r == 0)
        r = act_run(w->node, &act, do_send, &s, err);
    arena_free(s.a);
    return r;
}

/* --- looking --- */

struct listing { const struct request_filter *filter; struct arena *a; struct request **out; size_t *n; };

static int do_list(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct listing *l = arg;
    (void)act;
    return request_store_list(node->db, l->filter, REQUESTS_LIST_MAX, l->a, l->out, l->n, err);
}

int request_list(const struct casework *w, const struct request_filter *filter, struct arena *a, struct request **out, size_t *n, struct err *err)
{
    struct listing l = {filter, a, out, n};
    struct act act = {.verb = VERB_REQUESTS, .actor = w->actor, .now_ms = w->now_ms};
    return act_run(w->node, &act, do_list, &l, err);
}

int request_count(struct db *db, int64_t now_ms, struct request_counts *out, struct err *err)
{
    return request_store_count(db, now_ms, out, err);
}

int request_purpose(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, str *purpose, struct err *err)
{
    struct request_row row;
    int r = request_store_get(node->db, id, a, &row, err);
    *purpose = row.head.purpose;
    return r;
}

struct looking { struct on_request q; struct request *out; struct tie *tie; struct request_part **parts; size_t *n; };

/* What we answered, for ourselves, or the letter that came, as long as its grant lets it be read. */
static int open_part(struct node *node, const struct act *act, struct arena *a, const struct part_row *row, struct request_part *part, struct err *err)
{
    struct letter_content content;
    struct paper_answer paper;
    bytes payload;
    struct err why = {0};
    int r;
    *part = (struct request_part){.at_ms = row->at_ms, .last = row->last};
    memcpy(part->letter, row->letter, ID_LEN);
    const struct access_purpose *purpose = access_purpose(act->purpose);
    if (row->has_sent && purpose && purpose->against) /* what was answered to help her is not for whoever goes against her */
        return 0;
    if (row->has_sent) {
        r = vault_get(node->vault, node->db, VAULT_REQUEST, &row->sent, a, &payload, err);
    } else {
        if (grant_letter_may(node, row->letter, GRANT_READ, act->purpose, act->now_ms, &why) < 0)
            return 0;
        r = post_read(node, row->letter, a, &content, &payload, err);
        if (r == ERR_NOT_FOUND)
            return 0;
    }
    if (r == 0)
        r = paper_answer_read(a, payload, &paper, err);
    part->readable = r == 0;
    part->text = paper.text;
    part->fields = paper.fields;
    return r;
}

static int do_look(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct looking *l = arg;
    struct part_row *rows;
    bytes words;
    int r = find(node, act, &l->q, l->tie, err);
    if (r == 0)
        r = request_said_get(node, l->q.a, &l->q.row.said, &l->q.row.head, err);
    if (r == 0 && l->q.row.has_words && (r = vault_get(node->vault, node->db, VAULT_REQUEST, &l->q.row.words, l->q.a, &words, err)) == 0)
        l->q.row.head.words = bytes_str(words);
    if (r == 0)
        r = part_store_of(node->db, l->q.id, l->q.a, &rows, l->n, err);
    if (r < 0)
        return r;
    *l->parts = arena_array(l->q.a, struct request_part, *l->n);
    for (size_t i = 0; r == 0 && i < *l->n; i++)
        r = open_part(node, act, l->q.a, &rows[i], &(*l->parts)[i], err);
    *l->out = l->q.row.head;
    return r;
}

int request_look(const struct casework *w, const uint8_t id[static ID_LEN], struct arena *a, struct request *out, struct tie *tie,
                 struct request_part **parts, size_t *n, struct err *err)
{
    struct looking l = {.q = {.w = w, .a = a, .id = id}, .out = out, .tie = tie, .parts = parts, .n = n};
    struct act act = act_of(w, VERB_REQUEST_LOOK);
    return act_run(w->node, &act, do_look, &l, err);
}

/* --- the holder --- */

struct taking { struct on_request q; const uint8_t *file, *person; };

static int do_take(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct taking *t = arg;
    struct record person;
    struct tie tie;
    int r = find(node, act, &t->q, &tie, err);
    if (r == 0 && t->q.row.head.outgoing)
        r = err_set(err, ERR_USAGE, N_("this is for the other agency to do"));
    if (r == 0)
        r = record_get(node, t->file, t->person, t->q.a, &person, err);
    if (r == 0 && person.unit != FIELD_OF_PERSON)
        r = err_set(err, ERR_INPUT, N_("choose the person of this case whom the request is about"));
    if (r == 0)
        r = request_move(&t->q.row, REQUEST_TAKE_UP, REQUEST_HOLDER, act->now_ms, err);
    if (r < 0)
        return r;
    tie.has_person = true;
    memcpy(tie.file, t->file, ID_LEN);
    memcpy(tie.person, t->person, ID_LEN);
    t->q.row.head.has_member = true;
    memcpy(t->q.row.head.member, act->actor->member, ID_LEN);
    r = tie_make(node->db, &tie, err);
    if (r == 0)
        r = tell(node, act, &t->q, REQUEST_TAKE_UP, STR(""), STR(""), err);
    return r < 0 ? r : request_store_put(node->db, &t->q.row, err);
}

int request_take_up(const struct casework *w, const uint8_t id[static ID_LEN], const uint8_t file[static ID_LEN], const uint8_t person[static ID_LEN],
                    struct err *err)
{
    struct taking t = {.q = {.w = w, .a = arena_new(), .id = id}, .file = file, .person = person};
    struct act act = act_of(w, VERB_REQUEST_TAKE);
    act.has_file = true;
    memcpy(act.file, file, ID_LEN);
    int r = act_run(w->node, &act, do_take, &t, err);
    arena_free(t.q.a);
    return r;
}

struct answering { struct on_request q; const struct request_answer *answer; uint8_t *letter; struct tie tie; struct paper_answer paper; bytes payload; };

/* The letter's payload, of what was typed and what the consent lets go with it. */
static int wrap(struct arena *a, void *arg, str fields_given, struct letter *l, struct err *err)
{
    struct answering *s = arg;
    s->paper.fields = fields_given;
    s->payload = str_bytes(paper_answer_write(a, &s->paper));
    if (s->payload.len > GRANT_INLINE_MAX)
        return err_set(err, ERR_LIMIT, N_("this is too much for one part of an answer: give it in several"));
    l->kind = "answer";
    l->type = STR(REQUEST_MEDIA_TYPE);
    l->reply_to = s->q.id;
    l->payload = s->payload;
    return 0;
}

/* Behind the letter: the part, for ourselves, and where the request stands now. */
static int note_part(struct node *node, struct act *act, void *arg, const struct grant *grant, const uint8_t letter[static ID_LEN], struct err *err)
{
    struct answering *s = arg;
    struct part_row part = {.number = s->paper.part, .at_ms = act->now_ms, .last = s->answer->last, .has_sent = true};
    (void)grant;
    memcpy(part.letter, letter, ID_LEN);
    int r = request_store_get(node->db, s->q.id, s->q.a, &s->q.row, err); /* as it stands in this transaction */
    if (r == 0 && s->q.row.head.parts + 1 != s->paper.part)
        r = err_set(err, ERR_USAGE, N_("somebody else has answered meanwhile: look at the request again"));
    if (r == 0)
        r = request_move(&s->q.row, s->answer->last ? REQUEST_LAST : REQUEST_PART, REQUEST_HOLDER, act->now_ms, err);
    if (r == 0)
        r = vault_put(node->vault, node->db, VAULT_REQUEST, s->payload, NULL, &part.sent, NULL, err);
    if (r == 0)
        r = part_store_add(node->db, s->q.id, &part, err);
    return r < 0 ? r : request_store_put(node->db, &s->q.row, err);
}

static int do_answer(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct answering *s = arg;
    struct tie tie;
    /* A law is no consent: passed on only with our permission, not in court without it. */
    struct grant g = {.fields = STR("all"), .handling = GRANT_H2, .source = 'B', .information = '2', .tlp = GRANT_TLP_AMBER_STRICT,
                      .expires_ms = act->now_ms + ANSWER_DAYS * DAY_MS};
    struct letter l = {.purpose = act->purpose, .reference = act->reference};
    int r = find(node, act, &s->q, &tie, err);
    if (r == 0 && memcmp(tie.file, act->file, ID_LEN) != 0)
        r = err_set(err, ERR_USAGE, N_("take the request up first"));
    s->paper.part = s->q.row.head.parts + 1;
    g.purpose = l.purpose = s->q.row.head.purpose; /* for what it was asked, and nothing else */
    if (r == 0)
        r = wrap(s->q.a, s, STR(""), &l, err);
    if (r == 0)
        r = grant_send(node, act, &s->q.partner, &l, &g, s->letter, err);
    act->detail = s->answer->basis_words;
    return r < 0 ? r : note_part(node, act, s, &g, s->letter, err);
}

/* What the acts need to know before they begin: whom it is about. */
static int before_answer(struct answering *s, struct err *err)
{
    struct node *node = s->q.w->node;
    int r = request_store_get(node->db, s->q.id, s->q.a, &s->q.row, err);
    if (r == 0)
        r = tie_find(node->db, s->q.row.head.partner, s->q.row.head.tie, &s->tie, err);
    if (r == 0)
        r = partner_by_id(node->db, s->q.a, s->q.row.head.partner, &s->q.partner, err);
    if (r == 0 && (!s->tie.has_person || s->q.row.head.outgoing))
        r = err_set(err, ERR_USAGE, N_("take the request up first"));
    if (r == 0 && s->answer->text.len > REQUEST_TEXT_MAX)
        r = err_set(err, ERR_INPUT, N_("an answer has at most %d bytes"), REQUEST_TEXT_MAX);
    if (r == 0 && s->answer->text.len == 0 && !s->answer->consent)
        r = err_set(err, ERR_INPUT, N_("write what you answer"));
    if (r == 0 && !s->answer->consent && s->answer->basis_words.len == 0)
        r = err_set(err, ERR_INPUT, N_("say on which law or duty it is given, or choose her consent"));
    if (r == 0 && s->q.row.head.parts >= REQUEST_PARTS_MAX)
        r = err_set(err, ERR_LIMIT, N_("an answer has at most %d parts"), REQUEST_PARTS_MAX);
    s->paper = (struct paper_answer){.part = s->q.row.head.parts + 1, .last = s->answer->last, .text = s->answer->text};
    memcpy(s->paper.request, s->q.id, ID_LEN);
    return r;
}

int request_answer(const struct casework *w, const uint8_t id[static ID_LEN], const struct request_answer *answer, uint8_t letter[static ID_LEN],
                   struct err *err)
{
    struct answering s = {.q = {.w = w, .a = arena_new(), .id = id}, .answer = answer, .letter = letter};
    int r = before_answer(&s, err);
    if (r == 0 && answer->consent) {
        const struct consent_share share = {.to = &s.q.partner, .purpose = s.q.row.head.purpose, .wrap = wrap, .also = note_part, .also_arg = &s};
        r = consent_share(w, s.tie.file, s.q.a, answer->consent, &share, letter, err);
    } else if (r == 0) {
        struct act act = act_of(w, VERB_REQUEST_ANSWER);
        act.has_file = true;
        memcpy(act.file, s.tie.file, ID_LEN);
        r = act_run(w->node, &act, do_answer, &s, err);
    }
    arena_free(s.q.a);
    return r;
}

/* --- refusing, withdrawing, hurrying --- */

struct ending { struct on_request q; enum request_event event; enum request_side by; str code, words; };

static int do_end(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct ending *e = arg;
    struct request_row *row = &e->q.row;
    struct tie tie;
    int r = find(node, act, &e->q, &tie, err);
    if (r == 0 && row->head.outgoing != (e->by == REQUEST_ASKER))
        r = err_set(err, ERR_USAGE, N_("this is for the other agency to do"));
    if (r == 0 && e->event == REQUEST_HURRY && request_clock(e->code)->ms >= request_clock(row->head.clock)->ms)
        r = err_set(err, ERR_INPUT, N_("choose a shorter time than before"));
    if (r == 0)
        r = request_move(row, e->event, e->by, act->now_ms, err);
    if (r < 0)
        return r;
    if (e->event == REQUEST_HURRY) {
        row->head.clock = e->code;
        row->head.due_ms = row->head.state == REQUEST_SENT ? 0 : act->now_ms + request_clock(e->code)->ms;
    } else if (e->event == REQUEST_REFUSE) {
        row->head.refusal = e->code;
    }
    act->detail = e->code;
    if (e->words.len)
        r = request_words_put(node, row, e->words, err);
    if (r == 0)
        r = tell(node, act, &e->q, e->event, e->code, e->words, err);
    return r < 0 ? r : request_store_put(node->db, row, err);
}

static int run_end(const struct casework *w, const uint8_t id[static ID_LEN], enum verb verb, struct ending *e, struct err *err)
{
    struct act act = act_of(w, verb);
    e->q = (struct on_request){.w = w, .a = arena_new(), .id = id};
    int r = e->words.len > REQUEST_WORDS_MAX ? err_set(err, ERR_INPUT, N_("a reason has at most %d bytes"), REQUEST_WORDS_MAX) : act_run(w->node, &act, do_end, e, err);
    arena_free(e->q.a);
    return r;
}

int request_refuse(const struct casework *w, const uint8_t id[static ID_LEN], str reason, str words, struct err *err)
{
    struct ending e = {.event = REQUEST_REFUSE, .by = REQUEST_HOLDER, .code = reason, .words = words};
    if (!request_word(request_refusals, reason) || words.len == 0)
        return err_set(err, ERR_INPUT, N_("say why it is refused: choose a reason, and give it in words"));
    return run_end(w, id, VERB_REQUEST_REFUSE, &e, err);
}

int request_withdraw(const struct casework *w, const uint8_t id[static ID_LEN], str words, struct err *err)
{
    struct ending e = {.event = REQUEST_WITHDRAW, .by = REQUEST_ASKER, .words = words};
    return run_end(w, id, VERB_REQUEST_WITHDRAW, &e, err);
}

int request_hurry(const struct casework *w, const uint8_t id[static ID_LEN], str clock, struct err *err)
{
    struct ending e = {.event = REQUEST_HURRY, .by = REQUEST_ASKER, .code = clock};
    if (!request_clock(clock))
        return err_set(err, ERR_INPUT, N_("say by when it is needed"));
    return run_end(w, id, VERB_REQUEST, &e, err);
}
