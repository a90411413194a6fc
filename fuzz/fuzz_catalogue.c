/* A compiled catalogue of messages: read, and every kind of answer asked of it. */
#include "ground/text/catalogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct catalogue *c;
    struct err err = {0};
    if (catalogue_open(a, (bytes){data, size}, &c, &err) == 0) {
        (void)catalogue_find(c, "Sign in");
        for (int64_t n = 0; n < 30; n++)
            (void)catalogue_find_plural(c, "{n} file", "{n} files", n);
        (void)catalogue_header(c, STR("Language"));
    }
    arena_free(a);
    return 0;
}
