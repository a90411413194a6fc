/* What a program can ask of the key process: any bytes are an answer or an error, and an answer stays within its bounds. */
#include <stdlib.h>
#include <string.h>

#include "ground/crypto/keyproto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct key_core *core;

/* The leak detector does not look into secret memory. */
static void end(void)
{
    key_core_free(core);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t *out;
    bool lock;
    if (!core) {
        struct err err;
        const uint8_t root[32] = {7};
        if (crypto_open(&err) < 0)
            abort();
        core = key_core_new(root);
        if (atexit(end) != 0)
            abort();
        out = mem_alloc(KEYPROTO_ANSWER_MAX);
    }
    /* keys of epochs are kept once derived: a few are enough */
    uint8_t *request = mem_alloc(size + 1);
    if (size > 0)
        memcpy(request, data, size);
    if (size >= 5 && request[0] >= KEY_MATCH_PUBLIC && request[0] <= KEY_MATCH_PLAIN)
        put_u32be(request + 1, request[4] & 3);
    size_t len = key_answer(core, NULL, (bytes){request, size}, out, &lock);
    free(request);
    if (len < KEYPROTO_HEADER_LEN || len > KEYPROTO_ANSWER_MAX || get_u32be(out) + 4 != len)
        abort();
    return 0;
}
