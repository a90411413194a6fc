#include "work/shield/shield_job.h"

#include "work/shield/check.h"

#define EVERY_MS (15 * 1000)

static bool stopping(void *arg)
{
    return serve_stopping(arg);
}

static void close_names(void *state)
{
    names_close(state);
}

static int tend_and_watch(struct serve_context *c, int64_t now_ms, struct err *err)
{
    struct shield_asker who = {.node = c->node, .identity = c->identity, .actor = &act_node, .stopping = stopping, .stopping_arg = c};
    struct err why;
    bool read_only;
    size_t n;
    int r = act_read_only(c->node, now_ms, &read_only, &why, err);
    if (r < 0 || !keyring_alive(c->node->keys))
        return r;
    if (!read_only) /* a case can be stopped all the same: what partners' maps say is seen without asking */
        r = shield_tend(c->node, now_ms, &n, err);
    if (r == 0 && !c->state) {
        struct names *names;
        r = names_open(&names, err);
        c->state = r == 0 ? names : NULL;
    }
    who.names = c->state;
    return r == 0 ? shield_watch(&who, now_ms, &n, err) : r;
}

const struct serve_job shield_job = {"shield", EVERY_MS, 0, tend_and_watch, close_names};
