/* post_part: large letters as they grow, piece by piece, in DIR/letters/in: a line that is cut, or a node that is killed, goes on where it was.
 * Made durable is the whole, before it takes its name: what a power cut took of a piece is asked for again, since the sender keeps all of it
 * until it has the receipt; and a hole in the middle shows in the digest. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "ground/base/bulk.h"
#include "trust/letter/inbox.h"
#include "trust/letter/post_watch.h"

/* Bytes of it that are here; whole: it has its final name. */
static int how_much(struct node *node, struct arena *a, const struct partner *from, const uint8_t id[static ID_LEN], uint64_t *have,
                    bool *whole, struct err *err)
{
    struct stat st;
    static const char *const names[] = {".part", ".age"};
    *have = 0;
    *whole = false;
    for (size_t i = 0; i < 2; i++) {
        const char *path = post_in_path(node, a, from->id, id, names[i]);
        if (stat(path, &st) == 0) {
            *have = (uint64_t)st.st_size;
            *whole = i == 1;
        } else if (errno != ENOENT) {
            return err_errno(err, ERR_IO, errno, "%s cannot be examined", path);
        }
    }
    return 0;
}

/* Whoever writes a file that grows has its lock, in this process and in others: what is seen of it while it grows (post_watch.h) is what it holds. */
static int lock_it(int fd, const char *path, struct stat *st, struct err *err)
{
    struct stat named;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return err_set(err, ERR_RETRY, "another connection brings the same letter: bring it again");
    if (fstat(fd, st) < 0)
        return err_errno(err, ERR_IO, errno, "%s cannot be examined", path);
    if (stat(path, &named) < 0 || named.st_ino != st->st_ino)
        return err_set(err, ERR_RETRY, "another connection has just brought all of this letter");
    return 0;
}

struct coming_part { struct node *node; const struct post_kinds *kinds; const struct partner *from; const char *path; uint64_t offset; bytes bytes; };

/* *have: how much is there then. */
static int append(const struct coming_part *p, uint64_t *have, struct err *err)
{
    struct bulk b;
    struct stat st;
    if (bulk_open(&b, p->path, O_CREAT, p->offset) < 0)
        return err_errno(err, errno == ENOSPC ? ERR_RETRY : ERR_IO, errno, "%s cannot be opened", p->path);
    int r = lock_it(b.fd, p->path, &st, err);
    *have = r == 0 ? (uint64_t)st.st_size : p->offset;
    if (r == 0 && *have == p->offset) {
        if (bulk_write(&b, p->bytes) < 0 || bulk_flush(&b) < 0) {
            r = err_errno(err, errno == ENOSPC ? ERR_RETRY : ERR_IO, errno, "%s cannot be written", p->path);
            if (ftruncate(b.fd, (off_t)p->offset) < 0) /* half a piece: whoever asks is told where it ends */
                err_prefix(err, "a piece that came in half could not be taken back");
        } else {
            *have += p->bytes.len;
            post_watch_part(p->node, p->kinds, p->from, p->path, p->offset, p->bytes);
        }
    }
    bulk_close(&b);
    return r;
}

/* A letter whose receipt stands: bringing it again changes nothing, so its bytes need not come. */
static int is_settled(struct node *node, struct arena *a, const struct partner *from, const uint8_t id[static ID_LEN], uint64_t *size,
                      struct err *err)
{
    struct inbox_row row;
    int r = inbox_find(node->db, from->id, id, a, &row, err);
    if (r <= 0 || row.size == 0) /* of a version that is not spoken here nothing is known */
        return r < 0 ? r : 0;
    *size = row.size;
    return 1;
}

/* Other things need the disk more: the database above all. */
static int has_room(struct node *node, const struct partner *from, const char *in, bool begins, size_t len, struct err *err)
{
    struct statvfs fs;
    size_t growing;
    if (statvfs(in, &fs) < 0)
        return err_errno(err, ERR_IO, errno, "%s cannot be examined", in);
    if (fs.f_bavail * fs.f_frsize < (uint64_t)POST_ROOM + len)
        return err_set(err, ERR_RETRY, "no room for large letters now: bring it again");
    if (!begins)
        return 0;
    int r = post_parts_growing(node, from->id, &growing, err);
    return r == 0 && growing >= POST_PARTS_MAX ? err_set(err, ERR_RETRY, "%d large letters at once: finish one of them first", POST_PARTS_MAX) : r;
}

int post_part(struct node *node, const struct post_kinds *kinds, const struct partner *from, const uint8_t id[static ID_LEN], uint64_t offset,
              bytes part, uint64_t *have, struct err *err)
{
    struct arena *a = arena_new();
    bool whole, existed = false;
    const char *in = node_path(node, a, "letters/in");
    int r = file_mkdir(node_path(node, a, "letters"), NULL, err);
    if (r < 0 || (r = file_mkdir(in, NULL, err)) < 0 || (r = how_much(node, a, from, id, have, &whole, err)) < 0)
        goto out;
    if (*have == 0 && (r = is_settled(node, a, from, id, have, err)) != 0)
        goto out;
    if (whole || part.len == 0 || offset != *have)
        goto out; /* *have says where to go on */
    if (offset + part.len > (uint64_t)LETTER_SIZE_MAX) {
        r = err_set(err, ERR_LIMIT, "a letter has at most %lld bytes", LETTER_SIZE_MAX);
        goto out;
    }
    const char *path = post_in_path(node, a, from->id, id, ".part");
    existed = file_exists(path);
    if ((r = has_room(node, from, in, !existed, part.len, err)) < 0)
        goto out;
    if ((r = append(&(struct coming_part){node, kinds, from, path, offset, part}, have, err)) == 0 && !existed)
        r = file_sync_dir(in, err);
out:
    arena_free(a);
    return r < 0 ? r : 0;
}

/* Nobody writes to it any more when it takes its name. */
static int name_it(const char *part, const char *path, uint64_t size, struct err *err)
{
    struct stat st;
    int fd = open(part, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_errno(err, ERR_IO, errno, "%s cannot be opened", part);
    int r = lock_it(fd, part, &st, err);
    if (r == 0 && (uint64_t)st.st_size != size)
        r = err_set(err, ERR_RETRY, "another connection brings the same letter: bring it again");
    if (r == 0 && fsync(fd) < 0)
        r = err_errno(err, errno == ENOSPC ? ERR_RETRY : ERR_IO, errno, "%s cannot be made durable", part);
    if (r == 0 && rename(part, path) < 0)
        r = err_errno(err, ERR_IO, errno, "%s cannot be renamed", part);
    close(fd);
    return r;
}

int post_part_whole(struct node *node, const struct partner *from, const uint8_t id[static ID_LEN], uint64_t size, struct err *err)
{
    struct arena *a = arena_new();
    uint64_t have;
    bool whole;
    int r = how_much(node, a, from, id, &have, &whole, err);
    const char *part = post_in_path(node, a, from->id, id, ".part"), *path = post_in_path(node, a, from->id, id, ".age");
    if (r == 0 && !whole && have > size)
        unlink(part); /* not this letter: it begins anew */
    if (r == 0 && !whole && have == size && (r = name_it(part, path, size, err)) == 0)
        r = file_sync_dir(node_path(node, a, "letters/in"), err);
    arena_free(a);
    return r;
}
