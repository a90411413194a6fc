#include "trust/letter/frames.h"

#include <string.h>

void frame_add(struct buf *b, enum frame_kind kind, bytes body)
{
    buf_byte(b, (char)kind);
    buf_u32(b, (uint32_t)body.len);
    buf_add_bytes(b, body.p, body.len);
}

int frames_read(struct arena *a, bytes in, size_t max, struct frame **out, size_t *n, struct err *err)
{
    static const char known[] = {FRAME_LETTER, FRAME_RECEIPT, FRAME_POSITION, FRAME_HELD, FRAME_STALE,
                                 FRAME_LATER, FRAME_REJECTED, FRAME_DIRECT};
    struct reader r = reader_new(in);
    size_t count = 0;
    *out = arena_array(a, struct frame, max + 1);
    while (r.p < r.end) {
        uint8_t kind = reader_u8(&r);
        uint32_t len = reader_u32(&r);
        bytes body = reader_take(&r, len);
        if (!r.ok)
            return err_set(err, ERR_INPUT, "frame %zu is cut off", count + 1);
        if (!memchr(known, kind, sizeof known))
            return err_set(err, ERR_INPUT, "frame %zu is of a kind that is not known", count + 1);
        if (count == max)
            return err_set(err, ERR_LIMIT, "more than %zu frames", max);
        (*out)[count++] = (struct frame){(enum frame_kind)kind, body};
    }
    *n = count;
    return 0;
}
