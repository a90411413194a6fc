/* identity: what decodes encodes to the very same bytes; nothing else is taken. */
#include <stdlib.h>
#include <string.h>

#include "trust/names/identity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct arena *a = arena_new();
    struct identity who;
    struct err err;
    if (identity_decode(a, (bytes){data, len}, &who, &err) == 0) {
        bytes again = identity_encode(a, &who);
        if (again.len != len || memcmp(again.p, data, len) != 0)
            abort();
    }
    arena_free(a);
    return 0;
}
