/* out: markup as it is written: text from outside can only enter it escaped.
 *
 * What: what compiled templates (tools/tmplc.c) call. Each function is for one place in markup; the template compiler chooses it by the
 *       place, so nobody has to think of escaping, and nobody can forget it.
 * Why:  a name that somebody typed must never become an element.
 *
 *     struct out o = out_new(arena, words);
 *     out_markup(&o, "<p>");  out_value(&o, person->name);  out_markup(&o, "</p>");
 *     reply->body = buf_bytes(&o.buf);
 *
 * Values are str, C strings and integers. Malformed UTF-8 becomes U+FFFD; control characters and those that turn the direction of
 * text (U+202A-202E, U+2066-2069) become U+FFFD too, so that a name cannot rewrite the line it stands in.
 * Not here: whole pages (src/face/web), markup that is not known at build time: there is no way to write any.
 */
#ifndef COMITY_HTML_OUT_H
#define COMITY_HTML_OUT_H

#include "ground/base/base.h"
#include "ground/text/catalogue.h"

struct out {
    struct buf buf;
    const struct catalogue *words; /* the language of the page; NULL: as the source has it */
};

struct out out_new(struct arena *a, const struct catalogue *words);

/* Markup: a literal, and nothing else compiles. */
#define out_markup(o, literal) out_raw_literal((o), STR(literal))
void out_raw_literal(struct out *o, str literal);

/* In text and in quoted attribute values: & < > " ' as character references. */
void out_text(struct out *o, str s);
void out_cstr(struct out *o, const char *s); /* NULL writes nothing */
void out_int(struct out *o, int64_t v);
void out_unsigned(struct out *o, uint64_t v);
#define out_value(o, v) \
    _Generic((v), str: out_text, const char *: out_cstr, char *: out_cstr, bool: out_int, signed char: out_int, short: out_int, int: out_int, \
             long: out_int, long long: out_int, unsigned char: out_unsigned, unsigned short: out_unsigned, unsigned: out_unsigned, \
             unsigned long: out_unsigned, unsigned long long: out_unsigned)((o), (v))

/* At the start of an attribute that holds a URL: a path of this site ("/files", not "//host"), "#part", "?query", "https://...",
 * "mailto:" or "tel:"; anything else becomes "#". */
void out_url_text(struct out *o, str s);
void out_url_cstr(struct out *o, const char *s);
#define out_url(o, v) _Generic((v), str: out_url_text, const char *: out_url_cstr, char *: out_url_cstr)((o), (v))
/* Further on in such an attribute: one segment or query value, all but unreserved characters percent-encoded (RFC 3986). */
void out_url_part_text(struct out *o, str s);
void out_url_part_cstr(struct out *o, const char *s);
void out_url_part_int(struct out *o, int64_t v);
#define out_url_part(o, v) \
    _Generic((v), str: out_url_part_text, const char *: out_url_part_cstr, char *: out_url_part_cstr, int: out_url_part_int, \
             unsigned: out_url_part_int, long: out_url_part_int, unsigned long: out_url_part_int, long long: out_url_part_int)((o), (v))

/* A message in the page's language, {name} replaced by the value of that name, escaped. Template: {{_ "Hello {name}" name=v->name}}. */
#define OUT_ARGS_MAX 8
struct out_arg { const char *name; str value; };
void out_message(struct out *o, const char *message, const struct out_arg args[], size_t n);
/* The same with a number: which form is the language's to say. {n} is the number. */
void out_plural(struct out *o, const char *one, const char *many, int64_t number, const struct out_arg args[], size_t n);
/* A message as text, for what is not a template: titles, error texts. From arena of the out's buffer. */
str out_words(struct out *o, const char *message, const struct out_arg args[], size_t n);

/* What a value of any kind looks like as text; from arena. */
str out_str_text(struct arena *a, str s);
str out_str_cstr(struct arena *a, const char *s);
str out_str_int(struct arena *a, int64_t v);
#define out_str(a, v) \
    _Generic((v), str: out_str_text, const char *: out_str_cstr, char *: out_str_cstr, int: out_str_int, unsigned: out_str_int, long: out_str_int, \
             unsigned long: out_str_int, long long: out_str_int)((a), (v))

#endif
