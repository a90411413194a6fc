/* What was given under a consent becomes records at whoever was given it: see consent_act.h. */
#include "ground/json/json.h"
#include "work/cases/consent_act.h"

#define PAYLOAD_MAX (256 * 1024)

struct reading {
    struct arena *a;
    const struct field_rules *rules;
    struct casefile_change *changes;
    size_t n;
    struct err *err;
};

static struct casefile_change *add_change(struct reading *in, enum field_unit unit)
{
    struct casefile_change *c = &in->changes[in->n++];
    *c = (struct casefile_change){.record = {.unit = unit, .version = 1}, .about_index = unit == FIELD_OF_FILE || unit == FIELD_OF_PERSON ? 0 : 2};
    return c;
}

static int add_value(struct reading *in, struct record *r, const struct field *f, const struct json *object, const struct json *v)
{
    str text;
    struct json *one = json_object_new(in->a);
    if (json_kind(v) != JSON_IS_STR)
        return json_refuse(object, f->name, in->err, "it is no text");
    json_put_copy(one, f->name, v);
    int result = json_get_str(one, f->name, FIELD_LONG_MAX, &text, in->err);
    if (result == 0)
        result = field_check(f, in->rules, in->a, text, &text, in->err);
    if (result == 0)
        record_add(in->a, r, f->name, text);
    return result;
}

/* A field has one value, or a list of them where it repeats. */
static int add_member(struct reading *in, struct record *r, const struct field *f, const struct json *object, const struct json *v)
{
    int result = 0;
    if (!(f->flags & FIELD_REPEATS))
        return add_value(in, r, f, object, v);
    if (json_kind(v) != JSON_IS_ARRAY)
        return json_refuse(object, f->name, in->err, "it is no list");
    for (size_t i = 0; result == 0 && i < json_count(v); i++)
        result = add_value(in, r, f, object, json_at(v, i));
    return result;
}

static int refuse(const struct json *object, struct err *err)
{
    return json_refuse(object, NULL, err, "it holds something that this node does not know: it may be of a later version");
}

static int read_list(struct reading *in, enum field_unit unit, const struct json *list)
{
    if (json_kind(list) != JSON_IS_ARRAY)
        return err_set(in->err, ERR_INPUT, "%s: it is no list", consent_payload_lists[unit]);
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *o = json_at(list, i);
        if (json_kind(o) != JSON_IS_OBJECT)
            return err_set(in->err, ERR_INPUT, "%s: it is no list of objects", consent_payload_lists[unit]);
        if (in->n == CASEFILE_CHANGES_MAX - 2)
            return err_set(in->err, ERR_LIMIT, "at most %d records can come at once", CASEFILE_CHANGES_MAX - 4);
        struct casefile_change *c = add_change(in, unit);
        for (size_t k = 0; k < json_count(o); k++) {
            const struct field *f = field_find(json_key(o, k));
            int r = f && f->unit == unit ? add_member(in, &c->record, f, o, json_at(o, k)) : refuse(o, in->err);
            if (r < 0)
                return r;
        }
    }
    return 0;
}

static enum field_unit unit_of(str list)
{
    for (int u = 0; u < FIELD_UNITS; u++)
        if (consent_payload_lists[u] && str_eq(list, str_from(consent_payload_lists[u])))
            return (enum field_unit)u;
    return FIELD_UNITS;
}

int consent_payload_read(struct arena *a, const struct field_rules *rules, bytes in, struct casefile_change **out, size_t *n, struct err *err)
{
    struct reading reading = {a, rules, arena_array(a, struct casefile_change, CASEFILE_CHANGES_MAX), 0, err};
    const struct json *o;
    int r = json_parse(a, "what was given", in, PAYLOAD_MAX, &o, err);
    struct record *file = &add_change(&reading, FIELD_OF_FILE)->record, *person = &add_change(&reading, FIELD_OF_PERSON)->record;
    if (r == 0 && json_kind(o) != JSON_IS_OBJECT)
        r = err_set(err, ERR_INPUT, "what was given: it is no object");
    for (size_t i = 0; r == 0 && i < json_count(o); i++) {
        str key = json_key(o, i);
        const struct field *f = field_find(key);
        enum field_unit unit = unit_of(key);
        if (unit != FIELD_UNITS)
            r = read_list(&reading, unit, json_at(o, i));
        else if (f && (f->unit == FIELD_OF_FILE || f->unit == FIELD_OF_PERSON))
            r = add_member(&reading, f->unit == FIELD_OF_FILE ? file : person, f, o, json_at(o, i));
        else
            r = refuse(o, err);
    }
    *out = reading.changes;
    *n = reading.n;
    return r;
}
