/* Screenings from facts observed: the form, what the answers show, the decision of a named person. */
#include <string.h>

#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "face/web/assess_page.h"
#include "work/cases/consent.h"
#include "work/cases/screening_act.h"

/* --- the form --- */

static void put_choices(struct screening_choice out[], const char *const names[], const char *const labels[], size_t n, size_t chosen)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (struct screening_choice){names[i], labels[i], i == chosen};
}

static void fill_ask(const struct indicator_question *q, const struct screening_answer *was, struct screening_ask *ask)
{
    /* The order in which a thumb meets them; "not asked" is where every question begins. */
    static const enum answer order[ANSWERS] = {ANSWER_YES, ANSWER_NO, ANSWER_UNKNOWN, ANSWER_NOT_ASKED};
    static const char *const labels[ANSWERS] = {N_("Not asked"), N_("Yes"), N_("No"), N_("Not known")};
    *ask = (struct screening_ask){.name = q->name, .text = q->text, .hint = q->hint, .words = was->words, .open = was->words.len || was->by != KNOWN_NOT_SAID};
    for (size_t i = 0; i < ANSWERS; i++)
        ask->answers[i] = (struct screening_choice){answer_names[order[i]], labels[order[i]], was->answer == order[i]};
    put_choices(ask->known, known_by_names, known_by_labels, KNOWN_WAYS, was->by);
}

static void fill_groups(struct page *p, const struct screening *was, struct screening_form_view *v)
{
    v->groups = arena_array(p->a, struct screening_group, n_indicators_questions);
    for (size_t i = 0; i < n_indicators_questions; i++) {
        const struct indicator_question *q = &indicators_questions[i];
        if (i == 0 || strcmp(q->group, indicators_questions[i - 1].group) != 0) {
            struct screening_group *fresh = &v->groups[v->n_groups++];
            *fresh = (struct screening_group){.label = q->group, .id = str_printf(p->a, "g%zu", v->n_groups),
                                              .asks = arena_array(p->a, struct screening_ask, n_indicators_questions)};
        }
        struct screening_group *g = &v->groups[v->n_groups - 1];
        fill_ask(q, &was->answers[i], &g->asks[g->n++]);
    }
}

static enum answer answer_of(str name)
{
    for (int i = 0; i < ANSWERS; i++)
        if (str_eq(name, str_from(answer_names[i])))
            return (enum answer)i;
    return ANSWER_NOT_ASKED;
}

static enum known_by known_of(str name)
{
    for (int i = 0; i < KNOWN_WAYS; i++)
        if (str_eq(name, str_from(known_by_names[i])))
            return (enum known_by)i;
    return KNOWN_NOT_SAID;
}

/* What the form sent. */
static void typed_answers(struct page *p, struct screening *s)
{
    for (size_t i = 0; i < n_indicators_questions; i++) {
        const char *name = indicators_questions[i].name;
        s->answers[i] = (struct screening_answer){answer_of(form_get(&p->form, name)), known_of(form_get(&p->form, str_printf(p->a, "%s-known", name).p)),
                                                  page_field(p, str_printf(p->a, "%s-words", name).p)};
    }
}

static void stored_answers(const struct record *r, struct screening *s)
{
    const struct field *f = field_find(STR("cmt_ScreeningAnswers"));
    str line;
    *s = (struct screening){0};
    for (size_t i = 0; record_nth(r, f, i, &line); i++)
        (void)screening_read(s, line);
}

static int draw_form(struct page *p, const struct casefile *f, const struct screening *was, str draft)
{
    struct screening_form_view v = {.page = page_layout(p, N_("Screening")), .draft = draft, .file = page_hex(p, f->id), .on = page_field(p, "cmt_ScreenedOn"),
                                    .at = page_field(p, "cmt_ScreenedAt")};
    v.persons = assess_persons(p, f, page_field(p, "about"));
    v.sets = assess_codes(p, "cmt_ScreeningSets");
    fill_groups(p, was, &v);
    page_screening_form(&p->out, &v);
    return 0;
}

int show_screening_new(struct page *p)
{
    str draft = STR("");
    struct screening was = {0};
    struct casefile f;
    uint8_t id[ID_LEN];
    int r = assess_look(p, &f);
    const struct record *from = r == 0 && hex_decode_into(form_get(&p->query, "from"), id, ID_LEN) ? assess_record(&f, id, FIELD_OF_SCREENING) : NULL;
    if (r == 0)
        r = file_draft(p, p->request->path, &p->form, &draft);
    if (from)
        stored_answers(from, &was);
    else if (r > 0)
        typed_answers(p, &was);
    return r < 0 ? r : draw_form(p, &f, &was, draft);
}

/* The lines of what was answered; ERR_INPUT names the question's field. */
static int add_answers(struct page *p, const struct screening *s, struct record *r, const char **field)
{
    const struct field *f = field_find(STR("cmt_ScreeningAnswers"));
    for (size_t i = 0; i < n_indicators_questions; i++) {
        const struct screening_answer *answer = &s->answers[i];
        str line;
        if (answer->answer == ANSWER_NOT_ASKED && answer->words.len == 0)
            continue;
        *field = str_printf(p->a, "w-%s", indicators_questions[i].name).p;
        if (answer->words.len > SCREENING_WORDS_MAX)
            return err_set(&p->err, ERR_INPUT, N_("write less for one question: a few sentences at most"));
        int r_check = field_check(f, &(struct field_rules){web_text(p->worker->web), page_today(p)}, p->a,
                                  screening_line(p->a, &indicators_questions[i], answer), &line, &p->err);
        if (r_check < 0)
            return r_check;
        record_add(p->a, r, f->name, line);
    }
    return 0;
}

int do_screening_new(struct page *p)
{
    static const char *const names[] = {"cmt_ScreenedOn", "cmt_ScreenedAt", "cmt_ScreeningSets"};
    struct screening s;
    struct record fresh = {.version = 1};
    struct casefile f;
    const char *wrong = NULL;
    typed_answers(p, &s);
    struct casework w = file_casework(p);
    int r = assess_id(p, f.id);
    if (r == 0)
        r = assess_about(p, &fresh);
    if (r == 0)
        r = assess_typed(p, names, sizeof names / sizeof names[0], &fresh, &wrong);
    if (r == 0)
        r = add_answers(p, &s, &fresh, &wrong);
    if (r == 0)
        r = screening_keep(&w, f.id, p->a, &fresh, &p->err);
    if (r == ERR_INPUT) {
        page_error(p, wrong);
        r = assess_look(p, &f);
        return r < 0 ? r : draw_form(p, &f, &s, STR(""));
    }
    if (r == 0)
        file_draft_done(p, p->request->path);
    return r < 0 ? r : page_go(p, str_printf(p->a, "/files/%s/screening/%s", page_hex(p, f.id).p, page_hex(p, fresh.id).p).p);
}

/* --- what the answers show --- */

static struct screening_line line_of(const struct screening *s, size_t i)
{
    static const char *const words[ANSWERS] = {N_("not asked"), N_("yes"), N_("no"), N_("not known")};
    const struct screening_answer *answer = &s->answers[i];
    return (struct screening_line){indicators_questions[i].text, words[answer->answer],
                                   answer->by == KNOWN_NOT_SAID ? NULL : known_by_labels[answer->by], answer->words};
}

/* The answers that led to an indicator. */
static void fill_shown(struct page *p, const struct screening *s, const struct indicator *which, enum indicator_set set, struct screening_shown *out)
{
    *out = (struct screening_shown){.label = which->label, .strength = strength_labels[which->strength[set]],
                                    .lines = arena_array(p->a, struct screening_line, n_indicators_questions)};
    for (size_t i = 0; i < n_indicators_questions; i++)
        if (s->answers[i].answer == ANSWER_YES && indicators_question_shows(&indicators_questions[i], which))
            out->lines[out->n++] = line_of(s, i);
}

static void fill_set(struct page *p, const struct screening *s, enum indicator_set set, struct screening_set *out)
{
    struct indicator_result result;
    enum answer answers[INDICATORS_QUESTIONS_MAX];
    screening_answers(s, answers);
    indicators_weigh(answers, set, &result);
    *out = (struct screening_set){.label = indicator_sets[set].label, .checked = checked_labels[indicator_sets[set].checked],
                                  .combination = indicators_combination(&result, set)};
    for (size_t d = 0; d < DIMENSIONS; d++) {
        const struct dimension_result *from = &result.dimension[d];
        struct screening_dimension *to = &out->dimensions[d];
        *to = (struct screening_dimension){dimension_labels[d], from->positive, from->n[STRENGTH_STRONG], from->n[STRENGTH_MEDIUM], from->n[STRENGTH_WEAK],
                                           arena_array(p->a, struct screening_shown, INDICATORS), 0};
        for (size_t i = 0; i < INDICATORS; i++)
            if (result.shown[i] && indicators[i].dimension == (enum dimension)d)
                fill_shown(p, s, &indicators[i], set, &to->shown[to->n++]);
    }
}

static void fill_ilo(struct page *p, const struct screening *s, struct screening_view *v)
{
    v->ilo_checked = checked_labels[ilo_checked];
    for (size_t i = 0; i < ILO_INDICATORS; i++) {
        struct screening_ilo *e = &v->ilo[i];
        *e = (struct screening_ilo){ilo_labels[i], arena_array(p->a, struct screening_line, n_indicators_questions), 0};
        for (size_t k = 0; k < n_indicators_questions; k++)
            if (s->answers[k].answer == ANSWER_YES && (indicators_questions[k].ilo & 1U << i))
                e->lines[e->n++] = line_of(s, k);
    }
}

static void fill_result(struct page *p, const struct record *r, struct screening_view *v)
{
    struct screening s;
    str sets = record_text(r, "cmt_ScreeningSets");
    stored_answers(r, &s);
    v->lines = arena_array(p->a, struct screening_line, n_indicators_questions);
    for (size_t i = 0; i < n_indicators_questions; i++)
        if (s.answers[i].answer != ANSWER_NOT_ASKED || s.answers[i].words.len)
            v->lines[v->n_lines++] = line_of(&s, i);
    v->n_asked = n_indicators_questions;
    v->sets = arena_array(p->a, struct screening_set, INDICATOR_SETS);
    for (int i = 0; i < INDICATOR_SETS; i++)
        if (sets.len == 0 || consent_lists(sets, str_from(indicator_sets[i].name)))
            fill_set(p, &s, (enum indicator_set)i, &v->sets[v->n_sets++]);
    fill_ilo(p, &s, v);
}

int show_screening(struct page *p)
{
    struct casefile f;
    uint8_t id[ID_LEN];
    int r = page_id(p, 1, id);
    if (r == 0)
        r = assess_look(p, &f);
    if (r < 0)
        return r;
    const struct record *record = assess_record(&f, id, FIELD_OF_SCREENING);
    if (!record)
        return err_set(&p->err, ERR_NOT_FOUND, N_("there is no such screening in this case"));
    struct screening_view v = {.page = page_layout(p, N_("What the answers show")), .file = page_hex(p, f.id), .id = page_hex(p, id),
                               .person = assess_whom(p, &f, record), .on = assess_date(p, record_text(record, "cmt_ScreenedOn")),
                               .at = record_text(record, "cmt_ScreenedAt"), .by = file_member_name(p, record->by), .when = page_time(p, record->changed_ms)};
    fill_result(p, record, &v);
    page_screening(&p->out, &v);
    return 0;
}

/* --- those of a file --- */

static size_t count_yes(const struct record *r)
{
    struct screening s;
    size_t n = 0;
    stored_answers(r, &s);
    for (size_t i = 0; i < n_indicators_questions; i++)
        n += s.answers[i].answer == ANSWER_YES;
    return n;
}

static const char *code_label(const char *field, str value)
{
    const struct field_code *code = field_code_find(field_find(str_from(field)), value);
    return code ? code->label : NULL;
}

static void fill_row(struct page *p, const struct casefile *f, const struct record *r, struct screenings_view *v)
{
    if (r->unit == FIELD_OF_SCREENING)
        v->rows[v->n++] = (struct screening_row){page_hex(p, r->id), assess_whom(p, f, r), assess_date(p, record_text(r, "cmt_ScreenedOn")),
                                                 file_member_name(p, r->by), page_time(p, r->changed_ms), count_yes(r)};
    if (r->unit == FIELD_OF_DECISION)
        v->decisions[v->n_decisions++] = (struct decision_row){
            .person = assess_whom(p, f, r), .on = assess_date(p, record_text(r, "cmt_DecidedOn")), .by = record_text(r, "cmt_DecidedBy"),
            .organisation = record_text(r, "cmt_DecisionOrgName"), .reason = record_text(r, "cmt_DecisionReason"), .when = page_time(p, r->changed_ms),
            .written_by = file_member_name(p, r->by), .decision = code_label("cmt_Decision", record_text(r, "cmt_Decision")),
            .kind = code_label("cmt_DecisionOrg", record_text(r, "cmt_DecisionOrg"))};
}

int show_screenings(struct page *p)
{
    struct casefile f;
    int r = assess_look(p, &f);
    if (r < 0)
        return r;
    struct screenings_view v = {.page = page_layout(p, N_("Screenings and decisions")), .file = page_hex(p, f.id)};
    v.rows = arena_array(p->a, struct screening_row, f.n);
    v.decisions = arena_array(p->a, struct decision_row, f.n);
    for (size_t i = f.n; i-- > 0;) /* the newest first */
        fill_row(p, &f, &f.records[i], &v);
    page_screenings(&p->out, &v);
    return 0;
}

/* --- the decision --- */

static int draw_decision(struct page *p, const struct casefile *f)
{
    bool sent = form_has(&p->form, "cmt_DecidedBy");
    struct decision_form_view v = {.page = page_layout(p, N_("Write down a decision")), .file = page_hex(p, f->id),
                                   .persons = assess_persons(p, f, page_field(p, "about")), .decisions = assess_codes(p, "cmt_Decision"),
                                   .kinds = assess_select(p, "cmt_DecisionOrg"), .on = page_field(p, "cmt_DecidedOn"),
                                   .organisation = sent ? page_field(p, "cmt_DecisionOrgName") : p->layout.agency,
                                   .by = sent ? page_field(p, "cmt_DecidedBy") : p->member.name, .reason = page_field(p, "cmt_DecisionReason")};
    page_decision_form(&p->out, &v);
    return 0;
}

int show_decision_new(struct page *p)
{
    struct casefile f;
    int r = assess_look(p, &f);
    return r < 0 ? r : draw_decision(p, &f);
}

int do_decision_new(struct page *p)
{
    static const char *const names[] = {"cmt_Decision", "cmt_DecisionOrg", "cmt_DecisionOrgName", "cmt_DecidedBy", "cmt_DecidedOn", "cmt_DecisionReason"};
    struct record fresh = {.version = 1};
    struct casefile f;
    const char *wrong = "cmt_Decision";
    struct casework w = file_casework(p);
    int r = assess_id(p, f.id);
    if (r == 0)
        r = assess_about(p, &fresh);
    if (r == 0)
        r = assess_typed(p, names, sizeof names / sizeof names[0], &fresh, &wrong);
    if (r == 0)
        r = decision_keep(&w, f.id, p->a, &fresh, &p->err);
    if (r == ERR_INPUT || r == ERR_USAGE) {
        page_error(p, wrong);
        r = assess_look(p, &f);
        return r < 0 ? r : draw_decision(p, &f);
    }
    return r < 0 ? r : page_go(p, str_printf(p->a, "/files/%s/screening", page_hex(p, f.id).p).p);
}
