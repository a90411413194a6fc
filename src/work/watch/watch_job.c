#include "work/watch/watch_job.h"

#include "work/watch/watched.h"

#define EVERY_MS (60 * 60 * 1000)

static int tend(struct serve_context *c, int64_t now_ms, struct err *err)
{
    int64_t n;
    return watched_tend(c->node, now_ms, &n, err);
}

const struct serve_job watch_job = {"watch", EVERY_MS, 0, tend, NULL};
