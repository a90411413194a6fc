#include "trust/letter/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE (256 * 1024)
#define RECORD_HEAD 9 /* kind and length */
#define KIND_END 'E'

static const char magic[] = "comity-bundle/v1\n";
#define MAGIC_LEN (sizeof magic - 1)

/* --- writing --- */

struct bundle_writer {
    struct arena *arena;
    const char *path, *part;
    int fd;
    struct crypto_sha256_stream digest;
};

static int write_all(struct bundle_writer *w, bytes b, struct err *err)
{
    for (size_t done = 0; done < b.len;) {
        ssize_t n = write(w->fd, b.p + done, b.len - done);
        if (n < 0 && errno != EINTR)
            return err_errno(err, errno == ENOSPC ? ERR_LIMIT : ERR_IO, errno, "%s cannot be written", w->path);
        done += n > 0 ? (size_t)n : 0;
    }
    crypto_sha256_add(&w->digest, b);
    return 0;
}

int bundle_create(const char *path, struct bundle_writer **out, struct err *err)
{
    if (file_exists(path))
        return err_set(err, ERR_EXISTS, "%s is there already: choose another name", path);
    struct arena *a = arena_new();
    struct bundle_writer *w = arena_new_of(a, struct bundle_writer);
    w->arena = a;
    w->path = str_dup(a, str_from(path)).p;
    w->part = str_printf(a, "%s.part", path).p;
    w->fd = open(w->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    crypto_sha256_begin(&w->digest);
    int r = w->fd < 0 ? err_errno(err, ERR_IO, errno, "%s cannot be written", path) : write_all(w, (bytes){(const uint8_t *)magic, MAGIC_LEN}, err);
    if (r < 0)
        bundle_abandon(w);
    else
        *out = w;
    return r;
}

static int write_head(struct bundle_writer *w, int kind, uint64_t len, struct err *err)
{
    uint8_t head[RECORD_HEAD] = {(uint8_t)kind};
    put_u64be(head + 1, len);
    return write_all(w, (bytes){head, sizeof head}, err);
}

int bundle_put(struct bundle_writer *w, enum frame_kind kind, bytes body, struct err *err)
{
    int r = write_head(w, kind, body.len, err);
    return r < 0 ? r : write_all(w, body, err);
}

static int copy_file(struct bundle_writer *w, const char *path, uint64_t size, struct err *err)
{
    uint8_t *piece = mem_alloc(PIECE);
    uint64_t done = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC), r = 0;
    if (fd < 0)
        r = err_errno(err, ERR_CORRUPT, errno, "the file of a large letter that is still to be delivered cannot be opened");
    while (r == 0 && done < size) {
        ssize_t n = read(fd, piece, size - done < PIECE ? (size_t)(size - done) : PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            r = err_set(err, ERR_CORRUPT, "the file of a large letter that is still to be delivered is shorter than it was");
        else
            r = write_all(w, (bytes){piece, (size_t)n}, err);
        done += n > 0 ? (uint64_t)n : 0;
    }
    if (fd >= 0)
        close(fd);
    free(piece);
    return r;
}

int bundle_put_letter(struct bundle_writer *w, str line, bytes sealed, const char *path, uint64_t size, struct err *err)
{
    uint64_t sealed_len = sealed.p ? sealed.len : size;
    int r = write_head(w, FRAME_LETTER, line.len + 1 + sealed_len, err);
    if (r == 0)
        r = write_all(w, str_bytes(line), err);
    if (r == 0)
        r = write_all(w, str_bytes(STR("\n")), err);
    if (r < 0)
        return r;
    return sealed.p ? write_all(w, sealed, err) : copy_file(w, path, size, err);
}

static const char *folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return ".";
    return slash == path ? "/" : str_dup(a, (str){path, (size_t)(slash - path)}).p;
}

int bundle_finish(struct bundle_writer *w, struct err *err)
{
    uint8_t digest[HASH_LEN];
    crypto_sha256_end(&w->digest, digest);
    crypto_sha256_begin(&w->digest); /* what follows counts no more */
    int r = write_head(w, KIND_END, HASH_LEN, err);
    if (r == 0)
        r = write_all(w, (bytes){digest, HASH_LEN}, err);
    if (r == 0 && fsync(w->fd) < 0)
        r = err_errno(err, ERR_IO, errno, "%s cannot be made durable", w->path);
    if (r == 0 && rename(w->part, w->path) < 0)
        r = err_errno(err, ERR_IO, errno, "%s cannot be named", w->path);
    if (r == 0)
        r = file_sync_dir(folder_of(w->arena, w->path), err);
    if (r < 0) {
        bundle_abandon(w);
        return r;
    }
    close(w->fd);
    arena_free(w->arena);
    return 0;
}

void bundle_abandon(struct bundle_writer *w)
{
    if (!w)
        return;
    if (w->fd >= 0) {
        close(w->fd);
        unlink(w->part);
    }
    arena_free(w->arena);
}

/* --- reading --- */

struct bundle {
    struct arena *arena;
    const char *path;
    int fd;
    uint64_t at, end; /* of the records; end: where the one of kind E begins */
};

static int read_at(const struct bundle *b, uint64_t at, uint8_t *p, size_t len, struct err *err)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = pread(b->fd, p + done, len - done, (off_t)(at + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, ERR_IO, errno, "%s cannot be read", b->path);
        if (n == 0)
            return err_set(err, ERR_INPUT, "%s is cut off: was it copied whole, and the stick removed too early?", b->path);
        done += (size_t)n;
    }
    return 0;
}

/* The digest at the end is that of everything before it. */
static int check_digest(const struct bundle *b, struct err *err)
{
    struct crypto_sha256_stream s;
    uint8_t wanted[HASH_LEN], got[HASH_LEN], *piece = mem_alloc(PIECE);
    int r = 0;
    crypto_sha256_begin(&s);
    for (uint64_t at = 0; r == 0 && at < b->end;) {
        size_t len = b->end - at < PIECE ? (size_t)(b->end - at) : PIECE;
        r = read_at(b, at, piece, len, err);
        crypto_sha256_add(&s, (bytes){piece, r == 0 ? len : 0});
        at += len;
    }
    free(piece);
    crypto_sha256_end(&s, got);
    if (r == 0)
        r = read_at(b, b->end + RECORD_HEAD, wanted, HASH_LEN, err);
    if (r == 0 && memcmp(wanted, got, HASH_LEN) != 0)
        r = err_set(err, ERR_INPUT, "%s is damaged: copy it again from where it was made", b->path);
    return r;
}

static bool kind_known(uint8_t kind)
{
    return kind == FRAME_LETTER || kind == FRAME_RECEIPT || kind == FRAME_POSITION;
}

/* Walks over the heads of the records up to the end. */
static int walk(struct bundle *b, uint64_t size, struct err *err)
{
    uint8_t head[RECORD_HEAD];
    uint64_t at = MAGIC_LEN;
    for (;;) {
        int r = read_at(b, at, head, sizeof head, err);
        if (r < 0)
            return r;
        uint64_t len = get_u64be(head + 1);
        if (len > size || at + RECORD_HEAD + len > size)
            return err_set(err, ERR_INPUT, "%s is cut off: was it copied whole, and the stick removed too early?", b->path);
        if (head[0] == KIND_END && len == HASH_LEN && at + RECORD_HEAD + len == size)
            break;
        if (!kind_known(head[0]))
            return err_set(err, ERR_INPUT, "%s holds a record of a kind that is not known here", b->path);
        at += RECORD_HEAD + len;
    }
    b->end = at;
    b->at = MAGIC_LEN;
    return 0;
}

int bundle_open(const char *path, struct bundle **out, struct err *err)
{
    struct arena *a = arena_new();
    struct bundle *b = arena_new_of(a, struct bundle);
    struct stat st;
    char begin[MAGIC_LEN];
    b->arena = a;
    b->path = str_dup(a, str_from(path)).p;
    b->fd = open(path, O_RDONLY | O_CLOEXEC);
    int r = 0;
    if (b->fd < 0 || fstat(b->fd, &st) < 0)
        r = err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "%s cannot be read", path);
    else if (!S_ISREG(st.st_mode) || st.st_size < (off_t)MAGIC_LEN || read_at(b, 0, (uint8_t *)begin, MAGIC_LEN, NULL) < 0 ||
             memcmp(begin, magic, MAGIC_LEN) != 0)
        r = err_set(err, ERR_INPUT, "%s is not a file of letters: those are made with comity letters DIR export PARTNER FILE", path);
    if (r == 0)
        r = walk(b, (uint64_t)st.st_size, err);
    if (r == 0)
        r = check_digest(b, err);
    if (r < 0)
        bundle_close(b);
    else
        *out = b;
    return r;
}

/* A letter of more than BUNDLE_BODY_MAX bytes: its header line, and where the rest is. */
static int open_large(const struct bundle *b, uint64_t at, uint64_t len, struct bundle_item *out, struct err *err)
{
    uint8_t *p = (uint8_t *)(uintptr_t)out->body.p;
    int r = read_at(b, at, p, LETTER_HEADER_MAX + 1, err);
    const uint8_t *newline = r == 0 ? memchr(p, '\n', LETTER_HEADER_MAX + 1) : NULL;
    if (r == 0 && !newline)
        r = err_set(err, ERR_INPUT, "%s holds a letter without a header", b->path);
    if (r < 0)
        return r;
    out->body.len = (size_t)(newline - p) + 1;
    out->sealed_at = at + out->body.len;
    out->sealed_size = len - out->body.len;
    return 0;
}

int bundle_next(struct bundle *b, struct arena *a, struct bundle_item *out, struct err *err)
{
    uint8_t head[RECORD_HEAD];
    if (b->at == b->end)
        return 0;
    int r = read_at(b, b->at, head, sizeof head, err);
    if (r < 0)
        return r;
    uint64_t len = get_u64be(head + 1), at = b->at + RECORD_HEAD;
    bool large = len > BUNDLE_BODY_MAX;
    if (large && head[0] != FRAME_LETTER)
        return err_set(err, ERR_INPUT, "%s holds a receipt or a position of more than %d bytes", b->path, BUNDLE_BODY_MAX);
    *out = (struct bundle_item){.kind = (enum frame_kind)head[0]};
    uint8_t *p = arena_alloc(a, large ? LETTER_HEADER_MAX + 1 : (size_t)len + 1);
    out->body = (bytes){p, large ? 0 : (size_t)len};
    r = large ? open_large(b, at, len, out, err) : read_at(b, at, p, (size_t)len, err);
    b->at = at + len;
    return r < 0 ? r : 1;
}

int bundle_read_sealed(struct bundle *b, const struct bundle_item *item, uint64_t offset, size_t max, struct arena *a, bytes *out, struct err *err)
{
    uint64_t left = offset < item->sealed_size ? item->sealed_size - offset : 0;
    size_t len = left < max ? (size_t)left : max;
    uint8_t *p = arena_alloc(a, len ? len : 1);
    *out = (bytes){p, len};
    return read_at(b, item->sealed_at + offset, p, len, err);
}

void bundle_close(struct bundle *b)
{
    if (!b)
        return;
    if (b->fd >= 0)
        close(b->fd);
    arena_free(b->arena);
}
