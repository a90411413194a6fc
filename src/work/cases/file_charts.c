/* file_charts: see the header. */
#include "work/cases/file_charts.h"

#include <string.h>

#define ADULT_AT 18

#define NOBODY ((size_t)-1)

/* The record of the person that record i tells of. */
static size_t person_of(const struct casefile *f, size_t i)
{
    for (size_t k = 0; f->records[i].has_about && k < f->n; k++)
        if (memcmp(f->records[k].id, f->records[i].about, ID_LEN) == 0)
            return k;
    return NOBODY;
}

/* --- links --- */

/* Fields of a record that name something it is linked to. */
static const struct link_rule { const char *field; enum link_kind kind; const char *label; } link_rules[] = {
    {"prs_MobilePhone", LINK_PHONE, N_("Phone")},
    {"prs_HomePhone", LINK_PHONE, N_("Phone")},
    {"prs_IdentityNumber", LINK_DOCUMENT, N_("Identity document")},
    {"prs_MailingCity", LINK_PLACE, N_("Lives in")},
    {"cmt_Employer", LINK_FIRM, N_("Employer")},
    {"cmt_Recruiter", LINK_FIRM, N_("Recruiter")},
    {"vic_LocationOfRecruitment", LINK_PLACE, N_("Recruited at")},
    {"vic_LocationOfExploitation", LINK_PLACE, N_("Exploited at")},
    {"org_Phone", LINK_PHONE, N_("Phone")},
    {"org_ShippingCity", LINK_PLACE, N_("Located in")},
    {"hte_City", LINK_PLACE, N_("Event at")},
};

/* Where a street is recorded too, the place is the house. */
static const struct { const char *city, *street; } streets[] = {
    {"prs_MailingCity", "prs_MailingStreet"}, {"org_ShippingCity", "org_ShippingStreet"}, {"hte_City", "hte_Street"},
};

static const struct { const char *code, *label; } event_labels[] = {
    {"Recruitment", N_("Recruited at")}, {"Transit", N_("Taken through")}, {"Exploitation", N_("Exploited at")},
};

struct drawing {
    struct arena *arena;
    const struct text *text;
    const struct casefile *file;
    const struct record_shown *shown;
    struct links *links;
    size_t *node;    /* of each record: its own, or that of the person it tells of; or LINKS_NONE */
};

static str written(const struct drawing *d, const struct record *r, const struct link_rule *rule, str value)
{
    for (size_t i = 0; i < sizeof streets / sizeof streets[0]; i++) {
        str street = strcmp(rule->field, streets[i].city) == 0 ? record_text(r, streets[i].street) : STR("");
        if (street.len)
            return str_printf(d->arena, "%.*s, %.*s", STR_ARG(street), STR_ARG(value));
    }
    return value;
}

static const char *label_of(const struct record *r, const struct link_rule *rule)
{
    str type = r->unit == FIELD_OF_EVENT ? record_text(r, "hte_Type") : STR("");
    for (size_t i = 0; i < sizeof event_labels / sizeof event_labels[0]; i++)
        if (str_eq(type, str_from(event_labels[i].code)))
            return event_labels[i].label;
    return rule->label;
}

static void draw_record(const struct drawing *d, size_t i)
{
    const struct record *r = &d->file->records[i];
    for (size_t k = 0; k < sizeof link_rules / sizeof link_rules[0]; k++) {
        const struct link_rule *rule = &link_rules[k];
        const struct field *field = field_find(str_from(rule->field));
        str value;
        for (size_t nth = 0; field->unit == r->unit && record_nth(r, field, nth, &value); nth++) {
            str name = written(d, r, rule, value);
            size_t thing = links_node(d->links, rule->kind, links_key(d->text, d->arena, name), name, STR(""));
            links_edge(d->links, d->node[i], thing, label_of(r, rule), d->shown[i].path, d->shown[i].name);
        }
    }
}

static str key_of(struct arena *a, const struct record *r)
{
    return r->has_identity ? hex_encode(a, (bytes){r->identity.b, ID_LEN}) : hex_encode(a, (bytes){r->id, ID_LEN});
}

/* Persons first, so that what tells of them finds them; then firms that have a record. */
static void add_own_nodes(const struct drawing *d, const size_t elsewhere[])
{
    for (size_t i = 0; i < d->file->n; i++) {
        const struct record *r = &d->file->records[i];
        d->node[i] = LINKS_NONE;
        if (r->unit == FIELD_OF_PERSON)
            d->node[i] = links_node(d->links, LINK_PERSON, key_of(d->arena, r), d->shown[i].name, d->shown[i].path);
        else if (r->unit == FIELD_OF_ORGANISATION)
            d->node[i] = links_node(d->links, LINK_FIRM, links_key(d->text, d->arena, record_text(r, "org_Name")), record_text(r, "org_Name"), d->shown[i].path);
        if (elsewhere && d->node[i] != LINKS_NONE)
            d->links->nodes[d->node[i]].elsewhere = elsewhere[i];
    }
    for (size_t i = 0; i < d->file->n; i++) {
        size_t person = person_of(d->file, i);
        if (person == NOBODY)
            continue;
        if (d->file->records[i].unit == FIELD_OF_ORGANISATION)
            links_edge(d->links, d->node[person], d->node[i], N_("Linked to"), d->shown[i].path, d->shown[i].name);
        else if (d->file->records[i].unit != FIELD_OF_PERSON)
            d->node[i] = d->node[person];
    }
}

struct links *file_links(struct arena *a, const struct text *text, const struct casefile *f, const struct record_shown shown[], const size_t elsewhere[])
{
    struct drawing d = {a, text, f, shown, links_new(a), arena_array(a, size_t, f->n)};
    add_own_nodes(&d, elsewhere);
    for (size_t i = 0; i < f->n; i++)
        draw_record(&d, i);
    links_close(d.links);
    return d.links;
}

/* --- timeline --- */

/* Fields of a record that say when. */
static const struct time_rule {
    enum field_unit unit;
    const char *from, *until; /* until: NULL, or the field with the end */
    enum timeline_kind kind;
    bool made;                /* without a date: the day on which the record was made */
} time_rules[] = {
    {FIELD_OF_EVENT, "hte_Date", NULL, TIMELINE_EVENT, false},
    {FIELD_OF_NOTE, "cmt_NoteDate", NULL, TIMELINE_NOTE, true},
    {FIELD_OF_ATTACHMENT, NULL, NULL, TIMELINE_ATTACHMENT, true},
    {FIELD_OF_CONSENT, "cmt_ConsentDecidedOn", NULL, TIMELINE_CONSENT, true},
    {FIELD_OF_SCREENING, "cmt_ScreenedOn", NULL, TIMELINE_SCREENING, true},
    {FIELD_OF_DECISION, "cmt_DecidedOn", NULL, TIMELINE_DECISION, true},
    {FIELD_OF_REFERRAL, "cas_IncomingReferralDate", NULL, TIMELINE_REFERRAL, false},
    {FIELD_OF_REFERRAL, "cas_OutgoingReferralDate", NULL, TIMELINE_REFERRAL, false},
    {FIELD_OF_PERSON, "cmt_ReflectionStart", "cmt_ReflectionEnd", TIMELINE_REFLECTION, false},
};

static struct date date_of(const struct record *r, const char *field)
{
    struct date d = {0};
    return field && date_parse_iso(record_text(r, field), &d) ? d : (struct date){0};
}

static enum timeline_kind kind_of(const struct record *r, const struct time_rule *rule)
{
    static const struct { const char *code; enum timeline_kind kind; } kinds[] = {
        {"Recruitment", TIMELINE_RECRUITMENT}, {"Transit", TIMELINE_TRANSIT}, {"Exploitation", TIMELINE_EXPLOITATION},
    };
    str type = rule->unit == FIELD_OF_EVENT ? record_text(r, "hte_Type") : STR("");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (str_eq(type, str_from(kinds[i].code)))
            return kinds[i].kind;
    return rule->kind;
}

struct timeline *file_timeline(struct arena *a, const struct casefile *f, const struct record_shown shown[], str whole)
{
    struct timeline *t = timeline_new(a);
    for (size_t i = 0; i < f->n; i++)
        for (size_t k = 0; k < sizeof time_rules / sizeof time_rules[0]; k++) {
            const struct time_rule *rule = &time_rules[k];
            const struct record *r = &f->records[i];
            struct date from = r->unit == rule->unit ? date_of(r, rule->from) : (struct date){0};
            size_t person = r->unit == FIELD_OF_PERSON ? i : person_of(f, i);
            if (from.year == 0 && rule->made)
                from = shown[i].made;
            if (r->unit != rule->unit || (from.year == 0 && r->unit != FIELD_OF_EVENT)) /* an event without a date is an event */
                continue;
            timeline_add(t, (struct timeline_event){.from = from, .until = date_of(r, rule->until), .kind = kind_of(r, rule), .label = shown[i].name,
                                                    .lane = timeline_lane(t, person == NOBODY ? whole : shown[person].name), .path = shown[i].path});
        }
    timeline_close(t);
    return t;
}

/* --- elements of the offence --- */

static bool may_be_victim(const struct record *r)
{
    str part = r->unit == FIELD_OF_PERSON ? record_text(r, "cmt_PartInFile") : STR("");
    return r->unit == FIELD_OF_PERSON && (part.len == 0 || str_eq(part, STR("Client")));
}

/* What speaks to a person's case: her own record, what tells of her or of nobody in particular, and what perpetrators did. */
static bool speaks_of(const struct casefile *f, size_t record, size_t person)
{
    const struct record *r = &f->records[record];
    if (r->unit == FIELD_OF_PERSON)
        return record == person;
    return r->unit == FIELD_OF_PERPETRATOR || !r->has_about || person_of(f, record) == person;
}

static enum element_child child_of(const struct casefile *f, size_t person)
{
    const struct record *r = &f->records[person];
    int64_t age;
    struct date first = {0};
    str recorded = record_text(r, "cmt_ChildAtTheTime");
    if (recorded.len == 0 && str_to_int(record_text(r, "vic_AgeWhenTrafficked"), 0, 200, &age))
        recorded = age < ADULT_AT ? STR("yes") : STR("no");
    for (size_t i = 0; i < f->n; i++) {
        struct date at = f->records[i].unit == FIELD_OF_EVENT && speaks_of(f, i, person) ? date_of(&f->records[i], "hte_Date") : (struct date){0};
        if (at.year && (first.year == 0 || date_to_days(timeline_last_day(at)) < date_to_days(timeline_last_day(first))))
            first = at;
    }
    return elements_child(recorded, date_of(r, "prs_Birthdate"), first);
}

size_t file_elements(struct arena *a, const struct casefile *f, struct file_sheet **out)
{
    size_t n = 0, n_values = 0;
    *out = arena_array(a, struct file_sheet, f->n);
    for (size_t i = 0; i < f->n; i++)
        n_values += f->records[i].n;
    struct element_fact *facts = arena_array(a, struct element_fact, n_values);
    for (size_t person = 0; person < f->n; person++) {
        size_t n_facts = 0;
        if (!may_be_victim(&f->records[person]))
            continue;
        for (size_t i = 0; i < f->n; i++)
            for (size_t k = 0, values = speaks_of(f, i, person) ? f->records[i].n : 0; k < values; k++)
                facts[n_facts++] = (struct element_fact){str_from(f->records[i].values[k].field->name), f->records[i].values[k].text, i};
        (*out)[n++] = (struct file_sheet){person, elements_sheet(a, facts, n_facts, child_of(f, person))};
    }
    return n;
}
