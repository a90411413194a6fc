/* Writing a segment: ids, then the postings as the terms come by in ascending order, then the terms, then the meta page. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "trust/match/search_internal.h"

#define OUT_PAGES 64 /* sealed pages per write */

struct out {
    int fd;
    const char *path;
    uint8_t *key; /* secret memory */
    uint8_t salt[SEGMENT_SALT_LEN];
    uint64_t page;      /* number of the page that is being filled */
    uint64_t at;        /* in the stream */
    uint64_t flushed;   /* bytes of the file that are written */
    size_t used;        /* of payload */
    uint8_t payload[SEGMENT_PAYLOAD];
    uint8_t *sealed;    /* OUT_PAGES pages */
    size_t n_sealed;
    uint64_t n_records, n_terms, postings_at;
    uint8_t *terms;     /* n_terms entries */
    size_t cap_terms;
    /* the term that is being written */
    uint64_t term, term_at;
    uint32_t count, first, last;
};

static int write_failed(const struct out *o, struct err *err)
{
    int why = errno;
    return err_errno(err, why == ENOSPC || why == EDQUOT ? ERR_LIMIT : ERR_IO, why, "%s: the search index cannot be written; the old one is untouched", o->path);
}

static int write_at(struct out *o, const uint8_t *p, size_t len, uint64_t at, struct err *err)
{
    while (len) {
        ssize_t n = pwrite(o->fd, p, len, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return write_failed(o, err);
        p += n;
        len -= (size_t)n;
        at += (uint64_t)n;
    }
    return 0;
}

static int flush_sealed(struct out *o, struct err *err)
{
    size_t len = o->n_sealed * SEGMENT_PAGE_LEN;
    int r = write_at(o, o->sealed, len, o->flushed, err);
    o->flushed += len;
    o->n_sealed = 0;
    return r;
}

static void seal_page(struct out *o, uint64_t page, uint8_t *sealed)
{
    uint8_t ad[SEGMENT_AD_LEN];
    segment_page_ad(ad, o->salt, page);
    crypto_seal(sealed, o->key, (bytes){o->payload, SEGMENT_PAYLOAD}, (bytes){ad, sizeof ad});
}

static int end_page(struct out *o, struct err *err)
{
    memset(o->payload + o->used, 0, SEGMENT_PAYLOAD - o->used);
    seal_page(o, o->page++, o->sealed + o->n_sealed++ * SEGMENT_PAGE_LEN);
    o->used = 0;
    return o->n_sealed == OUT_PAGES ? flush_sealed(o, err) : 0;
}

static int put(struct out *o, const uint8_t *p, size_t len, struct err *err)
{
    while (len) {
        size_t n = SEGMENT_PAYLOAD - o->used < len ? SEGMENT_PAYLOAD - o->used : len;
        memcpy(o->payload + o->used, p, n);
        o->used += n;
        o->at += n;
        p += n;
        len -= n;
        int r = o->used == SEGMENT_PAYLOAD ? end_page(o, err) : 0;
        if (r < 0)
            return r;
    }
    return 0;
}

static int out_open(const char *path, const struct keyring *keys, struct out *o, struct err *err)
{
    memset(o, 0, sizeof *o);
    o->path = path;
    o->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE_PRIVATE);
    if (o->fd < 0)
        return write_failed(o, err);
    crypto_random(o->salt, sizeof o->salt);
    o->sealed = mem_alloc(OUT_PAGES * SEGMENT_PAGE_LEN);
    o->page = 1;
    o->flushed = SEGMENT_HEAD_LEN + SEGMENT_PAGE_LEN; /* head and meta page are written last */
    return segment_key(keys, o->salt, &o->key, err);
}

static int put_posting(struct out *o, uint32_t ordinal, struct err *err)
{
    uint8_t varint[5];
    size_t n = 0;
    uint32_t step = o->count ? ordinal - o->last - 1 : ordinal;
    for (; step >= 0x80; step >>= 7)
        varint[n++] = (uint8_t)(step | 0x80);
    varint[n++] = (uint8_t)step;
    return put(o, varint, n, err);
}

/* The first ordinal of a term is held back: alone it goes into the term's entry. */
static int add_ordinal(struct out *o, uint32_t ordinal, struct err *err)
{
    int r = 0;
    if (o->count == 1) {
        o->count = 0;
        r = put_posting(o, o->first, err);
        o->count = 1;
    }
    if (r == 0 && o->count)
        r = put_posting(o, ordinal, err);
    if (o->count == 0)
        o->first = ordinal;
    o->last = ordinal;
    o->count++;
    return r;
}

static void begin_term(struct out *o, uint64_t term)
{
    o->term = term;
    o->term_at = o->at - o->postings_at;
    o->count = 0;
}

static void end_term(struct out *o)
{
    if (o->count == 0)
        return;
    if (o->n_terms == o->cap_terms) {
        o->cap_terms = o->cap_terms ? o->cap_terms * 2 : 4096;
        o->terms = mem_realloc(o->terms, o->cap_terms * SEGMENT_TERM_LEN);
    }
    uint8_t *entry = o->terms + o->n_terms++ * SEGMENT_TERM_LEN;
    uint64_t at = o->count == 1 ? o->first : o->term_at;
    put_u64be(entry, o->term);
    put_u32be(entry + 8, o->count);
    put_u16be(entry + 12, (uint16_t)(at >> 32));
    put_u32be(entry + 14, (uint32_t)at);
}

/* Terms and meta behind the postings; durable when it returns 0. */
static int finish(struct out *o, struct err *err)
{
    uint64_t terms_at = o->at;
    int r = put(o, o->terms, o->n_terms * SEGMENT_TERM_LEN, err);
    if (r == 0 && o->used)
        r = end_page(o, err);
    if (r == 0)
        r = flush_sealed(o, err);
    if (r < 0)
        return r;
    memset(o->payload, 0, sizeof o->payload);
    put_u64be(o->payload, o->n_records);
    put_u64be(o->payload + 8, o->n_terms);
    put_u64be(o->payload + 16, o->postings_at);
    put_u64be(o->payload + 24, terms_at);
    put_u64be(o->payload + 32, o->at);
    put_u64be(o->payload + 40, o->page);
    uint8_t head[SEGMENT_HEAD_LEN + SEGMENT_PAGE_LEN];
    memcpy(head, SEGMENT_MAGIC, 16);
    memcpy(head + 16, o->salt, SEGMENT_SALT_LEN);
    seal_page(o, 0, head + SEGMENT_HEAD_LEN);
    r = write_at(o, head, sizeof head, 0, err);
    if (r == 0 && fsync(o->fd) < 0)
        r = write_failed(o, err);
    return r;
}

static int out_close(struct out *o, int r, struct err *err)
{
    secret_free(o->key);
    free(o->sealed);
    free(o->terms);
    if (o->fd >= 0 && close(o->fd) < 0 && r == 0)
        r = write_failed(o, err);
    if (r < 0 && o->fd >= 0)
        unlink(o->path);
    return r;
}

/* Sorts by term; ordinals keep their order: least significant digit first, 11 bits at a time. */
#define DIGIT_BITS 11
#define DIGITS (1 << DIGIT_BITS)

static void sort_pairs(struct pair *pairs, size_t n)
{
    struct pair *other = mem_alloc(n * sizeof *other), *from = pairs, *to = other;
    size_t *place = mem_alloc(DIGITS * sizeof *place);
    for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
        memset(place, 0, DIGITS * sizeof *place);
        for (size_t i = 0; i < n; i++)
            place[from[i].term >> shift & (DIGITS - 1)]++;
        for (size_t d = 0, sum = 0; d < DIGITS; d++) {
            size_t count = place[d];
            place[d] = sum;
            sum += count;
        }
        for (size_t i = 0; i < n; i++)
            to[place[from[i].term >> shift & (DIGITS - 1)]++] = from[i];
        struct pair *swap = from;
        from = to;
        to = swap;
    }
    /* 64 bits are six digits of 11: an even number of passes ends where it began */
    _Static_assert((64 + DIGIT_BITS - 1) / DIGIT_BITS % 2 == 0, "the result must end up in pairs");
    free(place);
    free(other);
}

int segment_build(const char *path, const struct keyring *keys, const struct vault_id ids[], size_t n_ids, struct pair pairs[], size_t n_pairs,
                  uint8_t salt[static SEGMENT_SALT_LEN], struct err *err)
{
    struct out *o = mem_alloc(sizeof *o);
    int r = out_open(path, keys, o, err);
    if (r == 0)
        r = put(o, (const uint8_t *)ids, n_ids * ID_LEN, err);
    sort_pairs(pairs, n_pairs);
    o->n_records = n_ids;
    o->postings_at = o->at;
    for (size_t i = 0; r == 0 && i < n_pairs; i++) {
        if (i == 0 || pairs[i].term != o->term) {
            end_term(o);
            begin_term(o, pairs[i].term);
        }
        r = add_ordinal(o, pairs[i].ordinal, err);
    }
    end_term(o);
    if (r == 0)
        r = finish(o, err);
    memcpy(salt, o->salt, SEGMENT_SALT_LEN);
    r = out_close(o, r, err);
    free(o);
    return r;
}

/* Merging */

struct input {
    struct stream terms, postings;
    uint64_t next;   /* term entry behind the current one */
    uint64_t term;
    struct postings at;
    bool done;
    uint32_t base;   /* what is added to an ordinal */
    int64_t dropped; /* ordinal that falls out, or -1 */
};

static int next_term(struct input *in, const struct segment *s, struct err *err)
{
    in->done = in->next == s->n_terms;
    return in->done ? 0 : segment_term(&in->terms, s, in->next++, &in->term, &in->at, err);
}

static int copy_ids(struct out *o, struct input *in, const struct segment *s, const struct vault_id *drop, struct err *err)
{
    int r = 0;
    in->base = (uint32_t)o->n_records;
    in->dropped = -1;
    stream_at(&in->postings, s, 0);
    for (uint64_t i = 0; r == 0 && i < s->n_records; i++) {
        struct vault_id id;
        r = stream_read(&in->postings, id.b, ID_LEN, err);
        if (r == 0 && drop && memcmp(id.b, drop->b, ID_LEN) == 0 && in->dropped < 0) {
            in->dropped = (int64_t)i;
            continue;
        }
        if (r == 0)
            r = put(o, id.b, ID_LEN, err);
        o->n_records++;
    }
    return r;
}

static int add_mapped(struct out *o, const struct input *in, uint32_t ordinal, struct err *err)
{
    if (ordinal == in->dropped)
        return 0;
    return add_ordinal(o, in->base + ordinal - (in->dropped >= 0 && ordinal > in->dropped), err);
}

static int copy_postings(struct out *o, struct input *in, const struct segment *s, struct err *err)
{
    if (in->at.count == 1)
        return add_mapped(o, in, (uint32_t)in->at.at, err);
    int r = 0;
    uint32_t ordinal = 0;
    stream_at(&in->postings, s, in->at.at);
    for (uint32_t i = 0; r == 0 && i < in->at.count; i++) {
        r = stream_ordinal(&in->postings, i ? (int64_t)ordinal : -1, &ordinal, err);
        if (r == 0)
            r = add_mapped(o, in, ordinal, err);
    }
    return r;
}

static int merge_terms(struct out *o, struct input in[], struct segment *const from[], size_t n, struct err *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = next_term(&in[i], from[i], err);
    while (r == 0) {
        const struct input *lowest = NULL;
        for (size_t i = 0; i < n; i++)
            if (!in[i].done && (!lowest || in[i].term < lowest->term))
                lowest = &in[i];
        if (!lowest)
            break;
        begin_term(o, lowest->term);
        for (size_t i = 0; r == 0 && i < n; i++) {
            if (in[i].done || in[i].term != o->term)
                continue;
            r = copy_postings(o, &in[i], from[i], err);
            if (r == 0)
                r = next_term(&in[i], from[i], err);
        }
        end_term(o);
    }
    return r;
}

int segment_merge(const char *path, const struct keyring *keys, struct segment *const from[], size_t n, const struct vault_id *drop,
                  uint8_t salt[static SEGMENT_SALT_LEN], uint64_t *n_records, struct err *err)
{
    struct out *o = mem_alloc(sizeof *o);
    struct input *in = mem_calloc(n, sizeof *in);
    int r = out_open(path, keys, o, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = copy_ids(o, &in[i], from[i], drop, err);
    o->postings_at = o->at;
    if (r == 0)
        r = merge_terms(o, in, from, n, err);
    if (r == 0)
        r = finish(o, err);
    memcpy(salt, o->salt, SEGMENT_SALT_LEN);
    *n_records = o->n_records;
    r = out_close(o, r, err);
    free(in);
    free(o);
    return r;
}
