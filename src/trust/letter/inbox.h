/* inbox: the receiving half's own rows. */
#ifndef COMITY_LETTER_INBOX_H
#define COMITY_LETTER_INBOX_H

#include "trust/letter/receive_open.h"

struct inbox_row { /* one letter that was taken in or refused */
    uint8_t partner[ID_LEN], id[ID_LEN], stream[ID_LEN];
    uint8_t digest[HASH_LEN];  /* zeros: of a version we do not speak, nothing of it is known */
    uint8_t previous[HASH_LEN], header_hash[HASH_LEN];
    uint64_t sequence, size;
    int64_t sent_ms, arrived_ms, leaf;
    enum letter_status status;
    str reason, kind;          /* from arena */
    bool has_content, shown;
    struct vault_id content;
};

/* 1 with *out filled, or 0. */
MUST_USE int inbox_find(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t id[static ID_LEN], struct arena *a,
                        struct inbox_row *out, struct err *err);
/* By id alone: the newest of that id. */
MUST_USE int inbox_find_any(struct db *db, const uint8_t id[static ID_LEN], struct arena *a, struct inbox_row *out, struct err *err);
/* The one in a place of a stream. */
MUST_USE int inbox_at(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], uint64_t sequence,
                      struct arena *a, struct inbox_row *out, struct err *err);
/* sealed {NULL, 0}: a file, or not kept. ERR_EXISTS: it came in meanwhile. */
MUST_USE int inbox_put(struct db *db, const struct inbox_row *row, bytes sealed, struct err *err);
/* Takes away a row whose digest is zeros, so that a letter of the same id that can be read takes its place. */
MUST_USE int inbox_forget_unread(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t id[static ID_LEN], struct err *err);
/* Rows from a leaf on, in leaf order, at most max. */
MUST_USE int inbox_from_leaf(struct db *db, const uint8_t partner[static ID_LEN], int64_t leaf, size_t max, struct arena *a,
                             struct inbox_row **out, size_t *n, struct err *err);
/* The age file of an inline letter: 1, or 0 when it is a file or gone. */
MUST_USE int inbox_sealed(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t id[static ID_LEN], struct arena *a, bytes *out,
                          struct err *err);
/* --- attachments, which are files --- */

struct inbox_name { uint8_t partner[ID_LEN], id[ID_LEN]; };
/* Those of letters that were erased or refused, and are still there: at most max. */
MUST_USE int inbox_files_to_drop(struct db *db, size_t max, struct arena *a, struct inbox_name **out, size_t *n, struct err *err);
MUST_USE int inbox_file_gone(struct db *db, const struct inbox_name *name, struct err *err);
/* Does a letter that can be read, or one that is held, rest on the file: 1, or 0. */
MUST_USE int inbox_uses_file(struct db *db, const struct inbox_name *name, struct err *err);
/* How many attachments of a partner are growing in letters/in. (post_in_files.c) */
MUST_USE int post_parts_growing(struct node *node, const uint8_t partner[static ID_LEN], size_t *n, struct err *err);

/* Content and ciphertext leave the row; a file is left to post_files_drop. */
/* Those of a kind whose content is still here, from arena: ids, 16 bytes each. */
MUST_USE int inbox_of_kind(struct db *db, const uint8_t partner[static ID_LEN], str kind, struct arena *a, uint8_t (**out)[ID_LEN], size_t *n, struct err *err);
MUST_USE int inbox_erased(struct db *db, const struct inbox_row *row, struct err *err);
/* The live stream moves on from `from` to s: 1, or 0 when it stood elsewhere (somebody else was faster). */
MUST_USE int inbox_stream_move(struct db *db, const uint8_t partner[static ID_LEN], uint64_t from, const struct post_stream *s, struct err *err);

/* --- letters ahead of order --- */

struct inbox_held { str line; bytes sealed; uint64_t sequence; };
/* 1: kept (or there already); 0: too much is held. */
MUST_USE int inbox_hold(struct db *db, const struct post_coming *c, const uint8_t partner[static ID_LEN], int64_t now_ms, struct err *err);
MUST_USE int inbox_held_count(struct db *db, const uint8_t partner[static ID_LEN], int64_t *n, struct err *err);
/* Those that follow a sequence without a gap, at most max. */
MUST_USE int inbox_held_next(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], uint64_t sequence,
                             size_t max, struct arena *a, struct inbox_held **out, size_t *n, struct err *err);
/* Those up to a sequence of a stream, and all of streams that have ended. */
MUST_USE int inbox_held_drop(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], uint64_t sequence,
                             struct err *err);
/* A stream has begun: what is held of others is no longer waited for. */
MUST_USE int inbox_held_only(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t stream[static ID_LEN], struct err *err);

/* --- receipts (receipts.c) --- */

/* What many receipts have in common: the head of our log and its key; made once a batch. */
struct receipt_maker {
    struct node *node;
    struct arena *arena;
    int64_t size;   /* of the log, to which proofs lead */
    str log_key, checkpoint;
};
MUST_USE int receipt_maker_begin(struct node *node, struct arena *a, struct receipt_maker *m, struct err *err);
MUST_USE int receipt_make(const struct receipt_maker *m, const struct inbox_row *row, struct letter_receipt *out, struct err *err);

#endif
