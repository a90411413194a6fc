/* gate: how often strangers may ask for a page that needs no sign-in.
 *
 * What: a bucket for each address and one for all together; each request takes from both, time fills them again.
 * Why:  a board that everybody may open must not keep the threads from those who work.
 *
 *     struct gate *g = gate_new(arena);
 *     if (!gate_let(g, request->address, now_ms)) ... 429 ...
 *
 * For several threads. Addresses are kept as hashes; two that fall together share a bucket. Not here: sign-in, which counts failures (trust/people).
 */
#ifndef COMITY_WEB_GATE_H
#define COMITY_WEB_GATE_H

#include "ground/base/base.h"

#define GATE_EACH_BURST 200  /* a hall full of telephones behind one address */
#define GATE_EACH_SECOND 50
#define GATE_ALL_BURST 400
#define GATE_ALL_SECOND 150

struct gate;
struct gate *gate_new(struct arena *a);
bool gate_let(struct gate *gate, str address, int64_t now_ms);

#endif
