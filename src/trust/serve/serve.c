#include "trust/serve/serve.h"

#include <pthread.h>
#include <string.h>

#include "ground/json/json.h"
#include "trust/peer/pair.h"

#define NS_BETWEEN_NOTES 1000000000LL
#define AT_ONCE_MAX 4 /* requests of one partner that run at the same time */

struct worker {
    struct serve *server;
    struct node *node;      /* a connection of its own */
    struct arena *scratch;
};

struct serve {
    struct arena *arena;
    struct http_identity identity;
    struct http_server *http;
    struct http_route *routes;           /* what libmicrohttpd's room sees: all with the same handler */
    const struct peer_route **answers;   /* in the same order */
    size_t n_routes;
    struct limits *limits;
    struct jobs *jobs;
    const struct post_kinds *kinds;
    void (*note)(const char *sentence);
    pthread_mutex_t lock; /* of the two that follow */
    int64_t quiet_until_ns;
    unsigned unsaid;
    struct worker *workers[HTTP_WORKERS_MAX];
    size_t n_workers;
};

/* A partner that fails a hundred times a second must not fill the operator's log: one sentence a second, and how many were not said. */
static void note(struct serve *s, struct arena *a, const char *sentence)
{
    int64_t now = clock_monotonic_ns();
    pthread_mutex_lock(&s->lock);
    bool speak = s->note && now >= s->quiet_until_ns;
    unsigned unsaid = s->unsaid;
    s->unsaid = speak ? 0 : unsaid + 1;
    if (speak)
        s->quiet_until_ns = now + NS_BETWEEN_NOTES;
    pthread_mutex_unlock(&s->lock);
    if (speak)
        s->note(unsaid ? str_printf(a, "%s (and %u more before)", sentence, unsaid).p : sentence);
}

/* What a partner is told of an error. Our own troubles are for our operator, not for partners. */
static void refuse(const struct http_request *q, struct http_reply *reply, const struct err *err)
{
    static const struct { int code, status; } table[] = {
        {ERR_INPUT, 400},  {ERR_CRYPTO, 400},  {ERR_DENIED, 403}, {ERR_NOT_FOUND, 404},
        {ERR_EXISTS, 409}, {ERR_CORRUPT, 410}, {ERR_LIMIT, 429},  {ERR_RETRY, 503},
    };
    struct worker *w = q->worker;
    reply->status = 500;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].code == err->code)
            reply->status = table[i].status;
    const bool damaged = err->code == ERR_CORRUPT, ours = reply->status >= 500 || damaged;
    note(w->server, q->arena, str_printf(q->arena, "%.*s %s: %s", STR_ARG(q->path), ours ? "failed" : "refused", err->text).p);
    struct json *o = json_object_new(q->arena);
    json_put_str(o, "error", damaged ? STR("what this node has stored is damaged; its operator's log says where")
                             : ours  ? STR("this node cannot answer now; its operator's log says why")
                                     : str_from(err->text));
    json_put_str(o, "code", str_from(err_word(err->code)));
    reply->type = "application/json"; /* whatever the answer would have been */
    reply->body = str_bytes(json_write(q->arena, o, JSON_ONE_LINE));
}

static bool admit(void *worker, const uint8_t peer[static HTTP_PIN_LEN])
{
    struct worker *w = worker;
    struct partner p;
    arena_reset(w->scratch);
    return partner_by_pin(w->node->db, w->scratch, peer, &p, NULL) == 0;
}

static int answer(struct worker *w, const struct peer_route *route, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    struct partner p;
    int r = partner_by_pin(w->node->db, q->arena, q->peer, &p, err);
    if (r == 0)
        r = limits_enter(w->server->limits, p.id, route->cost, clock_monotonic_ns(), err);
    if (r < 0)
        return r;
    r = route->answer(w->node, &p, q, reply, err);
    limits_leave(w->server->limits, p.id);
    return r;
}

static void handle(const struct http_request *q, struct http_reply *reply)
{
    struct worker *w = q->worker;
    struct err err = {0};
    reply->status = 200;
    if (answer(w, w->server->answers[q->route], q, reply, &err) < 0)
        refuse(q, reply, &err);
}

const struct post_kinds *serve_kinds(const struct http_request *request)
{
    const struct worker *w = request->worker;
    return w->server->kinds;
}

static void put_routes(struct serve *s, const struct peer_route *const *tables)
{
    size_t n = 0;
    for (size_t i = 0; tables[i]; i++)
        for (const struct peer_route *r = tables[i]; r->method; r++)
            n++;
    s->routes = arena_array(s->arena, struct http_route, n + 1);
    s->answers = arena_array(s->arena, const struct peer_route *, n + 1);
    for (size_t i = 0; tables[i]; i++)
        for (const struct peer_route *r = tables[i]; r->method; r++) {
            s->routes[s->n_routes] = (struct http_route){r->method, r->path, r->max_body, handle};
            s->answers[s->n_routes++] = r;
        }
}

static int add_worker(struct serve *s, struct node *node, struct err *err)
{
    struct worker *w = arena_new_of(s->arena, struct worker);
    int r = node_open_again(node, &w->node, err);
    if (r < 0)
        return r;
    w->server = s;
    w->scratch = arena_new();
    s->workers[s->n_workers++] = w;
    return 0;
}

static unsigned at_once(unsigned threads)
{
    unsigned most = threads > 1 ? threads - 1 : 1; /* so that one is left for the others */
    return most < AT_ONCE_MAX ? most : AT_ONCE_MAX;
}

int serve_start(struct node *node, const struct serve_settings *settings, struct serve **out, struct err *err)
{
    struct arena *a = arena_new();
    struct serve *s = arena_new_of(a, struct serve);
    s->arena = a;
    pthread_mutex_init(&s->lock, NULL);
    s->note = settings->note;
    s->kinds = settings->kinds;
    s->limits = limits_new(settings->limits ? settings->limits : limits_usual, at_once(settings->threads));
    put_routes(s, settings->routes);
    int r = pair_identity(node, a, clock_now_ms(), &s->identity, err);
    for (unsigned i = 0; r == 0 && i < settings->threads && i < HTTP_WORKERS_MAX; i++)
        r = add_worker(s, node, err);
    if (r < 0)
        goto fail;
    struct http_server_config config = {
        .listen = settings->listen ? settings->listen : str_c(a, node->listen), .identity = &s->identity,
        .routes = s->routes, .n_routes = s->n_routes,
        .workers = (void *const *)s->workers, .n_workers = s->n_workers, .admit = admit, .note = settings->note,
    };
    struct serve_context model = {.node = node, .identity = &s->identity, .kinds = s->kinds, .note = settings->note};
    r = http_server_start(&config, &s->http, err);
    if (r == 0)
        r = jobs_start(settings->jobs, &model, &s->jobs, err);
    if (r < 0)
        goto fail;
    *out = s;
    return 0;
fail:
    serve_stop(s);
    return r;
}

unsigned serve_port(const struct serve *s)
{
    return http_server_port(s->http);
}

void serve_stop(struct serve *s)
{
    if (!s)
        return;
    jobs_stop(s->jobs);
    http_server_stop(s->http);
    for (size_t i = 0; i < s->n_workers; i++) {
        node_close(s->workers[i]->node);
        arena_free(s->workers[i]->scratch);
    }
    limits_free(s->limits);
    pthread_mutex_destroy(&s->lock);
    arena_free(s->arena);
}
