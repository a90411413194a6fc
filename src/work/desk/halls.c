#include "work/desk/halls.h"

#include <stdlib.h>
#include <string.h>

#include "ground/text/when.h"
#include "trust/peer/pair.h"
#include "work/desk/day_store.h"
#include "work/desk/holders.h"

struct one { struct one *next; struct hall *hall; struct holders *holders; };

struct halls {
    struct node *node;
    const struct http_identity *identity;
    struct http_identity own; /* read here */
    struct arena *a;          /* of that */
    struct one *first;
};

struct halls *halls_new(struct node *node, const struct http_identity *identity)
{
    struct halls *h = mem_calloc(1, sizeof *h);
    h->node = node;
    h->identity = identity;
    h->a = arena_new();
    return h;
}

static void close_one(struct one *o)
{
    holders_close(o->holders);
    hall_close(o->hall);
    free(o);
}

void halls_free(struct halls *h)
{
    if (!h)
        return;
    while (h->first) {
        struct one *o = h->first;
        h->first = o->next;
        close_one(o);
    }
    if (h->identity == &h->own)
        http_identity_close(&h->own);
    arena_free(h->a);
    free(h);
}

uint32_t halls_today(const struct node *node, int64_t now_ms)
{
    return (uint32_t)date_to_days(when_day_in(node->time_zone, now_ms));
}

static int begun(struct node *node, const uint8_t id[ID_LEN], uint32_t day, struct err *err)
{
    bool it_is;
    int r = day_store_begun(node->db, id, day, &it_is, err);
    return r == 0 && !it_is ? err_set(err, ERR_NOT_FOUND, N_("the hall is not open today")) : r;
}

int halls_open(struct halls *h, const uint8_t id[static ID_LEN], uint32_t day, bool begin, int64_t now_ms, struct hall **out, struct err *err)
{
    struct one **place = &h->first;
    while (*place && memcmp(hall_posted((*place)->hall)->id, id, ID_LEN) != 0)
        place = &(*place)->next;
    struct one *o = *place;
    if (o && hall_day(o->hall) == day) {
        *out = o->hall;
        return hall_follow(o->hall, err);
    }
    if (o) { /* another day of it */
        *place = o->next;
        close_one(o);
    }
    struct hall *hall;
    int r = begin ? 0 : begun(h->node, id, day, err);
    if (r == 0)
        r = hall_open(h->node, id, day, now_ms, &hall, err);
    if (r < 0)
        return r;
    o = mem_calloc(1, sizeof *o);
    o->hall = *out = hall;
    o->next = h->first;
    h->first = o;
    return 0;
}

/* Lines to the holders, once somebody is to be called. */
static int with_holders(struct halls *h, struct one *o, int64_t now_ms, struct err *err)
{
    int r = 0;
    if (!h->identity) {
        r = pair_identity(h->node, h->a, now_ms, &h->own, err);
        h->identity = r == 0 ? &h->own : NULL;
    }
    if (r == 0 && !o->holders)
        r = holders_of_keys(h->node, h->identity, hall_posted(o->hall)->id, hall_day(o->hall), hall_keys(o->hall), &o->holders, err);
    return r;
}

int halls_end(struct halls *h, const uint8_t id[static ID_LEN], uint32_t day, int64_t now_ms, struct err *err)
{
    struct one *o = mem_calloc(1, sizeof *o);
    int r = hall_open(h->node, id, day, now_ms, &o->hall, err);
    if (r == 0 && !hall_closed(o->hall) && !hall_settled(o->hall) && (r = with_holders(h, o, now_ms, err)) == 0)
        r = hall_settle(o->hall, &(struct hall_holders){holders_ask, o->holders}, now_ms, err);
    if (r == 0)
        r = hall_mark(o->hall, true, now_ms, err);
    close_one(o);
    return r;
}

int halls_call(struct halls *h, struct hall *hall, int64_t now_ms, unsigned *calls, struct err *err)
{
    struct one *o = h->first;
    *calls = 0;
    while (o && o->hall != hall)
        o = o->next;
    if (!o)
        return err_set(err, ERR_USAGE, "this hall was not opened here");
    int r = with_holders(h, o, now_ms, err);
    return r < 0 ? r : hall_serve(hall, &(struct hall_holders){holders_ask, o->holders}, now_ms, calls, err);
}
