#include "ground/proc/proc.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

int proc_harden(struct err *err)
{
    const struct rlimit none = {0, 0};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || setrlimit(RLIMIT_CORE, &none) < 0)
        return err_errno(err, ERR_IO, errno, "the process cannot give up its privileges");
    umask(077);
    signal(SIGPIPE, SIG_IGN);
    return 0;
}

int proc_stop_open(int *fd, struct err *err)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGHUP);
    int r = pthread_sigmask(SIG_BLOCK, &stop, NULL);
    *fd = r == 0 ? signalfd(-1, &stop, SFD_CLOEXEC) : -1;
    if (*fd < 0)
        return err_errno(err, ERR_IO, r ? r : errno, "signals cannot be taken over");
    return 0;
}

int proc_stop_wait(int fd, int timeout_ms, struct err *err)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int r = poll(&p, 1, timeout_ms);
    if (r < 0 && errno != EINTR)
        return err_errno(err, ERR_IO, errno, "waiting for a signal");
    return r > 0;
}
