/* serve: the node's door for partners, and its clock: routes over mutual TLS, jobs on threads of their own.
 *
 *     static const struct peer_route *const routes[] = {peer_routes, letter_routes, NULL};
 *     static const struct serve_job *const jobs[] = {&letters_job, NULL};
 *     serve_start(node, &(struct serve_settings){.threads = 6, .routes = routes, .jobs = jobs, .kinds = &kinds}, &s, err);
 *     ...                        // until the stop signal
 *     serve_stop(s);
 *
 * What: threads with a database connection each; who is not an active partner is refused before routing, who asks more than its
 *       share (limits.h) before the answer is worked out.
 * Why:  concurrent questions, and an index or a partner that is added is seen without a restart.
 * Not here: what is answered (the rooms' route tables), what is done by the clock (their jobs).
 */
#ifndef COMITY_SERVE_H
#define COMITY_SERVE_H

#include "trust/serve/jobs.h"
#include "trust/serve/limits.h"

struct serve;

struct serve_settings {
    const char *listen;       /* NULL: the node's */
    unsigned threads;         /* 1 .. HTTP_WORKERS_MAX; one partner has at most all but one of them, and at most 4 */
    void (*note)(const char *sentence); /* for the operator; called from any thread; holds no personal data */
    const struct peer_route *const *routes; /* tables, NULL-terminated */
    const struct serve_job *const *jobs;    /* NULL-terminated; NULL: none */
    const struct post_kinds *kinds;         /* of letters; NULL: none */
    const struct limit *limits;             /* N_PEER_COSTS; NULL: limits_usual */
};

/* Borrows node and the tables until serve_stop. */
MUST_USE int serve_start(struct node *node, const struct serve_settings *settings, struct serve **out, struct err *err);
unsigned serve_port(const struct serve *s);
/* Running answers and jobs finish first. NULL is allowed. */
void serve_stop(struct serve *s);

/* Within a route's answer: the kinds of letters that this server understands. */
const struct post_kinds *serve_kinds(const struct http_request *request);

#endif
