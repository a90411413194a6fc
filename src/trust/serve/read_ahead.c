#include "trust/serve/read_ahead.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ground/base/bulk.h"

struct piece {
    struct arena *arena; /* for the bytes alone: so its one block is used again each time */
    char *path;
    uint64_t offset;
    size_t max;
    bytes got;
    int why; /* errno; 0: read */
};

struct read_ahead {
    struct piece now, next; /* next is the thread's while it runs */
    pthread_t thread;
    bool runs;
};

static void *fill(void *arg)
{
    struct piece *p = arg;
    p->why = !p->path ? ENOMEM : bulk_read(p->arena, p->path, p->offset, p->max, &p->got) < 0 ? errno : 0;
    return NULL;
}

static void ask(struct piece *p, const char *path, uint64_t offset, size_t max)
{
    struct arena *a = p->arena ? p->arena : arena_new();
    arena_reset(a);
    if (!p->path || strcmp(p->path, path) != 0) {
        free(p->path);
        p->path = strdup(path);
    }
    *p = (struct piece){.arena = a, .path = p->path, .offset = offset, .max = max};
}

struct read_ahead *read_ahead_new(void)
{
    return mem_calloc(1, sizeof(struct read_ahead));
}

static void wait_for(struct read_ahead *r)
{
    if (r->runs)
        pthread_join(r->thread, NULL);
    r->runs = false;
}

int read_ahead(struct read_ahead *r, const char *path, uint64_t offset, size_t max, bytes *out, struct err *err)
{
    const bool begun = r->runs;
    const struct piece spare = r->now;
    wait_for(r);
    r->now = r->next;
    r->next = spare;
    if (!begun || !r->now.path || strcmp(r->now.path, path) != 0 || r->now.offset != offset || r->now.max < max || r->now.why) {
        ask(&r->now, path, offset, max);
        fill(&r->now);
    }
    if (r->now.why)
        return err_errno(err, ERR_CORRUPT, r->now.why, "the file of a large letter that is still to be delivered cannot be read");
    *out = (bytes){r->now.got.p, r->now.got.len < max ? r->now.got.len : max};
    if (out->len == max) {
        ask(&r->next, path, offset + max, max);
        r->runs = pthread_create(&r->thread, NULL, fill, &r->next) == 0;
    }
    return 0;
}

void read_ahead_free(struct read_ahead *r)
{
    if (!r)
        return;
    wait_for(r);
    arena_free(r->now.arena);
    arena_free(r->next.arena);
    free(r->now.path);
    free(r->next.path);
    free(r);
}
