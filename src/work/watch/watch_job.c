#include "work/watch/watch_job.h"

#include <stdlib.h>

#include "ground/text/when.h"
#include "work/watch/flags.h"
#include "work/watch/watched.h"

#define EVERY_MS 5000
#define HOUR_MS (60 * 60 * 1000)

struct tending { int64_t tidied_ms; size_t from; bool idle; };

static int hourly(struct serve_context *c, struct tending *t, int64_t now_ms, struct err *err)
{
    int64_t n;
    int r = watched_tend(c->node, now_ms, &n, err);
    if (r == 0)
        r = flags_tend(c->node, now_ms, &n, err);
    if (r == 0 && (r = watched_count(c->node, now_ms, err)) == ERR_EXISTS)
        r = 0;
    t->tidied_ms = now_ms;
    t->from = 0; /* a day that went on may be over */
    return r;
}

static int tend(struct serve_context *c, int64_t now_ms, struct err *err)
{
    struct tending *t = c->state;
    bool more;
    if (!keyring_alive(c->node->keys))
        return 0;
    if (!t)
        c->state = t = mem_calloc(1, sizeof *t);
    if (now_ms - t->tidied_ms >= HOUR_MS || now_ms < t->tidied_ms)
        return hourly(c, t, now_ms, err);
    int r = watched_take(c->node, (uint32_t)date_to_days(when_day_in(c->node->time_zone, now_ms)), now_ms, &t->from, &more, err);
    return r < 0 ? r : more;
}

const struct serve_job watch_job = {"watch", EVERY_MS, 0, tend, free};
