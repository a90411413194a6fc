/* html: markup as it is written: text from outside can only enter it escaped.
 *
 * What: what compiled templates (tools/tmplc.c) call. Each function is for one place in markup; the template compiler chooses it by the
 *       place, so nobody has to think of escaping, and nobody can forget it.
 * Why:  a name that somebody typed must never become an element.
 *
 *     struct html o = html_new(arena, words);
 *     html_markup(&o, "<p>");  html_value(&o, person->name);  html_markup(&o, "</p>");
 *     reply->body = buf_bytes(&o.buf);
 *
 * Values are str, C strings and integers. Malformed UTF-8 becomes U+FFFD; control characters and those that turn the direction of
 * text (U+202A-202E, U+2066-2069) become U+FFFD too, so that a name cannot rewrite the line it stands in.
 * Not here: whole pages (src/face/web), markup that is not known at build time: there is no way to write any.
 */
#ifndef COMITY_HTML_H
#define COMITY_HTML_H

#include "ground/base/base.h"
#include "ground/text/catalogue.h"

struct html {
    struct buf buf;
    const struct catalogue *words; /* the language of the page; NULL: as the source has it */
};

struct html html_new(struct arena *a, const struct catalogue *words);

/* Markup: a literal, and nothing else compiles. */
#define html_markup(o, literal) html_raw_literal((o), STR(literal))
void html_raw_literal(struct html *o, str literal);

/* In text and in quoted attribute values: & < > " ' as character references. */
void html_text(struct html *o, str s);
void html_cstr(struct html *o, const char *s); /* NULL writes nothing */
void html_int(struct html *o, int64_t v);
void html_unsigned(struct html *o, uint64_t v);
#define html_value(o, v) \
    _Generic((v), str: html_text, const char *: html_cstr, char *: html_cstr, bool: html_int, signed char: html_int, short: html_int, int: html_int, \
             long: html_int, long long: html_int, unsigned char: html_unsigned, unsigned short: html_unsigned, unsigned: html_unsigned, \
             unsigned long: html_unsigned, unsigned long long: html_unsigned)((o), (v))

/* At the start of an attribute that holds a URL: a path of this site ("/files", not "//host"), "#part", "?query", "https://...",
 * "mailto:" or "tel:"; anything else becomes "#". */
void html_url_text(struct html *o, str s);
void html_url_cstr(struct html *o, const char *s);
#define html_url(o, v) _Generic((v), str: html_url_text, const char *: html_url_cstr, char *: html_url_cstr)((o), (v))
/* Further on in such an attribute: one segment or query value, all but unreserved characters percent-encoded (RFC 3986). */
void html_url_part_text(struct html *o, str s);
void html_url_part_cstr(struct html *o, const char *s);
void html_url_part_int(struct html *o, int64_t v);
#define html_url_part(o, v) \
    _Generic((v), str: html_url_part_text, const char *: html_url_part_cstr, char *: html_url_part_cstr, int: html_url_part_int, \
             unsigned: html_url_part_int, long: html_url_part_int, unsigned long: html_url_part_int, long long: html_url_part_int)((o), (v))

/* A message in the page's language, {name} replaced by the value of that name, escaped. Template: {{_ "Hello {name}" name=v->name}}. */
#define HTML_ARGS_MAX 8
struct html_arg { const char *name; str value; };
void html_message(struct html *o, const char *message, const struct html_arg args[], size_t n);
/* The same with a number: which form is the language's to say. {n} is the number. */
void html_plural(struct html *o, const char *one, const char *many, int64_t number, const struct html_arg args[], size_t n);
/* A message as text, for what is not a template: titles, error texts. From arena of the out's buffer. */
str html_words(struct html *o, const char *message, const struct html_arg args[], size_t n);

/* What a value of any kind looks like as text; from arena. */
str html_str_text(struct arena *a, str s);
str html_str_cstr(struct arena *a, const char *s);
str html_str_int(struct arena *a, int64_t v);
#define html_str(a, v) \
    _Generic((v), str: html_str_text, const char *: html_str_cstr, char *: html_str_cstr, int: html_str_int, unsigned: html_str_int, long: html_str_int, \
             unsigned long: html_str_int, long long: html_str_int)((a), (v))

#endif
