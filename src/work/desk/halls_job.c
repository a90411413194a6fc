/* By the clock: the calls of every hall that is open today, a leaf for each minute in which something happened, days that are over. */
#include <stdlib.h>
#include <string.h>

#include "work/desk/day_store.h"
#include "work/desk/halls.h"

#define EVERY_MS 100
#define DAYS_BACK 14
#define LOOK_EVERY_MS 5000 /* for halls that are new, or began their day in another process */

struct tending {
    struct halls *halls;
    struct arena *a; /* of what follows; from one look to the next */
    struct at { uint8_t id[ID_LEN]; bool begun; int64_t marked_ms; } *at;
    size_t n;
    int64_t looked_ms;
    uint32_t ended; /* all days before it are shut */
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
        r = day_store_begun(node->db, at[i].id, today, &at[i].begun, err);
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

/* A day that is over is shut, whoever still waits: it is read once more for that. A draw that was open when the node stopped is made before. */
static int end_day(struct node *node, struct tending *t, uint32_t day, int64_t now_ms, struct err *err)
{
    int r = 0;
    for (size_t i = 0; i < t->n; i++) {
        struct err why = {0};
        bool open;
        int one = day_book_goes_on(node, t->at[i].id, day, &open, &why);
        if (one == 0 && open)
            one = halls_end(t->halls, t->at[i].id, day, now_ms, &why);
        if (one < 0 && r == 0) { /* the others are shut */
            r = one;
            *err = why;
        }
    }
    return r;
}

/* Those before today: after a start also older ones, since the node may have been off. */
static int end_days(struct node *node, struct tending *t, uint32_t today, int64_t now_ms, struct err *err)
{
    uint32_t day = t->ended ? t->ended : today - DAYS_BACK;
    int r = 0;
    for (; r == 0 && day < today; day++)
        r = end_day(node, t, day, now_ms, err);
    if (r == 0)
        t->ended = today;
    return r;
}

static int tend_hall(struct tending *t, struct at *at, uint32_t today, int64_t now_ms, struct err *err)
{
    struct hall *hall;
    unsigned calls;
    int r = halls_open(t->halls, at->id, today, false, now_ms, &hall, err);
    if (r < 0 || hall_closed(hall))
        return r;
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
        if (r == 0 && t->ended < today)
            r = end_days(c->node, t, today, now_ms, err);
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
