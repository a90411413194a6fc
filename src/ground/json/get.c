#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ground/json/tree.h"

enum json_kind json_kind(const struct json *v)
{
    return v->kind;
}

size_t json_count(const struct json *v)
{
    return v->n;
}

const struct json *json_at(const struct json *v, size_t i)
{
    return i < v->n ? v->items[i] : NULL;
}

str json_key(const struct json *v, size_t i)
{
    return v->kind == JSON_IS_OBJECT && i < v->n ? v->items[i]->name : STR("");
}

const struct json *json_find(const struct json *object, const char *key)
{
    if (object->kind != JSON_IS_OBJECT)
        return NULL;
    for (size_t i = 0; i < object->n; i++)
        if (str_eq(object->items[i]->name, str_from(key)))
            return object->items[i];
    return NULL;
}

/* "question.points[3]". Member names on the way are ones that a getter asked for, so they are ours, not the sender's. */
static void write_path(const struct json *v, char *out, size_t size)
{
    if (!v->parent) {
        snprintf(out, size, "%.*s", STR_ARG(v->name));
        return;
    }
    write_path(v->parent, out, size);
    size_t used = strlen(out);
    if (v->parent->kind == JSON_IS_ARRAY)
        snprintf(out + used, size - used, "[%zu]", v->position);
    else
        snprintf(out + used, size - used, ".%.*s", STR_ARG(v->name));
}

int json_refuse(const struct json *v, const char *key, struct err *err, const char *fmt, ...)
{
    char path[160], words[300];
    write_path(v, path, sizeof path);
    va_list args;
    va_start(args, fmt);
    vsnprintf(words, sizeof words, fmt, args);
    va_end(args);
    return err_set(err, ERR_INPUT, "%s%s%s: %s", path, key ? "." : "", key ? key : "", words);
}

static int get(const struct json *object, const char *key, enum json_kind kind, const char *expected, const struct json **out, struct err *err)
{
    *out = json_find(object, key);
    if (!*out)
        return json_refuse(object, key, err, "%s is missing", expected);
    if ((*out)->kind != kind)
        return json_refuse(object, key, err, "expected %s", expected);
    return 0;
}

int json_get_str(const struct json *object, const char *key, size_t max_len, str *out, struct err *err)
{
    const struct json *v;
    int r = get(object, key, JSON_IS_STR, "a string", &v, err);
    if (r < 0)
        return r;
    if (v->text.len > max_len)
        return json_refuse(object, key, err, "%zu bytes; at most %zu are allowed", v->text.len, max_len);
    *out = v->text;
    return 0;
}

int json_get_int(const struct json *object, const char *key, int64_t min, int64_t max, int64_t *out, struct err *err)
{
    const struct json *v;
    int r = get(object, key, JSON_IS_INT, "an integer", &v, err);
    if (r < 0)
        return r;
    if (v->integer < min || v->integer > max)
        return json_refuse(object, key, err, "must be from %" PRId64 " to %" PRId64, min, max);
    *out = v->integer;
    return 0;
}

int json_get_real(const struct json *object, const char *key, double *out, struct err *err)
{
    const struct json *v = json_find(object, key);
    if (v && v->kind == JSON_IS_INT) {
        *out = (double)v->integer;
        return 0;
    }
    int r = get(object, key, JSON_IS_REAL, "a number", &v, err);
    if (r < 0)
        return r;
    *out = v->real;
    return 0;
}

int json_get_bool(const struct json *object, const char *key, bool *out, struct err *err)
{
    const struct json *v;
    int r = get(object, key, JSON_IS_BOOL, "true or false", &v, err);
    if (r < 0)
        return r;
    *out = v->boolean;
    return 0;
}

int json_get_object(const struct json *object, const char *key, const struct json **out, struct err *err)
{
    return get(object, key, JSON_IS_OBJECT, "an object", out, err);
}

int json_get_array(const struct json *object, const char *key, const struct json **out, struct err *err)
{
    return get(object, key, JSON_IS_ARRAY, "a list", out, err);
}

int json_get_hex(const struct json *object, const char *key, uint8_t *out, size_t len, struct err *err)
{
    str text = {0};
    int r = json_get_str(object, key, SIZE_MAX, &text, err);
    if (r < 0)
        return r;
    bool lower = true; /* one spelling only: what is signed is written in one way */
    for (size_t i = 0; i < text.len; i++)
        lower = lower && !(text.p[i] >= 'A' && text.p[i] <= 'F');
    if (!lower || !hex_decode_into(text, out, len))
        return json_refuse(object, key, err, "expected %zu lower-case hex digits", len * 2);
    return 0;
}

int json_get_base64(const struct json *object, const char *key, uint8_t *out, size_t len, struct err *err)
{
    str text = {0};
    bytes raw;
    int r = json_get_str(object, key, SIZE_MAX, &text, err);
    if (r < 0)
        return r;
    if (text.len != (len + 2) / 3 * 4 || !base64_decode(object->arena, text, &raw) || raw.len != len)
        return json_refuse(object, key, err, "expected %zu bytes in base64", len);
    memcpy(out, raw.p, len);
    return 0;
}

int json_get_time(const struct json *object, const char *key, int64_t *ms, struct err *err)
{
    str text = {0};
    int r = json_get_str(object, key, SIZE_MAX, &text, err);
    if (r < 0)
        return r;
    if (!clock_parse(text, ms))
        return json_refuse(object, key, err, "expected a time such as 2026-01-31T12:00:00.000Z");
    return 0;
}
