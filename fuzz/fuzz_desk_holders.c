/* What carries a set-up of threshold keys between holders: what is read is written again, the same. */
#include <stdlib.h>
#include <string.h>

#include "work/desk/holders_talk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct talk *t = arena_new_of(a, struct talk);
    unsigned round;
    if (talk_read((bytes){data, size}, t, &round, NULL) == 0) {
        bytes again = talk_write(a, t, round);
        if (again.len != size || memcmp(again.p, data, size) != 0)
            abort();
    }
    arena_free(a);
    return 0;
}
