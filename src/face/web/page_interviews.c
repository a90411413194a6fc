/* Interviews: planned, partners asked, a window for their questions, the pool; and the windows of partners. */
#include <string.h>

#include "face/web/assess_page.h"
#include "face/web/interviews_views.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "trust/peer/ask_all.h"
#include "work/interviews/interview.h"
#include "work/statements/recording.h"

#define HANDS (RELATION_WORKER | RELATION_LEAD | RELATION_SUPERVISOR)
#define DAY_MS (INT64_C(24) * 3600 * 1000)

static str path_of(struct page *p, const uint8_t file[static ID_LEN], const uint8_t *id)
{
    str at = str_printf(p->a, "/files/%s/interviews", page_hex(p, file).p);
    return id ? str_printf(p->a, "%.*s/%s", STR_ARG(at), page_hex(p, id).p) : at;
}

static str clock_text(struct page *p, int64_t ms)
{
    return str_printf(p->a, "%02lld:%02lld:%02lld", (long long)(ms / 3600000), (long long)(ms / 60000 % 60), (long long)(ms / 1000 % 60));
}

static bool may_write(const struct casefile *f)
{
    return f->relation & HANDS && f->state == FILE_OPEN;
}

static str number_of(struct page *p, const struct record *r, const char *field)
{
    int64_t ms = 0;
    return str_to_int(record_text(r, field), 1, INT64_MAX, &ms) ? page_time(p, ms) : STR("");
}

/* --- the list, the plan --- */

int show_interviews(struct page *p)
{
    struct casefile f;
    int r = assess_look(p, &f);
    if (r < 0)
        return r;
    struct interviews_view v = {.page = page_layout(p, N_("Interviews")), .file = page_hex(p, f.id), .may_write = may_write(&f),
                                .rows = arena_array(p->a, struct interview_row, f.n)};
    for (size_t i = f.n; i-- > 0;)
        if (f.records[i].unit == FIELD_OF_INTERVIEW)
            v.rows[v.n++] = (struct interview_row){page_hex(p, f.records[i].id), assess_whom(p, &f, &f.records[i]), page_time(p, f.records[i].made_ms)};
    page_interviews(&p->out, &v);
    return 0;
}

static const char *const planned[] = {"int_PlannedFor", "int_Place", "int_Language", "int_Interviewer", "int_SameSex", "int_Interpreter", "int_SupportPerson",
                                      "int_Present", "int_Protocol", "int_Needs", NULL};

static int draw_plan(struct page *p, const struct casefile *f, struct interview_plan_view *v)
{
    v->page = page_layout(p, N_("Plan an interview"));
    v->file = page_hex(p, f->id);
    v->persons = assess_persons(p, f, page_field(p, "about"));
    page_interview_plan(&p->out, v);
    return 0;
}

int show_interview_new(struct page *p)
{
    struct interview_plan_view v = {.form = {.unit = FIELD_OF_INTERVIEW, .only = planned, .flat = true}};
    struct casefile f;
    int r = assess_look(p, &f);
    if (r < 0)
        return r;
    record_form_fill(p, &v.form, NULL);
    return draw_plan(p, &f, &v);
}

int do_interview_new(struct page *p)
{
    struct interview_plan_view v = {.form = {.unit = FIELD_OF_INTERVIEW, .only = planned, .flat = true}};
    const struct casework w = file_casework(p);
    struct record fresh = {.version = 1};
    struct casefile f;
    int r = assess_look(p, &f);
    if (r < 0)
        return r;
    if (!record_form_read(p, &v.form, &p->form))
        return draw_plan(p, &f, &v);
    r = assess_about(p, &fresh);
    for (size_t i = 0; i < v.form.n_values; i++)
        record_add(p->a, &fresh, v.form.values[i].field->name, v.form.values[i].text);
    if (r == 0)
        r = interview_plan(&w, f.id, p->a, &fresh, &p->err);
    if (r == ERR_INPUT) {
        page_error(p, "about");
        return draw_plan(p, &f, &v);
    }
    return r < 0 ? r : page_go(p, path_of(p, f.id, fresh.id).p);
}

/* --- one --- */

struct one { struct casefile f; uint8_t id[ID_LEN]; const struct record *interview; };

static int look(struct page *p, struct one *o)
{
    int r = assess_look(p, &o->f);
    if (r == 0)
        r = page_id(p, 1, o->id);
    if (r == 0 && !(o->interview = assess_record(&o->f, o->id, FIELD_OF_INTERVIEW)))
        r = err_set(&p->err, ERR_NOT_FOUND, N_("there is no such interview in this case"));
    return r;
}

static struct choices phase_choices(struct page *p, str chosen)
{
    struct choices c = {.page = &p->layout, .name = "phase", .label = N_("Part of the interview"), .all = arena_array(p->a, struct choice, 8)};
    for (const struct interview_word *w = interview_phases; w->code; w++)
        c.all[c.n++] = (struct choice){str_from(w->code), page_words(p, w->words), chosen.len ? str_eq(chosen, str_from(w->code)) : !strcmp(w->code, "Clarify")};
    return c;
}

/* The answers that the recordings of the interview mark. */
struct answers { const struct recording_mark **all; size_t n; };

static int find_answers(struct page *p, const struct one *o, struct answers *out)
{
    struct recording *recordings;
    struct recording_mark *marks;
    size_t n, n_marks;
    int r = recordings_of(p->node, o->f.id, p->a, &recordings, &n, &p->err);
    *out = (struct answers){.all = arena_array(p->a, const struct recording_mark *, RECORDING_MARKS_MAX)};
    for (size_t i = 0; r == 0 && i < n; i++) {
        if (memcmp(recordings[i].interview, o->id, ID_LEN) != 0 || (r = recording_marks(p->node, recordings[i].id, p->a, &marks, &n_marks, &p->err)) < 0)
            continue;
        for (size_t k = 0; k < n_marks && out->n < RECORDING_MARKS_MAX; k++)
            if (marks[k].kind == MARK_ANSWERED && marks[k].has_question)
                out->all[out->n++] = &marks[k];
    }
    return r;
}

static str answered_at(struct page *p, const struct answers *answers, const uint8_t *question)
{
    for (size_t i = 0; i < answers->n; i++)
        if (memcmp(answers->all[i]->question, question, ID_LEN) == 0)
            return clock_text(p, answers->all[i]->at_ms);
    return STR("");
}

static str agency_of(struct page *p, str hex)
{
    struct partner partner;
    uint8_t id[ID_LEN];
    struct err ignored = {0};
    return hex_decode_into(hex, id, ID_LEN) && partner_by_id(p->node->db, p->a, id, &partner, &ignored) == 0 ? partner.agency : STR("");
}

/* Of those in front of it: the one it is most like. */
static str like_of(struct page *p, const struct interview_asking *all, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (!all[k].joined && !all[k].set_aside && !all[i].joined && !all[i].set_aside &&
            interview_alike(p->a, record_text(all[i].record, "que_Text"), record_text(all[k].record, "que_Text")) >= INTERVIEW_NEAR)
            return str_printf(p->a, "%zu. %.*s", k + 1, STR_ARG(record_text(all[k].record, "que_Text")));
    return STR("");
}

static int fill_questions(struct page *p, const struct one *o, struct interview_view *v)
{
    struct interview_asking *all;
    struct answers answers;
    size_t n;
    int r = find_answers(p, o, &answers);
    if (r < 0)
        return r;
    interview_questions(p->a, o->f.records, o->f.n, o->id, &all, &n);
    v->questions = arena_array(p->a, struct question_row, n);
    for (size_t i = 0; i < n; i++) {
        const struct record *q = all[i].record;
        struct question_row *row = &v->questions[v->n_questions++];
        str phase = record_text(q, "que_Phase"), joined = record_text(q, "que_Joined");
        *row = (struct question_row){.id = page_hex(p, q->id), .text = record_text(q, "que_Text"), .original = record_text(q, "que_Original"),
                                     .why = record_text(q, "que_Why"), .from = agency_of(p, all[i].from), .aside = record_text(q, "que_SetAside"),
                                     .answered = answered_at(p, &answers, q->id), .phase = interview_phases[all[i].phase].code ? interview_phases[all[i].phase].words : "",
                                     .number = (int64_t)i + 1, .like = like_of(p, all, i), .phases = phase_choices(p, phase)};
        row->join = (struct choices){.all = arena_array(p->a, struct choice, n + 1)};
        row->join.all[row->join.n++] = (struct choice){STR(""), STR("–"), joined.len == 0};
        for (size_t k = 0; k < n; k++) {
            str id = page_hex(p, all[k].record->id);
            if (k != i)
                row->join.all[row->join.n++] = (struct choice){id, str_printf(p->a, "%zu", k + 1), str_eq(joined, id)};
            if (k != i && str_eq(joined, id))
                row->joined = record_text(all[k].record, "que_Text");
        }
    }
    return 0;
}

static int fill_registers(struct page *p, const struct one *o, struct interview_view *v)
{
    const struct interview_of who = {o->f.id, o->interview->about, o->f.records, o->f.n};
    struct interview_register *all;
    struct interview_counters sum = {0};
    size_t n, n_all = 0;
    int r = interview_registers(p->node, &who, p->a, &all, &n, &p->err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        sum = interview_add(sum, all[i].counters);
        n_all += all[i].n_statements;
    }
    v->statements = arena_array(p->a, struct statement_row, n_all);
    for (size_t i = 1; r == 0 && i < n; i++)
        for (size_t k = 0; k < all[i].n_statements; k++)
            v->statements[v->n_statements++] = (struct statement_row){agency_of(p, page_hex(p, all[i].partner)), page_time(p, all[i].statements[k].sealed_ms),
                                                                      clock_text(p, all[i].statements[k].length_ms)};
    v->total = (struct counters_view){sum.interviews, sum.minutes, sum.exams};
    v->further = sum.interviews > 0;
    return r;
}

static int draw(struct page *p, const struct one *o, str held_against)
{
    int64_t until = 0;
    struct interview_view v = {.page = page_layout(p, N_("Interview")), .file = page_hex(p, o->f.id), .id = page_hex(p, o->id), .person = assess_whom(p, &o->f, o->interview),
                               .said = record_text(o->interview, "int_PartnersSaid"), .asked = number_of(p, o->interview, "int_AskedOn"), .go_on = page_field(p, "go_on"),
                               .until = number_of(p, o->interview, "int_WindowUntil"), .may_write = may_write(&o->f), .phases = phase_choices(p, page_field(p, "phase")),
                               .text = page_field(p, "text"), .why = page_field(p, "why"), .reasons = page_field(p, "reasons"), .held_against = held_against,
                               .reference = form_has(&p->form, "reference") ? page_field(p, "reference") : casefile_number(p->a, o->f.id)};
    struct record plan = *o->interview; /* what was planned; the rest has places of its own */
    plan.values = arena_array(p->a, struct record_value, o->interview->n);
    plan.n = 0;
    for (size_t i = 0; i < o->interview->n; i++)
        for (size_t k = 0; planned[k]; k++)
            if (!strcmp(o->interview->values[i].field->name, planned[k]))
                plan.values[plan.n++] = o->interview->values[i];
    v.n_lines = file_lines(p, &plan, &v.lines);
    v.window = str_to_int(record_text(o->interview, "int_WindowUntil"), 1, INT64_MAX, &until) && until > p->now_ms;
    v.agreed = str_eq(record_text(o->interview, "int_Agreed"), STR("yes"));
    v.grounds = assess_select(p, "int_Ground");
    struct err shown = p->err;
    int r = fill_questions(p, o, &v);
    if (r == 0)
        r = fill_registers(p, o, &v);
    if (r == 0)
        p->err = shown;
    if (r == 0)
        page_interview(&p->out, &v);
    return r;
}

int show_interview(struct page *p)
{
    struct one o;
    int r = look(p, &o);
    return r < 0 ? r : draw(p, &o, STR(""));
}

static int done(struct page *p, const struct one *o, int r, const char *field)
{
    if (r == ERR_INPUT || r == ERR_USAGE) {
        page_error(p, field);
        return draw(p, o, STR(""));
    }
    return r < 0 ? r : page_go(p, path_of(p, o->f.id, o->id).p);
}

/* --- asking the partners --- */

/* What they answered, a line each. */
static str say_answers(struct page *p, const struct ask_answer *answers, size_t n, bool *unreached)
{
    static const char *const words[] = {[SCORE_NO_HIT] = N_("no hit"), [SCORE_POSSIBLE] = N_("perhaps"), [SCORE_HIT] = N_("hit")};
    struct buf b = buf_new(p->a);
    for (size_t i = 0; i < n; i++) {
        str said = answers[i].trouble ? page_words(p, N_("no answer")) : page_words(p, words[answers[i].result.band]);
        buf_addf(&b, "%.*s: %.*s", STR_ARG(answers[i].partner->agency), STR_ARG(said));
        if (!answers[i].trouble && answers[i].result.n_hits)
            buf_addf(&b, " (%s)", answers[i].result.hits[0].number);
        buf_byte(&b, '\n');
        *unreached = *unreached || answers[i].trouble;
    }
    return buf_str(&b);
}

int do_interview_ask(struct page *p)
{
    struct casework w = file_casework(p);
    struct interview_asked asked = {.why_on = page_field(p, "go_on")};
    struct ask_answer *answers = NULL;
    struct partner *partners;
    struct one o;
    size_t n;
    w.reference = page_field(p, "reference");
    int r = look(p, &o);
    if (r < 0)
        return r;
    if (w.reference.len == 0)
        return done(p, &o, err_set(&p->err, ERR_INPUT, "%.*s", STR_ARG(page_words(p, N_("Say which case or warrant it belongs to.")))), "reference");
    const struct record *person = assess_record(&o.f, o.interview->about, FIELD_OF_PERSON);
    if (!person || !may_write(&o.f))
        return err_set(&p->err, ERR_DENIED, N_("you have no part in this case that lets you do this"));
    const struct identity who = record_identity(p->a, person);
    const struct ask_query query = {.who = &who, .person = person->has_identity ? &person->identity : NULL, .purpose = w.purpose, .reference = w.reference};
    r = ask_partners(p->node, p->a, &partners, &n, &p->err);
    if (r == 0 && n > 0)
        r = ask_all(p->node, web_names(p->worker->web), &p->actor, &query, partners, n, p->a, &answers, &p->err);
    if (r == 0) {
        asked.said = n ? say_answers(p, answers, n, &asked.unreached) : STR("-");
        r = interview_partners_asked(&w, o.f.id, p->a, o.id, &asked, &p->err);
    }
    return done(p, &o, r, "go_on");
}

int do_interview_window(struct page *p)
{
    const struct casework w = file_casework(p);
    int64_t days = 3, told;
    struct one o;
    int r = look(p, &o);
    if (r < 0)
        return r;
    if (!form_has(&p->form, "shut") && !str_to_int(page_field(p, "days"), 1, 90, &days))
        return done(p, &o, err_set(&p->err, ERR_INPUT, N_("choose a time that lies ahead")), "days");
    return done(p, &o, interview_window(&w, o.f.id, p->a, o.id, form_has(&p->form, "shut") ? 0 : p->now_ms + days * DAY_MS, &told, &p->err), "days");
}

int do_interview_question(struct page *p)
{
    const struct casework w = file_casework(p);
    struct interview_like *like;
    uint8_t id[ID_LEN];
    struct one o;
    size_t n;
    int r = look(p, &o);
    if (r < 0)
        return r;
    interview_held_against(p->a, o.f.records, o.f.n, page_field(p, "text"), &like, &n);
    if (n && !form_has(&p->form, "all_the_same"))
        return draw(p, &o, record_text(like[0].record, "que_Text"));
    return done(p, &o, interview_question_add(&w, o.f.id, p->a, o.id, page_field(p, "text"), page_field(p, "phase"), page_field(p, "why"), id, &p->err), "text");
}

int do_interview_change(struct page *p)
{
    const struct casework w = file_casework(p);
    uint8_t question[ID_LEN], joined[ID_LEN];
    struct interview_change c = {.text = page_field(p, "text"), .phase = page_field(p, "phase"), .set_aside = page_field(p, "aside")};
    struct one o;
    int r = look(p, &o);
    if (r == 0)
        r = page_id(p, 2, question);
    if (r < 0)
        return r;
    if (!str_to_int(page_field(p, "order"), 0, 999999, &c.order))
        c.order = 0;
    if (hex_decode_into(page_field(p, "joined"), joined, ID_LEN))
        c.joined = joined;
    return done(p, &o, interview_question_change(&w, o.f.id, p->a, question, &c, &p->err), NULL);
}

int do_interview_again(struct page *p)
{
    struct casework w = file_casework(p);
    uint8_t approval[ID_LEN];
    struct one o;
    int r = look(p, &o);
    w.reference = page_field(p, "reference");
    if (r < 0)
        return r;
    if (w.reference.len == 0)
        return done(p, &o, err_set(&p->err, ERR_INPUT, "%.*s", STR_ARG(page_words(p, N_("Say which case or warrant it belongs to.")))), "reference");
    r = interview_again(&w, o.f.id, p->a, o.id, page_field(p, "int_Ground"), page_field(p, "reasons"), form_has(&p->form, "own_yes"), approval, &p->err);
    return r == ERR_PARKED ? page_parked(p, r, approval) : done(p, &o, r, "reasons");
}

/* --- windows of partners --- */

int show_windows(struct page *p)
{
    const struct casework w = file_casework(p);
    struct windows_view v = {.page = page_layout(p, N_("Interviews of partners that take questions"))};
    struct interview_open_window *all;
    int r = interview_windows(&w, p->a, &all, &v.n, &p->err);
    if (r < 0)
        return r;
    v.rows = arena_array(p->a, struct window_line, v.n);
    for (size_t i = 0; i < v.n; i++)
        v.rows[i] = (struct window_line){page_hex(p, all[i].tie.partner), page_hex(p, all[i].interview), agency_of(p, page_hex(p, all[i].tie.partner)),
                                         page_time(p, all[i].until_ms), page_hex(p, all[i].tie.file)};
    page_windows(&p->out, &v);
    return 0;
}

static int draw_window(struct page *p, bool again)
{
    const struct casework w = file_casework(p);
    struct interview_own_question *own;
    uint8_t partner[ID_LEN], interview[ID_LEN];
    struct err shown = p->err;
    int r = page_id(p, 0, partner);
    if (r == 0)
        r = page_id(p, 1, interview);
    struct window_view v = {.page = page_layout(p, N_("Interview")), .text = page_field(p, "text"), .why = page_field(p, "why"), .again = again,
                            .all_the_same = page_field(p, "all_the_same"), .phases = phase_choices(p, page_field(p, "phase"))};
    if (r == 0)
        r = interview_own_questions(&w, partner, interview, p->a, &own, &v.n, &p->err);
    if (r < 0)
        return r;
    p->err = shown;
    v.partner = page_hex(p, partner);
    v.interview = page_hex(p, interview);
    v.partner_name = agency_of(p, v.partner);
    v.questions = arena_array(p->a, struct own_question_row, v.n);
    for (size_t i = 0; i < v.n; i++) {
        const size_t phase = interview_phase(own[i].phase);
        v.questions[i] = (struct own_question_row){.text = own[i].text, .reason = own[i].reason, .number = (int64_t)i + 1,
                                                   .answered = own[i].answered_ms >= 0 ? clock_text(p, own[i].answered_ms) : STR(""),
                                                   .phase = interview_phases[phase].code ? interview_phases[phase].words : ""};
    }
    page_window(&p->out, &v);
    return 0;
}

int show_window(struct page *p)
{
    return draw_window(p, false);
}

int do_window(struct page *p)
{
    const struct casework w = file_casework(p);
    uint8_t partner[ID_LEN], interview[ID_LEN], id[ID_LEN];
    int r = page_id(p, 0, partner);
    if (r == 0)
        r = page_id(p, 1, interview);
    if (r == 0)
        r = interview_file_question(&w, partner, interview, page_field(p, "text"), page_field(p, "phase"), page_field(p, "why"), page_field(p, "all_the_same"), id, &p->err);
    if (r == ERR_INPUT || r == ERR_EXISTS) {
        page_error(p, r == ERR_EXISTS ? "all_the_same" : "text");
        return draw_window(p, r == ERR_EXISTS);
    }
    return r < 0 ? r : page_go(p, p->request->path.p);
}
