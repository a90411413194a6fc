#include "face/web/record_form.h"

#include <string.h>

#include "face/web/page.h"

#define TEXTS_MAX 20 /* lines of a field that repeats */

/* --- words --- */

str record_words(struct page *p, const struct field *field, str value)
{
    struct date date;
    if (field->type == FIELD_DATE && date_parse_iso(value, &date))
        return page_date(p, date);
    if (field->type == FIELD_COUNTRY)
        return text_country_name(p->a, p->layout.language, value);
    if (field->type == FIELD_LANGUAGE)
        return text_language_name(p->a, p->layout.language, value);
    if (field->type == FIELD_YES_NO)
        return page_words(p, str_eq(value, STR("yes")) ? N_("yes") : str_eq(value, STR("no")) ? N_("no") : N_("not known"));
    if (!field->codes)
        return value;
    struct buf b = buf_new(p->a);
    str rest = value, code;
    while (str_split(&rest, ' ', &code)) {
        const struct field_code *c = field_code_find(field, code);
        str words = c ? page_words(p, c->label) : code;
        buf_addf(&b, "%s%.*s", b.len ? ", " : "", STR_ARG(words));
    }
    return buf_str(&b);
}

/* --- which fields --- */

static bool is_offered(const struct record_form *f, const struct field *field)
{
    return field->unit == f->unit && field->name[0] && !(field->flags & FIELD_DEPRECATED);
}

static size_t list_fields(struct page *p, const struct record_form *f, const struct field ***out)
{
    size_t n = 0;
    *out = arena_array(p->a, const struct field *, n_fields);
    for (size_t i = 0; f->only && f->only[i]; i++)
        (*out)[n++] = field_find(str_from(f->only[i]));
    for (size_t i = 0; !f->only && i < n_fields; i++)
        if (is_offered(f, &fields[i]))
            (*out)[n++] = &fields[i];
    return n;
}

/* --- inputs --- */

/* How each type is typed; those with codes offer them. */
static const struct { enum form_input_kind kind; const char *inputmode, *width; } kinds[FIELD_TYPES] = {
    [FIELD_TEXT] = {INPUT_LINE, NULL, NULL},          [FIELD_LONG] = {INPUT_AREA, NULL, NULL},
    [FIELD_DATE] = {INPUT_LINE, NULL, "govuk-input--width-10"}, [FIELD_CODE] = {INPUT_SELECT, NULL, NULL},
    [FIELD_CODES] = {INPUT_CHECKS, NULL, NULL},       [FIELD_NUMBER] = {INPUT_LINE, "numeric", "govuk-input--width-5"},
    [FIELD_DECIMAL] = {INPUT_LINE, "decimal", "govuk-input--width-10"}, [FIELD_PHONE] = {INPUT_LINE, "tel", "govuk-input--width-20"},
    [FIELD_COUNTRY] = {INPUT_LINE, NULL, "govuk-input--width-10"}, [FIELD_LANGUAGE] = {INPUT_LINE, NULL, "govuk-input--width-5"},
    [FIELD_CURRENCY] = {INPUT_LINE, NULL, "govuk-input--width-5"}, [FIELD_YES_NO] = {INPUT_RADIOS, NULL, NULL},
};

static const char *hint_of(const struct field *field)
{
    if (field->hint)
        return field->hint;
    switch (field->type) {
    case FIELD_DATE: return N_("As exact as it is known: 5 3 1990, March 1990, or 1990.");
    case FIELD_COUNTRY: return N_("Choose, or write two letters such as KH.");
    case FIELD_LANGUAGE: return N_("Two or three letters, such as km.");
    case FIELD_PHONE: return N_("With + and the country's code, such as +66.");
    default: return NULL;
    }
}

static bool chosen(str value, str code)
{
    str word;
    while (str_split(&value, ' ', &word))
        if (str_eq(word, code))
            return true;
    return false;
}

static void offer(struct page *p, struct form_input *in, str value)
{
    static const struct field_code yes_no[] = {{"yes", N_("yes")}, {"no", N_("no")}, {"unknown", N_("not known")}, {NULL, NULL}};
    const struct field_code *codes = in->field->type == FIELD_YES_NO ? yes_no : in->field->codes;
    size_t n = 0;
    while (codes[n].value)
        n++;
    in->choices = arena_array(p->a, struct choice, n + 1);
    if (in->kind == INPUT_SELECT) /* the first says nothing */
        in->choices[in->n_choices++] = (struct choice){STR(""), STR(""), value.len == 0};
    for (size_t i = 0; i < n; i++) {
        str code = str_from(codes[i].value);
        in->choices[in->n_choices++] = (struct choice){code, page_words(p, codes[i].label), chosen(value, code)};
    }
}

static void add_text(struct page *p, struct form_input *in, str value)
{
    if (in->n_texts == TEXTS_MAX)
        return;
    str id = in->n_texts ? str_printf(p->a, "%s-%zu", in->name, in->n_texts) : str_from(in->name);
    in->texts[in->n_texts++] = (struct form_text){id, value};
}

static struct form_input input_of(struct page *p, struct record_form *f, const struct field *field, const str values[], size_t n)
{
    struct form_input in = {.page = &p->layout, .field = field, .name = field->name, .label = field->label, .hint = hint_of(field),
                            .kind = kinds[field->type].kind, .inputmode = kinds[field->type].inputmode, .width = kinds[field->type].width};
    in.error = in.theirs = STR("");
    if (field->type == FIELD_COUNTRY) {
        in.list = "countries";
        f->countries = true;
    }
    if (in.kind == INPUT_LINE || in.kind == INPUT_AREA) {
        in.texts = arena_array(p->a, struct form_text, TEXTS_MAX);
        for (size_t i = 0; i < n; i++)
            add_text(p, &in, values[i]);
        if (n == 0 || field->flags & FIELD_REPEATS)
            add_text(p, &in, STR(""));
    } else {
        struct buf all = buf_new(p->a);
        for (size_t i = 0; i < n; i++)
            buf_addf(&all, "%s%.*s", i ? " " : "", STR_ARG(values[i]));
        offer(p, &in, buf_str(&all));
    }
    return in;
}

static void list_countries(struct page *p, struct record_form *f)
{
    const char *const *codes;
    f->n_countries = text_countries(&codes);
    f->country_list = arena_array(p->a, struct choice, f->n_countries);
    for (size_t i = 0; i < f->n_countries; i++)
        f->country_list[i] = (struct choice){str_from(codes[i]), text_country_name(p->a, p->layout.language, str_from(codes[i])), false};
}

/* Inputs come one after the other; a section is those that stand together under one name. */
static void add_input(struct page *p, struct record_form *f, const struct form_input *in, size_t most, bool filled)
{
    const char *label = f->flat ? NULL : in->field->section;
    struct form_section *s = f->n_sections ? &f->sections[f->n_sections - 1] : NULL;
    for (size_t i = 0; !f->flat && i < f->n_sections; i++)
        if (strcmp(f->sections[i].label, label) == 0)
            s = &f->sections[i];
    if (!s || (!f->flat && strcmp(s->label, label) != 0)) {
        s = &f->sections[f->n_sections++];
        *s = (struct form_section){.label = label, .inputs = arena_array(p->a, struct form_input, most), .open = f->n_sections == 1};
    }
    s->inputs[s->n++] = *in;
    s->open = s->open || filled;
}

typedef size_t (*values_fn)(const void *from, const struct field *field, str values[static TEXTS_MAX]);

static void build(struct page *p, struct record_form *f, values_fn values_of, const void *from)
{
    const struct field **list;
    size_t n = list_fields(p, f, &list);
    f->sections = arena_array(p->a, struct form_section, n + 1);
    f->n_sections = 0;
    for (size_t i = 0; i < n; i++) {
        str values[TEXTS_MAX];
        size_t n_values = values_of(from, list[i], values);
        struct form_input in = input_of(p, f, list[i], values, n_values);
        add_input(p, f, &in, n, n_values > 0);
    }
    if (f->countries)
        list_countries(p, f);
    f->typed.shown = list;
    f->typed.n_shown = n;
}

static size_t stored_values(const void *from, const struct field *field, str values[static TEXTS_MAX])
{
    size_t n = 0;
    while (from && n < TEXTS_MAX && record_nth(from, field, n, &values[n]))
        n++;
    return n;
}

void record_form_fill(struct page *p, struct record_form *f, const struct record *r)
{
    f->base = r ? r->version : 0;
    build(p, f, stored_values, r);
}

/* --- reading --- */

static size_t sent_values(const void *from, const struct field *field, str values[static TEXTS_MAX])
{
    size_t n = 0;
    str value;
    for (size_t i = 0; n < TEXTS_MAX && form_nth(from, field->name, i, &value); i++)
        if (str_trim(value).len)
            values[n++] = value;
    return n;
}

static struct form_input *find_input(struct record_form *f, const struct field *field)
{
    for (size_t i = 0; i < f->n_sections; i++)
        for (size_t k = 0; k < f->sections[i].n; k++)
            if (f->sections[i].inputs[k].field == field) {
                f->sections[i].open = true;
                return &f->sections[i].inputs[k];
            }
    return NULL;
}

static void note_error(struct page *p, struct record_form *f, const struct field *field, const char *sentence)
{
    struct form_input *in = find_input(f, field);
    str words = catalogue_sentence(p->out.words, p->a, sentence);
    if (in)
        in->error = words;
    if (p->layout.n_errors < LAYOUT_ERRORS_MAX)
        p->layout.errors[p->layout.n_errors++] = (struct layout_error){field->name, words};
    f->n_errors++;
}

/* The checked form of a field's values. */
static void check_field(struct page *p, struct record_form *f, const struct field_rules *rules, const struct field *field, const str values[], size_t n)
{
    str joined = n ? values[0] : STR("");
    struct err err = {0};
    if (field->type == FIELD_CODES && n > 1) { /* boxes come one by one */
        struct buf b = buf_new(p->a);
        for (size_t i = 0; i < n; i++)
            buf_addf(&b, "%s%.*s", i ? " " : "", STR_ARG(values[i]));
        joined = buf_str(&b);
        n = 1;
    }
    for (size_t i = 0; i < n; i++) {
        str normal;
        if (field_check(field, rules, p->a, n == 1 ? joined : values[i], &normal, &err) < 0) {
            note_error(p, f, field, err.text);
            return;
        }
        if (normal.len && f->n_values < RECORD_VALUES_MAX)
            f->values[f->n_values++] = (struct record_value){field, normal, 0};
        if (!(field->flags & FIELD_REPEATS))
            return;
    }
}

static void take_base(struct record_form *f, const struct form *sent)
{
    int64_t base;
    if (str_to_int(form_get(sent, "base"), 0, INT64_MAX, &base))
        f->base = base;
}

void record_form_restore(struct page *p, struct record_form *f, const struct form *sent)
{
    build(p, f, sent_values, sent);
    take_base(f, sent);
}

bool record_form_read(struct page *p, struct record_form *f, const struct form *sent)
{
    struct field_rules rules = {.text = web_text(p->worker->web), .today = page_today(p)};
    build(p, f, sent_values, sent);
    f->values = arena_array(p->a, struct record_value, RECORD_VALUES_MAX);
    f->n_values = f->n_errors = 0;
    for (size_t i = 0; i < f->typed.n_shown; i++) {
        str values[TEXTS_MAX];
        size_t n = sent_values(sent, f->typed.shown[i], values);
        check_field(p, f, &rules, f->typed.shown[i], values, n);
    }
    take_base(f, sent);
    f->typed.base = f->base;
    f->typed.overwrite = str_eq(form_get(sent, "overwrite"), STR("yes"));
    f->typed.values = f->values;
    f->typed.n = f->n_values;
    if (f->n_errors) {
        p->reply->status = 422;
        p->layout.failed = true;
    }
    return f->n_errors == 0;
}

void record_form_conflicts(struct page *p, struct record_form *f, const struct record_conflict conflicts[], size_t n)
{
    f->conflict = true;
    for (size_t i = 0; i < n; i++) {
        struct form_input *in = find_input(f, conflicts[i].field);
        if (in)
            in->theirs = conflicts[i].theirs.len ? record_words(p, conflicts[i].field, conflicts[i].theirs) : page_words(p, N_("(nothing)"));
    }
}
