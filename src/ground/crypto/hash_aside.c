/* SHA-256 on a thread of its own: see crypto.h. */
#include <stdlib.h>

#include "ground/base/aside.h"
#include "ground/crypto/crypto.h"

struct crypto_sha256_aside {
    struct crypto_sha256_stream hash;
    struct aside *aside;
};

static void add(void *arg, bytes block)
{
    crypto_sha256_add(arg, block);
}

struct crypto_sha256_aside *crypto_sha256_aside_new(void)
{
    struct crypto_sha256_aside *s = mem_alloc(sizeof *s);
    crypto_sha256_begin(&s->hash);
    s->aside = aside_new(add, &s->hash);
    return s;
}

void crypto_sha256_aside_add(struct crypto_sha256_aside *s, bytes data)
{
    aside_add(s->aside, data);
}

void crypto_sha256_aside_end(struct crypto_sha256_aside *s, uint8_t *out)
{
    uint8_t unused[HASH_LEN];
    if (!s)
        return;
    aside_end(s->aside);
    crypto_sha256_end(&s->hash, out ? out : unused);
    free(s);
}
