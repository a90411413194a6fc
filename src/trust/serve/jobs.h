/* jobs: what a serving node does by the clock, one table line each.
 *
 *     static int deliver(struct serve_context *context, int64_t now_ms, struct err *err);
 *     const struct serve_job letters_job = {"letters", 250, 4, deliver, close_deliveries};
 *
 * Each job runs on threads of its own, each with a database connection of its own; one that fails says so once in the operator's
 * output, runs again at its next time, and says when it is well again. Rooms below trust/serve give plain functions; the table of
 * all jobs is put together by the door (face/cli/cmd_serve.c).
 */
#ifndef COMITY_SERVE_JOBS_H
#define COMITY_SERVE_JOBS_H

#include "ground/http/http.h"
#include "trust/act/node.h"

struct post_kinds; /* letter/post.h */

struct serve_context {
    struct node *node;                        /* this thread's */
    const struct http_identity *identity;
    const struct post_kinds *kinds;           /* of letters this node understands */
    void (*note)(const char *sentence);       /* for the operator; no personal data */
    const bool *stopping;                     /* a long job looks now and then: serve_stopping */
    int lane, lanes;                          /* which of the job's threads this is, 0 .. lanes - 1 */
    void *state;                              /* this thread's own, kept between runs; NULL at first */
};

struct serve_job {
    const char *name;
    int every_ms;                             /* from the end of one run to the beginning of the next */
    int lanes;                                /* threads that run it, which share the work by lane; 0: one */
    /* 0: done for now; 1: there is more, run again at once; negative: failed, what and why is in err */
    int (*run)(struct serve_context *context, int64_t now_ms, struct err *err);
    void (*close)(void *state);               /* may be NULL */
};

static inline bool serve_stopping(const struct serve_context *context)
{
    return __atomic_load_n(context->stopping, __ATOMIC_ACQUIRE);
}

/* --- running them: for serve.c and tests --- */

struct jobs;

/* Starts the threads. jobs: NULL-terminated; model: what each context is made from (its node is opened again for each thread).
 * Borrows all of it until jobs_stop. */
MUST_USE int jobs_start(const struct serve_job *const *jobs, const struct serve_context *model, struct jobs **out, struct err *err);
/* Waits until the running ones have seen that it is time. NULL is allowed. */
void jobs_stop(struct jobs *j);

#endif
