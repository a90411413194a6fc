/* serve: the node's door for partners: three routes over mutual TLS.
 *
 *     GET  /v1/epoch              the statement for the partner that asks
 *     GET  /v1/map/EPOCH/NUMBER   one of the maps in that statement
 *     POST /v1/ask                a question
 *
 * What: threads with a database connection each; who is not an active partner is refused before routing.
 * Why:  concurrent questions, and an index or a partner that is added is seen without a restart.
 *
 *     peer_server_start(node, &(struct peer_serve_settings){.listen = "127.0.0.1:7443", .threads = 2}, &s, err);
 *     ...                        // until the stop signal
 *     peer_server_stop(s);
 */
#ifndef COMITY_PEER_SERVE_H
#define COMITY_PEER_SERVE_H

#include "trust/act/node.h"

struct peer_server;

struct peer_serve_settings {
    const char *listen;       /* NULL: the node's */
    unsigned threads;         /* 1 .. 64 */
    void (*note)(const char *sentence); /* for the operator; called from any thread; holds no personal data */
};

/* Borrows node until peer_server_stop. */
MUST_USE int peer_server_start(struct node *node, const struct peer_serve_settings *settings, struct peer_server **out, struct err *err);
unsigned peer_server_port(const struct peer_server *s);
void peer_server_stop(struct peer_server *s); /* NULL is allowed */

#endif
