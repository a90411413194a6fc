/* An answer map from a partner: as it comes, and with its checksums set right, so that what stands behind them is read too. */
#include <stdlib.h>
#include <string.h>

#include "trust/match/map_internal.h"
#include "trust/match/question.h"

static void read_map(bytes image)
{
    struct err err = {0};
    struct map *m;
    if (map_open_memory(image, &m, &err) < 0) {
        if (err.code != ERR_CORRUPT)
            abort();
        return;
    }
    if (strnlen(map_info(m)->ruleset, MAP_RULESET_MAX) == MAP_RULESET_MAX)
        abort();
    struct arena *a = arena_new();
    oprf_output outputs[QUESTION_POINTS] = {0};
    struct match_hit *hits;
    size_t n;
    for (uint8_t i = 0; i < QUESTION_POINTS; i++)
        outputs[i].b[0] = i;
    if (question_lookup(outputs, QUESTION_POINTS, &m, 1, a, &hits, &n, &err) < 0 && err.code != ERR_CORRUPT)
        abort();
    arena_free(a);
    map_close(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool open;
    struct err err = {0};
    if (!open && crypto_open(&err) < 0)
        abort();
    open = true;
    read_map((bytes){data, size});
    if (size < MAP_HEADER_LEN || data[MAP_AT_SEGMENT_BITS] > 6 || data[MAP_AT_SEGMENTS + 3] > 40)
        return 0;
    uint8_t header[MAP_HEADER_LEN];
    memcpy(header, data, sizeof header);
    memcpy(header, map_magic, sizeof map_magic);
    memset(header + MAP_AT_SEGMENTS, 0, 3);
    struct map_shape shape = map_shape(header[MAP_AT_SEGMENT_BITS], header[MAP_AT_SEGMENTS + 3]);
    uint8_t *p = mem_calloc(1, shape.size), *checksums = p + MAP_HEADER_LEN, *table = checksums + shape.blocks * MAP_CHECKSUM;
    size_t len = shape.cells * MAP_CELL, given = size - MAP_HEADER_LEN < len ? size - MAP_HEADER_LEN : len;
    memcpy(table, data + MAP_HEADER_LEN, given);
    for (size_t i = 0; i < shape.blocks; i++)
        map_checksum(checksums + i * MAP_CHECKSUM, table + i * MAP_BLOCK, len - i * MAP_BLOCK < MAP_BLOCK ? len - i * MAP_BLOCK : MAP_BLOCK);
    memcpy(p, header, sizeof header);
    crypto_blake2b(p + MAP_AT_CHECKSUMS, HASH_LEN, (bytes){0}, (bytes){checksums, shape.blocks * MAP_CHECKSUM});
    crypto_blake2b(p + MAP_AT_DIGEST, HASH_LEN, (bytes){0}, (bytes){p, MAP_AT_DIGEST});
    read_map((bytes){p, shape.size});
    free(p);
    return 0;
}
