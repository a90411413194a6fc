/* By the clock: the calls of every hall that is open, a leaf for each minute in which something happened, days that have run as long as they may. */
#include <stdlib.h>
#include <string.h>

#include "work/desk/day_store.h"
#include "work/desk/halls.h"

#define EVERY_MS 100
#define LOOK_EVERY_MS 5000 /* for halls that are new, or began their day in another process */

struct tending {
    struct halls *halls;
    struct arena *a; /* of what follows; from one look to the next */
    struct at { uint8_t id[ID_LEN]; bool begun; int64_t marked_ms; } *at;
    size_t n;
    int64_t looked_ms;
};

static void close_tending(void *state)
{
    struct tending *t = state;
    if (!t)
        return;
    halls_free(t->halls);
    arena_free(t->a);
    free(t);
}

static int64_t marked_before(const struct at *at, size_t n, const uint8_t id[ID_LEN])
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(at[i].id, id, ID_LEN) == 0)
            return at[i].marked_ms;
    return 0;
}

/* Its newest day is open; or was handed over a moment ago, and the one of today has not begun: whoever did that was cut off. */
static int goes_on(struct node *node, const uint8_t id[ID_LEN], uint32_t today, bool *out, struct err *err)
{
    struct day_before newest;
    int r = day_book_before(node, id, INT64_MAX, &newest, err);
    *out = r == 0 && newest.there && (!newest.mark.closed || (newest.mark.handed && newest.day < today && newest.day + 2 >= today));
    return r;
}

static int look(struct node *node, struct tending *t, uint32_t today, struct err *err)
{
    struct arena *a = arena_new();
    struct hall_setup *setups;
    size_t n;
    int r = hall_list(node->db, a, &setups, &n, err);
    struct at *at = r == 0 ? arena_array(a, struct at, n) : NULL;
    for (size_t i = 0; r == 0 && i < n; i++) {
        memcpy(at[i].id, setups[i].id, ID_LEN);
        at[i].marked_ms = marked_before(t->at, t->n, at[i].id);
        r = goes_on(node, at[i].id, today, &at[i].begun, err);
    }
    if (r < 0) {
        arena_free(a);
        return r;
    }
    arena_free(t->a);
    t->a = a;
    t->at = at;
    t->n = n;
    return 0;
}

/* A day that has run as long as it may goes over into the next; one in which nobody has pressed anything for hours, or nothing ever happened, is over. */
static int end_day(struct tending *t, struct hall *hall, uint32_t today, int64_t now_ms, struct err *err)
{
    struct hall *next;
    struct err why = {0};
    if (hall_quiet(hall, now_ms))
        return halls_end(t->halls, hall, now_ms, err);
    int r = hall_day(hall) < today ? halls_hand_over(t->halls, hall, now_ms, &next, &why) : 0;
    return r == ERR_DENIED || r == ERR_NOT_FOUND ? hall_hand_over(hall, now_ms, err) : r < 0 ? (*err = why, r) : 0; /* without keys it waits for them */
}

static int tend_hall(struct tending *t, struct at *at, uint32_t today, int64_t now_ms, struct err *err)
{
    struct hall *hall;
    unsigned calls;
    int r = halls_open(t->halls, at->id, true, now_ms, &hall, err);
    if (r < 0 || hall_closed(hall))
        return r == ERR_NOT_FOUND || r == ERR_DENIED ? 0 : r; /* handed over, and its keys do not draw yet */
    if (hall_lapsed(hall, now_ms) || (hall_day(hall) + 1 < today && !line_totals(hall_line(hall))->tickets && hall_quiet(hall, now_ms)))
        return end_day(t, hall, today, now_ms, err);
    const int called = halls_call(t->halls, hall, now_ms, &calls, err);
    if (now_ms - at->marked_ms < DAY_LEAF_EVERY_MS && now_ms >= at->marked_ms)
        return called;
    struct err why = {0};
    r = hall_mark(hall, false, now_ms, called < 0 ? &why : err); /* dated also while nobody is called */
    at->marked_ms = now_ms;
    return called < 0 ? called : r;
}

static int tend(struct serve_context *c, int64_t now_ms, struct err *err)
{
    struct tending *t = c->state;
    const uint32_t today = halls_today(c->node, now_ms);
    int r = 0;
    if (!keyring_alive(c->node->keys))
        return 0;
    if (!t) {
        c->state = t = mem_calloc(1, sizeof *t);
        t->halls = halls_new(c->node, c->identity);
        t->a = arena_new();
    }
    if (now_ms - t->looked_ms >= LOOK_EVERY_MS || now_ms < t->looked_ms) {
        r = look(c->node, t, today, err);
        t->looked_ms = now_ms;
    }
    for (size_t i = 0; i < t->n; i++) {
        struct err why = {0};
        const int one = t->at[i].begun ? tend_hall(t, &t->at[i], today, now_ms, &why) : 0;
        if (one < 0 && r == 0) { /* the others go on */
            r = one;
            *err = why;
        }
    }
    return r;
}

const struct serve_job halls_job = {"halls", EVERY_MS, 0, tend, close_tending};
