#include "ground/zip/zip_write.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define LEVEL 2         /* markup shrinks to a twentieth at any level; the time is what counts */
#define RAW_WINDOW (-15) /* zlib: 15 bits of window, no header of its own */
#define VERSION 20      /* needed to read: deflate */
#define LENGTHS_FOLLOW 8 /* APPNOTE 4.4.4: bit 3 */
#define DEFLATED 8
#define DOS_DATE 0x21   /* 1 January 1980: when a report was made is nobody's business but the log's */
#define CHUNK ((size_t)16 * 1024)

struct zip_file {
    const char *name;
    uint32_t offset, checksum, packed, length;
};

struct zip_write {
    z_stream deflate;
    struct zip_file files[ZIP_WRITE_FILES];
    size_t n;
    uint64_t at, packed, length; /* written so far: of all, of this file packed, of this file */
    uLong checksum;
    bool failed; /* too large, or zlib said no: told by zip_write_finish */
};

struct zip_write *zip_write_open(void)
{
    struct zip_write *z = mem_calloc(1, sizeof *z);
    z->failed = deflateInit2(&z->deflate, LEVEL, Z_DEFLATED, RAW_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK;
    return z;
}

void zip_write_close(struct zip_write *z)
{
    if (!z)
        return;
    deflateEnd(&z->deflate);
    free(z);
}

/* ZIP's integers are little-endian. */
static void put16(struct buf *b, uint32_t v)
{
    buf_byte(b, (char)v);
    buf_byte(b, (char)(v >> 8));
}

static void put32(struct buf *b, uint32_t v)
{
    put16(b, v & 0xffff);
    put16(b, v >> 16);
}

/* What a local header and the directory say alike (APPNOTE 4.3.7, 4.3.12). */
static void put_common(struct buf *out, const struct zip_file *f, bool known)
{
    put16(out, VERSION);
    put16(out, LENGTHS_FOLLOW);
    put16(out, DEFLATED);
    put16(out, 0); /* midnight */
    put16(out, DOS_DATE);
    put32(out, known ? f->checksum : 0);
    put32(out, known ? f->packed : 0);
    put32(out, known ? f->length : 0);
    put16(out, (uint32_t)strlen(f->name));
    put16(out, 0); /* no extra field */
}

void zip_write_begin(struct zip_write *z, struct buf *out, const char *name)
{
    assert(z->n < ZIP_WRITE_FILES);
    size_t before = out->len;
    z->files[z->n] = (struct zip_file){.name = name, .offset = (uint32_t)z->at};
    z->packed = z->length = 0;
    z->checksum = crc32(0, NULL, 0);
    z->failed |= deflateReset(&z->deflate) != Z_OK;
    buf_add(out, STR("PK\3\4"));
    put_common(out, &z->files[z->n], false);
    buf_add(out, str_from(name));
    z->at += out->len - before;
}

static void deflate_all(struct zip_write *z, struct buf *out, bytes data, int flush)
{
    uint8_t chunk[CHUNK];
    z->deflate.next_in = (Bytef *)(uintptr_t)data.p;
    z->deflate.avail_in = (uInt)data.len;
    do {
        z->deflate.next_out = chunk;
        z->deflate.avail_out = sizeof chunk;
        if (deflate(&z->deflate, flush) == Z_STREAM_ERROR) {
            z->failed = true;
            return;
        }
        size_t n = sizeof chunk - z->deflate.avail_out;
        buf_add_bytes(out, chunk, n);
        z->packed += n;
        z->at += n;
    } while (z->deflate.avail_out == 0);
}

void zip_write_data(struct zip_write *z, struct buf *out, bytes data)
{
    if (data.len == 0)
        return;
    z->failed |= data.len > UINT32_MAX || z->length + data.len > UINT32_MAX;
    if (z->failed)
        return;
    z->length += data.len;
    z->checksum = crc32(z->checksum, data.p, (uInt)data.len);
    deflate_all(z, out, data, Z_NO_FLUSH);
}

void zip_write_end(struct zip_write *z, struct buf *out)
{
    struct zip_file *f = &z->files[z->n++];
    if (!z->failed)
        deflate_all(z, out, (bytes){(const uint8_t *)"", 0}, Z_FINISH);
    f->checksum = (uint32_t)z->checksum;
    f->packed = (uint32_t)z->packed;
    f->length = (uint32_t)z->length;
    size_t before = out->len;
    buf_add(out, STR("PK\7\10")); /* APPNOTE 4.3.9.3 */
    put32(out, f->checksum);
    put32(out, f->packed);
    put32(out, f->length);
    z->at += out->len - before;
    z->failed |= z->at > UINT32_MAX;
}

int zip_write_finish(struct zip_write *z, struct buf *out, struct err *err)
{
    size_t before = out->len;
    if (z->failed)
        return err_set(err, ERR_LIMIT, "the archive is larger than 4 GB, or cannot be compressed: take fewer rows");
    for (size_t i = 0; i < z->n; i++) {
        buf_add(out, STR("PK\1\2"));
        put16(out, VERSION);
        put_common(out, &z->files[i], true);
        put16(out, 0); /* no comment */
        put16(out, 0); /* on disk 0 */
        put16(out, 0);
        put32(out, 0);
        put32(out, z->files[i].offset);
        buf_add(out, str_from(z->files[i].name));
    }
    uint32_t len = (uint32_t)(out->len - before);
    buf_add(out, STR("PK\5\6"));
    put32(out, 0);
    put16(out, (uint32_t)z->n);
    put16(out, (uint32_t)z->n);
    put32(out, len);
    put32(out, (uint32_t)z->at);
    put16(out, 0);
    return 0;
}
