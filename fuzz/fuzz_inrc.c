/* inrc: any text is refused with a sentence, or is a rota that can be scored. */
#include <stdlib.h>

#include "work/nurse/inrc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct arena *a = arena_new();
    struct rota rota;
    struct err err = {0};
    if (inrc_read(a, (str){(const char *)data, len}, &rota, &err) < 0) {
        if (!err.text[0])
            abort();
    } else {
        rota_judge(a, &rota, rota_roster(a, &rota), NULL, NULL);
    }
    arena_free(a);
    return 0;
}
