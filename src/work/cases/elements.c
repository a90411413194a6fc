/* elements: see the header. */
#include "work/cases/elements.h"

#include "work/cases/fields_internal.h"

#define ADULT_AT 18

const struct element *element_find(str name)
{
    for (size_t i = 0; i < ELEMENTS; i++)
        if (str_eq(name, str_from(elements[i].name)))
            return &elements[i];
    return NULL;
}

struct sorting {
    struct arena *arena;
    struct element_sheet *sheet;
    size_t cap[ELEMENTS];
};

static void add(struct sorting *s, enum element_id id, struct element_evidence evidence)
{
    struct element_evidence **list = &s->sheet->of[id].evidence;
    size_t *n = &s->sheet->of[id].n;
    for (size_t i = 0; i < *n; i++)
        if ((*list)[i].record == evidence.record && (*list)[i].field == evidence.field && (*list)[i].code == evidence.code)
            return;
    if (*n == s->cap[id]) {
        size_t more = s->cap[id] ? 2 * s->cap[id] : 4;
        *list = arena_grow(s->arena, *list, s->cap[id] * sizeof **list, more * sizeof **list);
        s->cap[id] = more;
    }
    (*list)[(*n)++] = evidence;
    if (*n == 1)
        s->sheet->shown[elements[id].group]++;
}

/* One code of a fact by all rules for it. */
static void apply(struct sorting *s, const struct element_fact *fact, const struct field *field, str code)
{
    for (size_t i = 0; i < n_element_rules; i++) {
        const struct element_rule *rule = &element_rules[i];
        if (rule->element == ELEMENT_NONE || !str_eq(fact->field, str_from(rule->field)))
            continue;
        if (rule->code && !str_eq(code, str_from(rule->code)))
            continue;
        add(s, rule->element, (struct element_evidence){fact->record, field, field_code_find(field, code)});
    }
}

struct element_sheet elements_sheet(struct arena *a, const struct element_fact *facts, size_t n, enum element_child child)
{
    struct element_sheet sheet = {.child = child};
    struct sorting s = {.arena = a, .sheet = &sheet};
    for (size_t e = 0; e < ELEMENTS; e++)
        sheet.of[e].evidence = arena_array(a, struct element_evidence, 0);
    for (size_t i = 0; i < n; i++) {
        const struct field *field = field_find(facts[i].field);
        bool by_hand = field && field->codes == codes_element;
        str rest = facts[i].value, code;
        while (field && str_split(&rest, ' ', &code)) {
            const struct element *tied = by_hand ? element_find(code) : NULL;
            if (tied)
                add(&s, (enum element_id)(tied - elements), (struct element_evidence){facts[i].record, NULL, NULL});
            else if (!by_hand && code.len)
                apply(&s, &facts[i], field, code);
        }
    }
    return sheet;
}

/* The first (or last) day that a date as far as it is known can be. */
static struct date bound(struct date d, bool last)
{
    if (d.month == 0)
        return (struct date){d.year, last ? 12 : 1, last ? 31 : 1};
    if (d.day == 0)
        d.day = last ? (uint8_t)date_days_in_month(d.year, d.month) : 1;
    return d;
}

static int years_between(struct date born, struct date at)
{
    bool had_birthday = at.month > born.month || (at.month == born.month && at.day >= born.day);
    return at.year - born.year - (had_birthday ? 0 : 1);
}

enum element_child elements_child(str recorded, struct date born, struct date at)
{
    if (str_eq(recorded, STR("yes")))
        return ELEMENT_CHILD_YES;
    if (str_eq(recorded, STR("no")))
        return ELEMENT_CHILD_NO;
    if (born.year == 0 || at.year == 0 || !date_valid(born) || !date_valid(at))
        return ELEMENT_CHILD_UNKNOWN;
    if (years_between(bound(born, false), bound(at, true)) < ADULT_AT)
        return ELEMENT_CHILD_YES;
    return years_between(bound(born, true), bound(at, false)) >= ADULT_AT ? ELEMENT_CHILD_NO : ELEMENT_CHILD_UNKNOWN;
}
