/* post_part: large letters as they grow, piece by piece, in DIR/letters/in: a line that is cut, or a node that is killed, goes on where it was.
 * Made durable is the whole, before it takes its name: what a power cut took of a piece is asked for again, since the sender keeps all of it
 * until it has the receipt; and a hole in the middle shows in the digest. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "trust/letter/inbox.h"

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

static int append(const char *path, uint64_t offset, bytes part, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE_PRIVATE), r = 0;
    if (fd < 0)
        return err_errno(err, errno == ENOSPC ? ERR_RETRY : ERR_IO, errno, "%s cannot be opened", path);
    for (size_t done = 0; done < part.len && r == 0;) {
        ssize_t n = pwrite(fd, part.p + done, part.len - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            r = err_errno(err, errno == ENOSPC ? ERR_RETRY : ERR_IO, errno, "%s cannot be written", path);
        else
            done += (size_t)n;
    }
    file_write_behind(fd, offset, part.len);
    if (r < 0 && ftruncate(fd, (off_t)offset) < 0) /* half a piece: whoever asks is told where it ends */
        err_prefix(err, "a piece that came in half could not be taken back");
    close(fd);
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

int post_part(struct node *node, const struct partner *from, const uint8_t id[static ID_LEN], uint64_t offset, bytes part, uint64_t *have,
              struct err *err)
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
    if ((r = append(path, offset, part, err)) == 0 && !existed)
        r = file_sync_dir(in, err);
    if (r == 0)
        *have = offset + part.len;
out:
    arena_free(a);
    return r < 0 ? r : 0;
}

static int make_durable(const char *path, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_errno(err, ERR_IO, errno, "%s cannot be opened", path);
    int r = fsync(fd) < 0 ? err_errno(err, errno == ENOSPC ? ERR_RETRY : ERR_IO, errno, "%s cannot be made durable", path) : 0;
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
    if (r == 0 && !whole && have == size && (r = make_durable(part, err)) == 0) {
        if (rename(part, path) < 0)
            r = err_errno(err, ERR_IO, errno, "%s cannot be renamed", part);
        else
            r = file_sync_dir(node_path(node, a, "letters/in"), err);
    }
    arena_free(a);
    return r;
}
