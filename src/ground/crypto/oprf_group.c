/* The group and its hashes: expand_message_xmd, HashToGroup, HashToScalar, scalars (RFC 9497 section 4.1, RFC 9380 5.3.1). */
#include "ground/crypto/oprf_internal.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define SHA512_BLOCK 128

struct oprf_dst oprf_dst(const char *prefix, enum oprf_mode mode)
{
    static const char before[] = "OPRFV1-", after[] = "-ristretto255-SHA512";
    struct oprf_dst dst = {.len = strlen(prefix)};
    assert(dst.len + sizeof before + sizeof after < sizeof dst.b);
    memcpy(dst.b, prefix, dst.len);
    memcpy(dst.b + dst.len, before, sizeof before - 1);
    dst.len += sizeof before - 1;
    dst.b[dst.len++] = (uint8_t)mode;
    memcpy(dst.b + dst.len, after, sizeof after - 1);
    dst.len += sizeof after - 1;
    return dst;
}

/* b_i = H(b_0 xor b_(i-1) || I2OSP(i, 1) || DST_prime) */
static void expand_block(uint8_t b[HASH512_LEN], const uint8_t b0[HASH512_LEN], uint8_t i, bytes dst)
{
    uint8_t dst_len = (uint8_t)dst.len;
    for (size_t j = 0; j < HASH512_LEN; j++)
        b[j] ^= b0[j];
    crypto_hash_sha512_state state;
    crypto_hash_sha512_init(&state);
    crypto_hash_sha512_update(&state, b, HASH512_LEN);
    crypto_hash_sha512_update(&state, &i, 1);
    crypto_hash_sha512_update(&state, dst.p, dst.len);
    crypto_hash_sha512_update(&state, &dst_len, 1);
    crypto_hash_sha512_final(&state, b);
}

void oprf_expand_parts(uint8_t *out, size_t len, const bytes parts[], size_t n, bytes dst)
{
    static const uint8_t z_pad[SHA512_BLOCK];
    uint8_t b0[HASH512_LEN], b[HASH512_LEN] = {0};
    uint8_t length_and_zero[3] = {(uint8_t)(len >> 8), (uint8_t)len, 0}, dst_len = (uint8_t)dst.len;
    crypto_hash_sha512_state state;
    crypto_hash_sha512_init(&state);
    crypto_hash_sha512_update(&state, z_pad, sizeof z_pad);
    for (size_t i = 0; i < n; i++)
        crypto_hash_sha512_update(&state, parts[i].p, parts[i].len);
    crypto_hash_sha512_update(&state, length_and_zero, sizeof length_and_zero);
    crypto_hash_sha512_update(&state, dst.p, dst.len);
    crypto_hash_sha512_update(&state, &dst_len, 1);
    crypto_hash_sha512_final(&state, b0);
    for (uint8_t i = 1; len > 0; i++) { /* b_1 is over b_0 alone: b starts as zeros */
        expand_block(b, b0, i, dst);
        size_t part = len < sizeof b ? len : sizeof b;
        memcpy(out, b, part);
        out += part;
        len -= part;
    }
}

bool oprf_expand_message(uint8_t *out, size_t len, bytes message, bytes dst)
{
    if (len > 255 * HASH512_LEN || dst.len == 0 || dst.len > 255)
        return false;
    oprf_expand_parts(out, len, &message, 1, dst);
    return true;
}

bool oprf_hash_to_group(oprf_point *out, bytes input, const struct oprf_dst *dst)
{
    uint8_t uniform[crypto_core_ristretto255_HASHBYTES];
    oprf_expand_parts(uniform, sizeof uniform, &input, 1, oprf_bytes(dst->b, dst->len));
    crypto_core_ristretto255_from_hash(out->b, uniform);
    return !sodium_is_zero(out->b, sizeof out->b); /* the identity is encoded as zeros */
}

void oprf_hash_to_scalar(oprf_scalar *out, const bytes parts[], size_t n, const struct oprf_dst *dst)
{
    uint8_t uniform[crypto_core_ristretto255_NONREDUCEDSCALARBYTES];
    oprf_expand_parts(uniform, sizeof uniform, parts, n, oprf_bytes(dst->b, dst->len));
    crypto_core_ristretto255_scalar_reduce(out->b, uniform);
    crypto_wipe(uniform, sizeof uniform); /* of a key or a nonce */
}

void oprf_scalar_random(oprf_scalar *out)
{
    crypto_core_ristretto255_scalar_random(out->b);
}

bool oprf_scalar_canonical(const oprf_scalar *s)
{
    uint8_t wide[crypto_core_ristretto255_NONREDUCEDSCALARBYTES] = {0}, reduced[OPRF_SCALAR_LEN];
    memcpy(wide, s->b, sizeof s->b);
    crypto_core_ristretto255_scalar_reduce(reduced, wide);
    return sodium_memcmp(reduced, s->b, sizeof reduced) == 0;
}

bool oprf_scalar_zero(const oprf_scalar *s)
{
    return sodium_is_zero(s->b, sizeof s->b);
}

void oprf_scalar_invert(oprf_scalar inverses[], const oprf_scalar scalars[], oprf_scalar scratch[], size_t n)
{
    if (n == 0)
        return;
    oprf_scalar running;
    scratch[0] = scalars[0];
    for (size_t i = 1; i < n; i++)
        crypto_core_ristretto255_scalar_mul(scratch[i].b, scratch[i - 1].b, scalars[i].b);
    int result = crypto_core_ristretto255_scalar_invert(running.b, scratch[n - 1].b);
    assert(result == 0); /* callers refuse 0 */
    (void)result;
    for (size_t i = n - 1; i > 0; i--) {
        crypto_core_ristretto255_scalar_mul(inverses[i].b, running.b, scratch[i - 1].b);
        crypto_core_ristretto255_scalar_mul(running.b, running.b, scalars[i].b);
    }
    inverses[0] = running;
    sodium_memzero(&running, sizeof running);
    sodium_memzero(scratch, n * sizeof scratch[0]);
}

void oprf_info_scalar(oprf_scalar *out, bytes info)
{
    uint8_t len[2];
    put_u16be(len, (uint16_t)info.len);
    const bytes parts[] = {oprf_bytes("Info", 4), oprf_bytes(len, 2), info};
    struct oprf_dst dst = oprf_dst("HashToScalar-", OPRF_MODE_POPRF);
    oprf_hash_to_scalar(out, parts, 3, &dst);
}
