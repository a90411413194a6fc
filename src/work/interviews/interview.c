/* Acts of who interviews: see interview.h. */
#include "work/interviews/interview.h"

#include <string.h>

#include "work/interviews/interview_internal.h"

struct on_interview {
    const struct casework *w;
    struct arena *a;
    const uint8_t *file, *id;
    struct record interview;
};

static struct act act_on(const struct casework *w, enum verb verb, const uint8_t *file)
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
    return letter_send(node, to, &l, act->now_ms, id, err);
}

/* The record's next version, in which these fields are what they are. */
static int change(struct node *node, struct act *act, struct arena *a, const struct record *stored, const char *const names[], const str texts[], size_t n,
                  struct err *err)
{
    const struct field *shown[8];
    struct record_value values[8];
    struct record_conflict conflicts[8];
    struct record merged;
    bool changed;
    size_t n_values = 0;
    for (size_t i = 0; i < n; i++) {
        shown[i] = field_find(str_from(names[i]));
        if (texts[i].len)
            values[n_values++] = (struct record_value){shown[i], texts[i], 0};
    }
    const struct record_typed typed = {.shown = shown, .n_shown = n, .values = values, .n = n_values, .base = stored->version, .overwrite = true};
    (void)record_merge(a, stored, &typed, conflicts, &merged, &changed);
    return changed ? record_replace(node, a, stored, &merged, act->now_ms, act->actor->member, err) : 0;
}

static void is_about(struct act *act, const uint8_t *id)
{
    act->has_object = true;
    memcpy(act->object, id, ID_LEN);
}

static str number_text(struct arena *a, int64_t n)
{
    return str_printf(a, "%lld", (long long)n);
}

/* --- planning --- */

struct planning { struct arena *a; struct record *fresh; };

static int do_keep(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct planning *p = arg;
    int r = record_insert(node, p->a, p->fresh, act->now_ms, act->actor->member, err);
    is_about(act, p->fresh->id);
    return r;
}

int interview_plan(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, struct record *interview, struct err *err)
{
    struct planning p = {a, interview};
    struct act act = act_on(w, VERB_INTERVIEW, file);
    memcpy(interview->file, file, ID_LEN);
    interview->unit = FIELD_OF_INTERVIEW;
    return interview->has_about ? act_run(w->node, &act, do_keep, &p, err) : err_set(err, ERR_INPUT, N_("say which person of the case is to be interviewed"));
}

struct noting { struct on_interview q; const struct interview_asked *asked; };

static int do_note(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct noting *n = arg;
    int r = interview_record(node, n->q.file, n->q.id, FIELD_OF_INTERVIEW, n->q.a, &n->q.interview, err);
    is_about(act, n->q.id);
    return r < 0 ? r : change(node, act, n->q.a, &n->q.interview, (const char *const[]){"int_PartnersSaid", "int_GoOnWhy", "int_AskedOn"},
                              (const str[]){n->asked->said, n->asked->why_on, number_text(n->q.a, act->now_ms)}, 3, err);
}

int interview_partners_asked(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t interview[static ID_LEN],
                             const struct interview_asked *asked, struct err *err)
{
    struct noting n = {.q = {.w = w, .a = a, .file = file, .id = interview}, .asked = asked};
    struct act act = act_on(w, VERB_INTERVIEW, file);
    if (asked->unreached && asked->why_on.len == 0)
        return err_set(err, ERR_INPUT, N_("a partner could not be reached: ask again later, or say why you go on without its answer"));
    return act_run(w->node, &act, do_note, &n, err);
}

/* --- another one --- */

int interview_may(struct node *node, const struct record *interview, struct arena *a, struct err *err)
{
    struct interview_counters so_far;
    struct interview_of who;
    int r = interview_of_file(node, interview->file, interview->about, a, &who, err);
    if (r == 0)
        r = interview_counted(node, &who, a, &so_far, err);
    if (r < 0)
        return r;
    if (so_far.interviews == 0)
        return 0;
    if (!interview_ground(record_text(interview, "int_Ground")) || record_text(interview, "int_GroundReasons").len == 0)
        return err_set(err, ERR_DENIED, N_("she was interviewed before: another interview needs one of the legal grounds, with reasons"));
    if (!str_eq(record_text(interview, "int_OwnYes"), STR("yes")))
        return err_set(err, ERR_DENIED, N_("she was interviewed before: another interview needs her own yes"));
    if (!str_eq(record_text(interview, "int_Agreed"), STR("yes")))
        return err_set(err, ERR_DENIED, N_("she was interviewed before: a supervisor or officer has to agree to another interview"));
    return 0;
}

/* Nobody of the file was interviewed, here or at a partner: then a recording needs no plan. */
static int nobody_was(struct node *node, const uint8_t *file, struct arena *a, struct err *err)
{
    struct interview_counters so_far;
    struct interview_of who;
    int r = interview_of_file(node, file, NULL, a, &who, err);
    for (size_t i = 0; r == 0 && i < who.n; i++) {
        if (who.records[i].unit != FIELD_OF_PERSON)
            continue;
        who.person = who.records[i].id;
        r = interview_counted(node, &who, a, &so_far, err);
        if (r == 0 && so_far.interviews)
            r = err_set(err, ERR_DENIED, N_("she was interviewed before: another interview needs one of the legal grounds, with reasons"));
    }
    return r;
}

int interview_ready(struct node *node, const uint8_t file[static ID_LEN], const uint8_t *interview, struct arena *a, struct err *err)
{
    struct record record;
    if (!interview)
        return nobody_was(node, file, a, err);
    int r = interview_record(node, file, interview, FIELD_OF_INTERVIEW, a, &record, err);
    if (r == 0 && record_text(&record, "int_AskedOn").len == 0)
        r = err_set(err, ERR_DENIED, N_("ask the partners first: one of them may have her statement already"));
    return r == 0 ? interview_may(node, &record, a, err) : r;
}

/* What a second person agrees to: the interview's id, the ground, whether she said yes, the reasons. */
int interview_again(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t interview[static ID_LEN], str ground,
                    str reasons, bool own_yes, uint8_t approval[static ID_LEN], struct err *err)
{
    struct buf b = buf_new(a);
    struct act act = act_on(w, VERB_INTERVIEW_AGAIN, file);
    if (!interview_ground(ground) || reasons.len == 0)
        return err_set(err, ERR_INPUT, N_("choose the ground for another interview, and give the reasons"));
    if (!own_yes)
        return err_set(err, ERR_INPUT, N_("without her own yes there is no other interview: ask her first"));
    buf_add_bytes(&b, interview, ID_LEN);
    buf_u16(&b, (uint16_t)ground.len);
    buf_add(&b, ground);
    buf_add(&b, reasons);
    act.arguments = buf_bytes(&b);
    is_about(&act, interview);
    int r = act_run(w->node, &act, interview_again_agreed, NULL, err);
    memcpy(approval, act.approval, ID_LEN);
    return r;
}

int interview_again_agreed(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct arena *a = arena_new();
    struct record stored;
    const bytes in = act->arguments;
    (void)arg;
    int r = in.len > ID_LEN + 2 && in.len >= ID_LEN + 2u + get_u16be(in.p + ID_LEN) ? 0 : err_set(err, ERR_CORRUPT, "what was agreed to is damaged");
    if (r == 0)
        r = interview_record(node, act->file, in.p, FIELD_OF_INTERVIEW, a, &stored, err);
    if (r == 0) {
        const size_t len = get_u16be(in.p + ID_LEN);
        const str ground = {(const char *)in.p + ID_LEN + 2, len}, reasons = {ground.p + len, in.len - ID_LEN - 2 - len};
        is_about(act, in.p);
        r = change(node, act, a, &stored, (const char *const[]){"int_Ground", "int_GroundReasons", "int_OwnYes", "int_Agreed"},
                   (const str[]){ground, reasons, STR("yes"), STR("yes")}, 4, err);
    }
    arena_free(a);
    return r;
}

/* --- the window --- */

struct opening { struct on_interview q; int64_t until_ms, *told; };

static int tell_all(struct node *node, struct act *act, struct opening *o, struct err *err)
{
    struct on_interview *q = &o->q;
    struct interview_paper p = {.kind = PAPER_WINDOW, .until_ms = o->until_ms, .language = record_text(&q->interview, "int_Language")};
    struct tie *ties;
    size_t n;
    int r = ties_of(node->db, q->file, q->interview.about, q->a, &ties, &n, err);
    memcpy(p.interview, q->id, ID_LEN);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct partner to;
        if ((r = partner_by_id(node->db, q->a, ties[i].partner, &to, err)) < 0 || to.status != PARTNER_ACTIVE)
            continue;
        memcpy(p.tie, ties[i].id, ID_LEN);
        r = interview_letter(node, act, q->a, &to, &p, err);
        *o->told += r == 0;
    }
    return r;
}

static int do_open(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct opening *o = arg;
    struct on_interview *q = &o->q;
    *o->told = 0;
    int r = interview_record(node, q->file, q->id, FIELD_OF_INTERVIEW, q->a, &q->interview, err);
    is_about(act, q->id);
    if (r == 0 && o->until_ms && record_text(&q->interview, "int_AskedOn").len == 0)
        r = err_set(err, ERR_DENIED, N_("ask the partners first: one of them may have her statement already"));
    if (r == 0 && o->until_ms)
        r = interview_may(node, &q->interview, q->a, err);
    if (r == 0)
        r = tell_all(node, act, o, err);
    return r < 0 ? r : change(node, act, q->a, &q->interview, (const char *const[]){"int_WindowUntil"},
                              (const str[]){o->until_ms ? number_text(q->a, o->until_ms) : STR("")}, 1, err);
}

int interview_window(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t interview[static ID_LEN],
                     int64_t until_ms, int64_t *told, struct err *err)
{
    struct opening o = {.q = {.w = w, .a = a, .file = file, .id = interview}, .until_ms = until_ms, .told = told};
    struct act act = act_on(w, VERB_INTERVIEW, file);
    if (until_ms && until_ms <= w->now_ms)
        return err_set(err, ERR_INPUT, N_("choose a time that lies ahead"));
    return act_run(w->node, &act, do_open, &o, err);
}

/* --- questions --- */

int interview_question_add(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t interview[static ID_LEN],
                           str text, str phase, str why, uint8_t id[static ID_LEN], struct err *err)
{
    struct record question = {.unit = FIELD_OF_QUESTION};
    struct planning p = {a, &question};
    struct act act = act_on(w, VERB_INTERVIEW, file);
    struct record of;
    if (text.len == 0 || text.len > INTERVIEW_QUESTION_MAX || why.len > INTERVIEW_QUESTION_MAX)
        return err_set(err, ERR_INPUT, "a question has 1 to %d bytes", INTERVIEW_QUESTION_MAX);
    if (!interview_phases[interview_phase(phase)].code)
        return err_set(err, ERR_INPUT, N_("say in which part of the interview it belongs"));
    int r = interview_record(w->node, file, interview, FIELD_OF_INTERVIEW, a, &of, err);
    if (r < 0)
        return r;
    memcpy(question.file, file, ID_LEN);
    question.has_about = of.has_about;
    memcpy(question.about, of.about, ID_LEN);
    record_add(a, &question, "que_Interview", hex_encode(a, (bytes){interview, ID_LEN}));
    record_add(a, &question, "que_Text", text);
    record_add(a, &question, "que_Phase", phase);
    record_add(a, &question, "que_Why", why);
    r = act_run(w->node, &act, do_keep, &p, err);
    memcpy(id, question.id, ID_LEN);
    return r;
}

struct changing { struct on_interview q; const struct interview_change *c; };

/* Whoever asked learns what became of it. */
static int tell_asker(struct node *node, struct act *act, struct changing *g, const struct record *question, struct err *err)
{
    struct interview_paper p = {.kind = PAPER_STATE, .state = g->c->set_aside.len ? STR("aside") : g->c->joined ? STR("joined") : STR("in"),
                      .reason = g->c->set_aside};
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
    is_about(act, g->q.id);
    if (r == 0 && c->joined)
        r = interview_record(node, g->q.file, c->joined, FIELD_OF_QUESTION, a, &other, err);
    if (r == 0 && c->joined && (!str_eq(record_text(&other, "que_Interview"), record_text(&question, "que_Interview")) ||
                                record_text(&other, "que_Joined").len || record_text(&other, "que_SetAside").len))
        r = err_set(err, ERR_INPUT, N_("a question is joined to one that is asked in the same interview: else neither would be asked"));
    if (r < 0)
        return r;
    const str text = record_text(&question, "que_Text"), original = record_text(&question, "que_Original");
    const bool reworded = c->text.len && !str_eq(c->text, text);
    r = change(node, act, a, &question, (const char *const[]){"que_Text", "que_Original", "que_Phase", "que_Order", "que_Joined", "que_SetAside"},
               (const str[]){c->text.len ? c->text : text, original.len ? original : reworded ? text : STR(""),
                             interview_phases[interview_phase(c->phase)].code ? c->phase : record_text(&question, "que_Phase"), number_text(a, c->order),
                             c->joined ? hex_encode(a, (bytes){c->joined, ID_LEN}) : STR(""), c->set_aside}, 6, err);
    return r < 0 ? r : tell_asker(node, act, g, &question, err);
}

int interview_question_change(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t question[static ID_LEN],
                              const struct interview_change *c, struct err *err)
{
    struct changing g = {.q = {.w = w, .a = a, .file = file, .id = question}, .c = c};
    struct act act = act_on(w, VERB_INTERVIEW, file);
    if (c->text.len > INTERVIEW_QUESTION_MAX || c->set_aside.len > INTERVIEW_QUESTION_MAX)
        return err_set(err, ERR_INPUT, "a question has at most %d bytes", INTERVIEW_QUESTION_MAX);
    if (c->joined && memcmp(c->joined, question, ID_LEN) == 0)
        return err_set(err, ERR_INPUT, N_("a question cannot be joined to itself"));
    return act_run(w->node, &act, do_change, &g, err);
}
