#include "face/web/assess_page.h"

#include <string.h>

#include "face/web/file_page.h"

int assess_id(struct page *p, uint8_t id[static ID_LEN])
{
    return page_id(p, 0, id);
}

int assess_look(struct page *p, struct casefile *out)
{
    uint8_t id[ID_LEN];
    struct casework w = file_casework(p);
    int r = assess_id(p, id);
    return r < 0 ? r : file_look(p, &w, id, out);
}

const struct record *assess_record(const struct casefile *f, const uint8_t id[static ID_LEN], enum field_unit unit)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->records[i].unit == unit && memcmp(f->records[i].id, id, ID_LEN) == 0)
            return &f->records[i];
    return NULL;
}

static str name_of(struct page *p, const struct record *person)
{
    str name = record_title(p->a, person);
    return name.len ? name : page_words(p, N_("Person without a name"));
}

struct choices assess_persons(struct page *p, const struct casefile *f, str chosen)
{
    struct choices c = {.page = &p->layout, .name = "about", .label = N_("Person"), .all = arena_array(p->a, struct choice, f->n)};
    for (size_t i = 0; i < f->n; i++)
        if (f->records[i].unit == FIELD_OF_PERSON) {
            str id = page_hex(p, f->records[i].id);
            c.all[c.n++] = (struct choice){id, name_of(p, &f->records[i]), str_eq(id, chosen)};
        }
    return c;
}

int assess_about(struct page *p, struct record *r)
{
    str about = form_get(&p->form, "about");
    if (about.len == 0)
        return 0;
    r->has_about = hex_decode_into(about, r->about, ID_LEN);
    return r->has_about ? 0 : err_set(&p->err, ERR_INPUT, N_("there is no such person in this case"));
}

str assess_whom(struct page *p, const struct casefile *f, const struct record *r)
{
    const struct record *person = r->has_about ? assess_record(f, r->about, FIELD_OF_PERSON) : NULL;
    return person ? name_of(p, person) : STR("");
}

static bool was_sent(struct page *p, const char *name, const char *value)
{
    str sent;
    for (size_t i = 0; form_nth(&p->form, name, i, &sent); i++)
        if (str_eq(sent, str_from(value)))
            return true;
    return false;
}

struct choices assess_codes(struct page *p, const char *field)
{
    const struct field *f = field_find(str_from(field));
    struct choices c = {.page = &p->layout, .name = field, .label = f->label, .hint = f->hint};
    size_t n = 0;
    while (f->codes[n].value)
        n++;
    c.all = arena_array(p->a, struct choice, n);
    for (; c.n < n; c.n++)
        c.all[c.n] = (struct choice){str_from(f->codes[c.n].value), page_words(p, f->codes[c.n].label), was_sent(p, field, f->codes[c.n].value)};
    return c;
}

struct choices assess_select(struct page *p, const char *field)
{
    struct choices codes = assess_codes(p, field), c = codes;
    c.all = arena_array(p->a, struct choice, codes.n + 1);
    c.all[0] = (struct choice){STR(""), page_words(p, N_("not said")), false};
    memcpy(&c.all[1], codes.all, codes.n * sizeof *codes.all);
    c.n = codes.n + 1;
    return c;
}

str assess_date(struct page *p, str stored)
{
    struct date d;
    return date_parse_iso(stored, &d) ? page_date(p, d) : stored;
}

/* All values of a field of several codes, with a space between two; else what was sent. */
static str sent_text(struct page *p, const struct field *f)
{
    struct buf b = buf_new(p->a);
    str value;
    if (f->type != FIELD_CODES)
        return page_field(p, f->name);
    for (size_t i = 0; form_nth(&p->form, f->name, i, &value); i++)
        buf_addf(&b, "%s%.*s", i ? " " : "", STR_ARG(value));
    return str_dup(p->a, buf_str(&b));
}

int assess_typed(struct page *p, const char *const names[], size_t n, struct record *r, const char **wrong)
{
    const struct field_rules rules = {web_text(p->worker->web), page_today(p)};
    for (size_t i = 0; i < n; i++) {
        const struct field *f = field_find(str_from(names[i]));
        str text = sent_text(p, f), normal, value;
        *wrong = names[i];
        if (f->flags & FIELD_REPEATS) {
            for (size_t k = 0; form_nth(&p->form, f->name, k, &value); k++) {
                int r_check = field_check(f, &rules, p->a, value, &normal, &p->err);
                if (r_check < 0)
                    return r_check;
                record_add(p->a, r, f->name, normal);
            }
            continue;
        }
        if (f->type == FIELD_DATE && !(f->flags & FIELD_FUTURE) && text.len == 0) {
            char today[DATE_TEXT_MAX];
            date_format(today, rules.today);
            text = str_dup(p->a, str_from(today));
        }
        int r_check = field_check(f, &rules, p->a, text, &normal, &p->err);
        if (r_check < 0)
            return r_check;
        record_add(p->a, r, f->name, normal);
    }
    return 0;
}
