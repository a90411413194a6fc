#include "face/web/file_page.h"

#include <string.h>

const struct file_unit file_units[] = {
    {"note", FIELD_OF_NOTE, N_("Note"), N_("Write a note"), true, true},
    {"task", FIELD_OF_TASK, N_("Task"), N_("Add a task"), true, true},
    {"event", FIELD_OF_EVENT, N_("Event"), N_("Add an event"), true, true},
    {"attachment", FIELD_OF_ATTACHMENT, N_("Attachment"), N_("Add a file or photograph"), true, true},
    {"person", FIELD_OF_PERSON, N_("Person"), N_("Add a person"), false},
    {"perpetrator", FIELD_OF_PERPETRATOR, N_("Who did what"), N_("Add what somebody did"), true},
    {"organisation", FIELD_OF_ORGANISATION, N_("Organisation"), N_("Add an organisation"), false},
    {"plan", FIELD_OF_PLAN, N_("Support plan"), N_("Add a support plan"), true},
    {"referral", FIELD_OF_REFERRAL, N_("Referral"), N_("Add a referral"), true},
    {"case", FIELD_OF_FILE, N_("Case"), NULL, false},
    {0},
};

const struct file_unit *file_unit_named(str name)
{
    for (const struct file_unit *u = file_units; u->name; u++)
        if (str_eq(name, str_from(u->name)))
            return u;
    return NULL;
}

const struct file_unit *file_unit_of(enum field_unit unit)
{
    for (const struct file_unit *u = file_units; u->name; u++)
        if (u->unit == unit)
            return u;
    return NULL;
}

str file_purpose(const struct page *p)
{
    static const struct { unsigned role; const char *purpose; } usual[] = {
        {ROLE_CASEWORKER, "casework"}, {ROLE_INVESTIGATOR, "investigation"}, {ROLE_PROSECUTOR, "prosecution"}, {ROLE_SUPERVISOR, "oversight"},
    };
    str asked = form_get(&p->form, "purpose");
    if (!access_purpose(asked))
        asked = form_get(&p->query, "purpose");
    if (access_purpose(asked))
        return asked;
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        if (usual[i].role & p->session.roles)
            return str_from(usual[i].purpose);
    return STR("casework");
}

struct casework file_casework(const struct page *p)
{
    return (struct casework){.node = p->node, .names = web_names(p->worker->web), .actor = &p->actor, .purpose = file_purpose(p), .reference = STR(""),
                             .now_ms = p->now_ms};
}

int file_look(struct page *p, const struct casework *w, const uint8_t file[static ID_LEN], struct casefile *out)
{
    int r = casefile_look(w, file, p->a, out, &p->err);
    p->layout.withheld = r == 0 ? (int64_t)out->withheld : 0;
    return r;
}

str file_withheld(struct page *p, const struct casefile *f)
{
    if (f->withheld == 0)
        return STR("");
    return str_printf(p->a, "%.*s: %zu", STR_ARG(page_words(p, N_("Records withheld, since they were obtained to protect her and are not for this purpose"))), f->withheld);
}

str file_member_name(struct page *p, const uint8_t id[static ID_LEN])
{
    static const uint8_t node[ID_LEN];
    struct member m;
    struct err nobody = {0};
    if (memcmp(id, node, ID_LEN) == 0) /* what the clock wrote */
        return page_words(p, N_("the node itself"));
    if (memcmp(id, p->session.member, ID_LEN) == 0)
        return p->member.name;
    for (const struct known_member *k = p->known; k; k = k->next)
        if (memcmp(id, k->id, ID_LEN) == 0)
            return k->name;
    struct known_member *one = arena_new_of(p->a, struct known_member);
    *one = (struct known_member){.name = member_get_kept(p->node, p->worker->book, id, p->a, &m, &nobody) < 0 ? STR("?") : m.name, .next = p->known};
    memcpy(one->id, id, ID_LEN);
    p->known = one;
    return one->name;
}

/* --- records as words --- */

size_t file_lines(struct page *p, const struct record *r, struct shown_line **out)
{
    size_t n = 0;
    *out = arena_array(p->a, struct shown_line, r->n);
    for (const struct field *field = field_first(r->unit); field < fields + n_fields && field->unit == r->unit; field++) {
        struct buf b = buf_new(p->a);
        str value;
        for (size_t k = 0; record_nth(r, field, k, &value); k++) {
            str words = record_words(p, field, value);
            buf_addf(&b, "%s%.*s", k ? "; " : "", STR_ARG(words));
        }
        if (b.len)
            (*out)[n++] = (struct shown_line){field->label, buf_str(&b)};
    }
    return n;
}

static const struct record *find_record(const struct casefile *f, const uint8_t id[static ID_LEN])
{
    for (size_t i = 0; i < f->n; i++)
        if (memcmp(f->records[i].id, id, ID_LEN) == 0)
            return &f->records[i];
    return NULL;
}

/* What a record is about in one word or two: the kind of an event or note, else of the record. */
static str kind_words(struct page *p, const struct record *r)
{
    static const struct { enum field_unit unit; const char *field; } kinds[] = {
        {FIELD_OF_NOTE, "cmt_NoteKind"}, {FIELD_OF_EVENT, "hte_Type"}, {FIELD_OF_PERSON, "cmt_PartInFile"}, {FIELD_OF_PLAN, "spl_Type"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].unit == r->unit && record_text(r, kinds[i].field).len)
            return record_words(p, field_find(str_from(kinds[i].field)), record_text(r, kinds[i].field));
    const struct file_unit *unit = file_unit_of(r->unit);
    return unit ? page_words(p, unit->heading) : STR("");
}

bool file_is_alert(const struct record *r)
{
    return str_eq(record_text(r, "cmt_NoteKind"), STR("SafetyAlert")) || str_eq(record_text(r, "cmt_DoNotCall"), STR("yes"));
}

struct shown_record file_shown(struct page *p, const struct casefile *f, const struct record *r)
{
    const struct file_unit *unit = file_unit_of(r->unit);
    struct shown_record s = {.id = page_hex(p, r->id), .title = record_title(p->a, r), .kind = kind_words(p, r), .time = page_time(p, r->made_ms),
                             .by = file_member_name(p, r->by), .unit = unit ? unit->name : "", .done = r->done, .version = r->version};
    const struct record *about = r->has_about ? find_record(f, r->about) : NULL;
    s.about = about ? record_title(p->a, about) : STR("");
    s.text = r->unit == FIELD_OF_NOTE ? record_text(r, "cmt_NoteText") : r->unit == FIELD_OF_EVENT ? record_text(r, "hte_Description") : STR("");
    s.n_lines = file_lines(p, r, &s.lines);
    s.alert = file_is_alert(r);
    s.due = page_time(p, r->due_ms);
    s.overdue = r->due_ms && !r->done && r->due_ms < p->now_ms;
    s.identity = r->has_identity ? page_hex(p, r->identity.b) : STR("");
    if (s.title.len == 0)
        s.title = s.kind;
    return s;
}

/* --- drafts --- */

int file_draft(struct page *p, str address, struct form *sent, str *when)
{
    str text = {0};
    struct typed_stamp stamp = {0};
    uint8_t beside[ID_LEN];
    int64_t changed_ms = 0;
    int r = 0;
    *when = STR("");
    page_pocket(p);
    if (hex_decode_into(form_get(&p->query, "draft"), beside, ID_LEN))
        r = typed_promote(p->node, &p->actor, p->now_ms, address, beside, &p->err);
    if (r == 0)
        r = typed_get(p->node, &p->actor, p->now_ms, address, p->a, &text, &stamp, &changed_ms, &p->err);
    if (r > 0)
        p->layout.follows = typed_stamp_text(p->a, &stamp);
    if (r > 0)
        r = form_parse(p->a, text, sent, &p->err) < 0 ? p->err.code : 1;
    if (r > 0)
        *when = page_time(p, changed_ms);
    return r;
}

static void stamps_of(const struct form *form, struct typed_stamp *stamp, struct typed_stamp *follows)
{
    typed_stamp_read(form_get(form, "stamp"), stamp);
    typed_stamp_read(form_get(form, "follows"), follows);
}

int file_draft_keep(struct page *p, const struct form *typed, str address, str text, enum typed_where *where)
{
    struct typed t = {.name = address, .text = text};
    stamps_of(typed, &t.stamp, &t.follows);
    return typed_keep(p->node, &p->actor, p->now_ms, &t, where, &p->err);
}

void file_draft_done(struct page *p, str address)
{
    struct typed_stamp stamp, follows;
    struct err ignored = {0};
    stamps_of(&p->form, &stamp, &follows);
    (void)!typed_finish(p->node, &p->actor, p->now_ms, address, &stamp, &follows, &ignored);
}

void file_draft_moved(struct page *p)
{
    struct typed_stamp stamp, follows;
    struct err ignored = {0};
    stamps_of(&p->form, &stamp, &follows);
    (void)!typed_sent(p->node, &p->actor, p->now_ms, &stamp, &follows, &ignored);
}
