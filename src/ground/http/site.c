/* The server for browsers: the life of a request is begin (its line) -> check (headers: may it be, which route, how much) -> more body ->
 * run -> done. */
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/http/conns.h"
#include "ground/zip/gzip.h"
#include "ground/http/listen.h"
#include "ground/http/match.h"
#include "ground/http/pool.h"
#include "ground/http/site.h"
#include "ground/http/tls.h"

#define CONNECTIONS_MAX 1024
#define CONNECTIONS_PER_ADDRESS 256 /* an office behind one router */
#define HEAD_BYTES_MAX (32 * 1024)
#define URI_MAX 4096
#define SECONDS_DEFAULT 15
#define SECONDS_IDLE 60
#define SLOWEST_LINE 4096    /* bytes a second: a bad line far from town */
#define STOP_WAIT_MS 5000
#define GZIP_FROM 1000       /* bytes; less is not worth it */
#define PIECE (64 * 1024)    /* of what is produced */

/* Nothing but our own files: an injected script, style, frame or form target has nowhere to come from or go to. */
#define POLICY                                                                                                                             \
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "       \
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/* Referrer-Policy is not "no-referrer": with that browsers send Origin: null with our own forms, and we compare Origin. */
static const struct { const char *name, *value; } headers_always[] = {
    {"Content-Security-Policy", POLICY},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"X-Frame-Options", "DENY"},
};
#define PERMISSIONS "geolocation=(), payment=(), usb=(), publickey-credentials-get=(self)"

struct site {
    struct site_config config;
    bool secure;
    struct MHD_Daemon *daemon;
    struct conns *conns;
    unsigned port;
    struct pool pool;
    size_t large_bytes; /* of large bodies under way; atomic */
};

/* One request. */
struct exchange {
    struct site *site;
    struct conn *conn;
    struct MHD_Connection *c;
    const struct site_route *route; /* NULL until it is found, and once it is refused */
    struct site_request request;
    uint8_t *body; /* as long as was announced, and a NUL behind */
    size_t body_len, body_max;
    int64_t since_ns; /* when its body was let come */
    void *permit;     /* for a large body */
    bool checked, head_only, closes, large;
};

static size_t keep_escapes(void *cls, struct MHD_Connection *c, char *s)
{
    (void)cls, (void)c;
    return strlen(s);
}

static str header(const struct exchange *x, const char *name) /* p is NULL when it was not sent */
{
    const char *value = MHD_lookup_connection_value(x->c, MHD_HEADER_KIND, name);
    return value ? str_from(value) : (str){NULL, 0};
}

/* --- answering --- */

/* What is produced piece by piece; lives until the response is destroyed. */
struct production {
    int64_t (*produce)(void *state, uint8_t *to, size_t max);
    void (*done)(void *state);
    void *state;
    struct conns *conns;
    struct conn *conn;
};

static ssize_t produce_piece(void *cls, uint64_t at, char *to, size_t max)
{
    (void)at;
    struct production *p = cls;
    conns_allow(p->conns, p->conn, SECONDS_DEFAULT + PIECE / SLOWEST_LINE); /* asked only when the last piece is on its way */
    int64_t n = p->produce(p->state, (uint8_t *)to, max);
    return n > 0 ? (ssize_t)n : n == 0 ? MHD_CONTENT_READER_END_OF_STREAM : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void production_done(void *cls)
{
    struct production *p = cls;
    if (p->done)
        p->done(p->state);
    free(p);
}

static bool is_text(const char *type)
{
    str t = str_from(type);
    return str_starts(t, STR("text/")) || str_starts(t, STR("application/j")) || str_starts(t, STR("image/svg")) || str_starts(t, STR("application/manifest"));
}

static bool takes_gzip(const struct exchange *x)
{
    str rest = header(x, MHD_HTTP_HEADER_ACCEPT_ENCODING), one;
    while (str_split(&rest, ',', &one)) {
        str name;
        (void)str_split(&one, ';', &name);
        if (str_eq_nocase(str_trim(name), STR("gzip")) && !(one.p && str_eq(str_trim(one), STR("q=0"))))
            return true;
    }
    return false;
}

static void add_cookies(struct MHD_Response *response, const struct exchange *x, const struct site_reply *reply)
{
    for (size_t i = 0; i < reply->n_cookies && i < SITE_COOKIES_MAX; i++) {
        const struct site_cookie *cookie = &reply->cookies[i];
        struct buf b = buf_new(x->request.arena);
        buf_addf(&b, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax", cookie->name, STR_ARG(cookie->value));
        if (x->site->secure)
            buf_add(&b, STR("; Secure"));
        if (cookie->seconds != 0)
            buf_addf(&b, "; Max-Age=%lld", cookie->seconds < 0 ? 0LL : (long long)cookie->seconds);
        MHD_add_response_header(response, MHD_HTTP_HEADER_SET_COOKIE, buf_str(&b).p);
    }
}

/* RFC 6266, the name in UTF-8 as RFC 8187 has it. */
static void add_file_name(struct MHD_Response *response, struct arena *a, str name)
{
    struct buf b = buf_new(a);
    buf_add(&b, STR("attachment; filename*=UTF-8''"));
    for (size_t i = 0; i < name.len; i++) {
        char c = name.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
        if (plain)
            buf_byte(&b, c);
        else
            buf_addf(&b, "%%%02X", (unsigned)(unsigned char)c);
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_DISPOSITION, buf_str(&b).p);
}

static struct MHD_Response *response_of(struct exchange *x, const struct site_reply *reply, bool *compressed)
{
    *compressed = false;
    if (reply->produce) {
        struct production *p = mem_calloc(1, sizeof *p);
        *p = (struct production){reply->produce, reply->done, reply->state, x->site->conns, x->conn};
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE, produce_piece, p, production_done);
    }
    bytes body = reply->body;
    if (is_text(reply->type) && body.len >= GZIP_FROM && takes_gzip(x)) {
        bytes small = reply->body_gzip.len ? reply->body_gzip : gzip(x->request.arena, body);
        *compressed = small.len > 0;
        body = *compressed ? small : body;
    }
    conns_allow(x->site->conns, x->conn, SECONDS_DEFAULT + (unsigned)(body.len / SLOWEST_LINE));
    return MHD_create_response_from_buffer(body.len, (void *)(uintptr_t)body.p, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result queue(struct exchange *x, const struct site_reply *reply)
{
    bool compressed;
    struct MHD_Response *response = response_of(x, reply, &compressed);
    if (!response)
        return MHD_NO;
    for (size_t i = 0; i < sizeof headers_always / sizeof headers_always[0]; i++)
        MHD_add_response_header(response, headers_always[i].name, headers_always[i].value);
    MHD_add_response_header(response, "Permissions-Policy", reply->listens ? "camera=(self), microphone=(self), " PERMISSIONS : "camera=(), microphone=(), " PERMISSIONS);
    if (x->site->secure)
        MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
    if (reply->type)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, reply->cache == SITE_IMMUTABLE ? "public, max-age=31536000, immutable" : "no-store");
    MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, "Accept-Encoding, Cookie");
    if (compressed)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    if (reply->etag)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, str_printf(x->request.arena, "\"%s\"", reply->etag).p);
    if (reply->location.len)
        MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, str_c(x->request.arena, reply->location));
    if (reply->refresh > 0)
        MHD_add_response_header(response, "Refresh", str_printf(x->request.arena, "%d", reply->refresh).p);
    if (reply->file_name.len)
        add_file_name(response, x->request.arena, reply->file_name);
    add_cookies(response, x, reply);
    if (x->closes)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    enum MHD_Result r = MHD_queue_response(x->c, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return r;
}

static enum MHD_Result refuse(struct exchange *x, int status, const char *sentence)
{
    struct site_reply reply = {.status = status, .type = "text/plain; charset=utf-8"};
    x->route = NULL;
    x->closes = true; /* what is left of its body is not read as a request */
    reply.body = str_bytes(str_printf(x->request.arena, "%s\n", sentence));
    if (x->site->config.error_page && x->request.method.len) {
        x->request.worker = x->site->config.error_worker;
        x->site->config.error_page(&x->request, &reply);
        x->request.worker = NULL;
    }
    return queue(x, &reply);
}

static enum MHD_Result run(struct exchange *x)
{
    struct site *s = x->site;
    struct site_reply reply = {.status = 500, .type = "text/plain; charset=utf-8"};
    x->request.body = (bytes){x->body ? x->body : (const uint8_t *)"", x->body_len};
    conns_allow(s->conns, x->conn, s->config.request_seconds); /* what is done with it has a time of its own */
    x->request.worker = pool_take(&s->pool);
    x->route->handler(&x->request, &reply);
    pool_give(&s->pool, x->request.worker);
    if (reply.etag && reply.status == 200 &&
        str_eq(x->request.header.if_none_match, str_printf(x->request.arena, "\"%s\"", reply.etag))) {
        if (reply.produce && reply.done)
            reply.done(reply.state);
        reply = (struct site_reply){.status = 304, .etag = reply.etag, .cache = reply.cache};
    }
    return queue(x, &reply);
}

/* --- may this request be? --- */

struct lengths { int n; bool misnamed; };

static enum MHD_Result look_at_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind, (void)value;
    struct lengths *seen = cls;
    seen->n += str_eq_nocase(str_from(name), STR(MHD_HTTP_HEADER_CONTENT_LENGTH));
    for (const char *p = name; *p; p++) /* "Transfer-Encoding : chunked" is a name with a space to one, and none to another (RFC 9112 5.1) */
        seen->misnamed = seen->misnamed || *p <= ' ' || *p == 0x7f;
    return MHD_YES;
}

/* 0, or the status of a refusal. What two programs in a row could read in two ways is refused: request smuggling lives of it. */
static int check_length(const struct exchange *x, size_t max_body, size_t *announced)
{
    int64_t length = 0;
    struct lengths seen = {0};
    str text = header(x, MHD_HTTP_HEADER_CONTENT_LENGTH);
    (void)MHD_get_connection_values(x->c, MHD_HEADER_KIND, look_at_header, &seen);
    if (header(x, MHD_HTTP_HEADER_TRANSFER_ENCODING).p)
        return seen.n > 0 ? 400 : 411;
    if (seen.misnamed || seen.n > 1 || (seen.n == 1 && !str_to_int(text, 0, INT64_MAX, &length)))
        return 400;
    *announced = (uint64_t)length > max_body ? 0 : (size_t)length;
    return (uint64_t)length > max_body ? 413 : 0;
}

static bool is_loopback_name(str name)
{
    return str_eq_nocase(name, STR("localhost")) || str_eq(name, STR("127.0.0.1")) || str_eq(name, STR("[::1]"));
}

/* Another name for this address is how a foreign page reaches a server behind a firewall. */
static bool host_is_ours(const struct site *s, str host)
{
    str name = host;
    const char *close = host.len && host.p[0] == '[' ? memchr(host.p, ']', host.len) : NULL;
    const char *colon = memrchr(host.p ? host.p : "", ':', host.len);
    if (colon && (!close || colon > close))
        name = (str){host.p, (size_t)(colon - host.p)};
    if (s->config.host)
        return str_eq_nocase(name, str_from(s->config.host)) || (!s->secure && is_loopback_name(name));
    return s->secure ? host.len > 0 : is_loopback_name(name); /* with TLS the certificate has said who we are */
}

/* Whether a request that may change something comes from a page of ours. */
static bool is_from_here(const struct exchange *x, str host)
{
    str origin = header(x, "Origin"), site = header(x, "Sec-Fetch-Site");
    if (!origin.p)
        return str_eq(site, STR("same-origin")) || str_eq(site, STR("none"));
    str scheme = x->site->secure ? STR("https://") : STR("http://");
    return str_starts(origin, scheme) && str_eq_nocase(str_slice(origin, scheme.len, origin.len), host);
}

static bool changes_nothing(str method)
{
    return str_eq(method, STR("GET")) || str_eq(method, STR("HEAD"));
}

static const struct site_route *find_route(struct exchange *x, str method, bool *path_known)
{
    const struct site_config *config = &x->site->config;
    *path_known = false;
    for (size_t i = 0; i < config->n_routes; i++) {
        if (!http_match(config->routes[i].path, x->request.path, x->request.params, SITE_PARAMS_MAX))
            continue;
        *path_known = true;
        if (str_eq(method, str_from(config->routes[i].method)))
            return &config->routes[i];
    }
    return NULL;
}

static void fill_request(struct exchange *x, const char *method)
{
    struct site_request *r = &x->request;
    r->method = str_dup(r->arena, str_from(method));
    r->secure = x->site->secure;
    r->header.cookie = header(x, MHD_HTTP_HEADER_COOKIE);
    r->header.accept_language = header(x, MHD_HTTP_HEADER_ACCEPT_LANGUAGE);
    r->header.content_type = header(x, MHD_HTTP_HEADER_CONTENT_TYPE);
    r->header.if_none_match = header(x, MHD_HTTP_HEADER_IF_NONE_MATCH);
    r->header.user_agent = header(x, MHD_HTTP_HEADER_USER_AGENT);
    r->header.requested_with = header(x, "X-Requested-With");
    r->header.form_token = header(x, "X-Form-Token");
    r->route = x->site->config.n_routes;
}

static bool is_path(str path)
{
    for (size_t i = 0; i < path.len; i++)
        if (!((path.p[i] >= 'a' && path.p[i] <= 'z') || (path.p[i] >= 'A' && path.p[i] <= 'Z') || (path.p[i] >= '0' && path.p[i] <= '9') ||
              memchr("/-._~%", path.p[i], 6)))
            return false;
    return path.len > 0 && path.p[0] == '/';
}

static const char *refusal_of(int status)
{
    return status == 401   ? N_("sign in first")
           : status == 429 ? N_("one upload at a time: wait until the other one is done")
           : status == 503 ? N_("too much is being sent at this moment: try again in a minute")
                           : N_("you may not send files to this page");
}

/* A large body: 0, or the status of its refusal before a byte of it is kept. */
static int admit(struct exchange *x, size_t length)
{
    struct site *s = x->site;
    x->large = true;
    x->body_max = length;
    if (__atomic_add_fetch(&s->large_bytes, length, __ATOMIC_RELAXED) > SITE_LARGE_BODIES)
        return 503;
    if (!s->config.admit)
        return 0;
    x->request.worker = pool_take(&s->pool);
    int status = s->config.admit(&x->request, &x->permit);
    pool_give(&s->pool, x->request.worker);
    x->request.worker = NULL;
    return status;
}

static void dismiss(struct exchange *x)
{
    if (x->large)
        __atomic_sub_fetch(&x->site->large_bytes, x->body_max, __ATOMIC_RELAXED);
    if (x->permit)
        x->site->config.release(x->permit);
    free(x->body);
}

static enum MHD_Result check(struct exchange *x, const char *method, const char *version)
{
    bool path_known;
    size_t length = 0;
    fill_request(x, method);
    struct site_request *r = &x->request;
    str host = header(x, MHD_HTTP_HEADER_HOST), wanted = r->method;
    if (strcmp(version, MHD_HTTP_VERSION_1_1) != 0)
        return refuse(x, 505, N_("HTTP/1.1 only"));
    if (r->path.len + r->query.len > URI_MAX)
        return refuse(x, 414, N_("the address is too long"));
    if (!is_path(r->path))
        return refuse(x, 400, N_("this is no address of a page"));
    if (!host_is_ours(x->site, host))
        return refuse(x, 421, N_("this server is not called that: use the address it was given"));
    if (!changes_nothing(wanted) && !is_from_here(x, host))
        return refuse(x, 403, N_("this request was sent by another site's page"));
    x->head_only = str_eq(wanted, STR("HEAD"));
    const struct site_route *route = find_route(x, x->head_only ? STR("GET") : wanted, &path_known);
    if (!route)
        return refuse(x, path_known ? 405 : 404, path_known ? N_("this address takes another method") : N_("there is no such page"));
    int status = check_length(x, route->max_body, &length);
    if (status)
        return refuse(x, status, status == 413 ? N_("what was sent is larger than this page takes") : N_("send a body with one Content-Length"));
    r->route = (size_t)(route - x->site->config.routes);
    if (length > SITE_LARGE_BODY && (status = admit(x, length)))
        return refuse(x, status, refusal_of(status));
    x->route = route;
    x->body_max = length;
    x->body = length ? mem_calloc(length + 1, 1) : NULL; /* untouched pages cost nothing */
    x->since_ns = clock_monotonic_ns();
    conns_allow(x->site->conns, x->conn, x->site->config.request_seconds);
    return MHD_YES;
}

/* The deadline moves on with what has come: who sends slower than the slowest line, on the average so far, is cut off. */
static enum MHD_Result take_body(struct exchange *x, const char *upload, size_t len)
{
    if (len > x->body_max - x->body_len)
        return MHD_NO; /* more than its Content-Length said: libmicrohttpd does not let it come so far */
    memcpy(x->body + x->body_len, upload, len);
    x->body_len += len;
    int64_t allowed_s = x->site->config.request_seconds + (int64_t)(x->body_len / SLOWEST_LINE);
    int64_t left_s = allowed_s - (clock_monotonic_ns() - x->since_ns) / 1000000000;
    conns_allow(x->site->conns, x->conn, left_s > 0 ? (unsigned)left_s : 0);
    return MHD_YES;
}

/* --- what libmicrohttpd calls --- */

static str address_of(struct MHD_Connection *c, struct arena *a)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";
    if (info && info->client_addr->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)info->client_addr)->sin_addr, text, sizeof text);
    else if (info && info->client_addr->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)info->client_addr)->sin6_addr, text, sizeof text);
    return str_dup(a, str_from(text));
}

/* The first thing of a request: its address as it was sent. What is returned is *state of all later calls. */
static void *begin(void *cls, const char *uri, struct MHD_Connection *c)
{
    struct site *s = cls;
    struct arena *a = arena_new();
    struct exchange *x = arena_new_of(a, struct exchange);
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    str whole = str_dup(a, str_from(uri)), path;
    x->site = s;
    x->c = c;
    x->conn = info->socket_context;
    (void)str_split(&whole, '?', &path);
    x->request = (struct site_request){.arena = a, .path = path, .query = whole.p ? whole : STR(""), .address = address_of(c, a)};
    pool_count(&s->pool, 1);
    return x;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *version,
                              const char *upload, size_t *upload_len, void **state)
{
    (void)cls, (void)c, (void)url;
    struct exchange *x = *state;
    if (!x)
        return MHD_NO;
    if (!x->checked) {
        x->checked = true;
        return check(x, method, version);
    }
    if (!x->route) { /* refused: the rest of the body is read over */
        *upload_len = 0;
        return MHD_YES;
    }
    if (*upload_len == 0)
        return run(x);
    enum MHD_Result r = take_body(x, upload, *upload_len);
    *upload_len = 0;
    return r;
}

static void done(void *cls, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
    (void)c, (void)why;
    struct site *s = cls;
    struct exchange *x = *state;
    if (!x)
        return;
    *state = NULL;
    if (x->conn)
        conns_allow(s->conns, x->conn, SECONDS_IDLE);
    dismiss(x);
    arena_free(x->request.arena);
    pool_count(&s->pool, -1);
}

static void connection_changed(void *cls, struct MHD_Connection *c, void **context, enum MHD_ConnectionNotificationCode what)
{
    struct site *s = cls;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
        *context = conns_add(s->conns, info->connect_fd, s->config.request_seconds);
    } else if (*context) {
        conns_remove(s->conns, *context);
        *context = NULL;
    }
}

static void say_nothing(void *cls, const char *fmt, va_list args)
{
    (void)cls, (void)fmt, (void)args;
}

/* --- start and stop --- */

static bool is_loopback(const char *listen)
{
    str s = str_from(listen);
    return str_starts(s, STR("127.")) || str_starts(s, STR("[::1]:")) || str_starts(s, STR("localhost:"));
}

static struct MHD_Daemon *start_daemon(struct site *s, int fd)
{
    const struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
    const struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)s->config.key_pem},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)s->config.cert_pem},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES},
        {MHD_OPTION_END, 0, NULL},
    };
    unsigned flags = MHD_USE_ITC | MHD_USE_ERROR_LOG | (s->secure ? MHD_USE_TLS | MHD_USE_POLL_INTERNAL_THREAD /* as in server.c */ : MHD_USE_EPOLL_INTERNAL_THREAD);
    return MHD_start_daemon(flags, 0, NULL, NULL, handle, s,
                            MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
                            MHD_OPTION_LISTEN_SOCKET, fd,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
                            MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)CONNECTIONS_PER_ADDRESS,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES_MAX,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SECONDS_IDLE,
                            MHD_OPTION_STRICT_FOR_CLIENT, 1,
                            MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
                            MHD_OPTION_URI_LOG_CALLBACK, begin, s,
                            MHD_OPTION_NOTIFY_CONNECTION, connection_changed, s,
                            MHD_OPTION_NOTIFY_COMPLETED, done, s,
                            MHD_OPTION_THREAD_POOL_SIZE, s->config.n_workers > 1 ? (unsigned)s->config.n_workers : 0u,
                            MHD_OPTION_ARRAY, s->secure ? tls : plain,
                            MHD_OPTION_END);
}

int site_start(const struct site_config *config, struct site **out, struct err *err)
{
    int fd = -1, r;
    if (!config->cert_pem && !is_loopback(config->listen))
        return err_set(err, ERR_USAGE, "pages on %s need a certificate: without one they are for this machine only (127.0.0.1)", config->listen);
    if ((r = listen_on(config->listen, &fd, err)) < 0)
        return r;
    struct site *s = mem_calloc(1, sizeof *s);
    s->config = *config;
    s->secure = config->cert_pem != NULL;
    if (s->config.request_seconds == 0)
        s->config.request_seconds = SECONDS_DEFAULT;
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
    r = err_set(err, ERR_IO, "the pages on %s cannot be served: do the certificate and its key belong together?", config->listen);
    conns_close(s->conns);
fail:
    close(fd);
    pool_close(&s->pool);
    free(s);
    return r;
}

unsigned site_port(const struct site *s)
{
    return s->port;
}

void site_stop(struct site *s)
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
    free(s);
}

bool site_cookie(str cookies, const char *name, str *value)
{
    str one, key;
    while (str_split(&cookies, ';', &one)) {
        one = str_trim(one);
        (void)str_split(&one, '=', &key);
        if (!str_eq(key, str_from(name)) || !one.p)
            continue;
        *value = one;
        return true;
    }
    return false;
}
