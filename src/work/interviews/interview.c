/* Acts of who interviews: see interview.h. */
#include "work/interviews/interview.h"

#include <string.h>

#include "work/interviews/interview_internal.h"

struct act interview_act(const struct casework *w, enum verb verb, const uint8_t *file)
{
    struct act act = {.verb = verb, .actor = w->actor, .purpose = w->purpose, .reference = w->reference, .now_ms = w->now_ms, .has_file = true};
    memcpy(act.file, file, ID_LEN);
    return act;
}

int interview_record(struct node *node, const uint8_t file[static ID_LEN], const uint8_t id[static ID_LEN], enum field_unit unit, struct arena *a,
                     struct record *out, struct err *err)
{
    int r = record_get(node, file, id, a, out, err);
    if (r == 0 && out->unit != unit)
        r = err_set(err, ERR_NOT_FOUND, "%s", unit == FIELD_OF_INTERVIEW ? N_("there is no such interview in this case") : N_("there is no such question in this case"));
    return r;
}

int interview_letter(struct node *node, const struct act *act, struct arena *a, const struct partner *to, const struct interview_paper *p, struct err *err)
{
    uint8_t id[ID_LEN];
    struct letter l = {.kind = interview_letters[p->kind], .purpose = act->purpose, .reference = act->reference, .type = STR(INTERVIEW_MEDIA_TYPE),
                       .payload = str_bytes(interview_paper_write(a, p))};
    if (p->kind == PAPER_QUESTION)
        l.id = p->question;
    return letter_send(node, to, &l, act->now_ms, id, err);
}

/* The record's next version, in which these fields are what they are; one that repeats is named once for each of its values. */
int interview_change_record(struct node *node, struct act *act, struct arena *a, const struct record *stored, const char *const names[], const str texts[], size_t n,
                  struct err *err)
{
    const struct field **shown = arena_array(a, const struct field *, n);
    struct record_value *values = arena_array(a, struct record_value, n);
    struct record_conflict *conflicts = arena_array(a, struct record_conflict, n);
    struct record merged;
    bool changed;
    size_t n_values = 0, n_shown = 0;
    for (size_t i = 0; i < n; i++) {
        const struct field *f = field_find(str_from(names[i]));
        if (n_shown == 0 || shown[n_shown - 1] != f)
            shown[n_shown++] = f;
        if (texts[i].len)
            values[n_values++] = (struct record_value){f, texts[i], 0};
    }
    const struct record_typed typed = {.shown = shown, .n_shown = n_shown, .values = values, .n = n_values, .base = stored->version, .overwrite = true};
    (void)record_merge(a, stored, &typed, conflicts, &merged, &changed);
    return changed ? record_replace(node, a, stored, &merged, act->now_ms, act->actor->member, err) : 0;
}

void interview_is_about(struct act *act, const uint8_t *id)
{
    act->has_object = true;
    memcpy(act->object, id, ID_LEN);
}

str interview_number(struct arena *a, int64_t n)
{
    return str_printf(a, "%lld", (long long)n);
}

/* --- planning --- */

struct planning { struct arena *a; struct record *fresh; };

static int do_keep(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct planning *p = arg;
    int r = record_insert(node, p->a, p->fresh, act->now_ms, act->actor->member, err);
    interview_is_about(act, p->fresh->id);
    return r;
}

int interview_plan(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, struct record *interview, struct err *err)
{
    struct planning p = {a, interview};
    struct act act = interview_act(w, VERB_INTERVIEW, file);
    memcpy(interview->file, file, ID_LEN);
    interview->unit = FIELD_OF_INTERVIEW;
    return interview->has_about ? act_run(w->node, &act, do_keep, &p, err) : err_set(err, ERR_INPUT, N_("say which person of the case is to be interviewed"));
}

struct noting { struct on_interview q; const struct interview_asked *asked; };

static int do_note(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct noting *n = arg;
    int r = interview_record(node, n->q.file, n->q.id, FIELD_OF_INTERVIEW, n->q.a, &n->q.interview, err);
    interview_is_about(act, n->q.id);
    if (r == 0)
        r = interview_can_now(node, &n->q.interview, INTERVIEW_ASK_PARTNERS, INTERVIEW_OURS, act->now_ms, n->q.a, err);
    return r < 0 ? r : interview_change_record(node, act, n->q.a, &n->q.interview, (const char *const[]){"int_PartnersSaid", "int_GoOnWhy", "int_AskedOn"},
                              (const str[]){n->asked->said, n->asked->why_on, interview_number(n->q.a, act->now_ms)}, 3, err);
}

int interview_partners_asked(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t interview[static ID_LEN],
                             const struct interview_asked *asked, struct err *err)
{
    struct noting n = {.q = {.w = w, .a = a, .file = file, .id = interview}, .asked = asked};
    struct act act = interview_act(w, VERB_INTERVIEW, file);
    if (asked->unreached && asked->why_on.len == 0)
        return err_set(err, ERR_INPUT, N_("a partner could not be reached: ask again later, or say why you go on without its answer"));
    return act_run(w->node, &act, do_note, &n, err);
}

/* --- questions --- */

struct adding { struct planning p; const uint8_t *file, *interview; str again; };

/* What was asked and answered already needs a reason to be asked once more. */
static int hold_against(struct node *node, struct adding *d, struct err *err)
{
    struct interview_answered *answers;
    struct interview_like *like;
    struct record *records;
    struct record *q = d->p.fresh;
    struct arena *a = d->p.a;
    size_t n, n_answers, n_like;
    int r = records_of(node, d->file, a, &records, &n, err);
    if (r == 0)
        r = interview_answers(node, d->file, a, &answers, &n_answers, err);
    if (r < 0)
        return r;
    interview_held_against(a, records, n, record_text(q, "que_Text"), &like, &n_like);
    for (size_t i = 0; i < n_like && d->again.len == 0; i++) {
        const struct interview_answered *at = interview_answer_of(records, n, answers, n_answers, like[i].record);
        if (at)
            return err_set(err, ERR_EXISTS, N_("this was asked and answered at %02d:%02d:%02d: say why it is asked again"), (int)(at->at_ms / 3600000),
                           (int)(at->at_ms / 60000 % 60), (int)(at->at_ms / 1000 % 60));
    }
    return 0;
}

static int do_add(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct adding *d = arg;
    struct record interview, *q = d->p.fresh;
    int r = interview_record(node, d->file, d->interview, FIELD_OF_INTERVIEW, d->p.a, &interview, err);
    if (r == 0)
        r = interview_can_now(node, &interview, INTERVIEW_ADD, INTERVIEW_OURS, act->now_ms, d->p.a, err);
    if (r == 0)
        r = hold_against(node, d, err);
    if (r < 0)
        return r;
    memset(q->id, 0, ID_LEN);
    q->has_about = interview.has_about;
    memcpy(q->about, interview.about, ID_LEN);
    return do_keep(node, act, &d->p, err);
}

int interview_question_add(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t interview[static ID_LEN],
                           const struct interview_own *own, uint8_t id[static ID_LEN], struct err *err)
{
    struct record question = {.unit = FIELD_OF_QUESTION, .version = 1};
    struct adding d = {{a, &question}, file, interview, own->again};
    struct act act = interview_act(w, VERB_INTERVIEW, file);
    int r = interview_question_check(own->text, own->topic, err);
    if (r == 0 && !interview_phases[interview_phase(own->phase)].code)
        r = err_set(err, ERR_INPUT, N_("say in which part of the interview it belongs"));
    if (r == 0 && own->why.len + own->again.len >= INTERVIEW_QUESTION_MAX)
        r = err_set(err, ERR_INPUT, N_("a reason has at most %d bytes"), INTERVIEW_QUESTION_MAX);
    if (r < 0)
        return r;
    memcpy(question.file, file, ID_LEN);
    record_add(a, &question, "que_Interview", hex_encode(a, (bytes){interview, ID_LEN}));
    record_add(a, &question, "que_Text", own->text);
    record_add(a, &question, "que_Topic", own->topic);
    record_add(a, &question, "que_Phase", own->phase);
    record_add(a, &question, "que_Why", own->again.len ? str_printf(a, "%.*s\n%.*s", STR_ARG(own->why), STR_ARG(own->again)) : own->why);
    r = act_run(w->node, &act, do_add, &d, err);
    memcpy(id, question.id, ID_LEN);
    return r;
}

struct changing { struct on_interview q; const struct interview_change *c; };

static enum question_event event_of(const struct interview_change *c)
{
    return c->set_aside.len ? QUESTION_SET_ASIDE : c->joined ? QUESTION_JOIN : QUESTION_TAKE;
}

/* It can be changed as the interview stands, and as the question does. */
static int may_change(struct node *node, struct act *act, struct changing *g, const struct record *question, struct err *err)
{
    struct interview_answered *answers;
    struct record interview;
    uint8_t id[ID_LEN];
    size_t n;
    if (!hex_decode_into(record_text(question, "que_Interview"), id, ID_LEN))
        return err_set(err, ERR_CORRUPT, "a question of the case is of no interview");
    int r = interview_record(node, g->q.file, id, FIELD_OF_INTERVIEW, g->q.a, &interview, err);
    if (r == 0)
        r = interview_can_now(node, &interview, INTERVIEW_CHANGE, INTERVIEW_OURS, act->now_ms, g->q.a, err);
    if (r == 0)
        r = interview_answers(node, g->q.file, g->q.a, &answers, &n, err);
    if (r == 0 && question_after(interview_question_state(question, answers, n), event_of(g->c), INTERVIEW_OURS) == QUESTION_NONE)
        r = err_set(err, ERR_DENIED, N_("this question was answered or taken back: nothing is changed in it"));
    return r;
}

/* Whoever asked learns what became of it. */
static int tell_asker(struct node *node, struct act *act, struct changing *g, const struct record *question, struct err *err)
{
    const enum question_state now = question_after(QUESTION_FILED, event_of(g->c), INTERVIEW_OURS);
    struct interview_paper p = {.kind = PAPER_STATE, .state = str_from(question_state_code(now)), .reason = g->c->set_aside};
    struct partner to;
    struct tie *ties;
    uint8_t from[ID_LEN];
    size_t n;
    if (!hex_decode_into(record_text(question, "que_From"), from, ID_LEN) || !hex_decode_into(record_text(question, "que_Interview"), p.interview, ID_LEN))
        return 0; /* our own */
    memcpy(p.question, question->id, ID_LEN);
    int r = partner_by_id(node->db, g->q.a, from, &to, err);
    if (r == 0)
        r = ties_of(node->db, g->q.file, question->about, g->q.a, &ties, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (memcmp(ties[i].partner, from, ID_LEN) == 0) {
            memcpy(p.tie, ties[i].id, ID_LEN);
            return interview_letter(node, act, g->q.a, &to, &p, err);
        }
    return r;
}

static int do_change(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct changing *g = arg;
    struct arena *a = g->q.a;
    const struct interview_change *c = g->c;
    struct record question, other;
    int r = interview_record(node, g->q.file, g->q.id, FIELD_OF_QUESTION, a, &question, err);
    interview_is_about(act, g->q.id);
    if (r == 0)
        r = may_change(node, act, g, &question, err);
    if (r == 0 && c->joined)
        r = interview_record(node, g->q.file, c->joined, FIELD_OF_QUESTION, a, &other, err);
    if (r == 0 && c->joined && (!str_eq(record_text(&other, "que_Interview"), record_text(&question, "que_Interview")) ||
                                record_text(&other, "que_Joined").len || record_text(&other, "que_SetAside").len || record_text(&other, "que_TakenBack").len))
        r = err_set(err, ERR_INPUT, N_("a question is joined to one that is asked in the same interview: else neither would be asked"));
    if (r < 0)
        return r;
    const str text = record_text(&question, "que_Text"), original = record_text(&question, "que_Original");
    const bool reworded = c->text.len && !str_eq(c->text, text);
    r = interview_change_record(node, act, a, &question, (const char *const[]){"que_Text", "que_Original", "que_Phase", "que_Order", "que_Joined", "que_SetAside"},
               (const str[]){c->text.len ? c->text : text, original.len ? original : reworded ? text : STR(""),
                             interview_phases[interview_phase(c->phase)].code ? c->phase : record_text(&question, "que_Phase"), interview_number(a, c->order),
                             c->joined ? hex_encode(a, (bytes){c->joined, ID_LEN}) : STR(""), c->set_aside}, 6, err);
    return r < 0 ? r : tell_asker(node, act, g, &question, err);
}

int interview_question_change(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t question[static ID_LEN],
                              const struct interview_change *c, struct err *err)
{
    struct changing g = {.q = {.w = w, .a = a, .file = file, .id = question}, .c = c};
    struct act act = interview_act(w, VERB_INTERVIEW, file);
    if (c->text.len > INTERVIEW_QUESTION_MAX || c->set_aside.len > INTERVIEW_QUESTION_MAX)
        return err_set(err, ERR_INPUT, N_("a question has at most %d bytes"), INTERVIEW_QUESTION_MAX);
    if (c->joined && memcmp(c->joined, question, ID_LEN) == 0)
        return err_set(err, ERR_INPUT, N_("a question cannot be joined to itself"));
    return act_run(w->node, &act, do_change, &g, err);
}
