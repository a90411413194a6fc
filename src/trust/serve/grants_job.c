#include "trust/grant/grant.h"
#include "trust/serve/grants.h"

#define EVERY_MS (20 * 1000)

static int expire(struct serve_context *c, int64_t now_ms, struct err *err)
{
    int64_t n;
    int r = grant_expire(c->node, now_ms, &n, err);
    if (r < 0)
        return r;
    r = grant_tidy(c->node, err);
    return r == ERR_RETRY ? 0 : r; /* busy: the next time */
}

const struct serve_job grants_job = {"grants", EVERY_MS, 0, expire, NULL};
