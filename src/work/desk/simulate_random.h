/* simulate_random: a fast generator for figures (xoshiro256++, seeded by splitmix64). Foreseeable: never for a draw, a key or a seed of either. */
#ifndef COMITY_DESK_SIMULATE_RANDOM_H
#define COMITY_DESK_SIMULATE_RANDOM_H

#include <math.h>
#include <stdint.h>

struct sim_random { uint64_t s[4]; };

static inline struct sim_random sim_random_from(uint64_t seed)
{
    struct sim_random r;
    for (int i = 0; i < 4; i++) {
        uint64_t z = seed += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        r.s[i] = z ^ z >> 31;
    }
    return r;
}

static inline uint64_t sim_rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static inline uint64_t sim_next(struct sim_random *r)
{
    uint64_t *s = r->s;
    const uint64_t result = sim_rotate(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = sim_rotate(s[3], 45);
    return result;
}

/* In (0, 1]: its logarithm is a number. */
static inline double sim_uniform(struct sim_random *r)
{
    return (double)((sim_next(r) >> 11) + 1) * 0x1p-53;
}

/* From 0 to n - 1. */
static inline unsigned sim_below(struct sim_random *r, unsigned n)
{
    return (unsigned)((sim_next(r) >> 32) * n >> 32);
}

/* With mean 1. */
static inline double sim_exponential(struct sim_random *r)
{
    return -log(sim_uniform(r));
}

#endif
