/* Reading a copy in pieces: what is waited for is a line, a frame's head, or a frame's content; only that much is kept. Pure. */
#include <stdlib.h>
#include <string.h>

#include "trust/log/merkle.h"
#include "work/statements/recording_internal.h"
#include "work/statements/statement_copy.h"

static const char first_line[] = "comity-statement 1\n";
#define HELD_HEAD (1 + 1 + STATEMENT_SALT_LEN + 4)
#define LEFT_OUT (1 + HASH_LEN)
#define FRAME_MAX (HELD_HEAD + STATEMENT_CHUNK_HEAD + RECORDING_CHUNK_MAX)

struct statement_check {
    const uint8_t *agency_key;
    statement_piece_fn fn;
    void *arg;
    struct arena *arena;
    bool begun, has_header;
    struct statement_header header;
    struct merkle_frontier tree;
    struct crypto_sha256_stream map;
    int64_t held;
    uint8_t *kept; /* of what has come and is not whole yet */
    size_t len, room;
};

struct statement_check *statement_check_new(const uint8_t *agency_key, statement_piece_fn fn, void *arg)
{
    struct statement_check *c = mem_calloc(1, sizeof *c);
    c->agency_key = agency_key;
    c->fn = fn;
    c->arg = arg;
    c->arena = arena_new();
    crypto_sha256_begin(&c->map);
    return c;
}

void statement_check_free(struct statement_check *c)
{
    if (!c)
        return;
    arena_free(c->arena);
    free(c->kept);
    free(c);
}

const struct statement_header *statement_check_header(const struct statement_check *c)
{
    return c->has_header ? &c->header : NULL;
}

int64_t statement_check_held(const struct statement_check *c)
{
    return c->held;
}

void statement_check_expect(struct statement_check *c, const struct statement_header *h)
{
    c->begun = c->has_header = true;
    c->header = *h;
}

/* Which leaf comes next, by its place. */
static void kind_at(const struct statement_header *h, int64_t index, struct statement_piece *p)
{
    const struct { enum statement_leaf kind; int64_t n; } runs[] = {{LEAF_ABOUT, 1}, {LEAF_HEAD, h->heads}, {LEAF_MARK, h->marks}, {LEAF_CHUNK, h->chunks}};
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        p->kind = runs[i].kind;
        p->number = index;
        if (index < runs[i].n)
            return;
        index -= runs[i].n;
    }
}

static int add_hash(struct statement_check *c, const uint8_t *hash, struct err *err)
{
    struct merkle_hash leaf;
    memcpy(leaf.b, hash, HASH_LEN);
    return merkle_frontier_add(&c->tree, &leaf, NULL, NULL, err);
}

static int held_leaf(struct statement_check *c, const uint8_t *frame, bytes content, struct err *err)
{
    struct statement_piece p = {.content = content};
    uint8_t hash[HASH_LEN];
    kind_at(&c->header, (int64_t)c->tree.size, &p);
    if (frame[1] != p.kind)
        return err_set(err, ERR_INPUT, "leaf %lld of the statement is of another kind than its place says", (long long)c->tree.size);
    if (p.kind == LEAF_CHUNK && content.len < STATEMENT_CHUNK_HEAD)
        return err_set(err, ERR_INPUT, "leaf %lld of the statement is too short", (long long)c->tree.size);
    statement_leaf_hash(hash, frame + 2, p.kind, content);
    if (p.kind == LEAF_CHUNK) {
        p.at_ms = (int64_t)get_u64be(content.p);
        p.session = (int64_t)get_u64be(content.p + 8);
        p.content = (bytes){content.p + STATEMENT_CHUNK_HEAD, content.len - STATEMENT_CHUNK_HEAD};
    }
    c->held++;
    int r = add_hash(c, hash, err);
    return r == 0 && c->fn ? c->fn(c->arg, &c->header, &p, err) : r;
}

/* One frame of what is there: > 0: so many bytes were taken; 0: more has to come. */
static int64_t take_frame(struct statement_check *c, bytes in, struct err *err)
{
    const bytes first = {in.p, 1};
    if (in.len == 0)
        return 0;
    if (c->tree.size == (uint64_t)c->header.leaves)
        return err_set(err, ERR_INPUT, "there is something behind the end of the statement");
    if (in.p[0] == 'x') {
        if (in.len < LEFT_OUT)
            return 0;
        int r = add_hash(c, in.p + 1, err);
        crypto_sha256_add(&c->map, first);
        return r < 0 ? r : LEFT_OUT;
    }
    if (in.p[0] != 'h')
        return err_set(err, ERR_INPUT, "leaf %lld of the statement begins with what no leaf begins with", (long long)c->tree.size);
    if (in.len < HELD_HEAD)
        return 0;
    const uint64_t len = get_u32be(in.p + HELD_HEAD - 4);
    if (len > FRAME_MAX - HELD_HEAD)
        return err_set(err, ERR_LIMIT, "leaf %lld of the statement is too large", (long long)c->tree.size);
    if (in.len < HELD_HEAD + len)
        return 0;
    int r = held_leaf(c, in.p, (bytes){in.p + HELD_HEAD, (size_t)len}, err);
    crypto_sha256_add(&c->map, first);
    return r < 0 ? r : (int64_t)(HELD_HEAD + len);
}

static int64_t take_begin(struct statement_check *c, bytes in, struct err *err)
{
    const size_t n = sizeof first_line - 1;
    if (memcmp(in.p, first_line, in.len < n ? in.len : n) != 0)
        return err_set(err, ERR_INPUT, "this is no statement, or one of a later version");
    if (in.len < n)
        return 0;
    c->begun = true;
    return (int64_t)n;
}

static int64_t take_header(struct statement_check *c, bytes in, struct err *err)
{
    const uint8_t *end = in.len ? memchr(in.p, '\n', in.len) : NULL;
    if (!end)
        return in.len > STATEMENT_HEADER_MAX ? err_set(err, ERR_LIMIT, "the header of the statement is too large") : 0;
    bytes line = bytes_dup(c->arena, (bytes){in.p, (size_t)(end - in.p)});
    int r = statement_header_read(c->arena, line, &c->header, err);
    if (r == 0)
        r = statement_header_verify(c->arena, &c->header, c->agency_key, err);
    c->has_header = r == 0;
    return r < 0 ? r : (int64_t)line.len + 1;
}

/* As much as is whole. */
static int64_t take(struct statement_check *c, bytes in, struct err *err)
{
    size_t done = 0;
    for (;;) {
        bytes rest = {in.p + done, in.len - done};
        int64_t n = !c->begun ? take_begin(c, rest, err) : !c->has_header ? take_header(c, rest, err) : take_frame(c, rest, err);
        if (n < 0)
            return n;
        if (n == 0)
            return (int64_t)done;
        done += (size_t)n;
    }
}

static void keep(struct statement_check *c, bytes in)
{
    if (c->len + in.len > c->room) {
        c->room = 2 * (c->len + in.len);
        c->kept = mem_realloc(c->kept, c->room);
    }
    memcpy(c->kept + c->len, in.p, in.len);
    c->len += in.len;
}

int statement_check_add(struct statement_check *c, bytes data, struct err *err)
{
    while (data.len) {
        /* never more than a frame is kept, however large the pieces are */
        const size_t some = data.len < FRAME_MAX ? data.len : FRAME_MAX;
        bytes in = {data.p, some};
        if (c->len) {
            keep(c, in);
            in = (bytes){c->kept, c->len};
        }
        int64_t n = take(c, in, err);
        if (n < 0)
            return (int)n;
        const bytes rest = {in.p + n, in.len - (size_t)n};
        if (in.p == c->kept && c->len) {
            memmove(c->kept, rest.p, rest.len);
            c->len = rest.len;
        } else {
            c->len = 0;
            if (rest.len)
                keep(c, rest);
        }
        data = (bytes){data.p + some, data.len - some};
    }
    return 0;
}

int statement_check_end(struct statement_check *c, struct err *err)
{
    struct merkle_hash root;
    uint8_t map[HASH_LEN];
    if (!c->has_header || c->tree.size != (uint64_t)c->header.leaves || c->len)
        return err_set(err, ERR_INPUT, "the statement ends too early");
    merkle_frontier_root(&c->tree, &root);
    crypto_sha256_end(&c->map, map);
    if (c->held != c->header.held || memcmp(map, c->header.map, HASH_LEN) != 0)
        return err_set(err, ERR_CRYPTO, "the statement holds other parts than its agency signed for: something was left out on the way");
    return memcmp(root.b, c->header.root, HASH_LEN) == 0 ? 0 : err_set(err, ERR_CRYPTO, "what the statement holds is not what was sealed");
}
