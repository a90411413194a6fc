/* The clock's side: lines to partners that stay open, and what the operator is told. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trust/witness/witness_internal.h"

#define ANSWER_MAX (2 * NOTE_MAX)
#define TIMEOUT_MS 8000
#define AGAIN_MS 10000
#define LEAVES_A_BEAT 1000000 /* a look costs the partner hashing them: a larger log is looked at less often */

struct connection {
    struct connection *next;
    uint8_t partner[ID_LEN], pin[HASH_LEN];
    char address[PARTNER_ADDRESS_MAX + 1];
    struct http_client *client;
    int64_t look_ms; /* when its log was looked at last */
};

struct witness_https {
    const struct http_identity *identity;
    const bool *stopping;
    struct connection *connections;
};

struct witness_https *witness_https_open(const struct http_identity *identity, const bool *stopping)
{
    struct witness_https *h = mem_calloc(1, sizeof *h);
    h->identity = identity;
    h->stopping = stopping;
    return h;
}

void witness_https_close(struct witness_https *h)
{
    while (h && h->connections) {
        struct connection *c = h->connections;
        h->connections = c->next;
        http_client_close(c->client);
        free(c);
    }
    free(h);
}

static struct connection *connection_to(struct witness_https *h, const struct partner *p)
{
    struct connection *c = h->connections;
    while (c && memcmp(c->partner, p->id, ID_LEN) != 0)
        c = c->next;
    if (!c) {
        c = mem_calloc(1, sizeof *c);
        memcpy(c->partner, p->id, ID_LEN);
        c->next = h->connections;
        h->connections = c;
    }
    return c;
}

/* A partner that has moved or changed its key gets a new line. */
static int open_client(struct connection *c, const struct partner *p, const struct http_identity *identity, struct err *err)
{
    if (c->client && str_eq(str_from(c->address), p->address) && memcmp(c->pin, p->tls_pin, HASH_LEN) == 0)
        return 0;
    if (p->address.len >= sizeof c->address)
        return err_set(err, ERR_USAGE, "its address is too long");
    http_client_close(c->client);
    c->client = NULL;
    memcpy(c->address, p->address.p, p->address.len);
    c->address[p->address.len] = 0;
    memcpy(c->pin, p->tls_pin, HASH_LEN);
    return http_client_open(c->address, c->pin, identity, &c->client, err);
}

static int send_over_https(void *arg, const struct partner *p, struct arena *a, const char *path, bytes body, struct http_answer *out, struct err *err)
{
    struct witness_https *h = arg;
    struct connection *c = connection_to(h, p);
    if (h->stopping && __atomic_load_n(h->stopping, __ATOMIC_ACQUIRE))
        return err_set(err, ERR_IO, "the node is being stopped");
    int result = open_client(c, p, h->identity, err);
    return result < 0 ? result : http_client_send(c->client, a, path, body, ANSWER_MAX, TIMEOUT_MS, out, err);
}

struct witness_line witness_https_line(struct witness_https *h)
{
    return (struct witness_line){.send = send_over_https, .arg = h};
}

/* --- the jobs' state --- */

struct state {
    struct witness_https *https;
    const struct serve_context *context;
    int64_t said_ms;          /* the newest evidence that was said */
    enum level { WELL, WARNED, READ_ONLY } level; /* what was said last */
    bool began;
    int64_t needed;
};

static struct state *state_of(struct serve_context *context)
{
    if (!context->state) {
        struct state *s = mem_calloc(1, sizeof *s);
        s->https = witness_https_open(context->identity, context->stopping);
        context->state = s;
    }
    struct state *s = context->state;
    s->context = context;
    return s;
}

static void close_state(void *state)
{
    struct state *s = state;
    witness_https_close(s ? s->https : NULL);
    free(s);
}

static void say(const struct state *s, const char *sentence)
{
    if (s->context->note)
        s->context->note(sentence);
}

/* --- what the operator is told --- */

static int say_evidence(struct state *s, struct arena *a, struct err *err)
{
    struct node *node = s->context->node;
    struct witness_evidence *list = NULL;
    int64_t newest;
    size_t n = 0;
    int result = witness_store_newest(node->db, &newest, err);
    if (result < 0 || newest <= s->said_ms)
        return result;
    result = witness_evidence_list(node, a, &list, &n, err);
    for (size_t i = 0; i < n && result == 0; i++) {
        struct partner p = {.name = STR("this node")};
        if (list[i].closed_ms || list[i].found_ms <= s->said_ms)
            continue;
        if (partner_by_id(node->db, a, list[i].log, &p, NULL) < 0)
            p.name = STR("this node");
        say(s, str_printf(a, "EVIDENCE against the log of %.*s: %s. See: comity witness DIR evidence", STR_ARG(p.name), witness_kind_text(list[i].kind)).p);
    }
    if (result == 0)
        s->said_ms = newest;
    return result;
}

static int say_quorum(struct state *s, struct arena *a, int64_t now_ms, struct err *err)
{
    struct witness_quorum q;
    struct err why = {0};
    int result = witness_quorum(s->context->node, a, &q, err);
    if (result < 0)
        return result;
    if (q.watch.needed == 0 && (!s->began || s->needed != 0))
        say(s, "no partner with an address can witness this node's log: nobody watches it, and no quorum is asked for");
    const enum level level = act_watch_refuses(&q.watch, now_ms, &why) ? READ_ONLY : act_watch_warns(&q.watch, now_ms) ? WARNED : WELL;
    if (level == READ_ONLY && s->level != READ_ONLY)
        say(s, why.text);
    else if (level == WARNED && s->level == WELL)
        say(s, str_printf(a, "for %" PRId64 " min fewer than %" PRId64 " witnesses have confirmed this node's log; after 4 h it turns read-only. "
                             "comity witness DIR tells who is missing", witness_quorum_age(&q, now_ms) / 60000, q.watch.needed).p);
    else if (level == WELL && s->level != WELL)
        say(s, "this node's log is confirmed by its witnesses again");
    s->level = level;
    s->needed = q.watch.needed;
    s->began = true;
    return 0;
}

static int run_round(struct serve_context *context, int64_t now_ms, struct err *err)
{
    struct state *s = state_of(context);
    struct witness_line line = witness_https_line(s->https);
    struct arena *a = arena_new();
    int result = witness_round(context->node, &line, now_ms, err);
    if (result == 0)
        result = say_evidence(s, a, err);
    if (result == 0)
        result = say_quorum(s, a, now_ms, err);
    arena_free(a);
    return result;
}

static int run_look(struct serve_context *context, int64_t now_ms, struct err *err)
{
    struct state *s = state_of(context);
    struct witness_line line = witness_https_line(s->https);
    struct witness_row *rows = NULL;
    struct arena *a = arena_new();
    size_t n = 0;
    int result = witness_list(context->node, a, &rows, &n, err);
    for (size_t i = 0; i < n && result >= 0 && !serve_stopping(context); i++) {
        struct connection *c = connection_to(s->https, &rows[i].partner);
        const bool cut_off = rows[i].looked_ms < c->look_ms && rows[i].open == 0; /* the last look was not whole */
        const int64_t pause = cut_off ? AGAIN_MS : WITNESS_BEAT_MS * (1 + rows[i].seen_size / LEAVES_A_BEAT);
        if (!rows[i].active || (c->look_ms && c->look_ms <= now_ms && now_ms - c->look_ms < pause))
            continue;
        c->look_ms = now_ms;
        result = witness_look(context->node, &line, &rows[i].partner, now_ms, err);
    }
    arena_free(a);
    return result < 0 ? result : 0;
}

const struct serve_job witness_round_job = {"witnesses", WITNESS_ROUND_MS, 1, run_round, close_state};
const struct serve_job witness_look_job = {"looks at partners' logs", WITNESS_ROUND_MS, 1, run_look, close_state};
