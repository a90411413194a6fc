/* What is accepted can be written, and reads back as the same document. */
#include <stdlib.h>

#include "ground/json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    const struct json *first, *second;
    if (json_parse(a, "fuzz", (bytes){data, size}, 1 << 16, &first, NULL) == 0) {
        str once = json_write(a, first, JSON_ONE_LINE);
        if (json_parse(a, "again", str_bytes(once), 1 << 20, &second, NULL) < 0 || !str_eq(once, json_write(a, second, JSON_ONE_LINE)))
            abort();
    }
    arena_free(a);
    return 0;
}
