/* Consent in the person's own language, a copy for her, what is given under it, and taking it back. */
#include <string.h>

#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "face/web/assess_page.h"
#include "face/web/consent_paper.h"
#include "face/web/languages.h"
#include "trust/access/access.h"
#include "work/cases/consent_act.h"

/* --- asking --- */

static struct consent_words hers(struct page *p, str language)
{
    const char *code = languages_code(language);
    struct consent_words w = {.code = code ? code : "en"};
    w.words = web_words(p->worker->web, w.code);
    w.unchecked = w.words && catalogue_header(w.words, STR("X-Checked-By")).len == 0;
    return w;
}

/* What was chosen; else the language of the one person there is; else the member's. */
static str language_of(struct page *p, const struct casefile *f)
{
    str chosen = form_has(&p->query, "language") ? form_get(&p->query, "language") : form_get(&p->form, "language");
    for (size_t i = 0; i < f->n && !languages_code(chosen); i++)
        if (f->records[i].unit == FIELD_OF_PERSON)
            chosen = record_text(&f->records[i], "prs_PrimaryLanguage");
    return languages_code(chosen) ? chosen : str_from(p->layout.language);
}

static struct choices language_choices(struct page *p, const char *chosen)
{
    struct choices c = {.page = &p->layout, .name = "language", .label = N_("Her language"), .all = arena_array(p->a, struct choice, LANGUAGES)};
    for (; c.n < LANGUAGES; c.n++)
        c.all[c.n] = (struct choice){str_from(languages_all[c.n].code), str_from(languages_all[c.n].name), strcmp(languages_all[c.n].code, chosen) == 0};
    return c;
}

static bool was_sent(struct page *p, const char *name, str value)
{
    str sent;
    for (size_t i = 0; form_nth(&p->form, name, i, &sent); i++)
        if (str_eq(sent, value))
            return true;
    return false;
}

static struct consent_codes codes_of(struct page *p, const char *field)
{
    const struct field *f = field_find(str_from(field));
    struct consent_codes c = {.name = field, .label = f->label};
    size_t n = 0;
    while (f->codes[n].value)
        n++;
    c.all = arena_array(p->a, struct consent_code, n);
    for (; c.n < n; c.n++) {
        str value = str_from(f->codes[c.n].value);
        c.all[c.n] = (struct consent_code){value, f->codes[c.n].label, was_sent(p, field, value)};
    }
    return c;
}

static void fill_asks(struct page *p, struct consent_form_view *v)
{
    static const char *const answers[][2] = {{"yes", N_("Yes")}, {"no", N_("No")}, {"", N_("Not asked")}};
    static const char *const states[][2] = {{"Given", N_("Given")}, {"Refused", N_("Refused")}};
    for (size_t i = 0; i < CONSENT_QUESTIONS; i++) {
        const struct consent_question *q = &consent_questions[i];
        v->asks[i] = (struct consent_ask){.name = q->field, .says = q->says, .label = field_find(str_from(q->field))->label};
        for (size_t k = 0; k < 3; k++)
            v->asks[i].answers[k] = (struct consent_answer){answers[k][0], answers[k][1], str_eq(form_get(&p->form, q->field), str_from(answers[k][0]))};
    }
    for (size_t i = 0; i < 2; i++)
        v->states[i] = (struct consent_answer){states[i][0], states[i][1], str_eq(form_get(&p->form, "cmt_ConsentState"), str_from(states[i][0]))};
}

static int fill_recipients(struct page *p, struct consent_form_view *v)
{
    struct partner *all;
    size_t n;
    int r = partner_list(p->node->db, p->a, &all, &n, &p->err);
    if (r < 0)
        return r;
    v->recipients = arena_array(p->a, struct consent_recipient, n);
    for (size_t i = 0; i < n; i++)
        if (all[i].status == PARTNER_ACTIVE)
            v->recipients[v->n_recipients++] = (struct consent_recipient){all[i].agency, was_sent(p, "cmt_ConsentRecipients", all[i].agency)};
    return 0;
}

static int draw_form(struct page *p, const struct casefile *f, str draft)
{
    struct consent_form_view v = {.page = page_layout(p, N_("Consent")), .draft = draft, .file = page_hex(p, f->id), .opening = consent_opening};
    v.hers = hers(p, language_of(p, f));
    v.languages = language_choices(p, v.hers.code);
    v.persons = assess_persons(p, f, page_field(p, "about"));
    v.methods = assess_select(p, "cmt_ConsentMethod");
    v.deciders = assess_select(p, "cmt_ConsentBy");
    v.bases = assess_select(p, "cmt_ConsentBasis");
    v.purposes = codes_of(p, "cmt_ConsentPurposes");
    v.elements = codes_of(p, "cmt_ConsentElements");
    v.on = page_field(p, "cmt_ConsentDecidedOn");
    v.until = page_field(p, "cmt_ConsentUntil");
    v.interpreter = page_field(p, "cmt_ConsentInterpreter");
    v.guardian = page_field(p, "cmt_Guardian");
    fill_asks(p, &v);
    int r = fill_recipients(p, &v);
    if (r == 0)
        page_consent_form(&p->out, &v);
    return r;
}

int show_consent_new(struct page *p)
{
    struct casefile f;
    str draft = STR("");
    int r = assess_look(p, &f);
    if (r == 0)
        r = file_draft(p, p->request->path, &p->form, &draft);
    return r < 0 ? r : draw_form(p, &f, draft);
}

int do_consent_new(struct page *p)
{
    static const char *const names[] = {
        "cmt_AgreesToInterview", "cmt_ToldOfPurpose", "cmt_ToldOfUse", "cmt_ToldOfResearch", "cmt_ToldOfAccess", "cmt_ToldOfRetention",
        "cmt_ToldOfWithdrawal", "cmt_ConsentPurposes", "cmt_ConsentRecipients", "cmt_ConsentElements", "cmt_ConsentUntil", "cmt_ConsentState",
        "cmt_ConsentDecidedOn", "cmt_ConsentLanguage", "cmt_ConsentMethod", "cmt_ConsentInterpreter", "cmt_ConsentBy", "cmt_Guardian", "cmt_ConsentBasis",
    };
    struct record fresh = {.version = 1};
    struct casefile f;
    const char *wrong = NULL;
    struct casework w = file_casework(p);
    int r = assess_id(p, f.id);
    if (r == 0)
        r = assess_about(p, &fresh);
    if (r == 0)
        r = assess_typed(p, names, sizeof names / sizeof names[0], &fresh, &wrong);
    if (r == 0 && record_text(&fresh, "cmt_ConsentState").len == 0) {
        wrong = "cmt_ConsentState";
        r = err_set(&p->err, ERR_INPUT, N_("say whether she said yes or no: both are good answers"));
    }
    if (r == 0)
        r = consent_keep(&w, f.id, p->a, &fresh, &p->err);
    if (r == ERR_INPUT) {
        page_error(p, wrong);
        r = assess_look(p, &f);
        return r < 0 ? r : draw_form(p, &f, STR(""));
    }
    if (r == 0)
        file_draft_done(p, p->request->path);
    return r < 0 ? r : page_go(p, str_printf(p->a, "/files/%s/consent/%s", page_hex(p, f.id).p, page_hex(p, fresh.id).p).p);
}

/* --- one consent --- */

static const char *label_of(const struct record *r, const char *field)
{
    const struct field *f = field_find(str_from(field));
    const struct field_code *code = field_code_find(f, record_text(r, field));
    return code ? code->label : NULL;
}

static const char **labels_of(struct page *p, const struct record *r, const char *field, size_t *n)
{
    const struct field *f = field_find(str_from(field));
    str list = record_text(r, field), value;
    const char **labels = arena_array(p->a, const char *, list.len + 1);
    *n = 0;
    while (list.len && str_split(&list, ' ', &value)) {
        const struct field_code *code = field_code_find(f, value);
        if (code)
            labels[(*n)++] = code->label;
    }
    return labels;
}

static const char *answer_words(str answer)
{
    return str_eq(answer, STR("yes")) ? N_("yes") : str_eq(answer, STR("no")) ? N_("no") : str_eq(answer, STR("unknown")) ? N_("not known") : N_("not asked");
}

static void fill_lists(struct page *p, const struct record *c, struct consent_view *v)
{
    const struct field *recipients = field_find(STR("cmt_ConsentRecipients"));
    str text;
    for (; v->n_told < CONSENT_QUESTIONS; v->n_told++) {
        const struct consent_question *q = &consent_questions[v->n_told];
        v->told[v->n_told] = (struct consent_told){q->says, field_find(str_from(q->field))->label, answer_words(record_text(c, q->field))};
    }
    v->purposes = labels_of(p, c, "cmt_ConsentPurposes", &v->n_purposes);
    v->elements = labels_of(p, c, "cmt_ConsentElements", &v->n_elements);
    v->recipients = arena_array(p->a, str, c->n);
    while (record_nth(c, recipients, v->n_recipients, &text))
        v->recipients[v->n_recipients++] = text;
}

static str agency_of(struct page *p, const uint8_t id[static ID_LEN])
{
    struct partner partner;
    struct err err;
    return partner_by_id(p->node->db, p->a, id, &partner, &err) == 0 ? partner.agency : page_hex(p, id);
}

static int fill_grants(struct page *p, const struct record *c, struct consent_view *v)
{
    static const char *const states[] = {
        [GRANT_LIVE] = N_("they have it"), [GRANT_WITHDRAWN] = N_("asked back"), [GRANT_EXPIRED] = N_("its time is over"), [GRANT_SETTLED] = N_("gone everywhere"),
    };
    struct grant_item *items;
    int r = consent_grants(p->node, p->a, c, p->now_ms, &items, &v->n_grants, &p->err);
    v->grants = arena_array(p->a, struct consent_grant_row, v->n_grants);
    for (size_t i = 0; r == 0 && i < v->n_grants; i++) {
        const struct grant_item *g = &items[i];
        v->grants[i] = (struct consent_grant_row){.id = page_hex(p, g->grant.id), .partner = agency_of(p, g->grant.holder), .given = page_time(p, g->grant.issued_ms),
                                                  .until = page_time(p, g->grant.expires_ms), .state = states[g->state], .live = g->state == GRANT_LIVE,
                                                  .overdue = g->overdue, .asked_back = page_time(p, g->recalled_ms), .acknowledged = page_time(p, g->acknowledged_ms)};
        v->n_live += g->state == GRANT_LIVE;
    }
    return r;
}

/* What can be given to whom: the named agencies that are partners now, and the named purposes. */
static int fill_giving(struct page *p, const struct record *c, struct consent_view *v)
{
    struct partner *all;
    size_t n;
    int r = partner_list(p->node->db, p->a, &all, &n, &p->err);
    if (r < 0)
        return r;
    v->to = (struct choices){.page = &p->layout, .name = "partner", .label = N_("To whom"), .all = arena_array(p->a, struct choice, n)};
    for (size_t i = 0; i < n; i++) {
        bool named = false; /* perhaps twice: she is asked for agencies one by one */
        for (size_t k = 0; k < v->n_recipients; k++)
            named |= str_eq(all[i].agency, v->recipients[k]);
        if (named && all[i].status == PARTNER_ACTIVE)
            v->to.all[v->to.n++] = (struct choice){all[i].name, all[i].agency, str_eq(all[i].name, form_get(&p->form, "partner"))};
    }
    const struct field *f = field_find(STR("cmt_ConsentPurposes"));
    str list = record_text(c, "cmt_ConsentPurposes"), value;
    v->purpose = (struct choices){.page = &p->layout, .name = "purpose", .label = N_("What for"), .all = arena_array(p->a, struct choice, list.len + 1)};
    while (list.len && str_split(&list, ' ', &value)) {
        const struct field_code *code = field_code_find(f, value);
        if (code)
            v->purpose.all[v->purpose.n++] = (struct choice){value, page_words(p, code->label), str_eq(value, form_get(&p->form, "purpose"))};
    }
    return 0;
}

static int fill_consent(struct page *p, const struct casefile *f, const struct record *c, struct consent_view *v)
{
    str state = record_text(c, "cmt_ConsentState"), until = record_text(c, "cmt_ConsentUntil");
    struct consent_words words = hers(p, record_text(c, "cmt_ConsentLanguage"));
    *v = (struct consent_view){
        .page = page_layout(p, N_("Consent")), .file = page_hex(p, f->id), .id = page_hex(p, c->id), .person = assess_whom(p, f, c), .agency = p->layout.agency,
        .on = assess_date(p, record_text(c, "cmt_ConsentDecidedOn")), .until = until.len ? assess_date(p, until) : until,
        .interpreter = record_text(c, "cmt_ConsentInterpreter"), .guardian = record_text(c, "cmt_Guardian"), .by = file_member_name(p, c->by),
        .when = page_time(p, c->changed_ms), .ended_on = assess_date(p, record_text(c, "cmt_ConsentWithdrawnOn")),
        .ended_why = record_text(c, "cmt_ConsentWithdrawnWhy"), .number = casefile_number(p->a, f->id), .state = label_of(c, "cmt_ConsentState"),
        .method = label_of(c, "cmt_ConsentMethod"), .decider = label_of(c, "cmt_ConsentBy"), .basis = label_of(c, "cmt_ConsentBasis"),
        .derived = answer_words(record_text(c, "con_Consent")), .code = words.code, .opening = consent_opening, .given = str_eq(state, STR("Given")),
        .holds = consent_holds(state, until, page_today(p)), .refused = str_eq(state, STR("Refused")), .withdrawn = str_eq(state, STR("Withdrawn")),
        .copied = str_eq(record_text(c, "cmt_CopyHandedOver"), STR("yes")), .unchecked = words.unchecked};
    for (size_t i = 0; i < LANGUAGES; i++)
        if (strcmp(languages_all[i].code, v->code) == 0)
            v->language = languages_all[i].name;
    fill_lists(p, c, v);
    int r = fill_giving(p, c, v);
    return r < 0 ? r : fill_grants(p, c, v);
}

/* The look, and the consent that the address names. */
static int look_consent(struct page *p, struct casefile *f, const struct record **c)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 1, id);
    if (r == 0)
        r = assess_look(p, f);
    if (r < 0)
        return r;
    *c = assess_record(f, id, FIELD_OF_CONSENT);
    return *c ? 0 : err_set(&p->err, ERR_NOT_FOUND, N_("there is no such consent in this case"));
}

static int draw_consent(struct page *p, void (*draw)(struct html *o, const struct consent_view *v))
{
    struct casefile f;
    const struct record *c;
    struct consent_view v;
    int r = look_consent(p, &f, &c);
    if (r == 0)
        r = fill_consent(p, &f, c, &v);
    if (r == 0)
        draw(&p->out, &v);
    return r;
}

int show_consent(struct page *p)
{
    return draw_consent(p, page_consent);
}

int show_consent_withdraw(struct page *p)
{
    return draw_consent(p, page_consent_withdraw);
}

int show_consent_copy(struct page *p)
{
    struct casefile f;
    const struct record *c;
    struct consent_view v;
    int r = look_consent(p, &f, &c);
    if (r < 0)
        return r;
    page_speak(p, hers(p, record_text(c, "cmt_ConsentLanguage")).code); /* from here on all is in her language */
    r = fill_consent(p, &f, c, &v);
    if (r == 0)
        page_consent_copy(&p->out, &v);
    return r;
}

int show_consent_pdf(struct page *p)
{
    struct casefile f;
    const struct record *c;
    struct consent_view v;
    int r = look_consent(p, &f, &c);
    if (r < 0)
        return r;
    page_speak(p, hers(p, record_text(c, "cmt_ConsentLanguage")).code);
    r = fill_consent(p, &f, c, &v);
    if (r == 0)
        r = consent_paper(p, &v, &p->reply->body);
    p->reply->type = "application/pdf";
    return r;
}

int show_consents(struct page *p)
{
    struct casefile f;
    int r = assess_look(p, &f);
    if (r < 0)
        return r;
    struct consents_view v = {.page = page_layout(p, N_("Consent")), .file = page_hex(p, f.id), .rows = arena_array(p->a, struct consent_row, f.n)};
    for (size_t i = f.n; i-- > 0;) {
        const struct record *c = &f.records[i];
        str text;
        if (c->unit != FIELD_OF_CONSENT)
            continue;
        struct consent_row *row = &v.rows[v.n++];
        *row = (struct consent_row){.id = page_hex(p, c->id), .person = assess_whom(p, &f, c), .on = assess_date(p, record_text(c, "cmt_ConsentDecidedOn")),
                                    .when = page_time(p, c->changed_ms), .state = label_of(c, "cmt_ConsentState"),
                                    .holds = consent_holds(record_text(c, "cmt_ConsentState"), record_text(c, "cmt_ConsentUntil"), page_today(p))};
        while (record_nth(c, field_find(STR("cmt_ConsentRecipients")), row->n_recipients, &text))
            row->n_recipients++;
    }
    page_consents(&p->out, &v);
    return 0;
}

/* --- acts on it --- */

static int ids(struct page *p, uint8_t file[static ID_LEN], uint8_t consent[static ID_LEN])
{
    int r = page_id(p, 0, file);
    return r < 0 ? r : page_id(p, 1, consent);
}

static int back(struct page *p)
{
    return page_go(p, str_printf(p->a, "/files/%.*s/consent/%.*s", STR_ARG(p->request->params[0]), STR_ARG(p->request->params[1])).p);
}

int do_consent_copied(struct page *p)
{
    uint8_t file[ID_LEN], id[ID_LEN];
    struct casework w = file_casework(p);
    int r = ids(p, file, id);
    if (r == 0)
        r = consent_copied(&w, file, p->a, id, &p->err);
    return r < 0 ? r : back(p);
}

int do_consent_give(struct page *p)
{
    uint8_t file[ID_LEN], id[ID_LEN], letter[ID_LEN];
    struct partner to;
    struct casework w = file_casework(p);
    w.reference = page_field(p, "reference");
    int r = ids(p, file, id);
    if (r == 0)
        r = partner_find(p->node->db, p->a, form_get(&p->form, "partner"), &to, &p->err);
    if (r == 0)
        r = consent_share(&w, file, p->a, id, &(struct consent_share){&to, form_get(&p->form, "purpose")}, letter, &p->err);
    if (r == ERR_DENIED || r == ERR_INPUT || r == ERR_NOT_FOUND || r == ERR_LIMIT) {
        page_error(p, "partner");
        return draw_consent(p, page_consent);
    }
    return r < 0 ? r : back(p);
}

int do_consent_recall(struct page *p)
{
    uint8_t file[ID_LEN], id[ID_LEN], grant[ID_LEN];
    struct casework w = file_casework(p);
    int r = ids(p, file, id);
    if (r == 0 && !hex_decode_into(form_get(&p->form, "grant"), grant, ID_LEN))
        r = err_set(&p->err, ERR_NOT_FOUND, N_("that was not given under this consent"));
    if (r == 0)
        r = consent_recall(&w, file, p->a, id, grant, &p->err);
    return r < 0 ? r : back(p);
}

/* Those the form had no tick for stay. What was given after the form was shown had none to take away: it ends too. */
static void kept_of(struct page *p, const struct record *c, uint8_t kept[][ID_LEN], size_t *n)
{
    const struct field *f = field_find(STR("cmt_ConsentGrants"));
    str id, shown;
    for (size_t i = 0; *n < CONSENT_GRANTS_MAX && record_nth(c, f, i, &id); i++) {
        bool was_shown = false;
        for (size_t k = 0; !was_shown && form_nth(&p->form, "shown", k, &shown); k++)
            was_shown = str_eq(shown, id);
        if (was_shown && !was_sent(p, "grant", id) && hex_decode_into(id, kept[*n], ID_LEN))
            ++*n;
    }
}

int do_consent_withdraw(struct page *p)
{
    uint8_t (*kept)[ID_LEN] = arena_alloc(p->a, CONSENT_GRANTS_MAX * ID_LEN);
    struct casefile f;
    const struct record *c;
    size_t n = 0;
    str why = STR("");
    struct casework w = file_casework(p);
    int r = look_consent(p, &f, &c);
    if (r == 0)
        kept_of(p, c, kept, &n);
    if (r == 0)
        r = field_check(field_find(STR("cmt_ConsentWithdrawnWhy")), &(struct field_rules){web_text(p->worker->web), page_today(p)}, p->a,
                        page_field(p, "why"), &why, &p->err);
    if (r == 0)
        r = consent_withdraw(&w, f.id, p->a, c->id, &(struct consent_end){why, (const uint8_t (*)[ID_LEN])kept, n}, &p->err);
    if (r == ERR_INPUT) {
        page_error(p, "why");
        return draw_consent(p, page_consent_withdraw);
    }
    return r < 0 ? r : back(p);
}
