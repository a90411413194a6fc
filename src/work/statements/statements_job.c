/* By the clock: what came is checked. */
#include "trust/serve/jobs.h"
#include "work/statements/statement_give.h"

#define EVERY_MS 250 /* somebody may wait for it; costs a look into an index when nothing came */

static int examine(struct serve_context *c, int64_t now_ms, struct err *err)
{
    int64_t n;
    return statements_examine(c->node, now_ms, &n, err);
}

const struct serve_job statements_job = {"statements", EVERY_MS, 0, examine, NULL};
