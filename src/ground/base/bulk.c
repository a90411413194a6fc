#include "ground/base/bulk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/base/file.h"

/* Whether it could be set as asked: not every file system has a way past the cache. */
static bool past_cache(int fd, bool on)
{
    const int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT) == 0;
}

int bulk_open(struct bulk *b, const char *path, int flags, uint64_t at)
{
    *b = (struct bulk){.at = at, .fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | flags, FILE_MODE_PRIVATE)};
    if (b->fd < 0)
        return -1;
    b->past_cache = at % BULK_ALIGN == 0 && past_cache(b->fd, true);
    return 0;
}

static int put(struct bulk *b, const uint8_t *p, size_t len)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = pwrite(b->fd, p + done, len - done, (off_t)(b->at + done));
        if (n < 0 && errno == EINVAL && b->past_cache) { /* the file system has a word for it, but does not do it; or half of a piece went out */
            b->past_cache = false;
            if (past_cache(b->fd, false))
                continue;
        }
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        done += (size_t)n;
    }
    if (!b->past_cache)
        file_write_behind(b->fd, b->at, len);
    b->at += len;
    return 0;
}

int bulk_flush(struct bulk *b)
{
    const size_t whole = b->past_cache ? b->n / BULK_ALIGN * BULK_ALIGN : b->n, rest = b->n - whole;
    if (whole && put(b, b->buf, whole) < 0)
        return -1;
    if (rest && b->past_cache) { /* from here on nothing is aligned any more */
        b->past_cache = false;
        if (!past_cache(b->fd, false))
            return -1;
    }
    b->n = 0;
    return rest ? put(b, b->buf + whole, rest) : 0;
}

/* What lies as the disk wants it goes out from where it lies. */
static int put_straight(struct bulk *b, bytes *data)
{
    const size_t whole = data->len / BULK_ALIGN * BULK_ALIGN;
    if (b->n || !b->past_cache || (uintptr_t)data->p % BULK_ALIGN || whole == 0)
        return 0;
    const int r = put(b, data->p, whole);
    *data = (bytes){data->p + whole, data->len - whole};
    return r;
}

int bulk_write(struct bulk *b, bytes data)
{
    if (put_straight(b, &data) < 0)
        return -1;
    if (data.len && !b->buf && !(b->buf = aligned_alloc(BULK_ALIGN, BULK_PIECE)))
        return -1;
    while (data.len) {
        const size_t some = BULK_PIECE - b->n < data.len ? BULK_PIECE - b->n : data.len;
        memcpy(b->buf + b->n, data.p, some);
        b->n += some;
        data = (bytes){data.p + some, data.len - some};
        if (b->n == BULK_PIECE && bulk_flush(b) < 0)
            return -1;
    }
    return 0;
}

int bulk_sync(struct bulk *b)
{
    return bulk_flush(b) < 0 || fsync(b->fd) < 0 ? -1 : 0;
}

void bulk_close(struct bulk *b)
{
    if (b->fd >= 0)
        close(b->fd);
    free(b->buf);
    *b = (struct bulk){.fd = -1};
}

int bulk_read(struct arena *a, const char *path, uint64_t at, size_t max, bytes *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return -1;
    uint8_t *p = arena_alloc(a, max + 2 * BULK_ALIGN);
    p += BULK_ALIGN - (uintptr_t)p % BULK_ALIGN;
    size_t len = 0;
    ssize_t n = 1;
    bool past = at % BULK_ALIGN == 0 && max % BULK_ALIGN == 0 && past_cache(fd, true);
    while (len < max && n > 0) {
        if (past && len % BULK_ALIGN) /* the end of the file, or a signal in the middle */
            past = !past_cache(fd, false);
        n = pread(fd, p + len, max - len, (off_t)(at + len));
        if (n < 0 && errno == EINVAL && past && past_cache(fd, false)) {
            past = false;
            n = 1;
            continue;
        }
        if (n < 0 && errno == EINTR) {
            n = 1;
            continue;
        }
        len += n > 0 ? (size_t)n : 0;
    }
    const int why = errno;
    close(fd);
    errno = why;
    *out = (bytes){p, len};
    return n < 0 ? -1 : 0;
}
