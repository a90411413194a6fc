/* What this node answers partners that bring letters, fetch letters, or have lost their place. */
#include <inttypes.h>

#include "ground/json/json.h"
#include "trust/serve/letters_internal.h"
#include "trust/serve/serve.h"

#define OFFSET_MAX ((int64_t)LETTER_SIZE_MAX)

static void give_frames(struct http_reply *reply, struct buf *b)
{
    reply->type = "application/octet-stream";
    reply->body = buf_bytes(b);
}

static int id_and_offset(const struct http_request *q, uint8_t id[static ID_LEN], int64_t *offset, struct err *err)
{
    if (!hex_decode_into(q->params[0], id, ID_LEN) || !str_to_int(q->params[1], 0, OFFSET_MAX, offset))
        return err_set(err, ERR_INPUT, "a part is named by the letter's id, 32 hex digits, and an offset");
    return 0;
}

static int take_letters(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    struct frame *frames;
    bytes *in;
    size_t n;
    int r = frames_read(q->arena, q->body, POST_BATCH, &frames, &n, err);
    if (r == 0)
        r = letters_of_frames(q->arena, frames, n, &in, err);
    if (r < 0)
        return r;
    struct post_answer *answers = arena_array(q->arena, struct post_answer, n);
    r = letter_receive(node, serve_kinds(q), p, in, n, clock_now_ms(), q->arena, answers, err);
    if (r < 0)
        return r;
    struct buf b = buf_new(q->arena);
    letters_answer_frames(&b, q->arena, answers, n);
    give_frames(reply, &b);
    return 0;
}

static int take_part(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    uint8_t id[ID_LEN];
    int64_t offset;
    uint64_t have = 0;
    int r = id_and_offset(q, id, &offset, err);
    if (r == 0)
        r = post_part(node, serve_kinds(q), p, id, (uint64_t)offset, q->body, &have, err);
    if (r < 0)
        return r;
    struct json *o = json_object_new(q->arena);
    json_put_int(o, "have", (int64_t)have);
    reply->body = str_bytes(json_write(q->arena, o, JSON_ONE_LINE));
    return 0;
}

static int give_position(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    struct letter_position position;
    int r = post_position(node, p, clock_now_ms(), &position, err);
    if (r == 0)
        reply->body = str_bytes(letter_position_write(q->arena, &position));
    return r;
}

static int give_receipts(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    struct letter_receipt *receipts;
    int64_t from;
    size_t n = 0;
    if (!str_to_int(q->params[0], 0, INT64_MAX, &from))
        return err_set(err, ERR_INPUT, "receipts are /v1/receipts/LEAF, a leaf index");
    int r = post_receipts(node, p, from, POST_BATCH, q->arena, &receipts, &n, err);
    if (r < 0)
        return r;
    struct buf b = buf_new(q->arena);
    for (size_t i = 0; i < n; i++)
        frame_add(&b, FRAME_RECEIPT, str_bytes(letter_receipt_write(q->arena, &receipts[i])));
    give_frames(reply, &b);
    return 0;
}

static int give_waiting(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    struct post_out *due;
    size_t n = 0;
    int64_t now = clock_now_ms();
    int r = post_due(node, p, 0, POST_BATCH, q->arena, &due, &n, err);
    if (r < 0)
        return r;
    bool reachable = p->address.len > 0, young = n == 0 || now - due[0].header.time_ms < LETTERS_PATIENCE_MS;
    struct buf b = buf_new(q->arena);
    if (reachable && young)
        frame_add(&b, FRAME_DIRECT, (bytes){NULL, 0});
    else
        letters_frames(&b, q->arena, due, letters_pick(due, n, LETTERS_BODY_MAX - LETTER_INLINE_MAX - LETTER_HEADER_MAX));
    give_frames(reply, &b);
    return 0;
}

static int give_waiting_part(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    uint8_t id[ID_LEN];
    int64_t offset;
    struct post_out out;
    int r = id_and_offset(q, id, &offset, err);
    if (r == 0)
        r = post_due_find(node, p, id, q->arena, &out, err);
    if (r == 0 && !out.path)
        r = err_set(err, ERR_NOT_FOUND, "this letter travels in one piece");
    if (r == 0)
        r = letters_read_part(q->arena, out.path, (uint64_t)offset, LETTERS_PART_MAX, &reply->body, err);
    reply->type = "application/octet-stream";
    return r;
}

static int take_receipts(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    struct letters_taken taken;
    int r = letters_take(node, serve_kinds(q), p, q->body, clock_now_ms(), q->arena, &taken, err);
    struct json *o = json_object_new(q->arena);
    json_put_int(o, "settled", (int64_t)taken.settled);
    reply->body = str_bytes(json_write(q->arena, o, JSON_ONE_LINE));
    return r;
}

const struct peer_route letter_routes[] = {
    {"POST", "/v1/letters", LETTERS_BODY_MAX, PEER_WORK, take_letters},
    {"POST", "/v1/letters/part/{}/{}", LETTERS_PART_MAX, PEER_BULK, take_part},
    {"GET", "/v1/position", 0, PEER_LIGHT, give_position},
    {"GET", "/v1/receipts/{}", 0, PEER_WORK, give_receipts},
    {"GET", "/v1/letters/waiting", 0, PEER_LIGHT, give_waiting},
    {"GET", "/v1/letters/waiting/{}/{}", 0, PEER_BULK, give_waiting_part},
    {"POST", "/v1/receipts", LETTERS_BODY_MAX, PEER_WORK, take_receipts},
    {0},
};
