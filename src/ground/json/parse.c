/* The only file that sees jansson: its tree is copied into the arena and let go. */
#include <jansson.h>

#include "ground/json/tree.h"

/* jansson itself stops only at 2,048 levels; each costs stack while parsing, copying and freeing. */
static bool too_deep(bytes text)
{
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.p[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > JSON_DEPTH_MAX)
                return true;
        } else if (c == ']' || c == '}') {
            depth--;
        }
    }
    return false;
}

static void copy_into(struct json *to, json_t *from);

static void copy_members(struct json *to, json_t *from)
{
    /* jansson 2.14 iterates in the order of the text */
    for (void *at = json_object_iter(from); at; at = json_object_iter_next(from, at)) {
        str name = {json_object_iter_key(at), json_object_iter_key_len(at)};
        copy_into(json_tree_add(to, str_dup(to->arena, name), JSON_IS_NULL), json_object_iter_value(at));
    }
}

static void copy_into(struct json *to, json_t *from)
{
    switch (json_typeof(from)) {
    case JSON_OBJECT:
        to->kind = JSON_IS_OBJECT;
        copy_members(to, from);
        break;
    case JSON_ARRAY:
        to->kind = JSON_IS_ARRAY;
        for (size_t i = 0; i < json_array_size(from); i++)
            copy_into(json_tree_add(to, STR(""), JSON_IS_NULL), json_array_get(from, i));
        break;
    case JSON_STRING:
        to->kind = JSON_IS_STR;
        to->text = str_dup(to->arena, (str){json_string_value(from), json_string_length(from)});
        break;
    case JSON_INTEGER:
        to->kind = JSON_IS_INT;
        to->integer = json_integer_value(from);
        break;
    case JSON_REAL:
        to->kind = JSON_IS_REAL;
        to->real = json_real_value(from);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        to->kind = JSON_IS_BOOL;
        to->boolean = json_is_true(from);
        break;
    case JSON_NULL:
        to->kind = JSON_IS_NULL;
        break;
    }
}

/* What jansson says quotes the text near the fault, which may be personal data: only its kind is kept. */
static const char *reason(const json_error_t *e)
{
    switch (json_error_code(e)) {
    case json_error_invalid_utf8: return "text that is not UTF-8";
    case json_error_premature_end_of_input: return "the text ends too early";
    case json_error_end_of_input_expected: return "something follows after the end of the document";
    case json_error_duplicate_key: return "a member that is there twice";
    case json_error_numeric_overflow: return "a number that is too large";
    case json_error_null_character:
    case json_error_null_byte_in_key: return "a NUL character";
    default: return "not valid JSON";
    }
}

int json_parse(struct arena *a, const char *what, bytes text, size_t max, const struct json **root, struct err *err)
{
    *root = NULL;
    if (text.len > max)
        return err_set(err, ERR_LIMIT, "%s: %zu bytes; at most %zu are allowed here", what, text.len, max);
    if (too_deep(text))
        return err_set(err, ERR_LIMIT, "%s: nested deeper than %d levels", what, JSON_DEPTH_MAX);
    json_error_t e;
    json_t *tree = json_loadb(text.p ? (const char *)text.p : "", text.len, JSON_REJECT_DUPLICATES, &e);
    if (!tree)
        return err_set(err, ERR_INPUT, "%s: line %d, column %d: %s", what, e.line, e.column, reason(&e));
    struct json *copy = json_tree_root(a, str_dup(a, str_from(what)), JSON_IS_NULL);
    copy_into(copy, tree);
    json_decref(tree);
    *root = copy;
    return 0;
}
