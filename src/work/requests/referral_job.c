#include "work/requests/referral_job.h"

#include "work/requests/referral.h"

#define EVERY_MS (5 * 1000)

static void close_names(void *state)
{
    names_close(state);
}

static int tend(struct serve_context *c, int64_t now_ms, struct err *err)
{
    int64_t n;
    if (!keyring_alive(c->node->keys))
        return 0;
    if (!c->state) {
        struct names *names;
        int r = names_open(&names, err);
        if (r < 0)
            return r;
        c->state = names;
    }
    return referrals_tend(c->node, c->state, now_ms, &n, err);
}

const struct serve_job referrals_job = {"referrals", EVERY_MS, 0, tend, close_names};
