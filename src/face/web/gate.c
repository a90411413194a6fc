#include "face/web/gate.h"

#include <pthread.h>

#define BUCKETS 1024

struct bucket { int64_t taken, at_ms; }; /* thousandths of a request that are not filled again */

struct gate {
    pthread_mutex_t lock;
    struct bucket all, each[BUCKETS];
};

struct gate *gate_new(struct arena *a)
{
    struct gate *g = arena_calloc(a, 1, sizeof *g);
    g->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    return g;
}

static bool has_room(struct bucket *b, int64_t burst, int64_t second, int64_t now_ms)
{
    const int64_t passed = now_ms > b->at_ms ? now_ms - b->at_ms : 0;
    b->taken = passed > burst * 1000 || passed * second > b->taken ? 0 : b->taken - passed * second;
    b->at_ms = now_ms;
    return b->taken + 1000 <= burst * 1000;
}

bool gate_let(struct gate *g, str address, int64_t now_ms)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < address.len; i++)
        hash = (hash ^ (uint8_t)address.p[i]) * 16777619u;
    struct bucket *own = &g->each[hash % BUCKETS];
    pthread_mutex_lock(&g->lock);
    const bool let = has_room(own, GATE_EACH_BURST, GATE_EACH_SECOND, now_ms) && has_room(&g->all, GATE_ALL_BURST, GATE_ALL_SECOND, now_ms);
    if (let) {
        own->taken += 1000;
        g->all.taken += 1000;
    }
    pthread_mutex_unlock(&g->lock);
    return let;
}
