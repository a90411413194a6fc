/* post_file: a large payload into the age file it travels as, in one pass and constant memory, before the act that sends it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trust/letter/post_out.h"

#define PIECE (256 * 1024)

struct sealing {
    int fd;
    const char *path;
    struct crypto_sha256_stream digest;
    uint64_t size;
};

static int put(void *to, bytes data, struct err *err)
{
    struct sealing *s = to;
    crypto_sha256_add(&s->digest, data);
    s->size += data.len;
    while (data.len > 0) {
        ssize_t n = write(s->fd, data.p, data.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, errno == ENOSPC || errno == EDQUOT ? ERR_LIMIT : ERR_IO, errno, "%s cannot be written", s->path);
        data = (bytes){data.p + n, data.len - (size_t)n};
    }
    return 0;
}

struct source {
    int fd;
    const char *path;
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
    *out = (struct source){fd, path, (uint64_t)st.st_size};
    return 0;
}

/* The payload through digest and seal; it must have the size that the header in front of it says. */
static int copy(const struct source *in, struct age_seal *seal, uint8_t digest[static HASH_LEN], uint8_t *piece,
                void (*progress)(uint64_t done, void *arg), void *arg, struct err *err)
{
    struct crypto_sha256_stream hash;
    uint64_t done = 0;
    crypto_sha256_begin(&hash);
    for (;;) {
        ssize_t n = read(in->fd, piece, PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, ERR_IO, errno, "%s cannot be read", in->path);
        if (n == 0)
            break;
        crypto_sha256_add(&hash, (bytes){piece, (size_t)n});
        int r = age_seal_update(seal, (bytes){piece, (size_t)n}, err);
        if (r < 0)
            return r;
        done += (uint64_t)n;
        if (progress)
            progress(done, arg);
    }
    crypto_sha256_end(&hash, digest);
    return done == in->size ? 0 : err_set(err, ERR_IO, "%s changed while it was read: send it again when it is complete", in->path);
}

static int seal_stream(const struct node *node, const struct partner *to, const struct letter *l, const struct source *in, struct sealing *out,
                       const uint8_t id[static ID_LEN], void (*progress)(uint64_t done, void *arg), void *arg, struct err *err)
{
    struct arena *a = arena_new();
    struct age_seal *seal = NULL;
    struct letter_content content;
    uint8_t digest[HASH_LEN], signature[SIGNATURE_LEN];
    str line;
    int r = post_content_of(node, to, l, id, in->size, a, &content, &line, err);
    if (r < 0)
        goto out;
    crypto_sha256_begin(&out->digest);
    struct age_sink sink = {put, out};
    if ((r = age_seal_new(&to->letter_key, 1, sink, &seal, err)) < 0 ||
        (r = age_seal_update(seal, str_bytes(str_printf(a, "%.*s\n", STR_ARG(line))), err)) < 0 ||
        (r = copy(in, seal, digest, arena_alloc(a, PIECE), progress, arg, err)) < 0 ||
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

int post_file_seal(struct node *node, const struct partner *to, const struct letter *l, const char *path, int64_t now_ms,
                   void (*progress)(uint64_t done, void *arg), void *arg, struct post_file *out, struct err *err)
{
    struct arena *a = arena_new();
    struct source in = {.fd = -1};
    struct sealing sealing = {.fd = -1};
    const char *folder, *final, *part = NULL;
    int r = post_may_send(to, l, now_ms, err);
    if (r < 0 || (r = open_source(path, &in, err)) < 0 || (r = make_folders(node, a, &folder, err)) < 0)
        goto out;
    *out = (struct post_file){.payload_size = in.size};
    if (in.size > LETTER_SIZE_MAX - (1 << 20) - in.size / 2048) { /* room for header lines and 16 bytes a chunk */
        r = err_set(err, ERR_LIMIT, "%s is larger than a letter can be", path);
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
    sealing.fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE_PRIVATE);
    if (sealing.fd < 0) {
        r = err_errno(err, errno == EEXIST ? ERR_EXISTS : ERR_IO, errno, "%s cannot be created", part);
        part = NULL;
        goto out;
    }
    if ((r = seal_stream(node, to, l, &in, &sealing, out->id, progress, arg, err)) < 0)
        goto out;
    if (fsync(sealing.fd) < 0 || rename(part, final) < 0) {
        r = err_errno(err, ERR_IO, errno, "%s cannot be made durable", part);
        goto out;
    }
    part = NULL;
    out->size = sealing.size;
    crypto_sha256_end(&sealing.digest, out->digest);
    r = file_sync_dir(folder, err);
out:
    if (in.fd >= 0)
        close(in.fd);
    if (sealing.fd >= 0)
        close(sealing.fd);
    if (part)
        unlink(part);
    arena_free(a);
    return r;
}
