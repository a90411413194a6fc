#include "ground/report/render.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "comity-render"
#define PATIENCE_MS 30000 /* without a sign of life; a page takes milliseconds */

struct render {
    pid_t child;
    int to, from; /* its input and output; -1: closed */
    bool ended;   /* whole, and reaped */
};

/* The program beside ours. */
static int find_program(char path[static 4096], struct err *err)
{
    const char *named = secure_getenv("COMITY_RENDER");
    if (named && strlen(named) < 4096) {
        memcpy(path, named, strlen(named) + 1);
        return 0;
    }
    ssize_t n = readlink("/proc/self/exe", path, 4096 - sizeof PROGRAM);
    while (n > 0 && path[n - 1] != '/')
        n--;
    if (n <= 0)
        return err_set(err, ERR_IO, "the folder of this program is not known, so %s is not found", PROGRAM);
    memcpy(path + n, PROGRAM, sizeof PROGRAM);
    return 0;
}

/* Only descriptors 0, 1 and 2, no environment but what fontconfig needs, no signals blocked. */
static int start(struct render *r, int in, int out, struct err *err)
{
    char path[4096];
    char *const arguments[] = {(char *)(uintptr_t)PROGRAM, NULL};
    char *const environment[] = {(char *)(uintptr_t)"HOME=/nonexistent", (char *)(uintptr_t)"LC_ALL=C.UTF-8", NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, all;
    if (find_program(path, err) < 0)
        return ERR_IO;
    sigemptyset(&none);
    sigfillset(&all);
    if (posix_spawn_file_actions_init(&files) != 0)
        return err_set(err, ERR_IO, "no process can be started: memory is out");
    posix_spawnattr_init(&how);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setsigdefault(&how, &all);
    int failed = posix_spawn_file_actions_adddup2(&files, in, 0);
    failed = failed ? failed : posix_spawn_file_actions_adddup2(&files, out, 1);
    failed = failed ? failed : posix_spawn_file_actions_addclosefrom_np(&files, 3);
    failed = failed ? failed : posix_spawn(&r->child, path, &files, &how, arguments, environment);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    return failed ? err_errno(err, ERR_IO, failed, "%s cannot be started", path) : 0;
}

int render_open(struct render **out, struct err *err)
{
    int in[2] = {-1, -1}, from[2] = {-1, -1};
    struct render *r = mem_calloc(1, sizeof *r);
    r->to = r->from = -1;
    /* sockets, not pipes: a send to a process that is gone is then an error without a signal, whatever this process does with SIGPIPE */
    int result = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, from) < 0)
        result = err_errno(err, ERR_IO, errno, "no process can be started");
    if (result == 0)
        result = start(r, in[0], from[0], err);
    if (result == 0) {
        r->to = in[1];
        r->from = from[1];
        in[1] = from[1] = -1;
        fcntl(r->to, F_SETFL, O_NONBLOCK);
    }
    for (int i = 0; i < 2; i++) {
        if (in[i] >= 0)
            close(in[i]);
        if (from[i] >= 0)
            close(from[i]);
    }
    if (result < 0)
        free(r);
    else
        *out = r;
    return result;
}

/* Output has ended: whole only if the process says so. */
static int reap(struct render *r, struct err *err)
{
    int status;
    pid_t child = r->child;
    r->child = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return err_errno(err, ERR_IO, errno, "the end of the process that makes PDF was not seen");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return err_set(err, ERR_IO, "the PDF could not be made (%s %d); what came of it is not whole", WIFEXITED(status) ? "status" : "signal",
                       WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    r->ended = true;
    return 1;
}

static int hand_over(struct render *r, bytes *description, struct err *err)
{
    ssize_t n = send(r->to, description->p, description->len, MSG_NOSIGNAL);
    if (n >= 0) {
        description->p += n;
        description->len -= (size_t)n;
    } else if (errno == EPIPE || errno == ECONNRESET) {
        description->len = 0; /* it has ended: its status says why */
    } else if (errno != EAGAIN && errno != EINTR) {
        return err_errno(err, ERR_IO, errno, "the process that makes PDF takes nothing");
    }
    return 0;
}

int render_step(struct render *r, bytes *description, bool last, uint8_t *to, size_t max, size_t *got, struct err *err)
{
    *got = 0;
    if (r->ended)
        return 1;
    if (!r->child)
        return err_set(err, ERR_IO, "the PDF broke off before");
    for (;;) {
        if (description->len == 0 && last && r->to >= 0) {
            close(r->to);
            r->to = -1;
        }
        if (description->len == 0 && !last)
            return 0;
        struct pollfd wait[] = {{.fd = r->from, .events = POLLIN}, {.fd = description->len ? r->to : -1, .events = POLLOUT}};
        int ready = poll(wait, 2, PATIENCE_MS);
        if (ready < 0 && errno != EINTR)
            return err_errno(err, ERR_IO, errno, "waiting for the PDF failed");
        if (ready == 0)
            return err_set(err, ERR_IO, "the PDF is not made in time");
        if (ready > 0 && wait[0].revents) {
            ssize_t n = recv(r->from, to, max, 0);
            if (n == 0)
                return reap(r, err);
            if (n < 0 && errno != EINTR)
                return err_errno(err, ERR_IO, errno, "the PDF cannot be read");
            *got = n > 0 ? (size_t)n : 0;
            if (n > 0)
                return 0;
        }
        if (ready > 0 && wait[1].revents && hand_over(r, description, err) < 0)
            return ERR_IO;
    }
}

void render_close(struct render *r)
{
    if (!r)
        return;
    if (r->to >= 0)
        close(r->to);
    if (r->from >= 0)
        close(r->from);
    if (r->child) {
        kill(r->child, SIGKILL);
        while (waitpid(r->child, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    free(r);
}
