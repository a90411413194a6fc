#include "work/cases/records_ahead.h"

#include <pthread.h>
#include <stdlib.h>

#define BATCHES 3 /* one that is written, one that waits, one that is read */

struct records_ahead {
    struct node *node;
    struct records_cursor cursor;
    size_t max;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct records_batch batches[BATCHES]; /* a ring */
    size_t made, given;                    /* how many there were; the last of those given is the caller's */
    bool taken;                            /* the caller has one */
    bool stop;                             /* asks the thread to end */
    bool ended;                            /* nothing comes after those that are made; result and err say how it ended */
    int result;
    struct err err;
};

/* A place in the ring that nobody uses; NULL: it is to end. */
static struct records_batch *free_place(struct records_ahead *x)
{
    pthread_mutex_lock(&x->lock);
    while (!x->stop && x->made - x->given + x->taken == BATCHES)
        pthread_cond_wait(&x->changed, &x->lock);
    struct records_batch *place = x->stop ? NULL : &x->batches[x->made % BATCHES];
    pthread_mutex_unlock(&x->lock);
    return place;
}

static void *read_ahead(void *arg)
{
    struct records_ahead *x = arg;
    struct records_batch *b;
    struct err err = {0};
    int r = 1;
    while (r > 0 && (b = free_place(x))) {
        arena_reset(b->arena);
        r = records_next(x->node, &x->cursor, x->max, b->arena, &b->records, &b->n, &err);
        if (r == 0)
            r = b->n > 0;
        pthread_mutex_lock(&x->lock);
        x->made += r > 0;
        x->ended = r <= 0;
        x->result = r;
        x->err = err;
        pthread_cond_signal(&x->changed);
        pthread_mutex_unlock(&x->lock);
    }
    return NULL;
}

static void free_all(struct records_ahead *x)
{
    for (size_t i = 0; i < BATCHES; i++)
        arena_free(x->batches[i].arena);
    pthread_cond_destroy(&x->changed);
    pthread_mutex_destroy(&x->lock);
    free(x);
}

int records_ahead_open(struct node *node, const struct records_cursor *from, size_t max, struct records_ahead **out, struct err *err)
{
    struct records_ahead *x = mem_calloc(1, sizeof *x);
    x->node = node;
    x->cursor = *from;
    x->max = max;
    for (size_t i = 0; i < BATCHES; i++)
        x->batches[i].arena = arena_new();
    pthread_mutex_init(&x->lock, NULL);
    pthread_cond_init(&x->changed, NULL);
    int failed = pthread_create(&x->thread, NULL, read_ahead, x);
    if (failed) {
        free_all(x);
        return err_errno(err, ERR_IO, failed, "no thread can be started to read records");
    }
    *out = x;
    return 0;
}

int records_ahead_next(struct records_ahead *x, struct records_batch *batch, struct err *err)
{
    int r = 1;
    pthread_mutex_lock(&x->lock);
    if (x->taken) {
        x->taken = false;
        pthread_cond_signal(&x->changed);
    }
    while (x->given == x->made && !x->ended)
        pthread_cond_wait(&x->changed, &x->lock);
    if (x->given < x->made) {
        *batch = x->batches[x->given++ % BATCHES];
        x->taken = true;
    } else if ((r = x->result) < 0 && err) {
        *err = x->err;
    }
    pthread_mutex_unlock(&x->lock);
    return r;
}

void records_ahead_close(struct records_ahead *x)
{
    if (!x)
        return;
    pthread_mutex_lock(&x->lock);
    x->stop = true;
    pthread_cond_signal(&x->changed);
    pthread_mutex_unlock(&x->lock);
    pthread_join(x->thread, NULL);
    free_all(x);
}
