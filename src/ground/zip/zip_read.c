#include "ground/zip/zip_read.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define LOCAL_LEN 30 /* APPNOTE 4.3.7 */
#define ENTRY_LEN 46 /* 4.3.12 */
#define END_LEN 22   /* 4.3.16 */
#define RAW_WINDOW (-15)

struct zip_entry {
    str name;
    const uint8_t *data;
    uint32_t from, to; /* what it takes up in the archive, header included */
    uint32_t packed, length, checksum;
    bool deflated;
};

struct zip_read {
    bytes content;
    size_t n;
    struct zip_entry *entries;
    z_stream inflate;
    bool open; /* inflate is initialised */
    const struct zip_entry *file;
    uint64_t given;
    uLong checksum;
};

static uint32_t get16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t get32(const uint8_t *p)
{
    return get16(p) | get16(p + 2) << 16;
}

static int damaged(struct err *err, const char *why)
{
    return err_set(err, ERR_INPUT, "the workbook is damaged or is not one: %s; open it in a spreadsheet program and save it again", why);
}

/* Where the file's bytes are, from its local header. */
static int find_data(struct zip_read *z, struct zip_entry *e, uint32_t directory, struct err *err)
{
    if ((uint64_t)e->from + LOCAL_LEN > directory || memcmp(z->content.p + e->from, "PK\3\4", 4) != 0)
        return damaged(err, "a file in it is not where it should be");
    const uint8_t *local = z->content.p + e->from;
    uint64_t name_len = get16(local + 26), data = (uint64_t)e->from + LOCAL_LEN + name_len + get16(local + 28);
    if (data + e->packed > directory)
        return damaged(err, "a file in it is longer than the whole");
    if (name_len != e->name.len || memcmp(local + LOCAL_LEN, e->name.p, name_len) != 0)
        return damaged(err, "a file in it has two names");
    e->data = z->content.p + data;
    e->to = (uint32_t)(data + e->packed);
    return 0;
}

/* One entry of the directory at p, which is left behind it. */
static int read_entry(struct zip_read *z, struct zip_entry *e, const uint8_t **p, const uint8_t *end, uint32_t directory, struct err *err)
{
    const uint8_t *at = *p;
    if (end - at < ENTRY_LEN || memcmp(at, "PK\1\2", 4) != 0)
        return damaged(err, "its directory is cut off");
    uint32_t flags = get16(at + 8), method = get16(at + 10), name_len = get16(at + 28), rest = get16(at + 30) + get16(at + 32);
    if ((size_t)(end - at) < (size_t)ENTRY_LEN + name_len + rest)
        return damaged(err, "its directory is cut off");
    if (flags & 0x2041) /* encrypted, strongly encrypted, masked directory */
        return err_set(err, ERR_INPUT, "the workbook is protected by a password: save it without one");
    if (method != 0 && method != 8)
        return damaged(err, "a file in it is packed in an unknown way");
    *e = (struct zip_entry){.name = {(const char *)at + ENTRY_LEN, name_len}, .from = get32(at + 42), .packed = get32(at + 20),
                            .length = get32(at + 24), .checksum = get32(at + 16), .deflated = method == 8};
    if (!e->deflated && e->packed != e->length)
        return damaged(err, "a file in it has two lengths");
    *p = at + ENTRY_LEN + name_len + rest;
    return find_data(z, e, directory, err);
}

static int by_place(const void *a, const void *b)
{
    const struct zip_entry *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const struct zip_entry *)a)->name, ((const struct zip_entry *)b)->name);
}

static int read_directory(struct zip_read *z, struct err *err)
{
    bytes c = z->content;
    if (c.len < END_LEN || c.len > UINT32_MAX - 1)
        return damaged(err, "it has no directory");
    const uint8_t *last = c.p + c.len - END_LEN; /* an archive with a comment behind it is not what spreadsheet programs write */
    if (memcmp(last, "PK\5\6", 4) != 0 || get16(last + 20) != 0)
        return damaged(err, "it does not end as it should");
    uint32_t n = get16(last + 10), len = get32(last + 12), from = get32(last + 16);
    if (get16(last + 4) || get16(last + 6) || get16(last + 8) != n || (uint64_t)from + len != c.len - END_LEN)
        return damaged(err, "its directory is not where it should be");
    if (n > ZIP_READ_FILES)
        return err_set(err, ERR_LIMIT, "the workbook is made of more than %d files: save the sheet alone, or as CSV", ZIP_READ_FILES);
    z->entries = mem_calloc(n + 1, sizeof *z->entries);
    const uint8_t *p = c.p + from, *end = p + len;
    for (; z->n < n; z->n++)
        if (read_entry(z, &z->entries[z->n], &p, end, from, err) < 0)
            return ERR_INPUT;
    if (p != end)
        return damaged(err, "its directory holds more than files");
    qsort(z->entries, n, sizeof *z->entries, by_place);
    for (uint32_t i = 0; i + 1 < n; i++)
        if (z->entries[i].to > z->entries[i + 1].from)
            return damaged(err, "two files in it overlap");
    qsort(z->entries, n, sizeof *z->entries, by_name);
    for (uint32_t i = 0; i + 1 < n; i++)
        if (str_eq_nocase(z->entries[i].name, z->entries[i + 1].name))
            return damaged(err, "a file in it is there twice");
    return 0;
}

int zip_read_open(bytes content, struct zip_read **out, struct err *err)
{
    struct zip_read *z = mem_calloc(1, sizeof *z);
    z->content = content;
    int r = read_directory(z, err);
    if (r < 0)
        zip_read_close(z);
    else
        *out = z;
    return r;
}

void zip_read_close(struct zip_read *z)
{
    if (!z)
        return;
    if (z->open)
        inflateEnd(&z->inflate);
    free(z->entries);
    free(z);
}

int zip_read_find(const struct zip_read *z, str name)
{
    for (size_t i = 0; i < z->n; i++)
        if (str_eq_nocase(z->entries[i].name, name))
            return (int)i;
    return -1;
}

int zip_read_file(struct zip_read *z, int index, struct err *err)
{
    int r = z->open ? inflateReset(&z->inflate) : inflateInit2(&z->inflate, RAW_WINDOW);
    if (r != Z_OK)
        return err_set(err, ERR_IO, "the workbook cannot be unpacked: memory is out");
    z->open = true;
    z->file = &z->entries[index];
    z->given = 0;
    z->checksum = crc32(0, NULL, 0);
    z->inflate.next_in = (Bytef *)(uintptr_t)z->file->data;
    z->inflate.avail_in = z->file->packed;
    return 0;
}

static int64_t copy_stored(struct zip_read *z, uint8_t *to, size_t max)
{
    size_t n = z->file->length - z->given < max ? (size_t)(z->file->length - z->given) : max;
    memcpy(to, z->file->data + z->given, n);
    return (int64_t)n;
}

int64_t zip_read_data(struct zip_read *z, uint8_t *to, size_t max, struct err *err)
{
    if (max > INT32_MAX)
        max = INT32_MAX;
    int64_t n;
    if (z->file->deflated) {
        z->inflate.next_out = to;
        z->inflate.avail_out = (uInt)max;
        int r = inflate(&z->inflate, Z_NO_FLUSH);
        n = (int64_t)(max - z->inflate.avail_out);
        bool ended = r == Z_STREAM_END && z->inflate.avail_in == 0, goes_on = r == Z_OK && n > 0;
        if (!ended && !goes_on)
            return damaged(err, "a file in it cannot be unpacked");
    } else {
        n = copy_stored(z, to, max);
    }
    z->given += (uint64_t)n;
    z->checksum = crc32(z->checksum, to, (uInt)n);
    if (z->given > z->file->length)
        return damaged(err, "a file in it is longer than announced");
    if (z->given > ZIP_READ_FILE_MAX)
        return err_set(err, ERR_LIMIT, "a sheet of the workbook is larger than 2 GB: save it as CSV");
    if (n == 0 && (z->given != z->file->length || z->checksum != z->file->checksum))
        return damaged(err, "a file in it is not as it was saved");
    return n;
}

uint32_t zip_read_packed(const struct zip_read *z)
{
    return z->file ? z->file->packed : 0;
}

uint32_t zip_read_taken(const struct zip_read *z)
{
    return !z->file ? 0 : z->file->deflated ? z->file->packed - z->inflate.avail_in : (uint32_t)z->given;
}

size_t zip_read_count(const struct zip_read *z)
{
    return z->n;
}

str zip_read_name(const struct zip_read *z, size_t i)
{
    return z->entries[i].name;
}

/* Version, flags, method and date, as they stand in the local header and in the directory. */
static const uint8_t plain_common[10] = {20, 0, 8, 0, 8, 0, 0, 0, 0x21, 0};

/* The local header, the lengths behind the data, and that the next file follows at once. */
static bool plain_local(const struct zip_read *z, const struct zip_entry *e, uint32_t next)
{
    static const uint8_t no_lengths[12], no_extra[2];
    const uint8_t *local = z->content.p + e->from, *behind = z->content.p + e->to;
    if ((uint64_t)e->to + 16 != next || memcmp(local + 4, plain_common, 10) != 0 || memcmp(local + 14, no_lengths, 12) != 0 || memcmp(local + 28, no_extra, 2) != 0)
        return false;
    return memcmp(behind, "PK\7\10", 4) == 0 && get32(behind + 4) == e->checksum && get32(behind + 8) == e->packed && get32(behind + 12) == e->length;
}

int zip_read_plain(const struct zip_read *z, struct err *err)
{
    static const uint8_t nothing[12];
    const uint8_t *end = z->content.p + z->content.len - END_LEN;
    const uint32_t directory = get32(end + 16);
    const uint8_t *at = z->content.p + directory;
    uint32_t next_file = 0;
    for (size_t i = 0; i < z->n; i++) {
        const uint8_t *next = at + ENTRY_LEN + get16(at + 28) + get16(at + 30) + get16(at + 32);
        const struct zip_entry *e = NULL;
        for (size_t k = 0; k < z->n && !e; k++)
            if (z->entries[k].from == get32(at + 42))
                e = &z->entries[k];
        bool plain = e && e->from == next_file && get16(at + 4) == 20 && memcmp(at + 6, plain_common, 10) == 0 && memcmp(at + 30, nothing, 12) == 0;
        next_file = i + 1 < z->n ? get32(next + 42) : directory;
        if (!plain || !plain_local(z, e, next_file))
            return err_set(err, ERR_INPUT, "the archive is not written as it was written first: a field of it was changed");
        at = next;
    }
    return z->n ? 0 : err_set(err, ERR_INPUT, "the archive is empty");
}
