#include "trust/serve/limits.h"

#include <pthread.h>
#include <string.h>

#define SECOND_NS 1000000000.0

/* A question costs us about 4 ms of one core, a batch of letters one commit; a part of a large letter is 1 MiB. */
const struct limit limits_usual[N_PEER_COSTS] = {
    [PEER_LIGHT] = {100, 3000},
    [PEER_WORK] = {200, 6000},
    [PEER_BULK] = {400, 12000},
};

struct bucket { double second, minute; }; /* requests that may still come now */

struct guest {
    struct guest *next;
    uint8_t id[ID_LEN];
    unsigned running;
    int64_t filled_ns;
    struct bucket buckets[N_PEER_COSTS];
};

/* As many guests as there are partners, which an operator has paired one by one: a list will do. */
struct limits {
    pthread_mutex_t lock;
    struct arena *arena;
    const struct limit *bounds;
    unsigned at_once;
    struct guest *guests;
};

struct limits *limits_new(const struct limit *bounds, unsigned at_once)
{
    struct arena *a = arena_new();
    struct limits *l = arena_new_of(a, struct limits);
    l->arena = a;
    l->bounds = bounds;
    l->at_once = at_once ? at_once : 1;
    pthread_mutex_init(&l->lock, NULL);
    return l;
}

void limits_free(struct limits *l)
{
    if (!l)
        return;
    pthread_mutex_destroy(&l->lock);
    arena_free(l->arena);
}

static struct guest *guest_of(struct limits *l, const uint8_t id[static ID_LEN], int64_t now_ns)
{
    for (struct guest *g = l->guests; g; g = g->next)
        if (memcmp(g->id, id, ID_LEN) == 0)
            return g;
    struct guest *g = arena_new_of(l->arena, struct guest);
    memcpy(g->id, id, ID_LEN);
    g->filled_ns = now_ns;
    for (int i = 0; i < N_PEER_COSTS; i++)
        g->buckets[i] = (struct bucket){l->bounds[i].per_second, l->bounds[i].per_minute};
    g->next = l->guests;
    l->guests = g;
    return g;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static void fill(const struct limits *l, struct guest *g, int64_t now_ns)
{
    double seconds = now_ns > g->filled_ns ? (double)(now_ns - g->filled_ns) / SECOND_NS : 0;
    g->filled_ns = now_ns > g->filled_ns ? now_ns : g->filled_ns;
    for (int i = 0; i < N_PEER_COSTS; i++) {
        const struct limit *most = &l->bounds[i];
        g->buckets[i].second = smaller(most->per_second, g->buckets[i].second + seconds * most->per_second);
        g->buckets[i].minute = smaller(most->per_minute, g->buckets[i].minute + seconds * most->per_minute / 60);
    }
}

static int take(struct limits *l, struct guest *g, enum peer_cost cost, struct err *err)
{
    struct bucket *b = &g->buckets[cost];
    if (g->running >= l->at_once)
        return err_set(err, ERR_RETRY, "%u requests of yours are being answered already: wait for one of them", g->running);
    if (b->second < 1)
        return err_set(err, ERR_LIMIT, "more than %u requests of this kind in one second: come again later", l->bounds[cost].per_second);
    if (b->minute < 1)
        return err_set(err, ERR_LIMIT, "more than %u requests of this kind in one minute: come again later", l->bounds[cost].per_minute);
    b->second -= 1;
    b->minute -= 1;
    g->running++;
    return 0;
}

int limits_enter(struct limits *l, const uint8_t partner[static ID_LEN], enum peer_cost cost, int64_t now_ns, struct err *err)
{
    pthread_mutex_lock(&l->lock);
    struct guest *g = guest_of(l, partner, now_ns);
    fill(l, g, now_ns);
    int r = take(l, g, cost, err);
    pthread_mutex_unlock(&l->lock);
    return r;
}

void limits_leave(struct limits *l, const uint8_t partner[static ID_LEN])
{
    pthread_mutex_lock(&l->lock);
    for (struct guest *g = l->guests; g; g = g->next)
        if (memcmp(g->id, partner, ID_LEN) == 0 && g->running > 0)
            g->running--;
    pthread_mutex_unlock(&l->lock);
}
