#include "ground/http/conns.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define TICK_MS 500

struct conns {
    pthread_mutex_t lock;
    pthread_cond_t stop_cond;
    pthread_t watchdog;
    bool stopping;
    struct conn *first;
};

static void shut_the_late(struct conns *cs, int64_t now_ns)
{
    for (struct conn *c = cs->first; c; c = c->after)
        if (now_ns > c->deadline_ns)
            shutdown(c->fd, SHUT_RDWR); /* the server's own thread then sees the end and closes it */
}

static void *watch(void *arg)
{
    struct conns *cs = arg;
    pthread_mutex_lock(&cs->lock);
    while (!cs->stopping) {
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        t.tv_nsec += TICK_MS * 1000000L;
        t.tv_sec += t.tv_nsec / 1000000000L;
        t.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&cs->stop_cond, &cs->lock, &t);
        shut_the_late(cs, clock_monotonic_ns());
    }
    pthread_mutex_unlock(&cs->lock);
    return NULL;
}

int conns_open(struct conns **out, struct err *err)
{
    struct conns *cs = mem_calloc(1, sizeof *cs);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&cs->stop_cond, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&cs->lock, NULL);
    int r = pthread_create(&cs->watchdog, NULL, watch, cs);
    if (r != 0) {
        free(cs);
        return err_errno(err, ERR_IO, r, "the connection watchdog cannot be started");
    }
    *out = cs;
    return 0;
}

void conns_close(struct conns *cs)
{
    pthread_mutex_lock(&cs->lock);
    cs->stopping = true;
    pthread_cond_signal(&cs->stop_cond);
    pthread_mutex_unlock(&cs->lock);
    pthread_join(cs->watchdog, NULL);
    pthread_cond_destroy(&cs->stop_cond);
    pthread_mutex_destroy(&cs->lock);
    free(cs);
}

/* New ones stand in front, so the last stranger is the oldest. */
static void shut_the_oldest_stranger(struct conns *cs)
{
    struct conn *oldest = NULL;
    size_t n = 0;
    for (struct conn *c = cs->first; c; c = c->after)
        if (!c->has_peer && !c->shut) {
            oldest = c;
            n++;
        }
    if (n <= CONNS_STRANGERS_MAX)
        return;
    oldest->shut = true;
    shutdown(oldest->fd, SHUT_RDWR);
}

static int64_t deadline(unsigned seconds)
{
    return clock_monotonic_ns() + (int64_t)seconds * 1000000000;
}

struct conn *conns_add(struct conns *cs, int fd, unsigned seconds)
{
    struct conn *c = mem_calloc(1, sizeof *c);
    c->fd = fd;
    c->deadline_ns = deadline(seconds);
    pthread_mutex_lock(&cs->lock);
    c->after = cs->first;
    if (cs->first)
        cs->first->before = c;
    cs->first = c;
    shut_the_oldest_stranger(cs);
    pthread_mutex_unlock(&cs->lock);
    return c;
}

void conns_remove(struct conns *cs, struct conn *c)
{
    pthread_mutex_lock(&cs->lock);
    if (c->before)
        c->before->after = c->after;
    else
        cs->first = c->after;
    if (c->after)
        c->after->before = c->before;
    pthread_mutex_unlock(&cs->lock);
    free(c);
}

void conns_allow(struct conns *cs, struct conn *c, unsigned seconds)
{
    pthread_mutex_lock(&cs->lock);
    c->deadline_ns = deadline(seconds);
    pthread_mutex_unlock(&cs->lock);
}

size_t conns_identify(struct conns *cs, struct conn *c, const uint8_t peer[static HTTP_PIN_LEN])
{
    size_t n = 0;
    pthread_mutex_lock(&cs->lock);
    memcpy(c->peer, peer, HTTP_PIN_LEN);
    c->has_peer = true;
    for (const struct conn *each = cs->first; each; each = each->after)
        n += each->has_peer && memcmp(each->peer, peer, HTTP_PIN_LEN) == 0;
    pthread_mutex_unlock(&cs->lock);
    return n;
}
