/* made_logs: logs of calls with nothing arranged, or with exactly what is planted: for tests and the bench. Each seed gives one log. */
#ifndef COMITY_WATCH_MADE_LOGS_H
#define COMITY_WATCH_MADE_LOGS_H

#include <math.h>
#include <stdlib.h>

#include "work/watch/watch.h"

static inline uint64_t made_next(uint64_t *seed) /* splitmix64 */
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}
static inline double made_unit(uint64_t *seed) { return (double)(made_next(seed) >> 11) * 0x1p-53; }

enum { MADE_WINDOW = 10 };

/* One line, a window of ten, officers who call in no order. Half of the travellers come with one of the handlers, of whom the first send the most; the others
 * come once. Two of a hundred calls pass the lot over; one of forty is refused; one of twenty is near a flagged traveller; times are in steps of ten seconds. */
static inline struct watch_log made_line(struct arena *a, uint64_t seed, size_t calls, uint32_t officers, uint32_t handlers)
{
    struct watch_call *made = arena_array(a, struct watch_call, calls);
    struct watch_chance *could = arena_array(a, struct watch_chance, calls * MADE_WINDOW);
    uint32_t window[MADE_WINDOW], next_single = officers + handlers;
    uint64_t refusals = seed ^ UINT64_C(0x7265667573616c73);
    size_t n = 0;
    for (size_t i = 0; i < MADE_WINDOW; i++)
        window[i] = UINT32_MAX;
    for (size_t c = 0; c < calls; c++) {
        for (size_t i = 0; i < MADE_WINDOW; i++)
            if (window[i] == UINT32_MAX)
                window[i] = made_next(&seed) % 2 ? next_single++ : officers + (uint32_t)((double)handlers * pow(made_unit(&seed), 2));
        size_t drawn = made_next(&seed) % MADE_WINDOW;
        made[c] = (struct watch_call){.of = (uint32_t)(made_next(&seed) % officers), .drawn = window[drawn], .first = n,
                                      .ms = 10000 * (int64_t)(-6 * log1p(-made_unit(&seed))), .near = made_next(&seed) % 20 == 0,
                                      .overridden = made_next(&seed) % 50 == 0, .odd = made_next(&refusals) % 40 == 0};
        for (size_t i = 0; i < MADE_WINDOW; i++) {
            size_t at = made[c].first;
            while (at < n && could[at].who != window[i])
                at++;
            could[at].who = window[i];
            could[at].weight += 1;
            n += at == n;
        }
        made[c].n = (uint32_t)(n - made[c].first);
        window[drawn] = UINT32_MAX;
    }
    return (struct watch_log){.calls = made, .n = calls, .could = could, .n_could = n, .n_codes = next_single, .n_families = 1};
}

/* 10,000 pairs that are tested, drawn with .1 each time: `visits` times the first one, with a lift; seven times each of the others, which is the least that
 * can stand out among so many. Officers are 0 to 9,999, their handlers 10,000 to 19,999; whoever else is called comes once. */
enum { MADE_PAIRS = 10000 };
static inline struct watch_log made_planted(struct arena *a, uint64_t seed, size_t visits, double lift)
{
    const size_t calls = visits + (size_t)(MADE_PAIRS - 1) * 7;
    struct watch_call *made = arena_array(a, struct watch_call, calls);
    struct watch_chance *could = arena_array(a, struct watch_chance, calls * 2);
    for (size_t c = 0; c < calls; c++) {
        const uint32_t pair = c < visits ? 0 : (uint32_t)((c - visits) / 7 + 1);
        const bool met = made_unit(&seed) < .1 * (pair ? 1 : lift);
        could[2 * c] = (struct watch_chance){MADE_PAIRS + pair, 1};
        could[2 * c + 1] = (struct watch_chance){2 * MADE_PAIRS + (uint32_t)c, 9};
        made[c] = (struct watch_call){.of = pair, .drawn = could[2 * c + !met].who, .first = 2 * c, .n = 2, .ms = -1};
    }
    return (struct watch_log){.calls = made, .n = calls, .could = could, .n_could = 2 * calls, .n_codes = 2 * MADE_PAIRS + calls, .n_families = 1};
}

#endif
