/* form: see form.h. */
#include <string.h>

#include "ground/http/form.h"
#include "ground/text/text.h"

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decodes + and %XX. False for a broken escape. */
static bool decode(struct arena *a, str in, str *out)
{
    char *p = arena_alloc(a, in.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < in.len; i++) {
        char c = in.p[i];
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            int high = i + 2 < in.len ? hex(in.p[i + 1]) : -1, low = i + 2 < in.len ? hex(in.p[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        }
        p[len++] = c;
    }
    *out = (str){p, len};
    return true;
}

bool form_value(struct arena *a, str in, str *out)
{
    char *p = arena_alloc(a, in.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < in.len; i++) {
        unsigned char c = (unsigned char)in.p[i];
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
            return false;
        if (c == '\r' && i + 1 < in.len && in.p[i + 1] == '\n')
            continue;
        p[len++] = c == '\r' ? '\n' : (char)c;
    }
    *out = (str){p, len};
    return text_utf8_valid(*out);
}

static bool read_value(struct arena *a, str in, str *out)
{
    return decode(a, in, out) && form_value(a, *out, out);
}

int form_parse(struct arena *a, str text, struct form *out, struct err *err)
{
    size_t n = 1;
    for (size_t i = 0; i < text.len; i++)
        n += text.p[i] == '&';
    *out = (struct form){0};
    if (text.len == 0)
        return 0;
    if (n > FORM_PAIRS_MAX)
        return err_set(err, ERR_LIMIT, "the form has more than %d fields", FORM_PAIRS_MAX);
    out->pairs = arena_array(a, struct form_pair, n);
    str pair, name;
    while (str_split(&text, '&', &pair)) {
        if (pair.len == 0)
            continue;
        struct form_pair *to = &out->pairs[out->n++];
        (void)str_split(&pair, '=', &name);
        if (!read_value(a, name, &to->name) || !read_value(a, pair.p ? pair : STR(""), &to->value))
            return err_set(err, ERR_INPUT, "field %zu of the form holds characters that no text may hold: type it again", out->n);
    }
    return 0;
}

bool form_nth(const struct form *f, const char *name, size_t i, str *value)
{
    str wanted = str_from(name);
    for (size_t k = 0; k < f->n; k++) {
        if (!str_eq(f->pairs[k].name, wanted) || i-- > 0)
            continue;
        *value = f->pairs[k].value;
        return true;
    }
    *value = STR("");
    return false;
}

str form_get(const struct form *f, const char *name)
{
    str value;
    (void)form_nth(f, name, 0, &value);
    return value;
}

bool form_has(const struct form *f, const char *name)
{
    str value;
    return form_nth(f, name, 0, &value);
}
