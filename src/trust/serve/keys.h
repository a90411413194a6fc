/* keys: partners tell each other which keys they have now.
 *
 *     GET /v1/keys    -> this node's card, signed, with the month's letter key
 *
 * Why: a letter key lives for a month; whoever is reached once in that month can always be written to. Lasting keys that changed are
 * only announced this way: a person confirms them (peer/directory.h). Not here: making keys (letter/post.h), pairing (peer/pair.h).
 */
#ifndef COMITY_SERVE_KEYS_H
#define COMITY_SERVE_KEYS_H

#include "trust/peer/route.h"
#include "trust/serve/jobs.h"

extern const struct peer_route keys_routes[];
extern const struct serve_job keys_job; /* asks partners that have an address, at the start and every few minutes */

#endif
