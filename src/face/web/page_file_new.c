/* A new file in three steps: who, what is safe, check and open. Each step keeps what was typed, so that a lost line costs nothing. */
#include <string.h>

#include "face/web/file_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"

#define ADDRESS STR("/files/new")

static const char *const who_fields[] = {"prs_FirstName", "prs_SecondName", "cmt_NameInScript", "prs_Birthdate", "prs_Gender", "prs_Citizenship",
                                         "prs_MobilePhone", NULL};
static const char *const safety_fields[] = {"cmt_DoNotCall", "cmt_ContactBy", "cmt_SafeContact", "prs_PrimaryLanguage", "cmt_Interpreter", NULL};
static const char *const case_fields[] = {"cmt_Title", "cmt_Facts", NULL};
static const char *const second_fields[] = {"cmt_DoNotCall", "cmt_ContactBy", "cmt_SafeContact", "prs_PrimaryLanguage", "cmt_Interpreter", "cmt_Title",
                                            "cmt_Facts", NULL};

/* --- what was typed in earlier steps: pairs, kept as a draft --- */

static bool of_step(const struct form *sent, str name)
{
    for (size_t i = 0; i < sent->n; i++)
        if (str_eq(sent->pairs[i].name, name))
            return true;
    return false;
}

static void add_pair(struct page *p, struct buf *b, const struct form_pair *pair)
{
    static const char *const beside[] = {"csrf", "step", "base", "stamp", "follows", "draft-of"};
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++)
        if (pair->value.len == 0 || str_eq(pair->name, str_from(beside[i])))
            return;
    struct html part = html_new(p->a, NULL);
    html_url_part(&part, pair->name);
    html_markup(&part, "=");
    html_url_part(&part, pair->value);
    buf_addf(b, "%s%.*s", b->len ? "&" : "", (int)part.buf.len, part.buf.p);
}

static int step_of(const struct form *f)
{
    int64_t step;
    return str_to_int(form_get(f, "step"), 1, 3, &step) ? (int)step : 1;
}

/* The draft with one more step: its fields give way, whether they were sent or not (an empty box is not sent). */
static str all_words(struct page *p, const struct form *draft, const struct form *typed)
{
    const char *const *shown = step_of(typed) == 1 ? who_fields : second_fields;
    struct buf b = buf_new(p->a);
    for (size_t i = 0; i < draft->n; i++) {
        bool here = of_step(typed, draft->pairs[i].name);
        for (size_t k = 0; shown[k] && !here; k++)
            here = str_eq(draft->pairs[i].name, str_from(shown[k]));
        if (!here)
            add_pair(p, &b, &draft->pairs[i]);
    }
    for (size_t i = 0; i < typed->n; i++)
        add_pair(p, &b, &typed->pairs[i]);
    return buf_str(&b);
}

static int keep(struct page *p, const struct form *draft)
{
    int r = kept_put(p->node, &p->actor, p->now_ms, KEPT_DRAFT, ADDRESS, all_words(p, draft, &p->form), &p->err);
    if (r == 0)
        file_draft_moved(p);
    return r;
}

int file_new_words(struct page *p, const struct form *typed, str *text)
{
    struct form draft = {0};
    str when;
    int r = file_draft(p, ADDRESS, &draft, &when);
    *text = all_words(p, &draft, typed);
    return r < 0 ? r : 0;
}

/* The three parts of the form, read from the draft: all checked, so that the last step can trust them. */
struct parts { struct record_form who, safety, file; };

static bool read_parts(struct page *p, const struct form *draft, struct parts *parts)
{
    *parts = (struct parts){.who = {.unit = FIELD_OF_PERSON, .only = who_fields, .flat = true},
                            .safety = {.unit = FIELD_OF_PERSON, .only = safety_fields, .flat = true},
                            .file = {.unit = FIELD_OF_FILE, .only = case_fields, .flat = true}};
    bool good = record_form_read(p, &parts->who, draft);
    good = record_form_read(p, &parts->safety, draft) && good;
    return record_form_read(p, &parts->file, draft) && good;
}

static void add_values(struct page *p, struct record *r, const struct record_form *f)
{
    for (size_t i = 0; i < f->n_values; i++)
        record_add(p->a, r, f->values[i].field->name, f->values[i].text);
}

/* --- a person known already: her file begins with what is known --- */

struct adopting { struct vault_id id; struct arena *arena; struct identity who; };

static int look(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct adopting *a = arg;
    bytes content;
    act->has_object = true;
    memcpy(act->object, a->id.b, ID_LEN);
    int r = vault_get(node->vault, node->db, VAULT_IDENTITY, &a->id, a->arena, &content, err);
    return r < 0 ? r : identity_decode(a->arena, content, &a->who, err);
}

static int look_at(struct page *p, str hex, struct adopting *a)
{
    struct act act = {.verb = VERB_LOOK, .actor = &p->actor, .purpose = file_purpose(p), .now_ms = p->now_ms};
    a->arena = p->a;
    if (!hex_decode_into(hex, a->id.b, ID_LEN))
        return err_set(&p->err, ERR_NOT_FOUND, N_("there is no such page"));
    return act_run(p->node, &act, look, a, &p->err);
}

/* As a draft, so that the steps show and change it like anything typed. One that is there already is not written over. */
int do_file_begin(struct page *p)
{
    struct adopting a = {0};
    struct record r = {.unit = FIELD_OF_PERSON};
    struct buf b = buf_new(p->a);
    struct form draft = {0};
    str hex = p->request->params[0], when;
    int result = look_at(p, hex, &a);
    if (result == 0)
        result = file_draft(p, ADDRESS, &draft, &when);
    if (result > 0)
        return str_eq(form_get(&draft, "adopt"), hex) ? page_go(p, "/files/new")
            : err_set(&p->err, ERR_EXISTS, N_("you have typed a new case and not sent it yet: send it or throw it away first"));
    if (result < 0)
        return result;
    record_from_identity(p->a, &a.who, &r);
    add_pair(p, &b, &(struct form_pair){STR("adopt"), hex});
    for (size_t i = 0; i < r.n; i++)
        add_pair(p, &b, &(struct form_pair){str_from(r.values[i].field->name), r.values[i].text});
    result = kept_put(p->node, &p->actor, p->now_ms, KEPT_DRAFT, ADDRESS, buf_str(&b), &p->err);
    return result < 0 ? result : page_go(p, "/files/new");
}

/* --- steps --- */

static void fill_lines(struct page *p, struct new_file_view *v, const struct parts *parts)
{
    struct record person = {.unit = FIELD_OF_PERSON}, file = {.unit = FIELD_OF_FILE};
    struct shown_line *lines[2];
    size_t n[2];
    add_values(p, &person, &parts->who);
    add_values(p, &person, &parts->safety);
    add_values(p, &file, &parts->file);
    n[0] = file_lines(p, &person, &lines[0]);
    n[1] = file_lines(p, &file, &lines[1]);
    v->lines = arena_array(p->a, struct shown_line, n[0] + n[1]);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < n[i]; k++)
            v->lines[v->n_lines++] = lines[i][k];
}

static int fill_step(struct page *p, struct new_file_view *v, const struct form *draft, struct parts *parts)
{
    v->adopt = form_get(draft, "adopt");
    if (v->step == 3) {
        struct record person = {.unit = FIELD_OF_PERSON};
        add_values(p, &person, &parts->who);
        fill_lines(p, v, parts);
        return v->adopt.len ? 0 : page_search_known(p, record_title(p->a, &person), record_text(&person, "prs_Birthdate"), &v->known, &v->n_known);
    }
    v->form = v->step == 1 ? (struct record_form){.unit = FIELD_OF_PERSON, .only = who_fields, .flat = true} : (struct record_form){0};
    if (v->step == 1)
        record_form_restore(p, &v->form, draft);
    return 0;
}

static int draw(struct page *p, struct new_file_view *v, const struct form *draft, struct parts *parts)
{
    int r = fill_step(p, v, draft, parts);
    if (r < 0)
        return r;
    if (v->step == 2) { /* two records' fields on one page */
        struct record_form safety = {.unit = FIELD_OF_PERSON, .only = safety_fields, .flat = true}, file = {.unit = FIELD_OF_FILE, .only = case_fields, .flat = true};
        record_form_restore(p, &file, draft);
        record_form_restore(p, &safety, draft);
        page_file_new_2(&p->out, v, p->layout.n_errors ? &parts->file : &file, p->layout.n_errors ? &parts->safety : &safety);
        return 0;
    }
    if (v->step == 1 && p->layout.n_errors)
        v->form = parts->who;
    if (v->step == 1)
        page_file_new_1(&p->out, v);
    else
        page_file_new_3(&p->out, v);
    return 0;
}

int show_file_new(struct page *p)
{
    struct new_file_view v = {.page = page_layout(p, N_("New case")), .step = step_of(&p->query)};
    struct form draft = {0};
    struct parts parts;
    int r = file_draft(p, ADDRESS, &draft, &v.draft);
    if (r < 0)
        return r;
    bool good = read_parts(p, &draft, &parts);
    if (!good) { /* an unchecked draft may hold anything: the step that has the error comes first */
        v.step = parts.who.n_errors ? 1 : 2;
        p->reply->status = 200;
    }
    return draw(p, &v, &draft, &parts);
}

static int open_file(struct page *p, struct parts *parts, const struct form *draft)
{
    const struct casework w = file_casework(p);
    struct casefile_change c[2] = {{.record = {.unit = FIELD_OF_FILE}}, {.record = {.unit = FIELD_OF_PERSON}}};
    uint8_t file[ID_LEN];
    str adopt = form_get(draft, "adopt");
    add_values(p, &c[0].record, &parts->file);
    record_add(p->a, &c[0].record, "cas_Status", STR("Active"));
    add_values(p, &c[1].record, &parts->who);
    add_values(p, &c[1].record, &parts->safety);
    record_add(p->a, &c[1].record, "cmt_PartInFile", STR("Client"));
    c[1].adopts = hex_decode_into(adopt, c[1].record.identity.b, ID_LEN);
    c[1].record.has_identity = c[1].adopts;
    int r = casefile_new(&w, p->a, c, c[1].record.n > 1 ? 2 : 1, file, &p->err);
    if (r < 0)
        return r;
    file_draft_done(p, ADDRESS);
    return page_go(p, str_printf(p->a, "/files/%.*s", STR_ARG(page_hex(p, file))).p);
}

int do_file_new(struct page *p)
{
    struct new_file_view v = {.page = page_layout(p, N_("New case")), .step = step_of(&p->form)};
    struct form draft = {0}, none = {0};
    struct parts parts;
    int r = file_draft(p, ADDRESS, &draft, &v.draft);
    if (r >= 0 && v.step < 3)
        r = keep(p, r > 0 ? &draft : &none);
    if (r >= 0 && v.step < 3)
        r = file_draft(p, ADDRESS, &draft, &v.draft);
    if (r < 0)
        return r;
    v.draft = STR("");
    bool good = read_parts(p, &draft, &parts);
    if (v.step == 1 ? parts.who.n_errors == 0 : good) {
        p->layout.failed = false;
        p->layout.n_errors = 0;
        p->reply->status = 200;
        return v.step == 3 ? open_file(p, &parts, &draft) : page_go(p, v.step == 1 ? "/files/new?step=2" : "/files/new?step=3");
    }
    if (v.step > 1 && parts.who.n_errors)
        v.step = 1;
    return draw(p, &v, &draft, &parts);
}
