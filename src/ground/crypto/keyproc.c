#include "ground/crypto/keyproc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ground/crypto/keyfile.h"
#include "ground/crypto/keyproto.h"
#include "ground/proc/sandbox.h"

#define THREADS_MAX 64 /* connections at a time; more wait */
#define POLL_MS 500
#define LOCK_PATIENCE_NS 500000000L /* for computations that are running when the keys are locked */

struct server {
    struct key_core *core;      /* NULL: none could be had */
    struct err without;         /* then why */
    uid_t owner;
    pthread_rwlock_t using;     /* held for reading while the keys are used, for writing when they are wiped */
    atomic_llong asked_ms;      /* when somebody asked last: a clock that nobody sets */
    atomic_uint connections;
};

struct connection { struct server *server; int fd; };

static int64_t now_ms(void)
{
    return clock_monotonic_ns() / 1000000;
}

static bool read_fully(int fd, uint8_t *to, size_t len)
{
    while (len > 0) {
        ssize_t n = read(fd, to, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        to += n;
        len -= (size_t)n;
    }
    return true;
}

static bool write_fully(int fd, const uint8_t *from, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, from, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        from += n;
        len -= (size_t)n;
    }
    return true;
}

/* One request is read with one call when it is small: the length is taken from what came. */
static bool read_request(int fd, uint8_t *buffer, size_t *len)
{
    ssize_t n;
    do
        n = read(fd, buffer, 4 + KEYPROTO_REQUEST_MAX);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return false;
    size_t have = (size_t)n;
    if (have < 4) {
        if (!read_fully(fd, buffer + have, 4 - have))
            return false;
        have = 4;
    }
    *len = get_u32be(buffer);
    return *len <= KEYPROTO_REQUEST_MAX && have <= 4 + *len && read_fully(fd, buffer + have, 4 + *len - have);
}

static uint8_t *map_buffer(size_t len)
{
    void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* Wipes the keys, unless something computes with them for too long: the process ends in any case, and its memory with it. */
static void wipe(struct server *s)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += LOCK_PATIENCE_NS;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    if (pthread_rwlock_timedwrlock(&s->using, &until) == 0)
        key_core_free(s->core);
}

static void *answer_connection(void *arg)
{
    struct connection *c = arg;
    struct server *s = c->server;
    uint8_t *in = map_buffer(4 + KEYPROTO_REQUEST_MAX), *out = map_buffer(KEYPROTO_ANSWER_MAX);
    size_t len;
    bool lock = false;
    while (in && out && !lock && read_request(c->fd, in, &len)) {
        atomic_store(&s->asked_ms, now_ms());
        pthread_rwlock_rdlock(&s->using);
        size_t answer = key_answer(s->core, &s->without, (bytes){in + 4, len}, out, &lock);
        pthread_rwlock_unlock(&s->using);
        if (lock)
            wipe(s); /* before it is said */
        bool sent = write_fully(c->fd, out, answer);
        crypto_wipe(in, 4 + len);
        crypto_wipe(out, answer);
        if (lock)
            _exit(0);
        if (!sent)
            break;
    }
    close(c->fd);
    if (in)
        munmap(in, 4 + KEYPROTO_REQUEST_MAX);
    if (out)
        munmap(out, KEYPROTO_ANSWER_MAX);
    free(c);
    atomic_fetch_sub(&s->connections, 1);
    return NULL;
}

static void start_connection(struct server *s, int fd, pthread_t *thread)
{
    struct connection *c = mem_alloc(sizeof *c);
    *c = (struct connection){s, fd};
    atomic_fetch_add(&s->connections, 1);
    if (pthread_create(thread, NULL, answer_connection, c) != 0)
        _exit(1);
}

/* Everything else is closed: a process that has no descriptor to the database cannot be made to read it. */
static void close_others(const int keep[], size_t n)
{
    for (unsigned fd = 3; fd < ~0U;) {
        unsigned next = ~0U;
        for (size_t i = 0; i < n; i++)
            if ((unsigned)keep[i] >= fd && (unsigned)keep[i] < next)
                next = (unsigned)keep[i];
        if (next > fd)
            close_range(fd, next - 1, 0);
        if (next == ~0U)
            break;
        fd = next + 1;
    }
}

static void leave_terminal(bool errors_too)
{
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; null >= 0 && fd < (errors_too ? 3 : 2); fd++)
        dup2(null, fd);
    if (null > 2)
        close(null);
}

/* Nothing of it on a swap disk. A limit on locked memory is not an error: the keys themselves are locked in any case (secret_alloc). */
static void lock_memory(void)
{
    if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0)
        errno = 0;
}

_Noreturn void key_process_child(const char *path, const int fds[static KEY_PROCESS_CONNECTIONS])
{
    struct server s = {.using = PTHREAD_RWLOCK_INITIALIZER};
    struct sandbox can = {.accepts = false};
    struct keyfile file;
    struct err err = {0};
    pthread_t threads[KEY_PROCESS_CONNECTIONS];
    /* Control-C is for the program; when it is gone its connections are, and so is this process */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* before the root is read; sandbox_enter insists on it */
    leave_terminal(false);
    close_others(fds, KEY_PROCESS_CONNECTIONS);
    uint8_t *root = secret_alloc(KEYFILE_ROOT_LEN);
    int r = keyfile_read(path, &file, root, &err);
    if (r == 0 && (file.passphrase || file.shares))
        r = err_set(&err, ERR_DENIED, "the keys are locked: comity keys DIR unlock");
    if (r == 0)
        s.core = key_core_new(root);
    secret_free(root);
    lock_memory();
#ifndef __SANITIZE_ADDRESS__ /* sanitizers report there */
    leave_terminal(true); /* a log file or a terminal is a way out */
#endif
    if (r == 0)
        r = sandbox_enter(&can, &err);
    if (r < 0) {
        key_core_free(s.core);
        s.core = NULL;
        s.without = err;
    }
    for (size_t i = 0; i < KEY_PROCESS_CONNECTIONS; i++)
        start_connection(&s, fds[i], &threads[i]);
    for (size_t i = 0; i < KEY_PROCESS_CONNECTIONS; i++)
        pthread_join(threads[i], NULL);
    key_core_free(s.core);
    _exit(0);
}

/* Whoever calls is this user, or the administrator, who can read our memory anyway. */
static bool is_ours(const struct server *s, int fd)
{
    struct ucred who;
    socklen_t len = sizeof who;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 && (who.uid == 0 || who.uid == s->owner);
}

_Noreturn void key_process_agent(struct key_core *core, int listener, int ready, int64_t idle_ms)
{
    struct server s = {.core = core, .owner = geteuid(), .using = PTHREAD_RWLOCK_INITIALIZER};
    struct sandbox can = {.accepts = true};
    const int keep[] = {listener, ready};
    struct err err = {0};
    atomic_store(&s.asked_ms, now_ms());
    leave_terminal(true);
    close_others(keep, 2);
    lock_memory();
    if (sandbox_enter(&can, &err) < 0 || !write_fully(ready, (const uint8_t *)"+", 1)) {
        key_core_free(core);
        _exit(1);
    }
    close(ready);
    for (;;) {
        struct pollfd waiting = {.fd = listener, .events = POLLIN};
        pthread_t thread;
        if (idle_ms > 0 && now_ms() - atomic_load(&s.asked_ms) > idle_ms) {
            wipe(&s);
            _exit(0);
        }
        if (atomic_load(&s.connections) >= THREADS_MAX) {
            poll(NULL, 0, 10);
            continue;
        }
        if (poll(&waiting, 1, POLL_MS) <= 0)
            continue;
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            continue;
        if (!is_ours(&s, fd)) {
            close(fd);
            continue;
        }
        start_connection(&s, fd, &thread);
        pthread_detach(thread);
    }
}
