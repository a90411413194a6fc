#include "trust/serve/keys.h"

#include "trust/letter/post.h"
#include "trust/peer/call.h"
#include "trust/peer/directory.h"
#include "trust/peer/pair.h"

#define EVERY_MS (10 * 60 * 1000)
#define PATIENCE_MS 10000

static int give_keys(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    struct pair_letter_key letter;
    struct wire_card card;
    int64_t now = clock_now_ms();
    (void)p;
    int r = post_key_current(node, now, letter.public_key, &letter.until_ms, err);
    if (r == 0)
        r = pair_card(node, STR(""), &letter, now, q->arena, &card, err); /* how it is reached, a partner knows */
    if (r == 0)
        reply->body = str_bytes(wire_card_write(q->arena, &card));
    return r;
}

const struct peer_route keys_routes[] = {
    {"GET", "/v1/keys", 0, PEER_LIGHT, give_keys},
    {0},
};

/* What cannot be reached now is asked again next time. */
static int ask_one(struct serve_context *c, const struct partner *p, int64_t now_ms, struct arena *a, struct err *err)
{
    struct http_client *client;
    struct err why = {0};
    bytes body;
    enum directory_keys outcome;
    int r = http_client_open(p->address.p, p->tls_pin, c->identity, &client, err);
    if (r < 0)
        return r;
    int called = peer_call(client, p, a, "/v1/keys", (bytes){0}, WIRE_CARD_MAX, PATIENCE_MS, &body, &why);
    if (called == 0 && (r = directory_keys_take(c->node, p, body, now_ms, a, &outcome, err)) == 0 && outcome == DIRECTORY_KEYS_ANNOUNCED && c->note)
        c->note(str_printf(a, "%.*s ANNOUNCES OTHER KEYS: nothing of them counts until somebody has compared the fingerprint: "
                           "comity partners DIR show %.*s", STR_ARG(p->name), STR_ARG(p->name)).p);
    http_client_close(client);
    if (r == ERR_INPUT || r == ERR_CRYPTO || r == ERR_PEER) { /* the partner's trouble, and told as such */
        if (c->note)
            c->note(str_printf(a, "the keys that %.*s gives are no keys of that partner: %s", STR_ARG(p->name), err->text).p);
        r = 0;
    }
    return r;
}

static int ask_all(struct serve_context *c, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new(), *each = arena_new();
    struct partner *partners;
    size_t n = 0;
    int r = partner_list(c->node->db, a, &partners, &n, err);
    for (size_t i = 0; r == 0 && i < n && !serve_stopping(c); i++) {
        if (partners[i].status != PARTNER_ACTIVE || partners[i].address.len == 0)
            continue;
        arena_reset(each);
        r = ask_one(c, &partners[i], now_ms, each, err);
    }
    arena_free(each);
    arena_free(a);
    return r;
}

const struct serve_job keys_job = {"keys", EVERY_MS, 0, ask_all, NULL};
