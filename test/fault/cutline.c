/* cutline: a bad line between two nodes: a TCP relay that refuses, delays and cuts connections. TLS stays end to end.
 *
 *     cutline TO-PORT SEED REFUSE-PERCENT CUT-PERCENT BYTES DELAY-MS
 *
 * Listens on a port of 127.0.0.1 that it prints ("ready PORT") and relays to TO-PORT. Of the connections REFUSE percent are
 * closed at once; CUT percent are cut after some number of bytes up to BYTES, counted over both directions, so that some die
 * before the request is through and some after it took effect but before its answer is; each piece waits up to DELAY-MS.
 * The chances follow from SEED and the order of connections. Ends with its standard input.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS 64
#define PIECE 4096

struct direction {
    uint8_t piece[PIECE];
    size_t len, sent;
    int64_t due_ms;
    bool ended; /* the one who sends has closed */
};

struct connection {
    int fd[2]; /* who called, and the node; -1: the slot is free */
    struct direction way[2];
    int64_t left; /* bytes until the cut; < 0: no cut */
};

struct line {
    struct connection connections[CONNECTIONS];
    int listener;
    uint16_t to;
    uint64_t chance;
    long refuse, cut, bytes, delay_ms;
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* xorshift64*: below n */
static long draw(struct line *l, long n)
{
    l->chance ^= l->chance >> 12;
    l->chance ^= l->chance << 25;
    l->chance ^= l->chance >> 27;
    return n > 0 ? (long)((l->chance * 2685821657736338717ULL >> 33) % (uint64_t)n) : 0;
}

static void drop(struct connection *c)
{
    const struct linger at_once = {1, 0}; /* a reset, not a farewell */
    for (int i = 0; i < 2; i++) {
        if (c->fd[i] < 0)
            continue;
        setsockopt(c->fd[i], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(c->fd[i]);
        c->fd[i] = -1;
    }
}

static struct sockaddr_in local(uint16_t port)
{
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
}

static void take(struct line *l)
{
    struct connection *c = l->connections;
    int fd = accept(l->listener, NULL, NULL);
    if (fd < 0)
        return;
    while (c < l->connections + CONNECTIONS && c->fd[0] >= 0)
        c++;
    bool refused = draw(l, 100) < l->refuse, cut = draw(l, 100) < l->cut;
    long after = draw(l, l->bytes);
    if (refused || c == l->connections + CONNECTIONS) {
        close(fd);
        return;
    }
    struct sockaddr_in to = local(l->to);
    memset(c, 0, sizeof *c);
    c->fd[0] = fd;
    c->fd[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    c->left = cut ? after : -1;
    if (c->fd[1] < 0 || connect(c->fd[1], (struct sockaddr *)&to, sizeof to) < 0)
        drop(c);
}

/* Moves what can be moved from fd[from] to the other side. False: the connection is over. */
static bool move(struct line *l, struct connection *c, int from, bool readable, int64_t now)
{
    struct direction *w = &c->way[from];
    if (w->len == 0 && readable) {
        ssize_t n = recv(c->fd[from], w->piece, sizeof w->piece, MSG_DONTWAIT);
        if (n < 0 && errno != EAGAIN)
            return false;
        w->ended = n == 0;
        if (n == 0)
            shutdown(c->fd[!from], SHUT_WR);
        if (n > 0) {
            w->len = (size_t)n;
            w->due_ms = now + draw(l, l->delay_ms + 1);
        }
    }
    if (w->len == 0 || now < w->due_ms)
        return true;
    size_t want = w->len - w->sent;
    if (c->left >= 0 && (int64_t)want > c->left)
        want = (size_t)c->left;
    ssize_t n = want ? send(c->fd[!from], w->piece + w->sent, want, MSG_DONTWAIT | MSG_NOSIGNAL) : 0;
    if (n < 0 && errno != EAGAIN)
        return false;
    if (n > 0)
        w->sent += (size_t)n;
    if (c->left >= 0 && (c->left -= n > 0 ? n : 0) == 0)
        return false;
    if (w->sent == w->len)
        w->len = w->sent = 0;
    return true;
}

static void relay(struct line *l)
{
    struct pollfd p[2 + 2 * CONNECTIONS] = {{.fd = l->listener, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    for (;;) {
        bool waiting = false;
        for (int i = 0; i < 2 * CONNECTIONS; i++) {
            struct connection *c = &l->connections[i / 2];
            const struct direction *w = &c->way[i % 2];
            bool reads = c->fd[0] >= 0 && w->len == 0 && !w->ended;
            waiting = waiting || (c->fd[0] >= 0 && w->len > 0);
            p[2 + i] = (struct pollfd){.fd = reads ? c->fd[i % 2] : -1, .events = POLLIN};
        }
        if (poll(p, 2 + 2 * CONNECTIONS, waiting ? 1 : -1) < 0 && errno != EINTR)
            return;
        if (p[1].revents)
            return;
        int64_t now = now_ms();
        for (int i = 0; i < CONNECTIONS; i++) {
            struct connection *c = &l->connections[i];
            if (c->fd[0] < 0)
                continue;
            bool on = move(l, c, 0, p[2 + 2 * i].revents, now) && move(l, c, 1, p[3 + 2 * i].revents, now);
            if (!on || (c->way[0].ended && c->way[1].ended))
                drop(c);
        }
        if (p[0].revents)
            take(l);
    }
}

int main(int argc, char **argv)
{
    static struct line l;
    if (argc != 7) {
        fprintf(stderr, "usage: cutline TO-PORT SEED REFUSE-PERCENT CUT-PERCENT BYTES DELAY-MS\n");
        return 2;
    }
    l.to = (uint16_t)strtoul(argv[1], NULL, 10);
    l.chance = strtoull(argv[2], NULL, 10) * 2 + 88172645463325253ULL;
    l.refuse = strtol(argv[3], NULL, 10);
    l.cut = strtol(argv[4], NULL, 10);
    l.bytes = strtol(argv[5], NULL, 10);
    l.delay_ms = strtol(argv[6], NULL, 10);
    for (int i = 0; i < CONNECTIONS; i++)
        l.connections[i].fd[0] = l.connections[i].fd[1] = -1;
    signal(SIGPIPE, SIG_IGN);
    struct sockaddr_in at = local(0);
    socklen_t len = sizeof at;
    l.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (l.listener < 0 || bind(l.listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(l.listener, CONNECTIONS) < 0 ||
        getsockname(l.listener, (struct sockaddr *)&at, &len) < 0) {
        perror("cutline");
        return 1;
    }
    printf("ready %u\n", ntohs(at.sin_port));
    fflush(stdout);
    relay(&l);
    return 0;
}
