/* search_internal: how the files of local search share the work. Nobody else includes it.
 *
 *     search_terms.c    a record, or a query, becomes terms: keyed hashes of folded features
 *     search_segment.c  reading a segment: pages are unsealed as they are touched
 *     search_build.c    writing a segment from sorted (term, ordinal) pairs; merging segments
 *     search_folder.c   the folder: manifest, lock, writer, rebuild, forget
 *     search.c          the query: weigh, pick candidates, open them, rank them
 *
 * A segment file, integers big-endian:
 *     magic 16 | salt 16 | page 0 | page 1 | ...        page: XChaCha20-Poly1305 of 4056 bytes, associated data salt || number
 *     page 0:  meta: records, terms, where the parts begin, pages of the file
 *     page 1.. one stream of bytes:
 *        ids       16 bytes a record; a record's ordinal is its place here
 *        postings  for each term its ordinals, ascending, differences as base-128 varints
 *        terms     ascending, 18 bytes each: term 8, count 4, place of its postings 6 (the ordinal itself when count is 1)
 */
#ifndef COMITY_MATCH_SEARCH_INTERNAL_H
#define COMITY_MATCH_SEARCH_INTERNAL_H

#include "trust/match/search.h"

/* Terms */

struct search_vocabulary {
    const struct names *names;
    uint8_t key[SHORT_HASH_KEY_LEN]; /* not secret from this process; unknown to whoever sends names in */
};

#define SEARCH_TERMS_MAX 384 /* of one record */
#define SEARCH_WANTS_MAX 128 /* of one query */

MUST_USE int search_vocabulary_open(struct search_vocabulary *v, const struct keyring *keys, const struct names *names, struct err *err);

/* Fills out with the distinct terms of a record. */
size_t search_record_terms(const struct search_vocabulary *v, struct arena *scratch, const struct identity *who, uint64_t out[SEARCH_TERMS_MAX]);

struct search_want {
    uint64_t term;
    uint16_t weight;
};

#define SEARCH_NUMBERS_MAX 16

struct search_query {
    struct name name;      /* what is neither number nor date, in full */
    struct name_forms forms;
    str last_word;         /* of the name, when it may be unfinished; else empty */
    struct name_forms last_forms;
    str before_last;       /* the name without it */
    struct date dates[SEARCH_NUMBERS_MAX]; /* all readings: 3/5/1990 gives two */
    size_t n_dates;
    str documents[SEARCH_NUMBERS_MAX];     /* normalised */
    size_t n_documents;
    str phones[SEARCH_NUMBERS_MAX];        /* tails */
    size_t n_phones;
    struct search_want wants[SEARCH_WANTS_MAX];
    size_t n_wants;
};

/* Parses a query. Strings from arena. */
void search_query_parse(const struct search_vocabulary *v, struct arena *a, str text, struct search_query *out);

/* Segments */

#define SEGMENT_SALT_LEN 16
#define SEGMENT_NAME_MAX 64
#define SEGMENT_MAGIC "comity search 1\n"
#define SEGMENT_HEAD_LEN (16 + SEGMENT_SALT_LEN)
#define SEGMENT_PAGE_LEN 4096
#define SEGMENT_PAYLOAD (SEGMENT_PAGE_LEN - SEAL_OVERHEAD)
#define SEGMENT_TERM_LEN 18
#define SEGMENT_META_LEN 48
#define SEGMENT_AD_LEN (SEGMENT_SALT_LEN + 8)

struct segment {
    uint8_t salt[SEGMENT_SALT_LEN];
    const char *path; /* from mem_alloc */
    const uint8_t *map;
    size_t map_len;
    uint8_t *key; /* secret memory */
    uint64_t n_pages, n_records, n_terms;
    uint64_t postings_at, terms_at, end; /* places in the stream; ids begin at 0 */
};

/* A place in the stream, with the page it stands on unsealed. */
struct stream {
    const struct segment *segment;
    uint64_t at;
    uint64_t page; /* 0: none */
    uint8_t payload[SEGMENT_PAYLOAD];
};

struct postings {
    uint64_t at;       /* in the stream; the ordinal when count is 1 */
    uint32_t count;
};

void segment_name(char name[static SEGMENT_NAME_MAX], const uint8_t salt[static SEGMENT_SALT_LEN]); /* "3f..9a.seg" */
/* *key is in secret memory; free it also after an error. */
MUST_USE int segment_key(const struct keyring *keys, const uint8_t salt[static SEGMENT_SALT_LEN], uint8_t **key, struct err *err);
void segment_page_ad(uint8_t ad[static SEGMENT_AD_LEN], const uint8_t salt[static SEGMENT_SALT_LEN], uint64_t page);

/* ERR_NOT_FOUND, ERR_CORRUPT, ERR_IO. */
MUST_USE int segment_open(const char *path, const uint8_t salt[static SEGMENT_SALT_LEN], const struct keyring *keys, struct segment **out, struct err *err);
void segment_close(struct segment *s);

void stream_at(struct stream *st, const struct segment *s, uint64_t at);
MUST_USE int stream_read(struct stream *st, uint8_t *out, size_t len, struct err *err);
/* the next ordinal behind before (-1: the first); ERR_CORRUPT when it does not ascend or is none of the segment's */
MUST_USE int stream_ordinal(struct stream *st, int64_t before, uint32_t *ordinal, struct err *err);

/* Entry i of the terms. */
MUST_USE int segment_term(struct stream *st, const struct segment *s, uint64_t i, uint64_t *term, struct postings *p, struct err *err);
/* 1 found, 0 not. */
MUST_USE int segment_find(struct stream *st, const struct segment *s, uint64_t term, struct postings *p, struct err *err);
MUST_USE int segment_record(struct stream *st, const struct segment *s, uint32_t ordinal, struct vault_id *id, struct err *err);

/* Building */

struct pair {
    uint64_t term;
    uint32_t ordinal;
} __attribute__((packed));

/* A segment file at path, made durable: n_ids records and the pairs, which are sorted here. salt is filled. A pair names an
 * ordinal below n_ids, no pair comes twice, pairs of one term come with ascending ordinals. */
MUST_USE int segment_build(const char *path, const struct keyring *keys, const struct vault_id ids[], size_t n_ids, struct pair pairs[], size_t n_pairs,
                           uint8_t salt[static SEGMENT_SALT_LEN], struct err *err);
/* One segment from several, without the record drop (may be NULL). *n_records is what is left. */
MUST_USE int segment_merge(const char *path, const struct keyring *keys, struct segment *const from[], size_t n, const struct vault_id *drop,
                           uint8_t salt[static SEGMENT_SALT_LEN], uint64_t *n_records, struct err *err);

/* The folder */

#define SEGMENTS_MAX 256 /* in one folder */

struct manifest {
    size_t n;
    struct {
        uint8_t salt[SEGMENT_SALT_LEN];
        uint64_t n_records;
    } segments[SEGMENTS_MAX];
};

const char *folder_path(struct arena *a, const char *dir, const char *name);
const char *folder_segment(struct arena *a, const char *dir, const uint8_t salt[static SEGMENT_SALT_LEN]);
/* Without a manifest the index is empty. ERR_CORRUPT when it is damaged or made by other name rules. */
MUST_USE int manifest_read(const char *dir, const struct keyring *keys, const struct names *names, struct manifest *out, struct err *err);

#endif
