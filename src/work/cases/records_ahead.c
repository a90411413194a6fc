#include "work/cases/records_ahead.h"

#include <pthread.h>
#include <stdlib.h>

#define BATCHES 4 /* one that is written, one that waits, one that is opened, one that is read */

struct batch {
    struct arena *arena;
    struct records_rows rows;
};

/* Each batch is read, opened and given, in this order: three counts over one ring. */
enum stage { READ, OPENED, STAGES };

struct records_ahead {
    struct node *node, *own; /* own: of the thread that opens, so that one walks the records and the other the vault */
    struct records_cursor cursor;
    size_t max;
    pthread_t threads[STAGES];
    size_t n_threads;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct batch batches[BATCHES];
    size_t done[STAGES], given; /* how many batches; the last of those given is the caller's */
    bool taken;                 /* the caller has one */
    bool stop;                  /* asks the threads to end */
    bool ended[STAGES];         /* nothing comes after those that are done */
    int result;                 /* how it ended, and why */
    struct err err;
};

/* The next batch for a stage: one that nobody uses, or one that has been read. NULL: there is no more to do. */
static struct batch *next_for(struct records_ahead *x, enum stage stage)
{
    struct batch *b = NULL;
    pthread_mutex_lock(&x->lock);
    for (;;) {
        bool ready = stage == READ ? x->done[READ] - x->given + x->taken < BATCHES : x->done[OPENED] < x->done[READ];
        if (x->stop || (!ready && stage == OPENED && x->ended[READ]))
            break;
        if (ready) {
            b = &x->batches[x->done[stage] % BATCHES];
            break;
        }
        pthread_cond_wait(&x->changed, &x->lock);
    }
    pthread_mutex_unlock(&x->lock);
    return b;
}

/* r: 1, one is done; 0, there was no more; or an error. */
static void finish(struct records_ahead *x, enum stage stage, int r, const struct err *err)
{
    pthread_mutex_lock(&x->lock);
    x->done[stage] += r > 0;
    x->ended[stage] = r <= 0;
    if (r < 0) {
        x->result = r;
        x->err = *err;
    }
    pthread_cond_broadcast(&x->changed);
    pthread_mutex_unlock(&x->lock);
}

static void *read_ahead(void *arg)
{
    struct records_ahead *x = arg;
    struct batch *b;
    struct err err = {0};
    int r = 1;
    while (r > 0 && (b = next_for(x, READ))) {
        arena_reset(b->arena);
        r = records_next_rows(x->node, &x->cursor, x->max, b->arena, &b->rows, &err);
        if (r == 0)
            r = b->rows.n > 0;
        finish(x, READ, r, &err);
    }
    return NULL;
}

static void *open_ahead(void *arg)
{
    struct records_ahead *x = arg;
    struct batch *b;
    struct err err = {0};
    int r = 1;
    while (r > 0 && (b = next_for(x, OPENED))) {
        r = records_open(x->own, b->arena, &b->rows, &err);
        if (r == 0)
            r = 1;
        finish(x, OPENED, r, &err);
    }
    if (r > 0)
        finish(x, OPENED, 0, &err);
    return NULL;
}

void records_ahead_close(struct records_ahead *x)
{
    if (!x)
        return;
    pthread_mutex_lock(&x->lock);
    x->stop = true;
    pthread_cond_broadcast(&x->changed);
    pthread_mutex_unlock(&x->lock);
    for (size_t i = 0; i < x->n_threads; i++)
        pthread_join(x->threads[i], NULL);
    for (size_t i = 0; i < BATCHES; i++)
        arena_free(x->batches[i].arena);
    node_close(x->own);
    pthread_cond_destroy(&x->changed);
    pthread_mutex_destroy(&x->lock);
    free(x);
}

int records_ahead_open(struct node *node, const struct records_cursor *from, size_t max, struct records_ahead **out, struct err *err)
{
    static void *(*const stages[STAGES])(void *) = {read_ahead, open_ahead};
    struct records_ahead *x = mem_calloc(1, sizeof *x);
    x->node = node;
    x->cursor = *from;
    x->max = max;
    for (size_t i = 0; i < BATCHES; i++)
        x->batches[i].arena = arena_new();
    pthread_mutex_init(&x->lock, NULL);
    pthread_cond_init(&x->changed, NULL);
    int r = node_open_again(node, &x->own, err);
    if (r == 0)
        r = db_small_cache(x->own->db, err); /* both walk much, once: memory does not grow with the table */
    if (r == 0)
        r = db_small_cache(node->db, err);
    for (; r == 0 && x->n_threads < STAGES; x->n_threads++) {
        int failed = pthread_create(&x->threads[x->n_threads], NULL, stages[x->n_threads], x);
        if (failed) {
            r = err_errno(err, ERR_IO, failed, "no thread can be started to read records");
            break;
        }
    }
    if (r < 0)
        records_ahead_close(x);
    else
        *out = x;
    return r;
}

int records_ahead_next(struct records_ahead *x, struct records_batch *batch, struct err *err)
{
    int r = 1;
    pthread_mutex_lock(&x->lock);
    if (x->taken) {
        x->taken = false;
        pthread_cond_broadcast(&x->changed);
    }
    while (x->given == x->done[OPENED] && !x->ended[OPENED])
        pthread_cond_wait(&x->changed, &x->lock);
    if (x->given < x->done[OPENED]) {
        const struct batch *b = &x->batches[x->given++ % BATCHES];
        *batch = (struct records_batch){b->rows.records, b->rows.n, b->arena};
        x->taken = true;
    } else if ((r = x->result) < 0 && err) {
        *err = x->err;
    }
    pthread_mutex_unlock(&x->lock);
    return r;
}
