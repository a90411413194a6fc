/* The three routes of the question on the line: statement, map, question. */
#include "trust/peer/answer.h"
#include "trust/peer/offer.h"
#include "trust/peer/route.h"

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

const struct peer_route peer_routes[] = {
    {"GET", "/v1/epoch", 0, PEER_LIGHT, give_statement},
    {"GET", "/v1/map/{}/{}", 0, PEER_BULK, give_map},
    {"POST", "/v1/ask", WIRE_QUESTION_MAX, PEER_WORK, give_answer},
    {0},
};
