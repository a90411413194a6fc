#include "trust/serve/index_job.h"

#include <stdlib.h>
#include <string.h>

#include "trust/act/past.h"
#include "trust/match/index.h"
#include "trust/peer/partner.h"

#define LOOK_EVERY_MS 2000
#define QUIET_MS 2000               /* an import writes part after part */
#define WAIT_MAX_MS (10 * 60 * 1000)
#define GAP_MS 20000                /* between two runs at least */
#define SHARE 30                    /* and so many times as long as the last one took */

bool index_due(const struct index_wish *w, int64_t now_ms)
{
    bool quiet = now_ms - w->newest_ms >= QUIET_MS || w->newest_ms > now_ms; /* a clock that was set back keeps nobody waiting */
    bool long_enough = w->since_ms && now_ms - w->since_ms >= WAIT_MAX_MS;
    int64_t gap = w->took_ms * SHARE > GAP_MS ? w->took_ms * SHARE : GAP_MS;
    bool rested = w->ended_ms == 0 || now_ms - w->ended_ms >= gap || w->ended_ms > now_ms;
    return w->fresh && (quiet || long_enough) && rested;
}

struct indexing {
    struct names *names;
    int64_t upto;           /* leaves before this one are in the maps */
    struct index_wish wish;
};

static void close_indexing(void *state)
{
    struct indexing *x = state;
    if (x)
        names_close(x->names);
    free(x);
}

/* What changes a record that partners may ask about, or who may ask. */
static const enum verb changing[] = {VERB_IMPORT, VERB_FILE_NEW, VERB_FILE_WRITE, VERB_DECISION, VERB_ERASE, VERB_DECOY, VERB_PAIR, VERB_PARTNER};

static int see_what_is_new(struct serve_context *c, struct indexing *x, int64_t now_ms, struct err *err)
{
    int64_t leaf, at_ms;
    uint32_t epoch;
    struct err none = {0};
    int r = 0;
    x->wish.newest_ms = 0;
    x->wish.fresh = index_current(c->node, &epoch, &none) < 0 || epoch != index_epoch(now_ms);
    for (size_t i = 0; r == 0 && i < sizeof changing / sizeof changing[0]; i++) {
        r = past_newest(c->node->db, verbs[changing[i]].name, &leaf, &at_ms, err);
        if (r < 0 || leaf < x->upto)
            continue;
        x->wish.fresh = true;
        if (at_ms > x->wish.newest_ms)
            x->wish.newest_ms = at_ms;
    }
    if (!x->wish.fresh)
        x->wish.since_ms = 0;
    else if (!x->wish.since_ms)
        x->wish.since_ms = now_ms;
    return r;
}

static int active_partners(struct node *node, struct arena *a, struct index_partner **out, size_t *n, struct err *err)
{
    struct partner *all;
    size_t n_all;
    int r = partner_list(node->db, a, &all, &n_all, err);
    *n = 0;
    if (r < 0)
        return r;
    *out = arena_array(a, struct index_partner, n_all);
    for (size_t i = 0; i < n_all; i++)
        if (all[i].status == PARTNER_ACTIVE)
            memcpy((*out)[(*n)++].id, all[i].id, ID_LEN);
    return 0;
}

static int build(struct serve_context *c, struct indexing *x, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    struct index_partner *partners;
    struct index_stats stats;
    const struct index_options options = {.epoch = index_epoch(now_ms), .actor = &act_node, .now_ms = now_ms};
    size_t n;
    int64_t size, start = clock_monotonic_ns();
    int r = log_size(c->node->log, c->node->db, &size, err);
    if (r == 0)
        r = active_partners(c->node, a, &partners, &n, err);
    if (r == 0 && n > 0) /* whoever has no partner needs no maps */
        r = index_build(c->node, x->names, partners, n, &options, &stats, err);
    if (r == 0) {
        x->upto = size;
        x->wish.ended_ms = n ? clock_now_ms() : 0;
        x->wish.took_ms = (clock_monotonic_ns() - start) / 1000000;
    }
    arena_free(a);
    return r == ERR_EXISTS ? 0 : r; /* somebody runs comity index: what that leaves out is done next time */
}

/* Where a run before this one ended: what was written while it ran is looked at again at the next change. */
static int begin(struct serve_context *c, struct err *err)
{
    struct indexing *x = mem_calloc(1, sizeof *x);
    int64_t leaf, at_ms;
    int r = names_open(&x->names, err);
    if (r == 0)
        r = past_newest(c->node->db, verbs[VERB_INDEX].name, &leaf, &at_ms, err);
    if (r < 0) {
        close_indexing(x);
        return r;
    }
    x->upto = leaf + 1;
    c->state = x;
    return 0;
}

static int run(struct serve_context *c, int64_t now_ms, struct err *err)
{
    bool read_only;
    struct err why;
    int r = c->state ? 0 : begin(c, err);
    struct indexing *x = c->state;
    if (r == 0)
        r = see_what_is_new(c, x, now_ms, err);
    if (r < 0 || !index_due(&x->wish, now_ms))
        return r;
    r = act_read_only(c->node, now_ms, &read_only, &why, err);
    return r < 0 || read_only || !keyring_alive(c->node->keys) ? r : build(c, x, now_ms, err);
}

const struct serve_job index_job = {"index", LOOK_EVERY_MS, 0, run, close_indexing};
