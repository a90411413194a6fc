/* site: the server for browsers.
 *
 * What: HTTP/1.1, plain on the machine itself, TLS 1.3 with a given certificate anywhere else. No client certificates: who is at the other
 *       end is the pages' to find out. Bounded in time, size and number as the server for partners is (http.h).
 * Why:  what every page needs and no page should have to think of is here: the security headers, the refusal of requests that another
 *       site's page makes a browser send, of foreign host names (DNS rebinding), of bodies of unclear length; compression.
 *
 *     static const struct site_route routes[] = {{"GET", "/files/{}", 0, show_file}, {"POST", "/files", 65536, new_file}};
 *     struct site_config c = {.listen = "127.0.0.1:8080", .routes = routes, .n_routes = 2, .workers = workers, .n_workers = 4};
 *     site_start(&c, &site, err);  ...  site_stop(site);
 *
 * A handler runs on one of n_workers threads and has workers[i] to itself while it runs. Not here: HTTP/2 (put a proxy in front),
 * uploads that are streamed (a body is in memory as a whole), what stands in forms (form.h, multipart.h).
 */
#ifndef COMITY_HTTP_SITE_H
#define COMITY_HTTP_SITE_H

#include "ground/base/base.h"

#define SITE_PARAMS_MAX 4
#define SITE_COOKIES_MAX 4
#define SITE_WORKERS_MAX 64
#define SITE_LARGE_BODY (1024 * 1024)                /* bytes; more needs to be admitted */
#define SITE_LARGE_BODIES ((size_t)256 * 1024 * 1024) /* bytes of all large bodies at a time */

struct site_request {
    struct arena *arena;           /* this request's */
    str method, path;              /* the path as it was sent, escapes kept */
    str query;                     /* behind the ?, as it was sent; form_parse reads it */
    str params[SITE_PARAMS_MAX];   /* what stood where the route's path has {}; only letters, digits and "-._~%" */
    struct { str cookie, accept_language, content_type, if_none_match, user_agent, requested_with, form_token; } header; /* empty when not sent */
    str address;                   /* of the browser, as text without port */
    bool secure;                   /* over TLS; else on the machine itself */
    bytes body;
    size_t route;                  /* which of the config's routes; n_routes for error_page */
    void *worker;                  /* error_worker for error_page */
};

struct site_cookie {
    const char *name;
    str value;         /* letters, digits and "-._~" */
    int64_t seconds;   /* how long it lives; 0: until the browser closes; -1: take it away */
};

enum site_cache { SITE_NO_STORE, SITE_IMMUTABLE };

struct site_reply {
    int status;            /* 200 .. 599 */
    const char *type;      /* "text/html; charset=utf-8"; static or from the request's arena */
    bytes body;            /* static or from the request's arena */
    bytes body_gzip;       /* the same compressed ahead, if there is such */
    str location;          /* of a redirect: a path of this site */
    struct site_cookie cookies[SITE_COOKIES_MAX];
    size_t n_cookies;
    enum site_cache cache;
    const char *etag;      /* without quotes; NULL: none */
    int refresh;           /* seconds after which the browser asks again by itself; 0: never */
    str file_name;         /* when the body is to be saved: its name */
    bool listens;          /* this page may ask for microphone and camera; no other may */
    /* Instead of body: pulled until it gives 0; negative: the connection breaks off, so that half a file is no whole one. Runs when no
     * worker is held, on another thread than the handler; everything it needs is in state. done is called once, whatever happened. */
    int64_t (*produce)(void *state, uint8_t *to, size_t max);
    void (*done)(void *state);
    void *state;
};

typedef void (*site_handler)(const struct site_request *request, struct site_reply *reply);

struct site_route {
    const char *method;   /* GET also answers HEAD */
    const char *path;     /* "/files/{}/notes": {} is one segment */
    size_t max_body;      /* 0: no body is taken */
    site_handler handler;
};

struct site_config {
    const char *listen;            /* "127.0.0.1:8080"; port 0: any free one */
    const char *cert_pem, *key_pem; /* both or neither; neither: only on a loopback address */
    const char *host;              /* the name browsers call it by, without port; NULL: localhost and the address itself */
    const struct site_route *routes;
    size_t n_routes;
    void *const *workers;
    size_t n_workers;              /* threads, 1 .. SITE_WORKERS_MAX */
    site_handler error_page;       /* makes the page of reply->status (400 .. 599) from the sentence in its body; NULL: a line of text */
    void *error_worker;            /* what error_page finds as request->worker: several threads at once use it */
    unsigned request_seconds;      /* for a handshake and for each request's head; a body has as much again, and longer while it comes; 0: 15 */
    /* Asked with the headers of a request whose body is larger than SITE_LARGE_BODY, before any of it is taken: 0, or the status of the
     * refusal: 401, 403, 429, 503. *permit, if it was set, is given to release when the request is over, however it ended. */
    int (*admit)(const struct site_request *request, void **permit);
    void (*release)(void *permit);
};

struct site;

/* Borrows everything in the config until site_stop. ERR_USAGE: an address that is not the machine's own and no certificate; ERR_IO says
 * why the address cannot be had. */
MUST_USE int site_start(const struct site_config *config, struct site **out, struct err *err);
unsigned site_port(const struct site *s);
/* Accepts nothing more, lets running requests finish (at most 5 s), ends the threads. NULL is allowed. */
void site_stop(struct site *s);

/* The value of a cookie in a Cookie header (RFC 6265 section 4.2.1), as it was sent; false if there is none of that name. */
bool site_cookie(str header, const char *name, str *value);

#endif
