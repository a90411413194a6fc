/* One array, several threads: contiguous slices, so that the first failing index is well defined. */
#include "ground/crypto/oprf_internal.h"

#include <pthread.h>
#include <stdatomic.h>

#define THREADS_MAX 16
#define SLICE_MIN 8

static _Atomic unsigned threads_wanted = 1; /* oprf.h: process-wide, set once at start */

void oprf_threads(unsigned n)
{
    atomic_store(&threads_wanted, n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : n);
}

unsigned oprf_threads_now(void)
{
    return atomic_load(&threads_wanted);
}

struct slice {
    oprf_slice_fn work;
    void *arg;
    size_t from, to, failed;
};

static void *run_slice(void *arg)
{
    struct slice *s = arg;
    s->failed = s->work(s->arg, s->from, s->to);
    return NULL;
}

size_t oprf_parallel(size_t n, oprf_slice_fn work, void *arg)
{
    size_t threads = atomic_load(&threads_wanted);
    if (threads > n / SLICE_MIN)
        threads = n / SLICE_MIN;
    if (threads <= 1)
        return work(arg, 0, n);

    struct slice slices[THREADS_MAX];
    pthread_t ids[THREADS_MAX];
    bool started[THREADS_MAX] = {false};
    for (size_t i = 0; i < threads; i++)
        slices[i] = (struct slice){.work = work, .arg = arg, .from = n * i / threads, .to = n * (i + 1) / threads};
    for (size_t i = 1; i < threads; i++)
        started[i] = pthread_create(&ids[i], NULL, run_slice, &slices[i]) == 0;
    for (size_t i = 0; i < threads; i++)
        if (!started[i]) /* the first slice, and any the system had no thread for, run here */
            run_slice(&slices[i]);
    size_t failed = n;
    for (size_t i = 0; i < threads; i++) {
        if (started[i])
            pthread_join(ids[i], NULL);
        if (slices[i].failed < slices[i].to && slices[i].failed < failed)
            failed = slices[i].failed;
    }
    return failed;
}
