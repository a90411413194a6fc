/* Reading an answer map: everything in the file is from outside until its checksum holds. */
#include "trust/match/map_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHECK_AT_ONCE (1 << 20) /* bytes: smaller maps are checked whole when they are opened */

struct map {
    struct map_info info;
    struct map_shape shape;
    uint8_t seed[MAP_SEED_LEN];
    unsigned attempts;
    const uint8_t *checksums, *table;
    _Atomic uint8_t *checked; /* per block; several threads may check the same block, to the same result */
    void *mapped;             /* by map_open, or NULL */
    size_t mapped_len;
};

static int corrupt(struct err *err, const char *what)
{
    return err_set(err, ERR_CORRUPT, "the answer map is damaged (%s): delete it, and it is fetched again", what);
}

static int check_block(const struct map *m, size_t block, struct err *err)
{
    if (atomic_load_explicit(&m->checked[block], memory_order_relaxed))
        return 0;
    size_t at = block * MAP_BLOCK, left = m->shape.cells * MAP_CELL - at;
    uint8_t sum[MAP_CHECKSUM];
    map_checksum(sum, m->table + at, left < MAP_BLOCK ? left : MAP_BLOCK);
    if (memcmp(sum, m->checksums + block * MAP_CHECKSUM, MAP_CHECKSUM) != 0)
        return corrupt(err, "a block does not have its checksum");
    atomic_store_explicit(&m->checked[block], 1, memory_order_relaxed);
    return 0;
}

static int read_header(struct map *m, bytes image, struct err *err)
{
    const uint8_t *p = image.p;
    static const uint8_t zeros[MAP_AT_CHECKSUMS - MAP_AT_ZERO];
    uint8_t digest[HASH_LEN];
    if (image.len < MAP_HEADER_LEN)
        return corrupt(err, "shorter than its header");
    if (memcmp(p, map_magic, sizeof map_magic) != 0)
        return err_set(err, ERR_CORRUPT, "this is not an answer map, or one of a version this program does not know");
    crypto_blake2b(digest, sizeof digest, (bytes){0}, (bytes){p, MAP_AT_DIGEST});
    if (memcmp(digest, p + MAP_AT_DIGEST, sizeof digest) != 0)
        return corrupt(err, "the header does not have its checksum");
    /* whoever writes a map can write checksums: the fields are still checked */
    uint32_t segments = get_u32be(p + MAP_AT_SEGMENTS);
    if (p[MAP_AT_BUCKET] < MAP_BUCKET_MIN || p[MAP_AT_BUCKET] > MAP_BUCKET_MAX || p[MAP_AT_ATTEMPTS] == 0 ||
        p[MAP_AT_ATTEMPTS] > MAP_ATTEMPTS_MAX || p[MAP_AT_SEGMENT_BITS] > MAP_SEGMENT_BITS_MAX || segments == 0 ||
        segments > (UINT32_MAX >> p[MAP_AT_SEGMENT_BITS]) - 2 || p[MAP_AT_SEED - 1] != 0 ||
        memcmp(p + MAP_AT_ZERO, zeros, sizeof zeros) != 0)
        return corrupt(err, "the header makes no sense");
    m->shape = map_shape(p[MAP_AT_SEGMENT_BITS], segments);
    if (m->shape.size != image.len)
        return corrupt(err, "shorter or longer than its header says");
    m->attempts = p[MAP_AT_ATTEMPTS];
    memcpy(m->seed, p + MAP_AT_SEED, MAP_SEED_LEN);
    m->info = (struct map_info){.epoch = get_u32be(p + MAP_AT_EPOCH), .delta = get_u32be(p + MAP_AT_DELTA), .capacity = map_capacity(p[MAP_AT_BUCKET])};
    memcpy(m->info.holder, p + MAP_AT_HOLDER, sizeof m->info.holder);
    memcpy(m->info.partner, p + MAP_AT_PARTNER, sizeof m->info.partner);
    memcpy(m->info.ruleset, p + MAP_AT_RULESET, sizeof m->info.ruleset);
    m->checksums = p + MAP_HEADER_LEN;
    m->table = m->checksums + m->shape.blocks * MAP_CHECKSUM;
    crypto_blake2b(digest, sizeof digest, (bytes){0}, (bytes){m->checksums, m->shape.blocks * MAP_CHECKSUM});
    if (memcmp(digest, p + MAP_AT_CHECKSUMS, sizeof digest) != 0)
        return corrupt(err, "the list of checksums does not have its checksum");
    return 0;
}

int map_open_memory(bytes image, struct map **out, struct err *err)
{
    struct map *m = mem_calloc(1, sizeof *m);
    int result = read_header(m, image, err);
    if (result == 0)
        m->checked = mem_calloc(m->shape.blocks, sizeof *m->checked);
    if (result == 0 && image.len <= CHECK_AT_ONCE)
        for (size_t i = 0; i < m->shape.blocks && result == 0; i++)
            result = check_block(m, i, err);
    if (result < 0)
        map_close(m);
    else
        *out = m;
    return result;
}

int map_open(const char *path, struct map **out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "%s: the answer map cannot be opened", path);
    struct stat st;
    void *p = MAP_FAILED;
    int result;
    if (fstat(fd, &st) < 0)
        result = err_errno(err, ERR_IO, errno, "%s: the answer map cannot be examined", path);
    else if (!S_ISREG(st.st_mode) || st.st_size < MAP_HEADER_LEN)
        result = err_set(err, ERR_CORRUPT, "%s: this is not an answer map: delete it, and it is fetched again", path);
    else if ((p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED)
        result = err_errno(err, ERR_IO, errno, "%s: the answer map cannot be mapped into memory", path);
    else if ((result = map_open_memory((bytes){p, (size_t)st.st_size}, out, err)) < 0)
        err_prefix(err, "%s", path);
    close(fd);
    if (p == MAP_FAILED)
        return result;
    if (result < 0) {
        munmap(p, (size_t)st.st_size);
        return result;
    }
    (*out)->mapped = p;
    (*out)->mapped_len = (size_t)st.st_size;
    madvise(p, (size_t)st.st_size, MADV_RANDOM);
    return 0;
}

void map_close(struct map *m)
{
    if (!m)
        return;
    if (m->mapped)
        munmap(m->mapped, m->mapped_len);
    free((void *)m->checked);
    free(m);
}

const struct map_info *map_info(const struct map *m)
{
    return &m->info;
}

/* 1 and the value if the slot is filled, 0 if not. */
static int read_slot(const struct map *m, const uint8_t key[MAP_KEY_LEN], uint32_t number, struct map_value *value, struct err *err)
{
    struct map_slot slot;
    uint32_t cells[3];
    map_slot(&slot, key, number);
    for (unsigned i = 0; i < m->attempts; i++)
        slot.position = map_stir(slot.position);
    map_cells(&m->shape, slot.position, cells);
    for (int j = 0; j < 3; j++) {
        size_t at = (size_t)cells[j] * MAP_CELL;
        int result = check_block(m, at / MAP_BLOCK, err);
        if (result < 0)
            return result;
        for (int i = 0; i < MAP_CELL; i++)
            slot.mask[i] ^= m->table[at + (size_t)i];
    }
    static const uint8_t check[MAP_CHECK_LEN];
    if (memcmp(slot.mask, check, MAP_CHECK_LEN) != 0)
        return 0;
    *value = (struct map_value){.handle = get_u32be(slot.mask + MAP_CHECK_LEN), .bits = get_u16be(slot.mask + MAP_CHECK_LEN + 4)};
    return 1;
}

int map_lookup(const struct map *m, const oprf_output *output, struct map_value values[static MAP_SLOTS_MAX], size_t *n, struct err *err)
{
    uint8_t key[MAP_KEY_LEN];
    map_key(key, m->seed, output->b);
    int found = 1;
    *n = 0;
    while (*n < MAP_SLOTS_MAX && (found = read_slot(m, key, (uint32_t)*n, &values[*n], err)) > 0)
        (*n)++;
    return found < 0 ? found : 0;
}
