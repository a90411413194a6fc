/* ristretto_field: arithmetic in GF(2^255 - 19), for ristretto.c alone; inline, because it is all that ristretto.c does.
 *
 * Limbs: results of multiply, square, subtract and negate are below 2^51 + 2^15; a sum of two such is below 2^52 + 2^16. Inputs
 * of multiply and square may be up to 2^54, the second input of subtract up to 2^53 - 76.
 */
#ifndef COMITY_CRYPTO_RISTRETTO_FIELD_H
#define COMITY_CRYPTO_RISTRETTO_FIELD_H

#include <string.h>

#include "ground/crypto/ristretto.h"

typedef struct ristretto_field field;
typedef unsigned __int128 wide;

#define LIMB_MASK (((uint64_t)1 << 51) - 1)

static inline field field_from(const uint8_t b[32]) /* the top bit is ignored */
{
    return (field){{get_u64le(b) & LIMB_MASK, (get_u64le(b + 6) >> 3) & LIMB_MASK, (get_u64le(b + 12) >> 6) & LIMB_MASK,
                    (get_u64le(b + 19) >> 1) & LIMB_MASK, (get_u64le(b + 24) >> 12) & LIMB_MASK}};
}

static inline field field_carry(field a)
{
    for (int i = 0; i < 4; i++) {
        a.v[i + 1] += a.v[i] >> 51;
        a.v[i] &= LIMB_MASK;
    }
    a.v[0] += 19 * (a.v[4] >> 51);
    a.v[4] &= LIMB_MASK;
    return a;
}

static inline field field_add(const field *a, const field *b)
{
    field r;
    for (int i = 0; i < 5; i++)
        r.v[i] = a->v[i] + b->v[i];
    return r;
}

static inline field field_subtract(const field *a, const field *b)
{
    /* 4p keeps every limb positive */
    static const uint64_t four_p[5] = {0x1fffffffffffb4, 0x1ffffffffffffc, 0x1ffffffffffffc, 0x1ffffffffffffc, 0x1ffffffffffffc};
    field r;
    for (int i = 0; i < 5; i++)
        r.v[i] = a->v[i] + four_p[i] - b->v[i];
    return field_carry(r);
}

static inline field field_negate(const field *a)
{
    static const field zero;
    return field_subtract(&zero, a);
}

static inline field field_reduce(wide t0, wide t1, wide t2, wide t3, wide t4)
{
    field r;
    t1 += (uint64_t)(t0 >> 51);
    t2 += (uint64_t)(t1 >> 51);
    t3 += (uint64_t)(t2 >> 51);
    t4 += (uint64_t)(t3 >> 51);
    r.v[0] = ((uint64_t)t0 & LIMB_MASK) + 19 * (uint64_t)(t4 >> 51);
    r.v[1] = ((uint64_t)t1 & LIMB_MASK) + (r.v[0] >> 51);
    r.v[0] &= LIMB_MASK;
    r.v[2] = (uint64_t)t2 & LIMB_MASK;
    r.v[3] = (uint64_t)t3 & LIMB_MASK;
    r.v[4] = (uint64_t)t4 & LIMB_MASK;
    return r;
}

/* 2^255 = 19: what overflows comes back times 19. */
static inline field field_multiply(const field *a, const field *b)
{
    const uint64_t *x = a->v, *y = b->v;
    uint64_t y1 = 19 * y[1], y2 = 19 * y[2], y3 = 19 * y[3], y4 = 19 * y[4];
    return field_reduce((wide)x[0] * y[0] + (wide)x[1] * y4 + (wide)x[2] * y3 + (wide)x[3] * y2 + (wide)x[4] * y1,
                        (wide)x[0] * y[1] + (wide)x[1] * y[0] + (wide)x[2] * y4 + (wide)x[3] * y3 + (wide)x[4] * y2,
                        (wide)x[0] * y[2] + (wide)x[1] * y[1] + (wide)x[2] * y[0] + (wide)x[3] * y4 + (wide)x[4] * y3,
                        (wide)x[0] * y[3] + (wide)x[1] * y[2] + (wide)x[2] * y[1] + (wide)x[3] * y[0] + (wide)x[4] * y4,
                        (wide)x[0] * y[4] + (wide)x[1] * y[3] + (wide)x[2] * y[2] + (wide)x[3] * y[1] + (wide)x[4] * y[0]);
}

static inline field field_square(const field *a)
{
    const uint64_t *x = a->v;
    uint64_t d0 = 2 * x[0], d1 = 2 * x[1], x3 = 19 * x[3], x4 = 19 * x[4];
    return field_reduce((wide)x[0] * x[0] + (wide)d1 * x4 + (wide)(2 * x[2]) * x3,
                        (wide)d0 * x[1] + (wide)(2 * x[2]) * x4 + (wide)x[3] * x3,
                        (wide)d0 * x[2] + (wide)x[1] * x[1] + (wide)(2 * x[3]) * x4,
                        (wide)d0 * x[3] + (wide)d1 * x[2] + (wide)x[4] * x4,
                        (wide)d0 * x[4] + (wide)d1 * x[3] + (wide)x[2] * x[2]);
}

/* The one encoding below p. */
static inline void field_bytes(uint8_t out[32], field a)
{
    a = field_carry(field_carry(a));
    uint64_t q = (a.v[0] + 19) >> 51; /* 1 if a >= p */
    for (int i = 1; i < 5; i++)
        q = (a.v[i] + q) >> 51;
    a.v[0] += 19 * q;
    for (int i = 0; i < 4; i++) {
        a.v[i + 1] += a.v[i] >> 51;
        a.v[i] &= LIMB_MASK;
    }
    a.v[4] &= LIMB_MASK;
    put_u64le(out, a.v[0] | a.v[1] << 51);
    put_u64le(out + 8, a.v[1] >> 13 | a.v[2] << 38);
    put_u64le(out + 16, a.v[2] >> 26 | a.v[3] << 25);
    put_u64le(out + 24, a.v[3] >> 39 | a.v[4] << 12);
}

static inline bool field_equal(const field *a, const field *b)
{
    uint8_t x[32], y[32];
    field_bytes(x, *a);
    field_bytes(y, *b);
    return memcmp(x, y, 32) == 0;
}

static inline bool field_negative(const field *a) /* RFC 9496 section 3.1: odd */
{
    uint8_t x[32];
    field_bytes(x, *a);
    return x[0] & 1;
}

static inline field field_absolute(const field *a)
{
    return field_negative(a) ? field_negate(a) : *a;
}

#endif
