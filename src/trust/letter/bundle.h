/* bundle: letters, receipts and positions as one file: what travels on a stick where there is no line.
 *
 *     bundle_create("stick/for-lotus-house.letters", &w, err);
 *     bundle_put_letter(w, line, sealed, path, err);  bundle_put(w, FRAME_RECEIPT, bytes, err);
 *     bundle_finish(w, err);
 *
 *     bundle_open(path, &b, err);                     // is it whole? before anything is done with what it holds
 *     while ((r = bundle_next(b, a, &item, err)) > 0) ...
 *     bundle_close(b);
 *
 * The file: the line "comity-bundle/v1", then records: one byte of kind (letter/frames.h: L, R, P), eight bytes of length
 * (big-endian), the body; at the end a record of kind E whose body is the SHA-256 of everything before it. That finds a stick
 * that was pulled out too early, not one that was forged: letters, receipts and positions carry their own signatures.
 * Of any size in constant memory. Not here: what is in the bodies (letter.h), what becomes of them (post.h).
 */
#ifndef COMITY_LETTER_BUNDLE_H
#define COMITY_LETTER_BUNDLE_H

#include "trust/letter/frames.h"
#include "trust/letter/letter.h"

#define BUNDLE_BODY_MAX (LETTER_INLINE_MAX + LETTER_HEADER_MAX + 1) /* what is read as one piece */

/* --- writing --- */

struct bundle_writer;

/* Writes into path.part until bundle_finish gives it its name. ERR_EXISTS when path is there already. */
MUST_USE int bundle_create(const char *path, struct bundle_writer **out, struct err *err);
MUST_USE int bundle_put(struct bundle_writer *w, enum frame_kind kind, bytes body, struct err *err);
/* line: outer header, without newline; the age file is sealed, or, when sealed.p is NULL, the file at path of exactly size bytes. */
MUST_USE int bundle_put_letter(struct bundle_writer *w, str line, bytes sealed, const char *path, uint64_t size, struct err *err);
/* Durable and named when it returns 0. Frees w in any case. */
MUST_USE int bundle_finish(struct bundle_writer *w, struct err *err);
/* Gives up: removes what was written, frees w. NULL is allowed. */
void bundle_abandon(struct bundle_writer *w);

/* --- reading --- */

struct bundle;

struct bundle_item {
    enum frame_kind kind; /* FRAME_LETTER, FRAME_RECEIPT, FRAME_POSITION */
    bytes body;           /* all of it, or, of a larger letter, its header line and the newline */
    uint64_t sealed_at, sealed_size; /* of a larger letter: where in the file its age file stands; else 0 */
};

/* Reads all of it once: ERR_INPUT when it is not a bundle, is cut off or damaged. */
MUST_USE int bundle_open(const char *path, struct bundle **out, struct err *err);
/* 1: *out is the next, with its bytes from arena; 0: there are no more; or an error. */
MUST_USE int bundle_next(struct bundle *b, struct arena *a, struct bundle_item *out, struct err *err);
/* Up to max bytes of a larger letter's age file from offset on, from arena; shorter at its end. */
MUST_USE int bundle_read_sealed(struct bundle *b, const struct bundle_item *item, uint64_t offset, size_t max, struct arena *a, bytes *out,
                                struct err *err);
void bundle_close(struct bundle *b); /* NULL is allowed */

#endif
