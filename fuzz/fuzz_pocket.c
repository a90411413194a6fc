/* What a browser kept and sends back: any bytes as they come, with the keys of a node, and any bytes as what a seal holds. */
#include <nettle/gcm.h>
#include <stdlib.h>
#include <string.h>

#include "ground/crypto/keycore.h"
#include "ground/crypto/pocket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct key_core *core;

/* The leak detector does not look into secret memory. */
static void end(void)
{
    key_core_free(core);
}

static void as_they_come(struct arena *a, bytes sealed)
{
    static const uint8_t member[ID_LEN] = {1};
    struct pocket_parts parts;
    struct err err;
    uint8_t key[KEY_LEN];
    bytes content;
    if (pocket_split(sealed, &parts) && key_core_pocket_key(core, member, parts.point, key, &err) == 0 && pocket_unseal(&parts, key, a, &content) &&
        content.len > sealed.len)
        abort();
}

static void as_held(struct arena *a, bytes plain)
{
    static const uint8_t key[KEY_LEN], nonce[GCM_IV_SIZE];
    struct gcm_aes256_ctx gcm;
    size_t len = (plain.len + POCKET_PAD) / POCKET_PAD * POCKET_PAD;
    uint8_t *padded = arena_alloc(a, len), *closed = arena_alloc(a, len + POCKET_TAG_LEN);
    if (plain.len)
        memcpy(padded, plain.p, plain.len);
    gcm_aes256_set_key(&gcm, key);
    gcm_aes256_set_iv(&gcm, sizeof nonce, nonce);
    gcm_aes256_encrypt(&gcm, len, closed, padded);
    gcm_aes256_digest(&gcm, POCKET_TAG_LEN, closed + len);
    bytes content;
    if (pocket_unseal(&(struct pocket_parts){.closed = {closed, len + POCKET_TAG_LEN}}, key, a, &content) != (get_u32be(padded) <= len - 4))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!core) {
        struct err err;
        const uint8_t root[32] = {7};
        if (crypto_open(&err) < 0)
            abort();
        core = key_core_new(root);
        if (atexit(end) != 0)
            abort();
    }
    struct arena *a = arena_new();
    as_they_come(a, (bytes){data, size});
    as_held(a, (bytes){data, size});
    arena_free(a);
    return 0;
}
