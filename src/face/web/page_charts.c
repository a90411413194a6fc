/* The pictures of a case. Each is a look at it, with its leaf. */
#include "face/web/charts_views.h"
#include "face/web/file_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "work/cases/file_charts.h"

struct picture {
    struct casefile file;
    struct record_shown *shown;
    size_t *elsewhere;
};

/* Records whose title is not what a reader would call them: by the words of a field, else of their kind. */
static const struct { enum field_unit unit; const char *field, *kind; } called[] = {
    {FIELD_OF_EVENT, "hte_Type", N_("Event")},         {FIELD_OF_CONSENT, "cmt_ConsentState", N_("Consent")},
    {FIELD_OF_SCREENING, NULL, N_("Screening")},       {FIELD_OF_DECISION, "cmt_Decision", N_("Decision")},
    {FIELD_OF_PERPETRATOR, "per_RoleInProcess", N_("Who did what")}, {FIELD_OF_PERSON, NULL, N_("Person without a name")},
    {FIELD_OF_NOTE, "cmt_NoteKind", N_("Note")},       {FIELD_OF_ATTACHMENT, NULL, N_("Attachment")},
    {FIELD_OF_REFERRAL, NULL, N_("Referral")},         {FIELD_OF_FILE, NULL, N_("Case")},
};

static str name_of(struct page *p, const struct record *r)
{
    bool coded = r->unit == FIELD_OF_EVENT ? !record_text(r, "hte_Description").len : r->unit == FIELD_OF_PERPETRATOR && !record_text(r, "per_RoleDetails").len;
    str title = record_title(p->a, r), code = STR("");
    const char *kind = NULL;
    for (size_t i = 0; i < sizeof called / sizeof called[0]; i++) {
        if (called[i].unit != r->unit)
            continue;
        const struct field *field = called[i].field ? field_find(str_from(called[i].field)) : NULL;
        kind = called[i].kind;
        code = field && record_text(r, field->name).len ? record_words(p, field, record_text(r, field->name)) : STR("");
    }
    if (title.len && !coded)
        return title;
    if (code.len)
        return code;
    return title.len ? title : kind ? page_words(p, kind) : STR("?");
}

/* Those with pages of their own. */
static str path_of(struct page *p, const struct record *r)
{
    static const struct { enum field_unit unit; const char *folder; } folders[] = {{FIELD_OF_CONSENT, "consent"}, {FIELD_OF_SCREENING, "screening"}};
    str file = page_hex(p, r->file), id = page_hex(p, r->id);
    if (r->unit == FIELD_OF_DECISION)
        return str_printf(p->a, "/files/%.*s/screening", STR_ARG(file));
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        if (folders[i].unit == r->unit)
            return str_printf(p->a, "/files/%.*s/%s/%.*s", STR_ARG(file), folders[i].folder, STR_ARG(id));
    return str_printf(p->a, "/files/%.*s/records/%.*s", STR_ARG(file), STR_ARG(id));
}

static void fill_shown(struct page *p, struct picture *o)
{
    o->shown = arena_array(p->a, struct record_shown, o->file.n);
    for (size_t i = 0; i < o->file.n; i++) {
        const struct record *r = &o->file.records[i];
        o->shown[i] = (struct record_shown){name_of(p, r), path_of(p, r), when_day_of(p->when, r->made_ms)};
    }
}

static int look(struct page *p, const char *name, const char *heading, struct picture *o, struct charts_head *h)
{
    static const struct nav_item pages[] = {{"links", N_("Link chart"), false}, {"timeline", N_("Timeline"), false}, {"elements", N_("Elements of the offence"), false}};
    uint8_t id[ID_LEN];
    const struct casework w = file_casework(p);
    int r = page_id(p, 0, id);
    if (r == 0)
        r = file_charts_look(&w, id, str_from(name), p->a, &o->file, &o->elsewhere, &p->err);
    if (r < 0)
        return r;
    p->layout.withheld = (int64_t)o->file.withheld;
    fill_shown(p, o);
    *h = (struct charts_head){.id = page_hex(p, id), .number = casefile_number(p->a, id), .title = record_title(p->a, &o->file.records[0]),
                              .heading = heading, .closed = o->file.state == FILE_CLOSED};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        h->pages[i] = pages[i];
        h->pages[i].current = str_eq(str_from(pages[i].path), str_from(name));
    }
    p->layout.title = str_printf(p->a, "%.*s: %.*s", STR_ARG(page_words(p, heading)), STR_ARG(h->number));
    return 0;
}

int show_links(struct page *p)
{
    struct picture o = {0};
    struct links_view v = {.page = page_layout(p, N_("Link chart"))};
    int r = look(p, "links", N_("Link chart"), &o, &v.head);
    if (r < 0)
        return r;
    v.chart = chart_links_view(p->a, p->out.words, file_links(p->a, web_text(p->worker->web), &o.file, o.shown, o.elsewhere));
    page_links(&p->out, &v);
    return 0;
}

int show_timeline(struct page *p)
{
    struct picture o = {0};
    struct timeline_view v = {.page = page_layout(p, N_("Timeline"))};
    int r = look(p, "timeline", N_("Timeline"), &o, &v.head);
    if (r < 0)
        return r;
    v.chart = chart_timeline_view(p->a, p->when, file_timeline(p->a, &o.file, o.shown, page_words(p, N_("The case"))));
    page_timeline(&p->out, &v);
    return 0;
}

int show_elements(struct page *p)
{
    struct picture o = {0};
    struct file_sheet *sheets;
    struct elements_view v = {.page = page_layout(p, N_("Elements of the offence"))};
    int r = look(p, "elements", N_("Elements of the offence"), &o, &v.head);
    if (r < 0)
        return r;
    struct chart_record *records = arena_array(p->a, struct chart_record, o.file.n);
    for (size_t i = 0; i < o.file.n; i++)
        records[i] = (struct chart_record){o.shown[i].name, o.shown[i].path};
    v.n = file_elements(p->a, &o.file, &sheets);
    v.persons = arena_array(p->a, struct chart_elements_view, v.n);
    for (size_t i = 0; i < v.n; i++)
        v.persons[i] = chart_elements_view(p->a, p->out.words, o.shown[sheets[i].person].name, &sheets[i].sheet, records);
    page_elements(&p->out, &v);
    return 0;
}
