#include "ground/base/str.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

str str_from(const char *cstr)
{
    return cstr ? (str){cstr, strlen(cstr)} : (str){"", 0};
}

bytes str_bytes(str s)
{
    return (bytes){(const uint8_t *)s.p, s.len};
}

str bytes_str(bytes b)
{
    return (str){(const char *)b.p, b.len};
}

bool str_eq(str a, str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_eq_nocase(str a, str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

int str_cmp(str a, str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.len > b.len) - (a.len < b.len);
}

bool str_starts(str s, str prefix)
{
    return s.len >= prefix.len && str_eq(str_slice(s, 0, prefix.len), prefix);
}

bool str_ends(str s, str suffix)
{
    return s.len >= suffix.len && str_eq(str_slice(s, s.len - suffix.len, s.len), suffix);
}

bool str_contains(str s, str part)
{
    return part.len == 0 || (s.len >= part.len && memmem(s.p, s.len, part.p, part.len));
}

str str_slice(str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from > to)
        from = to;
    return (str){from ? s.p + from : s.p, to - from}; /* the empty str may have no bytes to point into */
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

str str_trim(str s)
{
    while (s.len && is_space(s.p[0])) {
        s.p++;
        s.len--;
    }
    while (s.len && is_space(s.p[s.len - 1]))
        s.len--;
    return s;
}

bool str_split(str *s, char sep, str *head)
{
    if (!s->p)
        return false;
    const char *at = s->len ? memchr(s->p, sep, s->len) : NULL;
    if (at) {
        size_t before = (size_t)(at - s->p);
        *head = (str){s->p, before};
        *s = (str){at + 1, s->len - before - 1};
    } else {
        *head = *s;
        *s = (str){NULL, 0};
    }
    return true;
}

str str_dup(struct arena *a, str s)
{
    char *p = arena_alloc(a, s.len + 1);
    if (s.len)
        memcpy(p, s.p, s.len);
    return (str){p, s.len};
}

bytes bytes_dup(struct arena *a, bytes b)
{
    return str_bytes(str_dup(a, bytes_str(b)));
}

const char *str_c(struct arena *a, str s)
{
    return str_dup(a, s).p;
}

str str_printf(struct arena *a, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    size_t len = n < 0 ? 0 : (size_t)n;
    char *p = arena_alloc(a, len + 1);
    vsnprintf(p, len + 1, fmt, again);
    va_end(again);
    return (str){p, len};
}

str str_lower_ascii(struct arena *a, str s)
{
    char *p = arena_alloc(a, s.len + 1);
    for (size_t i = 0; i < s.len; i++)
        p[i] = lower(s.p[i]);
    return (str){p, s.len};
}

bool str_to_int(str s, int64_t min, int64_t max, int64_t *out)
{
    bool negative = s.len && s.p[0] == '-';
    size_t i = negative;
    if (i == s.len)
        return false;
    int64_t value = 0;
    for (; i < s.len; i++) {
        int digit = s.p[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, negative ? -digit : digit, &value))
            return false;
    }
    if (value < min || value > max)
        return false;
    *out = value;
    return true;
}

bool str_to_double(str s, double *out)
{
    static locale_t c_locale;
    char text[64];
    if (s.len == 0 || s.len >= sizeof text)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!(s.p[i] >= '0' && s.p[i] <= '9') && !strchr("+-.eE", s.p[i]))
            return false;
    memcpy(text, s.p, s.len);
    text[s.len] = 0;
    if (!c_locale)
        c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    char *end;
    double value = strtod_l(text, &end, c_locale);
    if (*end || !isfinite(value))
        return false;
    *out = value;
    return true;
}

uint64_t str_hash(str s)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (uint8_t)s.p[i]) * 0x100000001b3u;
    return h;
}
