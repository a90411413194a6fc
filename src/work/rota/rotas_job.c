#include "work/rota/rotas_job.h"

#include <stdlib.h>
#include <string.h>

#include "ground/text/when.h"
#include "work/desk/holders.h"
#include "work/rota/rotas.h"

#define EVERY_MS 1000

struct asked { struct serve_context *context; struct holders *holders; uint8_t hall[ID_LEN]; uint32_t day; };

/* Holders of the hall and day of the draw; kept while the same are asked. */
static int ask(void *arg, const struct draw *draw, bytes known, struct draw_answers *answers, struct err *err)
{
    struct asked *w = arg;
    int r = 0;
    if (!w->holders || w->day != draw->day || memcmp(w->hall, draw->hall, ID_LEN) != 0) {
        holders_close(w->holders);
        w->holders = NULL;
        r = holders_open(w->context->node, w->context->identity, draw->hall, draw->day, &w->holders, err);
        w->day = draw->day;
        memcpy(w->hall, draw->hall, ID_LEN);
    }
    return r < 0 ? r : holders_ask(w->holders, draw, known, answers, err);
}

static int tend(struct serve_context *c, int64_t now_ms, struct err *err)
{
    struct asked w = {.context = c};
    const struct hall_holders holders = {ask, &w};
    struct rotas_clock clock = {now_ms, date_to_days(when_day_in(c->node->time_zone, now_ms)), when_minute_in(c->node->time_zone, now_ms)};
    int *done = c->state; /* the minute for which counters were looked at */
    bool more;
    if (!done) {
        c->state = done = mem_calloc(1, sizeof *done);
        *done = -1;
    }
    const int minute = clock.minute;
    clock.minute = minute == *done ? -1 : minute;
    int r = rotas_tend(c->node, &holders, &clock, &more, err);
    holders_close(w.holders);
    *done = r == 0 && !more ? minute : -1;
    return r < 0 ? r : more;
}

static void close_state(void *state)
{
    free(state);
}

const struct serve_job rotas_job = {"rotas", EVERY_MS, 0, tend, close_state};

/* On a thread of its own: while it searches for minutes, counters are drawn at the hour. */
static int make(struct serve_context *c, int64_t now_ms, struct err *err)
{
    bool more;
    int r = rotas_make(c->node, now_ms, c->stopping, &more, err);
    return r < 0 ? r : more;
}

const struct serve_job rotas_search_job = {"rotas made", EVERY_MS, 0, make, NULL};
