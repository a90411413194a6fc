#include "ground/http/pool.h"

#include <time.h>

#define LOOK_MS 10

size_t pool_open(struct pool *p, void *const workers[], size_t n)
{
    pthread_mutex_init(&p->lock, NULL);
    p->n_free = p->running = 0;
    for (size_t i = 0; i < n && i < POOL_MAX; i++)
        p->free_workers[p->n_free++] = workers[i];
    return p->n_free;
}

void pool_close(struct pool *p)
{
    pthread_mutex_destroy(&p->lock);
}

void *pool_take(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    void *worker = p->free_workers[--p->n_free];
    pthread_mutex_unlock(&p->lock);
    return worker;
}

void pool_give(struct pool *p, void *worker)
{
    pthread_mutex_lock(&p->lock);
    p->free_workers[p->n_free++] = worker;
    pthread_mutex_unlock(&p->lock);
}

void pool_count(struct pool *p, int change)
{
    pthread_mutex_lock(&p->lock);
    p->running += (size_t)change;
    pthread_mutex_unlock(&p->lock);
}

static bool is_busy(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    bool busy = p->running > 0;
    pthread_mutex_unlock(&p->lock);
    return busy;
}

void pool_wait(struct pool *p, int at_most_ms)
{
    for (int waited = 0; waited < at_most_ms && is_busy(p); waited += LOOK_MS)
        nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * 1000000L}, NULL);
}
