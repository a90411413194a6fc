/* recording_internal: rows of the room's tables, and the hashes of leaves. */
#ifndef COMITY_STATEMENTS_INTERNAL_H
#define COMITY_STATEMENTS_INTERNAL_H

#include "work/statements/statement_copy.h"

#define RECORDING_SEED_LEN 32

struct recording_row {
    struct recording head;
    struct vault_id seed;
    int64_t stored_bytes, leaves, heads;
    bool has_about;
    struct vault_id about;
};
MUST_USE int recording_store_add(struct db *db, const struct recording_row *row, struct err *err);
MUST_USE int recording_store_get(struct db *db, const uint8_t id[static ID_LEN], struct arena *a, struct recording_row *row, struct err *err); /* ERR_NOT_FOUND */
MUST_USE int recording_store_of(struct db *db, const uint8_t file[static ID_LEN], struct arena *a, struct recording **out, size_t *n, struct err *err);
/* A chunk behind those that are there: 1; 0 when another one has come first. */
MUST_USE int recording_store_append(struct db *db, const struct recording_row *row, const struct recording_place *place, int64_t media_len, struct err *err);
MUST_USE int recording_store_places(struct db *db, const uint8_t id[static ID_LEN], int64_t from, size_t max, struct arena *a, struct recording_place **out,
                                    size_t *n, struct err *err);
/* The first chunk of each session behind one (-1: of all), in their order: at most max. */
struct recording_first { int64_t session, sequence; };
MUST_USE int recording_store_firsts(struct db *db, const uint8_t id[static ID_LEN], int64_t behind, struct recording_first out[], size_t max, size_t *n,
                                    struct err *err);
/* words NULL: none. */
MUST_USE int recording_store_mark(struct db *db, const uint8_t id[static ID_LEN], int64_t number, const struct recording_mark *mark,
                                  const struct vault_id *words, struct err *err);
MUST_USE int recording_store_mark_count(struct db *db, const uint8_t id[static ID_LEN], int64_t *n, struct err *err);
struct recording_mark_row { struct recording_mark mark; bool has_words; struct vault_id words; };
MUST_USE int recording_store_marks(struct db *db, const uint8_t id[static ID_LEN], int64_t from, size_t max, struct arena *a, struct recording_mark_row **out,
                                   size_t *n, struct err *err);
/* With its chunks, marks and what says that it was given; what is sealed of them is erased before. */
MUST_USE int recording_store_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err);
MUST_USE int recording_store_seal(struct db *db, const struct recording_row *row, struct err *err);

/* Pure: the salt of a leaf, and the leaf's hash: SHA-256(0x00 || salt || kind || content). */
#define STATEMENT_SALT_LEN 16
void statement_salt(uint8_t salt[static STATEMENT_SALT_LEN], const uint8_t seed[static RECORDING_SEED_LEN], enum statement_leaf kind, int64_t number);
void statement_leaf_hash(uint8_t hash[static HASH_LEN], const uint8_t salt[static STATEMENT_SALT_LEN], enum statement_leaf kind, bytes content);
/* Of a chunk: its content is at_ms, session, and the media. */
void statement_chunk_hash(uint8_t hash[static HASH_LEN], const uint8_t salt[static STATEMENT_SALT_LEN], int64_t at_ms, int64_t session, bytes media);
/* The bytes of a mark's leaf: one line of JSON, from arena. */
str statement_mark_text(struct arena *a, const struct recording_mark *mark);

/* The spans of a cut, as the member left_out. */
struct json;
void statement_spans_put(struct json *o, const struct statement_cut *cut);
MUST_USE int statement_spans_get(struct arena *a, const struct json *o, struct statement_cut *cut, struct err *err);

/* As if the header had come and held: for the fuzzer, which cannot sign. h is borrowed. */
void statement_check_expect(struct statement_check *c, const struct statement_header *h);

/* Whoever reads all of a recording reads it page by page: what is in memory does not grow with its length. */
#define RECORDING_PAGE 32
/* As recording_marks, those with the numbers from .. from + max - 1. */
MUST_USE int recording_marks_page(struct node *node, const uint8_t id[static ID_LEN], int64_t from, size_t max, struct arena *a, struct recording_mark **out,
                                  size_t *n, struct err *err);
/* The media headers of the sessions, in their order, one at a time. Begin with {.node, .id}; next: 1, and head lives until the next one; 0: there are no
 * more; end in any case. */
struct recording_heads {
    struct node *node;
    const uint8_t *id;
    struct arena *arena;
    int fd;
    struct recording_first firsts[RECORDING_PAGE];
    size_t n, at;
    int64_t behind;
};
void recording_heads_begin(struct recording_heads *h, struct node *node, const uint8_t *id);
MUST_USE int recording_heads_next(struct recording_heads *h, bytes *head, struct err *err);
void recording_heads_end(struct recording_heads *h);

MUST_USE int recording_seed(struct node *node, const struct recording_row *row, struct arena *a, uint8_t seed[static RECORDING_SEED_LEN], struct err *err);

#endif
