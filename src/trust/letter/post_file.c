/* post_file: a large payload into the age file it travels as, in one pass and constant memory, before the act that sends it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/base/aside.h"
#include "ground/base/bulk.h"
#include "trust/letter/post_out.h"

#define PIECE (256 * 1024)

/* The age file as it grows: hashed and written by a thread of its own. */
struct sealing {
    const char *path;
    struct bulk file;
    struct crypto_sha256_stream digest;
    struct aside *writer;
    uint64_t size;
    int trouble; /* errno of the writer; 0: none */
};

static void write_block(void *arg, bytes block)
{
    struct sealing *s = arg;
    crypto_sha256_add(&s->digest, block);
    if (!s->trouble && bulk_write(&s->file, block) < 0)
        __atomic_store_n(&s->trouble, errno, __ATOMIC_RELEASE);
}

static int trouble_of(const struct sealing *s, struct err *err)
{
    const int why = __atomic_load_n(&s->trouble, __ATOMIC_ACQUIRE);
    return why ? err_errno(err, why == ENOSPC || why == EDQUOT ? ERR_LIMIT : ERR_IO, why, "%s cannot be written", s->path) : 0;
}

static int put(void *to, bytes data, struct err *err)
{
    struct sealing *s = to;
    aside_add(s->writer, data);
    s->size += data.len;
    return trouble_of(s, err);
}

/* All of it is on the disk, and hashed. */
static int finish(struct sealing *s, uint8_t digest[static HASH_LEN], struct err *err)
{
    aside_end(s->writer);
    s->writer = NULL;
    crypto_sha256_end(&s->digest, digest);
    if (!s->trouble && bulk_sync(&s->file) < 0)
        s->trouble = errno;
    return trouble_of(s, err);
}

struct source { /* a file, a letter that came, or what is made */
    int fd;
    const char *path;
    const uint8_t *letter;
    const struct post_source *made;
    uint64_t size;
};

static int open_source(const char *path, struct source *out, struct err *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "%s cannot be opened", path);
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return err_set(err, ERR_USAGE, "%s is not a file", path);
    }
    *out = (struct source){.fd = fd, .path = path, .size = (uint64_t)st.st_size};
    return 0;
}

static int open_letter(struct node *node, const uint8_t id[static ID_LEN], struct source *out, struct err *err)
{
    struct arena *a = arena_new();
    struct letter_content content;
    int r = post_content(node, id, a, &content, err);
    if (r == 0)
        *out = (struct source){.fd = -1, .path = "the letter", .letter = id, .size = content.payload_size};
    arena_free(a);
    return r;
}

struct copying {
    struct age_seal *seal;
    struct crypto_sha256_aside *hash;
    uint64_t done;
    void (*progress)(uint64_t done, void *arg);
    void *arg;
};

static int copy_piece(void *to, bytes data, struct err *err)
{
    struct copying *c = to;
    crypto_sha256_aside_add(c->hash, data);
    int r = age_seal_update(c->seal, data, err);
    c->done += data.len;
    if (r == 0 && c->progress)
        c->progress(c->done, c->arg);
    return r;
}

static int copy_file(const struct source *in, struct copying *c, uint8_t *piece, struct err *err)
{
    for (;;) {
        ssize_t n = read(in->fd, piece, PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, ERR_IO, errno, "%s cannot be read", in->path);
        if (n == 0)
            return 0;
        int r = copy_piece(c, (bytes){piece, (size_t)n}, err);
        if (r < 0)
            return r;
    }
}

static int copy_made(const struct source *in, struct copying *c, struct err *err)
{
    bytes piece;
    int r;
    while ((r = in->made->next(in->made->arg, &piece, err)) == 0 && piece.len)
        if ((r = copy_piece(c, piece, err)) < 0)
            return r;
    return r;
}

/* The payload through digest and seal; it must have the size that the header in front of it says. */
static int copy(struct node *node, const struct source *in, struct copying *c, uint8_t digest[static HASH_LEN], struct arena *a, struct err *err)
{
    c->hash = crypto_sha256_aside_new();
    int r = in->letter ? post_read_to(node, in->letter, (struct age_sink){copy_piece, c}, err)
            : in->made ? copy_made(in, c, err) : copy_file(in, c, arena_alloc(a, PIECE), err);
    crypto_sha256_aside_end(c->hash, digest);
    if (r == 0 && c->done != in->size)
        r = err_set(err, ERR_IO, "%s changed while it was read: send it again when it is complete", in->path);
    return r;
}

static int seal_stream(struct node *node, const struct partner *to, const struct letter *l, const struct source *in, struct sealing *out,
                       const uint8_t id[static ID_LEN], void (*progress)(uint64_t done, void *arg), void *arg, struct err *err)
{
    struct arena *a = arena_new();
    struct copying copying = {.progress = progress, .arg = arg};
    struct age_seal *seal = NULL;
    struct letter_content content;
    uint8_t digest[HASH_LEN], signature[SIGNATURE_LEN];
    str line;
    int r = post_content_of(node, to, l, id, in->size, a, &content, &line, err);
    if (r < 0)
        goto out;
    struct age_sink sink = {put, out};
    if ((r = age_seal_new(&to->letter_key, 1, sink, &seal, err)) < 0)
        goto out;
    copying.seal = seal;
    if ((r = age_seal_update(seal, str_bytes(str_printf(a, "%.*s\n", STR_ARG(line))), err)) < 0 ||
        (r = copy(node, in, &copying, digest, a, err)) < 0 ||
        (r = keyring_sign(node->keys, KEYRING_AGENCY, letter_content_canonical(a, &content, digest), signature, err)) < 0 ||
        (r = age_seal_update(seal, (bytes){signature, sizeof signature}, err)) < 0)
        goto out;
    r = age_seal_end(seal, err);
out:
    age_seal_free(seal);
    arena_free(a);
    return r;
}

static int make_folders(const struct node *node, struct arena *a, const char **out, struct err *err)
{
    int r = file_mkdir(node_path(node, a, "letters"), NULL, err);
    if (r < 0)
        return r;
    *out = node_path(node, a, "letters/out");
    return file_mkdir(*out, NULL, err);
}

/* in is open. */
static int seal_source(struct node *node, const struct partner *to, const struct letter *l, const struct source *in, int64_t now_ms,
                       void (*progress)(uint64_t done, void *arg), void *arg, struct post_file *out, struct err *err)
{
    struct arena *a = arena_new();
    struct sealing sealing = {.file.fd = -1};
    const char *folder, *final, *part = NULL;
    int r = make_folders(node, a, &folder, err);
    if (r < 0)
        goto out;
    *out = (struct post_file){.payload_size = in->size};
    if (in->size > LETTER_SIZE_MAX - (1 << 20) - in->size / 2048) { /* room for header lines and 16 bytes a chunk */
        r = err_set(err, ERR_LIMIT, "%s is larger than a letter can be", in->path);
        goto out;
    }
    if (l->id)
        memcpy(out->id, l->id, ID_LEN);
    else
        post_fresh_id(now_ms, out->id);
    memcpy(out->recipient_key, to->letter_key, sizeof out->recipient_key);
    final = post_out_path(node, a, out->id);
    part = str_printf(a, "%s" POST_PART_SUFFIX, final).p;
    sealing.path = part;
    if (bulk_open(&sealing.file, part, O_CREAT | O_EXCL, 0) < 0) {
        r = err_errno(err, errno == EEXIST ? ERR_EXISTS : ERR_IO, errno, "%s cannot be created", part);
        part = NULL;
        goto out;
    }
    crypto_sha256_begin(&sealing.digest);
    sealing.writer = aside_new(write_block, &sealing);
    if ((r = seal_stream(node, to, l, in, &sealing, out->id, progress, arg, err)) < 0 || (r = finish(&sealing, out->digest, err)) < 0)
        goto out;
    if (rename(part, final) < 0) {
        r = err_errno(err, ERR_IO, errno, "%s cannot be named", part);
        goto out;
    }
    part = NULL;
    out->size = sealing.size;
    r = file_sync_dir(folder, err);
out:
    aside_end(sealing.writer);
    bulk_close(&sealing.file);
    if (part)
        unlink(part);
    arena_free(a);
    return r;
}

int post_file_seal(struct node *node, const struct partner *to, const struct letter *l, const char *path, int64_t now_ms,
                   void (*progress)(uint64_t done, void *arg), void *arg, struct post_file *out, struct err *err)
{
    struct source in = {.fd = -1};
    int r = post_may_send(to, l, now_ms, err);
    if (r < 0 || (r = open_source(path, &in, err)) < 0)
        return r;
    r = seal_source(node, to, l, &in, now_ms, progress, arg, out, err);
    close(in.fd);
    return r;
}

int post_file_pass_on(struct node *node, const struct partner *to, const struct letter *l, const uint8_t letter[static ID_LEN], int64_t now_ms,
                      void (*progress)(uint64_t done, void *arg), void *arg, struct post_file *out, struct err *err)
{
    struct source in = {.fd = -1};
    int r = post_may_send(to, l, now_ms, err);
    if (r < 0 || (r = open_letter(node, letter, &in, err)) < 0)
        return r;
    return seal_source(node, to, l, &in, now_ms, progress, arg, out, err);
}

int post_file_make(struct node *node, const struct partner *to, const struct letter *l, const struct post_source *source, int64_t now_ms,
                   struct post_file *out, struct err *err)
{
    struct source in = {.fd = -1, .path = "what is sent", .made = source, .size = source->size};
    int r = post_may_send(to, l, now_ms, err);
    return r < 0 ? r : seal_source(node, to, l, &in, now_ms, NULL, NULL, out, err);
}
