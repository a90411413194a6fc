#include "trust/serve/people.h"

#include "trust/people/session.h"

#define EVERY_MS (5 * 60 * 1000)

static int tidy(struct serve_context *context, int64_t now_ms, struct err *err)
{
    return session_tidy(context->node, now_ms, err);
}

const struct serve_job people_job = {"people", EVERY_MS, 0, tidy, NULL};
