/* Interviews: planned, partners asked, a window for their questions, the pool. */
#include <string.h>

#include "face/web/assess_page.h"
#include "face/web/interviews_views.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "trust/peer/ask_all.h"
#include "work/interviews/interview.h"
#include "work/statements/statement_give.h"

#define HANDS (RELATION_WORKER | RELATION_LEAD | RELATION_SUPERVISOR)
#define DAY_MS (INT64_C(24) * 3600 * 1000)

static str path_of(struct page *p, const uint8_t file[static ID_LEN], const uint8_t *id)
{
    str at = str_printf(p->a, "/files/%s/interviews", page_hex(p, file).p);
    return id ? str_printf(p->a, "%.*s/%s", STR_ARG(at), page_hex(p, id).p) : at;
}

str interview_clock(struct page *p, int64_t ms)
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

str interview_agency(struct page *p, str hex)
{
    struct partner partner;
    uint8_t id[ID_LEN];
    struct err ignored = {0};
    return hex_decode_into(hex, id, ID_LEN) && partner_by_id(p->node->db, p->a, id, &partner, &ignored) == 0 ? partner.agency : STR("");
}

static bool is_asked(const struct interview_asking *q)
{
    return !q->joined && !q->set_aside && !q->taken_back;
}

/* Of those in front of it: the one it is most like. */
static str like_of(struct page *p, const struct interview_asking *all, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (is_asked(&all[k]) && is_asked(&all[i]) &&
            interview_alike(p->a, record_text(all[i].record, "que_Text"), record_text(all[k].record, "que_Text")) >= INTERVIEW_NEAR)
            return str_printf(p->a, "%zu. %.*s", k + 1, STR_ARG(record_text(all[k].record, "que_Text")));
    return STR("");
}

static int fill_questions(struct page *p, const struct one *o, struct interview_view *v)
{
    const struct field *topics = field_find(STR("que_Topic"));
    struct interview_asking *all;
    struct interview_answered *answers;
    size_t n, n_answers;
    int r = interview_answers(p->node, o->f.id, p->a, &answers, &n_answers, &p->err);
    if (r < 0)
        return r;
    interview_questions(p->a, o->f.records, o->f.n, o->id, &all, &n);
    v->questions = arena_array(p->a, struct question_row, n);
    for (size_t i = 0; i < n; i++) {
        const struct record *q = all[i].record;
        struct question_row *row = &v->questions[v->n_questions++];
        str phase = record_text(q, "que_Phase"), joined = record_text(q, "que_Joined");
        const struct field_code *topic = field_code_find(topics, record_text(q, "que_Topic"));
        const struct interview_answered *answer = interview_answer_of(o->f.records, o->f.n, answers, n_answers, q);
        const char *ended = interview_end_words(record_text(q, "que_SetAside"));
        const enum question_state is = interview_question_state(q, answers, n_answers);
        *row = (struct question_row){.id = page_hex(p, q->id), .text = record_text(q, "que_Text"), .original = record_text(q, "que_Original"),
                                     .why = record_text(q, "que_Why"), .from = interview_agency(p, all[i].from), .aside = ended ? page_words(p, ended) : record_text(q, "que_SetAside"),
                                     .answered = answer ? interview_clock(p, answer->at_ms) : STR(""), .topic = topic ? topic->label : "", .taken_back = is == QUESTION_BACK,
                                     .may_change = question_after(is, QUESTION_TAKE, INTERVIEW_OURS) != QUESTION_NONE, .phase = interview_phases[all[i].phase].code ? interview_phases[all[i].phase].words : "",
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

/* The letter with which a partner's statement came, while it can be heard. */
static int came_already(struct page *p, const struct interview_of *who, const struct interview_register *reg, const uint8_t *id, str *letter)
{
    struct statement_received *came;
    struct tie *ties;
    size_t n, n_ties;
    int r = ties_of(p->node->db, who->file, who->person, p->a, &ties, &n_ties, &p->err);
    for (size_t i = 0; r == 0 && i < n_ties; i++) {
        if (memcmp(ties[i].partner, reg->partner, ID_LEN) != 0)
            continue;
        r = statements_received_of(p->node, &ties[i], p->a, &came, &n, &p->err);
        for (size_t k = 0; r == 0 && k < n; k++)
            if (memcmp(came[k].statement.id, id, ID_LEN) == 0 && !statement_lost(p->node, &came[k], p->now_ms))
                *letter = page_hex(p, came[k].letter);
    }
    return r;
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
        for (size_t k = 0; k < all[i].n_statements; k++) {
            struct statement_row *row = &v->statements[v->n_statements++];
            struct partner partner;
            struct err gone = {0};
            *row = (struct statement_row){interview_agency(p, page_hex(p, all[i].partner)), page_time(p, all[i].statements[k].sealed_ms),
                                          interview_clock(p, all[i].statements[k].length_ms),
                                          partner_by_id(p->node->db, p->a, all[i].partner, &partner, &gone) < 0 ? STR("") : partner.name, STR("")};
            if (r == 0)
                r = came_already(p, &who, &all[i], all[i].statements[k].id, &row->letter);
        }
    v->of = page_hex(p, o->interview->about);
    v->total = (struct counters_view){sum.interviews, sum.minutes, sum.exams};
    v->further = sum.interviews > 0;
    return r;
}

struct choices interview_topics(struct page *p)
{
    struct choices c = assess_select(p, "que_Topic");
    c.name = "topic";
    for (size_t i = 0; i < c.n; i++)
        c.all[i].chosen = str_eq(c.all[i].value, page_field(p, "topic"));
    return c;
}

/* Partners with a tie to her: to whom the window goes and on what, or a field for the basis; and to whom it went. */
static int fill_window(struct page *p, const struct one *o, struct interview_view *v)
{
    static const char *const because[] = {[WINDOW_NOBODY] = N_("not opened: she did not name this agency, and no legal basis was given"),
                                          [WINDOW_CONSENT] = N_("opened: she agreed"), [WINDOW_LAW] = N_("opened, because of:")};
    const struct interview_of who = {o->f.id, o->interview->about, o->f.records, o->f.n};
    struct interview_window_partner *partners;
    struct interview_told *told;
    size_t n, n_told;
    int r = interview_window_partners(p->node, &who, file_casework(p).purpose, p->now_ms, p->a, &partners, &n, &p->err);
    if (r < 0)
        return r;
    v->partners = arena_array(p->a, struct window_partner, n);
    for (size_t i = 0; i < n; i++) {
        str field = str_printf(p->a, "basis-%s", page_hex(p, partners[i].partner.id).p);
        v->partners[v->n_partners++] = (struct window_partner){partners[i].partner.agency, field, page_field(p, field.p), partners[i].consent != NULL};
    }
    interview_window_told(p->a, o->interview, &told, &n_told);
    v->told = arena_array(p->a, struct window_told, n_told);
    for (size_t i = 0; i < n_told; i++)
        v->told[v->n_told++] = (struct window_told){interview_agency(p, page_hex(p, told[i].partner)), told[i].words, because[told[i].rests]};
    return 0;
}

/* Her own yes to one more: consents that were recorded since the last interview. */
static int fill_again(struct page *p, const struct one *o, struct interview_view *v)
{
    const struct interview_of who = {o->f.id, o->interview->about, o->f.records, o->f.n};
    struct interview_counters so_far;
    int64_t last_ms;
    struct choices *c = &v->consents;
    int r = interview_last_ms(p->node, &who, p->a, &so_far, &last_ms, &p->err);
    *c = (struct choices){.page = &p->layout, .name = "consent", .label = N_("Her consent to another interview"), .all = arena_array(p->a, struct choice, o->f.n)};
    for (size_t i = 0; r == 0 && i < o->f.n; i++) {
        const struct record *yes = &o->f.records[i];
        if (interview_is_yes(p->node, yes, o->interview->about, last_ms, p->now_ms))
            c->all[c->n++] = (struct choice){page_hex(p, yes->id), str_printf(p->a, "%.*s %.*s", STR_ARG(page_words(p, N_("Her consent of"))), STR_ARG(page_time(p, yes->made_ms))),
                                             str_eq(page_field(p, "consent"), page_hex(p, yes->id))};
    }
    v->grounds = assess_select(p, "int_Ground");
    return r;
}

/* What can be done with it now, by its state and her part in the case: nothing else is shown. */
static int fill_can(struct page *p, const struct one *o, struct interview_view *v)
{
    const struct interview_of who = {o->f.id, o->interview->about, o->f.records, o->f.n};
    struct interview_state at;
    struct err why = {0};
    int r = interview_stands(p->node, &who, o->interview, p->now_ms, p->a, &at, &p->err);
    if (r < 0)
        return r;
    for (enum interview_event e = 0; e < INTERVIEW_EVENTS; e++)
        v->can[e] = may_write(&o->f) && interview_can(&at, e, INTERVIEW_OURS, NULL) == 0;
    v->stage = interview_stage_words(at.stage);
    v->window = at.window;
    if (at.stage != INTERVIEW_HELD && interview_can(&at, INTERVIEW_RECORD, INTERVIEW_OURS, &why) < 0)
        v->why_not = page_words(p, str_dup(p->a, str_from(why.text)).p); /* shown when this is over */
    return 0;
}

static int draw(struct page *p, const struct one *o, str held_against)
{
    struct interview_view v = {.page = page_layout(p, N_("Interview")), .file = page_hex(p, o->f.id), .id = page_hex(p, o->id), .person = assess_whom(p, &o->f, o->interview),
                               .said = record_text(o->interview, "int_PartnersSaid"), .asked = number_of(p, o->interview, "int_AskedOn"), .go_on = page_field(p, "go_on"),
                               .until = number_of(p, o->interview, "int_WindowUntil"), .phases = phase_choices(p, page_field(p, "phase")),
                               .text = page_field(p, "text"), .why = page_field(p, "why"), .reasons = page_field(p, "reasons"), .held_against = held_against,
                               .topics = interview_topics(p), .again = page_field(p, "again"),
                               .reference = form_has(&p->form, "reference") ? page_field(p, "reference") : casefile_number(p->a, o->f.id)};
    struct record plan = *o->interview; /* what was planned; the rest has places of its own */
    plan.values = arena_array(p->a, struct record_value, o->interview->n);
    plan.n = 0;
    for (size_t i = 0; i < o->interview->n; i++)
        for (size_t k = 0; planned[k]; k++)
            if (!strcmp(o->interview->values[i].field->name, planned[k]))
                plan.values[plan.n++] = o->interview->values[i];
    v.n_lines = file_lines(p, &plan, &v.lines);
    v.agreed = str_eq(record_text(o->interview, "int_Agreed"), STR("yes"));
    struct err shown = p->err;
    int r = fill_can(p, o, &v);
    if (r == 0)
        r = fill_window(p, o, &v);
    if (r == 0)
        r = fill_again(p, o, &v);
    if (r == 0)
        r = fill_questions(p, o, &v);
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
    struct interview_window what = {0};
    struct interview_window_partner *partners;
    struct interview_basis *bases;
    int64_t days = 3, told;
    struct one o;
    size_t n;
    int r = look(p, &o);
    if (r < 0)
        return r;
    if (!form_has(&p->form, "shut") && !str_to_int(page_field(p, "days"), 1, 90, &days))
        return done(p, &o, err_set(&p->err, ERR_INPUT, N_("choose a time that lies ahead")), "days");
    const struct interview_of who = {o.f.id, o.interview->about, o.f.records, o.f.n};
    r = interview_window_partners(p->node, &who, w.purpose, p->now_ms, p->a, &partners, &n, &p->err);
    if (r < 0)
        return r;
    bases = arena_array(p->a, struct interview_basis, n);
    for (size_t i = 0; i < n; i++) {
        bases[i].words = page_field(p, str_printf(p->a, "basis-%s", page_hex(p, partners[i].partner.id).p).p);
        memcpy(bases[i].partner, partners[i].partner.id, ID_LEN);
    }
    what = (struct interview_window){form_has(&p->form, "shut") ? 0 : p->now_ms + days * DAY_MS, bases, n};
    return done(p, &o, interview_window(&w, o.f.id, p->a, o.id, &what, &told, &p->err), "days");
}

int do_interview_question(struct page *p)
{
    const struct casework w = file_casework(p);
    const struct interview_own own = {page_field(p, "text"), page_field(p, "topic"), page_field(p, "phase"), page_field(p, "why"), page_field(p, "again")};
    struct interview_like *like;
    uint8_t id[ID_LEN];
    struct one o;
    size_t n;
    int r = look(p, &o);
    if (r < 0)
        return r;
    interview_held_against(p->a, o.f.records, o.f.n, own.text, &like, &n);
    if (n && !form_has(&p->form, "all_the_same"))
        return draw(p, &o, record_text(like[0].record, "que_Text"));
    r = interview_question_add(&w, o.f.id, p->a, o.id, &own, id, &p->err);
    if (r == ERR_EXISTS) {
        page_error(p, "again");
        return draw(p, &o, n ? record_text(like[0].record, "que_Text") : STR(""));
    }
    return done(p, &o, r, "text");
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
    uint8_t approval[ID_LEN], consent[ID_LEN];
    struct one o;
    int r = look(p, &o);
    w.reference = page_field(p, "reference");
    if (r < 0)
        return r;
    if (w.reference.len == 0)
        return done(p, &o, err_set(&p->err, ERR_INPUT, "%.*s", STR_ARG(page_words(p, N_("Say which case or warrant it belongs to.")))), "reference");
    const struct interview_again again = {page_field(p, "int_Ground"), page_field(p, "reasons"), hex_decode_into(page_field(p, "consent"), consent, ID_LEN) ? consent : NULL};
    r = interview_again(&w, o.f.id, p->a, o.id, &again, approval, &p->err);
    return r == ERR_PARKED ? page_parked(p, r, approval) : done(p, &o, r, "reasons");
}
