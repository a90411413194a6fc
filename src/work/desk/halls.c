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

/* Which day of a hall it is now: *there false, none was begun today and none goes on. */
static int day_of(struct node *node, const uint8_t id[ID_LEN], int64_t now_ms, uint32_t *day, bool *there, struct err *err)
{
    const uint32_t today = halls_today(node, now_ms);
    struct day_before newest;
    int r = day_store_newest(node->db, id, INT64_MAX, day, there, err);
    if (r < 0 || !*there || *day >= today)
        return r;
    r = day_book_before(node, id, INT64_MAX, &newest, err);
    *there = r == 0 && !newest.mark.closed;
    return r;
}

int halls_open(struct halls *h, const uint8_t id[static ID_LEN], bool begin, int64_t now_ms, struct hall **out, struct err *err)
{
    struct one **place = &h->first;
    struct hall *hall;
    uint32_t day;
    bool there;
    int r = day_of(h->node, id, now_ms, &day, &there, err);
    if (r < 0 || (!there && !begin))
        return r < 0 ? r : err_set(err, ERR_NOT_FOUND, N_("the hall is not open today"));
    if (!there)
        day = halls_today(h->node, now_ms);
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

/* A draw that is open is made before its day ends, also when the node stopped in between. */
static int settle(struct halls *h, struct hall *hall, int64_t now_ms, struct err *err)
{
    struct one *o = h->first;
    int r = hall_follow(hall, err);
    while (o && o->hall != hall)
        o = o->next;
    if (r < 0 || !o || hall_closed(hall) || hall_settled(hall))
        return r;
    r = with_holders(h, o, now_ms, err);
    return r < 0 ? r : hall_settle(hall, &(struct hall_holders){holders_ask, o->holders}, now_ms, err);
}

int halls_end(struct halls *h, struct hall *hall, int64_t now_ms, struct err *err)
{
    int r = settle(h, hall, now_ms, err);
    return r < 0 ? r : hall_mark(hall, true, now_ms, err);
}

int halls_hand_over(struct halls *h, struct hall *hall, int64_t now_ms, struct hall **out, struct err *err)
{
    const uint32_t today = halls_today(h->node, now_ms);
    uint8_t id[ID_LEN];
    int64_t leaf, since_ms;
    memcpy(id, hall_posted(hall)->id, ID_LEN);
    int r = hall_day(hall) >= today ? err_set(err, ERR_DENIED, N_("this day began today: from midnight on it can be handed over to the next one")) : 0;
    if (r == 0)
        r = day_store_keys(h->node->db, id, today, now_ms - DAY_KEYS_AHEAD_MS, &leaf, &since_ms, err);
    if (r == 0)
        r = settle(h, hall, now_ms, err);
    if (r == 0)
        r = hall_hand_over(hall, now_ms, err);
    if (r == 0)
        r = halls_open(h, id, true, now_ms, out, err);
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
