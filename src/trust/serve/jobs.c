#include "trust/serve/jobs.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct lane {
    struct jobs *jobs;
    const struct serve_job *job;
    struct serve_context context;
    pthread_t thread;
    char said[ERR_TEXT_MAX]; /* the trouble the operator was told of last; empty: none */
};

struct jobs {
    struct arena *arena;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
    struct lane **lanes;
    size_t n_lanes, n_started;
};

/* A trouble that stays the same is said once: a partner that is down for a week must not fill the operator's log. */
static void tell(struct lane *l, int result, const struct err *err)
{
    struct arena *a = arena_new();
    const char *now = result < 0 ? err->text : "";
    bool news = strcmp(now, l->said) != 0;
    if (news && l->context.note && result < 0)
        l->context.note(str_printf(a, "%s: %s", l->job->name, now).p);
    else if (news && l->context.note)
        l->context.note(str_printf(a, "%s: well again", l->job->name).p);
    if (news)
        memcpy(l->said, now, strlen(now) + 1);
    arena_free(a);
}

/* True when it is time to end. */
static bool wait_for_turn(struct jobs *j, int ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    pthread_mutex_lock(&j->lock);
    int r = 0;
    while (!__atomic_load_n(&j->stopping, __ATOMIC_ACQUIRE) && r == 0 && ms > 0)
        r = pthread_cond_timedwait(&j->wake, &j->lock, &t);
    bool stopping = __atomic_load_n(&j->stopping, __ATOMIC_ACQUIRE);
    pthread_mutex_unlock(&j->lock);
    return stopping;
}

static void *run_lane(void *arg)
{
    struct lane *l = arg;
    int r;
    do {
        struct err err = {0};
        r = l->job->run(&l->context, clock_now_ms(), &err);
        tell(l, r, &err);
    } while (!wait_for_turn(l->jobs, r > 0 ? 0 : l->job->every_ms));
    if (l->job->close && l->context.state)
        l->job->close(l->context.state);
    return NULL;
}

static int start_lane(struct jobs *j, const struct serve_job *job, const struct serve_context *model, int lane, struct err *err)
{
    struct lane *l = j->lanes[j->n_lanes] = arena_new_of(j->arena, struct lane);
    l->jobs = j;
    l->job = job;
    l->context = *model;
    l->context.lane = lane;
    l->context.lanes = job->lanes ? job->lanes : 1;
    l->context.stopping = &j->stopping;
    int r = node_open_again(model->node, &l->context.node, err);
    if (r < 0)
        return r;
    j->n_lanes++;
    r = pthread_create(&l->thread, NULL, run_lane, l);
    if (r != 0)
        return err_errno(err, ERR_IO, r, "a thread for the job \"%s\" cannot be started", job->name);
    j->n_started++;
    return 0;
}

int jobs_start(const struct serve_job *const *table, const struct serve_context *model, struct jobs **out, struct err *err)
{
    struct arena *a = arena_new();
    struct jobs *j = arena_new_of(a, struct jobs);
    size_t total = 0;
    int r = 0;
    j->arena = a;
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&j->wake, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&j->lock, NULL);
    for (size_t i = 0; table && table[i]; i++)
        total += (size_t)(table[i]->lanes ? table[i]->lanes : 1);
    j->lanes = arena_alloc(a, (total + 1) * sizeof *j->lanes);
    for (size_t i = 0; table && table[i] && r == 0; i++)
        for (int lane = 0; r == 0 && lane < (table[i]->lanes ? table[i]->lanes : 1); lane++)
            r = start_lane(j, table[i], model, lane, err);
    if (r < 0)
        jobs_stop(j);
    else
        *out = j;
    return r;
}

void jobs_stop(struct jobs *j)
{
    if (!j)
        return;
    pthread_mutex_lock(&j->lock);
    __atomic_store_n(&j->stopping, true, __ATOMIC_RELEASE);
    pthread_cond_broadcast(&j->wake);
    pthread_mutex_unlock(&j->lock);
    for (size_t i = 0; i < j->n_started; i++)
        pthread_join(j->lanes[i]->thread, NULL);
    for (size_t i = 0; i < j->n_lanes; i++)
        node_close(j->lanes[i]->context.node);
    pthread_cond_destroy(&j->wake);
    pthread_mutex_destroy(&j->lock);
    arena_free(j->arena);
}
