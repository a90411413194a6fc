/* random: numbers that follow from a seed of 32 bytes: xoshiro256** (Blackman and Vigna, public domain). Integers only: the same everywhere.
 *
 *     struct rota_random r = rota_random(seed);
 *     int o = rota_below(&r, n_officers);
 *
 * For search and for lots whose seed is itself drawn and published; not for keys.
 */
#ifndef COMITY_ROTA_RANDOM_H
#define COMITY_ROTA_RANDOM_H

#include <stdint.h>

struct rota_random {
    uint64_t s[4];
};

static inline uint64_t rota_rotl(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

static inline uint64_t rota_next(struct rota_random *r)
{
    const uint64_t result = rota_rotl(r->s[1] * 5, 7) * 9, t = r->s[1] << 17;
    r->s[2] ^= r->s[0];
    r->s[3] ^= r->s[1];
    r->s[1] ^= r->s[2];
    r->s[0] ^= r->s[3];
    r->s[2] ^= t;
    r->s[3] = rota_rotl(r->s[3], 45);
    return result;
}

/* The seed is read little-endian and stirred twice (the finalizer of splitmix64), so that seeds which differ in one bit have nothing in common. */
static inline struct rota_random rota_random(const uint8_t seed[static 32])
{
    struct rota_random r = {{0}};
    for (int i = 0; i < 32; i++)
        r.s[i / 8] |= (uint64_t)seed[i] << (8 * (i % 8));
    uint64_t stir = 0;
    for (int i = 0; i < 8; i++) {
        stir += r.s[i % 4] + 0x9e3779b97f4a7c15;
        stir = (stir ^ (stir >> 30)) * 0xbf58476d1ce4e5b9;
        stir = (stir ^ (stir >> 27)) * 0x94d049bb133111eb;
        stir ^= stir >> 31;
        r.s[i % 4] ^= stir;
    }
    r.s[0] |= !(r.s[0] | r.s[1] | r.s[2] | r.s[3]); /* the generator cannot leave all zero */
    return r;
}

/* 0 .. n - 1, from the upper half of one number: even enough for search (off by less than n / 2^32). */
static inline int rota_below(struct rota_random *r, int n)
{
    return (int)(((rota_next(r) >> 32) * (uint64_t)n) >> 32);
}

/* The same without any slant, for lots. */
static inline int rota_lot(struct rota_random *r, int n)
{
    const uint64_t limit = UINT64_MAX - UINT64_MAX % (uint64_t)n;
    uint64_t x;
    do
        x = rota_next(r);
    while (x >= limit);
    return (int)(x % (uint64_t)n);
}

#endif
