/* jobs: what a serving node does by the clock, one table line each.
 *
 *     const struct serve_job letters_job = {"letters", 1000, deliver};
 *
 * Jobs run one after another on threads of their own with a database connection of their own; one that fails says so once in the
 * operator's output and runs again at its next time. Rooms below trust/serve give plain functions; the table is in serve.c.
 */
#ifndef COMITY_SERVE_JOBS_H
#define COMITY_SERVE_JOBS_H

#include "ground/http/http.h"
#include "trust/act/node.h"

struct serve_context {
    struct node *node;                        /* this thread's */
    const struct http_identity *identity;
    void (*note)(const char *sentence);       /* for the operator; no personal data */
    const volatile bool *stopping;            /* a long job looks now and then */
    void *state;                              /* the job's own, kept between runs; NULL at first */
};

struct serve_job {
    const char *name;
    int every_ms;
    int (*run)(struct serve_context *context, int64_t now_ms, struct err *err);
    void (*close)(void *state);               /* may be NULL */
};

#endif
