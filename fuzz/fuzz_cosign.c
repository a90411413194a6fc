/* What partners send about logs: add-checkpoint requests, paths of tiles, cosignatures. What is accepted is written back alike. */
#include <stdlib.h>
#include <string.h>

#include "trust/witness/cosign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void request(struct arena *a, str raw)
{
    struct add_checkpoint r;
    if (add_checkpoint_parse(a, raw, &r, NULL) == 0 && !str_eq(add_checkpoint_format(a, &r), raw))
        abort();
}

static void path(struct arena *a, str raw)
{
    struct tile t;
    if (tile_parse(raw, &t, NULL) == 0 && (t.width == 0 || t.width > TILE_WIDTH || !str_eq(tile_path(a, &t), raw)))
        abort();
}

/* Nobody has this key: no cosignature of it is found. */
static void cosignature(struct arena *a, str raw)
{
    struct note note;
    uint64_t seconds;
    if (note_parse(a, raw, &note, NULL) < 0 || note.n == 0)
        return;
    struct note_verifier witness = {.name = note.signatures[0].name, .key_id = note.signatures[0].key_id, .public_key = {2}};
    if (cosignature_verify(a, &note, &witness, &seconds, NULL) == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    str raw = bytes_str((bytes){data, size});
    request(a, raw);
    path(a, raw);
    cosignature(a, raw);
    arena_free(a);
    return 0;
}
