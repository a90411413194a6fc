/* post_in_files: what is in DIR/letters/in and no longer should be: files of letters that were erased or refused, at once; pieces that
 * nobody goes on with and files that never became letters, by the clock. Which those are the tables say, so a node that is killed
 * in the midst goes on where it was. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trust/letter/inbox.h"

#define DAY_MS (24LL * 3600 * 1000)
#define PART_KEEP_DAYS 7 /* after its last piece: then the sender begins anew */
#define PAGE 256

/* The head of an age file alone leads from our letter key, which lives for weeks yet, to the file's. */
static int blank_head(const char *path, struct err *err)
{
    static const uint8_t zeros[AGE_HEADER_MAX];
    struct stat st;
    int r = 0, fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? 0 : err_errno(err, ERR_IO, errno, "%s cannot be opened", path);
    if (fstat(fd, &st) < 0)
        r = err_errno(err, ERR_IO, errno, "%s cannot be examined", path);
    size_t len = r == 0 && (size_t)st.st_size < sizeof zeros ? (size_t)st.st_size : sizeof zeros;
    if (r == 0 && (pwrite(fd, zeros, len, 0) != (ssize_t)len || fsync(fd) < 0))
        r = err_errno(err, ERR_IO, errno, "%s cannot be overwritten", path);
    close(fd);
    return r;
}

static int drop_file(struct node *node, struct arena *a, const struct inbox_name *name, struct err *err)
{
    static const char *const suffixes[] = {".age", ".part"};
    int r = 0;
    for (size_t i = 0; i < 2 && r == 0; i++) {
        const char *path = post_in_path(node, a, name->partner, name->id, suffixes[i]);
        r = blank_head(path, err);
        if (r == 0 && unlink(path) < 0 && errno != ENOENT)
            r = err_errno(err, ERR_IO, errno, "%s cannot be removed", path);
    }
    return r;
}

struct dropped { const struct inbox_name *names; size_t n; };

static int note_dropped(struct db *db, void *arg, struct err *err)
{
    const struct dropped *d = arg;
    int r = 0;
    for (size_t i = 0; i < d->n && r == 0; i++)
        r = inbox_file_gone(db, &d->names[i], err);
    return r;
}

int post_files_drop(struct node *node, struct err *err)
{
    struct arena *a = arena_new();
    struct dropped d;
    struct inbox_name *names;
    int r;
    do {
        arena_reset(a);
        if ((r = inbox_files_to_drop(node->db, PAGE, a, &names, &d.n, err)) < 0 || d.n == 0)
            break;
        d.names = names;
        for (size_t i = 0; i < d.n && r == 0; i++)
            r = drop_file(node, a, &names[i], err);
        if (r == 0 && file_exists(node_path(node, a, "letters/in")))
            r = file_sync_dir(node_path(node, a, "letters/in"), err);
        if (r == 0)
            r = db_txn(node->db, note_dropped, &d, err);
    } while (r == 0 && d.n == PAGE);
    arena_free(a);
    return r;
}

/* PARTNER-ID.age or .part: what a file's name says. */
static bool read_name(const char *file, struct inbox_name *name, bool *whole)
{
    const size_t hex = 2 * ID_LEN;
    if (strlen(file) < 2 * hex + 2 || file[hex] != '-')
        return false;
    const char *suffix = file + 2 * hex + 1;
    *whole = strcmp(suffix, ".age") == 0;
    return (*whole || strcmp(suffix, ".part") == 0) && hex_decode_into((str){file, hex}, name->partner, ID_LEN) &&
           hex_decode_into((str){file + hex + 1, hex}, name->id, ID_LEN);
}

static int remove_if_orphan(struct node *node, int folder, const char *file, int64_t now_ms, struct err *err)
{
    struct inbox_name name;
    struct stat st;
    bool whole;
    if (!read_name(file, &name, &whole) || fstatat(folder, file, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
        st.st_mtim.tv_sec * 1000 + PART_KEEP_DAYS * DAY_MS > now_ms)
        return 0;
    int used = whole ? inbox_uses_file(node->db, &name, err) : 0;
    if (used == 0)
        unlinkat(folder, file, 0);
    return used < 0 ? used : 0;
}

int post_in_tidy(struct node *node, int64_t now_ms, struct err *err)
{
    int r = post_files_drop(node, err);
    if (r < 0)
        return r;
    struct arena *a = arena_new();
    const char *path = node_path(node, a, "letters/in");
    DIR *folder = opendir(path);
    if (!folder && errno != ENOENT)
        r = err_errno(err, ERR_IO, errno, "%s cannot be read", path);
    for (const struct dirent *entry; folder && r == 0 && (entry = readdir(folder));)
        r = remove_if_orphan(node, dirfd(folder), entry->d_name, now_ms, err);
    if (folder)
        closedir(folder);
    arena_free(a);
    return r;
}

int post_parts_growing(struct node *node, const uint8_t partner[static ID_LEN], size_t *n, struct err *err)
{
    struct arena *a = arena_new();
    struct inbox_name name;
    bool whole;
    int r = 0;
    const char *path = node_path(node, a, "letters/in");
    DIR *folder = opendir(path);
    *n = 0;
    if (!folder)
        r = err_errno(err, ERR_IO, errno, "%s cannot be read", path);
    for (const struct dirent *entry; folder && (entry = readdir(folder));)
        *n += read_name(entry->d_name, &name, &whole) && !whole && memcmp(name.partner, partner, ID_LEN) == 0;
    if (folder)
        closedir(folder);
    arena_free(a);
    return r;
}
