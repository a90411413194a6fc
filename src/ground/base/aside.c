#include "ground/base/aside.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK (256 * 1024)
#define BLOCKS 4

struct aside {
    void (*work)(void *arg, bytes block);
    void *arg;
    pthread_t thread;
    bool threaded;         /* else there was no thread to be had, and it is done at once */
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint64_t filled, done; /* blocks */
    bool ending;
    size_t len[BLOCKS];
    uint8_t block[BLOCKS][BLOCK];
};

static void *run(void *arg)
{
    struct aside *s = arg;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        while (s->done == s->filled && !s->ending)
            pthread_cond_wait(&s->moved, &s->lock);
        if (s->done == s->filled)
            break;
        const size_t i = s->done % BLOCKS;
        pthread_mutex_unlock(&s->lock);
        s->work(s->arg, (bytes){s->block[i], s->len[i]});
        pthread_mutex_lock(&s->lock);
        s->len[i] = 0;
        s->done++;
        pthread_cond_signal(&s->moved);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

struct aside *aside_new(void (*work)(void *arg, bytes block), void *arg)
{
    struct aside *s = mem_alloc(sizeof *s); /* the blocks are filled before they are read: they need no zeros */
    memset(s, 0, offsetof(struct aside, block));
    s->work = work;
    s->arg = arg;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->moved, NULL);
    s->threaded = pthread_create(&s->thread, NULL, run, s) == 0;
    return s;
}

/* The block that is being filled goes to the thread; comes back when the next one is free. */
static void hand_over(struct aside *s)
{
    pthread_mutex_lock(&s->lock);
    s->filled++;
    pthread_cond_signal(&s->moved);
    while (s->filled - s->done == BLOCKS)
        pthread_cond_wait(&s->moved, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

void aside_add(struct aside *s, bytes data)
{
    if (!s->threaded) {
        if (data.len)
            s->work(s->arg, data);
        return;
    }
    while (data.len) {
        const size_t i = s->filled % BLOCKS; /* ours alone until it is handed over */
        const size_t some = BLOCK - s->len[i] < data.len ? BLOCK - s->len[i] : data.len;
        memcpy(s->block[i] + s->len[i], data.p, some);
        s->len[i] += some;
        data = (bytes){data.p + some, data.len - some};
        if (s->len[i] == BLOCK)
            hand_over(s);
    }
}

void aside_end(struct aside *s)
{
    if (!s)
        return;
    if (s->threaded) {
        if (s->len[s->filled % BLOCKS])
            hand_over(s);
        pthread_mutex_lock(&s->lock);
        s->ending = true;
        pthread_cond_signal(&s->moved);
        pthread_mutex_unlock(&s->lock);
        pthread_join(s->thread, NULL);
    }
    pthread_cond_destroy(&s->moved);
    pthread_mutex_destroy(&s->lock);
    explicit_bzero(s->block, sizeof s->block); /* it may have been what people said */
    free(s);
}
