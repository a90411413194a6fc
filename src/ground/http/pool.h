/* pool: the workers of a server's threads, and how many requests are running. Private to ground/http.
 *
 * There are as many workers as threads, so whoever runs a request always finds one.
 */
#ifndef COMITY_HTTP_POOL_H
#define COMITY_HTTP_POOL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define POOL_MAX 64

struct pool {
    pthread_mutex_t lock; /* of what follows */
    void *free_workers[POOL_MAX];
    size_t n_free;
    size_t running;       /* requests between first call and done */
};

/* Returns how many it took: at most POOL_MAX. */
size_t pool_open(struct pool *p, void *const workers[], size_t n);
void pool_close(struct pool *p);
void *pool_take(struct pool *p);
void pool_give(struct pool *p, void *worker);
void pool_count(struct pool *p, int change);    /* a request begins (1) or is done (-1) */
void pool_wait(struct pool *p, int at_most_ms); /* until none is running */

#endif
