/* frames: several letters, receipts, positions in one request or answer of the line.
 *
 *     struct buf b = buf_new(a);
 *     frame_add(&b, FRAME_RECEIPT, str_bytes(letter_receipt_write(a, &receipt)));
 *     ...
 *     if (frames_read(a, body, POST_BATCH, &frames, &n, err) < 0) ...
 *
 * A frame is one byte of kind, four bytes of length (big-endian), the body. Strict: no unknown kind, nothing left over. What the
 * bodies hold is for others to check (letter.h). Not here: the stick's files (bundle.h).
 */
#ifndef COMITY_LETTER_FRAMES_H
#define COMITY_LETTER_FRAMES_H

#include "ground/base/base.h"

enum frame_kind {
    FRAME_LETTER = 'L',   /* outer header line, newline, and the age file unless it travels in parts */
    FRAME_RECEIPT = 'R',  /* a receipt */
    FRAME_POSITION = 'P', /* a position */
    FRAME_HELD = 'H',     /* empty: came ahead of order and is kept */
    FRAME_STALE = 'S',    /* empty: not of the stream that is live; the position says more */
    FRAME_LATER = 'W',    /* empty: not now, bring it again */
    FRAME_REJECTED = 'X', /* why: nobody's letter, nothing of it is kept */
    FRAME_DIRECT = 'D',   /* empty: nothing needs to be fetched, we reach you ourselves */
};

struct frame { enum frame_kind kind; bytes body; };

void frame_add(struct buf *b, enum frame_kind kind, bytes body); /* body up to 2^32 - 1 bytes */

/* Bodies borrow from in. ERR_INPUT: not frames; ERR_LIMIT: more than max of them. */
MUST_USE int frames_read(struct arena *a, bytes in, size_t max, struct frame **out, size_t *n, struct err *err);

#endif
