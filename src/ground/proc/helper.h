/* helper: another program of ours that does one thing, shut in (sandbox.h), and is gone afterwards.
 *
 * What: starts it, hands over what it reads piece by piece, takes what it writes piece by piece, and sees how it ended.
 * Why:  a library that reads what strangers wrote, or draws letters, does not belong into a process that holds cases and keys.
 *
 *     static const struct helper_program renderer = {"comity-render", "COMITY_RENDER"};
 *     if (helper_open(&renderer, &h, err) < 0) ...
 *     while ((r = helper_step(h, &input, true, to, max, &got, err)) == 0) use(to, got);
 *     helper_close(h);
 *
 * It lies beside the program that calls it. Not here: what it does, how it shuts itself in.
 */
#ifndef COMITY_PROC_HELPER_H
#define COMITY_PROC_HELPER_H

#include "ground/base/base.h"

struct helper_program {
    const char *name;
    const char *variable; /* of the environment, that names another, for tests */
};

struct helper;

MUST_USE int helper_open(const struct helper_program *program, struct helper **out, struct err *err);
/* Hands over from the front of *input, which moves on, and takes up to max bytes. 0: *got bytes, and if that is none, more input is wanted; 1: all
 * is taken, and it ended well; ERR_*: it broke off. last: nothing comes behind this input. */
MUST_USE int helper_step(struct helper *h, bytes *input, bool last, uint8_t *to, size_t max, size_t *got, struct err *err);
void helper_close(struct helper *h); /* NULL is allowed; ends the process */

#endif
