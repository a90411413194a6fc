#include "face/web/import_jobs.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ground/crypto/crypto.h"
#include "ground/text/when.h"

#define JOBS_MAX 200
#define PER_MEMBER_MAX 5                     /* finished ones, the newest */
#define BYTES_MAX ((size_t)256 * 1024 * 1024) /* of all jobs */
#define UNSTARTED_MS (INT64_C(60) * 60 * 1000)
#define KEPT_MS (INT64_C(24) * 60 * 60 * 1000)

struct import_job {
    struct import_job *next; /* newer ones stand in front */
    struct arena *arena;     /* of all that follows, as long as somebody holds it */
    int held;
    bool dropped;            /* out of the list: goes with the last who holds it */
    uint8_t id[ID_LEN];
    struct actor actor;
    str name, encoding, spec;
    bool files;
    uint8_t *content;        /* NULL when it is wiped */
    size_t len;
    int64_t added_ms, changed_ms, began_ns;
    enum import_state state;
    int64_t rows, offset, size;
    struct import_result checked, done;
    struct import_bad *bad;
    size_t n_bad, bad_cap;
    str error;
};

struct lane {
    struct import_jobs *jobs;
    enum import_state takes, makes;
    void (*run)(struct import_jobs *jobs, struct import_job *job);
    pthread_t thread;
    bool started;
};

struct import_jobs {
    pthread_mutex_t lock; /* of all that follows; a job's results belong to its lane while it is CHECKING or RUNNING */
    pthread_cond_t changed;
    struct import_job *first;
    bool stopping;
    struct node *node; /* the importing lane's */
    const struct names *names;
    const struct text *text;
    struct lane lanes[2];
};

/* --- jobs in memory, under the lock --- */

static void wipe(struct import_job *job)
{
    if (job->content)
        explicit_bzero(job->content, job->len);
    free(job->content);
    job->content = NULL;
}

static void free_job(struct import_job *job)
{
    wipe(job);
    arena_free(job->arena);
    free(job);
}

static void unlink_job(struct import_jobs *jobs, struct import_job *job)
{
    for (struct import_job **j = &jobs->first; *j; j = &(*j)->next)
        if (*j == job) {
            *j = job->next;
            break;
        }
    job->dropped = true;
    if (job->held == 0)
        free_job(job);
}

static bool is_under_way(enum import_state s)
{
    return s == IMPORT_WAITING || s == IMPORT_CHECKING || s == IMPORT_QUEUED || s == IMPORT_RUNNING;
}

static bool is_of(const struct import_job *job, const uint8_t member[static ID_LEN])
{
    return memcmp(job->actor.member, member, ID_LEN) == 0;
}

static struct import_job *find(struct import_jobs *jobs, const uint8_t member[static ID_LEN], const uint8_t id[static ID_LEN])
{
    for (struct import_job *j = jobs->first; j; j = j->next)
        if (is_of(j, member) && memcmp(j->id, id, ID_LEN) == 0)
            return j;
    return NULL;
}

static void forget_old(struct import_jobs *jobs, int64_t now_ms)
{
    for (struct import_job *j = jobs->first, *next; j; j = next) {
        next = j->next;
        if (!is_under_way(j->state) && now_ms - j->changed_ms > (j->content ? UNSTARTED_MS : KEPT_MS))
            unlink_job(jobs, j);
    }
}

static void forget_surplus(struct import_jobs *jobs, const uint8_t member[static ID_LEN])
{
    size_t n = 0;
    for (struct import_job *j = jobs->first, *next; j; j = next) {
        next = j->next;
        if (is_of(j, member) && ++n > PER_MEMBER_MAX && !is_under_way(j->state))
            unlink_job(jobs, j);
    }
}

static int gone(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, N_("this import is not known any more: send the file again; persons who are in already are not stored twice"));
}

/* --- running --- */

struct run { struct import_jobs *jobs; struct import_job *job; };

static int keep_bad(void *arg, int64_t line, const char *text, struct err *err)
{
    struct import_job *job = ((struct run *)arg)->job;
    (void)err;
    if (job->n_bad == IMPORT_BAD_KEPT)
        return 0;
    if (job->n_bad == job->bad_cap) {
        size_t cap = job->bad_cap ? job->bad_cap * 2 : 16;
        job->bad = arena_grow(job->arena, job->bad, job->bad_cap * sizeof *job->bad, cap * sizeof *job->bad);
        job->bad_cap = cap;
    }
    job->bad[job->n_bad++] = (struct import_bad){line, str_dup(job->arena, str_from(text))};
    return 0;
}

static int note_progress(void *arg, int64_t rows, int64_t offset, int64_t size, struct err *err)
{
    struct import_jobs *jobs = ((struct run *)arg)->jobs;
    struct import_job *job = ((struct run *)arg)->job;
    pthread_mutex_lock(&jobs->lock);
    job->rows = rows;
    job->offset = offset;
    job->size = size;
    bool stop = jobs->stopping;
    pthread_mutex_unlock(&jobs->lock);
    return stop ? err_set(err, ERR_RETRY, N_("the server was stopped: import the same file again, persons who are in already are not stored twice")) : 0;
}

static struct import_options options_of(const struct import_jobs *jobs, struct import_job *job)
{
    int64_t now_ms = clock_now_ms();
    return (struct import_options){
        .content = {job->content, job->len},
        .encoding = job->encoding.len ? job->encoding.p : NULL,
        .columns = {.spec = job->spec.len ? job->spec.p : NULL, .today = when_day_in(jobs->node->time_zone, now_ms)},
        .actor = &job->actor,
        .now_ms = now_ms,
        .rows_per_act = IMPORT_ROWS_PER_ACT,
        .progress = note_progress,
    };
}

static struct import_files_options files_of(const struct import_jobs *jobs, const struct import_job *job, const struct import_options *o)
{
    struct import_files_options f = {.table = *o, .text = jobs->text};
    memcpy(f.owner, job->actor.member, ID_LEN);
    return f;
}

static void set_state(struct import_jobs *jobs, struct import_job *job, enum import_state state, const struct err *err)
{
    pthread_mutex_lock(&jobs->lock);
    job->state = state;
    job->changed_ms = clock_now_ms();
    if (err)
        job->error = str_dup(job->arena, str_from(err->text));
    if (state == IMPORT_DONE || state == IMPORT_STOPPED || state == IMPORT_UNREADABLE)
        wipe(job);
    pthread_cond_broadcast(&jobs->changed);
    pthread_mutex_unlock(&jobs->lock);
}

static void check(struct import_jobs *jobs, struct import_job *job)
{
    struct run run = {jobs, job};
    struct err err = {0};
    struct import_options o = options_of(jobs, job);
    o.bad_row = keep_bad;
    o.arg = &run;
    struct import_files_options f = files_of(jobs, job, &o);
    int r = job->files ? import_files_preview(&f, job->arena, &job->checked, &err) : import_preview(&o, job->arena, &job->checked, &err);
    set_state(jobs, job, r == 0 ? IMPORT_CHECKED : job->checked.n_columns && !job->files ? IMPORT_UNMAPPED : IMPORT_UNREADABLE, r < 0 ? &err : NULL);
}

static void import(struct import_jobs *jobs, struct import_job *job)
{
    struct run run = {jobs, job};
    struct err err = {0};
    struct import_options o = options_of(jobs, job);
    o.arg = &run;
    struct import_files_options f = files_of(jobs, job, &o);
    int r = job->files ? import_files_run(jobs->node, jobs->names, &f, job->arena, &job->done, &err)
                       : import_run(jobs->node, jobs->names, &o, job->arena, &job->done, &err);
    set_state(jobs, job, r < 0 ? IMPORT_STOPPED : IMPORT_DONE, r < 0 ? &err : NULL);
}

/* The one that has waited longest stands last. */
static struct import_job *next_of(struct lane *lane)
{
    struct import_job *oldest = NULL;
    for (struct import_job *j = lane->jobs->first; j; j = j->next)
        if (j->state == lane->takes && (!oldest || j->changed_ms <= oldest->changed_ms))
            oldest = j;
    return oldest;
}

static void *run_lane(void *arg)
{
    struct lane *lane = arg;
    struct import_jobs *jobs = lane->jobs;
    pthread_mutex_lock(&jobs->lock);
    while (!jobs->stopping) {
        struct import_job *job = next_of(lane);
        if (!job) {
            pthread_cond_wait(&jobs->changed, &jobs->lock);
            continue;
        }
        job->state = lane->makes;
        job->rows = job->offset = job->size = 0;
        job->began_ns = clock_monotonic_ns();
        job->held++;
        pthread_mutex_unlock(&jobs->lock);
        lane->run(jobs, job);
        pthread_mutex_lock(&jobs->lock);
        if (--job->held == 0 && job->dropped)
            free_job(job);
    }
    pthread_mutex_unlock(&jobs->lock);
    return NULL;
}

/* --- open and close --- */

int import_jobs_open(const struct node *node, const struct names *names, const struct text *text, struct import_jobs **out, struct err *err)
{
    struct import_jobs *jobs = mem_calloc(1, sizeof *jobs);
    jobs->names = names;
    jobs->text = text;
    pthread_mutex_init(&jobs->lock, NULL);
    pthread_cond_init(&jobs->changed, NULL);
    jobs->lanes[0] = (struct lane){jobs, IMPORT_WAITING, IMPORT_CHECKING, check};
    jobs->lanes[1] = (struct lane){jobs, IMPORT_QUEUED, IMPORT_RUNNING, import};
    int r = node_open_again(node, &jobs->node, err);
    for (size_t i = 0; i < 2 && r == 0; i++) {
        int failed = pthread_create(&jobs->lanes[i].thread, NULL, run_lane, &jobs->lanes[i]);
        jobs->lanes[i].started = failed == 0;
        r = failed ? err_errno(err, ERR_IO, failed, "a thread for imports cannot be started") : 0;
    }
    if (r < 0)
        import_jobs_close(jobs);
    else
        *out = jobs;
    return r;
}

void import_jobs_close(struct import_jobs *jobs)
{
    if (!jobs)
        return;
    pthread_mutex_lock(&jobs->lock);
    jobs->stopping = true;
    pthread_cond_broadcast(&jobs->changed);
    pthread_mutex_unlock(&jobs->lock);
    for (size_t i = 0; i < 2; i++)
        if (jobs->lanes[i].started)
            pthread_join(jobs->lanes[i].thread, NULL);
    while (jobs->first)
        unlink_job(jobs, jobs->first);
    if (jobs->node)
        node_close(jobs->node);
    pthread_cond_destroy(&jobs->changed);
    pthread_mutex_destroy(&jobs->lock);
    free(jobs);
}

/* --- what pages ask for --- */

static struct import_job *new_job(const struct actor *actor, str name, bool files, str encoding, str spec, int64_t now_ms)
{
    struct import_job *job = mem_calloc(1, sizeof *job);
    job->arena = arena_new();
    job->actor = *actor;
    job->actor.name = str_dup(job->arena, actor->name);
    job->actor.role = str_dup(job->arena, actor->role);
    job->name = str_dup(job->arena, name);
    job->files = files;
    job->encoding = str_dup(job->arena, encoding);
    job->spec = str_dup(job->arena, spec);
    job->added_ms = job->changed_ms = now_ms;
    return job;
}

static void put_first(struct import_jobs *jobs, struct import_job *job)
{
    job->next = jobs->first;
    jobs->first = job;
    pthread_cond_broadcast(&jobs->changed);
}

/* Whether there is room; what this member sent before and did not start makes room. */
static int make_room(struct import_jobs *jobs, const struct import_order *order, struct err *err)
{
    size_t total = order->content.len, n = 0;
    forget_old(jobs, order->now_ms);
    for (struct import_job *j = jobs->first, *next; j; j = next) {
        next = j->next;
        if (is_of(j, order->actor->member) && is_under_way(j->state))
            return err_set(err, ERR_LIMIT, N_("another list of yours is being read: wait until it is done"));
        if (is_of(j, order->actor->member) && j->content)
            unlink_job(jobs, j);
    }
    forget_surplus(jobs, order->actor->member);
    for (const struct import_job *j = jobs->first; j; j = j->next, n++)
        total += j->content ? j->len : 0;
    if (total > BYTES_MAX || n >= JOBS_MAX)
        return err_set(err, ERR_LIMIT, N_("others are importing large lists at this moment: try again in a few minutes"));
    return 0;
}

int import_jobs_add(struct import_jobs *jobs, const struct import_order *order, uint8_t id[static ID_LEN], struct err *err)
{
    if (order->content.len == 0)
        return err_set(err, ERR_INPUT, N_("the file is empty: choose another one"));
    struct import_job *job = new_job(order->actor, order->name, order->files, order->encoding, order->spec, order->now_ms);
    crypto_random(job->id, ID_LEN);
    memcpy(id, job->id, ID_LEN);
    pthread_mutex_lock(&jobs->lock);
    int r = make_room(jobs, order, err);
    if (r == 0) {
        job->content = mem_alloc(order->content.len);
        job->len = order->content.len;
        memcpy(job->content, order->content.p, job->len);
        put_first(jobs, job);
    }
    pthread_mutex_unlock(&jobs->lock);
    if (r < 0)
        free_job(job);
    return r;
}

int import_jobs_check(struct import_jobs *jobs, const uint8_t member[static ID_LEN], const uint8_t id[static ID_LEN], str encoding, str spec,
                      int64_t now_ms, struct err *err)
{
    pthread_mutex_lock(&jobs->lock);
    struct import_job *old = find(jobs, member, id);
    if (old && (old->state == IMPORT_CHECKED || old->state == IMPORT_UNMAPPED)) {
        struct import_job *job = new_job(&old->actor, old->name, old->files, encoding, spec, now_ms);
        memcpy(job->id, id, ID_LEN);
        job->content = old->content;
        job->len = old->len;
        old->content = NULL;
        unlink_job(jobs, old);
        put_first(jobs, job);
    } else {
        old = NULL;
    }
    pthread_mutex_unlock(&jobs->lock);
    return old ? 0 : gone(err);
}

int import_jobs_start(struct import_jobs *jobs, const struct actor *actor, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err)
{
    pthread_mutex_lock(&jobs->lock);
    struct import_job *job = find(jobs, actor->member, id);
    bool starts = job && job->state == IMPORT_CHECKED;
    if (starts) {
        job->state = IMPORT_QUEUED;
        job->changed_ms = now_ms;
        job->actor.proved_ms = actor->proved_ms;
        pthread_cond_broadcast(&jobs->changed);
    }
    pthread_mutex_unlock(&jobs->lock);
    return starts ? 0 : gone(err);
}

int import_jobs_drop(struct import_jobs *jobs, const uint8_t member[static ID_LEN], const uint8_t id[static ID_LEN], struct err *err)
{
    pthread_mutex_lock(&jobs->lock);
    struct import_job *job = find(jobs, member, id);
    bool drops = job && job->state != IMPORT_CHECKING && job->state != IMPORT_RUNNING;
    if (drops)
        unlink_job(jobs, job);
    pthread_mutex_unlock(&jobs->lock);
    return drops ? 0 : gone(err);
}

struct import_job *import_jobs_hold(struct import_jobs *jobs, const uint8_t member[static ID_LEN], const uint8_t id[static ID_LEN], int64_t now_ms,
                                    struct import_status *status)
{
    pthread_mutex_lock(&jobs->lock);
    forget_old(jobs, now_ms);
    struct import_job *job = find(jobs, member, id);
    *status = (struct import_status){0};
    if (job) {
        job->held++;
        *status = (struct import_status){.state = job->state, .name = job->name, .rows = job->rows, .offset = job->offset, .size = job->size,
                                         .elapsed_ms = (clock_monotonic_ns() - job->began_ns) / 1000000, .added_ms = job->added_ms,
                                         .error = job->error, .files = job->files, .encoding = job->encoding};
        if (job->state != IMPORT_WAITING && job->state != IMPORT_CHECKING && job->state != IMPORT_UNREADABLE) {
            status->checked = &job->checked;
            status->bad = job->bad;
            status->n_bad = job->n_bad;
        }
        if (job->state == IMPORT_DONE || job->state == IMPORT_STOPPED)
            status->done = &job->done;
        for (const struct import_job *j = jobs->first; j && job->state == IMPORT_QUEUED; j = j->next)
            status->ahead += j != job && (j->state == IMPORT_RUNNING || (j->state == IMPORT_QUEUED && j->changed_ms < job->changed_ms));
    }
    pthread_mutex_unlock(&jobs->lock);
    return job;
}

void import_jobs_let_go(struct import_jobs *jobs, struct import_job *job)
{
    pthread_mutex_lock(&jobs->lock);
    if (--job->held == 0 && job->dropped)
        free_job(job);
    pthread_mutex_unlock(&jobs->lock);
}

void import_jobs_wait(struct import_jobs *jobs, const uint8_t id[static ID_LEN], int at_most_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += at_most_ms / 1000;
    pthread_mutex_lock(&jobs->lock);
    for (bool waits = true; waits;) {
        waits = false;
        for (const struct import_job *j = jobs->first; j; j = j->next)
            waits = waits || (memcmp(j->id, id, ID_LEN) == 0 && (j->state == IMPORT_WAITING || j->state == IMPORT_CHECKING));
        if (waits && pthread_cond_timedwait(&jobs->changed, &jobs->lock, &until) != 0)
            break;
    }
    pthread_mutex_unlock(&jobs->lock);
}

size_t import_jobs_list(struct import_jobs *jobs, const uint8_t member[static ID_LEN], int64_t now_ms, struct arena *a, struct import_listed **out)
{
    size_t n = 0;
    *out = arena_array(a, struct import_listed, JOBS_MAX);
    pthread_mutex_lock(&jobs->lock);
    forget_old(jobs, now_ms);
    for (const struct import_job *j = jobs->first; j && n < JOBS_MAX; j = j->next) {
        if (!is_of(j, member))
            continue;
        struct import_listed *to = &(*out)[n++];
        *to = (struct import_listed){.state = j->state, .name = str_dup(a, j->name), .added_ms = j->added_ms};
        memcpy(to->id, j->id, ID_LEN);
    }
    pthread_mutex_unlock(&jobs->lock);
    return n;
}
