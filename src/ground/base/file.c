#include "ground/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int file_read(struct arena *a, const char *path, size_t max, bytes *out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "%s: cannot be opened", path);
    int result = 0;
    size_t cap = 4096, len = 0;
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size < max)
        cap = (size_t)st.st_size + 1;
    uint8_t *p = arena_alloc(a, cap);
    for (;;) {
        if (len + 1 >= cap) {
            p = arena_grow(a, p, cap, cap * 2);
            cap *= 2;
        }
        ssize_t n = read(fd, p + len, cap - len - 1);
        if (n == 0)
            break;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            result = err_errno(err, ERR_IO, errno, "%s: cannot be read", path);
            break;
        }
        len += (size_t)n;
        if (len > max) {
            result = err_set(err, ERR_LIMIT, "%s: larger than the %zu bytes that are allowed here", path, max);
            break;
        }
    }
    close(fd);
    p[len] = 0;
    *out = (bytes){p, len};
    return result;
}

static int write_all(int fd, bytes content)
{
    for (size_t done = 0; done < content.len;) {
        ssize_t n = write(fd, content.p + done, content.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        done += (size_t)n;
    }
    return 0;
}

int file_sync_dir(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, ERR_IO, errno, "%s: cannot be opened as a folder", path);
    int result = fsync(fd) < 0 ? err_errno(err, ERR_IO, errno, "%s: cannot be made durable", path) : 0;
    close(fd);
    return result;
}

#define BEHIND_STEP (UINT64_C(8) << 20)
#define BEHIND_MOST (4 * BEHIND_STEP)

void file_write_behind(int fd, uint64_t at, uint64_t len)
{
    const uint64_t end = (at + len) / BEHIND_STEP * BEHIND_STEP;
    for (uint64_t step = at / BEHIND_STEP * BEHIND_STEP; step < end; step += BEHIND_STEP) {
        (void)sync_file_range(fd, (off_t)step, (off_t)BEHIND_STEP, SYNC_FILE_RANGE_WRITE);
        if (step >= BEHIND_MOST)
            (void)sync_file_range(fd, (off_t)(step - BEHIND_MOST), (off_t)BEHIND_STEP,
                                  SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
    }
}

/* The folder that path stands in. */
static int parent_of(const char *path, char *folder, size_t size, struct err *err)
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    while (len > 0 && path[len - 1] != '/')
        len--;
    while (len > 1 && path[len - 1] == '/')
        len--;
    if (len + 2 > size)
        return err_set(err, ERR_INPUT, "the path is too long");
    snprintf(folder, size, "%.*s", len ? (int)len : 1, len ? path : ".");
    return 0;
}

int file_write(const char *path, bytes content, unsigned mode, struct err *err)
{
    char tmp[4096], folder[4096];
    int n = snprintf(tmp, sizeof tmp, "%s.tmp", path);
    if (n < 0 || (size_t)n >= sizeof tmp)
        return err_set(err, ERR_INPUT, "the path is too long");
    int result = parent_of(path, folder, sizeof folder, err);
    if (result < 0)
        return result;

    int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0)
        return err_errno(err, ERR_IO, errno, "%s: cannot be created", tmp);
    if (write_all(fd, content) < 0 || fsync(fd) < 0)
        result = err_errno(err, ERR_IO, errno, "%s: cannot be written; the old file is untouched", path);
    if (close(fd) < 0 && result == 0)
        result = err_errno(err, ERR_IO, errno, "%s: cannot be written; the old file is untouched", path);
    if (result == 0 && rename(tmp, path) < 0)
        result = err_errno(err, ERR_IO, errno, "%s: cannot be replaced", path);
    if (result < 0) {
        unlink(tmp);
        return result;
    }
    return file_sync_dir(folder, err);
}

int file_mkdir(const char *path, bool *existed, struct err *err)
{
    char folder[4096];
    int result = parent_of(path, folder, sizeof folder, err);
    if (result < 0)
        return result;
    bool made = mkdir(path, 0700) == 0;
    int why = errno;
    struct stat st;
    if (!made && (why != EEXIST || stat(path, &st) < 0 || !S_ISDIR(st.st_mode)))
        return err_errno(err, ERR_IO, why, "%s: the folder cannot be created", path);
    if (existed)
        *existed = !made;
    return file_sync_dir(folder, err); /* also if it was there: whoever made it may have been stopped before this */
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}
