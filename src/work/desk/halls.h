/* halls: the halls of this node as one thread has them open, each with those who hold its key: what pages, commands and the clock work with.
 *
 * What: a hall (hall.h) stays open between one use and the next, since a day is read from its first record; its key holders (holders.h) are asked
 *       over lines that stay open too.
 * Why:  a thread of the pages and a command do the same: find the hall of today, press, let the calls be made.
 *
 *     struct halls *halls = halls_new(node, NULL);                             // of this thread, for as long as it runs
 *     halls_open(halls, id, true, now, &hall, &err);                           // read on to what others wrote; borrowed
 *     hall_press(&hand, hall, &event, &outcome, &err);
 *     halls_call(halls, hall, now, &calls, &err);                              // every counter that waits gets its call
 *
 * In a node that serves, halls_job makes the calls ten times a second, the leaf of each minute, and hands a day over that has run as long as it
 * may: a page that only presses sees its call a moment later. Not here: who may press (hall.h).
 */
#ifndef COMITY_DESK_HALLS_H
#define COMITY_DESK_HALLS_H

#include "ground/http/http.h"
#include "trust/serve/jobs.h"
#include "work/desk/hall.h"

struct halls;
/* identity NULL: the node's is read when it is first needed. Borrows both. */
struct halls *halls_new(struct node *node, const struct http_identity *identity);
void halls_free(struct halls *halls); /* NULL is allowed */

/* The date it is where the agency is. */
uint32_t halls_today(const struct node *node, int64_t now_ms);

/* The day that goes on, whenever it began; else that of today, over or not. begin: when there is none, it begins; else ERR_NOT_FOUND. out is good until
 * halls_free, or the same hall is opened for another day. */
MUST_USE int halls_open(struct halls *halls, const uint8_t id[static ID_LEN], bool begin, int64_t now_ms, struct hall **out, struct err *err);
/* The day ends, the one of today begins with who is still there. ERR_DENIED: it began today, or there are no keys yet. */
MUST_USE int halls_hand_over(struct halls *halls, struct hall *hall, int64_t now_ms, struct hall **out, struct err *err);
/* hall_serve with the holders of the hall's keys. */
MUST_USE int halls_call(struct halls *halls, struct hall *hall, int64_t now_ms, unsigned *calls, struct err *err);

/* What is open is drawn, and the day is shut: nobody goes over. */
MUST_USE int halls_end(struct halls *halls, struct hall *hall, int64_t now_ms, struct err *err);

extern const struct serve_job halls_job;

#endif
