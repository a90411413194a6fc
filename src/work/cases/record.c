#include "work/cases/record.h"

#include <string.h>

#define RECORD_VERSION 1
#define TITLE_MAX 80

/* --- reading --- */

bool record_nth(const struct record *r, const struct field *field, size_t i, str *text)
{
    for (size_t k = 0; k < r->n; k++)
        if (r->values[k].field == field && r->values[k].text.len && i-- == 0) {
            *text = r->values[k].text;
            return true;
        }
    return false;
}

/* By the names of what is said: a record says a few of the hundreds of fields there are. */
str record_text(const struct record *r, const char *field)
{
    for (size_t k = 0; k < r->n; k++)
        if (r->values[k].text.len && strcmp(r->values[k].field->name, field) == 0)
            return r->values[k].text;
    return STR("");
}

void record_add(struct arena *a, struct record *r, const char *field, str text)
{
    const struct field *f = field_find(str_from(field));
    if (text.len == 0 || !f || r->n >= RECORD_VALUES_MAX)
        return;
    r->values = arena_grow(a, r->values ? (void *)r->values : arena_alloc(a, 0), r->n * sizeof *r->values, (r->n + 1) * sizeof *r->values);
    r->values[r->n++] = (struct record_value){f, text, r->version};
}

static str joined(struct arena *a, const struct record *r, const char *const names[], const char *between)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; names[i]; i++) {
        str text = record_text(r, names[i]);
        if (text.len)
            buf_addf(&b, "%s%.*s", b.len ? between : "", STR_ARG(text));
    }
    return buf_str(&b);
}

/* The first line, cut at a letter. */
static str beginning(str text)
{
    str line;
    (void)str_split(&text, '\n', &line);
    size_t len = line.len < TITLE_MAX ? line.len : TITLE_MAX;
    while (len && len < line.len && ((uint8_t)line.p[len] & 0xC0) == 0x80)
        len--;
    return str_slice(line, 0, len);
}

/* What stands for a record of each kind; the first that says something. */
str record_title(struct arena *a, const struct record *r)
{
    static const char *const titles[FIELD_UNITS][4] = {
        [FIELD_OF_FILE] = {"cmt_Title", "cmt_Reference"},
        [FIELD_OF_PERSON] = {"cmt_NameInScript", "prs_IdentityNumber"},
        [FIELD_OF_EVENT] = {"hte_Description", "hte_City", "hte_Type"},
        [FIELD_OF_REFERRAL] = {"cas_ReferredOrganisation", "cas_ReferringOrganisation"},
        [FIELD_OF_PLAN] = {"spl_Objectives", "spl_ActionPlan"},
        [FIELD_OF_PERPETRATOR] = {"per_RoleDetails", "per_RoleInProcess"},
        [FIELD_OF_ORGANISATION] = {"org_Name"},
        [FIELD_OF_NOTE] = {"cmt_NoteText"},
        [FIELD_OF_TASK] = {"cmt_TaskWhat"},
        [FIELD_OF_ALLEGATION] = {"all_Offence", "all_Law"},
        [FIELD_OF_ATTACHMENT] = {"cmt_AttachmentWhat", "cmt_AttachmentName"},
    };
    if (r->unit == FIELD_OF_PERSON) {
        static const char *const name[] = {"prs_FirstName", "prs_MiddleName", "prs_SecondName", NULL};
        str whole = joined(a, r, name, " ");
        if (whole.len)
            return whole;
    }
    for (size_t i = 0; i < 4 && titles[r->unit][i]; i++) {
        str text = beginning(record_text(r, titles[r->unit][i]));
        if (text.len)
            return text;
    }
    return STR("");
}

/* --- a person's record and what search knows of her --- */

static void add_text(struct arena *a, str **list, size_t *n, str text)
{
    if (text.len == 0 || *n == IDENTITY_LIST_MAX)
        return;
    if (!*list)
        *list = arena_array(a, str, IDENTITY_LIST_MAX);
    (*list)[(*n)++] = text;
}

struct identity record_identity(struct arena *a, const struct record *r)
{
    static const char *const given[] = {"prs_FirstName", "prs_MiddleName", NULL};
    static const char *const places[] = {"prs_MailingCity", "vic_LocationOfRecruitment", "vic_LocationOfExploitation"};
    static const struct { const char *code; enum sex sex; } sexes[] = {
        {"Feminine", SEX_FEMALE}, {"Masculine", SEX_MALE}, {"TransgenderFeminine", SEX_OTHER}, {"TransgenderMasculine", SEX_OTHER}, {"NonConforming", SEX_OTHER},
    };
    struct identity who = {.source_id = STR("")};
    const struct field *other = field_find(STR("cmt_NameInScript"));
    str text, first = joined(a, r, given, " "), family = record_text(r, "prs_SecondName"), gender = record_text(r, "prs_Gender");
    who.names = arena_array(a, struct name, IDENTITY_NAMES_MAX);
    if (first.len || family.len)
        who.names[who.n_names++] = (struct name){.given = first, .family = family, .full = STR("")};
    for (size_t i = 0; who.n_names < IDENTITY_NAMES_MAX && record_nth(r, other, i, &text); i++)
        who.names[who.n_names++] = (struct name){.given = STR(""), .family = STR(""), .full = text};
    (void)date_parse_iso(record_text(r, "prs_Birthdate"), &who.born);
    if ((text = record_text(r, "prs_IdentityNumber")).len) {
        who.documents = arena_new_of(a, struct document);
        who.documents[who.n_documents++] = (struct document){text, record_text(r, "prs_Citizenship")};
    }
    add_text(a, &who.phones, &who.n_phones, record_text(r, "prs_MobilePhone"));
    add_text(a, &who.phones, &who.n_phones, record_text(r, "prs_HomePhone"));
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        add_text(a, &who.places, &who.n_places, record_text(r, places[i]));
    for (size_t i = 0; i < sizeof sexes / sizeof sexes[0]; i++)
        if (str_eq(gender, str_from(sexes[i].code)))
            who.sex = sexes[i].sex;
    str status = record_text(r, "vic_TraffickingStatus");
    who.presumed = (str_eq(status, STR("PossibleVictimOfTrafficking")) || str_eq(status, STR("ActualVictimOfTrafficking"))) &&
                   !str_eq(record_text(r, "cmt_WithholdPresumption"), STR("yes"));
    return who;
}

bool identity_is_empty(const struct identity *who)
{
    return who->n_names == 0 && who->n_documents == 0 && who->n_phones == 0;
}

void record_from_identity(struct arena *a, const struct identity *who, struct record *r)
{
    char born[DATE_TEXT_MAX];
    date_format(born, who->born);
    for (size_t i = 0; i < who->n_names; i++) {
        const struct name *name = &who->names[i];
        if (i == 0 && !name->full.len) {
            record_add(a, r, "prs_FirstName", name->given);
            record_add(a, r, "prs_SecondName", name->family);
        } else {
            record_add(a, r, "cmt_NameInScript", name->full.len ? name->full : str_trim(str_printf(a, "%.*s %.*s", STR_ARG(name->given), STR_ARG(name->family))));
        }
    }
    record_add(a, r, "prs_Birthdate", str_dup(a, str_from(born)));
    record_add(a, r, "prs_Gender", who->sex == SEX_FEMALE ? STR("Feminine") : who->sex == SEX_MALE ? STR("Masculine") : STR(""));
    if (who->n_documents) {
        record_add(a, r, "prs_IdentityNumber", who->documents[0].number);
        record_add(a, r, "prs_Citizenship", who->documents[0].country);
    }
    if (who->n_places)
        record_add(a, r, "prs_MailingCity", who->places[0]);
    for (size_t i = 0; i < who->n_phones; i++) /* one that is not international is kept as it was written, for a person to mend */
        record_add(a, r, !str_starts(who->phones[i], STR("+")) || i > 1 ? "cmt_SafeContact" : i ? "prs_HomePhone" : "prs_MobilePhone", who->phones[i]);
}

/* --- bytes: version, count; each value: name, version, text, all behind their lengths --- */

bytes record_encode(struct arena *a, const struct record *r)
{
    struct buf b = buf_new(a);
    buf_byte(&b, RECORD_VERSION);
    buf_u32(&b, (uint32_t)r->n);
    for (size_t i = 0; i < r->n; i++) {
        const struct record_value *v = &r->values[i];
        str name = str_from(v->field->name);
        buf_u16(&b, (uint16_t)name.len);
        buf_add(&b, name);
        buf_u64(&b, (uint64_t)v->version);
        buf_u32(&b, (uint32_t)v->text.len);
        buf_add(&b, v->text);
    }
    return buf_bytes(&b);
}

int record_decode(struct arena *a, bytes in, struct record *r, struct err *err)
{
    struct reader in_bytes = reader_new(in);
    uint8_t format = reader_u8(&in_bytes);
    size_t n = reader_u32(&in_bytes);
    if (!in_bytes.ok || format != RECORD_VERSION || n > RECORD_VALUES_MAX)
        return err_set(err, ERR_CORRUPT, "a record is not one of this version of the program");
    r->values = arena_array(a, struct record_value, n);
    r->n = 0;
    while (r->n < n) {
        struct record_value *v = &r->values[r->n];
        str name = bytes_str(reader_take(&in_bytes, reader_u16(&in_bytes)));
        v->version = (int64_t)reader_u64(&in_bytes);
        v->text = bytes_str(reader_take(&in_bytes, reader_u32(&in_bytes)));
        v->field = in_bytes.ok && name.len ? field_find(name) : NULL;
        if (!v->field || v->field->unit != r->unit)
            return err_set(err, ERR_CORRUPT, "a record holds a field that this version of the program does not know");
        r->n++;
    }
    return reader_done(&in_bytes) ? 0 : err_set(err, ERR_CORRUPT, "a record is longer than what it holds");
}

/* --- merging --- */

/* Of one field: its values as one text, and the version of the newest. */
static str all_of(struct arena *a, const struct record_value values[], size_t n, const struct field *field, int64_t *version)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < n; i++) {
        if (values[i].field != field)
            continue;
        if (version && values[i].version > *version)
            *version = values[i].version;
        if (values[i].text.len)
            buf_addf(&b, "%s%.*s", b.len ? "; " : "", STR_ARG(values[i].text));
    }
    return buf_str(&b);
}

static bool is_shown(const struct record_typed *typed, const struct field *field)
{
    for (size_t i = 0; i < typed->n_shown; i++)
        if (typed->shown[i] == field)
            return true;
    return false;
}

static void take(struct record *merged, const struct record_value values[], size_t n, const struct field *field, int64_t version)
{
    for (size_t i = 0; i < n && merged->n < RECORD_VALUES_MAX; i++)
        if (values[i].field == field)
            merged->values[merged->n++] = (struct record_value){field, values[i].text, version ? version : values[i].version};
}

size_t record_merge(struct arena *a, const struct record *stored, const struct record_typed *typed, struct record_conflict conflicts[],
                    struct record *merged, bool *changed)
{
    size_t n_conflicts = 0;
    *merged = *stored;
    merged->version = stored->version + 1;
    merged->values = arena_array(a, struct record_value, stored->n + typed->n + typed->n_shown);
    merged->n = 0;
    *changed = false;
    for (size_t i = 0; i < stored->n; i++) /* what the form did not have stays */
        if (!is_shown(typed, stored->values[i].field))
            merged->values[merged->n++] = stored->values[i];
    for (size_t i = 0; i < typed->n_shown; i++) {
        const struct field *field = typed->shown[i];
        int64_t since = 0;
        str theirs = all_of(a, stored->values, stored->n, field, &since), mine = all_of(a, typed->values, typed->n, field, NULL);
        if (str_eq(theirs, mine)) {
            take(merged, stored->values, stored->n, field, 0);
            continue;
        }
        *changed = true;
        if (since > typed->base && !typed->overwrite)
            conflicts[n_conflicts++] = (struct record_conflict){field, theirs, mine};
        if (mine.len)
            take(merged, typed->values, typed->n, field, merged->version);
        else if (merged->n < RECORD_VALUES_MAX) /* emptied: that is remembered, so that an older form notices */
            merged->values[merged->n++] = (struct record_value){field, STR(""), merged->version};
    }
    return n_conflicts;
}
