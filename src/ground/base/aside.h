/* aside: work on gigabytes that a thread of its own does beside the caller: hashing, checking or writing what the caller is still making.
 *
 *     struct aside *a = aside_new(work, arg);   // work(arg, block) runs on the thread, block by block, in order
 *     aside_add(a, data);                       // copies; waits only when the thread is several blocks behind
 *     aside_end(a);                             // when it returns all of it was worked on, and arg is the caller's again
 *
 * One caller at a time. Not here: errors (work keeps them in arg), more than one thread.
 */
#ifndef COMITY_BASE_ASIDE_H
#define COMITY_BASE_ASIDE_H

#include "ground/base/base.h"

struct aside;
struct aside *aside_new(void (*work)(void *arg, bytes block), void *arg);
void aside_add(struct aside *s, bytes data);
/* Waits, wipes, frees; NULL is allowed. */
void aside_end(struct aside *s);

#endif
