/* buf: bytes that grow, from an arena.
 *
 *     struct buf b = buf_new(a);
 *     buf_addf(&b, "%d of %d", done, total);
 *     return buf_str(&b);
 */
#ifndef COMITY_BASE_BUF_H
#define COMITY_BASE_BUF_H

#include "ground/base/str.h"

struct buf {
    struct arena *arena;
    char *p;
    size_t len, cap;
};

struct buf buf_new(struct arena *a);
void buf_add(struct buf *b, str s);
void buf_add_bytes(struct buf *b, const void *p, size_t len);
void buf_byte(struct buf *b, char c);
void buf_u16(struct buf *b, uint16_t v); /* integers are written big-endian throughout Comity's own formats */
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
str buf_str(struct buf *b);     /* borrows until the next add; NUL-terminated, the NUL not counted */
bytes buf_bytes(struct buf *b); /* the same as bytes */

/* reader: the other way round. Every take checks the length; after one failure all further takes fail (ok = false). */
struct reader {
    const uint8_t *p, *end;
    bool ok;
};

struct reader reader_new(bytes b);
uint8_t reader_u8(struct reader *r);
uint16_t reader_u16(struct reader *r);
uint32_t reader_u32(struct reader *r);
uint64_t reader_u64(struct reader *r);
bytes reader_take(struct reader *r, size_t len); /* borrows from the input */
bool reader_done(const struct reader *r);        /* ok and nothing left */

#endif
