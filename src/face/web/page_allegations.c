/* Offences that are laid to a person: laying, how it stands, the prosecutor's decision and its letter, open decisions in numbers. */
#include <string.h>

#include "face/web/assess_page.h"
#include "face/web/languages.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "face/web/ruling_paper.h"
#include "trust/peer/pair.h"
#include "work/shield/bases.h"
#include "work/shield/check.h"

#define AGAINST (ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR)
#define HANDS (RELATION_WORKER | RELATION_LEAD | RELATION_SUPERVISOR)
#define WATCH (ROLE_SUPERVISOR | ROLE_DPO | ROLE_AUDITOR)
#define WORK (ROLE_CASEWORKER | ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR)
#define OPEN_SHOWN 100

static const char *label_of(const struct record *r, const char *field)
{
    const struct field_code *code = field_code_find(field_find(str_from(field)), record_text(r, field));
    return code ? code->label : "?";
}

static str path_of(struct page *p, const uint8_t file[static ID_LEN], const uint8_t *id)
{
    str at = str_printf(p->a, "/files/%s/offences", page_hex(p, file).p);
    return id ? str_printf(p->a, "%.*s/%s", STR_ARG(at), page_hex(p, id).p) : at;
}

static str reference_of(struct page *p, const uint8_t file[static ID_LEN])
{
    str sent = page_field(p, "reference");
    return sent.len ? sent : casefile_number(p->a, file);
}

/* --- the list --- */

int show_offences(struct page *p)
{
    struct casefile f;
    struct allegation_standing *all = NULL;
    size_t n = 0;
    int r = assess_look(p, &f);
    if (r == 0)
        r = allegations_of(p->node, f.id, p->a, &all, &n, &p->err);
    if (r < 0)
        return r;
    struct offences_view v = {.page = page_layout(p, N_("Offences laid to a person")), .file = page_hex(p, f.id), .rows = arena_array(p->a, struct offence_row, n),
                              .may_lay = p->session.roles & AGAINST && f.relation & HANDS && f.state == FILE_OPEN};
    for (size_t i = n; i-- > 0;) {
        const struct record *a = assess_record(&f, all[i].id, FIELD_OF_ALLEGATION);
        if (a)
            v.rows[v.n++] = (struct offence_row){page_hex(p, a->id), assess_whom(p, &f, a), page_time(p, all[i].laid_ms), label_of(a, "all_Kind"),
                                                 shield_state_words(all[i].state), shield_stops(all[i].state)};
    }
    page_offences(&p->out, &v);
    return 0;
}

/* --- laying --- */

static int draw_form(struct page *p, const struct casefile *f, str draft)
{
    struct offence_form_view v = {
        .page = page_layout(p, N_("Lay an offence")), .file = page_hex(p, f->id), .draft = draft, .persons = assess_persons(p, f, page_field(p, "about")),
        .kinds = assess_select(p, "all_Kind"), .by = assess_select(p, "all_LaidBy"), .offence = page_field(p, "all_Offence"), .law = page_field(p, "all_Law"),
        .country = page_field(p, "all_Country"), .when = page_field(p, "all_When"), .where = page_field(p, "all_Where"),
        .name = page_field(p, "all_LaidByName"), .reference = reference_of(p, f->id)};
    page_offence_form(&p->out, &v);
    return 0;
}

int show_offence_new(struct page *p)
{
    str draft = STR("");
    struct casefile f;
    int r = assess_look(p, &f);
    if (r == 0)
        r = file_draft(p, p->request->path, &p->form, &draft);
    return r < 0 ? r : draw_form(p, &f, draft);
}

/* All partners, and our own records. What is not answered now the clock asks again: nothing of it undoes the laying. */
static int ask_now(struct page *p, const uint8_t allegation[static ID_LEN])
{
    struct http_identity identity = {0};
    struct shield_outcome outcome;
    int r = pair_identity(p->node, p->a, p->now_ms, &identity, &p->err);
    if (r < 0)
        return r;
    const struct shield_asker who = {.node = p->node, .names = web_names(p->worker->web), .identity = &identity, .actor = &p->actor};
    r = shield_check(&who, allegation, p->now_ms, &outcome, &p->err);
    http_identity_close(&identity);
    return r;
}

int do_offence_new(struct page *p)
{
    /* the day it happened is today only if somebody says so: it stands last, and is left away when it is empty */
    static const char *const names[] = {"all_Offence", "all_Kind", "all_Law", "all_Country", "all_Where", "all_LaidBy", "all_LaidByName", "all_When"};
    size_t n = sizeof names / sizeof names[0] - (page_field(p, "all_When").len == 0);
    struct record fresh = {.version = 1};
    struct casefile f;
    const char *wrong = "all_Offence";
    struct casework w = file_casework(p);
    int r = assess_id(p, f.id);
    w.reference = page_field(p, "reference");
    if (r == 0)
        r = assess_about(p, &fresh);
    if (r == 0)
        r = assess_typed(p, names, n, &fresh, &wrong);
    if (r == 0) {
        wrong = !fresh.has_about ? "about" : !record_text(&fresh, "all_Offence").len ? "all_Offence" : !record_text(&fresh, "all_Kind").len ? "all_Kind"
                : !record_text(&fresh, "all_Country").len ? "all_Country" : "all_LaidBy";
        r = w.reference.len ? allegation_lay(&w, f.id, p->a, &fresh, &p->err)
                            : err_set(&p->err, ERR_INPUT, "%.*s", STR_ARG(page_words(p, N_("Say which case or warrant it belongs to."))));
    }
    if (r == ERR_INPUT) {
        page_error(p, w.reference.len ? wrong : "reference");
        r = assess_look(p, &f);
        return r < 0 ? r : draw_form(p, &f, STR(""));
    }
    if (r < 0)
        return r;
    file_draft_done(p, p->request->path);
    (void)!ask_now(p, fresh.id);
    return page_go(p, path_of(p, f.id, fresh.id).p);
}

/* --- one --- */

struct found { struct casefile f; const struct record *allegation; const struct allegation_standing *standing; };

static int look(struct page *p, const char *taken, struct found *x)
{
    uint8_t file[ID_LEN], id[ID_LEN];
    struct allegation_standing *all = NULL;
    size_t n = 0;
    struct casework w = file_casework(p);
    w.taken = taken;
    *x = (struct found){0};
    int r = page_id(p, 0, file);
    if (r == 0)
        r = page_id(p, 1, id);
    if (r == 0)
        r = casefile_look(&w, file, p->a, &x->f, &p->err);
    if (r == 0)
        r = allegations_of(p->node, file, p->a, &all, &n, &p->err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (memcmp(all[i].id, id, ID_LEN) == 0)
            x->standing = &all[i];
    x->allegation = r == 0 ? assess_record(&x->f, id, FIELD_OF_ALLEGATION) : NULL;
    return r < 0 ? r : x->allegation && x->standing ? 0 : err_set(&p->err, ERR_NOT_FOUND, N_("there is no such offence in this case"));
}

static void fill_presuming(struct page *p, const struct allegation_standing *s, struct offence_view *v)
{
    static const uint8_t ours[ID_LEN];
    v->presuming = arena_array(p->a, struct presuming_row, s->n_presuming);
    for (size_t i = 0; i < s->n_presuming; i++) {
        struct partner partner;
        struct err gone = {0};
        const uint8_t *id = s->presuming[i].partner;
        str agency = memcmp(id, ours, ID_LEN) == 0 ? p->layout.agency
                     : partner_by_id(p->node->db, p->a, id, &partner, &gone) == 0 ? partner.agency : page_hex(p, id);
        v->presuming[v->n_presuming++] = (struct presuming_row){agency, page_time(p, s->presuming[i].since_ms)};
    }
}

static void fill_rulings(struct page *p, const struct found *x, struct offence_view *v)
{
    str id = page_hex(p, x->allegation->id);
    v->rulings = arena_array(p->a, struct ruling_row, x->f.n);
    for (size_t i = x->f.n; i-- > 0;) {
        const struct record *r = &x->f.records[i];
        if (r->unit != FIELD_OF_RULING || !str_eq(record_text(r, "rul_Allegation"), id))
            continue;
        struct ruling_row *row = &v->rulings[v->n_rulings++];
        struct shown_line *lines;
        size_t n = file_lines(p, r, &lines);
        *row = (struct ruling_row){.id = page_hex(p, r->id), .when = page_time(p, r->changed_ms), .lines = lines + 1, .n_lines = n ? n - 1 : 0}; /* without the id */
    }
}

static struct choices letter_languages(struct page *p, const struct found *x)
{
    const struct record *person = assess_record(&x->f, x->allegation->about, FIELD_OF_PERSON);
    const char *hers = person ? languages_code(record_text(person, "prs_PrimaryLanguage")) : NULL;
    str chosen = hers ? str_from(hers) : str_from(p->layout.language);
    struct choices c = {.page = &p->layout, .name = "language", .label = N_("Language of the letter"), .all = arena_array(p->a, struct choice, LANGUAGES)};
    for (; c.n < LANGUAGES; c.n++) {
        str code = str_from(languages_all[c.n].code);
        c.all[c.n] = (struct choice){code, str_from(languages_all[c.n].name), str_eq(code, chosen)};
    }
    return c;
}

static int draw_offence(struct page *p, const struct found *x)
{
    const struct allegation_standing *s = x->standing;
    bool hands = x->f.relation & HANDS, decided = s->state == ALLEGATION_ENDED || s->state == ALLEGATION_GOES_ON;
    bool laid_it = memcmp(s->laid_by, p->session.member, ID_LEN) == 0, prosecutor = p->session.roles & ROLE_PROSECUTOR;
    struct offence_view v = {
        .page = page_layout(p, N_("Offence")), .file = page_hex(p, x->f.id), .id = page_hex(p, s->id), .person = assess_whom(p, &x->f, x->allegation),
        .laid = page_time(p, s->laid_ms), .by = file_member_name(p, s->laid_by), .open = page_time(p, s->open_ms), .reference = reference_of(p, x->f.id),
        .kind = label_of(x->allegation, "all_Kind"), .state = shield_state_words(s->state), .stops = shield_stops(s->state), .asks = s->state == ALLEGATION_ASKING,
        .may_ask = hands && p->session.roles & AGAINST && !decided, .may_rule = hands && prosecutor && !decided && !laid_it,
        .laid_it = prosecutor && laid_it && !decided,
        .may_step = hands && p->session.roles & AGAINST && x->f.state == FILE_OPEN && (s->state == ALLEGATION_CLEAR || s->state == ALLEGATION_GOES_ON),
        .asked = s->asked, .unanswered = s->unanswered};
    v.n_lines = file_lines(p, x->allegation, &v.lines);
    fill_presuming(p, s, &v);
    fill_rulings(p, x, &v);
    v.languages = letter_languages(p, x);
    page_offence(&p->out, &v);
    return 0;
}

int show_offence(struct page *p)
{
    struct found x;
    int r = look(p, NULL, &x);
    return r < 0 ? r : draw_offence(p, &x);
}

int do_offence_ask(struct page *p)
{
    uint8_t file[ID_LEN], id[ID_LEN];
    int r = page_id(p, 0, file);
    if (r == 0)
        r = page_id(p, 1, id);
    if (r == 0)
        r = ask_now(p, id);
    return r < 0 ? r : page_go(p, path_of(p, file, id).p);
}

int do_offence_step(struct page *p)
{
    uint8_t file[ID_LEN], id[ID_LEN];
    struct casework w = file_casework(p);
    w.reference = page_field(p, "reference");
    int r = page_id(p, 0, file);
    if (r == 0)
        r = page_id(p, 1, id);
    if (r == 0)
        r = allegation_proceed(&w, file, p->a, id, &p->err);
    return r < 0 ? r : page_go(p, path_of(p, file, id).p);
}

/* --- deciding --- */

static struct finding_view finding(struct page *p, const struct layout *layout, const char *name, const char *reasons)
{
    const struct field *why = field_find(str_from(reasons));
    return (struct finding_view){layout, name, field_find(str_from(name))->label, assess_codes(p, name),
                                 {.page = layout, .name = reasons, .label = why->label, .hint = why->hint, .value = page_field(p, reasons)}};
}

static int draw_ruling(struct page *p, const struct found *x, str draft)
{
    const struct layout *layout = page_layout(p, N_("Decide on this offence"));
    str country = record_text(x->allegation, "all_Country"), chosen = page_field(p, "rul_Basis"), by = page_field(p, "rul_Prosecutor");
    struct ruling_form_view v = {
        .page = layout, .file = page_hex(p, x->f.id), .id = page_hex(p, x->allegation->id), .person = assess_whom(p, &x->f, x->allegation),
        .offence = record_text(x->allegation, "all_Offence"), .reference = reference_of(p, x->f.id), .draft = draft, .kind = label_of(x->allegation, "all_Kind"),
        .causation = finding(p, layout, "rul_Causation", "rul_CausationReasons"), .compulsion = finding(p, layout, "rul_Compulsion", "rul_CompulsionReasons"),
        .outcome = finding(p, layout, "rul_Outcome", "rul_OutcomeReasons"), .bases = arena_array(p->a, struct basis_row, shield_n_bases),
        .no_clause = !shield_has_clause(country), .conditions = page_field(p, "rul_Conditions"), .remedy = page_field(p, "rul_Remedy"),
        .prosecutor = by.len ? by : p->member.name, .on = page_field(p, "rul_On")};
    for (size_t i = 0; i < shield_n_bases; i++) {
        const struct shield_basis *b = &shield_bases[i];
        str code = str_from(b->code);
        if (shield_basis_holds(code, country))
            v.bases[v.n_bases++] = (struct basis_row){code, field_code_find(field_find(STR("rul_Basis")), code)->label, b->says, b->checked, str_from(b->source),
                                                      str_from(b->date), str_eq(code, chosen)};
    }
    page_ruling_form(&p->out, &v);
    return 0;
}

int show_ruling_new(struct page *p)
{
    str draft = STR("");
    struct found x;
    int r = look(p, NULL, &x);
    if (r == 0)
        r = file_draft(p, p->request->path, &p->form, &draft);
    return r < 0 ? r : draw_ruling(p, &x, draft);
}

/* The first field that the decision lacks. */
static const char *first_missing(const struct record *r)
{
    static const char *const needed[] = {"rul_Causation", "rul_CausationReasons", "rul_Compulsion", "rul_CompulsionReasons", "rul_Basis", "rul_Outcome",
                                         "rul_OutcomeReasons", "rul_Remedy"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (str_trim(record_text(r, needed[i])).len == 0)
            return needed[i];
    return "rul_Basis";
}

int do_ruling_new(struct page *p)
{
    static const char *const names[] = {"rul_Causation", "rul_CausationReasons", "rul_Compulsion", "rul_CompulsionReasons", "rul_Basis", "rul_Outcome",
                                        "rul_OutcomeReasons", "rul_Conditions", "rul_Remedy", "rul_Prosecutor", "rul_On"};
    uint8_t file[ID_LEN], id[ID_LEN];
    struct record fresh = {.version = 1};
    struct found x;
    const char *wrong = "rul_Causation";
    struct casework w = file_casework(p);
    w.purpose = STR("non-punishment");
    w.reference = page_field(p, "reference");
    int r = page_id(p, 0, file);
    if (r == 0)
        r = page_id(p, 1, id);
    if (r == 0)
        r = assess_typed(p, names, sizeof names / sizeof names[0], &fresh, &wrong);
    if (r == 0 && !w.reference.len) {
        wrong = "reference";
        r = err_set(&p->err, ERR_INPUT, "%.*s", STR_ARG(page_words(p, N_("Say which case or warrant it belongs to."))));
    } else if (r == 0) {
        wrong = first_missing(&fresh);
        r = allegation_rule(&w, file, p->a, id, &fresh, &p->err);
    }
    if (r == ERR_INPUT) {
        page_error(p, wrong);
        r = look(p, NULL, &x);
        return r < 0 ? r : draw_ruling(p, &x, STR(""));
    }
    if (r < 0)
        return r;
    file_draft_done(p, p->request->path);
    return page_go(p, path_of(p, file, id).p);
}

int show_ruling_letter(struct page *p)
{
    struct found x;
    int r = look(p, "pdf", &x);
    if (r < 0)
        return r;
    const struct record *ruling = x.standing->has_ruling ? assess_record(&x.f, x.standing->ruling, FIELD_OF_RULING) : NULL;
    const char *language = languages_code(form_get(&p->query, "language"));
    if (!ruling)
        return err_set(&p->err, ERR_NOT_FOUND, N_("nothing is decided on this offence yet"));
    if (language)
        page_speak(p, language);
    return ruling_paper(p, &x.f, x.allegation, ruling);
}

/* --- open decisions --- */

static struct open_age age(int64_t ms)
{
    const int64_t hours = ms / 3600000;
    return (struct open_age){hours, hours >= 48 ? hours / 24 : 0};
}

static int count(struct page *p, const struct shield_whose *whose, struct open_numbers *out)
{
    struct shield_count n;
    int r = shield_count(p->node->db, whose, p->now_ms, &n, &p->err);
    if (r == 0)
        *out = (struct open_numbers){n.open, n.overdue, age(n.median_ms), age(n.oldest_ms)};
    return r;
}

int show_open_decisions(struct page *p)
{
    const struct shield_whose hers = {.member = p->session.member, .supervises = p->session.roles & ROLE_SUPERVISOR}, all = {0};
    struct open_view v = {.page = page_layout(p, N_("Open decisions")), .works = p->session.roles & WORK, .watches = p->session.roles & WATCH};
    struct shield_open *open = NULL;
    size_t n = 0;
    int r = count(p, &hers, &v.own);
    if (r == 0 && v.watches)
        r = count(p, &all, &v.all);
    if (r == 0)
        r = shield_open(p->node->db, &hers, p->now_ms, p->a, &open, &n, &p->err);
    if (r < 0)
        return r;
    v.rows = arena_array(p->a, struct open_row, n);
    for (size_t i = 0; i < n && i < OPEN_SHOWN; i++)
        v.rows[v.n++] = (struct open_row){page_hex(p, open[i].file), page_hex(p, open[i].id), casefile_number(p->a, open[i].file),
                                          page_time(p, open[i].since_ms), shield_level(open[i].since_ms, p->now_ms) > 0};
    page_open_decisions(&p->out, &v);
    return 0;
}
