/* text: what Unicode knows about letters. The only room that includes ICU.
 *
 * What: UTF-8 checks, normal forms, case folding, scripts, digits, ICU's transliterators, legacy encodings.
 * Why:  names come in every script and every encoding; nobody should carry Unicode's tables twice.
 *
 *     struct text *t;
 *     if (text_open(&t, &err) < 0) ...
 *     size_t len;
 *     uint32_t *points = text_points(t, a, STR("Ｊosé"), TEXT_NFKC_FOLDED, &len);    // j o s é
 *     text_script(t, points[0]) == TEXT_SCRIPT('L', 'a', 't', 'n');
 *
 * A struct text is read-only after text_open and may be shared by threads (transliteration copies what ICU writes to).
 * Not here: what is done with names (trust/names), message catalogues.
 */
#ifndef COMITY_TEXT_H
#define COMITY_TEXT_H

#include "ground/base/base.h"

struct text;

MUST_USE int text_open(struct text **out, struct err *err);
void text_close(struct text *t);

/* Whether s is UTF-8 (RFC 3629: no overlong forms, no surrogates). NUL is allowed. */
bool text_utf8_valid(str s);

/* The next code point of s at *at, which moves on; U+FFFD for a malformed byte (one byte each). *at < s.len. */
uint32_t text_next(str s, size_t *at);
void text_put(struct buf *b, uint32_t point); /* as UTF-8; what is no scalar value becomes U+FFFD */

enum text_form {
    TEXT_NFC,
    TEXT_NFKC_FOLDED, /* compatibility form, full case folding, default ignorables (zero-width and the like) gone */
};

/* The code points of s in the form, from arena; malformed bytes become U+FFFD. */
uint32_t *text_points(const struct text *t, struct arena *a, str s, enum text_form form, size_t *len);
str text_from_points(struct arena *a, const uint32_t *points, size_t len);
str text_nfc(const struct text *t, struct arena *a, str s);

/* ISO 15924 codes as integers. Common and inherited characters give Zyyy and Zinh. */
#define TEXT_SCRIPT(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))
#define TEXT_LATIN TEXT_SCRIPT('L', 'a', 't', 'n')
#define TEXT_COMMON TEXT_SCRIPT('Z', 'y', 'y', 'y')
uint32_t text_script(const struct text *t, uint32_t point);

bool text_is_letter(uint32_t point); /* general categories L* */
bool text_is_mark(uint32_t point);   /* M* */
bool text_is_space(uint32_t point);
int text_digit(uint32_t point);      /* 0-9 for a decimal digit of any script, else -1 */

/* The base letter under a precomposed one (é -> e, ǖ -> u), or point itself. */
uint32_t text_base(const struct text *t, uint32_t point);

/* ICU's rule from a script to ASCII Latin, if it has one: "Armn", "Geor", "Deva", ... Lower case. Empty if there is none. */
str text_to_latin(const struct text *t, struct arena *a, uint32_t script, const uint32_t *points, size_t len);

/* Bytes in a legacy encoding to UTF-8. charset is a name that ICU knows ("windows-874", "gb18030", "utf-16le").
 * ERR_INPUT: unknown name, or bytes that are not of this encoding. */
MUST_USE int text_decode(struct arena *a, const char *charset, bytes in, str *out, struct err *err);

/* "Thailand" for TH, "Khmer" for km, in a language ("en", "km"); the code itself where there is no name. From arena. */
str text_country_name(struct arena *a, const char *language, str code);
str text_language_name(struct arena *a, const char *language, str code);
/* The codes of ISO 3166-1 there are; *codes is static, ended by NULL. */
size_t text_countries(const char *const **codes);

#endif
