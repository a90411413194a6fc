#include "ground/base/buf.h"

#include <stdio.h>
#include <string.h>

#include "ground/base/codec.h"

struct buf buf_new(struct arena *a)
{
    return (struct buf){.arena = a};
}

static void reserve(struct buf *b, size_t more)
{
    size_t need;
    if (__builtin_add_overflow(b->len, more, &need) || __builtin_add_overflow(need, 1, &need))
        need = SIZE_MAX; /* arena_grow ends the process with a sentence */
    if (need <= b->cap)
        return;
    size_t cap = b->cap < 64 ? 64 : b->cap;
    while (cap < need)
        cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    b->p = arena_grow(b->arena, b->p, b->cap, cap);
    b->cap = cap;
}

void buf_add_bytes(struct buf *b, const void *p, size_t len)
{
    reserve(b, len);
    if (len)
        memcpy(b->p + b->len, p, len);
    b->len += len;
}

void buf_add(struct buf *b, str s)
{
    buf_add_bytes(b, s.p, s.len);
}

void buf_byte(struct buf *b, char c)
{
    buf_add_bytes(b, &c, 1);
}

void buf_u16(struct buf *b, uint16_t v)
{
    uint8_t be[2];
    put_u16be(be, v);
    buf_add_bytes(b, be, sizeof be);
}

void buf_u32(struct buf *b, uint32_t v)
{
    uint8_t be[4];
    put_u32be(be, v);
    buf_add_bytes(b, be, sizeof be);
}

void buf_u64(struct buf *b, uint64_t v)
{
    uint8_t be[8];
    put_u64be(be, v);
    buf_add_bytes(b, be, sizeof be);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    reserve(b, 0);
    size_t room = b->cap - b->len; /* mostly enough, so that it is formatted once */
    int n = vsnprintf(b->p + b->len, room, fmt, args);
    va_end(args);
    size_t len = n < 0 ? 0 : (size_t)n;
    if (len >= room) {
        reserve(b, len);
        vsnprintf(b->p + b->len, len + 1, fmt, again);
    }
    va_end(again);
    b->len += len;
}

str buf_str(struct buf *b)
{
    reserve(b, 0);
    b->p[b->len] = 0;
    return (str){b->p, b->len};
}

bytes buf_bytes(struct buf *b)
{
    return str_bytes(buf_str(b));
}

struct reader reader_new(bytes b)
{
    return (struct reader){.p = b.p, .end = b.len > 0 ? b.p + b.len : b.p, .ok = true}; /* nothing may lie nowhere */
}

bytes reader_take(struct reader *r, size_t len)
{
    if (!r->ok || (size_t)(r->end - r->p) < len) {
        r->ok = false;
        return (bytes){NULL, 0};
    }
    bytes taken = {r->p, len};
    r->p += len;
    return taken;
}

uint8_t reader_u8(struct reader *r)
{
    bytes b = reader_take(r, 1);
    return b.p ? b.p[0] : 0;
}

uint16_t reader_u16(struct reader *r)
{
    bytes b = reader_take(r, 2);
    return b.p ? get_u16be(b.p) : 0;
}

uint32_t reader_u32(struct reader *r)
{
    bytes b = reader_take(r, 4);
    return b.p ? get_u32be(b.p) : 0;
}

uint64_t reader_u64(struct reader *r)
{
    bytes b = reader_take(r, 8);
    return b.p ? get_u64be(b.p) : 0;
}

bool reader_done(const struct reader *r)
{
    return r->ok && r->p == r->end;
}
