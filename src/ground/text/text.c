/* text: ICU behind one header. ICU works on UTF-16; names are short, so converting to and fro costs little. */
#include "ground/text/text.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

/* Scripts whose ICU rule reads names well enough; the others have tables of their own in trust/names. */
static const struct {
    uint32_t script;
    const char *id;
} latin_rules[] = {
    {TEXT_SCRIPT('A', 'r', 'm', 'n'), "Armenian-Latin; Latin-ASCII; Lower"},
    {TEXT_SCRIPT('G', 'e', 'o', 'r'), "Georgian-Latin/BGN; Latin-ASCII; Lower"},
    {TEXT_SCRIPT('H', 'i', 'r', 'a'), "Hiragana-Latin; Latin-ASCII; Lower"},
    {TEXT_SCRIPT('K', 'a', 'n', 'a'), "Katakana-Latin; Latin-ASCII; Lower"},
    {TEXT_SCRIPT('D', 'e', 'v', 'a'), "Devanagari-Latin; Latin-ASCII; Lower"},
    {TEXT_SCRIPT('B', 'e', 'n', 'g'), "Bengali-Latin; Latin-ASCII; Lower"},
    {TEXT_SCRIPT('T', 'a', 'm', 'l'), "Tamil-Latin; Latin-ASCII; Lower"},
    {TEXT_SCRIPT('T', 'e', 'l', 'u'), "Telugu-Latin; Latin-ASCII; Lower"},
    {TEXT_SCRIPT('G', 'u', 'j', 'r'), "Gujarati-Latin; Latin-ASCII; Lower"},
    {TEXT_SCRIPT('G', 'u', 'r', 'u'), "Gurmukhi-Latin; Latin-ASCII; Lower"},
    {TEXT_SCRIPT('K', 'n', 'd', 'a'), "Kannada-Latin; Latin-ASCII; Lower"},
    {TEXT_SCRIPT('M', 'l', 'y', 'm'), "Malayalam-Latin; Latin-ASCII; Lower"},
};
#define N_LATIN_RULES (sizeof latin_rules / sizeof latin_rules[0])

struct text {
    const UNormalizer2 *nfc, *nfkc_folded;
    UTransliterator *to_latin[N_LATIN_RULES];
    uint32_t script_code[USCRIPT_CODE_LIMIT]; /* ICU's script number -> ISO 15924 */
};

int text_open(struct text **out, struct err *err)
{
    UErrorCode status = U_ZERO_ERROR;
    struct text *t = mem_calloc(1, sizeof *t);
    t->nfc = unorm2_getNFCInstance(&status);
    t->nfkc_folded = unorm2_getNFKCCasefoldInstance(&status);
    if (U_FAILURE(status)) {
        text_close(t);
        return err_set(err, ERR_IO, "ICU cannot load its normalisation data: %s; reinstall libicu", u_errorName(status));
    }
    for (int i = 0; i < USCRIPT_CODE_LIMIT; i++) {
        const char *s = uscript_getShortName((UScriptCode)i);
        if (s && strlen(s) == 4)
            t->script_code[i] = TEXT_SCRIPT((uint8_t)s[0], (uint8_t)s[1], (uint8_t)s[2], (uint8_t)s[3]);
    }
    for (size_t i = 0; i < N_LATIN_RULES; i++) {
        UChar id[64];
        u_uastrcpy(id, latin_rules[i].id);
        t->to_latin[i] = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
        if (U_FAILURE(status)) {
            text_close(t);
            return err_set(err, ERR_IO, "ICU cannot load the rule \"%s\": %s; reinstall libicu", latin_rules[i].id,
                           u_errorName(status));
        }
    }
    *out = t;
    return 0;
}

void text_close(struct text *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < N_LATIN_RULES; i++)
        if (t->to_latin[i])
            utrans_close(t->to_latin[i]);
    free(t);
}

uint32_t text_next(str s, size_t *at)
{
    uint8_t first = (uint8_t)s.p[*at];
    if (first < 0x80) {
        (*at)++;
        return first;
    }
    int32_t i = 0, len = s.len - *at > 4 ? 4 : (int32_t)(s.len - *at);
    UChar32 c;
    U8_NEXT((const uint8_t *)s.p + *at, i, len, c);
    *at += c < 0 ? 1 : (size_t)i;
    return c < 0 ? 0xFFFD : (uint32_t)c;
}

bool text_utf8_valid(str s)
{
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        if (text_next(s, &at) == 0xFFFD && at - from != 3) /* a real U+FFFD takes three bytes */
            return false;
    }
    return true;
}

void text_put(struct buf *b, uint32_t point)
{
    uint8_t out[4];
    int32_t len = 0;
    if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
        point = 0xFFFD;
    U8_APPEND_UNSAFE(out, len, point);
    buf_add_bytes(b, out, (size_t)len);
}

static UChar *points_to_utf16(struct arena *a, const uint32_t *points, size_t len, int32_t *out_len)
{
    UChar *u = arena_array(a, UChar, 2 * len + 1);
    int32_t n = 0;
    for (size_t i = 0; i < len; i++)
        U16_APPEND_UNSAFE(u, n, points[i]);
    *out_len = n;
    return u;
}

static uint32_t *utf16_to_points(struct arena *a, const UChar *u, int32_t u_len, size_t *len)
{
    uint32_t *points = arena_array(a, uint32_t, (size_t)u_len + 1);
    size_t n = 0;
    for (int32_t i = 0; i < u_len;) {
        UChar32 c;
        U16_NEXT(u, i, u_len, c);
        points[n++] = U_IS_SURROGATE(c) ? 0xFFFD : (uint32_t)c;
    }
    *len = n;
    return points;
}

/* ASCII is in every form already, save for its case. */
static bool ascii_points(str s, enum text_form form, uint32_t *points)
{
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = (uint8_t)s.p[i];
        if (c >= 0x80)
            return false;
        points[i] = form == TEXT_NFKC_FOLDED && c >= 'A' && c <= 'Z' ? c + 32u : c;
    }
    return true;
}

uint32_t *text_points(const struct text *t, struct arena *a, str s, enum text_form form, size_t *len)
{
    uint32_t *points = arena_array(a, uint32_t, s.len + 1);
    if (ascii_points(s, form, points)) {
        *len = s.len;
        return points;
    }
    size_t n = 0;
    for (size_t at = 0; at < s.len;)
        points[n++] = text_next(s, &at);

    int32_t in_len;
    UChar *in = points_to_utf16(a, points, n, &in_len);
    const UNormalizer2 *form_of[] = {[TEXT_NFC] = t->nfc, [TEXT_NFKC_FOLDED] = t->nfkc_folded};
    int32_t cap = 3 * in_len + 16; /* enough for almost all; the second try has what ICU asked for */
    for (int attempt = 0; attempt < 2; attempt++) {
        UErrorCode status = U_ZERO_ERROR;
        UChar *out = arena_array(a, UChar, (size_t)cap);
        int32_t out_len = unorm2_normalize(form_of[form], in, in_len, out, cap, &status);
        if (U_SUCCESS(status))
            return utf16_to_points(a, out, out_len, len);
        cap = out_len + 1;
    }
    *len = n; /* ICU failed for a reason of its own: the text as it came is better than none */
    return points;
}

str text_from_points(struct arena *a, const uint32_t *points, size_t len)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < len; i++)
        text_put(&b, points[i]);
    return str_dup(a, buf_str(&b));
}

str text_nfc(const struct text *t, struct arena *a, str s)
{
    size_t len;
    uint32_t *points = text_points(t, a, s, TEXT_NFC, &len);
    return text_from_points(a, points, len);
}

uint32_t text_script(const struct text *t, uint32_t point)
{
    if (point < 0x80)
        return (point | 32) >= 'a' && (point | 32) <= 'z' ? TEXT_LATIN : TEXT_COMMON;
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode code = uscript_getScript((UChar32)point, &status);
    return U_SUCCESS(status) && code >= 0 && code < USCRIPT_CODE_LIMIT ? t->script_code[code] : TEXT_COMMON;
}

bool text_is_letter(uint32_t point)
{
    return point < 0x80 ? (point | 32) >= 'a' && (point | 32) <= 'z' : (U_GET_GC_MASK((UChar32)point) & U_GC_L_MASK) != 0;
}

bool text_is_mark(uint32_t point)
{
    return point >= 0x300 && (U_GET_GC_MASK((UChar32)point) & U_GC_M_MASK) != 0;
}

bool text_is_space(uint32_t point)
{
    return point < 0x80 ? point == ' ' || (point >= 9 && point <= 13) : u_isUWhiteSpace((UChar32)point);
}

int text_digit(uint32_t point)
{
    return point < 0x80 ? (point >= '0' && point <= '9' ? (int)point - '0' : -1) : u_charDigitValue((UChar32)point);
}

uint32_t text_base(const struct text *t, uint32_t point)
{
    for (int depth = 0; point >= 0x80 && depth < 4; depth++) {
        UChar decomposed[8];
        UErrorCode status = U_ZERO_ERROR;
        int32_t len = unorm2_getRawDecomposition(t->nfc, (UChar32)point, decomposed, 8, &status), i = 0;
        if (len <= 0 || U_FAILURE(status))
            break;
        UChar32 c;
        U16_NEXT(decomposed, i, len, c);
        point = (uint32_t)c;
    }
    return point;
}

str text_to_latin(const struct text *t, struct arena *a, uint32_t script, const uint32_t *points, size_t len)
{
    size_t rule = 0;
    while (rule < N_LATIN_RULES && latin_rules[rule].script != script)
        rule++;
    if (rule == N_LATIN_RULES || len > 4096)
        return (str){"", 0};
    int32_t text_len, cap = (int32_t)len * 8 + 64;
    UChar *in = points_to_utf16(a, points, len, &text_len), *text = arena_array(a, UChar, (size_t)cap);
    u_memcpy(text, in, text_len);
    int32_t limit = text_len;
    UErrorCode status = U_ZERO_ERROR;
    utrans_transUChars(t->to_latin[rule], text, &text_len, cap, 0, &limit, &status);
    if (U_FAILURE(status))
        return (str){"", 0};
    size_t n;
    uint32_t *out = utf16_to_points(a, text, text_len, &n);
    return text_from_points(a, out, n);
}

int text_decode(struct arena *a, const char *charset, bytes in, str *out, struct err *err)
{
    UErrorCode status = U_ZERO_ERROR;
    int result = 0;
    UConverter *from = ucnv_open(charset, &status);
    if (U_FAILURE(status))
        return err_set(err, ERR_INPUT, "the encoding \"%.40s\" is not known; use a name like utf-8, windows-874 or gb18030", charset);
    ucnv_setToUCallBack(from, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);

    struct buf b = buf_new(a);
    const char *at = (const char *)in.p, *end = at + in.len;
    for (bool more = true; more;) {
        UChar chunk[1024], *to = chunk;
        status = U_ZERO_ERROR;
        ucnv_toUnicode(from, &to, chunk + 1024, &at, end, NULL, true, &status);
        more = status == U_BUFFER_OVERFLOW_ERROR;
        if (U_FAILURE(status) && !more) {
            result = err_set(err, ERR_INPUT, "byte %zu is not %.40s; is the file in another encoding?",
                             (size_t)(at - (const char *)in.p), charset);
            goto out;
        }
        char utf8[3 * 1024];
        int32_t utf8_len = 0;
        status = U_ZERO_ERROR;
        u_strToUTF8WithSub(utf8, sizeof utf8, &utf8_len, chunk, (int32_t)(to - chunk), 0xFFFD, NULL, &status);
        buf_add_bytes(&b, utf8, (size_t)utf8_len);
    }
    *out = buf_str(&b);
out:
    ucnv_close(from);
    return result;
}
