/* http: HTTPS between nodes: a server (libmicrohttpd) and a client (libcurl), both on GnuTLS.
 *
 * What: TLS 1.3 only, both sides show a certificate, and neither looks at names or issuers: each end's public key is
 *       compared with the one that was pinned when the agencies paired. Everything is bounded: header, body, time,
 *       connections. A peer that is not known is refused before any route is looked at.
 * Why:  libmicrohttpd asks for a client certificate but does not insist on one. Here is the one place that does.
 *
 *     static const struct http_route routes[] = {{"POST", "/v1/ask", 16384, answer_question}, ...};
 *     struct http_server_config c = {.listen = "0.0.0.0:8443", .identity = &id, .routes = routes, .n_routes = 3,
 *                                    .workers = workers, .n_workers = 2, .admit = is_partner};
 *     http_server_start(&c, &server, err);  ...  http_server_stop(server);
 *
 * A request runs on one of n_workers threads and has workers[i] (say, a database connection) to itself while it runs.
 * Not here: HTTP/2, uploads that are streamed, cookies, redirects, compression.
 */
#ifndef COMITY_HTTP_H
#define COMITY_HTTP_H

#include "ground/base/base.h"

#define HTTP_PIN_LEN 32    /* SHA-256 of a certificate's SubjectPublicKeyInfo (RFC 7469 section 2.4) */
#define HTTP_PARAMS_MAX 4
#define HTTP_WORKERS_MAX 64

/* --- transport keys --- */

struct http_identity {
    const char *cert_path; /* PEM */
    const char *key_path;  /* PEM: a file that is in memory only, for libraries that take nothing but a path */
    int key_fd;            /* that file */
    bytes key_pem, cert_pem;
    uint8_t pin[HTTP_PIN_LEN];
};

/* Makes an Ed25519 key and a self-signed certificate, both PEM, from arena; how the key is kept is the caller's. All nodes use one
 * subject name: it tells nothing, and a TLS client offers its certificate only to a server that names its issuer. */
MUST_USE int http_identity_make(struct arena *a, int64_t now_ms, bytes *key_pem, bytes *cert_pem, struct err *err);
/* key_pem ends with a NUL that is not counted (file_read's). Open until the process ends, or http_identity_close. */
MUST_USE int http_identity_load(struct arena *a, bytes key_pem, const char *cert_path, struct http_identity *out, struct err *err);
void http_identity_close(struct http_identity *id); /* wipes the key; harmless when nothing was loaded */

/* --- server --- */

struct http_request {
    struct arena *arena;           /* this request's */
    str path;
    str params[HTTP_PARAMS_MAX];   /* what stood where the route's path has {} */
    uint8_t peer[HTTP_PIN_LEN];    /* whom the handshake proved */
    bytes body;
    size_t route;                  /* which of the config's routes this is */
    void *worker;
};

struct http_reply {
    int status;            /* 200 .. 599 */
    const char *type;      /* content type, static or from the request's arena */
    bytes body;            /* static or from the request's arena */
    const char *file_path; /* when set, the file is the body */
};

typedef void (*http_handler)(const struct http_request *request, struct http_reply *reply);

struct http_route {
    const char *method;
    const char *path;     /* "/v1/map/{}/{}": {} is one segment */
    size_t max_body;      /* 0: no body is taken */
    http_handler handler;
};

struct http_server_config {
    const char *listen;   /* "127.0.0.1:8443", "[::1]:8443"; port 0: any free one */
    const struct http_identity *identity;
    const struct http_route *routes;
    size_t n_routes;
    void *const *workers;
    size_t n_workers;     /* threads, 1 .. HTTP_WORKERS_MAX */
    bool (*admit)(void *worker, const uint8_t peer[static HTTP_PIN_LEN]);    /* asked on every request */
    void (*note)(const char *sentence); /* what an operator should see; without personal data. May be NULL */
    unsigned request_seconds; /* for a handshake and for each request to arrive in full; 0: 15 */
};

struct http_server;

/* Borrows everything in the config until http_server_stop. ERR_IO says why the address cannot be had. */
MUST_USE int http_server_start(const struct http_server_config *config, struct http_server **out, struct err *err);
unsigned http_server_port(const struct http_server *s);
/* Accepts nothing more, lets running requests finish (at most 5 s), ends the threads. */
void http_server_stop(struct http_server *s);

/* --- client: one connection to one pinned server, kept open between requests; for one thread --- */

struct http_client;

struct http_answer {
    int status;
    bytes body;              /* from arena */
    int64_t handshake_ns;    /* 0 when the connection was warm */
};

/* No I/O yet. address is "host:port". Borrows identity and pin until http_client_close. */
MUST_USE int http_client_open(const char *address, const uint8_t pin[static HTTP_PIN_LEN], const struct http_identity *identity,
                              struct http_client **out, struct err *err);
void http_client_close(struct http_client *c);

/* body.p NULL: GET, else POST. ERR_IO: not reached or broken off; ERR_CRYPTO: another key than the pinned one;
 * ERR_PEER: more than max_answer bytes. Any HTTP status is an answer, not an error. */
MUST_USE int http_client_send(struct http_client *c, struct arena *a, const char *path, bytes body, size_t max_answer,
                              unsigned timeout_ms, struct http_answer *out, struct err *err);
/* GET, the body of a 200 written to fd as it arrives; ERR_PEER when it is not exactly size bytes, or the status is not 200.
 * Gives up when fewer than 1,000 bytes/s arrive for 30 s. */
MUST_USE int http_client_fetch(struct http_client *c, const char *path, int fd, uint64_t size, struct err *err);

#endif
