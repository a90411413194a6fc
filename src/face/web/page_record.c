/* One record of a file: added, changed, its history; attachments. */
#include <string.h>

#include "face/web/file_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "work/interviews/interview.h"

#define WRITES (RELATION_WORKER | RELATION_LEAD | RELATION_SUPERVISOR)
#define ATTACHMENT_MAX (12 * 1024 * 1024)

/* A page about one record: of which file, which kind. */
struct edit {
    uint8_t file[ID_LEN], record[ID_LEN];
    const struct file_unit *unit;
    struct casefile all;      /* of the file */
    const struct record *now; /* the record; NULL: a new one */
    struct record_view v;
};

static const char *const attachment_fields[] = {"cmt_AttachmentWhat", "cmt_AttachmentElement", NULL};

/* Which persons of the file it may tell of. */
static void fill_about(struct page *p, struct edit *e)
{
    struct choices *c = &e->v.about;
    str chosen = form_get(&p->form, "about");
    *c = (struct choices){.page = &p->layout, .name = "about", .label = N_("Whom it is about")};
    if (!e->unit->about)
        return;
    c->all = arena_array(p->a, struct choice, e->all.n + 1);
    c->all[c->n++] = (struct choice){STR(""), page_words(p, N_("the case as a whole")), false};
    for (size_t i = 0; i < e->all.n; i++) {
        const struct record *r = &e->all.records[i];
        if (r->unit != FIELD_OF_PERSON)
            continue;
        str id = page_hex(p, r->id);
        bool is = e->now ? e->now->has_about && memcmp(e->now->about, r->id, ID_LEN) == 0 : str_eq(chosen, id);
        c->all[c->n++] = (struct choice){id, record_title(p->a, r), is};
    }
    if (c->n == 1) /* nobody: nothing to ask */
        c->n = 0;
}

static void fill_assignee(struct page *p, struct edit *e)
{
    struct choices *c = &e->v.assignee;
    const uint8_t *now = e->now && e->now->has_assignee ? e->now->assignee : p->session.member;
    uint8_t sent[ID_LEN];
    if (hex_decode_into(form_get(&p->form, "assignee"), sent, ID_LEN))
        now = sent;
    *c = (struct choices){.page = &p->layout, .name = "assignee", .label = N_("Who does it")};
    c->all = arena_array(p->a, struct choice, e->all.n_parts);
    for (size_t i = 0; i < e->all.n_parts; i++)
        c->all[c->n++] = (struct choice){page_hex(p, e->all.parts[i].member), file_member_name(p, e->all.parts[i].member),
                                         memcmp(e->all.parts[i].member, now, ID_LEN) == 0};
}

/* What does not concern everybody is folded: most of a person, and the elements of the offence. */
static bool has_sections(enum field_unit unit)
{
    return unit == FIELD_OF_PERSON || unit == FIELD_OF_EVENT || unit == FIELD_OF_NOTE || unit == FIELD_OF_ATTACHMENT;
}

static void fill_view(struct page *p, struct edit *e)
{
    struct record_view *v = &e->v;
    v->page = page_layout(p, e->now ? e->unit->heading : e->unit->add);
    v->file = page_hex(p, e->file);
    v->number = casefile_number(p->a, e->file);
    v->unit = e->unit->name;
    v->heading = e->now ? e->unit->heading : e->unit->add;
    v->is_new = !e->now;
    v->id = e->now ? page_hex(p, e->now->id) : STR("");
    v->title = e->now ? record_title(p->a, e->now) : STR("");
    v->address = p->request->path;
    v->attaches = e->unit->unit == FIELD_OF_ATTACHMENT && !e->now;
    v->may_write = e->all.state == FILE_OPEN && e->all.relation & WRITES;
    v->form.unit = e->unit->unit;
    v->form.flat = !has_sections(e->unit->unit);
    if (e->unit->unit == FIELD_OF_ATTACHMENT)
        v->form.only = attachment_fields;
    fill_about(p, e);
    if (e->unit->unit == FIELD_OF_TASK) {
        fill_assignee(p, e);
        v->has_done = e->now != NULL;
        v->done = e->now && e->now->done;
    }
}

/* The file, and the record if the address names one. */
static int open_edit(struct page *p, struct edit *e)
{
    const struct casework w = file_casework(p);
    int r = page_id(p, 0, e->file);
    if (r == 0 && !e->unit)
        r = page_id(p, 1, e->record);
    if (r == 0)
        r = file_look(p, &w, e->file, &e->all);
    for (size_t i = 0; r == 0 && !e->unit && i < e->all.n; i++)
        if (memcmp(e->all.records[i].id, e->record, ID_LEN) == 0)
            e->now = &e->all.records[i];
    if (r == 0 && e->now)
        e->unit = file_unit_of(e->now->unit);
    if (r == 0 && !e->unit)
        return err_set(&p->err, ERR_NOT_FOUND, N_("there is no such record in this case"));
    if (r == 0)
        fill_view(p, e);
    if (r == 0 && e->now && e->unit->unit == FIELD_OF_PERSON) {
        const struct interview_of who = {e->file, e->now->id, e->all.records, e->all.n};
        e->v.is_person = true;
        r = file_counters(p, &who, &e->v.counters);
    }
    return r;
}

static int draw(struct page *p, struct edit *e)
{
    page_record(&p->out, &e->v);
    return 0;
}

static int fill_form(struct page *p, struct edit *e)
{
    struct form draft = {0};
    int r = e->v.may_write ? file_draft(p, p->request->path, &draft, &e->v.draft) : 0;
    if (r > 0)
        record_form_restore(p, &e->v.form, &draft);
    else
        record_form_fill(p, &e->v.form, e->now);
    return r < 0 ? r : 0;
}

static int show_add_of(struct page *p, const struct file_unit *unit)
{
    struct edit e = {.unit = unit};
    int r = unit && unit->add ? open_edit(p, &e) : err_set(&p->err, ERR_NOT_FOUND, N_("there is no such page"));
    if (r == 0 && !e.v.may_write)
        r = err_set(&p->err, ERR_DENIED, N_("you have no part in this case that lets you do this"));
    if (r == 0)
        r = fill_form(p, &e);
    return r < 0 ? r : draw(p, &e);
}

int show_record_add(struct page *p)
{
    return show_add_of(p, file_unit_named(p->request->params[1]));
}

int show_attach(struct page *p)
{
    return show_add_of(p, file_unit_of(FIELD_OF_ATTACHMENT));
}

static int fill_versions(struct page *p, struct edit *e)
{
    const struct casework w = file_casework(p);
    struct record now, *earlier;
    size_t n;
    int r = casefile_history(&w, e->file, e->record, p->a, &now, &earlier, &n, &p->err);
    if (r < 0)
        return r;
    e->v.versions = arena_array(p->a, struct version_row, n);
    for (size_t i = 0; i < n; i++) {
        struct version_row *row = &e->v.versions[e->v.n_versions++];
        *row = (struct version_row){.time = page_time(p, earlier[i].changed_ms), .by = file_member_name(p, earlier[i].by), .version = earlier[i].version};
        row->n_lines = file_lines(p, &earlier[i], &row->lines);
    }
    return 0;
}

int show_record(struct page *p)
{
    struct edit e = {0};
    int r = open_edit(p, &e);
    if (r == 0)
        r = fill_form(p, &e);
    if (r == 0 && e.now->version > 1)
        r = fill_versions(p, &e);
    return r < 0 ? r : draw(p, &e);
}

/* --- writing --- */

static void take_about(struct page *p, const struct edit *e, struct record *r)
{
    uint8_t id[ID_LEN];
    if (!e->unit->about || !hex_decode_into(form_get(&p->form, "about"), id, ID_LEN))
        return;
    for (size_t i = 0; i < e->all.n; i++) /* a person of this file, not of another's */
        if (e->all.records[i].unit == FIELD_OF_PERSON && memcmp(e->all.records[i].id, id, ID_LEN) == 0) {
            r->has_about = true;
            memcpy(r->about, id, ID_LEN);
        }
}

static void take_task(struct page *p, const struct edit *e, struct record *typed, struct record *r)
{
    uint8_t id[ID_LEN];
    for (size_t i = 0; hex_decode_into(form_get(&p->form, "assignee"), id, ID_LEN) && i < e->all.n_parts; i++)
        if (memcmp(e->all.parts[i].member, id, ID_LEN) == 0) {
            r->has_assignee = true;
            memcpy(r->assignee, id, ID_LEN);
        }
    bool same = e->now && str_eq(record_text(e->now, "cmt_TaskClock"), record_text(typed, "cmt_TaskClock")) &&
                str_eq(record_text(e->now, "cmt_TaskDue"), record_text(typed, "cmt_TaskDue"));
    r->due_ms = same ? e->now->due_ms : casefile_task_due(typed, p->now_ms);
    r->done = str_eq(form_get(&p->form, "done"), STR("yes"));
}

static int take_attachment(struct page *p, struct casefile_change *c)
{
    const struct form_file *file = form_file(&p->files, "file");
    uint8_t digest[HASH_LEN];
    if (!file || file->content.len == 0)
        return err_set(&p->err, ERR_USAGE, N_("choose a file"));
    if (file->content.len > ATTACHMENT_MAX)
        return err_set(&p->err, ERR_LIMIT, N_("the file is larger than 12 MB: make it smaller, or add it in parts"));
    crypto_sha256(digest, file->content);
    c->attached = file->content;
    record_add(p->a, &c->record, "cmt_AttachmentName", file->name);
    record_add(p->a, &c->record, "cmt_AttachmentType", file->type);
    record_add(p->a, &c->record, "cmt_AttachmentSize", str_printf(p->a, "%zu", file->content.len));
    record_add(p->a, &c->record, "cmt_AttachmentDigest", hex_encode(p->a, (bytes){digest, sizeof digest}));
    return 0;
}

static bool is_empty(const struct record *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->values[i].text.len)
            return false;
    return true;
}

/* The form is shown again with what is wrong; 0, or the error when it is no matter of the form. */
static int again(struct page *p, struct edit *e, const struct casefile_change *c, const char *field)
{
    if (p->err.code == ERR_EXISTS)
        record_form_conflicts(p, &e->v.form, c->conflicts, c->n_conflicts);
    else if (p->err.code != ERR_USAGE && p->err.code != ERR_LIMIT)
        return p->err.code;
    page_error(p, field);
    return draw(p, e);
}

static int write_record(struct page *p, struct edit *e)
{
    const struct casework w = file_casework(p);
    struct casefile_change c = {.exists = e->now != NULL, .record = {.unit = e->unit->unit}, .typed = e->v.form.typed};
    struct record typed = {.unit = e->unit->unit, .values = e->v.form.values, .n = e->v.form.n_values};
    int r = 0;
    if (e->now)
        memcpy(c.record.id, e->record, ID_LEN);
    for (size_t i = 0; !e->now && i < typed.n; i++)
        record_add(p->a, &c.record, typed.values[i].field->name, typed.values[i].text);
    take_about(p, e, &c.record);
    if (e->unit->unit == FIELD_OF_TASK)
        take_task(p, e, &typed, &c.record);
    if (e->v.attaches)
        r = take_attachment(p, &c);
    if (r == 0 && !e->now && is_empty(&c.record))
        r = err_set(&p->err, ERR_USAGE, N_("write something first"));
    if (r == 0)
        r = casefile_write(&w, e->file, p->a, &c, 1, &p->err);
    if (r < 0)
        return again(p, e, &c, e->v.attaches ? "file" : NULL);
    file_draft_done(p, p->request->path);
    return page_go(p, str_printf(p->a, "/files/%.*s", STR_ARG(e->v.file)).p);
}

static int do_edit(struct page *p, struct edit *e)
{
    int r = open_edit(p, e);
    if (r < 0)
        return r;
    return record_form_read(p, &e->v.form, &p->form) ? write_record(p, e) : draw(p, e);
}

int do_record_add(struct page *p)
{
    struct edit e = {.unit = file_unit_named(p->request->params[1])};
    if (!e.unit || !e.unit->add || e.unit->unit == FIELD_OF_ATTACHMENT)
        return err_set(&p->err, ERR_NOT_FOUND, N_("there is no such page"));
    return do_edit(p, &e);
}

int do_attach(struct page *p)
{
    struct edit e = {.unit = file_unit_of(FIELD_OF_ATTACHMENT)};
    return do_edit(p, &e);
}

int do_record(struct page *p)
{
    struct edit e = {0};
    return do_edit(p, &e);
}

/* A task is done, or not done after all, with one press. */
int do_task_done(struct page *p)
{
    struct edit e = {0};
    int r = open_edit(p, &e);
    if (r == 0 && e.unit->unit != FIELD_OF_TASK)
        r = err_set(&p->err, ERR_NOT_FOUND, N_("there is no such task"));
    if (r < 0)
        return r;
    const struct casework w = file_casework(p);
    struct casefile_change c = {.exists = true, .record = *e.now};
    c.record.done = !str_eq(form_get(&p->form, "done"), STR("no"));
    r = casefile_write(&w, e.file, p->a, &c, 1, &p->err);
    return r < 0 ? r : page_go(p, str_printf(p->a, "/files/%.*s", STR_ARG(e.v.file)).p);
}

/* Saved, never shown in the page: what is inside came from outside. */
int show_attachment(struct page *p)
{
    uint8_t file[ID_LEN], record[ID_LEN];
    const struct casework w = file_casework(p);
    struct record r;
    bytes content;
    int result = page_id(p, 0, file);
    if (result == 0)
        result = page_id(p, 1, record);
    if (result == 0)
        result = casefile_attachment(&w, file, record, p->a, &r, &content, &p->err);
    if (result < 0)
        return result;
    p->reply->type = "application/octet-stream";
    p->reply->body = content;
    p->reply->file_name = record_text(&r, "cmt_AttachmentName");
    if (p->reply->file_name.len == 0) /* without a name a browser may choose to show it */
        p->reply->file_name = STR("attachment");
    return 0;
}
