/* A bundle for a court, as a stranger's archive: nothing that is made up holds, and nothing breaks. */
#include "work/court/court_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t key[SIGN_PUBLIC_LEN] = {7};
    struct court_found found;
    struct err err = {0};
    struct arena *a = arena_new();
    if (crypto_open(&err) == 0 && court_check((bytes){data, size}, key, a, &found, &err) == 0)
        __builtin_trap();
    arena_free(a);
    return 0;
}
