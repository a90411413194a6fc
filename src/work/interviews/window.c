/* The partner's side: windows that are open to us, and what we ask in them. */
#include <string.h>

#include "ground/json/json.h"
#include "trust/grant/grant.h"
#include "work/interviews/interview_internal.h"

struct listing { struct arena *a; struct interview_open_window *out; size_t n; };

static int may_see(struct db *db, const uint8_t *member, const struct tie *tie, int64_t now_ms, bool *may, struct err *err)
{
    unsigned roles, relation, state;
    *may = false;
    if (!tie->has_person)
        return 0;
    int r = access_standing(db, member, &roles, err);
    if (r == 0)
        r = access_relation(db, tie->file, member, roles, now_ms, &relation, &state, err);
    *may = r == 0 && relation & RELATION_PART;
    return r;
}

static int do_list(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct listing *l = arg;
    struct window_row *rows;
    size_t n;
    int r = window_store_list(node->db, act->now_ms, l->a, &rows, &n, err);
    l->n = 0;
    l->out = arena_array(l->a, struct interview_open_window, r == 0 ? n : 0);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct interview_open_window w = {.until_ms = rows[i].until_ms, .came_ms = rows[i].came_ms, .language = rows[i].language};
        bool may = false;
        r = tie_find(node->db, rows[i].partner, rows[i].tie, &w.tie, err);
        if (r == 0)
            r = may_see(node->db, act->actor->member, &w.tie, act->now_ms, &may, err);
        memcpy(w.interview, rows[i].interview, ID_LEN);
        if (r == 0 && may)
            l->out[l->n++] = w;
        r = r == ERR_NOT_FOUND ? 0 : r;
    }
    return r;
}

int interview_windows(const struct casework *w, struct arena *a, struct interview_open_window **out, size_t *n, struct err *err)
{
    struct listing l = {.a = a};
    struct act act = {.verb = VERB_WINDOWS, .actor = w->actor, .purpose = w->purpose, .now_ms = w->now_ms};
    int r = act_run(w->node, &act, do_list, &l, err);
    *out = l.out;
    *n = l.n;
    return r;
}

int interview_windows_open(struct db *db, const uint8_t member[static ID_LEN], int64_t now_ms, int64_t *n, struct err *err)
{
    struct arena *a = arena_new();
    struct window_row *rows;
    struct tie tie;
    size_t all;
    bool may = false;
    int r = window_store_list(db, now_ms, a, &rows, &all, err);
    *n = 0;
    for (size_t i = 0; r == 0 && i < all && rows[i].until_ms > now_ms; i++) {
        r = tie_find(db, rows[i].partner, rows[i].tie, &tie, err);
        if (r == 0)
            r = may_see(db, member, &tie, now_ms, &may, err);
        *n += r == 0 && may;
        r = r == ERR_NOT_FOUND ? 0 : r;
    }
    arena_free(a);
    return r;
}

static int content_get(struct node *node, struct arena *a, const struct asked_row *row, struct interview_own_question *q, struct err *err)
{
    const struct json *o;
    bytes content;
    int r = vault_get(node->vault, node->db, VAULT_INTERVIEW, &row->content, a, &content, err);
    if (r == 0)
        r = json_parse(a, "question", content, INTERVIEW_PAPER_MAX, &o, err);
    if (r == 0)
        r = json_get_str(o, "text", INTERVIEW_QUESTION_MAX, &q->text, err);
    if (r == 0)
        r = json_get_str(o, "topic", INTERVIEW_QUESTION_MAX, &q->topic, err);
    if (r == 0)
        r = json_get_str(o, "why", INTERVIEW_QUESTION_MAX, &q->why, err);
    if (r == 0 && row->has_reason && (r = vault_get(node->vault, node->db, VAULT_INTERVIEW, &row->reason, a, &content, err)) == 0)
        q->reason = bytes_str(content);
    return r;
}

static int own_of(struct node *node, const uint8_t *partner, const uint8_t *interview, struct arena *a, struct interview_own_question **out, size_t *n, struct err *err)
{
    struct asked_row *rows;
    int r = asked_store_of(node->db, partner, interview, a, &rows, n, err);
    if (r < 0)
        return r;
    *out = arena_array(a, struct interview_own_question, *n);
    for (size_t i = 0; r == 0 && i < *n; i++) {
        struct interview_own_question *q = &(*out)[i];
        *q = (struct interview_own_question){.state = asked_state(&rows[i]), .at_ms = rows[i].at_ms, .answered_ms = rows[i].answered_ms};
        memcpy(q->id, rows[i].id, ID_LEN);
        r = content_get(node, a, &rows[i], q, err);
    }
    return r;
}

struct owning { const uint8_t *partner, *interview; struct arena *a; struct interview_own_question **out; size_t *n; };

static int do_own(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct owning *o = arg;
    struct window_row window;
    struct tie tie;
    bool may;
    int r = window_store_get(node->db, o->partner, o->interview, o->a, &window, err);
    if (r == 0)
        r = tie_find(node->db, o->partner, window.tie, &tie, err);
    if (r == 0)
        r = may_see(node->db, act->actor->member, &tie, act->now_ms, &may, err);
    if (r == 0 && !may)
        r = err_set(err, ERR_DENIED, N_("you have no part in the case that this window is about"));
    act->has_object = true;
    memcpy(act->object, o->interview, ID_LEN);
    return r < 0 ? r : own_of(node, o->partner, o->interview, o->a, o->out, o->n, err);
}

int interview_own_question_text(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, str *text, struct err *err)
{
    struct interview_own_question q = {.text = STR("")};
    struct asked_row row;
    int r = asked_store_get(node->db, id, a, &row, err);
    if (r == 0)
        r = content_get(node, a, &row, &q, err);
    *text = q.text;
    return r == ERR_NOT_FOUND ? 0 : r;
}

int interview_own_questions(const struct casework *w, const uint8_t partner[static ID_LEN], const uint8_t interview[static ID_LEN], struct arena *a,
                            struct interview_own_question **out, size_t *n, struct err *err)
{
    struct owning o = {partner, interview, a, out, n};
    struct act act = {.verb = VERB_WINDOWS, .actor = w->actor, .purpose = w->purpose, .now_ms = w->now_ms};
    return act_run(w->node, &act, do_own, &o, err);
}

/* --- asking --- */

struct filing {
    const uint8_t *partner, *interview;
    struct arena *a;
    const struct interview_question *question;
    struct window_row window;
    uint8_t *id;
};

/* What was asked and answered already needs a reason to be asked once more; what was taken back or not taken was not asked. */
static int hold_against(struct node *node, const struct filing *f, struct err *err)
{
    struct interview_own_question *own;
    size_t n;
    int r = own_of(node, f->partner, f->interview, f->a, &own, &n, err);
    for (size_t i = 0; r == 0 && i < n && f->question->again.len == 0; i++)
        if (own[i].state != QUESTION_BACK && own[i].state != QUESTION_AWAY && interview_alike(f->a, f->question->text, own[i].text) >= INTERVIEW_NEAR)
            r = own[i].answered_ms >= 0
                    ? err_set(err, ERR_EXISTS, N_("you asked this already (question %d), and it was answered at %02d:%02d:%02d: say why you ask again"), (int)i + 1,
                              (int)(own[i].answered_ms / 3600000), (int)(own[i].answered_ms / 60000 % 60), (int)(own[i].answered_ms / 1000 % 60))
                    : err_set(err, ERR_EXISTS, N_("you asked this already (question %d): say why you ask again"), (int)i + 1);
    return r == 0 && n >= INTERVIEW_QUESTIONS_MAX ? err_set(err, ERR_LIMIT, N_("at most %d questions can be asked in one interview"), INTERVIEW_QUESTIONS_MAX) : r;
}

/* The partner alone knows how far the interview is; here only the window can be seen. */
static int window_can(const struct window_row *window, enum interview_event event, int64_t now_ms, struct err *err)
{
    const struct interview_state at = {INTERVIEW_READY, window->until_ms > now_ms};
    return interview_can(&at, event, INTERVIEW_ASKER, err);
}

static int do_file(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct filing *f = arg;
    const struct interview_question *q = f->question;
    struct interview_paper p = {.kind = PAPER_QUESTION, .text = q->text, .topic = q->topic,
                      .why = q->again.len ? str_printf(f->a, "%.*s\n%.*s", STR_ARG(q->why), STR_ARG(q->again)) : q->why};
    struct asked_row row = {.state = str_from(question_state_code(question_after(QUESTION_NONE, QUESTION_FILE, INTERVIEW_ASKER))), .at_ms = act->now_ms, .answered_ms = -1};
    struct partner to;
    int r = window_store_get(node->db, f->partner, f->interview, f->a, &f->window, err);
    if (r == 0)
        r = hold_against(node, f, err); /* first: that it was answered is worth knowing behind a shut window too */
    if (r == 0)
        r = window_can(&f->window, INTERVIEW_FILE, act->now_ms, err);
    if (r == 0)
        r = partner_by_id(node->db, f->a, f->partner, &to, err);
    if (r < 0)
        return r;
    grant_new_id(act->now_ms, f->id); /* of the letter too: its receipt says what became of it */
    memcpy(p.tie, f->window.tie, ID_LEN);
    memcpy(p.interview, f->interview, ID_LEN);
    memcpy(p.question, f->id, ID_LEN);
    memcpy(row.id, f->id, ID_LEN);
    memcpy(row.partner, f->partner, ID_LEN);
    memcpy(row.interview, f->interview, ID_LEN);
    interview_is_about(act, f->id);
    r = vault_put(node->vault, node->db, VAULT_INTERVIEW, str_bytes(interview_paper_write(f->a, &p)), NULL, &row.content, NULL, err);
    if (r == 0)
        r = interview_letter(node, act, f->a, &to, &p, err);
    return r < 0 ? r : asked_store_put(node->db, &row, err);
}

/* The act on a question of the window's, in the file of the person whom the window is about. */
static int run_question(const struct casework *w, struct filing *f, act_fn fn, struct err *err)
{
    struct tie tie;
    int r = window_store_get(w->node->db, f->partner, f->interview, f->a, &f->window, err);
    if (r == 0)
        r = tie_find(w->node->db, f->partner, f->window.tie, &tie, err);
    if (r == 0 && !tie.has_person)
        r = err_set(err, ERR_DENIED, N_("the person is in no case of ours: take the partner's request up first"));
    if (r < 0)
        return r;
    struct act act = interview_act(w, VERB_QUESTION, tie.file);
    return act_run(w->node, &act, fn, f, err);
}

int interview_question_check(str text, str topic, struct err *err)
{
    if (text.len == 0)
        return err_set(err, ERR_INPUT, N_("write the question"));
    if (text.len > INTERVIEW_QUESTION_MAX)
        return err_set(err, ERR_INPUT, N_("a question has at most %d bytes"), INTERVIEW_QUESTION_MAX);
    return field_code_find(field_find(STR("que_Topic")), topic) ? 0 : err_set(err, ERR_INPUT, N_("say what the question is about"));
}

int interview_file_question(const struct casework *w, const uint8_t partner[static ID_LEN], const uint8_t interview[static ID_LEN],
                            const struct interview_question *question, uint8_t id[static ID_LEN], struct err *err)
{
    struct filing f = {.partner = partner, .interview = interview, .a = arena_new(), .question = question, .id = id};
    int r = interview_question_check(question->text, question->topic, err);
    if (r == 0 && question->why.len + question->again.len >= INTERVIEW_QUESTION_MAX)
        r = err_set(err, ERR_INPUT, N_("a reason has at most %d bytes"), INTERVIEW_QUESTION_MAX);
    if (r == 0)
        r = run_question(w, &f, do_file, err);
    arena_free(f.a);
    return r;
}

/* --- taking back --- */

static int do_take_back(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct filing *f = arg;
    struct interview_paper p = {.kind = PAPER_BACK};
    struct asked_row row;
    struct partner to;
    interview_is_about(act, f->id);
    int r = asked_store_get(node->db, f->id, f->a, &row, err);
    if (r == 0)
        r = window_can(&f->window, INTERVIEW_TAKE_BACK, act->now_ms, err);
    if (r < 0)
        return r;
    const enum question_state next = question_after(asked_state(&row), QUESTION_TAKE_BACK, INTERVIEW_ASKER);
    if (next == QUESTION_NONE)
        return err_set(err, ERR_DENIED, N_("this question cannot be taken back any more: it was answered, set aside or taken back"));
    memcpy(p.tie, f->window.tie, ID_LEN);
    memcpy(p.interview, row.interview, ID_LEN);
    memcpy(p.question, row.id, ID_LEN);
    row.state = str_from(question_state_code(next));
    r = partner_by_id(node->db, f->a, f->partner, &to, err);
    if (r == 0)
        r = interview_letter(node, act, f->a, &to, &p, err);
    return r < 0 ? r : asked_store_put(node->db, &row, err);
}

int interview_take_back(const struct casework *w, const uint8_t partner[static ID_LEN], const uint8_t question[static ID_LEN], struct err *err)
{
    uint8_t id[ID_LEN];
    struct asked_row row;
    struct filing f = {.partner = partner, .a = arena_new(), .id = id};
    int r = asked_store_get(w->node->db, question, f.a, &row, err);
    if (r == 0 && memcmp(row.partner, partner, ID_LEN) != 0)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such question of ours"));
    if (r == 0) {
        memcpy(id, question, ID_LEN);
        f.interview = row.interview;
        r = run_question(w, &f, do_take_back, err);
    }
    arena_free(f.a);
    return r;
}
