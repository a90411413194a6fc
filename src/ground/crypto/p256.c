#include "ground/crypto/p256.h"

#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>
#include <string.h>

#define HALF 32

/* Numbers of GMP are not wiped when they are given back. */
static void forget(mpz_t z)
{
    size_t n = mpz_size(z);
    if (n)
        crypto_wipe(mpz_limbs_modify(z, (mp_size_t)n), n * sizeof(mp_limb_t));
    mpz_clear(z);
}

static void take(mpz_t z, const uint8_t from[static HALF])
{
    mpz_init2(z, 8 * HALF);
    mpz_import(z, HALF, 1, 1, 1, 0, from);
}

static void put(uint8_t to[static HALF], const mpz_t z)
{
    uint8_t digits[HALF];
    size_t n = 0;
    memset(to, 0, HALF);
    mpz_export(digits, &n, 1, 1, 1, 0, z); /* below 2^256, without zeros in front */
    memcpy(to + HALF - n, digits, n);
    crypto_wipe(digits, sizeof digits);
}

static bool take_secret(struct ecc_scalar *s, const uint8_t secret[static P256_SECRET_LEN])
{
    mpz_t z;
    ecc_scalar_init(s, nettle_get_secp_256r1());
    take(z, secret);
    bool good = ecc_scalar_set(s, z);
    forget(z);
    return good;
}

static void forget_secret(struct ecc_scalar *s)
{
    crypto_wipe(s->p, HALF);
    ecc_scalar_clear(s);
}

bool p256_public(const uint8_t secret[static P256_SECRET_LEN], uint8_t point[static P256_POINT_LEN])
{
    struct ecc_scalar s;
    bool good = take_secret(&s, secret);
    if (good) {
        struct ecc_point p;
        mpz_t x, y;
        ecc_point_init(&p, nettle_get_secp_256r1());
        ecc_point_mul_g(&p, &s);
        mpz_init2(x, 8 * HALF);
        mpz_init2(y, 8 * HALF);
        ecc_point_get(&p, x, y);
        point[0] = 4;
        put(point + 1, x);
        put(point + 1 + HALF, y);
        mpz_clear(x);
        mpz_clear(y);
        ecc_point_clear(&p);
    }
    forget_secret(&s);
    return good;
}

static bool take_point(struct ecc_point *p, const uint8_t point[static P256_POINT_LEN])
{
    mpz_t x, y;
    ecc_point_init(p, nettle_get_secp_256r1());
    take(x, point + 1);
    take(y, point + 1 + HALF);
    bool good = point[0] == 4 && ecc_point_set(p, x, y); /* which checks that it is on the curve */
    mpz_clear(x);
    mpz_clear(y);
    return good;
}

bool p256_shared(const uint8_t secret[static P256_SECRET_LEN], const uint8_t point[static P256_POINT_LEN], uint8_t x[static P256_SECRET_LEN])
{
    struct ecc_scalar s;
    struct ecc_point theirs;
    bool good = take_secret(&s, secret);
    good = take_point(&theirs, point) && good;
    if (good) {
        struct ecc_point both;
        mpz_t z;
        ecc_point_init(&both, nettle_get_secp_256r1());
        ecc_point_mul(&both, &s, &theirs);
        mpz_init2(z, 8 * HALF);
        ecc_point_get(&both, z, NULL);
        put(x, z);
        forget(z);
        crypto_wipe(both.p, 2 * HALF);
        ecc_point_clear(&both);
    }
    ecc_point_clear(&theirs);
    forget_secret(&s);
    return good;
}
