/* htcds_rows: records of a file to rows of the table. */
#include <string.h>

#include "work/cases/consent.h"
#include "work/cases/htcds_internal.h"

const struct htcds_unit htcds_units[] = {
    {FIELD_OF_FILE, NULL, false},
    {FIELD_OF_PERSON, NULL, false},
    {FIELD_OF_EVENT, "cmt_EventPerson", true},
    {FIELD_OF_REFERRAL, "cmt_ReferralPerson", false},
    {FIELD_OF_PLAN, "cmt_PlanPerson", true},
    {FIELD_OF_PERPETRATOR, "cmt_PerpetratorPerson", false},
    {FIELD_OF_ORGANISATION, "cmt_OrganisationPerson", false},
    {FIELD_OF_CONSENT, "cmt_ConsentPerson", true},
    {FIELD_OF_SCREENING, "cmt_ScreeningPerson", true},
    {FIELD_OF_DECISION, "cmt_DecisionPerson", true},
    {FIELD_OF_NOTE, "cmt_NotePerson", false},
};
const size_t htcds_n_units = sizeof htcds_units / sizeof htcds_units[0];

static const struct htcds_unit *unit_of(enum field_unit unit)
{
    for (size_t i = 0; i < htcds_n_units; i++)
        if (htcds_units[i].unit == unit)
            return &htcds_units[i];
    return NULL;
}

bool htcds_about_row(enum field_unit unit)
{
    const struct htcds_unit *u = unit_of(unit);
    return u && u->about_row;
}

static bool stays(const struct field *field)
{
    return field->unit == FIELD_OF_CONSENT && strcmp(field->name, "cmt_ConsentGrants") == 0;
}

bool htcds_goes_out(const struct field *field)
{
    return unit_of(field->unit) && !stays(field);
}

size_t htcds_columns(str out[static HTCDS_COLUMNS_MAX])
{
    size_t n = 0;
    out[n++] = STR("cmt_File");
    for (size_t u = 0; u < htcds_n_units; u++) {
        if (htcds_units[u].person)
            out[n++] = str_from(htcds_units[u].person);
        for (size_t i = 0; i < n_fields && n < HTCDS_COLUMNS_MAX; i++)
            if (fields[i].unit == htcds_units[u].unit && htcds_goes_out(&fields[i]))
                out[n++] = str_from(fields[i].name);
    }
    return n;
}

/* --- one cell --- */

static void add_escaped(struct buf *b, str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] == ';' || text.p[i] == '\\')
            buf_byte(b, '\\');
        buf_byte(b, text.p[i]);
    }
}

/* One tick of the standard for what are seven questions with us. */
static str derive_consent(const struct record *r)
{
    str answers[CONSENT_QUESTIONS];
    for (size_t i = 0; i < CONSENT_QUESTIONS; i++)
        answers[i] = record_text(r, consent_questions[i].field);
    return consent_derive(answers, record_text(r, "cmt_ConsentState"));
}

static str cell_of(struct arena *a, const struct record *r, const struct field *f)
{
    struct buf b = buf_new(a);
    str text;
    if (!(f->flags & FIELD_REPEATS)) {
        if (!record_nth(r, f, 0, &text))
            return strcmp(f->name, "con_Consent") == 0 ? derive_consent(r) : STR("");
        if (f->type != FIELD_CODES)
            return text;
        for (size_t i = 0; i < text.len; i++)
            buf_byte(&b, text.p[i] == ' ' ? ';' : text.p[i]);
        return buf_str(&b);
    }
    for (size_t i = 0; record_nth(r, f, i, &text); i++) {
        if (i)
            buf_byte(&b, ';');
        add_escaped(&b, text);
    }
    return b.len ? buf_str(&b) : STR("");
}

/* --- rows --- */

/* The records that say something, by kind and in their order. */
struct sorted {
    const struct record **of[FIELD_UNITS];
    size_t n[FIELD_UNITS];
};

static bool says_something(const struct record *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->values[i].text.len && htcds_goes_out(r->values[i].field))
            return true;
    return false;
}

static void sort(struct arena *a, const struct record records[], size_t n, struct sorted *s)
{
    *s = (struct sorted){0};
    for (size_t i = 0; i < n; i++) {
        enum field_unit unit = records[i].unit;
        if (!unit_of(unit) || !says_something(&records[i]))
            continue;
        if (!s->of[unit])
            s->of[unit] = arena_alloc(a, n * sizeof *s->of[unit]);
        s->of[unit][s->n[unit]++] = &records[i];
    }
}

static str person_number(struct arena *a, const struct sorted *s, const struct record *r)
{
    for (size_t i = 0; r->has_about && i < s->n[FIELD_OF_PERSON]; i++)
        if (memcmp(s->of[FIELD_OF_PERSON][i]->id, r->about, ID_LEN) == 0)
            return str_printf(a, "%zu", i + 1);
    return STR("");
}

static str *row_of(struct arena *a, int64_t number, const struct sorted *s, size_t k)
{
    str *cells = arena_array(a, str, HTCDS_COLUMNS_MAX);
    size_t n = 0;
    cells[n++] = str_printf(a, "%lld", (long long)number);
    for (size_t u = 0; u < htcds_n_units; u++) {
        enum field_unit unit = htcds_units[u].unit;
        const struct record *r = k < s->n[unit] ? s->of[unit][k] : NULL;
        if (htcds_units[u].person)
            cells[n++] = r ? person_number(a, s, r) : STR("");
        for (const struct field *f = field_first(unit); f < fields + n_fields && f->unit == unit && n < HTCDS_COLUMNS_MAX; f++)
            if (!stays(f))
                cells[n++] = r ? cell_of(a, r, f) : STR("");
    }
    return cells;
}

size_t htcds_rows(struct arena *a, int64_t number, const struct record records[], size_t n, str **rows[])
{
    struct sorted s;
    size_t n_rows = 0;
    sort(a, records, n, &s);
    for (int u = 0; u < FIELD_UNITS; u++)
        n_rows = s.n[u] > n_rows ? s.n[u] : n_rows;
    *rows = arena_alloc(a, n_rows * sizeof **rows);
    for (size_t k = 0; k < n_rows; k++)
        (*rows)[k] = row_of(a, number, &s, k);
    return n_rows;
}
