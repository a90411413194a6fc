/* statement_copy: a statement as others receive it, whole or in part, and the proof that it is what was sealed.
 *
 * What: the file: a first line, a header of one line of JSON, then one frame for each leaf of the tree in its order: what it holds, or only its
 *       hash where it was left out. Written piece by piece, read piece by piece, in constant memory.
 * Why:  an excerpt or a redaction proves itself against the one root as the whole does; nothing has to be believed.
 *
 *     comity-statement 1\n
 *     {"id":"..", .. ,"signature":".."}\n
 *     h kind(1) salt(16) length(4) content      a leaf that is held; integers are big-endian
 *     x hash(32)                                a leaf that was left out
 *
 * Order of leaves: about; for each session the media header (WebM up to its first cluster); marks; chunks. A chunk's content is at_ms(8) session(8)
 * media. Writing: statement_copy_open and _next, within an act of the caller's. Checking: statement_check_*, pure. Not here: who may have a copy.
 */
#ifndef COMITY_STATEMENTS_COPY_H
#define COMITY_STATEMENTS_COPY_H

#include "work/statements/statement.h"

#define STATEMENT_HEADER_MAX (256 * 1024)
#define STATEMENT_CUTS_MAX 1000
#define STATEMENT_WHY_MAX 500 /* bytes */
#define STATEMENT_CHUNK_HEAD 16

struct statement_header {
    uint8_t id[ID_LEN], agency[ID_LEN];
    bool has_recipient;
    uint8_t recipient[ID_LEN];
    uint8_t root[HASH_LEN];
    int64_t leaves, heads, marks, chunks; /* leaves = 1 + heads + marks + chunks */
    int64_t held;                /* leaves that this copy holds */
    uint8_t map[HASH_LEN];       /* SHA-256 of a byte for each leaf, 'h' or 'x': so that nobody on the way leaves out more */
    int64_t length_ms, sealed_ms, made_ms, leaf_index;
    str type, log_key;
    bytes leaf, opening; /* of the log: the leaf, and the detail that it commits to */
    str proof;           /* C2SP tlog-proof that the leaf is in the log */
    struct statement_cut cut;
    uint8_t signature[SIGNATURE_LEN]; /* of the agency, label "statement", over all of the above */
};
bytes statement_header_canonical(struct arena *a, const struct statement_header *h);
str statement_header_write(struct arena *a, const struct statement_header *h); /* one line, without its newline */
/* Strict and exact: there is one way to write a header. */
MUST_USE int statement_header_read(struct arena *a, bytes line, struct statement_header *out, struct err *err);
/* The header alone, offline: signature, the leaf's commitment to the root, the proof in the log. agency_key NULL: by the log key only, as it says itself. */
MUST_USE int statement_header_verify(struct arena *a, const struct statement_header *h, const uint8_t *agency_key, struct err *err);

/* --- writing --- */

struct statement_copy;
/* cut NULL: everything. recipient NULL: for nobody in particular. Within an act of the caller's; the copy is read later, outside of it. node's
 * database is used from the thread that calls _next. ERR_DENIED: not sealed. */
MUST_USE int statement_copy_open(struct node *node, const uint8_t recording[static ID_LEN], const struct statement_cut *cut, const uint8_t *recipient,
                                 int64_t now_ms, struct statement_copy **out, struct err *err);
const struct statement_header *statement_copy_header(const struct statement_copy *c);
uint64_t statement_copy_size(const struct statement_copy *c); /* bytes in all */
/* The next piece, which lives until the next call; empty at the end. */
MUST_USE int statement_copy_next(struct statement_copy *c, bytes *piece, struct err *err);
void statement_copy_close(struct statement_copy *c); /* NULL is allowed */

/* --- reading --- */

/* A leaf that is held, once its hash is known to be of the frame; whether the frame belongs to the root is known at the end alone. */
struct statement_piece { enum statement_leaf kind; int64_t number, at_ms, session; bytes content; /* of a chunk: the media */ };
typedef int (*statement_piece_fn)(void *arg, const struct statement_header *h, const struct statement_piece *piece, struct err *err);

struct statement_check;
/* fn may be NULL; a negative result of it ends the reading with that result. agency_key as in statement_header_verify; borrowed. */
struct statement_check *statement_check_new(const uint8_t *agency_key, statement_piece_fn fn, void *arg);
/* Bytes in any pieces. ERR_INPUT, ERR_LIMIT, ERR_CRYPTO say what does not hold. */
MUST_USE int statement_check_add(struct statement_check *c, bytes data, struct err *err);
/* Behind the last byte: everything was there, and the root is the one. */
MUST_USE int statement_check_end(struct statement_check *c, struct err *err);
const struct statement_header *statement_check_header(const struct statement_check *c); /* NULL before it was read */
int64_t statement_check_held(const struct statement_check *c);  /* leaves that were held so far */
/* For an excerpt's first chunk: how much of it lies in front of its first cluster of WebM (all, when there is none). */
size_t statement_head_len(bytes media);
void statement_check_free(struct statement_check *c); /* NULL is allowed */

#endif
