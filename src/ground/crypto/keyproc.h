/* keyproc: the process that holds the keys.
 *
 * What: key_process_child answers one program over a few connections that it was given; key_process_agent stays when the program has
 *       ended and answers whoever of the same user connects to DIR/keys.sock, until it is told to lock.
 * Why:  a fault in what reads partners' bytes, files or pages does not reach the keys: they are in a process that has no files, no
 *       network, no programs, and that nobody may trace (sandbox.h).
 *
 * Not here: what is asked (keyproto.h), who asks (keyring.h).
 */
#ifndef COMITY_CRYPTO_KEYPROC_H
#define COMITY_CRYPTO_KEYPROC_H

#include "ground/crypto/keycore.h"

#define KEY_PROCESS_CONNECTIONS 4

/* In the child of a fork: reads the key file, closes every other descriptor, answers on fds until all are closed; never returns.
 * What goes wrong is what it answers. */
_Noreturn void key_process_child(const char *path, const int fds[static KEY_PROCESS_CONNECTIONS]);

/* In a process of its own (the caller has forked and left the terminal): answers connections of this user on listener until
 * KEY_LOCK, or until nothing was asked for idle_ms (0: never). Tells over ready (then closed) that it is up: one byte. Takes root.
 * Never returns. */
_Noreturn void key_process_agent(struct key_core *core, int listener, int ready, int64_t idle_ms);

#endif
