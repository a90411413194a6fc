/* room_media: a recording as what a player hears: from a moment on, piece after piece, in constant memory.
 *
 *     n = room_parts(a, marks, n_marks, &parts);
 *     room_media_open(own_node, &recording, &parts[i], from_ms, until_ms, &media, err);
 *     reply->produce = room_media_pull;  reply->done = room_media_close;  reply->state = media;
 *
 * Each time the microphone was opened is a part: a WebM stream with a head of its own. What is given is the head of the part and its clusters
 * from a little before the moment, so that a picture is whole at it. Not here: who may listen (page_statement.c).
 */
#ifndef COMITY_WEB_ROOM_MEDIA_H
#define COMITY_WEB_ROOM_MEDIA_H

#include "work/statements/statement.h"

struct room_part { int64_t from_ms, until_ms; }; /* on the clock of the recording; until_ms INT64_MAX: to the end */
size_t room_parts(struct arena *a, const struct recording_mark *marks, size_t n, struct room_part **out);
/* Which part is being heard at a moment: the one it is in, else the next; n when there is none. */
size_t room_part_at(const struct room_part *parts, size_t n, int64_t at_ms);

struct room_media;
/* node: becomes the stream's, and is closed with it. until_ms: may be given a little more than that; parts are never crossed. ERR_NOT_FOUND: nothing
 * was recorded there. */
MUST_USE int room_media_open(struct node *node, const struct recording *recording, const struct room_part *part, int64_t from_ms, int64_t until_ms,
                             struct room_media **out, struct err *err);
int64_t room_media_pull(void *state, uint8_t *to, size_t max);
void room_media_close(void *state);

#endif
