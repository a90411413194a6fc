/* letters: the line that letters travel on: what this node answers partners, and what it does by the clock to deliver.
 *
 *     POST /v1/letters                     frames (letter/frames.h): letters -> our position, and for each letter its receipt, "held" or "stale"
 *     POST /v1/letters/part/ID/OFFSET      bytes of a large one -> {"have":N}: how many are here now; no bytes at 0: only asks
 *     GET  /v1/position                    where we stand in the partner's stream -> a position
 *     GET  /v1/receipts/LEAF               our receipts for its letters from that leaf index on -> frames
 *     GET  /v1/letters/waiting             what we have for a partner that we cannot reach -> frames: letters, or "direct"
 *     GET  /v1/letters/waiting/ID/OFFSET   bytes of a large one of these, at most LETTERS_PART_MAX
 *     POST /v1/receipts                    frames: position and receipts of a partner that fetched
 *
 * Why:  the table and the job are two halves of one conversation, read side by side. Storage and effects are letter/post.h's: a
 *       request that is repeated, cut off or answered twice has one effect, so either side just tries again.
 * Not here: when to try again (delivery.h), the stick (face/cli/cmd_letters.c).
 */
#ifndef COMITY_SERVE_LETTERS_H
#define COMITY_SERVE_LETTERS_H

#include "trust/letter/post.h"
#include "trust/peer/route.h"
#include "trust/serve/jobs.h"

#define LETTERS_PART_MAX (4 * 1024 * 1024)
#define LETTERS_BODY_MAX (4 * 1024 * 1024 + LETTER_INLINE_MAX + LETTER_HEADER_MAX)
#define LETTERS_PATIENCE_MS 30000 /* a letter older than that may be fetched, though we have an address to bring it to */

extern const struct peer_route letter_routes[];
extern const struct serve_job letters_job;      /* delivers, and fetches */
extern const struct serve_job letters_tidy_job; /* once a day: what need not be kept any more */

#endif
