/* Evaluations on disk. A file is a header and chunks; a chunk is its numbers in clear, then the records and the outputs, each
 * sealed on its own, so that the records can be read without the outputs, which are a hundred times as long.
 *
 *     magic 12, epoch 4, run 8;  chunks: records 4, outputs 4, sealed records, sealed outputs
 */
#include "trust/match/index_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const uint8_t magic[] = {'c', 'o', 'm', 'i', 't', 'y', ' ', 'h', 'e', 'l', 'd', 1};
#define MAGIC_LEN sizeof magic
#define HEADER_LEN (MAGIC_LEN + 4 + 8)
#define RECORD_LEN (ID_LEN + 4 + 2 + 1)
#define SEALED_LEN(len) (KEYRING_WRAPPED_LEN + (len) + SEAL_OVERHEAD)

struct held_writer {
    FILE *file;
    char *path, *tmp;
    const struct keyring *keys;
    uint8_t header[HEADER_LEN];
    uint32_t chunks;
};

static void make_header(uint8_t header[HEADER_LEN], uint32_t epoch, int64_t run)
{
    memcpy(header, magic, MAGIC_LEN);
    put_u32be(header + MAGIC_LEN, epoch);
    put_u64be(header + MAGIC_LEN + 4, (uint64_t)run);
}

/* A part belongs to its file, its place in it and its length: none can be moved, left out or cut. */
#define AD_LEN (HEADER_LEN + 4 + 1 + 8)
static void associate(uint8_t ad[AD_LEN], const uint8_t header[HEADER_LEN], uint32_t chunk, char part, const uint8_t counts[8])
{
    memcpy(ad, header, HEADER_LEN);
    put_u32be(ad + HEADER_LEN, chunk);
    ad[HEADER_LEN + 4] = (uint8_t)part;
    memcpy(ad + HEADER_LEN + 5, counts, 8);
}

static void writer_free(struct held_writer *w)
{
    free(w->path);
    free(w->tmp);
    free(w);
}

int held_create(const char *path, uint32_t epoch, int64_t run, const struct keyring *keys, struct held_writer **out, struct err *err)
{
    struct held_writer *w = mem_calloc(1, sizeof *w);
    size_t len = strlen(path);
    w->path = mem_alloc(len + 1);
    w->tmp = mem_alloc(len + 5);
    memcpy(w->path, path, len + 1);
    memcpy(w->tmp, path, len);
    memcpy(w->tmp + len, ".tmp", 5);
    w->keys = keys;
    make_header(w->header, epoch, run);
    int fd = open(w->tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE_PRIVATE);
    w->file = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!w->file || fwrite(w->header, HEADER_LEN, 1, w->file) != 1) {
        int result = err_errno(err, ERR_IO, errno, "%s: cannot be written", w->tmp);
        held_abandon(w);
        return result;
    }
    *out = w;
    return 0;
}

static int append_sealed(struct held_writer *w, bytes plain, char part, const uint8_t counts[8], struct err *err)
{
    uint8_t ad[AD_LEN];
    associate(ad, w->header, w->chunks, part, counts);
    uint8_t *sealed = mem_alloc(SEALED_LEN(plain.len));
    int r = keyring_seal(w->keys, plain, (bytes){ad, sizeof ad}, sealed, sealed + KEYRING_WRAPPED_LEN, err);
    if (r < 0) {
        free(sealed);
        return r;
    }
    size_t written = fwrite(sealed, SEALED_LEN(plain.len), 1, w->file);
    int why = errno;
    free(sealed);
    return written == 1 ? 0 : err_errno(err, why == ENOSPC ? ERR_LIMIT : ERR_IO, why, "%s: cannot be written; the maps are as they were", w->tmp);
}

int held_append(struct held_writer *w, const struct held_chunk *chunk, struct err *err)
{
    uint8_t counts[8];
    put_u32be(counts, (uint32_t)chunk->n);
    put_u32be(counts + 4, (uint32_t)chunk->n_outputs);
    if (fwrite(counts, sizeof counts, 1, w->file) != 1)
        return err_errno(err, ERR_IO, errno, "%s: cannot be written; the maps are as they were", w->tmp);
    uint8_t *records = mem_alloc(chunk->n * RECORD_LEN), *p = records;
    for (size_t i = 0; i < chunk->n; i++, p += RECORD_LEN) {
        const struct held_record *r = &chunk->records[i];
        memcpy(p, r->id.b, ID_LEN);
        put_u32be(p + ID_LEN, r->ordinal);
        put_u16be(p + ID_LEN + 4, r->bits);
        p[ID_LEN + 6] = r->n_keys;
    }
    int result = append_sealed(w, (bytes){records, chunk->n * RECORD_LEN}, 'r', counts, err);
    if (result == 0)
        result = append_sealed(w, (bytes){(const uint8_t *)chunk->outputs, chunk->n_outputs * sizeof *chunk->outputs}, 'o', counts, err);
    free(records);
    w->chunks++;
    return result;
}

int held_finish(struct held_writer *w, struct err *err)
{
    int result = 0;
    bool ok = fflush(w->file) == 0 && fsync(fileno(w->file)) == 0;
    int why = errno;
    ok = fclose(w->file) == 0 && ok;
    w->file = NULL;
    if (!ok)
        result = err_errno(err, why == ENOSPC ? ERR_LIMIT : ERR_IO, why, "%s: cannot be written; the maps are as they were", w->tmp);
    else if (rename(w->tmp, w->path) < 0)
        result = err_errno(err, ERR_IO, errno, "%s: cannot be put in place", w->path);
    if (result < 0) {
        held_abandon(w);
        return result;
    }
    *strrchr(w->path, '/') = 0;
    result = file_sync_dir(w->path, err);
    writer_free(w);
    return result;
}

void held_abandon(struct held_writer *w)
{
    if (!w)
        return;
    if (w->file)
        fclose(w->file);
    unlink(w->tmp);
    writer_free(w);
}

/* ---- reading ---- */

struct held_reader {
    FILE *file;
    const char *path;
    const struct keyring *keys;
    uint8_t header[HEADER_LEN];
    uint32_t chunks;
    struct arena *arena; /* of one chunk */
};

static int damaged(const struct held_reader *r, struct err *err)
{
    return err_set(err, ERR_CORRUPT, "%s: chunk %u is damaged or not this node's: delete the folder maps/held and run the index again", r->path,
                   r->chunks);
}

static int read_sealed(struct held_reader *r, size_t plain_len, char part, const uint8_t counts[8], uint8_t **plain, struct err *err)
{
    size_t len = SEALED_LEN(plain_len);
    uint8_t ad[AD_LEN], *sealed = arena_alloc(r->arena, len);
    associate(ad, r->header, r->chunks, part, counts);
    *plain = arena_alloc(r->arena, plain_len);
    if (fread(sealed, len, 1, r->file) != 1)
        return damaged(r, err);
    int result = keyring_unseal(r->keys, (bytes){sealed, KEYRING_WRAPPED_LEN},
                                (bytes){sealed + KEYRING_WRAPPED_LEN, len - KEYRING_WRAPPED_LEN}, (bytes){ad, sizeof ad}, *plain, err);
    return result == ERR_CRYPTO ? damaged(r, err) : result;
}

/* 1 and a chunk, 0 at the end. */
static int read_chunk(struct held_reader *r, bool outputs, struct held_chunk *chunk, struct err *err)
{
    uint8_t counts[8], *records, *plain;
    size_t got = fread(counts, 1, sizeof counts, r->file);
    if (got == 0 && feof(r->file))
        return 0;
    *chunk = (struct held_chunk){.n = get_u32be(counts), .n_outputs = get_u32be(counts + 4)};
    if (got != sizeof counts || chunk->n > HELD_CHUNK || chunk->n_outputs > HELD_CHUNK * MATCH_KEYS_MAX)
        return damaged(r, err);
    int result = read_sealed(r, chunk->n * RECORD_LEN, 'r', counts, &records, err);
    if (result < 0)
        return result;
    chunk->records = arena_array(r->arena, struct held_record, chunk->n);
    for (size_t i = 0; i < chunk->n; i++, records += RECORD_LEN) {
        struct held_record *record = &chunk->records[i];
        memcpy(record->id.b, records, ID_LEN);
        record->ordinal = get_u32be(records + ID_LEN);
        record->bits = get_u16be(records + ID_LEN + 4);
        record->n_keys = records[ID_LEN + 6];
    }
    size_t len = chunk->n_outputs * sizeof *chunk->outputs;
    if (!outputs)
        return fseek(r->file, (long)SEALED_LEN(len), SEEK_CUR) == 0 ? 1 : damaged(r, err);
    if ((result = read_sealed(r, len, 'o', counts, &plain, err)) < 0)
        return result;
    chunk->outputs = (held_output *)plain;
    return 1;
}

int held_each(const char *path, uint32_t epoch, int64_t run, int64_t records, const struct keyring *keys, bool outputs, held_each_fn fn,
              void *arg, struct err *err)
{
    struct held_reader r = {.path = path, .keys = keys, .file = fopen(path, "rbe")};
    if (!r.file)
        return err_errno(err, errno == ENOENT ? ERR_CORRUPT : ERR_IO, errno, "%s: cannot be opened; restore it from the backup", path);
    r.arena = arena_new();
    make_header(r.header, epoch, run);
    uint8_t header[HEADER_LEN];
    int result = 0;
    int64_t seen = 0;
    struct held_chunk chunk;
    if (fread(header, HEADER_LEN, 1, r.file) != 1 || memcmp(header, r.header, HEADER_LEN) != 0)
        result = damaged(&r, err);
    while (result == 0 && (result = read_chunk(&r, outputs, &chunk, err)) > 0) {
        seen += (int64_t)chunk.n;
        result = fn(&chunk, arg, err);
        arena_reset(r.arena);
        r.chunks++;
    }
    if (result == 0 && seen != records)
        result = damaged(&r, err);
    arena_free(r.arena);
    fclose(r.file);
    return result;
}
