/* Reading a segment: mapped into memory, its pages unsealed as they are touched. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trust/match/search_internal.h"

#define GUESSES 6 /* interpolations before the search falls back to halving */

void segment_name(char name[static SEGMENT_NAME_MAX], const uint8_t salt[static SEGMENT_SALT_LEN])
{
    size_t at = 0;
    for (size_t i = 0; i < SEGMENT_SALT_LEN; i++)
        at += (size_t)snprintf(name + at, SEGMENT_NAME_MAX - at, "%02x", salt[i]);
    snprintf(name + at, SEGMENT_NAME_MAX - at, ".seg");
}

int segment_key(const struct keyring *keys, const uint8_t salt[static SEGMENT_SALT_LEN], uint8_t **key, struct err *err)
{
    *key = secret_alloc(KEY_LEN);
    bytes parts[] = {str_bytes(STR("comity search segment 1")), {salt, SEGMENT_SALT_LEN}};
    return keyring_mac_parts(keys, KEYRING_MAC_INDEX, parts, 2, *key, KEY_LEN, err);
}

void segment_page_ad(uint8_t ad[static SEGMENT_AD_LEN], const uint8_t salt[static SEGMENT_SALT_LEN], uint64_t page)
{
    memcpy(ad, salt, SEGMENT_SALT_LEN);
    put_u64be(ad + SEGMENT_SALT_LEN, page);
}

static int damaged(const struct segment *s, struct err *err)
{
    return err_set(err, ERR_CORRUPT, "%s: this part of the search index is damaged; the next `comity search` makes it anew", s->path);
}

static int unseal_page(const struct segment *s, uint64_t page, uint8_t payload[static SEGMENT_PAYLOAD], struct err *err)
{
    uint8_t ad[SEGMENT_AD_LEN];
    if (page >= s->n_pages)
        return damaged(s, err);
    segment_page_ad(ad, s->salt, page);
    bytes sealed = {s->map + SEGMENT_HEAD_LEN + page * SEGMENT_PAGE_LEN, SEGMENT_PAGE_LEN};
    return crypto_unseal(payload, s->key, sealed, (bytes){ad, sizeof ad}) ? 0 : damaged(s, err);
}

static int read_meta(struct segment *s, struct err *err)
{
    uint8_t page[SEGMENT_PAYLOAD];
    int r = unseal_page(s, 0, page, err);
    if (r < 0)
        return r;
    s->n_records = get_u64be(page);
    s->n_terms = get_u64be(page + 8);
    s->postings_at = get_u64be(page + 16);
    s->terms_at = get_u64be(page + 24);
    s->end = get_u64be(page + 32);
    bool holds = get_u64be(page + 40) == s->n_pages && s->n_records <= UINT32_MAX && s->postings_at == s->n_records * ID_LEN &&
                 s->terms_at >= s->postings_at && s->n_terms <= s->end && s->end >= s->terms_at &&
                 s->end - s->terms_at == s->n_terms * SEGMENT_TERM_LEN && s->end <= (s->n_pages - 1) * SEGMENT_PAYLOAD;
    return holds ? 0 : damaged(s, err);
}

static int map_file(struct segment *s, struct err *err)
{
    int fd = open(s->path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0)
        return err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "%s: a part of the search index cannot be opened", s->path);
    int r = 0;
    if (fstat(fd, &st) < 0)
        r = err_errno(err, ERR_IO, errno, "%s: a part of the search index cannot be read", s->path);
    else if (st.st_size < SEGMENT_HEAD_LEN + SEGMENT_PAGE_LEN || (st.st_size - SEGMENT_HEAD_LEN) % SEGMENT_PAGE_LEN)
        r = damaged(s, err);
    if (r == 0) {
        s->map_len = (size_t)st.st_size;
        s->n_pages = (s->map_len - SEGMENT_HEAD_LEN) / SEGMENT_PAGE_LEN;
        void *map = mmap(NULL, s->map_len, PROT_READ, MAP_SHARED, fd, 0);
        if (map == MAP_FAILED)
            r = err_errno(err, ERR_IO, errno, "%s: a part of the search index cannot be mapped", s->path);
        else {
            s->map = map;
            (void)madvise(map, s->map_len, MADV_WILLNEED); /* the first searches after a start need not wait for the disk page by page */
        }
    }
    close(fd);
    return r;
}

int segment_open(const char *path, const uint8_t salt[static SEGMENT_SALT_LEN], const struct keyring *keys, struct segment **out, struct err *err)
{
    struct segment *s = mem_calloc(1, sizeof *s);
    char *copy = mem_alloc(strlen(path) + 1);
    memcpy(copy, path, strlen(path) + 1);
    s->path = copy;
    memcpy(s->salt, salt, SEGMENT_SALT_LEN);
    int r = segment_key(keys, salt, &s->key, err);
    if (r == 0)
        r = map_file(s, err);
    if (r == 0 && (memcmp(s->map, SEGMENT_MAGIC, 16) != 0 || memcmp(s->map + 16, salt, SEGMENT_SALT_LEN) != 0))
        r = damaged(s, err);
    if (r == 0)
        r = read_meta(s, err);
    if (r < 0)
        segment_close(s);
    else
        *out = s;
    return r;
}

void segment_close(struct segment *s)
{
    if (!s)
        return;
    if (s->map)
        munmap((void *)(uintptr_t)s->map, s->map_len);
    secret_free(s->key);
    free((void *)(uintptr_t)s->path);
    free(s);
}

void stream_at(struct stream *st, const struct segment *s, uint64_t at)
{
    if (st->segment != s) {
        st->segment = s;
        st->page = 0;
    }
    st->at = at;
}

int stream_read(struct stream *st, uint8_t *out, size_t len, struct err *err)
{
    const struct segment *s = st->segment;
    if (st->at > s->end || s->end - st->at < len)
        return damaged(s, err);
    while (len) {
        uint64_t page = 1 + st->at / SEGMENT_PAYLOAD;
        if (page != st->page) {
            st->page = 0;
            int r = unseal_page(s, page, st->payload, err);
            if (r < 0)
                return r;
            st->page = page;
        }
        size_t in_page = (size_t)(st->at % SEGMENT_PAYLOAD), n = SEGMENT_PAYLOAD - in_page;
        if (n > len)
            n = len;
        memcpy(out, st->payload + in_page, n);
        out += n;
        len -= n;
        st->at += n;
    }
    return 0;
}

int stream_ordinal(struct stream *st, int64_t before, uint32_t *ordinal, struct err *err)
{
    uint64_t step = 0;
    for (unsigned shift = 0; shift <= 28; shift += 7) {
        uint8_t b;
        size_t in_page = (size_t)(st->at % SEGMENT_PAYLOAD);
        if (st->page == 1 + st->at / SEGMENT_PAYLOAD && st->at < st->segment->end) { /* the way most bytes go */
            b = st->payload[in_page];
            st->at++;
        } else {
            int r = stream_read(st, &b, 1, err);
            if (r < 0)
                return r;
        }
        step |= (uint64_t)(b & 0x7f) << shift;
        if (b < 0x80) {
            int64_t next = before + 1 + (int64_t)step;
            if (next >= (int64_t)st->segment->n_records)
                break;
            *ordinal = (uint32_t)next;
            return 0;
        }
    }
    return damaged(st->segment, err);
}

int segment_term(struct stream *st, const struct segment *s, uint64_t i, uint64_t *term, struct postings *p, struct err *err)
{
    uint8_t entry[SEGMENT_TERM_LEN];
    stream_at(st, s, s->terms_at + i * SEGMENT_TERM_LEN);
    int r = stream_read(st, entry, sizeof entry, err);
    if (r < 0)
        return r;
    *term = get_u64be(entry);
    p->count = get_u32be(entry + 8);
    p->at = (uint64_t)get_u16be(entry + 12) << 32 | get_u32be(entry + 14);
    bool holds = p->count == 1 ? p->at < s->n_records : p->count <= s->n_records && p->at <= s->end - s->postings_at;
    if (p->count != 1)
        p->at += s->postings_at;
    return p->count && holds ? 0 : damaged(s, err);
}

/* Terms are evenly spread over 64 bits, so a term's place can be guessed closely. */
int segment_find(struct stream *st, const struct segment *s, uint64_t term, struct postings *p, struct err *err)
{
    uint64_t low = 0, high = s->n_terms, low_term = 0, high_term = UINT64_MAX;
    for (int tries = 0; low < high; tries++) {
        uint64_t i = low + (high - low) / 2, here;
        if (tries < GUESSES && term >= low_term && high_term > low_term)
            i = low + (uint64_t)((unsigned __int128)(term - low_term) * (high - low - 1) / (high_term - low_term));
        int r = segment_term(st, s, i, &here, p, err);
        if (r < 0)
            return r;
        if (here == term)
            return 1;
        if (here < term) {
            low = i + 1;
            low_term = here;
        } else {
            high = i;
            high_term = here;
        }
    }
    return 0;
}

int segment_record(struct stream *st, const struct segment *s, uint32_t ordinal, struct vault_id *id, struct err *err)
{
    if (ordinal >= s->n_records)
        return damaged(s, err);
    stream_at(st, s, (uint64_t)ordinal * ID_LEN);
    return stream_read(st, id->b, ID_LEN, err);
}
