/* Frames of the line: what is accepted is written again as the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "trust/letter/frames.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct frame *f;
    size_t n;
    if (frames_read(a, (bytes){data, size}, 64, &f, &n, NULL) == 0) {
        struct buf b = buf_new(a);
        for (size_t i = 0; i < n; i++)
            frame_add(&b, f[i].kind, f[i].body);
        if (b.len != size || (size > 0 && memcmp(b.p, data, size) != 0))
            abort();
    }
    arena_free(a);
    return 0;
}
