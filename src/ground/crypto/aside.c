/* A thread that hashes what is handed to it, block by block, in order: see crypto.h. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ground/crypto/crypto.h"

#define BLOCK (256 * 1024)
#define BLOCKS 4

struct crypto_sha256_aside {
    struct crypto_sha256_stream hash;
    pthread_t thread;
    bool threaded;         /* else there was no thread to be had, and it is hashed at once */
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint64_t filled, done; /* blocks */
    bool ending;
    size_t len[BLOCKS];
    uint8_t block[BLOCKS][BLOCK];
};

static void *run(void *arg)
{
    struct crypto_sha256_aside *s = arg;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        while (s->done == s->filled && !s->ending)
            pthread_cond_wait(&s->moved, &s->lock);
        if (s->done == s->filled)
            break;
        const size_t i = s->done % BLOCKS;
        pthread_mutex_unlock(&s->lock);
        crypto_sha256_add(&s->hash, (bytes){s->block[i], s->len[i]});
        pthread_mutex_lock(&s->lock);
        s->len[i] = 0;
        s->done++;
        pthread_cond_signal(&s->moved);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

struct crypto_sha256_aside *crypto_sha256_aside_new(void)
{
    struct crypto_sha256_aside *s = mem_calloc(1, sizeof *s);
    crypto_sha256_begin(&s->hash);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->moved, NULL);
    s->threaded = pthread_create(&s->thread, NULL, run, s) == 0;
    return s;
}

/* The block that is being filled goes to the thread; comes back when the next one is free. */
static void hand_over(struct crypto_sha256_aside *s)
{
    pthread_mutex_lock(&s->lock);
    s->filled++;
    pthread_cond_signal(&s->moved);
    while (s->filled - s->done == BLOCKS)
        pthread_cond_wait(&s->moved, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

void crypto_sha256_aside_add(struct crypto_sha256_aside *s, bytes data)
{
    if (!s->threaded) {
        crypto_sha256_add(&s->hash, data);
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

void crypto_sha256_aside_end(struct crypto_sha256_aside *s, uint8_t *out)
{
    uint8_t unused[HASH_LEN];
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
    crypto_sha256_end(&s->hash, out ? out : unused);
    pthread_cond_destroy(&s->moved);
    pthread_mutex_destroy(&s->lock);
    crypto_wipe(s->block, sizeof s->block); /* it may have been what people said */
    free(s);
}
