/* The job "letters": for each partner that has an address, one step of its conversation at a time, round and round, so that a
 * letter of gigabytes to one does not keep others waiting. What to do and when is delivery.h's; here it is done. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ground/json/json.h"
#include "trust/peer/call.h"
#include "trust/serve/delivery.h"
#include "trust/serve/letters_internal.h"
#include "trust/serve/read_ahead.h"

#define EVERY_MS 200
#define TIDY_EVERY_MS (24 * 3600 * 1000)
#define LANES 4 /* a partner that does not answer keeps only those of its lane waiting, and backs off */
#define ANSWER_MAX ((size_t)4 * 1024 * 1024)
#define TIMEOUT_MS 20000
#define SLOWEST_LINE 16384 /* bytes a second, as the server allows */

/* What a lane remembers of one partner between its turns. */
struct link {
    struct link *next;
    struct arena *arena;       /* of the copy below, replaced with it */
    struct partner partner;
    struct http_client *client;
    struct delivery delivery;
    char said[ERR_TEXT_MAX];   /* the trouble the operator was told of last; empty: none */
    bool uploading;            /* a large letter is on its way: */
    uint8_t letter[ID_LEN];
    uint64_t have;             /* bytes of it that are there, as the partner said */
    struct read_ahead *ahead;  /* of its file; NULL: none yet */
    uint8_t fetched[HASH_LEN]; /* what came last when we fetched: the same again is no progress */
};

struct lane_state {
    struct link *links;
    struct arena *arena; /* while there is more to do: large parts need not be had from the system each time */
};

/* One turn: what every step needs. */
struct turn {
    struct serve_context *context;
    struct link *link;
    struct arena *arena;
    int64_t now_ms;
    struct post_out *due;
    size_t n_due;
};

/* --- one request --- */

static int call(struct turn *t, const char *path, bytes body, size_t max_answer, bytes *out, struct err *err)
{
    unsigned timeout = TIMEOUT_MS + (unsigned)((body.len + LETTERS_PART_MAX) / SLOWEST_LINE * 1000);
    return peer_call(t->link->client, &t->link->partner, t->arena, path, body, max_answer, timeout, out, err);
}

/* What the partner sent is not what it must be: its fault, whatever we call it here. */
static int not_an_answer(const struct turn *t, struct err *err)
{
    struct err what = *err;
    return err_set(err, ERR_PEER, "%.*s answered with something that is not an answer (%s)", STR_ARG(t->link->partner.name), what.text);
}

static enum delivery_result result_of(int r)
{
    return r == 0 ? DELIVERY_WELL : r == ERR_RETRY || r == ERR_LIMIT ? DELIVERY_BUSY : DELIVERY_FAILED;
}

static int take(struct turn *t, bytes body, struct letters_taken *taken, struct err *err)
{
    int r = letters_take(t->context->node, t->context->kinds, &t->link->partner, body, t->now_ms, t->arena, taken, err);
    return r == ERR_INPUT || r == ERR_LIMIT || r == ERR_PEER ? not_an_answer(t, err) : r;
}

/* --- the steps; each returns 0 or the error, and *result is set when it is 0 --- */

/* Receipts that were lost on the way or with an old backup; then where the partner stands. */
static int greet(struct turn *t, enum delivery_result *result, struct err *err)
{
    struct node *node = t->context->node;
    const struct partner *p = &t->link->partner;
    struct letter_position position;
    struct letters_taken taken = {0};
    bytes body;
    int64_t known = -2, before; /* -1: none */
    int r;
    do {
        before = known;
        r = post_receipts_known(node, p, &known, err);
        if (r < 0 || known == before)
            break;
        r = call(t, str_printf(t->arena, "/v1/receipts/%" PRId64, known + 1).p, (bytes){NULL, 0}, ANSWER_MAX, &body, err);
        if (r == 0)
            r = take(t, body, &taken, err);
    } while (r == 0 && taken.settled > 0 && !serve_stopping(t->context));
    if (r == 0)
        r = call(t, "/v1/position", (bytes){NULL, 0}, LETTER_POSITION_MAX, &body, err);
    if (r == 0 && letter_position_read(t->arena, body, &position, err) < 0)
        r = not_an_answer(t, err);
    if (r == 0)
        r = post_position_take(node, p, &position, t->now_ms, err);
    t->link->uploading = false;
    *result = DELIVERY_WELL;
    return r;
}

static int send_frames(struct turn *t, size_t n, enum delivery_result *result, struct err *err)
{
    struct buf b = buf_new(t->arena);
    struct letters_taken taken = {0};
    bytes body;
    letters_frames(&b, t->arena, t->due, n);
    int r = call(t, "/v1/letters", buf_bytes(&b), ANSWER_MAX, &body, err);
    if (r == 0)
        r = take(t, body, &taken, err);
    *result = taken.settled > 0 ? DELIVERY_WELL : taken.later > 0 ? DELIVERY_BUSY : DELIVERY_STUCK;
    if (r == 0 && taken.rejected)
        return err_set(err, ERR_PEER, "%.*s does not see a letter of ours as one (%s): are both programs of one version?",
                       STR_ARG(t->link->partner.name), taken.rejected);
    return r;
}

static int send_batch(struct turn *t, enum delivery_result *result, struct err *err)
{
    return send_frames(t, letters_pick(t->due, t->n_due, delivery_body(&t->link->delivery)), result, err);
}

static int put_part(struct turn *t, const uint8_t id[static ID_LEN], uint64_t offset, bytes part, uint64_t *have, struct err *err)
{
    const char *path = str_printf(t->arena, "/v1/letters/part/%s/%" PRIu64, hex_encode(t->arena, (bytes){id, ID_LEN}).p, offset).p;
    const struct json *o;
    bytes body;
    int64_t n = 0;
    int r = call(t, path, part, 1024, &body, err);
    if (r < 0)
        return r;
    if (json_parse(t->arena, "part", body, 1024, &o, err) < 0 || json_get_int(o, "have", 0, LETTER_SIZE_MAX, &n, err) < 0)
        return not_an_answer(t, err);
    *have = (uint64_t)n;
    return 0;
}

/* A large letter: first asks how much of it is there, then sends what comes next, and at the end its header, which makes it a letter. */
static int send_part(struct turn *t, enum delivery_result *result, struct err *err)
{
    static const uint8_t nothing[1];
    struct link *l = t->link;
    const struct post_out *out = &t->due[0];
    bytes part = {nothing, 0};
    uint64_t have = 0, offset = 0;
    int r = 0;
    bool asks = !l->uploading || memcmp(l->letter, out->header.id, ID_LEN) != 0;
    if (!asks && l->have >= out->header.size) {
        l->uploading = false;
        read_ahead_free(l->ahead);
        l->ahead = NULL;
        return send_frames(t, 1, result, err);
    }
    if (!asks) {
        offset = l->have;
        if (!l->ahead)
            l->ahead = read_ahead_new();
        r = read_ahead(l->ahead, out->path, offset, delivery_body(&l->delivery), &part, err);
    }
    if (r == 0)
        r = put_part(t, out->header.id, offset, part, &have, err);
    if (r < 0)
        return r;
    *result = asks || have > l->have ? DELIVERY_WELL : DELIVERY_STUCK;
    l->uploading = true;
    l->have = have;
    memcpy(l->letter, out->header.id, ID_LEN);
    return 0;
}

/* --- fetching --- */

/* All of a large letter that waits for us, from where an earlier try ended. */
static int fetch_parts(struct turn *t, const struct letter_header *h, struct err *err)
{
    struct node *node = t->context->node;
    struct arena *a = arena_new(); /* emptied after each part, so that gigabytes need no memory */
    struct turn inner = *t;
    uint64_t have = 0, before = 0;
    inner.arena = a;
    int r = post_part(node, t->context->kinds, &t->link->partner, h->id, 0, (bytes){NULL, 0}, &have, err);
    while (r == 0 && have < h->size && !serve_stopping(t->context)) {
        bytes body;
        before = have;
        arena_reset(a);
        const char *path = str_printf(a, "/v1/letters/waiting/%s/%" PRIu64, hex_encode(a, (bytes){h->id, ID_LEN}).p, have).p;
        r = call(&inner, path, (bytes){NULL, 0}, LETTERS_PART_MAX, &body, err);
        if (r == 0)
            r = post_part(node, t->context->kinds, &t->link->partner, h->id, have, body, &have, err);
        if (r == 0 && have <= before)
            r = err_set(err, ERR_PEER, "%.*s: a large letter does not go on", STR_ARG(t->link->partner.name));
    }
    arena_free(a);
    if (r == 0 && have < h->size)
        r = err_set(err, ERR_RETRY, "a large letter is left for later: this node is stopping");
    return r;
}

/* Letters that came as header lines alone are fetched in parts before they are taken in. */
static int fetch_large(struct turn *t, const bytes letters[], size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        struct letter_header h;
        str rest = bytes_str(letters[i]), line;
        if (!str_split(&rest, '\n', &line) || rest.len > 0 || letter_header_read(t->arena, str_bytes(line), &h, NULL) < 0)
            continue; /* whole, or not readable: letter_receive says which */
        if (memcmp(h.from, t->link->partner.id, ID_LEN) != 0 || h.size <= LETTER_INLINE_MAX)
            continue;
        int r = fetch_parts(t, &h, err);
        if (r < 0)
            return r;
    }
    return 0;
}

/* Our answers to what was fetched; what is left out for its size is asked for again and answered again. */
static int post_answers(struct turn *t, const struct post_answer answers[], size_t n, struct err *err)
{
    bytes body;
    struct buf b = buf_new(t->arena);
    letters_answer_frames(&b, t->arena, answers, n);
    for (size_t i = n; b.len > LETTERS_BODY_MAX && i > 1; i /= 2) {
        b.len = 0;
        letters_answer_frames(&b, t->arena, answers, i / 2);
    }
    return call(t, "/v1/receipts", buf_bytes(&b), 1024, &body, err);
}

/* Something was settled, and it is not what came the last time: else a partner that gives the same for ever would keep us busy. */
static bool is_progress(struct turn *t, bytes body, const struct post_answer answers[], size_t n)
{
    uint8_t digest[HASH_LEN];
    bool settled = false;
    crypto_sha256(digest, body);
    bool again = memcmp(digest, t->link->fetched, HASH_LEN) == 0;
    memcpy(t->link->fetched, digest, HASH_LEN);
    for (size_t i = 0; i < n; i++)
        settled = settled || answers[i].outcome == POST_RECEIPT;
    return settled && !again;
}

static int pull(struct turn *t, enum delivery_result *result, struct err *err)
{
    struct serve_context *c = t->context;
    struct frame *frames;
    bytes body, *letters;
    size_t n = 0;
    int r = call(t, "/v1/letters/waiting", (bytes){NULL, 0}, LETTERS_BODY_MAX, &body, err);
    if (r < 0)
        return r;
    if (frames_read(t->arena, body, POST_BATCH, &frames, &n, err) < 0)
        return not_an_answer(t, err);
    *result = n == 0 ? DELIVERY_EMPTY : frames[0].kind == FRAME_DIRECT ? DELIVERY_DIRECT : DELIVERY_WELL;
    if (*result != DELIVERY_WELL)
        return 0;
    if (letters_of_frames(t->arena, frames, n, &letters, err) < 0)
        return not_an_answer(t, err);
    struct post_answer *answers = arena_array(t->arena, struct post_answer, n);
    r = fetch_large(t, letters, n, err);
    if (r == 0)
        r = letter_receive(c->node, c->kinds, &t->link->partner, letters, n, t->now_ms, t->arena, answers, err);
    if (r == 0)
        r = post_answers(t, answers, n, err);
    if (r == 0 && !is_progress(t, body, answers, n))
        *result = DELIVERY_STUCK;
    return r;
}

/* --- turns --- */

static int (*const steps[])(struct turn *t, enum delivery_result *result, struct err *err) = {
    [DELIVERY_GREET] = greet, [DELIVERY_PART] = send_part, [DELIVERY_BATCH] = send_batch, [DELIVERY_PULL] = pull,
};

/* Once for each change: a partner that is away for a week is one line in the operator's log. */
static void tell(struct turn *t, int r, const struct err *err)
{
    struct link *l = t->link;
    const char *now = r < 0 && r != ERR_RETRY && r != ERR_LIMIT ? err->text : "";
    if (strcmp(now, l->said) == 0)
        return;
    if (t->context->note)
        t->context->note(*now ? str_printf(t->arena, "letters to and from %.*s: %s", STR_ARG(l->partner.name), now).p
                              : str_printf(t->arena, "letters to and from %.*s: well again", STR_ARG(l->partner.name)).p);
    memcpy(l->said, now, strlen(now) + 1);
}

/* What waits for the partner. To one that is suspended goes only what takes back and what keys need, which it takes in ahead of order. */
static int find_due(struct turn *t, struct err *err)
{
    const struct partner *p = &t->link->partner;
    uint64_t from = 0;
    size_t n = 0;
    int r;
    do {
        r = post_due(t->context->node, p, from, POST_BATCH, t->arena, &t->due, &n, err);
        for (size_t i = 0; r == 0 && i < n; i++) {
            from = t->due[i].header.sequence + 1;
            if (p->status == PARTNER_ACTIVE || post_despite_suspension(t->due[i].kind))
                t->due[t->n_due++] = t->due[i];
        }
    } while (r == 0 && t->n_due == 0 && n == POST_BATCH);
    return r;
}

/* 1 when something has moved on and there may be more, else 0, or the error of our own database. */
static int take_turn(struct turn *t, struct err *err)
{
    struct link *l = t->link;
    int r = find_due(t, err);
    if (r < 0)
        return r;
    if (l->partner.status != PARTNER_ACTIVE) {
        if (t->n_due == 0)
            return 0; /* and no other contact */
        l->delivery.pull_ms = t->now_ms + DELIVERY_PULL_DIRECT_MS;
    }
    enum delivery_step step = delivery_next(&l->delivery, t->n_due > 0, t->n_due > 0 && t->due[0].path, t->now_ms);
    if (step == DELIVERY_WAIT)
        return 0;
    struct err trouble = {0};
    enum delivery_result result = DELIVERY_FAILED;
    uint32_t random;
    int64_t began = clock_monotonic_ns();
    r = steps[step](t, &result, &trouble);
    result = r < 0 ? result_of(r) : result;
    crypto_random(&random, sizeof random);
    delivery_happened(&l->delivery, step, result, clock_now_ms(), (clock_monotonic_ns() - began) / 1000000, random);
    tell(t, r, &trouble);
    return r == 0 && (result == DELIVERY_WELL || (step == DELIVERY_PULL && t->n_due > 0));
}

/* --- links --- */

static void link_close(struct link *l)
{
    http_client_close(l->client);
    read_ahead_free(l->ahead);
    arena_free(l->arena);
    free(l);
}

static void state_close(void *state)
{
    struct lane_state *s = state;
    while (s->links) {
        struct link *l = s->links;
        s->links = l->next;
        link_close(l);
    }
    arena_free(s->arena);
    free(s);
}

/* The link to a partner as it is now: a new address or key needs a new connection. */
static int link_of(struct serve_context *c, const struct partner *p, struct link **out, struct err *err)
{
    struct lane_state *s = c->state;
    struct link *l = s->links;
    while (l && memcmp(l->partner.id, p->id, ID_LEN) != 0)
        l = l->next;
    bool fresh = !l;
    if (fresh)
        l = mem_calloc(1, sizeof *l);
    bool moved = fresh || !str_eq(l->partner.address, p->address) || memcmp(l->partner.tls_pin, p->tls_pin, HASH_LEN) != 0;
    if (fresh) {
        l->next = s->links;
        s->links = l;
    }
    if (moved) {
        http_client_close(l->client);
        l->client = NULL;
        l->delivery = (struct delivery){0};
    }
    struct arena *a = arena_new();
    l->partner = partner_copy(a, p);
    arena_free(l->arena);
    l->arena = a;
    *out = l;
    return l->client ? 0 : http_client_open(l->partner.address.p, l->partner.tls_pin, c->identity, &l->client, err);
}

static int deliver(struct serve_context *c, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    struct partner *partners;
    size_t n = 0;
    int more = 0;
    if (!c->state)
        c->state = mem_calloc(1, sizeof(struct lane_state));
    struct lane_state *s = c->state;
    s->arena = s->arena ? s->arena : arena_new();
    int r = partner_list(c->node->db, a, &partners, &n, err);
    for (size_t i = 0; r == 0 && i < n && !serve_stopping(c); i++) {
        struct turn t = {.context = c, .arena = s->arena, .now_ms = now_ms};
        if (partners[i].address.len == 0 || partners[i].status == PARTNER_REVOKED || partners[i].id[0] % c->lanes != c->lane)
            continue;
        arena_reset(s->arena);
        r = link_of(c, &partners[i], &t.link, err);
        if (r == 0)
            r = take_turn(&t, err);
        more |= r > 0;
        r = r > 0 ? 0 : r;
    }
    if (r < 0 || !more) {
        arena_free(s->arena);
        s->arena = NULL;
    }
    arena_free(a);
    return r < 0 ? r : more;
}

const struct serve_job letters_job = {"letters", EVERY_MS, LANES, deliver, state_close};

static int tidy(struct serve_context *c, int64_t now_ms, struct err *err)
{
    return post_tidy(c->node, now_ms, err);
}

const struct serve_job letters_tidy_job = {"letters tidy", TIDY_EVERY_MS, 0, tidy, NULL};
