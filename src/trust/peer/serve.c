#include "trust/peer/serve.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ground/http/http.h"
#include "ground/json/json.h"
#include "trust/peer/answer.h"
#include "trust/peer/offer.h"
#include "trust/peer/pair.h"

struct worker {
    struct peer_server *server;
    struct node *node;      /* a connection of its own */
    struct arena *scratch;
};

struct peer_server {
    struct arena *arena;
    struct http_identity identity;
    struct http_server *http;
    void (*note)(const char *sentence);
    struct worker *workers[HTTP_WORKERS_MAX];
    size_t n_workers;
};

static void note(struct peer_server *s, const char *sentence)
{
    if (s->note)
        s->note(sentence);
}

/* What a partner is told of an error. Our own troubles are for our operator, not for partners. */
static void refuse(const struct http_request *q, struct http_reply *reply, const struct err *err)
{
    static const struct { int code, status; } table[] = {
        {ERR_INPUT, 400}, {ERR_CRYPTO, 400}, {ERR_DENIED, 403}, {ERR_NOT_FOUND, 404}, {ERR_EXISTS, 409}, {ERR_LIMIT, 429}, {ERR_RETRY, 503},
    };
    struct worker *w = q->worker;
    reply->status = 500;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].code == err->code)
            reply->status = table[i].status;
    bool ours = reply->status >= 500;
    note(w->server, str_printf(q->arena, "%.*s %s: %s", STR_ARG(q->path), ours ? "failed" : "refused", err->text).p);
    struct json *o = json_object_new(q->arena);
    json_put_str(o, "error", ours ? STR("this node cannot answer now; its operator's log says why") : str_from(err->text));
    json_put_str(o, "code", str_from(err_word(err->code)));
    reply->body = str_bytes(json_write(q->arena, o, JSON_ONE_LINE));
}

static bool admit(void *worker, const uint8_t peer[static HTTP_PIN_LEN])
{
    struct worker *w = worker;
    struct partner p;
    arena_reset(w->scratch);
    return partner_by_pin(w->node->db, w->scratch, peer, &p, NULL) == 0;
}

typedef int (*answer_fn)(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err);

static void handle(const struct http_request *q, struct http_reply *reply, answer_fn fn)
{
    struct worker *w = q->worker;
    struct partner p;
    struct err err = {0};
    int r = partner_by_pin(w->node->db, q->arena, q->peer, &p, &err);
    if (r == 0)
        r = fn(w->node, &p, q, reply, &err);
    if (r < 0)
        refuse(q, reply, &err);
    else
        reply->status = 200;
}

static int give_statement(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    str text = {0};
    int r = answer_statement(node, p, clock_now_ms(), q->arena, &text, err);
    reply->body = str_bytes(text);
    return r;
}

static int give_answer(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    str text = {0};
    int r = answer_question(node, p, q->body, clock_now_ms(), q->arena, &text, err);
    reply->body = str_bytes(text);
    return r;
}

/* Only what the partner's own offer lists: a map is built for one partner and goes to no other. */
static int give_map(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    struct offer offer;
    int64_t epoch, number;
    if (!str_to_int(q->params[0], 0, UINT32_MAX, &epoch) || !str_to_int(q->params[1], 0, UINT32_MAX, &number))
        return err_set(err, ERR_INPUT, "a map is /v1/map/EPOCH/NUMBER");
    int r = offer_current(node, q->arena, p->id, clock_now_ms(), &offer, err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < offer.n_maps && offer.epoch == (uint32_t)epoch; i++) {
        if (offer.maps[i].number == (uint32_t)number) {
            reply->type = "application/octet-stream";
            reply->file_path = offer.paths[i];
            return 0;
        }
    }
    return err_set(err, ERR_NOT_FOUND, "there is no such map for this partner now: fetch the statement again");
}

static void route_statement(const struct http_request *q, struct http_reply *reply)
{
    handle(q, reply, give_statement);
}

static void route_map(const struct http_request *q, struct http_reply *reply)
{
    handle(q, reply, give_map);
}

static void route_ask(const struct http_request *q, struct http_reply *reply)
{
    handle(q, reply, give_answer);
}

static const struct http_route routes[] = {
    {"GET", "/v1/epoch", 0, route_statement},
    {"GET", "/v1/map/{}/{}", 0, route_map},
    {"POST", "/v1/ask", WIRE_QUESTION_MAX, route_ask},
};

static int add_worker(struct peer_server *s, struct node *node, struct err *err)
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

int peer_server_start(struct node *node, const struct peer_serve_settings *settings, struct peer_server **out, struct err *err)
{
    struct arena *a = arena_new();
    struct peer_server *s = arena_new_of(a, struct peer_server);
    s->arena = a;
    s->note = settings->note;
    int r = pair_identity(node, a, clock_now_ms(), &s->identity, err);
    for (unsigned i = 0; r == 0 && i < settings->threads && i < HTTP_WORKERS_MAX; i++)
        r = add_worker(s, node, err);
    if (r < 0)
        goto fail;
    struct http_server_config config = {
        .listen = settings->listen ? settings->listen : str_c(a, node->listen), .identity = &s->identity,
        .routes = routes, .n_routes = sizeof routes / sizeof routes[0],
        .workers = (void *const *)s->workers, .n_workers = s->n_workers, .admit = admit, .note = settings->note,
    };
    r = http_server_start(&config, &s->http, err);
    if (r < 0)
        goto fail;
    *out = s;
    return 0;
fail:
    peer_server_stop(s);
    return r;
}

unsigned peer_server_port(const struct peer_server *s)
{
    return http_server_port(s->http);
}

void peer_server_stop(struct peer_server *s)
{
    if (!s)
        return;
    http_server_stop(s->http);
    for (size_t i = 0; i < s->n_workers; i++) {
        node_close(s->workers[i]->node);
        arena_free(s->workers[i]->scratch);
    }
    arena_free(s->arena);
}
