#include "ground/crypto/crypto.h"

#include <assert.h>
#include <nettle/sha2.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

_Static_assert(HASH_LEN == SHA256_DIGEST_SIZE && HASH_LEN == crypto_hash_sha256_BYTES, "SHA-256");
_Static_assert(HASH512_LEN == crypto_hash_sha512_BYTES, "SHA-512");
_Static_assert(KEY_LEN == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "XChaCha20-Poly1305 key");
_Static_assert(SEAL_NONCE_LEN == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "XChaCha20-Poly1305 nonce");
_Static_assert(SEAL_TAG_LEN == crypto_aead_xchacha20poly1305_ietf_ABYTES, "Poly1305 tag");
_Static_assert(SIGN_PUBLIC_LEN == crypto_sign_PUBLICKEYBYTES && SIGNATURE_LEN == crypto_sign_BYTES, "Ed25519");

int crypto_open(struct err *err)
{
    if (sodium_init() < 0)
        return err_set(err, ERR_CRYPTO, "libsodium cannot start: the system gives no random numbers; check /dev/urandom");
    /* No core dump, no ptrace by processes of the same user. A refusal only leaves the system's default. */
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    return 0;
}

void crypto_random(void *out, size_t len)
{
    randombytes_buf(out, len);
}

void crypto_fill(uint8_t *out, size_t len, const uint8_t key[static KEY_LEN])
{
    assert(len <= (size_t)1 << 38); /* 2^32 blocks of 64 bytes */
    randombytes_buf_deterministic(out, len, key);
}

void crypto_wipe(void *p, size_t len)
{
    sodium_memzero(p, len);
}

bool crypto_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

/* nettle's: it uses the processor's own instructions for it where there are some, which libsodium's does not. */
_Static_assert(sizeof(struct crypto_sha256_stream) >= sizeof(struct sha256_ctx), "room for nettle's state");

static struct sha256_ctx *sha256_state(struct crypto_sha256_stream *s)
{
    return (struct sha256_ctx *)s->state;
}

void crypto_sha256_begin(struct crypto_sha256_stream *s)
{
    sha256_init(sha256_state(s));
}

void crypto_sha256_add(struct crypto_sha256_stream *s, bytes data)
{
    if (data.len)
        sha256_update(sha256_state(s), data.len, data.p);
}

void crypto_sha256_end(struct crypto_sha256_stream *s, uint8_t out[static HASH_LEN])
{
    sha256_digest(sha256_state(s), HASH_LEN, out);
    sodium_memzero(s, sizeof *s); /* it still holds the end of what was hashed */
}

void crypto_sha256_parts(uint8_t out[static HASH_LEN], const bytes parts[], size_t n)
{
    struct crypto_sha256_stream s;
    crypto_sha256_begin(&s);
    for (size_t i = 0; i < n; i++)
        crypto_sha256_add(&s, parts[i]);
    crypto_sha256_end(&s, out);
}

void crypto_sha256(uint8_t out[static HASH_LEN], bytes data)
{
    crypto_sha256_parts(out, &data, 1);
}

void crypto_sha512(uint8_t out[static HASH512_LEN], bytes data)
{
    crypto_hash_sha512(out, data.p, data.len);
}

void crypto_blake2b(uint8_t *out, size_t out_len, bytes key, bytes data)
{
    int result = crypto_generichash_blake2b(out, out_len, data.p, data.len, key.len ? key.p : NULL, key.len);
    assert(result == 0); /* only for sizes outside the contract */
    (void)result;
}

uint64_t crypto_short_hash(const uint8_t key[static SHORT_HASH_KEY_LEN], bytes data)
{
    _Static_assert(crypto_shorthash_KEYBYTES == SHORT_HASH_KEY_LEN && crypto_shorthash_BYTES == 8, "SipHash-2-4");
    uint8_t out[crypto_shorthash_BYTES];
    crypto_shorthash(out, data.p, data.len, key);
    return get_u64le(out);
}

void crypto_seal(uint8_t *out, const uint8_t key[static KEY_LEN], bytes plain, bytes ad)
{
    uint8_t *nonce = out;
    randombytes_buf(nonce, SEAL_NONCE_LEN);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + SEAL_NONCE_LEN, NULL, plain.p, plain.len, ad.p, ad.len, NULL, nonce, key);
}

bool crypto_unseal(uint8_t *out, const uint8_t key[static KEY_LEN], bytes sealed, bytes ad)
{
    if (sealed.len < SEAL_OVERHEAD)
        return false;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed.p + SEAL_NONCE_LEN, sealed.len - SEAL_NONCE_LEN,
                                                      ad.p, ad.len, sealed.p, key) == 0;
}

bool crypto_verify(const uint8_t signature[static SIGNATURE_LEN], bytes message, const uint8_t public_key[static SIGN_PUBLIC_LEN])
{
    return crypto_sign_verify_detached(signature, message.p, message.len, public_key) == 0;
}

/* RFC 5869 section 2.3: T(i) = HMAC(PRK, T(i-1) || info || i) */
void crypto_hkdf(uint8_t *out, size_t out_len, bytes salt, bytes key, bytes info)
{
    static const uint8_t no_salt[HASH_LEN];
    assert(out_len <= 255 * HASH_LEN);
    uint8_t prk[HASH_LEN], t[HASH_LEN];
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, salt.len ? salt.p : no_salt, salt.len ? salt.len : sizeof no_salt);
    crypto_auth_hmacsha256_update(&state, key.p, key.len);
    crypto_auth_hmacsha256_final(&state, prk);
    for (uint8_t i = 1; out_len > 0; i++) {
        crypto_auth_hmacsha256_init(&state, prk, sizeof prk);
        if (i > 1)
            crypto_auth_hmacsha256_update(&state, t, sizeof t);
        crypto_auth_hmacsha256_update(&state, info.p, info.len);
        crypto_auth_hmacsha256_update(&state, &i, 1);
        crypto_auth_hmacsha256_final(&state, t);
        size_t part = out_len < sizeof t ? out_len : sizeof t;
        memcpy(out, t, part);
        out += part;
        out_len -= part;
    }
    sodium_memzero(prk, sizeof prk);
    sodium_memzero(t, sizeof t);
    sodium_memzero(&state, sizeof state);
}

void *secret_alloc(size_t size)
{
    /* sodium_malloc does not tell when locking failed, so lock again: locking twice is harmless. */
    void *p = sodium_malloc(size);
    if (!p || sodium_mlock(p, size) != 0) {
        fputs("comity: the system refuses memory that stays out of swap; raise the limit of locked memory (ulimit -l)\n", stderr);
        exit(1);
    }
    memset(p, 0, size);
    return p;
}

void secret_free(void *p)
{
    sodium_free(p);
}
