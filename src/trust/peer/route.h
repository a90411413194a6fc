/* route: what a room answers partners: tables of routes, put together by the door and served by trust/serve.
 *
 *     const struct peer_route peer_routes[] = {
 *         {"POST", "/v1/ask", WIRE_QUESTION_MAX, PEER_WORK, give_answer}, {0}};
 *
 * Why: rooms below the server say what they answer without knowing how it is served.
 * The server has admitted the partner (mutual TLS, pinned key, not suspended) and has counted the request against the partner's
 * bounds before answer is called; answer runs on a thread with its own database connection. Not here: the server (serve/serve.h).
 */
#ifndef COMITY_PEER_ROUTE_H
#define COMITY_PEER_ROUTE_H

#include "ground/http/http.h"
#include "trust/act/node.h"
#include "trust/peer/partner.h"

/* What a request costs us: each class has its own bounds per partner (serve/limits.c). */
enum peer_cost {
    PEER_LIGHT, /* a look at a few rows */
    PEER_WORK,  /* an act with a leaf, or arithmetic on many points */
    PEER_BULK,  /* a piece of something large, or a file */
    N_PEER_COSTS
};

struct peer_route {
    const char *method; /* NULL ends a table */
    const char *path;   /* as in http_route: "/v1/map/{}/{}" */
    size_t max_body;    /* 0: no body is taken */
    enum peer_cost cost;
    /* Fills body (from request->arena) or file_path, and type if it is not JSON, and status if it is not 200. A negative result
     * becomes a refusal: the sentence goes to the partner only when it is about what the partner sent (4xx). */
    int (*answer)(struct node *node, const struct partner *partner, const struct http_request *request, struct http_reply *reply,
                  struct err *err);
};

/* This room's own: statement, maps, questions. */
extern const struct peer_route peer_routes[];

#endif
