#include "ground/proc/helper.h"

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

#define PATIENCE_MS 30000 /* without a sign of life; most take milliseconds */

struct helper {
    const struct helper_program *program;
    pid_t child;
    int to, from; /* its input and output; -1: closed */
    bool ended;   /* whole, and reaped */
};

/* The program beside ours. */
static int find_program(const struct helper_program *program, char path[static 4096], struct err *err)
{
    const size_t len = strlen(program->name) + 1;
    const char *named = secure_getenv(program->variable);
    if (named && strlen(named) < 4096) {
        memcpy(path, named, strlen(named) + 1);
        return 0;
    }
    ssize_t n = readlink("/proc/self/exe", path, 4096 - len);
    while (n > 0 && path[n - 1] != '/')
        n--;
    if (n <= 0)
        return err_set(err, ERR_IO, "the folder of this program is not known, so %s is not found", program->name);
    memcpy(path + n, program->name, len);
    return 0;
}

/* Only descriptors 0, 1 and 2, no environment but what libraries need, no signals blocked. */
static int start(struct helper *r, int in, int out, struct err *err)
{
    char path[4096];
    char *const arguments[] = {(char *)(uintptr_t)r->program->name, NULL};
    char *const environment[] = {(char *)(uintptr_t)"HOME=/nonexistent", (char *)(uintptr_t)"LC_ALL=C.UTF-8", NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, all;
    if (find_program(r->program, path, err) < 0)
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

int helper_open(const struct helper_program *program, struct helper **out, struct err *err)
{
    int in[2] = {-1, -1}, from[2] = {-1, -1};
    struct helper *r = mem_calloc(1, sizeof *r);
    r->program = program;
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
static int reap(struct helper *r, struct err *err)
{
    int status;
    pid_t child = r->child;
    r->child = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return err_errno(err, ERR_IO, errno, "the end of %s was not seen", r->program->name);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return err_set(err, ERR_IO, "%s broke off (%s %d); what came of it is not whole", r->program->name, WIFEXITED(status) ? "status" : "signal",
                       WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    r->ended = true;
    return 1;
}

static int hand_over(struct helper *r, bytes *input, struct err *err)
{
    ssize_t n = send(r->to, input->p, input->len, MSG_NOSIGNAL);
    if (n >= 0) {
        input->p += n;
        input->len -= (size_t)n;
    } else if (errno == EPIPE || errno == ECONNRESET) {
        input->len = 0; /* it has ended: its status says why */
    } else if (errno != EAGAIN && errno != EINTR) {
        return err_errno(err, ERR_IO, errno, "%s takes nothing", r->program->name);
    }
    return 0;
}

int helper_step(struct helper *r, bytes *input, bool last, uint8_t *to, size_t max, size_t *got, struct err *err)
{
    *got = 0;
    if (r->ended)
        return 1;
    if (!r->child)
        return err_set(err, ERR_IO, "%s broke off before", r->program->name);
    for (;;) {
        if (input->len == 0 && last && r->to >= 0) {
            close(r->to);
            r->to = -1;
        }
        if (input->len == 0 && !last)
            return 0;
        struct pollfd wait[] = {{.fd = r->from, .events = POLLIN}, {.fd = input->len ? r->to : -1, .events = POLLOUT}};
        int ready = poll(wait, 2, PATIENCE_MS);
        if (ready < 0 && errno != EINTR)
            return err_errno(err, ERR_IO, errno, "waiting for %s failed", r->program->name);
        if (ready == 0)
            return err_set(err, ERR_IO, "%s does not answer in time", r->program->name);
        if (ready > 0 && wait[0].revents) {
            ssize_t n = recv(r->from, to, max, 0);
            if (n == 0)
                return reap(r, err);
            if (n < 0 && errno != EINTR)
                return err_errno(err, ERR_IO, errno, "what %s says cannot be read", r->program->name);
            *got = n > 0 ? (size_t)n : 0;
            if (n > 0)
                return 0;
        }
        if (ready > 0 && wait[1].revents && hand_over(r, input, err) < 0)
            return ERR_IO;
    }
}

void helper_close(struct helper *r)
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
