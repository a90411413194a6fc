/* post_out: the sending half's own: making headers and files, its rows. */
#ifndef COMITY_POST_OUT_H
#define COMITY_POST_OUT_H

#include "ground/crypto/age.h"
#include "trust/letter/post_internal.h"

#define POST_PART_SUFFIX ".part"
#define POST_OUT_VOID 3 /* status of a row beside enum letter_status: the partner lost the letter and it is no longer kept here */

/* Would letter_send take a letter of this kind for the partner now? Else as there. */
MUST_USE int post_may_send(const struct partner *to, const struct letter *l, int64_t now_ms, struct err *err);
void post_fresh_id(int64_t now_ms, uint8_t id[static ID_LEN]);
/* The inner header of a letter and its line; ERR_INPUT or ERR_LIMIT when a recipient would refuse it. */
MUST_USE int post_content_of(const struct node *node, const struct partner *to, const struct letter *l, const uint8_t id[static ID_LEN],
                             uint64_t payload_size, struct arena *a, struct letter_content *out, str *line, struct err *err);
/* Gives a header the next place in the stream, signs it, moves *s on. The caller stores both. */
MUST_USE int post_place(const struct node *node, struct post_stream *s, struct letter_header *h, struct arena *a, str *line, struct err *err);
/* A new live outgoing stream that goes on from where the recipient stands: the hash of that header. */
MUST_USE int post_stream_new(struct node *node, const uint8_t partner[static ID_LEN], const uint8_t from[static HASH_LEN], int64_t now_ms,
                             struct post_stream *s, struct err *err);
extern const uint8_t post_nowhere[HASH_LEN]; /* zeros: it follows no stream, or we do not know which */

/* What a partner is known to have lost of our letters: those that it accepted in one of our streams behind a place, and in all
 * streams since. */
struct post_lost {
    int64_t begun_ms; /* of that stream; INT64_MAX: nothing is lost; 0: everything */
    uint64_t after;   /* the place in it */
    const uint8_t *from; /* the header where the partner stands: the new stream goes on from it */
    bool kept_only;   /* what is no longer kept is left as it is: perhaps it was not lost */
};
/* Within an act: a new stream with the letters that wait or were lost, in their order, and void letters for those that are no
 * longer kept. (post_restart.c) */
MUST_USE int post_restart(struct node *node, const struct partner *to, const struct post_lost *lost, int64_t now_ms, size_t *again, size_t *gone,
                          struct err *err);

/* --- post_out_store.c --- */

struct post_row { /* of the outbox */
    uint8_t id[ID_LEN], partner[ID_LEN];
    uint64_t sequence;
    str kind, header, receipt; /* from arena */
    int64_t status;
    bool inlined, kept;        /* the age file is in the row; is still there at all */
};

/* sealed empty: it is the file. */
MUST_USE int post_store_out_put(struct db *db, const struct letter_header *h, str kind, str line, bytes sealed, struct err *err);
/* 1, or 0. */
MUST_USE int post_store_out_find(struct db *db, const uint8_t id[static ID_LEN], struct arena *a, struct post_row *out, struct err *err);
/* The header line in a place of a stream: 1, or 0. */
MUST_USE int post_store_out_at(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], uint64_t sequence,
                               struct arena *a, str *header, struct err *err);
/* Rows without a receipt, from sequence on, in order, with what travels. */
MUST_USE int post_store_out_due(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], uint64_t from_sequence,
                                size_t max, struct arena *a, struct post_out **out, size_t *n, struct err *err);
/* One of them: 1, or 0. */
MUST_USE int post_store_out_due_find(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t id[static ID_LEN], struct arena *a,
                                     struct post_out *out, struct err *err);
/* Rows of a stream behind a sequence, in order, that wait, or were accepted behind lost_after; at most max, without the age files. */
MUST_USE int post_store_out_behind(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], uint64_t sequence,
                                   uint64_t lost_after, size_t max, struct arena *a, struct post_row **out, size_t *n, struct err *err);
/* Was anything accepted that would be lost: 1, or 0. */
MUST_USE int post_store_out_lost(struct db *db, const uint8_t partner[static ID_LEN], const struct post_lost *lost, struct err *err);
/* Is the next place a letter that was refused or is void, which the recipient will not pass, and do others wait behind it: 1, or 0. */
MUST_USE int post_store_out_blocked(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], uint64_t sequence,
                                    struct err *err);
/* A row takes another place, and waits again. */
MUST_USE int post_store_out_move(struct db *db, const struct letter_header *h, str line, struct err *err);
MUST_USE int post_store_out_void(struct db *db, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err);
/* Its receipt; text is what letter_receipt_write gives. */
MUST_USE int post_store_out_settle(struct db *db, const struct letter_receipt *r, str text, int64_t now_ms, struct err *err);
/* A letter that this node wrote and forgot (a restored backup): known by its receipt only. */
MUST_USE int post_store_out_recovered(struct db *db, const struct letter_receipt *r, str text, int64_t now_ms, struct err *err);
/* The newest receipt from a partner, and 1; or 0. */
MUST_USE int post_store_out_newest(struct db *db, const uint8_t partner[static ID_LEN], struct arena *a, str *receipt, struct err *err);

/* Drops the ciphertext of at most max letters whose receipt came before this time; their ids, for the files. */
MUST_USE int post_store_out_forget(struct db *db, int64_t settled_before_ms, uint8_t ids[][ID_LEN], size_t max, size_t *n, struct err *err);
/* Does a letter rest on the file of this id: 1, or 0. */
MUST_USE int post_store_out_uses_file(struct db *db, const uint8_t id[static ID_LEN], struct err *err);
/* Letters to a partner that wait as files. */
MUST_USE int post_store_out_files(struct db *db, const uint8_t partner[static ID_LEN], struct arena *a, struct post_row **out, size_t *n,
                                  struct err *err);

#endif
