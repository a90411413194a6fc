/* ical: any file is refused with a sentence, or gives spans that lie where they were asked for, in order. */
#include <stdlib.h>

#include "ground/ical/ical.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const int64_t from = 1790000000, until = from + 64 * 86400;
    struct arena *a = arena_new();
    struct ical_span *spans;
    struct err err = {0};
    size_t n;
    if (ical_read(a, (bytes){data, len}, from, until, &spans, &n, &err) < 0) {
        if (!err.text[0])
            abort();
        n = 0;
    }
    for (size_t i = 0; i < n; i++)
        if (spans[i].start >= until || spans[i].end <= from || spans[i].end <= spans[i].start || (i && spans[i].start < spans[i - 1].start))
            abort();
    arena_free(a);
    return 0;
}
