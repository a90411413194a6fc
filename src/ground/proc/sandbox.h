/* sandbox: a process that gives up everything but answering on the connections it has.
 *
 * What: no new privileges, no core dump, no tracing, no file (Landlock), and of the system's calls only those that read and write
 *       open descriptors, move memory, and wait (seccomp). Threads inherit it and may still be made.
 * Why:  what holds the keys computes and answers; if it is ever made to do something else, the kernel says no.
 *
 *     struct sandbox can = {.accepts = true};      // it has a listening socket
 *     if (sandbox_enter(&can, &err) < 0) ...       // from here on: open, connect, exec, fork and ptrace fail with EPERM
 *
 * Not here: what is given up before (closing descriptors), resource limits beyond core and file size.
 */
#ifndef COMITY_PROC_SANDBOX_H
#define COMITY_PROC_SANDBOX_H

#include "ground/base/base.h"

struct sandbox {
    /* in: folders whose files may be read, ended by NULL; those that do not exist are passed over. NULL: no file at all. Where the kernel has
     * no Landlock, any file that the user may read can then be opened, for reading. */
    const char *const *reads;
    bool accepts;   /* in: may accept connections on sockets it has, and ask who calls */
    bool no_files;  /* out: Landlock is in force; without it (an older kernel) seccomp alone forbids opening files */
};

/* For the calling process, before it makes threads; there is no way back. ERR_IO: the kernel refuses to filter. */
MUST_USE int sandbox_enter(struct sandbox *can, struct err *err);

#endif
