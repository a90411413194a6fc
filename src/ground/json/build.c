#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ground/json/tree.h"

struct json *json_tree_root(struct arena *a, str name, enum json_kind kind)
{
    struct json *v = arena_new_of(a, struct json);
    v->arena = a;
    v->kind = kind;
    v->name = name;
    return v;
}

struct json *json_tree_add(struct json *parent, str name, enum json_kind kind)
{
    struct json *v = json_tree_root(parent->arena, name, kind);
    v->parent = parent;
    v->position = parent->n;
    if (parent->n == parent->cap) {
        size_t cap = parent->cap ? parent->cap * 2 : 8;
        parent->items = arena_grow(parent->arena, parent->items, parent->cap * sizeof(struct json *), cap * sizeof(struct json *));
        parent->cap = cap;
    }
    parent->items[parent->n++] = v;
    return v;
}

struct json *json_object_new(struct arena *a)
{
    return json_tree_root(a, STR(""), JSON_IS_OBJECT);
}

struct json *json_array_new(struct arena *a)
{
    return json_tree_root(a, STR(""), JSON_IS_ARRAY);
}

static struct json *put(struct json *object, const char *key, enum json_kind kind)
{
    return json_tree_add(object, str_dup(object->arena, str_from(key)), kind);
}

void json_put_str(struct json *object, const char *key, str value)
{
    put(object, key, JSON_IS_STR)->text = str_dup(object->arena, value);
}

void json_put_int(struct json *object, const char *key, int64_t value)
{
    put(object, key, JSON_IS_INT)->integer = value;
}

void json_put_real(struct json *object, const char *key, double value)
{
    struct json *v = put(object, key, isfinite(value) ? JSON_IS_REAL : JSON_IS_NULL);
    if (v->kind == JSON_IS_REAL)
        v->real = value;
}

void json_put_bool(struct json *object, const char *key, bool value)
{
    put(object, key, JSON_IS_BOOL)->boolean = value;
}

void json_put_null(struct json *object, const char *key)
{
    put(object, key, JSON_IS_NULL);
}

void json_put_hex(struct json *object, const char *key, bytes value)
{
    put(object, key, JSON_IS_STR)->text = hex_encode(object->arena, value);
}

void json_put_base64(struct json *object, const char *key, bytes value)
{
    put(object, key, JSON_IS_STR)->text = base64_encode(object->arena, value);
}

void json_put_time(struct json *object, const char *key, int64_t ms)
{
    char text[CLOCK_TEXT_MAX];
    clock_format(text, ms);
    json_put_str(object, key, str_from(text));
}

struct json *json_put_object(struct json *object, const char *key)
{
    return put(object, key, JSON_IS_OBJECT);
}

struct json *json_put_array(struct json *object, const char *key)
{
    return put(object, key, JSON_IS_ARRAY);
}

void json_add_str(struct json *array, str value)
{
    json_tree_add(array, STR(""), JSON_IS_STR)->text = str_dup(array->arena, value);
}

void json_add_int(struct json *array, int64_t value)
{
    json_tree_add(array, STR(""), JSON_IS_INT)->integer = value;
}

void json_add_real(struct json *array, double value)
{
    struct json *v = json_tree_add(array, STR(""), isfinite(value) ? JSON_IS_REAL : JSON_IS_NULL);
    if (v->kind == JSON_IS_REAL)
        v->real = value;
}

struct json *json_add_object(struct json *array)
{
    return json_tree_add(array, STR(""), JSON_IS_OBJECT);
}

struct json *json_add_array(struct json *array)
{
    return json_tree_add(array, STR(""), JSON_IS_ARRAY);
}

/* Depth is that of a parsed document: JSON_DEPTH_MAX. */
static void fill_copy(struct json *to, const struct json *from)
{
    switch (from->kind) {
    case JSON_IS_NULL:
        break;
    case JSON_IS_BOOL:
        to->boolean = from->boolean;
        break;
    case JSON_IS_INT:
        to->integer = from->integer;
        break;
    case JSON_IS_REAL:
        to->real = from->real;
        break;
    case JSON_IS_STR:
        to->text = str_dup(to->arena, from->text);
        break;
    case JSON_IS_ARRAY:
    case JSON_IS_OBJECT:
        for (size_t i = 0; i < from->n; i++)
            fill_copy(json_tree_add(to, str_dup(to->arena, from->items[i]->name), from->items[i]->kind), from->items[i]);
        break;
    }
}

void json_put_copy(struct json *object, const char *key, const struct json *value)
{
    fill_copy(put(object, key, value->kind), value);
}

/* Bytes of the well-formed UTF-8 sequence at s[i] (RFC 3629 table 3-7 of Unicode), or 0. */
static size_t utf8_length(str s, size_t i)
{
    const uint8_t *p = (const uint8_t *)s.p + i;
    size_t left = s.len - i;
    uint8_t c = p[0];
    size_t len = c < 0x80 ? 1 : c >= 0xc2 && c <= 0xdf ? 2 : (c & 0xf0) == 0xe0 ? 3 : c >= 0xf0 && c <= 0xf4 ? 4 : 0;
    if (len == 0 || len > left)
        return 0;
    for (size_t j = 1; j < len; j++)
        if ((p[j] & 0xc0) != 0x80)
            return 0;
    bool overlong = (c == 0xe0 && p[1] < 0xa0) || (c == 0xf0 && p[1] < 0x90);
    bool outside = (c == 0xed && p[1] > 0x9f) || (c == 0xf4 && p[1] > 0x8f); /* surrogates; above U+10FFFF */
    return overlong || outside ? 0 : len;
}

/* RFC 8259 section 7: quote, backslash and controls are escaped, everything else is written as it is. */
static void write_text(struct buf *b, str s)
{
    static const char short_form[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    buf_byte(b, '"');
    for (size_t i = 0; i < s.len;) {
        uint8_t c = (uint8_t)s.p[i];
        size_t len = utf8_length(s, i);
        if (len == 0)
            buf_add(b, STR("\xef\xbf\xbd"));
        else if (c == '"' || c == '\\')
            buf_add_bytes(b, (char[]){'\\', (char)c}, 2);
        else if (c < sizeof short_form && short_form[c])
            buf_add_bytes(b, (char[]){'\\', short_form[c]}, 2);
        else if (c < 0x20 || c == 0x7f)
            buf_addf(b, "\\u%04x", c);
        else
            buf_add_bytes(b, s.p + i, len);
        i += len ? len : 1;
    }
    buf_byte(b, '"');
}

/* The shortest of 15 to 17 digits that reads back as the same number; with a point or an exponent, so that it is read back
 * as a real and not as an integer (there is no integer -0). */
static void write_real(struct buf *b, double value)
{
    char text[32];
    double again = 0;
    for (int digits = 15; digits <= 17 && (digits == 15 || again != value); digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (!str_to_double(str_from(text), &again))
            break;
    }
    buf_add(b, str_from(text));
    if (!strpbrk(text, ".e"))
        buf_add(b, STR(".0"));
}

static void new_line(struct buf *b, enum json_style style, int depth)
{
    if (style == JSON_INDENTED)
        buf_addf(b, "\n%*s", depth * 2, "");
}

static void write_value(struct buf *b, const struct json *v, enum json_style style, int depth)
{
    switch (v->kind) {
    case JSON_IS_NULL: buf_add(b, STR("null")); break;
    case JSON_IS_BOOL: buf_add(b, v->boolean ? STR("true") : STR("false")); break;
    case JSON_IS_INT: buf_addf(b, "%" PRId64, v->integer); break;
    case JSON_IS_REAL: write_real(b, v->real); break;
    case JSON_IS_STR: write_text(b, v->text); break;
    case JSON_IS_ARRAY:
    case JSON_IS_OBJECT:
        buf_byte(b, v->kind == JSON_IS_ARRAY ? '[' : '{');
        for (size_t i = 0; i < v->n; i++) {
            if (i)
                buf_byte(b, ',');
            new_line(b, style, depth + 1);
            if (v->kind == JSON_IS_OBJECT) {
                write_text(b, v->items[i]->name);
                buf_add(b, style == JSON_INDENTED ? STR(": ") : STR(":"));
            }
            write_value(b, v->items[i], style, depth + 1);
        }
        if (v->n)
            new_line(b, style, depth);
        buf_byte(b, v->kind == JSON_IS_ARRAY ? ']' : '}');
        break;
    }
}

str json_write(struct arena *a, const struct json *v, enum json_style style)
{
    struct buf b = buf_new(a);
    write_value(&b, v, style, 0);
    if (style == JSON_INDENTED)
        buf_byte(&b, '\n');
    return buf_str(&b);
}
