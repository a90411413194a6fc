#include "ground/report/render.h"

#include "ground/proc/helper.h"

static const struct helper_program program = {"comity-render", "COMITY_RENDER"};

int render_open(struct render **out, struct err *err)
{
    struct helper *h;
    int r = helper_open(&program, &h, err);
    if (r == 0)
        *out = (struct render *)h;
    return r;
}

int render_step(struct render *r, bytes *description, bool last, uint8_t *to, size_t max, size_t *got, struct err *err)
{
    return helper_step((struct helper *)r, description, last, to, max, got, err);
}

void render_close(struct render *r)
{
    helper_close((struct helper *)r);
}
