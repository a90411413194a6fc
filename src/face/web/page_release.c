/* What was obtained to protect her, released for a charge, a detention or a removal: asked for, listed, taken back. */
#include <string.h>

#include "face/web/file_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "face/web/release_views.h"
#include "work/cases/firewall.h"
#include "work/cases/release.h"
#include "work/statements/recording.h"

#define WRITES (RELATION_WORKER | RELATION_LEAD | RELATION_SUPERVISOR)

static int look(struct page *p, struct casefile *f)
{
    uint8_t id[ID_LEN];
    const struct casework w = file_casework(p);
    int r = page_id(p, 0, id);
    return r < 0 ? r : file_look(p, &w, id, f);
}

static str words(struct page *p, const struct record *r, const char *field)
{
    return record_words(p, field_find(str_from(field)), record_text(r, field));
}

static struct release_row row_of(struct page *p, const struct record *r)
{
    const struct field *records = field_find(STR("rel_Records"));
    struct release_row row = {.id = page_hex(p, r->id), .when = page_time(p, r->made_ms), .by = file_member_name(p, r->by),
        .purpose = words(p, r, "rel_Purpose"), .basis = words(p, r, "rel_Basis"), .proof = record_text(r, "rel_Proof"), .reasons = record_text(r, "rel_Reasons"),
        .ended = words(p, r, "rel_EndedOn"), .why = record_text(r, "rel_EndedWhy")};
    str text;
    while (record_nth(r, records, row.n, &text))
        row.n++;
    return row;
}

int show_releases(struct page *p)
{
    struct casefile f = {0};
    struct releases_view v = {.page = page_layout(p, N_("Releases"))};
    int r = look(p, &f);
    if (r < 0)
        return r;
    v.file = page_hex(p, f.id);
    v.number = casefile_number(p->a, f.id);
    v.may_write = f.relation & WRITES;
    v.open = f.state == FILE_OPEN;
    v.rows = arena_array(p->a, struct release_row, f.n);
    for (size_t i = f.n; i > 0; i--)
        if (f.records[i - 1].unit == FIELD_OF_RELEASE)
            v.rows[v.n++] = row_of(p, &f.records[i - 1]);
    page_releases(&p->out, &v);
    return 0;
}

/* --- asking --- */

static bool is_chosen(const struct page *p, str id)
{
    str sent;
    for (size_t i = 0; form_nth(&p->form, "record", i, &sent); i++)
        if (str_eq(sent, id))
            return true;
    return false;
}

/* For one of the three purposes at least. */
static bool is_held_back(const struct record *r)
{
    bool flows = true;
    for (const struct access_purpose *purpose = access_purposes; purpose->code; purpose++)
        flows = flows && firewall_flows(r->unit, r->origin, str_from(purpose->code));
    return !flows;
}

static int list_items(struct page *p, const struct casefile *f, struct release_new_view *v)
{
    struct recording *recordings;
    size_t n;
    int r = recordings_of(p->node, f->id, p->a, &recordings, &n, &p->err);
    if (r < 0)
        return r;
    v->items = arena_array(p->a, struct release_item, f->n + n);
    for (size_t i = 0; i < f->n; i++) {
        const struct record *one = &f->records[i];
        str id = page_hex(p, one->id);
        if (is_held_back(one))
            v->items[v->n++] = (struct release_item){id, page_words(p, field_first(one->unit)->section), record_title(p->a, one), page_time(p, one->made_ms), is_chosen(p, id)};
    }
    for (size_t i = 0; i < n; i++) {
        str id = page_hex(p, recordings[i].id);
        v->items[v->n++] = (struct release_item){id, page_words(p, N_("Recording")), STR(""), page_time(p, recordings[i].begun_ms), is_chosen(p, id)};
    }
    return 0;
}

static const char *const asked[] = {"rel_Purpose", "rel_Basis", "rel_Proof", "rel_Reasons", NULL};

static int draw(struct page *p, const struct casefile *f, struct release_new_view *v)
{
    v->file = page_hex(p, f->id);
    v->number = casefile_number(p->a, f->id);
    int r = list_items(p, f, v);
    if (r == 0)
        page_release_new(&p->out, v);
    return r;
}

int show_release_new(struct page *p)
{
    struct casefile f = {0};
    struct release_new_view v = {.page = page_layout(p, N_("Ask for a release")), .form = {.unit = FIELD_OF_RELEASE, .only = asked, .flat = true}};
    record_form_fill(p, &v.form, NULL);
    int r = look(p, &f);
    return r < 0 ? r : draw(p, &f, &v);
}

/* Only what is in this case can be chosen. */
static void take_chosen(struct page *p, const struct release_new_view *v, struct record *release)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->items[i].chosen)
            record_add(p->a, release, "rel_Records", v->items[i].id);
}

int do_release_new(struct page *p)
{
    struct casefile f = {0};
    struct record release = {.unit = FIELD_OF_RELEASE};
    uint8_t approval[ID_LEN];
    struct casework w = file_casework(p);
    struct release_new_view v = {.page = page_layout(p, N_("Ask for a release")), .form = {.unit = FIELD_OF_RELEASE, .only = asked, .flat = true},
                                 .reference = page_field(p, "reference")};
    bool whole = record_form_read(p, &v.form, &p->form);
    int r = look(p, &f);
    if (r == 0)
        r = list_items(p, &f, &v);
    if (r < 0)
        return r;
    for (size_t i = 0; i < v.form.n_values; i++)
        record_add(p->a, &release, v.form.values[i].field->name, v.form.values[i].text);
    take_chosen(p, &v, &release);
    v.n = 0;
    w.reference = v.reference;
    if (whole) {
        r = v.reference.len ? release_ask(&w, f.id, p->a, &release, approval, &p->err) : err_set(&p->err, ERR_INPUT, N_("say in which proceedings it is needed"));
        if (r == ERR_PARKED || r == 0)
            return page_parked(p, r, approval);
        if (r != ERR_INPUT)
            return r;
        v.none_chosen = v.reference.len > 0;
        page_error(p, v.reference.len ? "records" : "reference");
    }
    return draw(p, &f, &v);
}

int do_release_end(struct page *p)
{
    uint8_t file[ID_LEN], release[ID_LEN];
    const struct casework w = file_casework(p);
    int r = page_id(p, 0, file);
    if (r == 0)
        r = page_id(p, 1, release);
    if (r == 0)
        r = release_end(&w, file, p->a, release, page_field(p, "why"), &p->err);
    return r < 0 ? r : page_go(p, str_printf(p->a, "/files/%.*s/releases", STR_ARG(page_hex(p, file))).p);
}
