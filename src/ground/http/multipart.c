/* multipart: see multipart.h. The life of a body is delimiter -> headers of a part -> its content up to the next delimiter -> keep. */
#include "ground/http/multipart.h"

#include <string.h>

#define BOUNDARY_MAX 70     /* RFC 2046 section 5.1.1 */
#define HEADERS_MAX 4096    /* bytes of a part's headers */
#define ENDING_MAX 16       /* of a file's name: ".jpeg" is kept when the name is shortened */
#define TYPE_MAX 100

struct part {
    str field, file_name, type;
    bool is_file, has_disposition, has_type;
    bytes content;
};

struct parsing {
    struct arena *arena;
    const struct text *text;
    str rest;      /* of the body */
    str delimiter; /* CR LF -- boundary */
    struct form *form;
    struct form_files *files;
    size_t text_len;
    struct err *err;
};

static int malformed(const struct parsing *m, const char *why)
{
    return err_set(m->err, ERR_INPUT, "the form with its file could not be read (%s): open the page anew and send it again", why);
}

static bool is_token(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || memchr("!#$%&'*+-.^_`|~", c, 15)))
            return false;
    }
    return s.len > 0;
}

/* --- headers --- */

/* The next "; name=value" or "; name=\"value\"" of a header; false at its end or if it is malformed (then *rest is not empty). In quotes, \" and
 * \\ are what old programs write for " and \. */
static bool next_parameter(struct arena *a, str *rest, str *name, str *value)
{
    str s = str_trim(*rest);
    if (s.len == 0 || s.p[0] != ';')
        return *rest = s, false;
    s = str_trim(str_slice(s, 1, s.len));
    const char *equals = s.len ? memchr(s.p, '=', s.len) : NULL;
    if (!equals)
        return false;
    *name = (str){s.p, (size_t)(equals - s.p)};
    s = str_slice(s, name->len + 1, s.len);
    if (!is_token(*name))
        return false;
    size_t at = 0;
    if (s.len && s.p[0] == '"') {
        struct buf b = buf_new(a);
        for (at = 1; at < s.len && s.p[at] != '"'; at++) {
            if (s.p[at] == '\\' && at + 1 < s.len && (s.p[at + 1] == '"' || s.p[at + 1] == '\\'))
                at++;
            buf_byte(&b, s.p[at]);
        }
        if (at++ >= s.len)
            return false;
        *value = buf_str(&b);
    } else {
        while (at < s.len && s.p[at] != ';' && s.p[at] != ' ' && s.p[at] != '\t')
            at++;
        *value = str_slice(s, 0, at);
        if (!is_token(*value))
            return false;
    }
    *rest = str_slice(s, at, s.len);
    return true;
}

/* Browsers write these three, and no other characters, as escapes into names. */
static str unescape(struct arena *a, str s)
{
    static const struct { str escape; char is; } table[] = {{{"%22", 3}, '"'}, {{"%0D", 3}, '\r'}, {{"%0A", 3}, '\n'}};
    struct buf b = buf_new(a);
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        for (size_t k = 0; c == '%' && k < sizeof table / sizeof table[0]; k++)
            if (str_starts(str_slice(s, i, s.len), table[k].escape)) {
                c = table[k].is;
                i += 2;
                break;
            }
        buf_byte(&b, c);
    }
    return buf_str(&b);
}

static int take_disposition(struct parsing *m, struct part *part, str value)
{
    str kind = value, name, parameter;
    const char *end = memchr(value.p, ';', value.len);
    if (end)
        kind = (str){value.p, (size_t)(end - value.p)};
    value = str_slice(value, kind.len, value.len);
    if (!str_eq_nocase(str_trim(kind), STR("form-data")) || part->has_disposition)
        return malformed(m, "a part is no field");
    part->has_disposition = true;
    bool named = false;
    while (next_parameter(m->arena, &value, &name, &parameter)) {
        if (str_eq_nocase(name, STR("name")) && !named) {
            named = true;
            part->field = unescape(m->arena, parameter);
        } else if (str_eq_nocase(name, STR("filename")) && !part->is_file) {
            part->is_file = true;
            part->file_name = unescape(m->arena, parameter);
        } else {
            return malformed(m, "a field is described twice or in an unknown way");
        }
    }
    return value.len || !named ? malformed(m, "a field has no name") : 0;
}

static int take_type(struct parsing *m, struct part *part, str value)
{
    str type, rest = value, major;
    (void)str_split(&rest, ';', &type);
    type = str_trim(type);
    rest = type;
    (void)str_split(&rest, '/', &major);
    if (part->has_type || type.len > TYPE_MAX || !is_token(major) || !rest.p || !is_token(rest))
        return malformed(m, "a file's type is none");
    part->has_type = true;
    part->type = str_lower_ascii(m->arena, type);
    return str_starts(part->type, STR("multipart/")) ? malformed(m, "parts within a part") : 0;
}

static int take_header(struct parsing *m, struct part *part, str line)
{
    str name, value = line;
    if (!str_split(&value, ':', &name) || !value.p || !is_token(name))
        return malformed(m, "a header is none");
    value = str_trim(value);
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.p[i] < 0x20 && value.p[i] != '\t')
            return malformed(m, "a header with a control character");
    if (str_eq_nocase(name, STR("Content-Disposition")))
        return take_disposition(m, part, value);
    if (str_eq_nocase(name, STR("Content-Type")))
        return take_type(m, part, value);
    if (str_eq_nocase(name, STR("Content-Transfer-Encoding")) && !str_eq_nocase(value, STR("binary")) && !str_eq_nocase(value, STR("8bit")) &&
        !str_eq_nocase(value, STR("7bit")))
        return malformed(m, "a file in a transfer encoding");
    return 0;
}

/* Lines up to an empty one. A line that begins with a space would be a folded header: its name is no token. */
static int take_headers(struct parsing *m, struct part *part)
{
    *part = (struct part){.type = STR("application/octet-stream")};
    for (size_t total = 0;;) {
        str *s = &m->rest;
        const char *end = s->len ? memmem(s->p, s->len < HEADERS_MAX ? s->len : HEADERS_MAX, "\r\n", 2) : NULL;
        if (!end)
            return malformed(m, "headers without an end");
        str line = {s->p, (size_t)(end - s->p)};
        *s = str_slice(*s, line.len + 2, s->len);
        if (line.len == 0)
            return part->has_disposition ? 0 : malformed(m, "a part without a name");
        total += line.len;
        if (total > HEADERS_MAX)
            return malformed(m, "headers without an end");
        int r = take_header(m, part, line);
        if (r < 0)
            return r;
    }
}

/* --- names of files --- */

/* What turns the reading direction makes "gpj.exe" look like "exe.jpg"; control characters have no business in a name. */
static bool may_stand_in_a_name(uint32_t c)
{
    return !(c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f ||
             c == 0x61c || c == 0x2028 || c == 0x2029 || c == 0xfeff || c == '/' || c == '\\');
}

static str shorten(struct arena *a, str name)
{
    if (name.len <= MULTIPART_NAME_MAX)
        return name;
    const char *dot = memrchr(name.p, '.', name.len);
    str ending = dot ? str_slice(name, (size_t)(dot - name.p), name.len) : STR("");
    if (ending.len > ENDING_MAX)
        ending = STR("");
    size_t keep = MULTIPART_NAME_MAX - ending.len;
    while (keep > 0 && ((unsigned char)name.p[keep] & 0xc0) == 0x80)
        keep--;
    return str_printf(a, "%.*s%.*s", (int)keep, name.p, STR_ARG(ending));
}

static str clean_name(const struct parsing *m, str name)
{
    struct buf b = buf_new(m->arena);
    for (size_t i = name.len; i > 0; i--)
        if (name.p[i - 1] == '/' || name.p[i - 1] == '\\') {
            name = str_slice(name, i, name.len);
            break;
        }
    for (size_t at = 0; at < name.len;) {
        uint32_t point = text_next(name, &at);
        if (may_stand_in_a_name(point))
            text_put(&b, point);
    }
    str clean = shorten(m->arena, str_trim(text_nfc(m->text, m->arena, buf_str(&b))));
    for (size_t i = 0; i < clean.len; i++)
        if (clean.p[i] != '.')
            return clean;
    return STR("file");
}

/* --- parts --- */

/* Cuts off what stands before the next delimiter. */
static int take_content(struct parsing *m, struct part *part)
{
    const char *end = memmem(m->rest.p, m->rest.len, m->delimiter.p, m->delimiter.len);
    if (!end)
        return malformed(m, "it ends too early");
    part->content = (bytes){(const uint8_t *)m->rest.p, (size_t)(end - m->rest.p)};
    m->rest = str_slice(m->rest, part->content.len + m->delimiter.len, m->rest.len);
    return 0;
}

static int keep_part(struct parsing *m, const struct part *part)
{
    str field;
    if (!form_value(m->arena, part->field, &field) || !text_utf8_valid(part->file_name))
        return malformed(m, "a name that is none");
    if (part->is_file) {
        if (part->file_name.len == 0 && part->content.len == 0)
            return 0; /* no file was chosen */
        if (m->files->n == MULTIPART_FILES_MAX)
            return err_set(m->err, ERR_LIMIT, "more than %d files at once: send them in several turns", MULTIPART_FILES_MAX);
        m->files->all[m->files->n++] = (struct form_file){field, clean_name(m, part->file_name), part->type, part->content};
        return 0;
    }
    m->text_len += part->content.len;
    if (m->form->n == FORM_PAIRS_MAX || m->text_len > MULTIPART_TEXT_MAX)
        return err_set(m->err, ERR_LIMIT, "the form has more than %d fields or %d bytes of text", FORM_PAIRS_MAX, MULTIPART_TEXT_MAX);
    struct form_pair *pair = &m->form->pairs[m->form->n++];
    pair->name = field;
    if (!form_value(m->arena, bytes_str(part->content), &pair->value))
        return err_set(m->err, ERR_INPUT, "field %zu of the form holds characters that no text may hold: type it again", m->form->n);
    return 0;
}

/* Behind a delimiter: 1 a part follows, 0 it was the last. */
static int behind_delimiter(struct parsing *m)
{
    str *s = &m->rest;
    if (str_eq(*s, STR("--")) || str_eq(*s, STR("--\r\n")))
        return 0;
    size_t at = 0;
    while (at < s->len && (s->p[at] == ' ' || s->p[at] == '\t'))
        at++;
    if (!str_starts(str_slice(*s, at, s->len), STR("\r\n")))
        return malformed(m, "something beside a delimiter");
    *s = str_slice(*s, at + 2, s->len);
    return 1;
}

/* --- the whole --- */

static bool split_type(str content_type, str *parameters)
{
    str type;
    *parameters = content_type;
    const char *end = content_type.len ? memchr(content_type.p, ';', content_type.len) : NULL;
    type = end ? (str){content_type.p, (size_t)(end - content_type.p)} : content_type;
    *parameters = str_slice(content_type, type.len, content_type.len);
    return str_eq_nocase(str_trim(type), STR("multipart/form-data"));
}

bool multipart_is(str content_type)
{
    str parameters;
    return split_type(content_type, &parameters);
}

static bool is_boundary(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || memchr("'()+_,-./:=? ", c, 13)))
            return false;
    }
    return s.len > 0 && s.len <= BOUNDARY_MAX && s.p[s.len - 1] != ' ';
}

static int find_boundary(struct parsing *m, str content_type)
{
    str parameters, name, value, boundary = STR("");
    if (!split_type(content_type, &parameters))
        return malformed(m, "it is no form with files");
    while (next_parameter(m->arena, &parameters, &name, &value))
        if (str_eq_nocase(name, STR("boundary")) && boundary.len == 0)
            boundary = value;
        else if (!str_eq_nocase(name, STR("charset")))
            return malformed(m, "its delimiter is unclear");
    if (parameters.len || !is_boundary(boundary))
        return malformed(m, "its delimiter is unclear");
    m->delimiter = str_printf(m->arena, "\r\n--%.*s", STR_ARG(boundary));
    return 0;
}

int multipart_parse(struct arena *a, const struct text *text, str content_type, bytes body, struct form *form, struct form_files *files, struct err *err)
{
    struct parsing m = {.arena = a, .text = text, .rest = bytes_str(body), .form = form, .files = files, .err = err};
    struct part part;
    *form = (struct form){.pairs = arena_array(a, struct form_pair, FORM_PAIRS_MAX)};
    *files = (struct form_files){.all = arena_array(a, struct form_file, MULTIPART_FILES_MAX)};
    int r = find_boundary(&m, content_type);
    if (r < 0)
        return r;
    str first = str_slice(m.delimiter, 2, m.delimiter.len); /* before the first delimiter there is no line end */
    if (!str_starts(m.rest, first))
        return malformed(&m, "it does not begin with a delimiter");
    m.rest = str_slice(m.rest, first.len, m.rest.len);
    while ((r = behind_delimiter(&m)) > 0)
        if ((r = take_headers(&m, &part)) < 0 || (r = take_content(&m, &part)) < 0 || (r = keep_part(&m, &part)) < 0)
            return r;
    return r;
}

const struct form_file *form_file(const struct form_files *files, const char *field)
{
    for (size_t i = 0; i < files->n; i++)
        if (str_eq(files->all[i].field, str_from(field)))
            return &files->all[i];
    return NULL;
}
