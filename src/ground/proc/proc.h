/* proc: what a command does to its own process before it touches secrets or the network.
 *
 * What: gives up what it will not need (new privileges, core dumps, being traced), and hears the request to stop.
 * Why:  a core dump holds keys; a signal handler that does work is a bug that waits.
 *
 *     proc_harden(err);
 *     proc_stop_open(&stop, err);      // before any thread starts: threads inherit the blocked signals
 *     ... start threads ...
 *     while (proc_stop_wait(stop, 1000, err) == 0)
 *         housekeeping();
 *
 * Not here yet: Landlock, seccomp, separate processes.
 */
#ifndef COMITY_PROC_H
#define COMITY_PROC_H

#include "ground/base/base.h"

/* PR_SET_NO_NEW_PRIVS, RLIMIT_CORE 0, PR_SET_DUMPABLE 0, umask 077; SIGPIPE is ignored: a broken line is an error, not an end. */
MUST_USE int proc_harden(struct err *err);

/* From now on SIGTERM, SIGINT and SIGHUP are read from *fd instead of ending the process. Close it with close(). */
MUST_USE int proc_stop_open(int *fd, struct err *err);
/* 1: asked to stop; 0: timeout_ms went by (-1: waits for ever). */
MUST_USE int proc_stop_wait(int fd, int timeout_ms, struct err *err);

#endif
