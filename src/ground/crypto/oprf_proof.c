/* The batched proof of equal discrete logarithms (RFC 9497 section 2.2): one proof says that every d[i] = key * c[i]. */
#include "ground/crypto/oprf_internal.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "ground/crypto/ristretto.h"

#define FRAMED_LEN (2 + OPRF_POINT_LEN)

static void frame(uint8_t out[FRAMED_LEN], const oprf_point *p)
{
    put_u16be(out, OPRF_POINT_LEN);
    memcpy(out + 2, p->b, OPRF_POINT_LEN);
}

/* Everything that is weighed here is on the wire, and the coefficients follow from it: so sums may take variable time. */
struct composites {
    const oprf_point *c, *d;
    bool both; /* Z from d; else only M, and the holder multiplies (ComputeCompositesFast, 2.2.1) */
    uint8_t seed[HASH512_LEN];
    struct oprf_dst dst;
    pthread_mutex_t lock; /* of m and z */
    struct ristretto_sum m, z;
};

static void coefficient(const struct composites *w, size_t i, oprf_scalar *out)
{
    uint8_t seed_len[2], index[2], c[FRAMED_LEN], d[FRAMED_LEN];
    put_u16be(seed_len, HASH512_LEN);
    put_u16be(index, (uint16_t)i);
    frame(c, &w->c[i]);
    frame(d, &w->d[i]);
    const bytes parts[] = {oprf_bytes(seed_len, 2), oprf_bytes(w->seed, HASH512_LEN), oprf_bytes(index, 2),
                           oprf_bytes(c, FRAMED_LEN), oprf_bytes(d, FRAMED_LEN), oprf_bytes("Composite", 9)};
    oprf_hash_to_scalar(out, parts, sizeof parts / sizeof parts[0], &w->dst);
}

static size_t weigh_slice(void *arg, size_t from, size_t to)
{
    struct composites *w = arg;
    size_t n = to - from;
    oprf_scalar *weights = mem_alloc(n * sizeof *weights);
    struct ristretto_sum m, z;
    ristretto_zero(&m);
    ristretto_zero(&z);
    for (size_t i = 0; i < n; i++)
        coefficient(w, from + i, &weights[i]);
    size_t good = ristretto_add_products(&m, weights, w->c + from, n);
    if (good == n && w->both)
        good = ristretto_add_products(&z, weights, w->d + from, n);
    free(weights);
    pthread_mutex_lock(&w->lock);
    ristretto_add(&w->m, &m);
    ristretto_add(&w->z, &z);
    pthread_mutex_unlock(&w->lock);
    return from + good;
}

/* M and, if z is given, Z. n is 1..65535: the index is hashed as two bytes. */
static int composites(enum oprf_mode mode, const oprf_point *public_key, const oprf_point c[], const oprf_point d[], size_t n,
                      oprf_point *m, oprf_point *z, struct err *err)
{
    if (n == 0 || n > 65535)
        return err_set(err, ERR_INPUT, "a proof covers 1 to 65535 points, not %zu", n);
    struct composites w = {.c = c, .d = d, .both = z, .dst = oprf_dst("HashToScalar-", mode), .lock = PTHREAD_MUTEX_INITIALIZER};
    ristretto_zero(&w.m);
    ristretto_zero(&w.z);
    struct oprf_dst seed_dst = oprf_dst("Seed-", mode);
    uint8_t key_framed[FRAMED_LEN], dst_len[2];
    frame(key_framed, public_key);
    put_u16be(dst_len, (uint16_t)seed_dst.len);
    crypto_hash_sha512_state state;
    crypto_hash_sha512_init(&state);
    crypto_hash_sha512_update(&state, key_framed, sizeof key_framed);
    crypto_hash_sha512_update(&state, dst_len, sizeof dst_len);
    crypto_hash_sha512_update(&state, seed_dst.b, seed_dst.len);
    crypto_hash_sha512_final(&state, w.seed);

    size_t failed = oprf_parallel(n, weigh_slice, &w);
    if (failed < n)
        return err_set(err, ERR_CRYPTO, "point %zu is not a valid ristretto255 element", failed);
    ristretto_encode(&w.m, m);
    if (z)
        ristretto_encode(&w.z, z);
    return 0;
}

static void challenge(enum oprf_mode mode, const oprf_point *b, const oprf_point *m, const oprf_point *z, const oprf_point *t2,
                      const oprf_point *t3, oprf_scalar *out)
{
    const oprf_point *points[] = {b, m, z, t2, t3};
    uint8_t framed[5][FRAMED_LEN];
    for (size_t i = 0; i < 5; i++)
        frame(framed[i], points[i]);
    const bytes parts[] = {oprf_bytes(framed, sizeof framed), oprf_bytes("Challenge", 9)};
    struct oprf_dst dst = oprf_dst("HashToScalar-", mode);
    oprf_hash_to_scalar(out, parts, 2, &dst);
}

int oprf_proof_make(enum oprf_mode mode, const oprf_scalar *key, const oprf_point *public_key, const oprf_point c[],
                    const oprf_point d[], size_t n, const oprf_scalar *fixed_r, uint8_t proof[OPRF_PROOF_LEN], struct err *err)
{
    oprf_point m, z, t2, t3;
    int result = composites(mode, public_key, c, d, n, &m, NULL, err);
    if (result < 0)
        return result;
    oprf_scalar r, ch, s;
    if (fixed_r)
        r = *fixed_r;
    else
        oprf_scalar_random(&r);
    if (crypto_scalarmult_ristretto255(z.b, key->b, m.b) != 0 || crypto_scalarmult_ristretto255_base(t2.b, r.b) != 0 ||
        crypto_scalarmult_ristretto255(t3.b, r.b, m.b) != 0) {
        result = err_set(err, ERR_CRYPTO, "the points add up to the identity: no proof can be made over them");
        goto out;
    }
    challenge(mode, public_key, &m, &z, &t2, &t3, &ch);
    crypto_core_ristretto255_scalar_mul(s.b, ch.b, key->b);
    crypto_core_ristretto255_scalar_sub(s.b, r.b, s.b);
    memcpy(proof, ch.b, OPRF_SCALAR_LEN);
    memcpy(proof + OPRF_SCALAR_LEN, s.b, OPRF_SCALAR_LEN);
out:
    crypto_wipe(&r, sizeof r);
    crypto_wipe(&s, sizeof s);
    return result;
}

/* s * p + c * q; proof and points are public. False when a point is invalid, which no honest proof gives. */
static bool combine(oprf_point *out, const oprf_scalar *s, const oprf_point *p, const oprf_scalar *c, const oprf_point *q)
{
    const oprf_scalar scalars[] = {*s, *c};
    const oprf_point points[] = {*p, *q};
    struct ristretto_sum sum;
    ristretto_zero(&sum);
    if (ristretto_add_products(&sum, scalars, points, 2) < 2)
        return false;
    ristretto_encode(&sum, out);
    return true;
}

int oprf_proof_check(enum oprf_mode mode, const oprf_point *public_key, const oprf_point c[], const oprf_point d[], size_t n,
                     const uint8_t proof[OPRF_PROOF_LEN], struct err *err)
{
    oprf_scalar ch, s, expected;
    memcpy(ch.b, proof, OPRF_SCALAR_LEN);
    memcpy(s.b, proof + OPRF_SCALAR_LEN, OPRF_SCALAR_LEN);
    if (!oprf_scalar_canonical(&ch) || !oprf_scalar_canonical(&s))
        return err_set(err, ERR_CRYPTO, "the proof is not a pair of scalars: the answer was damaged or made up");
    oprf_point m, z, t2, t3;
    int result = composites(mode, public_key, c, d, n, &m, &z, err);
    if (result < 0)
        return result;
    if (!combine(&t2, &s, &ristretto_generator, &ch, public_key) || !combine(&t3, &s, &m, &ch, &z))
        return err_set(err, ERR_CRYPTO, "the proof holds a degenerate point: the answer was damaged or made up");
    challenge(mode, public_key, &m, &z, &t2, &t3, &expected);
    if (!crypto_equal(expected.b, ch.b, OPRF_SCALAR_LEN))
        return err_set(err, ERR_CRYPTO, "the proof does not hold: the answer was not made with the key the partner committed to");
    return 0;
}
