#include "ground/base/codec.h"

#include <string.h>

str hex_encode(struct arena *a, bytes b)
{
    static const char digits[] = "0123456789abcdef";
    char *p = arena_alloc(a, b.len * 2 + 1);
    for (size_t i = 0; i < b.len; i++) {
        p[2 * i] = digits[b.p[i] >> 4];
        p[2 * i + 1] = digits[b.p[i] & 15];
    }
    return (str){p, b.len * 2};
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool hex_decode_into(str s, uint8_t *out, size_t len)
{
    if (s.len != len * 2)
        return false;
    for (size_t i = 0; i < len; i++) {
        int high = hex_digit(s.p[2 * i]), low = hex_digit(s.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool hex_decode(struct arena *a, str s, bytes *out)
{
    uint8_t *p = arena_alloc(a, s.len / 2 + 1);
    if (s.len % 2 || !hex_decode_into(s, p, s.len / 2))
        return false;
    *out = (bytes){p, s.len / 2};
    return true;
}

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

str base64_encode(struct arena *a, bytes b)
{
    size_t len = (b.len + 2) / 3 * 4;
    char *p = arena_alloc(a, len + 1), *q = p;
    for (size_t i = 0; i < b.len; i += 3) {
        size_t left = b.len - i;
        uint32_t v = (uint32_t)b.p[i] << 16 | (left > 1 ? (uint32_t)b.p[i + 1] << 8 : 0) | (left > 2 ? b.p[i + 2] : 0);
        *q++ = base64_digits[v >> 18];
        *q++ = base64_digits[v >> 12 & 63];
        *q++ = left > 1 ? base64_digits[v >> 6 & 63] : '=';
        *q++ = left > 2 ? base64_digits[v & 63] : '=';
    }
    return (str){p, len};
}

static int base64_digit(char c)
{
    const char *at = c ? strchr(base64_digits, c) : NULL;
    return at ? (int)(at - base64_digits) : -1;
}

bool base64_decode(struct arena *a, str s, bytes *out)
{
    if (s.len % 4)
        return false;
    uint8_t *p = arena_alloc(a, s.len / 4 * 3 + 1), *q = p;
    for (size_t i = 0; i < s.len; i += 4) {
        bool last = i + 4 == s.len;
        int pad = !last ? 0 : s.p[i + 2] == '=' && s.p[i + 3] == '=' ? 2 : s.p[i + 3] == '=' ? 1 : 0;
        uint32_t v = 0;
        for (int j = 0; j < 4; j++) {
            int digit = j >= 4 - pad ? 0 : base64_digit(s.p[i + (size_t)j]);
            if (digit < 0)
                return false;
            v = v << 6 | (uint32_t)digit;
        }
        if ((pad == 1 && v & 0xff) || (pad == 2 && v & 0xffff))
            return false;
        *q++ = (uint8_t)(v >> 16);
        if (pad < 2)
            *q++ = (uint8_t)(v >> 8);
        if (pad < 1)
            *q++ = (uint8_t)v;
    }
    *out = (bytes){p, (size_t)(q - p)};
    return true;
}

uint16_t get_u16be(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

uint32_t get_u32be(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

uint64_t get_u64be(const uint8_t *p)
{
    return (uint64_t)get_u32be(p) << 32 | get_u32be(p + 4);
}

void put_u16be(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

void put_u32be(uint8_t *p, uint32_t v)
{
    put_u16be(p, (uint16_t)(v >> 16));
    put_u16be(p + 2, (uint16_t)v);
}

void put_u64be(uint8_t *p, uint64_t v)
{
    put_u32be(p, (uint32_t)(v >> 32));
    put_u32be(p + 4, (uint32_t)v);
}

uint32_t get_u32le(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint64_t get_u64le(const uint8_t *p)
{
    return get_u32le(p) | (uint64_t)get_u32le(p + 4) << 32;
}

void put_u32le(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * i);
}

void put_u64le(uint8_t *p, uint64_t v)
{
    put_u32le(p, (uint32_t)v);
    put_u32le(p + 4, (uint32_t)(v >> 32));
}
