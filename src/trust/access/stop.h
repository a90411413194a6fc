/* stop: a file stands still for whatever goes against a person of it.
 *
 * What: rows by file and by the record they rest on (an offence laid to a person who may be a victim). While one stands, act_run refuses each
 *       act on the file whose purpose goes against a person (access.h: charge, detention, removal), from whichever door and by whomever.
 * Why:  a door that forgets to ask cannot go round it.
 *
 *     access_stop_put(node->db, &(struct access_stop){.file = ..., .about = ..., .since_ms = now}, &err);
 *     access_stopped(node->db, file, &stopped, &err);
 *     access_stop_lift(node->db, file, about, &err);
 *
 * Functions that write are for use inside an act. Not here: when a file stops and who lifts it (work/shield).
 */
#ifndef COMITY_ACCESS_STOP_H
#define COMITY_ACCESS_STOP_H

#include "ground/db/db.h"

struct access_stop { uint8_t file[ID_LEN], about[ID_LEN]; int64_t since_ms; };

/* Adds; a stop that stands already keeps its time. */
MUST_USE int access_stop_put(struct db *db, const struct access_stop *stop, struct err *err);
/* Lifts what stands for this reason; none is no error. */
MUST_USE int access_stop_lift(struct db *db, const uint8_t file[static ID_LEN], const uint8_t about[static ID_LEN], struct err *err);
/* Does any stand? */
MUST_USE int access_stopped(struct db *db, const uint8_t file[static ID_LEN], bool *stopped, struct err *err);

#endif
