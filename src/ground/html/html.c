/* html: see out.h. */
#include <inttypes.h>
#include <string.h>

#include "ground/html/html.h"
#include "ground/text/text.h"

struct html html_new(struct arena *a, const struct catalogue *words)
{
    return (struct html){.buf = buf_new(a), .words = words};
}

void html_raw_literal(struct html *o, str literal)
{
    buf_add(&o->buf, literal);
}

/* Characters that cannot be shown, or that change how the text around them is shown. */
static bool is_hostile(uint32_t point)
{
    bool control = (point < 0x20 && point != '\t' && point != '\n' && point != '\r') || (point >= 0x7f && point < 0xa0);
    bool turns = (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
    bool nonsense = (point & 0xfffe) == 0xfffe || (point >= 0xfdd0 && point <= 0xfdef) || point == 0xfeff;
    return control || turns || nonsense;
}

static const char *reference(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

static void add_escaped(struct buf *b, str s)
{
    size_t at = 0, plain = 0;
    while (at < s.len) {
        size_t before = at;
        const char *instead;
        if ((unsigned char)s.p[at] < 0x80) {
            at++;
            instead = reference(s.p[before]);
            if (!instead && is_hostile((unsigned char)s.p[before]))
                instead = "\xef\xbf\xbd";
        } else {
            uint32_t point = text_next(s, &at);
            instead = point == 0xfffd || is_hostile(point) ? "\xef\xbf\xbd" : NULL;
        }
        if (!instead)
            continue;
        buf_add(b, str_slice(s, plain, before));
        buf_add(b, str_from(instead));
        plain = at;
    }
    buf_add(b, str_slice(s, plain, s.len));
}

void html_text(struct html *o, str s)
{
    add_escaped(&o->buf, s);
}

void html_cstr(struct html *o, const char *s)
{
    html_text(o, str_from(s));
}

void html_int(struct html *o, int64_t v)
{
    buf_addf(&o->buf, "%" PRId64, v);
}

void html_unsigned(struct html *o, uint64_t v)
{
    buf_addf(&o->buf, "%" PRIu64, v);
}

/* --- URLs --- */

/* A whole URL that a link may lead to. Browsers take a backslash for a slash and drop tabs and line ends within, so those are refused. */
static bool url_allowed(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == '\\' || s.p[i] == 0x7f)
            return false;
    if (s.len == 0 || s.p[0] == '#' || s.p[0] == '?')
        return true;
    if (s.p[0] == '/')
        return s.len == 1 || s.p[1] != '/';
    return str_starts(s, STR("https://")) || str_starts(s, STR("mailto:")) || str_starts(s, STR("tel:"));
}

void html_url_text(struct html *o, str s)
{
    html_text(o, url_allowed(s) ? s : STR("#"));
}

void html_url_cstr(struct html *o, const char *s)
{
    html_url_text(o, str_from(s));
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c));
}

void html_url_part_text(struct html *o, str s)
{
    size_t plain = 0; /* from where on nothing has to be escaped */
    for (size_t i = 0; i < s.len; i++) {
        if (is_unreserved(s.p[i]))
            continue;
        buf_add(&o->buf, str_slice(s, plain, i));
        buf_addf(&o->buf, "%%%02X", (unsigned)(unsigned char)s.p[i]);
        plain = i + 1;
    }
    buf_add(&o->buf, str_slice(s, plain, s.len));
}

void html_url_part_cstr(struct html *o, const char *s)
{
    html_url_part_text(o, str_from(s));
}

void html_url_part_int(struct html *o, int64_t v)
{
    html_int(o, v);
}

/* --- messages --- */

static const struct html_arg *arg_named(const struct html_arg args[], size_t n, str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(name, str_from(args[i].name)))
            return &args[i];
    return NULL;
}

/* Adds the message with its {names} replaced. One that is not given stays as it stands: a translator's slip that a reader can see. */
static void fill(struct buf *b, str message, const struct html_arg args[], size_t n, void (*add)(struct buf *, str))
{
    size_t at = 0;
    while (at < message.len) {
        const char *open = memchr(message.p + at, '{', message.len - at);
        const char *close = open ? memchr(open, '}', (size_t)(message.p + message.len - open)) : NULL;
        if (!close)
            break;
        const struct html_arg *arg = arg_named(args, n, (str){open + 1, (size_t)(close - open - 1)});
        size_t plain_end = (size_t)(open - message.p), next = (size_t)(close + 1 - message.p);
        add(b, str_slice(message, at, arg ? plain_end : next));
        if (arg)
            add(b, arg->value);
        at = next;
    }
    add(b, str_slice(message, at, message.len));
}

void html_message(struct html *o, const char *message, const struct html_arg args[], size_t n)
{
    fill(&o->buf, catalogue_find(o->words, message), args, n, add_escaped);
}

void html_plural(struct html *o, const char *one, const char *many, int64_t number, const struct html_arg args[], size_t n)
{
    struct html_arg all[HTML_ARGS_MAX + 1];
    size_t count = n < HTML_ARGS_MAX ? n : HTML_ARGS_MAX;
    for (size_t i = 0; i < count; i++)
        all[i] = args[i];
    all[count] = (struct html_arg){"n", html_str_int(o->buf.arena, number)};
    fill(&o->buf, catalogue_find_plural(o->words, one, many, number), all, count + 1, add_escaped);
}

str html_words(struct html *o, const char *message, const struct html_arg args[], size_t n)
{
    struct buf b = buf_new(o->buf.arena);
    fill(&b, catalogue_find(o->words, message), args, n, buf_add);
    return buf_str(&b);
}

str html_str_text(struct arena *a, str s)
{
    (void)a;
    return s;
}

str html_str_cstr(struct arena *a, const char *s)
{
    (void)a;
    return str_from(s);
}

str html_str_int(struct arena *a, int64_t v)
{
    return str_printf(a, "%" PRId64, v);
}
