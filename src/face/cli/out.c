#include "face/cli/out.h"

#include <assert.h>
#include <math.h>

struct out out_json(struct buf *buf)
{
    return (struct out){.buf = buf};
}

/* Length of the valid UTF-8 sequence at p (RFC 3629: no overlong forms, no surrogates), 0 if there is none. */
static size_t sequence(const uint8_t *p, size_t left)
{
    static const struct { uint8_t low, high, second_low, second_high; size_t len; } forms[] = {
        {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
        if (p[0] < forms[f].low || p[0] > forms[f].high)
            continue;
        if (forms[f].len > left || (forms[f].len > 1 && (p[1] < forms[f].second_low || p[1] > forms[f].second_high)))
            return 0;
        for (size_t i = 2; i < forms[f].len; i++)
            if ((p[i] & 0xc0) != 0x80)
                return 0;
        return forms[f].len;
    }
    return 0;
}

static void quoted(struct buf *b, str s)
{
    buf_byte(b, '"');
    for (size_t i = 0; i < s.len;) {
        const uint8_t *p = (const uint8_t *)s.p + i;
        size_t len = sequence(p, s.len - i);
        if (len == 0)
            buf_add(b, STR("\xef\xbf\xbd")); /* U+FFFD */
        else if (*p == '"' || *p == '\\')
            buf_addf(b, "\\%c", *p);
        else if (*p < 0x20 || *p == 0x7f)
            buf_addf(b, "\\u%04x", *p);
        else
            buf_add_bytes(b, p, len);
        i += len ? len : 1;
    }
    buf_byte(b, '"');
}

static void before_value(struct out *o, const char *key)
{
    assert(o->depth == 0 ? !key : (o->closing[o->depth] == '}') == (key != NULL));
    if (o->begun[o->depth])
        buf_byte(o->buf, ',');
    o->begun[o->depth] = o->depth > 0;
    if (key) {
        quoted(o->buf, str_from(key));
        buf_byte(o->buf, ':');
    }
}

static void after_value(struct out *o)
{
    if (o->depth == 0)
        buf_byte(o->buf, '\n');
}

static void open_level(struct out *o, const char *key, char opening, char closing)
{
    before_value(o, key);
    assert(o->depth < OUT_DEPTH_MAX);
    o->depth++;
    o->closing[o->depth] = closing;
    o->begun[o->depth] = false;
    buf_byte(o->buf, opening);
}

void out_object(struct out *o, const char *key)
{
    open_level(o, key, '{', '}');
}

void out_array(struct out *o, const char *key)
{
    open_level(o, key, '[', ']');
}

void out_end(struct out *o)
{
    assert(o->depth > 0);
    buf_byte(o->buf, o->closing[o->depth--]);
    after_value(o);
}

void out_text(struct out *o, const char *key, str value)
{
    before_value(o, key);
    quoted(o->buf, value);
    after_value(o);
}

void out_int(struct out *o, const char *key, int64_t value)
{
    before_value(o, key);
    buf_addf(o->buf, "%lld", (long long)value);
    after_value(o);
}

void out_double(struct out *o, const char *key, double value, int decimals)
{
    if (!isfinite(value)) {
        out_null(o, key);
        return;
    }
    before_value(o, key);
    buf_addf(o->buf, "%.*f", decimals, value);
    after_value(o);
}

void out_bool(struct out *o, const char *key, bool value)
{
    before_value(o, key);
    buf_add(o->buf, value ? STR("true") : STR("false"));
    after_value(o);
}

void out_null(struct out *o, const char *key)
{
    before_value(o, key);
    buf_add(o->buf, STR("null"));
    after_value(o);
}
