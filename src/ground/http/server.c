/* The server: the life of one request is first_call (who is it, which route, how much) -> more body -> run -> done. */
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/http/conns.h"
#include "ground/http/listen.h"
#include "ground/http/match.h"
#include "ground/http/pool.h"
#include "ground/http/tls.h"

#define CONNECTIONS_MAX 512 /* twice what conns.h lets strangers have */
#define CONNECTIONS_PER_ADDRESS 64 /* agencies behind one router share an address */
#define CONNECTIONS_PER_PEER 8
#define HEAD_BYTES_MAX (32 * 1024) /* also the send buffer of a connection */
#define SECONDS_DEFAULT 15
#define SECONDS_IDLE 60            /* between two requests on one connection, the next one's head included */
#define SLOWEST_LINE 16384         /* bytes a second that must at least go through, either way */
#define SPARE_LEAST ((size_t)1 << 20)
#define PAGE ((size_t)4096)
#define STOP_WAIT_MS 5000
#define NS_BETWEEN_NOTES 1000000000LL

struct http_server {
    struct http_server_config config;
    struct MHD_Daemon *daemon;
    struct conns *conns;
    unsigned port;
    struct pool pool;
    pthread_mutex_t lock;   /* of what follows */
    int64_t quiet_until_ns; /* strangers who knock all day must not fill the operator's log */
    uint8_t *spare;         /* of a large body that is done with: the next one need not have its pages from the system */
    size_t spare_room;
};

/* One request. */
struct exchange {
    struct http_server *server;
    struct conn *conn;
    const struct http_route *route; /* NULL once it is refused */
    struct http_request request;
    uint8_t *body; /* of malloc: a large one that grows is moved by the system, page by page, and neither copied nor wiped */
    size_t body_len, body_room, announced;
    bool too_large;
};

/* Paths are compared as they were sent: an escaped slash is no slash. */
static size_t keep_escapes(void *cls, struct MHD_Connection *c, char *s)
{
    (void)cls, (void)c;
    return strlen(s);
}

/* --- answering --- */

static enum MHD_Result queue(struct MHD_Connection *c, struct MHD_Response *response, int status, const char *type, bool close)
{
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (close)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    enum MHD_Result r = MHD_queue_response(c, (unsigned)status, response);
    MHD_destroy_response(response);
    return r;
}

/* Errors are {"error":"sentence"}; the sentences here are ours and hold nothing that needs escaping. */
static enum MHD_Result refuse(struct MHD_Connection *c, struct exchange *x, int status, const char *sentence)
{
    char text[256];
    int len = snprintf(text, sizeof text, "{\"error\":\"%s\"}", sentence);
    x->route = NULL;
    return queue(c, MHD_create_response_from_buffer((size_t)len, text, MHD_RESPMEM_MUST_COPY), status, "application/json", true);
}

static enum MHD_Result answer_file(struct MHD_Connection *c, struct exchange *x, const struct http_reply *reply)
{
    int fd = open(reply->file_path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        if (fd >= 0)
            close(fd);
        return refuse(c, x, 404, "not here");
    }
    conns_allow(x->server->conns, x->conn, SECONDS_DEFAULT + (unsigned)(st.st_size / SLOWEST_LINE));
    return queue(c, MHD_create_response_from_fd64((uint64_t)st.st_size, fd), reply->status, reply->type, false);
}

static enum MHD_Result run(struct MHD_Connection *c, struct exchange *x)
{
    struct http_server *s = x->server;
    if (x->too_large)
        return refuse(c, x, 413, "the body is larger than this route takes");
    struct http_reply reply = {.status = 500, .type = "application/json"};
    x->request.body = (bytes){x->body, x->body_len};
    x->request.worker = pool_take(&s->pool);
    x->route->handler(&x->request, &reply);
    pool_give(&s->pool, x->request.worker);
    if (reply.file_path)
        return answer_file(c, x, &reply);
    conns_allow(s->conns, x->conn, SECONDS_DEFAULT + (unsigned)(reply.body.len / SLOWEST_LINE));
    /* the answer's body lives in the request's arena, which is freed when it is out */
    return queue(c, MHD_create_response_from_buffer(reply.body.len, (void *)(uintptr_t)reply.body.p, MHD_RESPMEM_PERSISTENT),
                 reply.status, reply.type, false);
}

/* --- the first call: nothing of the body has been read yet --- */

static const struct http_route *find_route(struct exchange *x, const char *method, bool *path_known)
{
    const struct http_server_config *config = &x->server->config;
    *path_known = false;
    for (size_t i = 0; i < config->n_routes; i++) {
        if (!http_match(config->routes[i].path, x->request.path, x->request.params, HTTP_PARAMS_MAX))
            continue;
        *path_known = true;
        if (strcmp(config->routes[i].method, method) == 0)
            return &config->routes[i];
    }
    return NULL;
}

/* Who is at the other end, and does this node know it? Refuses by default. */
static bool admitted(struct MHD_Connection *c, struct exchange *x)
{
    struct http_server *s = x->server;
    const union MHD_ConnectionInfo *tls = MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    if (!tls || !tls->tls_session || !tls_peer_pin(tls->tls_session, x->request.peer))
        return false;
    void *w = pool_take(&s->pool);
    bool known = s->config.admit(w, x->request.peer);
    pool_give(&s->pool, w);
    return known;
}

/* 0, or the status and sentence of a refusal. A length that is not announced cannot be bounded before it is read. */
static int check_length(struct MHD_Connection *c, size_t max_body, size_t *announced, const char **sentence)
{
    const char *text = MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    int64_t length = 0;
    *sentence = "send a body with its Content-Length";
    if (MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_TRANSFER_ENCODING))
        return 411;
    if (text && !str_to_int(str_from(text), 0, INT64_MAX, &length))
        return 400;
    *sentence = "the body is larger than this route takes";
    *announced = (uint64_t)length > max_body ? 0 : (size_t)length;
    return (uint64_t)length > max_body ? 413 : 0;
}

static void note_stranger(struct http_server *s)
{
    int64_t now = clock_monotonic_ns();
    pthread_mutex_lock(&s->lock);
    bool speak = s->config.note && now >= s->quiet_until_ns;
    if (speak)
        s->quiet_until_ns = now + NS_BETWEEN_NOTES;
    pthread_mutex_unlock(&s->lock);
    if (speak)
        s->config.note("a connection was refused: its certificate is not that of a partner");
}

static enum MHD_Result first_call(struct MHD_Connection *c, struct exchange *x, const char *method, const char *version)
{
    struct http_server *s = x->server;
    bool path_known;
    size_t length = 0;
    const char *sentence;
    if (!admitted(c, x)) {
        note_stranger(s);
        return refuse(c, x, 403, "this node does not know your certificate: pair first");
    }
    if (!x->conn->has_peer && conns_identify(s->conns, x->conn, x->request.peer) > CONNECTIONS_PER_PEER)
        return refuse(c, x, 429, "too many connections from one partner");
    if (strcmp(version, MHD_HTTP_VERSION_1_1) != 0)
        return refuse(c, x, 505, "HTTP/1.1 only");
    const struct http_route *route = find_route(x, method, &path_known);
    if (!route)
        return refuse(c, x, path_known ? 405 : 404, path_known ? "this route takes another method" : "not here");
    int status = check_length(c, route->max_body, &length, &sentence);
    if (status)
        return refuse(c, x, status, sentence);
    x->announced = length;
    x->route = route;
    x->request.route = (size_t)(route - s->config.routes);
    conns_allow(s->conns, x->conn, s->config.request_seconds + (unsigned)(length / SLOWEST_LINE));
    return MHD_YES;
}

static struct exchange *exchange_new(struct http_server *s, struct MHD_Connection *c, const char *url)
{
    struct arena *a = arena_new();
    struct exchange *x = arena_new_of(a, struct exchange);
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    x->server = s;
    x->conn = info->socket_context;
    x->request.arena = a;
    x->request.path = str_dup(a, str_from(url));
    pool_count(&s->pool, 1);
    return x;
}

/* Room for all of a large body, at the beginning of a page: so it can go to the disk from where it lies. */
static void take_spare(struct exchange *x)
{
    struct http_server *s = x->server;
    uint8_t *spare;
    pthread_mutex_lock(&s->lock);
    spare = s->spare;
    x->body_room = s->spare_room;
    s->spare = NULL;
    pthread_mutex_unlock(&s->lock);
    if (!spare || x->body_room < x->announced + 1) {
        free(spare);
        x->body_room = (x->announced / PAGE + 1) * PAGE;
        spare = aligned_alloc(PAGE, x->body_room);
    }
    x->body = spare;
    if (!spare)
        x->body_room = 0; /* it grows, as small ones do */
}

static void give_spare(struct exchange *x)
{
    struct http_server *s = x->server;
    pthread_mutex_lock(&s->lock);
    if (!s->spare && x->body_room >= SPARE_LEAST) {
        s->spare = x->body;
        s->spare_room = x->body_room;
        x->body = NULL;
    }
    pthread_mutex_unlock(&s->lock);
    free(x->body);
}

static void more_body(struct exchange *x, const char *data, size_t len)
{
    if (!x->body && x->announced >= SPARE_LEAST)
        take_spare(x);
    if (x->body_len + len + 1 > x->body_room) {
        x->body_room = 2 * (x->body_len + len + 1);
        x->body = mem_realloc(x->body, x->body_room);
    }
    memcpy(x->body + x->body_len, data, len);
    x->body_len += len;
    x->body[x->body_len] = 0;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *version,
                              const char *upload, size_t *upload_len, void **state)
{
    struct exchange *x = *state;
    if (!x) {
        x = exchange_new(cls, c, url);
        *state = x;
        return first_call(c, x, method, version);
    }
    if (!x->route) { /* refused: the rest of the body is read over */
        *upload_len = 0;
        return MHD_YES;
    }
    if (*upload_len == 0)
        return run(c, x);
    if (x->body_len + *upload_len > x->route->max_body)
        x->too_large = true;
    else
        more_body(x, upload, *upload_len);
    *upload_len = 0;
    return MHD_YES;
}

static void done(void *cls, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
    (void)c, (void)why;
    struct http_server *s = cls;
    struct exchange *x = *state;
    if (!x)
        return;
    *state = NULL;
    conns_allow(s->conns, x->conn, SECONDS_IDLE);
    give_spare(x);
    arena_free(x->request.arena);
    pool_count(&s->pool, -1);
}

static void connection_changed(void *cls, struct MHD_Connection *c, void **context, enum MHD_ConnectionNotificationCode what)
{
    struct http_server *s = cls;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
        *context = conns_add(s->conns, info->connect_fd, s->config.request_seconds);
    } else if (*context) {
        conns_remove(s->conns, *context);
        *context = NULL;
    }
}

/* What libmicrohttpd says of broken handshakes is what strangers do to it: no news, and not ours to print. */
static void say_nothing(void *cls, const char *fmt, va_list args)
{
    (void)cls, (void)fmt, (void)args;
}

/* --- start and stop --- */

/* By poll: with epoll libmicrohttpd (0.9.75) asks a handshake that waits for the other end again and again, without rest. */
static struct MHD_Daemon *start_daemon(struct http_server *s, int fd)
{
    const struct http_identity *id = s->config.identity;
    return MHD_start_daemon(MHD_USE_TLS | MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle, s,
                            MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
                            MHD_OPTION_LISTEN_SOCKET, fd,
                            MHD_OPTION_HTTPS_MEM_KEY, (const char *)id->key_pem.p,
                            MHD_OPTION_HTTPS_MEM_CERT, (const char *)id->cert_pem.p,
                            MHD_OPTION_HTTPS_MEM_TRUST, (const char *)id->cert_pem.p, /* makes it ask for a certificate */
                            MHD_OPTION_HTTPS_PRIORITIES, TLS_PRIORITIES,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
                            MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)CONNECTIONS_PER_ADDRESS,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES_MAX,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SECONDS_IDLE,
                            MHD_OPTION_STRICT_FOR_CLIENT, 1,
                            MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
                            MHD_OPTION_NOTIFY_CONNECTION, connection_changed, s,
                            MHD_OPTION_NOTIFY_COMPLETED, done, s,
                            MHD_OPTION_THREAD_POOL_SIZE, s->config.n_workers > 1 ? (unsigned)s->config.n_workers : 0u,
                            MHD_OPTION_END);
}

int http_server_start(const struct http_server_config *config, struct http_server **out, struct err *err)
{
    int fd = -1;
    int r = listen_on(config->listen, &fd, err);
    if (r < 0)
        return r;
    struct http_server *s = mem_calloc(1, sizeof *s);
    s->config = *config;
    if (s->config.request_seconds == 0)
        s->config.request_seconds = SECONDS_DEFAULT;
    pthread_mutex_init(&s->lock, NULL);
    s->config.n_workers = pool_open(&s->pool, config->workers, config->n_workers);
    s->port = listen_port(fd);
    r = conns_open(&s->conns, err);
    if (r < 0)
        goto fail;
    s->daemon = start_daemon(s, fd);
    if (s->daemon) {
        *out = s;
        return 0;
    }
    r = err_set(err, ERR_IO, "the server on %s cannot be started: is the transport key that of %s?", config->listen, config->identity->cert_path);
    conns_close(s->conns);
fail:
    close(fd);
    pool_close(&s->pool);
    pthread_mutex_destroy(&s->lock);
    free(s);
    return r;
}

unsigned http_server_port(const struct http_server *s)
{
    return s->port;
}

void http_server_stop(struct http_server *s)
{
    if (!s)
        return;
    int fd = MHD_quiesce_daemon(s->daemon);
    pool_wait(&s->pool, STOP_WAIT_MS);
    MHD_stop_daemon(s->daemon);
    if (fd >= 0)
        close(fd);
    conns_close(s->conns);
    pool_close(&s->pool);
    pthread_mutex_destroy(&s->lock);
    free(s->spare);
    free(s);
}
