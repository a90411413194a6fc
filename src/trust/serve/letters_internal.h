/* letters_internal: what both halves of the line share. Private to trust/serve. */
#ifndef COMITY_SERVE_LETTERS_INTERNAL_H
#define COMITY_SERVE_LETTERS_INTERNAL_H

#include "trust/letter/frames.h"
#include "trust/serve/letters.h"

/* The letters that go together into one request of about body_max bytes: at least one; a large one goes alone. */
size_t letters_pick(const struct post_out due[], size_t n, size_t body_max);
/* As they travel: header line, newline, age file; of a large one the header line alone. */
void letters_frames(struct buf *b, struct arena *a, const struct post_out out[], size_t n);
/* Our position and, for each letter that came, what became of it. */
void letters_answer_frames(struct buf *b, struct arena *a, const struct post_answer answers[], size_t n);
/* Letters of frames that are all letters; ERR_INPUT else, or when there is none. From arena. */
MUST_USE int letters_of_frames(struct arena *a, const struct frame frames[], size_t n, bytes **out, struct err *err);

/* What stood in an answer. */
struct letters_taken {
    size_t settled, held, later; /* receipts; letters kept ahead of order, or of another stream; to be brought again */
    const char *rejected;        /* why a letter of ours was no letter there, or NULL; from arena */
};

/* Takes in an answer, or what a partner that fetched sends: positions, receipts and what became of the others. */
MUST_USE int letters_take(struct node *node, const struct post_kinds *kinds, const struct partner *from, bytes body, int64_t now_ms,
                          struct arena *a, struct letters_taken *taken, struct err *err);

/* Up to max bytes of a file from offset on; shorter at its end. From arena. */
MUST_USE int letters_read_part(struct arena *a, const char *path, uint64_t offset, size_t max, bytes *out, struct err *err);

#endif
